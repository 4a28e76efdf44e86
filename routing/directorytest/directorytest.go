package directorytest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
)

// A Backend is an empty directory, and what can be done to it from the other
// side, as by an administrator and by the agents' desktops. Everything is needed.
type Backend struct {
	Directory routing.Directory

	// Put adds an agent, or replaces the one with its id. The suite gives no
	// Since: the directory sets it when the presence changes.
	Put func(routing.Agent) error

	// Remove takes an agent out.
	Remove func(interaction.PartyID) error

	// SetPresence is what an agent's desktop does.
	SetPresence func(id interaction.PartyID, p routing.Presence, reason string) error
}

// A Case is one part of the suite.
type Case struct {
	Name string
	run  func(*suite)
}

// Run runs the case on an empty backend. It starts no subtest, so that t may
// belong to a bubble of testing/synctest.
func (c Case) Run(t testing.TB, b Backend) {
	t.Helper()
	c.run(&suite{TB: t, Backend: b, ctx: t.Context()})
}

// Run runs every case as a subtest. It calls open for each, with that subtest's
// own t, for cleaning up.
func Run(t *testing.T, open func(t testing.TB) Backend) {
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, open(t)) })
	}
}

// Cases gives all cases, in the order in which [Run] runs them.
func Cases() []Case {
	return []Case{
		{"Empty", empty},
		{"WhatWasPutIsThere", whatWasPut},
		{"ReplacedAndRemoved", replacedAndRemoved},
		{"TheLoopMayEndEarly", loopEndsEarly},
		{"WhatIsHandedOutNeverChanges", handedOut},
		{"PresenceAndSince", presenceAndSince},
		{"NotReady", notReady},
		{"NotReadyOnlyWhoIsReady", notReadyOnlyReady},
		{"NotReadyOnlyAsOf", notReadyAsOf},
		{"NotReadyOfNobody", notReadyOfNobody},
		{"WatchTellsEveryChange", watchTells},
		{"WatchTellsAfterTheFact", watchAfterTheFact},
		{"EveryoneWhoWatchesIsTold", watchTwice},
		{"WatchMayCallBack", watchCallsBack},
		{"CancelEndsAWatch", cancelEnds},
		{"ContextEndsAWatch", contextEnds},
		{"NoGoroutineIsLeft", noGoroutine},
		{"AnErrorEndsTheLoop", errorEnds},
		{"ManyAtOnce", manyAtOnce},
	}
}

// A suite is a running case.
type suite struct {
	testing.TB
	Backend
	ctx context.Context
}

// patience is how long something that must happen may take.
const patience = 20 * time.Second

func maria() routing.Agent {
	return routing.Agent{
		ID: "agent:maria", Name: "María José Müller 👋🏽", Groups: []string{"billing", "Zürich Süd"},
		Skills: []routing.Skill{{Name: "spanish", Level: 5}, {Name: "c/c++", Level: 0}}, Presence: routing.Ready,
		Capacity: routing.Capacity{Chat: 3, IM: 2, Voice: 1},
	}
}

func everybody() []routing.Agent {
	return []routing.Agent{
		maria(),
		{ID: "agent:ben", Name: "Ben", Presence: routing.NotReady, Reason: "lunch – 30 min", Capacity: routing.Capacity{Voice: 1}},
		{ID: "agent:BEN", Name: "Ben", Presence: routing.AfterWork, Groups: []string{"billing"}},
		{ID: "supervisor:sam", Name: "Sam", Skills: []routing.Skill{{Name: "spanish", Level: 1}}, Capacity: routing.Capacity{Chat: 1000}},
		{ID: "agent:x y/é:1", Name: "'; DROP TABLE agents; --"},
	}
}

func (s *suite) put(agents ...routing.Agent) {
	s.Helper()
	for _, a := range agents {
		if err := s.Put(a); err != nil {
			s.Fatalf("Put(%q) = %v", a.ID, err)
		}
	}
}

func (s *suite) remove(id interaction.PartyID) {
	s.Helper()
	if err := s.Remove(id); err != nil {
		s.Fatalf("Remove(%q) = %v", id, err)
	}
}

func (s *suite) presence(id interaction.PartyID, p routing.Presence, reason string) {
	s.Helper()
	if err := s.SetPresence(id, p, reason); err != nil {
		s.Fatalf("SetPresence(%q, %v, %q) = %v", id, p, reason, err)
	}
}

