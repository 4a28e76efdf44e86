package export

import (
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/chatkernel/chatkernel/transcript"
)

// Text writes the chat as plain text: what is known about it, then its days, and
// in them the entries with the time of day to the second.
//
//	--- March 1, 2026 ---
//	14:03:05 Pat: Hello
//	14:03:09 * Maria joined the chat.
//	14:03:20 Maria (internal): Who knows about invoices?
//
// Further lines of a text are indented, so that no message can look like another
// entry. The same chat gives the same bytes whenever it is written.
func Text(w io.Writer, c *Chat) error {
	p := newPrinter(w, c)
	s := p.sink
	title := plainLine(p.title())
	s.put(title, "\n", strings.Repeat("=", len([]rune(title))), "\n\n")
	p.fact(p.labels.id, c.ID)
	if c.Contact != nil {
		p.fact(p.labels.contact, c.Contact.Name)
	}
	p.fact(p.labels.started, p.moment(c.Started))
	p.fact(p.labels.ended, p.moment(c.Ended))
	for i := range c.Parties {
		if i == 0 {
			s.put(p.labels.parties, ":\n")
		}
		s.put("    ", plainLine(p.labels.name(c.Parties[i].Who)), " (", plainLine(word(p.labels.roles, c.Parties[i].Role)), ")\n")
	}
	if d := c.Disposition(); d.Code != "" {
		p.fact(p.labels.disposition, d.words())
	}
	p.fact(p.labels.note, c.Note())
	for i, f := range c.CaseData {
		if i == 0 {
			s.put(p.labels.caseData, ":\n")
		}
		s.put("    ", plainLine(f.Key), ": ", plain(f.Value.Text), "\n")
	}
	for i := range c.Files {
		if i == 0 {
			s.put(p.labels.files, ":\n")
		}
		s.put("    ", plainLine(p.fileLine(&c.Files[i].FileData)), "\n")
		if !s.rest() {
			return s.err
		}
	}
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Kind == transcript.Silent {
			continue
		}
		if day := p.newDay(e.At); day != "" {
			s.put("\n--- ", day, " ---\n")
		}
		s.out = append(e.At.In(p.zone).AppendFormat(s.out, time.TimeOnly), ' ')
		switch e.Kind {
		case transcript.Message, transcript.File, transcript.Link:
			s.put(plainLine(p.labels.name(e.From)))
			if e.Audience != "everyone" {
				s.put(" (", plainLine(word(p.labels.audiences, e.Audience)), ")")
			}
			s.put(": ", plain(e.Text))
			p.warnings(e, func(text string) { s.put("\n    ⚠ ", plain(text)) })
		default:
			s.put("* ", plain(e.Text))
		}
		s.put("\n")
		if !s.rest() {
			return s.err
		}
	}
	return s.flush()
}

// fact writes what is known, if it is.
func (p *printer) fact(label, text string) {
	if text != "" {
		p.sink.put(label, ": ", plain(text), "\n")
	}
}

// words are a disposition's label and code.
func (d *Disposition) words() string {
	if d.Label == "" || d.Label == d.Code {
		return d.Code
	}
	return d.Label + " (" + d.Code + ")"
}

// plain is a text with its further lines indented. Whatever a viewer takes for
// the end of a line is one; other control characters, which a terminal would
// obey, become U+FFFD.
func plain(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if strings.IndexFunc(text, breaks) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, lineBreaks.Replace(text))
}

// breaks reports whether a character may end a line, or is a control character.
func breaks(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

var lineBreaks = strings.NewReplacer(
	"\r\n", "\n    ", "\n", "\n    ", "\r", "\n    ", "\v", "\n    ", "\f", "\n    ", "\u0085", "\n    ", "\u2028", "\n    ", "\u2029", "\n    ",
)

// plainLine is a name, which stays on its line.
func plainLine(text string) string {
	return strings.Map(func(r rune) rune {
		if breaks(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
