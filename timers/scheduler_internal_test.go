package timers

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// The machine's clock was set since the scheduler began. A deadline by that
// clock counts from what the clock says now; one by the monotonic clock does not
// notice.
func TestTIME_7_never_early_when_the_clock_was_set(t *testing.T) {
	for _, set := range []time.Duration{-time.Hour, 0, time.Hour} {
		now := time.Now()
		began := clockSet(now.Add(-2*time.Hour), set)
		require.Equal(t, 2*time.Hour-set, now.Sub(began), "by the monotonic clock")
		require.Equal(t, 2*time.Hour, now.Round(0).Sub(began), "by the clock on the wall")

		s := Scheduler[int]{tick: time.Second, base: began}
		at := now.Add(time.Minute)
		want := uint64((2*time.Hour - set + time.Minute) / time.Second)
		require.Equal(t, want, s.ticks(at))
		require.InDelta(t, want, s.ticks(at.Round(0)), 5)
	}
}

// clockSet gives t as it would look if the clock on the wall was put forward by d
// and t is before that. The monotonic reading is a time.Time's second word; the
// caller checks that it still is.
func clockSet(t time.Time, d time.Duration) time.Time {
	(*[2]int64)(unsafe.Pointer(&t))[1] += int64(d)
	return t
}
