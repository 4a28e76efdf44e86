package memstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chatkernel/chatkernel"
)

// Options configure a [Store]. The zero value and nil work.
type Options struct {
	// MaxCommit is the largest Data that a commit may hold, in bytes; 0 or less
	// means 1 MiB. A larger one is refused with [chatkernel.ErrTooLarge].
	MaxCommit int
	// Sequence keeps the order of all commits, for [Store.All] (HIST-8); it costs 40
	// bytes a commit.
	Sequence bool
}

// defaultMaxCommit is what most brokers take in one message, so that a host
// that starts in memory meets no new limit later.
const defaultMaxCommit = 1 << 20

// shards is the number of locks that the streams are spread over.
const shards = 64

// A Store is a [chatkernel.Store] in memory. Make one with [New].
//
// Times are kept at microseconds: what is finer is cut off, except that a wake
// is rounded up, so that nothing is due early. A time outside the years 1 to
// 9999 is malformed ([chatkernel.ErrInvalidCommit]).
//
// Load and Lookup hand out parts of the log itself and copy nothing.
type Store struct {
	epoch     string
	maxCommit int
	closed    atomic.Bool
	seed      maphash.Seed
	shards    [shards]shard
	wakes     wakes
	sequence  *sequence // nil where none is kept

	// Lock order: index, then a shard, then wakes.
	index index
}

type shard struct {
	mu      sync.Mutex
	streams map[string]*stream
	_       [48]byte // a cache line of its own for each lock
}

// New makes an empty store. o may be nil.
func New(o *Options) *Store {
	s := &Store{epoch: rand.Text(), maxCommit: defaultMaxCommit, seed: maphash.MakeSeed()}
	if o != nil && o.MaxCommit > 0 {
		s.maxCommit = o.MaxCommit
	}
	if o != nil && o.Sequence {
		s.sequence = new(sequence)
	}
	for i := range s.shards {
		s.shards[i].streams = make(map[string]*stream)
	}
	s.wakes.init()
	s.index.init()
	return s
}

// Close makes every later call fail with [chatkernel.ErrClosed]. It gives nil
// always and may be called often.
func (s *Store) Close() error {
	s.closed.Store(true)
	return nil
}

// Epoch is a random name that this Store got when it was made.
func (s *Store) Epoch(ctx context.Context) (string, error) {
	if err := s.ready(ctx); err != nil {
		return "", err
	}
	return s.epoch, nil
}

// Append writes a commit; see [chatkernel.Store]. It never leaves the caller in
// doubt: with whatever error, nothing was written.
func (s *Store) Append(ctx context.Context, c chatkernel.Commit) error {
	if err := s.ready(ctx); err != nil {
		if errors.Is(err, chatkernel.ErrClosed) {
			return err
		}
		return fmt.Errorf("%w: %w", chatkernel.ErrNotWritten, err)
	}
	if err := check(&c); err != nil {
		return err
	}
	var room [256]byte
	var summary []byte
	if c.Index != nil {
		summary = appendSummary(room[:0], c.Index)
	}
	sh := s.shard(c.Stream)
	sh.mu.Lock()
	st, err := s.admit(sh, &c)
	if err == nil && (c.Index == nil || st != nil && st.indexed() && st.summary == string(summary)) {
		s.write(sh, st, &c)
		sh.mu.Unlock()
		return nil
	}
	sh.mu.Unlock()
	if err != nil {
		return err
	}

	// The index moves, which is rare: its lock comes before the shard's, so
	// everything is looked at once more.
	s.index.mu.Lock()
	defer s.index.mu.Unlock()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if st, err = s.admit(sh, &c); err != nil {
		return err
	}
	s.index.set(s.write(sh, st, &c), string(summary))
	return nil
}

// admit judges a commit. It gives the stream, nil where there is none yet. The
// shard is locked.
func (s *Store) admit(sh *shard, c *chatkernel.Commit) (*stream, error) {
	st := sh.streams[c.Stream]
	var head uint64
	if st != nil {
		if used, ok := st.lookup(c.Key); ok {
			return nil, &chatkernel.KeyUsedError{Commit: used}
		}
		head = st.head
	}
	switch {
	case c.After != head:
		return nil, &chatkernel.ConflictError{Stream: strings.Clone(c.Stream), After: c.After, Head: head}
	case len(c.Data) > s.maxCommit:
		return nil, fmt.Errorf("%w: %d bytes, at most %d", chatkernel.ErrTooLarge, len(c.Data), s.maxCommit)
	case st != nil && len(st.log)+maxFrameHead+len(c.Data) > maxLog:
		return nil, fmt.Errorf("%w: the stream is full", chatkernel.ErrTooLarge)
	}
	return st, nil
}

