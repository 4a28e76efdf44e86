package inspect

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An encoding is how the characters of a text are written.
type encoding uint8

const (
	bytewise encoding = iota // UTF-8, and whatever else has ASCII as it is
	utf16LE
	utf16BE
	utf32LE
	utf32BE
)

// encodingOf finds the encoding of a text by its byte order mark or, without
// one, by where its zero bytes are; bom is the mark's length.
func encodingOf(head []byte) (e encoding, bom int64) {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}):
		return utf32LE, 4
	case bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}):
		return utf32BE, 4
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return utf16LE, 2
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return utf16BE, 2
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return bytewise, 3
	}
	head = head[:min(len(head), 512)/4*4]
	var zeros [4]int
	for i, b := range head {
		if b == 0 {
			zeros[i%4]++
		}
	}
	most := func(n int) bool { return n > 0 && n*4 >= len(head)/4*3 } // of one place in four
	switch {
	case most(zeros[1]) && most(zeros[2]) && most(zeros[3]) && zeros[0] == 0:
		return utf32LE, 0
	case most(zeros[0]) && most(zeros[1]) && most(zeros[2]) && zeros[3] == 0:
		return utf32BE, 0
	case most(zeros[1]) && most(zeros[3]) && zeros[0]+zeros[2] == 0:
		return utf16LE, 0
	case most(zeros[0]) && most(zeros[2]) && zeros[1]+zeros[3] == 0:
		return utf16BE, 0
	}
	return bytewise, 0
}

// A decoder turns a text of a wide encoding into UTF-8.
type decoder struct {
	r    io.Reader
	e    encoding
	in   [4096]byte
	have int
	out  []byte
	err  error
}

// utf8Reader reads a text as UTF-8. Bytewise texts come as they are.
func utf8Reader(r io.Reader, e encoding) io.Reader {
	if e == bytewise {
		return r
	}
	return &decoder{r: r, e: e}
}

func (d *decoder) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

func (d *decoder) fill() {
	n, err := d.r.Read(d.in[d.have:])
	d.have, d.err = d.have+n, err
	in := d.in[:d.have]
	d.out = d.out[:0]
	for len(in) >= 2 {
		var r rune
		width := 2
		switch d.e {
		case utf16LE:
			r = rune(in[0]) | rune(in[1])<<8
		case utf16BE:
			r = rune(in[1]) | rune(in[0])<<8
		default:
			width = 4
			if len(in) < 4 {
				break
			}
			if d.e == utf32LE {
				r = rune(in[0]) | rune(in[1])<<8 | rune(in[2])<<16 | rune(in[3])<<24
			} else {
				r = rune(in[3]) | rune(in[2])<<8 | rune(in[1])<<16 | rune(in[0])<<24
			}
		}
		if len(in) < width {
			break
		}
		if width == 2 && utf16.IsSurrogate(r) {
			if len(in) < 4 && err == nil {
				break // its other half comes with the next bytes
			}
			if len(in) >= 4 {
				second := rune(in[2]) | rune(in[3])<<8
				if d.e == utf16BE {
					second = rune(in[3]) | rune(in[2])<<8
				}
				if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
					width = 4
				}
			}
		}
		d.out = utf8.AppendRune(d.out, r)
		in = in[width:]
	}
	d.have = copy(d.in[:], in)
}

// text looks into what is, or may be, text: whatever has no better type.
func (x *look) text(head []byte, ext string) {
	if bytes.HasPrefix(head, []byte{0x4c, 0x6f, 0xa7, 0x94}) { // <?xm in EBCDIC, which parsers of XML read
		x.Type = "text/xml"
		x.says(active)
		return
	}
	e, bom := encodingOf(head)
	if x.Type == octets && e == bytewise && !bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}) && !blankStart(head) {
		return // no text at all
	}
	start, _ := io.ReadAll(io.LimitReader(utf8Reader(x.section(bom, x.size-bom), e), 64<<10))
	if x.Type == octets && wordy(start) {
		x.Type = plain
	}
	root, atStart := firstElement(start)
	switch {
	case root == "svg":
		x.Type = "image/svg+xml"
	case isHTML(root, start) && x.Type != "application/xhtml+xml":
		x.Type = "text/html"
	case root != "" && x.Type == plain && (declared(start) || markupName(ext)):
		x.Type = "text/xml"
	case bytes.HasPrefix(lower(start), []byte("[internetshortcut]")), bytes.HasPrefix(lower(start), []byte("[desktop entry]")):
		x.says(script)
	case batch(lower(start)):
		x.says(script)
	case x.Type == plain && !oneOf(plain, belongs(ext)) && hidesMarkup(lower(start)):
		x.Type = "text/html"
	}
	x.says(dangerousType(x.Type))
	if t := x.Type; t == "image/svg+xml" || t == "text/xml" || strings.HasSuffix(t, "+xml") {
		switch {
		case !atStart && t == "image/svg+xml":
			x.says(active) // only a lenient reader would show it
			return
		case x.size > x.limits.Memory/8: // it may be one token
			x.says(tooComplex)
			return
		}
		x.says(markup(utf8Reader(x.section(bom, x.size-bom), e), t == "image/svg+xml"))
	}
}

