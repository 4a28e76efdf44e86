package scan

import "strings"

// What a byte may be in a plain address.
const (
	name    = 1 << iota // a part of a host
	firm                // a part of a path, also its last byte
	soft                // a part of a path, but never its last byte
	outside             // behind an address, or before it
)

// plains says what each byte may be. What is nothing takes a second look.
var plains = func() (t [256]byte) {
	for c := range byte(0x80) {
		switch {
		case c-'a' < 26, isDigit(c), c == '-':
			t[c] = name | firm
		case c == '.':
			t[c] = name | soft
		case isAlpha(c), strings.IndexByte("/%&+=#$@", c) >= 0:
			t[c] = firm
		case strings.IndexByte(",;:!?*_~|\\^", c) >= 0:
			t[c] = soft
		case c <= ' ', c == '<', c == '>':
			t[c] = outside
		}
	}
	return t
}()

// plain handles the colon at i of a "://" if that is one of an address as most
// are: http or https, between spaces, a domain in small letters and a path without
// brackets and quotation marks. It answers as authority does, at a fraction of the
// cost, or 0: any doubt is for authority.
func (f *finder) plain(i int) int {
	s := f.s
	start := i - len("http")
	if i > 0 && s[i-1] == 's' {
		start--
	}
	if start < f.floor || !strings.HasPrefix(s[start:], "http") || start > 0 && plains[s[start-1]] != outside || !f.wants(s[start:i]) {
		return 0
	}
	first := i + len("://")
	last := first // where the last label begins
	for i = first; i < len(s) && plains[s[i]]&name != 0; i++ {
		if s[i] != '.' {
			continue
		}
		if !isAlnum(f.byteAt(i-1)) || !isAlnum(f.byteAt(i+1)) {
			return 0
		}
		last = i + 1
	}
	switch host := s[first:i]; {
	case i-last < 2 || i-first > 4*63, !isAlpha(s[last]), !isAlnum(s[first]), s[i-1] == '-', host == "t.co":
		return 0
	}
	end := i
	if c := f.byteAt(i); c == '/' || c == '?' || c == '#' {
		path := i
		for i < len(s) && plains[s[i]]&(firm|soft) != 0 {
			i++
		}
		for end = i; end > path && plains[s[end-1]]&soft != 0; {
			end--
		}
		end = f.trimReference(path, end)
	}
	if i < len(s) && plains[s[i]] != outside {
		return 0
	}
	return f.emit(start, end, URL)
}
