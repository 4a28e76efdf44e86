package urlsafe_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

var seeds = []string{
	"", "hello", "see https://example.com/a(b).", "http://user:pw@evil.com:81/x?y#z", "joe@exämple.com, +1 415 555 2671", "bank.com <https://evil.com/>",
	"http://0x7f.1 http://раураl.com https://münchen.de/stra%C3%9Fe?%E2%80%AE#%41", "<a href=\"javascript:alert(1)\">x</a>\r\n\x00\xff", "https://e.com/%25%34%31%%34%31%e9%CC%81",
	"[a](https://e.com/ 'x') ![b][c] `d`\n\n[c]: <https://f.com/>", "<a href='http://e.com\\@f.com'>e.com</a><pre> x", "\u202ehttp://e.com\u202c http://[::ffff:1.2.3.4]:8080/", "mailto:a%40b@c.de?subject=%3Cx&cc=y",
	"http://exa\u200bmple.com/\u200d https://e.com/a\u0301b 日本語.jp/パス。",
}

// sound holds for all links of a text.
func sound(t *testing.T, l *urlsafe.Links, text string, links []urlsafe.Link) {
	at := 0
	for _, k := range links {
		require.True(t, at <= k.Start && k.Start < k.End && k.End <= len(text), "spans are in order and inside")
		for _, i := range []int{k.Start, k.End} {
			require.True(t, i == len(text) || utf8.RuneStart(text[i]) || !utf8.ValidString(text), "on borders of runes")
		}
		at = k.End
		require.Equal(t, k.Level == urlsafe.Blocked, k.Href == "")
		require.Equal(t, k.Level == urlsafe.OK, len(k.Findings) == 0)
		for _, f := range k.Findings {
			require.NotEmpty(t, f.Code)
			require.Equal(t, -1, strings.IndexFunc(f.Sentence, func(r rune) bool { return r < ' ' || r > '~' }), "%q", f.Sentence)
		}
		require.Equal(t, -1, strings.IndexFunc(k.Text, spoof.Invisible), "%q", k.Text)
		require.Equal(t, -1, strings.IndexFunc(k.Tooltip, func(r rune) bool { return r <= ' ' || r > '~' }), "%q", k.Tooltip)
		require.True(t, utf8.ValidString(k.Text))
		if k.Level == urlsafe.Blocked {
			continue
		}
		require.Equal(t, k.Href, k.Tooltip)
		short := k.Shorten(20)
		if k.Kind != urlsafe.Web {
			continue
		}
		opened, err := web.Parse(k.Href)
		require.NoError(t, err)
		require.Equal(t, k.Href, opened.Href())
		require.Empty(t, opened.Username()+opened.Password())
		shown, err := web.Parse(k.Text)
		require.NoError(t, err, "%q", k.Text)
		require.Equal(t, opened.Hostname(), shown.Hostname(), "the shown host is the one that is opened")
		require.Equal(t, opened.Port(), shown.Port())
		again, err := l.Check(k.Text)
		if err == nil {
			require.Equal(t, k.Text, again.Text, "what is shown is shown again")
			require.Equal(t, opened.Hostname(), must(web.Parse(again.Href)).Hostname())
		}
		host := must(web.Parse(k.Text)).Hostname()
		registrable := web.Registrable(host)
		if web.ToUnicode(registrable) == registrable {
			require.Contains(t, short, registrable)
		}
	}
}

func FuzzLinks(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	l := urlsafe.New(&urlsafe.Policy{Region: "US", Protected: []string{"bank.com"}})
	f.Fuzz(func(t *testing.T, text string) {
		links := l.Find(text)
		sound(t, l, text, links)

		require.Equal(t, drawn(text), seen(t, l.HTML(text)))

		var source strings.Builder
		n := 0
		for _, s := range l.Segments(text) {
			require.NotEmpty(t, s.Source)
			source.WriteString(s.Source)
			if s.Link != nil {
				require.Equal(t, links[n], *s.Link)
				n++
			}
		}
		require.Equal(t, text, source.String())
		require.Equal(t, len(links), n)

		plain := l.Plain(text)
		require.True(t, utf8.ValidString(plain))
		require.GreaterOrEqual(t, len(plain), len(text))
	})
}

func FuzzMarkup(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	l := urlsafe.New(nil)
	f.Fuzz(func(t *testing.T, markup string) {
		for _, m := range []urlsafe.Message{l.FromHTML(markup), l.FromMarkdown(markup)} {
			require.True(t, utf8.ValidString(m.Text))
			sound(t, l, m.Text, m.Links)
			require.Equal(t, drawn(m.Text), seen(t, l.HTML(m.Text)))
		}
	})
}

func FuzzCheck(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	l := urlsafe.New(&urlsafe.Policy{Protected: []string{"bank.com"}})
	f.Fuzz(func(t *testing.T, raw string) {
		link, err := l.Check(raw)
		if err != nil {
			require.NotEmpty(t, err.(*urlsafe.RefusedError).Findings)
			return
		}
		require.Regexp(t, `^https?://[!-~]+$`, link.Href)
		require.LessOrEqual(t, len(link.Href), 2048)
		sound(t, l, strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' }), []urlsafe.Link{link})
		again, err := l.Check(link.Href)
		require.NoError(t, err, "what is normalised can be pushed")
		require.Equal(t, link.Href, again.Href)
	})
}
