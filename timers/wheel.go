package timers

import "math/bits"

const (
	slotBits = 6
	slots    = 1 << slotBits                  // per level, so that a level's slots fit one word
	levels   = (64 + slotBits - 1) / slotBits // enough for every tick that 64 bits hold
	never    = ^uint64(0)                     // the tick that nothing waits for
)

// wheel orders timers by tick. It knows no clock and takes no lock.
//
// Read a tick as a number with base 64 digits: the level of a timer is the
// highest digit in which its tick differs from now, and its slot is its own
// digit there. Level 0 thus holds the ticks of this turn, each with a slot of its
// own, and a slot of level n stands for 64ⁿ ticks. When now reaches the first
// tick of such a slot, the slot is opened: its timers go down to lower levels,
// each nearer to its own tick. All timers of a level agree with now in the digits
// above, so no slot ever holds ticks of two turns, and the occupied slot that
// opens next is found by counting zeros.
//
// A timer may be due later than its slot says. It is moved on when the slot
// is opened, so moving a deadline away is one store.
//
// The zero wheel is empty and stands at tick 0.
type wheel[T any] struct {
	slab[T]
	now      uint64
	occupied [levels]uint64
	heads    [levels * slots]uint32
}

// set adds a timer. It gives the zero Handle if the slab is full.
func (w *wheel[T]) set(due uint64, value T) Handle {
	i, e := w.take(value)
	if e == nil {
		return Handle{}
	}
	e.due = max(due, w.now)
	w.link(i, e)
	return Handle{index: i, gen: e.gen}
}

// reset moves a timer. It reports false for a stale handle.
func (w *wheel[T]) reset(h Handle, due uint64) bool {
	e := w.find(h)
	if e == nil {
		return false
	}
	e.due = max(due, w.now)
	if e.due < w.opens(e.place) {
		w.unlink(e)
		w.link(h.index, e)
	}
	return true
}

// stop removes a timer. It reports false for a stale handle.
func (w *wheel[T]) stop(h Handle) bool {
	e := w.find(h)
	if e == nil {
		return false
	}
	w.unlink(e)
	w.give(h.index, e)
	return true
}

// collect moves the wheel to tick now, which must not be before the last call's,
// and appends the values of the timers that are due to batch, by rising tick. It
// touches at most budget timers, in order to bound the time that a lock is held;
// if there is more to do, done is false and the next call goes on from there.
// Otherwise next is the tick at which the next slot opens, or never.
func (w *wheel[T]) collect(batch []T, now uint64, budget int) (_ []T, next uint64, done bool) {
	for {
		place, opens := w.first()
		if opens > now {
			w.now = now
			return batch, opens, true
		}
		w.now = opens
		for i := w.heads[place]; i != 0; i = w.heads[place] {
			if budget == 0 {
				return batch, opens, false
			}
			budget--
			e := w.entry(i)
			w.unlink(e)
			if e.due <= w.now {
				batch = append(batch, w.give(i, e))
			} else {
				w.link(i, e)
			}
		}
	}
}

// first gives the occupied slot that opens soonest, and when. That is one of the
// lowest level that holds any, except where a budget left a slot half open: it
// opens now, before what has gone down from it already.
func (w *wheel[T]) first() (place uint16, opens uint64) {
	opens = never
	for level, occupied := range w.occupied {
		if occupied == 0 {
			continue
		}
		p := uint16(level<<slotBits | bits.TrailingZeros64(occupied))
		if o := w.opens(p); o < opens {
			place, opens = p, o
		}
	}
	return place, opens
}

// opens gives the first tick of a slot: the digits of now above its level, its
// own digit, and zeros.
func (w *wheel[T]) opens(place uint16) uint64 {
	shift := uint(place>>slotBits) * slotBits
	above := shift + slotBits
	return w.now>>above<<above | uint64(place%slots)<<shift
}

// place gives the slot for a tick that is not before now.
func (w *wheel[T]) place(due uint64) uint16 {
	level := uint(bits.Len64((due^w.now)|1)-1) / slotBits
	return uint16(level<<slotBits) | uint16(due>>(level*slotBits)%slots)
}

func (w *wheel[T]) link(i uint32, e *entry[T]) {
	p := w.place(e.due)
	head := w.heads[p]
	e.place, e.prev, e.next = p, 0, head
	if head != 0 {
		w.entry(head).prev = i
	}
	w.heads[p] = i
	w.occupied[p>>slotBits] |= 1 << (p % slots)
}

func (w *wheel[T]) unlink(e *entry[T]) {
	if e.next != 0 {
		w.entry(e.next).prev = e.prev
	}
	if e.prev != 0 {
		w.entry(e.prev).next = e.next
		return
	}
	w.heads[e.place] = e.next
	if e.next == 0 {
		w.occupied[e.place>>slotBits] &^= 1 << (e.place % slots)
	}
}
