package responses

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Response is a prepared text in one language (MSG-6). Responses with the same
// ID are one text in several languages.
type Response struct {
	ID       string // 1 to 200 bytes, the host's choice: "billing/refund"
	Language string // BCP 47; empty fits every language for which there is no other
	Category string // path with slashes: "Billing/Refunds"; empty is the root
	Title    string // one line; empty: the text's beginning is shown
	// Shortcuts are the keywords that expand to it while typing: without white
	// space, found without regard to case and accents, and unlike those of every
	// other response.
	Shortcuts []string
	Text      string // with fields in braces, see [Fill]
	// Attachments are the files that go along, as the host names them. The library
	// does not look at them.
	Attachments []string
}

const (
	maxID       = 200
	maxLine     = 200     // bytes of a title, a category, a shortcut, a file's name
	maxText     = 1 << 16 // bytes; more than a message may have
	maxDepth    = 16      // levels of categories
	maxShortcut = 20      // of one response
)

// check says what is wrong with a response.
func (r *Response) check() error {
	switch {
	case r.ID == "":
		return invalid("it has no id")
	case len(r.ID) > maxID:
		return invalid("its id is longer than 200 bytes")
	case len(r.Text) > maxText:
		return invalid("its text is longer than 64 KiB")
	case len(r.Shortcuts) > maxShortcut:
		return invalid("it has more than 20 shortcuts")
	case strings.TrimSpace(r.Text) == "" && len(r.Attachments) == 0:
		return invalid("it has neither text nor attachments")
	case r.Language != "" && !languageTag(r.Language):
		return invalid("%q is no language tag", r.Language)
	case !utf8.ValidString(r.Text):
		return invalid("its text is not valid UTF-8")
	case strings.ContainsFunc(r.Text, forbidden):
		return invalid("its text has a control character")
	}
	for _, line := range [...]struct{ what, s string }{{"id", r.ID}, {"title", r.Title}, {"category", r.Category}} {
		if err := checkLine(line.what, line.s); err != nil {
			return err
		}
	}
	if r.Category != "" {
		names := strings.Split(r.Category, "/")
		if len(names) > maxDepth {
			return invalid("its category has more than 16 levels")
		}
		for _, name := range names {
			if strings.TrimSpace(name) != name || name == "" {
				return invalid("the category %q has an empty name or one with spaces around it", r.Category)
			}
		}
	}
	for _, s := range r.Shortcuts {
		if err := checkLine("shortcut", s); err != nil {
			return err
		}
		if shortcutKey(s) == "" || strings.ContainsFunc(s, unicode.IsSpace) {
			return invalid("the shortcut %q is empty or has white space", s)
		}
	}
	for _, a := range r.Attachments {
		if err := checkLine("attachment", a); err != nil {
			return err
		}
		if a == "" {
			return invalid("an attachment is empty")
		}
	}
	return parse(r.Text, func(string) {}, func(field) error { return nil })
}

// forbidden are the control characters that a message cannot have (MSG-8).
func forbidden(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }

func checkLine(what, s string) error {
	switch {
	case len(s) > maxLine:
		return invalid("its %s is longer than 200 bytes", what)
	case !utf8.ValidString(s):
		return invalid("its %s is not valid UTF-8", what)
	case strings.ContainsFunc(s, unicode.IsControl):
		return invalid("its %s has a control character", what)
	}
	return nil
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
}