// write carries out a commit that was admitted. The shard is locked.
func (s *Store) write(sh *shard, st *stream, c *chatkernel.Commit) *stream {
	if st == nil {
		st = &stream{name: strings.Clone(c.Stream), wake: never}
		sh.streams[st.name] = st
	}
	wake := wakeMicros(c.Wake)
	// A commit without positions and without a key can never be read again.
	if c.Count > 0 && s.sequence != nil {
		s.sequence.add(st)
	}
	if c.Count > 0 || c.Key != (chatkernel.Key{}) {
		st.append(c, c.At.UnixMicro(), wake)
	}
	if wake != st.wake {
		s.wakes.set(st, wake)
	}
	return st
}

// Load gives the commits after a position; see [chatkernel.Store]. The sequence
// is what the stream held when the iteration began.
func (s *Store) Load(ctx context.Context, name string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	return func(yield func(chatkernel.Commit, error) bool) {
		if err := s.ready(ctx); err != nil {
			yield(chatkernel.Commit{}, err)
			return
		}
		sh := s.shard(name)
		sh.mu.Lock()
		st := sh.streams[name]
		if st == nil || after >= st.head {
			sh.mu.Unlock()
			return
		}
		log, cur := st.log, st.near(after)
		sh.mu.Unlock()

		name := st.name // ours, not a part of something larger of the caller's
		for n := 1; cur.off < len(log); n++ {
			f := cur.next(log)
			if f.count == 0 || f.after+uint64(f.count) <= after {
				continue
			}
			if !yield(f.commit(name), nil) {
				return
			}
			if n%64 == 0 && ctx.Err() != nil {
				yield(chatkernel.Commit{}, ctx.Err())
				return
			}
		}
	}
}

// Lookup gives the commit that used a key; see [chatkernel.Store].
func (s *Store) Lookup(ctx context.Context, name string, key chatkernel.Key) (chatkernel.Commit, error) {
	if err := s.ready(ctx); err != nil {
		return chatkernel.Commit{}, err
	}
	sh := s.shard(name)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if st := sh.streams[name]; st != nil {
		if c, ok := st.lookup(key); ok {
			return c, nil
		}
	}
	return chatkernel.Commit{}, chatkernel.ErrNotFound
}

// Due gives the streams whose wake has come; see [chatkernel.Store]. The
// present time is that of package time, cut to microseconds.
func (s *Store) Due(ctx context.Context, limit int) (chatkernel.Due, error) {
	if err := s.ready(ctx); err != nil {
		return chatkernel.Due{}, err
	}
	now := time.Now().UnixMicro()
	names, next := s.wakes.due(now, max(limit, 1))
	d := chatkernel.Due{Now: instant(now), Streams: names}
	if next != never {
		d.Next = instant(next)
	}
	return d, nil
}

// Find gives the streams whose index matches; see [chatkernel.Store]. Its cost
// grows with the number of streams that share the query's contact, its agent
// or, where it names neither, its phases; and with Limit, because the whole
// answer is taken at one moment.
func (s *Store) Find(ctx context.Context, q chatkernel.Query) iter.Seq2[chatkernel.Entry, error] {
	return func(yield func(chatkernel.Entry, error) bool) {
		if err := s.ready(ctx); err != nil {
			yield(chatkernel.Entry{}, err)
			return
		}
		for _, e := range s.find(&q) {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (s *Store) ready(ctx context.Context) error {
	if s.closed.Load() {
		return chatkernel.ErrClosed
	}
	return ctx.Err()
}

func (s *Store) shard(name string) *shard {
	return &s.shards[maphash.String(s.seed, name)%shards]
}

// check finds what makes a commit malformed whatever the store holds.
func check(c *chatkernel.Commit) error {
	switch {
	case len(c.Stream) == 0 || len(c.Stream) > 200:
		return fmt.Errorf("%w: the stream's name has %d bytes, not 1 to 200", chatkernel.ErrInvalidCommit, len(c.Stream))
	case c.Count < 0 || c.Count > math.MaxUint16:
		return fmt.Errorf("%w: the count is %d, not 0 to 65535", chatkernel.ErrInvalidCommit, c.Count)
	case !keepable(c.At) || !keepable(c.Wake) || c.Index != nil && !(keepable(c.Index.Started) && keepable(c.Index.Ended)):
		return fmt.Errorf("%w: a time is outside the years 1 to 9999", chatkernel.ErrInvalidCommit)
	}
	return nil
}

// Seconds of Unix time at the ends of the years 1 and 9999. Between them no sum
// or difference of two times in microseconds overflows.
const (
	firstSecond = -62_135_596_800
	lastSecond  = 253_402_300_799
)

func keepable(t time.Time) bool { return t.Unix() >= firstSecond && t.Unix() <= lastSecond }

// never is the wake of a stream that has none.
const never = math.MinInt64

func wakeMicros(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return upMicros(t)
}

// upMicros rounds up, so that what is told from the result is not early.
func upMicros(t time.Time) int64 {
	us := t.UnixMicro()
	if t.Nanosecond()%1000 != 0 {
		us++
	}
	return us
}

func instant(us int64) time.Time { return time.UnixMicro(us).UTC() }
