package web

import "strings"

// canonical parses an address of the web that is already written as it will be
// serialised but for the slash of an empty path; most are. It gives what the
// parser would give or nothing: any doubt is for the parser.
func canonical(raw string) (u URL, ok bool) {
	switch {
	case len(raw) > MaxLength:
		return URL{}, false
	case strings.HasPrefix(raw, "https://"):
		u.scheme = uint32(len("https"))
	case strings.HasPrefix(raw, "http://"):
		u.scheme = uint32(len("http"))
	default:
		return URL{}, false
	}
	u.user = u.scheme + 3
	u.host = u.user

	// The host: small letters, digits, dots and hyphens, no number at its end.
	i, label := int(u.host), int(u.host)
	for ; i < len(raw) && raw[i] != '/'; i++ {
		switch b := raw[i]; {
		case b-'a' < 26, isDigit(b), b == '-':
		case b == '.':
			label = i + 1
		default:
			return URL{}, false
		}
	}
	if label == i || isDigit(raw[label]) {
		return URL{}, false
	}
	u.hostEnd, u.path = uint32(i), uint32(i)
	if i == len(raw) {
		u.href = raw + "/"
		u.query, u.fragment = uint32(i+1), uint32(i+1)
		return u, true
	}

	for ; i < len(raw) && raw[i] != '?' && raw[i] != '#'; i++ {
		b := raw[i]
		if b == '\\' || pathSet.has(b) {
			return URL{}, false
		}
		if (b == '.' || b == '%') && raw[i-1] == '/' { // perhaps this folder or the one above
			return URL{}, false
		}
	}
	u.query = uint32(i)
	if i < len(raw) && raw[i] == '?' {
		for i++; i < len(raw) && raw[i] != '#'; i++ {
			if specialQuerySet.has(raw[i]) {
				return URL{}, false
			}
		}
	}
	u.fragment = uint32(i)
	for i++; i < len(raw); i++ {
		if fragmentSet.has(raw[i]) {
			return URL{}, false
		}
	}
	u.href = raw
	return u, true
}
