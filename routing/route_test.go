package routing_test

import (
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
)

func TestROUTE_1_every_kind_of_target(t *testing.T) {
	for target, want := range map[interaction.Target]interaction.PartyID{
		sales: zoe, billing: maria, spanish: zoe, "skill:spanish/3": zoe, interaction.Target(ben): ben,
	} {
		inOffice(t, func(o *office) {
			o.presence(ben, routing.NotReady)
			o.after(time.Second)
			o.presence(ben, routing.Ready) // later than maria
			o.offered(o.contact(target), want)
		})
	}
}

func TestROUTE_2_one_after_the_other_and_then_it_waits(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.contact(billing)
		first := o.asked(id)[0]
		o.decline(id, first)
		second := o.asked(id)[0]
		require.NotEqual(t, first, second)
		o.decline(id, second)
		o.offered(id)
		o.after(time.Hour)
		o.offered(id)

		// A new round begins when one of them becomes available.
		o.presence(first, routing.NotReady)
		o.offered(id)
		o.presence(first, routing.Ready)
		require.Len(t, o.asked(id), 1)
	})
}

func TestROUTE_2_nobody_is_left_for_a_transfer(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.active(maria)
		o.do(id, maria, interaction.Transfer{To: billing})
		o.offered(id, ben) // not herself
		o.decline(id, ben)
		closed := told[*interaction.InvitationClosed](o, id, maria)
		require.NotNil(t, closed)
		require.Equal(t, interaction.WasExhausted, closed.Why)
		require.Equal(t, routing.NobodyAccepted, closed.Reason)
		require.Equal(t, maria, o.state(id).Owner)

		o.presence(ben, routing.NotReady)
		o.do(id, maria, interaction.Conference{To: billing})
		require.Equal(t, routing.NobodyReady, told[*interaction.InvitationClosed](o, id, maria).Reason)

		o.presence(ben, routing.Ready)
		o.active(ben)
		o.active(ben)
		o.do(id, maria, interaction.Consult{To: billing})
		require.Equal(t, routing.NobodyFree, told[*interaction.InvitationClosed](o, id, maria).Reason)

		o.do(id, maria, interaction.Transfer{To: sales})
		o.offered(id, zoe)
		o.decline(id, zoe)
		require.Len(t, o.state(id).Invitations, 1, "a queue waits")
	})
}

func TestROUTE_8_capacity_is_respected(t *testing.T) {
	inOffice(t, func(o *office) {
		var ids []string
		for range 4 {
			ids = append(ids, o.contact(sales))
		}
		o.offered(ids[0], zoe)
		o.offered(ids[1], zoe)
		o.offered(ids[2])
		o.accept(ids[0], zoe)
		o.offered(ids[2])
		o.decline(ids[1], zoe)
		o.offered(ids[2], zoe)
		o.accept(ids[2], zoe)
		o.offered(ids[3])
		require.Equal(t, [3]int{2}, o.k().Used(zoe))

		// A chat counts until it is done.
		o.do(ids[0], zoe, interaction.End{})
		o.offered(ids[3])
		o.do(ids[0], zoe, interaction.MarkDone{})
		require.Equal(t, [3]int{2}, o.k().Used(zoe), "and the next one is there at once")
		require.Len(t, append(o.asked(ids[1]), o.asked(ids[3])...), 1)
	})
}

func TestROUTE_8_a_consultation_counts_on_its_own_medium(t *testing.T) {
	inOffice(t, func(o *office) {
		a, b := o.active(maria), o.active(maria)
		o.do(a, maria, interaction.Consult{To: interaction.Target(zoe)})
		o.accept(a, zoe)
		require.Equal(t, [3]int{1}, o.k().Used(zoe))
		o.do(b, maria, interaction.Consult{ID: "second", To: "group:sales"})
		o.accept(b, zoe)
		require.Equal(t, [3]int{2}, o.k().Used(zoe))
		o.do(b, maria, interaction.EndConsultation{Consultation: "second"})
		require.Equal(t, [3]int{1}, o.k().Used(zoe))
		o.do(a, maria, interaction.Transfer{To: interaction.Target(zoe)})
		require.Equal(t, zoe, o.state(a).Owner)
		require.Equal(t, [3]int{1}, o.k().Used(zoe), "the consultation became the chat")
		require.Equal(t, [3]int{1}, o.k().Used(maria))
	})
}

func TestROUTE_9_priority_then_age(t *testing.T) {
	inOffice(t, func(o *office) {
		o.presence(zoe, routing.NotReady)
		low := o.contact(sales)
		o.after(time.Second)
		old, young := o.contact(sales, 5), ""
		o.after(time.Second)
		young = o.contact(sales, 5)
		for id, want := range map[string]int{old: 1, young: 2, low: 3} {
			place, ok := o.k().Place(id)
			require.True(t, ok)
			require.Equal(t, want, place.Position)
			require.Equal(t, 3, place.Waiting)
		}
		o.presence(zoe, routing.Ready)
		o.offered(old, zoe)
		o.offered(young, zoe)
		o.offered(low)
		place, _ := o.k().Place(low)
		require.Equal(t, 1, place.Position)
	})
}

func TestROUTE_9_what_returns_keeps_its_age(t *testing.T) {
	inOffice(t, func(o *office) {
		o.change(zoe, func(a *routing.Agent) { a.Capacity.Chat = 1 })
		first := o.contact(sales)
		o.after(time.Second)
		second := o.contact(sales)
		o.decline(first, zoe)
		o.offered(first)
		o.offered(second, zoe)
		o.accept(second, zoe)
		place, _ := o.k().Place(first)
		require.Equal(t, 1, place.Position)
		o.after(time.Second)
		third := o.contact(sales)
		o.done(second)
		o.offered(first, zoe) // she became available: a new round
		o.offered(third)
	})
}

func TestROUTE_9_overflow(t *testing.T) {
	inOffice(t, func(o *office) {
		o.presence(zoe, routing.NotReady)
		id := o.contact(sales)
		o.after(59 * time.Second)
		o.offered(id)
		o.after(time.Second)
		require.Len(t, o.asked(id), 1, "billing is asked now")
		require.Equal(t, sales, o.state(id).Invitations[0].Target, "it stays in its queue")
	})
}

func TestROUTE_10_no_answer(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.contact(billing)
		first := o.asked(id)[0]
		o.after(30 * time.Second)
		second := o.asked(id)
		require.Len(t, second, 1)
		require.NotEqual(t, first, second[0])
		a, err := o.team.Agent(o.ctx, first)
		require.NoError(t, err)
		require.Equal(t, routing.NotReady, a.Presence)
		require.Equal(t, routing.NoAnswer, a.Reason)
		o.refused(id, first, interaction.Accept{Invitation: o.invitation(id, second[0])}, interaction.ErrNoInvitation)
	})
	inOffice(t, func(o *office) {
		id := o.contact(billing)
		first := o.asked(id)[0]
		o.after(30 * time.Second)
		a, _ := o.team.Agent(o.ctx, first)
		require.Equal(t, routing.Ready, a.Presence, "the policy does not say so")
	}, func(o *office) { o.policy.NoAnswerNotReady = false })
}

func TestROUTE_2_an_agent_who_went_offline_is_not_waited_for(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.contact(billing)
		first := o.asked(id)[0]
		o.presence(first, routing.Offline)
		second := o.asked(id)
		require.Len(t, second, 1)
		require.NotEqual(t, first, second[0])

		// Who is not ready any more still has the offer.
		o.presence(second[0], routing.NotReady)
		o.accept(id, second[0])
	})
}
