package scan

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// colon handles the colon at i: an address with a scheme ends or starts there.
func (f *finder) colon(i int) int {
	s := f.s
	if strings.HasPrefix(s[i+1:], "//") {
		if end := f.plain(i); end > 0 {
			return end
		}
		return f.authority(i)
	}
	if i == 0 || !isAlpha(s[i-1]) || f.byteAt(i+1) <= ' ' {
		return i + 1
	}
	start := f.scheme(i, true)
	if start < 0 {
		return i + 1
	}
	switch name := s[start:i]; {
	case strings.EqualFold(name, "mailto"):
		return f.mailto(start, i+1)
	case strings.EqualFold(name, "tel"):
		return f.tel(start, i+1)
	}
	end := f.path(i+1, start)
	if end == i+1 {
		return end
	}
	return f.emit(start, end, URL)
}

// scheme gives the start of a wanted scheme that ends at the colon at i, or -1.
func (f *finder) scheme(i int, opaque bool) int {
	s := f.s
	j := i
	for j > f.floor && i-j <= maxScheme && schemes.has(s[j-1]) {
		j--
	}
	for k := j; k < i; k++ {
		if !isAlpha(s[k]) || k > j && isAlnum(s[k-1]) {
			continue
		}
		if k == j && !f.opens(k) {
			continue
		}
		if opaque && f.wantsOpaque(s[k:i]) || !opaque && f.wants(s[k:i]) {
			return k
		}
	}
	return -1
}

// opens reports whether an address with a scheme may start at i. After an at
// sign it may if that one ends a word, and is no mention.
func (f *finder) opens(i int) bool {
	r := f.before(i)
	if r == '@' {
		return isWord(f.before(i - 1))
	}
	return !isWord(r) && !isSigil(r)
}

// authority handles the colon at i of a "://".
func (f *finder) authority(i int) int {
	s := f.s
	start := f.scheme(i, false)
	at := i + 3
	if start >= 0 && f.byteAt(at) == '/' && strings.EqualFold(s[start:i], "file") {
		if end := f.tail(at, start); end > at+1 {
			return f.emit(start, end, URL)
		}
	}
	var end int
	ok := true
	short := false
	if p := f.userEnd(at); f.byteAt(p) == '[' {
		end = f.ipv6(p)
		ok = end > p
	} else {
		h := f.host(p, behindScheme)
		if !h.ok && p > at && h.end == p {
			h = f.host(at, behindScheme) // the at sign belonged to the text
		}
		end = h.next
		if ok = h.ok && f.plausible(h); ok {
			end = h.end
			short = strings.EqualFold(s[h.start:h.end], "t.co")
		}
	}
	if ok {
		end = f.port(end)
	}
	if short {
		end = f.shortTail(end, start)
	} else {
		end = f.tail(end, start)
	}
	if start < 0 || !ok {
		f.floor = max(end, at)
		return f.floor
	}
	return f.emit(start, end, URL)
}

// plausible reports whether a host after a scheme can be one. Its last label
// need not be a known one, but a single letter never is, and a number only in an
// IPv4 address of whatever notation, perhaps percent-encoded.
func (f *finder) plausible(h host) bool {
	if h.labels > 1 && h.end-h.last == 1 && isAlpha(f.s[h.last]) {
		return false
	}
	if !f.numeric(h) {
		return true
	}
	for i := h.start; i < h.end; i++ {
		if c := f.s[i]; c != '.' && c != '%' && c|0x20 != 'x' && !isDigit(c) && c|0x20-'a' > 5 {
			return false
		}
	}
	return h.labels <= 4
}

// userEnd gives the start of the host in the authority at i: i, or behind the
// user name, which ends at the last at sign before the path.
func (f *finder) userEnd(i int) int {
	s := f.s
	host := i
	for i < len(s) {
		switch c := s[i]; {
		case c == '@':
			i++
			host = i
		case c <= ' ' || c == 0x7F:
			return host
		case c < utf8.RuneSelf:
			switch c {
			case '/', '?', '#', '\\', '<', '>', '"', '`':
				return host
			}
			i++
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || endsTail(r) && !isSlash(r) && r != '…' {
				return host
			}
			i += size
		}
	}
	return host
}

// mailto handles an address with that scheme, which starts at start, from at on.
// The domain may be a single label, as the scheme says what is meant.
func (f *finder) mailto(start, at int) int {
	i := at
	for i < len(f.s) && (locals.has(f.s[i]) || f.s[i] == ',') {
		i++
	}
	if i == at || f.byteAt(i) != '@' {
		f.floor = i
		return i
	}
	h := f.host(i+1, behindAt)
	if !h.ok || h.dashed {
		f.floor = h.next
		return h.next
	}
	end := h.end
	if f.byteAt(end) == '?' {
		end = f.tail(end, start)
	}
	return f.emit(start, end, URL)
}

