package transcript_test

import (
	"slices"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
)

func party(h transcript.Header, name string) transcript.Party {
	for _, p := range h.Parties {
		if p.Name == name {
			return p
		}
	}
	return transcript.Party{Presence: "unknown"}
}

func TestDESK_6_header_of_the_owner(t *testing.T) {
	policy := plainPolicy()
	policy.Dispositions = []interaction.Disposition{{Code: "sale", Label: "Sale"}, {Code: "new", Label: "New", Parent: "sale"}}
	policy.CaseDataKeys = []string{"order"}
	c := activeChat(t, policy)
	c.do(pat, interaction.Say{Text: "hello"})
	c.do(maria, interaction.SetNote{Text: "a note"})
	c.do(maria, interaction.SetDisposition{Code: "new"})
	c.do(maria, interaction.SetCaseData{Key: "order", Value: interaction.Value{Type: interaction.NumberValue, Text: "7"}})
	h := c.header(maria)
	require.Equal(t, "chat-1", h.ID)
	require.Equal(t, "active", h.Phase)
	require.Equal(t, "Invoice 7", h.Subject)
	require.Equal(t, transcript.You{Who: transcript.Who{Colour: 1, Name: "Maria", Role: "agent"}, Standing: "owner"}, h.You)
	require.Equal(t, &transcript.Who{Colour: 1, Name: "Maria", Role: "agent"}, h.Owner)
	require.Equal(t, []transcript.Party{
		{Who: transcript.Who{Colour: 0, Name: "Pat", Role: "contact"}, ID: "contact:pat", Presence: "in-chat", Connected: true},
		{Who: transcript.Who{Colour: 1, Name: "Maria", Role: "agent"}, ID: "agent:maria", Presence: "in-chat", Connected: true, You: true, Owner: true},
	}, h.Parties)
	require.Equal(t, &transcript.Pending{Since: noon, Stage: "green"}, h.Pending)
	require.Equal(t, []transcript.Choice{
		{Code: "sale", Label: "Sale"}, {Code: "new", Label: "New", Parent: "sale", Choosable: true},
	}, h.Dispositions)
	require.Equal(t, "new", h.Disposition)
	require.Equal(t, "a note", h.Note)
	require.Equal(t, []transcript.CaseDataField{
		{Key: "tier", Value: transcript.Value{Type: "string", Text: "gold"}},
		{Key: "order", Value: transcript.Value{Type: "number", Text: "7"}, Editable: true},
	}, h.CaseData)
	require.Equal(t, &transcript.Person{ID: "contact:pat", Name: "Pat"}, h.Contact)
	require.Empty(t, h.Allowed["transfer"])
	require.Equal(t, "The chat goes on; it must end first.", func() string {
		v := c.view(maria)
		v.Words = transcript.Words{"no/active": "The chat goes on; it must end first."}
		return v.Header("chat-1").Allowed["mark-done"]
	}())
}

func TestDESK_6_header_of_the_contact(t *testing.T) {
	c := newChat(t, plainPolicy())
	h := c.header(pat)
	require.Equal(t, "waiting", h.Phase)
	require.Equal(t, "contact", h.You.Standing)
	require.Equal(t, map[string]string{"say": "", "send-file": "", "leave": ""}, h.Allowed)
	c.do("bot:greeter", interaction.Join{Name: "Greeter"})
	require.Equal(t, "waiting", c.header(pat).Phase, "a bot is no agent")
	require.Empty(t, h.Subject, "what the host made of the request is for internal parties")

	c = activeChat(t, plainPolicy())
	h = c.header(pat)
	require.Equal(t, "open", h.Phase)
	require.Equal(t, []transcript.Party{
		{Who: transcript.Who{Colour: 0, Name: "Pat", Role: "contact"}, Presence: "in-chat", Connected: true, You: true},
		{Who: transcript.Who{Colour: 1, Name: "Maria", Role: "agent"}, Presence: "in-chat", Connected: true},
	}, h.Parties)
	c.do(pat, interaction.Disconnect{})
	require.False(t, party(c.header(pat), "Pat").Connected, "everyone knows of the contact's connection")
	require.False(t, party(c.header(maria), "Pat").Connected)
	c.do(pat, interaction.Reconnect{})
	c.do(maria, interaction.Disconnect{})
	require.True(t, party(c.header(pat), "Maria").Connected, "the contact knows nothing of a desktop's connection")
	require.False(t, party(c.header(maria), "Maria").Connected)
	c.do(maria, interaction.Reconnect{})

	c.do(maria, interaction.End{})
	h = c.header(pat)
	require.Equal(t, "ended", h.Phase)
	require.Equal(t, "agent", h.EndedWhy)
	require.Equal(t, noon, *h.EndedAt)
	require.Equal(t, "The chat is over.", h.Allowed["say"])
	c.do(pat, interaction.Disconnect{})
	require.Equal(t, h, c.header(pat), "after the end nobody tells the contact of its connection")
	require.False(t, party(c.header(maria), "Pat").Connected)
}

