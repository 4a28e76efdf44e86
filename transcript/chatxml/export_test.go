package chatxml_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// told are a document's events in short: with users by the order in which they
// came.
func told(d *chatxml.Document) []string {
	var all, users []string
	who := func(id string) string {
		if id == "" {
			return ""
		}
		i := slices.Index(users, id)
		if i < 0 {
			users = append(users, id)
			i = len(users) - 1
		}
		return string(rune('a' + i))
	}
	for e := range d.Root.Elements() {
		line := e.Attr("timeShift") + " " + e.Attr("visibility") + " " + who(e.Attr("userId")) + " "
		switch e.Name {
		case "newParty":
			info := e.Child("userInfo")
			line += "joins: " + info.Attr("userType") + " " + info.Attr("personId") + " " + info.Attr("userNick")
		case "message":
			line += "writes: " + e.Child("msgText").Text()
		case "notice":
			line += e.Child("noticeText").Attr("noticeType") + ": " + e.Child("noticeText").Text()
		case "partyLeft":
			line += "leaves: " + who(e.Attr("askerId")) + " " + e.Child("reason").Attr("code")
		}
		all = append(all, strings.TrimSpace(line))
	}
	return all
}

func busyChat(t fatal) *chat {
	c := newChat(t, quiet())
	c.do(paul, interaction.Say{Text: "Hello & <b>"})
	c.do(maria, interaction.SetNote{Text: "a note"})
	c.do(maria, interaction.Say{Text: "who knows?", To: interaction.Internal})
	c.do(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim"})
	c.bring(maria, interaction.Consult{To: interaction.Target(zoe)}, zoe, "Zoe")
	c.do(zoe, interaction.Say{Text: "a secret", Consultation: c.state.Consultations[0].ID})
	c.bring(maria, interaction.Conference{To: interaction.Target(ben)}, ben, "Ben")
	c.do(ben, interaction.PushURL{URL: "https://example.com/"})
	c.do(maria, interaction.Remove{Party: ben})
	c.do(maria, interaction.End{})
	return c
}

// PART-2: each viewer gets what it sees.
func TestHIST_6_PART_2_export_for_each_viewer(t *testing.T) {
	c := busyChat(t)
	require.Equal(t, []string{
		"0 ALL a joins: CLIENT  Paul", "10 ALL b joins: AGENT #1 Support", "11 ALL a writes: Hello & <b>",
		"19 ALL c joins: AGENT #2 Ben", "20 ALL c PUSH_URL: https://example.com/", "21 ALL c leaves: c",
		"22 ALL b leaves: b 1", "22 ALL a leaves: b 4",
	}, told(c.export(paul, interaction.History)), "nothing internal, no real name, and not who removed whom")

	agents := []string{
		"0 ALL a joins: CLIENT  Paul", "10 ALL b joins: AGENT maria Support", "11 ALL a writes: Hello & <b>",
		"13 INT b writes: who knows?", "14 INT c joins: SUPERVISOR kim Kim",
		"19 ALL d joins: AGENT ben Ben", "20 ALL d PUSH_URL: https://example.com/", "21 ALL d leaves: b 4",
		"22 ALL b leaves: b 1", "22 ALL a leaves: b 4", "22 INT c leaves: b 4",
	}
	require.Equal(t, agents, told(c.export("agent:else", interaction.History)))
	require.Equal(t, agents, told(c.export(maria, interaction.History)), "a consultation is in nobody's history (CONS-10)")
	require.Equal(t, agents, told(c.export(kim, interaction.History)))

	live := told(c.export(zoe, interaction.Live))
	require.Contains(t, live, "16 INT d joins: AGENT zoe Zoe", "it had a side")
	require.Contains(t, live, "17 INT d writes: a secret")
	require.Contains(t, live, "22 INT d leaves: d")
	require.Empty(t, c.export("agent:else", interaction.Live).Root.Nodes)
	require.Equal(t, []chatxml.Attr{{Name: "sessionId", Value: "chat-1"}}, c.export("agent:else", interaction.Live).Root.Attrs)
}

func TestHIST_6_what_an_export_looks_like(t *testing.T) {
	c := newChat(t, quiet())
	c.do(interaction.System, interaction.Announce{Message: interaction.Waiting, Text: "One moment."})
	id := regexp.MustCompile(`[0-9A-F]{16}`)
	users := make(map[string]bool)
	out := id.ReplaceAllStringFunc(written(t, c.export(maria, interaction.History)), func(s string) string {
		users[s] = true
		return string(rune('w' + len(users)))
	})
	require.Len(t, users, 3)
	require.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<chatTranscript startAt="2026-03-01T12:00:00Z" sessionId="chat-1">
<newParty userId="x" timeShift="0" visibility="ALL" eventId="2"><userInfo personId="" userNick="Paul" userType="CLIENT" protocolType="FLEX" timeZoneOffset="0"/><userData><item key="Subject" type="string">Invoice 7</item><item key="tier" type="string">gold</item></userData></newParty>
<newParty userId="y" timeShift="10" visibility="ALL" eventId="5"><userInfo personId="maria" userNick="Support" userType="AGENT" protocolType="BASIC" timeZoneOffset="0"/></newParty>
<newParty userId="z" timeShift="11" visibility="ALL" eventId="6"><userInfo personId="" userNick="The system" userType="EXTERNAL" protocolType="ESP" timeZoneOffset="0"/></newParty>
<message userId="z" timeShift="11" visibility="ALL" eventId="7"><msgText treatAs="SYSTEM">One moment.</msgText></message>
</chatTranscript>
`, out)
	require.Equal(t, c.export(maria, interaction.History), c.export(maria, interaction.History), "ids stay the same")
	require.NotContains(t, written(t, c.export(paul, interaction.History)), "Invoice 7", "case data is internal (LIFE-10)")
}

// The ways in which chats end are those of the format.
func TestHIST_6_patterns_of_leaving_are_written(t *testing.T) {
	last := func(c *chat, n int) []string {
		all := told(c.export(maria, interaction.History))
		return all[len(all)-n:]
	}
	c := newChat(t, quiet())
	c.do(maria, interaction.End{})
	require.Equal(t, []string{"11 ALL b leaves: b 1", "11 ALL a leaves: b 4"}, last(c, 2), "A")

	c = newChat(t, quiet())
	c.do(paul, interaction.Leave{})
	require.Equal(t, []string{"11 ALL a leaves: a", "11 ALL b leaves: b 2"}, last(c, 2), "B")

	c = newChat(t, quiet())
	c.bring(maria, interaction.Transfer{To: interaction.Target(ben)}, ben, "Ben")
	require.Equal(t, []string{"12 ALL c joins: AGENT ben Ben", "12 ALL b leaves: b"}, last(c, 2), "C, without the gap (ROUTE-3)")

	policy := quiet()
	policy.Inactivity.End = time.Minute
	c = newChat(t, policy)
	c.now = c.now.Add(time.Hour)
	c.do(interaction.System, interaction.Elapse{})
	require.Equal(t, []string{"a leaves: a 7", "b leaves: b 7"}, []string{last(c, 2)[0][9:], last(c, 2)[1][9:]})

	policy = quiet()
	policy.ContactGrace = time.Minute
	c = newChat(t, policy)
	c.do(paul, interaction.Disconnect{})
	c.now = c.now.Add(time.Hour)
	c.do(interaction.System, interaction.Elapse{})
	require.Equal(t, "a leaves: a 3", last(c, 2)[0][9:])
}

// A supervisor who moves between its modes has a participation each time.
func TestHIST_6_PART_5_supervisors_are_written(t *testing.T) {
	policy := quiet()
	policy.HiddenMonitor = true
	c := newChat(t, policy)
	c.do(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim"})
	c.do(kim, interaction.Supervise{Mode: interaction.Coach, Name: "Kim"})
	c.do(kim, interaction.Say{Text: "try this", To: interaction.Supervisors})
	c.do(kim, interaction.Supervise{Mode: interaction.BargeIn, Name: "Kim"})
	c.do(kim, interaction.Say{Text: "I can help"})
	c.do(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim"})
	require.Equal(t, []string{
		"0 ALL a joins: CLIENT  Paul", "10 ALL b joins: AGENT #1 Support", "14 ALL c joins: AGENT #2 Kim", "15 ALL c writes: I can help", "16 ALL c leaves: c",
	}, told(c.export(paul, interaction.History)))
	require.Equal(t, []string{
		"0 ALL a joins: CLIENT  Paul", "10 ALL b joins: AGENT maria Support",
		"11 VIP c joins: SUPERVISOR kim Kim", "12 VIP c leaves: c", "12 INT d joins: SUPERVISOR kim Kim", "13 VIP d writes: try this",
		"14 INT d leaves: d", "14 ALL e joins: SUPERVISOR kim Kim", "15 ALL e writes: I can help", "16 ALL e leaves: e", "16 VIP f joins: SUPERVISOR kim Kim",
	}, told(c.export(kim, interaction.History)))
	require.NotContains(t, written(t, c.export("agent:else", interaction.History)), "VIP")
}

func TestHIST_6_files_and_bots_are_written(t *testing.T) {
	c := newChat(t, quiet())
	c.do("bot:robo", interaction.Join{Name: "Robo"})
	c.do("bot:robo", interaction.Say{Text: "beep"})
	c.do(paul, interaction.SendFile{File: interaction.File{ID: "f1", Name: "a.png", Type: "image/png", Size: 7, Hash: make([]byte, 32)}})
	c.do(maria, interaction.End{})
	d := c.export(maria, interaction.History)
	require.Equal(t, []string{"11 ALL c joins: AGENT  Robo", "12 ALL c writes: beep", "13 ALL a SYS_COMMAND: file-uploaded",
		"14 ALL b leaves: b 1", "14 ALL a leaves: b 4"}, told(d)[2:], "bots stay")
	require.Contains(t, written(t, d), `<userData><item key="file-id" type="string">f1</item><item key="file-name" type="string">a.png</item><item key="file-size" type="string">7</item></userData>`)
	require.Contains(t, written(t, d), `<item key="GCTI_Chat_PartyStyle" type="string">BOT</item>`)
}

// What this library wrote it reads again.
func TestHIST_6_an_export_can_be_imported(t *testing.T) {
	c := busyChat(t)
	for _, id := range []interaction.PartyID{paul, maria, kim} {
		d := c.export(id, interaction.History)
		m, err := chatxml.Import(d, nil)
		require.NoError(t, err)
		log := replays(t, d, m)
		require.Equal(t, interaction.ByAgent, m.State.EndedWhy)
		require.Contains(t, lines(&m.State, log, m.State.Contact.ID), "Paul: Hello & <b>")
	}
}

// What a viewer gets of an imported chat.
func TestHIST_6_PART_2_export_of_an_imported_chat(t *testing.T) {
	d := parse(t, sample)
	m, log := imported(t, sample)
	export := func(id interaction.PartyID) *chatxml.Document {
		return chatxml.Export("s", transcript.View{State: &m.State, Viewer: interaction.Viewer{ID: id, Purpose: interaction.History}}, log)
	}
	want := parse(t, sample)
	want.Root.Nodes = slices.DeleteFunc(want.Root.Nodes, func(n chatxml.Node) bool { return n.Element.Attr("visibility") != "ALL" })
	require.Len(t, want.Root.Nodes, len(d.Root.Nodes)-3)
	require.Equal(t, want, export("agent:else"), "as it was read, but for the consultation")
	require.Equal(t, want, export("supervisor:else"))
	require.Equal(t, []string{
		"0 ALL a joins: CLIENT  Pat", "9 ALL b joins: AGENT #1 Ann", "20 ALL a writes: Hello", "50 ALL b writes: We pay it back.",
		"70 ALL b leaves: b", "70 ALL a leaves: b 4",
	}, told(export(m.State.Contact.ID)))
	require.Empty(t, export("contact:else").Root.Nodes)
	for _, secret := range []string{"ag1", "Bill", "Bob", "refund"} {
		require.NotContains(t, written(t, export(m.State.Contact.ID)), secret)
	}

	// Notices without a record are for all or for nobody; who is hidden asks for nothing.
	text := only(joins(1, 0, "ALL", "CLIENT", "", "Pat") + joins(2, 1, "ALL", "AGENT", "ann", "Ann") + joins(3, 2, "VIP", "SUPERVISOR", "sam", "Sam") +
		`<notice visibility="ALL" userId="x" eventId="5"><noticeText noticeType="TYPING_STARTED"/></notice>` +
		`<notice visibility="INT" userId="x" eventId="6"><noticeText noticeType="TYPING_STARTED"/></notice>stray` + leaves(2, 9, "ALL", 3, "4"))
	m, log = imported(t, text)
	agents := written(t, export("agent:else"))
	require.Contains(t, agents, `eventId="5"`)
	require.NotContains(t, agents, `eventId="6"`)
	require.NotContains(t, agents, "stray")
	require.Contains(t, agents, `askerId="0000000000000002"`)
	require.Contains(t, written(t, export("supervisor:else")), `askerId="0000000000000003"`)
}

// The contact's file is the same, byte for byte, whatever happens out of its
// sight.
func TestHIST_6_PART_2_CONS_4_the_contacts_file_betrays_nothing(t *testing.T) {
	hidden := []func(c *chat){
		func(c *chat) {
			if c.try(maria, interaction.Consult{To: interaction.Target(zoe), Note: "SECRET"}) == nil {
				_ = c.try(zoe, interaction.Accept{Invitation: c.asked(zoe), Name: "SECRET"})
			}
		},
		func(c *chat) {
			for _, con := range c.state.Consultations {
				_ = c.try(zoe, interaction.Say{Text: "SECRET", Consultation: con.ID})
				_ = c.try(maria, interaction.Say{Text: "SECRET", Consultation: con.ID})
			}
		},
		func(c *chat) {
			for _, con := range c.state.Consultations {
				_ = c.try(zoe, interaction.EndConsultation{Consultation: con.ID})
			}
		},
		func(c *chat) { _ = c.try(maria, interaction.Say{Text: "SECRET", To: interaction.Internal}) },
		func(c *chat) { _ = c.try(maria, interaction.SetNote{Text: "SECRET"}) },
		func(c *chat) { _ = c.try(kim, interaction.Supervise{Mode: interaction.Coach, Name: "SECRET"}) },
		func(c *chat) { _ = c.try(kim, interaction.Say{Text: "SECRET", To: interaction.Supervisors}) },
		func(c *chat) { _ = c.try(kim, interaction.Supervise{Mode: interaction.StopWatching}) },
		func(c *chat) { _ = c.try(maria, interaction.Disconnect{}) },
	}
	seen := []func(c *chat){
		func(c *chat) { _ = c.try(paul, interaction.Say{Text: "hello"}) },
		func(c *chat) { _ = c.try(maria, interaction.Say{Text: "hi"}) },
		func(c *chat) {
			if c.try(maria, interaction.Conference{To: interaction.Target(ben)}) == nil {
				_ = c.try(ben, interaction.Accept{Invitation: c.asked(ben), Name: "Ben"})
			}
		},
		func(c *chat) { _ = c.try(maria, interaction.Remove{Party: ben}) },
		func(c *chat) { _ = c.try(ben, interaction.End{}) },
		func(c *chat) {
			_ = c.try(interaction.System, interaction.Announce{Message: interaction.Waiting, Text: "wait"})
		},
		func(c *chat) { _ = c.try(maria, interaction.End{}) },
		func(c *chat) { _ = c.try(paul, interaction.Leave{}) },
	}
	rapid.Check(t, func(t *rapid.T) {
		with, without := newChat(t, quiet()), newChat(t, quiet())
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			for range rapid.IntRange(0, 4).Draw(t, "secrets") {
				rapid.SampledFrom(hidden).Draw(t, "hidden")(with)
			}
			step := rapid.SampledFrom(seen).Draw(t, "seen")
			step(with)
			step(without)
			with.now, without.now = with.now.Add(3*time.Second), without.now.Add(3*time.Second)
			for _, purpose := range []interaction.ViewPurpose{interaction.History, interaction.Live} {
				got := written(t, with.export(paul, purpose))
				require.Equal(t, written(t, without.export(paul, purpose)), got)
				require.NotContains(t, got, "SECRET")
			}
		}
	})
}
