package routing

import (
	"cmp"
	"context"
	"iter"
	"reflect"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// An Overview is what a supervisor sees of the work: the queues, what waits in
// them, and what goes on.
type Overview struct {
	Queues  []Standing
	Waiting []Line // queue by queue, in the order in which they will be served
	Running []Line // who has them, the newest first
}

// A Line is one interaction of an overview.
type Line struct {
	ID       string
	Contact  string // name
	Subject  string
	Target   interaction.Target // for which somebody is sought, or through which it came
	Priority int
	Phase    interaction.Phase
	Since    time.Time // since when it waits, or when it started
	Place    Place     // of what waits
	Pending  time.Time // since when the contact waits for an answer, zero if it does not
	Owner    interaction.PartyID
	With     []string              // the names of those who are in the chat
	Asked    []interaction.PartyID // who has an offer of the chat now
}

// most is how many lines of each kind an overview has.
const most = 500

// Overview gives what a supervisor, or the host itself as [interaction.System],
// may see; anybody else gets [interaction.ErrDenied]. No consultation and nobody
// who watches is in it: it says no more than every internal party of a chat
// knows (PART-2).
func (r *Router) Overview(ctx context.Context, k *chatkernel.Kernel, viewer interaction.PartyID) (Overview, error) {
	if role := viewer.Role(); role != interaction.RoleSupervisor && role != interaction.RoleSystem {
		return Overview{}, interaction.ErrDenied
	}
	o := Overview{Queues: r.Standings()}
	for _, w := range r.waiting() {
		s, err := k.State(ctx, w.id)
		if err != nil {
			return Overview{}, err
		}
		l := lineOf(w.id, &s)
		l.Target, l.Since, l.Place = w.place.Target, w.place.Since, w.place
		o.Waiting = append(o.Waiting, l)
	}
	q := chatkernel.Query{Phases: []string{interaction.InActive.String(), interaction.InEnded.String()}, Limit: most}
	for e, err := range k.Find(ctx, q) {
		if err != nil {
			return Overview{}, err
		}
		s, err := k.State(ctx, e.Stream)
		if err != nil {
			return Overview{}, err
		}
		o.Running = append(o.Running, lineOf(e.Stream, &s))
	}
	return o, nil
}

// A waiter is an interaction whose contact waits.
type waiter struct {
	id    string
	place Place
}

// waiting are those for whom somebody is asked right now, longest first, and
// then the lines in their order.
func (r *Router) waiting() []waiter {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []waiter
	for id, k := range r.known {
		if k.waits && len(k.asked) > 0 {
			all = append(all, waiter{id, Place{Target: k.origin, Since: k.since}})
		}
	}
	slices.SortFunc(all, func(a, b waiter) int {
		return cmp.Or(a.place.Since.Compare(b.place.Since), cmp.Compare(a.id, b.id))
	})
	for _, key := range r.board.targets() {
		p := r.board.pools[key]
		for i := p.line.lo; i < p.line.hi && len(all) < most; i++ {
			if e := p.line.room[i]; e.waits && e.target == p.target {
				all = append(all, waiter{e.id, r.board.place(e, now)})
			}
		}
	}
	return all[:min(len(all), most)]
}

func lineOf(id string, s *interaction.State) Line {
	l := Line{
		ID: id, Contact: s.Contact.Name, Subject: s.Start.Subject, Target: s.Origin(), Priority: s.Start.Priority, Phase: s.Phase,
		Since: s.StartedAt, Pending: s.Pending, Owner: s.Owner,
	}
	for i := range s.Parties {
		if p := &s.Parties[i]; p.Presence == interaction.InChat && staff(p.ID) {
			l.With = append(l.With, p.Display())
		}
	}
	for i := range s.Invitations {
		if inv := &s.Invitations[i]; inv.Agent != "" && inv.Consultation == "" {
			l.Asked = append(l.Asked, inv.Agent)
		}
	}
	return l
}

// Watch gives the overview now, and again whenever it may have changed, but not
// more often than every quarter of a second, until the context is done or the
// loop breaks; the last pair then holds the error.
func (r *Router) Watch(ctx context.Context, k *chatkernel.Kernel, viewer interaction.PartyID) iter.Seq2[Overview, error] {
	return func(yield func(Overview, error) bool) {
		news := make(chan struct{}, 1)
		tell := func() {
			select {
			case news <- struct{}{}:
			default:
			}
		}
		cancel, err := k.Changes(ctx, func(string) { tell() })
		if err == nil {
			defer cancel()
			cancel, err = r.dir.Watch(ctx, func(interaction.PartyID) { tell() })
		}
		if err != nil {
			yield(Overview{}, err)
			return
		}
		defer cancel()
		poll := time.NewTicker(r.opt.Poll)
		defer poll.Stop()
		var last Overview
		for first := true; ; first = false {
			now, err := r.Overview(ctx, k, viewer)
			if err != nil {
				yield(Overview{}, err)
				return
			}
			if first || !reflect.DeepEqual(last, now) {
				if !yield(now, nil) {
					return
				}
				last = now
			}
			select {
			case <-news:
			case <-poll.C:
			case <-ctx.Done():
				yield(Overview{}, ctx.Err())
				return
			}
			select { // several changes at once are one
			case <-time.After(250 * time.Millisecond):
			case <-ctx.Done():
				yield(Overview{}, ctx.Err())
				return
			}
		}
	}
}
