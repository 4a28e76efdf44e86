package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
)

var dueCases = []Case{
	{"D01_NeverEarlyNeverLost", d01NeverEarly},
	{"D02_TwoProcessesOneEffect", d02OneEffect},
	{"D03_TheLastCommitCounts", d03LastCommit},
	{"D03_ACommitWithoutPositions", d03NoPositions},
	{"D03_OrderAndLimit", d03OrderAndLimit},
	{"D04_DueAfterARestart", d04Restart},
	{"D07_TheStoresClock", d07Clock},
	{"D08_Poison", d08Poison},
}

// at makes a commit with a wake.
func at(stream string, after uint64, count int, wake time.Time) chatkernel.Commit {
	c := commit(stream, after, count)
	c.Wake = wake
	return c
}

// pass lets time go by until the store's present time is not before t.
func (s *suite) pass(t time.Time) {
	s.Helper()
	if s.b.Advance != nil {
		s.b.Advance(t.Sub(s.now()))
	}
	s.eventually("the store's time reaches "+t.String(), func() bool { return !s.now().Before(t) })
}

func d01NeverEarly(s *suite) {
	start := s.now()
	wakes := map[string]time.Time{}
	for i, d := range []time.Duration{-time.Hour, -time.Microsecond, 0, 100, 150, 151, 200, 300} {
		if i > 2 {
			d *= time.Millisecond
		}
		name := fmt.Sprint("in ", d)
		wakes[name] = start.Add(d)
		s.append(s.a, at(name, 0, 1, wakes[name]))
	}
	far := start.Add(time.Hour)
	s.append(s.a, at("far", 0, 1, far))
	wakes["far"] = far
	s.append(s.a, commit("never", 0, 1))

	check := func(st chatkernel.Store) int {
		d := s.due(st, 100)
		// What is due is exactly what is not after the time that came with it.
		next := far
		for name, wake := range wakes {
			if due := !wake.After(d.Now); due != slices.Contains(d.Streams, name) {
				s.Fatalf("at %v, the wake %v: due is %t, want %t", d.Now, wake, !due, due)
			} else if !due && wake.Before(next) {
				next = wake
			}
		}
		if !sameTime(d.Next, next) {
			s.Fatalf("at %v the next wake is %v, want %v", d.Now, d.Next, next)
		}
		if slices.Contains(d.Streams, "never") {
			s.Fatalf("a stream without a wake is due")
		}
		return len(d.Streams)
	}
	for _, st := range s.both() {
		check(st)
	}
	s.eventually("all eight are due", func() bool { return max(check(s.a), check(s.z)) == 8 })
}

