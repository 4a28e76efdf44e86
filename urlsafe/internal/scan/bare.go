package scan

import (
	"strings"
	"unicode/utf8"
)

// dot handles the dot at i: a bare domain, or the local part of an e-mail
// address.
func (f *finder) dot(i int) int {
	s := f.s
	if i == f.floor || i+1 == len(s) {
		return i + 1
	}
	if c := s[i+1]; !isAlnum(c) && c < utf8.RuneSelf {
		return i + 1
	}
	if c := s[i-1]; !isAlnum(c) && c < utf8.RuneSelf && c != '-' && c != '_' {
		return i + 1
	}
	if isDigit(s[i+1]) {
		if end := f.decimal(i + 1); end > 0 {
			return end
		}
	}
	if i >= f.localEnd {
		f.localEnd = f.local(i)
		if f.byteAt(f.localEnd) == '@' {
			return f.at(f.localEnd)
		}
	}
	h := f.host(f.labelStart(i), bare)
	if !h.ok || !f.opensBare(h) || !f.isDomain(h) {
		return max(h.next, i+1)
	}
	end := f.port(h.end)
	if strings.EqualFold(s[h.start:h.end], "t.co") {
		end = f.shortTail(end, h.start)
	} else {
		end = f.tail(end, h.start)
	}
	if end == h.end && f.sentence(h) {
		return h.next
	}
	return f.emit(h.start, end, Bare)
}

// decimal gives the end of the digits and dots at i if they are a number or a
// date, and too short for an IPv4 address; else 0.
func (f *finder) decimal(i int) int {
	dots := 1
	for ; i < len(f.s); i++ {
		if c := f.s[i]; !isDigit(c) {
			if c != '.' || i+1 == len(f.s) || !isDigit(f.s[i+1]) {
				break
			}
			if dots++; dots == 3 {
				return 0
			}
		}
	}
	if c := f.byteAt(i); c >= utf8.RuneSelf || c == '@' || locals.has(c) {
		return 0
	}
	return i
}

// labelStart gives the start of the label that ends at i.
func (f *finder) labelStart(i int) int {
	s := f.s
	for stop := max(f.floor, i-4*63); i > stop; {
		c := s[i-1]
		if c < utf8.RuneSelf {
			if !isAlnum(c) && c != '-' && c != '_' {
				break
			}
			i--
			continue
		}
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if size == 1 || !isHost(r) || i-size < f.floor {
			break
		}
		i -= size
	}
	return i
}

// opensBare reports whether a bare domain may start where h starts.
func (f *finder) opensBare(h host) bool {
	if h.start == f.floor && h.start > 0 {
		return false // what was cut or refused is not found in parts
	}
	switch r := f.before(h.start); r {
	case '.', '-', '/', '\\', '%':
		return false
	case ':':
		return f.follows(h.start - 1)
	default:
		return !isWord(r) && !isSigil(r) && !isSlash(r)
	}
}

// follows reports whether the colon at i is one of a text, as in "Link:a.com".
// In a path or an address with a scheme it is not.
func (f *finder) follows(i int) bool {
	j := i
	for j > f.floor && i-j <= maxScheme && isAlpha(f.s[j-1]) {
		j--
	}
	if r := f.before(j); isWord(r) || isSigil(r) || r != 0 && strings.ContainsRune(":./\\-+%", r) {
		return false
	}
	return j < i && !f.wants(f.s[j:i]) && !isOpaque(f.s[j:i])
}

// isDomain reports whether h is a domain of the public internet or an IPv4
// address.
func (f *finder) isDomain(h host) bool {
	s := f.s
	if h.labels < 2 || h.dashed && isAlnum(f.byteAt(h.next)) {
		return false
	}
	switch rest := s[h.end:]; {
	case strings.HasPrefix(rest, "@"), strings.HasPrefix(rest, "://"), strings.HasPrefix(rest, "()"):
		return false
	}
	if isDigit(s[h.last]) {
		return isIPv4(s[h.start:h.end])
	}
	return isTLD(s[h.last:h.end])
}

// sentence reports whether h is two sentences without a space between them, as
// in "Yes.In my case": its last label, not its first, is written as a sentence
// starts.
func (f *finder) sentence(h host) bool {
	switch last := f.s[h.last:h.end]; last {
	case "Com", "Net", "Org":
		return false
	default:
		return h.labels == 2 && isUpper(last[0]) && last[len(last)-1] >= 'a'
	}
}
