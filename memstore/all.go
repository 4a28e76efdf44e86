package memstore

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"sync"

	"github.com/chatkernel/chatkernel"
)

// A sequence is the order of all commits, for a store that keeps one. Its lock is
// taken last of all.
type sequence struct {
	mu  sync.Mutex
	all []sequenced
}

// sequenced is a commit: where its frame is in the log of its stream.
type sequenced struct {
	stream *stream
	at     cursor
}

// add appends the commit that is about to be written to the stream, whose shard is
// locked.
func (q *sequence) add(st *stream) {
	q.mu.Lock()
	q.all = append(q.all, sequenced{st, st.end()})
	q.mu.Unlock()
}

// page are the next ones, at most so many. What was given is never changed.
func (q *sequence) page(from, most int) []sequenced {
	q.mu.Lock()
	defer q.mu.Unlock()
	if from >= len(q.all) {
		return nil
	}
	return q.all[from:min(len(q.all), from+most)]
}

// All gives the commits of all streams in one order; see [chatkernel.Sequencer].
// It needs [Options.Sequence].
func (s *Store) All(ctx context.Context, after string) iter.Seq2[chatkernel.Sequenced, error] {
	return func(yield func(chatkernel.Sequenced, error) bool) {
		fail := func(err error) { yield(chatkernel.Sequenced{}, err) }
		if err := s.ready(ctx); err != nil {
			fail(err)
			return
		}
		if s.sequence == nil {
			fail(chatkernel.ErrNoSequencer)
			return
		}
		at, ok := s.place(after)
		if !ok {
			fail(chatkernel.ErrCursor)
			return
		}
		for {
			page := s.sequence.page(at, 64)
			if len(page) == 0 {
				return
			}
			for i := range page {
				if at++; !yield(s.sequenced(&page[i], at), nil) {
					return
				}
			}
			if err := ctx.Err(); err != nil {
				fail(err)
				return
			}
		}
	}
}

// sequenced reads a commit, the n-th of all.
func (s *Store) sequenced(q *sequenced, n int) chatkernel.Sequenced {
	sh := s.shard(q.stream.name)
	sh.mu.Lock()
	log := q.stream.log
	sh.mu.Unlock()
	cur := q.at
	f := cur.next(log)
	return chatkernel.Sequenced{Commit: f.commit(q.stream.name), Cursor: s.epoch + "." + strconv.Itoa(n)}
}

// place is how many commits are before a cursor.
func (s *Store) place(cursor string) (int, bool) {
	if cursor == "" {
		return 0, true
	}
	number, ok := strings.CutPrefix(cursor, s.epoch+".")
	n, err := strconv.Atoi(number)
	s.sequence.mu.Lock()
	defer s.sequence.mu.Unlock()
	return n, ok && err == nil && n > 0 && n <= len(s.sequence.all) && strconv.Itoa(n) == number
}
