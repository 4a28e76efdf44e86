// Package prose finds what in a message is written by people for people, and
// what is code, a link or an e-mail address and has to stay as it is.
package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Kind is what a part of a message is.
type Kind uint8

// The kinds.
const (
	Text Kind = iota
	Code      // between backticks, with them
	Link      // an address of the web or of mail
)

// Parts cuts the text into parts without gaps, in order, until yield returns
// false. Neighbouring parts of kind Text may be several. It takes linear time.
func Parts(text string, yield func(start, end int, k Kind) bool) {
	var code *ticks
	from := 0 // where the present part of kind Text begins
	for i := 0; i < len(text); {
		if text[i] == '`' {
			if code == nil {
				code = ticksIn(text)
			}
			end, ok := code.code(i)
			if !ok {
				i = end
				continue
			}
			if from < i && !yield(from, i, Text) || !yield(i, end, Code) {
				return
			}
			i, from = end, end
			continue
		}
		end := token(text, i)
		if end == i { // white space and what stands between tokens
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		if at := link(text[i:end]); at >= 0 {
			at += i
			if from < at && !yield(from, at, Text) || !yield(at, end, Link) {
				return
			}
			from = end
		}
		i = end
	}
	if from < len(text) {
		yield(from, len(text), Text)
	}
}

// token is where the token that begins at i ends.
func token(text string, i int) int {
	for i < len(text) {
		switch c := text[i]; {
		case c <= ' ' || c == '`' || c == '<' || c == '>' || c == '"':
			return i
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if unicode.IsSpace(r) {
				return i
			}
			i += size
		}
	}
	return i
}

// link is where in a token an address begins that goes on to the token's end, or
// -1.
func link(token string) int {
	if i := strings.Index(token, "://"); i > 0 {
		at := i
		for at > 0 && scheme(token[at-1]) {
			at--
		}
		for at < i && !letter(token[at]) {
			at++
		}
		if at < i && len(token) > i+len("://") {
			return at
		}
	}
	at := 0
	for at < len(token) && strings.IndexByte("([{'*_,;:", token[at]) >= 0 {
		at++
	}
	rest := token[at:]
	if len(rest) > 4 && strings.EqualFold(rest[:4], "www.") && rest[4] != '.' {
		return at
	}
	if i := strings.IndexByte(rest, '@'); i > 0 && domain(rest[i+1:], false) && !strings.Contains(rest[:i], "..") {
		return at
	}
	if domain(rest, true) {
		return at
	}
	return -1
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }
func scheme(c byte) bool { return letter(c) || digit(c) || c == '+' || c == '-' || c == '.' }

// domain reports whether the text begins with the name of a host that has a
// dot. A bare one must end as addresses mostly do, or have a path: after
// "end.The" a space was forgotten.
func domain(s string, bare bool) bool {
	n, dot := 0, -1
	for n < len(s) && (letter(s[n]) || digit(s[n]) || s[n] == '-' || s[n] == '.' || s[n] >= utf8.RuneSelf) {
		if s[n] == '.' {
			if n == dot+1 {
				break // empty label
			}
			if n+1 == len(s) || !letter(s[n+1]) && !digit(s[n+1]) && s[n+1] < utf8.RuneSelf {
				break // the full stop after it
			}
			dot = n
		}
		n++
	}
	if dot <= 0 || n-dot < 3 {
		return false
	}
	if !bare {
		return true
	}
	last := s[dot+1 : n]
	if n < len(s) && s[n] == '/' && n+1 < len(s) {
		for i := range len(last) {
			if !letter(last[i]) {
				return false
			}
		}
		return true
	}
	switch strings.ToLower(last) {
	case "com", "org", "net", "edu", "gov", "info", "biz", "eu", "de", "at", "ch", "uk", "us", "fr", "it", "es", "nl", "be", "pl",
		"dk", "se", "fi", "cz", "io", "dev", "app", "shop", "online", "example":
		return last == strings.ToLower(last) || s == strings.ToUpper(s)
	}
	return false
}
