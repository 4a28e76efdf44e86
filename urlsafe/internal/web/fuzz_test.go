package web

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// seeds are addresses that reach every state of the parser.
var seeds = []string{
	"https://example.com", "http://a.b/c/d.html?x=1#y", "https://a.b/./c/%2e%2E/d", "http://a.b/c?'#`",
	"HTTP:\\\\User:Pass@EXAMPLE.com:80\\a\\..\\b", "http://0x7f.1/", "http://[::ffff:1.2.3.4]:8080/", "http://1.2.3.4.5./",
	"file:///C|/x/../..", "file://localhost/", "file:c:\\x", "mailto:a@b.c ?x", "data:text/plain,x  #y", "x:/.//y", "x://h//..//", "x:/..//a",
	"https://bücher.example/ü", "https://xn--a/", "http://a%00b/", "//h/p", "/p", "?q", "#f", "p/../q", "ws://@:", "javascript:alert(1)",
	" \thttp://a\n.b/ ", "http://\xff/", "http://a/\xff", "http://ẞ.Ⴀ/",
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "")
		f.Add(s, "https://user:pw@base.example:8080/a/b?c#d")
		f.Add(s, "file:///C:/a/b")
		f.Add(s, "x:/.//y")
		f.Add(s, "mailto:a@b.c")
	}
	f.Fuzz(func(t *testing.T, raw, baseRaw string) {
		var base *URL
		if b, err := Parse(baseRaw); err == nil {
			base = &b
		}
		u, err := ParseRef(raw, base)
		if err != nil {
			require.Zero(t, u)
			return
		}
		again, err := Parse(u.Href())
		require.NoError(t, err, "%q", u.Href())
		require.Equal(t, u, again)

		// The parts put together are the whole.
		whole := u.Scheme() + ":"
		if u.HasHost() {
			whole += "//" + u.Username()
			if u.Password() != "" {
				whole += ":" + u.Password()
			}
			if u.Username() != "" || u.Password() != "" {
				whole += "@"
			}
			whole += u.Hostname()
			if u.Port() != "" {
				whole += ":" + u.Port()
			}
		} else if strings.HasPrefix(u.Path(), "//") {
			whole += "/."
		}
		whole += u.Path()
		if u.HasQuery() {
			whole += "?" + u.Query()
		}
		if u.HasFragment() {
			whole += "#" + u.Fragment()
		}
		require.Equal(t, u.Href(), whole)
		for _, r := range u.Href() {
			require.True(t, ' ' <= r && r < 0x7F, "%q", u.Href())
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, raw := range []string{raw, "http://" + raw, "https://a.b/" + raw} {
			var fast URL
			if !fast.canonical(raw) {
				continue
			}
			slow, err := parse(raw, nil)
			require.NoError(t, err)
			require.Equal(t, slow, fast)
		}
	})
}

func FuzzToASCII(f *testing.F) {
	for _, s := range []string{"Bücher.example", "xn--bcher-kva.example", "xn--a", "a。b", "ẞ", "\u00ad", "ⅷ", "\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		ascii, err := ToASCII(host)
		if err != nil {
			return
		}
		again, err := ToASCII(ascii)
		require.NoError(t, err)
		require.Equal(t, ascii, again)
		back, err := ToASCII(ToUnicode(ascii))
		require.NoError(t, err)
		require.Equal(t, ascii, back)
		Registrable(ascii)
	})
}
