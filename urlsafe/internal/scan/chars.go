package scan

import "unicode"

// A set holds bytes, a bit each; those here hold ASCII only.
type set [4]uint64

func (s *set) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

const (
	digits  = (1<<10 - 1) << '0'
	letters = (1<<26-1)<<('A'-64) | (1<<26-1)<<('a'-64)
)

var (
	alnums = set{digits, letters}

	// What the local part of an e-mail address may hold.
	locals = set{digits | 1<<'.' | 1<<'+' | 1<<'-' | 1<<'%' | 1<<'&' | 1<<'\'', letters | 1<<('_'-64)}

	// What a scheme may hold.
	schemes = set{digits | 1<<'.' | 1<<'+' | 1<<'-', letters}

	// What may stand in a path but not end it.
	softs = set{
		1<<'.' | 1<<',' | 1<<';' | 1<<':' | 1<<'!' | 1<<'?' | 1<<'*' | 1<<'\'' | 1<<'"',
		1<<('_'-64) | 1<<('~'-64) | 1<<('|'-64) | 1<<('\\'-64) | 1<<('^'-64),
	}
)

func isDigit(c byte) bool { return c-'0' < 10 }
func isAlpha(c byte) bool { return (c|0x20)-'a' < 26 }
func isAlnum(c byte) bool { return alnums.has(c) }
func isHex(c byte) bool   { return isDigit(c) || (c|0x20)-'a' < 6 }

// unhex gives the value of a hexadecimal digit.
func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// isHost reports whether r, which is not ASCII, may stand in a host. Invisible
// characters that a browser maps to nothing may: what opens must be judged as
// it was written. Punctuation, white space, characters that change direction,
// and symbols that pass for a slash or a separator may not.
func isHost(r rune) bool {
	switch {
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r), isIgnorable(r):
		return true
	case r == 0xB7 || r == 0x30FB || r == 0x5F3 || r == 0x5F4: // middle dots, geresh, gershayim
		return true
	case r == unicode.ReplacementChar, isSlash(r), r >= 0xFF00 && r < 0xFFF0:
		return false
	}
	return unicode.Is(unicode.So, r) || r > 0x2100 && unicode.Is(unicode.Sm, r)
}

// isIgnorable reports whether r is invisible and without effect on direction.
func isIgnorable(r rune) bool {
	switch r {
	case 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF:
		return true
	}
	return false
}

// isSlash reports whether r, which is not ASCII, passes for a slash.
func isSlash(r rune) bool {
	switch r {
	case 0x2044, 0x2215, 0x29F5, 0x29F8, 0x29F9, 0x2571, 0x2572, 0xFF0F, 0xFF3C:
		return true
	}
	return false
}

// isGlue reports whether r touches its neighbours without a space and without
// making one word with them: the letters of East and Southeast Asia, and
// symbols such as emoji.
func isGlue(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r >= 0x0E00 && r < 0x0F00, // Thai, Lao
		r >= 0x1000 && r < 0x10A0,   // Myanmar
		r >= 0x1100 && r < 0x1200,   // Hangul
		r >= 0x1780 && r < 0x1800,   // Khmer
		r >= 0x2E80 && r < 0xA000,   // Han, kana, Bopomofo
		r >= 0xA960 && r < 0xA980,   // Hangul
		r >= 0xAC00 && r < 0xD800,   // Hangul
		r >= 0xF900 && r < 0xFB00,   // Han
		r >= 0xFF66 && r < 0xFFDD,   // halfwidth kana and Hangul
		r >= 0x1AFF0 && r < 0x1B170, // kana
		r >= 0x20000 && r < 0x40000, // Han
		r == 0xFE0F, r == 0x200D:    // what colours and joins emoji
		return true
	}
	return unicode.IsSymbol(r)
}

// isWord reports whether r belongs to a word that no address may start in.
func isWord(r rune) bool {
	if r < 0x80 {
		return r == '_' || isAlnum(byte(r))
	}
	return !isGlue(r) && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r))
}

// isSigil reports whether r before a name makes it something else than an
// address: a mention, a tag, a stock symbol.
func isSigil(r rune) bool {
	switch r {
	case '@', '#', '$', '_', '＠', '＃', '＄', '＿':
		return true
	}
	return false
}
