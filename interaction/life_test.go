package interaction

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func codes(p *Policy) {
	p.Dispositions = []Disposition{
		{Code: "sale", Label: "Sale"}, {Code: "sale.new", Label: "New customer", Parent: "sale"}, {Code: "none", Label: "No result"},
	}
}

func mandatory(p *Policy) { codes(p); p.DispositionRequired = true }

func TestLIFE_1_a_request_starts_in_waiting(t *testing.T) {
	c := newChat(t)
	p := DefaultPolicy()
	data := []Field{{"order", Value{NumberValue, "42"}}}
	c.do(pat, Start{
		Contact: Person{pat, "Pat"}, Subject: "My order", Channel: "web", Language: "de-AT", Target: sales, Priority: 7, CaseData: data, Policy: &p,
	})
	data[0].Key = "changed by the caller"

	require.Equal(t, InWaiting, c.Phase)
	require.Equal(t, &Started{
		Contact: Person{pat, "Pat"}, Subject: "My order", Channel: "web", Language: "de-AT", Target: sales, Priority: 7,
		CaseData: []Field{{"order", Value{NumberValue, "42"}}}, Policy: p,
	}, c.State.Start)
	require.Equal(t, Person{pat, "Pat"}, c.Contact)
	require.Equal(t, []Field{{"order", Value{NumberValue, "42"}}}, c.CaseData)
	require.Equal(t, noon, c.StartedAt)
	require.Equal(t, AsContact, c.Standing(pat))
	require.True(t, c.Connected(pat))
	require.Empty(t, c.Owner)
	require.Len(t, c.Invitations, 1)
	require.Equal(t, sales, c.Invitations[0].Target)
	require.Equal(t, ForInbound, c.Invitations[0].Purpose)
}

func TestLIFE_1_the_contact_sees_only_that_it_came(t *testing.T) {
	c := waitingChat(t)
	require.Equal(t, []EventKind{JoinedKind}, kinds(c.view(pat)), "subject, case data and policy are internal")
}

func TestLIFE_1_who_may_start(t *testing.T) {
	start := Start{Contact: Person{pat, "Pat"}}
	for _, by := range []PartyID{pat, bot, System} {
		newChat(t).do(by, start)
	}
	for _, by := range []PartyID{maria, sam} {
		newChat(t).refused(by, start, ErrDenied)
	}
	newChat(t).refused("contact:eve", start, ErrNotParty)
}

func TestLIFE_1_nothing_comes_before_it_and_it_comes_once(t *testing.T) {
	c := newChat(t)
	for _, k := range CommandKinds()[JoinKind:] {
		for _, by := range []PartyID{pat, maria, sam, bot, System} {
			c.refused(by, anyCommand[k], ErrNotStarted)
		}
	}
	require.Empty(t, c.Deadlines())
	require.Zero(t, c.Wake())
	require.Zero(t, c.Elapsed(c.now))
	require.Empty(t, c.Allowed(maria))
	require.Equal(t, []CommandKind{StartKind}, c.Allowed(pat))

	c = waitingChat(t)
	c.refused(pat, Start{Contact: Person{pat, "Pat"}}, ErrStarted)
	c.refused(System, Start{Contact: Person{"contact:eve", "Eve"}}, ErrStarted)
	c.refused(maria, Start{Contact: Person{pat, "Pat"}}, ErrDenied)
}

func TestLIFE_2_who_accepts_is_the_owner_and_sees_the_transcript_from_its_start(t *testing.T) {
	c := waitingChat(t)
	c.do(pat, Say{Text: "anybody there?"})
	c.offer(maria)
	require.Equal(t, InWaiting, c.Phase, "an offer is no acceptance")
	require.Equal(t, []EventKind{OfferedKind}, kinds(c.view(maria)), "before it she sees her offer and nothing else")
	view := c.Party(maria).View

	c.after(time.Second).accept(maria)
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, maria, c.LastOwner)
	require.Equal(t, noon.Add(time.Second), c.Party(maria).Joined)
	require.True(t, c.Party(maria).Engaged)
	require.Empty(t, c.Invitations)
	require.Equal(t, []EventKind{StartedKind, JoinedKind, InvitedKind, SaidKind, OfferedKind, JoinedKind}, kinds(c.view(maria)))
	require.NotEqual(t, view, c.Party(maria).View, "her rights grew, so her feed starts anew")
}

func TestLIFE_2_only_who_has_the_offer_can_accept_and_only_once(t *testing.T) {
	c := waitingChat(t)
	c.offer(maria)
	id := c.offerOf(maria)
	c.refused(ben, Accept{Invitation: id}, ErrNotParty)
	c.refused(maria, Accept{Invitation: "other"}, ErrNoInvitation)
	c.refused(pat, Accept{Invitation: id}, ErrDenied)
	c.refused(bot, Accept{Invitation: id}, ErrDenied)
	c.accept(maria)
	c.refused(maria, Accept{Invitation: id}, ErrNoInvitation)
}

func TestLIFE_2_the_second_of_two_who_were_asked_comes_too_late(t *testing.T) {
	c := waitingChat(t)
	c.do(System, Invite{ID: "second", To: Target(ben)})
	c.offer(maria)
	c.accept(maria)
	require.Empty(t, c.Invitations, "every inbound invitation is over")
	c.refused(ben, Accept{Invitation: "second"}, ErrNoInvitation)
	require.Equal(t, maria, c.Owner)
	shown := c.view(ben)
	require.Equal(t, &InvitationClosed{Invitation: "second", Agent: ben, Why: WasWithdrawn}, shown[len(shown)-1].Event)
}

