package routing_test

import (
	"errors"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
)

func TestROUTE_3_transfer_to_every_kind_of_target(t *testing.T) {
	for _, target := range []interaction.Target{sales, "group:sales", spanish, interaction.Target(zoe)} {
		inOffice(t, func(o *office) {
			id := o.active(maria)
			o.do(id, maria, interaction.Transfer{To: target})
			o.offered(id, zoe)
			require.Equal(t, maria, o.state(id).Owner, target)
			o.accept(id, zoe)
			s := o.state(id)
			require.Equal(t, zoe, s.Owner, target)
			require.Equal(t, interaction.Away, s.Party(maria).Presence)
			require.Equal(t, [3]int{}, o.k().Used(maria), "her capacity is free again")
			require.Equal(t, [3]int{1}, o.k().Used(zoe))
		})
	}
}

func TestROUTE_4_conference_with_every_kind_of_target(t *testing.T) {
	for _, target := range []interaction.Target{sales, "group:sales", spanish, interaction.Target(zoe)} {
		inOffice(t, func(o *office) {
			id := o.active(maria)
			o.do(id, maria, interaction.Conference{To: target})
			o.accept(id, zoe)
			s := o.state(id)
			require.Equal(t, interaction.InChat, s.Party(zoe).Presence, target)
			require.Equal(t, maria, s.Owner)
			require.Equal(t, [3]int{1}, o.k().Used(zoe))
			o.do(id, maria, interaction.Remove{Party: zoe})
			require.Equal(t, [3]int{}, o.k().Used(zoe))
		})
	}
}

func TestCONS_1_consultation_with_every_kind_of_target(t *testing.T) {
	for _, target := range []interaction.Target{sales, "group:sales", spanish, interaction.Target(zoe)} {
		inOffice(t, func(o *office) {
			id := o.active(maria)
			o.do(id, maria, interaction.Consult{To: target})
			o.accept(id, zoe)
			require.Equal(t, interaction.Consulted, o.state(id).Parties[2].Presence, target)
		})
	}
}

func TestROUTE_3_who_is_in_it_already_is_skipped(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.active(maria)
		o.do(id, maria, interaction.Conference{To: interaction.Target(ben)})
		o.accept(id, ben)
		o.do(id, maria, interaction.Transfer{To: billing})
		require.Equal(t, routing.NobodyReady, told[*interaction.InvitationClosed](o, id, maria).Reason, "both are in the chat")
		o.refused(id, maria, interaction.Transfer{To: interaction.Target(ben)}, interaction.ErrTarget)
		o.refused(id, maria, interaction.Transfer{To: interaction.Target(maria)}, interaction.ErrTarget)
		require.Equal(t, [3]int{1}, o.k().Used(ben), "nothing was reserved for what was refused")
		require.Equal(t, [3]int{1}, o.k().Used(maria))

		// Whoever is consulted is no second time consulted by the same agent.
		o.do(id, maria, interaction.Consult{To: "group:sales"})
		o.accept(id, zoe)
		o.do(id, maria, interaction.Consult{To: "group:sales"})
		require.Equal(t, interaction.WasExhausted, told[*interaction.InvitationClosed](o, id, maria).Why)
	})
}

func TestROUTE_5_a_group_whose_agent_is_consulted(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.active(maria)
		o.do(id, maria, interaction.Consult{ID: "c", To: interaction.Target(zoe)})
		o.accept(id, zoe)
		o.do(id, maria, interaction.Transfer{To: "group:sales"})
		o.offered(id, zoe)
		o.accept(id, zoe)
		require.Equal(t, zoe, o.state(id).Owner)
		require.Equal(t, [3]int{1}, o.k().Used(zoe))
	})
}

func TestROUTE_7_cancelled_and_the_capacity_is_free(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.active(maria)
		o.do(id, maria, interaction.Transfer{ID: "t", To: sales})
		o.offered(id, zoe)
		require.Equal(t, [3]int{1}, o.k().Used(zoe))
		o.do(id, maria, interaction.Cancel{Invitation: "t"})
		o.offered(id)
		require.Equal(t, [3]int{}, o.k().Used(zoe))
		o.refused(id, zoe, interaction.Accept{Invitation: "t"}, interaction.ErrNoInvitation)
	})
}

