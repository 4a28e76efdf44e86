package responses

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/responses/emoji"
	"github.com/chatkernel/chatkernel/responses/internal/prose"
)

// A Word is a word of a text that can be misspelled.
type Word struct {
	Start, End int    // where it stands, in bytes of the text
	Text       string // as a dictionary has it: without soft hyphens and other invisible characters, with a straight apostrophe
}

// Words are the words of a text that a speller judges, in their order. A word is
// letters with the apostrophes between them; a hyphen parts words. Left out are
// web and mail addresses, what stands in code (between backticks), everything
// with a digit or an underscore, names behind @ and #, short names of emoji,
// single letters, and bytes that are not UTF-8. It takes linear time.
func Words(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		prose.Parts(text, func(start, end int, k prose.Kind) bool {
			return k != prose.Text || wordsIn(text, start, end, yield)
		})
	}
}

// wordsIn gives the words of one part of the text. It reports whether to go on.
func wordsIn(text string, start, end int, yield func(Word) bool) bool {
	for i := start; i < end; {
		r, size := utf8.DecodeRuneInString(text[i:end])
		if r == ':' {
			i += max(shortName(text[i:end])-1, 1) // its last colon may be the first of another
			continue
		}
		if !begins(r) {
			i += size
			continue
		}
		w := scan(text, i, end)
		i = max(w.end, i+size)
		if w.skip || w.letters < 2 || w.start > 0 && strings.IndexByte("@#", text[w.start-1]) >= 0 {
			continue
		}
		word := Word{w.start, w.end, text[w.start:w.end]}
		if w.dressed {
			word.Text = strings.Map(bare, word.Text)
		}
		if !yield(word) {
			return false
		}
	}
	return true
}

// begins reports whether a rune begins a word, or something like one.
func begins(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_'
}

type scanned struct {
	start, end int
	letters    int
	skip       bool // it has a digit or an underscore
	dressed    bool // it has what a dictionary does not
}

// scan reads the word that begins at i.
func scan(text string, i, end int) scanned {
	w := scanned{start: i, end: i}
	for i < end {
		r, size := utf8.DecodeRuneInString(text[i:end])
		switch {
		case 'a' <= r|0x20 && r|0x20 <= 'z' || r >= utf8.RuneSelf && unicode.IsLetter(r):
			w.letters++
		case unicode.IsDigit(r) || r == '_':
			w.skip = true
		case r == '\'' || r == '’':
			// It belongs to the word if a letter follows.
			if next, _ := utf8.DecodeRuneInString(text[i+size : end]); !unicode.IsLetter(next) {
				return w
			}
			w.dressed = w.dressed || r == '’'
		case r >= utf8.RuneSelf && unicode.Is(unicode.M, r):
		case r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r):
			w.dressed = true
		default:
			return w
		}
		i += size
		w.end = i
	}
	return w
}

// bare is a rune of a word as a dictionary has it.
func bare(r rune) rune {
	switch {
	case r == '’':
		return '\''
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// shortName is the length of the emoji's short name that the text begins with, or
// 0.
func shortName(text string) int {
	const longest = 80
	n := strings.IndexByte(text[1:min(len(text), longest)], ':')
	if n < 1 {
		return 0
	}
	if _, ok := emoji.Named(text[1 : 1+n]); !ok {
		return 0
	}
	return n + 2
}
