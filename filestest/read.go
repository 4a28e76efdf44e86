package filestest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"

	"github.com/chatkernel/chatkernel/files"
)

var readCases = []Case{
	{"G1 ranges are read as io.ReaderAt says", func(s *suite) {
		for i, n := range sizes {
			data := content(uint64(i), n)
			s.put(s.a, "f/x", data)
			c := s.open(s.z, "f/x")
			for _, off := range []int{0, 1, n/2 - 1, n/2 + 1, 64<<10 - 1, 64 << 10, n - 1, n, n + 1} {
				for _, length := range []int{0, 1, 7, 64 << 10, 64<<10 + 1, 200_000} {
					if off < 0 {
						continue
					}
					got := make([]byte, length)
					m, err := c.ReadAt(got, int64(off))
					want := data[min(off, n):min(off+length, n)]
					if !bytes.Equal(got[:m], want) {
						s.Fatalf("of %d bytes, ReadAt(%d, %d) gives %d bytes, want those %d that were written", n, length, off, m, len(want))
					}
					if m < length && err != io.EOF || m == length && err != nil && err != io.EOF {
						s.Fatalf("of %d bytes, ReadAt(%d, %d) = %d, %v", n, length, off, m, err)
					}
				}
			}
			if _, err := c.ReadAt(make([]byte, 1), -1); err == nil || err == io.EOF {
				s.Fatalf("ReadAt at a negative offset = %v, want an error", err)
			}
			s.close(c)
		}
	}},
	{"G2 many read one content at once", func(s *suite) {
		data := content(1, 1<<20)
		s.put(s.a, "f/x", data)
		c := s.open(s.a, "f/x")
		defer s.close(c)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				p := make([]byte, 3000+i)
				for n := range 100 {
					off := (n*8 + i) * 1237
					if _, err := c.ReadAt(p, int64(off)); err != nil || !bytes.Equal(p, data[off:off+len(p)]) {
						s.Errorf("ReadAt(%d, %d) among others gives other bytes, or %v", len(p), off, err)
						return
					}
				}
			})
		}
		all.Wait()
	}},
	{"G3 old and new bytes are never mixed", func(s *suite) {
		old, young := content(1, 300_000), content(2, 300_000)
		for _, change := range []func() error{
			func() error { _, err := s.z.Put(s.ctx, "f/x", bytes.NewReader(young)); return err },
			func() error { return s.z.Delete(s.ctx, "f/x") },
		} {
			s.put(s.a, "f/x", old)
			c := s.open(s.a, "f/x")
			p := make([]byte, 1000)
			if _, err := c.ReadAt(p, 0); err != nil {
				s.Fatalf("ReadAt = %v", err)
			}
			if err := change(); err != nil {
				s.Fatalf("changing what is open = %v", err)
			}
			// The old bytes, or an error.
			if _, err := c.ReadAt(p, 200_000); err == nil && !bytes.Equal(p, old[200_000:201_000]) {
				s.Fatal("what is open gives bytes of what took its place")
			}
			s.close(c)
		}
	}},
	{"G4 no damaged byte is given out, of the whole or of a range", func(s *suite) {
		s.needCorrupt()
		for _, n := range []int{1, 1000, 64 << 10, 300_000} {
			data := content(uint64(n), n)
			for _, at := range []int{0, n / 2, n - 1} {
				s.put(s.a, "f/x", data)
				s.b.Corrupt("f/x", int64(at))
				c, err := s.z.Open(s.ctx, "f/x")
				if errors.Is(err, files.ErrCorrupt) {
					continue // found at once
				}
				if err != nil {
					s.Fatalf("Open = %v", err)
				}
				got, err := io.ReadAll(io.NewSectionReader(c, 0, int64(n)))
				if !errors.Is(err, files.ErrCorrupt) {
					s.Fatalf("reading %d bytes with a damaged one at %d = %v, want ErrCorrupt", n, at, err)
				}
				if !bytes.Equal(got, data[:len(got)]) || len(got) > at {
					s.Fatalf("of %d bytes with a damaged one at %d, %d were given out", n, at, len(got))
				}
				if _, err := c.ReadAt(make([]byte, 1), int64(at)); !errors.Is(err, files.ErrCorrupt) {
					s.Fatalf("ReadAt of the damaged byte = %v, want ErrCorrupt", err)
				}
				// Bytes of the same block may be refused; they are never wrong.
				p := make([]byte, 1)
				if _, err := c.ReadAt(p, 0); err == nil && p[0] != data[0] {
					s.Fatal("ReadAt gives a damaged byte")
				}
				s.close(c)
			}
		}
	}},
	{"G5 what is not damaged can still be read", func(s *suite) {
		s.needCorrupt()
		s.put(s.a, "f/x", content(1, 300_000))
		s.put(s.a, "f/y", content(2, 300_000))
		s.b.Corrupt("f/x", 1)
		s.holds(s.z, "f/y", content(2, 300_000))
		s.put(s.z, "f/x", content(3, 300_000))
		s.holds(s.a, "f/x", content(3, 300_000))
	}},
	{"G6 a context that has ended ends calls", func(s *suite) {
		s.put(s.a, "f/x", content(1, 10))
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		if _, err := s.a.Open(ctx, "f/x"); !errors.Is(err, context.Canceled) {
			s.Errorf("Open = %v, want context.Canceled", err)
		}
		if err := s.a.Delete(ctx, "f/x"); !errors.Is(err, context.Canceled) {
			s.Errorf("Delete = %v, want context.Canceled", err)
		}
		for _, err := range s.a.List(ctx, "") {
			if !errors.Is(err, context.Canceled) {
				s.Errorf("List = %v, want context.Canceled", err)
			}
		}
		s.holds(s.z, "f/x", content(1, 10))
	}},
}

func (s *suite) needCorrupt() {
	s.Helper()
	if s.b.Corrupt == nil {
		s.Skip("a test cannot damage what the backend keeps (Backend.Corrupt is nil)")
	}
}
