package gateway

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// told is a presence with what it told.
func told(t *testing.T, run func(p *presence, lost func() int, fail *atomic.Bool)) {
	synctest.Test(t, func(t *testing.T) {
		var (
			lost atomic.Int64
			fail atomic.Bool
		)
		p := &presence{settle: time.Second}
		p.lost = func(attendee) bool {
			lost.Add(1)
			return !fail.Load()
		}
		run(p, func() int { return int(lost.Load()) }, &fail)
		p.close()
		p.wait()
	})
}

func TestLIFE_12_presence_counts_feeds(t *testing.T) {
	pat := attendee{"chat", "contact:pat"}
	told(t, func(p *presence, lost func() int, _ *atomic.Bool) {
		p.enter(pat)
		p.enter(pat)
		p.leave(pat)
		time.Sleep(time.Minute)
		require.Zero(t, lost(), "one feed is left")
		p.leave(pat)
		time.Sleep(time.Second - 1)
		require.Zero(t, lost())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.Equal(t, 1, lost())
		require.Empty(t, p.at, "nothing is kept of it")
		time.Sleep(time.Minute)
		require.Equal(t, 1, lost(), "it is told once")
	})
}

func TestLIFE_12_presence_an_old_timer_means_nothing(t *testing.T) {
	pat := attendee{"chat", "contact:pat"}
	told(t, func(p *presence, lost func() int, _ *atomic.Bool) {
		p.enter(pat)
		p.leave(pat)
		a := p.at[pat]
		old := a.turn
		p.enter(pat)
		p.tell(pat, a, old) // a timer that fired while the feed came
		require.Zero(t, lost())
		p.leave(pat)
		p.tell(pat, a, old) // or even after it went again
		require.Zero(t, lost())
	})
}

func TestLIFE_12_presence_tries_again_and_tells_the_rest_at_the_end(t *testing.T) {
	told(t, func(p *presence, lost func() int, fail *atomic.Bool) {
		pat, eve := attendee{"chat", "contact:pat"}, attendee{"chat", "contact:eve"}
		fail.Store(true)
		p.enter(pat)
		p.leave(pat)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		require.Equal(t, 3, lost())
		fail.Store(false)
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, 4, lost())
		p.enter(pat)
		p.enter(eve)
		p.leave(pat)
		p.close()
		p.wait()
		require.Equal(t, 5, lost(), "who is waited for is told of at once")
		p.leave(eve)
		p.wait()
		require.Equal(t, 6, lost(), "and so is who leaves then")
	})
}
