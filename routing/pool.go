package routing

import (
	"cmp"
	"container/heap"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A pool is everybody who serves a target by a medium, and everything that
// waits for them.
type pool struct {
	target   interaction.Target
	medium   interaction.Medium
	strategy Strategy
	free     seats // those who could be asked now
	members  int   // all, who are allowed the medium
	ready    int   // of them, who are ready
	line     line
	round    time.Time // when one of them last became available (ROUTE-2)
	pace     pace
	frontier []int // of pick, kept to allocate nothing
}

// A seat is an agent's membership in a pool.
type seat struct {
	Candidate
	who  *member
	pool *pool
	at   int // in pool.free, -1 where it cannot be asked now
}

// seats are a heap, the one to ask first in front.
type seats struct {
	all      []*seat
	strategy Strategy
}

func (s *seats) Len() int           { return len(s.all) }
func (s *seats) Less(i, j int) bool { return s.before(s.all[i], s.all[j]) }
func (s *seats) Swap(i, j int) {
	s.all[i], s.all[j] = s.all[j], s.all[i]
	s.all[i].at, s.all[j].at = i, j
}

func (s *seats) Push(x any) {
	st := x.(*seat)
	st.at = len(s.all)
	s.all = append(s.all, st)
}

func (s *seats) Pop() any {
	last := len(s.all) - 1
	st := s.all[last]
	s.all[last] = nil
	s.all = s.all[:last]
	st.at = -1
	return st
}

func (s *seats) before(a, b *seat) bool {
	return cmp.Or(s.strategy(&a.Candidate, &b.Candidate), cmp.Compare(a.Agent, b.Agent)) < 0
}

// settle puts the seat where it belongs after its agent has changed.
func (p *pool) settle(st *seat) {
	can := st.who.Presence == Ready && st.Used < st.Capacity
	switch {
	case can && st.at < 0:
		heap.Push(&p.free, st)
	case can:
		heap.Fix(&p.free, st.at)
	case st.at >= 0:
		heap.Remove(&p.free, st.at)
	}
}

// pick is whom to ask for the entry first, nil if there is nobody: the preferred
// agent, whose seats these are, else by the strategy. It looks at no more than
// those who are skipped and their next.
func (p *pool) pick(e *entry, preferred []*seat) *seat {
	if len(p.free.all) == 0 || e.shut {
		return nil
	}
	for _, st := range preferred {
		if st.pool == p && st.at >= 0 && e.may(st.Agent, p.round) {
			return st
		}
	}
	// The heap's order below a seat is not known, so the best of all that were
	// reached comes next.
	reached := append(p.frontier[:0], 0)
	defer func() { p.frontier = reached }()
	for len(reached) > 0 {
		best := 0
		for i := 1; i < len(reached); i++ {
			if p.free.Less(reached[i], reached[best]) {
				best = i
			}
		}
		at := reached[best]
		if st := p.free.all[at]; e.may(st.Agent, p.round) {
			return st
		}
		reached[best] = reached[len(reached)-1]
		reached = reached[:len(reached)-1]
		for child := 2*at + 1; child <= 2*at+2 && child < len(p.free.all); child++ {
			reached = append(reached, child)
		}
	}
	return nil
}

// A pace is how often somebody of a pool takes something.
type pace struct {
	last  time.Time
	every time.Duration // a mean in which the latest counts most
}

// served notes that somebody took something.
func (p *pace) served(at time.Time) {
	if !p.last.IsZero() {
		d := max(0, at.Sub(p.last))
		if p.every == 0 {
			p.every = d
		} else {
			p.every += (d - p.every) / 5
		}
	}
	p.last = at
}

// wait is how long the one at a place will wait, 0 where it is not known.
func (p *pace) wait(place int) time.Duration { return time.Duration(place) * p.every }
