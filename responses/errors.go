package responses

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What can be wrong.
var (
	ErrInvalid      = errors.New("responses: not a valid response")
	ErrDuplicate    = errors.New("responses: it is there twice")
	ErrSyntax       = errors.New("responses: a brace does not begin a field; write two for one")
	ErrUnknownField = errors.New("responses: no such field")
	ErrNoValue      = errors.New("responses: the field has no value here")
	ErrMisspelled   = errors.New("responses: the message has misspelled words")
	ErrLanguage     = errors.New("responses: no dictionary for the language")
	ErrSpeller      = errors.New("responses: the spelling cannot be checked")
)

// A ResponseError says which response is wrong. It wraps why: [ErrInvalid],
// [ErrDuplicate] or a [*FieldError].
type ResponseError struct {
	ID       string
	Language string
	Err      error
}

func (e *ResponseError) Error() string {
	name := strconv.Quote(e.ID)
	if e.Language != "" {
		name += " (" + e.Language + ")"
	}
	return prefix + name + ": " + why(e.Err)
}

func (e *ResponseError) Unwrap() error { return e.Err }

const prefix = "responses: "

// why is what an error says within a sentence of this package.
func why(err error) string { return strings.TrimPrefix(err.Error(), prefix) }

// A FileError says what is wrong in which line of a file. It wraps why.
type FileError struct {
	Path string
	Line int // from 1; 0 for the whole file
	Err  error
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return prefix + e.Path + ": " + why(e.Err)
	}
	return prefix + e.Path + ":" + strconv.Itoa(e.Line) + ": " + why(e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// A FieldError says which field of a text cannot be filled in. It is [ErrSyntax],
// [ErrUnknownField], [ErrNoValue], or what the lookup said.
type FieldError struct {
	Field  string
	Offset int // of its brace, in bytes from the text's start
	Err    error
}

func (e *FieldError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%v (at byte %d)", e.Err, e.Offset)
	}
	return fmt.Sprintf("%v: %q (at byte %d)", e.Err, e.Field, e.Offset)
}

func (e *FieldError) Unwrap() error { return e.Err }
