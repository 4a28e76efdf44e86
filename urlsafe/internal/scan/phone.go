package scan

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDigits is how many digits are read as one number: those of E.164 and the
// longest exit prefix.
const maxDigits = 19

// A number is what could be a phone number: digits with separators, and where
// it may end.
type number struct {
	digits [maxDigits]byte
	ends   [maxDigits]int  // behind each digit
	gaps   [maxDigits]bool // whether white space or a slash follows it
	open   [maxDigits]bool // whether a bracket is open there
	n      int
	closed int // digits before the bracket closed that was open at the start
}

// phone handles what could be the start of a phone number at i.
func (f *finder) phone(i int) int {
	s := f.s
	d, size, plus := digitAt(s, i)
	if size == 0 || !plus && f.region == nil {
		return i + 1
	}
	run := i + size // behind the first run of digits
	for {
		d, size, _ := digitAt(s, run)
		if size == 0 || d < 0 {
			break
		}
		run += size
	}
	if !plus && run-i < 6 && !f.moreDigits(run) {
		return run // most numbers in a text
	}
	start, bracket := i, false
	r := f.before(i)
	if r == '(' || r == '[' || r == '（' {
		bracket = true
		start -= utf8.RuneLen(r)
		r = f.before(start)
	}
	if start < f.floor || !f.opensPhone(r, start) {
		return f.skipAccount(i, run)
	}
	if !plus && (!f.region.starts(byte('0'+d)) || f.isDate(i)) {
		return run
	}
	var num number
	at := i
	if plus {
		at += size
	}
	f.read(&num, at, plus, bracket)
	for n := num.n; n >= 6; n-- {
		if n < num.n && !num.gaps[n-1] || num.open[n-1] || !f.isNumber(string(num.digits[:n]), plus) {
			continue
		}
		end := num.ends[n-1]
		if ext := extension(s[end:]); ext > 0 {
			end += ext
		} else if !f.closesPhone(end) {
			continue
		}
		first := i
		if bracket && num.closed > 0 && num.closed < n {
			first = start
		}
		if isIPv4(s[first:end]) {
			break
		}
		return f.emit(first, end, Phone)
	}
	return run
}

// moreDigits reports whether digits seem to follow behind separators at i.
func (f *finder) moreDigits(i int) bool {
	if i+1 >= len(f.s) {
		return false
	}
	c, next := f.s[i], f.s[i+1]
	return c >= utf8.RuneSelf || separator(rune(c)) != 0 && (isDigit(next) || next >= utf8.RuneSelf || separator(rune(next)) != 0)
}

// isNumber reports whether digits are a number in the region, or abroad.
func (f *finder) isNumber(digits string, plus bool) bool {
	if plus {
		return international(digits)
	}
	if _, ok := f.region.national(digits); ok {
		return true
	}
	abroad, ok := strings.CutPrefix(digits, f.region.exit())
	return ok && len(abroad) > 8 && international(abroad)
}

// digitAt reads a digit or a plus sign, ASCII or fullwidth, at i. The digit is
// negative for a plus sign; the size is zero if there is neither.
func digitAt(s string, i int) (d, size int, plus bool) {
	if i >= len(s) {
		return 0, 0, false
	}
	switch c := s[i]; {
	case isDigit(c):
		return int(c - '0'), 1, false
	case c == '+':
		return -1, 1, true
	case c == 0xEF && i+2 < len(s) && s[i+1] == 0xBC:
		if d := s[i+2] - 0x90; d < 10 {
			return int(d), 3, false
		}
		if s[i+2] == 0x8B {
			return -1, 3, true
		}
	}
	return 0, 0, false
}

// read reads digits and the separators between them, up to four at a place.
func (f *finder) read(num *number, i int, plus, bracket bool) {
	s := f.s
	depth := 0
	if bracket {
		depth = 1
	}
	for num.n < maxDigits {
		d, size, isPlus := digitAt(s, i)
		if size > 0 && !isPlus {
			num.digits[num.n] = byte('0' + d)
			i += size
			num.ends[num.n] = i
			num.open[num.n] = depth > 0 && (num.n == 0 || !bracket || num.closed > 0)
			num.n++
			continue
		}
		gap := false
		from := i
		for seps := 0; ; seps++ {
			r, size := rune(f.byteAt(i)), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(s[i:])
			}
			kind := separator(r)
			if kind == 0 || seps == 4 {
				if d, size, isPlus := digitAt(s, i); size == 0 || isPlus || d < 0 {
					return
				}
				break
			}
			switch kind {
			case ' ':
				gap = true
			case '(':
				if plus && num.n > 0 && num.n <= 3 && strings.HasPrefix(s[i:], "(0)") {
					size = 3 // the trunk prefix, which is not dialled from abroad
				} else {
					depth++
				}
			case ')':
				if depth--; depth < 0 {
					return
				}
				if depth == 0 && num.closed == 0 {
					num.closed = num.n
				}
			}
			i += size
		}
		if i == from {
			return
		}
		if num.n > 0 {
			if num.gaps[num.n-1] = gap; gap && num.n >= 8 && f.startsNumber(i) {
				return
			}
		}
	}
	if _, size, _ := digitAt(s, i); size > 0 {
		num.open[num.n-1] = true // too long to end here
	}
}

