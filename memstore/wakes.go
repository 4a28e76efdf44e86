package memstore

import "sync"

// wakes orders the streams that have a wake, soonest first.
//
// The heap come holds those that were due when due was asked last, ahead holds
// all others. So a backlog, as after an outage, does not have to be walked
// through to find the soonest wake that has not come.
type wakes struct {
	mu      sync.Mutex
	come    heap
	ahead   heap
	horizon int64 // the time of the last due
}

func (w *wakes) init() {
	w.come.side, w.ahead.side = -1, 1
	w.horizon = never
}

// set gives a stream another wake, never for none. The stream's shard is locked.
func (w *wakes) set(st *stream, wake int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	st.wake = wake
	switch {
	case st.place < 0:
		w.come.remove(st)
	case st.place > 0 && wake != never:
		w.ahead.move(st)
		return
	case st.place > 0:
		w.ahead.remove(st)
	}
	if wake != never {
		w.ahead.push(st)
	}
}

// due gives the names of at most limit streams whose wake is not after now, and
// the soonest wake after now.
func (w *wakes) due(now int64, limit int) (names []string, next int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now < w.horizon { // the clock was set back
		for len(w.come.items) > 0 {
			w.ahead.push(w.come.pop())
		}
	}
	w.horizon = now
	for len(w.ahead.items) > 0 && w.ahead.items[0].wake <= now {
		w.come.push(w.ahead.pop())
	}
	if n := min(limit, len(w.come.items)); n > 0 {
		names = make([]string, n)
		taken := make([]*stream, n)
		for i := range taken {
			taken[i] = w.come.pop()
			names[i] = taken[i].name
		}
		for _, st := range taken {
			w.come.push(st)
		}
	}
	if len(w.ahead.items) == 0 {
		return names, never
	}
	return names, w.ahead.items[0].wake
}

// A heap has four branches, so that it is half as deep as one with two, and
// keeps the wakes beside the streams, so that comparing touches no stream. A
// stream's place is its index plus one, negative in the heap with side -1.
type heap struct {
	items []item
	side  int32
}

type item struct {
	wake   int64
	stream *stream
}

func (h *heap) index(st *stream) int { return int(st.place*h.side) - 1 }

func (h *heap) put(i int, it item) {
	h.items[i] = it
	it.stream.place = int32(i+1) * h.side
}

func (h *heap) push(st *stream) {
	h.items = append(h.items, item{})
	h.up(len(h.items)-1, item{st.wake, st})
}

func (h *heap) pop() *stream {
	st := h.items[0].stream
	h.remove(st)
	return st
}

// move puts a stream whose wake has changed where it belongs.
func (h *heap) move(st *stream) {
	i, it := h.index(st), item{st.wake, st}
	if it.wake < h.items[i].wake {
		h.up(i, it)
	} else {
		h.down(i, it)
	}
}

func (h *heap) remove(st *stream) {
	i, end := h.index(st), len(h.items)-1
	gone, moved := h.items[i], h.items[end]
	h.items[end] = item{}
	h.items = h.items[:end]
	st.place = 0
	switch {
	case i == end:
	case moved.wake < gone.wake:
		h.up(i, moved)
	default:
		h.down(i, moved)
	}
}

// up puts an item at i or above; i is free.
func (h *heap) up(i int, it item) {
	for i > 0 {
		parent := (i - 1) / 4
		if h.items[parent].wake <= it.wake {
			break
		}
		h.put(i, h.items[parent])
		i = parent
	}
	h.put(i, it)
}

// down puts an item at i or below; i is free.
func (h *heap) down(i int, it item) {
	for {
		first := 4*i + 1
		if first >= len(h.items) {
			break
		}
		least := first
		for child := first + 1; child < min(first+4, len(h.items)); child++ {
			if h.items[child].wake < h.items[least].wake {
				least = child
			}
		}
		if h.items[least].wake >= it.wake {
			break
		}
		h.put(i, h.items[least])
		i = least
	}
	h.put(i, it)
}
