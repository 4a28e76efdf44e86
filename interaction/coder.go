package interaction

import (
	"encoding/binary"
	"time"
)

// A coder writes and reads the fields of events and commands. One description
// of a type's fields serves all directions: the passes that write the skeleton
// and the personal section, and the one that reads both.
//
// A field is a tag, the number times two plus one for bytes, and then a varint,
// or a length and bytes. Fields that are zero are left out. Fields that a
// reader does not know are kept and written again.
type coder struct {
	pass pass
	out  []byte // what was written
	in   [2]fields
	bad  bool // what was read is corrupt
}

// A section is where a field is kept: personal content apart from the rest, so
// that it can be encrypted by itself (HIST-7).
type section uint8

const (
	skeleton section = iota // ids, kinds, codes, counts, times
	personal                // what persons wrote, names, case data
)

type pass uint8

const (
	writeSkeleton pass = iota
	writePersonal
	writeBoth
	read
)

// fields are the encoded fields of one thing, and which of them were asked for.
type fields struct {
	data  string
	asked uint64
}

// maxField is the greatest number of a field.
const maxField = 63

// next cuts the first field off. ok is false at the end, and where the data is
// corrupt, which leaves some of it.
func (f *fields) next() (number int, value uint64, bytes string, isBytes, ok bool) {
	tag, n := uvarint(f.data)
	if n <= 0 || tag>>1 > maxField {
		return 0, 0, "", false, false
	}
	value, m := uvarint(f.data[n:])
	if m <= 0 {
		return 0, 0, "", false, false
	}
	rest := f.data[n+m:]
	if tag&1 == 1 {
		if value > uint64(len(rest)) {
			return 0, 0, "", false, false
		}
		bytes, rest = rest[:value], rest[value:]
	}
	f.data = rest
	return int(tag >> 1), value, bytes, tag&1 == 1, true
}

// uvarint is binary.Uvarint of a string.
func uvarint(s string) (uint64, int) {
	var v uint64
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		b := s[i]
		if b < 0x80 {
			if i == binary.MaxVarintLen64-1 && b > 1 {
				return 0, -1
			}
			return v | uint64(b)<<(7*i), i + 1
		}
		v |= uint64(b&0x7f) << (7 * i)
	}
	return 0, 0
}

// valid reports whether the data is whole.
func (f fields) valid() bool {
	for len(f.data) > 0 {
		if _, _, _, _, ok := f.next(); !ok {
			return false
		}
	}
	return true
}

// unknown are the fields that nobody asked for.
func (f fields) unknown() string {
	var kept []byte
	for len(f.data) > 0 {
		before := f.data
		n, _, _, _, ok := f.next()
		if !ok {
			break
		}
		if f.asked&(1<<n) == 0 {
			kept = append(kept, before[:len(before)-len(f.data)]...)
		}
	}
	return string(kept)
}

// find gives the first field of the number and of the kind.
func (f *fields) find(number int, wantBytes bool) (value uint64, bytes string) {
	f.asked |= 1 << number
	for g := (fields{data: f.data}); len(g.data) > 0; {
		n, v, b, isBytes, ok := g.next()
		if !ok {
			return 0, ""
		}
		if n == number && isBytes == wantBytes {
			return v, b
		}
	}
	return 0, ""
}

// writes reports whether the pass writes the section.
func (c *coder) writes(s section) bool {
	return c.pass == writeBoth || c.pass == writeSkeleton && s == skeleton || c.pass == writePersonal && s == personal
}

// number writes a number unless it is zero.
func (c *coder) number(s section, number int, v uint64) {
	if v != 0 && c.writes(s) {
		c.out = binary.AppendUvarint(c.out, uint64(number)<<1)
		c.out = binary.AppendUvarint(c.out, v)
	}
}

func (c *coder) readNumber(s section, number int) uint64 {
	v, _ := c.in[s].find(number, false)
	return v
}

