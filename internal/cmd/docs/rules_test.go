package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/interaction"
)

// The pages that are checked in are those that the code makes.
func TestPART_1_the_tables_in_the_docs_are_the_code_s(t *testing.T) {
	require.NoError(t, verify([]page{{"docs/permissions.md", permissions}, {"docs/transitions.md", transitions}}, "../../.."))
}

func TestPART_1_the_tables_leave_nothing_out(t *testing.T) {
	made, err := permissions()
	require.NoError(t, err)
	for _, k := range commands() {
		require.Contains(t, string(made), "| `"+k.String()+"` | ")
	}
	require.Contains(t, string(made), "| `transfer` | owner | active |\n")
	require.Contains(t, string(made), "| `erase` | system | done |\n")
	require.Contains(t, string(made), "(supervisor)", "what only one role may is marked")

	made, err = transitions()
	require.NoError(t, err)
	lines := 0
	for line := range strings.Lines(string(made)) {
		if strings.HasPrefix(line, "| `") {
			require.Equal(t, len(standings())+2, strings.Count(line, "|"), line)
			lines++
		}
	}
	require.Equal(t, len(commands())*len(phases), lines)
}

func TestRefusal(t *testing.T) {
	_, err := refusal(errors.New("another"))
	require.EqualError(t, err, "another")
	word, err := refusal(nil)
	require.NoError(t, err)
	require.Equal(t, "**yes**", word)
	word, err = refusal(interaction.Permit(interaction.TransferKind, interaction.RoleAgent, interaction.AsAgent, interaction.InActive))
	require.NoError(t, err)
	require.Equal(t, "owner", word)
}