func d02OneEffect(s *suite) {
	past := s.now().Add(-time.Second)
	const streams = 5
	for i := range streams {
		s.append(s.a, at(fmt.Sprint(i), 0, 1, past))
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	effects := map[string]int{}
	for w, st := range []chatkernel.Store{s.a, s.z, s.a, s.z} {
		wg.Go(func() {
			d, err := st.Due(s.ctx, 10)
			if err != nil {
				s.Errorf("Due = %v", err)
			}
			for _, stream := range d.Streams {
				c := commit(stream, 1, 1)
				c.Key = key(2, uint64(w))
				switch err := st.Append(s.ctx, c); {
				case err == nil:
					mu.Lock()
					effects[stream]++
					mu.Unlock()
				case !errors.Is(err, chatkernel.ErrConflict):
					s.Errorf("Append = %v, want nil or a conflict", err)
				}
			}
		})
	}
	wg.Wait()
	for i := range streams {
		if n := effects[fmt.Sprint(i)]; n != 1 {
			s.Fatalf("stream %d had %d effects, want 1", i, n)
		}
		if got := s.load(s.z, fmt.Sprint(i), 0); len(got) != 2 {
			s.Fatalf("stream %d holds %d commits, want 2", i, len(got))
		}
	}
	if d := s.due(s.z, 10); len(d.Streams) != 0 || !d.Next.IsZero() {
		s.Fatalf("still due: %+v", d)
	}
}

// wakesAre says what is due and what is next.
func (s *suite) wakesAre(when string, next time.Time, streams ...string) {
	s.Helper()
	for name, st := range s.both() {
		if d := s.due(st, 100); !slices.Equal(d.Streams, streams) || !sameTime(d.Next, next) {
			s.Fatalf("%s, through %s: due are %q and next is %v, want %q and %v", when, name, d.Streams, d.Next, streams, next)
		}
	}
}

func d03LastCommit(s *suite) {
	now := s.now()
	soon, later, past := now.Add(time.Hour), now.Add(2*time.Hour), now.Add(-time.Hour)
	none := time.Time{}
	s.append(s.a, at("s", 0, 1, soon))
	s.wakesAre("set", soon)
	s.append(s.z, at("s", 1, 1, later))
	s.wakesAre("moved later", later)
	s.append(s.a, at("s", 2, 1, soon))
	s.wakesAre("moved earlier", soon)
	s.append(s.a, at("s", 3, 1, none))
	s.wakesAre("cancelled", none)
	s.append(s.z, at("s", 4, 1, past))
	s.wakesAre("set again, in the past", none, "s")
	s.append(s.z, at("s", 5, 1, past.Add(time.Minute)))
	s.wakesAre("moved within the past", none, "s")

	// What comes too late moves nothing.
	stale := at("s", 2, 1, later)
	stale.Key = key(77, 77)
	s.conflict(s.a, stale, 6)
	again := at("s", 5, 1, later)
	again.After = 6
	s.used(s.z, again, at("s", 5, 1, past.Add(time.Minute)))
	s.wakesAre("a stale commit and a repeated one", none, "s")
	s.append(s.a, at("s", 6, 1, later))
	s.wakesAre("moved out of the past", later)

	// Each stream has its own.
	s.append(s.a, at("t", 0, 1, soon))
	s.append(s.a, at("u", 0, 1, soon.Add(time.Minute)))
	s.append(s.a, at("t", 1, 1, none))
	s.wakesAre("one of three cancelled", soon.Add(time.Minute))
}

func d03NoPositions(s *suite) {
	now := s.now()
	past, soon := now.Add(-time.Minute), now.Add(time.Hour)
	index := func(phase string) *chatkernel.Index { return &chatkernel.Index{Phase: phase, Started: now} }
	first := at("s", 0, 2, soon)
	first.Index = index("waiting")
	s.append(s.a, first)

	move := at("s", 2, 0, past)
	move.Key = key(5, 5)
	s.append(s.z, move)
	s.wakesAre("moved by a commit without positions", time.Time{}, "s")
	if got := s.find(s.a, chatkernel.Query{}); len(got) != 1 || got[0].Index.Phase != "waiting" || got[0].Head != 2 || !sameTime(got[0].Wake, past) {
		s.Fatalf("a commit with a nil index left %+v", got)
	}
	s.lookup(s.a, move)
	s.used(s.a, move, move)

	// Without a key there may be any number of them, and the head is asked for
	// all the same.
	for _, phase := range []string{"active", "active", "ended"} {
		c := at("s", 2, 0, soon)
		c.Key, c.Data = chatkernel.Key{}, nil
		c.Index = index(phase)
		s.append(s.a, c)
		if got := s.find(s.z, chatkernel.Query{}); len(got) != 1 || got[0].Index.Phase != phase || got[0].Head != 2 {
			s.Fatalf("a commit without positions left %+v, want the phase %q", got, phase)
		}
	}
	s.wakesAre("moved back", soon)
	s.conflict(s.a, at("s", 1, 0, past), 2)
	s.holds(s.z, "s", without(first))
	next := at("s", 2, 1, time.Time{})
	s.append(s.z, next)
	s.holds(s.a, "s", without(first), next)
	s.wakesAre("cancelled", time.Time{})

	// A stream may begin with one.
	c := at("new", 0, 0, soon)
	c.Index = index("active")
	s.append(s.a, c)
	s.wakesAre("a new stream", soon)
	if got := s.find(s.z, chatkernel.Query{Phases: []string{"active"}}); len(got) != 1 || got[0].Stream != "new" || got[0].Head != 0 {
		s.Fatalf("a stream without positions is found as %+v", got)
	}
	s.append(s.a, at("new", 0, 1, soon))
}

func d03OrderAndLimit(s *suite) {
	now := s.now()
	const n = 23
	var want []string
	for i := range n {
		want = append(want, fmt.Sprint("due ", i))
	}
	for i := range n {
		i = i * 7 % n
		s.append(s.a, at(want[i], 0, 1, now.Add(time.Duration(i-n)*time.Second)))
	}
	next := now.Add(time.Hour)
	s.append(s.a, at("later", 0, 1, next.Add(time.Hour)))
	s.append(s.a, at("next", 0, 1, next))
	for _, limit := range []int{1, 2, n - 1, n, n + 1, 1000, 0, -1} {
		d := s.due(s.z, limit)
		if most := min(max(limit, 1), n); !slices.Equal(d.Streams, want[:most]) {
			s.Fatalf("Due(%d) = %q, want %q", limit, d.Streams, want[:most])
		}
		// Also where some that are due were left out.
		if !sameTime(d.Next, next) {
			s.Fatalf("Due(%d): the next wake is %v, want %v", limit, d.Next, next)
		}
	}
	// One after the other is dealt with.
	for i := range n {
		if d := s.due(s.a, 3); d.Streams[0] != want[i] {
			s.Fatalf("after %d streams %q is due, want %q", i, d.Streams[0], want[i])
		}
		s.append(s.z, at(want[i], 1, 1, time.Time{}))
	}
	s.wakesAre("all are dealt with", next)
}

func d04Restart(s *suite) {
	s.needRestart()
	now := s.now()
	soon := now.Add(200 * time.Millisecond)
	s.append(s.a, at("overdue", 0, 1, now.Add(-time.Hour)))
	s.append(s.a, at("moved", 0, 1, now.Add(-time.Hour)))
	s.append(s.a, at("moved", 1, 1, now.Add(time.Hour)))
	s.append(s.a, at("cancelled", 0, 1, now.Add(-time.Hour)))
	s.append(s.a, at("cancelled", 1, 1, time.Time{}))
	s.append(s.a, at("soon", 0, 1, soon))
	s.restart()
	s.pass(soon)
	s.wakesAre("after a restart", now.Add(time.Hour), "overdue", "soon")
}

func d07Clock(s *suite) {
	// The time that judges is one for all handles, it goes on, and it is the one
	// that the answer names.
	before := s.due(s.a, 1).Now
	for i := range 10 {
		st := s.a
		if i%2 == 1 {
			st = s.z
		}
		d := s.due(st, 1)
		if d.Now.Before(before) {
			s.Fatalf("the store's time went from %v back to %v", before, d.Now)
		}
		before = d.Now
	}
	wake := s.now().Add(150 * time.Millisecond)
	s.append(s.a, at("s", 0, 1, wake))
	s.eventually("the stream is due", func() bool {
		for _, st := range s.both() {
			d := s.due(st, 1)
			if due := len(d.Streams) == 1; due != !wake.After(d.Now) {
				s.Fatalf("at %v, by the store's own time, the wake %v: due is %t", d.Now, wake, due)
			} else if due {
				return true
			}
		}
		return false
	})
	if s.b.Advance == nil {
		return
	}
	// The time that a commit names is not the store's: a process with a wrong
	// clock makes nothing due.
	now := s.now()
	c := at("wrong clock", 0, 1, now.Add(time.Hour))
	c.At = now.Add(48 * time.Hour)
	s.append(s.a, c)
	s.wakesAre("a commit from the day after tomorrow", c.Wake, "s")
	s.b.Advance(time.Hour + time.Millisecond)
	s.wakesAre("an hour later", time.Time{}, "s", "wrong clock")
}

func d08Poison(s *suite) {
	// Being asked for changes nothing: what nobody deals with stays due, and the
	// others come behind it.
	now := s.now()
	for i := range 3 {
		s.append(s.a, at(fmt.Sprint("stuck ", i), 0, 1, now.Add(time.Duration(i-10)*time.Minute)))
	}
	for round := range uint64(5) {
		s.append(s.a, at("sound", 2*round, 1, now.Add(-time.Second)))
		for range 3 {
			s.wakesAre(fmt.Sprint("round ", round), time.Time{}, "stuck 0", "stuck 1", "stuck 2", "sound")
		}
		s.append(s.z, at("sound", 2*round+1, 1, time.Time{}))
	}
	s.wakesAre("the sound one is dealt with", time.Time{}, "stuck 0", "stuck 1", "stuck 2")
}