// busyChat is an active chat with everything in it that an end must end.
func busyChat(t *testing.T, changes ...func(*Policy)) *chat {
	c := activeChat(t, changes...)
	c.do(bot, Join{Name: "Greeter"})
	c.do(pat, Say{Text: "hello"})
	c.consult(maria, ben)
	c.do(maria, Consult{ID: "asked", To: Target(zoe)})
	c.do(maria, Conference{ID: "more", To: "group:billing"})
	c.do(maria, Transfer{ID: "over", To: "agent:tom"})
	return c
}

func TestLIFE_3_end_by_the_only_agent_ends_it(t *testing.T) {
	c := busyChat(t)
	c.after(time.Minute).do(maria, End{})
	require.Equal(t, InEnded, c.Phase)
	require.Equal(t, ByAgent, c.EndedWhy)
	require.Equal(t, noon.Add(time.Minute), c.EndedAt)
	require.Equal(t, maria, c.Owner, "the last owner wraps up")
	require.Empty(t, c.Invitations, "every open invitation is withdrawn")
	require.Equal(t, ConsultationOver, c.Consultations[0].Stage)
	require.Equal(t, EndedWithChat, c.Consultations[0].Why)
	require.Equal(t, ConsultationDone, c.Consultations[1].Stage, "what was only asked for has nothing to mark")
	require.Zero(t, c.Pending)
	require.Empty(t, c.Deadlines())
	for _, who := range []PartyID{pat, maria, bot} {
		shown := c.view(who)
		require.Equal(t, EndedKind, shown[len(shown)-1].Event.Kind(), "%s is told", who)
	}
}

func TestLIFE_3_all_in_one_step(t *testing.T) {
	c := busyChat(t)
	rs := c.do(maria, End{})
	require.Len(t, events[*InvitationClosed](rs), 3)
	require.Len(t, events[*ConsultationEnded](rs), 1)
	require.Len(t, events[*Ended](rs), 1)
	for _, closed := range events[*InvitationClosed](rs) {
		require.Equal(t, WasWithdrawn, closed.Why)
	}
}

func TestLIFE_3_nobody_can_say_anything_to_the_contact_any_more(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.do(bot, Join{})
	c.do(sam, Supervise{Mode: Coach})
	id := c.consult(maria, ben)
	c.do(zoe, End{})
	c.do(maria, End{})
	for _, by := range []PartyID{pat, maria, bot} {
		c.refused(by, Say{Text: "one more thing"}, ErrPhase)
		c.refused(by, SendFile{File: File{ID: "f", Name: "f"}}, ErrPhase)
	}
	c.refused(maria, PushURL{URL: "https://example.com"}, ErrPhase)
	c.refused(System, Announce{Message: Information, Text: "x"}, ErrPhase)
	c.refused(ben, Say{Text: "psst", Consultation: id}, ErrNotParty)
	c.refused(maria, Say{Text: "psst", Consultation: id}, ErrPhase)
	c.refused(sam, Say{Text: "well done", To: Supervisors}, ErrPhase)
	c.refused(zoe, Say{Text: "I am gone"}, ErrNotParty)
}

func TestLIFE_3_end_in_ended_is_refused(t *testing.T) {
	c := activeChat(t)
	c.do(maria, End{})
	var phase PhaseError
	require.ErrorAs(t, c.refused(maria, End{}, ErrPhase), &phase)
	require.Equal(t, InEnded, phase.Phase())
	require.Equal(t, EndKind, phase.Command())
	require.EqualError(t, phase, "interaction: end is not possible while it is ended")
	c.refused(pat, Leave{}, ErrPhase)
}

func TestLIFE_3_nothing_joins_after_the_end(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Conference{ID: "in", To: Target(ben)})
	c.do(maria, End{})
	c.refused(ben, Accept{Invitation: "in"}, ErrNoInvitation)
	c.refused(bot, Join{}, ErrPhase)
	c.refused(sam, Supervise{Mode: BargeIn}, ErrPhase)
	c.refused(sam, Supervise{Mode: Monitor}, ErrPhase)
	c.refused(System, Invite{To: sales}, ErrPhase)
	c.refused(maria, Consult{To: Target(ben)}, ErrPhase)
	c.refused(maria, Transfer{To: Target(ben)}, ErrPhase)
	c.refused(maria, Conference{To: Target(ben)}, ErrPhase)
}

func TestLIFE_3_a_farewell_is_said_before_the_end(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.Messages = []Messages{{Farewell: "Goodbye"}} })
	rs := c.do(maria, End{})
	require.Equal(t, []*Announced{{Farewell, "Goodbye"}}, events[*Announced](rs))
	require.Equal(t, EndedKind, rs[len(rs)-1].Event.Kind())
}

func TestLIFE_4_owner_hands_over(t *testing.T) {
	c := activeChat(t)
	c.after(time.Second).conference(maria, ben)
	c.after(time.Second).conference(maria, zoe)
	rs := c.do(maria, End{})
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, ben, c.Owner, "he has been in it longest")
	require.Equal(t, ben, c.LastOwner)
	require.Equal(t, Away, c.Party(maria).Presence)
	require.Len(t, rs, 2, "one step: %v", rs)
	require.Equal(t, []*OwnerChanged{{ben}}, events[*OwnerChanged](rs))
	require.Equal(t, []*Left{{maria, ByItself}}, events[*Left](rs))
	c.do(pat, Say{Text: "still there?"})
	c.do(ben, Say{Text: "yes"})
	require.Equal(t, []string{"still there?", "yes"}, words(c.view(pat)))
	c.refused(maria, MarkDone{}, ErrNotParty)
}

func TestLIFE_4_ties_by_log_order(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Conference{ID: "b", To: Target(ben)})
	c.do(maria, Conference{ID: "z", To: Target(zoe)})
	c.accept(zoe) // at the same moment, but first
	c.accept(ben)
	require.Equal(t, c.Party(zoe).Joined, c.Party(ben).Joined)
	c.do(maria, End{})
	require.Equal(t, zoe, c.Owner)
}

