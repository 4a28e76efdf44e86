package routing

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// prepare looks at what the queue of an entry says: whether it is open, for
// which further targets the entry has waited long enough, and when to look
// again.
func (b *board) prepare(e *entry, now time.Time) (targets []interaction.Target, next time.Time) {
	q := b.queues[e.target]
	if q == nil {
		return nil, time.Time{}
	}
	if e.shut = !q.open(now) && !q.open(e.since); e.shut {
		return nil, q.Hours.Next(now)
	}
	for _, o := range q.Overflow {
		if at := e.since.Add(o.After); at.After(now) {
			return targets, at
		}
		targets = append(targets, o.To)
	}
	return targets, time.Time{}
}

// place is where an entry stands. The board is locked.
func (b *board) place(e *entry, now time.Time) Place {
	p := b.pool(e.target, e.medium)
	at := Place{Target: e.target, Waiting: p.line.len(), Since: e.since}
	if slices.Contains(e.pools, p) {
		at.Position = p.line.search(e) + 1
		if p.ready > 0 {
			at.Wait = p.pace.wait(at.Position)
		}
	}
	if q := b.queues[e.target]; q != nil && !q.open(now) {
		at.Opens = q.Hours.Next(now)
	}
	return at
}

// announce tells a waiting contact its place as often as the queue says
// (MSG-10), and gives when to do it next. Every router would send the same: the
// command's key lets one through.
func (r *Router) announce(ctx context.Context, k *chatkernel.Kernel, s *interaction.State, e *entry, now time.Time) time.Time {
	q := r.queue(e.target)
	if q == nil || q.Announce == 0 || s.Phase != interaction.InWaiting || e.invitation == "" {
		return time.Time{}
	}
	waited := now.Sub(s.StartedAt)
	turn := int64(waited / q.Announce)
	next := s.StartedAt.Add(time.Duration(turn+1) * q.Announce)
	if turn < 1 && !e.shut {
		return next // whoever is served at once need not read it
	}
	r.mu.Lock()
	place := r.board.place(e, now)
	r.mu.Unlock()
	text := r.opt.Words(s.Start.Language, place)
	if text == "" {
		return next
	}
	key := "place@" + e.invitation + "@" + strconv.FormatInt(turn, 10)
	_, err := k.Do(ctx, e.id, chatkernel.By(interaction.System, key), interaction.Announce{Message: interaction.Information, Text: text})
	if err != nil && !ordinary(err) && ctx.Err() == nil {
		r.log.Warn("a waiting contact could not be told its place", "error", err)
	}
	return next
}

func (q *Queue) open(now time.Time) bool { return q.Hours.Open(now) }

// queue is a queue's configuration, nil if the target is none.
func (r *Router) queue(t interaction.Target) *Queue { return r.board.queues[t] }

// A Standing is how a target is doing now (ROUTE-9).
type Standing struct {
	Target  interaction.Target
	Name    string
	Medium  interaction.Medium
	Waiting int       // how many wait and are offered to nobody now
	Oldest  time.Time // since when the one waits who waits longest, zero if nobody does
	Members int       // who serve it
	Ready   int       // of them, who are ready
	Free    int       // of them, who could be offered something now
	Wait    time.Duration
	Opens   time.Time // when the queue opens, zero if it is open
}

// Standings are those of all queues, in the order in which they were given, and
// then of all other targets that somebody is asked for now.
func (r *Router) Standings() []Standing {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Standing
	for i := range r.opt.Queues {
		all = append(all, r.board.standing(r.board.pool(r.opt.Queues[i].Target, interaction.ByChat), now))
	}
	for _, key := range r.board.targets() {
		if p := r.board.pools[key]; p.line.len() > 0 && key.target.Kind() != interaction.QueueTarget {
			all = append(all, r.board.standing(p, now))
		}
	}
	return all
}

func (b *board) standing(p *pool, now time.Time) Standing {
	s := Standing{
		Target: p.target, Name: string(p.target), Medium: p.medium, Waiting: p.line.len(), Members: p.members, Ready: p.ready, Free: len(p.free.all),
	}
	for i := p.line.lo; i < p.line.hi; i++ {
		s.Oldest = sooner(s.Oldest, p.line.room[i].since)
	}
	if p.ready > 0 {
		s.Wait = p.pace.wait(p.line.len() + 1)
	}
	if q := b.queues[p.target]; q != nil {
		if q.Name != "" {
			s.Name = q.Name
		}
		if !q.open(now) {
			s.Opens = q.Hours.Next(now)
		}
	}
	return s
}

// Place is where an interaction's contact stands in its queue, and whether it
// waits. While somebody is asked its position is 0.
func (r *Router) Place(id string) (Place, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.known[id]
	if k == nil || len(k.entries) == 0 {
		return Place{}, false
	}
	return r.board.place(k.entries[0], time.Now()), true
}

// Used is how much an agent has on each medium, by the number of the
// [interaction.Medium], as far as this process knows.
func (r *Router) Used(agent interaction.PartyID) (used [3]int) { return r.capacity.used(agent) }