// text reads or writes a string. Writing leaves *v alone: others may read it.
func text[T ~string](c *coder, s section, number int, v *T) {
	if c.pass == read {
		_, b := c.in[s].find(number, true)
		*v = T(b)
		return
	}
	if *v != "" && c.writes(s) {
		c.out = binary.AppendUvarint(c.out, uint64(number)<<1|1)
		c.out = binary.AppendUvarint(c.out, uint64(len(*v)))
		c.out = append(c.out, *v...)
	}
}

// id is a field of the skeleton that names something.
func id[T ~string](c *coder, number int, v *T) { text(c, skeleton, number, v) }

// private is what a person wrote, or who it is.
func private[T ~string](c *coder, number int, v *T) { text(c, personal, number, v) }

func enum[T ~uint8](c *coder, number int, v *T) {
	if c.pass != read {
		c.number(skeleton, number, uint64(*v))
		return
	}
	n := c.readNumber(skeleton, number)
	c.bad = c.bad || n > 255
	*v = T(n)
}

func flag(c *coder, number int, v *bool) {
	switch {
	case c.pass == read:
		*v = c.readNumber(skeleton, number) != 0
	case *v:
		c.number(skeleton, number, 1)
	}
}

func signed[T ~int | ~int64](c *coder, number int, v *T) {
	if c.pass == read {
		*v = T(unzigzag(c.readNumber(skeleton, number)))
		return
	}
	c.number(skeleton, number, zigzag(int64(*v)))
}

func count(c *coder, number int, v *uint64) {
	if c.pass == read {
		*v = c.readNumber(skeleton, number)
		return
	}
	c.number(skeleton, number, *v)
}

// span is a duration in microseconds.
func span(c *coder, number int, v *time.Duration) {
	micros := v.Microseconds()
	signed(c, number, &micros)
	if c.pass == read {
		const most = int64(1<<63-1) / int64(time.Microsecond)
		c.bad = c.bad || micros > most || micros < -most
		*v = time.Duration(micros) * time.Microsecond
	}
}

// moment is a time in microseconds; the zero time is left out.
func moment(c *coder, number int, v *time.Time) {
	if c.pass != read {
		if !v.IsZero() && c.writes(skeleton) {
			c.out = binary.AppendUvarint(c.out, uint64(number)<<1)
			c.out = binary.AppendUvarint(c.out, zigzag(v.UnixMicro())+1)
		}
		return
	}
	*v = time.Time{}
	if n := c.readNumber(skeleton, number); n != 0 {
		*v = time.UnixMicro(unzigzag(n - 1)).UTC()
	}
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// items is a list of things with fields of their own, all in one section.
func items[T any](c *coder, s section, number int, v *[]T, each func(*coder, *T)) {
	if c.pass == read {
		*v = nil
		_, data := c.in[s].find(number, true)
		for len(data) > 0 {
			size, n := uvarint(data)
			if n <= 0 || size > uint64(len(data)-n) {
				c.bad = true
				return
			}
			in := fields{data: data[n : n+int(size)]}
			data = data[n+int(size):]
			if !in.valid() {
				c.bad = true
				return
			}
			var item T
			inner := coder{pass: read, in: [2]fields{in, in}}
			each(&inner, &item)
			c.bad = c.bad || inner.bad
			*v = append(*v, item)
		}
		return
	}
	if len(*v) == 0 || !c.writes(s) {
		return
	}
	c.out = binary.AppendUvarint(c.out, uint64(number)<<1|1)
	c.out = sized(c.out, func(out []byte) []byte {
		for i := range *v {
			out = sized(out, func(out []byte) []byte {
				inner := coder{pass: writeBoth, out: out}
				each(&inner, &(*v)[i])
				return inner.out
			})
		}
		return out
	})
}

// sized writes what write appends with its length in front.
func sized(out []byte, write func([]byte) []byte) []byte {
	start := len(out)
	out = write(out)
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(len(out)-start))
	out = append(out, length[:n]...)
	copy(out[start+n:], out[start:])
	copy(out[start:], length[:n])
	return out
}

// list is a list of words that are not personal.
func list(c *coder, number int, v *[]string) {
	items(c, skeleton, number, v, func(c *coder, s *string) { id(c, 1, s) })
}
