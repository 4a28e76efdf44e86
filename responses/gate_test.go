package responses_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wrong is a speller for which every word with "wr" is misspelled.
type wrong struct {
	asked []string
	err   error
}

func (w *wrong) Check(_ context.Context, language, text string) ([]responses.Misspelling, error) {
	w.asked = append(w.asked, language+": "+text)
	var found []responses.Misspelling
	for word := range responses.Words(text) {
		if strings.Contains(strings.ToLower(word.Text), "wr") {
			found = append(found, responses.Misspelling{Start: word.Start, End: word.End, Suggestions: []string{"right"}})
		}
	}
	return found, w.err
}

func gated(gate responses.TextGate) *chatkernel.Options {
	return &chatkernel.Options{Gates: chatkernel.Gates{Text: gate}}
}

func held(t testing.TB, err error) *responses.Misspelled {
	t.Helper()
	var m *responses.Misspelled
	require.ErrorAs(t, err, &m)
	require.ErrorIs(t, err, responses.ErrMisspelled)
	require.ErrorIs(t, err, chatkernel.ErrGate)
	return m
}

func TestMSG_7_a_misspelled_message_is_held_back_until_it_is_confirmed(t *testing.T) {
	d := newDesk(t, gated(responses.SpellGate(new(wrong), nil)), nil)
	d.does(maria, interaction.Say{Text: "All fine"})
	text := "Grüße, wrnog und wrld"
	m := held(t, d.do(maria, interaction.Say{Text: text}))
	require.Equal(t, []responses.Misspelling{
		{Start: 9, End: 14, Word: "wrnog", Suggestions: []string{"right"}},
		{Start: 19, End: 23, Word: "wrld", Suggestions: []string{"right"}},
	}, m.Words)
	require.Equal(t, text, m.Text)
	require.Equal(t, `responses: the message has misspelled words: "wrnog", "wrld"`, m.Error())
	require.Equal(t, []string{"All fine"}, d.said(pat))

	d.does(maria, interaction.Say{Text: text, Confirm: m.Confirm})
	require.Equal(t, []string{"All fine", text}, d.said(pat))
}

func TestMSG_7_a_confirmation_is_for_one_text_author_and_interaction(t *testing.T) {
	gate := responses.SpellGate(new(wrong), &responses.SpellOptions{Key: []byte("0123456789abcdef")})
	d := newDesk(t, gated(gate), nil)
	confirm := held(t, d.do(maria, interaction.Say{Text: "wrng"})).Confirm
	for _, say := range map[string]interaction.Say{
		"another text":   {Text: "wrng!", Confirm: confirm},
		"another case":   {Text: "Wrng", Confirm: confirm},
		"made up":        {Text: "wrng", Confirm: strings.Repeat("0", len(confirm))},
		"a plain hash":   {Text: "wrng", Confirm: fmt.Sprintf("%x", sha256.Sum256([]byte("wrng")))[:len(confirm)]},
		"its beginning":  {Text: "wrng", Confirm: confirm[:len(confirm)-1]},
		"in upper case":  {Text: "wrng", Confirm: strings.ToUpper(confirm) + " "},
		"with more text": {Text: "wrng wrong", Confirm: confirm},
	} {
		held(t, d.do(maria, say))
	}
	// Another agent in the chat.
	d.does(maria, interaction.Conference{ID: "conf", To: "agent:ben", Agent: ben})
	d.does(ben, interaction.Accept{Invitation: "conf", Name: "Ben"})
	held(t, d.do(ben, interaction.Say{Text: "wrng", Confirm: confirm}))
	// Another chat.
	_, err := gate(t.Context(), "another", d.state(), chatkernel.By(maria, ""), interaction.Say{Text: "wrng", Confirm: confirm})
	require.ErrorIs(t, err, responses.ErrMisspelled)
	// Another process with the same key, and one with another key.
	again := responses.SpellGate(new(wrong), &responses.SpellOptions{Key: []byte("0123456789abcdef")})
	_, err = again(t.Context(), "chat", d.state(), chatkernel.By(maria, ""), interaction.Say{Text: "wrng", Confirm: confirm})
	require.NoError(t, err)
	_, err = responses.SpellGate(new(wrong), nil)(t.Context(), "chat", d.state(), chatkernel.By(maria, ""), interaction.Say{Text: "wrng", Confirm: confirm})
	require.ErrorIs(t, err, responses.ErrMisspelled)

	d.does(maria, interaction.Say{Text: "wrng", Confirm: confirm})
	d.does(maria, interaction.Say{Text: "fine", Confirm: "nonsense"})
	require.Equal(t, []string{"wrng", "fine"}, d.said(pat))
}

