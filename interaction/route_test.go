package interaction

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	billing Target  = "group:billing"
	spanish Target  = "skill:spanish/3"
	tom     PartyID = "agent:tom"
)

// A situation is all that a refusal must leave as it was.
type situation struct {
	Phase         Phase
	Owner         PartyID
	Presence      map[PartyID]Presence
	Open          int
	Consultations []Consultation
	Pending       time.Time
	Activity      time.Time
	Public        uint64
	Deadlines     []Deadline
}

func (c *chat) situation() situation {
	s := situation{c.Phase, c.Owner, map[PartyID]Presence{}, len(c.Invitations), nil, c.Pending, c.Activity, c.Public(), c.Deadlines()}
	for i := range c.Parties {
		if p := &c.Parties[i]; p.Here() {
			s.Presence[p.ID] = p.Presence
		}
	}
	for _, con := range c.Consultations {
		if con.Stage == Consulting {
			con.count = 0
			s.Consultations = append(s.Consultations, con)
		}
	}
	return s
}

// told is the last event of a type that the party saw.
func told[E Event](c *chat, who PartyID) E {
	c.t.Helper()
	all := events[E](c.view(who))
	require.NotEmpty(c.t, all, "%s is told nothing", who)
	return all[len(all)-1]
}

func TestROUTE_1_an_invitation_keeps_its_target_as_it_was_named(t *testing.T) {
	for _, target := range []Target{billing, spanish, "skill:spanish", sales, "agent:ben", "supervisor:sam"} {
		for name, ask := range map[string]func(c *chat){
			"transfer":   func(c *chat) { c.do(maria, Transfer{To: target, Note: "please"}) },
			"conference": func(c *chat) { c.do(maria, Conference{To: target, Note: "please"}) },
			"consult":    func(c *chat) { c.do(maria, Consult{To: target, Note: "please"}) },
		} {
			c := activeChat(t)
			ask(c)
			require.Len(t, c.Invitations, 1, name)
			inv := c.Invitations[0]
			require.Equal(t, target, inv.Target)
			require.Equal(t, target.Agent(), inv.Agent, "only an agent is asked at once")
			require.Equal(t, target.Agent() == "", inv.Offered.IsZero(), "what nobody was offered has no deadline")
			require.Equal(t, maria, inv.From)
			require.Equal(t, "please", inv.Note)
		}
	}
	for _, target := range []Target{sales, "agent:ben"} {
		c := waitingChat(t)
		c.do(bot, Join{})
		c.do(bot, Invite{ID: "x", To: target})
		require.Equal(t, target, c.Invitation("x").Target)
		require.Equal(t, ForInbound, c.Invitation("x").Purpose)
	}
}

func TestROUTE_1_no_such_target(t *testing.T) {
	c := activeChat(t)
	for _, target := range []Target{"", "billing", "group:", ":billing", "contact:pat", "contact:eve", "bot:greeter", "system", "Group:billing"} {
		c.refused(maria, Transfer{To: target}, ErrTarget)
		c.refused(maria, Conference{To: target}, ErrTarget)
		c.refused(maria, Consult{To: target}, ErrTarget)
	}
	c.refused(maria, Transfer{To: "agent:ben", Agent: zoe}, ErrTarget)
	c.refused(maria, Conference{To: billing, Agent: pat}, ErrTarget)
	c.refused(maria, Consult{To: billing, Agent: bot}, ErrTarget)
}

func TestROUTE_2_declined_or_unanswered_it_goes_on_to_the_next(t *testing.T) {
	for name, returned := range map[string]func(c *chat){
		"declined":   func(c *chat) { c.do(ben, Decline{c.offerOf(ben), "busy"}) },
		"unanswered": func(c *chat) { c.after(30 * time.Second).elapse() },
	} {
		for purpose, ask := range map[Purpose]func(c *chat){
			ForTransfer:     func(c *chat) { c.do(maria, Transfer{To: billing}) },
			ForConference:   func(c *chat) { c.do(maria, Conference{To: spanish}) },
			ForConsultation: func(c *chat) { c.do(maria, Consult{To: sales}) },
		} {
			c := activeChat(t, quiet)
			ask(c)
			waits := c.situation()
			c.offer(ben)
			returned(c)
			require.Equal(t, waits, c.situation(), "%s %s: it waits for the next", name, purpose)
			inv := c.Invitations[0]
			require.Equal(t, []PartyID{ben}, tried(&inv))
			require.Empty(t, inv.Agent)
			require.Empty(t, inv.AgentName)
			require.Zero(t, inv.Offered)
			require.Equal(t, ben, told[*OfferReturned](c, maria).Agent, "%s %s: its sender sees it go on", name, purpose)
			require.Equal(t, ben, told[*OfferReturned](c, ben).Agent)
			c.refused(ben, Accept{Invitation: inv.ID}, ErrNoInvitation)
			c.refused(ben, Decline{Invitation: inv.ID}, ErrNoInvitation)

			c.offer(zoe)
			require.Equal(t, c.now, c.Invitations[0].Offered, "the next has the whole time")
			c.do(zoe, Decline{c.offerOf(zoe), ""})
			require.Equal(t, []PartyID{ben, zoe}, tried(&c.Invitations[0]))
			c.offer(tom)
			c.accept(tom)
			require.NotEmpty(t, c.Party(tom).Presence)
			require.Empty(t, c.Invitations)
		}
	}
}

