package interaction

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHIST_5_an_assignment_is_noted_and_undone(t *testing.T) {
	c := activeChat(t)
	kat, lee := Person{"contact:kat", "Kat"}, Person{"contact:lee", "Lee"}
	c.do(maria, AssignContact{kat})
	require.Equal(t, kat, c.Contact)
	require.Equal(t, []PartyID{pat}, c.Former)
	c.do(maria, AssignContact{lee})
	require.Equal(t, []PartyID{pat, kat.ID}, c.Former)
	require.Empty(t, c.do(maria, AssignContact{lee}), "it is there already")
	c.do(maria, AssignContact{Person{pat, "Pat"}})
	require.Equal(t, []PartyID{kat.ID, lee.ID}, c.Former, "it is back, and the log says how it went")
	c.do(maria, AssignContact{Person{pat, "Patricia"}})
	require.Equal(t, []PartyID{kat.ID, lee.ID}, c.Former, "another name is no assignment")
	c.refused(pat, AssignContact{kat}, ErrDenied)
	c.refused(maria, AssignContact{Person{ben, "Ben"}}, ErrValue)
}

func TestHIST_7_an_erased_state_has_nothing_personal(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.Nicknames = []Nickname{{"*", "MARK"}} })
	c.do(maria, SetCaseData{Key: "MARK", Value: Value{Text: "MARK"}})
	c.do(maria, SetNote{"MARK"})
	c.do(pat, SendFile{File: File{ID: "f", Name: "MARK", Reason: "MARK", Hash: []byte("MARK"), Size: 7}})
	c.do(maria, AssignContact{Person{"contact:kat", "MARK"}})
	c.do(maria, End{})
	c.refused(System, Erase{}, ErrPhase)
	c.do(maria, MarkDone{})
	c.refused(maria, Erase{}, ErrDenied)
	c.do(System, Erase{})
	require.True(t, c.Erased)
	var left strings.Builder
	dump(&left, "state", reflect.ValueOf(c.State))
	require.NotContains(t, left.String(), "MARK")
	require.EqualValues(t, 7, c.File("f").Size)
	require.Equal(t, PartyID("contact:kat"), c.Contact.ID)
	require.NotZero(t, c.EndedAt)
	c.refused(maria, AssignContact{Person{pat, "Pat"}}, ErrPhase)
	c.refused(System, Erase{}, ErrPhase)
}
