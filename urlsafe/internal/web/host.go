package web

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// appendHost parses a host and appends it in its final form. Only the schemes of
// the web have domains; under others a host is an opaque name.
func appendHost(dst []byte, host string, domain bool) ([]byte, error) {
	if strings.HasPrefix(host, "[") {
		if !strings.HasSuffix(host, "]") {
			return dst, ErrHost
		}
		return appendIPv6(dst, host[1:len(host)-1])
	}
	if !domain {
		if forbiddenHost.containsASCII(host) {
			return dst, ErrHost
		}
		return appendEncoded(dst, host, &controlSet), nil
	}
	ascii, err := ToASCII(percentDecode(host))
	if err != nil {
		return dst, err
	}
	if endsInNumber(ascii) {
		v4, err := parseIPv4(ascii)
		if err != nil {
			return dst, err
		}
		return netip.AddrFrom4(v4).AppendTo(dst), nil
	}
	return append(dst, ascii...), nil
}

// appendIPv6 parses an IPv6 address as the standard does, which is also how
// package netip does it but for a zone, which no address of the web has.
func appendIPv6(dst []byte, text string) ([]byte, error) {
	if strings.IndexByte(text, '%') >= 0 {
		return dst, ErrHost
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || !addr.Is6() {
		return dst, ErrHost
	}
	return append(appendGroups(append(dst, '['), addr.As16()), ']'), nil
}

// appendGroups writes an IPv6 address, the longest run of at least two zero groups
// left out. It never writes the end as an IPv4 address, which netip does.
func appendGroups(dst []byte, addr [16]byte) []byte {
	const digits = "0123456789abcdef"
	var groups [8]uint16
	for i := range groups {
		groups[i] = binary.BigEndian.Uint16(addr[2*i:])
	}
	gap, gapLen := -1, 1
	for i := 0; i < 8; {
		n := 0
		for i+n < 8 && groups[i+n] == 0 {
			n++
		}
		if n > gapLen {
			gap, gapLen = i, n
		}
		i += n + 1
	}
	for i := 0; i < 8; i++ {
		if i == gap {
			dst = append(dst, "::"...)
			i += gapLen - 1
			continue
		}
		if i > 0 && i != gap+gapLen || i > 0 && gap < 0 {
			dst = append(dst, ':')
		}
		g := groups[i]
		for shift := 12; shift >= 0; shift -= 4 {
			if g>>shift != 0 || shift == 0 {
				dst = append(dst, digits[g>>shift&15])
			}
		}
	}
	return dst
}

// endsInNumber reports whether the last label of a domain is a number, which makes
// the domain an IPv4 address or an error.
func endsInNumber(domain string) bool {
	domain = strings.TrimSuffix(domain, ".")
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	if last == "" {
		return false
	}
	digits := true
	for i := 0; i < len(last); i++ {
		digits = digits && isDigit(last[i])
	}
	if digits {
		return true
	}
	_, err := parseNumber(last)
	return err == nil
}

// parseIPv4 parses an IPv4 address of one to four numbers, each decimal, octal or
// hexadecimal, the last of which fills the bytes that are left.
func parseIPv4(domain string) (addr [4]byte, err error) {
	rest := strings.TrimSuffix(domain, ".")
	var numbers [4]uint64
	n := 0
	for more := true; more; n++ {
		var part string
		part, rest, more = strings.Cut(rest, ".")
		if n == len(numbers) {
			return addr, ErrHost
		}
		if numbers[n], err = parseNumber(part); err != nil {
			return addr, err
		}
	}
	last := numbers[n-1]
	if last >= 1<<(8*(5-n)) {
		return addr, ErrHost
	}
	for i, number := range numbers[:n-1] {
		if number > 255 {
			return addr, ErrHost
		}
		last |= number << (8 * (3 - i))
	}
	binary.BigEndian.PutUint32(addr[:], uint32(last))
	return addr, nil
}

// parseNumber parses one number of an IPv4 address. A number that is too large for
// any is an upper bound, not an error: what is wrong with it is its size.
func parseNumber(text string) (uint64, error) {
	if text == "" {
		return 0, ErrHost
	}
	base := uint64(10)
	if len(text) >= 2 && text[0] == '0' {
		if text[1]|0x20 == 'x' {
			base, text = 16, text[2:]
		} else {
			base, text = 8, text[1:]
		}
	}
	var n uint64
	for i := 0; i < len(text); i++ {
		b := text[i]
		if !isHex(b) || uint64(unhex(b)) >= base {
			return 0, ErrHost
		}
		if n = n*base + uint64(unhex(b)); n > 1<<32 {
			n = 1 << 32
		}
	}
	return n, nil
}