func TestROUTE_2_inbound_waits_even_for_one_agent(t *testing.T) {
	c := newChat(t)
	c.do(pat, Start{Contact: Person{pat, "Pat"}, Target: "agent:ben"})
	require.Equal(t, ben, c.Invitations[0].Agent)
	c.do(ben, Decline{Invitation: c.offerOf(ben)})
	require.Len(t, c.Invitations, 1, "a contact is never forgotten")
	c.refused(System, Withdraw{Invitation: c.Invitations[0].ID}, ErrTarget)
	c.offer(ben) // a new round
	c.accept(ben)
	require.Equal(t, ben, c.Owner)
}

func TestROUTE_2_nobody_is_left(t *testing.T) {
	for _, target := range []Target{billing, spanish, "agent:ben"} {
		for name, ask := range map[string]func(c *chat){
			"transfer":   func(c *chat) { c.do(maria, Transfer{ID: "it", To: target}) },
			"conference": func(c *chat) { c.do(maria, Conference{ID: "it", To: target}) },
			"consult":    func(c *chat) { c.do(maria, Consult{ID: "it", To: target}) },
		} {
			c := activeChat(t)
			before := c.situation()
			ask(c)
			c.refused(maria, Withdraw{Invitation: "it"}, ErrDenied)
			c.do(System, Withdraw{"it", "", "nobody is there"})
			require.Equal(t, before, c.situation(), name)
			closed := told[*InvitationClosed](c, maria)
			require.Equal(t, WasExhausted, closed.Why)
			require.Equal(t, "nobody is there", closed.Reason)
			c.refused(System, Withdraw{Invitation: "it"}, ErrNoInvitation)
		}
	}
	c := activeChat(t)
	c.do(maria, Transfer{ID: "it", To: sales})
	c.refused(System, Withdraw{Invitation: "it"}, ErrTarget)
	require.NotNil(t, c.Invitation("it"), "a queue waits")
}

func TestROUTE_2_to_one_agent_at_a_time(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Conference{ID: "it", To: billing})
	c.do(System, Offer{"it", ben, "Ben"})
	c.refused(System, Offer{"it", zoe, "Zoe"}, ErrTarget)
	c.refused(zoe, Accept{Invitation: "it"}, ErrNotParty)
	c.refused(System, Offer{"other", zoe, "Zoe"}, ErrNoInvitation)
	c.refused(maria, Offer{"it", zoe, "Zoe"}, ErrDenied)
	c.do(maria, Consult{ID: "second", To: billing})
	c.refused(System, Offer{"second", ben, "Ben"}, ErrTarget)
}

func TestROUTE_2_nobody_answers_for_another(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Conference{ID: "ben", To: "agent:ben"})
	c.do(maria, Conference{ID: "zoe", To: "agent:zoe"})
	for _, who := range []PartyID{zoe, maria} {
		c.refused(who, Accept{Invitation: "ben"}, ErrNoInvitation)
		c.refused(who, Decline{Invitation: "ben"}, ErrNoInvitation)
	}
	c.refused(pat, Accept{Invitation: "ben"}, ErrDenied)
	require.Len(t, c.Invitations, 2)
}

func TestROUTE_2_an_invited_agent_sees_its_invitation_and_nothing_else(t *testing.T) {
	c := activeChat(t)
	c.do(pat, Say{Text: "my card number"})
	c.do(maria, Transfer{To: billing, Note: "please"})
	c.offer(ben)
	require.Equal(t, []EventKind{OfferedKind}, kinds(c.view(ben)))
	c.do(maria, Say{Text: "one moment"})
	c.do(ben, Decline{c.offerOf(ben), "busy"})
	require.Equal(t, []EventKind{OfferedKind, OfferReturnedKind}, kinds(c.view(ben)))
	c.offer(zoe)
	require.Equal(t, []EventKind{OfferedKind}, kinds(c.view(zoe)), "and not who was asked before")
	require.Equal(t, []EventKind{OfferedKind, OfferReturnedKind}, kinds(c.view(ben)), "nor who is asked next")
	require.NotContains(t, kinds(c.view(pat)), OfferedKind)
}

