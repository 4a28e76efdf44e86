package responses

import (
	"slices"
	"strings"

	"github.com/chatkernel/chatkernel/responses/internal/fold"
)

// A Category is a folder of responses.
type Category struct {
	Name  string // the last part of the path
	Path  string // as in [Response.Category]
	Count int    // responses in it and in those below it
	Sub   []Category
}

// Categories is the tree of categories that have responses in the language, by
// name. Responses without a category are in none of them.
func (l *Library) Categories(language string) []Category { return l.view(language).categories }

// In are the responses of one category, without those below it, by title. The
// empty path is the root.
func (l *Library) In(language, category string) []Response {
	var in []Response
	for _, e := range l.view(language).entries {
		if e.Category == category {
			in = append(in, e.Response)
		}
	}
	return in
}

// tree makes the categories of the entries.
func tree(entries []*entry) []Category {
	var root Category
	for _, e := range entries {
		if e.Category == "" {
			continue
		}
		at, end := &root, 0
		for name := range strings.SplitSeq(e.Category, "/") {
			end += len(name)
			i := len(at.Sub) - 1 // nearly always the right one: the entries are sorted
			for i >= 0 && at.Sub[i].Name != name {
				i--
			}
			if i < 0 {
				i = len(at.Sub)
				at.Sub = append(at.Sub, Category{Name: name, Path: e.Category[:end]})
			}
			at = &at.Sub[i]
			at.Count++
			end++ // the slash
		}
	}
	sortByName(root.Sub)
	return root.Sub
}

func sortByName(all []Category) {
	slices.SortStableFunc(all, func(a, b Category) int { return strings.Compare(fold.String(a.Name), fold.String(b.Name)) })
	for i := range all {
		sortByName(all[i].Sub)
	}
}
