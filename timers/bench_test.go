package timers_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// The benchmarks run each operation on the scheduler and on time.AfterFunc, with
// a million timers pending that are due in 10 to 20 minutes. Times include what a
// caller pays: time.Now for the scheduler, which takes a point in time. Run them
// several times and compare the two names of one run:
//
//	go test -run '^$' -bench . -count 5 ./timers

const pending = 1_000_000

// far gives random durations from 10 to 20 minutes; a table, so that the random
// numbers cost nothing.
var far = sync.OnceValue(func() []time.Duration {
	d := make([]time.Duration, 1<<20)
	for i := range d {
		d[i] = 10*time.Minute + time.Duration(rand.Int64N(int64(10*time.Minute)))
	}
	return d
})

// order gives the timers in a random order.
var order = sync.OnceValue(func() []int { return rand.Perm(pending) })

func filledScheduler(b *testing.B) (*timers.Scheduler[uint64], []timers.Handle) {
	s := timers.NewScheduler(func([]uint64) {}, nil)
	b.Cleanup(s.Close)
	handles := make([]timers.Handle, pending)
	for i := range handles {
		handles[i] = s.Set(time.Now().Add(far()[i]), uint64(i))
	}
	return s, handles
}

func filledAfterFunc(b *testing.B) []*time.Timer {
	all := make([]*time.Timer, pending)
	for i := range all {
		all[i] = time.AfterFunc(far()[i], func() {})
	}
	b.Cleanup(func() {
		for _, t := range all {
			t.Stop()
		}
	})
	return all
}

// BenchmarkSetStop starts a timer and stops it again.
func BenchmarkSetStop(b *testing.B) {
	b.Run("scheduler", func(b *testing.B) {
		s, _ := filledScheduler(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			s.Stop(s.Set(time.Now().Add(far()[i%len(far())]), 0))
		}
	})
	b.Run("afterfunc", func(b *testing.B) {
		filledAfterFunc(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			time.AfterFunc(far()[i%len(far())], func() {}).Stop()
		}
	})
}

// BenchmarkReset moves random timers to other times, half of them earlier.
func BenchmarkReset(b *testing.B) {
	reset(b, func(i int) time.Duration { return far()[i%len(far())] })
}

// BenchmarkResetLater puts random timers off, which is what activity in a chat
// does.
func BenchmarkResetLater(b *testing.B) {
	reset(b, func(int) time.Duration { return 20 * time.Minute })
}

func reset(b *testing.B, to func(i int) time.Duration) {
	b.Run("scheduler", func(b *testing.B) {
		s, handles := filledScheduler(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			s.Reset(handles[order()[i%pending]], time.Now().Add(to(i)))
		}
	})
	b.Run("afterfunc", func(b *testing.B) {
		all := filledAfterFunc(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			all[order()[i%pending]].Reset(to(i))
		}
	})
}

// BenchmarkParallel starts, moves and stops timers on all processors at once.
func BenchmarkParallel(b *testing.B) {
	var seed atomic.Int64
	b.Run("scheduler", func(b *testing.B) {
		s, handles := filledScheduler(b)
		b.RunParallel(func(pb *testing.PB) {
			for i := int(seed.Add(7919)); pb.Next(); i++ {
				s.Reset(handles[order()[i%pending]], time.Now().Add(far()[i%len(far())]))
				s.Stop(s.Set(time.Now().Add(far()[i%len(far())]), 0))
			}
		})
	})
	b.Run("afterfunc", func(b *testing.B) {
		all := filledAfterFunc(b)
		b.RunParallel(func(pb *testing.PB) {
			for i := int(seed.Add(7919)); pb.Next(); i++ {
				all[order()[i%pending]].Reset(far()[i%len(far())])
				time.AfterFunc(far()[i%len(far())], func() {}).Stop()
			}
		})
	})
}

// BenchmarkFill starts a million timers and reports their time and bytes, with
// what the caller keeps of each.
func BenchmarkFill(b *testing.B) {
	report := func(b *testing.B, fill func() any) {
		far()
		var bytes int64
		for b.Loop() {
			b.StopTimer()
			before := heap()
			b.StartTimer()
			kept := fill()
			b.StopTimer()
			bytes = heap() - before
			runtime.KeepAlive(kept)
			b.StartTimer()
		}
		b.ReportMetric(float64(bytes)/pending, "B/timer")
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/pending, "ns/timer")
	}
	b.Run("scheduler", func(b *testing.B) {
		report(b, func() any {
			_, handles := filledScheduler(b)
			return handles
		})
	})
	b.Run("afterfunc", func(b *testing.B) {
		report(b, func() any { return filledAfterFunc(b) })
	})
}

// BenchmarkLateness fires 100,000 timers within two seconds while a million far
// ones are pending, and reports by how much they were late.
func BenchmarkLateness(b *testing.B) {
	const near = 100_000
	report := func(b *testing.B, late []time.Duration) {
		slices.Sort(late)
		ms := func(d time.Duration) float64 { return float64(d) / 1e6 }
		b.ReportMetric(ms(late[0]), "earliest-ms")
		b.ReportMetric(ms(late[len(late)/2]), "p50-ms")
		b.ReportMetric(ms(late[len(late)*99/100]), "p99-ms")
		b.ReportMetric(ms(late[len(late)-1]), "max-ms")
	}
	due := make([]time.Time, near)
	plan := func() {
		now := time.Now().Add(100 * time.Millisecond)
		for i := range due {
			due[i] = now.Add(time.Duration(rand.Int64N(int64(2 * time.Second))))
		}
	}
	b.Run("scheduler", func(b *testing.B) {
		var late []time.Duration
		var wg sync.WaitGroup
		s := timers.NewScheduler(func(fired []uint64) {
			for _, i := range fired {
				late = append(late, time.Since(due[i]))
				wg.Done()
			}
		}, nil)
		defer s.Close()
		for i := range pending {
			s.Set(time.Now().Add(far()[i]), uint64(i))
		}
		for b.Loop() {
			plan()
			wg.Add(near)
			for i, at := range due {
				s.Set(at, uint64(i))
			}
			wg.Wait()
		}
		report(b, late)
	})
	b.Run("afterfunc", func(b *testing.B) {
		filledAfterFunc(b)
		var mu sync.Mutex
		var late []time.Duration
		var wg sync.WaitGroup
		for b.Loop() {
			plan()
			wg.Add(near)
			for _, at := range due {
				time.AfterFunc(time.Until(at), func() {
					d := time.Since(at)
					mu.Lock()
					late = append(late, d)
					mu.Unlock()
					wg.Done()
				})
			}
			wg.Wait()
		}
		report(b, late)
	})
}