func TestMSG_7_only_what_a_person_writes_to_the_contact_is_checked(t *testing.T) {
	speller := new(wrong)
	d := newDesk(t, gated(responses.SpellGate(speller, nil)), nil)
	d.does(pat, interaction.Say{Text: "wrng"})
	d.does(maria, interaction.Say{Text: "wrng", To: interaction.Internal})
	d.does(maria, interaction.Say{Text: "wrng", To: interaction.Supervisors})
	d.does(maria, interaction.Consult{ID: "cons", To: "agent:ben", Agent: ben})
	d.does(ben, interaction.Accept{Invitation: "cons", Name: "Ben"})
	d.does(maria, interaction.Say{Text: "wrng", Consultation: "cons"})
	d.does(ben, interaction.Say{Text: "wrng", Consultation: "cons"})
	d.does("bot:helper", interaction.Join{Name: "Bot"})
	d.does("bot:helper", interaction.Say{Text: "wrng"})
	require.Empty(t, speller.asked)
	d.does(sam, interaction.Supervise{Mode: interaction.BargeIn, Name: "Sam"})
	held(t, d.do(sam, interaction.Say{Text: "wrng"}))
	require.Equal(t, []string{"en-GB: wrng"}, speller.asked)
	// Who may not write at all is told so, and nothing about the words.
	require.ErrorIs(t, d.do("agent:zoe", interaction.Say{Text: "wrng"}), interaction.ErrNotParty)
}

func TestMSG_7_the_policy_says_where_it_is_checked(t *testing.T) {
	d := newDesk(t, gated(responses.SpellGate(new(wrong), nil)), func(p *interaction.Policy) { p.CheckSpelling = false })
	d.does(maria, interaction.Say{Text: "wrng"})
}

func TestMSG_7_without_a_gate_nothing_unchecked_goes_to_the_contact(t *testing.T) {
	d := newDesk(t, nil, nil)
	require.ErrorIs(t, d.do(maria, interaction.Say{Text: "fine"}), chatkernel.ErrNoGate)
	d.does(pat, interaction.Say{Text: "hello"})
	d.does(maria, interaction.Say{Text: "fine", To: interaction.Internal})
	d.does(maria, interaction.Consult{ID: "cons", To: "agent:ben", Agent: ben})
	d.does(ben, interaction.Accept{Invitation: "cons", Name: "Ben"})
	d.does(maria, interaction.Say{Text: "fine", Consultation: "cons"})
	require.Equal(t, []string{"hello"}, d.said(pat))
	// Who may not write at all is told that.
	require.ErrorIs(t, d.do("agent:zoe", interaction.Say{Text: "fine"}), interaction.ErrNotParty)
}

func TestMSG_7_what_is_too_long_is_not_looked_at(t *testing.T) {
	speller := new(wrong)
	d := newDesk(t, gated(responses.SpellGate(speller, nil)), nil)
	require.ErrorIs(t, d.do(maria, interaction.Say{Text: strings.Repeat("wrng ", 4000)}), interaction.ErrTooLong)
	require.Empty(t, speller.asked)
}

func TestMSG_7_nothing_is_hidden_by_what_is_taken_out(t *testing.T) {
	speller := new(wrong)
	d := newDesk(t, gated(responses.SpellGate(speller, nil)), nil)
	text := "\x00ä\x01 w\x02\x03rng\r\nb"
	m := held(t, d.do(maria, interaction.Say{Text: text}))
	require.Equal(t, []string{"en-GB: ä wrng\nb"}, speller.asked)
	require.Equal(t, 5, m.Words[0].Start)
	require.Equal(t, "w\x02\x03rng", text[m.Words[0].Start:m.Words[0].End])
	require.Equal(t, "wrng", m.Words[0].Word)
	// What goes out is the same, so the confirmation is too.
	d.does(maria, interaction.Say{Text: "ä wrng\nb", Confirm: m.Confirm})
	// What is no text at all the kernel refuses.
	require.ErrorIs(t, d.do(maria, interaction.Say{Text: "wr\xff"}), interaction.ErrUTF8)
	require.ErrorIs(t, d.do(maria, interaction.Say{Text: " "}), interaction.ErrEmpty)
}

// answers is a speller that always says the same.
type answers struct {
	found []responses.Misspelling
	err   error
}

func (a answers) Check(context.Context, string, string) ([]responses.Misspelling, error) {
	return a.found, a.err
}

