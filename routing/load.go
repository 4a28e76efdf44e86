package routing

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/google/uuid"
)

// A load is what an agent has and is about to be offered: the last state of the
// log "agent/<id>", in the same store as the interactions (ROUTE-8). Each
// commit holds the whole state, so that only the last one need be read.
type load struct {
	head  uint64
	slots []slot
}

// A slot is one piece of an agent's capacity. It is reserved before the offer
// and stays until the interaction does not need the agent any more. Until its
// deadline it counts unconditionally; afterwards it counts if the interaction
// has the agent, so that what a crash left behind heals.
type slot struct {
	id         string // of the interaction
	medium     interaction.Medium
	invitation string    // whose offer it was reserved for, empty if that was not open yet
	seq        uint64    // how far the interaction was when that was decided
	owner      uint64    // the router that reserved it
	until      time.Time // the deadline

	// What is not stored: whether the interaction had the agent when it was last
	// looked at, and had more than an offer for it.
	seen, held bool
}

func (l *load) find(id string, m interaction.Medium) *slot {
	for i := range l.slots {
		if l.slots[i].id == id && l.slots[i].medium == m {
			return &l.slots[i]
		}
	}
	return nil
}

func (l *load) used() (used [media]int) {
	for i := range l.slots {
		used[l.slots[i].medium]++
	}
	return used
}

func loadStream(agent interaction.PartyID) string { return "agent/" + string(agent) }

const loadFormat = 1

func appendLoad(b []byte, slots []slot) []byte {
	b = append(b, loadFormat)
	b = binary.AppendUvarint(b, uint64(len(slots)))
	for i := range slots {
		s := &slots[i]
		b = binary.AppendUvarint(b, uint64(len(s.id)))
		b = append(b, s.id...)
		b = append(b, byte(s.medium))
		b = binary.AppendUvarint(b, uint64(len(s.invitation)))
		b = append(b, s.invitation...)
		b = binary.AppendUvarint(b, s.seq)
		b = binary.AppendUvarint(b, s.owner)
		b = binary.AppendVarint(b, s.until.UnixMilli())
	}
	return b
}

var errLoad = errors.New("routing: an agent's capacity is stored in an unknown form")

// decodeLoad reads what appendLoad wrote, and gives an error for other bytes.
func decodeLoad(b []byte) ([]slot, error) {
	if len(b) == 0 || b[0] != loadFormat {
		return nil, errLoad
	}
	b = b[1:]
	bad := false
	number := func() uint64 {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			bad = true
			return 0
		}
		b = b[size:]
		return n
	}
	text := func() string {
		n := number()
		if bad || n > uint64(len(b)) {
			bad = true
			return ""
		}
		s := string(b[:n])
		b = b[n:]
		return s
	}
	var slots []slot
	for n := number(); n > 0 && !bad; n-- {
		s := slot{id: text()}
		if len(b) == 0 || int(b[0]) >= media {
			return nil, errLoad
		}
		s.medium, b = interaction.Medium(b[0]), b[1:]
		s.invitation, s.seq, s.owner = text(), number(), number()
		until, size := binary.Varint(b)
		if size <= 0 {
			return nil, errLoad
		}
		b = b[size:]
		s.until = time.UnixMilli(until)
		slots = append(slots, s)
	}
	if bad || len(b) > 0 {
		return nil, errLoad
	}
	return slots, nil
}

// capacity keeps agents' loads within their capacities, together with all
// other processes on the store. Its methods may be called by many goroutines.
type capacity struct {
	store chatkernel.Store
	loads loads
	owner uint64        // this router
	keep  time.Duration // how long a reservation counts unconditionally
}

// errUnchanged ends a change that has nothing to do.
var errUnchanged = errors.New("routing: nothing to change")

// errReserved says that another offer of the same is under way.
var errReserved = errors.New("routing: another router is about to make this offer")

