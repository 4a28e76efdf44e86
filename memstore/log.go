package memstore

import (
	"encoding/binary"
	"math"
	"sort"

	"github.com/chatkernel/chatkernel"
)

// A stream is one log with what the store must know of it at once. Its size is
// a size class of the allocator (128 bytes) on purpose.
type stream struct {
	name    string
	log     []byte // frames, one a commit; never changed, only longer
	head    uint64
	at      int64  // time of the last commit in the log, what the next one's is told from
	wake    int64  // microseconds, or never
	keys    uint64 // a bit is set for each key in the log: most new keys are known as new without a search
	long    *long  // nil while the log is short
	frames  uint32
	last    uint32 // where the last frame begins
	place   int32  // in wakes, see there
	summary string // the packed index, empty if there never was one
	started int64  // of the summary
	sibling *stream
}

// long is what makes a log of many commits as quick as a short one.
type long struct {
	marks []cursor                  // before every stride-th frame
	keys  map[chatkernel.Key]uint32 // which frame has the key
}

const (
	stride = 32 // a log with so many commits is long
	maxLog = min(math.MaxUint32, math.MaxInt)
)

// A frame is, in this order: a byte of flags, the time since the former commit,
// the count unless it is 1, the wake (told from the time), the length of the
// data, the key, the data. Numbers are variable in length.
//
// The key is kept whole. A hash of eight bytes would save 8 bytes a commit, but
// Load owes the key to its callers, and two keys must never be taken for one.
const (
	flagKey         = 1 << iota
	flagOne         // the count is 1
	flagWakeSeconds // the wake is whole seconds from the time, as most deadlines are
	flagWakeMicros  // the wake is microseconds from the time
)

const maxFrameHead = 1 + 3*binary.MaxVarintLen64 + binary.MaxVarintLen32 + len(chatkernel.Key{})

func (st *stream) append(c *chatkernel.Commit, at, wake int64) {
	var room [maxFrameHead]byte
	b := append(room[:0], 0)
	b = binary.AppendVarint(b, at-st.at)
	if c.Count == 1 {
		b[0] |= flagOne
	} else {
		b = binary.AppendUvarint(b, uint64(c.Count))
	}
	if wake != never {
		if d := wake - at; d%1e6 == 0 {
			b[0] |= flagWakeSeconds
			b = binary.AppendVarint(b, d/1e6)
		} else {
			b[0] |= flagWakeMicros
			b = binary.AppendVarint(b, d)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(c.Data)))
	if c.Key != (chatkernel.Key{}) {
		b[0] |= flagKey
		b = append(b, c.Key[:]...)
		st.keys |= keyBit(c.Key)
	}

	switch {
	case st.long != nil:
		if st.frames%stride == 0 {
			st.long.marks = append(st.long.marks, st.end())
		}
		if b[0]&flagKey != 0 {
			st.long.keys[c.Key] = st.frames
		}
	case st.frames == stride:
		st.lengthen()
		if b[0]&flagKey != 0 {
			st.long.keys[c.Key] = st.frames
		}
	}
	st.last = uint32(len(st.log))
	st.log = grow(st.log, len(b)+len(c.Data))
	st.log = append(st.log, b...)
	st.log = append(st.log, c.Data...)
	st.frames++
	st.head = c.Head()
	st.at = at
}

// lengthen builds the index of a log that has just become long.
func (st *stream) lengthen() {
	st.long = &long{marks: []cursor{{}, st.end()}, keys: make(map[chatkernel.Key]uint32, 2*stride)}
	var cur cursor
	for i := range st.frames {
		if f := cur.next(st.log); f.key != nil {
			st.long.keys[chatkernel.Key(f.key)] = i
		}
	}
}

// grow makes room for n more bytes. Short logs grow tightly, by an eighth:
// there are many of them and most of them stay as they are; long ones by a
// quarter. The array that is left behind belongs to whoever still reads it.
func grow(log []byte, n int) []byte {
	need := len(log) + n
	if need <= cap(log) {
		return log
	}
	room := need / 8
	switch {
	case len(log) == 0:
		room = 0
	case need > 4096:
		room = need / 4
	}
	// Append rounds up to what the allocator gives anyway.
	larger := append([]byte(nil), make([]byte, need+room)...)
	return larger[:copy(larger, log)]
}

func keyBit(k chatkernel.Key) uint64 { return 1 << (k[0] & 63) }

// lookup gives the commit that used the key.
func (st *stream) lookup(key chatkernel.Key) (chatkernel.Commit, bool) {
	if st.keys&keyBit(key) == 0 || key == (chatkernel.Key{}) {
		return chatkernel.Commit{}, false
	}
	var cur cursor
	if st.long != nil {
		n, ok := st.long.keys[key]
		if !ok {
			return chatkernel.Commit{}, false
		}
		cur = st.long.marks[n/stride]
	}
	for cur.off < len(st.log) {
		if f := cur.next(st.log); f.key != nil && chatkernel.Key(f.key) == key {
			return f.commit(st.name), true
		}
	}
	return chatkernel.Commit{}, false
}

// near gives a place at or shortly before the commit that holds the position
// after the given one, which is less than the head.
func (st *stream) near(after uint64) cursor {
	// Who follows a stream asks for the last commit.
	last := cursor{off: int(st.last)}
	f := last.next(st.log)
	if first := st.head - uint64(f.count); first <= after {
		return cursor{off: int(st.last), after: first, at: st.at - f.at}
	}
	if st.long == nil {
		return cursor{}
	}
	marks := st.long.marks
	return marks[sort.Search(len(marks), func(i int) bool { return marks[i].after > after })-1]
}

func (st *stream) end() cursor { return cursor{off: len(st.log), after: st.head, at: st.at} }

// A cursor stands before a frame and holds what the frame does not say itself.
type cursor struct {
	off   int
	after uint64
	at    int64 // of the frame before
}

type frame struct {
	after uint64
	count int
	at    int64
	wake  int64
	key   []byte // nil if there is none
	data  []byte
}

// next reads the frame and goes behind it.
func (cur *cursor) next(log []byte) frame {
	p := cur.off
	flags := log[p]
	p++
	f := frame{after: cur.after, count: 1, wake: never}
	d, n := binary.Varint(log[p:])
	p += n
	f.at = cur.at + d
	if flags&flagOne == 0 {
		count, n := binary.Uvarint(log[p:])
		p += n
		f.count = int(count)
	}
	if flags&(flagWakeSeconds|flagWakeMicros) != 0 {
		d, n := binary.Varint(log[p:])
		p += n
		if flags&flagWakeSeconds != 0 {
			d *= 1e6
		}
		f.wake = f.at + d
	}
	size, n := binary.Uvarint(log[p:])
	p += n
	if flags&flagKey != 0 {
		f.key = log[p : p+len(chatkernel.Key{})]
		p += len(chatkernel.Key{})
	}
	end := p + int(size)
	f.data = log[p:end:end]
	cur.off, cur.after, cur.at = end, f.after+uint64(f.count), f.at
	return f
}

func (f *frame) commit(name string) chatkernel.Commit {
	c := chatkernel.Commit{Stream: name, After: f.after, Count: f.count, At: instant(f.at)}
	if f.wake != never {
		c.Wake = instant(f.wake)
	}
	if f.key != nil {
		c.Key = chatkernel.Key(f.key)
	}
	if len(f.data) > 0 {
		c.Data = f.data
	}
	return c
}
