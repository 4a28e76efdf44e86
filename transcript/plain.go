package transcript

import (
	"strings"
	"time"
	"unicode"
)

// Plain is a list of entries as plain text, to copy or to print (DESK-6): a line
// for each day in the given zone, then the entries with their time, who wrote,
// and the text as it is. Further lines of a text are indented, so that no
// message can look like another entry. Silent entries are left out. A nil zone
// is UTC.
//
//	2026-03-01
//	14:03:05 Pat: Hello
//	14:03:09 * Maria joined the chat.
//	14:03:20 Maria (internal): Who knows about invoices?
func (w Words) Plain(entries []Entry, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	v := View{Words: w}
	var b strings.Builder
	day := ""
	for i := range entries {
		e := &entries[i]
		if e.Kind == Silent {
			continue
		}
		at := e.At.In(zone)
		if d := at.Format(time.DateOnly); d != day {
			if day != "" {
				b.WriteByte('\n')
			}
			b.WriteString(d + "\n")
			day = d
		}
		b.WriteString(at.Format(time.TimeOnly) + " ")
		switch e.Kind {
		case Message, File, Link:
			b.WriteString(oneLine(v.name(e.From)))
			if e.Audience != "everyone" {
				b.WriteString(" (" + w.Text(Term("audience/"+e.Audience), "", "", "") + ")")
			}
			b.WriteString(": ")
			b.WriteString(strings.ReplaceAll(e.Text, "\n", "\n    "))
		default:
			b.WriteString("* " + oneLine(e.Text))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// oneLine keeps a name, or a sentence with names in it, on its line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}
