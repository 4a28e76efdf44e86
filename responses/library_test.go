package responses_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel/responses"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// shop is a small library in two languages.
func shop(t testing.TB) *responses.Library {
	t.Helper()
	l := new(responses.Library)
	require.NoError(t, l.Replace([]responses.Response{
		{ID: "hello", Title: "Hello", Shortcuts: []string{"/hi"}, Text: "Hello {contact.name}"},
		{ID: "hello", Language: "de", Title: "Begrüßung", Shortcuts: []string{"/hallo"}, Text: "Grüß Gott"},
		{ID: "hello", Language: "de-AT", Title: "Begrüßung", Text: "Servus"},
		{ID: "refund", Category: "Billing/Refunds", Title: "Refund on its way", Shortcuts: []string{"/refund", "Übér"}, Text: "Your money is on its way.", Attachments: []string{"terms.pdf"}},
		{ID: "refund", Language: "de", Category: "Rechnung/Erstattung", Title: "Rückerstattung", Text: "Ihr Geld ist unterwegs, in großen Schritten."},
		{ID: "invoice", Category: "Billing", Text: "Your invoice is\nattached to this message, please look at it soon. See the refund rules."},
		{ID: "agb", Language: "de", Category: "Rechnung", Title: "AGB", Text: "Unsere AGB"},
	}))
	return l
}

func ids(rs []responses.Response) []string {
	list := []string{}
	for _, r := range rs {
		list = append(list, r.ID)
	}
	return list
}

func TestMSG_6_language_variants_fall_back(t *testing.T) {
	l := shop(t)
	for language, text := range map[string]string{
		"de-AT": "Servus", "DE_at": "Servus", "de-AT-1996": "Servus", "de-CH": "Grüß Gott", "de": "Grüß Gott",
		"en": "Hello {contact.name}", "": "Hello {contact.name}", "fr-CA": "Hello {contact.name}", strings.Repeat("x-", 500): "Hello {contact.name}",
	} {
		r, ok := l.Get(language, "hello")
		require.True(t, ok)
		require.Equal(t, text, r.Text, language)
	}
	_, ok := l.Get("en", "agb")
	require.False(t, ok, "there is no English one")
	_, ok = l.Get("de-AT", "agb")
	require.True(t, ok)
	_, ok = l.Get("de", "nothing")
	require.False(t, ok)

	l = &responses.Library{Default: "en-US"}
	require.NoError(t, l.Replace([]responses.Response{
		{ID: "a", Language: "en", Text: "English"}, {ID: "a", Language: "de", Text: "Deutsch"}, {ID: "b", Language: "de", Text: "Deutsch"},
	}))
	r, ok := l.Get("fr", "a")
	require.True(t, ok)
	require.Equal(t, "English", r.Text)
	_, ok = l.Get("fr", "b")
	require.False(t, ok)
}

func TestMSG_6_categories_are_a_tree_in_each_language(t *testing.T) {
	l := shop(t)
	require.Equal(t, []responses.Category{
		{Name: "Billing", Path: "Billing", Count: 2, Sub: []responses.Category{{Name: "Refunds", Path: "Billing/Refunds", Count: 1}}},
	}, l.Categories("en"))
	require.Equal(t, []responses.Category{
		{Name: "Billing", Path: "Billing", Count: 1},
		{Name: "Rechnung", Path: "Rechnung", Count: 2, Sub: []responses.Category{{Name: "Erstattung", Path: "Rechnung/Erstattung", Count: 1}}},
	}, l.Categories("de-AT"))
	require.Equal(t, []string{"hello"}, ids(l.In("en", "")))
	require.Equal(t, []string{"invoice"}, ids(l.In("en", "Billing")))
	require.Equal(t, []string{"refund"}, ids(l.In("en", "Billing/Refunds")))
	require.Empty(t, l.In("en", "billing"))
	require.Empty(t, l.In("en", "Billing/"))
}