func TestROUTE_3_transfer(t *testing.T) {
	for name, target := range map[string]Target{"agent": "agent:ben", "group": billing, "skill": spanish, "queue": sales} {
		c := activeChat(t)
		c.do(pat, Say{Text: "hello"})
		c.after(time.Second).do(maria, Transfer{To: target, Note: "knows invoices", AgentName: "Ben"})
		require.Equal(t, maria, c.Owner, "%s: as before, until it is accepted", name)
		if target.Agent() == "" {
			c.offer(ben)
		}
		require.Equal(t, Away, c.Party(ben).Presence)
		pending, n := c.Pending, len(c.log)
		rs := c.after(time.Second).accept(ben)
		require.Len(t, rs, 2, "%s: one step", name)
		require.Equal(t, ben, c.Owner)
		require.Equal(t, ben, c.LastOwner)
		require.Equal(t, InActive, c.Phase)
		require.Equal(t, Away, c.Party(maria).Presence)
		require.Equal(t, InChat, c.Party(ben).Presence)
		require.Equal(t, pending, c.Pending, "TIME-1: it belongs to the interaction")
		require.Empty(t, c.Invitations)
		joined := events[*Joined](rs)[0]
		require.True(t, joined.Owner)
		require.Equal(t, ForTransfer, joined.Via)
		require.Equal(t, target, joined.Target)
		require.Equal(t, []*Left{{maria, AfterTransfer}}, events[*Left](rs))

		// At every prefix there is exactly one owner.
		var s State
		for _, r := range c.log[:n+1] {
			require.NoError(t, s.Apply(r))
		}
		require.Equal(t, ben, s.Owner, "from the first record of the step on")

		require.Equal(t, []string{"hello"}, words(c.view(ben)), "%s: the new owner sees the transcript from its start", name)
		c.do(pat, Say{Text: "secret"})
		require.NotContains(t, words(c.view(maria)), "secret", "%s: and who left nothing more", name)
		c.refused(maria, Say{Text: "still here"}, ErrNotParty)
		c.do(ben, Say{Text: "hi"})
		require.Contains(t, words(c.view(pat)), "hi")
	}
}

func TestROUTE_3_other_agents_stay(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.transfer(maria, ben)
	require.Equal(t, ben, c.Owner, "not the one who has been there longest")
	require.Equal(t, InChat, c.Party(zoe).Presence)
	require.Equal(t, Away, c.Party(maria).Presence)
}

func TestROUTE_3_refused_and_nothing_else_changes(t *testing.T) {
	for name, refuse := range map[string]struct {
		do  func(c *chat)
		why Outcome
	}{
		"declined":   {func(c *chat) { c.do(ben, Decline{c.offerOf(ben), "lunch"}) }, WasDeclined},
		"unanswered": {func(c *chat) { c.after(30 * time.Second).elapse() }, WasUnanswered},
	} {
		c := activeChat(t, quiet)
		c.conference(maria, zoe)
		c.do(pat, Say{Text: "hello"})
		c.do(maria, Say{Text: "hi"})
		before, contact := c.situation(), c.view(pat)
		c.do(maria, Transfer{To: "agent:ben"})
		refuse.do(c)
		require.Equal(t, before, c.situation(), name)
		require.Equal(t, contact, c.view(pat), "%s: the contact has seen nothing", name)
		closed := told[*InvitationClosed](c, maria)
		require.Equal(t, refuse.why, closed.Why, "%s: the sender is told", name)
		require.Equal(t, ben, closed.Agent)
		if refuse.why == WasDeclined {
			require.Equal(t, "lunch", closed.Reason)
		}
		c.do(maria, Say{Text: "I am still here"})
		c.transfer(maria, tom)
		require.Equal(t, tom, c.Owner, "another can be asked")
	}
}

func TestROUTE_3_one_open_transfer_at_a_time(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.do(maria, Transfer{ID: "first", To: billing})
	c.refused(maria, Transfer{To: "agent:tom"}, ErrTransferOpen)
	c.refused(maria, Transfer{To: billing}, ErrTransferOpen)
	c.refused(maria, Transfer{Consultation: id}, ErrTransferOpen)
	require.ErrorIs(t, c.Refusal(maria, TransferKind), ErrTransferOpen)
	c.do(maria, Conference{To: "agent:tom"})
	c.do(maria, Cancel{"first"})
	c.do(maria, Transfer{ID: "second", To: billing})
	c.offer(zoe)
	c.accept(zoe)
	require.Equal(t, zoe, c.Owner)
	require.NoError(t, c.Refusal(zoe, TransferKind))
}

func TestROUTE_3_who_cannot_be_invited(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.do(sam, Supervise{Mode: BargeIn})
	c.do(maria, Conference{ID: "tom", To: "agent:tom"})
	c.do(maria, Consult{ID: "group", To: billing})
	for _, who := range []PartyID{maria, zoe, sam, tom, pat, bot} {
		target := Target(who)
		if who == pat || who == bot {
			target = billing
		}
		c.refused(maria, Transfer{To: target, Agent: who}, ErrTarget)
		c.refused(maria, Transfer{To: billing, Agent: who}, ErrTarget)
		c.refused(maria, Conference{To: target, Agent: who}, ErrTarget)
		c.refused(maria, Conference{To: billing, Agent: who}, ErrTarget)
		c.refused(maria, Consult{To: target, Agent: who}, ErrTarget)
		c.refused(maria, Consult{To: billing, Agent: who}, ErrTarget)
		c.refused(System, Offer{Invitation: "group", Agent: who}, ErrTarget)
	}
	c.refused(System, Offer{Invitation: "group", Agent: System}, ErrTarget)
	c.refused(System, Offer{Invitation: "group"}, ErrTarget)
	c.do(zoe, End{})
	c.do(System, Offer{Invitation: "group", Agent: zoe})
	c.accept(zoe)
	require.Equal(t, Consulted, c.Party(zoe).Presence, "who has left can be asked")
}

func TestROUTE_3_the_sender_of_an_invitation_is_never_offered_it(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Transfer{ID: "it", To: billing})
	c.refused(System, Offer{Invitation: "it", Agent: maria}, ErrTarget)
	c = waitingChat(t)
	c.do(bot, Join{})
	c.do(bot, Invite{ID: "it", To: billing})
	c.refused(System, Offer{Invitation: "it", Agent: bot}, ErrTarget)
}

