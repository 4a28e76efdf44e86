package urlsafe

import (
	"strings"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/urlsafe/internal/scan"
)

// Find gives the links in a text in order (URL-1, URL-3, URL-4): addresses with
// and without a scheme, e-mail addresses and phone numbers, also those that are
// blocked. It is nil, and nothing was allocated, where there is none.
//
// A link is OK only where what is written is, for the eye of a reader, where it
// goes: it may lack the scheme (https is meant then), be written in capitals, or
// percent-encoded differently. Whatever differs more is a finding.
func (l *Links) Find(text string) []Link {
	var room [few]scan.Span
	spans := scan.Append(room[:0], text, &l.options)
	if len(spans) == 0 {
		return nil
	}
	links := make([]Link, 0, len(spans))
	var f flow
	for i := range spans {
		var a address
		if l.take(&a, text, spans, i, &f) {
			links = append(links, l.link(&a, spans[i]))
		}
	}
	if len(links) == 0 {
		return nil
	}
	return links
}

// few is how many spans need no room on the heap; hardly a message has more.
const few = 4

// take looks at one of the spans of a text, and at what is around it; see look.
func (l *Links) take(a *address, text string, spans []scan.Span, i int, f *flow) (ok bool) {
	s := spans[i]
	if !l.look(a, s.Kind, text[s.Start:s.End]) {
		return false
	}
	if f.reversed(text, s.Start) {
		a.find(Invisible, Suspicious, "A character before it turns the direction of writing, so that it is drawn backwards.")
	}
	if i > 0 && bracketed(text, s) {
		if other := l.claimed(a, text, spans[i-1], s); other != "" {
			a.find(OtherHost, Suspicious, other)
		}
	}
	return true
}

// link makes of an address what the host gets.
func (l *Links) link(a *address, s scan.Span) Link {
	k := Link{
		Start: s.Start, End: s.End, Kind: a.kind, Href: a.href, Text: a.shown(), Tooltip: a.whole(), Level: a.level, Findings: a.findings,
	}
	if a.level == Blocked {
		k.Href = ""
	}
	if l.policy.Width > 0 {
		k.Text = k.Shorten(l.policy.Width)
	}
	return k
}

// claimed says how an address in angle brackets differs from one that is written
// directly in front of it, or nothing. That is how [Links.FromHTML] writes what an
// anchor claims, and how people and mail programs write it too:
//
//	bank.example <https://evil.example/>
func (l *Links) claimed(a *address, text string, before, s scan.Span) string {
	if text[before.End:s.Start] != " <" {
		return ""
	}
	var claim address
	if !l.look(&claim, before.Kind, text[before.Start:before.End]) {
		return ""
	}
	return differs(&claim, a)
}

func bracketed(text string, s scan.Span) bool {
	return s.Start > 0 && text[s.Start-1] == '<' && s.End < len(text) && text[s.End] == '>'
}

// A flow knows whether what stands at an offset is drawn with its letters
// reversed, because a control character before it in its paragraph says so
// (U+202E) and nothing has ended that. Only that one turns Latin letters.
type flow struct {
	at    int
	stack []rune
}

func (f *flow) reversed(text string, at int) bool {
	part := text[f.at:at]
	f.at = at
	if len(f.stack) == 0 && strings.IndexByte(part, "\u202e"[0]) < 0 {
		return false
	}
	for _, r := range part {
		if r < 0x2029 && r != '\n' && r != '\r' {
			continue
		}
		top := len(f.stack) - 1
		switch r {
		case '\n', '\r', '\u2029':
			f.stack = f.stack[:0]
		case '\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068':
			if len(f.stack) < maxDepth {
				f.stack = append(f.stack, r)
			}
		case '\u202c': // ends an embedding or override
			if top >= 0 && f.stack[top] < '\u2066' {
				f.stack = f.stack[:top]
			}
		case '\u2069': // ends an isolate and all that was begun in it
			for j := top; j >= 0; j-- {
				if f.stack[j] >= '\u2066' {
					f.stack = f.stack[:j]
					break
				}
			}
		}
	}
	return len(f.stack) > 0 && f.stack[len(f.stack)-1] == '\u202e'
}

// maxDepth is how deep the bidirectional algorithm of Unicode goes.
const maxDepth = 125

// validUTF8 gives a text with U+FFFD for each byte that is not UTF-8.
func validUTF8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}
