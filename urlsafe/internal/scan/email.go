package scan

import "unicode/utf8"

// maxLocal is how long a local part may be (RFC 5321, 4.5.3.1.1).
const maxLocal = 64

// local gives the end of the run of local-part characters at i, or a place in
// it where it is too long for a local part.
func (f *finder) local(i int) int {
	for most := i + maxLocal; i < len(f.s) && i <= most; {
		if c := f.s[i]; c < utf8.RuneSelf {
			if !locals.has(c) {
				break
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(f.s[i:])
		if !isWord(r) {
			break
		}
		i += size
	}
	return i
}

// at handles the at sign at i: an e-mail address or a mention.
func (f *finder) at(i int) int {
	s := f.s
	start := i
	for start > f.floor && i-start <= maxLocal {
		if c := s[start-1]; c < utf8.RuneSelf {
			if !locals.has(c) || c == '.' && s[start] == '.' {
				break
			}
			start--
			continue
		}
		r, size := utf8.DecodeLastRuneInString(s[:start])
		if !isWord(r) || start-size < f.floor {
			break
		}
		start -= size
	}
	for start < i && s[start] < utf8.RuneSelf && !isAlnum(s[start]) && s[start] != '_' && s[start] != '+' {
		start++
	}
	h := f.host(i+1, behindAt)
	next := max(h.next, i+1)
	if start == i || i-start > maxLocal || !h.ok || h.dashed || h.labels < 2 {
		return next
	}
	if start == f.floor && start > 0 || s[i-1] == '.' || f.byteAt(h.end) == '@' || f.numeric(h) {
		return next
	}
	if r := f.before(start); isSigil(r) || isWord(r) {
		return next
	}
	return f.emit(start, h.end, Email)
}