func TestLIFE_4_longest_counts_from_the_last_joining(t *testing.T) {
	c := activeChat(t)
	c.after(1e6).conference(maria, ben)
	c.after(1e6).conference(maria, zoe)
	c.do(ben, End{})
	c.after(1e6).conference(maria, ben)
	c.do(maria, End{})
	require.Equal(t, zoe, c.Owner, "ben came back after her")
}

func TestLIFE_4_a_barged_in_supervisor_counts_and_watchers_do_not(t *testing.T) {
	c := activeChat(t)
	c.do(kim, Supervise{Mode: Coach})
	c.do(sam, Supervise{Mode: Monitor})
	c.consult(maria, ben)
	c.do(bot, Join{})
	c.do(sam, Supervise{Mode: BargeIn})
	c.do(maria, End{})
	require.Equal(t, sam, c.Owner)

	c.do(sam, End{})
	require.Equal(t, InEnded, c.Phase, "coach, consultant and bot are no agents in the chat")
}

func TestLIFE_4_what_the_leaving_owner_began_ends_with_it(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	mine := c.consult(maria, ben)
	hers := c.consult(zoe, "agent:tom")
	c.do(maria, Transfer{ID: "mine", To: "group:x"})
	c.do(zoe, Conference{ID: "hers", To: "group:y"})
	c.do(maria, End{})
	require.Equal(t, ConsultationOver, c.Consultation(mine).Stage)
	require.Equal(t, EndedByLeaving, c.Consultation(mine).Why)
	require.Equal(t, Away, c.Party(ben).Presence)
	require.Equal(t, Consulting, c.Consultation(hers).Stage, "the new owner's goes on")
	require.Nil(t, c.Invitation("mine"))
	require.NotNil(t, c.Invitation("hers"))
}

func TestLIFE_4_both_agents_press_end_at_once(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	c.do(maria, End{})
	c.do(ben, End{})
	require.Equal(t, InEnded, c.Phase, "the second one is the last one")
	require.Equal(t, ben, c.Owner)
}

func TestLIFE_5_an_agent_who_is_not_the_owner_only_leaves(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	id := c.consult(ben, zoe)
	c.do(maria, Conference{ID: "hers", To: "group:x"})
	rs := c.do(ben, End{})
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, Away, c.Party(ben).Presence)
	require.True(t, c.Party(ben).Engaged, "he was in it")
	require.Empty(t, events[*OwnerChanged](rs))
	require.Equal(t, ConsultationOver, c.Consultation(id).Stage)
	require.NotNil(t, c.Invitation("hers"))
	c.refused(ben, End{}, ErrNotParty)
	c.refused(ben, Say{Text: "x"}, ErrNotParty)
}

func TestLIFE_5_who_is_not_in_the_chat_has_nothing_to_end(t *testing.T) {
	c := activeChat(t)
	c.consult(maria, ben)
	c.do(sam, Supervise{Mode: Monitor})
	c.do(kim, Supervise{Mode: Coach})
	for _, by := range []PartyID{pat, ben, sam, kim, System} {
		c.refused(by, End{}, ErrDenied)
	}
	c.refused(zoe, End{}, ErrNotParty)
}

func TestLIFE_6_mark_done_only_by_the_owner_of_an_ended_chat(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	c.refused(maria, MarkDone{}, ErrPhase)
	c.refused(ben, MarkDone{}, ErrNotOwner)
	c.do(maria, End{})
	c.refused(maria, MarkDone{}, ErrNotParty)
	c.do(ben, End{})
	c.refused(maria, MarkDone{}, ErrNotParty)
	for _, by := range []PartyID{pat, bot, System} {
		c.refused(by, MarkDone{}, ErrDenied)
	}
	c.refused(zoe, MarkDone{}, ErrNotParty)
	c.after(time.Hour).do(ben, MarkDone{})
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, MarkedDone, c.ClosedWhy)
	require.Equal(t, noon.Add(time.Hour), c.ClosedAt)
	require.Equal(t, noon, c.EndedAt)
	c.refused(ben, MarkDone{}, ErrPhase)
}

func TestLIFE_6_not_while_waiting(t *testing.T) {
	c := waitingChat(t)
	c.refused(maria, MarkDone{}, ErrNotParty)
	c.offer(maria)
	c.refused(maria, MarkDone{}, ErrDenied)
}

func TestLIFE_6_async_at_any_time_by_the_owner_and_it_ends_the_chat(t *testing.T) {
	c := busyChat(t, async)
	c.conference(maria, "agent:lea")
	c.refused("agent:lea", MarkDone{}, ErrNotOwner)
	rs := c.do(maria, MarkDone{})
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, ByMarkDone, c.EndedWhy)
	require.Equal(t, MarkedDone, c.ClosedWhy)
	require.Empty(t, c.Invitations)
	require.Len(t, events[*Ended](rs), 1)
	require.Equal(t, ConsultationOver, c.Consultations[0].Stage)
	require.True(t, c.Consultations[0].InitiatorDone)
}

func TestLIFE_6_in_dormant_by_the_last_owner(t *testing.T) {
	c := activeChat(t, async)
	c.conference(maria, ben)
	c.do(maria, End{})
	c.do(ben, End{})
	require.Equal(t, InDormant, c.Phase)
	c.refused(maria, MarkDone{}, ErrNotParty)
	c.do(ben, MarkDone{})
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, ben, c.Owner)
}

