package routing

import (
	"slices"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// foldWords gives the words of a text as they are searched for: without case and
// without accents. Everything but letters and digits separates words, except an
// apostrophe: "O'Neil" is one word.
func foldWords(text string) []string {
	var all []string
	word := make([]byte, 0, 32)
	for _, r := range norm.NFKD.String(text) {
		switch {
		case isAccent(r) || isApostrophe(r):
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			word = appendFolded(word, r)
		case len(word) > 0:
			all = append(all, string(word))
			word = word[:0]
		}
	}
	if len(word) > 0 {
		all = append(all, string(word))
	}
	return all
}

// isAccent reports whether a mark is one that people leave out when they type,
// unlike the vowels of Thai or Hindi, which are marks too.
func isAccent(r rune) bool {
	return r >= 0x300 && unicode.Is(unicode.Mn, r) && (unicode.Is(unicode.Inherited, r) || unicode.Is(unicode.Hebrew, r))
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '‘', '’', 'ʻ', 'ʼ', '′':
		return true
	}
	return false
}

func appendFolded(word []byte, r rune) []byte {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(word, byte(r))
	}
	// By way of the capital letter, as the final sigma has none of its own.
	r = unicode.ToLower(unicode.ToUpper(r))
	if plain := plainLetters[r]; plain != "" {
		return append(word, plain...)
	}
	return append(word, string(r)...)
}

// plainLetters are what people type for letters that are none with an accent.
var plainLetters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'ħ': "h", 'ŧ': "t", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ŋ': "ng", 'ı': "i", 'ə': "e",
}

// distinct sorts words and takes out what is there twice.
func distinct(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
