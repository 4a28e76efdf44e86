package timers_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chatkernel/chatkernel/timers"
)

const tick = timers.DefaultTick

// firing is one value that a scheduler handed to its fire function.
type firing struct {
	value int
	after time.Duration // since the recorder was made
}

// recorder notes what a scheduler fires. In a bubble, read it after
// synctest.Wait.
type recorder struct {
	start time.Time
	mu    sync.Mutex
	fired []firing
	calls int
}

func newRecorder() *recorder { return &recorder{start: time.Now()} }

func (r *recorder) fire(due []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	for _, v := range due {
		r.fired = append(r.fired, firing{v, time.Since(r.start)})
	}
}

// take gives what was fired since the last take.
func (r *recorder) take() []firing {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	fired := r.fired
	r.fired = nil
	return fired
}

// record runs f in a bubble with a scheduler whose firings are recorded.
func record(t *testing.T, opts *timers.SchedulerOptions, f func(t *testing.T, s *timers.Scheduler[int], r *recorder)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder()
		s := timers.NewScheduler(r.fire, opts)
		defer s.Close()
		f(t, s, r)
	})
}

func TestTIME_7_never_early(t *testing.T) {
	tests := []struct {
		name      string
		tick      time.Duration // zero for the default
		at, fires time.Duration
	}{
		{"now", 0, 0, 0},
		{"in the past", 0, -time.Hour, 0},
		{"a nanosecond ahead", 0, 1, tick},
		{"a nanosecond before a tick", 0, tick - 1, tick},
		{"on a tick", 0, tick, tick},
		{"a nanosecond after a tick", 0, tick + 1, 2 * tick},
		{"second level", 0, 64*tick + 1, 65 * tick},
		{"third level, on a slot", 0, 64 * 64 * tick, 64 * 64 * tick},
		{"twenty minutes", 0, 20*time.Minute + 1, 20*time.Minute + tick},
		{"a year", 0, 8760*time.Hour + 1, 8760*time.Hour + tick},
		{"coarse tick", time.Second, time.Minute + 1, 61 * time.Second},
		{"fine tick", 1, 12345, 12345},
		{"odd tick", 7, 15, 21},
		{"negative tick is the default", -1, 1, tick},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record(t, &timers.SchedulerOptions{Tick: tt.tick}, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
				s.Set(time.Now().Add(tt.at), 1)
				if tt.fires > 0 {
					time.Sleep(tt.fires - 1)
					require.Empty(t, r.take())
				}
				time.Sleep(time.Nanosecond)
				require.Equal(t, []firing{{1, tt.fires}}, r.take(), "at the first tick that is not before the deadline")
				time.Sleep(48 * time.Hour)
				require.Empty(t, r.take(), "exactly once")
			})
		})
	}
}

// A deadline from a database has no monotonic reading; one from elsewhere may
// have another zone. Both mean the same moment.
func TestTIME_7_never_early_by_the_wall_clock(t *testing.T) {
	record(t, nil, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
		time.Sleep(3*tick + 1) // the scheduler did not begin just now
		at := time.Now().Add(time.Second)
		s.Set(at, 1)
		s.Set(at.Round(0), 1)
		s.Set(at.In(time.FixedZone("", 3600)), 1)
		time.Sleep(2 * time.Second)
		want := firing{1, time.Second + 4*tick}
		require.Equal(t, []firing{want, want, want}, r.take())
	})
}

func TestTIME_7_never_early_at_the_ends_of_time(t *testing.T) {
	record(t, nil, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
		s.Set(time.Time{}, 1)
		require.Equal(t, []firing{{1, 0}}, r.take())
		s.Set(time.Unix(-1<<40, 0), 2)
		require.Equal(t, []firing{{2, 0}}, r.take())

		time.Sleep(time.Second)
		var far []timers.Handle
		for _, at := range []time.Time{
			time.Unix(1<<55, 0), time.Now().Add(1<<63 - 1), time.Now().AddDate(291, 0, 0), time.Now().AddDate(100_000, 0, 0),
		} {
			far = append(far, s.Set(at, 3))
		}
		time.Sleep(1000 * time.Hour)
		require.Empty(t, r.take())
		for _, h := range far {
			require.True(t, s.Stop(h))
		}
	})
}

