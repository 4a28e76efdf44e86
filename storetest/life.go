package storetest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/chatkernel/chatkernel"
)

var lifeCases = []Case{
	{"S18_Epoch", s18Epoch},
	{"S20_SurvivesARestart", s20Restart},
	{"S20_Close", s20Close},
}

func s18Epoch(s *suite) {
	first, err := s.a.Epoch(s.ctx)
	if err != nil || first == "" {
		s.Fatalf("Epoch = %q, %v, want a name", first, err)
	}
	s.append(s.a, commit("s", 0, 1))
	for name, st := range s.both() {
		if again, err := st.Epoch(s.ctx); again != first || err != nil {
			s.Fatalf("through %s: Epoch = %q, %v, want %q as before", name, again, err, first)
		}
	}
}

func s20Restart(s *suite) {
	s.needRestart()
	s.restart() // right after the backend was made, with nothing in it
	epoch, err := s.a.Epoch(s.ctx)
	if err != nil {
		s.Fatalf("Epoch = %v", err)
	}
	var all []chatkernel.Commit
	for i := range uint64(3) { // and after every commit
		c := commit("s", i*2, 2)
		s.append(s.a, c)
		all = append(all, c)
		s.restart()
		s.holds(s.z, "s", all...)
		s.conflict(s.a, func() chatkernel.Commit { c := commit("s", 0, 1); c.Key = key(i, 99); return c }(), c.Head())
		s.lookup(s.a, c)
		if again, err := s.z.Epoch(s.ctx); again != epoch || err != nil {
			s.Fatalf("Epoch after a restart = %q, %v, want %q", again, err, epoch)
		}
	}
}

func s20Close(s *suite) {
	if s.b.Close == nil {
		s.Skip("the handles cannot be closed (Backend.Close is nil)")
	}
	s.append(s.a, commit("s", 0, 1))
	// In the middle of work.
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for head := uint64(0); head < 1000; head++ {
				switch err := s.a.Append(s.ctx, commit(fmt.Sprint("work ", i), head, 1)); {
				case errors.Is(err, chatkernel.ErrClosed):
					return
				case err != nil && !errors.Is(err, chatkernel.ErrNotWritten):
					// Unknown whether it was written: all that may be said here.
					return
				}
			}
		})
	}
	var twice sync.WaitGroup
	for range 3 { // often, and at once
		twice.Go(func() { s.b.Close(s.a) })
	}
	twice.Wait()
	wg.Wait()
	s.b.Close(s.a)
	closed := func(what string, err error) {
		s.Helper()
		if !errors.Is(err, chatkernel.ErrClosed) {
			s.Errorf("%s of a closed store = %v, want ErrClosed", what, err)
		}
	}
	closed("Append", s.a.Append(s.ctx, commit("s", 1, 1)))
	_, err := load(s.ctx, s.a, "s", 0)
	closed("Load", err)
	_, err = s.a.Lookup(s.ctx, "s", commit("s", 0, 1).Key)
	closed("Lookup", err)
	_, err = s.a.Due(s.ctx, 1)
	closed("Due", err)
	_, err = s.a.Epoch(s.ctx)
	closed("Epoch", err)
	err = nil
	for _, err = range s.a.Find(s.ctx, chatkernel.Query{}) {
		break
	}
	closed("Find", err)
}