func (s *suite) agent(id interaction.PartyID) routing.Agent {
	s.Helper()
	a, err := s.Directory.Agent(s.ctx, id)
	if err != nil {
		s.Fatalf("Agent(%q) = %v", id, err)
	}
	return a
}

// agents reads all, and that none is there twice.
func (s *suite) agents() map[interaction.PartyID]routing.Agent {
	s.Helper()
	all := make(map[interaction.PartyID]routing.Agent)
	for a, err := range s.Directory.Agents(s.ctx) {
		if err != nil {
			s.Fatalf("Agents gave %v", err)
		}
		if _, twice := all[a.ID]; twice {
			s.Fatalf("Agents gave %q twice", a.ID)
		}
		all[a.ID] = a
	}
	return all
}

func (s *suite) setNotReady(id interaction.PartyID, reason string, asOf time.Time) {
	s.Helper()
	if err := s.Directory.SetNotReady(s.ctx, id, reason, asOf); err != nil {
		s.Fatalf("SetNotReady(%q) = %v", id, err)
	}
}

// same compares all but since when the agent has its presence. Neither groups
// nor skills have an order.
func same(got, want routing.Agent) bool {
	groups := func(a routing.Agent) []string { return slices.Sorted(slices.Values(a.Groups)) }
	skills := func(a routing.Agent) []string {
		var all []string
		for _, s := range a.Skills {
			all = append(all, fmt.Sprintf("%q %d", s.Name, s.Level))
		}
		slices.Sort(all)
		return all
	}
	return got.ID == want.ID && got.Name == want.Name && got.Presence == want.Presence && got.Reason == want.Reason &&
		got.Capacity == want.Capacity && slices.Equal(groups(got), groups(want)) && slices.Equal(skills(got), skills(want))
}

// expect reads everybody in both ways.
func (s *suite) expect(want ...routing.Agent) {
	s.Helper()
	all := s.agents()
	for _, w := range want {
		if got, ok := all[w.ID]; !ok {
			s.Fatalf("Agents does not give %q", w.ID)
		} else if !same(got, w) {
			s.Fatalf("Agents gave %+v, put was %+v", got, w)
		}
		if got := s.agent(w.ID); !same(got, w) {
			s.Fatalf("Agent(%q) = %+v, put was %+v", w.ID, got, w)
		}
	}
	if len(all) != len(want) {
		s.Fatalf("Agents gave %d agents, there are %d", len(all), len(want))
	}
}

func (s *suite) unknown(id interaction.PartyID) {
	s.Helper()
	if a, err := s.Directory.Agent(s.ctx, id); !errors.Is(err, routing.ErrUnknownAgent) {
		s.Fatalf("Agent(%q) = %+v, %v, want routing.ErrUnknownAgent", id, a, err)
	}
}

// until does something again and again until ok.
func (s *suite) until(what string, do func(round int), ok func() bool) {
	s.Helper()
	end := time.Now().Add(patience)
	for round, wait := 0, time.Millisecond; ; round, wait = round+1, min(2*wait, 200*time.Millisecond) {
		do(round)
		for again := time.Now().Add(wait); !time.Now().After(again); time.Sleep(time.Millisecond) {
			if ok() {
				return
			}
		}
		if time.Now().After(end) {
			s.Fatalf("after %v still not: %s", patience, what)
		}
	}
}

func (s *suite) watch(ctx context.Context, changed func(interaction.PartyID)) (cancel func()) {
	s.Helper()
	cancel, err := s.Directory.Watch(ctx, changed)
	if err != nil {
		s.Fatalf("Watch = %v", err)
	}
	s.Cleanup(cancel)
	return cancel
}

// An ear remembers of whom it was told.
type ear struct {
	mu  sync.Mutex
	ids map[interaction.PartyID]int
}

func (e *ear) hear(id interaction.PartyID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ids == nil {
		e.ids = make(map[interaction.PartyID]int)
	}
	e.ids[id]++
}

func (e *ear) heard(id interaction.PartyID) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ids[id]
}

func (e *ear) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.ids)
}

func empty(s *suite) {
	s.expect()
	for _, id := range []interaction.PartyID{"agent:nobody", "", "agent:", "contact:pat", "\xff", "agent:\x00"} {
		s.unknown(id)
	}
}

