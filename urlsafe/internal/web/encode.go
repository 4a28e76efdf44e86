package web

import "unicode/utf8"

// set is a percent-encode set: the ASCII characters that are written as %XX in
// one part of an address. Everything beyond ASCII always is.
type set struct{ low, high uint64 }

func (s *set) has(b byte) bool {
	switch {
	case b < 64:
		return s.low>>b&1 != 0
	case b < 128:
		return s.high>>(b-64)&1 != 0
	}
	return true
}

// The sets of the standard, each built on the one before.
const (
	controlLow  uint64 = 1<<32 - 1
	controlHigh uint64 = 1 << (0x7F - 64)

	querySetLow  = controlLow | 1<<' ' | 1<<'"' | 1<<'#' | 1<<'<' | 1<<'>'
	pathSetLow   = querySetLow | 1<<'?'
	pathSetHigh  = controlHigh | 1<<('^'-64) | 1<<('`'-64) | 1<<('{'-64) | 1<<('}'-64)
	userSetLow   = pathSetLow | 1<<'/' | 1<<':' | 1<<';' | 1<<'='
	userSetHigh  = pathSetHigh | 1<<('@'-64) | 1<<('['-64) | 1<<('\\'-64) | 1<<(']'-64) | 1<<('|'-64)
	fragmentLow  = controlLow | 1<<' ' | 1<<'"' | 1<<'<' | 1<<'>'
	fragmentHigh = controlHigh | 1<<('`'-64)
)

var (
	controlSet      = set{controlLow, controlHigh}
	fragmentSet     = set{fragmentLow, fragmentHigh}
	querySet        = set{querySetLow, controlHigh}
	specialQuerySet = set{querySetLow | 1<<'\'', controlHigh}
	pathSet         = set{pathSetLow, pathSetHigh}
	userSet         = set{userSetLow, userSetHigh}

	// What no host may hold, and what no domain may hold in addition.
	forbiddenHost = set{
		1<<0 | 1<<'\t' | 1<<'\n' | 1<<'\r' | 1<<' ' | 1<<'#' | 1<<'/' | 1<<':' | 1<<'<' | 1<<'>' | 1<<'?',
		1<<('@'-64) | 1<<('['-64) | 1<<('\\'-64) | 1<<(']'-64) | 1<<('^'-64) | 1<<('|'-64),
	}
	forbiddenDomain = set{
		controlLow | 1<<' ' | 1<<'#' | 1<<'%' | 1<<'/' | 1<<':' | 1<<'<' | 1<<'>' | 1<<'?',
		controlHigh | 1<<('@'-64) | 1<<('['-64) | 1<<('\\'-64) | 1<<(']'-64) | 1<<('^'-64) | 1<<('|'-64),
	}
)

// containsASCII reports whether s holds an ASCII character of the set.
func (s *set) containsASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < utf8.RuneSelf && s.has(text[i]) {
			return true
		}
	}
	return false
}

const upperHex = "0123456789ABCDEF"

// appendEncoded appends text with the characters of the set as %XX.
func appendEncoded(dst []byte, text string, s *set) []byte {
	done := 0
	for i := 0; i < len(text); i++ {
		if b := text[i]; s.has(b) {
			dst = append(dst, text[done:i]...)
			dst = append(dst, '%', upperHex[b>>4], upperHex[b&15])
			done = i + 1
		}
	}
	return append(dst, text[done:]...)
}

// percentDecode replaces each %XX in text by its byte.
func percentDecode(text string) string {
	first := 0
	for first < len(text) && text[first] != '%' {
		first++
	}
	if first == len(text) {
		return text
	}
	out := make([]byte, first, len(text))
	copy(out, text)
	for i := first; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]) {
			out = append(out, unhex(text[i+1])<<4|unhex(text[i+2]))
			i += 2
			continue
		}
		out = append(out, text[i])
	}
	return string(out)
}

func isDigit(b byte) bool { return b-'0' < 10 }
func isAlpha(b byte) bool { return b|0x20-'a' < 26 }
func isHex(b byte) bool   { return isDigit(b) || b|0x20-'a' < 6 }

func unhex(b byte) byte {
	if isDigit(b) {
		return b - '0'
	}
	return (b | 0x20 - 'a') + 10
}
