package export_test

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/export"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// allowed are the elements of a page and their attributes, each with the values
// that it may have.
var allowed = map[string]map[string]*regexp.Regexp{
	"html": {"lang": regexp.MustCompile(`^[a-z]{2}(-[A-Z]{2})?$`)}, "head": {}, "title": {}, "style": {}, "body": {}, "main": {}, "header": {},
	"meta": {
		"charset": regexp.MustCompile(`^utf-8$`), "http-equiv": regexp.MustCompile(`^Content-Security-Policy$`),
		"name": regexp.MustCompile(`^(referrer|viewport)$`), "content": regexp.MustCompile(`^(no-referrer|width=device-width|default-src 'none'; .*)$`),
	},
	"h1": {"dir": auto}, "h2": {}, "dl": {}, "dt": {}, "dd": {"dir": auto}, "ul": {}, "li": {"dir": auto}, "small": {"dir": auto},
	"b": {"dir": auto, "class": regexp.MustCompile(`^c[0-7]$`)}, "p": {"dir": auto, "class": regexp.MustCompile(`^[sw]$`)},
	"div": {"class": regexp.MustCompile(`^m( r)?( i)?$`)}, "span": {"class": regexp.MustCompile(`^x$`)},
	"time": {"datetime": regexp.MustCompile(`^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)},
	"a": {
		"href": regexp.MustCompile(`^(https?://|mailto:|tel:)[!-~]+$`), "rel": regexp.MustCompile(`^noopener noreferrer nofollow$`),
		"title": regexp.MustCompile(``),
	},
}

var auto = regexp.MustCompile(`^auto$`)

// A page is what a browser sees of an HTML export.
type page struct {
	title string
	texts []string // of the messages' paragraphs and the system lines without their time
	links []string
	all   string
}

// read parses a page as a browser does. It reports whatever is not allowed.
func read(t testing.TB, markup string) page {
	root, err := html.Parse(strings.NewReader(markup))
	require.NoError(t, err)
	var p page
	var all strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.DocumentNode, html.DoctypeNode:
		case html.TextNode:
			if n.Parent.Data != "style" {
				all.WriteString(n.Data)
			}
		case html.ElementNode:
			attrs, ok := allowed[n.Data]
			require.True(t, ok, "element %s", n.Data)
			for _, a := range n.Attr {
				require.Contains(t, attrs, a.Key, "%s", n.Data)
				require.Regexp(t, attrs[a.Key], a.Val, "%s %s", n.Data, a.Key)
			}
			switch {
			case n.Data == "title":
				p.title = content(n)
			case n.Data == "a":
				require.Len(t, n.Attr, 3)
				p.links = append(p.links, n.Attr[0].Val)
			case n.Data == "p" && attr(n, "class") == "":
				p.texts = append(p.texts, content(n))
			case n.Data == "p" && attr(n, "class") == "s":
				p.texts = append(p.texts, strings.TrimPrefix(content(n), content(n.FirstChild)+" "))
			}
		default:
			require.Fail(t, "comment", n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	p.all = all.String()
	return p
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func content(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(content(c))
	}
	return b.String()
}

// drawn is what a person has to see of a text.
func drawn(text string) string { return strings.ReplaceAll(string([]rune(text)), "\x00", "\ufffd") }

func TestHIST_6_html_shows_every_text_as_it_is(t *testing.T) {
	c := golden(t)
	for _, viewer := range []interaction.PartyID{pat, maria, kim} {
		e := c.export(viewer)
		p := read(t, written(t, export.HTML, e))
		var want []string
		for _, entry := range e.Entries {
			if entry.Kind != transcript.Silent {
				want = append(want, drawn(entry.Text))
			}
		}
		require.Equal(t, want, p.texts, viewer)
	}
	p := read(t, written(t, export.HTML, c.export(maria)))
	require.Equal(t, "Invoice 7 <b>& more</b>", p.title)
	for _, text := range []string{"Refund given (refund)", "Refunded the second charge.", "gold", "invoice & <copy>.pdf, 248.7 kB, available", "photo.jpg, 1.2 MB, broken", "Benny", "November 28, 2026", "November 29, 2026"} {
		require.Contains(t, p.all, text)
	}
	contact := read(t, written(t, export.HTML, c.export(pat)))
	for _, text := range []string{"Refund given", "gold", "Kim", "run 44"} {
		require.NotContains(t, contact.all, text)
	}
}

func TestHIST_6_URL_8_html_links_lead_where_they_say(t *testing.T) {
	p := read(t, written(t, export.HTML, golden(t).export(pat)))
	require.Equal(t, []string{"https://www.example.com/bill?id=7", "http://evil.example/", "https://example.com/refunds?invoice=7"}, p.links)
	require.Contains(t, p.all, "⚠ http://evil.example/ What stands before the @", "what deceives is said, on paper too")
}

// A chat that was read from somewhere else may say anything of itself.
func TestHIST_6_URL_8_html_trusts_no_segment(t *testing.T) {
	link := func(href string, level urlsafe.Level) transcript.Entry {
		return transcript.Entry{
			Kind: transcript.Message, Text: "click", Audience: "everyone", From: transcript.Who{Role: "agent"},
			Segments: []urlsafe.Segment{{Source: "click", Link: &urlsafe.Link{Href: href, Tooltip: href, Level: level}}},
		}
	}
	var entries []transcript.Entry
	for _, href := range []string{
		"javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "java\nscript:x", " http://x/", "http:x", "//x/", "/x", "", "http://x/\u202e", "ftp://x/",
	} {
		entries = append(entries, link(href, urlsafe.OK))
	}
	entries = append(entries, link("http://x/", urlsafe.Blocked))
	other := link("http://x/", urlsafe.OK)
	other.Text = "something else"
	entries = append(entries, other)
	p := read(t, written(t, export.HTML, export.Chat{Entries: entries}))
	require.Empty(t, p.links)
	require.Len(t, p.texts, len(entries))
	require.Equal(t, "something else", p.texts[len(p.texts)-1])
	good := read(t, written(t, export.HTML, export.Chat{Entries: []transcript.Entry{link("http://x/?a=1&b=\"'<", urlsafe.OK)}}))
	require.Equal(t, []string{"http://x/?a=1&b=\"'<"}, good.links)
}

// The page lets in its own style and nothing else, from nowhere else.
func TestHIST_6_html_needs_nothing_from_elsewhere(t *testing.T) {
	markup := written(t, export.HTML, golden(t).export(maria))
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(markup)[1]
	sum := sha256.Sum256([]byte(style))
	require.Contains(t, markup, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	file, err := os.ReadFile("style.css")
	require.NoError(t, err)
	require.Equal(t, string(file), style)
	require.NotRegexp(t, `(?i)url\(|@import|<script|<img|<link|javascript`, markup)
	require.Contains(t, style, "@media print")
}

// DESK-6: a party has the colour that the viewer's index says.
func TestHIST_6_DESK_6_html_colours(t *testing.T) {
	markup := written(t, export.HTML, golden(t).export(maria))
	require.Contains(t, markup, `<b dir="auto" class="c0">Pat Müller</b>`)
	require.Contains(t, markup, `<b dir="auto" class="c1">Maria</b>`)
	nine := export.Chat{Parties: []export.Party{{Who: transcript.Who{Name: "X", Colour: 9}}, {Who: transcript.Who{Name: "Y", Colour: -1}}}}
	require.Contains(t, written(t, export.HTML, nine), `<b dir="auto" class="c1">X</b>`)
	require.Contains(t, written(t, export.HTML, nine), `<b dir="auto">Y</b>`)
}

// No input makes a page contain what is not on the list, and every text is
// shown as it is.
func FuzzHIST_6_html_is_safe(f *testing.F) {
	for _, seed := range []string{
		"hello", "<script>alert(1)</script>", "</p></style></title><img src=x onerror=alert(1)>", "\"'><a href=javascript:x>", "<!-- --><![CDATA[x]]>",
		"&lt;&#60;&amp;&#x3c;&#0;&", "\x00\xff\xc3\x28\r\n\r\v\f", "http://a@e.com/ http://x/?\"'<> ftp://e.com", "\u202e\u2066abc", "\n\nfirst", "</textarea>", "＜script＞",
	} {
		f.Add(seed, "Pat", uint8(1))
		f.Add("hello", seed, uint8(3))
	}
	links := urlsafe.New(nil)
	f.Fuzz(func(t *testing.T, text, name string, n uint8) {
		who := transcript.Who{Colour: int(n) - 1, Name: name, Role: []string{"contact", "agent", "system", name}[n%4]}
		e := transcript.Entry{Kind: transcript.Message, Text: text, From: who, Audience: []string{"everyone", "internal", name}[n%3], Segments: links.Segments(text)}
		lie, system, file, auto := e, e, e, e
		lie.Segments = []urlsafe.Segment{{Source: text, Link: &urlsafe.Link{Href: name, Tooltip: name, Kind: urlsafe.Kind(n), Findings: []urlsafe.Finding{{Sentence: name}}, Level: urlsafe.Suspicious}}}
		system.Kind, file.Kind, auto.Kind = transcript.Kind(name), transcript.File, transcript.Automatic
		file.Data.File = &transcript.FileData{Name: name, Type: name, Size: int64(n), Verdict: name, Reason: text}
		c := export.Chat{
			ID: name, Language: name, Zone: name, Viewer: name, Subject: text, Contact: &transcript.Person{ID: name, Name: name},
			Parties: []export.Party{{Who: who}}, Dispositions: []export.Disposition{{Code: name, Label: text}}, Notes: []export.Note{{Text: text}},
			CaseData: []export.Field{{Key: name, Value: transcript.Value{Text: text}}}, Files: []export.File{{FileData: *file.Data.File}},
			Entries: []transcript.Entry{e, lie, system, file, auto},
		}
		p := read(t, written(t, export.HTML, c))
		if name != string(transcript.Silent) {
			want := slices.Repeat([]string{drawn(text)}, 5)
			require.Equal(t, want, p.texts)
		}
		if text != "" {
			require.Equal(t, drawn(text), p.title)
		}
		_ = written(t, export.Text, c)
	})
}
