package responses

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/responses/internal/fold"
)

// An Expansion is a shortcut that was typed, and what it stands for.
type Expansion struct {
	Start, End int // what to replace, in bytes of the text
	Response   Response
}

// Expand finds the shortcut that ends at the cursor (in bytes of the text), as a
// desktop asks after each space or tab: a whole word, with nothing but white space
// or an opening bracket or quote before it and white space or the text's end
// after it. A shortcut of any variant gives the best one for the language. There
// is none inside a word, for a cursor that is not in the text or not between
// characters, and for a response that has no variant for the language.
func (l *Library) Expand(language, text string, cursor int) (Expansion, bool) {
	ix := l.now.Load()
	if ix == nil || cursor <= 0 || cursor > len(text) || cursor < len(text) && !utf8.RuneStart(text[cursor]) {
		return Expansion{}, false
	}
	if r, size := utf8.DecodeRuneInString(text[cursor:]); size > 0 && !unicode.IsSpace(r) {
		return Expansion{}, false
	}
	start := cursor
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		if unicode.IsSpace(r) {
			break
		}
		if start -= size; cursor-start > maxLine+4 {
			return Expansion{}, false
		}
	}
	id, ok := ix.shortcuts[shortcutKey(text[start:cursor])]
	if !ok {
		if r, size := utf8.DecodeRuneInString(text[start:cursor]); strings.ContainsRune("([{\"'„“‚‘«‹", r) {
			start += size
			id, ok = ix.shortcuts[shortcutKey(text[start:cursor])]
		}
	}
	if !ok {
		return Expansion{}, false
	}
	e := ix.view(language).byID[id]
	if e == nil {
		return Expansion{}, false
	}
	return Expansion{start, cursor, e.Response}, true
}

// shortcutKey is a shortcut as shortcuts are compared.
func shortcutKey(s string) string { return fold.String(s) }
