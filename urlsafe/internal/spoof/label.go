package spoof

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Reason is why a label is not shown in Unicode, or looks like another.
type Reason string

// The reasons; the zero one means that nothing is wrong.
const (
	NotPunycode Reason = "not-punycode" // it begins with "xn--" and is no Punycode of a valid label
	Hidden      Reason = "invisible"    // a character that has no appearance
	Restricted  Reason = "restricted"   // a character that is no letter, digit or mark of today's languages
	Ambiguous   Reason = "ambiguous"    // a character that other software reads as another
	MixedScript Reason = "mixed-script" // letters of scripts that are not written together
	MixedDigits Reason = "mixed-digits" // digits of two systems, or that look like other ones
	StrayMark   Reason = "stray-mark"   // a mark where none belongs, or twice
	OutOfPlace  Reason = "out-of-place" // a character that looks like punctuation or Latin among its neighbours
	LookAlike   Reason = "look-alike"   // it looks like a Latin word, or like a protected name
	TooLong     Reason = "too-long"     // longer than any host in the DNS
	Direction   Reason = "direction"    // labels of both directions, which would be read in another order
)

// judge returns why a label in Unicode must not be shown so under a top-level
// domain, which is in Unicode too; "" if it may.
func judge(label, tld string) Reason {
	runes := []rune(label)
	var scripts script
	for i, r := range runes {
		switch {
		case r < 0x80:
			if 'a' <= r && r <= 'z' {
				scripts |= latin
			}
			continue
		case r == 'ß', r == 'ς':
			return Ambiguous // older software maps them away
		case Invisible(r):
			return Hidden
		case !permitted(r):
			return Restricted
		}
		s := scriptOf(r)
		if s == 0 && unicode.Is(unicode.Mn, r) && i > 0 {
			s = scriptOf(base(runes[:i]))
		}
		scripts |= s
	}
	if !scripts.together() || scripts&^latin != 0 && scripts&latin != 0 && !latinIsASCII(runes) {
		return MixedScript
	}
	for _, rule := range [...]func([]rune) Reason{digits, marks, neighbours, japanese} {
		if why := rule(runes); why != "" {
			return why
		}
	}
	if why := atHomeOnly(runes, tld); why != "" {
		return why
	}
	if foreign := scripts &^ latin; scripts&latin != 0 && foreign != 0 || !foreign.atHome(tld) {
		if digitsLookAlike(runes) {
			return MixedDigits
		}
		if foreign.taken() && wholly(runes) {
			return LookAlike
		}
	} else if hasASCIIDigit(runes) && digitsLookAlike(runes) {
		return MixedDigits
	}
	return ""
}

// permitted reports whether a character that is not ASCII may be shown at all.
func permitted(r rune) bool {
	switch {
	case r == '·', r == '・', r == '׳', r == '״': // punctuation within words; neighbours says where
		return true
	case 0x1CD <= r && r <= 0x1DC, // letters of transcriptions, twins of usual ones
		0x1C80 <= r && r <= 0x1C8F,
		0x1E90 <= r && r <= 0x1E9B,
		0x1F00 <= r && r <= 0x1FFF,
		0xA640 <= r && r <= 0xA69F,
		0xA720 <= r && r <= 0xA7FF,
		0x1E36 <= r && r <= 0x1E3D,            // l with a mark below, which is read as i or j
		0x1100 <= r && r <= 0x11FF,            // parts of Hangul syllables
		r == 0x138,                            // kra, of a spelling that is given up
		r == 0x0620, 0xF8C <= r && r <= 0xF8F, // many fonts lack them
		r == 0x335, r == 0x338, // overlays, which are read as a slash or not at all
		r == 0x58A, r == 0x2010, r == 0x2019, r == 0x2027, r == 0x30A0, r == 0x2BB, r == 0x2BC, r == 0x2EC:
		return false
	}
	return unicode.Is(&allowed, r) && (scriptOf(r) != 0 || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd) || r == 'ー')
}

// base returns the character that a mark after runes stands on.
func base(runes []rune) rune {
	for i := len(runes) - 1; i >= 0; i-- {
		if !unicode.Is(unicode.Mn, runes[i]) {
			return runes[i]
		}
	}
	return 0
}

