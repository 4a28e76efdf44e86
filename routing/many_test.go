package routing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/storetest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A center is an office for random tests: processes come, crash and go, and all
// of them see one store, each through a handle of its own that fails when it
// crashes.
type center struct {
	*rapid.T
	ctx       context.Context
	store     *memstore.Store
	transport *memstore.Transport
	team      *routing.Team
	agents    []interaction.PartyID
	alive     []*node
	chats     []string
}

type node struct {
	kernel *chatkernel.Kernel
	router *routing.Router
	store  *storetest.Faulty
	stop   func()
}

var targets = []interaction.Target{"queue:sales", "queue:billing", "group:billing", "skill:spanish/2", "agent:a0", "agent:a1"}

func newCenter(t *rapid.T, ctx context.Context) *center {
	c := &center{T: t, ctx: ctx, store: memstore.New(nil), transport: memstore.NewTransport(), team: new(routing.Team)}
	for i := range rapid.IntRange(2, 5).Draw(t, "agents") {
		id := interaction.PartyID(fmt.Sprintf("agent:a%d", i))
		a := person(id, []string{"sales", "billing"}[i%2])
		a.Skills = []routing.Skill{{Name: "spanish", Level: 1 + i%3}}
		a.Capacity = routing.Capacity{Chat: rapid.IntRange(1, 3).Draw(t, "capacity"), Voice: 1}
		require.NoError(t, c.team.Set(a))
		c.agents = append(c.agents, id)
	}
	for range rapid.IntRange(1, 3).Draw(t, "processes") {
		c.start()
	}
	return c
}

func (c *center) start() {
	policy := interaction.DefaultPolicy()
	policy.Inactivity = interaction.Policy{}.Inactivity
	policy.ReturnAfter = 2 * time.Minute
	store := storetest.NewFaulty(c.store)
	r, err := routing.New(store, c.team, &routing.Options{Queues: []routing.Queue{
		{Target: "queue:sales", Members: []interaction.Target{"group:sales"}, Strategy: routing.RoundRobin},
		{Target: "queue:billing", Members: []interaction.Target{"group:billing", "skill:spanish/3"}, Strategy: routing.LeastBusy},
	}})
	require.NoError(c, err)
	k := chatkernel.New(store, c.transport, &chatkernel.Options{Policy: &policy, Media: noMedia{}, Gates: chatkernel.Gates{Target: r.Gate}})
	ctx, cancel := context.WithCancel(c.ctx)
	var running sync.WaitGroup
	running.Go(func() { _ = k.Run(ctx) })
	running.Go(func() { _ = r.Run(ctx, k) })
	c.alive = append(c.alive, &node{k, r, store, func() {
		cancel()
		k.Close()
		running.Wait()
	}})
	synctest.Wait()
}

type noMedia struct{}

func (noMedia) Open(context.Context, string, interaction.Consultation) error  { return nil }
func (noMedia) Close(context.Context, string, interaction.Consultation) error { return nil }

var errCrashed = errors.New("crashed")

// crash ends a process at its next append, before or after it was written.
func (c *center) crash(i int, written bool) {
	n := c.alive[i]
	dead := func() { n.store.Refuse(errCrashed) }
	if written {
		n.store.Inject(storetest.Fault{Written: dead, After: errCrashed})
	} else {
		n.store.Inject(storetest.Fault{Before: errCrashed})
		dead()
	}
}

// bury removes a process that has crashed.
func (c *center) bury(i int) {
	c.alive[i].store.Refuse(errCrashed)
	c.alive[i].stop()
	c.alive = slices.Delete(c.alive, i, i+1)
}

// any is a process that works.
func (c *center) any() *node { return c.alive[rapid.IntRange(0, len(c.alive)-1).Draw(c.T, "process")] }

func (c *center) do(id string, by interaction.PartyID, cmd interaction.Command) {
	_, _ = c.any().kernel.Do(c.ctx, id, chatkernel.By(by, ""), cmd)
	synctest.Wait()
}

// reader sees the store without any fault.
func (c *center) reader() *chatkernel.Kernel { return chatkernel.New(c.store, c.transport, nil) }

