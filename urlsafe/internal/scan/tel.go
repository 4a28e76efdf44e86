package scan

import (
	"strings"
	"unicode/utf8"
)

// Tel gives the tel: address (RFC 3966) of a phone number as people write it:
// "tel:+14155550123;ext=5". A number without a calling code is taken as one of
// the region, an ISO 3166 code in upper case; its trunk prefix is left out. If
// the region is unknown, or the number is none of its numbering plan, as a
// service number is, the address has just the digits: "tel:110".
//
// The answer is false if text is not a number: fewer than three digits, or
// anything but digits, separators, a plus sign at the start, and an extension at
// the end. A "tel:" before it is accepted.
func Tel(text, region string) (tel string, ok bool) {
	s := strings.TrimSpace(text)
	if len(s) > 4 && strings.EqualFold(s[:4], "tel:") {
		s = s[4:]
	}
	var buf [64]byte
	digits := buf[:0]
	plus := false
	ext := ""
	for i := 0; i < len(s); {
		d, size, isPlus := digitAt(s, i)
		switch {
		case isPlus && len(digits) == 0 && !plus:
			plus = true
		case isPlus:
			return "", false
		case size > 0:
			if len(digits) == cap(digits) {
				return "", false
			}
			digits = append(digits, byte('0'+d))
		default:
			if n := extension(s[i:]); n > 0 && i+n == len(s) {
				ext = s[i:]
				size = n
				break
			}
			r, n := utf8.DecodeRuneInString(s[i:])
			kind := separator(r)
			if kind == 0 {
				return "", false
			}
			if size = n; kind == '(' && plus && len(digits) > 0 && len(digits) <= 3 && strings.HasPrefix(s[i:], "(0)") {
				size = 3
			}
		}
		i += size
	}
	if len(digits) < 3 {
		return "", false
	}
	return assemble(string(digits), plus, ext, regionOf(region)), true
}

func assemble(digits string, plus bool, ext string, r *region) string {
	if r != nil && !plus {
		if number, ok := r.national(digits); ok {
			digits, plus = r.calling+number, true
		} else if abroad, ok := strings.CutPrefix(digits, r.exit()); ok && international(abroad) {
			digits, plus = withoutTrunk(abroad), true
		}
	} else if plus {
		digits = withoutTrunk(digits)
	}
	var b strings.Builder
	b.WriteString("tel:")
	if plus {
		b.WriteByte('+')
	}
	b.WriteString(digits)
	if ext != "" {
		b.WriteString(";ext=")
		for i := 0; i < len(ext); {
			d, size, _ := digitAt(ext, i)
			if size == 0 {
				size = 1
			} else {
				b.WriteByte(byte('0' + d))
			}
			i += size
		}
	}
	return b.String()
}

// withoutTrunk leaves a trunk prefix out that was written behind the calling
// code, as in "+49 030 123456", where the region's numbers never start so.
func withoutTrunk(digits string) string {
	n := callingCode(digits)
	if n == 0 || digits[n] != '0' || !international(digits) {
		return digits
	}
	for i := range regions {
		if r := &regions[i]; r.calling == digits[:n] {
			if r.trunk == "0" {
				return digits[:n] + digits[n+1:]
			}
			break
		}
	}
	return digits
}