func TestROUTE_3_only_the_owner_of_an_active_chat(t *testing.T) {
	c := fullChat(t)
	for _, by := range []PartyID{zoe, ben, sam, kim, bot, tom, "agent:lea", pat, System, "agent:stranger"} {
		require.Error(t, c.Refusal(by, TransferKind), by)
	}
	c.refused(zoe, Transfer{To: billing}, ErrNotOwner)
	c.refused(ben, Transfer{To: billing}, ErrNotOwner)
	c.refused(pat, Transfer{To: billing}, ErrDenied)
	c.refused(bot, Transfer{To: billing}, ErrDenied)
	c = waitingChat(t)
	c.refused(maria, Transfer{To: billing}, ErrNotParty)
}

func TestROUTE_3_the_sender_leaves_before_it_is_accepted(t *testing.T) {
	for name, leave := range map[string]func(c *chat){
		"End Chat": func(c *chat) { c.do(maria, End{}) },
		"lost": func(c *chat) {
			c.do(maria, Disconnect{})
			c.after(10 * time.Second).elapse()
		},
	} {
		c := activeChat(t, func(p *Policy) { p.AgentGrace, p.NoAnswer = 10*time.Second, time.Minute })
		c.conference(maria, zoe)
		c.do(maria, Transfer{ID: "it", To: "agent:ben"})
		leave(c)
		require.Equal(t, zoe, c.Owner, name)
		c.refused(ben, Accept{Invitation: "it"}, ErrNoInvitation)
		require.Equal(t, WasWithdrawn, told[*InvitationClosed](c, ben).Why)
	}
}

// What the sender began in the chat ends with its leaving, and what others
// began goes on.
func TestROUTE_3_what_hangs_on_the_sender(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	mine := c.consult(maria, "agent:lea")
	hers := c.consult(zoe, ben)
	c.do(maria, Conference{ID: "mine", To: billing})
	c.do(zoe, Conference{ID: "hers", To: spanish})
	c.transfer(maria, tom)
	require.Equal(t, ConsultationOver, c.Consultation(mine).Stage)
	require.Equal(t, Consulting, c.Consultation(hers).Stage)
	require.Nil(t, c.Invitation("mine"))
	require.NotNil(t, c.Invitation("hers"))
}

func TestROUTE_4_conference(t *testing.T) {
	for name, target := range map[string]Target{"agent": "agent:ben", "group": billing, "skill": spanish, "queue": sales} {
		for _, by := range []PartyID{maria, zoe} {
			c := activeChat(t)
			c.do(pat, Say{Text: "hello"})
			c.conference(maria, zoe)
			c.do(maria, Say{Text: "hi"})
			c.do(by, Conference{To: target})
			if target.Agent() == "" {
				c.offer(ben)
			}
			rs := c.accept(ben)
			require.Len(t, rs, 1, name)
			require.Equal(t, maria, c.Owner, "%s: the owner stays", name)
			require.Equal(t, InChat, c.Party(ben).Presence)
			require.Equal(t, []string{"hello", "hi"}, words(c.view(ben)), "%s: the whole transcript", name)
			for _, who := range []PartyID{pat, maria, zoe, ben} {
				c.do(who, Say{Text: "from " + string(who)})
				for _, reader := range []PartyID{pat, maria, zoe, ben} {
					require.Contains(t, words(c.view(reader)), "from "+string(who), "%s: what anyone writes reaches all", name)
				}
			}
			for _, reader := range []PartyID{pat, maria, zoe} {
				require.Equal(t, "Ben", told[*Joined](c, reader).Name)
			}
		}
	}
}

func TestROUTE_4_refused(t *testing.T) {
	for name, refuse := range map[string]struct {
		do  func(c *chat)
		why Outcome
	}{
		"declined":   {func(c *chat) { c.do(ben, Decline{c.offerOf(ben), "lunch"}) }, WasDeclined},
		"unanswered": {func(c *chat) { c.after(30 * time.Second).elapse() }, WasUnanswered},
	} {
		c := activeChat(t, quiet)
		c.conference(maria, zoe)
		before := c.situation()
		c.do(zoe, Conference{To: "agent:ben"})
		refuse.do(c)
		require.Equal(t, before, c.situation(), name)
		require.Equal(t, refuse.why, told[*InvitationClosed](c, zoe).Why, "%s: the sender is told", name)
	}
}

func TestROUTE_4_who_may_not(t *testing.T) {
	c := fullChat(t)
	c.refused(ben, Conference{To: billing}, ErrDenied)
	c.refused(sam, Conference{To: billing}, ErrDenied)
	c.refused(kim, Conference{To: billing}, ErrDenied)
	c.refused(pat, Conference{To: billing}, ErrDenied)
	c.refused(bot, Conference{To: billing}, ErrDenied)
	c.refused("agent:lea", Conference{To: billing}, ErrNotParty)
	c.do(zoe, Conference{To: billing})
}

func TestROUTE_4_several_at_once(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Conference{ID: "a", To: "agent:ben"})
	c.do(maria, Conference{ID: "b", To: billing})
	c.offer(zoe)
	c.do(zoe, Accept{Invitation: "b"})
	c.do(ben, Accept{Invitation: "a"})
	require.Equal(t, InChat, c.Party(ben).Presence)
	require.Equal(t, InChat, c.Party(zoe).Presence)
}

