package spoof_test

import (
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
	"github.com/stretchr/testify/require"
)

func FuzzDisplay(f *testing.F) {
	for _, host := range []string{
		"bücher.example", "пример.рф", "аpple.com", "日本・野球.jp", "ภาษาไทย-123.th", "l·l.cat", "עברית-123.il",
		"xn--a", "xn--", "xn--example-.com", "a.xn--mgba1fmg.xn--.", "\u200b.com", "1.افلام.eg", "xn--80ak6aa92e.com.", "١٢٣.eg", "..",
	} {
		f.Add(host)
	}
	guard := spoof.New([]string{"bank.example", "mybank"})
	f.Fuzz(func(t *testing.T, raw string) {
		host, err := web.ToASCII(raw)
		if err != nil {
			return
		}
		shown, why := guard.Display(host)
		back, err := web.ToASCII(shown)
		require.NoError(t, err)
		require.Equal(t, host, back)
		for _, r := range shown {
			require.False(t, spoof.Invisible(r), "%+q", shown)
		}
		if shown == host && strings.HasPrefix(host, "xn--") {
			require.NotEmpty(t, why)
		}
		again, whyAgain := guard.Display(host)
		require.Equal(t, shown, again)
		require.Equal(t, why, whyAgain)
		if name, ok := guard.LooksLike(host); ok {
			require.NotEmpty(t, name)
			require.NotEqual(t, name, host)
		}
	})
}