func TestROUTE_1_bad_targets_are_refused_with_the_reason(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.active(maria)
		before := o.state(id)
		for target, want := range map[interaction.Target]error{
			"":                 routing.ErrUnknownTarget,
			"nonsense":         routing.ErrUnknownTarget,
			"contact:pat":      routing.ErrUnknownTarget,
			"agent:nobody":     routing.ErrUnknownTarget,
			"group:nobody":     routing.ErrUnknownTarget,
			"skill:nothing":    routing.ErrUnknownTarget,
			"queue:nowhere":    routing.ErrUnknownTarget,
			"skill:spanish/9":  routing.ErrMedium,
			"group:management": routing.ErrMedium,
			"supervisor:sam":   routing.ErrMedium,
		} {
			for _, cmd := range []interaction.Command{
				interaction.Transfer{To: target}, interaction.Conference{To: target}, interaction.Consult{To: target},
			} {
				err := o.refused(id, maria, cmd, want)
				var which *routing.TargetError
				require.ErrorAs(t, err, &which)
				require.Equal(t, target, which.Target)
			}
		}
		require.Equal(t, before, o.state(id), "nothing changed")
		_, err := o.k().Do(o.ctx, "new", chatkernel.By("contact:new", ""), interaction.Start{
			Contact: interaction.Person{ID: "contact:new"}, Target: "queue:nowhere",
		})
		require.ErrorIs(t, err, routing.ErrUnknownTarget)
		require.ErrorIs(t, err, chatkernel.ErrGate)
	}, func(o *office) {
		boss := person(sam, "management")
		boss.Capacity = routing.Capacity{IM: 1}
		require.NoError(o.t, o.team.Set(boss))
	})
}

func TestROUTE_8_a_named_agent_must_be_ready_and_have_capacity(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.active(maria)
		o.presence(ben, routing.AfterWork)
		o.refused(id, maria, interaction.Transfer{To: interaction.Target(ben)}, routing.ErrUnavailable)
		o.presence(ben, routing.Offline)
		o.refused(id, maria, interaction.Consult{To: interaction.Target(ben)}, routing.ErrUnavailable)
		o.presence(ben, routing.Ready)
		o.active(ben)
		o.active(ben)
		o.refused(id, maria, interaction.Conference{To: interaction.Target(ben)}, routing.ErrFull)
		o.refused(id, maria, interaction.Consult{To: billing, Agent: ben}, routing.ErrFull)
		require.Equal(t, [3]int{2}, o.k().Used(ben))
		require.Empty(t, o.state(id).Invitations)
	})
}

func TestROUTE_1_the_directorys_name_is_filled_in(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.active(maria)
		o.do(id, maria, interaction.Transfer{To: interaction.Target(ben)})
		require.Equal(t, "ben", o.state(id).Invitations[0].AgentName)
	})
}

func TestLIFE_13_who_leaves_the_queue_is_offered_to_nobody(t *testing.T) {
	inOffice(t, func(o *office) {
		waiting, asked := "", ""
		asked = o.contact(sales)
		o.presence(zoe, routing.NotReady)
		waiting = o.contact(sales)
		for _, id := range []string{waiting, asked} {
			s := o.state(id)
			o.do(id, s.Contact.ID, interaction.Leave{})
			require.Equal(t, interaction.InDone, o.state(id).Phase)
			_, ok := o.k().Place(id)
			require.False(t, ok)
		}
		require.Zero(t, o.k().Standings()[0].Waiting)
		require.Equal(t, [3]int{}, o.k().Used(zoe))
		o.presence(zoe, routing.Ready)
		o.after(time.Minute)
		require.Equal(t, [3]int{}, o.k().Used(zoe))
	})
}

func TestLIFE_14_a_dormant_chats_contact_writes(t *testing.T) {
	async := func(o *office) { o.policy.Async = true }
	dormant := func(o *office) (string, interaction.PartyID) {
		id := o.contact(sales)
		o.accept(id, zoe)
		o.do(id, zoe, interaction.End{})
		require.Equal(t, interaction.InDormant, o.state(id).Phase)
		require.Equal(t, [3]int{}, o.k().Used(zoe), "a dormant chat is nobody's")
		return id, o.state(id).Contact.ID
	}
	inOffice(t, func(o *office) {
		id, contact := dormant(o)
		o.change(ben, func(a *routing.Agent) { a.Groups = []string{"sales"} })
		o.after(time.Hour)
		o.offered(id)
		o.do(id, contact, interaction.Say{Text: "one more thing"})
		o.offered(id, zoe) // who had it
		o.decline(id, zoe)
		o.offered(id, ben)
		o.accept(id, ben)
		require.Equal(t, ben, o.state(id).Owner)
	}, async)
	// Nobody who is not there is asked, and nothing is forgotten.
	inOffice(t, func(o *office) {
		id, contact := dormant(o)
		o.presence(zoe, routing.Offline)
		o.do(id, contact, interaction.Say{Text: "one more thing"})
		o.offered(id)
		place, ok := o.k().Place(id)
		require.True(t, ok)
		require.Equal(t, 1, place.Position)
		o.after(time.Minute)
		require.Len(t, o.asked(id), 1, "billing is asked when it has waited for long")
	}, async)
}

