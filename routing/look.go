package routing

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// do does what there is to do about an interaction or an agent.
func (r *Router) do(ctx context.Context, k *chatkernel.Kernel, j job) {
	if j.agent != "" {
		r.meet(ctx, j.agent)
		return
	}
	for _, a := range j.offers {
		r.offer(ctx, k, a)
	}
	for _, c := range j.recalls {
		r.takeBack(ctx, k, j.id, c)
	}
	if j.look || len(j.offers)+len(j.recalls) > 0 {
		r.look(ctx, k, j.id)
	}
}

// look brings the board and the agents' loads up to date with an interaction.
// Everything that the router does follows from what it sees here, so that it may
// look at any time and any number of routers may.
func (r *Router) look(ctx context.Context, k *chatkernel.Kernel, id string) {
	s, err := k.State(ctx, id)
	if err != nil {
		if !errors.Is(err, interaction.ErrNotStarted) && !errors.Is(err, chatkernel.ErrInvalidID) && ctx.Err() == nil {
			r.log.Error("an interaction cannot be read", "error", err)
			r.later.Set(time.Now().Add(r.opt.Poll), id)
		}
		return
	}
	r.account(ctx, id, &s)
	r.heed(ctx, &s)

	now := time.Now()
	r.mu.Lock()
	was := r.known[id]
	if was == nil {
		was = new(known)
		r.known[id] = was
	}
	if s.Seq() < was.head {
		r.mu.Unlock()
		return // a later look was faster
	}
	if was.waits && s.Phase == interaction.InActive {
		r.served(&s)
	}
	was.head, was.looked = s.Seq(), now
	was.waits, was.since, was.origin = s.Phase == interaction.InWaiting, s.StartedAt, s.Origin()
	for _, e := range was.entries {
		r.board.take(e)
	}
	was.entries, was.asked = seekers(id, &s), offers(&s)
	var next time.Time
	for agent, at := range was.refused {
		if until := at.Add(r.opt.Poll); now.Before(until) {
			next = sooner(next, until)
		} else {
			delete(was.refused, agent)
		}
	}
	for _, e := range was.entries {
		e.barred = slices.AppendSeq(e.barred, maps.Keys(was.refused))
		others, at := r.board.prepare(e, now)
		r.board.add(e, others...)
		next = sooner(next, at)
	}
	r.match()
	var left []*entry
	for _, e := range was.entries {
		if len(e.pools) > 0 {
			left = append(left, e)
		}
	}
	if len(was.entries) == 0 && len(was.asked) == 0 && (s.Phase == interaction.InDone || s.Phase == interaction.InDormant) {
		delete(r.known, id)
	}
	r.mu.Unlock()

	for _, e := range left {
		if !e.waits && !e.shut {
			r.giveUp(ctx, k, e)
			continue
		}
		next = sooner(next, r.announce(ctx, k, &s, e, now))
	}
	if !next.IsZero() {
		r.mu.Lock()
		r.later.Stop(was.again)
		was.again = r.later.Set(next, id)
		r.mu.Unlock()
	}
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// offers says who has an offer, and of which invitation.
func offers(s *interaction.State) map[interaction.PartyID]string {
	var all map[interaction.PartyID]string
	for i := range s.Invitations {
		if inv := &s.Invitations[i]; inv.Agent != "" {
			if all == nil {
				all = make(map[interaction.PartyID]string)
			}
			all[inv.Agent] = inv.ID
		}
	}
	return all
}

// served notes for the estimates that a waiting contact was served. The router
// is locked.
func (r *Router) served(s *interaction.State) {
	if p := s.Party(s.Owner); p != nil && r.queue(p.Via) != nil {
		r.board.pool(p.Via, interaction.ByChat).pace.served(p.Joined)
	}
}

// account has the loads of an interaction's agents say what it takes of them.
func (r *Router) account(ctx context.Context, id string, s *interaction.State) {
	for agent, pieces := range holdings(s) {
		freed, err := r.capacity.hold(ctx, agent, id, s.Seq(), pieces, func(invitation string) bool {
			inv := s.Invitation(invitation)
			return invitation != opening && (inv == nil || inv.Agent != agent && !inv.LastTry(agent).IsZero())
		})
		if err != nil {
			if ctx.Err() == nil {
				r.log.Error("an agent's capacity could not be noted", "error", err)
				r.later.Set(time.Now().Add(r.opt.Poll), id)
			}
			continue
		}
		r.loadOf(agent, freed)
		if until := r.capacity.pending(agent, id); !until.IsZero() {
			r.later.Set(until.Add(time.Second), id)
		}
	}
}

// loadOf tells the board what an agent has.
func (r *Router) loadOf(agent interaction.PartyID, freed bool) {
	used := r.capacity.used(agent)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.board.load(agent, used, freed, time.Now())
	r.match()
}

// heed sets agents not ready who let an offer pass that says so (ROUTE-10).
func (r *Router) heed(ctx context.Context, s *interaction.State) {
	for i := range s.Parties {
		p := &s.Parties[i]
		if p.Unanswered.IsZero() {
			continue
		}
		r.mu.Lock()
		m := r.board.members[p.ID]
		stale := m == nil || m.Presence != Ready || m.Since.After(p.Unanswered)
		r.mu.Unlock()
		if stale {
			continue
		}
		err := r.dir.SetNotReady(ctx, p.ID, NoAnswer, p.Unanswered)
		if err != nil && !errors.Is(err, ErrUnknownAgent) {
			r.log.Error("an agent could not be set not ready", "error", err)
			continue
		}
		r.meet(ctx, p.ID)
	}
}

// NoAnswer is the reason with which an agent is set not ready (ROUTE-10).
const NoAnswer = "no answer"

// match hands what fits to the workers. The router is locked.
func (r *Router) match() {
	for _, a := range r.board.match(time.Now()) {
		r.work.offer(a)
	}
}

// offer reserves the agent's capacity and then makes the offer (ROUTE-8).
// Whatever comes of it, the next look sees it.
func (r *Router) offer(ctx context.Context, k *chatkernel.Kernel, a assignment) {
	e := a.entry
	began := time.Now()
	err := r.reserve(ctx, a, func(m *member) bool { return m.Presence == Ready })
	if err == nil {
		err = r.make(ctx, k, a)
		if err != nil && !errors.Is(err, chatkernel.ErrUnknownOutcome) {
			if err := r.capacity.release(context.WithoutCancel(ctx), a.agent, e.id, e.medium); err != nil {
				r.log.Error("a reservation could not be given back", "error", err) // its deadline does
			}
		}
		if err == nil && time.Since(began) > r.opt.Reserve/2 {
			r.confirm(ctx, k, a)
		}
	}
	if err != nil && !errors.Is(err, ErrFull) {
		if !ordinary(err) && ctx.Err() == nil {
			r.log.Error("an offer could not be made", "error", err)
		}
		// Whatever the reason is, it is not tried again and again.
		r.mu.Lock()
		if was := r.known[e.id]; was != nil {
			if was.refused == nil {
				was.refused = make(map[interaction.PartyID]time.Time)
			}
			was.refused[a.agent] = time.Now()
		}
		r.mu.Unlock()
	}
	r.loadOf(a.agent, false)
}

// reserve takes a piece of the agent's capacity for an offer, if the agent is
// there and can have one.
func (r *Router) reserve(ctx context.Context, a assignment, can func(*member) bool) error {
	e, most := a.entry, 0
	r.mu.Lock()
	if m := r.board.members[a.agent]; m != nil && can(m) {
		most = m.Capacity.On(e.medium)
	}
	r.mu.Unlock()
	return r.capacity.reserve(ctx, a.agent, most, slot{id: e.id, medium: e.medium, invitation: cmp.Or(e.invitation, opening), seq: e.seq})
}

// opening stands for an invitation that is opened with its offer.
const opening = "(opening)"

// make makes the offer. Where there is no invitation yet it opens one with it.
func (r *Router) make(ctx context.Context, k *chatkernel.Kernel, a assignment) error {
	ctx, cancel := context.WithTimeout(ctx, r.opt.Reserve/2)
	defer cancel()
	by, e := chatkernel.By(interaction.System, ""), a.entry
	if e.invitation == "" {
		_, err := k.Do(ctx, e.id, by, interaction.Invite{To: e.target, Agent: a.agent, AgentName: a.name})
		return err
	}
	_, err := k.Do(ctx, e.id, by, interaction.Offer{Invitation: e.invitation, Agent: a.agent, AgentName: a.name})
	return err
}

// confirm is for an offer that took so long that another process may have taken
// the reservation for dead: where it has, the offer is taken back.
func (r *Router) confirm(ctx context.Context, k *chatkernel.Kernel, a assignment) {
	err := r.reserve(ctx, a, func(*member) bool { return true })
	if errors.Is(err, ErrFull) {
		r.takeBack(ctx, k, a.entry.id, recall{a.entry.invitation, a.agent})
	}
}

// ordinary reports whether an offer failed because things had gone on.
func ordinary(err error) bool {
	for _, is := range []error{
		errReserved, ErrFull, ErrUnknownTarget, ErrMedium, ErrUnavailable, interaction.ErrTarget, interaction.ErrNoInvitation, interaction.ErrPhase, interaction.ErrTooMany, interaction.ErrInvalid,
	} {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}

// takeBack takes an offer back from an agent who is gone.
func (r *Router) takeBack(ctx context.Context, k *chatkernel.Kernel, id string, c recall) {
	_, err := k.Do(ctx, id, chatkernel.By(interaction.System, ""), interaction.Withdraw{Invitation: c.invitation, Agent: c.agent, Reason: AgentGone})
	if err != nil && !ordinary(err) && ctx.Err() == nil {
		r.log.Error("an offer could not be taken back", "error", err)
	}
}

// giveUp tells the sender of an invitation that nobody is left (ROUTE-2). Before
// it, those who seem to be busy are looked at again: a notice may be lost.
func (r *Router) giveUp(ctx context.Context, k *chatkernel.Kernel, e *entry) {
	r.mu.Lock()
	var busy []interaction.PartyID
	why, p := NobodyReady, r.board.pool(e.target, e.medium)
	for _, m := range r.board.members {
		for _, st := range m.seats {
			if st.pool != p || m.Presence != Ready {
				continue
			}
			switch {
			case st.at < 0:
				busy = append(busy, m.ID)
				if why == NobodyReady {
					why = NobodyFree
				}
			case !e.may(m.ID, p.round) && !slices.Contains(e.barred, m.ID):
				why = NobodyAccepted
			}
		}
	}
	r.mu.Unlock()
	for i, agent := range busy {
		if i == 16 {
			break
		}
		if err := r.capacity.refresh(ctx, agent); err == nil {
			r.loadOf(agent, false)
		}
	}
	r.mu.Lock()
	found := len(e.pools) == 0 // it was given to somebody meanwhile
	if !found {
		r.board.take(e)
	}
	r.mu.Unlock()
	if found {
		return
	}
	_, err := k.Do(ctx, e.id, chatkernel.By(interaction.System, ""), interaction.Withdraw{Invitation: e.invitation, Reason: why})
	if err != nil && !ordinary(err) && ctx.Err() == nil {
		r.log.Error("an invitation could not be given up", "error", err)
		r.later.Set(time.Now().Add(time.Second), e.id)
	}
}