// blankStart reports whether bytes begin with zeros or blanks, which lenient
// readers skip.
func blankStart(head []byte) bool {
	trimmed := bytes.TrimLeft(head, "\x00 \t\r\n\f\v")
	return len(trimmed) != 0 && len(trimmed) < len(head) && trimmed[0] == '<'
}

// wordy reports whether decoded characters are a text and not chance.
func wordy(b []byte) bool {
	b = bytes.TrimLeft(b, "\x00")
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && len(b) >= utf8.UTFMax || r < ' ' && !strings.ContainsRune("\t\r\n\f\x1b", r) {
			return false
		}
		b = b[n:]
	}
	return true
}

func lower(b []byte) []byte {
	return bytes.ToLower(bytes.TrimLeft(b[:min(len(b), 1024)], "\ufeff\x00 \t\r\n\f\v"))
}

// markupName reports whether a name has a text read as XML.
func markupName(ext string) bool {
	switch ext {
	case "xml", "xsd", "svg", "gpx", "kml":
		return true
	}
	return false
}

// declared reports whether a text says itself that it is XML.
func declared(b []byte) bool { return bytes.HasPrefix(lower(b), []byte("<?xml")) }

// batch reports whether a text in lower case begins as command files do.
func batch(b []byte) bool {
	return bytes.HasPrefix(b, []byte("@echo off")) || bytes.HasPrefix(b, []byte("#!/"))
}

// hidesMarkup reports whether a lenient reader would find HTML or SVG behind
// the garbage at the start of a text in lower case.
func hidesMarkup(b []byte) bool {
	for _, tag := range [...]string{"<html", "<script", "<svg", "<iframe", "<body", "<!doctype html", "<?php", "<hta:"} {
		if bytes.Contains(b, []byte(tag)) {
			return true
		}
	}
	return false
}

// isHTML reports whether readers take a text with this first element for HTML.
func isHTML(root string, start []byte) bool {
	return htmlElement(root) && (root == "html" || !declared(start))
}

// htmlElement reports whether a first element makes readers take a text for HTML.
func htmlElement(name string) bool {
	switch name {
	case "!doctype html", "html", "head", "body", "script", "iframe", "table", "div", "font", "style", "title", "img",
		"h1", "p", "br", "a", "b", "form", "input", "meta", "link", "base", "object", "embed", "video", "audio", "frameset",
		"marquee", "center", "span", "template", "hta:application", "math":
		return true
	}
	return false
}

// firstElement is the name, in lower case, of the first element of a text that
// begins with markup, past blanks, comments, declarations and processing
// instructions; "!doctype html" is taken for one. atStart is false if something
// stands before the markup that does not belong there.
func firstElement(b []byte) (name string, atStart bool) {
	atStart = true
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	for {
		trimmed := bytes.TrimLeft(b, " \t\r\n")
		b = bytes.TrimLeft(trimmed, "\x00 \t\r\n\f\v\ufeff")
		if len(b) != len(trimmed) {
			atStart = false
		}
		if len(b) < 2 || b[0] != '<' {
			return "", atStart
		}
		var end int
		switch {
		case bytes.HasPrefix(b, []byte("<!--")):
			if end = bytes.Index(b[4:], []byte("-->")); end >= 0 {
				end += 7
			}
		case b[1] == '?':
			if end = bytes.IndexByte(b, '>'); end >= 0 {
				end++
			}
		case b[1] == '!':
			if len(b) >= 14 && bytes.EqualFold(b[:14], []byte("<!doctype html")) {
				return "!doctype html", atStart
			}
			end = declarationEnd(b)
		default:
			rest := b[1:]
			n := bytes.IndexAny(rest, " \t\r\n\f/>")
			if n < 0 || n > 64 {
				return "", atStart
			}
			name = string(bytes.ToLower(rest[:n]))
			if i := strings.IndexByte(name, ':'); i >= 0 && name[i+1:] == "svg" {
				name = "svg"
			}
			return name, atStart
		}
		if end < 0 {
			return "", atStart
		}
		b = b[end:]
	}
}

// declarationEnd is the length of the declaration at the start of b with its
// internal subset, or -1.
func declarationEnd(b []byte) int {
	inside := false
	for i, c := range b {
		switch {
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case c == '>' && !inside:
			return i + 1
		}
	}
	return -1
}
