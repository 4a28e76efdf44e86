package chatkernel

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/google/uuid"
)

// attempts is how often a command is decided again, or an append whose outcome
// is unknown is sent again, before Do gives up.
const attempts = 8

// Do carries a command out on the interaction with the id (LIFE-16, LIFE-17):
// when it returns without an error, the result is stored for good. The id is
// the caller's choice for a Start: 1 to 150 bytes without a slash.
//
// An error means that nothing changed, except one that is [ErrUnknownOutcome].
// What the rules refuse comes from package interaction, as
// [interaction.ErrPhase] or [interaction.ErrDenied]; further [ErrKeyReused],
// [ErrNoGate], [ErrGate], [ErrInvalidID], [ErrBusy], [ErrClosed], [ErrStore]
// and the context's error. Sending a command again with the same key is always
// safe.
func (k *Kernel) Do(ctx context.Context, id string, by Actor, cmd interaction.Command) (Result, error) {
	began := k.begin()
	r, err := k.do(ctx, id, by, cmd)
	if k.opt.Observe != nil {
		o := Observation{Op: OpDo, Took: time.Since(began), Err: err}
		if interaction.Digest(cmd) != 0 { // else it is no command, and may not even be asked
			o.Command = cmd.Kind()
		}
		k.opt.Observe(o)
	}
	return r, err
}

func (k *Kernel) do(ctx context.Context, id string, by Actor, cmd interaction.Command) (Result, error) {
	if err := k.ready(ctx, id); err != nil {
		return Result{}, err
	}
	digest := interaction.Digest(cmd)
	if digest == 0 || !by.ID.Valid() {
		return Result{}, &interaction.InvalidError{Field: "actor or command", Err: interaction.ErrEmpty}
	}
	key, retriable := by.Key, by.Key != ""
	if !retriable {
		v7, err := uuid.NewV7()
		if err != nil {
			return Result{}, fmt.Errorf("chatkernel: no random key: %w", err)
		}
		key = v7.String()
	}
	w := work{
		key: commitKey(by.ID, key), digest: digest, retriable: retriable,
		in: interaction.Input{By: by.ID, Key: key, Command: cmd, Limits: k.opt.Limits},
	}
	c := k.chats.get(id)
	defer k.chats.put(c)
	var err error
	if w.in.Command, err = k.gate(ctx, c, by, cmd); err != nil {
		return k.refused(ctx, c, &w, err)
	}
	if start, ok := w.in.Command.(interaction.Start); ok && start.Policy == nil {
		start.Policy = k.opt.Policy
		w.in.Command = start
	}
	if !c.lock(ctx.Done()) {
		return Result{}, ctx.Err()
	}
	r, records, err := k.carryOut(ctx, c, &w)
	if err != nil {
		k.shredded(ctx, c)
	}
	c.unlock()
	if err == nil {
		err = k.handOver(ctx, c, w.in.Command)
	}
	if len(records) > 0 {
		k.told(ctx, c, records, w.listed)
	}
	return r, err
}

// work is a command on its way.
type work struct {
	key       Key
	digest    uint64
	retriable bool // the caller chose the key
	in        interaction.Input
	now       func() time.Time // nil: the kernel's
	listed    bool             // what was written shows in lists
}

