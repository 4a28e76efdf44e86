package gateway

import (
	"errors"
	"net/http"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/chatkernel/chatkernel/responses/emoji"
)

// maxResponses is how many responses one search gives.
const maxResponses = 50

// A response is a standard response as it would be sent in one chat (MSG-6).
type response struct {
	ID          string   `json:"id"`
	Category    string   `json:"category,omitempty"`
	Title       string   `json:"title,omitempty"`
	Shortcuts   []string `json:"shortcuts,omitempty"`
	Text        string   `json:"text"`
	Attachments []string `json:"attachments,omitempty"`
	// Why the text cannot be sent here; it is then as it was written.
	Problem string `json:"problem,omitempty"`
}

func responseOf(r responses.Response, lookup responses.Lookup) response {
	out := response{ID: r.ID, Category: r.Category, Title: r.Title, Shortcuts: r.Shortcuts, Text: r.Text, Attachments: r.Attachments}
	if text, err := responses.Fill(r.Text, lookup); err != nil {
		out.Problem = plain(err)
	} else {
		out.Text = text
	}
	return out
}

// library is the state of the interaction of the request, for an internal party
// in it.
func (g *Gateway) library(r *http.Request, caller Caller) (interaction.State, error) {
	s, err := g.state(r.Context(), r.PathValue("id"), caller)
	switch {
	case err != nil:
		return s, err
	case !staff(caller.ID):
		return s, errStaffOnly
	case g.opt.Responses == nil:
		return s, errNoResponses
	}
	return s, nil
}

// category is a folder of responses.
type category struct {
	Name  string     `json:"name"`
	Path  string     `json:"path"`
	Count int        `json:"count"`
	Sub   []category `json:"sub,omitempty"`
}

func categoriesOf(all []responses.Category) []category {
	out := make([]category, len(all))
	for i, c := range all {
		out[i] = category{c.Name, c.Path, c.Count, categoriesOf(c.Sub)}
	}
	return out
}

// responses finds standard responses in the contact's language.
func (g *Gateway) responses(w http.ResponseWriter, r *http.Request, caller Caller) error {
	s, err := g.library(r, caller)
	if err != nil {
		return err
	}
	q, language := r.URL.Query(), s.Start.Language
	lookup := responses.Fields(&s, caller.ID)
	out := struct {
		Categories []category `json:"categories"`
		Responses  []response `json:"responses"`
	}{categoriesOf(g.opt.Responses.Categories(language)), []response{}}
	var found []responses.Response
	if q.Has("category") {
		found = g.opt.Responses.In(language, q.Get("category"))
	} else {
		found = g.opt.Responses.Search(language, q.Get("q"), maxResponses)
	}
	for _, one := range found {
		out.Responses = append(out.Responses, responseOf(one, lookup))
	}
	return answer(w, http.StatusOK, out)
}

// expand finds the shortcut before the cursor, as clients ask while somebody
// types. Positions are in UTF-16 units, as browsers count.
func (g *Gateway) expand(w http.ResponseWriter, r *http.Request, caller Caller) error {
	var b struct {
		Text   string `json:"text"`
		Cursor int    `json:"cursor"`
	}
	if err := g.body(w, r, &b); err != nil {
		return err
	}
	s, err := g.library(r, caller)
	if err != nil {
		return err
	}
	at, ok := byteAt(b.Text, b.Cursor)
	if !ok {
		return &interaction.InvalidError{Field: "cursor", Err: interaction.ErrValue}
	}
	found, ok := g.opt.Responses.Expand(s.Start.Language, b.Text, at)
	if !ok {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return answer(w, http.StatusOK, struct {
		Start int `json:"start"`
		End   int `json:"end"`
		response
	}{unitsIn(b.Text[:found.Start]), unitsIn(b.Text[:found.End]), responseOf(found.Response, responses.Fields(&s, caller.ID))})
}

// byteAt is where the character that begins at a number of UTF-16 units begins
// in bytes.
func byteAt(text string, units int) (int, bool) {
	for i, r := range text {
		if units <= 0 {
			return i, units == 0
		}
		units -= utf16.RuneLen(r)
	}
	return len(text), units == 0
}

func unitsIn(text string) (n int) {
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// emojiPage is a page of the picker.
type emojiPage struct {
	Key   string      `json:"key"`
	Name  string      `json:"name"`
	Emoji []emojiBody `json:"emoji"`
}

type emojiBody struct {
	Text  string   `json:"text"`
	Name  string   `json:"name"`
	Short string   `json:"short,omitempty"` // without colons
	Tones []string `json:"tones,omitempty"` // the same in five skin tones, the lightest first
}

func emojiOf(e emoji.Emoji, language string) emojiBody {
	out := emojiBody{Text: e.Text, Name: e.Name(language)}
	if len(e.ShortNames) > 0 {
		out.Short = e.ShortNames[0]
	}
	if e.HasTones() {
		for tone := emoji.Light; tone <= emoji.Dark; tone++ {
			if toned, ok := e.Toned(tone, tone); ok {
				out.Tones = append(out.Tones, toned)
			}
		}
	}
	return out
}

// emoji gives the characters to choose from (MSG-5): all in their groups, or, as
// one group without a key, those that a search finds.
func (g *Gateway) emoji(w http.ResponseWriter, r *http.Request, _ Caller) error {
	language, q := preferred(r), r.URL.Query().Get("q")
	var pages []emojiPage
	if q != "" {
		page := emojiPage{Emoji: []emojiBody{}}
		if len(q) <= 200 && utf8.ValidString(q) {
			for _, e := range emoji.Search(q, 64) {
				page.Emoji = append(page.Emoji, emojiOf(e, language))
			}
		}
		pages = append(pages, page)
	} else {
		for _, group := range emoji.Groups() {
			page := emojiPage{Key: group.Key, Name: group.Name(language)}
			for _, sub := range group.Subgroups {
				for _, e := range sub.Emoji {
					page.Emoji = append(page.Emoji, emojiOf(e, language))
				}
			}
			pages = append(pages, page)
		}
	}
	h := w.Header()
	h.Set("Cache-Control", "private, max-age="+strconv.Itoa(24*60*60))
	h.Add("Vary", "Accept-Language")
	return answer(w, http.StatusOK, map[string]any{"groups": pages})
}

// heldBack adds to a problem what was misspelled (MSG-7).
func (p *Problem) heldBack(err error) bool {
	var held *responses.Misspelled
	if !errors.As(err, &held) {
		return false
	}
	p.Extra["words"], p.Extra["confirm"] = held.UTF16(), held.Confirm
	return true
}