func TestTIME_8_fires_in_order(t *testing.T) {
	record(t, nil, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
		for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(5000) {
			s.Set(r.start.Add(time.Duration(i)*tick), i)
		}
		time.Sleep(5000 * tick)
		fired := r.take()
		require.Len(t, fired, 5000)
		for i, f := range fired {
			require.Equal(t, firing{i, time.Duration(i) * tick}, f)
		}
	})
}

// What came due while fire was busy comes in order too, and in batches.
func TestTIME_8_catches_up_in_order(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 5000
		var fired []int
		calls := 0
		s := timers.NewScheduler(func(due []int) {
			if calls == 0 {
				time.Sleep(time.Hour)
			}
			calls++
			fired = append(fired, due...)
		}, nil)
		defer s.Close()
		for _, i := range rand.New(rand.NewPCG(3, 4)).Perm(n) {
			s.Set(time.Now().Add(time.Duration(i)*tick), i)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		require.Len(t, fired, n)
		for i, v := range fired {
			require.Equal(t, i, v)
		}
		require.Less(t, calls, 20)
	})
}

func TestTIME_8_reset(t *testing.T) {
	for _, at := range []time.Duration{0, tick, time.Second, time.Minute, 20 * time.Minute, 24 * time.Hour} {
		for _, to := range []time.Duration{-time.Second, 0, tick, 2 * tick, time.Second, time.Minute, 30 * time.Minute, 48 * time.Hour} {
			record(t, nil, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
				time.Sleep(tick + 1)
				h := s.Set(time.Now().Add(at+time.Hour), 1)
				require.True(t, s.Reset(h, time.Now().Add(to)))
				want := tick + 1 // at once, for what was due in an earlier tick
				if to >= 0 {
					want = 2*tick + to
				}
				time.Sleep(100 * time.Hour)
				require.Equal(t, []firing{{1, want}}, r.take())
				require.False(t, s.Reset(h, time.Now().Add(time.Hour)), "it has fired")
				time.Sleep(2 * time.Hour)
				require.Empty(t, r.take())
			})
		}
	}
}

// A contact who goes on writing puts the same deadline off again and again.
func TestTIME_8_reset_again_and_again(t *testing.T) {
	record(t, nil, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
		h := s.Set(time.Now().Add(time.Minute), 1)
		for range 10_000 {
			time.Sleep(59 * time.Second)
			require.True(t, s.Reset(h, time.Now().Add(time.Minute)))
		}
		require.Empty(t, r.take())
		time.Sleep(time.Minute)
		require.Equal(t, []firing{{1, 10_000*59*time.Second + time.Minute}}, r.take())
	})
}

func TestTIME_8_stop(t *testing.T) {
	record(t, nil, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
		stopped, kept := s.Set(time.Now().Add(time.Second), 1), s.Set(time.Now().Add(time.Second), 2)
		require.Equal(t, 2, s.Len())
		require.True(t, s.Stop(stopped))
		require.False(t, s.Stop(stopped), "it is stopped")
		require.False(t, s.Reset(stopped, time.Now()), "it is stopped")
		require.Equal(t, 1, s.Len())
		time.Sleep(time.Minute)
		require.Equal(t, []firing{{2, time.Second}}, r.take())
		require.False(t, s.Stop(kept), "it has fired")
		require.Zero(t, s.Len())
	})
}

func TestTIME_8_stale_handles_do_nothing(t *testing.T) {
	record(t, nil, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
		require.False(t, s.Stop(timers.Handle{}))
		require.False(t, s.Reset(timers.Handle{}, time.Now()))
		var stale []timers.Handle
		for range 100 { // all in the same place
			h := s.Set(time.Now().Add(time.Second), 1)
			require.NotContains(t, stale, h)
			require.True(t, s.Stop(h))
			stale = append(stale, h)
		}
		last := s.Set(time.Now().Add(time.Second), 2)
		for _, h := range stale {
			require.False(t, s.Stop(h))
			require.False(t, s.Reset(h, time.Now().Add(time.Hour)))
		}
		time.Sleep(time.Second)
		require.Equal(t, []firing{{2, time.Second}}, r.take())
		require.False(t, s.Stop(last))
	})
}