// reserve takes a piece of the agent's capacity, or gives ErrFull. There is one
// reservation of an interaction and a medium at a time, so that whoever made it
// can give it back; what the agent has already is not taken twice.
func (c *capacity) reserve(ctx context.Context, agent interaction.PartyID, most int, s slot) error {
	return c.change(ctx, agent, func(l *load) error {
		now := time.Now()
		s.owner, s.until = c.owner, now.Add(c.keep).Truncate(time.Millisecond)
		if have := l.find(s.id, s.medium); have != nil {
			switch {
			case have.seen, have.owner == c.owner && have.invitation == opening && s.invitation == "":
				return errUnchanged // its own offer comes through the gate
			case now.After(have.until), have.owner == c.owner && have.invitation == "":
				*have = s // left behind by a crash, or by a command that was refused
				return nil
			}
			return errReserved
		}
		if l.used()[s.medium] >= most {
			if err := c.heal(ctx, agent, l); err != nil {
				return err
			}
			if l.used()[s.medium] >= most {
				return ErrFull
			}
		}
		l.slots = append(l.slots, s)
		return nil
	})
}

// heal drops reservations whose deadline is over and whose interaction does not
// have the agent: its process died between the two appends. The index is what
// decides, which was written together with the interaction's log.
func (c *capacity) heal(ctx context.Context, agent interaction.PartyID, l *load) error {
	now := time.Now()
	if !slices.ContainsFunc(l.slots, func(s slot) bool { return now.After(s.until) }) {
		return nil
	}
	has := make(map[string]bool)
	for e, err := range c.store.Find(ctx, chatkernel.Query{Working: string(agent), Limit: 10_000}) {
		if err != nil {
			return err
		}
		x := &e.Index
		has[e.Stream] = x.Owner == string(agent) || slices.Contains(x.Invited, string(agent)) || slices.Contains(x.Attached, string(agent))
	}
	l.slots = slices.DeleteFunc(l.slots, func(s slot) bool { return now.After(s.until) && !has[s.id] })
	return nil
}

// hold makes the log say what is: that the agent has these pieces of the
// interaction, which is so far, and no others, but for those which another
// process has just reserved. It reports whether work was taken off the agent.
func (c *capacity) hold(
	ctx context.Context, agent interaction.PartyID, id string, seq uint64, pieces []piece, over func(invitation string) bool,
) (freed bool, err error) {
	err = c.change(ctx, agent, func(l *load) error {
		freed = false
		changed, now := false, time.Now()
		l.slots = slices.DeleteFunc(l.slots, func(s slot) bool {
			if s.id != id || slices.ContainsFunc(pieces, func(p piece) bool { return p.medium == s.medium }) {
				return false
			}
			// What was read may be older than the reservation: an invitation that it
			// does not have is not over, but yet to come.
			gone := s.seen || now.After(s.until) || s.invitation != "" && seq >= s.seq && over(s.invitation)
			changed = changed || gone
			freed = freed || gone && s.held
			return gone
		})
		for _, p := range pieces {
			s := l.find(id, p.medium)
			if s == nil {
				// It came without a reservation, as one who rejoined.
				l.slots = append(l.slots, slot{id: id, medium: p.medium, invitation: p.invitation, seq: seq, owner: c.owner, until: now.Add(c.keep).Truncate(time.Millisecond)})
				s, changed = &l.slots[len(l.slots)-1], true
			}
			s.seen, s.held = true, p.invitation == ""
		}
		if !changed {
			return errUnchanged
		}
		return nil
	})
	return freed, err
}

// A piece is what an interaction takes of an agent.
type piece struct {
	medium     interaction.Medium
	invitation string // of an offer, empty for what was accepted
}

// release gives a reservation of this router back whose offer was not made.
func (c *capacity) release(ctx context.Context, agent interaction.PartyID, id string, m interaction.Medium) error {
	return c.change(ctx, agent, func(l *load) error {
		if s := l.find(id, m); s == nil || s.seen || s.owner != c.owner {
			return errUnchanged
		}
		l.slots = slices.DeleteFunc(l.slots, func(s slot) bool { return s.id == id && s.medium == m })
		return nil
	})
}

