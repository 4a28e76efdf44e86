package timers

const (
	chunkBits = 10
	chunkLen  = 1 << chunkBits
)

// entry is one timer. Links are indices of entries, 0 for none, so that a timer
// costs no allocation and, where T has no pointers, nothing to the garbage
// collector: 24 bytes plus T.
type entry[T any] struct {
	due   uint64 // the tick at which it is due; may be later than its slot says
	next  uint32 // in the slot, or in the list of free entries
	prev  uint32 // in the slot
	gen   uint32 // how often the entry was freed; a handle of another gen is stale
	place uint16 // the slot that holds it
	value T
}

// slab holds entries by index. It grows in chunks that never move, so that
// growing copies nothing, and keeps its largest size. Entry 0 is never handed
// out. The zero slab is empty.
type slab[T any] struct {
	chunks []*[chunkLen]entry[T]
	free   uint32 // first of the free entries
	used   uint32 // the largest index handed out so far
	live   int    // entries that are handed out now
}

func (s *slab[T]) entry(i uint32) *entry[T] {
	return &s.chunks[i>>chunkBits][i%chunkLen]
}

// take hands out an entry with a value. It gives nil if all indices are in use.
func (s *slab[T]) take(value T) (uint32, *entry[T]) {
	i := s.free
	switch {
	case i != 0:
		s.free = s.entry(i).next
	case s.used == ^uint32(0):
		return 0, nil
	default:
		s.used++
		i = s.used
		if int(i>>chunkBits) == len(s.chunks) {
			s.chunks = append(s.chunks, new([chunkLen]entry[T]))
		}
	}
	s.live++
	e := s.entry(i)
	e.value = value
	return i, e
}

// give takes an entry back and gives its value.
func (s *slab[T]) give(i uint32, e *entry[T]) T {
	var zero T
	value := e.value
	e.value = zero // the slab must not keep alive what a pointer in T leads to
	e.gen++
	e.next = s.free
	s.free = i
	s.live--
	return value
}

// find gives the entry that h was handed out for, or nil if it is free again.
func (s *slab[T]) find(h Handle) *entry[T] {
	if h.index == 0 || h.index > s.used {
		return nil
	}
	if e := s.entry(h.index); e.gen == h.gen {
		return e
	}
	return nil
}
