package web

// newer maps a character as UTS #46 has done since Unicode 15.1 and 16 where it
// did otherwise in Unicode 15, the state of the tables that x/net/idna chooses up
// to Go 1.26: what was turned into other letters or refused is a letter of its
// own, an upper case letter has its lower case, and what has no appearance is
// ignored. It was found by comparing the two tables (15.0.0 and 17.0.0) that
// x/net/idna holds, character by character. With the newer table it does nothing
// that the table would not do. Letters that came after Unicode 15 are refused by
// the older one.
func newer(r rune) rune {
	const ignored = -1
	switch {
	case r < 0x4C0:
		return r
	case r == 0x4C0: // Cyrillic palochka
		return 0x4CF
	case 0x10A0 <= r && r <= 0x10C5: // Georgian capitals
		return r + 0x2D00 - 0x10A0
	case r == 0x1E9E: // capital sharp s
		return 0xDF
	case r == 0x2132: // turned F
		return 0x214E
	case r == 0x2183: // reversed C
		return 0x2184
	case r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, // Hangul fillers
		r == 0x17B4, r == 0x17B5, // Khmer inherent vowels
		r == 0x180E, // Mongolian vowel separator
		0x2061 <= r && r <= 0x2063, 0x206A <= r && r <= 0x206F,
		0x1D173 <= r && r <= 0x1D17A: // beams, ties and phrases of music
		return ignored
	case r == 0x2F868: // ideographs whose first decomposition was wrong
		return 0x36FC
	case r == 0x2F874:
		return 0x5F53
	case r == 0x2F91F:
		return 0x243AB
	case r == 0x2F95F:
		return 0x7AEE
	case r == 0x2F9BF:
		return 0x45D7
	}
	return r
}
