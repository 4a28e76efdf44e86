package files

import (
	"context"
	"errors"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// Gate judges the command that makes an upload part of the chat. It is what the
// kernel's gate for files calls:
//
//	Gates: chatkernel.Gates{
//		File: func(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.SendFile) (interaction.SendFile, error) {
//			return cabinet.Gate(ctx, id, s, by.ID, cmd)
//		},
//	}
//
// Of the command's file only the id counts; all the rest comes from what the
// cabinet knows, so that nobody can lie about it. An upload can be sent only by
// who uploaded it, in its own interaction, in time, and to the contact only if
// it is not for internal parties; else the error is a [*Refusal].
func (c *Cabinet) Gate(ctx context.Context, id string, s *interaction.State, by interaction.PartyID, cmd interaction.SendFile) (interaction.SendFile, error) {
	f, err := c.File(ctx, cmd.File.ID)
	if errors.Is(err, ErrNotFound) {
		return cmd, refuse(Unknown, 0)
	}
	if err != nil {
		return cmd, err
	}
	sender := Sender{Interaction: id, Party: by, Internal: f.Internal, agent: s.LastOwner != ""}
	limits := c.opt.Policy.of(&sender)
	switch {
	case s.Start == nil || !sender.owns(f):
		return cmd, refuse(Unknown, 0) // and no word about whose it is
	case f.discarded || time.Since(f.At) > c.opt.Lifetime:
		return cmd, refuse(Unknown, 0) // a retry of what was sent is known to the kernel by its key
	case limits == nil:
		return cmd, refuse(NotAllowed, 0)
	case limits.NeedAgent && !sender.agent:
		return cmd, refuse(NeedAgent, 0)
	case f.Internal && cmd.To == interaction.Everyone && cmd.Consultation == "":
		return cmd, refuse(InternalOnly, 0)
	}
	cmd.File = f.Reference()
	return cmd, nil
}
