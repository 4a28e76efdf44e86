package interaction

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var carriers = []Medium{ByChat, ByIM, ByVoice}

func TestCONS_1_any_agent_in_the_chat_by_any_medium(t *testing.T) {
	for _, medium := range carriers {
		for _, by := range []PartyID{maria, zoe, sam} {
			c := activeChat(t)
			c.conference(maria, zoe)
			c.do(sam, Supervise{Mode: BargeIn})
			contact := c.view(pat)
			c.do(by, Consult{ID: "con", To: "agent:ben", Medium: medium, Note: "about the invoice"})
			con := c.Consultation("con")
			require.Equal(t, Consultation{ID: "con", Medium: medium, Initiator: by, via: "agent:ben", count: 1}, *con)
			require.Equal(t, medium, c.Invitations[0].Medium)
			require.Equal(t, "about the invoice", told[*Invited](c, ben).Note)
			c.accept(ben)
			require.Equal(t, Consulting, c.Consultation("con").Stage)
			require.Equal(t, ben, c.Consultation("con").Target)
			require.Equal(t, Consulted, c.Party(ben).Presence)
			require.Equal(t, contact, c.view(pat), "the contact notices nothing")
		}
	}
}

func TestCONS_1_nobody_else(t *testing.T) {
	c := fullChat(t)
	for by, want := range map[PartyID]error{
		pat: ErrDenied, bot: ErrDenied, System: ErrDenied, ben: ErrDenied, sam: ErrDenied, kim: ErrDenied, tom: ErrDenied,
		"agent:lea": ErrNotParty, "agent:stranger": ErrNotParty, "contact:eve": ErrDenied,
	} {
		c.refused(by, Consult{To: billing}, want)
	}
	c.refused(maria, Consult{To: billing, Medium: 3}, ErrValue)
	c.do(pat, Leave{})
	c.refused(maria, Consult{To: billing}, ErrPhase)
}

func TestCONS_2_a_conversation_of_their_own(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.do(pat, Say{Text: "my invoice is wrong"})
	c.do(maria, SetCaseData{Key: "number", Value: Value{Text: "42"}})
	c.do(maria, SetNote{"angry"})
	id := c.consult(maria, ben)
	require.Contains(t, words(c.view(ben)), "my invoice is wrong", "from its start")
	require.Contains(t, kinds(c.view(ben)), StartedKind, "case data and subject")
	require.Contains(t, kinds(c.view(ben)), CaseDataSetKind)
	require.Contains(t, kinds(c.view(ben)), NoteSetKind)

	c.do(maria, Say{Text: "can we refund?", Consultation: id})
	c.do(ben, Say{Text: "we can", Consultation: id})
	c.do(maria, SendFile{File: File{ID: "f", Name: "terms.pdf"}, Consultation: id})
	c.do(ben, SendFile{File: File{ID: "g", Name: "form.pdf"}, Consultation: id})
	for _, who := range []PartyID{maria, ben} {
		require.Contains(t, words(c.view(who)), "can we refund?")
		require.Contains(t, words(c.view(who)), "we can")
		require.Len(t, events[*FileSent](c.view(who)), 2)
	}
	for _, who := range []PartyID{pat, zoe} {
		require.NotContains(t, words(c.view(who)), "can we refund?", who)
		require.NotContains(t, words(c.view(who)), "we can", who)
		require.Empty(t, events[*FileSent](c.view(who)), who)
	}
	c.do(pat, Say{Text: "hello?"})
	require.Contains(t, words(c.view(ben)), "hello?", "and live")
	c.do(zoe, Say{Text: "among us", To: Internal})
	require.Contains(t, words(c.view(ben)), "among us", "what internal parties say is for who is attached too")
}

func TestCONS_2_the_target_cannot_write_to_the_contact(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	public := c.Public()
	c.refused(ben, Say{Text: "hello Pat"}, ErrDenied)
	c.refused(ben, Say{Text: "hello all", To: Internal}, ErrDenied)
	c.refused(ben, Say{Text: "hello bosses", To: Supervisors}, ErrDenied)
	c.refused(ben, Say{Text: "hello", To: OneConsultation}, ErrValue)
	c.refused(ben, SendFile{File: File{ID: "f", Name: "f"}}, ErrDenied)
	c.refused(ben, PushURL{URL: "https://example.com"}, ErrDenied)
	for _, cmd := range []Command{
		End{}, MarkDone{}, SetNote{"x"}, SetDisposition{}, SetCaseData{Key: "x"}, Blend{Medium: "voice"}, Transfer{To: billing}, Conference{To: billing},
		Consult{To: billing}, Remove{maria},
	} {
		_, err := c.decide(ben, cmd)
		require.Error(t, err, "%T", cmd)
	}
	// Not while the words say that they belong to the consultation either.
	rs := c.do(ben, Say{Text: "psst", To: Everyone, Consultation: id})
	require.Equal(t, consultation(id), rs[0].Audience)
	require.Equal(t, public, c.Public())
}