func TestROUTE_5_a_named_target_of_ones_consultation_is_meant_as_such(t *testing.T) {
	for name, to := range map[string]Transfer{
		"by id":       {Consultation: "con"},
		"by name":     {To: "agent:ben"},
		"of a group":  {To: billing, Agent: ben},
		"both agree":  {To: "agent:ben", Agent: ben},
		"id wins":     {Consultation: "con", To: billing},
		"a long note": {Consultation: "con", Note: "for the record"},
	} {
		c := activeChat(t)
		c.do(maria, Consult{ID: "con", To: "agent:ben"})
		c.accept(ben)
		c.do(maria, to)
		require.Equal(t, ben, c.Owner, name)
		require.Equal(t, BecameTransfer, c.Consultation("con").Why, name)
	}
	for name, to := range map[string]Conference{
		"by id":      {Consultation: "con"},
		"by name":    {To: "agent:ben"},
		"of a group": {To: billing, Agent: ben},
	} {
		c := activeChat(t)
		c.do(maria, Consult{ID: "con", To: "agent:ben"})
		c.accept(ben)
		c.do(maria, to)
		require.Equal(t, "con", c.Invitations[0].Consultation, name)
		c.accept(ben)
		require.Equal(t, BecameConference, c.Consultation("con").Why, name)
	}
}

// A group was asked, and the choice fell on the one who is consulted already.
func TestROUTE_5_a_group_whose_agent_is_consulted(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.do(maria, Transfer{To: billing})
	c.offer(ben)
	c.accept(ben)
	require.Equal(t, ben, c.Owner)
	require.Equal(t, BecameTransfer, c.Consultation(id).Why)
	require.Equal(t, ConsultationDone, c.Consultation(id).Stage, "CONS-9: nothing is left to mark")

	c = activeChat(t)
	c.conference(maria, zoe)
	id, other := c.consult(maria, ben), c.consult(zoe, ben)
	c.do(maria, Conference{To: billing})
	c.offer(ben)
	c.accept(ben)
	require.Equal(t, BecameConference, c.Consultation(id).Why)
	require.Equal(t, ConsultationDone, c.Consultation(id).Stage)
	require.Equal(t, Consulting, c.Consultation(other).Stage, "what another one asks him goes on")

	c = activeChat(t)
	c.consult(maria, ben)
	c.do(maria, Consult{ID: "again", To: billing})
	c.refused(System, Offer{"again", ben, "Ben"}, ErrTarget)
}

func TestROUTE_5_only_ones_own_and_only_while_it_is_active(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	hers := c.consult(zoe, ben)
	c.refused(maria, Transfer{Consultation: hers}, ErrNoConsultation)
	c.refused(maria, Conference{Consultation: hers}, ErrNoConsultation)
	c.refused(maria, Transfer{Consultation: "nope"}, ErrNoConsultation)
	c.refused(zoe, Transfer{Consultation: hers}, ErrNotOwner)
	c.refused(ben, Conference{Consultation: hers}, ErrDenied)
	c.do(maria, Consult{ID: "asked", To: "agent:tom"})
	c.refused(maria, Transfer{Consultation: "asked"}, ErrNoConsultation)
	c.refused(maria, Conference{Consultation: "asked"}, ErrNoConsultation)
	c.accept(tom)
	c.do(tom, EndConsultation{"asked"})
	c.refused(maria, Transfer{Consultation: "asked"}, ErrNoConsultation)
	c.refused(maria, Conference{Consultation: "asked"}, ErrNoConsultation)
	c.do(maria, Transfer{To: "agent:ben"})
	require.Equal(t, maria, c.Owner, "consulted by another one, he is asked")
}

func TestROUTE_7_the_sender_cancels(t *testing.T) {
	for name, ask := range map[string]func(c *chat){
		"transfer":      func(c *chat) { c.do(maria, Transfer{ID: "it", To: billing}) },
		"conference":    func(c *chat) { c.do(maria, Conference{ID: "it", To: billing}) },
		"consult":       func(c *chat) { c.do(maria, Consult{ID: "it", To: billing}) },
		"offered":       func(c *chat) { c.do(maria, Conference{ID: "it", To: "agent:ben"}) },
		"consult agent": func(c *chat) { c.do(maria, Consult{ID: "it", To: "agent:ben"}) },
	} {
		c := activeChat(t)
		c.conference(maria, zoe)
		before := c.situation()
		ask(c)
		offered := c.Invitations[0].Agent
		c.refused(zoe, Cancel{"it"}, ErrNoInvitation)
		c.refused(pat, Cancel{"it"}, ErrDenied)
		c.refused(tom, Cancel{"it"}, ErrNotParty)
		c.do(maria, Cancel{"it"})
		require.Equal(t, before, c.situation(), name)
		require.Equal(t, WasCancelled, told[*InvitationClosed](c, maria).Why)
		if offered != "" {
			require.Equal(t, WasCancelled, told[*InvitationClosed](c, ben).Why, "%s: who was asked is told", name)
			c.refused(ben, Accept{Invitation: "it"}, ErrNoInvitation)
		}
		c.refused(maria, Cancel{"it"}, ErrNoInvitation)
		for _, con := range c.Consultations {
			require.Equal(t, ConsultationDone, con.Stage, "%s: nothing is left to mark", name)
		}
	}
}

