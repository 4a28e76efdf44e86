package urlsafe_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/urlsafe"
)

func TestURL_1_HTML_shows_where_its_anchors_lead(t *testing.T) {
	l := urlsafe.New(nil)
	for markup, want := range map[string]string{
		"":      "",
		"plain": "plain",
		`see <a href="https://evil.com/x">your bank</a>!`:                                                            "see your bank <https://evil.com/x>!",
		`<a href=https://bank.com>bank.com</a>`:                                                                      "bank.com",
		`<a href=https://bank.com>HTTPS://BANK.com/</a>`:                                                             "HTTPS://BANK.com/",
		`<a href="http://bank.com/">bank.com</a>`:                                                                    "bank.com <http://bank.com/>",
		`<a href="http://bank.com@evil.com/">bank.com</a>`:                                                           "bank.com <http://evil.com/>",
		`<a href="http:\\evil.com\bank.com">x</a>`:                                                                   "x <http://evil.com/bank.com>",
		`<a href="https://%65vil.com">x</a>`:                                                                         "x <https://evil.com/>",
		`<a href="//evil.com/">x</a>`:                                                                                "x <https://evil.com/>",
		`<a href="\/evil.com/">x</a>`:                                                                                "x <https://evil.com/>",
		`<a href=" &#104;ttps://evil.com&#10;/a ">x</a>`:                                                             "x <https://evil.com/a>",
		`<a href="/login">Log in</a>`:                                                                                "Log in </login>",
		`<base href=https://evil.com/a/><a href="../login">Log in</a>`:                                               "Log in <https://evil.com/login>",
		`<base href=https://evil.com/a/><a href="https:login">Log in</a>`:                                            "Log in <https://evil.com/a/login>",
		`<a href="#top">up</a> <a href>x</a> <a name=y>z</a>`:                                                        "up x z",
		`<a href="javascript:alert('x')">Click</a>`:                                                                  "Click <javascript:alert('x')>",
		"<a href='java\tscript:alert(\u202e1)'>Click</a>":                                                            "Click <java%09script:alert(%E2%80%AE1)>",
		`<a href="data:text/html,` + strings.Repeat("A", 400) + `">x</a>`:                                            "x <data:text/html," + strings.Repeat("A", 182) + "...>",
		`<a href="mailto:a@evil.com">a@bank.com</a>`:                                                                 "a@bank.com <a@evil.com>",
		`<a href="mailto:a@bank.com">a@bank.com</a>`:                                                                 "a@bank.com",
		`<a href="mailto:a@bank.com?body=x">write</a>`:                                                               "write <mailto:a@bank.com?body=x>",
		`<a href="tel:+1 415 555-2671">call us</a>`:                                                                  "call us <+14155552671>",
		`a<a href="https://e.com/"></a>b`:                                                                            "a https://e.com/b",
		`<a href="https://e.com/"><img alt="A picture"></a>`:                                                         "A picture <https://e.com/>",
		`<a href="https://a.com/">one <a href="https://b.com/">two</a>`:                                              "one <https://a.com/> two <https://b.com/>",
		`<a href="https://a.com/">never closed`:                                                                      "never closed <https://a.com/>",
		`<a href="https://a.com/" href="https://b.com/">first</a>`:                                                   "first <https://a.com/>",
		`<svg><a xlink:href="https://a.com/"><text>svg</text></a></svg>`:                                             "svg <https://a.com/>",
		`<map><area href="https://a.com/" alt="here"> there</map>`:                                                   "here <https://a.com/> there",
		"<p>Hello,</p>\n<p>two\n  lines<br>three</p><div>x</div>y":                                                   "Hello,\n\ntwo lines\nthree\n\nx\ny",
		"<ul><li>one</li><li>two</li></ul>end":                                                                       "- one\n- two\nend",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>":                                            "a b\nc",
		"<pre>a\n  b</pre>c":                                                                                         "a\n  b\nc",
		"x<script>alert('<b>')</script><style>p{}</style><!-- c --><template><b>t</b></template><iframe>f</iframe>y": "xy",
		"&lt;a href=&quot;x&quot;&gt; &amp;amp; &copy;":                                                              `<a href="x"> &amp; ©`,
		"a\x00b \xff <b>\xc3":                                                                                        "a\x00b \ufffd \ufffd",
		"<a href='https://e.com/'>  spaced  </a>  out":                                                               "spaced <https://e.com/> out",
		"<a href='https://evil.com/'>bank.com &lt;https://bank.com/&gt;</a>":                                         "bank.com <https://bank.com/> <https://evil.com/>",
	} {
		require.Equal(t, want, l.FromHTML(markup).Text, "%q", markup)
	}
}

