package routing

import (
	"cmp"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Candidate is an agent who could be offered something now: ready, and with
// capacity left on the medium.
type Candidate struct {
	Agent    interaction.PartyID
	Level    int       // at the skill that the target names; 0 for other targets
	Used     int       // how much it has on the medium
	Capacity int       // how much it may have
	Idle     time.Time // since when nothing was given to it or taken off it, or it is ready
	Offered  time.Time // when it was last offered anything, zero if never
}

// A Strategy says which of two candidates is asked first: a negative result
// means a (ROUTE-2). Equals are told apart by their ids, so that the choice is
// the same for equal inputs. It is called very often, under a lock, and must
// only compare. A host can give its own.
type Strategy func(a, b *Candidate) int

// LongestIdle asks first who has had nothing new for the longest time.
func LongestIdle(a, b *Candidate) int { return a.Idle.Compare(b.Idle) }

// LeastBusy asks first who uses the smallest share of its capacity, then who is
// idle longest.
func LeastBusy(a, b *Candidate) int {
	return cmp.Or(cmp.Compare(a.Used*b.Capacity, b.Used*a.Capacity), LongestIdle(a, b))
}

// RoundRobin asks one after the other: first whose last offer is longest ago.
func RoundRobin(a, b *Candidate) int { return a.Offered.Compare(b.Offered) }

// BestSkill asks first who is best at the skill, then who is idle longest.
func BestSkill(a, b *Candidate) int {
	return cmp.Or(cmp.Compare(b.Level, a.Level), LongestIdle(a, b))
}
