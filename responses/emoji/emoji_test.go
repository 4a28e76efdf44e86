package emoji_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/chatkernel/chatkernel/responses/emoji"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// each gives every emoji of the set.
func each(yield func(emoji.Emoji) bool) {
	for _, g := range emoji.Groups() {
		for _, s := range g.Subgroups {
			for _, e := range s.Emoji {
				if !yield(e) {
					return
				}
			}
		}
	}
}

func TestMSG_5_the_list_is_the_whole_set_in_groups(t *testing.T) {
	var keys []string
	for _, g := range emoji.Groups() {
		keys = append(keys, g.Key)
		require.NotEmpty(t, g.Subgroups)
	}
	require.Equal(t, []string{
		"smileys-emotion", "people-body", "animals-nature", "food-drink", "travel-places", "activities", "objects", "symbols", "flags",
	}, keys)

	count, toned, seen := 0, 0, map[string]bool{}
	for e := range each {
		count++
		require.False(t, seen[e.Text], e.Text)
		seen[e.Text] = true
		require.NotEmpty(t, e.Group)
		require.NotEmpty(t, e.Subgroup)
		require.NotEmpty(t, e.Name("en"))
		require.NotEmpty(t, e.Name("de"))
		require.NotEmpty(t, e.ShortNames)
		require.Equal(t, 1, emoji.Length(e.Text), e.Text)
		for a := emoji.Light; a <= emoji.Dark; a++ {
			for b := emoji.Light; b <= emoji.Dark; b++ {
				s, ok := e.Toned(a, b)
				require.Equal(t, 1, emoji.Length(s))
				if ok && !seen[s] {
					toned++
					seen[s] = true
				}
			}
		}
	}
	// Emoji 17.0 recommends 3,953 characters; nine of them are no emoji of their
	// own: five skin tones and four hair styles.
	require.Equal(t, 1914, count)
	require.Equal(t, 3953-9, count+toned)
}

func TestMSG_5_names_are_in_english_and_german(t *testing.T) {
	g := emoji.Groups()[0]
	for language, name := range map[string]string{
		"": "smileys & emotion", "en": "smileys & emotion", "de": "Smileys & Emotionen", "de-AT": "Smileys & Emotionen",
		"DE": "Smileys & Emotionen", "den": "smileys & emotion", "d": "smileys & emotion",
	} {
		require.Equal(t, name, g.Name(language), language)
	}
	require.Equal(t, "Lächelnd", g.Subgroups[0].Name("de"))
	require.Equal(t, "grinsendes Gesicht", g.Subgroups[0].Emoji[0].Name("de"))
}

func TestMSG_5_every_short_name_gives_its_emoji(t *testing.T) {
	count := 0
	for e := range each {
		for _, name := range e.ShortNames {
			count++
			for _, n := range []string{name, strings.ToUpper(name)} {
				got, ok := emoji.Named(n)
				require.True(t, ok, n)
				require.Equal(t, e.Text, got.Text, n)
			}
			require.Equal(t, "a "+e.Text+".", emoji.Replace("a :"+name+":."))
		}
	}
	require.Greater(t, count, 3800)
	for name, text := range map[string]string{
		"alien": "👽", "hand": "✋", "comet": "☄️", "hash": "#️⃣", "rainbow_flag": "🏳️‍🌈",
		"smile": "😄", "+1": "👍", "-1": "👎", "heart": "❤️", "de": "🇩🇪", "tada": "🎉", "wave": "👋", "100": "💯",
		"wave_tone1": "👋🏻", "+1_tone5": "👍🏿", "wave_TONE3": "👋🏽", "handshake_tone1-5": "🫱🏻‍🫲🏿", "handshake_tone2": "🤝🏼",
	} {
		e, ok := emoji.Named(name)
		require.True(t, ok, name)
		require.Equal(t, text, e.Text)
	}
	for _, name := range []string{
		"", "no_such_name", "smile_tone1", "wave_tone0", "wave_tone6", "wave_tone1-2", "wave_tone", "_tone1", "wave_tone12", ":smile:",
		strings.Repeat("x", 1000), "smile\x00",
	} {
		_, ok := emoji.Named(name)
		require.False(t, ok, name)
	}
}

func TestMSG_5_skin_tones(t *testing.T) {
	named := func(name string) emoji.Emoji {
		e, ok := emoji.Named(name)
		require.True(t, ok)
		return e
	}
	for _, c := range []struct {
		name          string
		first, second emoji.Tone
		text          string
		ok            bool
	}{
		{"wave", emoji.Medium, 0, "👋🏽", true},
		{"wave", emoji.Medium, emoji.Medium, "👋🏽", true},
		{"wave", emoji.Medium, emoji.Dark, "👋", false},
		{"wave", 0, 0, "👋", false},
		{"wave", 6, 0, "👋", false},
		{"v", emoji.Light, 0, "✌🏻", true}, // the selector gives way
		{"detective", emoji.Light, 0, "🕵🏻", true},
		{"handshake", emoji.Light, emoji.Dark, "🫱🏻‍🫲🏿", true},
		{"handshake", emoji.Dark, 0, "🤝🏿", true},
		{"smile", emoji.Light, 0, "😄", false},
	} {
		text, ok := named(c.name).Toned(c.first, c.second)
		require.Equal(t, c.text, text, c)
		require.Equal(t, c.ok, ok, c)
	}
	require.True(t, named("wave").HasTones())
	require.False(t, named("smile").HasTones())
}

