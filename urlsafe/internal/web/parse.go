package web

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Why an address cannot be parsed.
var (
	// ErrNoScheme: it has no scheme and no base that would give it one.
	ErrNoScheme = errors.New("web: no scheme")
	// ErrHost: its host is missing, or is no domain, no IP address and no opaque
	// name.
	ErrHost = errors.New("web: bad host")
	// ErrPort: its port is not a decimal number up to 65535.
	ErrPort = errors.New("web: bad port")
	// ErrTooLong: it is longer than [MaxLength].
	ErrTooLong = errors.New("web: address too long")
)

// MaxLength is the most bytes that an address may have before it is parsed. The
// standard knows no limit; this one keeps the offsets in 32 bits and is far
// beyond what any browser opens.
const MaxLength = 1 << 26

// Parse parses an absolute address. It answers as a browser does: it accepts and
// repairs what a browser accepts and repairs, and its error is one of [ErrHost],
// [ErrPort], [ErrNoScheme] and [ErrTooLong] where a browser would refuse. Bytes
// that are not UTF-8 are read as U+FFFD. It takes time linear in the length of
// raw.
func Parse(raw string) (URL, error) { return ParseRef(raw, nil) }

// ParseRef parses an address that may be relative to base, as [Parse] does with a
// nil base or the zero URL.
func ParseRef(raw string, base *URL) (u URL, err error) {
	if base != nil && base.href == "" {
		base = nil
	}
	if base == nil && u.canonical(raw) {
		return u, nil
	}
	return parse(raw, base)
}

func parse(raw string, base *URL) (URL, error) {
	if len(raw) > MaxLength || base != nil && len(base.href) > 3*MaxLength {
		return URL{}, ErrTooLong
	}
	p := parser{in: clean(raw), base: base, out: make([]byte, 0, len(raw)+8)}
	if err := p.parse(); err != nil {
		return URL{}, err
	}
	p.url.href = string(p.out)
	return p.url, nil
}

// clean returns raw in UTF-8, without the spaces and control characters around it
// and without the tabs and newlines in it.
func clean(raw string) string {
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(raw, "\t\n\r") {
		kept := make([]byte, 0, len(raw))
		for i := 0; i < len(raw); i++ {
			if b := raw[i]; b != '\t' && b != '\n' && b != '\r' {
				kept = append(kept, b)
			}
		}
		raw = string(kept)
	}
	if !utf8.ValidString(raw) {
		raw = string([]rune(raw))
	}
	return raw
}

// A parser writes the address that it reads from in into out and notes in url
// where its parts begin.
type parser struct {
	in      string // what is still to be read
	base    *URL
	out     []byte
	url     URL
	special bool // a scheme of the web: it has a host, and \ is as good as /
	file    bool
}

func (p *parser) parse() error {
	n := schemeLength(p.in)
	if n < 0 {
		return p.noScheme()
	}
	for i := 0; i < n; i++ {
		b := p.in[i]
		if 'A' <= b && b <= 'Z' {
			b |= 0x20
		}
		p.out = append(p.out, b)
	}
	p.in = p.in[n+1:]
	p.setScheme()
	switch {
	case p.file:
		return p.fileState()
	case p.special:
		if p.base != nil && p.base.Scheme() == string(p.out[:n]) && !strings.HasPrefix(p.in, "//") {
			return p.relative()
		}
		p.skipSlashes()
		return p.authority()
	case strings.HasPrefix(p.in, "//"):
		p.in = p.in[2:]
		return p.authority()
	case strings.HasPrefix(p.in, "/"):
		p.in = p.in[1:]
		p.noHost()
		p.readPath()
	default:
		p.noHost()
		p.opaquePath()
	}
	p.tail()
	return nil
}

// schemeLength returns the index of the colon that ends the scheme of in, or -1.
func schemeLength(in string) int {
	for i := 0; i < len(in); i++ {
		switch b := in[i]; {
		case isAlpha(b):
		case i > 0 && (isDigit(b) || b == '+' || b == '-' || b == '.'):
		case i > 0 && b == ':':
			return i
		default:
			return -1
		}
	}
	return -1
}

// setScheme ends the scheme, which is all that out holds.
func (p *parser) setScheme() {
	p.url.scheme = uint32(len(p.out))
	switch string(p.out) {
	case "file":
		p.special, p.file = true, true
	case "http", "https", "ws", "wss", "ftp":
		p.special = true
	}
	p.out = append(p.out, ':')
}

// defaultPort reports whether port is that of the scheme and goes without saying.
func defaultPort(scheme, port string) bool {
	switch scheme {
	case "http", "ws":
		return port == "80"
	case "https", "wss":
		return port == "443"
	case "ftp":
		return port == "21"
	}
	return false
}

// noScheme reads an address that is relative to the base.
func (p *parser) noScheme() error {
	b := p.base
	if b == nil || b.Opaque() && !strings.HasPrefix(p.in, "#") {
		return ErrNoScheme
	}
	p.out = append(p.out, b.Scheme()...)
	p.setScheme()
	if p.file {
		return p.fileState()
	}
	return p.relative()
}

// slash reports whether the next character separates segments of a path.
func (p *parser) slash() bool {
	return p.in != "" && (p.in[0] == '/' || p.special && p.in[0] == '\\')
}

func (p *parser) skipSlashes() {
	for p.slash() {
		p.in = p.in[1:]
	}
}

