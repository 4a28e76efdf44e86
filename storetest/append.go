package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
)

var appendCases = []Case{
	{"S01_ManyWritersOneStream", s01ManyWriters},
	{"S02_ManyWritersManyStreams", s02ManyStreams},
	{"S03_AnotherHead", s03AnotherHead},
	{"S03_Malformed", s03Malformed},
	{"S04_TheSameCommandAgain", s04Again},
	{"S04_TheSameCommandAfterARestart", s04Restart},
	{"S04_TheSameCommandAfterADay", s04Day},
	{"S04_NoKey", s04NoKey},
	{"S05_TheSameKeyForAnotherCommand", s05OtherCommand},
	{"S06_TheAnswerIsLost", s06Lost},
	{"S06_TheAnswerIsLate", s06Late},
	{"S07_WholeOrNotAtAll", s07Whole},
	{"S09_Names", s09Names},
	{"S10_Sizes", s10Sizes},
	{"S11_CancelledBefore", s11Before},
	{"S11_CancelledMeanwhile", s11Meanwhile},
}

func s01ManyWriters(s *suite) {
	const stream = "one for all"
	writers, each := scale(64), 4
	type written struct {
		commit chatkernel.Commit
		writer int
	}
	acked := make(chan written, writers*each)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			st := s.a
			if w%2 == 1 {
				st = s.z
			}
			var head uint64
			for i := range each {
				c := commit(stream, 0, 1+(w+i)%3)
				c.Key = key(uint64(w+1), uint64(i+1))
				c.Data = fmt.Appendf(nil, "writer %d, command %d", w, i)
				for {
					c.After = head
					err := st.Append(s.ctx, c)
					if err == nil {
						acked <- written{c, w}
						head = c.Head()
						break
					}
					if !errors.Is(err, chatkernel.ErrConflict) {
						s.Errorf("Append = %v, want nil or a conflict", err)
						return
					}
					// The loser reads what it missed.
					news, err := load(s.ctx, st, stream, head)
					if err != nil || len(news) == 0 {
						s.Errorf("Load after a conflict at %d gives %d commits, %v", head, len(news), err)
						return
					}
					head = news[len(news)-1].Head()
				}
			}
		})
	}
	wg.Wait()
	close(acked)
	if s.Failed() {
		s.FailNow()
	}
	want := map[chatkernel.Key]chatkernel.Commit{}
	for a := range acked {
		want[a.commit.Key] = a.commit
	}
	for name, st := range s.both() {
		var head uint64
		all := s.load(st, stream, 0)
		for _, c := range all {
			if c.After != head {
				s.Fatalf("through %s: after position %d comes a commit after %d", name, head, c.After)
			}
			s.same("an acknowledged commit", c, want[c.Key])
			head = c.Head()
		}
		if len(all) != len(want) {
			s.Fatalf("through %s: %d commits, %d were acknowledged", name, len(all), len(want))
		}
	}
}

func s02ManyStreams(s *suite) {
	streams, each := scale(64), 5
	var wg sync.WaitGroup
	for w := range streams {
		wg.Go(func() {
			st := s.a
			if w%2 == 1 {
				st = s.z
			}
			var head uint64
			for i := range each {
				c := commit(fmt.Sprint("stream ", w), head, 1+i%2)
				if err := st.Append(s.ctx, c); err != nil {
					s.Errorf("the only writer of a stream: Append = %v, want nil", err)
					return
				}
				head = c.Head()
			}
		})
	}
	wg.Wait()
	for w := range streams {
		s.holds(s.z, fmt.Sprint("stream ", w), chain(fmt.Sprint("stream ", w), 1, 2, 1, 2, 1)...)
	}
}

func s03AnotherHead(s *suite) {
	now := s.now()
	all := chain("s", 1, 3)
	all[1].Wake = now.Add(time.Hour)
	all[1].Index = &chatkernel.Index{Phase: "active", Contact: "contact:pat", Started: now}
	for _, c := range all {
		s.append(s.a, c)
	}
	for name, st := range s.both() {
		for _, after := range []uint64{0, 1, 2, 3, 5, 6, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64 - 1, math.MaxUint64} {
			for _, count := range []int{0, 1} {
				c := commit("s", after, count)
				c.Key = key(after, 99)
				c.Wake = now.Add(-time.Hour)
				c.Index = &chatkernel.Index{Phase: "done", Contact: "contact:eve", Started: now}
				s.conflict(st, c, 4)
				s.missing(st, "s", c.Key)
			}
		}
		s.conflict(st, commit("another", 1, 1), 0)
		if got := s.load(st, "another", 0); len(got) != 0 {
			s.Fatalf("through %s: a conflict made a stream", name)
		}
	}
	s.holds(s.a, "s", all[0], without(all[1]))
	if d := s.due(s.z, 10); len(d.Streams) != 0 || !sameTime(d.Next, all[1].Wake) {
		s.Fatalf("a conflict moved the wake: %+v", d)
	}
	if got := s.find(s.z, chatkernel.Query{}); len(got) != 1 || got[0].Index.Phase != "active" || got[0].Head != 4 {
		s.Fatalf("a conflict moved the index: %+v", got)
	}
	s.append(s.z, commit("s", 4, 1))
}

