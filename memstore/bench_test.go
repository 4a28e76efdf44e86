package memstore_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// command makes the commits of a chat one after the other, shaped as the kernel
// shapes them: one position, a key, a wake, a few dozen bytes.
func command(stream string, after uint64, data []byte) chatkernel.Commit {
	c := chatkernel.Commit{Stream: stream, After: after, Count: 1, At: start.Add(time.Duration(after) * 7_654_321 * time.Microsecond), Data: data}
	binary.LittleEndian.PutUint64(c.Key[:], (after+1)*0x9e3779b97f4a7c15)
	c.Wake = c.At.Add(30 * time.Second)
	return c
}

var text = []byte("sixty bytes of text, as a person writes them in a chat line.")

func must(b *testing.B, err error) {
	if err != nil {
		b.Fatal(err)
	}
}

// Append and read back, as a kernel and its feeds do, in chats of 30 commits and
// at position 10,000 of one.
func BenchmarkAppend(b *testing.B) {
	ctx := context.Background()
	run := func(name string, from, to uint64, readBack bool) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			s, n, head := memstore.New(nil), 0, to
			var stream string
			for b.Loop() {
				if head == to {
					if from > 0 {
						b.StopTimer()
						s = memstore.New(nil)
					}
					n++
					stream = fmt.Sprint("chat ", n)
					for head = 0; head < from; head++ {
						must(b, s.Append(ctx, command(stream, head, text)))
					}
					if from > 0 {
						b.StartTimer()
					}
				}
				must(b, s.Append(ctx, command(stream, head, text)))
				if readBack {
					got := 0
					for c, err := range s.Load(ctx, stream, head) {
						must(b, err)
						got += len(c.Data)
					}
					if got != len(text) {
						b.Fatal("read back ", got)
					}
				}
				head++
			}
		})
	}
	run("New30", 0, 30, false)
	run("New30ReadBack", 0, 30, true)
	run("At1000ReadBack", 1000, 3000, true)
	run("At10000ReadBack", 10_000, 12_000, true)
}

func BenchmarkLoad(b *testing.B) {
	ctx := context.Background()
	s := memstore.New(nil)
	for i := range uint64(10_000) {
		must(b, s.Append(ctx, command("long", i, text)))
		if i < 100 {
			must(b, s.Append(ctx, command("s", i, text)))
		}
	}
	run := func(name, stream string, after uint64, want int) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, err := range s.Load(ctx, stream, after) {
					must(b, err)
					n++
				}
				if n != want {
					b.Fatal(n)
				}
			}
		})
	}
	run("100", "s", 0, 100)
	run("Last", "s", 99, 1)
	run("Last5Of10000", "long", 9_995, 5)
	run("NothingNew", "s", 100, 0)
}

func BenchmarkLookup(b *testing.B) {
	ctx := context.Background()
	s := memstore.New(nil)
	for i := range uint64(10_000) {
		must(b, s.Append(ctx, command("long", i, text)))
		if i < 26 {
			must(b, s.Append(ctx, command("short", i, text)))
		}
	}
	for stream, n := range map[string]uint64{"short": 26, "long": 10_000} {
		b.Run(stream, func(b *testing.B) {
			for i := uint64(0); b.Loop(); i++ {
				_, err := s.Lookup(ctx, stream, command(stream, i%n, nil).Key)
				must(b, err)
			}
		})
	}
}

