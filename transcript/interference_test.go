package transcript_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A step is something that may happen. It does nothing where it is not
// possible.
type step struct {
	name string
	do   func(c *chat)
}

// seen are steps that the contact sees.
var seen = []step{
	{"contact says", func(c *chat) { _ = c.try(pat, interaction.Say{Text: "hello"}) }},
	{"owner says", func(c *chat) { _ = c.try(c.state.Owner, interaction.Say{Text: "hi"}) }},
	{"conference", func(c *chat) {
		if c.state.Owner != "" && c.state.Owner != ben && c.try(c.state.Owner, interaction.Conference{To: interaction.Target(ben)}) == nil {
			_ = c.try(ben, interaction.Accept{Invitation: c.asked(ben), Name: "Ben"})
		}
	}},
	{"transfer", func(c *chat) {
		if c.state.Owner == maria && c.try(maria, interaction.Transfer{To: interaction.Target(ben)}) == nil {
			_ = c.try(ben, interaction.Accept{Invitation: c.asked(ben), Name: "Ben"})
		}
	}},
	{"remove", func(c *chat) { _ = c.try(c.state.Owner, interaction.Remove{Party: ben}) }},
	{"barge in", func(c *chat) { _ = c.try(sam, interaction.Supervise{Mode: interaction.BargeIn, Name: "Sam"}) }},
	{"step back", func(c *chat) { _ = c.try(sam, interaction.Supervise{Mode: interaction.Monitor, Name: "Sam"}) }},
	{"lost", func(c *chat) { _ = c.try(pat, interaction.Disconnect{}) }},
	{"back", func(c *chat) { _ = c.try(pat, interaction.Reconnect{}) }},
	{"contact reads", func(c *chat) { _ = c.try(pat, interaction.MarkRead{Through: 99}) }},
	{"owner ends", func(c *chat) { _ = c.try(c.state.Owner, interaction.End{}) }},
	{"contact leaves", func(c *chat) { _ = c.try(pat, interaction.Leave{}) }},
}

// hidden are steps that the contact must not notice. They take nothing away
// that a seen step needs.
var hidden = []step{
	{"consult", func(c *chat) {
		if c.state.Owner != "" && c.try(c.state.Owner, interaction.Consult{To: interaction.Target(zoe), Note: "SECRET"}) == nil {
			_ = c.try(zoe, interaction.Accept{Invitation: c.asked(zoe), Name: "Zoe SECRET"})
		}
	}},
	{"consult Ben", func(c *chat) {
		if p := c.state.Party(ben); p != nil && p.Here() || c.state.Owner == "" {
			return
		}
		if c.try(c.state.Owner, interaction.Consult{To: interaction.Target(ben)}) == nil {
			_ = c.try(ben, interaction.Accept{Invitation: c.asked(ben), Name: "Ben SECRET"})
		}
		_ = c.try(ben, interaction.EndConsultation{Consultation: lastConsultation(c)})
	}},
	{"ask and decline", func(c *chat) {
		if c.state.Owner != "" && c.try(c.state.Owner, interaction.Conference{To: interaction.Target(zoe), Note: "SECRET"}) == nil {
			_ = c.try(zoe, interaction.Decline{Invitation: c.asked(zoe), Reason: "SECRET"})
		}
	}},
	{"consultant says", func(c *chat) {
		_ = c.try(zoe, interaction.Say{Text: "SECRET", Consultation: lastConsultation(c)})
	}},
	{"end consultation", func(c *chat) {
		_ = c.try(zoe, interaction.EndConsultation{Consultation: lastConsultation(c)})
	}},
	{"mark", func(c *chat) {
		_ = c.try(zoe, interaction.MarkConsultationDone{Consultation: lastConsultation(c)})
	}},
	{"internal word", func(c *chat) { _ = c.try(c.state.Owner, interaction.Say{Text: "SECRET", To: interaction.Internal}) }},
	{"monitor", func(c *chat) { _ = c.try(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim SECRET"}) }},
	{"coach", func(c *chat) {
		_ = c.try(kim, interaction.Supervise{Mode: interaction.Coach, Name: "Kim SECRET"})
		_ = c.try(kim, interaction.Say{Text: "SECRET", To: interaction.Supervisors})
	}},
	{"watch no more", func(c *chat) { _ = c.try(kim, interaction.Supervise{Mode: interaction.StopWatching}) }},
	{"note", func(c *chat) { _ = c.try(c.state.Owner, interaction.SetNote{Text: "SECRET"}) }},
	{"case data", func(c *chat) {
		_ = c.try(c.state.Owner, interaction.SetCaseData{Key: "SECRET", Value: interaction.Value{Text: "SECRET"}})
	}},
	{"disposition", func(c *chat) { _ = c.try(c.state.Owner, interaction.SetDisposition{Code: "SECRET"}) }},
	{"read", func(c *chat) { _ = c.try(maria, interaction.MarkRead{Through: 99}) }},
	{"desktop lost", func(c *chat) { _ = c.try(c.state.Owner, interaction.Disconnect{}) }},
	{"desktop back", func(c *chat) { _ = c.try(c.state.Owner, interaction.Reconnect{}) }},
	{"stage", func(c *chat) { _ = c.try(interaction.System, interaction.Elapse{}) }},
	{"done", func(c *chat) { _ = c.try(c.state.Owner, interaction.MarkDone{}) }},
}

func lastConsultation(c *chat) string {
	for i := len(c.state.Consultations) - 1; i >= 0; i-- {
		if con := c.state.Consultations[i]; con.Target == zoe || con.Target == ben {
			return con.ID
		}
	}
	return "none"
}

// The contact's screen is the same, byte for byte, whatever happens out of its
// sight.
func TestPART_2_CONS_4_the_contacts_screen_is_a_function_of_what_it_sees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := plainPolicy()
		policy.Inactivity.Warn, policy.Inactivity.End, policy.ContactGrace, policy.AgentGrace, policy.NoAnswer = 0, 0, 0, 0, 0
		policy.Dispositions = []interaction.Disposition{{Code: "SECRET"}}
		policy.HiddenMonitor = rapid.Bool().Draw(t, "hidden monitor")
		policy.TypingPreview = rapid.Bool().Draw(t, "preview")
		policy.Nicknames = []interaction.Nickname{{For: string(maria), Name: "Support"}}
		with, without := activeChat(t, policy), activeChat(t, policy)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			records := len(with.log)
			for range rapid.IntRange(0, 5).Draw(t, "secrets") {
				s := rapid.SampledFrom(hidden).Draw(t, "hidden")
				if s.do(with); len(with.log) == records {
					continue
				}
				records = len(with.log)
				compare(t, with, without, "after "+s.name)
			}
			s := rapid.SampledFrom(seen).Draw(t, "seen")
			s.do(with)
			s.do(without)
			compare(t, with, without, "after "+s.name)
			with.now, without.now = with.now.Add(20*time.Second), without.now.Add(20*time.Second)
		}
	})
}

