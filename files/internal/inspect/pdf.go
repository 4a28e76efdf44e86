package inspect

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"io"
)

// inflated is how many bytes of a PDF's packed objects are looked at.
const inflated = 64 << 20

// pdf looks for the start and the end of a PDF, and for what it would do when it
// is opened.
func (x *look) pdf() code {
	head := x.at(0, 1024+8)
	at := bytes.Index(head, []byte("%PDF-"))
	if at < 0 {
		return corrupt
	}
	if len(bytes.Trim(head[:at], "\x00\t\n\f\r \xef\xbb\xbf")) != 0 {
		return polyglot // its readers look for the start; everyone else sees another file
	}
	c := x.pdfObjects()
	if c == fine {
		tail := x.at(max(0, x.size-2048), 2048)
		end := bytes.LastIndex(tail, []byte("%%EOF"))
		if end < 0 || !bytes.Contains(tail, []byte("startxref")) {
			return truncated
		}
		if foreignInside(tail[end+5:]) {
			return polyglot
		}
	}
	return c
}

// pdfObjects goes through the names of a PDF. Those of objects that are packed
// together are unpacked for that.
func (x *look) pdfObjects() code {
	p := pdfNames{in: x.buffered(0)}
	budget := min(inflated, x.limits.Unpacked)
	for p.next(false) {
		if p.found != fine {
			return p.found
		}
		if !p.packed {
			continue
		}
		p.packed = false
		c, used := x.packedNames(p.at, budget)
		if c != fine {
			return c
		}
		budget -= used
	}
	if p.found != fine {
		return p.found
	}
	if p.encrypted && !x.limits.Opaque {
		return encrypted
	}
	return fine
}

// packedNames unpacks a stream of objects that starts at an offset, and goes
// through its names.
func (x *look) packedNames(at, budget int64) (c code, used int64) {
	if budget <= 0 {
		return tooComplex, 0
	}
	const least = 4 << 10 // what starting costs
	z, err := zlib.NewReader(bufio.NewReaderSize(x.section(at, x.size-at), least))
	if err != nil {
		return fine, least // encrypted, which is found elsewhere, or not an object's
	}
	limited := &io.LimitedReader{R: z, N: budget}
	p := pdfNames{in: bufio.NewReader(limited)}
	for p.next(true) && p.found == fine {
	}
	if limited.N <= 0 {
		return tooComplex, budget
	}
	return p.found, budget - limited.N + least
}

// pdfNames goes through a PDF name by name, in which any character may be
// written as # and two digits.
type pdfNames struct {
	in        *bufio.Reader
	at        int64
	name      [32]byte
	found     code
	encrypted bool
	packed    bool // what follows at at is the stream of packed objects
	objects   bool // the dictionary before says that it is one
	stream    bool // inside of a stream
}

// next goes on to the next thing to say; it is false at the end.
func (p *pdfNames) next(unpacked bool) bool {
	for {
		b, err := p.byte()
		if err != nil {
			return false
		}
		switch {
		case b == '/':
			n := p.readName()
			p.judge(string(p.name[:n]), unpacked)
			if p.found != fine {
				return true
			}
		case b == 's' && !p.stream && p.follows("tream"):
			b, err := p.byte()
			if err != nil {
				return false
			}
			if b == '\r' {
				if next, _ := p.in.Peek(1); len(next) == 1 && next[0] == '\n' {
					_, _ = p.byte()
				}
			} else if b != '\n' && b != ' ' {
				continue // a longer word
			}
			p.stream = true
			if p.objects {
				p.objects, p.packed = false, true
				return true
			}
		case b == 'e' && p.follows("ndstream"):
			p.stream = false
		case b == 'e' && !p.stream && p.follows("ndobj"):
			p.objects = false
		}
	}
}

func (p *pdfNames) byte() (byte, error) {
	b, err := p.in.ReadByte()
	if err == nil {
		p.at++
	}
	return b, err
}

// follows takes a word's rest if it comes next.
func (p *pdfNames) follows(rest string) bool {
	b, _ := p.in.Peek(len(rest))
	if string(b) != rest {
		return false
	}
	n, _ := p.in.Discard(len(rest))
	p.at += int64(n)
	return true
}

// readName reads a name up to its end; a longer one than any that matters is cut.
func (p *pdfNames) readName() (n int) {
	for {
		next, err := p.in.Peek(1)
		if err != nil || !regular(next[0]) {
			return n
		}
		b, _ := p.byte()
		if b == '#' {
			if hex, _ := p.in.Peek(2); len(hex) == 2 {
				if v, ok := unhex(hex[0], hex[1]); ok {
					_, _ = p.in.Discard(2)
					p.at += 2
					b = v
				}
			}
		}
		if n == len(p.name) {
			continue
		}
		p.name[n] = b
		n++
	}
}

// judge judges a name. Short ones mean nothing inside of a stream, where bytes
// look like them by chance.
func (p *pdfNames) judge(name string, unpacked bool) {
	switch name {
	case "JavaScript", "Launch", "RichMedia":
		p.found = active
	case "XFA":
		if !p.stream || unpacked {
			p.found = active
		}
	case "Encrypt":
		p.encrypted = p.encrypted || !p.stream && !unpacked
	case "ObjStm":
		p.objects = !unpacked
	}
}

// regular reports whether a byte belongs to a name.
func regular(b byte) bool {
	switch b {
	case 0, '\t', '\n', '\f', '\r', ' ', '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return false
	}
	return true
}

func unhex(a, b byte) (byte, bool) {
	digit := func(c byte) (byte, bool) {
		switch {
		case c >= '0' && c <= '9':
			return c - '0', true
		case c >= 'a' && c <= 'f':
			return c - 'a' + 10, true
		case c >= 'A' && c <= 'F':
			return c - 'A' + 10, true
		}
		return 0, false
	}
	h, ok := digit(a)
	l, ok2 := digit(b)
	return h<<4 | l, ok && ok2
}