func TestPART_8_a_bot_hands_over(t *testing.T) {
	inOffice(t, func(o *office) {
		const bot interaction.PartyID = "bot:greeter"
		o.do("c", "contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat"}})
		o.do("c", bot, interaction.Join{Name: "Greeter"})
		o.refused("c", bot, interaction.Invite{To: "queue:nowhere"}, routing.ErrUnknownTarget)
		o.do("c", bot, interaction.Invite{To: sales})
		o.offered("c", zoe)
		o.do("c", bot, interaction.End{})
		o.offered("c", zoe)
		o.accept("c", zoe)
		require.Equal(t, zoe, o.state("c").Owner)
	})
}

func TestPART_9_a_lost_agents_chat_goes_back_with_its_age(t *testing.T) {
	inOffice(t, func(o *office) {
		o.change(zoe, func(a *routing.Agent) { a.Capacity.Chat = 1 })
		id := o.contact(sales)
		o.accept(id, zoe)
		o.do(id, interaction.System, interaction.Disconnect{Party: zoe})
		o.presence(zoe, routing.Offline)
		o.after(40 * time.Second)
		later := o.contact(sales)
		o.after(20 * time.Second)
		require.Equal(t, interaction.InWaiting, o.state(id).Phase)
		require.Len(t, o.asked(id), 1, "it has waited longest, and overflows at once")
		o.offered(later)
		o.decline(id, o.asked(id)[0])
		if who := o.asked(id); len(who) > 0 {
			o.decline(id, who[0])
		}
		place, _ := o.k().Place(id)
		require.Equal(t, 1, place.Position)
		o.presence(zoe, routing.Ready)
		o.offered(id, zoe)
		o.offered(later)
	})
}

func TestROUTE_12_a_silent_owners_chat_is_offered_back(t *testing.T) {
	returning := func(o *office) { o.policy.ReturnAfter, o.policy.AgentGrace = time.Minute, 0 }
	inOffice(t, func(o *office) {
		id := o.active(maria)
		o.do(id, maria, interaction.Transfer{To: interaction.Target(ben)})
		o.accept(id, ben)
		o.after(time.Minute)
		o.offered(id, maria)
		require.Equal(t, [3]int{1}, o.k().Used(maria), "her capacity is respected")
		o.accept(id, maria)
		require.Equal(t, maria, o.state(id).Owner)
		require.Equal(t, [3]int{}, o.k().Used(ben))
	}, returning)
	inOffice(t, func(o *office) {
		id := o.contact(sales)
		o.accept(id, zoe)
		o.do(id, zoe, interaction.Transfer{To: interaction.Target(ben)})
		o.accept(id, ben)
		o.presence(zoe, routing.NotReady)
		o.after(time.Minute + 10*time.Second)
		s := o.state(id)
		require.Len(t, s.Invitations, 1)
		require.Equal(t, sales, s.Invitations[0].Target, "who sent it is not there: it goes to its queue")
		o.after(time.Minute)
		o.offered(id, maria) // by the queue's overflow
		o.accept(id, maria)
		require.Equal(t, maria, o.state(id).Owner)
		require.Equal(t, [3]int{}, o.k().Used(ben))
	}, returning)
}

func TestROUTE_10_accept_and_no_answer_race(t *testing.T) {
	// Both come at one moment: the log says who was first, and both are told so.
	for range 20 {
		inOffice(t, func(o *office) {
			id := o.contact(sales)
			inv := o.invitation(id, zoe)
			time.Sleep(30*time.Second - time.Nanosecond)
			_, err := o.k().Do(o.ctx, id, chatkernel.By(zoe, ""), interaction.Accept{Invitation: inv})
			o.after(time.Second)
			s := o.state(id)
			a, _ := o.team.Agent(o.ctx, zoe)
			if err == nil {
				require.Equal(t, zoe, s.Owner)
				require.Equal(t, routing.Ready, a.Presence)
				require.Equal(t, [3]int{1}, o.k().Used(zoe))
				return
			}
			require.True(t, errors.Is(err, interaction.ErrNoInvitation), err)
			require.Empty(t, s.Owner)
			require.Equal(t, routing.NotReady, a.Presence)
			require.Equal(t, [3]int{}, o.k().Used(zoe))
		})
	}
}
