package transcript_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
)

func TestDESK_6_both_languages_are_complete(t *testing.T) {
	holes := regexp.MustCompile(`\{[^}]*\}`)
	english, german := transcript.English(), transcript.German()
	require.Len(t, german, len(english))
	for _, term := range transcript.Terms() {
		require.NotEmpty(t, english[term], term)
		require.NotEmpty(t, german[term], term)
		a, b := holes.FindAllString(english[term], -1), holes.FindAllString(german[term], -1)
		slices.Sort(a)
		slices.Sort(b)
		require.Equal(t, a, b, "what is filled in is the same: %s", term)
	}
}

// Each value of each enumeration that a sentence is chosen by has one.
func TestDESK_6_every_reason_has_words(t *testing.T) {
	english := transcript.English()
	every := func(prefix string, names func(i int) string) {
		t.Helper()
		i := 0
		for ; names(i) != "unknown"; i++ {
			require.Contains(t, english, transcript.Term(prefix+regexp.MustCompile(" ").ReplaceAllString(names(i), "-")))
		}
		require.Positive(t, i)
	}
	every("ended/", func(i int) string { return interaction.Ending(i).String() })
	every("done/", func(i int) string { return interaction.Closing(i).String() })
	every("joined/", func(i int) string { return interaction.Purpose(i).String() })
	every("left/", func(i int) string { return interaction.Leaving(i).String() })
	every("returned/", func(i int) string { return interaction.Outcome(i).String() })
	every("announced/", func(i int) string { return interaction.Automatic(i).String() })
	every("consultation/", func(i int) string { return interaction.ConsultationEnding(i).String() })
	every("file/", func(i int) string { return interaction.Verdict(i).String() })
	every("file-judged/", func(i int) string { return interaction.Verdict(i).String() })
	every("role/", func(i int) string { return interaction.Role(i).String() })
	every("no/", func(i int) string { return interaction.Phase(i).String() })
}

func TestDESK_6_a_table_of_the_host(t *testing.T) {
	words := transcript.Words{"joined/inbound": "{about} ist da."}
	require.Equal(t, "{who} ist da.", words.Text("joined/inbound", "", "{who}", ""), "what is filled in is not filled in again")
	require.Equal(t, "A left the chat.", words.Text("left/by-itself", "", "A", ""), "what is missing is English")
	require.Empty(t, words.Text("no such term", "", "", ""))
	english := transcript.English()
	english["note"] = "changed"
	require.NotEqual(t, "changed", transcript.English()["note"], "a table is the caller's own")
	require.Equal(t, transcript.German(), transcript.For("de-AT"))
	require.Equal(t, transcript.English(), transcript.For("pt"))
}

func TestPART_1_refusals_have_words(t *testing.T) {
	c := activeChat(t, plainPolicy())
	for _, k := range interaction.CommandKinds() {
		for _, id := range []interaction.PartyID{pat, maria, sam} {
			err := c.state.Refusal(id, k)
			require.Equal(t, err == nil, transcript.Words(nil).Refusal(err) == "", "%s by %s", k, id)
		}
	}
	require.Equal(t, "Nicht möglich, solange der Chat läuft.", transcript.German().Refusal(c.state.Refusal(maria, interaction.MarkDoneKind)))
	require.Equal(t, "There is no file.", transcript.Words(nil).Refusal(fmt.Errorf("wrapped: %w", interaction.ErrNoFile)))
	require.Equal(t, "Not possible now.", transcript.Words(nil).Refusal(errors.New("anything")))
}
