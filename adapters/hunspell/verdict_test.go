package hunspell

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMSG_7_answers_are_read(t *testing.T) {
	for line, want := range map[string]verdict{
		"*":                                     {},
		"+ word":                                {},
		"-":                                     {},
		"# wrld 1":                              {wrong: true},
		"& wrld 2 1: world, wild":               {wrong: true, suggestions: []string{"world", "wild"}},
		"? wrld 0 1: world":                     {wrong: true, suggestions: []string{"world"}},
		"& wr 1 1: war":                         {wrong: true}, // only a part of the word
		"& wrld 9 1: a, b, c, d, e, f, g, h, i": {wrong: true, suggestions: strings.Split("abcdefgh", "")},
		"&":                                     {wrong: true},
		"anything":                              {},
	} {
		var v verdict
		v.read(line, "wrld")
		require.Equal(t, want, v, line)
	}
	// A word in several parts is wrong if one of them is.
	var v verdict
	for _, line := range []string{"*", "# ld 3", "*"} {
		v.read(line, "wrld")
	}
	require.True(t, v.wrong)
}

func FuzzVerdict(f *testing.F) {
	f.Add("& wrld 2 1: world, wild", "wrld")
	f.Add("#", "")
	f.Fuzz(func(t *testing.T, line, word string) {
		if line == "" {
			return
		}
		var v verdict
		v.read(line, word)
		if len(v.suggestions) > maxSuggestions || len(v.suggestions) > 0 && !v.wrong {
			t.Fatal(v)
		}
	})
}
