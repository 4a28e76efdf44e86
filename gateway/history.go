package gateway

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
	"github.com/chatkernel/chatkernel/transcript/export"
)

// withHistory refuses what needs histories where there are none.
func (g *Gateway) withHistory(handle func(http.ResponseWriter, *http.Request, Caller) error) func(http.ResponseWriter, *http.Request, Caller) error {
	if g.opt.History == nil {
		return func(http.ResponseWriter, *http.Request, Caller) error { return errNoHistory }
	}
	return handle
}

// filterOf reads the filter of a list from a query.
func filterOf(q url.Values) (f history.Filter, err error) {
	for name, to := range map[string]*time.Time{"since": &f.Since, "until": &f.Until} {
		if q.Get(name) == "" {
			continue
		}
		if *to, err = time.Parse(time.RFC3339, q.Get(name)); err != nil {
			return f, &interaction.InvalidError{Field: name, Err: interaction.ErrValue}
		}
	}
	f.Channel, f.Phases, f.Owner = q.Get("channel"), q["phase"], interaction.PartyID(q.Get("owner"))
	f.Disposition, f.Text = q.Get("disposition"), q.Get("text")
	return f, nil
}

// contactHistory lists a contact's chats (HIST-1).
func (g *Gateway) contactHistory(w http.ResponseWriter, r *http.Request, caller Caller) error {
	f, err := filterOf(r.URL.Query())
	if err != nil {
		return err
	}
	page, err := g.opt.History.Contact(r.Context(), caller.ID, interaction.PartyID(r.PathValue("contact")), f, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, page)
}

// myHistory lists the chats that the caller was engaged in (HIST-2).
func (g *Gateway) myHistory(w http.ResponseWriter, r *http.Request, caller Caller) error {
	if !staff(caller.ID) {
		return errStaffOnly
	}
	f, err := filterOf(r.URL.Query())
	if err != nil {
		return err
	}
	page, err := g.opt.History.Mine(r.Context(), caller.ID, f, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, page)
}

// look is how the caller wants to read: in its language, and in the time zone that
// its query names.
func (g *Gateway) look(r *http.Request, caller Caller) (history.Look, error) {
	zone, err := transcript.Zone(r.URL.Query().Get("zone"))
	if err != nil {
		return history.Look{}, &interaction.InvalidError{Field: "zone", Err: interaction.ErrValue}
	}
	return history.Look{Words: g.words(r, caller), Zone: zone}, nil
}

// transcript opens a chat as the caller may read it (HIST-1).
func (g *Gateway) transcript(w http.ResponseWriter, r *http.Request, caller Caller) error {
	look, err := g.look(r, caller)
	if err != nil {
		return err
	}
	t, err := g.opt.History.Transcript(r.Context(), caller.ID, r.PathValue("id"), look)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, t)
}

// A line is one to draw among older chats, with its words.
type line struct {
	transcript.Line
	Text string `json:"text,omitempty"`
}

// older gives some chats above the current one (HIST-3).
func (g *Gateway) older(w http.ResponseWriter, r *http.Request, caller Caller) error {
	look, err := g.look(r, caller)
	if err != nil {
		return err
	}
	calendar := transcript.CalendarFor(preferred(r))
	for page, err := range g.opt.History.Older(r.Context(), caller.ID, r.PathValue("id"), look, r.URL.Query().Get("cursor")) {
		if err != nil {
			return err
		}
		out := struct {
			Lines  []line `json:"lines"`
			Next   string `json:"next,omitempty"`
			Hint   string `json:"hint,omitempty"`
			Notice string `json:"notice,omitempty"`
		}{Lines: []line{}, Next: page.Next}
		for _, l := range page.Lines {
			one := line{Line: l}
			switch l.Kind {
			case transcript.DayLine:
				one.Text = calendar.Day(*l.Day)
			case transcript.BeginLine:
				one.Text = calendar.Begins
			}
			out.Lines = append(out.Lines, one)
		}
		if page.Next != "" {
			out.Hint = calendar.Older
		}
		if page.Oldest != nil {
			out.Notice = calendar.OldestChat(page.Oldest.Age)
		}
		return answer(w, http.StatusOK, out)
	}
	return answer(w, http.StatusOK, map[string]any{"lines": []line{}})
}

