package files

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// sweepGrace is how much longer than its lifetime an upload is kept, so that no
// command which the gate has let through finds its file gone.
const sweepGrace = time.Hour

// Sweep removes the bytes that no command made part of an interaction within
// [Options.Lifetime] and an hour, discarded ones after the hour, and what crashes
// have left. It returns how many uploads it removed. Call it now and then; any
// number of processes may.
//
// It asks used whether the interaction's log has the file; that is asked once
// more for each file, about a day after its upload:
//
//	func(ctx context.Context, f *files.File) (bool, error) {
//		s, err := k.State(ctx, f.Interaction)
//		return err == nil && s.File(f.ID) != nil, err
//	}
//
// An error of used leaves that file for the next time, and is returned in the
// end.
func (c *Cabinet) Sweep(ctx context.Context, used func(context.Context, *File) (bool, error)) (removed int, err error) {
	var failed error
	for e, err := range c.store.List(ctx, newFolder) {
		if err != nil {
			return removed, errors.Join(failed, err)
		}
		age := time.Since(e.At)
		if age <= sweepGrace {
			continue
		}
		id := strings.TrimPrefix(e.Key, newFolder)
		gone, err := c.sweep(ctx, id, age > c.opt.Lifetime+sweepGrace, used)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("files: sweeping %s: %w", id, err))
		}
		if gone {
			removed++
		}
	}
	return removed, failed
}

func (c *Cabinet) sweep(ctx context.Context, id string, old bool, used func(context.Context, *File) (bool, error)) (gone bool, err error) {
	at, ok := place(id)
	if !ok {
		return false, c.store.Delete(ctx, newFolder+id) // nobody's
	}
	f, err := c.File(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound): // it may still be under way
		if !old {
			return false, nil
		}
		return true, c.remove(ctx, id, at)
	case err != nil:
		return false, err
	// A lifetime begins when the upload is complete.
	case !f.discarded && time.Since(f.At) <= c.opt.Lifetime+sweepGrace:
		return false, nil
	}
	sent, err := used(ctx, f)
	if err != nil {
		return false, err
	}
	if sent {
		return false, c.store.Delete(ctx, newFolder+id)
	}
	return true, c.remove(ctx, id, at)
}