func TestMSG_6_search_is_folded_and_ranked(t *testing.T) {
	l := shop(t)
	for _, c := range []struct {
		language, query string
		found           []string
	}{
		{"de", "ruckerstattung", []string{"refund"}},
		{"de", "GROSSEN schritt", []string{"refund"}},
		{"de", "begrüss", []string{"hello"}},
		{"en", "refund", []string{"refund", "invoice"}}, // the title before the text
		{"en", "/refund", []string{"refund"}},
		{"en", "uber", []string{"refund"}},
		{"en", "fund", []string{"refund", "invoice"}},
		{"en", "billing", []string{"invoice", "refund"}},
		{"en", "is attached", []string{"invoice"}},
		{"en", "", []string{"hello", "invoice", "refund"}},
		{"en", "   ", []string{"hello", "invoice", "refund"}},
		{"en", "nothing", []string{}},
		{"en", "refund nothing", []string{}},
		{"en", strings.Repeat("refund ", 50), []string{}},
		{"en", "\xff\x00", []string{}},
	} {
		require.Equal(t, c.found, ids(l.Search(c.language, c.query, 0)), c)
	}
	require.Equal(t, []string{"refund"}, ids(l.Search("en", "refund", 1)))

	require.NoError(t, l.Replace([]responses.Response{
		{ID: "text", Title: "A", Text: "say hi"}, {ID: "inside", Title: "Delhi", Text: "x"}, {ID: "begins", Title: "z Hits", Text: "x"},
		{ID: "longer", Title: "B", Shortcuts: []string{"hide"}, Text: "x"}, {ID: "exact", Title: "C", Shortcuts: []string{"HI"}, Text: "x"},
	}))
	require.Equal(t, []string{"exact", "longer", "begins", "inside", "text"}, ids(l.Search("", "hi", 0)))
	require.Equal(t, []string{"exact", "longer"}, ids(l.Search("", "hi", 2)))
}

func TestMSG_6_a_response_without_a_title_shows_its_beginning(t *testing.T) {
	r, ok := shop(t).Get("en", "invoice")
	require.True(t, ok)
	require.Equal(t, "Your invoice is attached to this message, please look at it…", r.Title)
	var l responses.Library
	require.NoError(t, l.Replace([]responses.Response{{ID: "a", Attachments: []string{"terms.pdf", "price.pdf"}}}))
	r, _ = l.Get("", "a")
	require.Equal(t, "terms.pdf, price.pdf", r.Title)
}

func TestMSG_6_shortcuts_expand_while_typing(t *testing.T) {
	l := shop(t)
	for _, c := range []struct {
		typed    string // "|" is the cursor
		id       string
		language string
		start    int
	}{
		{"/hi|", "hello", "", 0},
		{"/HI|", "hello", "", 0},
		{"Well, /hi| there", "hello", "", 6},
		{"Well,\n/hi|\nthere", "hello", "", 6},
		{"(/hi|", "hello", "", 1},
		{"„/hi|", "hello", "", 3},
		{"übér|", "refund", "", 0},
		{"uber|", "refund", "", 0},
		{"/hallo|", "hello", "en", 0}, // any variant's
		{"/hi|", "hello", "de-AT", 0},
		{"\u00a0/hi|", "hello", "", 2},
		{"/h|i", "", "", 0},
		{"/hi|x", "", "", 0},
		{"x/hi|", "", "", 0},
		{"/hi |", "", "", 0},
		{"|/hi", "", "", 0},
		{"|", "", "", 0},
		{"((/hi|", "", "", 0},
		{"/nothing|", "", "", 0},
		{strings.Repeat("x", 1000) + "|", "", "", 0},
		{"\xff|", "", "", 0},
	} {
		before, after, _ := strings.Cut(c.typed, "|")
		got, ok := l.Expand(c.language, before+after, len(before))
		require.Equal(t, c.id != "", ok, c.typed)
		if ok {
			require.Equal(t, c.id, got.Response.ID)
			require.Equal(t, c.start, got.Start)
			require.Equal(t, len(before), got.End)
		}
	}
	got, _ := l.Expand("de-AT", "/hi", 3)
	require.Equal(t, "Servus", got.Response.Text)
	for _, cursor := range []int{-1, 4, 1 << 40} {
		_, ok := l.Expand("", "/hi", cursor)
		require.False(t, ok)
	}
	_, ok := l.Expand("", "/hi ü", 5) // within a character
	require.False(t, ok)
	// A shortcut whose response has nothing in the language.
	require.NoError(t, l.Replace([]responses.Response{{ID: "a", Language: "de", Shortcuts: []string{"x"}, Text: "y"}}))
	_, ok = l.Expand("en", "x", 1)
	require.False(t, ok)
}

