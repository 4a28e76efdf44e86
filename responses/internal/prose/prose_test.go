package prose_test

import (
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/responses/internal/prose"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// marked is the text with code in [] and links in {}.
func marked(text string) string {
	var b strings.Builder
	prose.Parts(text, func(start, end int, k prose.Kind) bool {
		switch part := text[start:end]; k {
		case prose.Code:
			b.WriteString("[" + part + "]")
		case prose.Link:
			b.WriteString("{" + part + "}")
		default:
			b.WriteString(part)
		}
		return true
	})
	return b.String()
}

func TestMSG_5_code_and_links_are_found(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"a `b` c":                     "a [`b`] c",
		"`b":                          "`b",
		"``b`":                        "``b`",
		"``b` c`` `d`":                "[``b` c``] [`d`]",
		"`a` `b":                      "[`a`] `b",
		"a`b\nc`d":                    "a[`b\nc`]d",
		"```\na\n```\nb":              "[```\na\n```]\nb",
		"x\n   ````go\na ``` b\n````": "x\n   [````go\na ``` b\n````]",
		"    ```\na":                  "    ```\na",
		"```\na":                      "[```\na]",
		"```\na ``` b\n`````":         "[```\na ``` b\n`````]",
		"```\na\n`````\nb":            "[```\na\n`````]\nb",
		"````\na\n```\n````\nb":       "[````\na\n```\n````]\nb",
		"```a``` b":                   "[```a```] b",
		"```a` b\nc":                  "```a` b\nc",
		"http://a.b/`c`":              "{http://a.b/}[`c`]",
		"x http://a.b, y":             "x {http://a.b,} y",
		"(see http://a.b)":            "(see {http://a.b)}",
		"x:y+z://q":                   "x:{y+z://q}",
		"1a://q +a://q":               "1{a://q} +{a://q}",
		"://q http:// 1://q":          "://q http:// 1://q",
		"<http://a.b>":                "<{http://a.b}>",
		"www.a.b WWW.a www. www..a":   "{www.a.b} {WWW.a} www. www..a",
		"(a@b.de) a@b @b.de a@b. ":    "({a@b.de)} a@b @b.de a@b. ",
		"a..b@c.de a@b..de":           "a..b@c.de a@b..de",
		"ä@bücher.de":                 "{ä@bücher.de}",
		"a.de b.COM c.xyz d.xyz/e":    "{a.de} b.COM c.xyz {d.xyz/e}",
		"end.The and/or 1.5/2.5 a./b": "end.The and/or 1.5/2.5 a./b",
		"a\u00a0http://a.b\u00a0c":    "a\u00a0{http://a.b}\u00a0c",
	} {
		require.Equal(t, want, marked(text), text)
	}
}

func TestMSG_5_the_parts_make_up_the_text(t *testing.T) {
	pieces := []string{"`", "``", "```", "\n", " ", "a", "http://", "www.", "@", ".", "de", "\xff", "ä", "/", ":"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "pieces"), "")
		last := 0
		prose.Parts(text, func(start, end int, k prose.Kind) bool {
			if start != last || end <= start || k == prose.Code && (text[start] != '`') {
				t.Fatal(start, end, k)
			}
			last = end
			return true
		})
		if last != len(text) {
			t.Fatal(last)
		}
		stop := rapid.IntRange(1, 3).Draw(t, "stop")
		calls := 0
		prose.Parts(text, func(int, int, prose.Kind) bool { calls++; return calls < stop })
		if calls > stop {
			t.Fatal("went on")
		}
	})
}