func (c *center) step() {
	pick := func(of []string) string { return rapid.SampledFrom(of).Draw(c.T, "step") }
	target := func() interaction.Target { return rapid.SampledFrom(targets).Draw(c.T, "target") }
	agent := func() interaction.PartyID { return rapid.SampledFrom(c.agents).Draw(c.T, "agent") }
	chat := func() (string, interaction.State) {
		id := rapid.SampledFrom(c.chats).Draw(c.T, "chat")
		k := c.reader()
		defer k.Close()
		s, err := k.State(c.ctx, id)
		require.NoError(c, err)
		return id, s
	}
	what := pick([]string{"contact", "contact", "accept", "accept", "accept", "decline", "end", "ask", "ask", "presence", "wait", "crash", "start", "leave", "cancel"})
	if len(c.chats) == 0 {
		what = "contact"
	}
	switch what {
	case "contact":
		n := len(c.chats)
		id, who := fmt.Sprintf("chat-%d", n), interaction.PartyID(fmt.Sprintf("contact:c%d", n))
		_, err := c.any().kernel.Do(c.ctx, id, chatkernel.By(who, "start"), interaction.Start{
			Contact: interaction.Person{ID: who}, Target: target(), Priority: rapid.IntRange(0, 2).Draw(c.T, "priority"),
		})
		synctest.Wait()
		k := c.reader()
		if _, missing := k.State(c.ctx, id); missing == nil {
			c.chats = append(c.chats, id)
		} else {
			require.Error(c, err, "what was acknowledged is there")
		}
		k.Close()
	case "accept", "decline":
		id, s := chat()
		for i := range s.Invitations {
			if inv := &s.Invitations[i]; inv.Agent != "" {
				if what == "accept" {
					c.do(id, inv.Agent, interaction.Accept{Invitation: inv.ID})
				} else {
					c.do(id, inv.Agent, interaction.Decline{Invitation: inv.ID})
				}
				return
			}
		}
	case "end":
		id, s := chat()
		if s.Owner != "" {
			c.do(id, s.Owner, interaction.End{})
			c.do(id, s.Owner, interaction.MarkDone{})
		}
	case "ask":
		id, s := chat()
		if s.Owner == "" {
			return
		}
		to := target()
		c.do(id, s.Owner, rapid.SampledFrom([]interaction.Command{
			interaction.Transfer{To: to}, interaction.Conference{To: to}, interaction.Consult{To: to}, interaction.Consult{To: to, Medium: interaction.ByVoice},
		}).Draw(c.T, "command"))
	case "presence":
		p := rapid.SampledFrom([]routing.Presence{routing.Ready, routing.Ready, routing.NotReady, routing.Offline}).Draw(c.T, "presence")
		require.NoError(c, c.team.SetPresence(agent(), p, ""))
		synctest.Wait()
	case "wait":
		time.Sleep(time.Duration(rapid.SampledFrom([]int{1, 5, 11, 30, 120}).Draw(c.T, "seconds")) * time.Second)
		synctest.Wait()
	case "crash":
		c.crash(rapid.IntRange(0, len(c.alive)-1).Draw(c.T, "whom"), rapid.Bool().Draw(c.T, "written"))
	case "start":
		if len(c.alive) < 4 {
			c.start()
		}
	case "leave":
		id, s := chat()
		c.do(id, s.Contact.ID, interaction.Leave{})
	case "cancel":
		id, s := chat()
		if len(s.Invitations) > 0 && s.Invitations[0].From == s.Owner {
			c.do(id, s.Owner, interaction.Cancel{Invitation: s.Invitations[0].ID})
		}
	}
}

// safe checks what must hold at every moment: nobody has more than the capacity
// allows, and nobody has two offers of one interaction (ROUTE-8).
func (c *center) safe() {
	k := c.reader()
	defer k.Close()
	load := map[interaction.PartyID][3]int{}
	for _, id := range c.chats {
		s, err := k.State(c.ctx, id)
		require.NoError(c, err)
		offered := map[interaction.PartyID]int{}
		for _, inv := range s.Invitations {
			if inv.Agent != "" {
				offered[inv.Agent]++
				require.Equal(c, 1, offered[inv.Agent], "%s has two offers of %s", inv.Agent, id)
			}
		}
		for who, used := range takes(&s) {
			sum := load[who]
			for m := range used {
				sum[m] += used[m]
			}
			load[who] = sum
		}
	}
	for who, used := range load {
		a, err := c.team.Agent(c.ctx, who)
		require.NoError(c, err)
		require.LessOrEqual(c, used[interaction.ByChat], a.Capacity.Chat, "%s has too many chats", who)
		require.LessOrEqual(c, used[interaction.ByVoice], a.Capacity.Voice, "%s has too many calls", who)
	}
}