func TestPART_2_an_asked_agent_gets_who_asks_and_why_and_nothing_else(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(maria, interaction.SetNote{Text: "internal"})
	c.do(maria, interaction.Transfer{To: "agent:ben", AgentName: "Ben", Note: "please"})
	h := c.header(ben)
	require.Equal(t, "invited", h.You.Standing)
	require.Empty(t, h.Phase)
	require.Equal(t, c.header(maria).Subject, h.Subject)
	require.NotEmpty(t, h.Subject)
	require.Empty(t, h.Note)
	require.Empty(t, h.Parties)
	require.Equal(t, "Pat", h.Contact.Name)
	require.Empty(t, h.CaseData)
	expires := noon.Add(30 * time.Second)
	offered := noon
	require.Equal(t, []transcript.Invited{{
		ID: c.asked(ben), Purpose: "transfer", Target: "agent:ben", Agent: "Ben", From: transcript.Who{Colour: -1, Name: "Maria", Role: "agent"},
		Note: "please", OpenedAt: noon, OfferedAt: &offered, ExpiresAt: &expires, Mine: true,
	}}, h.Invitations)
	require.Empty(t, h.Allowed["accept"])
	require.Equal(t, "You are not in the chat.", h.Allowed["say"])

	sent := c.header(maria).Invitations
	require.Len(t, sent, 1)
	require.True(t, sent[0].Sent)
	require.False(t, sent[0].Mine)
	require.Equal(t, 1, sent[0].From.Colour)
	require.Equal(t, "A transfer is open already.", c.header(maria).Allowed["transfer"])

	c.do(ben, interaction.Decline{Invitation: c.asked(ben)})
	require.Empty(t, c.header(ben).Invitations)
	require.Equal(t, "outsider", c.header(ben).You.Standing)
}

func TestLIFE_14_header_of_the_last_owner_while_the_chat_rests(t *testing.T) {
	policy := plainPolicy()
	policy.Async = true
	c := activeChat(t, policy)
	c.do(maria, interaction.SetNote{Text: "call back"})
	c.do(maria, interaction.End{})
	h := c.header(maria)
	require.Equal(t, "dormant", h.Phase)
	require.Equal(t, "last-owner", h.You.Standing)
	require.Equal(t, "call back", h.Note)
	require.Empty(t, h.Allowed["rejoin"])
	require.Empty(t, h.Allowed["mark-done"])
	require.Equal(t, "waiting", c.header(pat).Phase)
}

func TestCONS_9_header_of_a_target_that_must_mark_its_side(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.consult(maria, zoe, "Zoe")
	id := c.state.Consultations[0].ID
	require.Equal(t, "consultant", c.header(zoe).You.Standing)
	require.Equal(t, "gold", c.header(zoe).CaseData[0].Value.Text)
	c.do(zoe, interaction.EndConsultation{Consultation: id})
	c.do(maria, interaction.SetNote{Text: "later"})
	h := c.header(zoe)
	require.Equal(t, "former", h.You.Standing)
	require.Empty(t, h.Phase, "how the chat goes on is not a former consultant's to know")
	require.Empty(t, h.Note)
	require.Equal(t, []transcript.Consulting{{
		ID: id, Medium: "chat", Stage: "ended", Side: "target", Other: transcript.Who{Colour: 1, Name: "Maria", Role: "agent"}, Why: "ended",
	}}, h.Consultations)
	require.Empty(t, h.Allowed["mark-consultation-done"])
	c.do(zoe, interaction.MarkConsultationDone{Consultation: id})
	require.True(t, c.header(zoe).Consultations[0].Marked)
	require.False(t, c.header(maria).Consultations[0].Marked)
}