func compare(t require.TestingT, with, without *chat, when string) {
	got := with.screen(t, pat)
	require.Equal(t, without.screen(t, pat), got, when)
	require.NotContains(t, got, "SECRET", when)
}

// Agents must not notice a monitor that is hidden from them.
func TestPART_5_a_hidden_monitor_is_on_no_agents_screen(t *testing.T) {
	policy := plainPolicy()
	policy.HiddenMonitor = true
	with, without := activeChat(t, policy), activeChat(t, policy)
	with.do(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim"})
	require.Equal(t, without.screen(t, maria), with.screen(t, maria))
	with.do(kim, interaction.MarkRead{Through: 1})
	require.Equal(t, without.screen(t, maria), with.screen(t, maria))
	with.do(sam, interaction.Supervise{Mode: interaction.Coach, Name: "Sam"})
	require.True(t, strings.Contains(with.screen(t, sam), "Kim"), "supervisors know of each other")
	require.Equal(t, "monitoring", party(with.header(sam), "Kim").Presence)
}

// Who is consulted, and by whom, only the two sides know.
func TestPART_2_a_consultation_is_on_its_two_sides_screens_only(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(maria, interaction.Conference{To: interaction.Target(ben)})
	c.do(ben, interaction.Accept{Invitation: c.asked(ben), Name: "Ben"})
	before := c.screen(t, ben)
	c.do(maria, interaction.Consult{To: interaction.Target(zoe)})
	require.Equal(t, before, c.screen(t, ben), "nor who is asked")
	require.Len(t, c.header(zoe).Invitations, 1)
	c.do(zoe, interaction.Accept{Invitation: c.asked(zoe), Name: "Zoe"})
	c.do(zoe, interaction.Say{Text: "between us", Consultation: c.state.Consultations[0].ID})
	require.Equal(t, before, c.screen(t, ben))
	c.do(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim"})
	require.Equal(t, "unknown", party(c.header(ben), "Zoe").Presence)
	require.Contains(t, c.screen(t, maria), "between us")
	require.Contains(t, c.screen(t, zoe), "between us")
	require.Equal(t, "consulted", party(c.header(maria), "Zoe").Presence)
	require.Equal(t, "target", c.header(zoe).Consultations[0].Side)
	require.Equal(t, "Maria", c.header(zoe).Consultations[0].Other.Name)
}

// Somebody whom one has seen in the chat may be consulted, or watch unseen,
// afterwards.
func TestPART_2_who_left_is_away_whatever_it_does_now(t *testing.T) {
	policy := plainPolicy()
	policy.HiddenMonitor = true
	c := activeChat(t, policy)
	for _, id := range []interaction.PartyID{ben, zoe} {
		c.do(maria, interaction.Conference{To: interaction.Target(id)})
		c.do(id, interaction.Accept{Invitation: c.asked(id), Name: strings.ToUpper(string(id[6:]))})
	}
	c.do(sam, interaction.Supervise{Mode: interaction.BargeIn, Name: "Sam"})
	c.do(zoe, interaction.End{})
	c.do(sam, interaction.Supervise{Mode: interaction.Monitor, Name: "Sam"})
	c.consult(maria, zoe, "ZOE")
	for _, id := range []interaction.PartyID{pat, ben} {
		require.Equal(t, "away", party(c.header(id), "ZOE").Presence, id)
		require.Equal(t, "away", party(c.header(id), "Sam").Presence, id)
	}
	require.Equal(t, "consulted", party(c.header(maria), "ZOE").Presence)
	require.Equal(t, "consulted", party(c.header(zoe), "ZOE").Presence)
	require.Equal(t, "monitoring", party(c.header(sam), "Sam").Presence)
}
