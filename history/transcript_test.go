package history_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/stretchr/testify/require"
)

// texts are what is written in a transcript, without what was only done.
func texts(t history.Transcript) (all []string) {
	for i := range t.Entries {
		if e := &t.Entries[i]; e.Kind == transcript.Message {
			all = append(all, e.From.Name+": "+e.Text)
		}
	}
	return all
}

// full is a chat with something of everything.
func full(d *desk, id string) {
	p := policy()
	p.Nicknames = []interaction.Nickname{{For: string(ben), Name: "Support"}}
	d.starts(id, pat, maria, interaction.Start{
		Subject: "Refund", Channel: "chat", Policy: p, CaseData: []interaction.Field{{Key: "order", Value: interaction.Value{Type: interaction.NumberValue, Text: "17"}}},
	})
	d.says(id, pat, "Hello, see https://example.com/")
	d.does(id, maria, interaction.Say{Text: "difficult one", To: interaction.Internal})
	d.accepts(id, ben, d.does(id, maria, interaction.Conference{To: interaction.Target(ben)}).Opened)
	d.says(id, ben, "How can we help?")
	d.does(id, pat, interaction.SendFile{File: interaction.File{ID: "f1", Name: "bill.pdf", Type: "application/pdf", Size: 9}})
	d.does(id, maria, interaction.SendFile{File: interaction.File{ID: "f2", Name: "inside.txt", Type: "text/plain", Size: 3}, To: interaction.Internal})
	d.does(id, maria, interaction.SetNote{Text: "first"})
	d.does(id, ben, interaction.SetNote{Text: "second"})
	d.does(id, maria, interaction.SetDisposition{Code: "lost"})
	d.does(id, maria, interaction.SetDisposition{Code: "sold"})
	d.does(id, maria, interaction.SetCaseData{Key: "vip", Value: interaction.Value{Type: interaction.BoolValue, Text: "true"}})
	d.does(id, ben, interaction.End{})
	d.ends(id)
	d.does(id, interaction.System, interaction.JudgeFile{File: "f1", Verdict: interaction.Blocked, Code: "infected", Reason: "a virus"})
}

func TestHIST_1_a_transcript_has_everything_for_who_may_see_it(t *testing.T) {
	d := newDesk(t, &history.Options{Links: urlsafe.New(nil)})
	full(d, "chat")
	got := d.opens(zoe, "chat")
	require.Equal(t, "sold", got.Disposition.Code)
	require.Equal(t, []string{"Pat: Hello, see https://example.com/", "Maria: difficult one", "Support: How can we help?"}, texts(got))
	for i := range got.Entries {
		require.EqualValues(t, i+1, got.Entries[i].Position)
		if got.Entries[i].Kind == transcript.Message && got.Entries[i].From.Name == "Pat" {
			require.Equal(t, "https://example.com/", got.Entries[i].Segments[1].Source)
		}
	}
	require.Equal(t, []transcript.Who{{Colour: 0, Name: "Pat", Role: "contact"}, {Colour: 1, Name: "Maria", Role: "agent"}, {Colour: 2, Name: "Support", Role: "agent"}}, got.Parties)

	at := func(n int) string { return got.Notes[n].At.String() }
	require.Equal(t, []string{"first by Maria at " + at(0), "second by Support at " + at(1)}, []string{
		fmt.Sprintf("%s by %s at %v", got.Notes[0].Text, got.Notes[0].By.Name, got.Notes[0].At),
		fmt.Sprintf("%s by %s at %v", got.Notes[1].Text, got.Notes[1].By.Name, got.Notes[1].At),
	})
	require.Len(t, got.Notes, 2)
	require.NotZero(t, got.Notes[0].At)
	require.Len(t, got.Dispositions, 2)
	require.Equal(t, "Lost", got.Dispositions[0].Label)
	require.Equal(t, "Maria", got.Dispositions[1].By.Name)
	require.Equal(t, []transcript.CaseDataField{
		{Key: "order", Value: transcript.Value{Type: "number", Text: "17"}}, {Key: "vip", Value: transcript.Value{Type: "bool", Text: "true"}},
	}, got.CaseData)
	require.Len(t, got.Files, 2)
	require.Equal(t, transcript.FileData{
		ID: "f1", Name: "bill.pdf", Type: "application/pdf", Size: 9, Icon: "pdf", Verdict: "blocked", Code: "infected", Reason: "a virus",
	}, got.Files[0].FileData)
	require.Equal(t, "Pat", got.Files[0].From.Name)

	german, err := d.Transcript(d.ctx, zoe, "chat", history.Look{Words: transcript.German()})
	require.NoError(t, err)
	require.NotEqual(t, got.Entries[1].Text, german.Entries[1].Text)
}

