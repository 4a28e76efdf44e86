package history

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// A Filter selects chats of a list. Zero fields select everything; the others must
// all match.
type Filter struct {
	Since   time.Time // it started then or later
	Until   time.Time // it started before
	Channel string    // the medium by which the contact came
	// Phases are those of [Chat.Phase] that the viewer sees: it is in one of them.
	Phases      []string
	Owner       interaction.PartyID // its present or last owner
	Disposition string              // its code
	// Text has words that must all stand in what persons wrote in the chat, as far as
	// the viewer may see it: messages, names of files and pushed pages, and for
	// internal viewers also subject, notes and case data. Case and accents do not
	// count, and a part of a word is enough. It has at most 200 bytes and 16 words.
	Text string
}

const (
	maxText  = 200
	maxWords = 16
)

// check says whether the viewer may filter so. A contact cannot find out by a filter
// what it may not know.
func (f *Filter) check(viewer interaction.PartyID) error {
	contact := viewer.Role() == interaction.RoleContact
	bad := func(field, text string) bool {
		return !utf8.ValidString(text) || contact && field != "text" && text != ""
	}
	switch {
	case bad("channel", f.Channel):
		return &FilterError{"channel"}
	case bad("owner", string(f.Owner)):
		return &FilterError{"owner"}
	case bad("disposition", f.Disposition):
		return &FilterError{"disposition"}
	case bad("text", f.Text) || len(f.Text) > maxText || len(wordsOf(f.Text)) > maxWords:
		return &FilterError{"text"}
	}
	for _, p := range f.Phases {
		if len(phases(viewer, p)) == 0 {
			return &FilterError{"phases"}
		}
	}
	return nil
}

// phases are those of the index that the viewer knows by a name.
func phases(viewer interaction.PartyID, name string) (all []interaction.Phase) {
	for p := interaction.InWaiting; p <= interaction.InDormant; p++ {
		known := word(p)
		if viewer.Role() == interaction.RoleContact {
			known = contactPhase(p)
		}
		if known == name {
			all = append(all, p)
		}
	}
	return all
}

// query is what the store's index can do of it.
func (l *list) query() chatkernel.Query {
	f := &l.filter
	q := chatkernel.Query{
		Contact: string(l.contact), Engaged: string(l.engaged),
		LastOwner: string(f.Owner), Channel: f.Channel, Disposition: f.Disposition, Since: f.Since, Until: f.Until,
	}
	for _, name := range f.Phases {
		for _, p := range phases(l.viewer, name) {
			q.Phases = append(q.Phases, p.String())
		}
	}
	return q
}

// has reports whether a chat is in the list, but for its text: what the index or an
// engine named may have changed meanwhile, or be wrong.
func (l *list) has(s *interaction.State) bool {
	f := &l.filter
	switch {
	case l.contact != "" && l.contact != s.Contact.ID && (!staff(l.viewer) || !slices.Contains(s.Former, l.contact)),
		l.engaged != "" && !engaged(s, l.engaged),
		f.Owner != "" && f.Owner != s.LastOwner,
		f.Channel != "" && f.Channel != s.Start.Channel,
		f.Disposition != "" && f.Disposition != s.Disposition,
		!f.Since.IsZero() && s.StartedAt.Before(f.Since),
		!f.Until.IsZero() && !s.StartedAt.Before(f.Until):
		return false
	}
	return len(f.Phases) == 0 || slices.ContainsFunc(f.Phases, func(name string) bool {
		return slices.Contains(phases(l.viewer, name), s.Phase)
	})
}

func engaged(s *interaction.State, id interaction.PartyID) bool {
	p := s.Party(id)
	return p != nil && p.Engaged
}