func TestROUTE_7_not_once_it_is_accepted(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Conference{ID: "it", To: "agent:ben"})
	c.accept(ben)
	c.refused(maria, Cancel{"it"}, ErrNoInvitation)
	require.Equal(t, InChat, c.Party(ben).Presence)
}

func TestROUTE_7_the_owner_cannot_cancel_what_another_sent(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.do(zoe, Conference{ID: "it", To: "agent:ben"})
	c.refused(maria, Cancel{"it"}, ErrNoInvitation)
	c.do(zoe, Cancel{"it"})
	c.do(zoe, Conference{ID: "again", To: "agent:ben"})
	c.do(System, Cancel{"again"})
}

func TestROUTE_7_the_end_and_the_senders_leaving_cancel(t *testing.T) {
	for name, leave := range map[string]func(c *chat){
		"End Chat":     func(c *chat) { c.do(zoe, End{}) },
		"removed":      func(c *chat) { c.do(maria, Remove{zoe}) },
		"contact left": func(c *chat) { c.do(pat, Leave{}) },
		"lost": func(c *chat) {
			c.do(zoe, Disconnect{})
			c.after(time.Minute).elapse()
		},
	} {
		c := activeChat(t, func(p *Policy) { p.NoAnswer = 0 })
		c.conference(maria, zoe)
		c.do(zoe, Conference{ID: "conference", To: "agent:ben"})
		c.do(zoe, Consult{ID: "consult", To: "agent:tom"})
		c.do(maria, Conference{ID: "hers", To: "agent:lea"})
		leave(c)
		for _, id := range []string{"conference", "consult"} {
			require.Nil(t, c.Invitation(id), "%s: %s", name, id)
		}
		require.Equal(t, WasWithdrawn, told[*InvitationClosed](c, ben).Why, name)
		require.Equal(t, WasWithdrawn, told[*InvitationClosed](c, tom).Why, name)
		c.refused(ben, Accept{Invitation: "conference"}, ErrNoInvitation)
		require.Equal(t, c.Phase == InActive, c.Invitation("hers") != nil, "%s: what others sent", name)
	}
}

func TestROUTE_10_no_answer(t *testing.T) {
	for _, notReady := range []bool{true, false} {
		c := waitingChat(t, func(p *Policy) { p.NoAnswer, p.NoAnswerNotReady = 20*time.Second, notReady })
		c.after(time.Second).offer(ben)
		id := c.offerOf(ben)
		due := c.now.Add(20 * time.Second)
		require.Equal(t, []Deadline{{At: due, Kind: NoAnswer, Invitation: id}}, c.Deadlines())
		require.Equal(t, due, c.Wake())
		c.after(20*time.Second - time.Microsecond).idle()
		c.after(time.Microsecond)
		rs := c.elapse()
		require.Equal(t, []*OfferReturned{{id, ben, WasUnanswered, "", notReady}}, events[*OfferReturned](rs))
		require.Equal(t, System, rs[0].By)
		require.Empty(t, c.Deadlines())
		c.refused(ben, Accept{Invitation: id}, ErrNoInvitation)
		c.idle()
	}
}

func TestROUTE_10_to_one_agent_it_is_over(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Consult{ID: "it", To: "agent:ben"})
	c.after(30 * time.Second)
	rs := c.elapse()
	require.Equal(t, []*InvitationClosed{{"it", ben, WasUnanswered, "", true}}, events[*InvitationClosed](rs))
	require.Equal(t, rs[0].Event, told[*InvitationClosed](c, ben), "he learns why he is not ready")
}

func TestROUTE_10_an_answer_in_the_last_moment_wins_if_it_was_decided_first(t *testing.T) {
	c := waitingChat(t)
	c.offer(ben)
	c.after(30 * time.Second)
	c.accept(ben)
	require.Equal(t, ben, c.Owner)
	c.idle()

	c = waitingChat(t)
	c.offer(ben)
	id := c.offerOf(ben)
	c.after(30*time.Second + time.Microsecond)
	c.refused(ben, Accept{Invitation: id}, ErrNoInvitation)
	c.refused(ben, Decline{Invitation: id}, ErrNoInvitation)
	require.Equal(t, ben, c.Invitations[0].Agent, "a refusal leaves the log as it was")
	require.Equal(t, WasUnanswered, events[*OfferReturned](c.elapse())[0].Why)
}

func TestROUTE_10_a_decline_does_not_make_anybody_not_ready(t *testing.T) {
	c := waitingChat(t)
	c.offer(ben)
	require.False(t, events[*OfferReturned](c.do(ben, Decline{Invitation: c.offerOf(ben)}))[0].NotReady)
	c.do(System, Offer{c.Invitations[0].ID, ben, "Ben"})
	require.False(t, events[*InvitationClosed](c.do(System, Cancel{c.Invitations[0].ID}))[0].NotReady)
}

func TestROUTE_10_switched_off(t *testing.T) {
	c := waitingChat(t, func(p *Policy) { p.NoAnswer = 0 })
	c.offer(ben)
	require.Empty(t, c.Deadlines())
	c.after(1000 * time.Hour).idle()
	c.accept(ben)
}

