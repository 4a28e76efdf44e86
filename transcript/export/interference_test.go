package export_test

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// told is what the contact sees, at its times; between are places for what it
// must not notice.
func told(t fatal, between func(*chat)) *chat {
	policy := quiet()
	policy.Dispositions = []interaction.Disposition{{Code: "SECRET"}}
	c := newChat(t, policy)
	for _, step := range []func(){
		func() { c.do(pat, interaction.Say{Text: "Hello"}) },
		func() { c.do(maria, interaction.Say{Text: "Hello Pat"}) },
		func() {
			c.do(pat, interaction.SendFile{File: interaction.File{ID: "f", Name: "a.pdf", Type: "application/pdf", Size: 9, Verdict: interaction.Available}})
		},
		func() { c.do(maria, interaction.PushURL{URL: "https://example.com/"}) },
		func() {
			c.do(maria, interaction.Conference{To: interaction.Target(ben)})
			c.do(ben, interaction.Accept{Invitation: c.asked(ben), Name: "Ben"})
		},
		func() { c.do(maria, interaction.Remove{Party: ben}) },
		func() { c.do(maria, interaction.End{}) },
	} {
		between(c)
		step()
		c.later(time.Minute)
	}
	return c
}

// hidden are things that the contact must not notice, where they are possible.
var hidden = []func(*chat){
	func(c *chat) {
		if c.try(maria, interaction.Consult{To: interaction.Target(zoe), Note: "SECRET"}) == nil {
			_ = c.try(zoe, interaction.Accept{Invitation: c.asked(zoe), Name: "Zoe SECRET"})
		}
		if n := len(c.state.Consultations); n > 0 {
			id := c.state.Consultations[n-1].ID
			_ = c.try(zoe, interaction.Say{Text: "SECRET", Consultation: id})
			_ = c.try(zoe, interaction.EndConsultation{Consultation: id})
		}
	},
	func(c *chat) { _ = c.try(maria, interaction.Say{Text: "SECRET", To: interaction.Internal}) },
	func(c *chat) {
		_ = c.try(kim, interaction.Supervise{Mode: interaction.Coach, Name: "SECRET"})
		_ = c.try(kim, interaction.Say{Text: "SECRET", To: interaction.Supervisors})
	},
	func(c *chat) { _ = c.try(maria, interaction.SetNote{Text: "SECRET"}) },
	func(c *chat) { _ = c.try(maria, interaction.SetDisposition{Code: "SECRET"}) },
	func(c *chat) {
		_ = c.try(maria, interaction.SetCaseData{Key: "SECRET", Value: interaction.Value{Text: "SECRET"}})
	},
	func(c *chat) {
		_ = c.try(maria, interaction.SendFile{To: interaction.Internal, File: interaction.File{ID: "SECRET", Name: "SECRET", Size: 5, Verdict: interaction.Available}})
	},
}

// The contact's export is a function of what the contact sees, byte for byte.
func TestHIST_6_PART_2_the_contacts_export_knows_nothing_hidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		without := told(t, func(*chat) {})
		with := told(t, func(c *chat) {
			for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(hidden)-1), 0, 4).Draw(t, "hidden") {
				hidden[i](c)
			}
		})
		for _, purpose := range []interaction.ViewPurpose{interaction.History, interaction.Live} {
			for _, f := range formats {
				got := written(t, f.write, with.of(pat, purpose))
				require.Equal(t, written(t, f.write, without.of(pat, purpose)), got, f.name)
				require.NotContains(t, got, "SECRET")
			}
		}
	})
}

// A consultation is in no export that is read later; its sides have it while
// they may see it (CONS-10).
func TestHIST_6_CONS_10_a_consultation_is_in_nobodys_history(t *testing.T) {
	with := told(t, func(c *chat) {
		if len(c.state.Consultations) == 0 {
			hidden[0](c)
		}
	})
	for _, f := range formats {
		for _, id := range []interaction.PartyID{maria, zoe, "agent:else"} {
			require.NotContains(t, written(t, f.write, with.export(id)), "SECRET", f.name)
		}
		live := written(t, f.write, with.of(maria, interaction.Live))
		if f.name == "connect" {
			require.NotContains(t, live, "SECRET", "it would look as if the customer had seen it")
		} else {
			require.Contains(t, live, "SECRET", f.name)
		}
		require.NotContains(t, written(t, f.write, with.of("agent:else", interaction.Live)), "Hello", f.name)
	}
}

// A writer that fails, or that takes less than it was given, ends the export.
type failing struct {
	room  int
	short bool
	calls int
}

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	f.calls++
	if f.room -= len(p); f.room >= 0 {
		return len(p), nil
	}
	if f.short {
		return len(p) / 2, nil
	}
	return 0, errFull
}

func TestHIST_6_exports_stop_at_the_writers_error(t *testing.T) {
	c := long(2000)
	for _, f := range formats {
		for _, room := range []int{0, 20_000, 40_000} {
			w := &failing{room: room}
			require.ErrorIs(t, f.write(w, c), errFull, f.name)
			calls := w.calls
			require.LessOrEqual(t, calls, room/16_000+1, "%s: nothing is written after it", f.name)
			require.ErrorIs(t, f.write(&failing{room: room, short: true}, c), io.ErrShortWrite, f.name)
		}
	}
}

// Memory does not grow with the chat: what is written comes in small pieces.
func TestHIST_6_exports_are_streams(t *testing.T) {
	c := long(5000)
	for _, f := range formats {
		var most, all int
		require.NoError(t, f.write(writer(func(p []byte) { most, all = max(most, len(p)), all+len(p) }), c))
		require.Greater(t, all, 200_000, f.name)
		require.Less(t, most, 20_000, f.name)
	}
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}
