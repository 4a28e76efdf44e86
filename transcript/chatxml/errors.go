package chatxml

import (
	"errors"
	"fmt"
)

// Why a text is no transcript, or one that is not read. They come in a
// [*SyntaxError].
var (
	ErrDoctype  = errors.New("a document type is not allowed")
	ErrEncoding = errors.New("the encoding is not known")
	ErrRoot     = errors.New("it is not a chatTranscript")
	ErrTooLarge = errors.New("it is too large")
	ErrTooDeep  = errors.New("elements are nested too deep")
	ErrTooMany  = errors.New("it holds too many things")
)

// Why a transcript cannot be imported or written.
var (
	// ErrStart says that startAt is missing or is no time.
	ErrStart = errors.New("startAt is no time")
	// ErrParty says that an id for somebody in the transcript is not valid, or has
	// another role than its user type.
	ErrParty = errors.New("the id of a party does not fit")
	// ErrName says that an element or attribute that was made by hand has a name
	// that cannot be written.
	ErrName = errors.New("the name cannot be written as XML")
)

// A SyntaxError says where a text is not well formed, or not one that is read.
type SyntaxError struct {
	Line, Column int    // where reading stopped; from 1, the column in characters
	Reason       string // for people
	Err          error  // one of the above, nil for XML that is malformed
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("chatxml: line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

func (e *SyntaxError) Unwrap() error { return e.Err }
