package storetest_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/storetest"
)

var errFault = errors.New("fault")

func commit(stream string, after uint64) chatkernel.Commit {
	return chatkernel.Commit{Stream: stream, After: after, Count: 1, Key: chatkernel.Key{byte(after + 1)}}
}

func TestFaultyUsesItsFaultsInOrderAndByStream(t *testing.T) {
	ctx := t.Context()
	s := memstore.New(nil)
	f := storetest.NewFaulty(s)
	called := 0
	f.Inject(storetest.Fault{Stream: "b", Before: errFault}, storetest.Fault{}, storetest.Fault{After: errFault, Written: func() { called++ }})
	require.Equal(t, 3, f.Pending())
	require.NoError(t, f.Append(ctx, commit("a", 0)))
	require.ErrorIs(t, f.Append(ctx, commit("a", 1)), errFault)
	require.Equal(t, 1, called)
	require.ErrorIs(t, f.Append(ctx, commit("b", 0)), errFault)
	require.Zero(t, f.Pending())
	require.EqualValues(t, 2, head(ctx, s, "a"))
	require.EqualValues(t, 0, head(ctx, s, "b"))
	require.NoError(t, f.Append(ctx, commit("b", 0)))

	// A lost answer hides a refusal as well.
	f.Inject(storetest.Fault{After: errFault})
	require.ErrorIs(t, f.Append(ctx, commit("a", 7)), errFault)
}

func TestFaultyRefuses(t *testing.T) {
	ctx := t.Context()
	f := storetest.NewFaulty(memstore.New(nil))
	calls := map[storetest.Op]func() error{
		storetest.OpEpoch:  func() error { _, err := f.Epoch(ctx); return err },
		storetest.OpAppend: func() error { err := f.Append(ctx, commit("s", head(ctx, f, "s"))); return err },
		storetest.OpLoad: func() (err error) {
			for _, err = range f.Load(ctx, "s", 0) {
				break
			}
			return err
		},
		storetest.OpLookup: func() error {
			if _, err := f.Lookup(ctx, "s", chatkernel.Key{9}); !errors.Is(err, chatkernel.ErrNotFound) {
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
				require.ErrorIs(t, call(), errFault, "%d", op)
			} else if other != storetest.OpAppend {
				require.NoError(t, call(), "%d", op)
			}
		}
		f.Refuse(nil, op)
	}
	f.Inject(storetest.Fault{Before: errFault})
	f.Refuse(errFault)
	for _, call := range calls {
		require.ErrorIs(t, call(), errFault)
	}
	require.Equal(t, 1, f.Pending(), "refusing uses up no fault")
	f.Refuse(nil)
	require.ErrorIs(t, calls[storetest.OpAppend](), errFault)
	for _, call := range calls {
		require.NoError(t, call())
	}
}

func TestFaultyForManyGoroutines(t *testing.T) {
	f := storetest.NewFaulty(memstore.New(nil))
	var wg sync.WaitGroup
	var failed sync.Map
	for i := range 50 {
		wg.Go(func() {
			f.Inject(storetest.Fault{Before: errFault})
			if err := f.Append(t.Context(), commit(fmt.Sprint(i), 0)); err != nil {
				failed.Store(i, err)
			}
		})
	}
	wg.Wait()
	n := 0
	for range failed.Range {
		n++
	}
	require.Equal(t, 50, n)
	require.Zero(t, f.Pending())
}
