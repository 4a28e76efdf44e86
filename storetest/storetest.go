package storetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
)

// A Backend is one place for data, empty at first, and what can be done to it.
// All fields but Open may be left out.
type Backend struct {
	// Open gives a handle, as another process on the same backend would have
	// it. It is called several times in a case and ends the test itself if it
	// fails. A backend that is shared by handing one value around, as a store in
	// memory, gives that value each time.
	Open func() chatkernel.Store

	// Close closes a handle, after which its methods give chatkernel.ErrClosed.
	// Nil where handles cannot be closed.
	Close func(chatkernel.Store)

	// Restart ends the backend, as roughly as can be, and starts it again on
	// the same data. Handles from before are not used afterwards. Nil where
	// nothing is kept over a restart.
	Restart func()

	// Advance lets so much time pass on the clock by which the store judges what
	// is due. Nil where only waiting does that.
	Advance func(time.Duration)

	// MaxCommit is the largest Data that the store takes, in bytes; the suite
	// writes one such commit and one that is a byte larger. 0 where there is no
	// limit, or none that a test can reach.
	MaxCommit int
}

// A Case is one part of the suite. Its name begins with the letter and the
// number under which the project's documents know it.
type Case struct {
	Name string
	run  func(*suite)
}

// Run runs the case on a fresh backend. It starts no subtest, so that t may
// belong to a bubble of testing/synctest.
func (c Case) Run(t testing.TB, b *Backend) {
	t.Helper()
	s := &suite{TB: t, b: b, ctx: t.Context()}
	s.a, s.z = b.Open(), b.Open()
	c.run(s)
}

// Cases gives all cases, in the order in which [Run] runs them.
func Cases() []Case {
	return slices.Concat(appendCases, readCases, dueCases, findCases, allCases, lifeCases)
}

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
	a, z chatkernel.Store
}

// both are the two handles, by the name that messages give them.
func (s *suite) both() map[string]chatkernel.Store {
	return map[string]chatkernel.Store{"the same handle": s.a, "another handle": s.z}
}

// restart restarts the backend, or skips the case where that cannot be.
func (s *suite) restart() {
	s.Helper()
	s.needRestart()
	s.b.Restart()
	s.a, s.z = s.b.Open(), s.b.Open()
}

func (s *suite) needRestart() {
	s.Helper()
	if s.b.Restart == nil {
		s.Skip("the backend keeps nothing over a restart (Backend.Restart is nil)")
	}
}

func (s *suite) append(st chatkernel.Store, c chatkernel.Commit) {
	s.Helper()
	if err := st.Append(s.ctx, c); err != nil {
		s.Fatalf("Append(%s) = %v, want nil", brief(c), err)
	}
}

// refused appends a commit that must be refused.
func (s *suite) refused(st chatkernel.Store, c chatkernel.Commit, want error) {
	s.Helper()
	if err := st.Append(s.ctx, c); !errors.Is(err, want) {
		s.Fatalf("Append(%s) = %v, want %v", brief(c), err, want)
	}
}

// conflict appends a commit that another head must refuse.
func (s *suite) conflict(st chatkernel.Store, c chatkernel.Commit, head uint64) {
	s.Helper()
	err := st.Append(s.ctx, c)
	conflict, ok := errors.AsType[*chatkernel.ConflictError](err)
	switch {
	case !errors.Is(err, chatkernel.ErrConflict) || !ok:
		s.Fatalf("Append(%s) at head %d = %v, want a *ConflictError", brief(c), head, err)
	case conflict.After != c.After || conflict.Stream != c.Stream:
		s.Fatalf("Append(%s): the conflict is about %q after %d", brief(c), conflict.Stream, conflict.After)
	case conflict.Head != head && conflict.Head != 0:
		s.Fatalf("Append(%s): the conflict says head %d, want %d, or 0 for unknown", brief(c), conflict.Head, head)
	}
}

// used appends a commit whose key was used by another one.
func (s *suite) used(st chatkernel.Store, c, by chatkernel.Commit) {
	s.Helper()
	err := st.Append(s.ctx, c)
	used, ok := errors.AsType[*chatkernel.KeyUsedError](err)
	if !ok || !errors.Is(err, chatkernel.ErrKeyUsed) {
		s.Fatalf("Append(%s), whose key was used = %v, want a *KeyUsedError", brief(c), err)
	}
	s.same("the commit in the *KeyUsedError", used.Commit, by)
}

func (s *suite) load(st chatkernel.Store, stream string, after uint64) []chatkernel.Commit {
	s.Helper()
	all, err := load(s.ctx, st, stream, after)
	if err != nil {
		s.Fatalf("Load(%q, %d) = %v", stream, after, err)
	}
	return all
}

func load(ctx context.Context, st chatkernel.Store, stream string, after uint64) (all []chatkernel.Commit, err error) {
	for c, err := range st.Load(ctx, stream, after) {
		if err != nil {
			return all, err
		}
		all = append(all, c)
	}
	return all, nil
}

// holds says what the whole log of a stream must be.
func (s *suite) holds(st chatkernel.Store, stream string, want ...chatkernel.Commit) {
	s.Helper()
	s.equal(fmt.Sprintf("Load(%q, 0)", stream), s.load(st, stream, 0), want)
}

