package timers

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The wheel against a map of deadlines, with deadlines on all levels and with
// budgets so small that sets, resets and stops meet slots that are half open.
func TestTIME_8_wheel_like_a_map(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var (
			w       wheel[int]
			model   = map[int]uint64{} // what is pending, and the tick at which it is due
			handles []Handle           // by value
			now     uint64             // what collect was last asked for
			settled = true             // the last collect had nothing left to do
		)
		due := func(t *rapid.T) uint64 {
			span := rapid.Uint64Max(1<<rapid.UintRange(0, 63).Draw(t, "bits")).Draw(t, "span")
			if w.now+span < w.now {
				return never
			}
			if rapid.IntRange(0, 9).Draw(t, "past") == 0 {
				return w.now - min(span, w.now)
			}
			return w.now + span
		}
		pick := func(t *rapid.T) int {
			if len(handles) == 0 {
				t.Skip("no timer")
			}
			return rapid.IntRange(0, len(handles)-1).Draw(t, "timer")
		}
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				at := due(t)
				h := w.set(at, len(handles))
				model[len(handles)] = max(at, w.now)
				handles = append(handles, h)
			},
			"reset": func(t *rapid.T) {
				i, at := pick(t), due(t)
				_, pending := model[i]
				require.Equal(t, pending, w.reset(handles[i], at))
				if pending {
					model[i] = max(at, w.now)
				}
			},
			"stop": func(t *rapid.T) {
				i := pick(t)
				_, pending := model[i]
				require.Equal(t, pending, w.stop(handles[i]))
				delete(model, i)
			},
			"collect": func(t *rapid.T) {
				if settled { // as the clock of a caller, which does not go back
					now = max(now, due(t))
				}
				budget := rapid.IntRange(1, 4).Draw(t, "budget")
				got, next, done := w.collect(nil, now, budget)
				settled = done
				require.LessOrEqual(t, len(got), budget)
				var last uint64
				for _, v := range got {
					tick, pending := model[v]
					require.True(t, pending, "fired twice, or after a stop")
					require.LessOrEqual(t, tick, now, "early")
					require.GreaterOrEqual(t, tick, last, "out of order")
					last = tick
					delete(model, v)
				}
				left := never
				for _, tick := range model {
					left = min(left, tick)
				}
				require.LessOrEqual(t, last, left, "overtook another")
				if done {
					require.Equal(t, now, w.now)
					require.Greater(t, left, now, "left behind")
					require.LessOrEqual(t, next, left)
					require.Greater(t, next, now)
				}
			},
			"": func(t *rapid.T) {
				require.Equal(t, len(model), w.live)
				require.Equal(t, w.live, len(linked(t, &w)))
			},
		})
		// Nothing is lost: all of it comes in the end.
		for {
			got, next, done := w.collect(nil, never-1, 3)
			for _, v := range got {
				require.Contains(t, model, v)
				delete(model, v)
			}
			if done {
				require.Equal(t, never, next)
				break
			}
		}
		for _, tick := range model {
			require.Equal(t, never, tick)
		}
	})
}

// linked gives all timers of the wheel's slots, after it looked at every link.
func linked[T any](t *rapid.T, w *wheel[T]) []uint32 {
	var all []uint32
	for place, head := range w.heads {
		level, slot := place>>slotBits, place%slots
		if occupied := w.occupied[level]>>slot&1 == 1; occupied != (head != 0) {
			t.Fatalf("slot %d of level %d is occupied: %t, but its head is %d", slot, level, occupied, head)
		}
		prev := uint32(0)
		for i := head; i != 0; i = w.entry(i).next {
			e := w.entry(i)
			require.Equal(t, prev, e.prev)
			require.Equal(t, uint16(place), e.place)
			require.GreaterOrEqual(t, e.due, w.opens(e.place))
			require.GreaterOrEqual(t, w.opens(e.place), w.now)
			all, prev = append(all, i), i
		}
	}
	return all
}

// A timer goes down at most one level at a time, so a far one costs few looks.
func TestTIME_8_far_timer_opens_few_slots(t *testing.T) {
	var w wheel[string]
	const due = 7*24*60*60*100 + 12345 // a week and a bit, in ticks of 10 ms
	w.set(due, "far")
	_, next := w.first()
	var looks []uint64
	for w.live > 0 {
		require.Less(t, len(looks), levels)
		looks = append(looks, next)
		var got []string
		got, next, _ = w.collect(nil, next, 10)
		require.Equal(t, len(got) > 0, w.now == due)
	}
	require.True(t, slices.IsSorted(looks))
	require.Equal(t, uint64(due), looks[len(looks)-1])
}

func TestTIME_8_slab_uses_memory_again(t *testing.T) {
	var s slab[*int]
	seen := map[uint32]Handle{}
	for round := range uint32(3) {
		for i := range 3 * chunkLen {
			n, e := s.take(&i)
			require.Equal(t, round, e.gen)
			if stale, ok := seen[n]; ok {
				require.Nil(t, s.find(stale))
			}
			seen[n] = Handle{index: n, gen: e.gen}
			require.Same(t, e, s.find(seen[n]))
		}
		require.Len(t, seen, 3*chunkLen)
		require.Len(t, s.chunks, 4, "three and the one that begins with entry 0")
		for n := range maps.Keys(seen) {
			e := s.entry(n)
			require.NotNil(t, s.give(n, e))
			require.Nil(t, e.value, "the slab keeps nothing alive")
		}
		require.Zero(t, s.live)
	}
	require.Nil(t, s.find(Handle{}))
	require.Nil(t, s.find(Handle{index: 1 << 30}))
}
