// Package scan finds what could be a link in the text of a message: addresses
// with a scheme, bare domains, e-mail addresses and phone numbers. It says
// where they are and what kind they are, and nothing else: whether an address
// can be opened, what it opens and how it may be shown is judged by the
// packages that parse it.
//
// # How it works
//
// There is no regular expression. One loop runs over the bytes and stops only
// at those that nearly every candidate must hold: the colon of a scheme, the
// dot of a domain, the at sign, and, if phone numbers are wanted, digits and
// the plus sign. From there the address is read backward to its start and
// forward to its end, in one go where it is as plain as most are. What was read once, found or refused, is skipped, and
// the few places that must look twice look a bounded way; so the time is linear
// in the length of the text, whatever the text is.
//
// # What counts
//
//   - An address with a scheme may have any host that a network could know:
//     single labels, domains in any script, IPv4 and IPv6, and any character of
//     it percent-encoded. A user name belongs to the address, as a browser would
//     use it.
//   - A bare domain needs a top-level domain that exists. Domains that are only
//     for examples or private networks (.invalid, .local) are none.
//   - Nothing starts inside a word, nor after @ # $ _ or a slash. What looks
//     like an address but has a broken host or an unknown scheme is refused as
//     a whole; no part of it is found instead.
//   - Scripts that put no space between words (Han, kana, Hangul, Thai and
//     their like) may touch an address on both sides. Such text ends a host
//     after a top-level domain, and ends a path after a Latin letter or digit.
//   - The end follows the rules of GitHub Flavored Markdown: no trailing
//     punctuation, brackets only in pairs, no character reference at the end.
//     Quotation marks, the punctuation of CJK, characters that change the
//     direction of text, and look-alikes of the slash end an address.
package scan
