package routing

import (
	"errors"
	"fmt"

	"github.com/chatkernel/chatkernel/interaction"
)

// Errors of routing.
var (
	// ErrUnknownAgent says that the directory has no such agent.
	ErrUnknownAgent = errors.New("routing: no such agent")
	// ErrUnknownTarget says that a target is malformed or names nothing that
	// exists. A [*TargetError] says which.
	ErrUnknownTarget = errors.New("routing: no such target")
	// ErrMedium says that nobody of the target is allowed the medium.
	ErrMedium = errors.New("routing: nobody of the target is allowed the medium")
	// ErrUnavailable says that the agent is not ready.
	ErrUnavailable = errors.New("routing: the agent is not ready")
	// ErrFull says that the agent has as much as its capacity allows.
	ErrFull = errors.New("routing: the agent has no capacity left")
	// ErrClosed says that the queue is closed now.
	ErrClosed = errors.New("routing: the queue is closed")
)

// A TargetError says why a target cannot be invited. It is the Err that it
// holds.
type TargetError struct {
	Target interaction.Target
	Err    error
}

func (e *TargetError) Error() string { return fmt.Sprintf("%v: %q", e.Err, string(e.Target)) }

// Unwrap gives the reason.
func (e *TargetError) Unwrap() error { return e.Err }