// Done refuses every change but four: a consultation target's mark, contact
// assignment, erasure and a scanner's late verdict.
func TestLIFE_6_done_is_frozen(t *testing.T) {
	c := activeChat(t)
	c.do(bot, Join{})
	c.conference(maria, zoe)
	c.do(sam, Supervise{Mode: Monitor})
	c.do(kim, Supervise{Mode: Coach})
	id := c.consult(maria, ben)
	c.do(maria, SendFile{File: File{ID: "f", Name: "f.txt", Verdict: PendingScan}})
	c.do(zoe, End{})
	c.do(maria, End{})
	c.do(maria, MarkDone{})

	everybody := []PartyID{pat, maria, ben, zoe, sam, kim, bot, System, "agent:stranger", "contact:stranger"}
	for _, k := range CommandKinds() {
		for _, by := range everybody {
			rs, err := c.decide(by, anyCommand[k])
			if k == ElapseKind && by == System {
				require.NoError(t, err)
				require.Empty(t, rs)
			}
			if err == nil && len(rs) > 0 {
				require.Contains(t, []CommandKind{AssignContactKind, EraseKind}, k, "by %s", by)
			}
		}
	}
	c.refused(maria, MarkConsultationDone{Consultation: id}, ErrNoConsultation)
	c.do(ben, MarkConsultationDone{Consultation: id})
	c.refused(ben, MarkConsultationDone{Consultation: id}, ErrNoConsultation)
	c.do(System, JudgeFile{File: "f", Verdict: Blocked, Reason: "malware"})
	c.refused(maria, JudgeFile{File: "f", Verdict: Available}, ErrDenied)
	c.do(maria, AssignContact{Contact: Person{"contact:kat", "Kat"}})
	c.do(System, Erase{})
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, maria, c.Owner)
}

func TestLIFE_6_the_target_who_became_owner_can_still_mark_its_side(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.do(maria, EndConsultation{Consultation: id})
	c.transfer(maria, ben)
	c.do(ben, End{})
	c.do(ben, MarkDone{})
	c.do(ben, MarkConsultationDone{Consultation: id})
	require.Equal(t, ConsultationDone, c.Consultation(id).Stage)
}

func TestLIFE_7_a_mandatory_disposition(t *testing.T) {
	c := activeChat(t, mandatory)
	c.do(maria, End{})
	c.refused(maria, MarkDone{}, ErrDispositionMissing)
	require.Equal(t, ErrDispositionMissing, c.Refusal(maria, MarkDoneKind), "the button says so too")
	require.Equal(t, InEnded, c.Phase)
	c.do(maria, SetDisposition{"none"})
	c.do(maria, SetDisposition{""})
	c.refused(maria, MarkDone{}, ErrDispositionMissing)
	c.do(maria, SetDisposition{"none"})
	c.do(maria, MarkDone{})
}

func TestLIFE_7_on_every_way_to_done(t *testing.T) {
	both := func(p *Policy) { mandatory(p); async(p) }
	c := activeChat(t, both)
	c.refused(maria, MarkDone{}, ErrDispositionMissing)
	require.Equal(t, InActive, c.Phase, "nothing changed, the chat did not end")
	c.do(maria, End{})
	c.refused(maria, MarkDone{}, ErrDispositionMissing)
	require.Equal(t, InDormant, c.Phase)
	c.do(maria, SetDisposition{"none"})
	c.do(maria, MarkDone{})
}

func TestLIFE_7_not_required_is_not_asked_for(t *testing.T) {
	c := activeChat(t, codes)
	c.do(maria, End{})
	c.do(maria, MarkDone{})
	require.False(t, events[*Closed](c.log)[0].DispositionMissing)
}

func TestLIFE_8_only_leaves_of_the_tree(t *testing.T) {
	c := activeChat(t, codes)
	c.refused(maria, SetDisposition{"sale"}, ErrDispositionCode)
	c.refused(maria, SetDisposition{"unknown"}, ErrDispositionCode)
	c.refused(maria, SetDisposition{"Sale"}, ErrDispositionCode)
	c.do(maria, SetDisposition{"sale.new"})
	require.Equal(t, "sale.new", c.Disposition)
	c.nothing(maria, SetDisposition{"sale.new"})

	c = activeChat(t, codes, func(p *Policy) { p.AnyDisposition = true })
	c.do(maria, SetDisposition{"sale"})
	c.refused(maria, SetDisposition{"unknown"}, ErrDispositionCode)

	c = activeChat(t)
	c.refused(maria, SetDisposition{"none"}, ErrDispositionCode)
}

func TestLIFE_8_can_be_changed_until_done_by_the_owner(t *testing.T) {
	c := activeChat(t, codes)
	c.conference(maria, ben)
	c.do(maria, SetDisposition{"none"})
	c.refused(ben, SetDisposition{"sale.new"}, ErrNotOwner)
	c.refused(pat, SetDisposition{"sale.new"}, ErrDenied)
	c.do(ben, End{})
	c.do(maria, End{})
	c.do(maria, SetDisposition{"sale.new"})
	c.do(maria, MarkDone{})
	c.refused(maria, SetDisposition{"none"}, ErrPhase)
	require.Equal(t, "sale.new", c.Disposition)
}

func TestLIFE_8_in_dormant_by_the_last_owner(t *testing.T) {
	c := activeChat(t, codes, async)
	c.do(maria, End{})
	c.do(maria, SetDisposition{"none"})
	c.refused(ben, SetDisposition{"none"}, ErrNotParty)
}

func TestLIFE_9_note(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	c.consult(maria, zoe)
	c.do(sam, Supervise{Mode: Coach})
	c.do(bot, Join{})
	c.do(maria, SetNote{"first"})
	c.do(ben, SetNote{"second\nline"})
	c.nothing(ben, SetNote{"second\nline"})
	for _, by := range []PartyID{pat, zoe, sam, bot, System} {
		c.refused(by, SetNote{"x"}, ErrDenied)
	}
	c.do(ben, End{})
	c.refused(ben, SetNote{"x"}, ErrNotParty)
	c.do(maria, End{})
	c.do(maria, SetNote{"third"})
	c.do(maria, MarkDone{})
	c.refused(maria, SetNote{"x"}, ErrPhase)
	require.Equal(t, "third", c.Note)
	require.Equal(t, []*NoteSet{{"first"}, {"second\nline"}, {"third"}}, events[*NoteSet](c.log), "every version stays")
	require.Empty(t, events[*NoteSet](c.view(pat)))
	require.Len(t, events[*NoteSet](c.history("agent:reader")), 3, "kept in history")
}

