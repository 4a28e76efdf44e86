package transporttest_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/transporttest"
)

// What is lossy is a transport all the same.
func TestLossyPassesTheSuite(t *testing.T) {
	odds := transporttest.Odds{Drop: 0.3, Repeat: 0.3, Hold: 0.3}
	for _, c := range transporttest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := memstore.NewTransport()
				c.Run(t, &transporttest.Backend{Open: func() chatkernel.Transport { return transporttest.NewLossy(tr, 1, odds) }})
			})
		})
	}
}

// signalled publishes 1,000 signals through a lossy transport and gives those
// that arrive, in their order.
func signalled(t *testing.T, seed uint64, o transporttest.Odds) (got []int) {
	synctest.Test(t, func(t *testing.T) {
		tr := transporttest.NewLossy(memstore.NewTransport(), seed, o)
		cancel, err := tr.Subscribe(t.Context(), "s", func(n chatkernel.Notice) { got = append(got, int(n.Signal[0])<<8|int(n.Signal[1])) })
		require.NoError(t, err)
		defer cancel()
		for i := range 1000 {
			require.NoError(t, tr.Publish(t.Context(), chatkernel.Notice{Stream: "s", Signal: []byte{byte(i >> 8), byte(i)}}))
			synctest.Wait()
		}
	})
	return got
}

func TestLossy(t *testing.T) {
	all := signalled(t, 1, transporttest.Odds{})
	require.Len(t, all, 1000)
	require.IsIncreasing(t, all)

	fewer := signalled(t, 1, transporttest.Odds{Drop: 0.5})
	require.InDelta(t, 500, len(fewer), 100)
	require.IsIncreasing(t, fewer)

	more := signalled(t, 1, transporttest.Odds{Repeat: 0.5})
	require.InDelta(t, 1500, len(more), 100)
	require.IsNonDecreasing(t, more)

	mixed := signalled(t, 1, transporttest.Odds{Hold: 0.5})
	require.InDelta(t, 1000, len(mixed), 20)
	require.NotEqual(t, all[:len(mixed)], mixed)

	require.Empty(t, signalled(t, 1, transporttest.Odds{Drop: 1}))

	every := transporttest.Odds{Drop: 0.2, Repeat: 0.2, Hold: 0.2}
	require.Equal(t, signalled(t, 7, every), signalled(t, 7, every))
	require.NotEqual(t, signalled(t, 7, every), signalled(t, 8, every))
}
