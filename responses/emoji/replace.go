package emoji

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/responses/internal/prose"
)

// Replace puts the characters in the place of short names between colons, as
// :smile: or :wave_tone3:; ":skin-tone-2:" to ":skin-tone-6:" directly behind
// one gives it that tone, as Slack writes it. What is no known name stays, and
// so does everything in code (between backticks), in web and mail addresses, and
// directly behind a letter or a digit, so that 10:100:30 stays a number.
func Replace(text string) string {
	if i := strings.IndexByte(text, ':'); i < 0 || strings.IndexByte(text[i+1:], ':') < 0 {
		return text
	}
	var out []byte
	done := 0 // how far the text is in out
	prose.Parts(text, func(start, end int, k prose.Kind) bool {
		if k != prose.Text {
			return true
		}
		for i := start; i < end; {
			n := strings.IndexByte(text[i:end], ':')
			if n < 0 {
				break
			}
			i += n
			length := nameLength(text[i:end])
			if length < 0 {
				i -= length
				continue
			}
			if word(utf8.DecodeLastRuneInString(text[:i])) || word(utf8.DecodeRuneInString(text[i+length:])) {
				i += length - 1 // its last colon may be the first of another
				continue
			}
			e, ok := Named(text[i+1 : i+length-1])
			if !ok {
				i += length - 1
				continue
			}
			out = append(out, text[done:i]...)
			i += length
			if tone, n := skinTone(text[i:end]); n > 0 {
				if toned, ok := e.Toned(tone, 0); ok {
					e.Text = toned
					i += n
				}
			}
			out = append(out, e.Text...)
			done = i
		}
		return true
	})
	if done == 0 {
		return text
	}
	return string(append(out, text[done:]...))
}

// nameLength is the length of what looks like a short name with both colons, at
// the text's start; else how much to pass over, negative.
func nameLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', c == '_', c == '+', c == '-':
			if i > maxName {
				return -i
			}
		case c == ':' && i > 1:
			return i + 1
		default:
			return -i
		}
	}
	return -len(text)
}

// skinTone reads ":skin-tone-2:" at the text's start and says how long it is.
func skinTone(text string) (Tone, int) {
	const form = ":skin-tone-"
	if len(text) < len(form)+2 || !strings.EqualFold(text[:len(form)], form) || text[len(form)+1] != ':' {
		return 0, 0
	}
	t := Tone(text[len(form)] - '1')
	if !t.valid() {
		return 0, 0
	}
	return t, len(form) + 2
}

func word(r rune, size int) bool {
	return size > 0 && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