// Fire is called outside of the lock: it can set the timer anew, stop others
// and see that its own is gone.
func TestTIME_8_fire_may_use_the_scheduler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			s       *timers.Scheduler[int]
			mu      sync.Mutex
			handles [3]timers.Handle
			beats   []time.Duration
			start   = time.Now()
		)
		s = timers.NewScheduler(func(due []int) {
			mu.Lock()
			defer mu.Unlock()
			for _, v := range due {
				beats = append(beats, time.Since(start))
				require.Equal(t, 0, v)
				require.False(t, s.Stop(handles[0]))
				s.Stop(handles[1])
				s.Reset(handles[2], time.Now().Add(time.Hour))
				handles[0] = s.Set(time.Now().Add(time.Second), 0)
			}
		}, nil)
		defer s.Close()
		mu.Lock()
		handles[1] = s.Set(start.Add(1500*time.Millisecond), 1)
		handles[2] = s.Set(start.Add(1500*time.Millisecond), 2)
		handles[0] = s.Set(start.Add(time.Second), 0)
		mu.Unlock()
		time.Sleep(3500 * time.Millisecond)
		synctest.Wait()
		require.Equal(t, []time.Duration{1e9, 2e9, 3e9}, beats)
		require.Equal(t, 2, s.Len())
	})
}

func TestTIME_8_close(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := runtime.NumGoroutine()
		var returned atomic.Bool
		s := timers.NewScheduler(func([]int) { time.Sleep(time.Minute); returned.Store(true) }, nil)
		s.Set(time.Now(), 1)
		h := s.Set(time.Now().Add(time.Second), 2)
		synctest.Wait()

		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				s.Close()
				require.True(t, returned.Load(), "Close waits for fire")
			})
		}
		wg.Wait()
		s.Close()
		require.Equal(t, before, runtime.NumGoroutine())
		require.Zero(t, s.Len())
		require.False(t, s.Stop(h))
		require.False(t, s.Reset(h, time.Now()))
		require.Equal(t, timers.Handle{}, s.Set(time.Now(), 3))
	})
	synctest.Test(t, func(t *testing.T) { // nothing was ever set; a bubble ends only without goroutines
		timers.NewScheduler[int](nil, nil).Close()
	})
}

func TestTIME_8_odd_schedulers_do_no_harm(t *testing.T) {
	var zero timers.Scheduler[string]
	require.Equal(t, timers.Handle{}, zero.Set(time.Now(), "x"))
	require.False(t, zero.Stop(timers.Handle{}))
	require.False(t, zero.Reset(timers.Handle{}, time.Now()))
	require.Zero(t, zero.Len())
	zero.Close()
	zero.Close()

	synctest.Test(t, func(t *testing.T) {
		s := timers.NewScheduler[int](nil, nil)
		defer s.Close()
		s.Set(time.Now().Add(time.Second), 1)
		time.Sleep(time.Second)
		synctest.Wait()
		require.Zero(t, s.Len(), "dropped")
	})
}

// A pointer that was handed over or stopped is not kept alive.
func TestTIME_8_keeps_nothing_alive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var freed atomic.Int32
		value := func() *[64]byte {
			v := new([64]byte)
			runtime.AddCleanup(v, func(int) { freed.Add(1) }, 0)
			return v
		}
		s := timers.NewScheduler(func([]*[64]byte) {}, nil)
		defer s.Close()
		s.Set(time.Now(), value())
		s.Stop(s.Set(time.Now().Add(time.Hour), value()))
		synctest.Wait()
		for range 100 {
			runtime.GC()
			if freed.Load() == 2 {
				return
			}
			runtime.Gosched()
		}
		require.EqualValues(t, 2, freed.Load())
	})
}

// The scheduler against a map of deadlines, with the exact time of every firing.
func TestTIME_8_scheduler_like_a_map(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { rapid.SyncTest(t, schedulerLikeAMap) })
}

