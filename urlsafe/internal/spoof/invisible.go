package spoof

import "unicode"

// Invisible reports whether r has no appearance of its own or changes that of
// what stands around it: control characters, bidirectional controls, zero-width
// characters, line separators, variation selectors, fillers, tags, and what else
// Unicode says to ignore where it cannot be displayed. A space that is no plain
// one counts too: it cannot be told from nothing or from another.
func Invisible(r rune) bool {
	if r < 0x7F {
		return r < ' '
	}
	switch {
	case r < 0xA0, // DEL and the C1 controls
		r == 0xAD,                 // soft hyphen
		r == 0x34F,                // combining grapheme joiner
		r == 0x115F,               // Hangul fillers
		r == 0x1160,               //
		r == 0x17B4,               // Khmer inherent vowels
		r == 0x17B5,               //
		r == 0x2800,               // Braille pattern without dots
		r == 0x3164,               // Hangul fillers
		r == 0xFFA0,               //
		0xFFF0 <= r && r < 0xFFFC: // interlinear annotation, and what is ignored beside it
		return true
	}
	return unicode.In(r,
		unicode.Cf, unicode.Zs, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector,
		unicode.Other_Default_Ignorable_Code_Point,
	)
}