func TestMSG_6_the_zero_library_is_empty(t *testing.T) {
	var l responses.Library
	require.Empty(t, l.Categories("en"))
	require.Empty(t, l.In("en", ""))
	require.Empty(t, l.Search("en", "", 0))
	_, ok := l.Get("en", "a")
	require.False(t, ok)
	_, ok = l.Expand("en", "a", 1)
	require.False(t, ok)
}

func TestMSG_6_a_wrong_response_changes_nothing(t *testing.T) {
	l := shop(t)
	good := responses.Response{ID: "good", Text: "x", Shortcuts: []string{"/good"}}
	for name, c := range map[string]struct {
		r    responses.Response
		want error
	}{
		"no id":               {responses.Response{Text: "x"}, responses.ErrInvalid},
		"a long id":           {responses.Response{ID: strings.Repeat("x", 201), Text: "x"}, responses.ErrInvalid},
		"an id with a break":  {responses.Response{ID: "a\nb", Text: "x"}, responses.ErrInvalid},
		"an id not UTF-8":     {responses.Response{ID: "a\xff", Text: "x"}, responses.ErrInvalid},
		"nothing":             {responses.Response{ID: "a", Text: " \n"}, responses.ErrInvalid},
		"a long text":         {responses.Response{ID: "a", Text: strings.Repeat("x", 1<<16+1)}, responses.ErrInvalid},
		"text not UTF-8":      {responses.Response{ID: "a", Text: "\xff"}, responses.ErrInvalid},
		"a control character": {responses.Response{ID: "a", Text: "a\x00"}, responses.ErrInvalid},
		"a language":          {responses.Response{ID: "a", Language: "german!", Text: "x"}, responses.ErrInvalid},
		"an empty category":   {responses.Response{ID: "a", Category: "a//b", Text: "x"}, responses.ErrInvalid},
		"a padded category":   {responses.Response{ID: "a", Category: "a/ b", Text: "x"}, responses.ErrInvalid},
		"a deep category":     {responses.Response{ID: "a", Category: strings.Repeat("a/", 16) + "a", Text: "x"}, responses.ErrInvalid},
		"a long title":        {responses.Response{ID: "a", Title: strings.Repeat("x", 201), Text: "x"}, responses.ErrInvalid},
		"a spaced shortcut":   {responses.Response{ID: "a", Shortcuts: []string{"a b"}, Text: "x"}, responses.ErrInvalid},
		"an empty shortcut":   {responses.Response{ID: "a", Shortcuts: []string{"\u0301"}, Text: "x"}, responses.ErrInvalid},
		"many shortcuts":      {responses.Response{ID: "a", Shortcuts: strings.Fields(strings.Repeat("x ", 21)), Text: "x"}, responses.ErrInvalid},
		"no attachment":       {responses.Response{ID: "a", Attachments: []string{""}}, responses.ErrInvalid},
		"the same":            {good, responses.ErrDuplicate},
		"the same shortcut":   {responses.Response{ID: "a", Shortcuts: []string{"/GOOD"}, Text: "x"}, responses.ErrDuplicate},
		"a field":             {responses.Response{ID: "a", Text: "x {"}, responses.ErrSyntax},
	} {
		err := l.Replace([]responses.Response{good, c.r})
		require.ErrorIs(t, err, c.want, name)
		var which *responses.ResponseError
		require.ErrorAs(t, err, &which, name)
		require.Equal(t, c.r.ID, which.ID)
		_, ok := l.Get("en", "good")
		require.False(t, ok, name)
		_, ok = l.Get("en", "hello")
		require.True(t, ok, name)
	}
}

