package routing_test

import (
	"context"

	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
)

// The people of the tests.
const (
	maria interaction.PartyID = "agent:maria"
	ben   interaction.PartyID = "agent:ben"
	zoe   interaction.PartyID = "agent:zoe"
	sam   interaction.PartyID = "supervisor:sam"
)

// Their targets.
const (
	sales   interaction.Target = "queue:sales"
	billing interaction.Target = "group:billing"
	spanish interaction.Target = "skill:spanish/2"
)

// An office is a contact center of a test: one store, its people, and any
// number of processes, each a kernel with a router.
type office struct {
	t         *testing.T
	ctx       context.Context
	store     chatkernel.Store
	transport chatkernel.Transport
	team      *routing.Team
	opt       routing.Options
	policy    interaction.Policy
	processes []*process
	chats     int
	started   int // how many processes run from the beginning
}

type process struct {
	*chatkernel.Kernel
	*routing.Router
	stop func()
}

// person is an agent who is ready and may have two chats and one consultation by
// voice.
func person(id interaction.PartyID, groups ...string) routing.Agent {
	_, name, _ := strings.Cut(string(id), ":")
	return routing.Agent{ID: id, Name: name, Groups: groups, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 2, Voice: 1}}
}

// inOffice runs a story in a bubble of time. The people are maria and ben in
// billing, ben a little good at Spanish, and zoe in sales, who is good at it.
// The sales queue is served by sales, and after a minute by billing.
func inOffice(t *testing.T, story func(o *office), changes ...func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		o := &office{t: t, ctx: ctx, store: memstore.New(nil), transport: memstore.NewTransport(), policy: interaction.DefaultPolicy()}
		o.policy.Inactivity = interaction.Policy{}.Inactivity
		o.policy.NoAnswerNotReady = true
		o.opt.Queues = []routing.Queue{{
			Target: sales, Members: []interaction.Target{"group:sales"}, Overflow: []routing.Overflow{{After: time.Minute, To: billing}},
		}}
		zoeWho := person(zoe, "sales")
		zoeWho.Skills = []routing.Skill{{Name: "spanish", Level: 3}}
		benWho := person(ben, "billing")
		benWho.Skills = []routing.Skill{{Name: "spanish", Level: 1}}
		var err error
		o.team, err = routing.NewTeam(person(maria, "billing"), benWho, zoeWho)
		require.NoError(t, err)
		for _, change := range changes {
			change(o)
		}
		if o.started < 1 {
			o.started = 1
		}
		defer func() {
			for _, p := range o.processes {
				p.stop()
			}
		}()
		for range o.started {
			o.start()
		}
		story(o)
	})
}

// start starts a process.
func (o *office) start() *process {
	o.t.Helper()
	r, err := routing.New(o.store, o.team, &o.opt)
	require.NoError(o.t, err)
	k := chatkernel.New(o.store, o.transport, &chatkernel.Options{Policy: &o.policy, Gates: chatkernel.Gates{Target: r.Gate}})
	ctx, cancel := context.WithCancel(o.ctx)
	p := &process{k, r, nil}
	ended := make(chan struct{}, 2)
	go func() { _ = k.Run(ctx); ended <- struct{}{} }()
	go func() { _ = r.Run(ctx, k); ended <- struct{}{} }()
	p.stop = func() {
		cancel()
		k.Close()
		<-ended
		<-ended
		p.stop = func() {}
	}
	o.processes = append(o.processes, p)
	o.settle()
	return p
}

// settle lets everything happen that can happen now.
func (o *office) settle() {
	synctest.Wait()
}

// after lets time pass.
func (o *office) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (o *office) k() *process { return o.processes[len(o.processes)-1] }

// do has a command carried out.
func (o *office) do(id string, by interaction.PartyID, cmd interaction.Command) chatkernel.Result {
	o.t.Helper()
	r, err := o.k().Do(o.ctx, id, chatkernel.By(by, ""), cmd)
	require.NoError(o.t, err, "%s: %+v", by, cmd)
	o.settle()
	return r
}