func TestLIFE_9_in_dormant_by_the_last_owner(t *testing.T) {
	c := activeChat(t, async)
	c.do(maria, End{})
	c.do(maria, SetNote{"calls back in May"})
	c.refused(ben, SetNote{"x"}, ErrNotParty)
}

func TestLIFE_10_case_data(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.CaseDataKeys = []string{"order", "paid", "due"} })
	c.conference(maria, ben)
	c.do(maria, SetCaseData{Key: "order", Value: Value{NumberValue, "-1.5"}})
	c.do(ben, SetCaseData{Key: "paid", Value: Value{BoolValue, "true"}})
	c.do(maria, SetCaseData{Key: "due", Value: Value{TimeValue, "2026-03-02T12:00:00Z"}})
	c.do(System, SetCaseData{Key: "tier", Value: Value{StringValue, "gold"}})
	c.refused(maria, SetCaseData{Key: "tier", Value: Value{StringValue, "lead"}}, ErrCaseDataKey)
	c.refused(maria, SetCaseData{Key: "tier", Delete: true}, ErrCaseDataKey)
	c.refused(pat, SetCaseData{Key: "order", Value: Value{NumberValue, "1"}}, ErrDenied)
	require.Equal(t, []Field{
		{"order", Value{NumberValue, "-1.5"}}, {"paid", Value{BoolValue, "true"}}, {"due", Value{TimeValue, "2026-03-02T12:00:00Z"}},
		{"tier", Value{StringValue, "gold"}},
	}, c.CaseData)

	c.nothing(maria, SetCaseData{Key: "order", Value: Value{NumberValue, "-1.5"}})
	c.do(maria, SetCaseData{Key: "order", Value: Value{StringValue, "A 17"}})
	c.do(maria, SetCaseData{Key: "paid", Delete: true})
	c.nothing(maria, SetCaseData{Key: "paid", Delete: true})
	require.Equal(t, []Field{
		{"order", Value{StringValue, "A 17"}}, {"due", Value{TimeValue, "2026-03-02T12:00:00Z"}}, {"tier", Value{StringValue, "gold"}},
	}, c.CaseData)

	require.Empty(t, events[*CaseDataSet](c.view(pat)), "internal parties only")
	require.Len(t, events[*CaseDataSet](c.view(ben)), 6)
	c.do(ben, End{})
	c.do(maria, End{})
	c.do(maria, SetCaseData{Key: "paid", Value: Value{BoolValue, "false"}})
	c.do(System, SetCaseData{Key: "score", Value: Value{NumberValue, "9"}})
	c.do(maria, MarkDone{})
	c.refused(maria, SetCaseData{Key: "paid", Delete: true}, ErrPhase)
	c.refused(System, SetCaseData{Key: "score", Delete: true}, ErrPhase)
}

func TestLIFE_10_which_keys_agents_may_edit(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.CaseDataKeys = nil })
	c.refused(maria, SetCaseData{Key: "order"}, ErrCaseDataKey)
	c.do(System, SetCaseData{Key: "order"})
	c = activeChat(t, func(p *Policy) { p.CaseDataKeys = []string{"*"} })
	c.do(maria, SetCaseData{Key: "anything"})
}

func TestLIFE_10_values_are_of_their_type(t *testing.T) {
	c := activeChat(t)
	for _, good := range []Value{
		{StringValue, ""}, {StringValue, "two\nlines"}, {NumberValue, "0"}, {NumberValue, "-12.50"}, {NumberValue, "1e9"},
		{BoolValue, "true"}, {BoolValue, "false"}, {TimeValue, "2026-03-02T12:00:00.123456+01:00"},
	} {
		c.do(maria, SetCaseData{Key: "k", Value: good})
	}
	for _, bad := range []Value{
		{NumberValue, ""}, {NumberValue, "x"}, {NumberValue, "1e999"}, {NumberValue, "NaN"}, {NumberValue, "Inf"}, {NumberValue, "0x10"},
		{BoolValue, ""}, {BoolValue, "yes"}, {BoolValue, "1"}, {BoolValue, "TRUE"}, {TimeValue, "today"}, {TimeValue, ""}, {9, "x"},
	} {
		c.refused(maria, SetCaseData{Key: "k", Value: bad}, ErrValue)
	}
	c.do(maria, SetCaseData{Key: "k", Value: Value{NumberValue, "not looked at"}, Delete: true})
}

func TestLIFE_11_the_contact_leaves(t *testing.T) {
	c := busyChat(t)
	c.after(time.Minute).do(pat, Leave{})
	require.Equal(t, InEnded, c.Phase)
	require.Equal(t, ContactLeft, c.EndedWhy)
	require.Equal(t, maria, c.Owner)
	require.Empty(t, c.Invitations)
	require.Equal(t, EndedWithChat, c.Consultations[0].Why)
	require.False(t, c.Connected(pat))
	require.Equal(t, []*Left{{pat, ByItself}}, events[*Left](c.view(maria)), "the agents are told")
	require.Equal(t, []*Ended{{ContactLeft}}, events[*Ended](c.view(maria)))
	shown := c.view(pat)
	require.Equal(t, LeftKind, shown[len(shown)-1].Event.Kind(), "its own view ends with its leaving")
	require.Empty(t, c.Deadlines(), "it stays open for wrap-up")
	c.refused(pat, Leave{}, ErrPhase)
	c.do(maria, SetNote{"wrapped up"})
	c.do(maria, MarkDone{})
}

