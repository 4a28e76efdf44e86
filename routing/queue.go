package routing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Queue is an interaction queue as an administrator configures it (ROUTE-9).
type Queue struct {
	Target  interaction.Target   // "queue:sales"
	Name    string               // to show; empty is the target's own
	Members []interaction.Target // the agents, groups and skills whose people serve it
	// Strategy is the queue's own; nil is the router's.
	Strategy Strategy
	// Overflow are targets whose people are asked as well, each once something
	// has waited for its time. It keeps its age, priority and queue.
	Overflow []Overflow
	// Hours are the opening hours; nil is always open.
	Hours *Hours
	// Closed is what happens outside them.
	Closed Closing
	// Announce is how often a waiting contact is told its place (MSG-10); zero
	// is never.
	Announce time.Duration
}

// An Overflow is a further target after a time.
type Overflow struct {
	After time.Duration
	To    interaction.Target
}

// A Closing is what happens to a request outside the opening hours.
type Closing uint8

// What happens outside the opening hours. Who came while the queue was open is
// served all the same.
const (
	WaitForOpening Closing = iota // it waits, and is told when the queue opens
	Refuse                        // it is refused with ErrClosed
)

// A Place is where somebody stands in a queue (ROUTE-9).
type Place struct {
	Target   interaction.Target
	Position int           // from 1; 0 while somebody is asked
	Waiting  int           // how many wait in all
	Wait     time.Duration // about how long it takes; 0 where that is not known
	Since    time.Time     // since when it waits
	Opens    time.Time     // when the queue opens, zero if it is open
}

// Words says a place in the contact's language, as an announcement. It knows
// German and otherwise speaks English; a host can give its own.
func Words(language string, p Place) string {
	german := strings.HasPrefix(language, "de")
	minutes := int((p.Wait + time.Minute - 1) / time.Minute)
	switch {
	case !p.Opens.IsZero() && german:
		return "Wir haben gerade geschlossen und öffnen wieder am " + p.Opens.Format("02.01. um 15:04") + " Uhr."
	case !p.Opens.IsZero():
		return "We are closed now and open again on " + p.Opens.Format("Monday, January 2 at 15:04") + "."
	case p.Position < 1:
		return ""
	case german && minutes > 0:
		return fmt.Sprintf("Sie sind an Platz %d der Warteschlange. Wartezeit etwa %d Min.", p.Position, minutes)
	case german:
		return fmt.Sprintf("Sie sind an Platz %d der Warteschlange.", p.Position)
	case minutes > 0:
		return fmt.Sprintf("You are number %d in the queue. About %d min to wait.", p.Position, minutes)
	}
	return fmt.Sprintf("You are number %d in the queue.", p.Position)
}

// A QueueError says what is wrong with a queue's configuration.
type QueueError struct {
	Target interaction.Target
	Reason string
}

func (e *QueueError) Error() string {
	return fmt.Sprintf("routing: queue %q: %s", string(e.Target), e.Reason)
}

// checked is a copy of the queues, by their targets as well, or a [*QueueError].
func checked(queues []Queue) ([]Queue, map[interaction.Target]*Queue, error) {
	queues = slices.Clone(queues)
	named := make(map[interaction.Target]*Queue)
	for i := range queues {
		q := &queues[i]
		if err := q.validate(); err != nil {
			return nil, nil, err
		}
		if named[q.Target] != nil {
			return nil, nil, &QueueError{q.Target, "it is there twice"}
		}
		named[q.Target] = q
	}
	return queues, named, nil
}

func (q *Queue) validate() error {
	bad := func(reason string) error { return &QueueError{q.Target, reason} }
	if q.Target.Kind() != interaction.QueueTarget {
		return bad("its target is none of a queue")
	}
	for _, m := range q.Members {
		if k := m.Kind(); k == interaction.NoTarget || k == interaction.QueueTarget {
			return bad("no such member: " + string(m))
		}
	}
	for i, o := range q.Overflow {
		switch {
		case o.To.Kind() == interaction.NoTarget || o.To == q.Target:
			return bad("no such target to overflow to: " + string(o.To))
		case o.After < 0 || i > 0 && o.After < q.Overflow[i-1].After:
			return bad("the times of its overflow do not grow")
		}
	}
	if q.Announce < 0 || q.Announce > 0 && q.Announce < time.Second {
		return bad("it announces more often than every second")
	}
	if q.Closed > Refuse {
		return bad("unknown closing")
	}
	return q.Hours.Validate()
}
