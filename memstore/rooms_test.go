package memstore

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
)

// Whoever goes, and by whichever way, leaves nothing in the transport.
func TestASubscriptionLeavesItsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := NewTransport()
		in := func() (n int) {
			for i := range tr.rooms {
				for _, subs := range tr.rooms[i].streams {
					n += len(subs)
				}
			}
			require.EqualValues(t, n, tr.subscribers.Load())
			return n
		}
		ctx, end := context.WithCancel(t.Context())
		var cancels []func()
		for _, stream := range []string{"a", "a", "a", "b", "b", "c"} {
			cancel, err := tr.Subscribe(ctx, stream, func(chatkernel.Notice) {})
			require.NoError(t, err)
			cancels = append(cancels, cancel)
		}
		require.Equal(t, 6, in())
		cancels[0]()
		cancels[0]()
		cancels[4]()
		require.Equal(t, 4, in())
		end()
		synctest.Wait()
		require.Equal(t, 0, in())
		for _, cancel := range cancels {
			cancel()
		}

		_, err := tr.Subscribe(t.Context(), "a", func(chatkernel.Notice) {})
		require.NoError(t, err)
		require.NoError(t, tr.Close())
		require.Equal(t, 0, in())
		for i := range tr.rooms {
			require.Empty(t, tr.rooms[i].streams)
		}
	})
}