func schedulerLikeAMap(t *rapid.T) {
	step := rapid.SampledFrom([]time.Duration{tick, 1, time.Millisecond, 999_983, time.Minute}).Draw(t, "tick")
	r := newRecorder()
	s := timers.NewScheduler(r.fire, &timers.SchedulerOptions{Tick: step})
	defer s.Close()

	type timer struct {
		handle timers.Handle
		fires  time.Duration // after the start
	}
	var all []timer
	pending := map[int]bool{}
	span := func(t *rapid.T) time.Duration {
		d := rapid.Int64Range(0, 1<<rapid.IntRange(0, 52).Draw(t, "bits")).Draw(t, "span")
		if rapid.Bool().Draw(t, "whole") {
			d = d / int64(step) * int64(step)
		}
		return time.Duration(d)
	}
	deadline := func(t *rapid.T) (at time.Time, fires time.Duration) {
		now := time.Now()
		at = now.Add(span(t))
		if rapid.IntRange(0, 9).Draw(t, "past") == 0 {
			at = now.Add(-span(t))
		}
		since := at.Sub(r.start)
		fires = max((since+step-1)/step*step, now.Sub(r.start))
		if rapid.Bool().Draw(t, "wall") {
			at = at.Round(0)
		}
		return at, fires
	}
	pick := func(t *rapid.T) int {
		if len(all) == 0 {
			t.Skip("no timer")
		}
		return rapid.IntRange(0, len(all)-1).Draw(t, "timer")
	}
	settle := func(t *rapid.T) {
		last := time.Duration(0)
		for _, f := range r.take() {
			require.True(t, pending[f.value], "fired twice, or after a stop")
			require.Equal(t, all[f.value].fires, f.after)
			require.GreaterOrEqual(t, f.after, last, "out of order")
			delete(pending, f.value)
			last = f.after
		}
		for i := range pending {
			require.Greater(t, all[i].fires, time.Since(r.start), "left behind")
		}
		require.Equal(t, len(pending), s.Len())
	}
	t.Repeat(map[string]func(*rapid.T){
		"set": func(t *rapid.T) {
			at, fires := deadline(t)
			pending[len(all)] = true
			all = append(all, timer{s.Set(at, len(all)), fires})
		},
		"reset": func(t *rapid.T) {
			i := pick(t)
			settle(t) // a timer that is due must not race with its firing here
			at, fires := deadline(t)
			require.Equal(t, pending[i], s.Reset(all[i].handle, at))
			if pending[i] {
				all[i].fires = fires
			}
		},
		"stop": func(t *rapid.T) {
			i := pick(t)
			settle(t)
			require.Equal(t, pending[i], s.Stop(all[i].handle))
			delete(pending, i)
		},
		"sleep": func(t *rapid.T) {
			time.Sleep(span(t))
			settle(t)
		},
	})
}

