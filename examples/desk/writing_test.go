package main

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
)

// The shop has each response in English and in German, with the same fields and
// with attachments that there are.
func TestMSG_6_demo_responses_are_whole(t *testing.T) {
	library, err := newLibrary()
	require.NoError(t, err)
	english, german := library.Search("en", "", 0), library.Search("de", "", 0)
	require.GreaterOrEqual(t, len(english), 10)
	require.Len(t, german, len(english))
	for _, r := range english {
		other, ok := library.Get("de", r.ID)
		require.True(t, ok, r.ID)
		require.Equal(t, "de", other.Language, r.ID)
		require.NotEmpty(t, r.Shortcuts, r.ID)
		want, err := responses.FieldsOf(r.Text)
		require.NoError(t, err)
		got, err := responses.FieldsOf(other.Text)
		require.NoError(t, err)
		require.Equal(t, want, got, r.ID)
		require.Len(t, other.Attachments, len(r.Attachments), r.ID)
		for _, name := range append(r.Attachments, other.Attachments...) {
			_, content, err := attachments{}.Attachment(t.Context(), name)
			require.NoError(t, err, name)
			require.NoError(t, content.Close())
		}
	}
	for _, name := range []string{"", "none.pdf", "../greeting/hello.txt", "/etc/passwd"} {
		_, _, err := attachments{}.Attachment(t.Context(), name)
		require.Error(t, err, name)
	}
	_, _, err = attachments{}.Attachment(t.Context(), "none.pdf")
	require.ErrorIs(t, err, files.ErrNotFound)
}

// A German customer gets German responses, with their name and order in them, and
// the German price list.
func TestMSG_6_demo_responses_in_the_contacts_language(t *testing.T) {
	together(t, "de", func(d *desk, pat, maria *visitor) {
		status, _ := pat.asks("GET", "/responses", "")
		require.Equal(t, http.StatusForbidden, status, "they are for those who work here")
		status, got := maria.asks("POST", "/responses/expand", `{"text":"Ah. /hallo","cursor":10}`)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "Guten Tag Pat, ich bin Maria. Wie kann ich Ihnen helfen?", got["text"])
		require.EqualValues(t, 4, got["start"])
		_, got = maria.asks("POST", "/responses/expand", `{"text":"/rechnung","cursor":9}`)
		require.Contains(t, got["problem"], `"case.Invoice"`, "the page names the field")
		status, _ = maria.asks("POST", "/responses/expand", `{"text":"hallo","cursor":5}`)
		require.Equal(t, http.StatusNoContent, status)

		_, got = maria.asks("GET", "/responses?q=preis", "")
		found := got["responses"].([]any)[0].(map[string]any)
		require.Equal(t, []any{"preisliste.pdf"}, found["attachments"])
		status, got = maria.asks("POST", "/uploads/attach", `{"attachment":"preisliste.pdf"}`)
		require.Equal(t, http.StatusCreated, status, got)
		require.Equal(t, "application/pdf", got["type"])
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, []string{"preisliste.pdf available"}, maria.pending(""))
		status, _ = maria.asks("POST", "/uploads/attach", `{"attachment":"none.pdf"}`)
		require.Equal(t, http.StatusNotFound, status)
	})
}

// What an agent misspells is held back until it says so again; what a customer
// writes is nobody's business.
func TestMSG_7_demo_checks_spelling(t *testing.T) {
	together(t, "de", func(d *desk, pat, maria *visitor) {
		const text = `😀 Die Rechnug kommt vieleicht morgen.`
		status, problem := maria.asks("POST", "/commands/say", `{"text":"`+text+`"}`)
		require.Equal(t, http.StatusUnprocessableEntity, status)
		require.Equal(t, "misspelled", problem["code"])
		units := utf16.Encode([]rune(text))
		var wrong []string
		for _, w := range problem["words"].([]any) {
			w := w.(map[string]any)
			wrong = append(wrong, string(utf16.Decode(units[int(w["start"].(float64)):int(w["end"].(float64))]))+" "+w["suggestions"].([]any)[0].(string))
		}
		require.Equal(t, []string{"Rechnug Rechnung", "vieleicht vielleicht"}, wrong)
		status, _ = maria.asks("POST", "/commands/say", `{"text":"`+text+`","confirm":"`+problem["confirm"].(string)+`"}`)
		require.Equal(t, http.StatusOK, status)
		status, _ = pat.asks("POST", "/commands/say", `{"text":"`+text+`"}`)
		require.Equal(t, http.StatusOK, status)
	})
}

