package history

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// Older are some chats above the current one (HIST-3), to be put above what was
// loaded before.
type Older struct {
	// Chats stand in chronological order, for a host that keeps them and draws all
	// with [transcript.Lines].
	Chats []transcript.Past `json:"-"`
	// Lines are these chats ready to draw: entries, a line where a day begins, and
	// right above the current chat the mark that it begins. Every page begins with a
	// day; the line below it that names the same day again is left out.
	Lines []transcript.Line `json:"lines"`
	// Next is the cursor of the page above this one, empty where there is none: while
	// there is one, a user interface shows the hint that older chats are above. A page
	// may be empty and have a next one.
	Next string `json:"next,omitempty"`
	// Oldest is set with the last page if any had a chat: from how long ago the oldest
	// is.
	Oldest *Oldest `json:"oldest,omitempty"`
}

// Oldest is when the oldest chat began.
type Oldest struct {
	At  time.Time      `json:"at"`
	Age transcript.Age `json:"age"` // as [transcript.Calendar.OldestChat] words it
}

// Older gives the former chats of the contact whose chat the id names, a page at a
// time, the one right above the current chat first. It reads a page when the loop
// asks for it, so that a user interface goes on with the loop as somebody scrolls
// up. One that cannot keep a loop takes one page and comes back with [Older.Next];
// the empty cursor is the beginning.
//
// They are the chats that are the contact's now and that the viewer may read, in
// which there is something to draw; to the contact itself they are its own.
// [Options] bound how many and how old they are. The errors, each as the last pair,
// are those of [History.Transcript] for the current chat, and [ErrCursor].
func (h *History) Older(ctx context.Context, viewer interaction.PartyID, id string, look Look, cursor string) iter.Seq2[Older, error] {
	return func(yield func(Older, error) bool) {
		for {
			page, err := h.older(ctx, viewer, id, look, cursor)
			if !yield(page, err) || err != nil || page.Next == "" {
				return
			}
			cursor = page.Next
		}
	}
}

func (h *History) older(ctx context.Context, viewer interaction.PartyID, id string, look Look, cursor string) (Older, error) {
	contact, started, err := h.current(ctx, viewer, id)
	if err != nil {
		return Older{}, err
	}
	bound := fmt.Appendf(nil, "older %q %q %q", viewer, contact, id)
	last, err := h.unseal(ctx, bound, cursor)
	if err != nil {
		return Older{}, err
	}
	if cursor == "" {
		last = place{Stream: id, Started: started}
	}
	now := time.Now()
	q := chatkernel.Query{Contact: string(contact)}
	if h.opt.OlderAge > 0 {
		q.Since = now.Add(-h.opt.OlderAge)
	}
	below := last.Given > 0
	var page Older
	work := 0
	for e, err := range h.find(ctx, q, h.opt.OlderPage+1, last) {
		if err != nil {
			return Older{}, err
		}
		if last.Given >= h.opt.OlderChats {
			break
		}
		if len(page.Chats) == h.opt.OlderPage || work >= max(h.opt.Work, h.opt.OlderPage) {
			if page.Next, err = h.seal(ctx, bound, last); err != nil {
				return Older{}, err
			}
			break
		}
		work++
		last.Stream, last.Started = e.Stream, e.Index.Started
		if e.Index.Contact != string(contact) {
			continue // assigned to another since
		}
		t, err := h.Transcript(ctx, viewer, e.Stream, look)
		if errors.Is(err, interaction.ErrNotStarted) || garbled(ctx, err) {
			continue
		}
		if err != nil {
			return Older{}, err
		}
		past := transcript.Past{ID: e.Stream, Entries: t.Entries}
		if began := transcript.Oldest([]transcript.Past{past}); !began.IsZero() {
			page.Chats = append(page.Chats, past)
			last.Given++
			if last.Oldest.IsZero() || began.Before(last.Oldest) {
				last.Oldest = began
			}
		}
	}
	slices.Reverse(page.Chats)
	page.Lines = slices.AppendSeq([]transcript.Line{}, transcript.Lines(page.Chats, now, look.Zone))
	if !below && len(page.Chats) > 0 {
		page.Lines = append(page.Lines, transcript.Line{Kind: transcript.BeginLine, Chat: id})
	}
	if page.Next == "" && last.Given > 0 {
		page.Oldest = &Oldest{last.Oldest, transcript.AgeOf(last.Oldest, now, look.Zone)}
	}
	return page, nil
}

// current is whose older chats stand above a chat, and when it started. To the
// contact who is in it these are its own, also where the chat was assigned to
// another contact, which it must not notice.
func (h *History) current(ctx context.Context, viewer interaction.PartyID, id string) (contact interaction.PartyID, started time.Time, err error) {
	s, err := h.k.State(ctx, id)
	if err != nil {
		return "", started, err
	}
	if viewer.Role() == interaction.RoleContact && s.Start.Contact.ID == viewer {
		return viewer, s.StartedAt, h.allows(ctx, viewer, id, &s)
	}
	return s.Contact.ID, s.StartedAt, h.admits(ctx, viewer, id, &s)
}
