package chatkernel

import (
	"context"

	"github.com/chatkernel/chatkernel/interaction"
)

// gate lets the host's gates judge a command, and gives what they made of it.
func (k *Kernel) gate(ctx context.Context, c *chat, by Actor, cmd interaction.Command) (interaction.Command, error) {
	g := &k.opt.Gates
	switch x := cmd.(type) {
	case interaction.Say:
		if g.Text != nil && !k.opt.Limits.Exceeded(x.Text) {
			return through(ctx, k, c, by, x, g.Text)
		}
	case interaction.PushURL:
		return through(ctx, k, c, by, x, g.URL)
	case interaction.SendFile:
		return through(ctx, k, c, by, x, g.File)
	case interaction.Erase:
		switch {
		case k.opt.Keyring == nil:
			return nil, ErrNoGate
		case g.Erase != nil:
			return through(ctx, k, c, by, x, g.Erase)
		}
	case interaction.Consult:
		if x.Medium != interaction.ByChat && k.opt.Media == nil {
			return nil, ErrNoGate
		}
		return k.target(ctx, c, by, cmd)
	case interaction.Start:
		if x.Target != "" {
			return k.target(ctx, c, by, cmd)
		}
	case interaction.Invite, interaction.Transfer, interaction.Conference:
		return k.target(ctx, c, by, cmd)
	}
	return cmd, nil
}

// target lets the gate for targets judge whom a command names.
func (k *Kernel) target(ctx context.Context, c *chat, by Actor, cmd interaction.Command) (interaction.Command, error) {
	judge := k.opt.Gates.Target
	if judge == nil {
		return cmd, nil
	}
	if cmd.Kind() == interaction.StartKind {
		judged, err := judge(ctx, c.id, new(interaction.State), by, cmd)
		if err != nil {
			return nil, &GateError{err}
		}
		return judged, nil
	}
	return through(ctx, k, c, by, cmd, judge)
}

// ungated refuses a text that nobody has checked although the policy asks for it
// (MSG-7). The caller holds the chat's write lock.
func (k *Kernel) ungated(c *chat, in *interaction.Input) error {
	if k.opt.Gates.Text != nil || c.state.Start == nil || !c.state.Start.Policy.CheckSpelling {
		return nil
	}
	if say, ok := in.Command.(interaction.Say); ok && say.ToContact(in.By) {
		return ErrNoGate
	}
	return nil
}

func through[C interaction.Command](
	ctx context.Context, k *Kernel, c *chat, by Actor, cmd C, judge Gate[C],
) (interaction.Command, error) {
	if judge == nil {
		return nil, ErrNoGate
	}
	// Whoever may not give the command at all learns nothing from a gate. What is
	// refused here stays refused, although the chat may have gone on: it passed no
	// gate.
	s, err := k.permitted(ctx, c, by.ID, cmd.Kind())
	if err != nil {
		return nil, err
	}
	judged, err := judge(ctx, c.id, &s, by, cmd)
	if err != nil {
		return nil, &GateError{err}
	}
	return judged, nil
}

// permitted is a snapshot of a chat in which the rules let the actor give a
// command of the kind, or what they say against it. A refusal is given only after
// a look at what the log has now.
func (k *Kernel) permitted(ctx context.Context, c *chat, by interaction.PartyID, kind interaction.CommandKind) (interaction.State, error) {
	s := c.snapshot()
	if s.Start == nil || s.Refusal(by, kind) != nil {
		if err := k.sync(ctx, c); err != nil {
			return s, err
		}
		s = c.snapshot()
	}
	return s, s.Refusal(by, kind)
}

// openMedium starts what carries a consultation; where that fails the
// consultation ends (CONS-11).
func (k *Kernel) openMedium(ctx context.Context, c *chat, consultation string) {
	s := c.snapshot()
	con := s.Consultation(consultation)
	if con == nil || con.Medium == interaction.ByChat || k.opt.Media == nil {
		return
	}
	if err := k.opt.Media.Open(ctx, c.id, *con); err != nil {
		k.log.Warn("a consultation's medium could not be started", "medium", con.Medium.String(), "error", err)
		k.observe(Observation{Op: OpMedium, Err: err})
		if _, err := k.Do(ctx, c.id, By(interaction.System, "medium-failed@"+consultation), interaction.EndConsultation{Consultation: consultation}); err != nil {
			k.log.Error("the consultation could not be ended", "error", err)
		}
	}
}

func (k *Kernel) closeMedium(ctx context.Context, c *chat, consultation string) {
	s := c.snapshot()
	con := s.Consultation(consultation)
	if con == nil || con.Medium == interaction.ByChat || k.opt.Media == nil {
		return
	}
	if err := k.opt.Media.Close(ctx, c.id, *con); err != nil {
		k.log.Warn("a consultation's medium could not be ended", "medium", con.Medium.String(), "error", err)
		k.observe(Observation{Op: OpMedium, Err: err})
	}
}
