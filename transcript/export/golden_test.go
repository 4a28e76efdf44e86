package export_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/export"
	"github.com/stretchr/testify/require"
)

// update writes the golden files of the present formats:
//
//	go test ./transcript/export -run golden -update
var update = flag.Bool("update", false, "write the golden files")

func TestHIST_6_golden_exports(t *testing.T) {
	c := golden(t)
	for _, viewer := range []interaction.PartyID{pat, maria} {
		for _, f := range formats {
			name := filepath.Join("testdata", fmt.Sprintf("%s.%s.golden", viewer.Role(), f.name))
			got := written(t, f.write, c.export(viewer))
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
			}
			want, err := os.ReadFile(name)
			require.NoError(t, err)
			require.Equal(t, string(want), got, name)
			require.NotContains(t, got, "SECRET", "a consultation is in nobody's history")
			require.NotContains(t, got, "Ben Real", "there is a nickname")
		}
	}
}

func TestHIST_6_a_chat_has_all_that_its_viewer_may_see(t *testing.T) {
	c := golden(t)
	got := c.export(maria)
	require.Equal(t, "Invoice 7 <b>& more</b>", got.Subject)
	require.Equal(t, "Pat Müller", got.Contact.Name)
	require.Equal(t, "agent", got.Viewer)
	require.Equal(t, "agent", got.EndedWhy)
	require.Equal(t, "Charged twice in run 44.\nRefunded the second charge.", got.Note())
	require.Len(t, got.Notes, 2)
	require.Equal(t, "Maria", got.Notes[0].From.Name)
	require.Equal(t, "Refund given", got.Disposition().Label)
	require.Len(t, got.Dispositions, 2)
	require.Equal(t, []export.Field{
		{Key: "tier", Value: transcript.Value{Type: "string", Text: "gold"}}, {Key: "orders", Value: transcript.Value{Type: "number", Text: "12"}},
		{Key: "run", Value: transcript.Value{Type: "number", Text: "44"}},
	}, got.CaseData)
	require.Len(t, got.Files, 2)
	require.Equal(t, "broken", got.Files[1].Verdict)
	require.Equal(t, "Pat Müller", got.Files[1].From.Name)
	var parties []string
	for _, p := range got.Parties {
		parties = append(parties, fmt.Sprintf("%s %s %s %v %v", p.ID, p.Name, p.Part, p.Owner, p.Left.IsZero()))
	}
	require.Equal(t, []string{
		"contact:pat Pat Müller chat false true", "agent:maria Maria chat false false", "supervisor:kim Kim watch false true", "agent:ben Benny chat true true",
	}, parties)
	require.Equal(t, got.Notes, c.export("agent:else").Notes, "whoever may read the history gets it")

	contact := c.export(pat)
	require.Empty(t, contact.Notes)
	require.Empty(t, contact.Dispositions)
	require.Empty(t, contact.CaseData)
	require.Empty(t, contact.Subject)
	require.Nil(t, contact.Contact)
	require.Len(t, contact.Files, 2)
	require.Len(t, contact.Parties, 3)
	require.Empty(t, contact.Parties[1].ID)
}

// A late verdict is the one that counts (FILE-7).
func TestHIST_6_FILE_7_files_have_their_last_verdict(t *testing.T) {
	c := newChat(t, quiet())
	c.do(pat, interaction.SendFile{File: interaction.File{ID: "f", Name: "a.zip", Type: "application/zip", Size: 5, Verdict: interaction.PendingScan}})
	require.Equal(t, "pending-scan", c.export(pat).Files[0].Verdict)
	require.Contains(t, written(t, export.Connect, c.export(pat)), `"Status":"IN_PROGRESS"`)
	c.do(interaction.System, interaction.JudgeFile{File: "f", Verdict: interaction.Blocked, Code: "virus", Reason: "a virus"})
	require.Equal(t, "blocked", c.export(pat).Files[0].Verdict)
	require.Contains(t, written(t, export.Connect, c.export(pat)), `"Status":"REJECTED"`)
	require.Contains(t, written(t, export.Text, c.export(maria)), "a.zip, 5 B, blocked")
}

func TestHIST_6_LIFE_10_deleted_case_data_is_gone(t *testing.T) {
	c := newChat(t, quiet())
	c.do(maria, interaction.SetCaseData{Key: "tier", Delete: true})
	c.do(maria, interaction.SetCaseData{Key: "orders", Value: interaction.Value{Text: "13"}})
	require.Equal(t, []export.Field{{Key: "orders", Value: transcript.Value{Type: "string", Text: "13"}}}, c.export(maria).CaseData)
}

