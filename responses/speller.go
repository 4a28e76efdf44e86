package responses

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Speller finds misspelled words (MSG-7). A host plugs one in; package
// adapters/hunspell has one.
//
// Check judges a text in a language (BCP 47), which may be empty or unknown to
// it: then its error is [ErrLanguage]. It looks at what [Words] gives and at
// nothing else, and returns what is misspelled in the text's order. It is called
// by many goroutines at once and returns soon when the context is done.
type Speller interface {
	Check(ctx context.Context, language, text string) ([]Misspelling, error)
}

// A Misspelling is a word that no dictionary has.
type Misspelling struct {
	Start       int      `json:"start"` // where it stands, in bytes of the text
	End         int      `json:"end"`
	Word        string   `json:"word"`
	Suggestions []string `json:"suggestions,omitempty"` // the best first; may be empty
}

// A Misspelled says that a message is held back, and why (MSG-7). It is
// [ErrMisspelled].
type Misspelled struct {
	Text  string        `json:"-"` // the message
	Words []Misspelling `json:"words"`
	// Confirm goes into [interaction.Say] to send the same message all the same.
	// It holds for this text, this author and this interaction only.
	Confirm string `json:"confirm"`
}

func (e *Misspelled) Error() string {
	const most = 5
	var b strings.Builder
	b.WriteString(ErrMisspelled.Error())
	for i, w := range e.Words {
		if i == most {
			b.WriteString(" …")
			break
		}
		b.WriteString([]string{": ", ", "}[min(i, 1)])
		b.WriteString(strconv.Quote(w.Word))
	}
	return b.String()
}

// Is reports whether target is [ErrMisspelled].
func (e *Misspelled) Is(target error) bool { return target == ErrMisspelled }

// UTF16 are the words with positions as JavaScript counts them, in UTF-16 units
// of the text.
func (e *Misspelled) UTF16() []Misspelling {
	words := make([]Misspelling, len(e.Words))
	at, units := 0, 0
	to := func(end int) int {
		for at < min(end, len(e.Text)) {
			r, size := utf8.DecodeRuneInString(e.Text[at:])
			at += size
			units++
			if r > 0xFFFF {
				units++
			}
		}
		return units
	}
	for i, w := range e.Words {
		w.Start = to(w.Start)
		w.End = to(w.End)
		words[i] = w
	}
	return words
}

// A SpellerError says why the spelling could not be checked. It is [ErrSpeller]
// and what the speller said.
type SpellerError struct{ Err error }

func (e *SpellerError) Error() string { return ErrSpeller.Error() + ": " + e.Err.Error() }

// Unwrap gives both errors.
func (e *SpellerError) Unwrap() []error { return []error{ErrSpeller, e.Err} }
