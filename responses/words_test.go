package responses_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/responses"
	"github.com/stretchr/testify/require"
)

func TestMSG_7_only_words_are_judged(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		"Hello, wrld!":                     "Hello wrld",
		"don't 'quoted' dogs' rock’n’roll": "don't quoted dogs rock'n'roll",
		"well-known E-Mail":                "well known Mail",
		"a I ä":                            "",
		"see https://exmple.com/pth?q=wrng and more":   "see and more",
		"(http://exmple.com)":                          "",
		"www.exmple.com/pth exmple.com Exmple.com/pth": "",
		"exmple.org. Next":                             "Next",
		"end.Next word":                                "end Next word",
		"mail pat@exmple.org or <maria@exmple.de>":     "mail or",
		"mailto:pat@exmple.org":                        "",
		"at 10 or 3rd, A123, 2026-03-02, x_y":          "at or",
		"`wrng code` right `half":                      "right half",
		"```\nwrng code\n``` right":                    "right",
		"```go\nwrng code":                             "",
		":smile: smile :wrng: :+1:right":               "smile wrng right",
		"👋🏽 👨‍👩‍👧 😀ok❤️ 1️⃣":                           "ok",
		"@maria and #wrng":                             "and",
		"mis\u00adspelt wo\u200brd":                    "misspelt word",
		"Grüße nai\u0308ve Привет 日本":                  "Grüße nai\u0308ve Привет 日本",
		"\xffab\xfe cd":                                "ab cd",
		"’ ' '' a''b":                                  "",
	} {
		var words []string
		last := 0
		for w := range responses.Words(text) {
			words = append(words, w.Text)
			require.LessOrEqual(t, last, w.Start)
			require.Less(t, w.Start, w.End)
			last = w.End
			if !strings.ContainsAny(text, "’\u00ad\u200b") {
				require.Equal(t, w.Text, text[w.Start:w.End])
			}
		}
		require.Equal(t, want, strings.Join(words, " "), text)
	}
	for w := range responses.Words("one two") {
		require.Equal(t, "one", w.Text)
		break
	}
}

func TestMSG_7_words_take_linear_time(t *testing.T) {
	for _, piece := range []string{":", "`", "a", "a ", "'", "a'", ":a", "@", "a@b.", "://", "``` ", "\n```a`\n", "_", "\u200b", "é", "\xff", ":smile"} {
		for range responses.Words(strings.Repeat(piece, 1<<19/len(piece))) {
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"don't", "`a b`", "http://a.b c", "a@b.cd", ":smile:", "mis\u00adspelt", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for w := range responses.Words(text) {
			if w.Start < last || w.End <= w.Start || w.End > len(text) || w.Text == "" || !utf8.ValidString(w.Text) {
				t.Fatalf("%+v", w)
			}
			if strings.ContainsAny(w.Text, " \n`@:_0123456789") {
				t.Fatalf("%q", w.Text)
			}
			last = w.End
		}
	})
}
