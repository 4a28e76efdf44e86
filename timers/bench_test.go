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
// a million timers pending that are due in 10 to 20 minutes. Run them several
// times and compare the names of one run:
//
//	go test -run '^$' -bench . -count 5 ./timers
//
// An operation is told either a deadline, which is what the scheduler takes and
// AfterFunc must turn into a duration, or a duration, which is the other way
// round. The latter reads the clock once on either side. Reading the clock also
// keeps a processor from fetching the next timer from memory meanwhile, so that
// it costs far more than its own time where timers are picked at random.

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

// compare runs an operation in four ways, on the timers that order names. The
// distances of the deadlines are those of far and more.
func compare(b *testing.B, order []int, more time.Duration,
	scheduler func(s *timers.Scheduler[uint64], h timers.Handle, at time.Time),
	afterfunc func(t *time.Timer, d time.Duration),
) {
	far := far()
	distance := func(i int) time.Duration { return far[i%len(far)] + more }
	b.Run("deadline/scheduler", func(b *testing.B) {
		s, handles := filledScheduler(b)
		b.ReportAllocs()
		now := time.Now()
		for i := 0; b.Loop(); i++ {
			scheduler(s, handles[order[i%len(order)]], now.Add(distance(i)))
		}
	})
	b.Run("deadline/afterfunc", func(b *testing.B) {
		all := filledAfterFunc(b)
		b.ReportAllocs()
		now := time.Now()
		for i := 0; b.Loop(); i++ {
			afterfunc(all[order[i%len(order)]], time.Until(now.Add(distance(i))))
		}
	})
	b.Run("duration/scheduler", func(b *testing.B) {
		s, handles := filledScheduler(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			h := handles[order[i%len(order)]]
			scheduler(s, h, time.Now().Add(distance(i)))
		}
	})
	b.Run("duration/afterfunc", func(b *testing.B) {
		all := filledAfterFunc(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			afterfunc(all[order[i%len(order)]], distance(i))
		}
	})
}

// BenchmarkSetStop starts a timer and stops it again.
func BenchmarkSetStop(b *testing.B) {
	compare(b, []int{0}, 0, func(s *timers.Scheduler[uint64], _ timers.Handle, at time.Time) {
		s.Stop(s.Set(at, 0))
	}, func(_ *time.Timer, d time.Duration) {
		time.AfterFunc(d, func() {}).Stop()
	})
}

func reset(s *timers.Scheduler[uint64], h timers.Handle, at time.Time) { s.Reset(h, at) }

// BenchmarkReset moves random timers to other times, half of them earlier.
func BenchmarkReset(b *testing.B) {
	compare(b, order(), 0, reset, func(t *time.Timer, d time.Duration) { t.Reset(d) })
}

// BenchmarkResetLater puts random timers off, which is what activity in a chat
// does.
func BenchmarkResetLater(b *testing.B) {
	compare(b, order(), 10*time.Minute, reset, func(t *time.Timer, d time.Duration) { t.Reset(d) })
}

// BenchmarkParallel starts, moves and stops timers on all processors at once,
// to given deadlines.
func BenchmarkParallel(b *testing.B) {
	var seed atomic.Int64
	b.Run("scheduler", func(b *testing.B) {
		s, handles := filledScheduler(b)
		now := time.Now()
		b.RunParallel(func(pb *testing.PB) {
			for i := int(seed.Add(7919)); pb.Next(); i++ {
				at := now.Add(far()[i%len(far())])
				s.Reset(handles[order()[i%pending]], at)
				s.Stop(s.Set(at, 0))
			}
		})
	})
	b.Run("afterfunc", func(b *testing.B) {
		all := filledAfterFunc(b)
		now := time.Now()
		b.RunParallel(func(pb *testing.PB) {
			for i := int(seed.Add(7919)); pb.Next(); i++ {
				at := now.Add(far()[i%len(far())])
				all[order()[i%pending]].Reset(time.Until(at))
				time.AfterFunc(time.Until(at), func() {}).Stop()
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
