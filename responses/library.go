package responses

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/chatkernel/chatkernel/responses/emoji"
	"github.com/chatkernel/chatkernel/responses/internal/fold"
)

// A Library holds the standard responses (MSG-6). The zero value is empty and
// ready. It may be read by many goroutines while it is replaced; each call sees
// one whole library. What it returns is shared and must not be changed.
//
// Each question names a language (BCP 47), and each response is given in the best
// one that it has: for "de-AT" that is "de-AT", else "de", else the one without a
// language, else Default. A response with none of these is not offered.
type Library struct {
	// Default is the language to fall back to where a response has no variant
	// without one. Set it before the library is filled.
	Default string

	now atomic.Pointer[index]
}

// A Source gives all standard responses. [Dir] is one, a host's database may be
// another.
type Source interface {
	Responses(ctx context.Context) ([]Response, error)
}

// Load replaces the library by what the source has. With an error it stays as it
// was.
func (l *Library) Load(ctx context.Context, s Source) error {
	all, err := s.Responses(ctx)
	if err != nil {
		return err
	}
	return l.Replace(all)
}

// Replace replaces the library, which keeps the responses' slices. An error says
// which response is wrong and why, as a [*ResponseError], and the library stays as
// it was.
func (l *Library) Replace(all []Response) error {
	ix, err := newIndex(all, tagKey(l.Default))
	if err != nil {
		return err
	}
	l.now.Store(ix)
	return nil
}

// Get is the response with the id in the best variant for the language.
func (l *Library) Get(language, id string) (Response, bool) {
	if e := l.view(language).byID[id]; e != nil {
		return e.Response, true
	}
	return Response{}, false
}

// view is the library in one language.
func (l *Library) view(language string) *view { return l.now.Load().view(language) }

func (ix *index) view(language string) *view {
	if ix == nil {
		return &empty
	}
	for tag := tagKey(language); tag != ""; tag = wider(tag) {
		if v := ix.views[tag]; v != nil {
			return v
		}
	}
	return ix.views[""]
}

var empty view // never changed

// An index is a library made ready for questions. It is never changed.
type index struct {
	views     map[string]*view  // by tagKey; "" is for all other languages
	shortcuts map[string]string // ids by shortcutKey
}

// A view is an index in one language: of each response the best variant.
type view struct {
	entries    []*entry // by category, then by title
	byID       map[string]*entry
	categories []Category
}

// An entry is a response with what the search looks at.
type entry struct {
	Response
	order     string // folded category and title
	shortcuts []string
	words     string // all that is searched, folded, each field on a line
	title     int    // how many bytes of words are the title's
}

func newIndex(all []Response, fallback string) (*index, error) {
	variants := make(map[string]map[string]*entry, len(all)) // by id and tag
	tags := map[string]bool{"": true}
	ix := &index{views: make(map[string]*view), shortcuts: make(map[string]string)}
	for i := range all {
		r := &all[i]
		fail := func(err error) (*index, error) { return nil, &ResponseError{r.ID, r.Language, err} }
		if err := r.check(); err != nil {
			return fail(err)
		}
		tag := tagKey(r.Language)
		if variants[r.ID] == nil {
			variants[r.ID] = make(map[string]*entry, 2)
		}
		if variants[r.ID][tag] != nil {
			return fail(ErrDuplicate)
		}
		for _, s := range r.Shortcuts {
			key := shortcutKey(s)
			if other, ok := ix.shortcuts[key]; ok && other != r.ID {
				return fail(&shortcutError{s, other})
			}
			ix.shortcuts[key] = r.ID
		}
		tags[tag] = true
		variants[r.ID][tag] = newEntry(*r)
	}
	for tag := range tags {
		ix.views[tag] = newView(variants, tag, fallback)
	}
	return ix, nil
}

// shortcutError says that two responses have one shortcut. It is ErrDuplicate.
type shortcutError struct{ shortcut, other string }

func (e *shortcutError) Error() string {
	return "the shortcut " + e.shortcut + " is that of " + e.other + " already"
}

func (e *shortcutError) Is(target error) bool { return target == ErrDuplicate }

func newEntry(r Response) *entry {
	e := &entry{Response: r}
	if e.Title == "" {
		e.Title = emoji.Preview(r.Text, 60)
	}
	if e.Title == "" {
		e.Title = emoji.Preview(strings.Join(r.Attachments, ", "), 60)
	}
	title, category := fold.String(e.Title), fold.String(r.Category)
	e.order = category + "\x00" + title
	for _, s := range r.Shortcuts {
		e.shortcuts = append(e.shortcuts, shortcutKey(s))
	}
	e.title = len(title) + 1
	e.words = " " + title + "\n " + strings.Join(e.shortcuts, " ") + "\n " + category + "\n " + fold.String(r.Text)
	return e
}

func newView(variants map[string]map[string]*entry, tag, fallback string) *view {
	v := &view{byID: make(map[string]*entry, len(variants))}
	for id, byTag := range variants {
		if e := best(byTag, tag, fallback); e != nil {
			v.byID[id] = e
			v.entries = append(v.entries, e)
		}
	}
	slices.SortFunc(v.entries, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Category, b.Category), cmp.Compare(a.ID, b.ID))
	})
	v.categories = tree(v.entries)
	return v
}

// best is the variant for the language.
func best(byTag map[string]*entry, tag, fallback string) *entry {
	for t := tag; t != ""; t = wider(t) {
		if e := byTag[t]; e != nil {
			return e
		}
	}
	if e := byTag[""]; e != nil {
		return e
	}
	for t := fallback; t != ""; t = wider(t) {
		if e := byTag[t]; e != nil {
			return e
		}
	}
	return nil
}