func TestCONS_2_nothing_before_it_is_accepted(t *testing.T) {
	c := activeChat(t)
	c.do(pat, Say{Text: "secret"})
	c.do(maria, Consult{ID: "con", To: "agent:ben"})
	require.Equal(t, []EventKind{InvitedKind}, kinds(c.view(ben)))
	c.refused(ben, Say{Text: "hi", Consultation: "con"}, ErrDenied)
	c.refused(maria, Say{Text: "hi", Consultation: "con"}, ErrNoConsultation)
}

func TestCONS_3_refused(t *testing.T) {
	for name, refuse := range map[string]struct {
		do  func(c *chat)
		why Outcome
	}{
		"declined":   {func(c *chat) { c.do(ben, Decline{"con", "busy"}) }, WasDeclined},
		"unanswered": {func(c *chat) { c.after(30 * time.Second).elapse() }, WasUnanswered},
	} {
		for _, medium := range carriers {
			c := activeChat(t, quiet)
			c.conference(maria, zoe)
			before := c.situation()
			c.do(maria, Consult{ID: "con", To: "agent:ben", Medium: medium})
			refuse.do(c)
			require.Equal(t, before, c.situation(), name)
			closed := told[*InvitationClosed](c, maria)
			require.Equal(t, refuse.why, closed.Why, "%s: the initiator is told", name)
			require.Equal(t, ben, closed.Agent)
			require.NotContains(t, kinds(c.view(zoe)), InvitationClosedKind, "%s: and nobody else", name)
			require.Equal(t, ConsultationDone, c.Consultation("con").Stage, "%s: nothing is left to mark", name)
			c.refused(maria, MarkConsultationDone{"con"}, ErrNoConsultation)
			c.refused(ben, MarkConsultationDone{"con"}, ErrNotParty)
			c.consult(maria, ben) // he can be asked again
		}
	}
}

// Everything that a consultation can become, told next to a chat in which
// nobody is consulted. The contact cannot tell the two apart.
func TestCONS_4_nothing_ever_reaches_the_contact(t *testing.T) {
	fates := map[string]func(s *story){
		"declined": func(s *story) {
			s.secretly(func(c *chat) { c.do(maria, Consult{ID: "con", To: "agent:ben"}); c.do(ben, Decline{"con", "busy"}) })
		},
		"cancelled": func(s *story) {
			s.secretly(func(c *chat) { c.do(maria, Consult{ID: "con", To: billing}); c.do(maria, Cancel{"con"}) })
		},
		"ended": func(s *story) {
			s.secretly(func(c *chat) {
				id := c.consult(maria, ben)
				c.do(ben, Say{Text: "psst", Consultation: id})
				c.do(ben, Disconnect{})
				c.do(ben, Reconnect{})
				c.do(maria, SendFile{File: File{ID: "f", Name: "f", Verdict: PendingScan}, Consultation: id})
				c.do(System, JudgeFile{"f", Available, "", ""})
				c.do(maria, EndConsultation{id})
				c.do(maria, MarkConsultationDone{id})
			})
		},
		"goes on": func(s *story) {
			s.secretly(func(c *chat) {
				id := c.consult(maria, ben)
				c.do(maria, Conference{ID: "con", Consultation: id})
				c.do(ben, Decline{"con", "rather not"})
			})
		},
		"ends with the chat": func(s *story) {
			s.secretly(func(c *chat) { c.consult(maria, ben) })
			s.both(func(c *chat) { c.do(maria, End{}) })
			s.secretly(func(c *chat) { c.do(ben, MarkConsultationDone{c.Consultations[0].ID}) })
			s.both(func(c *chat) { c.do(maria, MarkDone{}) })
		},
		"became a transfer": func(s *story) {
			s.a.transfer(maria, ben)
			s.secretly(func(c *chat) { c.do(maria, Transfer{Consultation: c.consult(maria, ben)}) })
			s.both(func(c *chat) { c.do(ben, Say{Text: "I take over"}) })
		},
		"became a conference": func(s *story) {
			s.a.conference(maria, ben)
			s.secretly(func(c *chat) { c.do(maria, Conference{Consultation: c.consult(maria, ben)}); c.accept(ben) })
			s.both(func(c *chat) { c.do(ben, Say{Text: "I am here too"}) })
		},
		"became a transfer through a group": func(s *story) {
			s.a.transfer(maria, ben)
			s.secretly(func(c *chat) {
				c.consult(maria, ben)
				c.do(maria, Transfer{To: billing})
				c.offer(ben)
				c.accept(ben)
			})
		},
	}
	for name, fate := range fates {
		t.Run(name, func(t *testing.T) {
			s := twice(t)
			s.both(func(c *chat) {
				c.offer(maria)
				c.accept(maria)
				c.do(pat, Say{Text: "hello"})
			})
			fate(s)
			s.both(func(c *chat) {
				if c.Phase == InActive {
					c.do(pat, Say{Text: "are you there?"})
					c.do(pat, MarkRead{Through: 100})
				}
			})
			s.same(pat)
		})
	}
}

