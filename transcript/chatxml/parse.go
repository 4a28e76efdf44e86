package chatxml

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits bound what [Limits.Parse] reads, so that a hostile text costs little.
// A zero field is the default.
type Limits struct {
	Bytes int // of the text; 8 MiB
	Depth int // of elements in each other, at most 1,000; 64
	Nodes int // elements, attributes and texts together; 500,000
}

func (l Limits) complete() Limits {
	return Limits{cmp.Or(l.Bytes, 8<<20), min(cmp.Or(l.Depth, 64), maxDepth), cmp.Or(l.Nodes, 500_000)}
}

// maxDepth bounds the nesting of what is written.
const maxDepth = 1000

// Parse reads a transcript within the default [Limits] (HIST-6). The error is a
// [*SyntaxError] with the place, or the reader's own. Encodings are UTF-8,
// ISO-8859-1 and US-ASCII. There are no document types and no entities but
// XML's own.
func Parse(r io.Reader) (*Document, error) { return Limits{}.Parse(r) }

// Parse is [Parse] within other limits.
func (l Limits) Parse(r io.Reader) (*Document, error) {
	l = l.complete()
	data, err := io.ReadAll(io.LimitReader(r, int64(l.Bytes)+1))
	if err != nil {
		return nil, fmt.Errorf("chatxml: read: %w", err)
	}
	p := parser{data: data, limits: l}
	if len(data) > l.Bytes {
		return nil, p.fail(l.Bytes, fmt.Sprintf("it is longer than %d bytes", l.Bytes), ErrTooLarge)
	}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	if root.Name != rootName {
		return nil, p.fail(p.root, "the outermost element is not "+rootName, ErrRoot)
	}
	return &Document{*root}, nil
}

// A parser reads one text.
type parser struct {
	data   []byte // UTF-8
	limits Limits
	root   int // where the outermost element begins
	nodes  int
	open   []*Element // from the root inwards
}

// fail is an error at an offset.
func (p *parser) fail(offset int, reason string, err error) error {
	before := p.data[:min(offset, len(p.data))]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return &SyntaxError{
		Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(line), Reason: reason, Err: err,
	}
}

// parse reads the outermost element, whatever its name.
func (p *parser) parse() (*Element, error) {
	if err := p.prepare(); err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(p.data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it was converted
	var root *Element
	for {
		start := int(d.InputOffset())
		// Raw: names keep their prefixes, and tags are matched here.
		token, err := d.RawToken()
		at := int(d.InputOffset())
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, p.fail(at, complaint(err), nil)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if root != nil && len(p.open) == 0 {
				return nil, p.fail(start, "there is a second outermost element", nil)
			}
			e, err := p.begin(&t, start)
			if err != nil {
				return nil, err
			}
			if root == nil {
				root, p.root = e, start
			}
		case xml.EndElement:
			if err := p.end(fullName(t.Name), start); err != nil {
				return nil, err
			}
		case xml.CharData:
			if err := p.text(t, start); err != nil {
				return nil, err
			}
		case xml.Directive:
			return nil, p.fail(start, ErrDoctype.Error(), ErrDoctype)
		}
	}
	switch {
	case root == nil:
		return nil, p.fail(len(p.data), "there is no element", nil)
	case len(p.open) > 0:
		return nil, p.fail(len(p.data), "the text ends inside <"+p.open[len(p.open)-1].Name+">", nil)
	}
	return root, nil
}

// begin opens an element.
func (p *parser) begin(t *xml.StartElement, start int) (*Element, error) {
	if len(p.open) >= p.limits.Depth {
		return nil, p.fail(start, fmt.Sprintf("elements are nested deeper than %d", p.limits.Depth), ErrTooDeep)
	}
	if err := p.count(1+len(t.Attr), start); err != nil {
		return nil, err
	}
	e := &Element{Name: fullName(t.Name)}
	seen := make(map[string]bool, len(t.Attr))
	for _, a := range t.Attr {
		name := fullName(a.Name)
		if seen[name] {
			return nil, p.fail(start, "the attribute "+name+" is there twice", nil)
		}
		seen[name] = true
		e.Attrs = append(e.Attrs, Attr{name, a.Value})
	}
	if n := len(p.open); n > 0 {
		p.open[n-1].add(e)
	}
	p.open = append(p.open, e)
	return e, nil
}

