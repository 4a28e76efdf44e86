// Package web reads an address as the browser that will open it reads it: by the
// URL standard of the WHATWG, in its present state.
//
// It exists because two readings of one address are how people are deceived. The
// standard library's net/url follows an older standard and gives another host,
// without an error, for many addresses that browsers open; so nothing here is
// built on it, and finding, judging, showing and opening all use this parser.
//
// # How it is built
//
// The standard's state machine, written out as one function for each state that
// has a rule of its own, writes the serialised address (href) straight into one
// buffer and remembers where its parts begin. A [URL] is that one string with
// eight offsets: small, comparable, and made once. An address that is already in
// its final form, as most are, is recognised by a table and kept as it is.
//
// It is not built on a ready parser. The one for Go that follows the standard,
// nlnwa/whatwg-url, does so in the standard's state of early 2025. The differences
// lie in the middle of its state machine (the opaque path, the path of a base, the
// host), where they cannot be put right from before or after; and it takes 16 µs
// and 73 allocations for a usual address, of which there are some in every chat.
//
// Names of other scripts go through UTS #46 as golang.org/x/net/idna has it, with
// what the tables of this Go release do not know yet put right first, see
// [ToASCII].
package web