func TestLIFE_11_only_the_contact_leaves(t *testing.T) {
	c := activeChat(t)
	for _, by := range []PartyID{maria, sam, bot, System} {
		c.refused(by, Leave{}, ErrDenied)
	}
	c.refused("contact:eve", Leave{}, ErrNotParty)
}

func closeLater(p *Policy) { p.AfterContact, p.CloseDelay = CloseLater, time.Minute }

func TestLIFE_11_close_at_once(t *testing.T) {
	c := activeChat(t, codes, func(p *Policy) { p.AfterContact = CloseNow })
	rs := c.do(pat, Leave{})
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, AutoClosed, c.ClosedWhy)
	require.Equal(t, ContactLeft, c.EndedWhy)
	require.Equal(t, &Closed{Why: AutoClosed}, rs[len(rs)-1].Event)
	require.Equal(t, System, rs[len(rs)-1].By)
	c.refused(maria, SetDisposition{"none"}, ErrPhase)
	c.refused(maria, SetNote{"too late"}, ErrPhase)
	c.refused(maria, MarkDone{}, ErrPhase)
}

func TestLIFE_11_close_after_a_delay(t *testing.T) {
	c := activeChat(t, closeLater, codes)
	c.do(pat, Leave{})
	require.Equal(t, []Deadline{{At: noon.Add(time.Minute), Kind: AutoClose}}, c.Deadlines())
	require.Equal(t, noon.Add(time.Minute), c.Wake())
	c.do(maria, SetDisposition{"none"})
	c.after(time.Minute - time.Microsecond).idle()
	require.Equal(t, InEnded, c.Phase)
	c.after(time.Microsecond).elapse()
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, AutoClosed, c.ClosedWhy)
	require.Equal(t, noon.Add(time.Minute), c.ClosedAt)
	c.refused(maria, SetNote{"too late"}, ErrPhase)
	c.idle()
}

func TestLIFE_11_marked_done_before_the_delay_is_over(t *testing.T) {
	c := activeChat(t, closeLater)
	c.do(pat, Leave{})
	c.do(maria, MarkDone{})
	require.Equal(t, MarkedDone, c.ClosedWhy)
	c.after(time.Hour).idle()
}

func TestLIFE_11_no_auto_close_after_another_end(t *testing.T) {
	for _, policy := range []AfterContact{CloseNow, CloseLater} {
		c := activeChat(t, func(p *Policy) { p.AfterContact, p.CloseDelay = policy, time.Second })
		c.do(maria, End{})
		require.Equal(t, InEnded, c.Phase)
		require.Empty(t, c.Deadlines())
	}
}

func TestLIFE_11_close_anyway_says_that_the_disposition_is_missing(t *testing.T) {
	for _, policy := range []AfterContact{CloseNow, CloseLater} {
		c := activeChat(t, mandatory, func(p *Policy) { p.AfterContact, p.CloseDelay = policy, time.Minute })
		c.do(pat, Leave{})
		c.after(time.Minute).elapse()
		require.Equal(t, InDone, c.Phase)
		require.Equal(t, []*Closed{{Why: AutoClosed, DispositionMissing: true}}, events[*Closed](c.log))
	}
	c := activeChat(t, mandatory, closeLater)
	c.do(maria, SetDisposition{"none"})
	c.do(pat, Leave{})
	c.after(time.Minute).elapse()
	require.Equal(t, []*Closed{{Why: AutoClosed}}, events[*Closed](c.log), "nothing is missing")
}

func TestLIFE_11_wait_for_the_disposition(t *testing.T) {
	wait := func(p *Policy) { p.WaitForDisposition = true }
	c := activeChat(t, mandatory, closeLater, wait)
	c.do(pat, Leave{})
	require.Empty(t, c.Deadlines())
	c.after(time.Hour).idle()
	require.Equal(t, InEnded, c.Phase)
	rs := c.do(maria, SetDisposition{"none"})
	require.Equal(t, InDone, c.Phase, "setting the code closes it in the same step")
	require.Equal(t, AutoClosed, c.ClosedWhy)
	require.Len(t, rs, 2)
	require.False(t, events[*Closed](rs)[0].DispositionMissing)

	c = activeChat(t, mandatory, closeLater, wait)
	c.do(pat, Leave{})
	c.after(time.Minute-time.Microsecond).do(maria, SetDisposition{"none"})
	require.Equal(t, InEnded, c.Phase, "the delay is not over")
	require.Equal(t, noon.Add(time.Minute), c.Wake())
	c.after(time.Microsecond).elapse()
	require.Equal(t, InDone, c.Phase)

	c = activeChat(t, mandatory, wait, func(p *Policy) { p.AfterContact = CloseNow })
	c.do(pat, Leave{})
	require.Equal(t, InEnded, c.Phase)
	c.do(maria, SetDisposition{"sale.new"})
	require.Equal(t, InDone, c.Phase)

	c = activeChat(t, mandatory, wait)
	c.do(pat, Leave{})
	c.do(maria, SetDisposition{"sale.new"})
	require.Equal(t, InEnded, c.Phase, "the policy says that it stays open")
}

func TestLIFE_12_disconnected_and_back(t *testing.T) {
	c := activeChat(t)
	c.do(pat, Say{Text: "before"})
	c.do(pat, Disconnect{})
	c.nothing(pat, Disconnect{})
	require.Equal(t, noon, c.Party(pat).Disconnected)
	require.False(t, c.Connected(pat))
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, []*Disconnected{{pat}}, events[*Disconnected](c.view(maria)), "shown to the agents")
	c.after(30*time.Second).do(maria, Say{Text: "while it was away"})
	view := c.Party(pat).View
	c.after(30*time.Second).do(pat, Reconnect{})
	c.nothing(pat, Reconnect{})
	require.True(t, c.Connected(pat))
	require.Equal(t, view, c.Party(pat).View, "its feed goes on where it was")
	require.Equal(t, []string{"before", "while it was away"}, words(c.view(pat)), "nothing is lost")
	c.do(pat, Say{Text: "back"})
	c.after(time.Minute).elapse()
	require.Equal(t, InActive, c.Phase, "the deadline of then is gone")
}

