package routing

import (
	"context"
	"errors"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// Gate judges whom a command invites; it is made for [chatkernel.Gates]. A
// target that does not exist, or of which nobody is allowed the medium, is
// refused with a [*TargetError]. An agent who is named must be ready and have
// capacity left, which is reserved before the offer; the agent's name is filled
// in. A new request to a queue that is closed and refuses it gives [ErrClosed].
func (r *Router) Gate(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.Command) (interaction.Command, error) {
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	ask := asked{ctx: ctx, id: id, state: s, by: by.ID}
	var err error
	switch c := cmd.(type) {
	case interaction.Start:
		err = r.invited(ask, c.Target, "", nil)
		return c, err
	case interaction.Invite:
		err = r.invited(ask, c.To, c.Agent, &c.AgentName)
		return c, err
	case interaction.Transfer:
		err = r.handed(ask, c.Consultation, c.To, c.Agent, &c.AgentName)
		return c, err
	case interaction.Conference:
		err = r.handed(ask, c.Consultation, c.To, c.Agent, &c.AgentName)
		return c, err
	case interaction.Consult:
		ask.medium = c.Medium
		err = r.invited(ask, c.To, c.Agent, &c.AgentName)
		return c, err
	}
	return cmd, nil
}

// asked is where, by whom and for which medium somebody is invited.
type asked struct {
	ctx    context.Context
	id     string
	state  *interaction.State
	by     interaction.PartyID
	medium interaction.Medium
}

// invited judges a target, and the agent of it that is named, if one is, whose
// name it fills in.
func (r *Router) invited(ask asked, to interaction.Target, agent interaction.PartyID, name *string) error {
	if err := r.judge(to, ask.medium, ask.by != interaction.System); err != nil {
		return err
	}
	if agent == "" {
		agent = to.Agent()
	}
	a, err := r.named(ask, agent)
	if err == nil && name != nil && *name == "" {
		*name = a.Name
	}
	return err
}

// handed judges whom a transfer or a conference names: a target, or a
// consultation instead.
func (r *Router) handed(ask asked, consultation string, to interaction.Target, agent interaction.PartyID, name *string) error {
	if consultation != "" {
		return r.consulted(ask, consultation)
	}
	return r.invited(ask, to, agent, name)
}

// consulted reserves a chat for the target of a consultation that is to become a
// transfer or a conference (CONS-7, CONS-8). It is there already, and need not
// be ready; by another medium it must have capacity for the chat.
func (r *Router) consulted(ask asked, consultation string) error {
	con := ask.state.Consultation(consultation)
	if con == nil || con.Stage != interaction.Consulting || con.Initiator != ask.by || con.Medium == ask.medium {
		return nil
	}
	a, err := r.dir.Agent(ask.ctx, con.Target)
	if err == nil {
		err = r.capacity.reserve(ask.ctx, con.Target, a.Capacity.On(ask.medium), slot{id: ask.id, medium: ask.medium})
	}
	if errors.Is(err, ErrFull) || errors.Is(err, ErrUnknownAgent) {
		return &TargetError{interaction.Target(con.Target), err}
	}
	return err
}

// judge says whether a target exists, and is allowed the medium.
func (r *Router) judge(to interaction.Target, m interaction.Medium, anew bool) error {
	if to.Kind() == interaction.NoTarget {
		return &TargetError{to, ErrUnknownTarget}
	}
	if q := r.queue(to); anew && q != nil && q.Closed == Refuse && !q.open(time.Now()) {
		return &TargetError{to, ErrClosed}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.board.known(to) {
		return &TargetError{to, ErrUnknownTarget}
	}
	if to.Agent() != "" {
		return nil // the agent itself is asked
	}
	if r.board.pool(to, m).members == 0 {
		return &TargetError{to, ErrMedium}
	}
	return nil
}

// named judges an agent who is asked directly, and reserves its capacity. Whom
// the rules will refuse anyway, they shall refuse.
func (r *Router) named(ask asked, agent interaction.PartyID) (Agent, error) {
	s, by := ask.state, ask.by
	if agent == "" || agent == by {
		return Agent{}, nil
	}
	if p := s.Party(agent); p != nil && p.Presence == interaction.InChat {
		return Agent{}, nil
	}
	for i := range s.Consultations {
		if c := &s.Consultations[i]; c.Stage == interaction.Consulting && c.Initiator == by && c.Target == agent {
			return Agent{}, r.consulted(ask, c.ID)
		}
	}
	for i := range s.Invitations {
		if s.Invitations[i].Agent == agent {
			return Agent{}, nil
		}
	}
	target := interaction.Target(agent)
	a, err := r.dir.Agent(ask.ctx, agent)
	switch {
	case errors.Is(err, ErrUnknownAgent):
		return Agent{}, &TargetError{target, ErrUnknownTarget}
	case err != nil:
		return Agent{}, err
	case a.Capacity.On(ask.medium) < 1:
		return Agent{}, &TargetError{target, ErrMedium}
	case a.Presence != Ready:
		return Agent{}, &TargetError{target, ErrUnavailable}
	}
	if err := r.capacity.reserve(ask.ctx, agent, a.Capacity.On(ask.medium), slot{id: ask.id, medium: ask.medium, seq: s.Seq()}); err != nil {
		if errors.Is(err, ErrFull) {
			err = &TargetError{target, ErrFull}
		}
		return Agent{}, err
	}
	r.loadOf(agent, false)
	return a, nil
}
