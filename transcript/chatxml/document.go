package chatxml

import (
	"iter"
	"strings"
)

// A Document is a transcript as it was read, or as it is to be written. The
// zero Document is a transcript without events.
type Document struct {
	Root Element // an empty name stands for chatTranscript
}

// rootName is the name of every transcript's root.
const rootName = "chatTranscript"

// An Element is an XML element with all that it holds. Names have their
// prefix, as "x:note"; namespaces are not looked at.
type Element struct {
	Name  string
	Attrs []Attr // in order, no name twice
	Nodes []Node // in order; white space between elements is left out
}

// An Attr is an attribute with its value as it stands, line breaks included.
type Attr struct{ Name, Value string }

// A Node is an element, or a text where Element is nil.
type Node struct {
	Element *Element
	Text    string
}

// Attr is the value of an attribute, empty where it or the element is missing.
// White space around it is dropped: hand-wrapped storage puts line breaks there.
func (e *Element) Attr(name string) string {
	if e == nil {
		return ""
	}
	for i := range e.Attrs {
		if e.Attrs[i].Name == name {
			return strings.TrimSpace(e.Attrs[i].Value)
		}
	}
	return ""
}

// Set gives an attribute a value: behind the others, where it is new.
func (e *Element) Set(name, value string) {
	for i := range e.Attrs {
		if e.Attrs[i].Name == name {
			e.Attrs[i].Value = value
			return
		}
	}
	e.Attrs = append(e.Attrs, Attr{name, value})
}

// Elements are the elements directly in this one, in order. Stray text is
// passed over.
func (e *Element) Elements() iter.Seq[*Element] {
	return func(yield func(*Element) bool) {
		for i := range e.Nodes {
			if child := e.Nodes[i].Element; child != nil && !yield(child) {
				return
			}
		}
	}
}

// Child is the first element of that name directly in this one, nil if there
// is none or this one is nil.
func (e *Element) Child(name string) *Element {
	if e == nil {
		return nil
	}
	for child := range e.Elements() {
		if child.Name == name {
			return child
		}
	}
	return nil
}

// Text is the text directly in the element, as it stands; empty for nil.
func (e *Element) Text() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	for i := range e.Nodes {
		if e.Nodes[i].Element == nil {
			b.WriteString(e.Nodes[i].Text)
		}
	}
	return b.String()
}

// add puts an element behind what is there.
func (e *Element) add(child *Element) { e.Nodes = append(e.Nodes, Node{Element: child}) }

// leaf is an element that holds a text, or nothing.
func leaf(name, text string, attrs ...Attr) *Element {
	e := &Element{Name: name, Attrs: attrs}
	if text != "" {
		e.Nodes = []Node{{Text: text}}
	}
	return e
}