// Setters, stoppers and firing at the same time: each timer either is stopped or
// fires, once, and never before the deadline that it had last.
func TestTIME_8_race(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type timer struct {
			due     atomic.Int64 // ns after start; stored before an earlier or later deadline is asked for
			fired   atomic.Int32
			stopped atomic.Int32
		}
		start := time.Now()
		s := timers.NewScheduler(func(due []*timer) {
			for _, x := range due {
				x.fired.Add(1)
				if time.Since(start) < time.Duration(x.due.Load()) {
					t.Error("early")
				}
			}
		}, &timers.SchedulerOptions{Tick: time.Millisecond})
		defer s.Close()

		const workers, each = 8, 2000
		all := make([]timer, workers*each)
		var wg sync.WaitGroup
		for worker := range workers {
			wg.Go(func() {
				rnd := rand.New(rand.NewPCG(uint64(worker), 5))
				mine := all[worker*each:][:each]
				handles := make([]timers.Handle, each)
				for i := range mine {
					d := time.Duration(rnd.IntN(int(200 * time.Millisecond)))
					mine[i].due.Store(int64(time.Since(start) + d))
					handles[i] = s.Set(time.Now().Add(d), &mine[i])
					j := rnd.IntN(i + 1)
					switch rnd.IntN(4) {
					case 0:
						if s.Stop(handles[j]) {
							mine[j].stopped.Add(1)
						}
					case 1: // only later, so that the deadline that fire compares with is a lower bound
						at := start.Add(time.Duration(mine[j].due.Load())).Add(time.Duration(rnd.IntN(int(50 * time.Millisecond))))
						if s.Reset(handles[j], at) {
							mine[j].due.Store(int64(at.Sub(start)))
						}
					case 2:
						time.Sleep(time.Duration(rnd.IntN(int(2 * time.Millisecond))))
					}
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Hour)
		synctest.Wait()
		for i := range all {
			require.EqualValues(t, 1, all[i].fired.Load()+all[i].stopped.Load())
		}
		require.Zero(t, s.Len())
	})
}

// Ninety minutes with a million timers, in virtual time and without a sleep: the
// scheduler takes its time from package time alone.
func TestTIME_9_a_million_in_virtual_time(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 1_000_000
		fires := make([]time.Duration, n) // when each must fire; 0 if it is stopped; -1 once it fired
		start, wrong := time.Now(), 0
		s := timers.NewScheduler(func(due []int32) {
			now := time.Since(start)
			for _, i := range due {
				if fires[i] != now {
					wrong++
				}
				fires[i] = -1
			}
		}, nil)
		defer s.Close()
		rnd := rand.New(rand.NewPCG(6, 7))
		random := func() (time.Duration, time.Duration) {
			d := 1 + time.Duration(rnd.Int64N(int64(90*time.Minute)))
			return d, (d + tick - 1) / tick * tick
		}
		for i := range int32(n) {
			d, f := random()
			h := s.Set(start.Add(d), i)
			fires[i] = f
			switch i % 10 {
			case 0:
				if !s.Stop(h) {
					t.Fatalf("timer %d was pending and did not stop", i)
				}
				fires[i] = 0
			case 1, 2, 3:
				d, fires[i] = random()
				s.Reset(h, start.Add(d))
			}
		}
		require.Equal(t, n*9/10, s.Len())
		time.Sleep(90 * time.Minute)
		synctest.Wait()
		require.Zero(t, s.Len())
		require.Zero(t, wrong, "fired at another time than the tick of its deadline, or twice, or after a stop")
		for i, f := range fires {
			want := time.Duration(-1)
			if i%10 == 0 {
				want = 0
			}
			if f != want {
				t.Fatalf("timer %d is lost, or fired after a stop: %d, not %d", i, f, want)
			}
		}
	})
}

func TestTIME_8_a_million_timers_need_one_goroutine_and_40_bytes_each(t *testing.T) {
	const n = 1_000_000
	goroutines := runtime.NumGoroutine()
	handles := make([]timers.Handle, n)
	before := heap()
	s := timers.NewScheduler(func([]uint64) {}, nil)
	defer s.Close()
	at := time.Now().Add(10 * time.Minute)
	for i := range handles {
		handles[i] = s.Set(at.Add(time.Duration(i)*time.Millisecond), uint64(i))
	}
	perTimer := float64(heap()-before)/n + 8 // and the handle
	require.LessOrEqual(t, perTimer, 40.5)   // half a byte for the scheduler itself
	require.LessOrEqual(t, runtime.NumGoroutine(), goroutines+1)
	runtime.KeepAlive(handles)

	i := 0
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		s.Reset(handles[i], at.Add(time.Duration(i)*time.Second))
		s.Stop(handles[i])
		handles[i] = s.Set(at.Add(time.Hour), 0)
		i++
	}))
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A scheduler with only far timers sleeps. With a tick of a nanosecond, one that
// looked at every tick would not live to see a century pass.
func TestTIME_8_far_timers_do_not_spin(t *testing.T) {
	record(t, &timers.SchedulerOptions{Tick: 1}, func(t *testing.T, s *timers.Scheduler[int], r *recorder) {
		s.Set(r.start.AddDate(100, 0, 0), 1)
		time.Sleep(101 * 366 * 24 * time.Hour)
		require.Equal(t, []firing{{1, r.start.AddDate(100, 0, 0).Sub(r.start)}}, r.take())
	})
}
