package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// release17 is a small release: two emoji, one with skin tones.
func release17() fstest.MapFS {
	files := fstest.MapFS{
		"en/data.json": {Data: []byte(`[
			{"label": "regional indicator A", "hexcode": "1F1E6", "emoji": "🇦", "type": 1},
			{"label": "waving hand", "hexcode": "1F44B", "emoji": "👋", "type": 1, "order": 2, "group": 1, "subgroup": 1, "tags": ["hand", "bye"], "skins": [
				{"emoji": "👋🏻", "tone": 1}, {"emoji": "👋🏼", "tone": 2}, {"emoji": "👋🏽", "tone": 3}, {"emoji": "👋🏾", "tone": 4}, {"emoji": "👋🏿", "tone": 5}]},
			{"label": "alien", "hexcode": "1F47D", "emoji": "👽️", "type": 1, "order": 1, "group": 0, "subgroup": 0},
			{"label": "light skin tone", "hexcode": "1F3FB", "emoji": "🏻", "type": 1, "order": 3, "group": 2, "subgroup": 0}]`)},
		"de/data.json": {Data: []byte(`[
			{"label": "winkende Hand", "hexcode": "1F44B", "tags": ["tschüss"]},
			{"label": "Außerirdischer", "hexcode": "1F47D"}]`)},
		"en/messages.json": {Data: []byte(`{
			"groups": [{"key": "a", "message": "A", "order": 0}, {"key": "b", "message": "B", "order": 1}, {"key": "component", "message": "C", "order": 2}],
			"subgroups": [{"key": "x", "message": "X", "order": 0}, {"key": "y", "message": "Y", "order": 1}]}`)},
		"de/messages.json": {Data: []byte(`{
			"groups": [{"key": "b", "message": "BB"}, {"key": "a", "message": "AA"}],
			"subgroups": [{"key": "x", "message": "XX"}, {"key": "y", "message": "YY"}]}`)},
		"en/shortcodes/github.json":    {Data: []byte(`{"1F44B": "wave", "1F47D": ["alien"]}`)},
		"en/shortcodes/emojibase.json": {Data: []byte(`{"1F44B": ["alien", "bye"]}`)},
		"en/shortcodes/iamcal.json":    {Data: []byte(`{}`)},
		"en/shortcodes/joypixels.json": {Data: []byte(`{}`)},
	}
	return files
}

func TestMSG_5_the_table_is_made_from_a_release(t *testing.T) {
	table, err := build(release17())
	require.NoError(t, err)
	require.Equal(t, strings.Join([]string{
		"# From " + release + " (MIT) by internal/cmd/emoji. Do not edit.",
		"g\ta\tA\tAA",
		"s\tx\tX\tXX",
		"e\t👽\talien\tAußerirdischer\talien\t\t\t",
		"g\tb\tB\tBB",
		"s\ty\tY\tYY",
		"e\t👋\twaving hand\twinkende Hand\twave bye\tbye\ttschüss\t*",
		"",
	}, "\n"), string(table))
}

func TestMSG_5_a_release_of_another_form_is_an_error(t *testing.T) {
	for name, change := range map[string]struct{ file, old, new string }{
		"no json":           {"en/data.json", "[", "{"},
		"no German name":    {"de/data.json", "1F44B", "1F44C"},
		"no short name":     {"en/shortcodes/github.json", "1F47D", "1F47E"},
		"a bad short name":  {"en/shortcodes/github.json", "wave", "a:b"},
		"no group's name":   {"de/messages.json", `"a"`, `"c"`},
		"a tab":             {"en/data.json", "waving hand", `waving\thand`},
		"too few tones":     {"en/data.json", `{"emoji": "👋🏻", "tone": 1}, `, ""},
		"a tone twice":      {"en/data.json", `"tone": 2`, `"tone": 1`},
		"a tone that isn't": {"en/data.json", `"tone": 2`, `"tone": [1, 2]`},
	} {
		files := release17()
		changed := strings.ReplaceAll(string(files[change.file].Data), change.old, change.new)
		require.NotEqual(t, changed, string(files[change.file].Data), name)
		files[change.file] = &fstest.MapFile{Data: []byte(changed)}
		_, err := build(files)
		require.Error(t, err, name)
	}
}
