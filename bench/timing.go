package main

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// pending is how many other timers wait while one is measured.
const pending = 1_000_000

func far() time.Duration { return 10*time.Minute + rand.N(10*time.Minute) }

// deadlines are moments to set timers for: a chat knows its deadlines, and both
// sides are given them.
func deadlines() []time.Time {
	all := make([]time.Time, 4096)
	for i := range all {
		all[i] = time.Now().Add(far())
	}
	return all
}

func timing() []comparison {
	return []comparison{
		{
			"reset one of a million timers",
			timed("Scheduler.Reset", func(b *testing.B) {
				s, handles := fill()
				defer s.Close()
				later := deadlines()
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					s.Reset(handles[rand.IntN(pending)], later[i%len(later)])
				}
			}),
			timed("time.Timer.Reset", func(b *testing.B) {
				all := fillRuntime()
				defer stop(all)
				later := deadlines()
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					all[rand.IntN(pending)].Reset(time.Until(later[i%len(later)]))
				}
			}), 0.5,
		},
		{
			"start and stop a timer beside a million",
			timed("Scheduler.Set and Stop", func(b *testing.B) {
				s, _ := fill()
				defer s.Close()
				later := deadlines()
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					s.Stop(s.Set(later[i%len(later)], 0))
				}
			}),
			timed("time.AfterFunc and Stop", func(b *testing.B) {
				all := fillRuntime()
				defer stop(all)
				later := deadlines()
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					time.AfterFunc(time.Until(later[i%len(later)]), func() {}).Stop()
				}
			}), 0.5,
		},
		{
			"memory of a timer",
			measurement{"Scheduler", "bytes", func() (float64, int64) {
				before := heap()
				s, handles := fill()
				used := heap() - before
				runtime.KeepAlive(handles)
				s.Close()
				return float64(used) / pending, 0
			}},
			limit("the goal", "bytes", 40), 1,
		},
	}
}

func fill() (*timers.Scheduler[uint32], []timers.Handle) {
	s := timers.NewScheduler(func([]uint32) {}, nil)
	handles := make([]timers.Handle, pending)
	for i := range handles {
		handles[i] = s.Set(time.Now().Add(far()), uint32(i))
	}
	return s, handles
}

func fillRuntime() []*time.Timer {
	all := make([]*time.Timer, pending)
	for i := range all {
		all[i] = time.AfterFunc(far(), func() {})
	}
	return all
}

func stop(all []*time.Timer) {
	for _, t := range all {
		t.Stop()
	}
}

// heap is how many bytes live on the heap.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