func TestMSG_7_a_speller_that_fails_lets_nothing_out(t *testing.T) {
	broken := errors.New("broken")
	say := func(s responses.Speller, o *responses.SpellOptions) error {
		_, err := responses.SpellGate(s, o)(t.Context(), "chat", chat(t, nil), chatkernel.By(maria, ""), interaction.Say{Text: "a word"})
		return err
	}
	err := say(answers{err: broken}, nil)
	require.ErrorIs(t, err, responses.ErrSpeller)
	require.ErrorIs(t, err, broken)
	require.NoError(t, say(answers{err: responses.ErrLanguage}, nil), "a language without a dictionary")
	var told error
	require.NoError(t, say(answers{err: broken}, &responses.SpellOptions{Failed: func(err error) error { told = err; return nil }}))
	require.ErrorIs(t, told, broken)
	require.ErrorIs(t, say(answers{err: broken}, &responses.SpellOptions{Failed: func(err error) error { return context.Canceled }}), context.Canceled)
	for _, m := range []responses.Misspelling{{Start: -1, End: 3}, {Start: 0, End: 7}, {Start: 3, End: 3}, {Start: 4, End: 2}} {
		require.ErrorIs(t, say(answers{found: []responses.Misspelling{m}}, nil), responses.ErrSpeller, m)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gate := responses.SpellGate(answers{err: broken}, &responses.SpellOptions{Failed: func(error) error { return nil }})
	_, err = gate(ctx, "chat", chat(t, nil), chatkernel.By(maria, ""), interaction.Say{Text: "a word"})
	require.ErrorIs(t, err, context.Canceled)
}

func TestMSG_7_what_is_no_word_is_no_misspelling(t *testing.T) {
	text := "see http://wrng.com and `wrng` or wrld"
	all := answers{found: []responses.Misspelling{{Start: 34, End: 38, Word: "ignored"}, {Start: 11, End: 15}, {Start: 25, End: 29}}}
	_, err := responses.SpellGate(all, nil)(t.Context(), "chat", chat(t, nil), chatkernel.By(maria, ""), interaction.Say{Text: text})
	var m *responses.Misspelled
	require.ErrorAs(t, err, &m)
	require.Equal(t, []responses.Misspelling{{Start: 34, End: 38, Word: "wrld"}}, m.Words)
}

func TestMSG_7_positions_for_a_browser(t *testing.T) {
	m := &responses.Misspelled{Text: "😀 Grüße wrld 😀 wr", Words: []responses.Misspelling{{Start: 13, End: 17, Word: "wrld"}, {Start: 23, End: 25, Word: "wr"}}}
	require.Equal(t, []responses.Misspelling{{Start: 9, End: 13, Word: "wrld"}, {Start: 17, End: 19, Word: "wr"}}, m.UTF16())
	require.Equal(t, 13, m.Words[0].Start, "the error is as it was")
	wire, err := json.Marshal(&responses.Misspelled{Text: "secret", Words: m.Words[:1], Confirm: "c"})
	require.NoError(t, err)
	require.JSONEq(t, `{"words": [{"start": 13, "end": 17, "word": "wrld"}], "confirm": "c"}`, string(wire))
}

func TestMSG_7_the_error_names_a_few_words(t *testing.T) {
	m := &responses.Misspelled{Words: make([]responses.Misspelling, 7)}
	require.Equal(t, `responses: the message has misspelled words: "", "", "", "", "" …`, m.Error())
}

func TestMSG_5_the_gate_turns_short_names_into_emoji(t *testing.T) {
	spell := responses.SpellGate(new(wrong), nil)
	d := newDesk(t, gated(responses.InOrder(spell, responses.EmojiGate())), nil)
	d.does(pat, interaction.Say{Text: "hi :wave:"})
	d.does(maria, interaction.Say{Text: "hi :smile: `:smile:`"})
	m := held(t, d.do(maria, interaction.Say{Text: ":smile: wrng"}))
	require.Equal(t, 8, m.Words[0].Start, "as it was typed")
	d.does(maria, interaction.Say{Text: ":smile: wrng", Confirm: m.Confirm})
	require.Equal(t, []string{"hi 👋", "hi 😄 `:smile:`", "😄 wrng"}, d.said(pat))

	off := newDesk(t, gated(responses.EmojiGate()), func(p *interaction.Policy) { p.NoEmoji, p.CheckSpelling = true, false })
	off.does(maria, interaction.Say{Text: ":smile:"})
	require.Equal(t, []string{":smile:"}, off.said(pat))
}

// No message with a wrong word reaches the contact without the confirmation that
// came with exactly that message.
func TestMSG_7_nothing_misspelled_goes_out_unconfirmed(t *testing.T) {
	gate := responses.SpellGate(new(wrong), nil)
	s := chat(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		confirms := map[string]string{}
		tokens := []string{"", "x"}
		for range rapid.IntRange(1, 20).Draw(t, "n") {
			text := rapid.SampledFrom([]string{"fine", "wrng", "wrng\x00", "\x01wrng", "WRNG", "a wrng", "`wrng`", "wr ng", "wr\u00adng"}).Draw(t, "text")
			token := rapid.SampledFrom(tokens).Draw(t, "token")
			_, err := gate(context.Background(), "chat", s, chatkernel.By(maria, ""), interaction.Say{Text: text, Confirm: token})
			clean := strings.Trim(text, "\x00\x01")
			misspelled := clean != "fine" && clean != "`wrng`"
			if out := err == nil; out != (!misspelled || token == confirms[clean] && token != "") {
				t.Fatalf("%q with %q: %v", text, token, err)
			}
			if m := new(responses.Misspelled); errors.As(err, &m) {
				confirms[clean] = m.Confirm
				tokens = append(tokens, m.Confirm)
			}
		}
	})
}