// source is a host's own.
type source struct {
	all []responses.Response
	err error
}

func (s source) Responses(context.Context) ([]responses.Response, error) { return s.all, s.err }

func TestMSG_6_a_host_loads_from_where_it_wants(t *testing.T) {
	l := shop(t)
	broken := errors.New("no connection")
	require.ErrorIs(t, l.Load(t.Context(), source{err: broken}), broken)
	require.Equal(t, []string{"hello", "invoice", "refund"}, ids(l.Search("en", "", 0)))
	require.NoError(t, l.Load(t.Context(), source{all: []responses.Response{{ID: "new", Text: "x"}}}))
	require.Equal(t, []string{"new"}, ids(l.Search("en", "", 0)))
}

func TestMSG_6_the_library_is_replaced_as_a_whole(t *testing.T) {
	var l responses.Library
	generation := func(n int) []responses.Response {
		all := make([]responses.Response, 20)
		for i := range all {
			all[i] = responses.Response{ID: fmt.Sprint(i), Category: fmt.Sprint("g", n), Shortcuts: []string{fmt.Sprint("/", i)}, Text: fmt.Sprint("text ", n)}
		}
		return all
	}
	require.NoError(t, l.Replace(generation(0)))
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				found := l.Search("en", "text", 0)
				if len(found) != 20 {
					t.Errorf("%d responses", len(found))
				}
				for _, r := range found {
					if r.Text != found[0].Text {
						t.Errorf("%q beside %q", r.Text, found[0].Text)
					}
				}
				if c := l.Categories("en"); len(c) != 1 || c[0].Count != 20 {
					t.Error(c)
				}
				if _, ok := l.Expand("en", "/7", 2); !ok {
					t.Error("no expansion")
				}
			}
		})
	}
	for n := range 200 {
		require.NoError(t, l.Replace(generation(n)))
	}
	close(done)
	readers.Wait()
}

// Whatever is found is in the library, is what Get gives, and has what was asked.
func TestMSG_6_search_agrees_with_the_library(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		languages := []string{"", "de", "de-AT", "en", "en-GB"}
		words := []string{"Über", "uber", "geld", "Straße", "hi", "refund", "/x", "é"}
		var all []responses.Response
		seen := map[string]bool{}
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			r := responses.Response{
				ID:       rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "id"),
				Language: rapid.SampledFrom(languages).Draw(t, "language"),
				Category: rapid.SampledFrom([]string{"", "x", "x/y", "X", "z/y"}).Draw(t, "category"),
				Text:     strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, "text"), " "),
			}
			if key := r.ID + " " + r.Language; !seen[key] {
				seen[key] = true
				all = append(all, r)
			}
		}
		var l responses.Library
		if err := l.Replace(all); err != nil {
			t.Fatal(err)
		}
		language := rapid.SampledFrom(append(languages, "fr", "en-US")).Draw(t, "asked")
		whole := l.Search(language, "", 0)
		count := len(l.In(language, ""))
		for _, c := range l.Categories(language) {
			count += c.Count
		}
		if count != len(whole) {
			t.Fatalf("%d in categories, %d in all", count, len(whole))
		}
		query := rapid.SampledFrom(words).Draw(t, "query")
		found := l.Search(language, query, 0)
		for _, r := range found {
			if got, ok := l.Get(language, r.ID); !ok || got.Text != r.Text {
				t.Fatal(r)
			}
		}
		for _, r := range whole {
			has := strings.Contains(r.Text, query)
			in := false
			for _, f := range found {
				in = in || f.ID == r.ID
			}
			if has && !in {
				t.Fatalf("%q was not found", r.Text)
			}
		}
	})
}
