package storetest

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
)

var readCases = []Case{
	{"S12_LoadFromEveryPosition", s12Positions},
	{"S12_LoadWhileOthersAppend", s12Appending},
	{"S12_BreakOut", s12Break},
	{"S12_LongStream", s12Long},
	{"S17_ReadYourWrites", s17ReadYourWrites},
	{"S19_AnyBytes", s19Bytes},
	{"S19_Times", s19Times},
	{"S19_TheCallerKeepsItsBytes", s19Caller},
}

func s12Positions(s *suite) {
	all := chain("s", 1, 3, 0, 1, 2, 0, 0, 40, 1)
	all[6].Key = key(1000, 0) // two without positions in one place
	var want []chatkernel.Commit
	for _, c := range all {
		s.append(s.a, c)
		if c.Count > 0 {
			want = append(want, c)
		}
	}
	head := all[len(all)-1].Head()
	for _, st := range s.both() {
		for after := range head {
			// The one that holds position after+1 comes first, also where it
			// begins earlier.
			i := slices.IndexFunc(want, func(c chatkernel.Commit) bool { return c.Head() > after })
			s.equal(fmt.Sprintf("Load(%q, %d)", "s", after), s.load(st, "s", after), want[i:])
		}
		for _, after := range []uint64{head, head + 1, math.MaxInt64, math.MaxUint64} {
			if got := s.load(st, "s", after); len(got) != 0 {
				s.Fatalf("Load(%d) at head %d gives %d commits, want none", after, head, len(got))
			}
		}
		if got := s.load(st, "nothing", 0); len(got) != 0 {
			s.Fatalf("a stream that does not exist gives %d commits", len(got))
		}
		for _, c := range all {
			s.lookup(st, c)
		}
	}

	// A stream that holds nothing but commits without positions.
	s.append(s.a, commit("empty", 0, 0))
	s.holds(s.z, "empty")
	s.lookup(s.z, commit("empty", 0, 0))
	s.append(s.z, commit("empty", 0, 1))
}

func s12Appending(s *suite) {
	const stream = "s"
	n := scale(300)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var acked uint64
	wg.Go(func() {
		var head uint64
		for i := range n {
			c := commit(stream, head, 1+i%3)
			if err := s.a.Append(s.ctx, c); err != nil {
				s.Errorf("Append = %v", err)
				break
			}
			mu.Lock()
			head = c.Head()
			acked = head
			mu.Unlock()
		}
		mu.Lock()
		acked = math.MaxUint64
		mu.Unlock()
	})
	for _, st := range s.both() {
		wg.Go(func() {
			var head uint64 // that this reader has seen
			for {
				mu.Lock()
				least := acked
				mu.Unlock()
				from := head - head%5
				all, err := load(s.ctx, st, stream, from)
				if err != nil {
					s.Errorf("Load = %v", err)
					return
				}
				for i, c := range all {
					if i == 0 && (c.After > from || c.Head() <= from) || i > 0 && c.After != all[i-1].Head() {
						s.Errorf("Load(%d): commit %d is %d positions after %d", from, i, c.Count, c.After)
						return
					}
					if diff := difference(c, commit(stream, c.After, c.Count)); diff != "" {
						s.Errorf("Load while others append: %s", diff)
						return
					}
					head = max(head, c.Head())
				}
				if least == math.MaxUint64 {
					return
				}
				if head < least {
					s.Errorf("position %d was acknowledged before Load, which ends at %d", least, head)
					return
				}
			}
		})
	}
	wg.Wait()

	// What was begun is a picture of one moment or goes on with what is new, but
	// it never skips or repeats.
	var head uint64
	for c, err := range s.z.Load(s.ctx, stream, 0) {
		if err != nil {
			s.Fatalf("Load = %v", err)
		}
		if c.After != head {
			s.Fatalf("after position %d comes a commit after %d", head, c.After)
		}
		head = c.Head()
		if head < 20 {
			last := s.load(s.a, stream, 0)
			s.append(s.a, commit(stream, last[len(last)-1].Head(), 2))
		}
	}
}

func s12Break(s *suite) {
	// A connection that a loop keeps is soon missed.
	for i := range uint64(20) {
		c := commit("s", i, 1)
		c.Index = &chatkernel.Index{Phase: "active", Started: epochStart}
		s.append(s.a, c)
		c.Stream = fmt.Sprint("other ", i)
		c.After = 0
		s.append(s.a, c)
	}
	for range scale(200) {
		for c, err := range s.a.Load(s.ctx, "s", 0) {
			if err != nil || c.After != 0 {
				s.Fatalf("Load begins with %s, %v", brief(c), err)
			}
			break
		}
		for _, err := range s.a.Find(s.ctx, chatkernel.Query{}) {
			if err != nil {
				s.Fatalf("Find = %v", err)
			}
			break
		}
	}
	// The same sequence twice, and an Append from within a loop.
	seq := s.a.Load(s.ctx, "s", 18)
	for range 2 {
		n := 0
		for range seq {
			n++
		}
		if n < 2 {
			s.Fatalf("the sequence gives %d commits, want 2 or more each time", n)
		}
	}
	head := uint64(20)
	for c, err := range s.a.Load(s.ctx, "s", 0) {
		if err != nil {
			s.Fatalf("Load = %v", err)
		}
		if c.After == 3 {
			s.append(s.a, commit("s", head, 1))
			break
		}
	}
	s.append(s.z, commit("s", head+1, 1))
}

