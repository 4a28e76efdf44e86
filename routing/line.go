package routing

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// An entry is an invitation for which somebody has to be found.
type entry struct {
	id         string // of the interaction
	invitation string // empty where one has to be opened (LIFE-14)
	seq        uint64 // how far the interaction was
	target     interaction.Target
	medium     interaction.Medium
	priority   int
	since      time.Time // since when the contact waits: what returns to its queue keeps it
	prefer     interaction.PartyID
	barred     []interaction.PartyID // who cannot get it: the sender, who is in the chat, who has an offer
	tried      []interaction.Attempt
	waits      bool // inbound, or in a queue: it is never refused (ROUTE-2)
	shut       bool // it came outside the opening hours, and they are not over

	pools []*pool // in whose lines it stands
}

// before is the order of a queue: priority, then age (ROUTE-9).
func (e *entry) before(f *entry) bool { return e.compare(f) < 0 }

func (e *entry) compare(f *entry) int {
	return cmp.Or(
		cmp.Compare(f.priority, e.priority), e.since.Compare(f.since), cmp.Compare(e.id, f.id), cmp.Compare(e.invitation, f.invitation),
	)
}

// may reports whether the agent can be asked, where a new round began at the
// given time (ROUTE-2).
func (e *entry) may(agent interaction.PartyID, round time.Time) bool {
	if slices.Contains(e.barred, agent) {
		return false
	}
	for i := range e.tried {
		if a := &e.tried[i]; a.Agent == agent {
			return a.At.Before(round)
		}
	}
	return true
}

// A line holds entries in their order. Most come at its end and go from its
// front; the shorter side moves, so that both are cheap however long it is.
type line struct {
	room   []*entry // the entries are room[lo:hi]
	lo, hi int
}

func (l *line) len() int { return l.hi - l.lo }

// search is the place of e, or the one that it would have.
func (l *line) search(e *entry) int {
	return sort.Search(l.len(), func(i int) bool { return !l.room[l.lo+i].before(e) })
}

// after is the first entry behind e, the front one for no e, nil at the end.
func (l *line) after(e *entry) *entry {
	i := 0
	if e != nil {
		if i = l.search(e); i < l.len() && l.room[l.lo+i].compare(e) == 0 {
			i++
		}
	}
	if i == l.len() {
		return nil
	}
	return l.room[l.lo+i]
}

func (l *line) insert(e *entry) {
	i := l.search(e)
	if front := i < l.len()/2; front && l.lo == 0 || !front && l.hi == len(l.room) {
		l.grow()
	}
	if i < l.len()/2 {
		copy(l.room[l.lo-1:], l.room[l.lo:l.lo+i])
		l.lo--
	} else {
		copy(l.room[l.lo+i+1:l.hi+1], l.room[l.lo+i:l.hi])
		l.hi++
	}
	l.room[l.lo+i] = e
}

// grow makes room at both ends.
func (l *line) grow() {
	n := l.len()
	room := make([]*entry, 3*n+8)
	lo := n + 4
	copy(room[lo:], l.room[l.lo:l.hi])
	l.room, l.lo, l.hi = room, lo, lo+n
}

// remove takes e out, and reports whether it was there.
func (l *line) remove(e *entry) bool {
	i := l.search(e)
	if i == l.len() || l.room[l.lo+i] != e {
		return false
	}
	if i < l.len()/2 {
		copy(l.room[l.lo+1:], l.room[l.lo:l.lo+i])
		l.room[l.lo] = nil
		l.lo++
	} else {
		copy(l.room[l.lo+i:], l.room[l.lo+i+1:l.hi])
		l.hi--
		l.room[l.hi] = nil
	}
	return true
}
