package history

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
)

// Errors of histories. What the kernel and the rules refuse comes through as it
// is; what somebody may not read is [interaction.ErrNotStarted], as if it did not
// exist.
var (
	ErrViewer      = errors.New("history: the viewer may not read this history")
	ErrCursor      = errors.New("history: not a cursor of this list")
	ErrFilter      = errors.New("history: the filter is not possible")
	ErrContact     = errors.New("history: the contact is not known")
	ErrNotAssigned = errors.New("history: it was never assigned to another contact")
	ErrOpen        = errors.New("history: chats are still open")
)

// A FilterError says which field of a [Filter] is not possible, or not for this
// viewer. It is [ErrFilter].
type FilterError struct{ Field string }

func (e *FilterError) Error() string { return "history: the filter is not possible: " + e.Field }

// Is reports whether target is [ErrFilter].
func (e *FilterError) Is(target error) bool { return target == ErrFilter }

// A ContactError says which contact is not known, and what the host's source of
// contacts said. It is [ErrContact] and what it wraps.
type ContactError struct {
	Contact interaction.PartyID
	Err     error
}

func (e *ContactError) Error() string {
	return fmt.Sprintf("%v: %s: %v", ErrContact, e.Contact, e.Err)
}

// Unwrap gives both errors.
func (e *ContactError) Unwrap() []error { return []error{ErrContact, e.Err} }

// An OpenError says which of a contact's chats are not done, so that nothing can be
// erased. It is [ErrOpen].
type OpenError struct{ IDs []string }

func (e *OpenError) Error() string { return ErrOpen.Error() + ": " + strings.Join(e.IDs, ", ") }

// Is reports whether target is [ErrOpen].
func (e *OpenError) Is(target error) bool { return target == ErrOpen }
