package timers

import (
	"math"
	"sync"
	"time"
)

// DefaultTick is the tick of a [Scheduler] whose options name none.
const DefaultTick = 10 * time.Millisecond

// batchLen is how many timers are handed over, or moved within the wheel, before
// the lock is free for others: some tens of microseconds.
const batchLen = 1024

// SchedulerOptions configure a [Scheduler]. Nil means all defaults.
type SchedulerOptions struct {
	// Tick is how finely the scheduler divides time: a timer fires at the
	// first multiple of Tick, counted from NewScheduler, that is not before its
	// deadline. Zero or less means [DefaultTick].
	Tick time.Duration
}

// A Scheduler holds any number of timers in one goroutine and one timer of the
// runtime (TIME-8). Each timer carries a value of type T, which is handed to the
// scheduler's fire function when the timer is due. A timer takes 24 bytes plus
// T, rounded up to a multiple of 8, and the 8 bytes of its [Handle]: 40 with a
// number or a pointer for T. The memory of timers that are gone is used again
// for new ones and set free by Close. The goroutine sleeps while nothing is due
// soon: it wakes for a far timer a few times in all, not at every tick.
//
// A timer fires exactly once, unless it is stopped, and never before its
// deadline (TIME-7). It fires at the first tick that is not before the
// deadline; how late that is in practice is up to how long fire takes and how
// busy the machine is. Set, Reset and Stop allocate nothing, except for room
// when more timers are pending than ever before.
//
// Time is the monotonic clock: setting the machine's clock moves no timer.
// A deadline that has no monotonic reading, as one that comes from a database, is
// turned into one by the machine's clock at the moment of the call. Where the
// monotonic clock stands still while the machine is suspended (see package
// [time]), timers come later by as much.
//
// All methods may be called by many goroutines at once, and all but Close from
// within fire. A Scheduler is made by [NewScheduler] and must not be copied; the
// zero Scheduler behaves like a closed one.
type Scheduler[T any] struct {
	tick time.Duration
	base time.Time // when tick 0 began
	fire func(due []T)

	wake chan struct{} // a timer is due sooner than the goroutine knows
	quit chan struct{} // closed by Close
	done chan struct{} // closed when the goroutine ends

	mu     sync.Mutex
	open   bool
	wheel  wheel[T]
	asleep uint64 // the tick until which the goroutine sleeps, 0 while it does not
}

// A Handle names a timer of a [Scheduler]. The timer's firing or stopping makes
// it stale, and a stale handle does nothing, even where the timer's memory has
// gone to another timer. (This is told by a count of 32 bits: it takes four
// billion timers in the same place to fool it.) A handle must not be given to
// another scheduler, where it may name any timer. The zero Handle is always
// stale. Handles can be compared.
type Handle struct {
	index, gen uint32
}

// NewScheduler starts a scheduler, which runs until [Scheduler.Close].
//
// What is due is handed to fire in batches, by rising tick and in no particular
// order within a tick. The calls come one after another from the scheduler's
// goroutine, so the next batch waits until fire returns: hand long work to
// others. The slice is the scheduler's own and must not be used afterwards.
// Timers that fire is called with are gone already, and fire may set them anew.
// A nil fire drops what is due. Nil options are the defaults.
func NewScheduler[T any](fire func(due []T), opts *SchedulerOptions) *Scheduler[T] {
	s := &Scheduler[T]{
		tick: DefaultTick,
		base: time.Now(),
		fire: fire,
		wake: make(chan struct{}, 1),
		quit: make(chan struct{}),
		done: make(chan struct{}),
		open: true,
	}
	if opts != nil && opts.Tick > 0 {
		s.tick = opts.Tick
	}
	if s.fire == nil {
		s.fire = func([]T) {}
	}
	go s.run()
	return s
}

// Set adds a timer that fires with value at the given time, or, if that has
// passed, within a tick. The zero time has passed; a time more than 292 years
// ahead is never reached. Set gives the zero Handle and does nothing if the
// scheduler is closed, or holds 2³²−1 timers.
func (s *Scheduler[T]) Set(at time.Time, value T) Handle {
	due := s.ticks(at)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.open {
		return Handle{}
	}
	s.rouse(due)
	return s.wheel.set(due, value)
}

