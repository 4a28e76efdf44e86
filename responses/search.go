package responses

import (
	"slices"
	"strings"

	"github.com/chatkernel/chatkernel/responses/internal/fold"
)

const maxQuery = 200 // bytes; nobody types more

// Search finds the responses that have every word of the query somewhere in
// title, shortcuts, category or text, without regard to case and accents. One
// whose shortcut is the query comes first, then those whose shortcut begins with
// it, those with the words at the beginnings of words in the title, those with
// them elsewhere in it, and the others; each by category and title. An empty
// query finds all, one of more than 200 bytes none; n is the most to give, 0 for
// all.
func (l *Library) Search(language, query string, n int) []Response {
	if len(query) > maxQuery {
		return nil
	}
	key := fold.String(query)
	words := strings.Fields(key)
	// Long words are rare, so that most responses are left out by the first.
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	v := l.view(language)
	if n <= 0 || n > len(v.entries) {
		n = len(v.entries)
	}
	var found [ranks][]*entry
	for _, e := range v.entries {
		if r := e.rank(key, words); r < ranks && len(found[r]) < n {
			found[r] = append(found[r], e)
		}
	}
	var list []Response
	for _, entries := range found {
		for _, e := range entries {
			if len(list) == n {
				return list
			}
			list = append(list, e.Response)
		}
	}
	return list
}

// How well a response fits, the best first.
const (
	isShortcut = iota
	beginsShortcut
	beginsTitle
	inTitle
	elsewhere
	ranks
)

func (e *entry) rank(key string, words []string) int {
	for _, w := range words {
		if !strings.Contains(e.words, w) {
			return ranks
		}
	}
	if len(words) == 0 {
		return elsewhere
	}
	r := ranks
	for _, s := range e.shortcuts {
		switch {
		case s == key:
			return isShortcut
		case strings.HasPrefix(s, key):
			r = beginsShortcut
		}
	}
	if r == beginsShortcut {
		return r
	}
	r = beginsTitle
	title := e.words[:e.title]
	for _, w := range words {
		i := strings.Index(title, w)
		if i < 0 {
			return elsewhere
		}
		if title[i-1] != ' ' && !strings.Contains(title, " "+w) {
			r = inTitle
		}
	}
	return r
}
