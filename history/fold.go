package history

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A folded text is one without case, accents and other forms of its letters, so
// that "uber" is found in "Über" and "strasse" in "Straße". It remembers where each
// of its bytes came from. Its memory is used again by the next text.
type folded struct {
	text []byte
	at   []int32 // for each byte, and for the end, the offset of its rune in what was folded
}

// fold makes it the text, folded.
func (f *folded) fold(s string) {
	f.text, f.at = slices.Grow(f.text[:0], len(s)), slices.Grow(f.at[:0], len(s)+1)
	var room [64]byte
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			f.text, f.at = append(f.text, c), append(f.at, int32(i))
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		// A rune at a time: marks, whose order a neighbour could change, are left out.
		for d := norm.NFKD.AppendString(room[:0], s[i:i+size]); len(d) > 0; {
			r, n := utf8.DecodeRune(d)
			d = d[n:]
			before := len(f.text)
			f.text = appendFolded(f.text, r)
			for range len(f.text) - before {
				f.at = append(f.at, int32(i))
			}
		}
		i += size
	}
	f.at = append(f.at, int32(len(s)))
}

func appendFolded(out []byte, r rune) []byte {
	if unicode.In(r, unicode.Mn, unicode.Cf) {
		return out // an accent, a variation selector, a soft hyphen
	}
	if plain, ok := letters[r]; ok {
		return append(out, plain...)
	}
	if unicode.IsSpace(r) {
		return append(out, ' ')
	}
	// By way of upper case, which final and long forms share.
	if r = unicode.ToLower(unicode.ToUpper(r)); unicode.Is(unicode.Mn, r) {
		return out // the iota below
	}
	return utf8.AppendRune(out, r)
}

// letters are those that no decomposition takes apart.
var letters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l",
	'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ı': "i", 'ħ': "h", 'Ħ': "h",
}

// span is where a part of the folded text stands in the text: whole runes, and the
// marks that follow the last.
func (f *folded) span(start, end int) Span {
	last := f.at[end-1]
	for f.at[end] == last { // the other half of an ß
		end++
	}
	return Span{int(f.at[start]), int(f.at[end])}
}

// wordsOf are the words of a text that is searched for, folded, each once.
func wordsOf(text string) []string {
	var f folded
	f.fold(text)
	words := strings.Fields(string(f.text))
	slices.Sort(words)
	return slices.Compact(words)
}