// startsNumber reports whether digits at i, behind a whole number and a gap,
// rather start another: four or more with the region's trunk prefix.
func (f *finder) startsNumber(i int) bool {
	if f.region == nil || f.region.trunk != "0" || f.s[i] != '0' {
		return false
	}
	for k := range 4 {
		if !isDigit(f.byteAt(i + k)) {
			return false
		}
	}
	return true
}

// separator gives the kind of a rune between the digits of a number: a space
// (or slash), a bracket, or '-' for all others; 0 if it is none.
func separator(r rune) byte {
	switch r {
	case ' ', '\t', '/', 0xA0, 0x2009, 0x202F, 0x3000, '／':
		return ' '
	case '(', '[', '（':
		return '('
	case ')', ']', '）':
		return ')'
	case '-', '.', '~', 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x30FC, '－', '．', 0xAD, 0x200B, 0x2060:
		return '-'
	}
	return 0
}

// opensPhone reports whether a number may start at i, behind r.
func (f *finder) opensPhone(r rune, i int) bool {
	switch r {
	case '.', ',', ':', '\'':
		return !isDigit(f.byteAt(i - 2))
	case '-':
		c := f.byteAt(i - 2)
		return c != '-' && !isAlnum(c)
	case '/':
		return isDigit(f.byteAt(i-2)) || i == 1
	case '+', '＋', '&', '%', '\\', '^':
		return false
	}
	return !isWord(r) && !isSigil(r) && !unicode.Is(unicode.Sc, r)
}

// closesPhone reports whether a number may end at i. It may not if it is a part
// of a word, a price, a time, a domain or an e-mail address.
func (f *finder) closesPhone(i int) bool {
	r, size := utf8.DecodeRuneInString(f.s[i:])
	next := f.byteAt(i + size)
	switch r {
	case '@', '%', '_', '％', '+':
		return false
	case ':', ',', '\'':
		return !isDigit(next)
	case '.', '-':
		return !isAlnum(next)
	}
	return size == 0 || !isWord(r) && !unicode.Is(unicode.Sc, r)
}

// isDate reports whether a date starts at i: 31/12/1999, 31.12.99, 1999-12-31.
func (f *finder) isDate(i int) bool {
	var v, n [3]int
	var sep byte
	for k := range 3 {
		for n[k] < 5 && isDigit(f.byteAt(i)) {
			v[k] = 10*v[k] + int(f.s[i]-'0')
			n[k]++
			i++
		}
		if c := f.byteAt(i); k < 2 {
			if c != '/' && c != '.' && c != '-' || sep != 0 && c != sep {
				return false
			}
			sep = c
			i++
		}
	}
	if isDigit(f.byteAt(i)) || f.byteAt(i) == sep && isDigit(f.byteAt(i+1)) {
		return false
	}
	if n[0] == 4 {
		if v[0] < 1900 || v[0] >= 2100 {
			return false
		}
		v[0], v[2], n[0], n[2] = v[2], v[0], n[2], n[0]
	}
	day, month := max(v[0], v[1]), min(v[0], v[1])
	return n[0] > 0 && n[0] < 3 && n[1] > 0 && n[1] < 3 && (n[2] == 2 || n[2] == 4) &&
		month > 0 && month <= 12 && day <= 31
}

// skipAccount goes on behind the digits [i, end), which touch a word. If they
// are those of an IBAN, as in "DE44 5001 0517 5407 3249 31", the groups that
// follow belong to it.
func (f *finder) skipAccount(i, end int) int {
	s := f.s
	if end-i != 2 || i < 2 || !isUpper(s[i-1]) || !isUpper(s[i-2]) || i > 2 && isWord(f.before(i-2)) {
		return end
	}
	for f.byteAt(end) == ' ' {
		j := end + 1
		for j < len(s) && j < end+6 && (isDigit(s[j]) || isUpper(s[j])) {
			j++
		}
		if j == end+1 || j > end+5 {
			break
		}
		end = j
	}
	return end
}

func isUpper(c byte) bool { return c-'A' < 26 }

// extension gives the length of an extension at the start of s, or 0: "x5",
// " ext. 5", ";ext=5". It has seven digits at most.
func extension(s string) int {
	i := 0
	for i < len(s) && i < 2 && (s[i] == ' ' || s[i] == ',') {
		i++
	}
	mark := 0
	for _, m := range [...]string{";ext=", "extension", "extn", "ext", "xtn", "x", "доб"} {
		if len(s) > i+len(m) && strings.EqualFold(s[i:i+len(m)], m) {
			mark = len(m)
			break
		}
	}
	if mark == 0 {
		return 0
	}
	i += mark
	for k := 0; k < 3 && i < len(s) && strings.IndexByte(".: ", s[i]) >= 0; k++ {
		i++
	}
	digits := 0
	for {
		d, size, _ := digitAt(s, i)
		if size == 0 || d < 0 {
			break
		}
		digits++
		i += size
	}
	if digits == 0 || digits > 7 {
		return 0
	}
	if r, size := utf8.DecodeRuneInString(s[i:]); size > 0 && isWord(r) {
		return 0
	}
	return i
}
