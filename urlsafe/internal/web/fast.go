package web

import (
	"strings"
	"unicode/utf8"
)

// What a byte may be in an address that is already written as it will be
// serialised: in which parts it stays as it is.
const (
	inHost = 1 << iota // small letters, digits, hyphens and dots
	inPath
	inQuery
	inFragment
)

var stays = func() (t [256]byte) {
	for c := range byte(utf8.RuneSelf) {
		if c-'a' < 26 || isDigit(c) || c == '-' || c == '.' {
			t[c] |= inHost
		}
		if !pathSet.has(c) && c != '\\' {
			t[c] |= inPath
		}
		if !specialQuerySet.has(c) {
			t[c] |= inQuery
		}
		if !fragmentSet.has(c) {
			t[c] |= inFragment
		}
	}
	return t
}()

// canonical parses an address of the web that is already written as it will be
// serialised but for the slash of an empty path; most are. It sets what the parser
// would give, or is not ok and has set nothing that counts: any doubt is for the
// parser.
func (u *URL) canonical(raw string) (ok bool) {
	switch {
	case len(raw) > MaxLength:
		return false
	case strings.HasPrefix(raw, "https://"):
		u.scheme = uint32(len("https"))
	case strings.HasPrefix(raw, "http://"):
		u.scheme = uint32(len("http"))
	default:
		return false
	}
	u.user = u.scheme + 3
	u.host = u.user

	// The host, with no number at its end.
	i, label := int(u.host), int(u.host)
	for ; i < len(raw) && stays[raw[i]]&inHost != 0; i++ {
		if raw[i] == '.' {
			label = i + 1
		}
	}
	if i < len(raw) && raw[i] != '/' {
		return false
	}
	if label == i || isDigit(raw[label]) {
		return false
	}
	u.hostEnd, u.path = uint32(i), uint32(i)
	if i == len(raw) {
		u.href = raw + "/"
		u.query, u.fragment = uint32(i+1), uint32(i+1)
		return true
	}

	// The set of a path has neither of the marks that end it; that of a query has
	// the one that does.
	for ; i < len(raw) && stays[raw[i]]&inPath != 0; i++ {
		if raw[i] == '/' && i+1 < len(raw) && (raw[i+1] == '.' || raw[i+1] == '%') { // perhaps this folder or the one above
			return false
		}
	}
	u.query = uint32(i)
	if i < len(raw) && raw[i] == '?' {
		for i++; i < len(raw) && stays[raw[i]]&inQuery != 0; {
			i++
		}
	}
	u.fragment = uint32(i)
	if i < len(raw) && raw[i] == '#' {
		for i++; i < len(raw) && stays[raw[i]]&inFragment != 0; {
			i++
		}
	}
	if i < len(raw) {
		return false
	}
	u.href = raw
	return true
}