func TestCONS_5_either_side_can_end_it(t *testing.T) {
	for _, medium := range carriers {
		for by, why := range map[PartyID]ConsultationEnding{maria: EndedBySide, ben: EndedBySide, System: EndedMediumFailed} {
			c := activeChat(t)
			c.conference(maria, zoe)
			before := c.situation()
			c.do(maria, Consult{ID: "con", To: "agent:ben", Medium: medium})
			c.accept(ben)
			c.refused(zoe, EndConsultation{"con"}, ErrNoConsultation)
			c.refused(pat, EndConsultation{"con"}, ErrDenied)
			c.do(by, EndConsultation{"con"})
			require.Equal(t, before, c.situation(), "the chat goes on")
			require.Equal(t, ConsultationOver, c.Consultation("con").Stage)
			for _, who := range []PartyID{maria, ben} {
				require.Equal(t, why, told[*ConsultationEnded](c, who).Why)
			}
			c.refused(maria, EndConsultation{"con"}, ErrNoConsultation)
			c.refused(ben, EndConsultation{"con"}, ErrNotParty)
			c.refused(maria, Say{Text: "one more", Consultation: "con"}, ErrNoConsultation)
			c.refused(ben, Say{Text: "one more", Consultation: "con"}, ErrNotParty)
			c.do(pat, Say{Text: "secret"})
			require.NotContains(t, words(c.view(ben)), "secret", "who was consulted sees nothing more")
			c.do(maria, Say{Text: "we go on"})
			require.Contains(t, words(c.view(pat)), "we go on")
		}
	}
}

func TestCONS_5_what_is_only_asked_for_is_cancelled_instead(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Consult{ID: "con", To: "agent:ben"})
	c.refused(maria, EndConsultation{"con"}, ErrNoConsultation)
	c.do(maria, Cancel{"con"})
	require.Equal(t, ConsultationDone, c.Consultation("con").Stage)
}

func TestCONS_6_ends_with_the_chat(t *testing.T) {
	for name, end := range map[string]func(c *chat){
		"End Chat":     func(c *chat) { c.do(maria, End{}) },
		"contact left": func(c *chat) { c.do(pat, Leave{}) },
		"contact lost": func(c *chat) { c.do(pat, Disconnect{}); c.after(time.Minute).elapse() },
		"inactivity":   func(c *chat) { c.after(255 * time.Second).elapse(); c.after(45 * time.Second).elapse() },
	} {
		c := activeChat(t)
		id := c.consult(maria, ben)
		c.do(maria, Consult{ID: "asked", To: "agent:tom", AgentName: "Tom"})
		end(c)
		require.Equal(t, InEnded, c.Phase, name)
		require.Equal(t, ConsultationOver, c.Consultation(id).Stage, name)
		require.Equal(t, EndedWithChat, c.Consultation(id).Why, name)
		require.Equal(t, EndedWithChat, told[*ConsultationEnded](c, ben).Why, name)
		require.Equal(t, ConsultationDone, c.Consultation("asked").Stage, name)
		require.Equal(t, Away, c.Party(ben).Presence, name)
		require.Empty(t, c.Invitations, name)
	}
	for _, change := range []func(*Policy){async, func(p *Policy) { p.AfterContact = CloseNow }} {
		c := activeChat(t, change)
		id := c.consult(maria, ben)
		if c.Policy().Async {
			c.do(maria, End{})
			require.Equal(t, ConsultationOver, c.Consultation(id).Stage, "dormant")
		} else {
			c.do(pat, Leave{})
			require.Equal(t, InDone, c.Phase)
			require.False(t, c.Consultation(id).TargetDone)
		}
		require.Equal(t, Away, c.Party(ben).Presence)
		c.do(ben, MarkConsultationDone{id})
	}
}

