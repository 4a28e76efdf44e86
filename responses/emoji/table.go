package emoji

import (
	_ "embed"
	"strings"
	"sync"
)

//go:generate go run ./internal/cmd/emoji -o table.txt

//go:embed table.txt
var source string

// A table is the source taken apart. internal/cmd/emoji describes the lines.
type table struct {
	groups []Group
	emoji  []Emoji        // in Unicode's order
	names  map[string]int // index in emoji by short name
}

var all = sync.OnceValue(func() *table { return parse(source) })

func parse(source string) *table {
	t := &table{emoji: make([]Emoji, 0, 2048), names: make(map[string]int, 8192)}
	var group, subgroup string
	var first []int // where the subgroups begin in emoji
	for line := range strings.Lines(source) {
		kind, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		var c [7]string
		for i := range c {
			c[i], rest, _ = strings.Cut(rest, "\t")
		}
		switch kind {
		case "g":
			group = c[0]
			t.groups = append(t.groups, Group{Key: group, names: names{c[1], c[2]}})
		case "s":
			subgroup = c[0]
			first = append(first, len(t.emoji))
			g := &t.groups[len(t.groups)-1]
			g.Subgroups = append(g.Subgroups, Subgroup{Key: subgroup, names: names{c[1], c[2]}})
		case "e":
			short := strings.Fields(c[3])
			for _, s := range short {
				t.names[s] = len(t.emoji)
			}
			t.emoji = append(t.emoji, Emoji{
				Text: c[0], ShortNames: short, Group: group, Subgroup: subgroup,
				names: names{c[1], c[2]}, words: c[4] + "|" + c[5], tones: c[6],
			})
		}
	}
	first = append(first, len(t.emoji))
	n := 0
	for g := range t.groups {
		for s := range t.groups[g].Subgroups {
			t.groups[g].Subgroups[s].Emoji = t.emoji[first[n]:first[n+1]:first[n+1]]
			n++
		}
	}
	return t
}

// names are a thing's name in the languages of the table.
type names struct{ english, german string }

// Name is the name in the language (BCP 47): German for "de" and its regions,
// else English.
func (n names) Name(language string) string {
	if len(language) >= 2 && strings.EqualFold(language[:2], "de") && (len(language) == 2 || language[2] == '-') {
		return n.german
	}
	return n.english
}
