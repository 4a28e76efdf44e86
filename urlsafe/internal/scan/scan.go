package scan

import (
	"math/bits"
	"unicode/utf8"
)

// Kind tells what a [Span] holds.
type Kind uint8

const (
	URL   Kind = iota + 1 // an address with its scheme
	Bare                  // a domain or IPv4 address without a scheme, perhaps with port, path and query
	Email                 // an e-mail address without mailto:
	Phone                 // a phone number without tel:, perhaps with an extension
)

// A Span is a candidate: the bytes [Start, End) of the text.
type Span struct {
	Start, End int
	Kind       Kind
}

// Options say what to look for. The zero value looks for everything, with phone
// numbers in their international form only.
type Options struct {
	// Schemes reports whether an address with this scheme, given in lower case
	// and without the colon, is a candidate. Addresses with another scheme are
	// passed over as a whole. Nil stands for the registered and the well-known
	// schemes where "//" follows the colon, and for mailto and tel. It is asked
	// about schemes without "//" only where they are among the well-known ones
	// of that form, so that a word before a colon is no scheme.
	Schemes func(scheme string) bool

	// NoPhones leaves phone numbers out.
	NoPhones bool

	// Region is the region whose national phone numbers are found, as an ISO
	// 3166 code in upper case: "DE", "US". Empty or unknown means that only
	// numbers with a plus sign and a calling code are found.
	Region string
}

// Append finds the candidates in text and appends them to dst: in order, not
// overlapping, each within the text, and with its ends on borders of runes (an
// invalid byte counts as a rune). Nil options stand for the zero value.
//
// Any bytes give a result. The time is linear in the length of the text, and
// nothing is allocated but the room that dst lacks.
func Append(dst []Span, text string, o *Options) []Span {
	f := finder{s: text}
	phones := true
	if o != nil {
		f.schemes = o.Schemes
		phones = !o.NoPhones
		f.region = regionOf(o.Region)
	}
	digits := phones && f.region != nil
	for i := 0; ; {
		i = stop(text, i, digits)
		if i == len(text) {
			return dst
		}
		switch c := text[i]; {
		case c == '.':
			i = f.dot(i)
		case c == ':':
			i = f.colon(i)
		case c == '@':
			i = f.at(i)
		case phones && (c == '+' || c == wide || digits && isDigit(c)):
			i = f.phone(i)
		default:
			i++
		}
		if f.found.Kind != 0 {
			dst = append(dst, f.found)
			f.found.Kind = 0
		}
	}
}

// wide is the lead byte of a plus sign and of digits that are as wide as letters
// of East Asia.
const wide = 0xEF

// stop gives the position of the next byte of text, at i or behind it, that a
// candidate can be read from, or the length of the text: one of . : @ + and wide,
// and a digit if it is asked to. It looks at eight bytes at a time and stops at
// * / ; > and ? too, which differ from the others in few bits.
func stop(text string, i int, digits bool) int {
	const low, ones, tops = 0x7F7F7F7F7F7F7F7F, 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(text); i += 8 {
		b := text[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		// In each of these a byte is zero where it is to be found.
		mark := x&^(0x15*ones) ^ '*'*ones
		at := x ^ '@'*ones
		lead := x ^ wide*ones
		// The top bit of the first of those bytes is set, and of none before it.
		hits := (mark-ones)&^mark | (at-ones)&^at | (lead-ones)&^lead
		if digits { // ASCII, above '/' and below ':'
			hits |= ^x & (x&low + ones*(0x7F-'/')) &^ (x&low + ones*(0x80-':'))
		}
		if hits &= tops; hits != 0 {
			return i + bits.TrailingZeros64(hits)/8
		}
	}
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case c == '.', c == ':', c == '@', c == '+', c == wide, digits && isDigit(c):
			return i
		}
	}
	return i
}

// A finder is one pass over a text. Each of its methods named after a stop gets
// the position of that byte and gives the position, further on, from where to
// go on.
type finder struct {
	s       string
	found   Span // at this stop, if it has a kind; not kept in a slice here, or that would be on the heap
	schemes func(string) bool
	region  *region

	floor    int // end of the last span: nothing starts before it
	localEnd int // end of the last run of local-part characters that was measured
}

func (f *finder) emit(start, end int, k Kind) int {
	f.found = Span{start, end, k}
	f.floor = end
	return end
}

// before gives the rune that ends at i, or 0 at the start of the text.
func (f *finder) before(i int) rune {
	if i == 0 {
		return 0
	}
	if c := f.s[i-1]; c < utf8.RuneSelf {
		return rune(c)
	}
	r, _ := utf8.DecodeLastRuneInString(f.s[:i])
	return r
}

// byteAt gives the byte at i, or 0 outside of the text.
func (f *finder) byteAt(i int) byte {
	if uint(i) < uint(len(f.s)) {
		return f.s[i]
	}
	return 0
}
