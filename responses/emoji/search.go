package emoji

import (
	"strings"
	"sync"
	"unicode"

	"github.com/chatkernel/chatkernel/responses/internal/fold"
)

// Search finds emoji by the beginnings of words in their English and German
// names, short names and search words, without regard to case and accents. All
// words of the query must be found. The emoji of that short name comes first,
// then where the words are in the names, then the others, each in Unicode's
// order; n is the most to give, 0 for all. A query without a word finds none.
func Search(query string, n int) []Emoji {
	if len(query) > maxQuery {
		return nil
	}
	words := strings.Fields(plain(query))
	if len(words) == 0 {
		return nil
	}
	for i := range words {
		words[i] = " " + words[i]
	}
	var found [3][]int
	t := all()
	named := -1
	if i, ok := t.names[strings.ToLower(strings.Trim(query, ": "))]; ok {
		named = i
		found[0] = append(found[0], i)
	}
	for i, entry := range index() {
		if i == named || !contains(entry.all, words) {
			continue
		}
		rank := 2
		if contains(entry.all[:entry.names], words) {
			rank = 1
		}
		if found[rank] = append(found[rank], i); rank == 1 && n > 0 && len(found[0])+len(found[1]) >= n {
			break
		}
	}
	var list []Emoji
	for _, indices := range found {
		for _, i := range indices {
			if n > 0 && len(list) == n {
				return list
			}
			list = append(list, t.emoji[i])
		}
	}
	return list
}

const maxQuery = 200 // bytes; nobody types more

func contains(s string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(s, w) {
			return false
		}
	}
	return true
}

// An entry is what the search looks at: folded words, each after a space.
type entry struct {
	all   string
	names int // how many bytes of it come from names
}

var index = sync.OnceValue(func() []entry {
	t := all()
	entries := make([]entry, len(t.emoji))
	for i := range t.emoji {
		e := &t.emoji[i]
		names := " " + plain(e.english+" "+strings.Join(e.ShortNames, " ")+" "+e.german)
		entries[i] = entry{names + " " + plain(e.words), len(names)}
	}
	return entries
})

// plain is the text folded, with nothing but letters, digits and single spaces.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) {
			return r
		}
		return ' '
	}, s)
	return fold.String(s)
}
