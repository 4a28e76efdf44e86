package responses_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func lookup(name string) (string, error) {
	switch name {
	case "name":
		return "Pat {x}", nil
	case "empty":
		return "", nil
	case "missing":
		return "", responses.ErrNoValue
	case "broken":
		return "", errors.New("no connection")
	}
	return "", responses.ErrUnknownField
}

func TestMSG_6_fields_are_filled_in(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"plain } text":                "plain } text",
		"Dear {name},":                "Dear Pat {x},",
		"{name}{ name }":              "Pat {x}Pat {x}",
		"{name|you}":                  "Pat {x}",
		"{empty|you} {missing|you}":   "you you",
		"{empty|}.":                   ".",
		"{missing| a | b }":           " a | b ",
		"{{name} {{{name} {{{{ {{":    "{name} {Pat {x} {{ {",
		"a brace {{ and a half {{}":   "a brace { and a half {}",
		"Grüße, {name} 👋":             "Grüße, Pat {x} 👋",
		strings.Repeat("{{", 1<<16/2): strings.Repeat("{", 1<<16/2),
	} {
		got, err := responses.Fill(text, lookup)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
}

func TestMSG_6_what_cannot_be_filled_in_is_an_error(t *testing.T) {
	for text, want := range map[string]*responses.FieldError{
		"a {nmae}":                           {"nmae", 2, responses.ErrUnknownField},
		"a {nmae|you}":                       {"nmae", 2, responses.ErrUnknownField},
		"Dear {empty},":                      {"empty", 5, responses.ErrNoValue},
		"Dear {missing},":                    {"missing", 5, responses.ErrNoValue},
		"a {":                                {"", 2, responses.ErrSyntax},
		"a {name":                            {"", 2, responses.ErrSyntax},
		"a {}":                               {"", 2, responses.ErrSyntax},
		"a { }":                              {"", 2, responses.ErrSyntax},
		"a {|you}":                           {"", 2, responses.ErrSyntax},
		"a {na\nme}":                         {"", 2, responses.ErrSyntax},
		"a {na{me}":                          {"", 2, responses.ErrSyntax},
		"{" + strings.Repeat("n", 300) + "}": {"", 0, responses.ErrSyntax},
	} {
		got, err := responses.Fill(text, lookup)
		require.Equal(t, want, err, text)
		require.ErrorIs(t, err, want.Err)
		require.NotEmpty(t, err.Error())
		require.Empty(t, got)
	}
	_, err := responses.Fill("{broken|x}", lookup)
	require.ErrorContains(t, err, "no connection")
}

func TestMSG_6_the_fields_of_a_text_can_be_listed(t *testing.T) {
	names, err := responses.FieldsOf("{a} {b|x} {{c} { a }")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, names)
	_, err = responses.FieldsOf("{a} {")
	require.ErrorIs(t, err, responses.ErrSyntax)
}

func TestMSG_6_an_escaped_text_stays_what_it_is(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("{}|a .\n"))).Draw(t, "text")
		got, err := responses.Fill(responses.Escape(text), lookup)
		if err != nil || got != text {
			t.Fatalf("%q, %v", got, err)
		}
	})
}

func TestMSG_6_fields_come_from_contact_agent_and_case_data(t *testing.T) {
	s := chat(t, func(p *interaction.Policy) {
		p.Nicknames = []interaction.Nickname{{For: "agent:maria", Name: "Team Light"}}
	})
	fields := responses.Fields(s, maria)
	for name, want := range map[string]string{
		"contact.name": "Pat", "agent.name": "Team Light", "chat.subject": "Lamp", "chat.channel": "chat", "case.Order number": "4711",
	} {
		got, err := fields(name)
		require.NoError(t, err, name)
		require.Equal(t, want, got)
		require.True(t, responses.KnownField(name))
	}
	for name, want := range map[string]error{
		"contact.nmae": responses.ErrUnknownField, "case.": responses.ErrUnknownField, "": responses.ErrUnknownField,
		"agent.id": responses.ErrUnknownField, "case.other": responses.ErrNoValue,
	} {
		_, err := fields(name)
		require.ErrorIs(t, err, want, name)
	}
	_, err := responses.Fields(s, "agent:nobody")("agent.name")
	require.ErrorIs(t, err, responses.ErrNoValue)
	_, err = responses.Fields(new(interaction.State), maria)("contact.name")
	require.ErrorIs(t, err, responses.ErrNoValue)

	got, err := responses.Fields(chat(t, nil), maria)("agent.name")
	require.NoError(t, err)
	require.Equal(t, "Maria", got)
}

func FuzzFill(f *testing.F) {
	for _, s := range []string{"{name}", "{{", "{", "{empty|x}", "{a|b|c}", "}{", "\xff{\xff}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names, err := responses.FieldsOf(text)
		all := func(name string) (string, error) { return "<" + name + ">", nil }
		got, fillErr := responses.Fill(text, all)
		if (err == nil) != (fillErr == nil) {
			t.Fatal(err, fillErr)
		}
		if err == nil {
			for _, n := range names {
				if !strings.Contains(got, "<"+n+">") {
					t.Fatalf("%q is missing in %q", n, got)
				}
			}
		}
		if same, err := responses.Fill(responses.Escape(text), all); err != nil || same != text {
			t.Fatal(same, err)
		}
	})
}
