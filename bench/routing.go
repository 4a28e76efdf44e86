package main

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/routing"
)

const (
	agents     = 1_000
	agentChats = 2 // capacity of each
	skills     = 50
)

// offers measures an offer through the kernel: agents become ready while
// interactions wait, until all have as many offers as they can take. So many
// more wait that as many as the name says are left: every size makes the same
// offers.
func offers(name string, left int) measurement {
	return measurement{name, "µs", func() (float64, int64) {
		c := newCenter()
		defer c.close()
		waiting := left + agents*agentChats
		c.contacts(waiting)
		c.run() // its first survey finds them all
		c.await("who waits is in line", func() bool { return c.inLine() == waiting })

		runtime.GC() // what the preparation left behind is not the offers'
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		for i := range agents {
			if err := c.team.SetPresence(agentID(i), routing.Ready, ""); err != nil {
				panic(err)
			}
		}
		select {
		case <-c.full:
		case <-time.After(time.Minute):
			panic(fmt.Sprintf("%d offers in a minute", c.offered.Load()))
		}
		took := time.Since(began)
		runtime.ReadMemStats(&after)

		c.await("so many wait as are left", func() bool { return c.inLine() == left })
		for i := range agents {
			if n := c.router.Used(agentID(i))[interaction.ByChat]; n != agentChats {
				panic(fmt.Sprintf("%s has %d", agentID(i), n))
			}
		}
		const made = agents * agentChats
		return float64(took.Nanoseconds()) / 1000 / made, int64(after.Mallocs-before.Mallocs) / made
	}}
}

// center is a kernel and a router over a memory store, and a team in which
// nobody is ready.
type center struct {
	team    *routing.Team
	router  *routing.Router
	kernel  *chatkernel.Kernel
	ctx     context.Context
	cancel  func()
	running sync.WaitGroup
	policy  interaction.Policy
	offered atomic.Int64
	full    chan struct{} // closed when all offers are made
}

func newCenter() *center {
	c := &center{team: new(routing.Team), policy: interaction.DefaultPolicy(), full: make(chan struct{})}
	c.policy.NoAnswer = 0 // nobody answers here, however slow the machine
	for i := range agents {
		must(c.team.Set(routing.Agent{
			ID: agentID(i), Name: "Maria", Presence: routing.NotReady, Capacity: routing.Capacity{Chat: agentChats},
			Skills: []routing.Skill{{Name: skill(i), Level: 1}, {Name: skill(i + 7), Level: 2}, {Name: skill(i + 19), Level: 3}},
		}))
	}
	store := memstore.New(nil)
	// The router's own looks at everything that waits, every five seconds
	// otherwise, are no part of an offer.
	r, err := routing.New(store, c.team, &routing.Options{Poll: time.Hour})
	must(err)
	c.router = r
	c.kernel = chatkernel.New(store, memstore.NewTransport(), &chatkernel.Options{
		Gates: chatkernel.Gates{Target: r.Gate},
		Observe: func(o chatkernel.Observation) {
			if o.Op == chatkernel.OpDo && o.Command == (interaction.Offer{}).Kind() && o.Err == nil && c.offered.Add(1) == agents*agentChats {
				close(c.full)
			}
		},
	})
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// run has the router and the kernel run.
func (c *center) run() {
	c.running.Go(func() { _ = c.router.Run(c.ctx, c.kernel) })
	c.running.Go(func() { _ = c.kernel.Run(c.ctx) })
}

func (c *center) close() {
	c.cancel()
	c.running.Wait()
	c.kernel.Close()
}

// contacts has so many contacts ask for somebody, from all processors.
func (c *center) contacts(n int) {
	var all sync.WaitGroup
	for w := range runtime.NumCPU() {
		all.Go(func() {
			for i := w; i < n; i += runtime.NumCPU() {
				c.contact(i)
			}
		})
	}
	all.Wait()
}

// contact has a contact ask for a skill.
func (c *center) contact(i int) {
	who := interaction.PartyID("contact:" + strconv.Itoa(i))
	_, err := c.kernel.Do(c.ctx, "chat-"+strconv.Itoa(i), chatkernel.By(who, "start"), interaction.Start{
		Contact: interaction.Person{ID: who, Name: "Pat"}, Target: interaction.Target("skill:" + skill(i)), Policy: &c.policy,
	})
	must(err)
}

// inLine is how many wait and have no offer.
func (c *center) inLine() (n int) {
	for _, s := range c.router.Standings() {
		n += s.Waiting
	}
	return n
}

func (c *center) await(what string, is func() bool) {
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			panic("after a minute it is not so that " + what)
		}
	}
}

func agentID(i int) interaction.PartyID { return interaction.PartyID(fmt.Sprintf("agent:%04d", i)) }

func skill(i int) string { return "s" + strconv.Itoa(i%skills) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func routed() []comparison {
	return []comparison{
		{"an offer through the kernel on memstore while 10,000 wait", offers("Router.Run", 10_000), limit("the goal, 5,000 a second", "µs", 200), 1},
		{"the same while 100,000 wait", offers("Router.Run", 100_000), offers("while 1,000 wait", 1_000), 1.5},
	}
}