func TestLIFE_12_after_the_grace_period_it_has_left(t *testing.T) {
	c := busyChat(t)
	c.after(time.Second).do(pat, Disconnect{})
	require.Contains(t, c.Deadlines(), Deadline{At: noon.Add(time.Second + time.Minute), Kind: ContactGraceEnds, Party: pat})
	c.after(time.Minute - time.Microsecond).elapse()
	require.Equal(t, InActive, c.Phase)
	rs := c.after(time.Microsecond).elapse()
	require.Equal(t, InEnded, c.Phase)
	require.Equal(t, ContactLeft, c.EndedWhy)
	require.Equal(t, []*Left{{pat, ConnectionLost}}, events[*Left](rs))
	require.Equal(t, System, rs[0].By)
	require.Empty(t, c.Invitations)
	c.nothing(pat, Reconnect{})
	require.Equal(t, InEnded, c.Phase)
}

func TestLIFE_12_auto_close_follows(t *testing.T) {
	c := activeChat(t, closeLater)
	c.do(pat, Disconnect{})
	c.after(time.Minute).elapse()
	require.Equal(t, noon.Add(2*time.Minute), c.Wake())
	c.after(time.Minute).elapse()
	require.Equal(t, InDone, c.Phase)
}

func TestLIFE_12_while_waiting_it_is_abandoned(t *testing.T) {
	c := waitingChat(t)
	c.do(System, Disconnect{Party: pat})
	c.after(time.Minute).elapse()
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, Abandoned, c.EndedWhy)
}

func TestLIFE_12_without_a_grace_period_it_can_come_back_for_ever(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.ContactGrace, p.Inactivity.Warn, p.Inactivity.End = 0, 0, 0 })
	c.do(pat, Disconnect{})
	c.after(365 * 24 * time.Hour).idle()
	c.do(pat, Reconnect{})
}

func TestLIFE_12_only_for_itself(t *testing.T) {
	c := activeChat(t)
	c.refused(maria, Disconnect{Party: pat}, ErrDenied)
	c.refused(pat, Disconnect{Party: maria}, ErrDenied)
	c.do(System, Disconnect{Party: pat})
	c.refused(maria, Reconnect{Party: pat}, ErrDenied)
	c.do(System, Reconnect{Party: pat})
	c.refused(System, Disconnect{Party: zoe}, ErrNotParty)
	c.refused(System, Disconnect{}, ErrNotParty)
	c.refused(zoe, Disconnect{}, ErrNotParty)
}

func TestLIFE_13_abandoned(t *testing.T) {
	c := waitingChat(t, mandatory)
	c.do(bot, Join{})
	c.offer(maria)
	c.do(System, Invite{ID: "second", To: "group:billing"})
	rs := c.after(time.Second).do(pat, Leave{})
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, Abandoned, c.EndedWhy)
	require.Equal(t, ClosedAbandoned, c.ClosedWhy)
	require.Equal(t, noon.Add(time.Second), c.EndedAt)
	require.Empty(t, c.Invitations)
	require.Len(t, events[*InvitationClosed](rs), 2)
	require.Empty(t, c.Owner)
	c.refused(maria, Accept{Invitation: c.log[2].Event.(*Invited).Invitation}, ErrNoInvitation)
	shown := c.view(maria)
	require.Equal(t, WasWithdrawn, shown[len(shown)-1].Event.(*InvitationClosed).Why, "who was asked is told")
	require.False(t, c.Party(maria).Engaged)
	c.idle()
}

func TestLIFE_13_not_once_somebody_had_accepted(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	require.Equal(t, InWaiting, c.Phase)
	c.do(pat, Leave{})
	require.Equal(t, InEnded, c.Phase)
	require.Equal(t, ContactLeft, c.EndedWhy)
	require.Equal(t, maria, c.Owner, "the last owner keeps the duty")
	require.Empty(t, c.Invitations)
	c.do(maria, SetNote{"wrapped up from home"})
	c.do(maria, MarkDone{})
}

func TestLIFE_14_end_by_the_last_agent_makes_it_dormant(t *testing.T) {
	c := busyChat(t, async)
	c.do(maria, End{})
	require.Equal(t, InDormant, c.Phase)
	require.Empty(t, c.Owner)
	require.Equal(t, maria, c.LastOwner)
	require.Zero(t, c.EndedAt)
	require.Equal(t, Away, c.Party(maria).Presence)
	require.Equal(t, InChat, c.Party(bot).Presence)
	require.Empty(t, c.Invitations, "what she had asked for is over")
	require.Equal(t, EndedByLeaving, c.Consultations[0].Why)
	require.Equal(t, ConsultationDone, c.Consultations[1].Stage)
	c.refused(maria, End{}, ErrDenied)
	c.do(pat, Say{Text: "one more question"})
	require.Equal(t, c.now, c.Pending)
}

func TestLIFE_14_not_while_other_agents_are_in_it(t *testing.T) {
	c := activeChat(t, async)
	c.conference(maria, ben)
	c.do(maria, End{})
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, ben, c.Owner)
}