// tried are those who had the invitation and did not accept it.
func tried(inv *Invitation) (all []PartyID) {
	for _, a := range inv.Tried {
		all = append(all, a.Agent)
	}
	return all
}

// returning is a policy under which a transferred chat goes back after a minute.
func returning(p *Policy) {
	quiet(p)
	p.ReturnAfter = time.Minute
}

// offeredBack is the invitation that the clock opened.
func offeredBack(t *testing.T, c *chat) *Invitation {
	t.Helper()
	require.Len(t, c.Invitations, 1)
	inv := &c.Invitations[0]
	require.Equal(t, ForTransfer, inv.Purpose)
	require.Equal(t, System, inv.From)
	require.Empty(t, inv.Agent, "a router offers it, and knows who has room")
	return inv
}

func TestROUTE_12_a_silent_owners_chat_is_offered_back(t *testing.T) {
	c := activeChat(t, returning)
	c.transfer(maria, ben)
	c.do(ben, Say{Text: "note to myself", To: Internal})
	c.after(time.Minute - time.Microsecond).idle()
	c.after(time.Microsecond).elapse()
	inv := offeredBack(t, c)
	require.Equal(t, Target(maria), inv.Target)
	require.Equal(t, ben, c.Owner, "until somebody takes it, nothing changes")

	c.offer(maria)
	c.accept(maria)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, Away, c.Party(ben).Presence)
	require.Equal(t, Left{ben, AfterTransfer}, *told[*Left](c, ben))
	c.after(time.Hour).idle()
	require.Empty(t, c.Invitations, "it does not go to and fro")
}

func TestROUTE_12_else_to_its_queue(t *testing.T) {
	for name, refuses := range map[string]func(c *chat, id string){
		"declined":   func(c *chat, id string) { c.offer(maria); c.do(maria, Decline{id, "busy"}) },
		"unanswered": func(c *chat, id string) { c.offer(maria); c.after(30 * time.Second).elapse() },
		"not there":  func(c *chat, id string) { c.do(System, Withdraw{id, "", "not ready"}) },
	} {
		c := activeChat(t, returning)
		c.transfer(maria, ben)
		c.after(time.Minute).elapse()
		refuses(c, offeredBack(t, c).ID)
		if len(c.Invitations) == 0 {
			c.elapse()
		}
		inv := offeredBack(t, c)
		require.Equal(t, sales, inv.Target, name)
		c.offer(zoe)
		c.do(zoe, Decline{inv.ID, ""})
		require.Equal(t, sales, offeredBack(t, c).Target, "%s: a queue waits", name)
		c.offer(kim)
		c.accept(kim)
		require.Equal(t, kim, c.Owner, name)
		require.Equal(t, Away, c.Party(ben).Presence, name)
	}

	c := activeChat(t, returning)
	c.transfer(maria, ben)
	c.conference(ben, maria) // who sent it is in it again
	c.after(time.Minute).elapse()
	require.Equal(t, sales, offeredBack(t, c).Target)
}

func TestROUTE_12_nowhere_to_return_to(t *testing.T) {
	c := newChat(t)
	p := DefaultPolicy()
	returning(&p)
	c.do(pat, Start{Contact: Person{pat, "Pat"}, Policy: &p})
	c.do(System, Invite{To: Target(maria)})
	c.accept(maria)
	c.transfer(maria, ben)
	c.after(time.Minute).elapse()
	c.do(System, Withdraw{Invitation: offeredBack(t, c).ID, Reason: "not ready"})
	c.after(time.Hour).idle()
	require.Empty(t, c.Invitations)
	require.Equal(t, ben, c.Owner)
}

func TestROUTE_12_the_owner_is_heard(t *testing.T) {
	file := SendFile{File: File{ID: "f", Name: "a.pdf", Verdict: Available}}
	for name, answer := range map[string]func(c *chat){
		"message": func(c *chat) { c.do(ben, Say{Text: "here I am"}) },
		"file":    func(c *chat) { c.do(ben, file) },
		"URL":     func(c *chat) { c.do(ben, PushURL{"https://example.com/"}) },
	} {
		c := activeChat(t, returning)
		c.transfer(maria, ben)
		answer(c)
		c.after(time.Hour).idle()

		c = activeChat(t, returning)
		c.transfer(maria, ben)
		c.after(time.Minute).elapse()
		c.offer(maria)
		answer(c)
		require.Empty(t, c.Invitations, "%s: it is not offered any more", name)
		require.Equal(t, WasWithdrawn, told[*InvitationClosed](c, maria).Why, name)
		c.after(time.Hour).idle()
	}

	c := activeChat(t, returning)
	c.conference(maria, zoe)
	c.transfer(maria, ben)
	c.do(zoe, Say{Text: "Ben comes soon"})
	file.File.Verdict = PendingScan
	c.do(ben, file)
	c.after(time.Minute).elapse()
	require.Equal(t, Target(maria), offeredBack(t, c).Target, "others, and what nobody can see, do not count")
}