func whatWasPut(s *suite) {
	before := time.Now().Add(-time.Second)
	s.put(everybody()...)
	s.expect(everybody()...)
	s.unknown("agent:Maria")
	s.unknown("maria")
	for id, a := range s.agents() {
		if one := s.agent(id); !one.Since.Equal(a.Since) {
			s.Fatalf("%q has its presence since %v in Agents, since %v in Agent", id, a.Since, one.Since)
		}
		if a.Since.Before(before) || a.Since.After(time.Now().Add(time.Second)) {
			s.Fatalf("%q came just now and has its presence since %v", id, a.Since)
		}
	}
}

func replacedAndRemoved(s *suite) {
	s.put(everybody()...)
	all := everybody()
	all[0] = routing.Agent{ID: "agent:maria", Name: "M", Groups: []string{"sales"}, Presence: routing.Ready}
	s.put(all[0])
	s.expect(all...)
	s.remove("agent:ben")
	s.unknown("agent:ben")
	all = slices.Delete(all, 1, 2)
	s.expect(all...)
	s.put(everybody()[1]) // it comes back
	s.expect(append(all, everybody()[1])...)
}

func loopEndsEarly(s *suite) {
	s.put(everybody()...)
	all := s.Directory.Agents(s.ctx)
	for n := range 4 {
		seen := 0
		for _, err := range all { // a sequence can be gone through again
			if err != nil {
				s.Fatalf("Agents gave %v", err)
			}
			if seen++; seen > n {
				break
			}
		}
		if seen != n+1 {
			s.Fatalf("Agents gave %d agents, want %d", seen, n+1)
		}
	}
	// What is done within the loop does not hold it up.
	done := make(chan struct{})
	go func() {
		defer close(done)
		for a, err := range all {
			if err == nil {
				_, _ = s.Directory.Agent(s.ctx, a.ID)
				_ = s.SetPresence(a.ID, routing.AfterWork, "")
			}
		}
	}()
	s.wait(done, "a loop over Agents that calls the directory comes to its end")
	if n := len(s.agents()); n != len(everybody()) {
		s.Fatalf("Agents gave %d agents, there are %d", n, len(everybody()))
	}
}

func (s *suite) wait(done <-chan struct{}, what string) {
	s.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		s.Fatalf("after %v still not: %s", patience, what)
	}
}

func handedOut(s *suite) {
	mine := maria()
	s.put(mine)
	mine.Groups[0], mine.Skills[0] = "stolen", routing.Skill{Name: "stolen", Level: 9}
	s.expect(maria())
	spoil := func(a routing.Agent) {
		for i := range a.Groups {
			a.Groups[i] = "stolen"
		}
		for i := range a.Skills {
			a.Skills[i] = routing.Skill{Name: "stolen", Level: 9}
		}
	}
	spoil(s.agent("agent:maria"))
	spoil(s.agents()["agent:maria"])
	s.expect(maria())

	one, all := s.agent("agent:maria"), s.agents()["agent:maria"]
	changed := maria()
	changed.Groups, changed.Skills = []string{"sales", "x"}, []routing.Skill{{Name: "french", Level: 1}, {Name: "x"}}
	s.put(changed)
	s.presence("agent:maria", routing.Offline, "")
	s.agent("agent:maria")
	s.agents()
	if !same(one, maria()) || !same(all, maria()) {
		s.Fatalf("what was handed out changed later: %+v, %+v", one, all)
	}
}

// after waits for the clock to move on.
func after(t time.Time) {
	for !time.Now().After(t.Add(2 * time.Millisecond)) {
		time.Sleep(time.Millisecond)
	}
}

func presenceAndSince(s *suite) {
	s.put(maria())
	a := s.agent("agent:maria")
	after(a.Since)
	want := maria()
	for _, p := range []routing.Presence{routing.NotReady, routing.AfterWork, routing.Offline, routing.Ready, routing.NotReady} {
		reason := "because " + p.String()
		if p == routing.Ready {
			reason = ""
		}
		s.presence("agent:maria", p, reason)
		want.Presence, want.Reason = p, reason
		s.expect(want)
		b := s.agent("agent:maria")
		if !b.Since.After(a.Since) {
			s.Fatalf("became %v, and has its presence since %v as it had %v", p, b.Since, a.Presence)
		}
		a = b
		after(a.Since)
	}
	// Another reason is no other presence, and neither is another name.
	s.presence("agent:maria", routing.NotReady, "training")
	want.Reason = "training"
	s.expect(want)
	want.Name = "Mary"
	s.put(want)
	s.expect(want)
	if b := s.agent("agent:maria"); !b.Since.Equal(a.Since) {
		s.Fatalf("is not ready still, and since %v and not since %v", b.Since, a.Since)
	}
}

