package history

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// A Searcher is the host's engine for texts: an index of words beside the store. It
// may know more than a viewer may see, and older things than are true: a History
// reads each chat that it names and shows only those in which the viewer finds the
// words itself. So nothing hidden can be found, and an engine that knows other
// forms of a word finds nothing by them alone.
type Searcher interface {
	// Search gives the interactions that may match, each once, after a cursor of its
	// own, the empty one for the beginning. The order is the engine's, as by
	// relevance; it is the same each time. Only the last pair holds an error. It is
	// called by many goroutines.
	Search(ctx context.Context, s Search, after string) iter.Seq2[Candidate, error]
}

// A Search is what an engine is asked for. Zero fields select everything.
type Search struct {
	Words   []string            // folded; all must stand in the chat, each also as a part of a word
	Contact interaction.PartyID // whose it is, or was before it was assigned to another
	Engaged interaction.PartyID // who is or was in the chat
	Since   time.Time           // it started then or later
	Until   time.Time           // it started before
}

// A Candidate is an interaction that may match.
type Candidate struct {
	ID     string
	Cursor string // from which the search goes on after it; at most 1,000 bytes
}

// searched are the engine's candidates.
func (h *History) searched(ctx context.Context, l *list, after place) iter.Seq2[candidate, error] {
	s := Search{Words: l.words, Contact: l.contact, Engaged: l.engaged, Since: l.filter.Since, Until: l.filter.Until}
	return func(yield func(candidate, error) bool) {
		for c, err := range h.opt.Searcher.Search(ctx, s, after.Engine) {
			if !yield(candidate{place: place{Stream: c.ID, Engine: c.Cursor}}, err) || err != nil {
				return
			}
		}
	}
}

// A Hit is an entry in which something was found.
type Hit struct {
	// Position is the entry's in the transcript that the viewer gets.
	Position uint64         `json:"position"`
	At       time.Time      `json:"at"`
	From     transcript.Who `json:"from"`
	// Text is a part of what was written, plain, around the first match.
	Text    string `json:"text"`
	Matches []Span `json:"matches"` // in Text, one after the other
}

// A Span is a part of a text: whole characters, in bytes from its beginning.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// maxHits is how many entries of one chat are given.
const maxHits = 3

// search reads a chat for the words of a list and gives where they stand. It is
// errPass where not all do, or where open says so.
func (h *History) search(ctx context.Context, l *list, id string, open func(*interaction.State) error) ([]Hit, error) {
	var hits []Hit
	var f folded
	missing := slices.Clone(l.words)
	err := h.read(ctx, l.viewer, id, open, func(r *interaction.Shown) {
		if len(hits) == maxHits && len(missing) == 0 {
			return
		}
		for text := range written(r.Event) {
			f.fold(text)
			spans := f.matches(l.words)
			if len(spans) == 0 {
				continue
			}
			missing = slices.DeleteFunc(missing, func(w string) bool { return bytes.Contains(f.text, []byte(w)) })
			if n := len(hits); n < maxHits && (n == 0 || hits[n-1].Position != r.Position) {
				hit := Hit{Position: r.Position, At: r.At, From: whoOf(r.From)}
				hit.Text, hit.Matches = snippet(text, spans)
				hits = append(hits, hit)
			}
		}
	})
	if err == nil && len(missing) > 0 {
		err = errPass
	}
	return hits, err
}

// written are the texts of an event that a person wrote.
func written(e interaction.Event) iter.Seq[string] {
	return func(yield func(string) bool) {
		switch e := e.(type) {
		case *interaction.Said:
			yield(e.Text)
		case *interaction.URLPushed:
			yield(e.Text)
		case *interaction.FileSent:
			yield(e.File.Name)
		case *interaction.NoteSet:
			yield(e.Text)
		case *interaction.CallbackScheduled:
			yield(e.Note)
		case *interaction.Invited:
			yield(e.Note)
		case *interaction.CaseDataSet:
			yield(e.Value.Text)
		case *interaction.Started:
			if !yield(e.Subject) {
				return
			}
			for _, field := range e.CaseData {
				if !yield(field.Value.Text) {
					return
				}
			}
		}
	}
}

// matches are where the words stand in what was folded: in order, none twice, and
// what overlaps as one.
func (f *folded) matches(words []string) []Span {
	var spans []Span
	for _, w := range words {
		for from := 0; ; {
			i := bytes.Index(f.text[from:], []byte(w))
			if i < 0 {
				break
			}
			spans = append(spans, f.span(from+i, from+i+len(w)))
			from += i + len(w)
		}
	}
	if len(spans) < 2 {
		return spans
	}
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	joined := spans[:1]
	for _, s := range spans[1:] {
		if last := &joined[len(joined)-1]; s.Start < last.End {
			last.End = max(last.End, s.End)
		} else {
			joined = append(joined, s)
		}
	}
	return joined
}

// A snippet shows so many characters before the first match, and so many
// altogether.
const (
	snippetBefore = 40
	snippetLength = 160
)

// snippet cuts a text around its first match, at words where that is possible, and
// gives the matches as they stand in it.
func snippet(text string, spans []Span) (string, []Span) {
	start, n := spans[0].Start, 0
	for ; start > 0 && n < snippetBefore; n++ {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	if start > 0 {
		start = wordAfter(text, start, spans[0].Start)
	}
	end := max(start, spans[0].End)
	for n := utf8.RuneCountInString(text[start:end]); end < len(text); n++ {
		r, size := utf8.DecodeRuneInString(text[end:])
		if n >= snippetLength && !unicode.In(r, unicode.M, unicode.Cf) {
			break
		}
		end += size
	}
	if end < len(text) {
		end = wordBefore(text, end, spans[0].End)
	}
	out, before := text[start:end], 0
	if start > 0 {
		out, before = "…"+out, len("…")
	}
	if end < len(text) {
		out += "…"
	}
	var inside []Span
	for _, s := range spans {
		if s.End <= end {
			inside = append(inside, Span{s.Start - start + before, s.End - start + before})
		}
	}
	return out, inside
}

// wordAfter is the first beginning of a word from an offset on and not after most,
// else of the character there.
func wordAfter(text string, at, most int) int {
	for i, r := range text[at:most] {
		if unicode.IsSpace(r) {
			return at + i + utf8.RuneLen(r)
		}
	}
	for at < most {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !unicode.In(r, unicode.M, unicode.Cf) {
			break
		}
		at += size
	}
	return at
}

// wordBefore is the last end of a word up to an offset and not before least, else
// the offset.
func wordBefore(text string, at, least int) int {
	for i := at; i > least; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if i -= size; unicode.IsSpace(r) && i >= least {
			return i
		}
	}
	return at
}
