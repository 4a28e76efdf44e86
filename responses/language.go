package responses

import "strings"

// languageTag reports whether the text has the form of a language tag: two or
// three letters, then parts of 1 to 8 letters and digits after hyphens.
func languageTag(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 || i == 0 && (len(part) < 2 || len(part) > 3) {
			return false
		}
		for j := range len(part) {
			c := part[j]
			if !('a' <= c|0x20 && c|0x20 <= 'z') && (i == 0 || c < '0' || '9' < c) {
				return false
			}
		}
	}
	return len(s) <= 35
}

// wider is the next wider tag: "de" for "de-AT", "" for "de".
func wider(tag string) string {
	return tag[:max(strings.LastIndexByte(tag, '-'), 0)]
}

// tagKey is a tag as tags are compared.
func tagKey(tag string) string {
	if len(tag) > 35 {
		tag = tag[:35] // longer than any that is in a library
	}
	return strings.ReplaceAll(strings.ToLower(tag), "_", "-")
}