// ready checks what every call needs.
func (k *Kernel) ready(ctx context.Context, id string) error {
	if k.closed() {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if id == "" || len(id) > 150 || strings.IndexByte(id, '/') >= 0 {
		return ErrInvalidID
	}
	return nil
}

// carryOut decides and appends until the store agrees. The caller holds the
// chat's write lock. It returns no records where nothing was written by it.
func (k *Kernel) carryOut(ctx context.Context, c *chat, w *work) (Result, []interaction.Record, error) {
	fresh := false
	if c.state.Start == nil {
		if _, err := k.refresh(ctx, c); err != nil {
			return Result{}, nil, err
		}
		fresh = true
	}
	for try := range attempts {
		if w.in.Now = k.now(); w.now != nil {
			w.in.Now = w.now()
		}
		records, err := interaction.Decide(&c.state, w.in)
		if err == nil {
			err = k.ungated(c, &w.in)
		}
		if err == nil && len(records) > 0 {
			if err := k.shred(ctx, c, w.in.Command); err != nil {
				return Result{}, nil, err
			}
		}
		if err != nil || len(records) == 0 {
			// Another process may have gone on: a refusal must hold now.
			if !fresh {
				moved, readErr := k.refresh(ctx, c)
				if readErr != nil {
					return Result{}, nil, readErr
				}
				fresh = true
				if moved {
					continue
				}
			}
			r, err := k.refused(ctx, c, w, err)
			return r, nil, err
		}
		r, err := k.append(ctx, c, w, records)
		switch {
		case err == nil && r.Repeated:
			return r, nil, nil
		case err == nil:
			return r, records, nil
		case !errors.Is(err, ErrConflict):
			return Result{}, nil, err
		}
		moved, err := k.refresh(ctx, c)
		if err == nil && !moved {
			// The log is not what the state came from: a store that was put back.
			if err = k.readEpoch(ctx); err == nil {
				c.forget(*k.epoch.Load())
				_, err = k.refresh(ctx, c)
			}
		}
		if err != nil {
			return Result{}, nil, err
		}
		fresh = true
		if try > 0 {
			if err := k.pause(ctx, try); err != nil {
				return Result{}, nil, err
			}
		}
	}
	return Result{}, nil, ErrBusy
}

// refused is the answer to a command that is refused now, or has nothing to
// do: the first result, if the command was carried out before (LIFE-16).
func (k *Kernel) refused(ctx context.Context, c *chat, w *work, refusal error) (Result, error) {
	if !w.retriable {
		return Result{}, refusal
	}
	found, err := k.store.Lookup(ctx, c.id, w.key)
	k.health.store(err, ErrNotFound)
	switch {
	case errors.Is(err, ErrNotFound):
		return Result{}, refusal
	case err != nil:
		return Result{}, &StoreError{"look up a key", err}
	}
	return k.repeated(ctx, c, found, w)
}

// repeated is the result of a command that was carried out before.
func (k *Kernel) repeated(ctx context.Context, c *chat, commit Commit, w *work) (Result, error) {
	b, err := k.decode(ctx, &c.seal, &commit)
	if err != nil {
		return Result{}, &StoreError{"decode", err}
	}
	if b.Command != w.digest && b.Command != 0 { // it is zero where it was erased
		return Result{}, ErrKeyReused
	}
	return k.result(b.View, b.Seen, commit.At, b.By, b.Records, true), nil
}

func (k *Kernel) result(view uint32, seen uint64, at time.Time, by interaction.PartyID, records []interaction.Record, repeated bool) Result {
	r := Result{Position: Position{View: view, Seen: seen}, At: at, Repeated: repeated}
	if e := k.epoch.Load(); e != nil {
		r.Position.Epoch = *e
	}
	if by.Role() == interaction.RoleContact {
		return r
	}
	for i := range records {
		if e, ok := records[i].Event.(*interaction.Invited); ok && records[i].By == by {
			r.Opened = e.Invitation
		}
	}
	return r
}

// append writes the records of a decision and makes their state the live one.
// Where the answer is lost it sends the same bytes again: the key tells whether
// they had arrived.
func (k *Kernel) append(ctx context.Context, c *chat, w *work, records []interaction.Record) (Result, error) {
	c.next = c.state
	next := &c.next
	for i := range records {
		if err := next.Apply(records[i]); err != nil {
			return Result{}, err
		}
	}
	b := interaction.Batch{By: w.in.By, Command: w.digest, Records: records}
	b.Seen, b.View = next.Position(interaction.Viewer{ID: w.in.By})
	c.buf = interaction.AppendBatch(c.buf[:0], &b)
	data, err := k.seal(ctx, c, next, c.state.Seq(), c.buf)
	if err != nil {
		return Result{}, err
	}
	commit := Commit{
		Stream: c.id, After: c.state.Seq(), Count: len(records), Key: w.key, At: next.At(), Data: data, Wake: next.Wake(),
	}
	if next.Summary() != c.state.Summary() {
		commit.Index, w.listed = indexOf(next), true
	}
	var last error // of an attempt whose outcome is unknown
	for try := range attempts {
		err := k.store.Append(ctx, commit)
		k.health.store(err, ErrConflict, ErrKeyUsed, ErrTooLarge, ErrInvalidCommit)
		var used *KeyUsedError
		switch {
		case err == nil:
			c.advance(next, records, w.in.Now)
			k.nearer(commit.Wake)
			return k.result(b.View, b.Seen, commit.At, w.in.By, records, false), nil
		case errors.As(err, &used):
			r, err := k.repeated(ctx, c, used.Commit, w)
			switch {
			case err != nil && last != nil:
				return Result{}, &UnknownOutcomeError{err}
			case err != nil:
				return Result{}, err
			}
			// What was written may be what we just sent. It is carried out, also if it
			// cannot be read now.
			if _, err := k.refresh(ctx, c); err != nil {
				c.stale.Store(true)
			}
			if r.Repeated = last == nil; !r.Repeated {
				k.nearer(c.state.Wake())
			}
			return r, nil
		case errors.Is(err, ErrConflict):
			// The key was not used, and what was sent before cannot arrive any more.
			return Result{}, err
		case last == nil && (errors.Is(err, ErrNotWritten) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrInvalidCommit) || errors.Is(err, ErrClosed)):
			return Result{}, &StoreError{"append", err}
		}
		last = err
		if err := k.pause(ctx, try+1); err != nil {
			break
		}
	}
	return Result{}, &UnknownOutcomeError{last}
}

