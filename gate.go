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
		if g.Text != nil {
			return through(ctx, k, c, by, x, g.Text)
		}
	case interaction.PushURL:
		return through(ctx, k, c, by, x, g.URL)
	case interaction.SendFile:
		return through(ctx, k, c, by, x, g.File)
	case interaction.Erase:
		return through(ctx, k, c, by, x, g.Erase)
	case interaction.Consult:
		if x.Medium != interaction.ByChat && k.opt.Media == nil {
			return nil, ErrNoGate
		}
	}
	return cmd, nil
}

func through[C interaction.Command](
	ctx context.Context, k *Kernel, c *chat, by Actor, cmd C, judge func(context.Context, *interaction.State, Actor, C) (C, error),
) (interaction.Command, error) {
	if judge == nil {
		return nil, ErrNoGate
	}
	s := c.snapshot()
	if s.Start == nil {
		if err := k.sync(ctx, c); err != nil {
			return nil, err
		}
		s = c.snapshot()
	}
	// Whoever may not give the command at all learns nothing from a gate.
	if err := s.Refusal(by.ID, cmd.Kind()); err != nil {
		return cmd, nil
	}
	judged, err := judge(ctx, &s, by, cmd)
	if err != nil {
		return nil, &GateError{err}
	}
	return judged, nil
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