func TestURL_1_a_claim_that_names_another_host_is_a_finding(t *testing.T) {
	l := urlsafe.New(nil)
	for claim, want := range map[string]bool{
		"bank.com":                      true,
		"log in at www.bank.com today":  true,
		"b\u200bank.com":                true,
		"https://evil.com and bank.com": true,
		"joe@bank.com":                  true,
		"bank.com <https://bank.com/>":  true,
		"your bank":                     false,
		"www.evil.com":                  false,
		"http://EVIL.com:80/other":      false,
		"joe@evil.com":                  false,
		"+1 415 555 2671":               false,
	} {
		for _, m := range []urlsafe.Message{
			l.FromHTML(`Please see <a href="https://evil.com/x">` + strings.ReplaceAll(claim, "<", "&lt;") + `</a>`),
			l.FromMarkdown(`Please see [` + claim + `](https://evil.com/x)`),
		} {
			require.True(t, strings.HasSuffix(m.Text, " <https://evil.com/x>"), m.Text)
			last := m.Links[len(m.Links)-1]
			require.Equal(t, "https://evil.com/x", m.Text[last.Start:last.End])
			require.Equal(t, want, last.Level == urlsafe.Suspicious, claim)
			if want {
				require.Equal(t, []urlsafe.Code{urlsafe.OtherHost}, codes(last), claim)
			}
		}
	}
	m := l.FromHTML(`<a href="tel:+14155552671">+1 415 555 2672</a>`)
	require.Equal(t, []urlsafe.Code{urlsafe.OtherHost}, codes(m.Links[1]))

	// Where the claim is an address right before the bracket, the text alone is enough.
	m = l.FromHTML(`<a href="https://evil.com/x">www.bank.com</a>`)
	require.Equal(t, m.Links, l.Find(m.Text))
}

func TestURL_1_Markdown_shows_where_its_links_lead(t *testing.T) {
	l := urlsafe.New(nil)
	for markup, want := range map[string]string{
		"":                                     "",
		"*plain* _text_ [x] (y) ![z] a[0](1":   "*plain* _text_ [x] (y) ![z] a[0](1",
		"see [your bank](https://evil.com/x)!": "see your bank <https://evil.com/x>!",
		"[bank.com](https://bank.com)":         "bank.com",
		"[bank.com](<http://bank.com@evil.com/> \"title\")":  "bank.com <http://evil.com/>",
		"[a]( https://e.com/ 'x\\'y' )":                      "a <https://e.com/>",
		"[a](https://e.com/ (x))":                            "a <https://e.com/>",
		"[a](https://e.com/x_(y)_(z)/)":                      "a <https://e.com/x_(y)_(z)/>",
		"[a](https://e.com/ x)":                              "[a](https://e.com/ x)",
		"[a](https&#58;//e.com/\\_b)":                        "a <https://e.com/_b>",
		"[a](javascript&#58;alert(1))":                       "a <javascript:alert(1)>",
		"[](https://e.com/)":                                 "https://e.com/",
		"[a]()":                                              "a",
		"[a [b] c](https://e.com/)":                          "a [b] c <https://e.com/>",
		"[a [b](https://i.com/) c](https://o.com/)":          "[a b <https://i.com/> c](https://o.com/)",
		"![picture](https://e.com/p.png)":                    "picture <https://e.com/p.png>",
		"[![picture](https://e.com/p.png)](https://t.com/)":  "picture <https://t.com/>",
		"\\[a](https://e.com/)":                              "\\[a](https://e.com/)",
		"[a\\](https://e.com/)":                              "[a\\](https://e.com/)",
		"`[a](https://e.com/)` ``[b](`)``":                   "`[a](https://e.com/)` ``[b](`)``",
		"`[a](https://e.com/)":                               "`a <https://e.com/>",
		"<https://e.com/[x](y)>":                             "<https://e.com/[x](y)>",
		"a < b [c](https://e.com/) > d":                      "a < b c <https://e.com/> > d",
		"[a\n\nb](https://e.com/)":                           "[a\n\nb](https://e.com/)",
		"[a\nb](https://e.com/)":                             "a\nb <https://e.com/>",
		"[full][ref] [Ref][] [ref]\n\n[REF]: https://e.com/": "full <https://e.com/> Ref <https://e.com/> ref <https://e.com/>\n\n",
		"[a][no] [no]\n[ref]: https://e.com/ 'unused'":       "[a][no] [no]\n[ref]: https://e.com/ 'unused'",
		"[a b]: <https://e.com/x y> \"t\"\n[A\n B]":          "A\n B <https://e.com/x%20y>",
		"[x]: https://1.com/\n[x]: https://2.com/\n[x]":      "[x]: https://2.com/\nx <https://1.com/>",
		"\xff[a](https://e.com/)\xff":                        "\ufffda <https://e.com/>\ufffd",
	} {
		require.Equal(t, want, l.FromMarkdown(markup).Text, "%q", markup)
	}
}

// Patterns that make a parser look at the same bytes again and again.
func TestURL_1_markup_takes_linear_time(t *testing.T) {
	l := urlsafe.New(nil)
	for _, pattern := range []string{
		"[", "]", "![", "[a](", "[a](b", "[a](<b", "[a](b \"", "[a](b '[a](b \"", "[[a](", "`", "` `` ``` ", "\\", "<", "a [b] ", "[a][", "[a]: b\n", "[a](https://e.com) ", "![", "[![a](b)](c) ",
		"<a href=https://e.com>", "<a href=https://e.com>x", "<a>", "<pre>", "<", "&", "&#", "<!--", "<script>", "<template>", "<br>", "<li>", "<p>", "a <https://e.com/> ",
	} {
		text := strings.Repeat(pattern, 100_000/len(pattern))
		began := time.Now()
		l.FromMarkdown(text)
		l.FromHTML(text)
		require.Less(t, time.Since(began), 2*time.Second, "%q", pattern)
	}
	nested := strings.Repeat("![", 20_000) + "a" + strings.Repeat("](https://e.com)", 20_000)
	began := time.Now()
	l.FromMarkdown(nested)
	require.Less(t, time.Since(began), 2*time.Second)
	ticks := new(strings.Builder)
	for n := range 450 {
		ticks.WriteString(strings.Repeat("`", n) + " ")
	}
	l.FromMarkdown(ticks.String())
}
