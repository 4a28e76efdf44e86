package interaction

import (
	"strconv"
	"time"
)

// A Shown is a record as one viewer gets it. It holds nothing that the viewer
// may not know: numbers of its own instead of the log's, and for the contact
// no internal party's real name, id or reason.
type Shown struct {
	// Position is the viewer's own number of the record: 1, 2, 3 … with no gap.
	Position uint64
	// Public is how many of the records up to this one everyone may see; the
	// contact has read it when [State.ContactRead] is not less (MSG-2).
	Public   uint64
	At       time.Time
	By       PartyID // for the contact an alias where it is an internal party
	Audience Scope
	// Consultation is which one it belongs to, empty for none.
	Consultation string
	From         Handle // who caused it; the system's handle if the viewer does not know of it
	About        Handle // the party that the event is about, where that is another one
	Event        Event  // not to be changed
}

// Show gives the record as the viewer may see it, or false where it may not
// see it. Position and Public are the reader's to count.
func (s *State) Show(v Viewer, r *Record) (Shown, bool) {
	e := s.eye(v)
	if !e.sees(&r.Audience, r.Seq) {
		return Shown{}, false
	}
	out := Shown{At: r.At, By: r.By, Audience: r.Audience.Scope, Consultation: r.Audience.Consultation, Event: r.Event}
	var known bool
	if out.From, known = e.handle(r.By, r.Seq); !known {
		out.From = Handle{Colour: -1, Role: RoleSystem}
		if v.ID.Role() == RoleContact {
			out.By = System
		}
	}
	if about := subject(r.Event); about != "" {
		out.About, _ = e.handle(about, r.Seq)
	}
	if v.ID.Role() == RoleContact {
		s.redact(&out)
	}
	return out, true
}

// subject is the party that an event is about.
func subject(e Event) PartyID {
	switch e := e.(type) {
	case *Joined:
		return e.Party
	case *Left:
		return e.Party
	case *OwnerChanged:
		return e.Owner
	case *Disconnected:
		return e.Party
	case *Reconnected:
		return e.Party
	case *ConsultationJoined:
		return e.Party
	case *Watching:
		return e.Party
	case *WatchingEnded:
		return e.Party
	case *Invited:
		return e.Agent
	case *Offered:
		return e.Agent
	case *OfferReturned:
		return e.Agent
	case *InvitationClosed:
		return e.Agent
	}
	return ""
}

// redact takes out what the contact must not learn of internal parties: who
// they really are, and by which way they came or went (PART-4).
func (s *State) redact(out *Shown) {
	out.By = alias(out.By, out.From)
	switch e := out.Event.(type) {
	case *Joined:
		c := &Joined{Party: alias(e.Party, out.About), Name: out.About.Name}
		// That somebody was put there, out of a consultation, is not the contact's to know.
		out.By, out.From = c.Party, out.About
		out.Event = c
	case *Left:
		c := &Left{Party: alias(e.Party, out.About)}
		if e.Party.Role() == RoleContact {
			c.Why = e.Why
		} else {
			// That somebody was removed, moved on or lost is not the contact's to know.
			out.By, out.From = c.Party, out.About
		}
		out.Event = c
	}
}

// alias names an internal party without saying who it is.
func alias(id PartyID, h Handle) PartyID {
	if !id.Role().staff() {
		return id
	}
	return PartyID("agent:#" + strconv.Itoa(h.Colour))
}
