package history

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever is searched for in whatever text: matches are whole characters in
// order, and the part that is shown is one of the text.
func TestHIST_1_matches_and_snippets_fit_the_text(t *testing.T) {
	alphabet := rapid.SampledFrom([]string{"a", "B", "é", "e\u0301", "ß", "ﬁ", " ", "\n", "İ", "한", "👩\u200d🚀", "\xff", "\u0301", "word "})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(alphabet, 0, 400).Draw(t, "text"), "")
		words := wordsOf(strings.Join(rapid.SliceOfN(alphabet, 0, 6).Draw(t, "query"), ""))
		var f folded
		f.fold(text)
		require.Len(t, f.at, len(f.text)+1)
		spans := f.matches(words)
		any := false
		for _, w := range words {
			any = any || strings.Contains(string(f.text), w)
		}
		require.Equal(t, any, len(spans) > 0)
		end := 0
		for _, s := range spans {
			require.LessOrEqual(t, end, s.Start)
			require.Less(t, s.Start, s.End)
			require.LessOrEqual(t, s.End, len(text))
			end = s.End
		}
		if !any {
			return
		}
		out, inside := snippet(text, spans)
		require.LessOrEqual(t, utf8.RuneCountInString(out), snippetLength+2+utf8.RuneCountInString(text[spans[0].Start:spans[0].End])+40)
		shown := strings.TrimSuffix(strings.TrimPrefix(out, "…"), "…")
		require.Contains(t, text, shown)
		require.NotEmpty(t, inside)
		for i, s := range inside {
			require.Equal(t, text[spans[i].Start:spans[i].End], out[s.Start:s.End])
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("Straße", "strasse")
	f.Add("\xff\u0301", "\u0301")
	f.Fuzz(func(t *testing.T, text, query string) {
		var folded folded
		folded.fold(text)
		if spans := folded.matches(wordsOf(query)); len(spans) > 0 {
			snippet(text, spans)
		}
	})
}
