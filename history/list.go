package history

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// A Page is a part of a list.
type Page struct {
	Chats []Chat `json:"chats"`
	// Next is the cursor of the next page, empty where there is none. A page that is
	// short or empty may have a next one.
	Next string `json:"next,omitempty"`
}

// Contact is the history of a contact (HIST-1): its interactions, the newest first.
// For internal viewers those are among them that were assigned to another contact
// since, whose [Chat.Contact] is another. The first page has the empty cursor, each
// further one the [Page.Next] of the one before.
//
// A viewer who may not read it gets [ErrViewer]; further errors are [ErrFilter] and
// [ErrCursor], and [interaction.ErrInvalid] for what is no contact.
func (h *History) Contact(ctx context.Context, viewer, contact interaction.PartyID, f Filter, cursor string) (Page, error) {
	switch {
	case !contact.Valid() || contact.Role() != interaction.RoleContact:
		return Page{}, &interaction.InvalidError{Field: "contact", Err: interaction.ErrValue}
	case !staff(viewer) && viewer != contact:
		return Page{}, ErrViewer
	}
	return h.page(ctx, list{viewer: viewer, contact: contact, filter: f}, cursor)
}

// Mine is an agent's own history (HIST-2): the interactions in which it is or ever
// was in the chat, the newest first and each once, however often it joined. One in
// which it was only consulted, or only watched, is not among them, nor is any
// consultation (CONS-10). Cursor and errors are as with [History.Contact].
func (h *History) Mine(ctx context.Context, agent interaction.PartyID, f Filter, cursor string) (Page, error) {
	if !staff(agent) || agent == interaction.System {
		return Page{}, ErrViewer
	}
	return h.page(ctx, list{viewer: agent, engaged: agent, filter: f}, cursor)
}

// A list is what is asked for.
type list struct {
	viewer  interaction.PartyID
	contact interaction.PartyID // whose history, or
	engaged interaction.PartyID // whose own
	filter  Filter
	words   []string // of the filter's text, folded
}

// bound is what the list's cursors are good for.
func (l *list) bound() []byte {
	return fmt.Appendf(nil, "list %q %q %q %q", l.viewer, l.contact, l.engaged, l.filter.bound())
}

// bound is the filter as one text; equal ones give the same.
func (f *Filter) bound() string {
	at := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	return fmt.Sprintf("%q %q %q %q %q %q %q", at(f.Since), at(f.Until), f.Channel, f.Phases, f.Owner, f.Disposition, f.Text)
}

// page gives the page of a list that a cursor begins.
func (h *History) page(ctx context.Context, l list, cursor string) (Page, error) {
	if err := l.filter.check(l.viewer); err != nil {
		return Page{}, err
	}
	l.words = wordsOf(l.filter.Text)
	last, err := h.unseal(ctx, l.bound(), cursor)
	if err != nil {
		return Page{}, err
	}
	p := Page{Chats: make([]Chat, 0, h.opt.Page)}
	work := 0
	for c, err := range h.candidates(ctx, &l, last) {
		if err != nil {
			return Page{}, err
		}
		if len(p.Chats) == h.opt.Page || work >= max(h.opt.Work, h.opt.Page) {
			if p.Next, err = h.seal(ctx, l.bound(), last); err != nil {
				return Page{}, err
			}
			return p, nil
		}
		work++
		chat, err := h.look(ctx, &l, c.Stream)
		if garbled(ctx, err) {
			chat, err = h.indexed(&l, &c)
		}
		switch {
		case err == nil:
			p.Chats = append(p.Chats, chat)
		case !errors.Is(err, errPass):
			return Page{}, err
		}
		last = c.place
	}
	return p, nil
}

// errPass says that a candidate is not in the list.
var errPass = errors.New("history: not in the list")

// look gives a candidate as it stands in the list, or errPass.
func (h *History) look(ctx context.Context, l *list, id string) (Chat, error) {
	var c Chat
	open := func(s *interaction.State) error {
		if !l.has(s) {
			return errPass
		}
		if err := h.admits(ctx, l.viewer, id, s); err != nil {
			return err
		}
		c = chatOf(l.viewer, id, s)
		return nil
	}
	var err error
	if len(l.words) > 0 {
		c.Hits, err = h.search(ctx, l, id, open)
	} else {
		var s interaction.State
		if s, err = h.k.State(ctx, id); err == nil {
			err = open(&s)
		}
	}
	if errors.Is(err, interaction.ErrNotStarted) || errors.Is(err, chatkernel.ErrInvalidID) {
		err = errPass // not the viewer's to see, or nothing that an engine knows of
	}
	return c, err
}

// garbled says that a chat's log cannot be read here, so that it must not keep
// everybody from what else there is.
func garbled(ctx context.Context, err error) bool {
	var e *chatkernel.StoreError
	return errors.As(err, &e) && (e.Op == "decode" || e.Op == "fold") && ctx.Err() == nil
}

// indexed gives a candidate whose log cannot be read, or errPass where somebody
// must look at more than its index.
func (h *History) indexed(l *list, c *candidate) (Chat, error) {
	if c.index == nil || len(l.words) > 0 || h.opt.Allow != nil || !staff(l.viewer) {
		return Chat{}, errPass
	}
	return unreadable(c.Stream, c.index), nil
}

// A candidate is what may be in a list.
type candidate struct {
	place
	index *chatkernel.Index // where the store found it
}

// candidates are what may be in the list, after a place in it.
func (h *History) candidates(ctx context.Context, l *list, after place) iter.Seq2[candidate, error] {
	if h.opt.Searcher != nil && len(l.words) > 0 {
		return h.searched(ctx, l, after)
	}
	return func(yield func(candidate, error) bool) {
		for e, err := range h.find(ctx, l.query(), h.opt.Page+1, after) {
			if !yield(candidate{place{Stream: e.Stream, Started: e.Index.Started}, &e.Index}, err) {
				return
			}
		}
	}
}

// find gives all that a query finds after a place, so many at a time. Only its last
// pair holds an error.
func (h *History) find(ctx context.Context, q chatkernel.Query, batch int, after place) iter.Seq2[chatkernel.Entry, error] {
	return func(yield func(chatkernel.Entry, error) bool) {
		q.Limit = batch
		if after.Stream != "" {
			q.After = &chatkernel.Entry{Stream: after.Stream, Index: chatkernel.Index{Started: after.Started}}
		}
		for n := batch; n == batch; {
			n = 0
			var last chatkernel.Entry
			for e, err := range h.k.Find(ctx, q) {
				if !yield(e, err) || err != nil {
					return
				}
				last = e
				n++
			}
			q.After = &last
		}
	}
}
