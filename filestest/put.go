package filestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/chatkernel/chatkernel/files"
)

var putCases = []Case{
	{"F1 what is put is there, through every handle", func(s *suite) {
		for i, n := range sizes {
			key := fmt.Sprintf("folder/size-%d", n)
			data := content(uint64(i), n)
			s.put(s.a, key, data)
			s.holds(s.a, key, data)
			s.holds(s.z, key, data)
		}
	}},
	{"F2 keys are what CheckKey takes", func(s *suite) {
		for _, key := range []string{"a", "0", "a.b-c", "b/b/c/d.json", longKey} {
			s.put(s.a, key, []byte(key))
			s.holds(s.z, key, []byte(key))
		}
		for _, key := range []string{
			"", "/", "a/", "/a", "a//b", ".", "..", "../a", "a/../b", "a/.b", "-a", "A", "a b", "a\\b", "a\x00", "ä", longKey + "d",
		} {
			if _, err := s.a.Put(s.ctx, key, bytes.NewReader([]byte("x"))); !errors.Is(err, files.ErrKey) {
				s.Errorf("Put(%q) = %v, want ErrKey", key, err)
			}
			if _, err := s.a.Open(s.ctx, key); !errors.Is(err, files.ErrKey) {
				s.Errorf("Open(%q) = %v, want ErrKey", key, err)
			}
			if err := s.a.Delete(s.ctx, key); !errors.Is(err, files.ErrKey) {
				s.Errorf("Delete(%q) = %v, want ErrKey", key, err)
			}
		}
		s.lists(s.z, "", "a", "0", "a.b-c", "b/b/c/d.json", longKey)
	}},
	{"F3 a put takes the place of what was there", func(s *suite) {
		s.put(s.a, "f/x", content(1, 300_000))
		s.put(s.z, "f/x", content(2, 1000))
		s.holds(s.a, "f/x", content(2, 1000))
		s.lists(s.a, "", "f/x")
	}},
	{"F4 nothing is kept when the reader fails, and its error is given", func(s *suite) {
		boom := &readError{"the line is dead"}
		for _, n := range sizes {
			_, err := s.a.Put(s.ctx, "f/x", &dribble{data: content(1, n), err: fmt.Errorf("reading: %w", boom)})
			var got *readError
			if !errors.As(err, &got) || got != boom {
				s.Fatalf("Put from a reader that fails after %d bytes = %v, want its error", n, err)
			}
			s.missing(s.z, "f/x")
		}
		s.lists(s.z, "")
	}},
	{"F5 what was there stays when the reader fails", func(s *suite) {
		s.put(s.a, "f/x", content(1, 1000))
		if _, err := s.z.Put(s.ctx, "f/x", &dribble{data: content(2, 200_000), err: errors.New("dead")}); err == nil {
			s.Fatal("Put from a reader that fails = nil")
		}
		s.holds(s.a, "f/x", content(1, 1000))
	}},
	{"F6 nothing is kept when the context ends", func(s *suite) {
		ctx, cancel := context.WithCancel(s.ctx)
		_, err := s.a.Put(ctx, "f/x", &ending{cancel: cancel, after: 100})
		if !errors.Is(err, context.Canceled) {
			s.Fatalf("Put while its context ends = %v, want context.Canceled", err)
		}
		s.missing(s.z, "f/x")
		s.lists(s.z, "")
	}},
	{"F7 nobody sees a content before it is whole", func(s *suite) {
		r := &peeking{s: s, key: "f/x", data: content(1, 500_000)}
		if _, err := s.a.Put(s.ctx, "f/x", r); err != nil {
			s.Fatalf("Put = %v", err)
		}
		s.holds(s.z, "f/x", content(1, 500_000))
	}},
	{"F8 what is deleted is gone, and may come back", func(s *suite) {
		s.put(s.a, "f/g/x", content(1, 1000))
		s.put(s.a, "f/g/y", content(2, 1000))
		for range 2 { // the second time it is not there
			if err := s.z.Delete(s.ctx, "f/g/x"); err != nil {
				s.Fatalf("Delete = %v", err)
			}
			s.missing(s.a, "f/g/x")
		}
		s.lists(s.a, "", "f/g/y")
		if err := s.a.Delete(s.ctx, "f/g/y"); err != nil {
			s.Fatalf("Delete = %v", err)
		}
		s.lists(s.a, "")
		s.put(s.z, "f/g/x", content(3, 1000))
		s.holds(s.a, "f/g/x", content(3, 1000))
	}},
	{"F9 many put and delete at once", func(s *suite) {
		var all sync.WaitGroup
		for i := range 8 {
			st := s.a
			if i%2 == 1 {
				st = s.z
			}
			all.Go(func() {
				own := fmt.Sprintf("f/own-%d", i)
				for n := range 4 {
					data := content(uint64(i*100+n), 70_000+i)
					for _, key := range []string{own, "f/shared"} {
						if _, err := st.Put(s.ctx, key, bytes.NewReader(data)); err != nil {
							s.Errorf("Put(%q) = %v", key, err)
						}
					}
					if err := st.Delete(s.ctx, own); err != nil {
						s.Errorf("Delete(%q) = %v", own, err)
					}
				}
			})
		}
		all.Wait()
		s.lists(s.a, "", "f/shared")
		c := s.open(s.z, "f/shared") // somebody's, as a whole
		defer s.close(c)
		i := int(c.Info().Size) - 70_000
		for n := range 4 {
			if infoOf(content(uint64(i*100+n), 70_000+i)) == c.Info() {
				return
			}
		}
		s.Fatalf("the shared key holds what nobody wrote: %+v", c.Info())
	}},
	{"F10 what was acknowledged survives a restart", func(s *suite) {
		if s.b.Restart == nil {
			s.Skip("the backend keeps nothing over a restart (Backend.Restart is nil)")
		}
		s.put(s.a, "f/x", content(1, 200_000))
		s.put(s.a, "f/y", content(2, 10))
		if err := s.a.Delete(s.ctx, "f/y"); err != nil {
			s.Fatalf("Delete = %v", err)
		}
		s.b.Restart()
		s.a, s.z = s.b.Open(), s.b.Open()
		s.holds(s.a, "f/x", content(1, 200_000))
		s.lists(s.z, "", "f/x")
	}},
	{"F11 a closed handle says so", func(s *suite) {
		if s.b.Close == nil {
			s.Skip("handles cannot be closed (Backend.Close is nil)")
		}
		s.put(s.a, "f/x", content(1, 10))
		s.b.Close(s.a)
		if _, err := s.a.Put(s.ctx, "f/y", bytes.NewReader(nil)); !errors.Is(err, files.ErrClosed) {
			s.Errorf("Put on a closed handle = %v, want ErrClosed", err)
		}
		if _, err := s.a.Open(s.ctx, "f/x"); !errors.Is(err, files.ErrClosed) {
			s.Errorf("Open on a closed handle = %v, want ErrClosed", err)
		}
		if err := s.a.Delete(s.ctx, "f/x"); !errors.Is(err, files.ErrClosed) {
			s.Errorf("Delete on a closed handle = %v, want ErrClosed", err)
		}
		for _, err := range s.a.List(s.ctx, "") {
			if !errors.Is(err, files.ErrClosed) {
				s.Errorf("List on a closed handle = %v, want ErrClosed", err)
			}
		}
		s.lists(s.z, "", "f/x")
	}},
}

