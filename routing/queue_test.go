package routing_test

import (
	"context"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
)

// announced are the texts that the contact was told automatically.
func announced(o *office, id string) (texts []string) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.ctx)
	defer cancel()
	for item, err := range o.k().Kernel.Watch(ctx, id, interaction.Viewer{ID: o.state(id).Contact.ID}, chatkernel.Position{}) {
		require.NoError(o.t, err)
		if e, ok := item.Shown.Event.(*interaction.Announced); ok {
			texts = append(texts, e.Text)
		}
		if item.Current {
			break
		}
	}
	return texts
}

func TestROUTE_9_MSG_10_the_contact_is_told_its_place(t *testing.T) {
	inOffice(t, func(o *office) {
		o.presence(zoe, routing.NotReady)
		first := o.contact(sales)
		o.after(time.Second)
		second := o.contact(sales)
		require.Empty(t, announced(o, second), "whoever is served at once need not read it")
		o.after(20 * time.Second)
		require.Equal(t, []string{"You are number 2 in the queue."}, announced(o, second))
		s := o.state(first)
		o.do(first, s.Contact.ID, interaction.Leave{})
		o.after(20 * time.Second)
		require.Equal(t, []string{"You are number 2 in the queue.", "You are number 1 in the queue."}, announced(o, second))
		o.presence(zoe, routing.Ready)
		o.accept(second, zoe)
		o.after(time.Minute)
		require.Len(t, announced(o, second), 2)
	}, func(o *office) {
		o.opt.Queues[0].Announce, o.opt.Queues[0].Overflow = 20*time.Second, nil
		o.started = 3 // each process would say it; it is said once
	})
}

func TestROUTE_9_words(t *testing.T) {
	opens := time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		language string
		place    routing.Place
		want     string
	}{
		{"en", routing.Place{Position: 3}, "You are number 3 in the queue."},
		{"", routing.Place{Position: 1, Wait: 61 * time.Second}, "You are number 1 in the queue. About 2 min to wait."},
		{"de-AT", routing.Place{Position: 3}, "Sie sind an Platz 3 der Warteschlange."},
		{"de", routing.Place{Position: 1, Wait: time.Minute}, "Sie sind an Platz 1 der Warteschlange. Wartezeit etwa 1 Min."},
		{"en", routing.Place{Opens: opens}, "We are closed now and open again on Monday, December 7 at 09:00."},
		{"de", routing.Place{Opens: opens}, "Wir haben gerade geschlossen und öffnen wieder am 07.12. um 09:00 Uhr."},
		{"en", routing.Place{}, ""},
	} {
		require.Equal(t, c.want, routing.Words(c.language, c.place))
	}
}

func TestROUTE_9_the_wait_is_estimated_from_how_fast_the_queue_goes(t *testing.T) {
	inOffice(t, func(o *office) {
		o.change(zoe, func(a *routing.Agent) { a.Capacity.Chat = 1 })
		var ids []string
		for range 5 {
			ids = append(ids, o.contact(sales))
		}
		place, _ := o.k().Place(ids[3])
		require.Zero(t, place.Wait, "nothing is known yet")
		for _, id := range ids[:3] {
			o.accept(id, zoe)
			o.after(2 * time.Minute)
			o.done(id)
		}
		o.accept(ids[3], zoe)
		place, _ = o.k().Place(ids[4])
		require.Equal(t, 1, place.Position)
		require.Equal(t, 2*time.Minute, place.Wait)
		require.Equal(t, 4*time.Minute, o.k().Standings()[0].Wait, "of the next one who comes")
		o.presence(zoe, routing.Offline)
		place, _ = o.k().Place(ids[4])
		require.Zero(t, place.Wait, "nobody is there")
	}, func(o *office) { o.opt.Queues[0].Overflow = nil })
}

// nine is a queue that is open from 9 to 17 on all days. The bubble's time
// begins at midnight of 2000-01-01 UTC.
func nine(o *office) {
	h := &routing.Hours{}
	for d := range h.Week {
		h.Week[d] = []routing.Span{{From: 9 * time.Hour, To: 17 * time.Hour}}
	}
	q := &o.opt.Queues[0]
	q.Hours, q.Overflow, q.Announce = h, nil, time.Hour
}

