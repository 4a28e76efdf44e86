package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A source is one emoji in the JSON.
type source struct {
	Label    string   `json:"label"`
	Hexcode  string   `json:"hexcode"`
	Tags     []string `json:"tags"`
	Emoji    string   `json:"emoji"`
	Type     int      `json:"type"` // 0: shown as text where no selector follows
	Order    int      `json:"order"`
	Group    *int     `json:"group"`
	Subgroup int      `json:"subgroup"`
	Skins    []struct {
		Emoji string `json:"emoji"`
		Tone  tones  `json:"tone"`
	} `json:"skins"`
}

// tones are one or two skin tones: a number or a list in the JSON.
type tones []int

func (t *tones) UnmarshalJSON(b []byte) error {
	var one int
	if json.Unmarshal(b, &one) == nil {
		*t = tones{one}
		return nil
	}
	return json.Unmarshal(b, (*[]int)(t))
}

// A message is a name of a group.
type message struct {
	Key     string `json:"key"`
	Message string `json:"message"`
	Order   int    `json:"order"`
}

type messages struct {
	Groups    []message `json:"groups"`
	Subgroups []message `json:"subgroups"`
}

// component is the group of skin tones and hair, which nobody sends alone.
const component = "component"

// sets are the sets of short names, the best known first: where two give one
// name to different emoji, the first has it.
var sets = []string{"github", "emojibase", "iamcal", "joypixels"}

