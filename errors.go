package chatkernel

import (
	"errors"
	"fmt"
)

// Errors of stores and transports.
var (
	ErrConflict      = errors.New("chatkernel: the stream has another head")
	ErrKeyUsed       = errors.New("chatkernel: the key was used in this stream")
	ErrTooLarge      = errors.New("chatkernel: the commit is larger than the store allows")
	ErrInvalidCommit = errors.New("chatkernel: the commit is malformed")
	ErrNotWritten    = errors.New("chatkernel: the store failed and nothing was written")
	ErrNotFound      = errors.New("chatkernel: not found")
	ErrClosed        = errors.New("chatkernel: closed")
)

// A ConflictError says that a commit expected another head. It is [ErrConflict].
type ConflictError struct {
	Stream string
	After  uint64 // what the commit expected
	Head   uint64 // what the stream has, or 0 where the backend does not say
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("chatkernel: the stream has another head: expected %d, has %d", e.After, e.Head)
}

// Is reports whether target is [ErrConflict].
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// A KeyUsedError says that a key was used before. It is [ErrKeyUsed].
type KeyUsedError struct {
	Commit Commit // the commit that used it
}

func (e *KeyUsedError) Error() string {
	return fmt.Sprintf("chatkernel: the key was used in this stream, after position %d", e.Commit.After)
}

// Is reports whether target is [ErrKeyUsed].
func (e *KeyUsedError) Is(target error) bool { return target == ErrKeyUsed }

// Errors of the kernel. What the rules refuse comes from package interaction.
var (
	ErrKeyReused      = errors.New("chatkernel: the key was used for another command")
	ErrUnknownOutcome = errors.New("chatkernel: it is not known whether the command took effect")
	ErrStore          = errors.New("chatkernel: the store failed")
	ErrBusy           = errors.New("chatkernel: too many others changed the interaction at the same time")
	ErrNoGate         = errors.New("chatkernel: the command needs a gate that is not installed")
	ErrGate           = errors.New("chatkernel: a gate refused the command")
	ErrInvalidID      = errors.New("chatkernel: not an interaction's id")
	ErrEpoch          = errors.New("chatkernel: the position is from another epoch of the store")
	ErrViewChanged    = errors.New("chatkernel: the viewer sees more than before")
)

// A StoreError says that the store failed, and at what; nothing was written.
// It is [ErrStore] and what it wraps.
type StoreError struct {
	Op  string
	Err error
}

func (e *StoreError) Error() string {
	return "chatkernel: the store failed to " + e.Op + ": " + e.Err.Error()
}

// Unwrap gives both errors.
func (e *StoreError) Unwrap() []error { return []error{ErrStore, e.Err} }

// An UnknownOutcomeError says that the store took a command and never answered:
// it may have taken effect, or may still do so. Sending it again with the same
// key is safe and tells. It is [ErrUnknownOutcome] and what it wraps.
type UnknownOutcomeError struct{ Err error }

func (e *UnknownOutcomeError) Error() string { return ErrUnknownOutcome.Error() + ": " + e.Err.Error() }

// Unwrap gives both errors.
func (e *UnknownOutcomeError) Unwrap() []error { return []error{ErrUnknownOutcome, e.Err} }

// A GateError holds why a gate refused a command. It is [ErrGate] and what the
// gate said.
type GateError struct{ Err error }

func (e *GateError) Error() string { return "chatkernel: a gate refused the command: " + e.Err.Error() }

// Unwrap gives both errors.
func (e *GateError) Unwrap() []error { return []error{ErrGate, e.Err} }
