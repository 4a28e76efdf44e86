package responses

import (
	"errors"
	"slices"
	"strings"
)

// A Lookup gives the value of a field. Its errors are [ErrUnknownField] for a
// name that means nothing, and [ErrNoValue], or an empty value, for one that has
// none in this chat. [Fields] makes one from an interaction.
type Lookup func(field string) (string, error)

// Fill puts values in the place of a text's fields. A field is a name in braces,
// as {contact.name}; {contact.name|customer} has a text for when there is no
// value, which may be empty. Two opening braces write one. What is filled in is
// not looked at again, so that a value can hold braces.
//
// A name that the lookup does not know is an error even where the field has such
// a text; so is a field without value and text. Errors are [*FieldError], and
// then there is no result: an agent never sends "Dear ,".
func Fill(text string, lookup Lookup) (string, error) {
	if strings.IndexByte(text, '{') < 0 {
		return text, nil
	}
	var b strings.Builder
	b.Grow(len(text) + 64)
	err := parse(text, func(s string) { b.WriteString(s) }, func(f field) error {
		value, err := lookup(f.name)
		if errors.Is(err, ErrNoValue) {
			value, err = "", nil
		}
		if err == nil && value == "" {
			if value = f.otherwise; !f.optional {
				err = ErrNoValue
			}
		}
		if err != nil {
			return &FieldError{f.name, f.offset, err}
		}
		b.WriteString(value)
		return nil
	})
	if err != nil {
		return "", err
	}
	return b.String(), nil
}

// FieldsOf are the names of the fields in a text, each once, in their order. A
// host with responses from elsewhere checks by it that it knows them all. The
// error is a [*FieldError] that is [ErrSyntax].
func FieldsOf(text string) ([]string, error) {
	var names []string
	err := parse(text, func(string) {}, func(f field) error {
		if !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return names, nil
}

// Escape is the text as [Fill] gives it back unchanged.
func Escape(text string) string { return strings.ReplaceAll(text, "{", "{{") }

type field struct {
	name      string
	otherwise string // what stands in for a missing value
	optional  bool   // there is such a text
	offset    int
}

const maxField = 200 // bytes between the braces

// parse cuts a text into what stands there literally and its fields.
func parse(text string, literal func(string), yield func(field) error) error {
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '{')
		if i < 0 {
			literal(text[at:])
			return nil
		}
		i += at
		if strings.HasPrefix(text[i+1:], "{") {
			literal(text[at : i+1])
			at = i + 2
			continue
		}
		literal(text[at:i])
		inside := text[i+1 : min(len(text), i+2+maxField)]
		end := strings.IndexAny(inside, "{}\n")
		if end < 0 || inside[end] != '}' {
			return &FieldError{"", i, ErrSyntax}
		}
		name, otherwise, optional := strings.Cut(inside[:end], "|")
		if name = strings.TrimSpace(name); name == "" {
			return &FieldError{"", i, ErrSyntax}
		}
		if err := yield(field{name, otherwise, optional, i}); err != nil {
			return err
		}
		at = i + 1 + end + 1
	}
}
