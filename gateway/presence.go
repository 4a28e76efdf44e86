package gateway

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// An attendee is a party in an interaction.
type attendee struct {
	id    string
	party interaction.PartyID
}

// presence knows which parties have a feed open here, and tells of those whose
// last one has closed for longer than it takes to reload a page.
type presence struct {
	settle time.Duration
	lost   func(attendee) bool // reports whether it is done with; else it is called again

	mu      sync.Mutex
	at      map[attendee]*attendance
	closed  bool
	telling sync.WaitGroup
}

type attendance struct {
	feeds int
	turn  int // grows with each coming and going, so that an old timer means nothing
	timer *time.Timer
}

// enter counts a feed.
func (p *presence) enter(who attendee) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = make(map[attendee]*attendance)
	}
	a := p.at[who]
	if a == nil {
		a = new(attendance)
		p.at[who] = a
	}
	a.feeds++
	a.stop()
}

func (a *attendance) stop() {
	a.turn++
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
}

// leave ends what enter began.
func (p *presence) leave(who attendee) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.at[who]
	if a.feeds--; a.feeds == 0 {
		p.await(who, a)
	}
}

// await starts the time after which the attendee counts as lost, which is none
// when everything ends. The caller holds mu.
func (p *presence) await(who attendee, a *attendance) {
	a.stop()
	turn := a.turn
	if p.closed {
		p.telling.Add(1)
		delete(p.at, who)
		go func() {
			defer p.telling.Done()
			p.lost(who)
		}()
		return
	}
	a.timer = time.AfterFunc(p.settle, func() { p.tell(who, a, turn) })
}

// tell says that the attendee is lost, unless it came back meanwhile.
func (p *presence) tell(who attendee, a *attendance, turn int) {
	p.mu.Lock()
	if a.turn != turn || p.closed {
		p.mu.Unlock()
		return
	}
	p.telling.Add(1)
	p.mu.Unlock()
	defer p.telling.Done()
	done := p.lost(who)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case a.turn != turn:
	case done:
		delete(p.at, who)
	default:
		p.await(who, a)
	}
}

// close tells at once of those who are being waited for, and from now on of
// everybody who leaves.
func (p *presence) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	for who, a := range p.at {
		if a.feeds == 0 {
			p.await(who, a)
		}
	}
}

// wait waits until all has been told.
func (p *presence) wait() { p.telling.Wait() }

// disconnect tells the kernel that a party's last feed has closed (LIFE-12,
// PART-9). After the chat is over, nobody asks any more.
func (g *Gateway) disconnect(who attendee) (done bool) {
	ctx, cancel := context.WithTimeout(context.Background(), g.opt.WriteTimeout)
	defer cancel()
	s, err := g.k.State(ctx, who.id)
	if err != nil {
		return settled(err)
	}
	if p := s.Party(who.party); p == nil || !p.Here() || !p.Disconnected.IsZero() || over(&s) {
		return true
	}
	_, err = g.k.Do(ctx, who.id, chatkernel.Actor{ID: who.party}, interaction.Disconnect{})
	return settled(err)
}

// reconnect tells the kernel that a party is back, where it was thought lost.
// returning is true when its feed opens, which is when an agent who was lost and
// has left is asked for its chat first (PART-9).
func (g *Gateway) reconnect(ctx context.Context, id string, s *interaction.State, party interaction.PartyID, returning bool) {
	p := s.Party(party)
	lost := p != nil && p.Here() && !p.Disconnected.IsZero() && !over(s)
	left := p != nil && !p.Here() && returning && s.Phase == interaction.InWaiting && s.LastOwner == party
	if lost || left {
		// Where it fails, the next look at the state tries again.
		_, _ = g.k.Do(ctx, id, chatkernel.Actor{ID: party}, interaction.Reconnect{})
	}
}

// settled reports whether trying again would change nothing: it went well, was
// refused, or the kernel is closed.
func settled(err error) bool {
	return err == nil || errors.Is(err, chatkernel.ErrClosed) || describe(Caller{}, err).Status < 500
}

func over(s *interaction.State) bool {
	return s.Phase == interaction.InEnded || s.Phase == interaction.InDone
}
