package scan

import (
	"math/bits"
	"strings"
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
	f := finder{s: text, dst: dst}
	phones := true
	if o != nil {
		f.schemes = o.Schemes
		phones = !o.NoPhones
		f.region = regionOf(o.Region)
	}
	next := stops{-1, -1, -1, -1, -1, -1}
	if !phones {
		next.plus, next.wide = len(text), len(text)
	}
	if !phones || f.region == nil {
		next.digit = len(text)
	}
	for i := 0; ; {
		next.find(text, i)
		i = min(next.colon, next.dot, next.at, next.plus, next.wide, next.digit)
		if i == len(text) {
			return f.dst
		}
		switch text[i] {
		case '.':
			i = f.dot(i)
		case ':':
			i = f.colon(i)
		case '@':
			i = f.at(i)
		default:
			i = f.phone(i)
		}
	}
}

// stops are the positions of the next bytes that a candidate can be read from,
// or the length of the text. Each kind is looked for by itself and as far as it
// takes, which a processor does many bytes at a time.
type stops struct {
	colon, dot, at int
	plus, wide     int // of phone numbers; wide is the lead byte of ＋ and ０
	digit          int // of national ones
}

// find moves the stops that lie before i to i or behind it.
func (n *stops) find(text string, i int) {
	if n.colon < i {
		n.colon = index(text, i, ':')
	}
	if n.dot < i {
		n.dot = index(text, i, '.')
	}
	if n.at < i {
		n.at = index(text, i, '@')
	}
	if n.plus < i {
		n.plus = index(text, i, '+')
	}
	if n.wide < i {
		n.wide = index(text, i, 0xEF)
	}
	if n.digit < i {
		n.digit = indexDigit(text, i)
	}
}

// index gives the position of the next c in text at i or behind it, or the
// length of the text.
func index(text string, i int, c byte) int {
	if at := strings.IndexByte(text[i:], c); at >= 0 {
		return i + at
	}
	return len(text)
}

// indexDigit does the same for ASCII digits, eight bytes at a time.
func indexDigit(text string, i int) int {
	const low, ones = 0x7F7F7F7F7F7F7F7F, 0x0101010101010101
	for ; i+8 <= len(text); i += 8 {
		b := text[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		// The top bit of a byte is set where it is ASCII, above '/', and below ':'.
		digit := ^x & (x&low + ones*(0x7F-'/')) &^ (x&low + ones*(0x80-':')) & (ones << 7)
		if digit != 0 {
			return i + bits.TrailingZeros64(digit)>>3
		}
	}
	for ; i < len(text); i++ {
		if isDigit(text[i]) {
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
	dst     []Span
	schemes func(string) bool
	region  *region

	floor    int // end of the last span: nothing starts before it
	localEnd int // end of the last run of local-part characters that was measured
}

func (f *finder) emit(start, end int, k Kind) int {
	f.dst = append(f.dst, Span{start, end, k})
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
