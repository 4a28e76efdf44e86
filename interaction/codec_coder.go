package interaction

import (
	"encoding/binary"
	"math"
	"time"
)

// A coder writes and reads the fields of events, and hashes those of commands.
// One description of a type's fields serves every pass, so that what is written
// and what is read cannot differ. All passes but read leave what they are given
// as it is.
type coder struct {
	pass pass
	out  []byte // what was written, and what stood before it
	sum  hash   // of what was hashed

	in       string        // the whole stored batch
	at, end  int           // what is left of the skeleton
	personal int           // where the next personal value begins; the last one ends with in
	broken   *CorruptError // the first thing that is wrong
	strange  bool          // there was a field that nobody asked for
	erased   bool          // there is no personal section any more: its values are empty

	// The tag ahead of at: its number (none at the end of the fields), its form,
	// where it stands, and whether it is an end that was written.
	number uint64
	wire   wire
	tagAt  int
	endTag bool

	depth  int               // of groups
	asked  [maxDepth]uint64  // by depth: the number that was asked for last
	opened [maxDepth]opening // by depth: where the group began
}

// maxDepth is deeper than the descriptions of events and commands go. Groups that
// nobody asked for may be nested without end.
const maxDepth = 6

// A pass is what a coder does with the fields it is given.
type pass uint8

const (
	writeSkeleton pass = iota
	writePersonal
	sum
	read
)

// A wire is the form of a field's value: the two low bits of its tag.
type wire uint8

const (
	wireNumber   wire = iota // a varint; signed numbers in zigzag
	wireString               // a length and bytes
	wirePersonal             // a length and bytes, in the personal section
	wireGroup                // fields, and a zero byte
)

// none is a number greater than any that is asked for.
const none = math.MaxUint64

// fail keeps the first thing that is wrong, and ends reading.
func (c *coder) fail(reason string) {
	if c.broken == nil {
		c.broken = &CorruptError{c.at, reason}
	}
	c.at, c.number, c.endTag = c.end, none, false
}

func (c *coder) uvarint() uint64 {
	if c.at < c.end && c.in[c.at] < 0x80 {
		c.at++
		return uint64(c.in[c.at-1])
	}
	v, n := uvarint(c.in[c.at:c.end])
	if n == 0 {
		c.fail("a number is cut short or too large")
		return 0
	}
	c.at += n
	return v
}

// uvarint reads a varint, and gives its length, 0 if there is none. There is one
// way to write a number: the last byte is not zero.
func uvarint(s string) (v uint64, n int) {
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		b := s[i]
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			if b == 0 && i > 0 || i == binary.MaxVarintLen64-1 && b > 1 {
				return 0, 0
			}
			return v, i + 1
		}
	}
	return 0, 0
}

// string reads a string of the skeleton.
func (c *coder) string() string {
	size := c.uvarint()
	if size > uint64(c.end-c.at) {
		c.fail("a string is cut short")
		return ""
	}
	s := c.in[c.at : c.at+int(size)]
	c.at += int(size)
	return s
}

// secret reads a string of the personal section.
func (c *coder) secret() string {
	if c.erased {
		return ""
	}
	size, n := uvarint(c.in[c.personal:])
	if n == 0 || size > uint64(len(c.in)-c.personal-n) {
		c.fail("a personal value is cut short")
		return ""
	}
	start := c.personal + n
	c.personal = start + int(size)
	return c.in[start:c.personal]
}

// fixed reads eight bytes of the personal section.
func (c *coder) fixed() (v uint64) {
	if c.erased {
		return 0
	}
	if len(c.in)-c.personal < 8 {
		c.fail("the personal section is cut short")
		return 0
	}
	for i := range 8 {
		v |= uint64(c.in[c.personal+i]) << (8 * i)
	}
	c.personal += 8
	return v
}

// kind reads the name of a kind.
func (c *coder) kind() string {
	s := c.string()
	if s == "" || len(s) > 64 {
		c.fail("a record has no kind")
		return ""
	}
	for i := range len(s) {
		if b := s[i]; (b < 'a' || b > 'z') && b != '-' {
			c.fail("a kind is not a name")
			return ""
		}
	}
	return s
}

// fields begins the fields of a record.
func (c *coder) fields() {
	c.depth, c.asked[0], c.strange = 0, 0, false
	c.next()
}

