// Package emoji is the list of emoji to choose from, and what a text needs that
// has some in it (MSG-5): [Groups] gives all for a picker, [Search] finds them by
// English and German words, [Replace] turns short names like :smile: into
// characters, and [Length] and [Preview] count what a person sees as one
// character.
//
// The set is Emoji 17.0, every character that Unicode recommends for general
// interchange, skin tones included. It is one embedded text of 280 kB that is
// read when it is first needed, within a few milliseconds; a program that never
// asks pays nothing but the bytes. [Length] and [Preview] do not need it.
//
// All functions may be called by many goroutines at once. What they return is
// shared and must not be changed.
package emoji
