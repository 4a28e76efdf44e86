package timers

import (
	"fmt"
	"time"
)

// A PolicyError says which duration of a policy makes no sense.
type PolicyError struct {
	Policy string        // the policy's type: "Response" or "Inactivity"
	Field  string        // the field's name
	Value  time.Duration // what it holds
	Reason string        // what is wrong with it, as "is negative"
}

func (e *PolicyError) Error() string {
	return fmt.Sprintf("timers: %s.%s %s: %v", e.Policy, e.Field, e.Reason, e.Value)
}
