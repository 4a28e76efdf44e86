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

// A command is a value of this package. What only looks like one is refused,
// and nothing panics.
func TestHOST_5_what_is_no_command_is_refused(t *testing.T) {
	for _, s := range []*State{new(State), &activeChat(t).State} {
		for _, cmd := range []Command{nil, &Say{Text: "x"}, (*Say)(nil), &Start{}, (*Start)(nil), &Elapse{}, foreign(SayKind), foreign(StartKind), foreign(250)} {
			records, err := Decide(s, Input{By: System, Key: "k", Command: cmd, Now: noon})
			require.ErrorIs(t, err, ErrInvalid, "%T", cmd)
			require.Empty(t, records)
		}
	}
	for _, k := range CommandKinds() {
		require.True(t, ours(anyCommand[k]), "%s", k)
	}
}

type foreign CommandKind

func (f foreign) Kind() CommandKind { return CommandKind(f) }

// By whom a party was put into the chat would tell the contact that there had
// been a consultation (CONS-4).
func TestCONS_4_CONS_7_the_contact_cannot_tell_who_put_the_new_owner_there(t *testing.T) {
	aside := activeChat(t)
	aside.consult(maria, ben)
	aside.do(maria, Transfer{To: Target(ben)})
	asked := activeChat(t)
	asked.transfer(maria, ben)
	require.Equal(t, asked.view(pat), aside.view(pat))
	require.Equal(t, PartyID("agent:#2"), aside.view(pat)[2].By)
}
