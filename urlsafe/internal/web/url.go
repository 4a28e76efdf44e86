package web

import "strings"

// URL is a parsed address. It is a value: copies are independent, two are equal
// exactly if their [URL.Href] is, and any number of goroutines may read one. The
// zero URL is no address; all its parts are empty.
type URL struct {
	// https://user:pass@example.com:1234/foo/bar?baz#quux
	//      |      |    |           |    |       |   |
	//      |      user host        |    path    |   fragment
	//      scheme                  hostEnd      query
	//
	// Each is the index of the byte that the line points at: that which ends the
	// scheme, the user name and the host, and that at which the path, the query
	// and the fragment begin (the last two with their ? and #). host is where the
	// host begins.
	href                                               string
	scheme, user, host, hostEnd, path, query, fragment uint32
}

// Href returns the whole address, serialised.
func (u URL) Href() string { return u.href }

// Scheme returns the scheme in lower case, without its colon: "https".
func (u URL) Scheme() string { return u.href[:u.scheme] }

// HasHost reports whether the address has an authority, which may be an empty
// one, as in "file:///x".
func (u URL) HasHost() bool { return u.host > u.scheme+1 }

// Username returns the user name, percent-encoded; "" if there is none.
func (u URL) Username() string {
	if !u.HasHost() {
		return ""
	}
	return u.href[u.scheme+3 : u.user]
}

// Password returns the password, percent-encoded; "" if there is none.
func (u URL) Password() string {
	if !u.HasHost() || u.user == u.host || u.href[u.user] != ':' {
		return ""
	}
	return u.href[u.user+1 : u.host-1]
}

// Hostname returns the host without the port: a domain in ASCII, an IPv4 address
// as four decimal numbers, an IPv6 address in its shortest form in brackets, or,
// under a scheme that is not one of the web, an opaque name. "" if there is none.
func (u URL) Hostname() string { return u.href[u.host:u.hostEnd] }

// Port returns the port as a decimal number; "" for the scheme's default.
func (u URL) Port() string {
	if !u.HasHost() || u.hostEnd == u.path {
		return ""
	}
	return u.href[u.hostEnd+1 : u.path]
}

// Path returns the path, percent-encoded, with the slash that it begins with.
func (u URL) Path() string { return u.href[u.path:u.query] }

// Opaque reports whether the path is not a list of segments but one opaque text,
// as in "mailto:someone@example.com".
func (u URL) Opaque() bool {
	return u.href != "" && !u.HasHost() && !strings.HasPrefix(u.Path(), "/")
}

// Query returns the query, percent-encoded, without its question mark.
func (u URL) Query() string {
	if !u.HasQuery() {
		return ""
	}
	return u.href[u.query+1 : u.fragment]
}

// HasQuery reports whether there is a query, which may be an empty one.
func (u URL) HasQuery() bool { return u.query < u.fragment }

// Fragment returns the fragment, percent-encoded, without its number sign.
func (u URL) Fragment() string {
	if !u.HasFragment() {
		return ""
	}
	return u.href[u.fragment+1:]
}

// HasFragment reports whether there is a fragment, which may be an empty one.
func (u URL) HasFragment() bool { return int(u.fragment) < len(u.href) }
