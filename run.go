package chatkernel

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/google/uuid"
)

// batch is how many due interactions Run asks for at once.
const batch = 256

// Run fires deadlines until the context is done or the kernel is closed, and
// returns why it ended. Any number of processes may run it on one store: each
// deadline takes effect once (TIME-7). What was due while nobody ran is fired
// at once, the longest overdue first. An interaction that cannot be worked on
// is tried again later and later and holds up no other.
func (k *Kernel) Run(ctx context.Context) error {
	defer k.erasures(ctx)()
	sick := make(map[string]*sickness)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		k.sleeping.Store(0)
		wait := k.sweep(ctx, sick)
		k.sleeping.Store(time.Now().Add(wait).UnixNano())
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-k.poke:
		case <-ctx.Done():
			return ctx.Err()
		case <-k.done:
			return ErrClosed
		}
	}
}

// nearer tells Run of a deadline that comes before it would look again.
func (k *Kernel) nearer(wake time.Time) {
	if wake.IsZero() {
		return
	}
	until := k.sleeping.Load()
	if until == 0 || wake.Add(-time.Duration(k.skew.Load())).UnixNano() >= until {
		return
	}
	select {
	case k.poke <- struct{}{}:
	default:
	}
}

// A sickness is why an interaction is left alone for a while.
type sickness struct {
	tries int
	until time.Time
}

// sweep fires what is due and says how long there is nothing to do.
func (k *Kernel) sweep(ctx context.Context, sick map[string]*sickness) time.Duration {
	before := time.Now()
	due, err := k.store.Due(ctx, batch+len(sick))
	k.health.store(err)
	k.observe(Observation{Op: OpDue, Streams: len(due.Streams), Err: err})
	if err != nil {
		if ctx.Err() == nil {
			k.log.Error("the store does not say what is due", "error", err)
		}
		return k.opt.Poll
	}
	k.measure(due.Now, before, time.Now())
	wait := k.opt.Poll
	for _, id := range due.Streams {
		if ctx.Err() != nil || k.closed() {
			return 0
		}
		if s := sick[id]; s != nil && due.Now.Before(s.until) {
			continue
		}
		err := k.elapse(ctx, id, due.Now)
		switch {
		case err == nil:
			delete(sick, id)
		case ctx.Err() == nil:
			s := sick[id]
			if s == nil {
				s = new(sickness)
				sick[id] = s
			}
			s.tries++
			s.until = due.Now.Add(min(time.Second<<min(s.tries, 10), 10*time.Minute))
			k.log.Error("a deadline could not be fired", "tries", s.tries, "error", err)
		}
	}
	for id, s := range sick {
		// A stream that is not due any more got well by itself.
		if due.Now.After(s.until.Add(time.Hour)) {
			delete(sick, id)
		}
	}
	if len(due.Streams) >= batch+len(sick) {
		return 0
	}
	if !due.Next.IsZero() {
		wait = min(wait, max(0, due.Next.Sub(due.Now)))
	}
	return wait
}

// measure notes how far the store's clock is ahead of ours, where that is more
// than the call itself explains. A small difference is left alone, so that
// time does not jitter.
func (k *Kernel) measure(store, before, after time.Time) {
	skew := store.Sub(before.Add(after.Sub(before) / 2))
	if margin := after.Sub(before)/2 + 50*time.Millisecond; skew.Abs() <= margin {
		skew = 0
	}
	k.skew.Store(int64(skew))
}

// elapse lets the interaction's clock do what is due at the store's time.
func (k *Kernel) elapse(ctx context.Context, id string, now time.Time) error {
	if strings.IndexByte(id, '/') >= 0 {
		return nil // a log of another kind
	}
	c := k.chats.get(id)
	defer k.chats.put(c)
	if !c.lock(ctx.Done()) {
		return ctx.Err()
	}
	due := c.state.Wake()
	records, listed, err := k.fire(ctx, c, now)
	c.unlock()
	if len(records) > 0 {
		k.told(ctx, c, records, listed)
	}
	k.observe(Observation{Op: OpDeadline, Late: lateness(due, now), Err: err})
	return err
}

func lateness(due, now time.Time) time.Duration {
	if due.IsZero() {
		return 0
	}
	return max(0, now.Sub(due))
}

func (k *Kernel) fire(ctx context.Context, c *chat, now time.Time) (records []interaction.Record, listed bool, err error) {
	moved, err := k.refresh(ctx, c)
	if err != nil {
		return nil, false, err
	}
	if c.state.Start == nil {
		return nil, false, interaction.ErrNotStarted
	}
	key := elapseKey(c.state.Seq())
	w := work{
		key: commitKey(interaction.System, key), digest: interaction.Digest(interaction.Elapse{}),
		in:  interaction.Input{By: interaction.System, Key: key, Command: interaction.Elapse{}, Limits: k.opt.Limits},
		now: func() time.Time { return now },
	}
	r, records, err := k.carryOut(ctx, c, &w)
	if err == nil && len(records) == 0 && !r.Repeated && !moved {
		err = k.mend(ctx, c, now)
	}
	return records, w.listed, err
}

// mend writes the wake that the log says into the store where the store's own
// is another one: it is only an index. It is called where a stream is due, the
// log has nothing to do, and nobody went on meanwhile.
func (k *Kernel) mend(ctx context.Context, c *chat, now time.Time) error {
	wake := c.state.Wake()
	if !wake.IsZero() && !wake.After(now) {
		return nil
	}
	err := k.store.Append(ctx, Commit{
		Stream: c.id, After: c.state.Seq(), At: now, Wake: wake, Index: indexOf(&c.state), Key: Key(uuid.New()),
	})
	if errors.Is(err, ErrConflict) {
		return nil // somebody went on, and wrote the right one
	}
	return err
}