func TestMSG_5_search_is_folded_and_knows_two_languages(t *testing.T) {
	for query, first := range map[string]string{
		"smile": "😄", ":smile:": "😄", "SMILE": "😄", ":+1:": "👍", "+1": "👍", "herz": "💘", "Fröhlich": "😀", "frohlich": "😀",
		"schweiz": "🇨🇭", "germany": "🇩🇪", "pizz": "🍕", "red heart": "❤️", "rotes herz": "❤️", "thumbs": "👍",
	} {
		found := emoji.Search(query, 10)
		require.NotEmpty(t, found, query)
		texts := make([]string, len(found))
		for i := range found {
			texts[i] = found[i].Text
		}
		require.Contains(t, texts, first, query)
		if !strings.Contains("herz Fröhlich frohlich thumbs", query) {
			require.Equal(t, first, texts[0], query)
		}
	}
	for _, query := range []string{"", " ", "::", "zzzzz", "smile zzzzz", strings.Repeat("a ", 500), "\xff"} {
		require.Empty(t, emoji.Search(query, 0), query)
	}
	require.Len(t, emoji.Search("face", 7), 7)
	all := emoji.Search("face", 0)
	require.Greater(t, len(all), 100)
	require.Equal(t, all[:7], emoji.Search("face", 7))
	// The middle of a word is no beginning: "rat" is not in "celebrate".
	for _, e := range emoji.Search("rat", 0) {
		require.NotEqual(t, "🎉", e.Text)
	}
}

func TestMSG_5_short_names_become_characters(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"no colon":                       "no colon",
		"one: colon":                     "one: colon",
		"hi :smile:":                     "hi 😄",
		":smile::heart:":                 "😄❤️",
		"(:smile:)":                      "(😄)",
		"so:: :smile:":                   "so:: 😄",
		"::smile:":                       ":😄",
		":nope:smile:":                   ":nope:smile:",
		":nope: :smile:":                 ":nope: 😄",
		":no-pe::smile:":                 ":no-pe:😄",
		":Smile:":                        "😄",
		"at 10:100:30 or 1:100:":         "at 10:100:30 or 1:100:",
		":100:% :100:5":                  "💯% :100:5",
		"ä:smile: :smile:ä":              "ä:smile: :smile:ä",
		":wave_tone2:":                   "👋🏼",
		":wave::skin-tone-2:":            "👋🏻",
		":wave::skin-tone-6:!":           "👋🏿!",
		":wave::skin-tone-7:":            "👋:skin-tone-7:",
		":smile::skin-tone-3:":           "😄:skin-tone-3:",
		"`:smile:` :smile:":              "`:smile:` 😄",
		"``a ` :smile:`` :smile:":        "``a ` :smile:`` 😄",
		"` :smile:":                      "` 😄",
		"`` :smile: `":                   "`` 😄 `",
		"```\n:smile:\n```\n:smile:":     "```\n:smile:\n```\n😄",
		"```go\n:smile:\n`` :tada:":      "```go\n:smile:\n`` :tada:",
		"say ``` :smile: :tada:":         "say ``` 😄 🎉",
		"say ```:smile:``` :tada:":       "say ```:smile:``` 🎉",
		"http://x.de/:smile:/a :smile:":  "http://x.de/:smile:/a 😄",
		"see:https://x.de/a:smile: b":    "see:https://x.de/a:smile: b",
		"www.x.de/:smile: :tada:":        "www.x.de/:smile: 🎉",
		"(http://x.de?a=:smile:)":        "(http://x.de?a=:smile:)",
		"mail a.b:smile:@x.org :smile:":  "mail a.b:smile:@x.org 😄",
		"\xff:smile:\xff":                "\xff😄\xff",
		":" + strings.Repeat("a", 500):   ":" + strings.Repeat("a", 500),
		"Привет :smile:\u00a0:tada:":     "Привет 😄\u00a0🎉",
		"a://:smile: ://:smile: http://": "a://:smile: ://😄 http://",
	} {
		require.Equal(t, want, emoji.Replace(text), text)
	}
}