// refused has a command refused.
func (o *office) refused(id string, by interaction.PartyID, cmd interaction.Command, want error) error {
	o.t.Helper()
	_, err := o.k().Do(o.ctx, id, chatkernel.By(by, ""), cmd)
	require.ErrorIs(o.t, err, want, "%s: %+v", by, cmd)
	o.settle()
	return err
}

// contact is a new contact who asks for a target, and gives the chat's id.
func (o *office) contact(to interaction.Target, priority ...int) string {
	o.t.Helper()
	o.chats++
	id := fmt.Sprintf("chat-%d", o.chats)
	who := interaction.PartyID(fmt.Sprintf("contact:%d", o.chats))
	start := interaction.Start{Contact: interaction.Person{ID: who, Name: "Pat"}, Target: to}
	if len(priority) > 0 {
		start.Priority = priority[0]
	}
	o.do(id, who, start)
	return id
}

func (o *office) state(id string) interaction.State {
	o.t.Helper()
	s, err := o.k().State(o.ctx, id)
	require.NoError(o.t, err)
	return s
}

// asked is who has an offer of the chat, in the order of the invitations.
func (o *office) asked(id string) (all []interaction.PartyID) {
	o.t.Helper()
	s := o.state(id)
	for _, inv := range s.Invitations {
		if inv.Agent != "" {
			all = append(all, inv.Agent)
		}
	}
	return all
}

// offered checks who has an offer of the chat.
func (o *office) offered(id string, want ...interaction.PartyID) {
	o.t.Helper()
	o.settle()
	require.ElementsMatch(o.t, want, o.asked(id), "who is asked for %s", id)
}

// invitation is the one that the agent has an offer of.
func (o *office) invitation(id string, agent interaction.PartyID) string {
	o.t.Helper()
	s := o.state(id)
	for _, inv := range s.Invitations {
		if inv.Agent == agent {
			return inv.ID
		}
	}
	require.Fail(o.t, "no offer", "%s has no offer of %s", agent, id)
	return ""
}

func (o *office) accept(id string, agent interaction.PartyID) {
	o.t.Helper()
	o.do(id, agent, interaction.Accept{Invitation: o.invitation(id, agent)})
}

func (o *office) decline(id string, agent interaction.PartyID) {
	o.t.Helper()
	o.do(id, agent, interaction.Decline{Invitation: o.invitation(id, agent)})
}

// done ends a chat and marks it done.
func (o *office) done(id string) {
	o.t.Helper()
	owner := o.state(id).Owner
	o.do(id, owner, interaction.End{})
	o.do(id, owner, interaction.MarkDone{})
}

func (o *office) presence(id interaction.PartyID, p routing.Presence) {
	o.t.Helper()
	require.NoError(o.t, o.team.SetPresence(id, p, ""))
	o.settle()
}

// change changes an agent in the directory.
func (o *office) change(id interaction.PartyID, f func(*routing.Agent)) {
	o.t.Helper()
	a, err := o.team.Agent(o.ctx, id)
	require.NoError(o.t, err)
	f(&a)
	require.NoError(o.t, o.team.Set(a))
	if len(o.processes) > 0 {
		o.settle()
	}
}

// active is a chat that the agent has.
func (o *office) active(agent interaction.PartyID) string {
	o.t.Helper()
	o.chats++
	id := fmt.Sprintf("chat-%d", o.chats)
	who := interaction.PartyID(fmt.Sprintf("contact:%d", o.chats))
	o.do(id, who, interaction.Start{Contact: interaction.Person{ID: who, Name: "Pat"}})
	o.do(id, interaction.System, interaction.Invite{To: interaction.Target(agent)})
	o.accept(id, agent)
	return id
}

// told is the last event of a kind that an agent was shown.
func told[E interaction.Event](o *office, id string, viewer interaction.PartyID) (last E) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.ctx)
	defer cancel()
	for item, err := range o.k().Kernel.Watch(ctx, id, interaction.Viewer{ID: viewer}, chatkernel.Position{}) {
		require.NoError(o.t, err)
		if e, ok := item.Shown.Event.(E); ok {
			last = e
		}
		if item.Current {
			break
		}
	}
	return last
}