func TestHIST_1_PART_2_the_contacts_transcript_is_what_it_saw(t *testing.T) {
	d := newDesk(t, nil)
	full(d, "chat")
	got := d.opens(pat, "chat")
	require.Equal(t, []string{"Pat: Hello, see https://example.com/", "Support: How can we help?"}, texts(got))
	require.Len(t, got.Files, 1)
	require.Empty(t, got.Notes)
	require.Empty(t, got.Dispositions)
	require.Empty(t, got.CaseData)
	require.Equal(t, history.Chat{ID: "chat", Phase: "ended", Started: got.Started, Ended: got.Ended, EndedWhy: "agent"}, got.Chat)
	b, err := json.Marshal(got)
	require.NoError(t, err)
	for _, secret := range []string{"agent:maria", "agent:ben", "Ben", "difficult", "inside", "second", "sold", "order", "Refund", "done"} {
		require.NotContains(t, string(b), secret)
	}
}

// By which button it ended, and that it is wrapped up, is not the contact's to know.
func TestPART_2_how_a_chat_ended(t *testing.T) {
	d := newDesk(t, nil)
	async := policy()
	async.Async = true
	d.starts("chat", pat, maria, interaction.Start{Policy: async})
	d.does("chat", maria, interaction.End{})
	require.Equal(t, "waiting", d.opens(pat, "chat").Phase, "dormant")
	require.Equal(t, "dormant", d.opens(ben, "chat").Phase)
	d.does("chat", maria, interaction.MarkDone{})
	require.Equal(t, "ended agent", d.opens(pat, "chat").Phase+" "+d.opens(pat, "chat").EndedWhy)
	require.Equal(t, "done marked-done", d.opens(ben, "chat").Phase+" "+d.opens(ben, "chat").EndedWhy)
}

// What somebody may not read and what is not there cannot be told apart.
func TestHIST_1_PART_2_what_is_not_the_viewers_does_not_exist(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("chat", pat, maria, interaction.Start{})
	d.starts("assigned", pat, maria, interaction.Start{})
	d.does("assigned", maria, interaction.AssignContact{Contact: interaction.Person{ID: kat}})
	for _, c := range []struct {
		viewer interaction.PartyID
		id     string
	}{{kat, "chat"}, {"bot:b", "chat"}, {"", "chat"}, {"agent:", "chat"}, {pat, "assigned"}, {pat, "none"}, {maria, "none"}} {
		got, err := d.Transcript(d.ctx, c.viewer, c.id, history.Look{})
		require.Equal(t, interaction.ErrNotStarted, err, c)
		require.Zero(t, got)
	}
	_, err := d.Transcript(d.ctx, maria, "agent/maria", history.Look{})
	require.ErrorIs(t, err, chatkernel.ErrInvalidID)
	d.opens(kat, "assigned")
}

func TestHIST_1_a_transcript_of_a_running_chat(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("chat", pat, maria, interaction.Start{})
	d.says("chat", pat, "one")
	require.Equal(t, []string{"Pat: one"}, texts(d.opens(ben, "chat")))
	d.says("chat", maria, "two")
	require.Equal(t, []string{"Pat: one", "Maria: two"}, texts(d.opens(ben, "chat")))
	require.Equal(t, "active", d.opens(ben, "chat").Phase)
}

// Positions and public numbers are those of the running chat's feed.
func TestHIST_1_DESK_1_numbers_are_those_of_the_feed(t *testing.T) {
	d := newDesk(t, nil)
	full(d, "chat")
	d.starts("chat2", pat, maria, interaction.Start{})
	d.consults("chat2", maria, zoe, "SECRET")
	for _, id := range []string{"chat", "chat2"} {
		for _, viewer := range []interaction.PartyID{pat, maria, sam} {
			var want []transcript.Entry
			v := interaction.Viewer{ID: viewer, Purpose: interaction.History}
			view := transcript.View{State: d.state(id), Viewer: v}
			for item, err := range d.Watch(d.ctx, id, v, chatkernel.Position{}) {
				require.NoError(t, err)
				if item.Current {
					break
				}
				want = append(want, view.Entry(&item.Shown))
			}
			require.Equal(t, want, d.opens(viewer, id).Entries)
		}
	}
}

