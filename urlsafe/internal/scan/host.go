package scan

import "unicode/utf8"

// A host is what stands where a host is expected.
type host struct {
	start, end int  // of the host
	last       int  // start of its last label
	labels     int  // how many it has
	next       int  // from where to go on: end, or the end of what was refused
	dashed     bool // a hyphen that follows was left out
	ok         bool // every label is one
}

// A place says what stands before a host.
type place uint8

const (
	behindScheme place = iota // what is percent-encoded there is decoded by browsers
	behindAt
	bare // nothing, so that text of a script without spaces may touch its start; it is left out
)

// What a label is made of so far.
const (
	empty = iota
	word  // letters and digits of scripts that use spaces
	glue  // letters of scripts that do not, and symbols
	mixed // word, then glue
)

// host reads the host at i.
func (f *finder) host(i int, at place) host {
	s := f.s
	h := host{start: i, last: i, labels: 1, ok: true}
	made := empty
	var under, underBefore bool // an underscore in this label, in the one before
	for i < len(s) {
		c := s[i]
		switch {
		case isAlnum(c):
			if at == bare && made >= glue && h.labels == 1 {
				h.start, h.last, under = i, i, false
			} else if at == bare && made >= glue {
				if n := leadingTLD(s[h.last:i]); n > 0 {
					return f.cut(h, h.last+n)
				}
				h.ok = false
			}
			made = word
			i++
		case c == '-':
			if i == h.last {
				h.ok = false
			}
			i++
		case c == '_':
			under = true
			i++
		case c == '.':
			if f.byteAt(i+1) == '.' && i > h.last && f.labelAt(i+2) {
				h.ok = false // an empty label, but three dots end a sentence
			}
			if i == h.last || !isAlnum(f.byteAt(i+1)) && !f.labelAt(i+1) && (at != behindScheme || !f.encoded(i+1)) {
				goto end
			}
			if s[i-1] == '-' || i-h.last > 4*63 || made == mixed && at == bare {
				h.ok = false
			}
			i++
			h.last = i
			h.labels++
			underBefore, under = under, false
			made = empty
		case c == '%' && at == behindScheme && f.encoded(i):
			made = word
			i += len("%65")
		case c < utf8.RuneSelf:
			goto end
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !isHost(r) || r == utf8.RuneError && size == 1 {
				goto end
			}
			switch {
			case !isGlue(r):
				if at == bare && made >= glue && h.labels == 1 {
					h.start, h.last, under = i, i, false
				}
				made = word
			case made == empty:
				made = glue
			case made == word:
				if h.labels > 1 && isTLD(s[h.last:i]) {
					return f.cut(h, i)
				}
				made = mixed
			}
			i += size
		}
	}
end:
	h.next = i
	if made == glue && h.labels > 1 && !isTLD(s[h.last:i]) {
		if n := leadingTLD(s[h.last:i]); n > 0 {
			return f.cut(h, h.last+n)
		}
	}
	for i > h.last && s[i-1] == '-' {
		i--
		h.dashed = true
	}
	h.end = i
	if i == h.last || under || underBefore || i-h.last > 4*63 || made == mixed && at == bare {
		h.ok = false
	}
	return h
}

// cut ends a host where text of a script without spaces touches it.
func (f *finder) cut(h host, end int) host {
	h.end, h.next = end, end
	return h
}

// encoded reports whether a character of a host stands at i percent-encoded. What
// can be in no host ends one, encoded or not.
func (f *finder) encoded(i int) bool {
	if f.byteAt(i) != '%' || !isHex(f.byteAt(i+1)) || !isHex(f.byteAt(i+2)) {
		return false
	}
	c := unhex(f.s[i+1])<<4 | unhex(f.s[i+2])
	return c >= utf8.RuneSelf || plains[c]&name != 0 || isAlpha(c) || c == '_'
}

// labelAt reports whether a label, good or bad, starts at i. One that is only
// hyphens is none.
func (f *finder) labelAt(i int) bool {
	for i < len(f.s) && f.s[i] == '-' {
		i++
	}
	if i == len(f.s) {
		return false
	}
	c := f.s[i]
	if c < utf8.RuneSelf {
		return isAlnum(c) || c == '_'
	}
	r, size := utf8.DecodeRuneInString(f.s[i:])
	return size > 1 && isHost(r)
}

// numeric reports whether the last label is a number, as in an IPv4 address.
func (f *finder) numeric(h host) bool {
	last := f.s[h.last:h.end]
	if len(last) > 1 && last[0] == '0' && last[1]|0x20 == 'x' {
		last = last[2:]
		for i := range len(last) {
			if !isDigit(last[i]) && last[i]|0x20-'a' > 5 {
				return false
			}
		}
		return true
	}
	for i := range len(last) {
		if !isDigit(last[i]) {
			return false
		}
	}
	return true
}

// isIPv4 reports whether t is an IPv4 address in its usual notation.
func isIPv4(t string) bool {
	parts, value, digits := 1, 0, 0
	for i := range len(t) {
		switch c := t[i]; {
		case c == '.' && digits > 0:
			parts++
			value, digits = 0, 0
		case isDigit(c) && (digits == 0 || value > 0) && digits < 3:
			value = 10*value + int(c-'0')
			digits++
			if value > 255 {
				return false
			}
		default:
			return false
		}
	}
	return parts == 4 && digits > 0
}

// ipv6 gives the end of the IPv6 address in brackets at i, or i.
func (f *finder) ipv6(i int) int {
	colons := 0
	for j := i + 1; j < len(f.s) && j < i+48; j++ {
		switch c := f.s[j]; {
		case c == ':':
			colons++
		case c == ']' && colons > 1:
			return j + 1
		case c != '.' && !isDigit(c) && c|0x20-'a' > 5:
			return i
		}
	}
	return i
}

// port gives the end of the port at i, or i.
func (f *finder) port(i int) int {
	if f.byteAt(i) != ':' {
		return i
	}
	j, n := i+1, 0
	for j < len(f.s) && isDigit(f.s[j]) && j < i+7 {
		n = 10*n + int(f.s[j]-'0')
		j++
	}
	if j == i+1 || n > 65535 || isAlnum(f.byteAt(j)) || f.byteAt(j) == '_' {
		return i
	}
	return j
}