// without is a commit as it comes back.
func without(c chatkernel.Commit) chatkernel.Commit {
	c.Index = nil
	return c
}

func s03Malformed(s *suite) {
	for _, name := range []string{"", strings.Repeat("x", 201), strings.Repeat("ü", 101)} {
		s.refused(s.a, commit(name, 0, 1), chatkernel.ErrInvalidCommit)
		s.refused(s.a, commit(name, 0, 0), chatkernel.ErrInvalidCommit)
	}
	s.append(s.a, commit("s", 0, 1))
	for _, count := range []int{-1, math.MinInt, 65_536, math.MaxInt} {
		c := commit("s", 1, count)
		s.refused(s.a, c, chatkernel.ErrInvalidCommit)
		s.missing(s.z, "s", c.Key)
	}
	s.holds(s.z, "s", commit("s", 0, 1))
	s.append(s.z, commit("s", 1, 65_535))
	s.holds(s.a, "s", chain("s", 1, 65_535)...)
}

func s04Again(s *suite) {
	all := chain("s", 2, 1, 0, 1)
	for _, c := range all {
		s.append(s.a, c)
	}
	for _, st := range s.both() {
		for _, c := range all {
			s.used(st, c, c)
			// The key is looked at before the head, whichever it is.
			for _, after := range []uint64{0, 4, 5, math.MaxUint64} {
				again := c
				again.After = after
				s.used(st, again, c)
			}
			s.lookup(st, c)
		}
		s.missing(st, "s", key(1000, 1))
		s.missing(st, "another", all[0].Key)
	}
	s.holds(s.z, "s", all[0], all[1], all[3])

	// A key belongs to its stream.
	other := commit("another", 0, 2)
	other.Data = []byte("another")
	s.append(s.z, other)
	s.lookup(s.a, other)
	s.lookup(s.a, all[0])

	// Keys that differ in one bit are different.
	for bit := range 128 {
		c := commit("bits", uint64(bit), 1)
		c.Key = chatkernel.Key{}
		c.Key[bit/8] = 1 << (bit % 8)
		s.append(s.a, c)
	}
}

func s04Restart(s *suite) {
	s.needRestart()
	all := chain("s", 1, 0, 2)
	for _, c := range all {
		s.append(s.a, c)
	}
	s.restart()
	for _, c := range all {
		s.used(s.z, c, c)
		s.lookup(s.a, c)
	}
}

func s04Day(s *suite) {
	if s.b.Advance == nil {
		s.Skip("the backend's clock cannot be moved (Backend.Advance is nil)")
	}
	all := chain("s", 1, 2)
	for _, c := range all {
		s.append(s.a, c)
		s.b.Advance(25 * time.Hour)
	}
	for _, c := range all {
		s.used(s.z, c, c)
	}
	s.holds(s.a, "s", all...)
}

func s04NoKey(s *suite) {
	var want []chatkernel.Commit
	for i := range uint64(5) {
		c := commit("s", i, 1)
		c.Key = chatkernel.Key{}
		s.append(s.a, c)
		want = append(want, c)
	}
	s.missing(s.a, "s", chatkernel.Key{})
	s.missing(s.z, "nothing", chatkernel.Key{})
	s.holds(s.z, "s", want...)
	s.conflict(s.z, want[0], 5)
}

func s05OtherCommand(s *suite) {
	first := commit("s", 0, 1)
	first.Wake = s.now().Add(time.Hour)
	first.Index = &chatkernel.Index{Phase: "waiting", Contact: "contact:pat", Started: epochStart}
	s.append(s.a, first)
	other := commit("s", 1, 3)
	other.Key = first.Key
	other.Data = []byte("something else")
	other.Wake = s.now().Add(-time.Hour)
	other.Index = &chatkernel.Index{Phase: "done", Contact: "contact:eve", Started: epochStart}
	for _, st := range s.both() {
		s.used(st, other, without(first))
	}
	s.holds(s.z, "s", without(first))
	if d := s.due(s.z, 10); len(d.Streams) != 0 || !sameTime(d.Next, first.Wake) {
		s.Fatalf("a used key moved the wake: %+v", d)
	}
	if got := s.find(s.z, chatkernel.Query{}); len(got) != 1 || got[0].Index.Phase != "waiting" {
		s.Fatalf("a used key moved the index: %+v", got)
	}
}

