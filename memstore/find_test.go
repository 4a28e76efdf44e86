package memstore

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
)

func inOrder(a, b *stream) int {
	if a.precedes(b) {
		return -1
	}
	return 1
}

func all(next walk) (got []*stream) {
	for st := next(); st != nil; st = next() {
		got = append(got, st)
	}
	return got
}

// More streams than a chunk holds, put in and taken out in any order.
func TestOrderedIsOrdered(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var o ordered
	var model []*stream
	check := func() {
		slices.SortFunc(model, inOrder)
		require.Equal(t, len(model), len(all(o.from(func(*stream) bool { return true }))))
		for range 20 {
			var border *stream
			if len(model) > 0 && r.IntN(2) == 0 {
				border = model[r.IntN(len(model))]
			} else {
				border = &stream{name: "x", started: r.Int64N(600)}
			}
			want := slices.Clone(model)
			want = slices.DeleteFunc(want, func(st *stream) bool { return !border.precedes(st) })
			got := all(o.from(border.precedes))
			require.True(t, slices.Equal(want, got))
		}
		for _, c := range o.chunks {
			require.NotEmpty(t, c)
			require.LessOrEqual(t, len(c), chunkSize)
		}
	}
	check()
	for i := range 3000 {
		st := &stream{name: fmt.Sprint(i), started: r.Int64N(500)}
		model = append(model, st)
		o.insert(st)
		if i%5 == 4 {
			gone := r.IntN(len(model))
			o.remove(model[gone])
			model = slices.Delete(model, gone, gone+1)
		}
		if i%500 == 0 {
			check()
		}
	}
	check()
	for _, st := range model {
		o.remove(st)
	}
	model = nil
	check()
	require.Empty(t, o.chunks)
}

// New streams are mostly the newest: then chunks are full.
func TestOrderedFillsItsChunks(t *testing.T) {
	var o ordered
	for i := range 10 * chunkSize {
		o.insert(&stream{name: fmt.Sprint(i), started: int64(i)})
	}
	require.Len(t, o.chunks, 10)
}

// What nobody is in any more takes no memory.
func TestTheIndexForgetsWhoIsGone(t *testing.T) {
	s := New(nil)
	write := func(after uint64, x chatkernel.Index) {
		x.Started = time.Unix(int64(after), 0)
		require.NoError(t, s.Append(t.Context(), chatkernel.Commit{Stream: "s", After: after, Count: 1, Index: &x}))
	}
	write(0, chatkernel.Index{Phase: "waiting", Contact: "unknown", Owner: "a", Engaged: []string{"a", "b"}, Invited: []string{"b", "c"}})
	require.Len(t, s.index.agents, 3)
	write(1, chatkernel.Index{Phase: "done", Contact: "pat"})
	require.Empty(t, s.index.agents)
	require.Len(t, s.index.contacts, 1)
	require.Len(t, s.index.phases, 1)
}

// An index that says the same again costs what any append costs.
func TestTheSameIndexAgainIsNoChange(t *testing.T) {
	s := New(nil)
	x := chatkernel.Index{Phase: "active", Contact: "pat", Engaged: []string{"a"}}
	c := chatkernel.Commit{Stream: "s", Index: &x}
	require.NoError(t, s.Append(t.Context(), c))
	s.index.mu.Lock() // held by somebody who searches for long
	defer s.index.mu.Unlock()
	require.NoError(t, s.Append(t.Context(), c))
}

func TestSummaries(t *testing.T) {
	for _, x := range []chatkernel.Index{
		{},
		{Phase: "done", Contact: "c", Owner: "o", Queue: "q", Priority: -1 << 62, Started: time.Unix(1, 1000).UTC(), Ended: time.Unix(0, 0).UTC()},
		{Engaged: []string{"", "a"}, Consults: []string{"b"}, Invited: []string{"c", "d", "e"}, Attached: []string{string(make([]byte, 300))}},
	} {
		require.Equal(t, x, unpack(string(appendSummary(nil, &x))))
	}
}

// What a caller hands over may be a small part of something large, which must
// not be kept for it.
func TestNoStringOfTheCallerIsKept(t *testing.T) {
	s := New(nil)
	large := strings.Repeat("large", 1000)
	name, contact := large[:20], large[5:30]
	c := chatkernel.Commit{Stream: name, Count: 1, Index: &chatkernel.Index{Contact: contact, Phase: large[:6], Owner: large[:7]}}
	require.NoError(t, s.Append(t.Context(), c))
	st := s.shard(name).streams[name]
	kept := []string{st.name, st.summary}
	for _, of := range []map[string]*ordered{s.index.agents, s.index.phases} {
		for key := range of {
			kept = append(kept, key)
		}
	}
	for key := range s.index.contacts {
		kept = append(kept, key)
	}
	for key := range s.shard(name).streams {
		kept = append(kept, key)
	}
	require.Len(t, kept, 6)
	from := uintptr(unsafe.Pointer(unsafe.StringData(large)))
	packed := uintptr(unsafe.Pointer(unsafe.StringData(st.summary)))
	for i, k := range kept {
		at := uintptr(unsafe.Pointer(unsafe.StringData(k)))
		require.False(t, at >= from && at < from+uintptr(len(large)), "%q is a part of the caller's", k)
		require.False(t, i != 1 && at >= packed && at < packed+uintptr(len(st.summary)), "%q keeps the summary", k)
	}
}