func TestCONS_6_ends_with_the_initiators_leaving(t *testing.T) {
	for name, leave := range map[string]func(c *chat){
		"End Chat": func(c *chat) { c.do(zoe, End{}) },
		"removed":  func(c *chat) { c.do(maria, Remove{zoe}) },
		"lost":     func(c *chat) { c.do(zoe, Disconnect{}); c.after(time.Minute).elapse() },
	} {
		c := activeChat(t)
		c.conference(maria, zoe)
		hers := c.consult(zoe, ben)
		other := c.consult(maria, tom)
		leave(c)
		require.Equal(t, InActive, c.Phase, name)
		require.Equal(t, EndedByLeaving, c.Consultation(hers).Why, name)
		require.Equal(t, Away, c.Party(ben).Presence, name)
		require.Equal(t, Consulting, c.Consultation(other).Stage, "%s: what another one asks goes on", name)
		require.Equal(t, Consulted, c.Party(tom).Presence, name)
	}
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.transfer(maria, tom)
	require.Equal(t, EndedByLeaving, c.Consultation(id).Why, "ROUTE-3")
	require.Equal(t, ConsultationOver, c.Consultation(id).Stage, "both sides are left to mark")
}

func TestCONS_6_a_lost_target_ends_it(t *testing.T) {
	c := activeChat(t, quiet)
	id := c.consult(maria, ben)
	c.do(ben, Disconnect{})
	c.after(time.Minute - time.Microsecond).idle()
	c.after(time.Microsecond).elapse()
	require.Equal(t, EndedByLeaving, told[*ConsultationEnded](c, maria).Why)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, ConsultationOver, c.Consultation(id).Stage)
}

func TestCONS_7_transfer_needs_no_second_acceptance(t *testing.T) {
	for _, medium := range carriers {
		c := activeChat(t)
		c.do(pat, Say{Text: "hello"})
		c.do(maria, Consult{ID: "con", To: "agent:ben", Medium: medium, AgentName: "Ben"})
		c.accept(ben)
		c.do(maria, Say{Text: "will you?", Consultation: "con"})
		pending, n := c.Pending, len(c.log)
		rs := c.after(time.Second).do(maria, Transfer{Consultation: "con"})
		require.Len(t, rs, 3, "one step")
		require.Equal(t, ben, c.Owner)
		require.Equal(t, InActive, c.Phase)
		require.Equal(t, InChat, c.Party(ben).Presence)
		require.True(t, c.Party(ben).Engaged)
		require.Equal(t, Away, c.Party(maria).Presence)
		require.Equal(t, pending, c.Pending)
		require.Empty(t, c.Invitations)
		require.Equal(t, Consultation{
			ID: "con", Medium: medium, Stage: ConsultationDone, Initiator: maria, Target: ben, InitiatorDone: true, TargetDone: true,
			Why: BecameTransfer, via: "agent:ben", count: c.Consultation("con").count,
		}, *c.Consultation("con"))
		for i := n; i < len(c.log); i++ {
			var s State
			for _, r := range c.log[:i+1] {
				require.NoError(t, s.Apply(r))
			}
			require.Equal(t, ben, s.Owner, "from the first record of the step on")
		}
		require.Contains(t, words(c.view(ben)), "will you?", "what the two said stays readable")
		c.do(ben, Say{Text: "hello Pat"})
		require.Contains(t, words(c.view(pat)), "hello Pat")
		require.Equal(t, "Ben", told[*Joined](c, pat).Name)
		c.refused(maria, Say{Text: "bye"}, ErrNotParty)
		c.refused(maria, MarkConsultationDone{"con"}, ErrNoConsultation)
		c.refused(ben, MarkConsultationDone{"con"}, ErrNoConsultation)
	}
}