func s12Long(s *suite) {
	n := uint64(scale(10_000))
	want := make([]chatkernel.Commit, 0, n)
	for i := range n {
		c := commit("s", i, 1)
		s.append(s.a, c)
		want = append(want, c)
	}
	s.equal("Load(0)", s.load(s.z, "s", 0), want)
	for after := uint64(1); after < n; after = after*3/2 + 1 {
		s.equal(fmt.Sprintf("Load(%d)", after), s.load(s.z, "s", after), want[after:])
		s.lookup(s.z, want[after])
		again := want[after]
		again.After = n
		s.used(s.z, again, want[after])
	}
	s.equal("Load of the last", s.load(s.a, "s", n-1), want[n-1:])
	s.missing(s.a, "s", key(n+1, 1))
	s.conflict(s.a, func() chatkernel.Commit { c := commit("s", n/2, 1); c.Key = key(n, n); return c }(), n)
	s.append(s.z, commit("s", n, 1))
}

func s17ReadYourWrites(s *suite) {
	stores := [2]chatkernel.Store{s.a, s.z}
	var want []chatkernel.Commit
	for i := range uint64(scale(60)) {
		c := commit("s", i, 1)
		c.Wake = epochStart.Add(time.Duration(i) * time.Hour)
		s.append(stores[i%2], c)
		want = append(want, c)
		for _, st := range s.both() {
			s.equal("Load right after Append", s.load(st, "s", i), want[i:])
			s.lookup(st, c)
			if d := s.due(st, 1); !sameTime(d.Next, c.Wake) {
				s.Fatalf("the next wake right after Append is %v, want %v", d.Next, c.Wake)
			}
		}
	}
	s.holds(s.z, "s", want...)
}

func s19Bytes(s *suite) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	var want []chatkernel.Commit
	for i, data := range [][]byte{
		every, {0}, nil, {}, {0xff, 0xfe}, []byte(`{"text":"a\u0000b"}`), []byte(`{"text":"` + "\x00" + `"}`), []byte("\xef\xbb\xbf{}"),
		[]byte("{\"b\":1,\"a\":1, \"a\":2}\n"), []byte("a\r\nb\n"), []byte("\\x41"), []byte(`\000`), []byte("null"), []byte("' or 1=1 --"),
		[]byte("\xed\xa0\x80"), []byte("👋🏽\u202e"), bytes.Repeat([]byte{0}, 5000), noise(100_000), every,
	} {
		c := commit("s", uint64(i), 1)
		c.Data = data
		c.Key = chatkernel.Key(bytes.Repeat([]byte{byte(0xff - i)}, 16))
		s.append(s.a, c)
		want = append(want, c)
	}
	for _, st := range s.both() {
		s.holds(st, "s", want...)
		for _, c := range want {
			s.lookup(st, c)
			s.used(st, c, c)
		}
	}
}

func s19Times(s *suite) {
	zone := time.FixedZone("odd", -(9*3600 + 31*60 + 17))
	var want []chatkernel.Commit
	for i, at := range []time.Time{
		epochStart, epochStart.Add(time.Microsecond), epochStart, // not even in order
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC), time.Unix(0, 0), time.Date(1901, 1, 1, 0, 0, 0, 1000, zone),
		time.Date(2300, 2, 29, 0, 0, 0, 0, zone), // after the last nanosecond of 64 bits
		time.Date(2031, 10, 26, 2, 30, 0, 0, time.FixedZone("", 3600)), time.Date(2031, 10, 26, 2, 30, 0, 0, time.FixedZone("", 7200)),
		time.Now(), // with nanoseconds and a monotonic reading
	} {
		c := commit("s", uint64(i), 1)
		c.At = at
		c.Wake = at.Add(time.Duration(i) * time.Hour).Truncate(time.Microsecond)
		c.Index = &chatkernel.Index{Phase: "ended", Started: c.Wake, Ended: c.Wake.Add(time.Microsecond)}
		s.append(s.a, c)
		want = append(want, without(c))
		found := s.find(s.z, chatkernel.Query{})
		if len(found) != 1 || !sameIndex(found[0].Index, *c.Index) || !sameTime(found[0].Wake, c.Wake) {
			s.Fatalf("Find gives %+v, want %+v and the wake %v", found, *c.Index, c.Wake)
		}
	}
	s.holds(s.z, "s", want...)
	for _, c := range want {
		s.lookup(s.z, c)
	}
}

func s19Caller(s *suite) {
	// The store copies what it keeps, and never changes what it hands out.
	buffer := make([]byte, 0, 64)
	agents := []string{"agent:maria"}
	var want []chatkernel.Commit
	var handed [][]chatkernel.Commit
	for i := range uint64(40) {
		buffer = fmt.Appendf(buffer[:0], "the words number %d", i)
		c := commit("s", i, 1)
		c.Data = buffer
		x := &chatkernel.Index{Phase: "active", Contact: "contact:pat", Started: epochStart, Engaged: agents}
		c.Index = x
		s.append(s.a, c)
		kept := without(c)
		kept.Data = bytes.Clone(buffer)
		want = append(want, kept)
		clear(buffer)
		*x = chatkernel.Index{Phase: "done"}
		agents[0] = "agent:eve"
		handed = append(handed, s.load(s.a, "s", 0))
		if got := s.find(s.a, chatkernel.Query{}); len(got) != 1 || got[0].Index.Phase != "active" || got[0].Index.Engaged[0] != "agent:maria" {
			s.Fatalf("the caller changed the index that it had handed over: %+v", got)
		}
		agents[0] = "agent:maria"
	}
	for i, all := range handed {
		s.equal(fmt.Sprintf("what Load gave after %d commits", i+1), all, want[:i+1])
		for _, c := range all {
			// Even appending to it must not reach what lies behind.
			_ = append(c.Data, strings.Repeat("!", 8)...)
		}
	}
	s.holds(s.z, "s", want...)
}
