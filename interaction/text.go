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

// checkName says what is wrong with a name, code or id: empty, long, not UTF-8
// or not one line.
func checkName(field, s string) error {
	switch {
	case s == "":
		return &InvalidError{field, ErrEmpty}
	case len(s) > maxName:
		return &InvalidError{field, &LimitError{"bytes", maxName, ErrTooLong}}
	case !utf8.ValidString(s):
		return &InvalidError{field, ErrUTF8}
	case strings.ContainsFunc(s, unicode.IsControl):
		return &InvalidError{field, ErrValue}
	}
	return nil
}

// checkOptional is checkName for what may be left out.
func checkOptional(field, s string) error {
	if s == "" {
		return nil
	}
	return checkName(field, s)
}

// checkText says what is wrong with a short text. It may be empty and have
// several lines.
func checkText(field, s string) error {
	switch {
	case len(s) > maxText:
		return &InvalidError{field, &LimitError{"bytes", maxText, ErrTooLong}}
	case !utf8.ValidString(s):
		return &InvalidError{field, ErrUTF8}
	}
	return nil
}

// message is the text of a message as it is stored (MSG-8): control characters
// but newline and tab are removed and CRLF becomes newline; an empty, blank or
// too long one and one that is not UTF-8 are refused.
func message(text string, l *Limits) (string, error) {
	if len(text) > l.MaxBytes {
		return "", &InvalidError{"text", &LimitError{"bytes", l.MaxBytes, ErrTooLong}}
	}
	if len(text) <= l.MaxChars && printable(text) {
		return text, nil
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
		}, text) // CRLF becomes newline by it
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

// printable reports whether a text is ASCII with no control character and begins
// with something to see: most messages, and nothing to do. It looks at eight
// bytes at once.
func printable(text string) bool {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	if text == "" || text[0] <= ' ' {
		return false
	}
	for len(text) >= 8 {
		v := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
			uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
		// A high bit is set for a byte over 0x7f, below a space, or 0x7f.
		if (v|(v-ones*' ')|(v+ones))&highs != 0 {
			return false
		}
		text = text[8:]
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func removed(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// invisible reports whether a text of such runes only would look empty.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || r == '\u2800' ||
		unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