// takes is the plainest reading of what an interaction takes of each agent: at
// most one piece of each medium.
func takes(s *interaction.State) map[interaction.PartyID][3]int {
	all := map[interaction.PartyID][3]int{}
	take := func(id interaction.PartyID, m interaction.Medium) {
		used := all[id]
		used[m] = 1
		all[id] = used
	}
	for _, p := range s.Parties {
		if p.Presence == interaction.InChat && p.ID.Role() == interaction.RoleAgent && s.Phase == interaction.InActive {
			take(p.ID, interaction.ByChat)
		}
	}
	if s.Phase == interaction.InEnded {
		take(s.Owner, interaction.ByChat)
	}
	for _, con := range s.Consultations {
		if con.Stage == interaction.Consulting {
			take(con.Target, con.Medium)
		}
	}
	for _, inv := range s.Invitations {
		if inv.Agent != "" && inv.Purpose == interaction.ForConsultation {
			take(inv.Agent, inv.Medium)
		} else if inv.Agent != "" {
			take(inv.Agent, interaction.ByChat)
		}
	}
	return all
}

// live checks that nothing is forgotten once everything had time to heal: what
// waits for a target is offered if one of its people is ready, has capacity and
// did not refuse it.
func (c *center) live() {
	for i := len(c.alive) - 1; i >= 0; i-- {
		c.bury(i)
	}
	c.start()
	time.Sleep(40 * time.Second) // reservations, and offers nobody answers
	synctest.Wait()
	for _, id := range c.agents { // a new round for all
		require.NoError(c, c.team.SetPresence(id, routing.NotReady, ""))
	}
	time.Sleep(time.Second)
	for _, id := range c.agents {
		require.NoError(c, c.team.SetPresence(id, routing.Ready, ""))
	}
	synctest.Wait()
	time.Sleep(20 * time.Second)
	synctest.Wait()
	c.safe()
	k := c.reader()
	defer k.Close()
	load := map[interaction.PartyID][3]int{}
	var waiting []interaction.State
	for _, id := range c.chats {
		s, err := k.State(c.ctx, id)
		require.NoError(c, err)
		for who, used := range takes(&s) {
			sum := load[who]
			for m := range used {
				sum[m] += used[m]
			}
			load[who] = sum
		}
		waiting = append(waiting, s)
	}
	for i, s := range waiting {
		for _, inv := range s.Invitations {
			if inv.Agent != "" {
				continue
			}
			medium := interaction.ByChat
			if inv.Purpose == interaction.ForConsultation {
				medium = inv.Medium
			}
			for _, id := range c.agents {
				a, err := c.team.Agent(c.ctx, id)
				require.NoError(c, err)
				in := s.Party(id) != nil && s.Party(id).Presence == interaction.InChat ||
					slices.ContainsFunc(s.Invitations, func(i interaction.Invitation) bool { return i.Agent == id }) ||
					slices.ContainsFunc(s.Consultations, func(con interaction.Consultation) bool {
						return con.Stage == interaction.Consulting && con.Initiator == inv.From && con.Target == id
					})
				if !in && inv.From != id && serves(&a, inv.Target) && load[id][medium] < a.Capacity.On(medium) && a.Presence == routing.Ready && inv.LastTry(id).IsZero() {
					require.Fail(c, "forgotten", "%s waits for %s, and %s is free (%d of %d): %s", c.chats[i], inv.Target, id, load[id][medium], a.Capacity.On(medium),
						c.alive[0].router.Explain(id, c.chats[i]))
				}
			}
		}
		if s.Phase == interaction.InWaiting {
			require.NotEmpty(c, s.Invitations, "%s is stranded", c.chats[i])
		}
	}
}

func serves(a *routing.Agent, t interaction.Target) bool {
	level, _ := a.Level("spanish")
	switch t {
	case "queue:sales":
		return slices.Contains(a.Groups, "sales")
	case "queue:billing":
		return slices.Contains(a.Groups, "billing") || level >= 3
	case "group:billing":
		return slices.Contains(a.Groups, "billing")
	case "skill:spanish/2":
		return level >= 2
	}
	return t.Agent() == a.ID
}

func TestROUTE_2_ROUTE_8_random_offices_never_overload_and_never_forget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { rapid.SyncTest(t, randomOffice) })
}

func randomOffice(t *rapid.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := newCenter(t, ctx)
	defer func() {
		for _, n := range c.alive {
			n.stop()
		}
	}()
	for range rapid.IntRange(1, 25).Draw(t, "steps") {
		c.step()
		c.safe()
	}
	c.live()
}
