package urlsafe

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/urlsafe/internal/scan"
)

// A Segment is a part of a text: words, or one link.
type Segment struct {
	// Source is what was written, byte for byte. All segments' sources one after
	// the other are the text.
	Source string `json:"source"`
	Link   *Link  `json:"link,omitempty"` // nil for words
}

// Segments gives a text as the list of its parts, for hosts that draw themselves
// (URL-8): words and links in turn, none of them empty, nil for an empty text. A
// blocked link is a segment of its own too, so that its findings can be shown.
//
// See the package comment for what to draw.
func (l *Links) Segments(text string) []Segment {
	if text == "" {
		return nil
	}
	links := l.Find(text)
	segments := make([]Segment, 0, 2*len(links)+1)
	at := 0
	for i := range links {
		k := &links[i]
		if at < k.Start {
			segments = append(segments, Segment{Source: text[at:k.Start]})
		}
		segments = append(segments, Segment{Source: text[k.Start:k.End], Link: k})
		at = k.End
	}
	if at < len(text) {
		segments = append(segments, Segment{Source: text[at:]})
	}
	return segments
}

// HTML gives a text as HTML (URL-8), safe to put between two tags. The text that
// a person sees is the input, character for character: only U+0000, and each byte
// that is not UTF-8, is U+FFFD. There are no other elements than
//
//	<br>                                                                    a line break
//	<a href="…" rel="noopener noreferrer nofollow" title="…">…</a>    a link that is not blocked
//
// and, with [Policy.NewTab], the attribute target="_blank". The title is the
// link's Tooltip; that of a suspicious link goes on, on a line of its own for
// each finding, with "⚠ " and its sentence. See the package comment for how a
// style sheet shows that without a mouse.
func (l *Links) HTML(text string) string {
	var room [few]scan.Span
	spans := scan.Append(room[:0], text, &l.options)
	if len(spans) == 0 && harmless(text) {
		return text
	}
	var dst strings.Builder
	dst.Grow(l.roomFor(text, spans))
	var f flow
	at := 0
	for i, s := range spans {
		var a address
		if !l.take(&a, text, spans, i, &f) || a.level == Blocked {
			continue
		}
		escape(&dst, text[at:s.Start])
		dst.WriteString(toHref)
		from := dst.Len()
		escape(&dst, a.href)
		href := dst.String()[from:]
		dst.WriteString(toTitle)
		dst.WriteString(href)
		for j := range a.findings {
			dst.WriteString("\n⚠ ")
			escape(&dst, a.findings[j].Sentence)
		}
		if l.policy.NewTab {
			dst.WriteString(newTab)
		}
		dst.WriteString(toText)
		if written := text[s.Start:s.End]; written == a.href {
			dst.WriteString(href)
		} else {
			escape(&dst, written)
		}
		dst.WriteString(toEnd)
		at = s.End
	}
	escape(&dst, text[at:])
	return dst.String()
}

// What leads to the parts of a link.
const (
	toHref  = `<a href="`
	toTitle = `" rel="noopener noreferrer nofollow" title="`
	newTab  = `" target="_blank`
	toText  = `">`
	toEnd   = "</a>"
)

// roomFor gives how long a text with links will be as HTML, if little in it is
// escaped and nothing was found.
func (l *Links) roomFor(text string, spans []scan.Span) int {
	each := len(toHref + toTitle + toText + toEnd)
	if l.policy.NewTab {
		each += len(newTab)
	}
	room := len(text) + len(text)/16 + each*len(spans)
	for _, s := range spans {
		room += 2 * (s.End - s.Start)
	}
	return room
}

// Plain gives a text for where there are no links: a log, a mail, a print (URL-8).
// It is the input, with U+FFFD for each byte that is not UTF-8; behind what is
// suspicious stands in brackets where it really leads and why, because nothing else
// can say it there:
//
//	http://bank.example@evil.example/ [⚠ http://evil.example/ What stands before the @ is …]
func (l *Links) Plain(text string) string {
	var room [few]scan.Span
	spans := scan.Append(room[:0], text, &l.options)
	var dst []byte
	var f flow
	at := 0
	for i, s := range spans {
		var a address
		if !l.take(&a, text, spans, i, &f) || a.level != Suspicious {
			continue
		}
		end := s.End
		if bracketed(text, s) {
			end++
		}
		dst = append(append(dst, text[at:end]...), " [⚠"...)
		if written := text[s.Start:s.End]; a.href != written && a.href != written+"/" {
			dst = append(append(dst, ' '), a.href...)
		}
		for j := range a.findings {
			dst = append(append(dst, ' '), a.findings[j].Sentence...)
		}
		dst = append(dst, ']')
		at = end
	}
	if dst == nil {
		return validUTF8(text)
	}
	return validUTF8(string(append(dst, text[at:]...)))
}

// marked are the bytes that HTML has its own meaning for.
var marked = [256]bool{'&': true, '<': true, '>': true, '"': true, '\'': true, 0: true, '\n': true, '\r': true}

// inert gives how many bytes at the beginning of a text HTML takes as they are. It
// may stop early, at what is beyond ASCII, a control character or a number sign:
// that is what can be told of eight bytes at a time.
func inert(text string) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(text); i += 8 {
		b := text[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote := x&^(5*ones) ^ '"'*ones // a byte is zero for " # & and ', which differ in two bits
		angle := x&^(2*ones) ^ '<'*ones // for < and >, which differ in one
		// The top bit of the first byte that is odd is set, and of none before it.
		odd := x | (x-' '*ones)&^x | (quote-ones)&^quote | (angle-ones)&^angle
		if odd &= tops; odd != 0 {
			return i + bits.TrailingZeros64(odd)/8
		}
	}
	for i < len(text) && text[i] < utf8.RuneSelf && !marked[text[i]] {
		i++
	}
	return i
}

// harmless reports whether a text is HTML that says itself.
func harmless(text string) bool {
	i := inert(text)
	if i == len(text) {
		return true
	}
	for _, b := range []byte(text[i:]) {
		if marked[b] {
			return false
		}
	}
	return utf8.ValidString(text)
}

// escape writes a text as HTML, for the inside of an element or of an attribute in
// quotes.
func escape(dst *strings.Builder, text string) {
	from := 0
	for i := inert(text); i < len(text); i += inert(text[i:]) {
		end, replaced := i, ""
		switch text[i] {
		case '&':
			replaced = "&amp;"
		case '<':
			replaced = "&lt;"
		case '>':
			replaced = "&gt;"
		case '"':
			replaced = "&#34;"
		case '\'':
			replaced = "&#39;"
		case '\n':
			replaced = "<br>"
		case '\r':
			replaced = "<br>"
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
		case 0:
			replaced = "\ufffd"
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			replaced = "\ufffd"
		}
		i++
		dst.WriteString(text[from:end])
		dst.WriteString(replaced)
		from = i
	}
	dst.WriteString(text[from:])
}
