package hunspell

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/stretchr/testify/require"
)

// open is a speller with the real program; the test is skipped where it or a
// dictionary is missing.
func open(t testing.TB, opt *Options) *Speller {
	t.Helper()
	s, err := New(context.Background(), opt)
	if errors.Is(err, ErrNoProgram) || errors.Is(err, ErrNoDictionary) {
		t.Skipf("install hunspell, hunspell-en-us and hunspell-de-de for this test: %v", err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// script is a program in the place of hunspell.
func script(t *testing.T, lines string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	name := filepath.Join(t.TempDir(), "speller")
	// The file must not be open for writing in any child while it is run.
	syscall.ForkLock.RLock()
	err := os.WriteFile(name, []byte("#!/bin/sh\n"+lines), 0o755)
	syscall.ForkLock.RUnlock()
	require.NoError(t, err)
	return name
}

func TestMSG_7_hunspell_lists_words_positions_and_suggestions(t *testing.T) {
	s := open(t, nil)
	for _, c := range []struct {
		language, text string
		words          []string
		suggestion     string // for the first
	}{
		{"en", "Thank you for your patience, I'm looking into it. We'll call you.", nil, ""},
		{"en-GB", "Your invioce is atached.", []string{"invioce", "atached"}, "invoice"},
		{"en", "I’ve seen it, haven’t you? See http://wrngg.exmple/pth or mail to hlep@exmple.com `wrnng` :smile: ABC123x 😀", nil, ""},
		{"en", "I recieve it", []string{"recieve"}, "receive"},
		{"de", "Größere Übergrößen gibt's auf der Donaudampfschifffahrtsgesellschaft, schöne Grüße!", nil, ""},
		{"de-AT", "Die Rechnug kommt. Viele Grüsse", []string{"Rechnug", "Grüsse"}, "Rechnung"},
		{"de_DE", "Entschuldigng", []string{"Entschuldigng"}, "Entschuldigung"},
		{"de", "Привет 日本", []string{"Привет"}, ""},
		{"en", "", nil, ""},
		{"en", strings.Repeat("a", 500), []string{strings.Repeat("a", 500)}, ""},
	} {
		found, err := s.Check(t.Context(), c.language, c.text)
		require.NoError(t, err, c.text)
		var words []string
		for _, m := range found {
			words = append(words, m.Word)
			require.Equal(t, m.Word, c.text[m.Start:m.End])
		}
		require.Equal(t, c.words, words, c.text)
		if c.suggestion != "" {
			require.Contains(t, found[0].Suggestions, c.suggestion)
			require.LessOrEqual(t, len(found[0].Suggestions), maxSuggestions)
		}
	}
	for _, language := range []string{"", "fr", "d", "xx-DE"} {
		_, err := s.Check(t.Context(), language, "bonjour")
		require.ErrorIs(t, err, responses.ErrLanguage)
	}
}

func TestMSG_7_hunspell_lists_each_place_of_a_word_up_to_a_limit(t *testing.T) {
	s := open(t, &Options{MaxWords: 3})
	found, err := s.Check(t.Context(), "en", "wrld wrld helo wrld fooo")
	require.NoError(t, err)
	require.Len(t, found, 3)
	require.Equal(t, []int{0, 5, 10}, []int{found[0].Start, found[1].Start, found[2].Start})

	var long strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&long, "wrngz%s ", strings.Repeat("q", i%7+1)+string(rune('a'+i%26)))
	}
	found, err = s.Check(t.Context(), "en", long.String())
	require.NoError(t, err)
	require.Len(t, found, 3)
}

func TestMSG_7_words_of_the_host_are_right(t *testing.T) {
	s := open(t, &Options{Words: []string{"Chatkernel"}})
	found, err := s.Check(t.Context(), "en", "chatkernel and Chatkernel and CHATKERNEL and chatkernels")
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "chatkernels", found[0].Word)
}

func TestMSG_7_a_message_is_held_back_and_goes_out_when_confirmed(t *testing.T) {
	const maria, pat = interaction.PartyID("agent:maria"), interaction.PartyID("contact:pat")
	gate := responses.SpellGate(open(t, nil), nil)
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{Gates: chatkernel.Gates{Text: gate}})
	defer k.Close()
	do := func(by interaction.PartyID, cmd interaction.Command) error {
		_, err := k.Do(t.Context(), "chat", chatkernel.By(by, ""), cmd)
		return err
	}
	require.NoError(t, do(pat, interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}, Language: "de-DE", Policy: &interaction.Policy{CheckSpelling: true}}))
	require.NoError(t, do(interaction.System, interaction.Invite{ID: "in", To: "agent:maria", Agent: maria}))
	require.NoError(t, do(maria, interaction.Accept{Invitation: "in", Name: "Maria"}))
	err := do(maria, interaction.Say{Text: "Die Rechnug ist da"})
	var held *responses.Misspelled
	require.ErrorAs(t, err, &held)
	require.ErrorIs(t, err, chatkernel.ErrGate)
	require.Equal(t, "Rechnug", held.Words[0].Word)
	require.NoError(t, do(maria, interaction.Say{Text: "Die Rechnug ist da", Confirm: held.Confirm}))
	require.NoError(t, do(pat, interaction.Say{Text: "die rechnug?"}))
}

