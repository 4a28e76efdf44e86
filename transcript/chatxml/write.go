package chatxml

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// prolog begins every document.
const prolog = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// WriteTo writes the document as UTF-8, an event a line. What [Parse] reads from
// it is equal to the document, if that came from Parse. Characters that XML does
// not have become U+FFFD. An error that is [ErrName], [ErrTooDeep] or [ErrRoot]
// says that the document was made by hand and cannot be written; else it is the
// writer's.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	b, err := d.Bytes()
	if err != nil {
		return 0, err
	}
	n, err := w.Write(b)
	return int64(n), err
}

// Bytes is what [Document.WriteTo] writes.
func (d *Document) Bytes() ([]byte, error) {
	root := d.Root
	if root.Name == "" {
		root.Name = rootName
	}
	if root.Name != rootName {
		return nil, fmt.Errorf("chatxml: <%s>: %w", root.Name, ErrRoot)
	}
	w := writer{out: []byte(prolog)}
	w.element(&root, 1)
	if w.err != nil {
		return nil, w.err
	}
	return append(w.out, '\n'), nil
}

// A writer collects XML.
type writer struct {
	out []byte
	err error // the first thing that cannot be written
}

func (w *writer) node(n *Node, depth int) {
	if n.Element != nil {
		w.element(n.Element, depth)
		return
	}
	w.escape(n.Text, false)
}

func (w *writer) element(e *Element, depth int) {
	if depth > maxDepth && w.err == nil {
		w.err = fmt.Errorf("chatxml: <%s>: %w", e.Name, ErrTooDeep)
	}
	if w.name(e.Name); w.err != nil {
		return
	}
	w.out = append(append(w.out, '<'), e.Name...)
	for i := range e.Attrs {
		a := &e.Attrs[i]
		w.name(a.Name)
		w.out = append(append(append(w.out, ' '), a.Name...), `="`...)
		w.escape(a.Value, true)
		w.out = append(w.out, '"')
	}
	if len(e.Nodes) == 0 {
		w.out = append(w.out, "/>"...)
		return
	}
	w.out = append(w.out, '>')
	// Line breaks beside stray text would become part of it.
	lines := depth == 1
	for i := range e.Nodes {
		lines = lines && e.Nodes[i].Element != nil
	}
	for i := range e.Nodes {
		if lines {
			w.out = append(w.out, '\n')
		}
		w.node(&e.Nodes[i], depth+1)
	}
	if lines {
		w.out = append(w.out, '\n')
	}
	w.out = append(append(append(w.out, "</"...), e.Name...), '>')
}

// name checks a name.
func (w *writer) name(s string) {
	if w.err == nil && !validName(s) {
		w.err = fmt.Errorf("chatxml: %q: %w", s, ErrName)
	}
}

// validName reports whether a name is one that can be read again.
func validName(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			// The decoder knows which letters there are.
			if strings.ContainsAny(s, " \t\r\n<>/=\"'&") {
				return false
			}
			t, err := xml.NewDecoder(strings.NewReader("<" + s + ">")).RawToken()
			start, ok := t.(xml.StartElement)
			return err == nil && ok && fullName(start.Name) == s && len(start.Attr) == 0
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':':
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return s != "" && strings.Count(s, ":") <= 1
}

// escape writes a text, or the value of an attribute, so that it is read as it is.
func (w *writer) escape(s string, attr bool) {
	for _, r := range s {
		switch {
		case r == '&':
			w.out = append(w.out, "&amp;"...)
		case r == '<':
			w.out = append(w.out, "&lt;"...)
		case r == '>':
			w.out = append(w.out, "&gt;"...)
		case r == '"' && attr:
			w.out = append(w.out, "&quot;"...)
		case r == '\r', attr && (r == '\n' || r == '\t'):
			w.out = fmt.Appendf(w.out, "&#x%X;", r)
		case r == '\t' || r == '\n' || r >= ' ' && r != 0xfffe && r != 0xffff:
			w.out = utf8.AppendRune(w.out, r)
		default:
			w.out = utf8.AppendRune(w.out, utf8.RuneError)
		}
	}
}