// tel handles a number with that scheme. A word "Tel:" before a number with
// spaces is no scheme, but the number may be found.
func (f *finder) tel(start, at int) int {
	s := f.s
	i, end, digits := at, at, 0
	if f.byteAt(i) == '+' {
		i++
	}
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			digits++
			end = i + 1
			continue
		case c == '-' || c == '.' || c == '(' || c == ')' || c == '*':
			continue
		}
		break
	}
	if rest := s[end:]; len(rest) > 5 && strings.EqualFold(rest[:5], ";ext=") && isDigit(rest[5]) {
		end += 5
		for end < len(s) && isDigit(s[end]) {
			end++
		}
	}
	next := f.byteAt(end)
	if digits < 3 || isAlpha(next) || next == '_' || next == '@' ||
		(next == ' ' || next == '/') && isDigit(f.byteAt(end+1)) {
		return at
	}
	return f.emit(start, end, URL)
}

// tail gives the end of the path, query and fragment at i of the address that
// starts at start, or i.
func (f *finder) tail(i, start int) int {
	switch f.byteAt(i) {
	case '/', '?', '#':
		return f.path(i, start)
	}
	return i
}

// window is how far back a bracket that nothing closes is looked for. It bounds
// what is read twice.
const window = 128

// path reads what may stand in a path, query or fragment.
func (f *finder) path(i, start int) int {
	s := f.s
	var quote byte // the mark before the address: its twin ends it
	if start > 0 {
		switch c := s[start-1]; c {
		case '"', '\'', '|', '*', '~':
			quote = c
		}
	}
	first := i
	end := i // behind the last byte that an address may end with
	var open [8]struct {
		at     int
		closer byte
	}
	depth, deeper := 0, 0
	single, double := false, false
loop:
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			if c == quote && c != 0 {
				break
			}
			switch c {
			case '.', ',', ';', ':', '!', '?', '*', '_', '~', '|', '\\', '^':
			case '(', '[', '{':
				if depth == len(open) {
					deeper++
					break
				}
				open[depth].at = i
				open[depth].closer = c + 1 + c>>6
				depth++
			case ')', ']', '}':
				switch {
				case deeper > 0:
					deeper--
				case depth > 0 && open[depth-1].closer == c:
					depth--
					end = i + 1
				case c != ')' || !f.goesOn(i+1):
					break loop
				}
			case '\'':
				if single && !isAlnum(f.byteAt(i+1)) {
					end = i + 1
					single = false
				} else if isAlnum(f.byteAt(i + 1)) {
					single = true
				} else {
					break loop
				}
			case '"':
				if !double && !f.closes(i+1) {
					break loop
				}
				if double {
					end = i + 1
				}
				double = !double
			case '<', '>', '`', 0x7F:
				break loop
			default:
				if c <= ' ' {
					break loop
				}
				end = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case isGlue(r) && i > first && isAlnum(s[i-1]):
			break loop
		case r == '’' && i+size < len(s) && isAlnum(s[i+size]), isIgnorable(r):
		case r == utf8.RuneError && size == 1 || endsTail(r):
			break loop
		case unicode.IsPunct(r):
		default:
			end = i + size
		}
		i += size
	}
	if depth > 0 && end > open[0].at && end-open[0].at <= window {
		end = open[0].at
		for end > first && softs.has(s[end-1]) {
			end--
		}
	}
	return f.trimReference(first, end)
}

// goesOn reports whether an address clearly goes on at i, behind a bracket that
// closes nothing.
func (f *finder) goesOn(i int) bool {
	c := f.byteAt(i)
	return isAlnum(c) || c != 0 && strings.IndexByte("/+&=%#_-", c) >= 0
}

// closes reports whether a double quotation mark follows in the same word.
func (f *finder) closes(i int) bool {
	for ; i < len(f.s); i++ {
		switch c := f.s[i]; {
		case c == '"':
			return true
		case c <= ' ', c == '<', c == '>', c == '`':
			return false
		}
	}
	return false
}

// trimReference cuts off what reads as an HTML character reference, as GitHub
// Flavored Markdown does: "&amp;" at the end belongs to the text.
func (f *finder) trimReference(first, end int) int {
	if f.byteAt(end) != ';' {
		return end
	}
	for i := end - 1; i > first && i > end-34; i-- {
		if f.s[i] == '&' && i < end-1 {
			for i > first && softs.has(f.s[i-1]) {
				i--
			}
			return i
		}
		if !isAlnum(f.s[i]) {
			break
		}
	}
	return end
}

// endsTail reports whether r, which is not ASCII, ends an address: white space,
// controls, characters that change direction, brackets and quotation marks,
// dashes between sentences, the punctuation of CJK, and look-alikes of a slash.
func endsTail(r rune) bool {
	switch {
	case r >= 0x3001 && r < 0x3040:
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) // 々 and 〇 are no punctuation
	case r >= 0xFF00 && r < 0xFFF0:
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	case r == unicode.ReplacementChar || r == '—' || r == '―' || r == '…' || r == '‚' || r == '„' || isSlash(r):
		return true
	}
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.Is(unicode.Z, r) ||
		unicode.In(r, unicode.Pi, unicode.Pf, unicode.Ps, unicode.Pe)
}

// shortTail is tail for the links of t.co, whose paths are letters and digits
// only: what touches one belongs to the text.
func (f *finder) shortTail(i, start int) int {
	if f.byteAt(i) != '/' || !isAlnum(f.byteAt(i+1)) {
		return f.tail(i, start)
	}
	for i++; i < len(f.s) && isAlnum(f.s[i]); {
		i++
	}
	if f.byteAt(i) == '?' {
		return f.tail(i, start)
	}
	return i
}
