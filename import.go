package chatkernel

import (
	"context"
	"errors"
	"fmt"

	"github.com/chatkernel/chatkernel/interaction"
)

// ErrImport says that batches are no log of a past interaction.
var ErrImport = errors.New("chatkernel: not the log of a past interaction")

// Import writes the log of an interaction that happened elsewhere, as
// transcript/chatxml reads it (HIST-6). The batches follow each other from the
// first position on, and their last state is one that is over. It is found by
// lists once it is there as a whole.
//
// Import may be repeated, also with another process's half: what is there already
// is left as it is, if it is the same. An id that has another log gives
// [interaction.ErrStarted], batches that do not fold [ErrImport]; both wrote
// nothing.
func (k *Kernel) Import(ctx context.Context, id string, batches []interaction.Batch) error {
	if err := k.ready(ctx, id); err != nil {
		return err
	}
	states, err := fold(batches)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrImport, err)
	}
	c := k.chats.get(id)
	defer k.chats.put(c)
	if !c.lock(ctx.Done()) {
		return ctx.Err()
	}
	defer c.unlock()
	for i := range batches {
		b, next := &batches[i], &states[i]
		key := fmt.Sprint("import/", i)
		data, err := k.seal(ctx, c, next, b.Records[0].Seq-1, interaction.AppendBatch(nil, b))
		if err != nil {
			return err
		}
		commit := Commit{
			Stream: id, After: b.Records[0].Seq - 1, Count: len(b.Records), Key: commitKey(interaction.System, key), At: next.At(), Data: data,
		}
		if i == len(batches)-1 {
			commit.Index = indexOf(next)
		}
		if err := k.importCommit(ctx, c, &commit, b); err != nil {
			return err
		}
	}
	_, err = k.refresh(ctx, c)
	return err
}

// fold gives the state after each batch.
func fold(batches []interaction.Batch) (states []interaction.State, err error) {
	var s interaction.State
	for i := range batches {
		for _, r := range batches[i].Records {
			if err := s.Apply(r); err != nil {
				return nil, err
			}
		}
		if len(batches[i].Records) == 0 {
			return nil, errors.New("a batch is empty")
		}
		states = append(states, s)
	}
	if s.Phase != interaction.InDone {
		return nil, errors.New("it is not done")
	}
	return states, nil
}

// importCommit writes one commit, unless it is there.
func (k *Kernel) importCommit(ctx context.Context, c *chat, commit *Commit, b *interaction.Batch) error {
	for try := range attempts {
		err := k.store.Append(ctx, *commit)
		k.health.store(err, ErrConflict, ErrKeyUsed, ErrTooLarge, ErrInvalidCommit)
		var used *KeyUsedError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &used):
			there, err := k.decode(ctx, &c.seal, &used.Commit)
			switch {
			case err != nil:
				return &StoreError{"decode", err}
			case used.Commit.After != commit.After || there.Command != b.Command && there.Command != 0 || len(there.Records) != len(b.Records):
				return interaction.ErrStarted
			}
			return nil
		case errors.Is(err, ErrConflict):
			return interaction.ErrStarted
		case errors.Is(err, ErrNotWritten) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrInvalidCommit) || errors.Is(err, ErrClosed):
			return &StoreError{"append", err}
		}
		if err := k.pause(ctx, try+1); err != nil {
			return &UnknownOutcomeError{err}
		}
	}
	return ErrUnknownOutcome
}
