package main

import (
	"context"
	"errors"
	"log"
	"maps"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

const (
	lookEvery = 250 * time.Millisecond
	capacity  = 3 // chats of one person at a time
)

// What the loop below remembers of a chat: how far it has read the log, and
// when it saw an invitation offered to somebody.
type past struct {
	read  uint64
	asked map[offer]time.Time
}

type offer struct {
	invitation string
	agent      interaction.PartyID
}

// offerChats offers each chat that waits to the first of the team who is ready,
// one after the other: the smallest router there can be. What becomes of an
// offer (accepted, declined, no answer in time) is the library's to decide.
func (d *desk) offerChats(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	known := make(map[string]*past)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := d.offerAll(ctx, known); err != nil && ctx.Err() == nil {
			log.Print("desk: ", err)
		}
	}
}

func (d *desk) offerAll(ctx context.Context, known map[string]*past) error {
	chats, load, err := d.open(ctx)
	if err != nil {
		return err
	}
	maps.DeleteFunc(known, func(id string, _ *past) bool {
		return !slices.ContainsFunc(chats, func(e chatkernel.Entry) bool { return e.Stream == id })
	})
	for _, e := range slices.Backward(chats) { // who waits longest comes first
		p := known[e.Stream]
		if p == nil {
			p = &past{asked: make(map[offer]time.Time)}
			known[e.Stream] = p
		}
		if err := errors.Join(d.heed(ctx, e.Stream, p), d.offer(ctx, e.Stream, p, load)); err != nil {
			return err
		}
	}
	return nil
}

// open lists the chats that are not done, the newest first, and how many each
// person has or is asked to take.
func (d *desk) open(ctx context.Context) (chats []chatkernel.Entry, load map[interaction.PartyID]int, err error) {
	load = make(map[interaction.PartyID]int)
	for e, err := range d.kernel.Find(ctx, chatkernel.Query{Phases: []string{"waiting", "active", "ended", "dormant"}}) {
		if err != nil {
			return nil, nil, err
		}
		chats = append(chats, e)
		busy := append(slices.Concat(e.Index.Attached, e.Index.Invited), e.Index.Owner)
		slices.Sort(busy)
		for _, id := range slices.Compact(busy) {
			load[interaction.PartyID(id)]++
		}
	}
	return chats, load, nil
}

// heed reads what is new in a chat's log: who was asked, and who let an offer
// pass without an answer and so is not ready any more (ROUTE-10).
func (d *desk) heed(ctx context.Context, id string, p *past) error {
	away := func(agent interaction.PartyID) {
		d.team.change(agent, func(c *condition) { c.notReady = true })
	}
	for r, err := range d.records(ctx, id, p.read) {
		if err != nil {
			return err
		}
		p.read = r.Seq
		switch e := r.Event.(type) {
		case *interaction.Offered:
			p.asked[offer{e.Invitation, e.Agent}] = r.At
		case *interaction.OfferReturned:
			if e.NotReady {
				away(e.Agent)
			}
		case *interaction.InvitationClosed:
			if e.NotReady {
				away(e.Agent)
			}
		}
	}
	return nil
}

// offer offers what nobody of a chat has an offer of.
func (d *desk) offer(ctx context.Context, id string, p *past, load map[interaction.PartyID]int) error {
	state, err := d.kernel.State(ctx, id)
	if err != nil {
		return err
	}
	for _, inv := range state.Invitations {
		if inv.Agent != "" {
			continue
		}
		who := d.next(inv, p, load)
		if who == nil {
			continue
		}
		_, err := d.kernel.Do(ctx, id, chatkernel.By(interaction.System, ""),
			interaction.Offer{Invitation: inv.ID, Agent: who.ID, AgentName: who.Name})
		switch {
		case err == nil:
			load[who.ID]++
		case errors.Is(err, interaction.ErrTarget), errors.Is(err, interaction.ErrNoInvitation), errors.Is(err, interaction.ErrPhase):
			// The chat went on meanwhile: the next look sees it as it is.
		default:
			return err
		}
	}
	return nil
}

// next is whom to ask: the first one who is ready and has room, but nobody
// twice, unless they became available again after they were asked (ROUTE-2).
func (d *desk) next(inv interaction.Invitation, p *past, load map[interaction.PartyID]int) *person {
	for i := range d.team.people {
		who := &d.team.people[i]
		c := d.team.condition(who.ID)
		again := c.since.After(p.asked[offer{inv.ID, who.ID}])
		if c.state() == "ready" && again && load[who.ID] < capacity && who.ID != inv.From {
			return who
		}
	}
	return nil
}
