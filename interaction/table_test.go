package interaction

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table answers for every command, role, standing and phase, and a role
// that may never give a command is told so by name.
func TestPART_1_the_table_is_total(t *testing.T) {
	for k := range CommandKind(commandKinds + 2) {
		for r := range Role(roles + 2) {
			for from := range Standing(standings + 2) {
				for p := range Phase(phases + 2) {
					err := Permit(k, r, from, p)
					if int(k) >= commandKinds || int(p) >= phases || !slices.Contains(r.Standings(), from) {
						require.ErrorIs(t, err, ErrInvalid, "%s %s %s %s", k, r, from, p)
						continue
					}
					if err == nil {
						require.True(t, everAllowed(k, r))
						continue
					}
					var denied DeniedError
					var phase PhaseError
					switch {
					case errors.As(err, &denied):
						require.Equal(t, r, denied.Role())
						require.Equal(t, k, denied.Command())
						require.Contains(t, err.Error(), r.String())
						require.Contains(t, err.Error(), k.String())
					case errors.As(err, &phase):
						require.Equal(t, p, phase.Phase())
						require.Equal(t, k, phase.Command())
						require.NotZero(t, rules[k][from], "it is possible in another phase")
					default:
						require.ErrorIs(t, err, ErrNotParty, "%s %s %s %s", k, r, from, p)
						require.Contains(t, []Standing{AsOutsider, AsFormer}, from)
					}
					if !everAllowed(k, r) {
						require.ErrorIs(t, err, ErrDenied, "%s may never %s", r, k)
					}
				}
			}
		}
	}
}

// ErrNotOwner is for an agent where the owner may, and for nobody else.
func TestPART_6_who_is_told_that_only_the_owner_may(t *testing.T) {
	for _, k := range CommandKinds() {
		for r := range Role(roles) {
			for _, from := range r.Standings() {
				err := Permit(k, r, from, InActive)
				if errors.Is(err, ErrNotOwner) {
					require.ErrorIs(t, err, ErrDenied)
					require.Contains(t, []CommandKind{TransferKind, RemoveKind, SetDispositionKind, MarkDoneKind}, k)
					require.True(t, r.staff())
					require.NotEqual(t, AsOwner, from)
				}
			}
		}
	}
	require.ErrorIs(t, Permit(MarkDoneKind, RoleAgent, AsAgent, InEnded), ErrNotOwner)
}

// What an actor may do from where it stands is its own: nobody can change the
// table through it.
func TestPART_1_standings_are_a_copy(t *testing.T) {
	RoleAgent.Standings()[0] = AsSystem
	require.Equal(t, AsOwner, RoleAgent.Standings()[0])
	require.Empty(t, NoRole.Standings())
}
