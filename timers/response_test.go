package timers_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chatkernel/chatkernel/timers"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestTIME_2_stages_begin_exactly_at_their_times(t *testing.T) {
	both := timers.Response{Warn: time.Minute, Late: 2 * time.Minute}
	tests := []struct {
		name   string
		policy timers.Response
		after  time.Duration
		want   timers.Stage
	}{
		{"at once", both, 0, timers.Green},
		{"just before the warning", both, time.Minute - 1, timers.Green},
		{"at the warning", both, time.Minute, timers.Yellow},
		{"just before late", both, 2*time.Minute - 1, timers.Yellow},
		{"at late", both, 2 * time.Minute, timers.Red},
		{"long after", both, 24 * time.Hour, timers.Red},
		{"a clock behind the message", both, -time.Hour, timers.Green},
		{"zero policy", timers.Response{}, 24 * time.Hour, timers.Green},
		{"no warning, before late", timers.Response{Late: time.Minute}, time.Minute - 1, timers.Green},
		{"no warning, at late", timers.Response{Late: time.Minute}, time.Minute, timers.Red},
		{"never late", timers.Response{Warn: time.Minute}, 24 * time.Hour, timers.Yellow},
		{"both at once", timers.Response{Warn: time.Minute, Late: time.Minute}, time.Minute, timers.Red},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, tt.policy.Stage(start, start.Add(tt.after)))
		})
	}
	require.Equal(t, timers.None, both.Stage(time.Time{}, start), "nothing is pending")
}

func TestTIME_2_next_names_each_change(t *testing.T) {
	type change struct {
		after time.Duration
		stage timers.Stage
	}
	tests := []struct {
		name   string
		policy timers.Response
		want   []change
	}{
		{"both", timers.Response{Warn: 1, Late: 2}, []change{{0, timers.Green}, {1, timers.Yellow}, {2, timers.Red}}},
		{"equal", timers.Response{Warn: 2, Late: 2}, []change{{0, timers.Green}, {2, timers.Red}}},
		{"warning only", timers.Response{Warn: 1}, []change{{0, timers.Green}, {1, timers.Yellow}}},
		{"late only", timers.Response{Late: 2}, []change{{0, timers.Green}, {2, timers.Red}}},
		{"zero", timers.Response{}, []change{{0, timers.Green}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []change
			have := timers.None
			for {
				at, stage, ok := tt.policy.Next(start, have)
				if !ok {
					require.Zero(t, at)
					require.Equal(t, timers.None, stage)
					break
				}
				got, have = append(got, change{at.Sub(start), stage}), stage
			}
			require.Equal(t, tt.want, got)
		})
	}

	_, _, ok := timers.Response{Warn: 1, Late: 2}.Next(time.Time{}, timers.None)
	require.False(t, ok, "nothing is pending")
	_, _, ok = timers.Response{Warn: 1, Late: 2}.Next(start, timers.Red+1)
	require.False(t, ok, "no stage is graver than red")
}

// Stage and Next tell the same story, for policies that Validate refuses too:
// at the time that Next names the stage is the named one, a nanosecond earlier
// it is the stage before, and after the last change it stays.
func TestTIME_2_stage_and_next_agree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := timers.Response{Warn: duration().Draw(t, "warn"), Late: duration().Draw(t, "late")}
		have, last := timers.Green, start
		for {
			at, stage, ok := r.Next(start, have)
			if !ok {
				break
			}
			require.Greater(t, stage, have)
			require.Equal(t, stage, r.Stage(start, at))
			require.Equal(t, have, r.Stage(start, at.Add(-1)))
			require.True(t, at.After(last))
			have, last = stage, at
		}
		require.Equal(t, have, r.Stage(start, last.Add(1<<62)))

		a := start.Add(duration().Draw(t, "a"))
		b := a.Add(max(0, duration().Draw(t, "b")))
		require.LessOrEqual(t, r.Stage(start, a), r.Stage(start, b), "a stage never goes back")
	})
}

func TestTIME_2_stage_names(t *testing.T) {
	names := map[timers.Stage]string{
		timers.None: "none", timers.Green: "green", timers.Yellow: "yellow", timers.Red: "red", 9: "stage(9)",
	}
	for stage, name := range names {
		require.Equal(t, name, stage.String())
	}
}

func TestTIME_2_validate(t *testing.T) {
	for _, r := range []timers.Response{{}, {Warn: 1}, {Late: 1}, {Warn: 1, Late: 1}, {Warn: 1, Late: 2}} {
		require.NoError(t, r.Validate(), "%+v", r)
	}
	for field, r := range map[string]timers.Response{
		"timers: Response.Warn is negative: -1ns":      {Warn: -1, Late: 1},
		"timers: Response.Late is negative: -1ns":      {Warn: 1, Late: -1},
		"timers: Response.Late is less than Warn: 1ns": {Warn: 2, Late: 1},
	} {
		var bad *timers.PolicyError
		require.ErrorAs(t, r.Validate(), &bad)
		require.EqualError(t, bad, field)
	}
}

// duration draws durations that meet and miss each other, and a few extreme ones.
func duration() *rapid.Generator[time.Duration] {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(-2, 5), func(n int) time.Duration { return time.Duration(n) }),
		rapid.Map(rapid.Int64Range(-1<<61, 1<<61), func(n int64) time.Duration { return time.Duration(n) }),
	)
}
