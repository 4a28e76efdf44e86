package timers

import (
	"fmt"
	"time"
)

// Response is the policy of the pending response (TIME-1, TIME-2): how long a
// contact may wait for an answer before the waiting shows. Both durations count
// from the oldest message that nobody answered.
//
// A zero Warn or Late switches that stage off; the zero value is a policy under
// which every pending response stays [Green]. With Warn off a response turns
// from Green to [Red] at once, and so it does where Warn equals Late, as Yellow
// would last no time. Values that [Response.Validate] refuses are still safe to
// ask: a negative duration counts as off, and the graver stage wins.
type Response struct {
	Warn time.Duration // from here on the response is Yellow; zero for never
	Late time.Duration // from here on the response is Red; zero for never
}

// Stage says how a pending response looks to an agent (TIME-2). Stages are
// ordered by gravity, and a response only ever moves up.
type Stage uint8

// The stages of a pending response.
const (
	None   Stage = iota // nothing is pending
	Green               // pending
	Yellow              // pending for Response.Warn or longer
	Red                 // pending for Response.Late or longer; it flashes
)

// String gives "none", "green", "yellow" or "red".
func (s Stage) String() string {
	switch s {
	case None:
		return "none"
	case Green:
		return "green"
	case Yellow:
		return "yellow"
	case Red:
		return "red"
	}
	return fmt.Sprintf("stage(%d)", uint8(s))
}

// Stage gives the stage at now of a response that has been pending since the
// given time. It is [None] if since is zero, as nothing is pending then. A stage
// begins exactly at since plus its duration and not a nanosecond earlier. A now
// before since gives [Green].
func (r Response) Stage(since, now time.Time) Stage {
	switch {
	case since.IsZero():
		return None
	case r.Late > 0 && !now.Before(since.Add(r.Late)):
		return Red
	case r.Warn > 0 && !now.Before(since.Add(r.Warn)):
		return Yellow
	}
	return Green
}

// Next gives the first change that comes after stage have: when it happens and
// which stage begins. Stages that would last no time are left out, so that
// [Response.Stage] at the given time is always the given stage. After [None]
// comes Green at since. It reports false if nothing is pending or no graver stage
// is to come.
//
// The given time may have passed already; whoever was away asks Stage what
// holds now and goes on from there.
func (r Response) Next(since time.Time, have Stage) (at time.Time, stage Stage, ok bool) {
	if since.IsZero() {
		return time.Time{}, None, false
	}
	yellow := r.Warn > 0 && (r.Late <= 0 || r.Warn < r.Late)
	switch {
	case have < Green:
		return since, Green, true
	case have < Yellow && yellow:
		return since.Add(r.Warn), Yellow, true
	case have < Red && r.Late > 0:
		return since.Add(r.Late), Red, true
	}
	return time.Time{}, None, false
}

// Validate refuses a negative duration, and a Late before Warn where both are
// on. The error is a [*PolicyError].
func (r Response) Validate() error {
	switch {
	case r.Warn < 0:
		return &PolicyError{Policy: "Response", Field: "Warn", Value: r.Warn, Reason: "is negative"}
	case r.Late < 0:
		return &PolicyError{Policy: "Response", Field: "Late", Value: r.Late, Reason: "is negative"}
	case r.Warn > 0 && r.Late > 0 && r.Late < r.Warn:
		return &PolicyError{Policy: "Response", Field: "Late", Value: r.Late, Reason: "is less than Warn"}
	}
	return nil
}
