package interaction

import (
	"errors"
	"fmt"
	"time"
)

// Why a command is refused. A refusal leaves the log as it was.
var (
	ErrNotStarted         = errors.New("interaction: does not exist")
	ErrStarted            = errors.New("interaction: exists already")
	ErrNotParty           = errors.New("interaction: the actor takes no part in it")
	ErrNotOwner           = errors.New("interaction: only the owner may do that")
	ErrDenied             = errors.New("interaction: the role may not do that")
	ErrPhase              = errors.New("interaction: not possible in this phase")
	ErrInvalid            = errors.New("interaction: the command is not valid")
	ErrNoInvitation       = errors.New("interaction: no such invitation, or it is over")
	ErrNoConsultation     = errors.New("interaction: no such consultation, or it is over")
	ErrNoFile             = errors.New("interaction: no such file")
	ErrTransferOpen       = errors.New("interaction: a transfer is open already")
	ErrTarget             = errors.New("interaction: the target cannot be invited")
	ErrDispositionMissing = errors.New("interaction: a disposition must be set first")
	ErrDispositionCode    = errors.New("interaction: no such disposition code")
	ErrCaseDataKey        = errors.New("interaction: agents may not edit this key")
	ErrValue              = errors.New("interaction: not a possible value")
	ErrTooLong            = errors.New("interaction: too long")
	ErrEmpty              = errors.New("interaction: empty")
	ErrUTF8               = errors.New("interaction: not valid UTF-8")
	ErrTooMany            = errors.New("interaction: a limit is reached")
	ErrRate               = errors.New("interaction: too many messages")
	ErrHandOverFirst      = errors.New("interaction: an owner must hand over first")
	ErrSequence           = errors.New("interaction: the record does not follow the log's last one")
)

// A DeniedError says that a role may not give a command at all (PART-1), or
// not from where the actor stands. It is [ErrDenied], and [ErrNotOwner] for an
// agent where the owner may.
type DeniedError uint8 // role and command in one byte, so that a refusal allocates nothing

func denied(r Role, k CommandKind) error { return DeniedError(int(r)*commandKinds + int(k)) }

// Role is the actor's role.
func (e DeniedError) Role() Role { return Role(e / commandKinds) }

// Command is what it may not do.
func (e DeniedError) Command() CommandKind { return CommandKind(e % commandKinds) }

func (e DeniedError) Error() string {
	return "interaction: the role " + e.Role().String() + " may not " + e.Command().String() + " here"
}

// Is reports whether target is [ErrDenied], or [ErrNotOwner] where that is why.
func (e DeniedError) Is(target error) bool {
	return target == ErrDenied || target == ErrNotOwner && e.Role().staff() && ownersOnly(e.Command())
}

// A PhaseError says that a command is not possible in the interaction's phase.
// It is [ErrPhase].
type PhaseError uint8

func wrongPhase(p Phase, k CommandKind) error { return PhaseError(int(p)*commandKinds + int(k)) }

// Phase is the phase that the interaction is in.
func (e PhaseError) Phase() Phase { return Phase(e / commandKinds) }

// Command is what is not possible in it.
func (e PhaseError) Command() CommandKind { return CommandKind(e % commandKinds) }

func (e PhaseError) Error() string {
	return "interaction: " + e.Command().String() + " is not possible while it is " + e.Phase().String()
}

// Is reports whether target is [ErrPhase].
func (e PhaseError) Is(target error) bool { return target == ErrPhase }

// An InvalidError says what is wrong with a command. It is [ErrInvalid], and
// what it wraps ([ErrTooLong], [ErrEmpty], [ErrUTF8], [ErrTooMany] …).
type InvalidError struct {
	Field string
	Err   error
}

func (e *InvalidError) Error() string {
	return "interaction: the command is not valid: " + e.Field + ": " + plain(e.Err)
}

// Unwrap gives both kinds of error.
func (e *InvalidError) Unwrap() []error { return []error{ErrInvalid, e.Err} }

// A LimitError says which limit was passed. It is [ErrTooLong] or [ErrTooMany].
type LimitError struct {
	What string
	Max  int
	Err  error
}

func (e *LimitError) Error() string { return fmt.Sprintf("%v: at most %d %s", e.Err, e.Max, e.What) }

// Unwrap gives the kind of error.
func (e *LimitError) Unwrap() error { return e.Err }

// A RateError says when the party may send again (MSG-9). It is [ErrRate].
type RateError struct{ RetryAt time.Time }

func (e *RateError) Error() string {
	return "interaction: too many messages, try again at " + e.RetryAt.Format(time.RFC3339Nano)
}

// Is reports whether target is [ErrRate].
func (e *RateError) Is(target error) bool { return target == ErrRate }

// A PolicyError says what is wrong with a policy. It is [ErrInvalid].
type PolicyError struct {
	Field string
	What  string
}

func (e *PolicyError) Error() string {
	return "interaction: the policy is not valid: " + e.Field + ": " + e.What
}

// Is reports whether target is [ErrInvalid].
func (e *PolicyError) Is(target error) bool { return target == ErrInvalid }

// plain is an error's text without this package's prefix, for use inside
// another text.
func plain(err error) string {
	const prefix = "interaction: "
	if s := err.Error(); len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):]
	}
	return err.Error()
}
