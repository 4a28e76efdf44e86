package storetest

import (
	"context"
	"iter"
	"sync"

	"github.com/chatkernel/chatkernel"
)

// A Faulty is a store that fails when it is told to, and otherwise does what the
// store behind it does. Make one with [NewFaulty]. It may be used by many
// goroutines at once.
type Faulty struct {
	store chatkernel.Store

	mu      sync.Mutex
	faults  []Fault
	refused map[Op]error
}

// A Fault is what goes wrong with one Append. The zero Fault lets one pass.
type Fault struct {
	// Stream is the stream that is meant, any if it is empty.
	Stream string
	// Before is given instead of writing, if it is not nil: with
	// chatkernel.ErrNotWritten the caller knows, with another error it has to
	// find out, that nothing was written.
	Before error
	// Written is called, if it is not nil, once the store has answered and
	// before the caller hears of it: the moment in which another process is
	// quicker.
	Written func()
	// After is given instead of the store's answer, whatever that was, if it is
	// not nil: the answer was lost.
	After error
}

// An Op is a method of a store.
type Op int

// The methods of a store.
const (
	OpEpoch Op = iota
	OpAppend
	OpLoad
	OpLookup
	OpDue
	OpFind
)

// NewFaulty makes a store that has no fault yet over another one.
func NewFaulty(s chatkernel.Store) *Faulty {
	return &Faulty{store: s, refused: make(map[Op]error)}
}

// Inject adds faults. Each is used up by the first Append of its stream that
// finds no fault of an earlier place in the queue.
func (f *Faulty) Inject(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, faults...)
}

// Pending gives how many faults were not used up yet.
func (f *Faulty) Pending() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.faults)
}

// Refuse makes the methods, all if none is named, fail with err from now on;
// with a nil err they work again. Nothing is written or read meanwhile, and no
// fault is used up.
func (f *Faulty) Refuse(err error, ops ...Op) {
	if len(ops) == 0 {
		ops = []Op{OpEpoch, OpAppend, OpLoad, OpLookup, OpDue, OpFind}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, op := range ops {
		f.refused[op] = err
	}
}

func (f *Faulty) refusal(op Op) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refused[op]
}

// next takes the fault for an Append out of the queue.
func (f *Faulty) next(stream string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.faults {
		if fault.Stream == "" || fault.Stream == stream {
			f.faults = append(f.faults[:i:i], f.faults[i+1:]...)
			return fault
		}
	}
	return Fault{}
}

// Append implements [chatkernel.Store].
func (f *Faulty) Append(ctx context.Context, c chatkernel.Commit) error {
	if err := f.refusal(OpAppend); err != nil {
		return err
	}
	fault := f.next(c.Stream)
	if fault.Before != nil {
		return fault.Before
	}
	err := f.store.Append(ctx, c)
	if fault.Written != nil {
		fault.Written()
	}
	if fault.After != nil {
		return fault.After
	}
	return err
}

// Epoch implements [chatkernel.Store].
func (f *Faulty) Epoch(ctx context.Context) (string, error) {
	if err := f.refusal(OpEpoch); err != nil {
		return "", err
	}
	return f.store.Epoch(ctx)
}

// Load implements [chatkernel.Store].
func (f *Faulty) Load(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	return func(yield func(chatkernel.Commit, error) bool) {
		if err := f.refusal(OpLoad); err != nil {
			yield(chatkernel.Commit{}, err)
			return
		}
		f.store.Load(ctx, stream, after)(yield)
	}
}

// Lookup implements [chatkernel.Store].
func (f *Faulty) Lookup(ctx context.Context, stream string, key chatkernel.Key) (chatkernel.Commit, error) {
	if err := f.refusal(OpLookup); err != nil {
		return chatkernel.Commit{}, err
	}
	return f.store.Lookup(ctx, stream, key)
}

// Due implements [chatkernel.Store].
func (f *Faulty) Due(ctx context.Context, limit int) (chatkernel.Due, error) {
	if err := f.refusal(OpDue); err != nil {
		return chatkernel.Due{}, err
	}
	return f.store.Due(ctx, limit)
}

// Find implements [chatkernel.Store].
func (f *Faulty) Find(ctx context.Context, q chatkernel.Query) iter.Seq2[chatkernel.Entry, error] {
	return func(yield func(chatkernel.Entry, error) bool) {
		if err := f.refusal(OpFind); err != nil {
			yield(chatkernel.Entry{}, err)
			return
		}
		f.store.Find(ctx, q)(yield)
	}
}