// end closes the innermost element.
func (p *parser) end(name string, start int) error {
	n := len(p.open)
	if n == 0 {
		return p.fail(start, "</"+name+"> closes nothing", nil)
	}
	e := p.open[n-1]
	if e.Name != name {
		return p.fail(start, "</"+name+"> stands where </"+e.Name+"> is expected", nil)
	}
	p.open = p.open[:n-1]
	e.dropSpace()
	return nil
}

// text adds to the innermost element. What stands on both sides of a comment
// is one text.
func (p *parser) text(t []byte, start int) error {
	n := len(p.open)
	if n == 0 {
		if blank(string(t)) {
			return nil
		}
		return p.fail(start, "there is text outside of the outermost element", nil)
	}
	if len(t) == 0 {
		return nil
	}
	e := p.open[n-1]
	if last := len(e.Nodes) - 1; last >= 0 && e.Nodes[last].Element == nil {
		e.Nodes[last].Text += string(t)
		return nil
	}
	if err := p.count(1, start); err != nil {
		return err
	}
	e.Nodes = append(e.Nodes, Node{Text: string(t)})
	return nil
}

func (p *parser) count(more, at int) error {
	if p.nodes += more; p.nodes > p.limits.Nodes {
		return p.fail(at, fmt.Sprintf("it holds more than %d elements, attributes and texts", p.limits.Nodes), ErrTooMany)
	}
	return nil
}

// dropSpace leaves out white space beside elements.
func (e *Element) dropSpace() {
	space, elements := false, false
	for i := range e.Nodes {
		elements = elements || e.Nodes[i].Element != nil
		space = space || e.Nodes[i].Element == nil && blank(e.Nodes[i].Text)
	}
	if !space || !elements {
		return
	}
	kept := e.Nodes[:0]
	for _, n := range e.Nodes {
		if n.Element != nil || !blank(n.Text) {
			kept = append(kept, n)
		}
	}
	e.Nodes = kept
}

// blank reports whether a text is nothing but XML's white space.
func blank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

func fullName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// complaint is what the decoder says, without its own line.
func complaint(err error) string {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Msg
	}
	return strings.TrimPrefix(err.Error(), "xml: ")
}

var (
	declared  = regexp.MustCompile(`^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']`)
	surrogate = regexp.MustCompile(`<!--(?s:.*?)-->|<!\[CDATA\[(?s:.*?)\]\]>|&#(?:x0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:5(?:29[6-9]|[3-9][0-9]{2})|6[0-9]{3}|7(?:[0-2][0-9]{2}|3[0-3][0-9]|34[0-3])));`)
)

// prepare makes the text UTF-8 and mends what the decoder would lose.
func (p *parser) prepare() error {
	if bytes.HasPrefix(p.data, []byte("\ufeff")) {
		p.data = p.data[len("\ufeff"):]
	}
	if m := declared.FindSubmatchIndex(p.data[:min(len(p.data), 200)]); m != nil {
		switch strings.ToLower(string(p.data[m[2]:m[3]])) {
		case "utf-8", "utf8", "us-ascii", "ascii":
		case "iso-8859-1", "latin1":
			var b bytes.Buffer
			for _, c := range p.data {
				b.WriteRune(rune(c))
			}
			p.data = b.Bytes()
		default:
			return p.fail(m[2], "the encoding "+strconv.Quote(string(p.data[m[2]:m[3]]))+" is not known", ErrEncoding)
		}
	}
	return p.joinSurrogates()
}

// joinSurrogates replaces two references to the halves of a character by one to
// the character: some writers make them of emoji. It has the same length, so
// that places in the text stay what they are. Half a character is an error.
func (p *parser) joinSurrogates() error {
	found := surrogate.FindAllIndex(p.data, -1)
	for i := 0; i < len(found); i++ {
		at := found[i]
		if p.data[at[0]] == '<' {
			continue // a comment, or text that holds no references
		}
		char := rune(utf8.RuneError)
		if i+1 < len(found) && found[i+1][0] == at[1] {
			char = utf16.DecodeRune(p.half(at), p.half(found[i+1]))
		}
		if char == utf8.RuneError {
			return p.fail(at[0], "a reference is to half a character", nil)
		}
		end := found[i+1][1]
		copy(p.data[at[0]:end], fmt.Sprintf("&#x%0*X;", end-at[0]-4, char))
		i++
	}
	return nil
}

// half is the number in a reference.
func (p *parser) half(at []int) rune {
	if p.data[at[0]] != '&' {
		return 0
	}
	digits, base := string(p.data[at[0]+2:at[1]-1]), 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return 0
	}
	return rune(n)
}
