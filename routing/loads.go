package routing

import (
	"maps"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// loads are the agents' loads as this process knows them.
type loads struct {
	mu  sync.Mutex
	all map[interaction.PartyID]*sharedLoad
}

// A sharedLoad is one agent's. Its lock is held while the log is changed, so
// that the goroutines of one process do not race each other.
type sharedLoad struct {
	mu sync.Mutex
	load
	known bool   // the load is what the log said when it was last read or written
	hint  uint64 // where the log ends, as a conflict told, or 0
}

// audit gives the interactions of which somebody has a piece, as far as this
// process knows, and the agents with a reservation whose deadline is over and
// that no interaction was seen to need.
func (c *capacity) audit(now time.Time) (ids map[string]bool, overdue []interaction.PartyID) {
	c.loads.mu.Lock()
	all := maps.Clone(c.loads.all)
	c.loads.mu.Unlock()
	ids = make(map[string]bool)
	for agent, l := range all {
		l.mu.Lock()
		late := false
		for i := range l.slots {
			s := &l.slots[i]
			ids[s.id] = true
			late = late || !s.seen && now.After(s.until)
		}
		l.mu.Unlock()
		if late {
			overdue = append(overdue, agent)
		}
	}
	return ids, overdue
}

func (l *loads) of(agent interaction.PartyID) *sharedLoad {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = make(map[interaction.PartyID]*sharedLoad)
	}
	s := l.all[agent]
	if s == nil {
		s = new(sharedLoad)
		l.all[agent] = s
	}
	return s
}
