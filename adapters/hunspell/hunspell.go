package hunspell

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/responses"
)

// What can be wrong, besides [responses.ErrLanguage] and the context's errors.
var (
	ErrNoProgram    = errors.New("hunspell: the program is not installed")
	ErrNoDictionary = errors.New("hunspell: the dictionary cannot be opened")
	ErrProcess      = errors.New("hunspell: the program does not answer")
	ErrClosed       = errors.New("hunspell: closed")
)

// Options are for [New]. Nil and zero fields are the defaults.
type Options struct {
	Program string // name or path; default "hunspell"
	// Dictionaries are Hunspell's names of dictionaries by language (BCP 47);
	// default "en_US" for "en" and "de_DE" for "de". A language without an entry
	// has that of the next wider tag: "en-GB" is checked as "en".
	Dictionaries map[string]string
	// Words are right in every language, in any case: names of products.
	Words []string
	// MaxWords is the most misspelled words that one Check lists, after which it
	// looks no further; default 20. It bounds the time that a text in another
	// language takes.
	MaxWords int
	// Timeout is how long the program may take for one word, and to start, before
	// it is ended and started again; default 5 seconds.
	Timeout time.Duration
}

// A Speller is a [responses.Speller] that asks hunspell. It may be used by many
// goroutines at once; texts in one language are checked one after the other.
type Speller struct {
	dictionaries map[string]*dictionary // by lower-case language tag
	right        map[string]bool        // Options.Words in lower case
	maxWords     int

	ctx     context.Context // done when it is closed
	close   context.CancelFunc
	running sync.WaitGroup
}

var _ responses.Speller = (*Speller)(nil)

// New starts a process for each dictionary, so that one that is missing is known
// at once: its error is then [ErrNoProgram], or [ErrNoDictionary] with what the
// program said. The context is for starting only.
func New(ctx context.Context, opt *Options) (*Speller, error) {
	var o Options
	if opt != nil {
		o = *opt
	}
	if o.Program == "" {
		o.Program = "hunspell"
	}
	if o.Dictionaries == nil {
		o.Dictionaries = map[string]string{"en": "en_US", "de": "de_DE"}
	}
	if o.MaxWords <= 0 {
		o.MaxWords = 20
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	program, err := exec.LookPath(o.Program)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoProgram, err)
	}
	s := &Speller{
		dictionaries: make(map[string]*dictionary), right: make(map[string]bool), maxWords: o.MaxWords,
	}
	for _, w := range o.Words {
		s.right[strings.ToLower(w)] = true
	}
	s.ctx, s.close = context.WithCancel(context.Background())
	byName := make(map[string]*dictionary) // one process where two languages share one
	for _, tag := range slices.Sorted(maps.Keys(o.Dictionaries)) {
		name := o.Dictionaries[tag]
		d := byName[name]
		if d == nil {
			d = &dictionary{
				program: program, name: name, timeout: o.Timeout, requests: make(chan request), known: make(map[string]verdict),
			}
			if err := d.start(ctx, s.ctx); err != nil {
				s.Close()
				return nil, err
			}
			byName[name] = d
			s.running.Go(func() { d.serve(s.ctx) })
		}
		s.dictionaries[strings.ToLower(tag)] = d
	}
	return s, nil
}

// Close ends all processes and waits for them. A Check that is under way fails
// with [ErrClosed]. It may be called more than once.
func (s *Speller) Close() error {
	s.close()
	s.running.Wait()
	return nil
}

// Check lists the misspelled words of the text with suggestions, up to
// Options.MaxWords (MSG-7). It is [responses.ErrLanguage] for a language without
// a dictionary.
func (s *Speller) Check(ctx context.Context, language, text string) ([]responses.Misspelling, error) {
	d := s.dictionary(language)
	if d == nil {
		return nil, fmt.Errorf("%w: %q", responses.ErrLanguage, language)
	}
	var words []responses.Word
	var ask []string
	seen := make(map[string]bool)
	for w := range responses.Words(text) {
		if s.right[strings.ToLower(w.Text)] {
			continue
		}
		words = append(words, w)
		if !seen[w.Text] {
			seen[w.Text] = true
			ask = append(ask, w.Text)
		}
	}
	if len(ask) == 0 {
		return nil, s.ended(ctx)
	}
	answer := make(chan answer, 1) // so that nobody waits for one who has gone
	select {
	case d.requests <- request{ctx, ask, s.maxWords, answer}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.ctx.Done():
		return nil, ErrClosed
	}
	select {
	case a := <-answer:
		if a.err != nil {
			return nil, a.err
		}
		return list(words, a.wrong, s.maxWords), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.ctx.Done():
		return nil, ErrClosed
	}
}

// ended is why nothing can be asked any more, or nil.
func (s *Speller) ended(ctx context.Context) error {
	if s.ctx.Err() != nil {
		return ErrClosed
	}
	return ctx.Err()
}

func (s *Speller) dictionary(language string) *dictionary {
	for tag := strings.ToLower(strings.ReplaceAll(language, "_", "-")); tag != ""; {
		if d := s.dictionaries[tag]; d != nil {
			return d
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return nil
}

// list is where the wrong words stand, up to so many.
func list(words []responses.Word, wrong map[string][]string, most int) []responses.Misspelling {
	var found []responses.Misspelling
	for _, w := range words {
		suggestions, ok := wrong[w.Text]
		if !ok {
			continue
		}
		if found = append(found, responses.Misspelling{
			Start: w.Start, End: w.End, Word: w.Text, Suggestions: slices.Clone(suggestions),
		}); len(found) == most {
			break
		}
	}
	return found
}
