package transporttest_test

import (
	"slices"
	"testing"
	"testing/synctest"

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
		if err != nil {
			t.Fatal(err)
		}
		defer cancel()
		for i := range 1000 {
			if err := tr.Publish(t.Context(), chatkernel.Notice{Stream: "s", Signal: []byte{byte(i >> 8), byte(i)}}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
	})
	return got
}

func TestLossy(t *testing.T) {
	for _, c := range []struct {
		odds        transporttest.Odds
		least, most int
		sorted      bool
		repeated    bool
	}{
		{transporttest.Odds{}, 1000, 1000, true, false},
		{transporttest.Odds{Drop: 0.5}, 400, 600, true, false},
		{transporttest.Odds{Drop: 1}, 0, 0, true, false},
		{transporttest.Odds{Repeat: 0.5}, 1400, 1600, true, true},
		{transporttest.Odds{Hold: 0.5}, 980, 1000, false, false},
		{transporttest.Odds{Drop: 0.2, Repeat: 0.2, Hold: 0.2}, 700, 1100, false, true},
	} {
		got := signalled(t, 1, c.odds)
		if len(got) < c.least || len(got) > c.most {
			t.Errorf("%+v: %d of 1,000 arrived, want %d to %d", c.odds, len(got), c.least, c.most)
		}
		if slices.IsSorted(got) != c.sorted {
			t.Errorf("%+v: in order is %t, want %t", c.odds, !c.sorted, c.sorted)
		}
		if !slices.Equal(got, signalled(t, 1, c.odds)) {
			t.Errorf("%+v: the same seed gave another result", c.odds)
		}
		if c.least != c.most && slices.Equal(got, signalled(t, 2, c.odds)) {
			t.Errorf("%+v: another seed gave the same result", c.odds)
		}
		different := slices.Compact(slices.Sorted(slices.Values(got)))
		if repeated := len(different) < len(got); repeated != c.repeated {
			t.Errorf("%+v: something came twice is %t, want %t", c.odds, repeated, c.repeated)
		}
	}
}