func TestCONS_7_others_see_the_hand_over_and_nothing_of_the_consultation(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.do(maria, Transfer{Consultation: c.consult(maria, ben)})
	for _, who := range []PartyID{zoe, pat} {
		seen := kinds(c.view(who))
		require.Equal(t, []EventKind{JoinedKind, LeftKind}, seen[len(seen)-2:], who)
		require.NotContains(t, seen, ConsultationEndedKind, who)
	}
	require.Contains(t, kinds(c.view(ben)), ConsultationEndedKind)
}

func TestCONS_7_only_the_owner(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	id := c.consult(zoe, ben)
	before := c.situation()
	c.refused(zoe, Transfer{Consultation: id}, ErrNotOwner)
	c.refused(ben, Transfer{Consultation: id}, ErrNotOwner)
	require.Equal(t, before, c.situation())
	c.do(maria, End{})
	c.do(zoe, Transfer{Consultation: id})
	require.Equal(t, ben, c.Owner)
}

func TestCONS_7_an_open_offer_of_the_target_is_withdrawn(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	id := c.consult(maria, ben)
	c.do(zoe, Conference{ID: "it", To: "agent:ben"})
	c.do(maria, Transfer{Consultation: id})
	require.Equal(t, ben, c.Owner)
	require.Empty(t, c.Invitations)
	require.Equal(t, WasWithdrawn, told[*InvitationClosed](c, ben).Why)
}

func TestCONS_7_a_target_who_is_in_the_chat_by_now(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	id := c.consult(maria, ben)
	c.do(zoe, Conference{To: "agent:ben"})
	c.accept(ben)
	require.Equal(t, InChat, c.Party(ben).Presence)
	c.refused(maria, Transfer{Consultation: id}, ErrTarget)
	c.refused(maria, Transfer{To: "agent:ben"}, ErrTarget)
	c.refused(maria, Conference{Consultation: id}, ErrTarget)
	c.do(ben, Say{Text: "still between us", Consultation: id})
	require.NotContains(t, words(c.view(pat)), "still between us")
	c.do(maria, EndConsultation{id})
	require.Equal(t, InChat, c.Party(ben).Presence, "he stays in the chat")
}

func TestCONS_8_conference_asks_the_target(t *testing.T) {
	for _, medium := range carriers {
		c := activeChat(t)
		c.conference(maria, zoe)
		c.do(pat, Say{Text: "hello"})
		c.do(zoe, Consult{ID: "con", To: "agent:ben", Medium: medium})
		c.accept(ben)
		c.do(ben, Say{Text: "between us", Consultation: "con"})
		c.do(zoe, Conference{ID: "in", Consultation: "con"})
		require.Equal(t, Consulted, c.Party(ben).Presence, "it is asked")
		require.Equal(t, Consulting, c.Consultation("con").Stage)
		c.refused(ben, Say{Text: "hello Pat"}, ErrDenied)
		rs := c.accept(ben)
		require.Len(t, rs, 2, "one step")
		require.Equal(t, InChat, c.Party(ben).Presence)
		require.True(t, c.Party(ben).Engaged)
		require.Equal(t, maria, c.Owner)
		require.Equal(t, InChat, c.Party(zoe).Presence)
		require.Equal(t, ConsultationDone, c.Consultation("con").Stage)
		require.Equal(t, BecameConference, c.Consultation("con").Why)
		require.True(t, c.Consultation("con").InitiatorDone && c.Consultation("con").TargetDone, "CONS-9: nothing is left to mark")
		c.refused(zoe, MarkConsultationDone{"con"}, ErrNoConsultation)
		c.refused(zoe, Say{Text: "more", Consultation: "con"}, ErrNoConsultation)

		require.Contains(t, words(c.view(ben)), "hello", "the whole transcript")
		for _, who := range []PartyID{zoe, ben} {
			require.Contains(t, words(c.view(who)), "between us", "readable by its two sides")
		}
		for _, who := range []PartyID{pat, maria} {
			require.NotContains(t, words(c.view(who)), "between us", "and by nobody else")
			require.NotContains(t, kinds(c.view(who)), ConsultationEndedKind)
		}
		c.do(ben, Say{Text: "hello Pat"})
		require.Contains(t, words(c.view(pat)), "hello Pat")
	}
}