func (s *suite) equal(what string, got, want []chatkernel.Commit) {
	s.Helper()
	if len(got) != len(want) {
		s.Fatalf("%s gives %d commits, want %d", what, len(got), len(want))
	}
	for i := range got {
		s.same(fmt.Sprintf("%s, commit %d", what, i), got[i], want[i])
	}
}

func (s *suite) same(what string, got, want chatkernel.Commit) {
	s.Helper()
	if diff := difference(got, want); diff != "" {
		s.Fatalf("%s: %s", what, diff)
	}
}

// lookup says what Lookup must find.
func (s *suite) lookup(st chatkernel.Store, want chatkernel.Commit) {
	s.Helper()
	got, err := st.Lookup(s.ctx, want.Stream, want.Key)
	if err != nil {
		s.Fatalf("Lookup(%q, %x) = %v", want.Stream, want.Key, err)
	}
	s.same(fmt.Sprintf("Lookup(%q, %x)", want.Stream, want.Key), got, want)
}

func (s *suite) missing(st chatkernel.Store, stream string, key chatkernel.Key) {
	s.Helper()
	if c, err := st.Lookup(s.ctx, stream, key); !errors.Is(err, chatkernel.ErrNotFound) {
		s.Fatalf("Lookup(%q, %x) = %s, %v, want ErrNotFound", stream, key, brief(c), err)
	}
}

func (s *suite) due(st chatkernel.Store, limit int) chatkernel.Due {
	s.Helper()
	d, err := st.Due(s.ctx, limit)
	if err != nil {
		s.Fatalf("Due(%d) = %v", limit, err)
	}
	return d
}

// now is the store's present time, cut to microseconds.
func (s *suite) now() time.Time {
	s.Helper()
	return s.due(s.a, 1).Now.Truncate(time.Microsecond)
}

func (s *suite) find(st chatkernel.Store, q chatkernel.Query) []chatkernel.Entry {
	s.Helper()
	var all []chatkernel.Entry
	for e, err := range st.Find(s.ctx, q) {
		if err != nil {
			s.Fatalf("Find(%+v) = %v", q, err)
		}
		all = append(all, e)
	}
	return all
}

// eventually waits until ok is true.
func (s *suite) eventually(what string, ok func() bool) {
	s.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("after 20 s still not: %s", what)
		}
	}
}

// scale is n, or less of it in a short run.
func scale(n int) int {
	if testing.Short() {
		return max(n/4, 2)
	}
	return n
}

// epochStart is when the clocks of made-up commits begin; it is not on a whole
// millisecond.
var epochStart = time.Date(2031, 5, 17, 23, 59, 58, 123_457_000, time.UTC)

// commit makes the one that takes a stream from after to after+count.
func commit(stream string, after uint64, count int) chatkernel.Commit {
	data := fmt.Appendf(nil, "%d+%d", after, count)
	return chatkernel.Commit{
		Stream: stream, After: after, Count: count, Key: key(after+1, uint64(count)),
		At: epochStart.Add(time.Duration(after) * time.Second), Data: data,
	}
}

// key makes a key of two numbers.
func key(x, y uint64) (k chatkernel.Key) {
	binary.BigEndian.PutUint64(k[:8], x*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(k[8:], y)
	k[15] |= 0x80 // never zero
	return k
}

// chain makes the commits with the given counts, one after the other.
func chain(stream string, counts ...int) (all []chatkernel.Commit) {
	var head uint64
	for _, n := range counts {
		all = append(all, commit(stream, head, n))
		head += uint64(n)
	}
	return all
}

// difference says in what a commit is not the one that was written, "" if it is.
func difference(got, want chatkernel.Commit) string {
	switch {
	case got.Stream != want.Stream:
		return fmt.Sprintf("the stream is %q, want %q", got.Stream, want.Stream)
	case got.After != want.After || got.Count != want.Count:
		return fmt.Sprintf("it is %d positions after %d, want %d after %d", got.Count, got.After, want.Count, want.After)
	case got.Key != want.Key:
		return fmt.Sprintf("the key is %x, want %x", got.Key, want.Key)
	case !bytes.Equal(got.Data, want.Data):
		return fmt.Sprintf("the data are %.40q (%d bytes), want %.40q (%d bytes)", got.Data, len(got.Data), want.Data, len(want.Data))
	case !sameTime(got.At, want.At):
		return fmt.Sprintf("the time is %v, want %v", got.At, want.At)
	case !sameTime(got.Wake, want.Wake):
		return fmt.Sprintf("the wake is %v, want %v", got.Wake, want.Wake)
	case got.Index != nil:
		return "there is an index, want nil"
	}
	return ""
}

// sameTime allows for what is finer than a microsecond, either way.
func sameTime(got, want time.Time) bool {
	return got.IsZero() == want.IsZero() && got.Sub(want).Abs() < time.Microsecond
}

func sameIndex(got, want chatkernel.Index) bool {
	if !sameTime(got.Started, want.Started) || !sameTime(got.Ended, want.Ended) {
		return false
	}
	got.Started, got.Ended = want.Started, want.Ended
	for _, list := range []*[]string{
		&got.Former, &want.Former, &got.Engaged, &got.Consults, &got.Invited, &got.Attached, &got.Seeking,
		&want.Engaged, &want.Consults, &want.Invited, &want.Attached, &want.Seeking,
	} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	return reflect.DeepEqual(got, want)
}

func brief(c chatkernel.Commit) string {
	return fmt.Sprintf("%q after %d count %d", c.Stream, c.After, c.Count)
}