func notReady(s *suite) {
	s.put(everybody()...)
	a := s.agent("agent:maria")
	after(a.Since)
	s.setNotReady("agent:maria", "no answer", time.Now())
	all := everybody()
	all[0].Presence, all[0].Reason = routing.NotReady, "no answer"
	s.expect(all...)
	b := s.agent("agent:maria")
	if !b.Since.After(a.Since) {
		s.Fatalf("is not ready since %v, was ready since %v", b.Since, a.Since)
	}
	after(b.Since)
	s.setNotReady("agent:maria", "again", time.Now())
	s.expect(all...)
	if c := s.agent("agent:maria"); !c.Since.Equal(b.Since) {
		s.Fatalf("a second SetNotReady moved Since from %v to %v", b.Since, c.Since)
	}
	// The exact time from which it is ready counts.
	s.presence("agent:maria", routing.Ready, "")
	s.setNotReady("agent:maria", "no answer", s.agent("agent:maria").Since)
	s.expect(all...)
}

func notReadyOnlyReady(s *suite) {
	s.put(maria())
	for _, p := range []routing.Presence{routing.Offline, routing.NotReady, routing.AfterWork} {
		s.presence("agent:maria", p, "its own")
		a := s.agent("agent:maria")
		after(a.Since)
		s.setNotReady("agent:maria", "no answer", time.Now())
		want := maria()
		want.Presence, want.Reason = p, "its own"
		s.expect(want)
		if b := s.agent("agent:maria"); !b.Since.Equal(a.Since) {
			s.Fatalf("%v since %v, SetNotReady moved that to %v", p, a.Since, b.Since)
		}
	}
}

func notReadyAsOf(s *suite) {
	s.put(maria())
	s.presence("agent:maria", routing.NotReady, "lunch")
	after(s.agent("agent:maria").Since)
	s.presence("agent:maria", routing.Ready, "")
	ready := s.agent("agent:maria").Since
	for _, asOf := range []time.Time{{}, ready.Add(-time.Hour), ready.Add(-time.Second)} {
		s.setNotReady("agent:maria", "no answer", asOf) // of an offer before its break
		s.expect(maria())
		if since := s.agent("agent:maria").Since; !since.Equal(ready) {
			s.Fatalf("ready since %v, SetNotReady moved that to %v", ready, since)
		}
	}
}

func notReadyOfNobody(s *suite) {
	s.put(maria())
	for _, id := range []interaction.PartyID{"agent:nobody", "", "contact:pat"} {
		if err := s.Directory.SetNotReady(s.ctx, id, "no answer", time.Now()); err != nil && !errors.Is(err, routing.ErrUnknownAgent) {
			s.Fatalf("SetNotReady(%q) = %v, want nil or routing.ErrUnknownAgent", id, err)
		}
	}
	s.expect(maria())
}

func watchTells(s *suite) {
	e := new(ear)
	s.watch(s.ctx, e.hear)
	told := func(what string, id interaction.PartyID, do func(round int)) {
		s.Helper()
		e.clear()
		s.until(what+" is told", do, func() bool { return e.heard(id) > 0 })
	}
	told("who is added", "agent:maria", func(round int) {
		if round > 0 {
			s.remove("agent:maria") // what came before may be told late, which is right as well
		}
		s.put(maria())
	})
	s.put(everybody()...)
	told("another name", "agent:ben", func(round int) {
		b := everybody()[1]
		b.Name = fmt.Sprint("Ben ", round)
		s.put(b)
	})
	told("another group", "agent:BEN", func(round int) {
		b := everybody()[2]
		b.Groups = []string{fmt.Sprint("group ", round)}
		s.put(b)
	})
	told("another level", "supervisor:sam", func(round int) {
		b := everybody()[3]
		b.Skills[0].Level = 2 + round
		s.put(b)
	})
	told("another capacity", "agent:maria", func(round int) {
		b := maria()
		b.Capacity.Chat = 10 + round
		s.put(b)
	})
	told("another presence", "agent:maria", func(round int) {
		s.presence("agent:maria", routing.Presence(round%4), "")
	})
	told("SetNotReady", "agent:ben", func(int) {
		s.presence("agent:ben", routing.Ready, "")
		time.Sleep(5 * time.Millisecond)
		e.clear()
		s.setNotReady("agent:ben", "no answer", time.Now())
	})
	told("who is removed", "agent:maria", func(round int) {
		if round > 0 {
			s.put(maria())
			time.Sleep(5 * time.Millisecond)
			e.clear()
		}
		s.remove("agent:maria")
	})
	for id := range map[interaction.PartyID]bool{"": true, "agent:nobody": true} {
		if e.heard(id) > 0 {
			s.Fatalf("%q was told, whom nobody changed", id)
		}
	}
}

