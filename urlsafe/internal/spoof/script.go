package spoof

import "unicode"

// script is a set of scripts; one bit each.
type script uint32

const (
	latin script = 1 << iota
	han
	hiragana
	katakana
	bopomofo
	hangul
	cyrillic
	greek
	arabic
	hebrew
	armenian
	georgian
	thai
	lao
	devanagari
	bengali
	gurmukhi
	gujarati
	oriya
	tamil
	telugu
	kannada
	malayalam
	sinhala
	ethiopic
	myanmar
	khmer
	tibetan
	thaana

	cjk = han | hiragana | katakana | bopomofo | hangul
)

// scriptOf returns the script of r; 0 if it is common to several, or none of those
// that UTS #39 recommends.
func scriptOf(r rune) script {
	for i, table := range [...]*unicode.RangeTable{
		unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Hangul,
		unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Armenian, unicode.Georgian,
		unicode.Thai, unicode.Lao, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
		unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Ethiopic, unicode.Myanmar, unicode.Khmer, unicode.Tibetan, unicode.Thaana,
	} {
		if unicode.Is(table, r) {
			return 1 << i
		}
	}
	return 0
}

// together reports whether scripts may stand in one label: one alone, or those
// that Japanese, Chinese and Korean are written in, each with Latin. It is what
// UTS #39 calls highly restrictive.
func (s script) together() bool {
	if s&(s-1) == 0 {
		return true
	}
	for _, writing := range [...]script{
		latin | han | hiragana | katakana,
		latin | han | bopomofo,
		latin | han | hangul,
	} {
		if s&^writing == 0 {
			return true
		}
	}
	return false
}

// atHome reports whether people who read the script are at home under a top-level
// domain, so that they do not take its letters for Latin: the domain is written in
// it, or is of a country where it is.
func (s script) atHome(tld string) bool {
	for _, r := range tld {
		if r >= 0x80 && scriptOf(r) == s {
			return true
		}
	}
	switch s {
	case cyrillic:
		switch tld {
		case "ru", "su", "by", "ua", "bg", "mk", "rs", "me", "ba", "kz", "kg", "uz", "tj", "tm", "mn", "md":
			return true
		}
	case greek:
		return tld == "gr" || tld == "cy"
	case armenian:
		return tld == "am"
	case georgian:
		return tld == "ge"
	case hebrew:
		return tld == "il"
	case ethiopic:
		return tld == "et" || tld == "er"
	case thai:
		return tld == "th"
	case lao:
		return tld == "la"
	case myanmar:
		return tld == "mm"
	case bengali:
		return tld == "in" || tld == "bd"
	case devanagari:
		return tld == "in" || tld == "np"
	case gurmukhi, gujarati, oriya, telugu, kannada, malayalam:
		return tld == "in"
	case tamil:
		return tld == "in" || tld == "lk" || tld == "sg"
	case sinhala:
		return tld == "lk"
	}
	return false
}

// taken reports whether the script has letters that can be taken for Latin ones.
func (s script) taken() bool {
	const none = latin | cjk | arabic | khmer | tibetan | thaana
	return s != 0 && s&none == 0
}