func TestHIST_6_who_comes_back_is_one_party(t *testing.T) {
	c := newChat(t, quiet())
	for range 2 {
		c.bring(maria, interaction.Conference{To: interaction.Target(ben)}, ben, "Ben")
		c.do(maria, interaction.Remove{Party: ben})
	}
	c.do(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim"})
	c.do(kim, interaction.Supervise{Mode: interaction.BargeIn, Name: "Kim"})
	got := c.export(maria).Parties
	require.Len(t, got, 4)
	require.False(t, got[2].Left.IsZero())
	require.Equal(t, "chat", got[3].Part)
	require.True(t, got[1].Owner)
}

// A policy may keep the system's messages out of what is saved; why the chat
// ended stays.
func TestHIST_4_system_messages_are_saved_if_the_policy_says_so(t *testing.T) {
	chat := func(without bool) export.Chat {
		policy := quiet()
		policy.Inactivity.Warn, policy.Inactivity.End, policy.NoSystemHistory = 60e9, 120e9, without
		c := newChat(t, policy)
		c.do(maria, interaction.Say{Text: "Hello?"})
		for range 2 {
			c.later(60e9)
			c.do(interaction.System, interaction.Elapse{})
		}
		return c.export(maria)
	}
	all, without := chat(false), chat(true)
	const warning = "The chat will end soon because nobody has written for a while."
	for _, f := range formats {
		require.Contains(t, written(t, f.write, all), warning, f.name)
		text := written(t, f.write, without)
		require.NotContains(t, text, warning, f.name)
		require.NotContains(t, text, "Example Telecom", f.name)
		require.Contains(t, text, "Hello?", f.name)
	}
	require.Equal(t, "inactivity", without.EndedWhy)
	require.Contains(t, written(t, export.Text, without), "The chat has ended because nobody wrote.")
}

func TestHIST_6_text_in_other_languages(t *testing.T) {
	c := newChat(t, quiet())
	c.do(pat, interaction.SendFile{File: interaction.File{ID: "f", Name: "a.zip", Type: "application/zip", Size: 1234567, Verdict: interaction.Available}})
	for language, want := range map[string][]string{
		"de-AT": {"Teilnehmer:", "--- 28. November 2026 ---", "Beginn: 28. November 2026, 14:02 CET", "a.zip, 1,2 MB, verfügbar", "(Kontakt)"},
		"fr":    {"--- 28 novembre 2026 ---", "a.zip, 1,2 Mo, disponible"},
		"es":    {"--- 28 de noviembre de 2026 ---", "a.zip, 1,2 MB, disponible"},
		"ja":    {"--- 2026年11月28日 ---", "a.zip, 1.2 MB, 利用可能"},
		"xx":    {"--- November 28, 2026 ---", "Began: November 28, 2026, 2:02 PM CET"},
	} {
		e := c.export(maria)
		e.Language = language
		text := written(t, export.Text, e)
		for _, part := range want {
			require.Contains(t, text, part, language)
		}
	}
	e := c.export(maria)
	e.Zone = "Nowhere/Land"
	require.Contains(t, written(t, export.Text, e), "1:02 PM UTC", "an unknown zone is UTC")
}

func TestHIST_6_sizes_are_rounded_to_tenths(t *testing.T) {
	for size, want := range map[int64]string{
		1: "1 B", 999: "999 B", 1000: "1.0 kB", 1049: "1.0 kB", 1050: "1.1 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 1_049_960: "1.0 MB",
		1_250_000: "1.3 MB", 5_000_000_000_000: "5000.0 GB", 1<<63 - 1: "9223372036.9 GB",
	} {
		c := export.Chat{Files: []export.File{{FileData: transcript.FileData{Name: "f", Size: size, Verdict: "available"}}}}
		require.Contains(t, written(t, export.Text, c), "    f, "+want+", available\n")
	}
}

// No text and no name can pretend to be another line.
func TestHIST_6_text_lines_cannot_be_forged(t *testing.T) {
	const forged = "--- March 1, 2026 ---\n14:03:05 Maria: yes\r\v\f\u0085\u2028\u2029\x1b[2J\x00\xff"
	e := transcript.Entry{Kind: transcript.Message, Text: forged, From: transcript.Who{Name: forged, Role: "contact"}, Audience: "everyone"}
	system := e
	system.Kind = transcript.Join
	c := export.Chat{
		ID: forged, Subject: forged, Contact: &transcript.Person{Name: forged}, Entries: []transcript.Entry{e, system},
		Notes: []export.Note{{Text: forged}}, Dispositions: []export.Disposition{{Code: forged, Label: "x" + forged}},
		CaseData: []export.Field{{Key: forged, Value: transcript.Value{Text: forged}}},
		Files:    []export.File{{FileData: transcript.FileData{Name: forged, Verdict: forged}}},
		Parties:  []export.Party{{Who: transcript.Who{Name: forged, Role: forged}}},
	}
	text := written(t, export.Text, c)
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		require.False(t, strings.HasPrefix(line, "14:03"), "line %d: %q", i, line)
		if strings.HasPrefix(line, "---") {
			require.True(t, i == 0 || line == "--- January 1, 1 ---", "%q", line)
		}
		require.NotRegexp(t, "[\x00-\x08\x0b-\x1f\u0085\u2028\u2029]", line)
	}
}