func TestLIFE_14_the_contact_never_leaves(t *testing.T) {
	c := activeChat(t, async, func(p *Policy) { p.Inactivity.Warn, p.Inactivity.End = 0, 0 })
	c.do(pat, Disconnect{})
	c.after(24 * time.Hour).idle()
	require.Equal(t, InActive, c.Phase)
	c.nothing(pat, Leave{})
	c.do(pat, Reconnect{})
	rs := c.do(pat, Leave{})
	require.Equal(t, []*Disconnected{{pat}}, events[*Disconnected](rs), "closing the page")
	require.Equal(t, InActive, c.Phase)
	c.do(maria, End{})
	require.Equal(t, InDormant, c.Phase)
	c.nothing(pat, Leave{})
	c.do(pat, Say{Text: "me again"})
	require.Equal(t, InDormant, c.Phase)

	c = waitingChat(t, async)
	c.do(pat, Leave{})
	c.after(24 * time.Hour).idle()
	require.Equal(t, InWaiting, c.Phase)
	require.Len(t, c.Invitations, 1)
}

func TestLIFE_14_an_engaged_agent_rejoins_as_owner(t *testing.T) {
	c := activeChat(t, async)
	c.conference(maria, ben)
	c.consult(maria, zoe)
	c.do(ben, End{})
	c.do(maria, End{})
	c.do(pat, Say{Text: "hello?"})
	c.do(System, Invite{ID: "in", To: "group:billing"})
	c.refused(zoe, Rejoin{}, ErrNotParty) // was only consulted
	c.refused("agent:tom", Rejoin{}, ErrNotParty)
	c.refused(pat, Rejoin{}, ErrDenied)
	c.do(ben, Rejoin{Name: "Ben"})
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, ben, c.Owner)
	require.Empty(t, c.Invitations, "nobody else is needed")
	require.Equal(t, []string{"hello?"}, words(c.view(ben)))
	c.refused(maria, Rejoin{}, ErrPhase)
	c.do(ben, End{})
	c.do(maria, Rejoin{})
	require.Equal(t, maria, c.Owner)
}

func TestLIFE_14_who_was_removed_cannot_rejoin(t *testing.T) {
	c := activeChat(t, async)
	c.conference(maria, ben)
	c.do(maria, Remove{ben})
	c.do(maria, End{})
	c.refused(ben, Rejoin{}, ErrNotParty)
	c.do(System, Invite{To: Target(ben)})
	c.refused(ben, Rejoin{}, ErrNotParty)
	c.accept(ben) // but any agent can be invited
	require.Equal(t, ben, c.Owner)
	c.do(ben, End{})
	c.do(ben, Rejoin{})
}

func TestLIFE_14_who_has_an_offer_or_watches_can_rejoin_too(t *testing.T) {
	c := activeChat(t, async)
	c.conference(maria, sam)
	c.do(sam, End{})
	c.do(maria, End{})
	c.do(System, Invite{To: Target(maria)})
	c.do(maria, Rejoin{})
	require.Empty(t, c.Invitations)
	c.do(maria, End{})
	c.do(sam, Supervise{Mode: Monitor})
	c.do(sam, Rejoin{})
	require.Equal(t, sam, c.Owner)
}

func TestLIFE_14_any_agent_can_be_invited(t *testing.T) {
	c := activeChat(t, async)
	c.refused(System, Invite{To: Target(ben)}, ErrPhase)
	c.do(maria, End{})
	c.do(System, Invite{To: sales})
	c.offer(zoe)
	c.accept(zoe)
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, zoe, c.Owner)
}

func TestLIFE_14_mark_done_ends_it(t *testing.T) {
	c := activeChat(t, async)
	c.do(maria, End{})
	c.do(System, Invite{To: sales})
	c.do(maria, MarkDone{})
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, ByMarkDone, c.EndedWhy)
	require.Empty(t, c.Invitations)
	c.refused(pat, Say{Text: "hello?"}, ErrPhase)
	c.refused(maria, Rejoin{}, ErrDenied)
}

func TestLIFE_15_elapsed_time(t *testing.T) {
	c := waitingChat(t)
	require.Equal(t, time.Duration(0), c.Elapsed(noon.Add(-time.Second)), "never negative")
	require.Equal(t, time.Minute, c.Elapsed(noon.Add(time.Minute)))
	c.offer(maria)
	c.accept(maria)
	c.after(2*time.Minute).do(maria, End{})
	require.Equal(t, 2*time.Minute, c.Elapsed(noon.Add(time.Hour)), "until its end")
	c.after(time.Minute).do(maria, MarkDone{})
	require.Equal(t, 2*time.Minute, c.Elapsed(noon.Add(time.Hour)))
}

func TestLIFE_15_connection_of_each_party(t *testing.T) {
	c := activeChat(t)
	c.consult(maria, ben)
	c.do(sam, Supervise{Mode: Monitor})
	c.do(bot, Join{})
	c.do(maria, Conference{To: Target(zoe)})
	for _, id := range []PartyID{pat, maria, ben, sam, bot} {
		require.True(t, c.Connected(id), id)
		c.do(id, Disconnect{})
		require.False(t, c.Connected(id), id)
		c.do(id, Reconnect{})
		require.True(t, c.Connected(id), id)
	}
	require.False(t, c.Connected(zoe), "only invited")
	require.False(t, c.Connected("agent:stranger"))
	c.do(maria, End{})
	require.False(t, c.Connected(ben), "gone with the consultation")
}

func TestLIFE_18_apply_refuses_what_does_not_follow(t *testing.T) {
	c := activeChat(t)
	before := c.State
	for _, r := range []Record{
		{}, c.log[0], c.log[len(c.log)-1],
		{Seq: c.Seq() + 2, At: noon, By: System, Event: &Erased{}},
		{Seq: c.Seq() + 1, At: noon, By: System},
	} {
		require.ErrorIs(t, c.Apply(r), ErrSequence)
	}
	require.Equal(t, before, c.State)
	var empty State
	require.ErrorIs(t, empty.Apply(Record{Seq: 1, Event: &Erased{}}), ErrSequence)
	require.Zero(t, empty)
}