func TestMSG_7_a_process_that_dies_is_started_again(t *testing.T) {
	s := open(t, nil)
	d := s.dictionaries["en"]
	for i := range 3 {
		word := strings.Repeat("wrld", i+1) // one that is not remembered
		found, err := s.Check(t.Context(), "en", word)
		require.NoError(t, err)
		require.Len(t, found, 1)
		// The answer has come, so the process is nobody's now.
		require.NoError(t, d.process.cmd.Process.Kill())
	}
}

func TestMSG_7_a_program_that_hangs_or_talks_nonsense_is_an_error(t *testing.T) {
	for name, lines := range map[string]string{
		"hangs":      "echo '@(#) test'\nexec sleep 1000\n",
		"dies":       "echo '@(#) test'\nread line\n",
		"long lines": "echo '@(#) test'\nexec cat /dev/zero\n",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(t.Context(), &Options{Program: script(t, lines), Timeout: 200 * time.Millisecond})
			require.NoError(t, err)
			defer s.Close()
			_, err = s.Check(t.Context(), "en", "hello")
			require.ErrorIs(t, err, ErrProcess)
			// And so it stays, without an end.
			_, err = s.Check(t.Context(), "de", "hello")
			require.ErrorIs(t, err, ErrProcess)
		})
	}
}

func TestMSG_7_what_is_missing_is_known_at_the_start(t *testing.T) {
	_, err := New(t.Context(), &Options{Program: "no-such-program-anywhere"})
	require.ErrorIs(t, err, ErrNoProgram)
	_, err = New(t.Context(), &Options{Program: script(t, "echo \"Can't open it\" >&2; exit 1\n")})
	require.ErrorIs(t, err, ErrNoDictionary)
	require.ErrorContains(t, err, "Can't open it")
	_, err = New(t.Context(), &Options{Program: script(t, "exec sleep 1000\n"), Timeout: 50 * time.Millisecond})
	require.ErrorIs(t, err, ErrProcess)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = New(ctx, &Options{Program: script(t, "exec sleep 1000\n")})
	require.ErrorIs(t, err, context.Canceled)
}

func TestMSG_7_a_check_ends_with_its_context_and_with_close(t *testing.T) {
	s, err := New(t.Context(), &Options{
		Program: script(t, "echo '@(#) test'\nexec sleep 1000\n"), Timeout: time.Hour, Dictionaries: map[string]string{"en": "x", "de": "x"},
	})
	require.NoError(t, err)
	require.Same(t, s.dictionaries["en"], s.dictionaries["de"])
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = s.Check(ctx, "en", "hello") // it waits for the answer
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = s.Check(ctx, "de", "hello") // it waits for its turn
	require.ErrorIs(t, err, context.DeadlineExceeded)

	waiting := make(chan error)
	go func() {
		_, err := s.Check(context.Background(), "en", "hello")
		waiting <- err
	}()
	process := s.dictionaries["en"].process
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-waiting, ErrClosed)
	require.NotNil(t, process.cmd.ProcessState, "the process was waited for")
	require.NoError(t, s.Close())
	_, err = s.Check(context.Background(), "en", "hello")
	require.ErrorIs(t, err, ErrClosed)
	_, err = s.Check(context.Background(), "en", "")
	require.ErrorIs(t, err, ErrClosed)
}

func TestMSG_7_close_leaves_no_goroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := New(t.Context(), &Options{Program: script(t, "echo '@(#) test'\nwhile read l; do echo '*'; echo; done\n")})
	require.NoError(t, err)
	_, err = s.Check(t.Context(), "en", "some words")
	require.NoError(t, err)
	require.NoError(t, s.Close())
	// One that is over may take a moment until it is not counted any more.
	for try := 0; runtime.NumGoroutine() > before && try < 100_000; try++ {
		runtime.Gosched()
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}

func TestMSG_7_many_goroutines_check_at_once(t *testing.T) {
	s := open(t, nil)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 20 {
				text, language, word := "A wrld of words", "en", "wrld"
				if (i+n)%2 == 0 {
					text, language, word = "Die Rechnug bitte", "de", "Rechnug"
				}
				found, err := s.Check(context.Background(), language, text)
				if err != nil || len(found) != 1 || found[0].Word != word {
					t.Errorf("%v, %v", found, err)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkCheck(b *testing.B) {
	s := open(b, nil)
	b.Run("known", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Check(context.Background(), "en", "Thank you for your patience, I am looking into your order right now, it is on."); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("asked", func(b *testing.B) {
		d := s.dictionaries["en"]
		for b.Loop() {
			clear(d.known) // nobody else asks
			if _, err := s.Check(context.Background(), "en", "Thank you for your patience, I am looking into your order right now, it is on."); err != nil {
				b.Fatal(err)
			}
		}
	})
}
