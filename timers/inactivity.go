package timers

import "time"

// Inactivity is the policy for a chat in which nobody does anything (TIME-3):
// a warning after one time, the end after another. Both durations count from
// the last activity.
//
// A zero Warn or End switches that step off; the zero value never warns and
// never ends. With Warn on, no end comes before the warning was given, and a
// warning that came late, after an outage say, moves the end with it: people
// always get the whole time between the two, End − Warn, to react. Values that
// [Inactivity.Validate] refuses are still safe to ask: a negative duration
// counts as off, and an End that is not after Warn comes with the warning.
type Inactivity struct {
	Warn time.Duration // of silence until the warning; zero for none
	End  time.Duration // of silence until the end; zero for none
}

// WarnAt gives the time of the warning after activity at last. It reports false
// if warnings are off, or if last is zero, as no silence has begun then.
func (i Inactivity) WarnAt(last time.Time) (time.Time, bool) {
	if i.Warn <= 0 || last.IsZero() {
		return time.Time{}, false
	}
	return last.Add(i.Warn), true
}

// EndAt gives the time of the end after activity at last and a warning at
// warned, which is zero while none was given. It reports false if the end is
// off, if last is zero, and while the warning that must come first was not
// given. A warning from before last belongs to an earlier silence and counts as
// none.
//
// Without a warning step the end comes at last plus End, and warned is ignored.
// Otherwise it follows the warning at the distance End − Warn. It never comes
// before last plus End.
func (i Inactivity) EndAt(last, warned time.Time) (time.Time, bool) {
	if i.End <= 0 || last.IsZero() {
		return time.Time{}, false
	}
	end := last.Add(i.End)
	if i.Warn <= 0 {
		return end, true
	}
	if warned.Before(last) { // the zero time too
		return time.Time{}, false
	}
	if after := warned.Add(max(i.End-i.Warn, 0)); after.After(end) {
		end = after
	}
	return end, true
}

// Validate refuses a negative duration, and an End that is not after Warn where
// both are on. The error is a [*PolicyError].
func (i Inactivity) Validate() error {
	switch {
	case i.Warn < 0:
		return &PolicyError{Policy: "Inactivity", Field: "Warn", Value: i.Warn, Reason: "is negative"}
	case i.End < 0:
		return &PolicyError{Policy: "Inactivity", Field: "End", Value: i.End, Reason: "is negative"}
	case i.Warn > 0 && i.End > 0 && i.End <= i.Warn:
		return &PolicyError{Policy: "Inactivity", Field: "End", Value: i.End, Reason: "is not more than Warn"}
	}
	return nil
}