func watchAfterTheFact(s *suite) {
	s.put(maria())
	var now, wrong atomic.Int64
	s.watch(s.ctx, func(id interaction.PartyID) {
		if id == "agent:maria" {
			if a, err := s.Directory.Agent(s.ctx, id); err == nil {
				var round int64
				if _, err := fmt.Sscanf(a.Reason, "round %d", &round); err == nil {
					now.Store(round)
				}
			} else {
				wrong.Add(1)
			}
		}
	})
	var last int64 // each round is a change of its own
	for range 3 {
		s.until("what is told can be read", func(int) {
			last++
			s.presence("agent:maria", routing.NotReady, fmt.Sprint("round ", last))
		}, func() bool { return now.Load() == last })
	}
	if wrong.Load() > 0 {
		s.Fatalf("could not read who was told")
	}
}

func watchTwice(s *suite) {
	var ears [20]ear
	for i := range ears {
		s.watch(s.ctx, ears[i].hear)
	}
	all := func() bool {
		for i := range ears {
			if ears[i].heard("agent:maria") == 0 {
				return false
			}
		}
		return true
	}
	s.put(maria())
	s.until("all twenty are told", func(round int) { s.presence("agent:maria", routing.Presence(round%4), "") }, all)
	// Who watches twice with one function watches twice.
	e := new(ear)
	cancel := s.watch(s.ctx, e.hear)
	s.watch(s.ctx, e.hear)
	cancel()
	s.until("the second watch is told", func(round int) { s.presence("agent:maria", routing.Presence(round%4), "") },
		func() bool { return e.heard("agent:maria") > 0 })
}

func watchCallsBack(s *suite) {
	s.put(everybody()...)
	var calls atomic.Int64
	s.watch(s.ctx, func(id interaction.PartyID) {
		if id != "agent:maria" {
			return
		}
		_, _ = s.Directory.Agent(s.ctx, id)
		for range s.Directory.Agents(s.ctx) {
		}
		_ = s.Directory.SetNotReady(s.ctx, "agent:ben", "told", time.Now())
		_ = s.SetPresence("agent:BEN", routing.Ready, "")
		_ = s.Directory.SetNotReady(s.ctx, "agent:BEN", "told", time.Now().Add(time.Hour))
		if cancel, err := s.Directory.Watch(s.ctx, func(interaction.PartyID) {}); err == nil {
			cancel()
		}
		calls.Add(1)
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for round := 0; calls.Load() == 0 && s.ctx.Err() == nil; round++ {
			_ = s.SetPresence("agent:maria", routing.Presence(round%4), "")
			time.Sleep(time.Millisecond)
		}
	}()
	s.wait(done, "a function that calls the directory when it is told comes to its end")
}

// quiet changes somebody until one who watches was told, and says that another
// one was not.
func (s *suite) quiet(e, stay *ear, id interaction.PartyID) {
	s.Helper()
	a := maria()
	a.ID = id
	s.until("the other watch is told", func(round int) {
		a.Name = fmt.Sprint("round ", round)
		s.put(a)
	}, func() bool { return stay.heard(id) > 0 })
	time.Sleep(20 * time.Millisecond)
	if e.heard(id) > 0 {
		s.Fatalf("a change after the end of a watch was told to it")
	}
}

func cancelEnds(s *suite) {
	s.put(maria())
	e, stay := new(ear), new(ear)
	cancel := s.watch(s.ctx, e.hear)
	s.watch(s.ctx, stay.hear)
	s.until("both are told", func(round int) { s.presence("agent:maria", routing.Presence(round%4), "") },
		func() bool { return e.heard("agent:maria") > 0 && stay.heard("agent:maria") > 0 })
	var wg sync.WaitGroup
	for range 4 { // at once, and again
		wg.Go(cancel)
	}
	wg.Wait()
	cancel()
	s.quiet(e, stay, "agent:late")
}

func contextEnds(s *suite) {
	s.put(maria())
	ctx, end := context.WithCancel(s.ctx)
	defer end()
	e, stay := new(ear), new(ear)
	s.watch(ctx, e.hear)
	s.watch(s.ctx, stay.hear)
	s.until("both are told", func(round int) { s.presence("agent:maria", routing.Presence(round%4), "") },
		func() bool { return e.heard("agent:maria") > 0 && stay.heard("agent:maria") > 0 })
	end()
	time.Sleep(50 * time.Millisecond) // it ends soon, if not at once
	s.quiet(e, stay, "agent:late")
}

func noGoroutine(s *suite) {
	s.put(everybody()...)
	before := runtime.NumGoroutine()
	for i := range 50 {
		ctx, end := context.WithCancel(s.ctx)
		cancel, err := s.Directory.Watch(ctx, func(interaction.PartyID) {})
		if err != nil {
			s.Fatalf("Watch = %v", err)
		}
		s.presence("agent:maria", routing.Presence(i%4), "")
		if i%2 == 0 {
			cancel()
			defer end()
		} else {
			end()
		}
		for range s.Directory.Agents(s.ctx) {
			break
		}
	}
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before+5; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("%d goroutines before 50 watches, %d after they ended", before, runtime.NumGoroutine())
		}
	}
}