// relative reads what follows the scheme of the base.
func (p *parser) relative() error {
	if !p.slash() {
		p.relativePath()
		return nil
	}
	p.in = p.in[1:]
	if p.slash() {
		p.in = p.in[1:]
		if p.special {
			p.skipSlashes()
		}
		return p.authority()
	}
	p.baseHost()
	p.readPath()
	p.tail()
	return nil
}

// relativePath reads a path that goes on from that of the base, or only a query,
// only a fragment, or nothing.
func (p *parser) relativePath() {
	p.baseHost()
	p.out = append(p.out, p.base.Path()...)
	switch {
	case p.in == "", p.in[0] == '#':
		p.endPath()
		p.out = append(p.out, p.base.href[p.base.query:p.base.fragment]...)
	case p.in[0] == '?':
		p.endPath()
	case p.file && startsWithDrive(p.in):
		p.out = p.out[:p.url.path]
		p.readPath()
	default:
		p.shorten()
		p.readPath()
	}
	p.tail()
}

// baseHost begins the address with the base's up to its path. The mark that keeps
// a path apart from a missing host, as in "x:/.//y", is left out: endPath sets it
// anew.
func (p *parser) baseHost() {
	b := p.base
	if !b.HasHost() {
		p.noHost()
		return
	}
	p.out = append(p.out[:0], b.href[:b.path]...)
	p.url = *b
}

// noHost begins the path right after the scheme.
func (p *parser) noHost() {
	n := p.url.scheme + 1
	p.url.user, p.url.host, p.url.hostEnd, p.url.path = n, n, n, n
}

// authority reads user name, password, host and port, and then the rest.
func (p *parser) authority() error {
	stop := "/?#"
	if p.special {
		stop = "/?#\\"
	}
	end := strings.IndexAny(p.in, stop)
	if end < 0 {
		end = len(p.in)
	}
	server := p.in[:end]
	p.in = p.in[end:]

	p.out = append(p.out, "//"...)
	p.url.user = uint32(len(p.out))
	if at := strings.LastIndexByte(server, '@'); at >= 0 {
		user, password, _ := strings.Cut(server[:at], ":")
		server = server[at+1:]
		p.out = appendEncoded(p.out, user, &userSet)
		p.url.user = uint32(len(p.out))
		if password != "" {
			p.out = append(p.out, ':')
			p.out = appendEncoded(p.out, password, &userSet)
		}
		if user != "" || password != "" {
			p.out = append(p.out, '@')
		}
		if server == "" {
			return ErrHost
		}
	}

	host, port, hasPort := cutPort(server)
	if host == "" && (p.special || hasPort) {
		return ErrHost
	}
	p.url.host = uint32(len(p.out))
	var err error
	if p.out, err = appendHost(p.out, host, p.special); err != nil {
		return err
	}
	p.url.hostEnd = uint32(len(p.out))
	if err := p.port(port); err != nil {
		return err
	}
	p.pathStart()
	return nil
}

// cutPort cuts a server at the first colon that is not inside of brackets.
func cutPort(server string) (host, port string, found bool) {
	inside := false
	for i := 0; i < len(server); i++ {
		switch server[i] {
		case '[':
			inside = true
		case ']':
			inside = false
		case ':':
			if !inside {
				return server[:i], server[i+1:], true
			}
		}
	}
	return server, "", false
}

func (p *parser) port(port string) error {
	n := 0
	for i := 0; i < len(port); i++ {
		if !isDigit(port[i]) {
			return ErrPort
		}
		if n = n*10 + int(port[i]-'0'); n > 0xFFFF {
			return ErrPort
		}
	}
	if port == "" {
		return nil
	}
	port = strconv.Itoa(n)
	if !defaultPort(string(p.out[:p.url.scheme]), port) {
		p.out = append(p.out, ':')
		p.out = append(p.out, port...)
	}
	return nil
}

// fileState reads what follows "file:".
func (p *parser) fileState() error {
	fromBase := p.base != nil && p.base.Scheme() == "file"
	switch {
	case !p.slash():
		if fromBase {
			p.relativePath()
			return nil
		}
		p.emptyHost()
	default:
		p.in = p.in[1:]
		if p.slash() {
			p.in = p.in[1:]
			return p.fileHost()
		}
		if !fromBase {
			p.emptyHost()
			break
		}
		p.baseHost()
		if path := p.base.Path(); !startsWithDrive(p.in) && startsWithDrive(strings.TrimPrefix(path, "/")) {
			p.out = append(p.out, path[:3]...)
		}
	}
	p.readPath()
	p.tail()
	return nil
}

// emptyHost writes a host that is there but empty, as files have.
func (p *parser) emptyHost() {
	p.out = append(p.out, "//"...)
	n := uint32(len(p.out))
	p.url.user, p.url.host, p.url.hostEnd, p.url.path = n, n, n, n
}

// fileHost reads what follows "file://". A drive letter there is no host.
func (p *parser) fileHost() error {
	end := strings.IndexAny(p.in, "/\\?#")
	if end < 0 {
		end = len(p.in)
	}
	host := p.in[:end]
	p.emptyHost()
	if isDrive(host) {
		p.readPath()
		p.tail()
		return nil
	}
	p.in = p.in[end:]
	if host != "" {
		var err error
		if p.out, err = appendHost(p.out, host, true); err != nil {
			return err
		}
		if string(p.out[p.url.host:]) == "localhost" {
			p.out = p.out[:p.url.host]
		}
		p.url.hostEnd = uint32(len(p.out))
	}
	p.pathStart()
	return nil
}