// Reset moves a timer to another time, earlier or later, as if it had been set
// to it from the start. It reports whether it did: if not, the handle is stale,
// and as with [Scheduler.Stop] its firing may still be under way.
func (s *Scheduler[T]) Reset(h Handle, at time.Time) bool {
	due := s.ticks(at)
	s.mu.Lock()
	defer s.mu.Unlock()
	ok := s.wheel.reset(h, due)
	if ok {
		s.rouse(due)
	}
	return ok
}

// Stop takes a timer out. If it reports true, the timer did not fire and will
// not. If it reports false, the handle is stale: fire was called with the timer's
// value, is running with it or is about to be called with it, or the timer was
// stopped before, or the scheduler is closed.
func (s *Scheduler[T]) Stop(h Handle) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wheel.stop(h)
}

// Len gives the number of timers that are pending.
func (s *Scheduler[T]) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wheel.live
}

// Close drops all timers and waits until the scheduler's goroutine has ended: a
// call of fire that is under way returns first, and none comes after. Closing
// again does nothing but wait. As it waits for fire, fire must not call it.
func (s *Scheduler[T]) Close() {
	s.mu.Lock()
	if s.open {
		s.open = false
		s.wheel = wheel[T]{}
		close(s.quit)
	}
	s.mu.Unlock()
	if s.done != nil {
		<-s.done
	}
}

// run is the scheduler's goroutine.
func (s *Scheduler[T]) run() {
	defer close(s.done)
	sleep := time.NewTimer(0) // set anew before each sleep
	defer sleep.Stop()
	var batch []T
	for {
		var next uint64
		var idle, open bool
		batch, next, idle, open = s.collect(batch[:0])
		switch {
		case !open:
			return
		case len(batch) > 0:
			s.fire(batch)
			clear(batch) // keeps alive nothing that a pointer in T leads to
			continue
		case !idle:
			continue
		}
		if d, ok := s.until(next); ok {
			sleep.Reset(d)
		} else {
			sleep.Stop()
		}
		select {
		case <-sleep.C:
		case <-s.wake:
		case <-s.quit:
			return
		}
	}
}

// collect takes a batch of what is due out of the wheel. If there is nothing to
// do before tick next, idle is true and the goroutine is noted as asleep.
func (s *Scheduler[T]) collect(batch []T) (_ []T, next uint64, idle, open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep = 0
	if !s.open {
		return batch, 0, false, false
	}
	now := uint64(time.Since(s.base) / s.tick) // only whole ticks have passed
	batch, next, idle = s.wheel.collect(batch, now, batchLen)
	if idle = idle && len(batch) == 0; idle {
		s.asleep = next
	}
	return batch, next, idle, true
}

// rouse makes the goroutine look again if it would sleep past a timer. The slot
// may open sooner than the timer is due; it does no harm to open it late.
func (s *Scheduler[T]) rouse(due uint64) {
	if due < s.asleep {
		s.asleep = 0
		select {
		case s.wake <- struct{}{}:
		default: // it has been told and not looked yet
		}
	}
}

// ticks gives the first tick that begins at the given time or after it.
func (s *Scheduler[T]) ticks(at time.Time) uint64 {
	if s.tick == 0 {
		return 0 // the zero Scheduler
	}
	d := at.Sub(s.base)
	if at == at.Round(0) { // no monotonic reading: d spans changes of the machine's clock
		now := time.Now()
		d = now.Sub(s.base)
		if left := at.Sub(now); left < math.MaxInt64-d {
			d += left
		} else {
			d = math.MaxInt64
		}
	}
	if d <= 0 {
		return 0
	}
	n := d / s.tick
	if d%s.tick != 0 {
		n++ // a deadline is never rounded down: better late than early
	}
	return uint64(n)
}

// until gives the time left before a tick begins. It reports false for a tick
// that the clock never reaches.
func (s *Scheduler[T]) until(tick uint64) (time.Duration, bool) {
	if tick > uint64(math.MaxInt64/s.tick) {
		return 0, false
	}
	return time.Duration(tick)*s.tick - time.Since(s.base), true
}