func TestROUTE_12_what_else_ends_it(t *testing.T) {
	late := func() *chat {
		c := activeChat(t, returning)
		c.transfer(maria, ben)
		c.after(time.Minute).elapse()
		offeredBack(t, c)
		return c
	}
	c := late()
	c.do(ben, End{})
	require.Empty(t, c.Invitations)

	c = late()
	c.conference(ben, zoe)
	c.do(ben, End{}) // zoe is the owner now, and did not get it by a transfer
	require.Equal(t, zoe, c.Owner)
	require.Empty(t, c.Invitations)
	c.after(time.Hour).idle()

	c = late()
	c.do(ben, Transfer{To: Target(zoe)})
	require.Len(t, c.Invitations, 1, "who hands it on need not wait")
	require.Equal(t, ben, c.Invitations[0].From)
	c.do(zoe, Decline{Invitation: c.offerOf(zoe)})
	c.elapse()
	require.Equal(t, sales, offeredBack(t, c).Target, "maria was asked before")

	c = activeChat(t, returning)
	id := c.consult(maria, ben)
	c.do(maria, Transfer{Consultation: id})
	c.after(time.Minute).elapse()
	require.Equal(t, Target(maria), offeredBack(t, c).Target, "from a consultation, too")

	c = activeChat(t, quiet)
	c.transfer(maria, ben)
	c.after(time.Hour).idle() // switched off
}

func TestROUTE_2_an_offer_is_taken_back(t *testing.T) {
	c := waitingChat(t, quiet)
	c.offer(maria)
	id := c.offerOf(maria)
	c.refused(System, Withdraw{id, ben, "gone"}, ErrNoInvitation)
	c.refused(maria, Withdraw{id, maria, "gone"}, ErrDenied)
	c.refused(System, Withdraw{id, maria, notUTF8}, ErrUTF8)
	c.do(System, Withdraw{id, maria, "gone"})
	returned := told[*OfferReturned](c, maria)
	require.Equal(t, OfferReturned{id, maria, WasWithdrawn, "gone", false}, *returned)
	require.Equal(t, []Attempt{{maria, WasWithdrawn, c.now}}, c.Invitations[0].Tried)
	c.refused(maria, Accept{Invitation: id}, ErrNoInvitation)
	c.refused(System, Withdraw{id, maria, "gone"}, ErrNoInvitation)
	c.offer(ben)
	c.accept(ben)

	c = activeChat(t, quiet)
	c.do(maria, Transfer{ID: "t", To: Target(ben)})
	c.do(System, Withdraw{"t", ben, "gone"})
	require.Equal(t, "gone", told[*InvitationClosed](c, maria).Reason, "the sender is told")
	require.Empty(t, c.Invitations)
}

func TestROUTE_2_who_had_it_stands_once_with_the_latest_time(t *testing.T) {
	c := waitingChat(t, quiet)
	for range 2 {
		for _, who := range []PartyID{maria, ben} {
			c.offer(who)
			c.after(time.Second).do(who, Decline{Invitation: c.offerOf(who)})
		}
	}
	inv := &c.Invitations[0]
	require.Equal(t, []Attempt{{maria, WasDeclined, c.now.Add(-time.Second)}, {ben, WasDeclined, c.now}}, inv.Tried)
	require.Equal(t, c.now, inv.LastTry(ben))
	require.Zero(t, inv.LastTry(zoe))
}

func TestROUTE_10_who_did_not_answer_is_to_be_set_not_ready(t *testing.T) {
	c := activeChat(t, quiet)
	c.do(maria, Transfer{To: Target(ben)})
	c.after(30 * time.Second).elapse()
	require.Equal(t, c.now, c.Party(ben).Unanswered)
	c.do(maria, Transfer{To: billing})
	c.offer(zoe)
	c.after(30 * time.Second).elapse()
	require.Equal(t, c.now, c.Party(zoe).Unanswered)

	c = activeChat(t, quiet, func(p *Policy) { p.NoAnswerNotReady = false })
	c.do(maria, Transfer{To: Target(ben)})
	c.after(30 * time.Second).elapse()
	require.Zero(t, c.Party(ben).Unanswered)
}

func TestROUTE_2_what_a_router_has_to_find_somebody_for(t *testing.T) {
	c := newChat(t)
	require.Empty(t, c.Seeks())
	c = waitingChat(t, quiet, async)
	require.Equal(t, []Target{sales}, c.Seeks())
	c.offer(maria)
	require.Empty(t, c.Seeks())
	c.do(maria, Decline{Invitation: c.offerOf(maria)})
	require.Equal(t, []Target{sales}, c.Seeks())
	c.offer(ben)
	c.accept(ben)
	c.do(ben, Transfer{To: billing})
	c.do(ben, Consult{To: spanish})
	require.Equal(t, []Target{billing, spanish}, c.Seeks())

	// A dormant chat, once its contact writes (LIFE-14).
	c.do(pat, Say{Text: "are you there?"})
	c.do(ben, End{})
	require.Equal(t, InDormant, c.Phase)
	require.Empty(t, c.Seeks(), "whoever ended it knew what was not answered")
	before := c.Summary()
	c.do(pat, Say{Text: "one more thing"})
	require.Equal(t, []Target{sales}, c.Seeks())
	require.NotEqual(t, before, c.Summary(), "lists change by it")
	before = c.Summary()
	c.do(pat, Say{Text: "it is urgent"})
	require.Equal(t, before, c.Summary())
	c.do(System, Invite{To: sales})
	require.Equal(t, []Target{sales}, c.Seeks(), "once")
}