func TestMSG_7_demo_knows_a_few_mistakes(t *testing.T) {
	found, err := mistakes.Check(t.Context(), "en-GB", "Teh paymant, TEH end. See teh.example")
	require.NoError(t, err)
	require.Equal(t, []responses.Misspelling{
		{Start: 0, End: 3, Word: "Teh", Suggestions: []string{"The"}}, {Start: 4, End: 11, Word: "paymant", Suggestions: []string{"payment"}},
		{Start: 13, End: 16, Word: "TEH", Suggestions: []string{"The"}},
	}, found)
	for _, language := range []string{"", "fr", "deu"} {
		_, err = mistakes.Check(t.Context(), language, "teh")
		require.ErrorIs(t, err, responses.ErrLanguage)
	}
	for language, words := range mistakes {
		for wrong := range words {
			require.Equal(t, strings.ToLower(wrong), wrong)
			found, err := mistakes.Check(t.Context(), language, wrong)
			require.NoError(t, err)
			require.Len(t, found, 1, wrong)
		}
	}
}

// With hunspell or without it there is a speller, which finds nothing wrong with
// what the shop itself has prepared.
func TestMSG_7_demo_speller(t *testing.T) {
	speller, stop := newSpeller(t.Context())
	defer func() { require.NoError(t, stop()) }()
	found, err := speller.Check(t.Context(), "en", "Your paymant, dear Chloe")
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "paymant", found[0].Word)
	require.Contains(t, found[0].Suggestions, "payment")
	library, err := newLibrary()
	require.NoError(t, err)
	for _, language := range []string{"en", "de"} {
		for _, r := range library.Search(language, "", 0) {
			text, err := responses.Fill(r.Text, func(string) (string, error) { return "Halm", nil })
			require.NoError(t, err)
			found, err := speller.Check(t.Context(), language, text)
			require.NoError(t, err)
			require.Empty(t, found, text)
		}
	}
}

// Without hunspell the demo still runs.
func TestMSG_7_demo_without_hunspell(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	speller, stop := newSpeller(t.Context())
	require.NoError(t, stop())
	require.Equal(t, mistakes, speller)
}

// Short names are emoji when they arrive.
func TestMSG_5_demo_emoji(t *testing.T) {
	together(t, "en", func(d *desk, pat, maria *visitor) {
		status, _ := pat.asks("POST", "/commands/say", `{"text":"Thanks :thumbsup:"}`)
		require.Equal(t, http.StatusOK, status)
		var said []string
		for r, err := range d.records(pat.ctx, "chat", 0) {
			require.NoError(t, err)
			if e, ok := r.Event.(*interaction.Said); ok {
				said = append(said, e.Text)
			}
		}
		require.Equal(t, "Thanks 👍", said[len(said)-1])
		_, header := pat.asks("GET", "", "")
		require.Equal(t, true, header["emoji"])
	})
}

// A pushed page is announced in the contact's language.
func TestURL_5_demo_words_of_a_pushed_page(t *testing.T) {
	together(t, "de", func(d *desk, _, maria *visitor) {
		status, _ := maria.asks("POST", "/commands/push-url", `{"url":"https://shop.example/"}`)
		require.Equal(t, http.StatusOK, status)
		var text string
		for r, err := range d.records(maria.ctx, "chat", 0) {
			require.NoError(t, err)
			if e, ok := r.Event.(*interaction.URLPushed); ok {
				text = e.Text
			}
		}
		require.Equal(t, "Bitte öffnen Sie diese Seite: https://shop.example/", text)
	})
}
