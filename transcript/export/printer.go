package export

import (
	"io"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// A printer writes a chat for people.
type printer struct {
	*sink
	chat     *Chat
	labels   *labels
	calendar transcript.Calendar
	zone     *time.Location
	day      transcript.Day // of the entry before
}

func newPrinter(w io.Writer, c *Chat) *printer {
	zone, _ := transcript.Zone(c.Zone) // UTC for a name that is not known
	return &printer{sink: newSink(w), chat: c, labels: labelsFor(c.Language), calendar: transcript.CalendarFor(c.Language), zone: zone}
}

// title is the chat's subject, else whom it is with, else the word.
func (p *printer) title() string {
	c := p.chat
	switch {
	case c.Subject != "":
		return c.Subject
	case c.Contact != nil && c.Contact.Name != "":
		return c.Contact.Name
	}
	return p.labels.chat
}

// newDay names the day of an entry if the one before was of another. It is
// always the whole date: an export is kept.
func (p *printer) newDay(at time.Time) string {
	d := transcript.DayOf(at, at, p.zone)
	if d == p.day {
		return ""
	}
	p.day = d
	return p.calendar.FullDay(d)
}

// moment is a day and a time with its zone, empty for the zero time.
func (p *printer) moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return p.calendar.FullDay(transcript.DayOf(at, at, p.zone)) + ", " + p.calendar.Time(at, p.zone) + at.In(p.zone).Format(" MST")
}

// fileLine is a file as one line says it.
func (p *printer) fileLine(f *transcript.FileData) string {
	parts := []string{f.Name}
	if f.Name == "" {
		parts[0] = f.ID
	}
	if f.Size > 0 {
		parts = append(parts, p.labels.size(f.Size))
	}
	parts = append(parts, word(p.labels.verdicts, f.Verdict))
	return strings.Join(parts, ", ")
}

// warnings tells what was found about the links of an entry that are not what
// they seem: where each leads, and why (URL-3).
func (p *printer) warnings(e *transcript.Entry, tell func(string)) {
	for i := range e.Segments {
		l := e.Segments[i].Link
		if l == nil || l.Level == urlsafe.OK {
			continue
		}
		text := l.Tooltip
		for _, f := range l.Findings {
			text += " " + f.Sentence
		}
		tell(text)
	}
}
