package interaction

import (
	"cmp"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// A Deadline is a moment at which the interaction changes if nothing else
// happens first. Deadlines are computed from the state and never stored.
type Deadline struct {
	At         time.Time
	Kind       DeadlineKind
	Party      PartyID // of a reconnect grace
	Invitation string  // of a no-answer
}

// A DeadlineKind is what a deadline is for.
type DeadlineKind uint8

// The kinds of deadlines, in the order in which those of one moment happen.
const (
	NoAnswer           DeadlineKind = iota // an offer is withdrawn (ROUTE-10)
	ResponseDue                            // the pending response's stage changes (TIME-2)
	InactivityWarnsNow                     // TIME-3
	InactivityEndsNow                      // TIME-3
	AgentGraceEnds                         // a lost desktop counts as having left (PART-9)
	ContactGraceEnds                       // a lost contact counts as having left (LIFE-12)
	AutoClose                              // LIFE-11
	ReturnDue                              // a transferred chat is offered back (ROUTE-12)
)

var deadlineNames = [...]string{"no answer", "response", "inactivity warning", "inactivity end", "agent grace", "contact grace", "auto-close", "return"}

func (k DeadlineKind) String() string { return name(deadlineNames[:], int(k)) }

// Deadlines are all that is pending, soonest first.
func (s *State) Deadlines() []Deadline {
	var all []Deadline
	s.deadlines(func(d Deadline) { all = append(all, d) })
	slices.SortStableFunc(all, Deadline.compare)
	return all
}

// compare orders deadlines as they happen. Parties that are lost at one moment
// go by their ids: the order in which they became known could betray one that
// was there unseen (PART-2).
func (d Deadline) compare(e Deadline) int {
	return cmp.Or(d.At.Compare(e.At), cmp.Compare(d.Kind, e.Kind), cmp.Compare(d.Party, e.Party))
}

// Wake is when the soonest deadline is due, zero if there is none.
func (s *State) Wake() time.Time { return s.wake }

// next is the soonest deadline.
func (s *State) next() (soonest Deadline, ok bool) {
	s.deadlines(func(d Deadline) {
		if !ok || d.compare(soonest) < 0 {
			soonest, ok = d, true
		}
	})
	return soonest, ok
}

func (s *State) deadlines(yield func(Deadline)) {
	if s.Start == nil || s.Phase == InDone {
		return
	}
	p := &s.Start.Policy
	if s.Phase == InEnded {
		if at, ok := s.closes(); ok {
			yield(Deadline{At: at, Kind: AutoClose})
		}
		return
	}
	if p.NoAnswer > 0 {
		for i := range s.Invitations {
			if inv := &s.Invitations[i]; inv.Agent != "" {
				yield(Deadline{At: inv.Offered.Add(p.NoAnswer), Kind: NoAnswer, Invitation: inv.ID})
			}
		}
	}
	if s.Stage != timers.None {
		if at, _, ok := p.Response.Next(s.Pending, s.Stage); ok {
			yield(Deadline{At: at, Kind: ResponseDue})
		}
	}
	if s.handover != nil && p.ReturnAfter > 0 && s.returnTarget() != "" && s.openTransfer() == nil {
		yield(Deadline{At: s.handover.at.Add(p.ReturnAfter), Kind: ReturnDue})
	}
	if i, ok := s.inactivity(); ok {
		if at, ok := i.WarnAt(s.Activity); ok && s.Warned.IsZero() {
			yield(Deadline{At: at, Kind: InactivityWarnsNow})
		}
		if at, ok := i.EndAt(s.Activity, s.Warned); ok {
			yield(Deadline{At: at, Kind: InactivityEndsNow})
		}
	}
	for i := range s.Parties {
		q := &s.Parties[i]
		switch {
		case q.Disconnected.IsZero() || !q.Here():
		case q.role == RoleContact:
			if p.ContactGrace > 0 && !p.Async {
				yield(Deadline{At: q.Disconnected.Add(p.ContactGrace), Kind: ContactGraceEnds, Party: q.ID})
			}
		case p.AgentGrace > 0:
			yield(Deadline{At: q.Disconnected.Add(p.AgentGrace), Kind: AgentGraceEnds, Party: q.ID})
		}
	}
}

// inactivity is the timer that runs in the present phase, if any.
func (s *State) inactivity() (timers.Inactivity, bool) {
	switch s.Phase {
	case InActive:
		return s.Start.Policy.Inactivity, true
	case InDormant:
		return s.Start.Policy.DormantInactivity, true
	}
	return timers.Inactivity{}, false
}

// closes is when an ended interaction closes by itself (LIFE-11).
func (s *State) closes() (time.Time, bool) {
	p := &s.Start.Policy
	if s.EndedWhy != ContactLeft || p.AfterContact == StayOpen || p.WaitForDisposition && s.dispositionMissing() {
		return time.Time{}, false
	}
	if p.AfterContact == CloseLater {
		return s.EndedAt.Add(p.CloseDelay), true
	}
	return s.EndedAt, true
}

func (s *State) dispositionMissing() bool {
	return s.Start.Policy.DispositionRequired && s.Disposition == ""
}