// next reads the next tag.
func (c *coder) next() {
	c.tagAt = c.at
	if c.at == c.end {
		if c.depth > 0 {
			c.fail("a group has no end")
		}
		c.number, c.endTag = none, false
		return
	}
	tag := c.uvarint()
	if c.broken != nil {
		return
	}
	if c.number, c.wire = tag>>2, wire(tag&3); c.number != 0 {
		return
	}
	if c.number, c.endTag = none, tag == 0; !c.endTag {
		c.fail("a field has no number")
	}
}

// found reports whether the next field is the one with the number, and keeps
// what a later version put in front of it.
func (c *coder) found(number uint64, w wire) bool {
	for c.number < number {
		c.passOver()
	}
	c.asked[c.depth] = number
	if c.number != number {
		return false
	}
	if c.wire != w {
		c.fail("a field has another form than its number says")
		return false
	}
	return true
}

// finish passes over the fields that are left, and reports whether they were
// ended by a tag rather than by the end of the skeleton.
func (c *coder) finish() bool {
	for c.number != none {
		c.passOver()
	}
	return c.endTag
}

// passOver steps over a field that nobody asked for.
func (c *coder) passOver() {
	if c.number <= c.asked[c.depth] {
		c.fail("a field is there twice or out of order")
		return
	}
	c.strange = true
	// Groups may be nested without end: they are counted.
	for open := 0; ; {
		switch c.wire {
		case wireNumber:
			c.uvarint()
		case wireString:
			c.string()
		case wirePersonal:
			c.secret()
		case wireGroup:
			open++
		}
		for open > 0 {
			tag := c.uvarint()
			if c.broken != nil {
				return
			}
			if c.wire = wire(tag & 3); tag != 0 {
				break
			}
			open--
		}
		if open == 0 {
			break
		}
	}
	if c.broken == nil {
		c.next()
	}
}

func (c *coder) tag(number uint64, w wire) {
	c.out = binary.AppendUvarint(c.out, number<<2|uint64(w))
}

// count is a number that is never negative.
func (c *coder) count(number uint64, v *uint64) {
	switch c.pass {
	case writeSkeleton:
		if *v != 0 {
			c.tag(number, wireNumber)
			c.out = binary.AppendUvarint(c.out, *v)
		}
	case sum:
		if *v != 0 {
			c.sum = c.sum.tag(number, wireNumber).number(*v)
		}
	case read:
		if c.found(number, wireNumber) {
			*v = c.uvarint()
			c.next()
		}
	}
}

// code is one of a closed set of values, which has so many.
func (c *coder) code(number uint64, v *uint8, values uint64) {
	n := uint64(*v)
	c.count(number, &n)
	if c.pass != read {
		return
	}
	if n >= values {
		c.fail("a code is not known")
		return
	}
	*v = uint8(n)
}

func (c *coder) flag(number uint64, v *bool) {
	var bit uint8
	if *v {
		bit = 1
	}
	c.code(number, &bit, 2)
	if c.pass == read {
		*v = bit == 1
	}
}

func (c *coder) signed(number uint64, v *int64) {
	n := zigzag(*v)
	c.count(number, &n)
	if c.pass == read {
		*v = unzigzag(n)
	}
}

func (c *coder) int(number uint64, v *int) {
	n := int64(*v)
	c.signed(number, &n)
	if c.pass != read {
		return
	}
	if *v = int(n); int64(*v) != n {
		c.fail("a number is out of range")
	}
}

// span is a duration in whole microseconds.
func (c *coder) span(number uint64, v *time.Duration) {
	micros := v.Microseconds()
	c.signed(number, &micros)
	if c.pass != read {
		return
	}
	const most = math.MaxInt64 / int64(time.Microsecond)
	if micros > most || micros < -most {
		c.fail("a duration is out of range")
		return
	}
	*v = time.Duration(micros) * time.Microsecond
}

// moment is a time in whole microseconds since 1970, UTC. The zero time is left
// out, so that 1970 itself is there.
func (c *coder) moment(number uint64, v *time.Time) {
	switch c.pass {
	case writeSkeleton:
		if !v.IsZero() {
			c.tag(number, wireNumber)
			c.out = binary.AppendUvarint(c.out, zigzag(v.UnixMicro()))
		}
	case sum:
		if !v.IsZero() {
			c.sum = c.sum.tag(number, wireNumber).number(zigzag(v.UnixMicro()))
		}
	case read:
		if c.found(number, wireNumber) {
			*v = time.UnixMicro(unzigzag(c.uvarint())).UTC()
			c.next()
		}
	}
}

