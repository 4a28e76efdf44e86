package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/chatkernel/chatkernel"
)

var allCases = []Case{
	{"S13_AllOfThemWhileManyWrite", s13All},
	{"S14_AllKeepsEachStreamsOrder", s14Order},
	{"S15_AllGoesOnFromAnyCursor", s15Cursors},
	{"S15_AllAfterARestart", s15Restart},
}

// sequencer is the store with the order of all, which is an extra: without it the
// case is skipped.
func (s *suite) sequencer(st chatkernel.Store) chatkernel.Sequencer {
	s.Helper()
	q, ok := st.(chatkernel.Sequencer)
	if ok {
		for _, err := range q.All(s.ctx, "") {
			ok = !errors.Is(err, chatkernel.ErrNoSequencer)
			break
		}
	}
	if !ok {
		s.Skip("the store keeps no order of all streams (it is no chatkernel.Sequencer)")
	}
	return q
}

func (s *suite) all(q chatkernel.Sequencer, after string) (all []chatkernel.Sequenced) {
	s.Helper()
	for one, err := range q.All(s.ctx, after) {
		if err != nil {
			s.Fatalf("All(%q) = %v", after, err)
		}
		all = append(all, one)
	}
	return all
}

// alike says that two readings of the order are the same.
func (s *suite) alike(what string, got, want []chatkernel.Sequenced) {
	s.Helper()
	if len(got) != len(want) {
		s.Fatalf("%s gives %d commits, want %d", what, len(got), len(want))
	}
	for i := range got {
		s.same(fmt.Sprintf("%s, commit %d", what, i), got[i].Commit, want[i].Commit)
		if got[i].Cursor != want[i].Cursor {
			s.Fatalf("%s, commit %d: the cursor is %q, want %q", what, i, got[i].Cursor, want[i].Cursor)
		}
	}
}

// s13All reads while many write, and must end with the same that a reader finds who
// comes when all is over.
func s13All(s *suite) {
	a, z := s.sequencer(s.a), s.sequencer(s.z)
	writers, each := 16, scale(24)
	var writing sync.WaitGroup
	var over atomic.Bool
	for w := range writers {
		st := s.a
		if w%2 == 1 {
			st = s.z
		}
		writing.Go(func() {
			for n := range each {
				c := commit(fmt.Sprintf("stream %d", w), uint64(n), 1)
				if err := st.Append(s.ctx, c); err != nil {
					s.Errorf("Append(%s) = %v", brief(c), err)
					return
				}
				if n%8 == 3 { // what is refused is in no order
					if err := st.Append(s.ctx, commit(c.Stream, 7000, 1)); !errors.Is(err, chatkernel.ErrConflict) {
						s.Errorf("Append at another head = %v, want ErrConflict", err)
					}
				}
			}
		})
	}
	go func() { writing.Wait(); over.Store(true) }()
	var seen []chatkernel.Sequenced
	cursor := ""
	for last := false; ; {
		end := over.Load()
		page := s.all(z, cursor)
		seen = append(seen, page...)
		if len(seen) > 0 {
			cursor = seen[len(seen)-1].Cursor
		}
		if last && len(page) == 0 {
			break
		}
		last = end
	}
	if len(seen) != writers*each {
		s.Fatalf("who read while they wrote has %d commits, want %d", len(seen), writers*each)
	}
	s.alike("All afterwards", s.all(a, ""), seen)
}

func s14Order(s *suite) {
	a := s.sequencer(s.a)
	heads := map[string]uint64{}
	want := 0
	for n := range 60 {
		stream := fmt.Sprint("stream ", n%7)
		st := s.a
		if n%3 == 1 {
			st = s.z
		}
		c := commit(stream, heads[stream], 1+n%4)
		s.append(st, c)
		heads[stream] += uint64(c.Count)
		want++
	}
	s.append(s.a, commit("stream 0", heads["stream 0"], 0)) // takes no position
	at := map[string]uint64{}
	all := s.all(a, "")
	for _, one := range all {
		if one.After != at[one.Stream] {
			s.Fatalf("in All %q goes on after %d, want after %d", one.Stream, one.After, at[one.Stream])
		}
		s.same("in All", one.Commit, commit(one.Stream, one.After, one.Count))
		at[one.Stream] = one.Head()
	}
	if len(all) != want {
		s.Fatalf("All gives %d commits, want %d", len(all), want)
	}
}

func s15Cursors(s *suite) {
	a, z := s.sequencer(s.a), s.sequencer(s.z)
	for n := range 40 {
		s.append(s.a, commit(fmt.Sprint("stream ", n%5), uint64(n/5), 1))
	}
	all := s.all(a, "")
	cursors := map[string]bool{}
	for i, one := range all {
		if one.Cursor == "" || cursors[one.Cursor] {
			s.Fatalf("commit %d has the cursor %q, which is empty or was there already", i, one.Cursor)
		}
		cursors[one.Cursor] = true
		s.alike(fmt.Sprintf("through another handle, All after %d", i+1), s.all(z, one.Cursor), all[i+1:])
	}
	s.append(s.z, commit("late", 0, 2))
	late := s.all(a, all[len(all)-1].Cursor)
	if len(late) != 1 || late[0].Stream != "late" {
		s.Fatalf("after the last cursor All gives %d commits, want the one that came later", len(late))
	}
	for _, cursor := range []string{"x", "0", all[3].Cursor + "x", "x" + all[3].Cursor, "\x00\xff", "999999999999"} {
		for one, err := range a.All(s.ctx, cursor) {
			if !errors.Is(err, chatkernel.ErrCursor) {
				s.Fatalf("All(%q) = %s, %v, want ErrCursor", cursor, brief(one.Commit), err)
			}
		}
	}
	// Whoever stops in the middle has what came until there.
	for one := range a.All(s.ctx, "") {
		s.same("the first", one.Commit, all[0].Commit)
		break
	}
}

func s15Restart(s *suite) {
	s.sequencer(s.a)
	s.needRestart()
	for n := range 12 {
		s.append(s.a, commit(fmt.Sprint("stream ", n%5), uint64(n/5), 1))
	}
	all := s.all(s.sequencer(s.a), "")
	s.restart()
	s.alike("All after a restart", s.all(s.sequencer(s.z), ""), all)
	s.append(s.a, commit("late", 0, 1))
	if late := s.all(s.sequencer(s.z), all[len(all)-1].Cursor); len(late) != 1 || late[0].Stream != "late" {
		s.Fatalf("after a restart and the last cursor All gives %d commits, want the one that came later", len(late))
	}
}
