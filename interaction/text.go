package interaction

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const (
	maxName = 200   // bytes of a name, a code, a key, a reason
	maxText = 4_000 // bytes of a subject, a note to an invited agent, a value
)

// validName reports whether s can be a name or code: not empty, not long, one
// line of UTF-8.
func validName(s string) bool {
	return s != "" && len(s) <= maxName && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// validText reports whether s can be a short text, the empty one too.
func validText(s string) bool { return len(s) <= maxText && utf8.ValidString(s) }

// message is the text of a message as it is stored (MSG-8): control characters
// but newline and tab are removed and CRLF becomes newline; an empty, blank or
// too long one and one that is not UTF-8 are refused.
func message(text string, l *Limits) (string, error) {
	if len(text) > l.MaxBytes {
		return "", &InvalidError{"text", &LimitError{"bytes", l.MaxBytes, ErrTooLong}}
	}
	clean, blank, ascii := true, true, true
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			ascii, blank = false, false
		case c == 0x7f || c < ' ' && c != '\n' && c != '\t':
			clean = false
		case c > ' ':
			blank = false
		}
	}
	if !ascii {
		if !utf8.ValidString(text) {
			return "", &InvalidError{"text", ErrUTF8}
		}
		clean = clean && !strings.ContainsFunc(text, removed)
	}
	if !clean {
		text = strings.Map(func(r rune) rune {
			if removed(r) {
				return -1
			}
			return r
		}, strings.ReplaceAll(text, "\r\n", "\n"))
	}
	if blank || !ascii && strings.TrimFunc(text, invisible) == "" {
		return "", &InvalidError{"text", ErrEmpty}
	}
	// A character is at least a byte, so that most texts need no counting.
	if len(text) > l.MaxChars && (ascii || uniseg.GraphemeClusterCount(text) > l.MaxChars) {
		return "", &InvalidError{"text", &LimitError{"characters", l.MaxChars, ErrTooLong}}
	}
	return text, nil
}

func removed(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// invisible reports whether a text of such runes only would look empty.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == '\u2800' || r == '\u3164'
}