func TestCONS_8_not_accepted_it_goes_on(t *testing.T) {
	for name, refuse := range map[string]struct {
		do  func(c *chat)
		why Outcome
	}{
		"declined":   {func(c *chat) { c.do(ben, Decline{"in", "rather not"}) }, WasDeclined},
		"unanswered": {func(c *chat) { c.after(30 * time.Second).elapse() }, WasUnanswered},
		"cancelled":  {func(c *chat) { c.do(maria, Cancel{"in"}) }, WasCancelled},
	} {
		c := activeChat(t, quiet)
		c.conference(maria, zoe)
		id := c.consult(maria, ben)
		before := c.situation()
		c.do(maria, Conference{ID: "in", Consultation: id})
		c.refused(maria, Conference{Consultation: id}, ErrTarget)
		refuse.do(c)
		require.Equal(t, before, c.situation(), name)
		require.Equal(t, refuse.why, told[*InvitationClosed](c, maria).Why, name)
		require.Equal(t, refuse.why, told[*InvitationClosed](c, ben).Why, name)
		require.NotContains(t, kinds(c.view(zoe)), InvitationClosedKind, "%s: others know nothing of it", name)
		c.do(maria, Say{Text: "never mind", Consultation: id})
		c.do(ben, Say{Text: "fine", Consultation: id})
		c.do(maria, Transfer{Consultation: id})
		require.Equal(t, ben, c.Owner, name)
	}
}

func TestCONS_8_the_request_ends_with_the_consultation(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.do(maria, Conference{ID: "in", Consultation: id})
	c.do(ben, EndConsultation{id})
	require.Nil(t, c.Invitation("in"))
	c.refused(ben, Accept{Invitation: "in"}, ErrNoInvitation)
	require.Equal(t, Away, c.Party(ben).Presence)
}

func TestCONS_8_afterwards_it_is_as_any_other_in_the_chat(t *testing.T) {
	merged := func() *chat {
		c := activeChat(t)
		c.do(maria, Conference{Consultation: c.consult(maria, ben)})
		c.accept(ben)
		return c
	}
	c := merged()
	c.do(maria, End{})
	require.Equal(t, ben, c.Owner, "LIFE-4")
	c = merged()
	c.do(maria, Remove{ben})
	require.Equal(t, Away, c.Party(ben).Presence, "PART-7")
}

func TestCONS_9_both_sides_mark_it(t *testing.T) {
	for _, first := range []PartyID{maria, ben} {
		second := map[PartyID]PartyID{maria: ben, ben: maria}[first]
		c := activeChat(t)
		c.conference(maria, zoe)
		id := c.consult(maria, ben)
		c.refused(maria, MarkConsultationDone{id}, ErrNoConsultation)
		c.refused(ben, MarkConsultationDone{id}, ErrNoConsultation)
		c.do(maria, EndConsultation{id})
		c.refused(zoe, MarkConsultationDone{id}, ErrNoConsultation)
		c.refused(pat, MarkConsultationDone{id}, ErrDenied)
		c.refused(System, MarkConsultationDone{id}, ErrDenied)
		c.refused(tom, MarkConsultationDone{id}, ErrNotParty)
		require.Equal(t, first == ben, c.do(first, MarkConsultationDone{id})[0].Event.(*ConsultationMarked).Target)
		require.Equal(t, ConsultationOver, c.Consultation(id).Stage, "one is not enough")
		c.refused(first, MarkConsultationDone{id}, ErrNoConsultation)
		c.do(second, MarkConsultationDone{id})
		require.Equal(t, ConsultationDone, c.Consultation(id).Stage)
		for _, who := range []PartyID{maria, ben} {
			require.Len(t, events[*ConsultationMarked](c.view(who)), 2, "both see it")
			c.refused(who, MarkConsultationDone{id}, ErrNoConsultation)
		}
		require.Empty(t, events[*ConsultationMarked](c.view(zoe)))
	}
}

func TestCONS_9_the_interactions_being_done_marks_the_initiators_side(t *testing.T) {
	for name, finish := range map[string]func(c *chat){
		"marked done": func(c *chat) { c.do(maria, End{}); c.do(maria, MarkDone{}) },
		"auto-close":  func(c *chat) { c.do(pat, Leave{}); c.after(time.Minute).elapse() },
	} {
		c := activeChat(t, func(p *Policy) { p.AfterContact, p.CloseDelay = CloseLater, time.Minute })
		id, marked := c.consult(maria, ben), c.consult(maria, zoe)
		c.do(zoe, EndConsultation{marked})
		c.do(zoe, MarkConsultationDone{marked})
		finish(c)
		require.Equal(t, InDone, c.Phase, name)
		require.Equal(t, ConsultationDone, c.Consultation(marked).Stage, "%s: the other side was marked", name)
		require.Equal(t, ConsultationOver, c.Consultation(id).Stage, name)
		require.True(t, c.Consultation(id).InitiatorDone, name)
		c.refused(maria, MarkConsultationDone{id}, ErrNoConsultation)
		c.after(24*time.Hour).do(ben, MarkConsultationDone{id})
		require.Equal(t, ConsultationDone, c.Consultation(id).Stage, "%s: the target may also after that", name)
		require.Equal(t, []EventKind{ConsultationMarkedKind}, kinds(c.view(ben))[len(c.view(ben))-1:])
	}
}