// latinIsASCII reports whether all Latin letters are ASCII.
func latinIsASCII(runes []rune) bool {
	for _, r := range runes {
		if r >= 0x80 && unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return true
}

// digits refuses digits of more than one system.
func digits(runes []rune) Reason {
	zero := rune(-1)
	for _, r := range runes {
		if !unicode.Is(unicode.Nd, r) {
			continue
		}
		// Digits stand in rows of ten that begin at their zero.
		z := r - digitValue(r)
		if zero >= 0 && z != zero {
			return MixedDigits
		}
		zero = z
	}
	return ""
}

// digitValue returns the value of a decimal digit: Unicode has each ten in a row
// of their own.
func digitValue(r rune) rune {
	for n := rune(0); ; n++ {
		if !unicode.Is(unicode.Nd, r-n-1) {
			return n % 10
		}
	}
}

// marks refuses a mark that stands twice on a letter, or on one that takes none.
func marks(runes []rune) Reason {
	decomposed := []rune(norm.NFD.String(string(runes)))
	for i, r := range decomposed {
		if i > 0 && r == decomposed[i-1] && unicode.Is(unicode.Mn, r) {
			return StrayMark
		}
	}
	for i, r := range runes {
		switch {
		case r < 0x300:
			continue
		case r == 0x3099, r == 0x309A: // of kana: on every letter that takes one they are part of it
			return StrayMark
		case !unicode.Is(unicode.Mn, r):
			continue
		case i == 0:
			return StrayMark
		}
		on := base(runes[:i])
		script := scriptOf(on)
		if r < 0x370 { // marks of Latin, Greek and Cyrillic
			if script&(latin|greek|cyrillic) == 0 || strings.ContainsRune("ijlıȷ", on) {
				return StrayMark
			}
		} else if of := scriptOf(r); script&(latin|greek|cyrillic|cjk) != 0 || of != 0 && of != script {
			return StrayMark
		}
	}
	return ""
}

// strokes are characters of Chinese and Japanese, of one or few strokes, that among
// others are read as a slash, a hyphen or a Latin letter. Those of Bopomofo all are.
const strokes = "ノンソゾトロ一丁七丅丆丨丩丫丬丶丷丿乀乁乂乙乚乛了亅亠亻冂几凵匚十卜厂又口囗工讠〇"

// neighbours refuses characters whose neighbours let them look like others.
func neighbours(runes []rune) Reason {
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return 0
		}
		return runes[i]
	}
	for i, r := range runes {
		if r < 0x80 {
			continue
		}
		before, after := at(i-1), at(i+1)
		switch {
		case r == '·':
			if before != 'l' || after != 'l' {
				return OutOfPlace
			}
		case r == '・':
			if !eastAsian(before) || !eastAsian(after) {
				return OutOfPlace
			}
		case strings.ContainsRune(strokes, r), unicode.Is(unicode.Bopomofo, r):
			if (before != 0 || after != 0) && !eastAsian(before) && !eastAsian(after) {
				return OutOfPlace
			}
		}
	}
	return ""
}

func eastAsian(r rune) bool { return r == 'ー' || r >= 0x80 && scriptOf(r)&cjk != 0 }

// japanese refuses what of the kana is only right after others: the mark of a long
// vowel and those of repetition, and the syllables that are drawn alike in both.
func japanese(runes []rune) Reason {
	alikeHiragana, alikeKatakana := false, false
	var others script
	for i, r := range runes {
		var before script
		if i > 0 {
			before = scriptOf(runes[i-1])
			if runes[i-1] == 'ー' {
				before = hiragana | katakana
			}
		}
		switch r {
		case 'ー':
			if before&(hiragana|katakana) == 0 {
				return OutOfPlace
			}
		case 'ヽ', 'ヾ':
			if before&katakana == 0 {
				return OutOfPlace
			}
		case 'ゝ', 'ゞ':
			if before&hiragana == 0 {
				return OutOfPlace
			}
		case 'へ', 'べ', 'ぺ':
			alikeHiragana = true
		case 'ヘ', 'ベ', 'ペ':
			alikeKatakana = true
		default:
			others |= scriptOf(r)
		}
	}
	kana := others & (hiragana | katakana)
	if alikeHiragana && kana == katakana || alikeKatakana && kana == hiragana || alikeHiragana && alikeKatakana && kana == 0 {
		return MixedScript
	}
	return ""
}

// atHomeOnly refuses letters that are known only where one language is written.
func atHomeOnly(runes []rune, tld string) Reason {
	for _, r := range runes {
		ok := true
		switch r {
		case '·':
			ok = tld == "cat"
		case 'þ', 'ð':
			ok = tld == "is" || tld == "fo"
		case 'ə':
			ok = tld == "az"
		}
		if !ok {
			return OutOfPlace
		}
	}
	return ""
}

// digitsLookAlike reports whether a label reads as a number in ASCII and is none.
func digitsLookAlike(runes []rune) bool {
	foreign := false
	for _, r := range runes {
		if r < 0x80 {
			if (r < '0' || r > '9') && r != '-' {
				return false
			}
			continue
		}
		if looksLike(digitLike, r) == "" {
			return false
		}
		foreign = true
	}
	return foreign
}

func hasASCIIDigit(runes []rune) bool {
	for _, r := range runes {
		if '0' <= r && r <= '9' {
			return true
		}
	}
	return false
}

// wholly reports whether each character of a label is ASCII or can be taken for
// it, so that the whole reads as a Latin word.
func wholly(runes []rune) bool {
	for _, r := range runes {
		if r >= 0x80 && looksLike(alike, r) == "" && looksLike(confusables, r) == "" {
			return false
		}
	}
	return true
}
