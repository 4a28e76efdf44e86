package emoji

import (
	"strings"
	"unicode/utf8"
)

// An Emoji is one character of the set, in its form without a skin tone.
type Emoji struct {
	Text       string   // the character, as it is sent: "👍"
	ShortNames []string // without colons, the best known first: "+1", "thumbsup"
	Group      string   // key of its [Group]
	Subgroup   string   // key of its [Subgroup]

	names
	words string // for the search, parted by "|"
	tones string // see internal/cmd/emoji
}

// A Group is a page of a picker: "people-body".
type Group struct {
	Key       string
	Subgroups []Subgroup
	names
}

// A Subgroup is a part of a page: "hand-fingers-open".
type Subgroup struct {
	Key   string
	Emoji []Emoji
	names
}

// Groups is the whole set in Unicode's order.
func Groups() []Group { return all().groups }

// Named is the emoji with the short name, which is written without colons and
// in any case. A name that ends in "_tone1" to "_tone5", or in "_tone1-3" for
// two people, gives that form in Text, if the emoji has it.
func Named(name string) (Emoji, bool) {
	var lower [maxName]byte
	if len(name) > len(lower) {
		return Emoji{}, false
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	t, key := all(), lower[:len(name)]
	if i, ok := t.names[string(key)]; ok {
		return t.emoji[i], true
	}
	at := strings.LastIndex(name, "_")
	if at < 0 {
		return Emoji{}, false
	}
	a, b, ok := toneSuffix(string(key[at:]))
	if !ok {
		return Emoji{}, false
	}
	i, ok := t.names[string(key[:at])]
	if !ok {
		return Emoji{}, false
	}
	e := t.emoji[i]
	e.Text, ok = e.Toned(a, b)
	return e, ok
}

// maxName is the most bytes of a short name, with its tones.
const maxName = 70

// toneSuffix reads "_tone2" and "_tone2-4".
func toneSuffix(s string) (a, b Tone, ok bool) {
	const form = "_tone"
	if !strings.HasPrefix(s, form) {
		return 0, 0, false
	}
	s = s[len(form):]
	switch {
	case len(s) == 1:
		a = Tone(s[0] - '0')
		b = a
	case len(s) == 3 && s[1] == '-':
		a, b = Tone(s[0]-'0'), Tone(s[2]-'0')
	}
	return a, b, a.valid() && b.valid()
}

// A Tone is a skin tone; zero is none.
type Tone uint8

// The skin tones.
const (
	Light Tone = iota + 1
	MediumLight
	Medium
	MediumDark
	Dark
)

func (t Tone) valid() bool { return Light <= t && t <= Dark }

// HasTones reports whether the emoji has forms with a skin tone.
func (e Emoji) HasTones() bool { return e.tones != "" }

// Toned is the emoji's form with the skin tone; second is that of the other of
// two people, the same if it is zero. It is false, and the form without a tone,
// where there is no such form.
func (e Emoji) Toned(first, second Tone) (string, bool) {
	if second == 0 {
		second = first
	}
	if e.tones == "" || !first.valid() || !second.valid() {
		return e.Text, false
	}
	if e.tones == "*" {
		if first != second {
			return e.Text, false
		}
		_, n := utf8.DecodeRuneInString(e.Text)
		// A tone takes the place of the selector of the emoji form.
		return e.Text[:n] + string(rune(0x1F3FA+rune(first))) + strings.TrimPrefix(e.Text[n:], "\uFE0F"), true
	}
	i, forms := int(first-1), strings.Fields(e.tones)
	switch {
	case len(forms) == 25:
		i = i*5 + int(second-1)
	case first != second:
		return e.Text, false
	}
	return forms[i], true
}