func TestCONS_9_also_by_who_has_left_since(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	id := c.consult(zoe, ben)
	c.do(zoe, End{})
	c.do(zoe, MarkConsultationDone{id})
	c.do(ben, MarkConsultationDone{id})
	require.Equal(t, ConsultationDone, c.Consultation(id).Stage)
}

func TestCONS_10_in_nobodys_history(t *testing.T) {
	c := activeChat(t)
	c.do(pat, Say{Text: "hello"})
	id := c.consult(maria, ben)
	c.do(maria, Say{Text: "between us", Consultation: id})
	c.do(ben, SendFile{File: File{ID: "f", Name: "f"}, Consultation: id})
	c.do(maria, Conference{ID: "in", Consultation: id})
	c.do(ben, Decline{"in", ""})
	c.do(maria, EndConsultation{id})
	c.do(maria, MarkConsultationDone{id})
	asked := c.do(maria, Consult{ID: "asked", To: "agent:tom"})
	require.Equal(t, tom, asked[0].Audience.To)
	c.do(maria, Cancel{"asked"})
	c.do(maria, End{})
	for _, who := range []PartyID{pat, maria, ben, tom, zoe, sam, System} {
		for _, shown := range c.history(who) {
			require.NotEqual(t, OneConsultation, shown.Audience, "%s reads %T", who, shown.Event)
			require.Empty(t, shown.Consultation)
			require.NotContains(t, []EventKind{
				ConsultationJoinedKind, ConsultationEndedKind, ConsultationMarkedKind, InvitationClosedKind,
			}, shown.Event.Kind(), "%s", who)
		}
		if who != pat {
			require.Equal(t, []string{"hello"}, words(c.history(who)))
		}
	}
	require.False(t, c.Party(ben).Engaged, "no entry in his own history")
	require.False(t, c.Party(tom).Engaged)
	require.True(t, c.Party(maria).Engaged)
}

func TestCONS_10_unless_it_became_engaged(t *testing.T) {
	for name, become := range map[string]func(c *chat, id string){
		"CONS-7": func(c *chat, id string) { c.do(maria, Transfer{Consultation: id}) },
		"CONS-8": func(c *chat, id string) { c.do(maria, Conference{Consultation: id}); c.accept(ben) },
	} {
		c := activeChat(t)
		id := c.consult(maria, ben)
		c.do(ben, Say{Text: "between us", Consultation: id})
		require.False(t, c.Party(ben).Engaged, name)
		become(c, id)
		require.True(t, c.Party(ben).Engaged, name)
		require.NotContains(t, words(c.history(ben)), "between us", "%s: and even then not what was said", name)
		require.Contains(t, words(c.view(ben)), "between us", "%s: while the chat lives it is readable", name)
	}
}

// The whole life of a consultation is the same whatever carries it.
func TestCONS_11_every_medium_has_the_same_life(t *testing.T) {
	life := func(m Medium) (all []string) {
		c := activeChat(t)
		c.do(maria, Consult{ID: "a", To: "agent:ben", Medium: m})
		c.do(ben, Decline{"a", ""})
		c.do(maria, Consult{ID: "b", To: "agent:ben", Medium: m})
		c.accept(ben)
		c.do(System, EndConsultation{"b"})
		c.do(maria, Consult{ID: "c", To: billing, Medium: m})
		c.offer(ben)
		c.accept(ben)
		c.do(maria, Conference{ID: "in", Consultation: "c"})
		c.accept(ben)
		c.do(maria, Consult{ID: "d", To: "agent:zoe", Medium: m})
		c.accept(zoe)
		c.do(maria, Transfer{Consultation: "d"})
		for _, r := range c.log {
			if e, ok := r.Event.(*Invited); ok && e.Purpose == ForConsultation {
				require.Equal(t, m, e.Medium)
			}
			all = append(all, fmt.Sprint(r.Event.Kind(), r.By, r.Audience))
		}
		for _, con := range c.Consultations {
			require.Equal(t, m, con.Medium)
		}
		return all
	}
	require.Equal(t, life(ByChat), life(ByIM))
	require.Equal(t, life(ByChat), life(ByVoice))
}