func TestHIST_4_messages_of_the_system_are_kept_out_of_saved_chats(t *testing.T) {
	d := newDesk(t, nil)
	for _, out := range []bool{false, true} {
		p := policy()
		p.NoSystemHistory = out
		id := fmt.Sprint(out)
		d.starts(id, pat, maria, interaction.Start{Policy: p})
		d.does(id, interaction.System, interaction.Announce{Message: interaction.Information, Text: "You are number 3"})
		d.says(id, pat, "fine")
		d.does(id, maria, interaction.End{})
		for _, viewer := range []interaction.PartyID{pat, ben} {
			b, err := json.Marshal(d.opens(viewer, id))
			require.NoError(t, err)
			require.Equal(t, !out, strings.Contains(string(b), "number 3"))
			require.Equal(t, "agent", d.opens(viewer, id).EndedWhy, "why it ended is always there")
		}
	}
}

// Somebody may write while it is read.
func TestHIST_1_a_transcript_is_of_one_moment(t *testing.T) {
	var d *desk
	d = newDesk(t, &history.Options{Allow: func(context.Context, interaction.PartyID, string, *interaction.State) (bool, error) {
		d.says("chat", pat, "late")
		return true, nil
	}})
	d.starts("chat", pat, maria, interaction.Start{})
	d.says("chat", pat, "in time")
	got := d.opens(ben, "chat")
	require.Equal(t, []string{"Pat: in time"}, texts(got))
	require.Len(t, d.opens(ben, "chat").Entries, len(got.Entries)+1)
}

func TestHIST_1_records_are_what_the_transcript_is_made_of(t *testing.T) {
	d := newDesk(t, nil)
	full(d, "chat")
	for _, viewer := range []interaction.PartyID{ben, pat} {
		view, shown, err := d.Records(d.ctx, viewer, "chat", history.Look{Words: transcript.German()})
		require.NoError(t, err)
		want, err := d.Transcript(d.ctx, viewer, "chat", history.Look{Words: transcript.German()})
		require.NoError(t, err)
		var entries []transcript.Entry
		for i := range shown {
			entries = append(entries, view.Entry(&shown[i]))
		}
		require.Equal(t, want.Entries, entries)
	}
	view, shown, err := d.Records(d.ctx, kat, "chat", history.Look{})
	require.Equal(t, interaction.ErrNotStarted, err)
	require.Zero(t, view)
	require.Nil(t, shown)
}

func TestCONS_10_nobody_reads_a_word_of_a_consultation(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("chat", pat, maria, interaction.Start{})
	consultation := d.consults("chat", maria, zoe, "SECRET question", "SECRET answer")
	d.does("chat", maria, interaction.SendFile{File: interaction.File{ID: "f", Name: "SECRET.txt", Type: "text/plain"}, Consultation: consultation})
	d.says("chat", pat, "still there?")
	check := func() {
		t.Helper()
		for _, viewer := range []interaction.PartyID{pat, maria, zoe, ben, sam, interaction.System} {
			b, err := json.Marshal(d.opens(viewer, "chat"))
			require.NoError(t, err)
			require.NotContains(t, string(b), "SECRET", viewer)
			require.NotContains(t, string(b), "onsult", viewer)
			require.Empty(t, d.of(viewer, pat, history.Filter{Text: "secret"}), viewer)
			require.Len(t, d.of(viewer, pat, history.Filter{Text: "still"}), 1, viewer)
			for older, err := range d.Older(d.ctx, viewer, "chat", history.Look{}, "") {
				require.NoError(t, err)
				require.Empty(t, older.Chats)
			}
		}
		require.Empty(t, d.mine(maria, history.Filter{Text: "secret"}))
		require.Empty(t, d.mine(zoe, history.Filter{}))
	}
	check()
	d.ends("chat")
	d.does("chat", zoe, interaction.MarkConsultationDone{Consultation: consultation})
	check()
	// An older chat is no other.
	d.starts("later", pat, maria, interaction.Start{})
	for older, err := range d.Older(d.ctx, maria, "later", history.Look{}, "") {
		require.NoError(t, err)
		require.Len(t, older.Chats, 1)
		b, err := json.Marshal(older)
		require.NoError(t, err)
		require.NotContains(t, string(b), "SECRET")
	}
}
