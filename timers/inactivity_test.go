package timers_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chatkernel/chatkernel/timers"
)

func TestTIME_3_warning_and_end(t *testing.T) {
	none := time.Duration(-1) // no time at all
	both := timers.Inactivity{Warn: 10 * time.Minute, End: 15 * time.Minute}
	tests := []struct {
		name   string
		policy timers.Inactivity
		warned time.Duration // after start, or none
		warn   time.Duration // wanted, after start, or none
		end    time.Duration
	}{
		{"before the warning", both, none, 10 * time.Minute, none},
		{"warned in time", both, 10 * time.Minute, 10 * time.Minute, 15 * time.Minute},
		{"warned late", both, 70 * time.Minute, 10 * time.Minute, 75 * time.Minute},
		{"warned before its time", both, time.Minute, 10 * time.Minute, 15 * time.Minute},
		{"warned in an earlier silence", both, -time.Hour, 10 * time.Minute, none},
		{"end without warning", timers.Inactivity{End: time.Minute}, none, none, time.Minute},
		{"end without warning ignores a warning", timers.Inactivity{End: time.Minute}, time.Hour, none, time.Minute},
		{"warning without end", timers.Inactivity{Warn: time.Minute}, time.Minute, time.Minute, none},
		{"zero policy", timers.Inactivity{}, time.Minute, none, none},
		{"negative is off", timers.Inactivity{Warn: -1, End: -1}, none, none, none},
		{"end before the warning comes with it", timers.Inactivity{Warn: 2, End: 1}, 2, 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var warned time.Time
			if tt.warned != none {
				warned = start.Add(tt.warned)
			}
			check := func(want time.Duration, at time.Time, ok bool) {
				t.Helper()
				require.Equal(t, want != none, ok)
				if ok {
					require.Equal(t, start.Add(want), at)
				} else {
					require.Zero(t, at)
				}
			}
			at, ok := tt.policy.WarnAt(start)
			check(tt.warn, at, ok)
			at, ok = tt.policy.EndAt(start, warned)
			check(tt.end, at, ok)
		})
	}

	_, ok := both.WarnAt(time.Time{})
	require.False(t, ok, "no silence has begun")
	_, ok = both.EndAt(time.Time{}, start)
	require.False(t, ok, "no silence has begun")
}

// Whatever the policy and however late the warning, people get the whole time
// between warning and end, and the end is never before its own time.
func TestTIME_3_end_is_never_early(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := timers.Inactivity{Warn: duration().Draw(t, "warn"), End: duration().Draw(t, "end")}
		warned := start
		if warn, ok := i.WarnAt(start); ok {
			_, ok := i.EndAt(start, time.Time{})
			require.False(t, ok, "the warning comes first")
			warned = warn.Add(max(0, duration().Draw(t, "delay")))
		}
		end, ok := i.EndAt(start, warned)
		require.Equal(t, i.End > 0, ok)
		if !ok {
			return
		}
		require.False(t, end.Before(start.Add(i.End)))
		if i.Warn <= 0 {
			require.Equal(t, start.Add(i.End), end)
		} else if i.Validate() == nil {
			require.Equal(t, warned.Add(i.End-i.Warn), end)
		}
	})
}

func TestTIME_3_validate(t *testing.T) {
	for _, i := range []timers.Inactivity{{}, {Warn: 1}, {End: 1}, {Warn: 1, End: 2}} {
		require.NoError(t, i.Validate(), "%+v", i)
	}
	for text, i := range map[string]timers.Inactivity{
		"timers: Inactivity.Warn is negative: -1ns":         {Warn: -1},
		"timers: Inactivity.End is negative: -1ns":          {Warn: 1, End: -1},
		"timers: Inactivity.End is not more than Warn: 1ns": {Warn: 1, End: 1},
	} {
		var bad *timers.PolicyError
		require.ErrorAs(t, i.Validate(), &bad)
		require.EqualError(t, bad, text)
	}
}