// formats are what a chat can be saved as (HIST-6).
var formats = map[string]struct {
	kind  string
	write func(io.Writer, *export.Chat) error
}{
	"txt":          {"text/plain; charset=utf-8", export.Text},
	"html":         {"text/html; charset=utf-8", export.HTML},
	"json":         {"application/json", export.JSON},
	"connect.json": {"application/json", export.Connect},
	"xml":          {"text/xml; charset=utf-8", nil},
}

// save answers with a chat as the caller may read it, in a format.
func (g *Gateway) save(w http.ResponseWriter, r *http.Request, caller Caller) error {
	format, ok := formats[r.PathValue("format")]
	if !ok {
		return errNotFound
	}
	look, err := g.look(r, caller)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	// The history says who may read it at all.
	if _, err := g.opt.History.Transcript(r.Context(), caller.ID, id, look); err != nil {
		return err
	}
	s, err := g.k.State(r.Context(), id)
	if err != nil {
		return err
	}
	log, err := g.log(r.Context(), id)
	if err != nil {
		return err
	}
	view := transcript.View{State: &s, Viewer: interaction.Viewer{ID: caller.ID, Purpose: interaction.History}, Words: look.Words, Links: g.opt.Links}
	h := w.Header()
	h.Set("Content-Type", format.kind)
	h.Set("Content-Disposition", files.Disposition("chat-"+id+"."+r.PathValue("format")))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	out := g.paced(w)
	if format.write == nil {
		_, err = chatxml.Export(id, view, log).WriteTo(out)
		return out.whole(err)
	}
	chat := export.Of(id, view, export.Shown(view, log))
	chat.Language, chat.Zone = preferred(r), look.Zone.String()
	return out.whole(format.write(out, &chat))
}

func (g *Gateway) log(ctx context.Context, id string) (log []interaction.Record, err error) {
	for r, err := range g.k.Log(ctx, id) {
		if err != nil {
			return nil, err
		}
		log = append(log, r)
	}
	return log, nil
}

// assign gives chats to a contact's history (HIST-5); without a contact it undoes
// the last assignment of each.
func (g *Gateway) assign(w http.ResponseWriter, r *http.Request, caller Caller) error {
	key, err := key(r)
	if err != nil {
		return err
	}
	var b struct {
		Contact      *personBody `json:"contact"`
		Interactions []string    `json:"interactions"`
	}
	if err := g.body(w, r, &b); err != nil {
		return err
	}
	if !staff(caller.ID) {
		return errStaffOnly
	}
	if n := len(b.Interactions); n == 0 || n > maxAssigned {
		return &interaction.InvalidError{Field: "interactions", Err: interaction.ErrTooMany}
	}
	var outcomes []history.Outcome
	if b.Contact == nil {
		outcomes = g.opt.History.Unassign(r.Context(), caller.ID, key, b.Interactions...)
	} else if outcomes, err = g.opt.History.Assign(r.Context(), caller.ID, key, interaction.Person(*b.Contact), b.Interactions...); err != nil {
		return err
	}
	type outcome struct {
		ID      string   `json:"id"`
		Problem *Problem `json:"problem,omitempty"`
	}
	out := make([]outcome, len(outcomes))
	for i, o := range outcomes {
		out[i].ID = o.ID
		if o.Err != nil {
			p := g.problem(caller, g.conceal(r.Context(), o.ID, caller, o.Err))
			out[i].Problem = &p
		}
	}
	return answer(w, http.StatusOK, map[string]any{"interactions": out})
}

const maxAssigned = 100
