package web

import (
	"bytes"
	"strings"
)

// pathStart reads what follows a host: path, query and fragment.
func (p *parser) pathStart() {
	p.url.path = uint32(len(p.out))
	if p.slash() {
		p.in = p.in[1:]
		p.readPath()
	} else if p.special {
		p.readPath()
	} else {
		p.endPath()
	}
	p.tail()
}

// readPath reads segments up to the query, resolving "." and "..", and appends
// them to the path. Its first slash has been read.
func (p *parser) readPath() {
	stop := "/?#"
	if p.special {
		stop = "/?#\\"
	}
	for more := true; more; {
		end := strings.IndexAny(p.in, stop)
		if end < 0 {
			end = len(p.in)
		}
		segment := p.in[:end]
		p.in = p.in[end:]
		if more = p.slash(); more {
			p.in = p.in[1:]
		}
		dots := countDots(segment)
		if dots == 2 {
			p.shorten()
		}
		if dots == 0 {
			first := len(p.out) == int(p.url.path)
			p.out = append(p.out, '/')
			p.out = appendEncoded(p.out, segment, &pathSet)
			if p.file && first && isDrive(segment) {
				p.out[len(p.out)-1] = ':'
			}
		} else if !more {
			p.out = append(p.out, '/')
		}
	}
	p.endPath()
}

// countDots returns 1 for a segment that means this folder, 2 for one that means
// the folder above, and 0 for any other. A dot may be written as %2e.
func countDots(segment string) int {
	n := 0
	for segment != "" {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && segment[0] == '%' && segment[1] == '2' && segment[2]|0x20 == 'e':
			segment = segment[3:]
		default:
			return 0
		}
		if n++; n > 2 {
			return 0
		}
	}
	return n
}

// shorten takes the last segment off the path. The drive of a file stays.
func (p *parser) shorten() {
	path := p.out[p.url.path:]
	if p.file && len(path) == 3 && isDrive(string(path[1:])) && path[2] == ':' {
		return
	}
	if cut := bytes.LastIndexByte(path, '/'); cut >= 0 {
		p.out = p.out[:int(p.url.path)+cut]
	}
}

// endPath ends the path. One that begins with two slashes would read as a host
// where there is none, so it is marked.
func (p *parser) endPath() {
	if p.url.host == p.url.scheme+1 && bytes.HasPrefix(p.out[p.url.path:], []byte("//")) {
		p.out = append(p.out, "/."...)
		copy(p.out[p.url.path+2:], p.out[p.url.path:])
		copy(p.out[p.url.path:], "/.")
		p.url.path += 2
	}
	p.url.query = uint32(len(p.out))
}

// opaquePath reads a path that is one opaque text. A space at its end would be
// lost with the query or the fragment behind it, so that one is written as %20.
func (p *parser) opaquePath() {
	end := strings.IndexAny(p.in, "?#")
	if end < 0 {
		end = len(p.in)
	}
	path := p.in[:end]
	spaceAtEnd := end < len(p.in) && strings.HasSuffix(path, " ")
	if spaceAtEnd {
		path = path[:end-1]
	}
	p.out = appendEncoded(p.out, path, &controlSet)
	if spaceAtEnd {
		p.out = append(p.out, "%20"...)
	}
	p.in = p.in[end:]
	p.endPath()
}

// tail reads query and fragment, the end of every address.
func (p *parser) tail() {
	if strings.HasPrefix(p.in, "?") {
		end := strings.IndexByte(p.in, '#')
		if end < 0 {
			end = len(p.in)
		}
		s := &querySet
		if p.special {
			s = &specialQuerySet
		}
		p.out = append(p.out, '?')
		p.out = appendEncoded(p.out, p.in[1:end], s)
		p.in = p.in[end:]
	}
	p.url.fragment = uint32(len(p.out))
	if strings.HasPrefix(p.in, "#") {
		p.out = append(p.out, '#')
		p.out = appendEncoded(p.out, p.in[1:], &fragmentSet)
	}
}

// isDrive reports whether a segment is the letter of a Windows drive: C: or C|.
func isDrive(segment string) bool {
	return len(segment) == 2 && isAlpha(segment[0]) && (segment[1] == ':' || segment[1] == '|')
}

// startsWithDrive reports whether in begins with a segment that is a drive.
func startsWithDrive(in string) bool {
	return len(in) >= 2 && isDrive(in[:2]) && (len(in) == 2 || strings.IndexByte("/\\?#", in[2]) >= 0)
}
