package spoof

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Beside confusables, these hold what characters look like at the size of an
// address, each character with the ASCII that it is taken for behind it.
const (
	// alike can be taken for Latin by itself: a word wholly of such letters reads
	// as a Latin one.
	alike = "" +
		// Greek and Cyrillic
		"κkωwτtεeβbχxϼp" +
		"кkмmпnԥnъbыbiьbԍgԗpюioһhґrҭt" +
		// Armenian, Georgian and Hebrew
		"աwսuցgզqոnւlօoլlհhռn" +
		"ვ3კ3პ3ც3ოmძdყyჽuჿoხb" +
		"דtוiחnיiןlסo" +
		// Ethiopic
		"ሀuሁuሆuለnሐmሓdመdሠwሰnበnተtነjአnከnዐoዕoኮnዋpዖoዘhየpደxጀxፐtፑt" +
		// Thai and Lao
		"กnดaทnนuบuปuพwฟwมuรsลaหnเlแll๐o" +
		"ກnດaທnນuບuປuພwຟwມuຣsລaຫnຮsເlແll໐o" +
		// Myanmar
		"ကmခaဂoငcဆmဈgဉgဌgဎgတoထoဒ3ပuဗoဝoဥgဧeသwဃwယwဘm၀o၁o၂j၃q၄g၅g၇rၔeဍ3႐o႑o႒j႓a႔e႕g႖c႗l႘b႙u" +
		// Indic scripts: digits, and the few letters that are as round or straight
		"ऽsऱtटcठo०o२2३3" +
		"ঽs০o২2৩3৪8৭9" +
		"ਠo੦o੧9੨2੩3੪8੫4ੜ3" +
		"ટcડsઠoઽs૦o૧9૨2૩3૬5૭9" +
		"ଠoଽs୦o୧9୨9୩3୫7୬7୮l" +
		"டlபu௦o௧s" +
		"ంoఠoఽs౦o౧c౨9౩3౭2౮r౯r" +
		"ಂoಠoಽs೦o೧c೨9೩3೭2೯r" +
		"ടsഠoധwനmറoംo൦o൧d൭9"

	// near can be taken for Latin where a known name leads one to expect it.
	near = "" +
		"ßssðdþpħhŋnĸkŧtƅbɡgəeƙkɑaɩiʋvœceʃf" +
		"θ0ϼpχxλaμuπnζzηn" +
		"вbнhтtшwщwзeлnдdиuчyџuљbњhжxяrэ3фoєeћhђhқkҝkҟkҡkԟkңhҥhӈhӊhԧhԩhҏpԏtӎmғfӻfҙ3ӡ3ԃd" +
		"ҹyӽxӿxҳxҷyҵuӄkӷrӏlіiӀlґr" +
		"丁t丅t丆t七t丩4丫y乂x十t工iㄒtㄨxㄈcㄐ4ㄚy卜l口o日b田b〇o三e门n冂n几n山w又x入a乙z了3二= ㄇn" +
		"շ2ճ4նuթpՀo"
)

// digitLike holds what is taken for an ASCII digit, and that digit.
const digitLike = "" +
	"θ0०0০0੦0૦0୦0౦0೦0൦0๐0໐0၀0௦0〇0о0ο0օ0ഠ0ଠ0ዐ0ဝ0" +
	"১1١1۱1௧1ӏ1" +
	"२2২2੨2૨2շ2೭2౭2೨2ջ2" +
	"з3ҙ3ӡ3उ3३3ও3৩3ਤ3੩3૩3౩3೩3ဒ3ვ3პ3კ3ც3უ3ჳ3ੜ3ҽ3э3" +
	"੫4丩4ㄐ4ճ4५4ч4ҹ4" +
	"૬5୫8" +
	"б6ৎ6" +
	"७7୬7" +
	"৪8੪8" +
	"৭9੧9૭9૧9୨9౨9୧9१9೯9"

// looksLike returns the ASCII that a table holds behind r, "" if r is not in it.
func looksLike(table string, r rune) string {
	i := strings.IndexRune(table, r)
	if i < 0 {
		return ""
	}
	rest := table[i+utf8.RuneLen(r):]
	n := 0
	for n < len(rest) && rest[n] < utf8.RuneSelf {
		n++
	}
	return rest[:n]
}

// appendLook appends what a label looks like at a glance: its skeleton, without
// marks and each character as the ASCII that it is taken for, with what melts into
// one letter or stands for one in ASCII put as that letter. Two labels that look
// alike give the same.
func appendLook(dst []byte, label string) []byte {
	start := len(dst)
	if !isASCII(label) {
		for _, r := range norm.NFD.String(label) {
			switch {
			case r < utf8.RuneSelf:
				dst = append(dst, byte(r))
			case unicode.Is(unicode.Mn, r):
			default:
				dst = append(dst, resemblance(r)...)
			}
		}
	} else {
		dst = append(dst, label...)
	}

	look := dst[start:]
	n := 0
	for i := 0; i < len(look); i++ {
		b := look[i]
		var next byte
		if i+1 < len(look) {
			next = look[i+1]
		}
		switch {
		case b == 'r' && next == 'n':
			b, i = 'm', i+1
		case b == 'v' && next == 'v':
			b, i = 'w', i+1
		case b == 'c' && (next == 'l' || next == '1'):
			b, i = 'd', i+1
		case b == '0':
			b = 'o'
		case b == '1':
			b = 'l'
		case b == '3':
			b = 'e'
		case b == '4':
			b = 'a'
		case b == '5':
			b = 's'
		}
		look[n] = b
		n++
	}
	look = look[:n]
	if n > minLength {
		for i, b := range look {
			if b == 'i' {
				look[i] = 'l'
			}
		}
	}
	return dst[:start+n]
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// resemblance returns the ASCII that r is taken for, or r.
func resemblance(r rune) string {
	for _, table := range [...]string{near, alike, confusables} {
		if s := looksLike(table, r); s != "" {
			return s
		}
	}
	return string(r)
}
