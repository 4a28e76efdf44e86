package memstore_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/storetest"
)

// backend is one store that both processes share.
func backend() *storetest.Backend {
	s := memstore.New(&memstore.Options{MaxCommit: 1 << 20, Sequence: true})
	return &storetest.Backend{
		Open:      func() chatkernel.Store { return s },
		Close:     func(chatkernel.Store) { _ = s.Close() },
		MaxCommit: 1 << 20,
	}
}

// The suite, with the real time.
func TestHOST_3_Store(t *testing.T) {
	storetest.Run(t, func(testing.TB) *storetest.Backend { return backend() })
}

// The suite, each case in a bubble, where days can pass.
func TestHOST_3_StoreInABubble(t *testing.T) {
	for _, c := range storetest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := backend()
				b.Advance = time.Sleep
				c.Run(t, b)
			})
		})
	}
}

func TestOptions(t *testing.T) {
	ctx := t.Context()
	commit := func(n int) chatkernel.Commit {
		return chatkernel.Commit{Stream: fmt.Sprint(n), Count: 1, Data: make([]byte, n)}
	}
	for _, o := range []*memstore.Options{nil, {}, {MaxCommit: -1}} {
		s := memstore.New(o)
		require.NoError(t, s.Append(ctx, commit(1<<20)))
		require.ErrorIs(t, s.Append(ctx, commit(1<<20+1)), chatkernel.ErrTooLarge)
	}
	s := memstore.New(&memstore.Options{MaxCommit: 10})
	require.NoError(t, s.Append(ctx, commit(10)))
	require.ErrorIs(t, s.Append(ctx, commit(11)), chatkernel.ErrTooLarge)
}

func TestEachStoreHasItsEpoch(t *testing.T) {
	a, err := memstore.New(nil).Epoch(t.Context())
	require.NoError(t, err)
	b, err := memstore.New(nil).Epoch(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, a, b)
}

func TestACancelledAppendIsNotWritten(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := memstore.New(nil).Append(ctx, chatkernel.Commit{Stream: "s", Count: 1})
	require.ErrorIs(t, err, chatkernel.ErrNotWritten)
	require.ErrorIs(t, err, context.Canceled)
}

func TestTimesThatCannotBeKept(t *testing.T) {
	s := memstore.New(nil)
	first, last := time.Time{}, time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	for i, at := range []time.Time{first, last} {
		c := chatkernel.Commit{Stream: "s", After: uint64(i), Count: 1, At: at, Wake: last.Truncate(time.Microsecond), Index: &chatkernel.Index{Started: at, Ended: at}}
		require.NoError(t, s.Append(t.Context(), c))
		for got, err := range s.Load(t.Context(), "s", uint64(i)) {
			require.NoError(t, err)
			require.Equal(t, at.Truncate(time.Microsecond), got.At)
			require.Equal(t, c.Wake, got.Wake)
		}
		for e, err := range s.Find(t.Context(), chatkernel.Query{}) {
			require.NoError(t, err)
			require.Equal(t, at.Truncate(time.Microsecond), e.Index.Started)
			require.Equal(t, at.IsZero(), e.Index.Ended.IsZero())
		}
	}
	for _, at := range []time.Time{first.Add(-1), last.Add(1), time.Unix(1<<60, 0), time.Unix(-1<<60, 0)} {
		for _, c := range []chatkernel.Commit{{At: at}, {Wake: at}, {Index: &chatkernel.Index{Started: at}}, {Index: &chatkernel.Index{Ended: at}}} {
			c.Stream = "t"
			require.ErrorIs(t, s.Append(t.Context(), c), chatkernel.ErrInvalidCommit)
		}
	}
	// In a query they are only far away.
	for q, want := range map[*chatkernel.Query]int{
		{Since: time.Unix(-1<<60, 0)}: 1, {Since: time.Unix(1<<60, 0)}: 0, {Until: time.Unix(1<<60, 0)}: 1, {Until: time.Unix(-1<<60, 0)}: 0,
	} {
		n := 0
		for _, err := range s.Find(t.Context(), *q) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, want, n, "%+v", q)
	}
}

// A wake between two microseconds is rounded up.
func TestTIME_7_NotDueANanosecondEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memstore.New(nil)
		wake := time.Now().Add(time.Second + 1)
		require.NoError(t, s.Append(t.Context(), chatkernel.Commit{Stream: "s", Count: 1, Wake: wake}))
		time.Sleep(time.Second)
		d, err := s.Due(t.Context(), 1)
		require.NoError(t, err)
		require.Empty(t, d.Streams)
		require.False(t, d.Next.Before(wake))
		time.Sleep(d.Next.Sub(d.Now))
		d, err = s.Due(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, []string{"s"}, d.Streams)
		require.False(t, d.Now.Before(wake))
	})
}
