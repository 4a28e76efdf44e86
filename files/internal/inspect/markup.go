package inspect

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// markup reads XML to its end and reports whether it is more than data: whether
// it defines entities, names a stylesheet, or holds elements or attributes that a
// browser acts on. Of SVG it lets through only what draws; anything else in it
// that loads or runs, and anything that is not well formed, is active.
func markup(r io.Reader, svg bool) code {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		switch l := strings.ToLower(label); {
		case l == "utf-16" || l == "utf-16le" || l == "utf-16be" || l == "utf-32" || l == "us-ascii" || l == "ascii",
			strings.HasPrefix(l, "iso-8859-"), strings.HasPrefix(l, "windows-125"):
			return in, nil // already decoded, or at least ASCII as it is
		}
		return nil, errCharset
	}
	d.Strict = true
	depth, elements := 0, 0
	for {
		t, err := d.RawToken()
		if err != nil {
			return markupEnd(err, svg, depth, elements)
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			elements++
			if depth > 1000 {
				return tooComplex
			}
			if activeElement(&t, svg) {
				return active
			}
		case xml.EndElement:
			if depth--; depth < 0 {
				return active
			}
		case xml.CharData:
			if svg && loads(strings.ToLower(visible(string(t)))) {
				return active // a style sheet's text
			}
		case xml.Directive:
			if s := strings.ToLower(string(t)); strings.Contains(s, "[") || strings.Contains(s, "entity") {
				return active
			}
		case xml.ProcInst:
			if t.Target != "xml" && (svg || t.Target == "xml-stylesheet") {
				return active
			}
		}
	}
}

// errCharset stops at an encoding in which something could be hidden.
var errCharset = errors.New("inspect: unusual character encoding")

func markupEnd(err error, svg bool, depth, elements int) code {
	var syntax *xml.SyntaxError
	switch {
	case err == io.EOF && depth == 0 && elements > 0:
		return fine
	case err == io.EOF:
		return truncated
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
		return truncated
	case svg || strings.Contains(err.Error(), errCharset.Error()):
		return active
	}
	return corrupt
}

// activeElement reports whether a browser does more with an element than show it.
func activeElement(t *xml.StartElement, svg bool) bool {
	name := strings.ToLower(t.Name.Local)
	if svg {
		switch name {
		case "script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "applet", "audio", "video",
			"animate", "set", "animatetransform", "animatemotion", "animatecolor":
			return true
		}
	}
	for _, a := range t.Attr {
		key, value := strings.ToLower(a.Name.Local), strings.ToLower(visible(a.Value))
		switch {
		case strings.Contains(value, "http://www.w3.org/1999/xhtml"), !svg && value == "http://www.w3.org/2000/svg",
			!svg && strings.Contains(value, "/xsl/transform"):
			return true
		case strings.Contains(value, "javascript:"), strings.Contains(value, "vbscript:"):
			return true
		case !svg:
		case strings.HasPrefix(key, "on"):
			return true
		case key == "href" || key == "src":
			if name != "a" && !strings.HasPrefix(value, "#") && !pictureData(value) {
				return true
			}
			if name == "a" && strings.HasPrefix(value, "data:") {
				return true
			}
		case loads(value):
			return true
		}
	}
	return false
}

// loads reports whether a style, without its blanks and quotes, refers to
// something outside.
func loads(style string) bool {
	return strings.Contains(strings.ReplaceAll(style, "url(#", ""), "url(") || strings.Contains(style, "@import")
}

// pictureData reports whether a reference is a picture that it holds itself.
func pictureData(value string) bool {
	for _, t := range [...]string{"png", "jpeg", "jpg", "gif", "webp"} {
		if strings.HasPrefix(value, "data:image/"+t+";") {
			return true
		}
	}
	return false
}

// visible drops what browsers skip in a reference.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == '"' || r == '\'' {
			return -1
		}
		return r
	}, s)
}