func errorEnds(s *suite) {
	s.put(everybody()...)
	ctx, end := context.WithCancel(s.ctx)
	end()
	failed, seen := false, 0
	for a, err := range s.Directory.Agents(ctx) {
		switch {
		case failed:
			s.Fatalf("after an error Agents gave %+v, %v", a, err)
		case err != nil:
			failed = true
		default:
			seen++
		}
	}
	if !failed && seen != len(everybody()) {
		s.Fatalf("with its context done Agents gave %d of %d agents and no error", seen, len(everybody()))
	}
	if a, err := s.Directory.Agent(ctx, "agent:maria"); err == nil && a.ID != "agent:maria" {
		s.Fatalf("with its context done Agent gave %+v and no error", a)
	} else if errors.Is(err, routing.ErrUnknownAgent) {
		s.Fatalf("with its context done Agent does not know who is there")
	}
	s.expect(everybody()...)
}

func manyAtOnce(s *suite) {
	s.watch(s.ctx, func(interaction.PartyID) {})
	version := func(worker, n int) routing.Agent {
		v := fmt.Sprintf("%d.%d", worker, n)
		return routing.Agent{
			ID: interaction.PartyID(fmt.Sprint("agent:", worker%4)), Name: v, Groups: []string{v}, Skills: []routing.Skill{{Name: v, Level: n}},
			Presence: routing.Ready, Capacity: routing.Capacity{Chat: n, IM: n, Voice: n},
		}
	}
	whole := func(a routing.Agent) bool {
		return len(a.Groups) == 1 && a.Groups[0] == a.Name && len(a.Skills) == 1 && a.Skills[0].Name == a.Name &&
			a.Capacity == routing.Capacity{Chat: a.Skills[0].Level, IM: a.Skills[0].Level, Voice: a.Skills[0].Level}
	}
	var writers, readers sync.WaitGroup
	var written atomic.Bool
	var passes atomic.Int64
	for worker := range 8 {
		writers.Go(func() {
			for n := range 50 {
				for wait := 0; passes.Load() < int64(n) && wait < 1000; wait++ {
					runtime.Gosched() // so that the readers come in between
				}
				a := version(worker, n)
				err := s.Put(a)
				if err == nil {
					err = s.Directory.SetNotReady(s.ctx, a.ID, a.Name, time.Now())
				}
				if err != nil {
					s.Errorf("worker %d: %v", worker, err)
					return
				}
			}
		})
	}
	for range 4 {
		readers.Go(func() {
			for !written.Load() {
				runtime.Gosched()
				passes.Add(1)
				for a, err := range s.Directory.Agents(s.ctx) {
					if err != nil || !whole(a) {
						s.Errorf("while others changed it, Agents gave %+v, %v", a, err)
						return
					}
				}
				if a, err := s.Directory.Agent(s.ctx, "agent:1"); err == nil && !whole(a) || err != nil && !errors.Is(err, routing.ErrUnknownAgent) {
					s.Errorf("while others changed it, Agent gave %+v, %v", a, err)
					return
				}
			}
		})
	}
	writers.Wait()
	written.Store(true)
	readers.Wait()
	for id, a := range s.agents() {
		if !whole(a) || a.Skills[0].Level != 49 {
			s.Fatalf("the last that was put for %q is %+v", id, a)
		}
	}
}