func TestROUTE_9_outside_the_opening_hours(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.contact(sales)
		o.offered(id)
		require.Equal(t, []string{"We are closed now and open again on Saturday, January 1 at 09:00."}, announced(o, id))
		require.Equal(t, 9*time.Hour, time.Until(o.k().Standings()[0].Opens))
		place, _ := o.k().Place(id)
		require.Equal(t, 9*time.Hour, time.Until(place.Opens))
		o.after(9*time.Hour - time.Second)
		o.offered(id)
		o.after(time.Second)
		o.offered(id, zoe)

		// Who came before the queue closed is served all the same.
		o.presence(zoe, routing.NotReady)
		o.after(8*time.Hour - time.Minute) // 16:59
		o.presence(ben, routing.NotReady)
		late := o.contact(sales)
		o.after(2 * time.Minute)
		o.presence(zoe, routing.Ready)
		o.offered(late, zoe)
	}, nine)
	inOffice(t, func(o *office) {
		who := interaction.PartyID("contact:pat")
		_, err := o.k().Do(o.ctx, "c", chatkernel.By(who, "start"), interaction.Start{Contact: interaction.Person{ID: who}, Target: sales})
		require.ErrorIs(t, err, routing.ErrClosed)
		_, err = o.k().State(o.ctx, "c")
		require.ErrorIs(t, err, interaction.ErrNotStarted)
		id := o.active(maria)
		o.refused(id, maria, interaction.Transfer{To: sales}, routing.ErrClosed)
	}, nine, func(o *office) { o.opt.Queues[0].Closed = routing.Refuse })
}

func TestROUTE_9_a_queue_that_is_not_well_configured(t *testing.T) {
	for why, q := range map[string]routing.Queue{
		"no queue":        {Target: "group:sales"},
		"member":          {Target: sales, Members: []interaction.Target{"sales"}},
		"queue as member": {Target: sales, Members: []interaction.Target{"queue:other"}},
		"overflow":        {Target: sales, Overflow: []routing.Overflow{{To: ""}}},
		"to itself":       {Target: sales, Overflow: []routing.Overflow{{To: sales}}},
		"order":           {Target: sales, Overflow: []routing.Overflow{{After: 2, To: billing}, {After: 1, To: spanish}}},
		"announce":        {Target: sales, Announce: time.Millisecond},
		"closing":         {Target: sales, Closed: 9},
	} {
		_, err := routing.New(nil, nil, &routing.Options{Queues: []routing.Queue{q}})
		var wrong *routing.QueueError
		require.ErrorAs(t, err, &wrong, why)
	}
	_, err := routing.New(nil, nil, &routing.Options{Queues: []routing.Queue{{Target: sales}, {Target: sales}}})
	require.EqualError(t, err, `routing: queue "queue:sales": it is there twice`)
	bad := &routing.Hours{}
	bad.Week[1] = []routing.Span{{From: 30 * time.Hour}}
	_, err = routing.New(nil, nil, &routing.Options{Queues: []routing.Queue{{Target: sales, Hours: bad}}})
	require.ErrorIs(t, err, routing.ErrHours)
}

func TestROUTE_9_standings(t *testing.T) {
	inOffice(t, func(o *office) {
		began := time.Now().UTC()
		o.contact(sales)
		o.contact(sales)
		o.after(time.Second)
		o.contact(sales)
		st := o.k().Standings()
		require.Len(t, st, 1)
		require.Equal(t, routing.Standing{
			Target: sales, Name: "Sales", Waiting: 1, Oldest: began.Add(time.Second), Members: 1, Ready: 1,
		}, st[0])
		o.presence(maria, routing.NotReady)
		o.presence(ben, routing.NotReady)
		o.contact(billing)
		st = o.k().Standings()
		require.Len(t, st, 2, "what somebody is asked for is there, too")
		require.Equal(t, billing, st[1].Target)
		require.Equal(t, 1, st[1].Waiting)
	}, func(o *office) { o.opt.Queues[0].Name, o.opt.Queues[0].Overflow = "Sales", nil })
}

func TestROUTE_9_PART_2_a_supervisors_overview(t *testing.T) {
	inOffice(t, func(o *office) {
		running := o.active(maria)
		o.do(running, maria, interaction.Consult{To: interaction.Target(ben)})
		waiting := o.contact(sales)
		_, err := o.k().Overview(o.ctx, o.k().Kernel, maria)
		require.ErrorIs(t, err, interaction.ErrDenied)
		_, err = o.k().Overview(o.ctx, o.k().Kernel, "contact:pat")
		require.ErrorIs(t, err, interaction.ErrDenied)

		ctx, cancel := context.WithCancel(o.ctx)
		defer cancel()
		seen := make(chan routing.Overview, 10)
		ended := make(chan error, 1)
		p := o.k()
		go func() {
			for v, err := range p.Router.Watch(ctx, p.Kernel, sam) {
				if err != nil {
					ended <- err
					return
				}
				seen <- v
			}
		}()
		v := <-seen
		require.Len(t, v.Queues, 1)
		require.Len(t, v.Waiting, 1)
		require.Equal(t, waiting, v.Waiting[0].ID)
		require.Equal(t, []interaction.PartyID{zoe}, v.Waiting[0].Asked)
		require.Equal(t, "Pat", v.Waiting[0].Contact)
		require.Len(t, v.Running, 1)
		require.Equal(t, running, v.Running[0].ID)
		require.Equal(t, maria, v.Running[0].Owner)
		require.Empty(t, v.Running[0].Asked, "not even that there is a consultation")

		o.decline(waiting, zoe)
		o.after(time.Second)
		v = <-seen
		require.Empty(t, v.Waiting[0].Asked)
		require.Equal(t, 1, v.Waiting[0].Place.Position)
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
	})
}