func TestCONS_1_header_names_who_is_asked(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(maria, interaction.Consult{To: "group:billing", Medium: interaction.ByVoice})
	got := c.header(maria).Consultations
	require.Len(t, got, 1)
	require.Equal(t, "asked", got[0].Stage)
	require.Equal(t, "voice", got[0].Medium)
	require.Equal(t, transcript.Who{Colour: -1, Name: "billing", Role: "none"}, got[0].Other)
}

func TestPART_4_only_nicknames_are_shown(t *testing.T) {
	policy := plainPolicy()
	policy.Nicknames = []interaction.Nickname{{For: string(maria), Name: "Support"}}
	c := activeChat(t, policy)
	c.do(maria, interaction.Say{Text: "hello"})
	for _, id := range []interaction.PartyID{pat, maria} {
		require.Equal(t, "Support", c.last(id).From.Name)
		require.Equal(t, "Support", party(c.header(id), "Support").Name)
	}
	require.NotContains(t, c.screen(t, pat), "aria")
}

func TestPART_5_the_contact_sees_a_supervisor_as_an_agent(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(sam, interaction.Supervise{Mode: interaction.BargeIn, Name: "Sam"})
	require.Equal(t, "agent", party(c.header(pat), "Sam").Role)
	require.Equal(t, "supervisor", party(c.header(maria), "Sam").Role)
	c.do(sam, interaction.Supervise{Mode: interaction.Coach, Name: "Sam"})
	require.Equal(t, "away", party(c.header(pat), "Sam").Presence)
	require.Equal(t, "coaching", party(c.header(maria), "Sam").Presence)
	require.NotContains(t, c.screen(t, pat), "upervis")
}

func TestMSG_2_unread_until_the_contact_has_read_it(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(maria, interaction.Say{Text: "internal", To: interaction.Internal})
	c.do(maria, interaction.Say{Text: "hello"})
	said := c.last(maria)
	require.True(t, said.Own)
	require.True(t, said.Unread(c.header(maria).ContactRead))
	seen := c.last(pat)
	require.Equal(t, seen.Position, seen.Public, "the contact's own numbers are the public ones")
	require.Equal(t, seen.Public, said.Public)
	c.do(pat, interaction.MarkRead{Through: seen.Position})
	require.False(t, said.Unread(c.header(maria).ContactRead))
	c.do(maria, interaction.Say{Text: "internal again", To: interaction.Internal})
	internal := c.last(maria)
	require.False(t, internal.Unread(0), "what the contact never sees is not unread")
}

func TestPART_2_a_stranger_gets_an_empty_header(t *testing.T) {
	c := activeChat(t, plainPolicy())
	for _, id := range []interaction.PartyID{"contact:other", zoe, sam, "nobody", ""} {
		h := c.header(id)
		require.Equal(t, transcript.Header{
			ID: "chat-1", Parties: []transcript.Party{}, Allowed: map[string]string{},
			You: transcript.You{Who: transcript.Who{Colour: -1, Role: id.Role().String()}, Standing: "outsider"},
		}, h)
	}
	empty := transcript.View{State: new(interaction.State), Viewer: interaction.Viewer{ID: pat}}.Header("x")
	require.Equal(t, "outsider", empty.You.Standing)
}

func TestPART_1_allowed_lists_what_the_core_allows(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(sam, interaction.Supervise{Mode: interaction.Monitor, Name: "Sam"})
	for _, id := range []interaction.PartyID{maria, sam} {
		allowed := c.state.Allowed(id)
		h := c.header(id)
		require.NotEmpty(t, h.Allowed)
		for _, k := range interaction.CommandKinds() {
			if reason, ok := h.Allowed[k.String()]; ok {
				require.Equal(t, slices.Contains(allowed, k), reason == "", "%s by %s", k, id)
			}
		}
	}
	require.Contains(t, c.header(sam).Allowed, "supervise")
	require.NotContains(t, c.header(maria).Allowed, "supervise")
	require.Equal(t, "Only the agent who is responsible may do that.", c.header(sam).Allowed["transfer"])
}