// pause waits a little longer with each try, with jitter.
func (k *Kernel) pause(ctx context.Context, try int) error {
	most := time.Millisecond << min(try, 8)
	t := time.NewTimer(most/2 + k.jitter(most/2))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-k.done:
		return ErrClosed
	}
}

// refresh reads what the log has more than the live state, and reports whether
// there was anything. The caller holds the chat's write lock.
func (k *Kernel) refresh(ctx context.Context, c *chat) (moved bool, err error) {
	if k.epoch.Load() == nil {
		if err := k.readEpoch(ctx); err != nil {
			return false, err
		}
	}
	if epoch := *k.epoch.Load(); c.epoch != epoch {
		c.forget(epoch)
	}
	c.stale.Store(false)
	next := c.state
	var records []interaction.Record
	for commit, err := range k.store.Load(ctx, c.id, next.Seq()) {
		if err != nil {
			k.health.store(err)
			return false, &StoreError{"load", err}
		}
		if commit.Count == 0 {
			continue // moved only the wake
		}
		b, err := k.decode(ctx, &c.seal, &commit)
		if err != nil {
			return false, &StoreError{"decode", err}
		}
		for i := range b.Records {
			if err := next.Apply(b.Records[i]); err != nil {
				return false, &StoreError{"fold", err}
			}
		}
		records = append(records, b.Records...)
	}
	k.health.store(nil)
	if len(records) == 0 {
		c.refreshed.Store(time.Now().UnixNano())
		return false, nil
	}
	c.advance(&next, records, time.Now())
	k.nearer(next.Wake())
	return true, nil
}

// sync brings a chat up to date with the store.
func (k *Kernel) sync(ctx context.Context, c *chat) error {
	if !c.lock(ctx.Done()) {
		return ctx.Err()
	}
	defer c.unlock()
	_, err := k.refresh(ctx, c)
	return err
}

// readEpoch asks the store for its epoch. Chats of another one forget what they
// know when they are used next.
func (k *Kernel) readEpoch(ctx context.Context) error {
	epoch, err := k.store.Epoch(ctx)
	k.health.store(err)
	if err != nil {
		return &StoreError{"read the epoch", err}
	}
	if e := k.epoch.Load(); e == nil || *e != epoch {
		k.epoch.Store(&epoch)
	}
	return nil
}

// State is a snapshot of the interaction as the log has it now, or
// [interaction.ErrNotStarted]. It is for the host, unfiltered.
func (k *Kernel) State(ctx context.Context, id string) (interaction.State, error) {
	if err := k.ready(ctx, id); err != nil {
		return interaction.State{}, err
	}
	c := k.chats.get(id)
	defer k.chats.put(c)
	if err := k.sync(ctx, c); err != nil {
		return interaction.State{}, err
	}
	s := c.snapshot()
	if s.Start == nil {
		return s, interaction.ErrNotStarted
	}
	return s, nil
}

// told does what follows a commit: notices, and the host's media. The log is
// the truth; what is lost here is a delay. Listed says that lists show the
// interaction otherwise now.
func (k *Kernel) told(ctx context.Context, c *chat, records []interaction.Record, listed bool) {
	if ctx.Done() != nil {
		ctx = context.WithoutCancel(ctx) // it is stored: others must hear of it
	}
	k.publish(ctx, Notice{Stream: c.id, Head: records[len(records)-1].Seq})
	if !listed {
		return
	}
	for i := range records {
		switch e := records[i].Event.(type) {
		case *interaction.Erased:
			k.publish(ctx, Notice{Stream: erasedStream, Signal: []byte(c.id)})
		case *interaction.ConsultationJoined:
			k.openMedium(ctx, c, e.Consultation)
		case *interaction.ConsultationEnded:
			k.closeMedium(ctx, c, e.Consultation)
		}
	}
	s := c.snapshot()
	k.publishWork(ctx, &s)
	k.publish(ctx, Notice{Stream: changesStream, Signal: []byte(c.id)})
}

func (k *Kernel) publish(ctx context.Context, n Notice) {
	err := k.transport.Publish(ctx, n)
	k.health.transport(err)
	if err != nil {
		k.observe(Observation{Op: OpPublish, Err: err})
	}
}

// commitKey is what makes a command unique: 128 bits of a digest, so that
// neither the actor nor its key can be read from the store.
func commitKey(by interaction.PartyID, key string) Key {
	var space [256]byte
	b := append(space[:0], by...)
	b = append(b, 0)
	b = append(b, key...)
	sum := sha256.Sum256(b)
	return Key(sum[:len(Key{})])
}

// elapseKey is the same in every process that finds a stream at a position
// due, so that one of them fires it.
func elapseKey(seq uint64) string { return "elapse@" + strconv.FormatUint(seq, 10) }
