package export

import (
	_ "embed"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// style is all that draws a page.
//
//go:embed style.css
var style string

// styleHash is the SHA-256 of the style, by which the page's policy lets it in
// and no other.
const styleHash = "kwuP8GJqUTnsM6bVvqUKd2Dm5C3a9IJR+c6uWJ440Bg="

// HTML writes the chat as one page to keep or to print: a head with what is
// known about the chat, then days, and in them messages and system lines. It
// needs nothing from anywhere, runs nothing, and says so in a content security
// policy; it follows the reader's light or dark setting, and prints light. A
// party has the colour of its index in a palette of eight (DESK-6).
//
// What the contact wrote stands left and what was written to it right; for the
// contact itself it is the other way round. Links are those of the entries'
// segments, so a view without Links gives none. A link has its actual address
// as its title, and rel="noopener noreferrer nofollow"; one that is not what it
// seems has where it leads and why below the message, on paper too; one that is
// blocked, or has another scheme than http, https, mailto or tel, is text
// (URL-2, URL-3, URL-8).
//
// No input makes the page contain an element or attribute that is not on the
// list of the package's fuzz test, and each text is shown as it is.
func HTML(w io.Writer, c *Chat) error {
	p := newPrinter(w, c)
	s := p.sink
	title := p.title()
	s.put("<!DOCTYPE html>\n<html lang=\"", p.calendar.Language, "\">\n<head>\n<meta charset=\"utf-8\">\n"+
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-`+styleHash+`'; base-uri 'none'; form-action 'none'">`+
		"\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
	s.escape(title)
	s.put("</title>\n<style>", style, "</style>\n</head>\n<body>\n<main>\n<header>\n<h1 dir=\"auto\">")
	s.escape(title)
	s.put("</h1>\n<dl>\n")
	p.head()
	s.put("</dl>\n</header>\n")
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Kind == transcript.Silent {
			continue
		}
		if day := p.newDay(e.At); day != "" {
			s.put("<h2>")
			s.escape(day)
			s.put("</h2>\n")
		}
		p.entry(e)
		if !s.rest() {
			return s.err
		}
	}
	s.put("</main>\n</body>\n</html>\n")
	return s.flush()
}

// head writes what is known about the chat.
func (p *printer) head() {
	s, c, l := p.sink, p.chat, p.labels
	row := func(label, text string) {
		if text != "" {
			s.put("<dt>", label, "</dt><dd dir=\"auto\">")
			s.escape(text)
			s.put("</dd>\n")
		}
	}
	row(l.id, c.ID)
	if c.Contact != nil {
		row(l.contact, c.Contact.Name)
	}
	row(l.started, p.moment(c.Started))
	row(l.ended, p.moment(c.Ended))
	p.list(l.parties, len(c.Parties), func(i int) {
		q := &c.Parties[i]
		s.put("<b dir=\"auto\"", colour(q.Who), ">")
		s.escape(l.name(q.Who))
		s.put("</b> <small>")
		s.escape(word(l.roles, q.Role))
		s.put("</small>")
	})
	if d := c.Disposition(); d.Code != "" {
		row(l.disposition, d.words())
	}
	row(l.note, c.Note())
	p.list(l.caseData, len(c.CaseData), func(i int) {
		s.put("<small dir=\"auto\">")
		s.escape(c.CaseData[i].Key)
		s.put("</small> ")
		s.escape(c.CaseData[i].Value.Text)
	})
	p.list(l.files, len(c.Files), func(i int) {
		f := &c.Files[i]
		s.escape(p.fileLine(&f.FileData))
		if f.Reason != "" {
			s.put(" <small>")
			s.escape(f.Reason)
			s.put("</small>")
		}
	})
}

// list writes a row with a list, if there is anything in it.
func (p *printer) list(label string, n int, item func(int)) {
	if n == 0 {
		return
	}
	s := p.sink
	s.put("<dt>", label, "</dt><dd><ul>")
	for i := range n {
		s.put("<li dir=\"auto\">")
		item(i)
		s.put("</li>")
		_ = s.rest()
	}
	s.put("</ul></dd>\n")
}

// entry writes one entry.
func (p *printer) entry(e *transcript.Entry) {
	s := p.sink
	switch e.Kind {
	case transcript.Message, transcript.Link, transcript.File, transcript.Automatic:
	default:
		s.put("<p class=\"s\" dir=\"auto\">")
		p.clock(e.At)
		s.put(" ")
		s.escape(e.Text)
		s.put("</p>\n")
		return
	}
	s.put("<div class=\"m")
	if p.right(e) {
		s.put(" r")
	}
	if e.Audience != "everyone" {
		s.put(" i")
	}
	s.put("\"><div>")
	if e.Kind == transcript.Automatic {
		s.put("<small>", p.labels.automatic, "</small>")
	} else {
		s.put("<b dir=\"auto\"", colour(e.From), ">")
		s.escape(p.labels.name(e.From))
		s.put("</b>")
	}
	if e.Audience != "everyone" {
		s.put(" <small>")
		s.escape(word(p.labels.audiences, e.Audience))
		s.put("</small>")
	}
	s.put(" ")
	p.clock(e.At)
	s.put("</div><p dir=\"auto\">")
	p.text(e)
	s.put("</p>")
	if f := e.Data.File; f != nil {
		s.put("<small>")
		s.escape(p.fileFacts(f))
		s.put("</small>")
	}
	p.warnings(e, func(text string) {
		s.put("<p class=\"w\">⚠ ")
		s.escape(text)
		s.put("</p>")
	})
	s.put("</div>\n")
}

// right reports whether an entry stands on the right: the contact's for the
// contact, everybody else's for everybody else.
func (p *printer) right(e *transcript.Entry) bool {
	return (e.From.Role == "contact") == (p.chat.Viewer == "contact")
}

// fileFacts are a file's type and size.
func (p *printer) fileFacts(f *transcript.FileData) string {
	if f.Type == "" {
		return p.labels.size(f.Size)
	}
	return f.Type + ", " + p.labels.size(f.Size)
}

// clock writes a time of day, for machines as well.
func (p *printer) clock(at time.Time) {
	s := p.sink
	s.put("<time datetime=\"")
	s.out = at.UTC().AppendFormat(s.out, time.RFC3339)
	s.put("\">")
	s.out = at.In(p.zone).AppendFormat(s.out, p.calendar.Clock)
	s.put("</time>")
}

// text writes what an entry says, with its links.
func (p *printer) text(e *transcript.Entry) {
	s := p.sink
	if !whole(e) {
		s.escape(e.Text)
		return
	}
	for i := range e.Segments {
		part := &e.Segments[i]
		switch l := part.Link; {
		case l == nil:
			s.escape(part.Source)
		case opens(l):
			s.put("<a href=\"")
			s.escape(l.Href)
			s.put("\" rel=\"noopener noreferrer nofollow\" title=\"")
			s.escape(l.Tooltip)
			s.put("\">")
			s.escape(part.Source)
			s.put("</a>")
		default:
			s.put("<span class=\"x\">")
			s.escape(part.Source)
			s.put("</span>")
		}
	}
}

// whole reports whether an entry's segments are its text: a chat that was read
// from somewhere else may say other things.
func whole(e *transcript.Entry) bool {
	rest := e.Text
	for i := range e.Segments {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, e.Segments[i].Source); !ok {
			return false
		}
	}
	return rest == "" && len(e.Segments) > 0
}

// opens reports whether a click on a link may open something. That it comes
// from package urlsafe is nothing that a chat can prove.
func opens(l *urlsafe.Link) bool {
	scheme, rest, ok := strings.Cut(l.Href, ":")
	if l.Level == urlsafe.Blocked || !ok || !slices.Contains(urlsafe.DefaultSchemes(), scheme) {
		return false
	}
	if l.Kind == urlsafe.Web && !strings.HasPrefix(rest, "//") {
		return false
	}
	return strings.IndexFunc(l.Href, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// colour is the attribute for the colour of a party's name.
func colour(w transcript.Who) string {
	if w.Colour < 0 {
		return ""
	}
	return " class=\"c" + strconv.Itoa(w.Colour%8) + "\""
}