var errLost = errors.New("storetest: the answer was lost")

func s06Lost(s *suite) {
	f := NewFaulty(s.a)
	c := commit("s", 0, 1)
	for _, err := range []error{chatkernel.ErrNotWritten, errLost} {
		f.Inject(Fault{Before: err})
		s.refused(f, c, err)
		s.missing(s.z, "s", c.Key)
		s.holds(s.z, "s")
	}
	f.Inject(Fault{After: errLost})
	s.refused(f, c, errLost)
	s.used(f, c, c)
	s.used(s.z, c, c)
	s.holds(s.z, "s", c)
}

func s06Late(s *suite) {
	f := NewFaulty(s.a)
	mine, others := commit("s", 0, 2), commit("s", 2, 1)
	f.Inject(Fault{Written: func() { s.append(s.z, others) }, After: errLost})
	s.refused(f, mine, errLost)
	// The head is another now, and yet it is not a conflict.
	s.used(f, mine, mine)
	s.lookup(s.z, mine)
	s.holds(s.z, "s", mine, others)
}

func s07Whole(s *suite) {
	// Two handles race with commits of many positions. At no moment does a
	// reader see a part of one, or data, wake and index of different ones.
	const stream = "s"
	now := s.now()
	rounds := scale(80)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for w, st := range []chatkernel.Store{s.a, s.z} {
		wg.Go(func() {
			for i := 0; i < rounds; {
				all, err := load(s.ctx, st, stream, 0)
				if err != nil {
					s.Errorf("Load = %v", err)
					return
				}
				var head uint64
				if len(all) > 0 {
					head = all[len(all)-1].Head()
				}
				c := commit(stream, head, 1+(w*7+i*131)%500)
				c.Key = key(uint64(w), uint64(i+1))
				c.Wake = now.Add(time.Duration(c.Head()) * time.Hour)
				c.Index = &chatkernel.Index{Phase: "active", Priority: int(c.Head()), Started: now}
				switch err := st.Append(s.ctx, c); {
				case err == nil:
					i++
				case !errors.Is(err, chatkernel.ErrConflict):
					s.Errorf("Append = %v, want nil or a conflict", err)
					return
				}
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		var head uint64
		for _, c := range s.load(s.z, stream, 0) {
			want := commit(stream, c.After, c.Count)
			want.Key = c.Key
			want.Wake = now.Add(time.Duration(c.Head()) * time.Hour)
			if c.After != head {
				s.Errorf("after position %d comes a commit after %d", head, c.After)
			}
			if diff := difference(c, want); diff != "" {
				s.Errorf("a commit of several positions: %s", diff)
			}
			head = c.Head()
		}
		for _, e := range s.find(s.z, chatkernel.Query{}) {
			if uint64(e.Index.Priority) != e.Head || !sameTime(e.Wake, now.Add(time.Duration(e.Head)*time.Hour)) {
				s.Errorf("head %d, index of %d and wake of %v do not belong to one commit", e.Head, e.Index.Priority, e.Wake.Sub(now))
			}
		}
		if s.Failed() {
			<-done
			s.FailNow()
		}
	}
}

// names are hard for one backend or another: parts of each other, wildcards and
// separators of brokers, bytes that text columns refuse or fold.
func names() []string {
	all := []string{
		"a", "A", "a ", " a", "a.", ".a", "a.b", "a.*", "*", ">", "a.>", "a/b", "a\\b", "a%", "a_", "%", "_", "?", "a'b", `a"b`,
		"a;b", "a,b", "a\x00", "a\x00b", "\x00", "\xff", "\xff\xfe", "a\xff", "\t", "\n", "a\r\nb", "..", "../a", "$1", "$JS.API", "_INBOX.1",
		"é", "e\u0301", "ß", "ss", "ı", "İ", "i", "I", "👋🏽", "👋", "\u202eabc", "agent/maria", "agent/maria/", "tenant1:chat", "tenant2:chat",
		"null", "NULL", "0", "00", "-1", "1e3", "true", strings.Repeat("x", 199), strings.Repeat("x", 200), strings.Repeat("x", 199) + "y",
		strings.Repeat("\x00", 200), strings.Repeat("\xff", 200), strings.Repeat("ü", 100),
	}
	for b := range 256 {
		all = append(all, fmt.Sprintf("every byte: %c%s", 'x', string([]byte{byte(b)})))
	}
	return all
}

func s09Names(s *suite) {
	now := s.now()
	for i, name := range names() {
		c := commit(name, 0, 1)
		c.Data = []byte(name)
		c.Wake = now.Add(-time.Duration(i+1) * time.Second)
		c.Index = &chatkernel.Index{Phase: "active", Started: now.Add(time.Duration(i) * time.Second)}
		s.append(s.a, c)
	}
	d := s.due(s.z, len(names())+10)
	found := s.find(s.z, chatkernel.Query{Limit: len(names()) + 10})
	if len(d.Streams) != len(names()) || len(found) != len(names()) {
		s.Fatalf("of %d names %d are due and %d are found", len(names()), len(d.Streams), len(found))
	}
	for i, name := range names() {
		c := commit(name, 0, 1)
		c.Data = []byte(name)
		c.Wake = now.Add(-time.Duration(i+1) * time.Second)
		s.holds(s.z, name, c)
		s.lookup(s.z, c)
		if got := d.Streams[len(names())-1-i]; got != name {
			s.Fatalf("%q is due as %q", name, got)
		}
		if got := found[len(names())-1-i].Stream; got != name {
			s.Fatalf("%q is found as %q", name, got)
		}
	}
	for _, name := range []string{"b", "every byte: x", strings.Repeat("x", 198)} {
		s.holds(s.z, name)
	}
}

func s10Sizes(s *suite) {
	if s.b.MaxCommit == 0 {
		s.Skip("the backend declares no limit (Backend.MaxCommit is 0)")
	}
	c := commit("s", 0, 1)
	c.Data = noise(s.b.MaxCommit + 1)
	s.refused(s.a, c, chatkernel.ErrTooLarge)
	s.missing(s.z, "s", c.Key)
	s.holds(s.z, "s")
	c.Data = c.Data[:s.b.MaxCommit]
	s.append(s.a, c)
	s.holds(s.z, "s", c)
	s.used(s.z, c, c)
}

// noise is n bytes that do not compress.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1, 2, 3}).Read(b) // never fails
	return b
}

func s11Before(s *suite) {
	first := commit("s", 0, 1)
	first.Index = &chatkernel.Index{Phase: "active", Started: epochStart}
	first.Wake = s.now().Add(-time.Second)
	s.append(s.a, first)
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	want := func(what string, err error) {
		if !errors.Is(err, context.Canceled) {
			s.Errorf("%s with a cancelled context = %v, want context.Canceled", what, err)
		}
	}
	for _, st := range s.both() {
		second := commit("s", 1, 1)
		want("Append", st.Append(ctx, second))
		_, err := load(ctx, st, "s", 0)
		want("Load", err)
		_, err = st.Lookup(ctx, "s", first.Key)
		want("Lookup", err)
		_, err = st.Due(ctx, 1)
		want("Due", err)
		_, err = st.Epoch(ctx)
		want("Epoch", err)
		err = nil
		for _, err = range st.Find(ctx, chatkernel.Query{}) {
			break
		}
		want("Find", err)
	}
	if got := s.load(s.z, "s", 0); len(got) > 2 {
		s.Fatalf("%d commits after one Append and one that was cancelled", len(got))
	}
}

func s11Meanwhile(s *suite) {
	// Whatever the moment, a commit is there whole, or it is not there; and the
	// error is not wrong about it.
	var head uint64
	var want []chatkernel.Commit
	for i := range scale(120) {
		c := commit("s", head, 1+i%7)
		c.Key = key(uint64(i), 7)
		c.Data = noise(1 + i*50)
		ctx, cancel := context.WithTimeout(s.ctx, time.Duration(i*i)*time.Microsecond/8)
		err := s.a.Append(ctx, c)
		cancel()
		got, lookupErr := s.z.Lookup(s.ctx, "s", c.Key)
		switch {
		case lookupErr == nil:
			s.same("a commit whose context ended", got, c)
			if errors.Is(err, chatkernel.ErrNotWritten) {
				s.Fatalf("Append = %v, and yet it was written", err)
			}
		case !errors.Is(lookupErr, chatkernel.ErrNotFound):
			s.Fatalf("Lookup = %v", lookupErr)
		case err == nil:
			s.Fatalf("Append = nil, and nothing was written")
		case errors.Is(err, chatkernel.ErrNotWritten):
			continue
		default:
			// Unknown, says the contract: to send it again settles it.
			if err := s.a.Append(s.ctx, c); err != nil && !errors.Is(err, chatkernel.ErrKeyUsed) {
				s.Fatalf("the same commit again = %v, want nil or ErrKeyUsed", err)
			}
		}
		want = append(want, c)
		head = c.Head()
	}
	s.holds(s.z, "s", want...)
}