// id is a string of the skeleton.
func (c *coder) id(number uint64, v *string) {
	switch c.pass {
	case writeSkeleton:
		if *v != "" {
			c.tag(number, wireString)
			c.out = appendString(c.out, *v)
		}
	case sum:
		if *v != "" {
			c.sum = c.sum.tag(number, wireString).string(*v)
		}
	case read:
		if c.found(number, wireString) {
			*v = c.string()
			c.next()
		}
	}
}

func (c *coder) party(number uint64, v *PartyID) { c.id(number, (*string)(v)) }

func (c *coder) target(number uint64, v *Target) { c.id(number, (*string)(v)) }

// text is a string of the personal section.
func (c *coder) text(number uint64, v *string) {
	switch c.pass {
	case writeSkeleton:
		if *v != "" {
			c.tag(number, wirePersonal)
		}
	case writePersonal:
		if *v != "" {
			c.out = appendString(c.out, *v)
		}
	case sum:
		if *v != "" {
			c.sum = c.sum.tag(number, wirePersonal).string(*v)
		}
	case read:
		if c.found(number, wirePersonal) {
			*v = c.secret()
			c.next()
		}
	}
}

// bytes are bytes of the personal section.
func (c *coder) bytes(number uint64, v *[]byte) {
	switch c.pass {
	case writeSkeleton:
		if len(*v) > 0 {
			c.tag(number, wirePersonal)
		}
	case writePersonal:
		if len(*v) > 0 {
			c.out = binary.AppendUvarint(c.out, uint64(len(*v)))
			c.out = append(c.out, *v...)
		}
	case sum:
		if len(*v) > 0 {
			c.sum = c.sum.tag(number, wirePersonal).bytes(*v)
		}
	case read:
		if c.found(number, wirePersonal) {
			if s := c.secret(); s != "" {
				*v = []byte(s)
			}
			c.next()
		}
	}
}

// An opening is where a group that is being written began: how much stood
// before and after its tag, or what the sum was.
type opening struct {
	before, after uint64
	keep          bool // although it holds nothing
}

// begin begins a group of fields of their own and reports whether it is there.
// One that holds nothing is left out.
func (c *coder) begin(number uint64) bool { return c.open(number, false) }

func (c *coder) open(number uint64, keep bool) bool {
	if c.pass == read && !c.found(number, wireGroup) {
		return false
	}
	c.depth++
	switch o := &c.opened[c.depth]; c.pass {
	case writeSkeleton:
		o.keep, o.before = keep, uint64(len(c.out))
		c.tag(number, wireGroup)
		o.after = uint64(len(c.out))
	case sum:
		o.keep, o.before = keep, uint64(c.sum)
		c.sum = c.sum.tag(number, wireGroup)
		o.after = uint64(c.sum)
	case read:
		c.asked[c.depth] = 0
		c.next()
	}
	return true
}

// close ends the group that was begun last.
func (c *coder) close() {
	switch o := &c.opened[c.depth]; c.pass {
	case writeSkeleton:
		if uint64(len(c.out)) == o.after && !o.keep {
			c.out = c.out[:o.before]
		} else {
			c.out = append(c.out, 0)
		}
	case sum:
		if uint64(c.sum) == o.after && !o.keep {
			c.sum = hash(o.before)
		} else {
			c.sum = c.sum.number(0)
		}
	case read:
		c.finish()
	}
	c.depth--
	if c.pass == read && c.broken == nil {
		c.next()
	}
}

// item begins the i-th of a list's groups, and reports whether there is one.
func item[T any](c *coder, number uint64, list *[]T, i int) bool {
	if c.pass != read {
		return i < len(*list) && c.open(number, true)
	}
	if !c.open(number, true) {
		return false
	}
	*list = append(*list, *new(T))
	return true
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// putLength puts the length of what begins at start into the byte ahead of it,
// and moves it on where that takes more than one.
func putLength(b []byte, start int) []byte {
	size := len(b) - start
	if size < 0x80 {
		b[start-1] = byte(size)
		return b
	}
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	b = append(b, length[:n-1]...)
	copy(b[start-1+n:], b[start:start+size])
	copy(b[start-1:], length[:n])
	return b
}
