package memstore_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/transporttest"
)

func broker() *transporttest.Backend {
	tr := memstore.NewTransport()
	return &transporttest.Backend{
		Open:  func() chatkernel.Transport { return tr },
		Close: func(chatkernel.Transport) { _ = tr.Close() },
	}
}

// The suite, with the real time.
func TestHOST_3_Transport(t *testing.T) {
	transporttest.Run(t, func(testing.TB) *transporttest.Backend { return broker() })
}

// The suite, each case in a bubble, which ends only when no goroutine is left.
func TestHOST_3_TransportInABubble(t *testing.T) {
	for _, c := range transporttest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { c.Run(t, broker()) })
		})
	}
}

// While a receiver is busy nothing is lost but what a later notice says as well.
func TestTransportFoldsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := memstore.NewTransport()
		block := make(chan struct{})
		var got []chatkernel.Notice
		cancel, err := tr.Subscribe(t.Context(), "s", func(n chatkernel.Notice) {
			<-block
			got = append(got, n)
		})
		require.NoError(t, err)
		defer cancel()
		publish := func(n chatkernel.Notice) {
			n.Stream = "s"
			require.NoError(t, tr.Publish(t.Context(), n))
		}
		publish(chatkernel.Notice{Head: 1})
		synctest.Wait() // it is being received
		publish(chatkernel.Notice{Signal: []byte{0}})
		for _, head := range []uint64{3, 9, 5} {
			publish(chatkernel.Notice{Head: head})
		}
		for i := range 30 {
			publish(chatkernel.Notice{Signal: []byte{byte(i + 1)}})
		}
		close(block)
		synctest.Wait()
		require.Len(t, got, 17)
		require.Equal(t, uint64(1), got[0].Head)
		require.Equal(t, chatkernel.Notice{Stream: "s", Head: 9}, got[1])
		for i, n := range got[2:] {
			require.Equal(t, []byte{byte(16 + i)}, n.Signal)
		}
	})
}

// When the context ends, what waits for a busy receiver is dropped.
func TestTheEndOfTheContextDropsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := memstore.NewTransport()
		block := make(chan struct{})
		calls := 0
		ctx, end := context.WithCancel(t.Context())
		_, err := tr.Subscribe(ctx, "s", func(chatkernel.Notice) { calls++; <-block })
		require.NoError(t, err)
		for range 3 {
			require.NoError(t, tr.Publish(t.Context(), chatkernel.Notice{Stream: "s", Signal: []byte("typing")}))
			synctest.Wait()
		}
		end()
		close(block)
		synctest.Wait()
		require.Equal(t, 1, calls)
	})
}

func TestAFinishedContextPublishesAndSubscribesNothing(t *testing.T) {
	tr := memstore.NewTransport()
	ctx, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, tr.Publish(ctx, chatkernel.Notice{Stream: "s"}), context.Canceled)
	_, err := tr.Subscribe(ctx, "s", func(chatkernel.Notice) {})
	require.ErrorIs(t, err, context.Canceled)
}