type readError struct{ text string }

func (e *readError) Error() string { return e.text }

// ending ends its context after so many reads, and goes on for long.
type ending struct {
	cancel func()
	after  int
}

func (e *ending) Read(p []byte) (int, error) {
	if e.after--; e.after == 0 {
		e.cancel()
	}
	if e.after < -10_000 {
		return 0, errors.New("the store reads on although its context has ended")
	}
	return copy(p, "0123456789abcdef"), nil
}

// peeking looks for the key while it is being written.
type peeking struct {
	s     *suite
	key   string
	data  []byte
	reads int
}

func (r *peeking) Read(p []byte) (int, error) {
	if r.reads++; r.reads%5 == 1 {
		// A store may read in another goroutine: no Fatalf here.
		for _, st := range []files.Store{r.s.a, r.s.z} {
			if c, err := st.Open(r.s.ctx, r.key); !errors.Is(err, files.ErrNotFound) {
				r.s.Errorf("Open of what is being written = %v, want ErrNotFound", err)
				if err == nil {
					_ = c.Close()
				}
			}
			for e, err := range st.List(r.s.ctx, "") {
				r.s.Errorf("List gives %q, %v while it is being written", e.Key, err)
			}
		}
	}
	d := dribble{data: r.data, n: r.reads}
	n, err := d.Read(p)
	r.data = d.data
	return n, err
}
