package urlsafe

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

// FromHTML turns what a contact's client sent as HTML into text that shows where
// each link leads (URL-1), see [Message]. Any bytes are HTML. Lines, paragraphs,
// list items and cells stay apart, an image is its alternative text, and what a
// browser would not draw as text (scripts, styles, comments, frames) is left out.
//
// A relative target is resolved with the document's base element. Without one
// nobody knows where it leads, and it is written as it is.
func (l *Links) FromHTML(markup string) Message {
	d := document{rewriter: rewriter{links: l}, open: -1}
	tokens := html.NewTokenizer(strings.NewReader(validUTF8(markup)))
	for {
		switch tokens.Next() {
		case html.ErrorToken: // the end: nothing else goes wrong in memory
			d.endAnchor()
			return d.message()
		case html.TextToken:
			if d.unseen == 0 {
				d.write(string(tokens.Text()))
			}
		case html.StartTagToken:
			d.start(tokens)
		case html.SelfClosingTagToken: // to HTML no other than a start tag
			d.start(tokens)
		case html.EndTagToken:
			name, _ := tokens.TagName()
			d.end(atom.Lookup(name))
		}
	}
}

// A document is HTML on its way to text.
type document struct {
	rewriter
	base   *web.URL
	open   int       // where the open anchor's claim begins; -1 without one
	href   string    // where it leads
	hidden atom.Atom // the element whose content is left out
	unseen int       // how often it is open
	pre    int       // how many elements are open whose white space counts
	space  bool      // white space is due before the next word
	lines  int       // line breaks are due before the next word
}

func (d *document) start(tokens *html.Tokenizer) {
	name, more := tokens.TagName()
	tag := atom.Lookup(name)
	if d.unseen > 0 {
		if tag == d.hidden {
			d.unseen++
		}
		return
	}
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Title, atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript:
		d.hidden, d.unseen = tag, 1
	case atom.A:
		d.endAnchor()
		if href, ok := attribute(tokens, more, "href", "xlink:href"); ok {
			d.flush()
			d.open, d.href = len(d.text), href[0]+href[1]
		}
	case atom.Area:
		if href, ok := attribute(tokens, more, "href", "alt"); ok {
			d.flush()
			from := len(d.text)
			d.write(href[1])
			d.anchor(from, href[0], d.base, true)
			d.space = true
		}
	case atom.Base:
		if href, ok := attribute(tokens, more, "href", ""); ok && d.base == nil {
			if u, err := web.Parse(href[0]); err == nil {
				d.base = &u
			}
		}
	case atom.Img, atom.Image:
		if alt, ok := attribute(tokens, more, "alt", ""); ok {
			d.write(alt[0])
		}
	case atom.Br:
		d.lines++
		d.flush()
	case atom.Td, atom.Th:
		d.space = true
	case atom.Li:
		d.lines = max(d.lines, 1)
		d.write("- ")
	case atom.Pre, atom.Textarea, atom.Listing, atom.Xmp, atom.Plaintext:
		d.pre++
		d.lines = max(d.lines, 1)
	default:
		d.lines = max(d.lines, breaks(tag))
	}
}

func (d *document) end(tag atom.Atom) {
	if d.unseen > 0 {
		if tag == d.hidden {
			d.unseen--
		}
		return
	}
	switch tag {
	case atom.A:
		d.endAnchor()
	case atom.Pre, atom.Textarea, atom.Listing, atom.Xmp:
		d.pre = max(d.pre-1, 0)
		d.lines = max(d.lines, 1)
	case atom.Td, atom.Th:
		d.space = true
	case atom.Li:
		d.lines = max(d.lines, 1)
	default:
		d.lines = max(d.lines, breaks(tag))
	}
}

func (d *document) endAnchor() {
	if d.open >= 0 {
		d.anchor(d.open, d.href, d.base, true)
		d.open = -1
	}
}

// breaks is how many line breaks stand around an element.
func breaks(tag atom.Atom) int {
	switch tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote:
		return 2
	case atom.Address, atom.Article, atom.Aside, atom.Center, atom.Dd, atom.Details, atom.Dialog, atom.Div, atom.Dl, atom.Dt,
		atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.Header, atom.Hgroup, atom.Hr, atom.Main,
		atom.Nav, atom.Ol, atom.Option, atom.Section, atom.Summary, atom.Table, atom.Tr, atom.Ul, atom.Caption:
		return 1
	}
	return 0
}

// write writes text as a browser would lay it out.
func (d *document) write(text string) {
	if d.pre > 0 {
		d.flush()
		d.text = append(d.text, text...)
		return
	}
	for i := 0; i < len(text); {
		switch b := text[i]; b {
		case ' ', '\t', '\n', '\r', '\f':
			d.space = true
			i++
		default:
			n := strings.IndexAny(text[i:], " \t\n\r\f")
			if n < 0 {
				n = len(text) - i
			}
			d.flush()
			d.text = append(d.text, text[i:i+n]...)
			i += n
		}
	}
}

// flush writes the breaks and the space that are due; none at the very beginning.
func (d *document) flush() {
	n := len(d.text)
	switch {
	case d.lines > 0:
		for n > 0 && d.lines > 0 {
			d.text = append(d.text, '\n')
			d.lines--
		}
	case d.space && n > 0 && d.text[n-1] != '\n' && d.text[n-1] != ' ':
		d.text = append(d.text, ' ')
	}
	d.space, d.lines = false, 0
}

// attribute gives the first of each of two attributes; ok is whether the first
// one, or any where both mean the same, is there.
func attribute(tokens *html.Tokenizer, more bool, first, second string) (values [2]string, ok bool) {
	var seen [2]bool
	for more {
		var key, value []byte
		key, value, more = tokens.TagAttr()
		for i, name := range [...]string{first, second} {
			if name != "" && string(key) == name && !seen[i] {
				values[i], seen[i] = string(value), true
			}
		}
	}
	return values, seen[0] || seen[1]
}
