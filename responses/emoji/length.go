package emoji

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Length is how many characters a person sees in the text (grapheme clusters):
// a family of four is one, as is a letter with its accents. White space counts.
func Length(text string) int {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c == '\r' { // CRLF is one
			return uniseg.GraphemeClusterCount(text)
		}
	}
	return len(text)
}

// Preview is the beginning of a text on one line: runs of white space are one
// space, and where it is longer than n characters as a person sees them, the
// last of the n is "…". Of a long text it reads no more than it needs. It is
// empty if n is not positive.
func Preview(text string, n int) string {
	if n <= 0 {
		return ""
	}
	var b strings.Builder
	count := 0   // characters in b
	cut := 0     // bytes of b that are n-1 characters
	gap := false // a space is due before the next character
	for state := -1; len(text) > 0; {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		if strings.TrimLeftFunc(cluster, blank) == "" {
			gap = count > 0
			continue
		}
		if gap {
			if count == n-1 {
				cut = b.Len()
			}
			if count < n {
				b.WriteByte(' ')
			}
			count++
			gap = false
		}
		if count == n-1 {
			cut = b.Len()
		}
		if count >= n {
			return strings.TrimSuffix(b.String()[:cut], " ") + "…"
		}
		b.WriteString(cluster)
		count++
	}
	return b.String()
}

func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
