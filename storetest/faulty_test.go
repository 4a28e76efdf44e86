package storetest_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/storetest"
)

var errFault = errors.New("fault")

func commit(stream string, after uint64) chatkernel.Commit {
	return chatkernel.Commit{Stream: stream, After: after, Count: 1, Key: chatkernel.Key{byte(after + 1)}}
}

func wantError(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestFaultyUsesItsFaultsInOrderAndByStream(t *testing.T) {
	ctx := t.Context()
	s := memstore.New(nil)
	f := storetest.NewFaulty(s)
	called := 0
	f.Inject(storetest.Fault{Stream: "b", Before: errFault}, storetest.Fault{}, storetest.Fault{After: errFault, Written: func() { called++ }})
	if got := f.Pending(); got != 3 {
		t.Errorf("%d faults are pending, want 3", got)
	}
	wantError(t, "the first append to a", f.Append(ctx, commit("a", 0)), nil)
	wantError(t, "the second append to a", f.Append(ctx, commit("a", 1)), errFault)
	wantError(t, "the first append to b", f.Append(ctx, commit("b", 0)), errFault)
	if called != 1 {
		t.Errorf("Written was called %d times, want once", called)
	}
	if got := f.Pending(); got != 0 {
		t.Errorf("%d faults are pending, want none", got)
	}
	if a, b := head(ctx, s, "a"), head(ctx, s, "b"); a != 2 || b != 0 {
		t.Errorf("the heads are %d and %d, want 2 and 0", a, b)
	}
	wantError(t, "the second append to b", f.Append(ctx, commit("b", 0)), nil)

	// A lost answer hides a refusal as well.
	f.Inject(storetest.Fault{After: errFault})
	wantError(t, "an append at a wrong head", f.Append(ctx, commit("a", 7)), errFault)
}

func TestFaultyRefuses(t *testing.T) {
	ctx := t.Context()
	f := storetest.NewFaulty(memstore.New(nil))
	calls := map[storetest.Op]func() error{
		storetest.OpEpoch:  func() error { _, err := f.Epoch(ctx); return err },
		storetest.OpAppend: func() error { return f.Append(ctx, commit("s", head(ctx, f, "s"))) },
		storetest.OpLoad: func() (err error) {
			for _, err = range f.Load(ctx, "s", 0) {
				break
			}
			return err
		},
		storetest.OpLookup: func() error {
			if _, err := f.Lookup(ctx, "s", chatkernel.Key{0xff}); !errors.Is(err, chatkernel.ErrNotFound) {
				return err
			}
			return nil
		},
		storetest.OpDue: func() error { _, err := f.Due(ctx, 1); return err },
		storetest.OpFind: func() (err error) {
			for _, err = range f.Find(ctx, chatkernel.Query{}) {
				break
			}
			return err
		},
	}
	for op := range calls {
		f.Refuse(errFault, op)
		for other, call := range calls {
			if op == other {
				wantError(t, fmt.Sprintf("method %d, refused", op), call(), errFault)
			} else if other != storetest.OpAppend {
				wantError(t, fmt.Sprintf("method %d, while %d is refused", other, op), call(), nil)
			}
		}
		f.Refuse(nil, op)
	}
	f.Inject(storetest.Fault{Before: errFault})
	f.Refuse(errFault)
	for op, call := range calls {
		wantError(t, fmt.Sprintf("method %d, with all refused", op), call(), errFault)
	}
	if f.Pending() != 1 {
		t.Error("refusing used up a fault")
	}
	f.Refuse(nil)
	wantError(t, "Append with a fault", calls[storetest.OpAppend](), errFault)
	for op, call := range calls {
		wantError(t, fmt.Sprintf("method %d, with none refused", op), call(), nil)
	}
}

func TestFaultyForManyGoroutines(t *testing.T) {
	f := storetest.NewFaulty(memstore.New(nil))
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			f.Inject(storetest.Fault{Before: errFault})
			wantError(t, "Append", f.Append(t.Context(), commit(fmt.Sprint(i), 0)), errFault)
		})
	}
	wg.Wait()
	if f.Pending() != 0 {
		t.Errorf("%d faults are pending, want none", f.Pending())
	}
}
