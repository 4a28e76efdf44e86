// Package fold makes texts comparable for a search: case, accents and other
// forms of a letter are taken away, so that "uber" finds "Über" and "strasse"
// finds "Straße".
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// String is the text folded: compatibility forms decomposed, marks removed,
// lower case, and runs of white space and control characters as one space, none
// at the ends. It takes linear time, and folding twice is folding once.
func String(s string) string {
	if folded(s) {
		return s
	}
	// The norm package leaves what follows a bad byte as it is.
	s = strings.ToValidUTF8(s, "\uFFFD")
	out := make([]byte, 0, len(s)+len(s)/8)
	var piece [256]byte
	for len(s) > 0 {
		n := 0
		for n < len(s) && s[n] < utf8.RuneSelf {
			out = appendASCII(out, s[n])
			n++
		}
		s = s[n:]
		n = 0
		for n < len(s) && s[n] >= utf8.RuneSelf && n < 48 {
			_, size := utf8.DecodeRuneInString(s[n:])
			n += size
		}
		for d := norm.NFKD.AppendString(piece[:0], s[:n]); len(d) > 0; {
			r, size := utf8.DecodeRune(d)
			out = appendRune(out, r)
			d = d[size:]
		}
		s = s[n:]
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return string(out)
}

func appendASCII(out []byte, c byte) []byte {
	switch {
	case c <= ' ' || c == 0x7f:
		if n := len(out); n == 0 || out[n-1] == ' ' {
			return out
		}
		return append(out, ' ')
	case 'A' <= c && c <= 'Z':
		c += 'a' - 'A'
	}
	return append(out, c)
}

func appendRune(out []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return appendASCII(out, byte(r))
	}
	if unicode.In(r, unicode.Mn, unicode.Cf) {
		return out // an accent, a variation selector, a soft hyphen
	}
	if plain, ok := letters[r]; ok {
		return append(out, plain...)
	}
	if unicode.IsSpace(r) || unicode.IsControl(r) {
		return appendASCII(out, ' ')
	}
	// By way of upper case, which final and long forms share.
	if r = unicode.ToLower(unicode.ToUpper(r)); unicode.Is(unicode.Mn, r) {
		return out // the iota below
	}
	if r < utf8.RuneSelf {
		return append(out, byte(r))
	}
	return utf8.AppendRune(out, r)
}

// folded reports whether a text is as String would give it, as far as that can
// be seen quickly.
func folded(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c < ' ' || c == 0x7f || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// letters are those that no decomposition takes apart.
var letters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l",
	'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ı': "i", 'ħ': "h", 'Ħ': "h",
}
