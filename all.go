package chatkernel

import (
	"context"
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Sequencer is a [Store] that also gives the commits of all its streams in one
// order (HIST-8). It is an extra: not every store is one.
type Sequencer interface {
	Store

	// All gives the commits of all streams that hold positions, those after the
	// cursor, or all for the empty one, in an order that is the same for ever and
	// in all processes, and in which each stream has its own. It sees what was
	// acknowledged before the call, unless a commit that comes before it in the
	// order may still be written: then it ends early, and never leaves one out.
	// After an error the sequence ends. A cursor that this incarnation of the data
	// has not given is [ErrCursor].
	All(ctx context.Context, after string) iter.Seq2[Sequenced, error]
}

// A Sequenced is a commit in the order of all, and the cursor after it.
type Sequenced struct {
	Commit
	Cursor string
}

// Errors of the order of all.
var (
	ErrCursor      = errors.New("chatkernel: not a cursor of this store")
	ErrNoSequencer = errors.New("chatkernel: the store has no order of all streams")
)

// A Change is what one command did to an interaction.
type Change struct {
	Cursor  string // after this change; keep it to go on from here
	ID      string // of the interaction
	At      time.Time
	Records []interaction.Record
	// Err says that the change, or a part of it, cannot be read by this version.
	// The feed goes on.
	Err error
}

// All is the feed of everything, for the host's analytics and webhooks (HIST-8):
// each change of every interaction once, in an order that never changes, from
// after the cursor on (from the beginning for an empty one), and then whatever
// comes, until the context is done, the kernel is closed, or the loop breaks. It is
// for the host, and unfiltered.
//
// Keep the cursor of a change together with what was made of it. Then nothing is
// lost and nothing comes twice, however often a process stops. An interaction's id
// and a record's position name a record for ever, for receivers that must recognise
// one.
//
// A store that cannot do it gives [ErrNoSequencer], a cursor of another store or of
// one that was put back from a backup [ErrCursor], each as the last pair.
func (k *Kernel) All(ctx context.Context, after string) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		if err := k.all(ctx, after, yield); err != nil {
			yield(Change{}, err)
		}
	}
}

func (k *Kernel) all(ctx context.Context, after string, yield func(Change, error) bool) error {
	store, ok := k.store.(Sequencer)
	if !ok {
		return ErrNoSequencer
	}
	poll := time.NewTicker(k.opt.Poll)
	defer poll.Stop()
	for {
		for one, err := range store.All(ctx, after) {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case errors.Is(err, ErrCursor):
				return err
			case err != nil:
				k.health.store(err)
				return &StoreError{"read all", err}
			case k.closed():
				return ErrClosed
			}
			after = one.Cursor
			if strings.IndexByte(one.Stream, '/') >= 0 {
				continue // a log of another kind
			}
			if !yield(k.change(ctx, &one), nil) {
				return nil
			}
		}
		k.health.store(nil)
		select {
		case <-poll.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-k.done:
			return ErrClosed
		}
	}
}

func (k *Kernel) change(ctx context.Context, one *Sequenced) Change {
	c := k.chats.get(one.Stream)
	defer k.chats.put(c)
	b, err := k.decode(ctx, &c.seal, &one.Commit)
	return Change{Cursor: one.Cursor, ID: one.Stream, At: one.At, Records: b.Records, Err: err}
}
