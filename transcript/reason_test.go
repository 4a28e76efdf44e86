package transcript_test

import (
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
)

// What a router says is known in every language.
func TestROUTE_2_a_routers_reasons_are_said_in_the_viewers_language(t *testing.T) {
	for _, reason := range []string{routing.NobodyReady, routing.NobodyFree, routing.NobodyAccepted, routing.AgentGone} {
		term := transcript.Term("reason/" + reason)
		require.NotEmpty(t, transcript.English()[term], reason)
		require.NotEmpty(t, transcript.German()[term], reason)
		require.NotEqual(t, transcript.English()[term], transcript.German()[term], reason)
	}
	say := func(words transcript.Words, reason string) string {
		var s interaction.State
		records, err := interaction.Decide(&s, interaction.Input{By: "contact:pat", Command: interaction.Start{Contact: interaction.Person{ID: "contact:pat"}}})
		require.NoError(t, err)
		for _, r := range records {
			require.NoError(t, s.Apply(r))
		}
		v := transcript.View{State: &s, Viewer: interaction.Viewer{ID: interaction.System}, Words: words}
		e := v.Entry(&interaction.Shown{By: interaction.System, Event: &interaction.InvitationClosed{Invitation: "i", Why: interaction.WasExhausted, Reason: reason}})
		return e.Text
	}
	require.Contains(t, say(transcript.German(), routing.NobodyReady), "niemand ist bereit")
	require.Contains(t, say(transcript.English(), routing.NobodyReady), "nobody is ready")
	require.Contains(t, say(transcript.German(), "Feierabend!"), "Feierabend!", "a person's words stay as they are")
}
