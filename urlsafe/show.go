package urlsafe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/urlsafe/internal/scan"
	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
)

// shown is the address as a person sees it. Parsed again it is the same address,
// but for percent-encoding that means nothing.
func (a *address) shown() string {
	switch a.kind {
	case Phone:
		return strings.Replace(strings.TrimPrefix(a.href, "tel:"), ";ext=", " ext. ", 1)
	case Mail:
		if a.href == "" {
			return visible(a.face)
		}
		shown := appendShown(nil, a.local)
		shown = append(append(shown, '@'), a.face...)
		if a.url.HasQuery() {
			shown = appendShown(append(shown, '?'), a.url.Query())
		}
		return string(shown)
	}
	u := a.url
	if a.href == "" {
		return visible(a.face)
	}
	if !u.HasHost() || a.host == "" {
		return visible(a.href)
	}
	scheme, path := u.Scheme(), u.Path()
	if path == "/" && !u.HasQuery() && !u.HasFragment() {
		path = ""
	}
	if a.face == a.host && path == u.Path() && strings.IndexByte(a.href, '%') < 0 {
		return a.href
	}
	shown := make([]byte, 0, len(a.href))
	shown = append(append(append(shown, scheme...), "://"...), a.face...)
	if u.Port() != "" {
		shown = append(append(shown, ':'), u.Port()...)
	}
	shown = appendShown(shown, path)
	if u.HasQuery() {
		shown = appendShown(append(shown, '?'), u.Query())
	}
	if u.HasFragment() {
		shown = appendShown(append(shown, '#'), u.Fragment())
	}
	return string(shown)
}

// whole is the actual address, all ASCII.
func (a *address) whole() string {
	switch {
	case a.href == "":
		return visible(a.face)
	case a.host != "" && a.kind == Web: // the parser leaves nothing invisible there
		return a.href
	}
	return visible(a.href)
}

// shown is an address that was normalised before, as a person sees it.
func (l *Links) shown(href string) string {
	var a address
	if !l.look(&a, scan.URL, href) {
		return visible(href)
	}
	return a.shown()
}

// appendShown undoes the percent-encoding of what stays visible and cannot be
// taken for anything else: letters, digits, and other characters than ASCII that
// have an appearance of their own.
func appendShown(dst []byte, escaped string) []byte {
	before := ' ' // what the next character will stand behind
	for i := 0; i < len(escaped); {
		r, n := unescape(escaped[i:])
		switch {
		case n == 0:
			before = rune(escaped[i])
			dst = append(dst, escaped[i])
			i++
		case r < utf8.RuneSelf && isAlnum(r) && !cutsEscape(dst), r >= utf8.RuneSelf && showable(before, r):
			before = r
			dst = utf8.AppendRune(dst, r)
			i += n
		default:
			before = ' '
			dst = append(dst, escaped[i:i+n]...)
			i += n
		}
	}
	return dst
}

// cutsEscape reports whether what is shown ends in a percent sign that encodes
// nothing yet, and would with what comes.
func cutsEscape(shown []byte) bool {
	n := len(shown)
	return n > 0 && shown[n-1] == '%' || n > 1 && shown[n-2] == '%'
}

// showable reports whether a character that was encoded can be shown as itself
// behind another.
func showable(before, r rune) bool {
	switch {
	case r == utf8.RuneError, spoof.Invisible(r), strings.ContainsRune(twins, r), strings.ContainsRune(locks, r):
		return false
	case unicode.Is(unicode.Me, r):
		return false
	case unicode.IsMark(r):
		return unicode.IsLetter(before) || before >= utf8.RuneSelf && unicode.IsMark(before)
	}
	return unicode.IsGraphic(r)
}

// locks look like what a browser shows beside an address.
const locks = "\U0001f50f\U0001f510\U0001f511\U0001f512\U0001f513\U0001f5dd\U0001f6e1\u2713\u2714\u2705\u26a0"

// unescape reads one percent-encoded character. n is 0 where there is none; bytes
// that are not UTF-8 are U+FFFD, one at a time.
func unescape(text string) (r rune, n int) {
	b, ok := octet(text)
	if !ok {
		return 0, 0
	}
	if b < utf8.RuneSelf {
		return rune(b), 3
	}
	var char [utf8.UTFMax]byte
	size := 0
	for ; size < len(char) && ok; size++ {
		char[size] = b
		if r, _ := utf8.DecodeRune(char[:size+1]); r != utf8.RuneError {
			return r, 3 * (size + 1)
		}
		b, ok = octet(text[3*(size+1):])
	}
	return utf8.RuneError, 3
}

func octet(text string) (byte, bool) {
	if len(text) < 3 || text[0] != '%' {
		return 0, false
	}
	high, low := hex(text[1]), hex(text[2])
	return high<<4 | low, high < 16 && low < 16
}

func hex(b byte) byte {
	switch {
	case '0' <= b && b <= '9':
		return b - '0'
	case 'a' <= b|0x20 && b|0x20 <= 'f':
		return b | 0x20 - 'a' + 10
	}
	return 255
}

// decode undoes all percent-encoding.
func decode(text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if b, ok := octet(text[i:]); ok {
			plain = append(plain, b)
			i += 2
		} else {
			plain = append(plain, text[i])
		}
	}
	return string(plain)
}

// visible percent-encodes what is not ASCII, or is not seen.
func visible(text string) string {
	const digits = "0123456789ABCDEF"
	var shown []byte
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b > ' ' && b < 0x7f {
			if shown != nil {
				shown = append(shown, b)
			}
			continue
		}
		if shown == nil {
			shown = append(make([]byte, 0, len(text)+16), text[:i]...)
		}
		shown = append(shown, '%', digits[b>>4], digits[b&15])
	}
	if shown == nil {
		return text
	}
	return string(shown)
}