func TestCONS_12_several_at_once(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	one, two, three := c.consult(maria, ben), c.consult(maria, tom), c.consult(zoe, "agent:lea")
	four := c.consult(zoe, ben) // asked by two at once
	said := map[string][]PartyID{one: {maria, ben}, two: {maria, tom}, three: {zoe, "agent:lea"}, four: {zoe, ben}}
	for id, sides := range said {
		for _, by := range sides {
			c.do(by, Say{Text: id, Consultation: id})
		}
	}
	for id, sides := range said {
		for _, who := range []PartyID{pat, maria, zoe, ben, tom, "agent:lea"} {
			heard := 0
			for _, w := range words(c.view(who)) {
				if w == id {
					heard++
				}
			}
			if who == sides[0] || who == sides[1] {
				require.Equal(t, 2, heard, "%s %s", who, id)
			} else {
				require.Zero(t, heard, "%s %s", who, id)
				_, err := c.decide(who, Say{Text: "x", Consultation: id})
				require.ErrorIs(t, err, ErrNoConsultation, "%s %s", who, id)
			}
		}
	}
	require.NotContains(t, colours(c, Viewer{ID: tom}), "Lea", "they do not know of each other")
	require.NotContains(t, colours(c, Viewer{ID: tom}), "Ben")

	c.do(ben, EndConsultation{one})
	require.Equal(t, Consulted, c.Party(ben).Presence, "still by the other one")
	for _, id := range []string{two, three, four} {
		require.Equal(t, Consulting, c.Consultation(id).Stage, "the others go on")
	}
	c.do(ben, Say{Text: "still here", Consultation: four})
	c.do(zoe, EndConsultation{four})
	require.Equal(t, Away, c.Party(ben).Presence)
}

func TestCONS_12_the_same_two_have_one(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.refused(maria, Consult{To: "agent:ben"}, ErrTarget)
	c.refused(maria, Consult{To: billing, Agent: ben}, ErrTarget)
	c.do(maria, EndConsultation{id})
	c.consult(maria, ben)
	c.refused(maria, Consult{ID: id, To: billing}, ErrTarget)
}

func TestCONS_12_a_merge_ends_only_its_own(t *testing.T) {
	c := activeChat(t)
	one, two := c.consult(maria, ben), c.consult(maria, tom)
	c.do(maria, Conference{Consultation: one})
	c.accept(ben)
	require.Equal(t, Consulting, c.Consultation(two).Stage)
	c.do(maria, Transfer{Consultation: two})
	require.Equal(t, BecameTransfer, c.Consultation(two).Why)
	require.Equal(t, tom, c.Owner)
	require.Equal(t, InChat, c.Party(ben).Presence)
}

func TestFILE_4_PART_2_files_are_seen_as_their_records_are(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.do(pat, SendFile{File: File{ID: "theirs", Name: "a.png"}})
	c.do(maria, SendFile{File: File{ID: "ours", Name: "b.png"}, To: Internal})
	c.do(maria, SendFile{File: File{ID: "secret", Name: "c.png"}, Consultation: id})
	see := func(v Viewer) (ids []string) {
		for i := range c.Files {
			f := &c.Files[i]
			require.Equal(t, c.Sees(v, &c.log[f.Seq-1]), c.SeesFile(v, f))
			if c.SeesFile(v, f) {
				ids = append(ids, f.ID)
			}
		}
		return ids
	}
	require.Equal(t, []string{"theirs"}, see(Viewer{ID: pat}))
	require.Equal(t, []string{"theirs", "ours", "secret"}, see(Viewer{ID: maria}))
	require.Equal(t, []string{"theirs", "ours"}, see(Viewer{ID: maria, Purpose: History}))
	require.Empty(t, see(Viewer{ID: zoe}))
	c.do(System, JudgeFile{"theirs", Blocked, "infected", "The file is infected."})
	require.Equal(t, "infected", c.File("theirs").Code)
	c.do(System, JudgeFile{"theirs", Blocked, "infected", "The file is infected."})
	require.EqualValues(t, c.Seq(), len(c.log), "the same verdict is no event")
	c.do(System, JudgeFile{"theirs", Blocked, "macro", "The file is infected."})
	require.Equal(t, "macro", c.File("theirs").Code)
}
