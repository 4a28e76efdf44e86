package fold_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/responses/internal/fold"
	"github.com/stretchr/testify/require"
)

func TestMSG_6_texts_are_folded(t *testing.T) {
	for s, want := range map[string]string{
		"":                      "",
		"plain text":            "plain text",
		"Plain TEXT":            "plain text",
		"  a \r\n\t b\x00c  ":   "a b c",
		"Über Straße STRAẞE":    "uber strasse strasse",
		"Cafe\u0301 naïve":      "cafe naive",
		"Łódź Øre Æther Œuvre":  "lodz ore aether oeuvre",
		"ΣΊΣΥΦΟΣ σίσυφος":       "σισυφοσ σισυφοσ",
		"ＡＢＣ１ ﬁn":               "abc1 fin",
		"ſ İstanbul ısı":        "s istanbul isi",
		"Мой Ёж":                "мои еж",
		"a\u00adb\u200bc\ufe0f": "abc",
		"a\u00a0b\u3000c":       "a b c",
		"日本 한국":                 "日本 \u1112\u1161\u11ab\u1100\u116e\u11a8",
		"a \u0301":              "a",
		"\xff\xfeȩ\xc8x":        "\ufffde\ufffdx",
		"^`~":                   "^`~",
		"😀":                     "😀",
	} {
		require.Equal(t, want, fold.String(s), "%q", s)
		require.Equal(t, want, fold.String(want))
	}
}

func FuzzString(f *testing.F) {
	for _, s := range []string{"Straße", "e\u0301\u0323", "\xff", "\xc8\xc8ȩȩ\xe2\x80ȩ", " \u00a0x", "\u1e9b\u0323", strings.Repeat("\u0301", 100), "Ǆ ŉ ᾳ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := fold.String(s)
		if !utf8.ValidString(once) {
			t.Fatalf("%q", once)
		}
		if twice := fold.String(once); twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}

func BenchmarkString(b *testing.B) {
	text := strings.Repeat("Your money is on its way, große Schritte. ", 8)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		fold.String(text)
	}
}