// build makes the table. Its lines, with tabs between the columns:
//
//	g  key  English  German                    a group
//	s  key  English  German                    a subgroup of it
//	e  emoji  English  German  short names  English words  German words  tones
//
// Short names are parted by spaces, words by "|". Tones is empty, "*" where each
// tone is put behind the first character, or the 5 or 25 forms with spaces
// between.
func build(files fs.FS) ([]byte, error) {
	var en, de []source
	var enGroups, deGroups messages
	err := cmp.Or(
		read(files, "en/data.json", &en), read(files, "de/data.json", &de),
		read(files, "en/messages.json", &enGroups), read(files, "de/messages.json", &deGroups),
	)
	if err != nil {
		return nil, err
	}
	names, err := shortNames(files, en)
	if err != nil {
		return nil, err
	}
	german := make(map[string]source, len(de))
	for _, e := range de {
		german[e.Hexcode] = e
	}
	slices.SortStableFunc(en, func(a, b source) int { return cmp.Compare(a.Order, b.Order) })

	var b bytes.Buffer
	fmt.Fprintf(&b, "# From %s (MIT) by internal/cmd/emoji. Do not edit.\n", release)
	group, subgroup := -1, -1
	for _, e := range en {
		if e.Group == nil || enGroups.Groups[*e.Group].Key == component {
			continue
		}
		if *e.Group != group {
			group = *e.Group
			if err := heading(&b, 'g', enGroups.Groups, deGroups.Groups, group); err != nil {
				return nil, err
			}
		}
		if e.Subgroup != subgroup {
			subgroup = e.Subgroup
			if err := heading(&b, 's', enGroups.Subgroups, deGroups.Subgroups, subgroup); err != nil {
				return nil, err
			}
		}
		g, ok := german[e.Hexcode]
		if !ok {
			return nil, fmt.Errorf("%s has no German name", e.Hexcode)
		}
		if len(names[e.Hexcode]) == 0 {
			return nil, fmt.Errorf("%s has no short name", e.Hexcode)
		}
		tones, err := tonesOf(e)
		if err != nil {
			return nil, err
		}
		columns := []string{
			"e", e.qualified(), e.Label, g.Label, strings.Join(names[e.Hexcode], " "), words(e), words(g), tones,
		}
		for _, c := range columns {
			if strings.ContainsAny(c, "\t\n") {
				return nil, fmt.Errorf("%s has a tab or a line end in %q", e.Hexcode, c)
			}
		}
		b.WriteString(strings.Join(columns, "\t"))
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

func read(files fs.FS, name string, into any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

var nameForm = regexp.MustCompile(`^[a-z0-9_+-]{1,60}$`)

// shortNames are the names from all sets, by hexcode. Names of forms with a
// skin tone are left out: they follow from the emoji's own.
func shortNames(files fs.FS, emoji []source) (map[string][]string, error) {
	names := make(map[string][]string, len(emoji))
	taken := make(map[string]bool)
	for _, set := range sets {
		var all map[string]any // a name, or a list of names
		if err := read(files, "en/shortcodes/"+set+".json", &all); err != nil {
			return nil, err
		}
		for _, e := range emoji {
			list, ok := all[e.Hexcode].([]any)
			if !ok && all[e.Hexcode] != nil {
				list = []any{all[e.Hexcode]}
			}
			for _, one := range list {
				name, _ := one.(string)
				if !nameForm.MatchString(name) {
					return nil, fmt.Errorf("%s: a short name of another form: %q", set, name)
				}
				if !taken[name] {
					taken[name] = true
					names[e.Hexcode] = append(names[e.Hexcode], name)
				}
			}
		}
	}
	return names, nil
}

func heading(b *bytes.Buffer, kind byte, en, de []message, order int) error {
	find := func(all []message, same func(message) bool) (message, error) {
		if i := slices.IndexFunc(all, same); i >= 0 {
			return all[i], nil
		}
		return message{}, fmt.Errorf("the group %d has no name", order)
	}
	e, err := find(en, func(m message) bool { return m.Order == order })
	if err != nil {
		return err
	}
	g, err := find(de, func(m message) bool { return m.Key == e.Key })
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "%c\t%s\t%s\t%s\n", kind, e.Key, e.Message, g.Message)
	return nil
}

// words are the emoji's words for a search that its name does not have already.
func words(e source) string {
	var kept []string
	for _, t := range e.Tags {
		if !strings.Contains(" "+e.Label+" ", " "+t+" ") {
			kept = append(kept, t)
		}
	}
	return strings.Join(kept, "|")
}

// qualified is the emoji as Unicode recommends to send it. The source has a
// selector for the emoji form also where that is the usual one.
func (e *source) qualified() string {
	if e.Type == 1 && !strings.Contains(e.Hexcode, "-") {
		return strings.TrimSuffix(e.Emoji, "\uFE0F")
	}
	return e.Emoji
}

// tonesOf is the column of skin tones.
func tonesOf(e source) (string, error) {
	if len(e.Skins) == 0 {
		return "", nil
	}
	two := len(e.Skins) == 25
	if !two && len(e.Skins) != 5 {
		return "", fmt.Errorf("%s has %d skin tones", e.Hexcode, len(e.Skins))
	}
	forms := make([]string, len(e.Skins))
	simple := !two
	for _, s := range e.Skins {
		i := -1
		switch {
		case !two && len(s.Tone) == 1:
			i = s.Tone[0] - 1
		case two && len(s.Tone) == 1:
			i = (s.Tone[0] - 1) * 6
		case two && len(s.Tone) == 2:
			i = (s.Tone[0]-1)*5 + s.Tone[1] - 1
		}
		if i < 0 || i >= len(forms) || forms[i] != "" {
			return "", fmt.Errorf("%s has skin tones that do not fit: %s", e.Hexcode, strconv.Quote(s.Emoji))
		}
		forms[i] = s.Emoji
		simple = simple && s.Emoji == behindFirst(e.qualified(), rune(0x1F3FB+i))
	}
	if simple {
		return "*", nil
	}
	return strings.Join(forms, " "), nil
}

// behindFirst puts the tone behind the first character; a variation selector
// gives way to it.
func behindFirst(emoji string, tone rune) string {
	runes := []rune(emoji)
	rest := runes[1:]
	if len(rest) > 0 && rest[0] == 0xFE0F {
		rest = rest[1:]
	}
	return string(runes[0]) + string(tone) + string(rest)
}