// change has f change a load, and appends what it made of it. Where another
// process was faster, f decides again on the load that there is then. An error
// of f ends it; errUnchanged without an error.
func (c *capacity) change(ctx context.Context, agent interaction.PartyID, f func(*load) error) error {
	shared := c.loads.of(agent)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	for try := 0; ; try++ {
		if !shared.known {
			if err := c.read(ctx, agent, shared); err != nil {
				return err
			}
		}
		next := load{shared.head, slices.Clone(shared.slots)}
		switch err := f(&next); {
		case errors.Is(err, errUnchanged):
			shared.slots = next.slots // what was seen
			return nil
		case err != nil:
			return err
		}
		err := c.store.Append(ctx, chatkernel.Commit{
			Stream: loadStream(agent), After: shared.head, Count: 1, Key: chatkernel.Key(uuid.New()), At: time.Now(),
			Data: appendLoad(nil, next.slots),
		})
		if err == nil {
			next.head++
			shared.load = next
			return nil
		}
		if !errors.Is(err, chatkernel.ErrConflict) || try == 20 {
			shared.known = false // it may have been written
			return fmt.Errorf("routing: %s's capacity: %w", agent, err)
		}
		var conflict *chatkernel.ConflictError
		if errors.As(err, &conflict) && conflict.Head > 0 {
			shared.hint = conflict.Head
		}
		shared.known = false
		if try > 2 {
			select {
			case <-time.After(rand.N(time.Millisecond << min(try, 7))):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// read brings a load up to date with its log.
func (c *capacity) read(ctx context.Context, agent interaction.PartyID, l *sharedLoad) error {
	from := l.head
	if from == 0 && l.hint == 0 {
		// Where the log ends is not known. An append that expects an empty one is
		// told so, and writes nothing but an empty load where there is none.
		err := c.store.Append(ctx, chatkernel.Commit{
			Stream: loadStream(agent), Count: 1, Key: chatkernel.Key(uuid.New()), At: time.Now(), Data: appendLoad(nil, nil),
		})
		var conflict *chatkernel.ConflictError
		switch {
		case err == nil:
			l.load, l.known = load{head: 1}, true
			return nil
		case errors.As(err, &conflict):
			l.hint = conflict.Head
		case !errors.Is(err, chatkernel.ErrConflict):
			return fmt.Errorf("routing: %s's capacity: %w", agent, err)
		}
	}
	if l.hint > from+1 {
		from = l.hint - 1
	}
	next := load{head: l.head, slots: l.slots}
	for commit, err := range c.store.Load(ctx, loadStream(agent), from) {
		if err != nil {
			return fmt.Errorf("routing: %s's capacity: %w", agent, err)
		}
		slots, err := decodeLoad(commit.Data)
		if err != nil {
			return err
		}
		next = load{commit.Head(), slots}
	}
	for i := range next.slots {
		s := &next.slots[i]
		// What was seen of an earlier reservation says nothing of this one.
		if had := l.find(s.id, s.medium); had != nil && had.owner == s.owner && had.until.Equal(s.until) {
			s.seen, s.held = had.seen, had.held
		}
	}
	l.load, l.hint, l.known = next, 0, true
	return nil
}

// used is how much an agent has, as far as this process knows.
func (c *capacity) used(agent interaction.PartyID) [media]int {
	l := c.loads.of(agent)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.load.used()
}

// pending is when a reservation for the interaction will be over that it does
// not show, zero if there is none.
func (c *capacity) pending(agent interaction.PartyID, id string) (until time.Time) {
	l := c.loads.of(agent)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.slots {
		if s := &l.slots[i]; s.id == id && !s.seen {
			until = sooner(until, s.until)
		}
	}
	return until
}

// refresh reads an agent's load from its log, and heals it.
func (c *capacity) refresh(ctx context.Context, agent interaction.PartyID) error {
	l := c.loads.of(agent)
	l.mu.Lock()
	l.known = false
	l.mu.Unlock()
	return c.change(ctx, agent, func(l *load) error {
		n := len(l.slots)
		if err := c.heal(ctx, agent, l); err != nil {
			return err
		}
		if len(l.slots) == n {
			return errUnchanged
		}
		return nil
	})
}