func TestMSG_5_replacing_takes_linear_time(t *testing.T) {
	for _, piece := range []string{":", "`", ":a", "``` ", "`a``", "@", "a@b.", "://", "a://", ":smile:", "a.", "```\n", "\n```a`\n", "w", ":_", "www.", "é", "\xff"} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		require.NotPanics(t, func() { emoji.Replace(text) })
	}
}

func TestMSG_5_lengths_count_what_a_person_sees(t *testing.T) {
	for text, n := range map[string]int{
		"": 0, "abc": 3, "a\r\nb": 3, "äöü": 3, "a\u0308": 1, "👨‍👩‍👧‍👦": 1, "🇩🇪🇦🇹": 2, "👋🏽!": 2, "1️⃣": 1, "❤️": 1, "한국": 2, "नि": 1,
	} {
		require.Equal(t, n, emoji.Length(text), text)
	}
}

func TestMSG_5_previews_are_cut_between_characters(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"hello", 5, "hello"}, {"hello", 4, "hel…"}, {"hello", 1, "…"}, {"hello", 0, ""}, {"hello", -1, ""}, {"", 3, ""},
		{"  two \r\n\n lines\t ", 20, "two lines"}, {"two lines", 5, "two…"}, {"two lines", 4, "two…"}, {"two lines", 3, "tw…"},
		{"two lines", 6, "two l…"}, {"two\n", 3, "two"}, {"two  ", 4, "two"},
		{"👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦…"}, {"👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦👨‍👩‍👧‍👦"}, {"a\u0308bc", 2, "a\u0308…"},
	} {
		require.Equal(t, c.want, emoji.Preview(c.text, c.n), "%q %d", c.text, c.n)
	}
}

func TestMSG_5_a_preview_is_never_longer_than_asked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab \n\t👨👩👧\u200d\ufe0f🏽🇩🇪e\u0301\u0308…\u200b한नि"))).Draw(t, "text")
		n := rapid.IntRange(0, 12).Draw(t, "n")
		p := emoji.Preview(text, n)
		if emoji.Length(p) > n || strings.ContainsAny(p, "\n\t") {
			t.Fatalf("%q", p)
		}
		joins := strings.ContainsAny(text, "\u200b\u200d\u0301\u0308\ufe0fि🏽")
		if short := strings.Join(strings.Fields(text), " "); !joins && emoji.Length(short) <= n && p != short {
			t.Fatalf("%q is not %q", p, short)
		}
	})
}

func TestMSG_5_what_is_replaced_once_stays(t *testing.T) {
	pieces := []string{":smile:", ":", "smile", ":+1:", " ", "`", "```", "\n", "http://", "a", "1", "@x.de", ":wave:", ":skin-tone-3:", "😄"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "pieces"), "")
		once := emoji.Replace(text)
		if !strings.ContainsAny(text, "`:") && once != text {
			t.Fatal("changed without a reason")
		}
		// A tone behind a name that has none in it is left, and stays left.
		if twice := emoji.Replace(once); twice != once && !strings.Contains(once, ":skin-tone-") && !strings.ContainsAny(once, "1a") {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}

func FuzzReplace(f *testing.F) {
	for _, s := range []string{":smile:", "`:smile:", "``` :a:\n```", "http://a/:smile:", ":wave::skin-tone-3:", "\xff:+1:", "a@b.cd :x:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := emoji.Replace(text)
		if !strings.Contains(text, ":") && got != text {
			t.Fatal("changed without a short name")
		}
		// What was not replaced is there still, in its order.
		rest := got
		for _, r := range text {
			if r == '`' || r == '/' || r == '@' || unicode.IsSpace(r) {
				i := strings.IndexRune(rest, r)
				if i < 0 {
					t.Fatalf("%q lost %q", got, r)
				}
				rest = rest[i+1:]
			}
		}
	})
}

func FuzzPreview(f *testing.F) {
	f.Add("two\nlines", 4)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if got := emoji.Length(emoji.Preview(text, n)); got > max(n, 0) {
			t.Fatal(got)
		}
	})
}

func BenchmarkReplace80(b *testing.B) {
	for name, text := range map[string]string{
		"plain": "Thank you for your patience. Your parcel left our house on Monday, it is near you",
		"two":   "Thank you :smile: Your parcel left our house: on Monday, it is near you now :tada:",
		"code":  "Use `a:b` for :smile: and see https://example.org/a:b:c for what is left to do :tada:",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				emoji.Replace(text)
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, query := range []string{"smile", "rotes herz", "zzz"} {
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				emoji.Search(query, 30)
			}
		})
	}
}

func BenchmarkLength(b *testing.B) {
	for b.Loop() {
		emoji.Length("Grüße aus Köln 👨‍👩‍👧‍👦, bis bald!")
	}
}

func BenchmarkPreview(b *testing.B) {
	text := strings.Repeat("Grüße aus Köln 👨‍👩‍👧‍👦, bis bald! ", 100)
	for b.Loop() {
		emoji.Preview(text, 60)
	}
}
