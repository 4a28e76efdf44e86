package history_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// hidden are things that the contact must not notice.
var hidden = []func(d *desk){
	func(d *desk) {
		_, _ = d.try("chat", maria, interaction.Consult{To: interaction.Target(zoe), Note: "WORD"})
	},
	func(d *desk) {
		if inv := d.state("chat").Invitations; len(inv) > 0 {
			_, _ = d.try("chat", zoe, interaction.Accept{Invitation: inv[0].ID, Name: "WORD"})
		}
	},
	func(d *desk) {
		for _, c := range d.state("chat").Consultations {
			_, _ = d.try("chat", zoe, interaction.Say{Text: "WORD", Consultation: c.ID})
			_, _ = d.try("chat", maria, interaction.SendFile{File: interaction.File{ID: "f", Name: "WORD"}, Consultation: c.ID})
		}
	},
	func(d *desk) {
		for _, c := range d.state("chat").Consultations {
			_, _ = d.try("chat", maria, interaction.EndConsultation{Consultation: c.ID})
		}
	},
	func(d *desk) { _, _ = d.try("chat", sam, interaction.Supervise{Mode: interaction.Coach, Name: "WORD"}) },
	func(d *desk) { _, _ = d.try("chat", sam, interaction.Say{Text: "WORD", To: interaction.Supervisors}) },
	func(d *desk) { _, _ = d.try("chat", maria, interaction.Say{Text: "WORD", To: interaction.Internal}) },
	func(d *desk) { _, _ = d.try("chat", maria, interaction.SetNote{Text: "WORD"}) },
	func(d *desk) { _, _ = d.try("chat", maria, interaction.SetDisposition{Code: "sold"}) },
	func(d *desk) {
		_, _ = d.try("chat", maria, interaction.SetCaseData{Key: "WORD", Value: interaction.Value{Text: "WORD"}})
	},
	func(d *desk) { _, _ = d.try("chat", maria, interaction.MarkDone{}) },
	func(d *desk) {
		// It went to somebody else by mistake, and came back.
		_, _ = d.try("chat", interaction.System, interaction.AssignContact{Contact: interaction.Person{ID: kat, Name: "WORD"}})
		_, _ = d.try("chat", interaction.System, interaction.AssignContact{Contact: interaction.Person{ID: pat, Name: names[pat]}})
	},
}

// shownBy are things that everybody sees.
var shownBy = []func(d *desk){
	func(d *desk) { _, _ = d.try("chat", pat, interaction.Say{Text: "a wörd"}) },
	func(d *desk) { _, _ = d.try("chat", maria, interaction.Say{Text: "something"}) },
	func(d *desk) { _, _ = d.try("chat", pat, interaction.Say{Text: "something"}) },
	func(d *desk) { _, _ = d.try("chat", maria, interaction.End{}) },
}

// The contact's lists, what it finds, its transcripts and its older chats are the
// same, byte for byte, whatever happened out of its sight.
func TestPART_2_CONS_4_the_contacts_history_is_a_function_of_what_it_sees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			with, without := newDesk(t, nil), newDesk(t, nil)
			defer with.Close()
			defer without.Close()
			both := func(do func(*desk)) {
				do(with)
				do(without)
			}
			both(func(d *desk) { d.starts("chat", pat, maria, interaction.Start{Subject: "WORD"}) })
			for range rapid.IntRange(1, 8).Draw(t, "steps") {
				for range rapid.IntRange(0, 4).Draw(t, "secrets") {
					rapid.SampledFrom(hidden).Draw(t, "hidden")(with)
				}
				time.Sleep(time.Minute)
				both(rapid.SampledFrom(shownBy).Draw(t, "shown"))
			}
			time.Sleep(time.Minute)
			both(func(d *desk) { d.starts("later", pat, ben, interaction.Start{}) })
			require.Equal(t, screen(t, without), screen(t, with))
		})
	})
}

// screen is all that the contact can get.
func screen(t *rapid.T, d *desk) string {
	var out []any
	for _, f := range []history.Filter{{}, {Text: "word"}, {Text: "something"}, {Phases: []string{"ended"}}, {Phases: []string{"open"}}} {
		p, err := d.Contact(d.ctx, pat, pat, f, "")
		out = append(out, p, err)
	}
	for _, id := range []string{"chat", "later"} {
		got, err := d.Transcript(d.ctx, pat, id, history.Look{})
		out = append(out, got, err)
		for older, err := range d.Older(d.ctx, pat, id, history.Look{}, "") {
			out = append(out, older, err)
		}
	}
	b, err := json.MarshalIndent(out, "", " ")
	require.NoError(t, err)
	return string(b)
}