// A million streams with a wake.
func BenchmarkDue(b *testing.B) {
	ctx := context.Background()
	const streams = 1_000_000
	s := memstore.New(nil)
	now := time.Now()
	names := make([]string, streams)
	heads := make([]uint64, streams)
	wake := func() time.Time { return now.Add(10*time.Minute + time.Duration(rand.IntN(600_000))*time.Millisecond) }
	move := func(i int, wake time.Time) {
		// No positions, so that memory does not grow with b.N.
		must(b, s.Append(ctx, chatkernel.Commit{Stream: names[i], After: heads[i], Wake: wake, At: now}))
	}
	for i := range streams {
		names[i] = fmt.Sprint("chat ", i)
		move(i, wake())
	}
	b.Run("NothingDue", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Due(ctx, 100)
			must(b, err)
		}
	})
	b.Run("MoveAWake", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			i, at := rand.IntN(streams), wake()
			b.StartTimer()
			move(i, at)
		}
	})
	b.Run("SameWake", func(b *testing.B) {
		at := wake()
		move(0, at)
		for b.Loop() {
			move(0, at)
		}
	})
	for i := range 100_000 {
		move(i, now.Add(-time.Duration(i)*time.Millisecond))
	}
	b.Run("100Of100000Due", func(b *testing.B) {
		for b.Loop() {
			d, err := s.Due(ctx, 100)
			must(b, err)
			if len(d.Streams) != 100 {
				b.Fatal(len(d.Streams))
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	ctx := context.Background()
	s := memstore.New(nil)
	const streams = 200_000
	for i := range streams {
		x := chatkernel.Index{
			Phase: "done", Contact: fmt.Sprint("contact:", i%50_000), Owner: fmt.Sprint("agent:", i%1000), Queue: fmt.Sprint("queue:", i%20),
			Started: start.Add(time.Duration(i) * time.Second), Engaged: []string{fmt.Sprint("agent:", i%1000)},
		}
		if i%1000 == 7 {
			x.Phase = "waiting"
		}
		must(b, s.Append(ctx, chatkernel.Commit{Stream: fmt.Sprint("chat ", i), Count: 1, At: start, Index: &x}))
	}
	for name, q := range map[string]chatkernel.Query{
		"Newest100":    {},
		"Contact":      {Contact: "contact:77"},
		"Agent":        {Engaged: "agent:77", Limit: 20},
		"Waiting":      {Phases: []string{"waiting"}, Limit: 20},
		"MiddleByTime": {Until: start.Add(streams / 2 * time.Second), Limit: 20},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for _, err := range s.Find(ctx, q) {
					must(b, err)
				}
			}
		})
	}
}

// BenchmarkIdleChat tells what an idle chat takes: 26 commits, 20 of them
// messages of 60 bytes of text, a wake, an index.
func BenchmarkIdleChat(b *testing.B) {
	ctx := context.Background()
	chat := func(s *memstore.Store, n int) {
		stream := fmt.Sprintf("01935a3c-77b0-7000-8000-%012x", n) // as long as the kernel's
		x := chatkernel.Index{
			Phase: "waiting", Contact: fmt.Sprint("contact:", n), Queue: "queue:billing", Started: start.Add(time.Duration(n) * time.Second),
		}
		for i := range uint64(26) {
			data := text
			if i < 6 {
				data = text[:30] // joins, reads and the like
			}
			c := command(stream, i, data)
			binary.LittleEndian.PutUint64(c.Key[8:], uint64(n)+1)
			if i == 2 {
				agent := fmt.Sprint("agent:", n%500)
				x.Phase, x.Owner, x.Engaged, x.Attached = "active", agent, []string{agent}, []string{agent}
			}
			if i <= 2 {
				c.Index = &x
			}
			must(b, s.Append(ctx, c))
		}
	}
	const chats = 20_000
	b.Run("Bytes", func(b *testing.B) {
		for range b.N {
			var before, after runtime.MemStats
			s := memstore.New(nil)
			runtime.GC()
			runtime.GC()
			runtime.ReadMemStats(&before)
			for i := range chats {
				chat(s, i)
			}
			runtime.GC()
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/chats, "B/chat")
			b.ReportMetric(float64(after.HeapObjects-before.HeapObjects)/chats, "objects/chat")
			b.ReportMetric(0, "ns/op")
			runtime.KeepAlive(s)
		}
	})
	b.Run("Write", func(b *testing.B) {
		b.ReportAllocs()
		s := memstore.New(nil)
		for i := 0; b.Loop(); i++ {
			chat(s, i)
		}
	})
}

func BenchmarkPublish(b *testing.B) {
	ctx := context.Background()
	for _, subscribers := range []int{0, 1, 4} {
		b.Run(fmt.Sprint(subscribers), func(b *testing.B) {
			b.ReportAllocs()
			tr := memstore.NewTransport()
			defer func() { _ = tr.Close() }()
			_, err := tr.Subscribe(ctx, "another", func(chatkernel.Notice) {})
			must(b, err)
			for range subscribers {
				_, err := tr.Subscribe(ctx, "s", func(chatkernel.Notice) {})
				must(b, err)
			}
			for i := uint64(0); b.Loop(); i++ {
				must(b, tr.Publish(ctx, chatkernel.Notice{Stream: "s", Head: i}))
			}
		})
	}
}
