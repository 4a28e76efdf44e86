package filestest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/files"
)

// A Backend is one place for bytes, empty at first, and what can be done to it.
// All fields but Open may be left out.
type Backend struct {
	// Open gives a handle, as another process on the same backend would have it.
	// It is called several times in a case and ends the test itself if it fails.
	// A backend that is shared by handing one value around, as a store in memory,
	// gives that value each time.
	Open func() files.Store

	// Close closes a handle, after which its methods give files.ErrClosed. Nil
	// where handles cannot be closed.
	Close func(files.Store)

	// Restart ends the backend, as roughly as can be, and starts it again on the
	// same bytes. Nil where nothing is kept over a restart.
	Restart func()

	// Corrupt changes the byte at the offset of a stored content, behind the
	// store's back. Nil where a test cannot do that.
	Corrupt func(key string, off int64)
}

// A Case is one part of the suite.
type Case struct {
	Name string
	run  func(*suite)
}

// Run runs the case on a fresh backend. It starts no subtest, so that t may
// belong to a bubble of testing/synctest.
func (c Case) Run(t testing.TB, b *Backend) {
	t.Helper()
	c.run(&suite{TB: t, b: b, ctx: t.Context(), a: b.Open(), z: b.Open()})
}

// Cases gives all cases, in the order in which [Run] runs them.
func Cases() []Case { return slices.Concat(putCases, readCases, listCases) }

// Run runs every case as a subtest. It calls open for each, with that subtest's
// own t, for cleaning up.
func Run(t *testing.T, open func(t testing.TB) *Backend) {
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, open(t)) })
	}
}

// A suite is a running case: two handles on one backend.
type suite struct {
	testing.TB
	b    *Backend
	ctx  context.Context
	a, z files.Store
}

func (s *suite) put(st files.Store, key string, data []byte) {
	s.Helper()
	// A reader that gives little at a time, as a network does.
	info, err := st.Put(s.ctx, key, &dribble{data: data})
	if err != nil {
		s.Fatalf("Put(%q, %d bytes) = %v, want nil", key, len(data), err)
	}
	if want := infoOf(data); info != want {
		s.Fatalf("Put(%q) = %+v, want %+v", key, info, want)
	}
}

func (s *suite) open(st files.Store, key string) files.Content {
	s.Helper()
	c, err := st.Open(s.ctx, key)
	if err != nil {
		s.Fatalf("Open(%q) = %v, want nil", key, err)
	}
	return c
}

func (s *suite) close(c files.Content) {
	s.Helper()
	if err := c.Close(); err != nil {
		s.Fatalf("Close = %v", err)
	}
}

// holds says what a key must hold.
func (s *suite) holds(st files.Store, key string, want []byte) {
	s.Helper()
	c := s.open(st, key)
	defer s.close(c)
	if info := c.Info(); info != infoOf(want) {
		s.Fatalf("Open(%q).Info() = %+v, want %+v", key, info, infoOf(want))
	}
	got, err := io.ReadAll(io.NewSectionReader(c, 0, c.Info().Size))
	if err != nil || !bytes.Equal(got, want) {
		s.Fatalf("reading %q gives %d bytes and %v, want the %d that were written", key, len(got), err, len(want))
	}
}

func (s *suite) missing(st files.Store, key string) {
	s.Helper()
	c, err := st.Open(s.ctx, key)
	if err == nil {
		s.close(c)
	}
	if !errors.Is(err, files.ErrNotFound) {
		s.Fatalf("Open(%q), which is not there = %v, want ErrNotFound", key, err)
	}
}

func (s *suite) list(st files.Store, prefix string) []string {
	s.Helper()
	keys := []string{}
	for e, err := range st.List(s.ctx, prefix) {
		if err != nil {
			s.Fatalf("List(%q) = %v", prefix, err)
		}
		keys = append(keys, e.Key)
	}
	slices.Sort(keys)
	return keys
}

// lists says which keys there must be.
func (s *suite) lists(st files.Store, prefix string, want ...string) {
	s.Helper()
	slices.Sort(want)
	if got := s.list(st, prefix); !slices.Equal(got, want) {
		s.Fatalf("List(%q) = %q, want %q", prefix, got, want)
	}
}

func infoOf(data []byte) files.Info {
	return files.Info{Size: int64(len(data)), Hash: sha256.Sum256(data)}
}

// content makes bytes that do not repeat.
func content(seed uint64, n int) []byte {
	data := make([]byte, n)
	for i := range data {
		seed = seed*6364136223846793005 + 1442695040888963407
		data[i] = byte(seed >> 56)
	}
	return data
}

// dribble reads data in odd pieces, then ends with err, or the end.
type dribble struct {
	data []byte
	n    int
	err  error
}

func (d *dribble) Read(p []byte) (int, error) {
	if len(d.data) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		return 0, io.EOF
	}
	d.n++
	n := copy(p[:min(len(p), d.n*977%40_000+1)], d.data)
	d.data = d.data[n:]
	return n, nil
}

// sizes are those at which blocks of 64 KiB, and buffers of others, begin and
// end.
var sizes = []int{0, 1, 1000, 32 << 10, 64<<10 - 1, 64 << 10, 64<<10 + 1, 256 << 10, 256<<10 + 1, 1<<20 + 4321}

var longKey = strings.Repeat("l", 100) + "/" + strings.Repeat("b", 100) + "/" + strings.Repeat("c", 98)
