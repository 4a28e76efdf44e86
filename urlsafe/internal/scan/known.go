package scan

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/xurls/v2"
)

// maxTLD is more bytes than any top-level domain has.
const maxTLD = 64

// isTLD reports whether label, in any case, is a top-level domain of the public
// internet.
func isTLD(label string) bool {
	if label == "com" || label == "net" || label == "org" {
		return true
	}
	if len(label) < 2 || len(label) > maxTLD {
		return false
	}
	var buf [maxTLD + utf8.UTFMax]byte
	low := lower(buf[:0], label)
	if len(low) > 4 && string(low[:4]) == "xn--" {
		return true // the lists hold these in Unicode only
	}
	// The list is sorted, so it is searched as it is: eleven comparisons, and
	// nothing to build or to keep.
	_, ok := slices.BinarySearchFunc(xurls.TLDs, low, func(tld string, low []byte) int {
		return strings.Compare(tld, string(low))
	})
	return ok
}

// lower appends the lower case of s to dst, up to its capacity.
func lower(dst []byte, s string) []byte {
	for _, r := range s {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		} else if r >= utf8.RuneSelf {
			r = unicode.ToLower(r)
		}
		if len(dst)+utf8.UTFMax > cap(dst) {
			break
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// leadingTLD gives the length of the longest top-level domain that label, a text
// in a script without spaces, starts with, or 0.
func leadingTLD(label string) int {
	const most = 12 // runes; more than any of those scripts has
	var ends [most]int
	n := 0
	for i, r := range label {
		if n == most {
			break
		}
		ends[n] = i + utf8.RuneLen(r)
		n++
	}
	for n--; n >= 0; n-- {
		if ends[n] <= len(label) && isTLD(label[:ends[n]]) {
			return ends[n]
		}
	}
	return 0
}

// maxScheme is at least the length of any scheme that is looked for.
const maxScheme = 40

// schemesKnown are the schemes of xurls, whose lists are not quite sorted. They
// are gathered when one other than http is first met.
var schemesKnown = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool, len(xurls.Schemes)+len(xurls.SchemesUnofficial))
	for _, list := range [][]string{xurls.Schemes, xurls.SchemesUnofficial} {
		for _, s := range list {
			known[strings.ToLower(s)] = true
		}
	}
	return known
})

// wants reports whether an address with this scheme before "//" is looked for.
func (f *finder) wants(scheme string) bool {
	if f.schemes != nil {
		return f.schemes(strings.ToLower(scheme))
	}
	if scheme == "https" || scheme == "http" {
		return true
	}
	var buf [maxScheme + utf8.UTFMax]byte
	return schemesKnown()[string(lower(buf[:0], scheme))]
}

// wantsOpaque is the same for schemes without "//".
func (f *finder) wantsOpaque(scheme string) bool {
	if f.schemes == nil {
		return strings.EqualFold(scheme, "mailto") || strings.EqualFold(scheme, "tel")
	}
	return isOpaque(scheme) && f.schemes(strings.ToLower(scheme))
}

// isOpaque reports whether scheme is well known and needs no "//".
func isOpaque(scheme string) bool {
	for _, s := range [...]string{"about", "blob", "data", "javascript", "vbscript", "view-source"} {
		if strings.EqualFold(s, scheme) {
			return true
		}
	}
	for _, s := range xurls.SchemesNoAuthority {
		if strings.EqualFold(s, scheme) {
			return true
		}
	}
	return false
}
