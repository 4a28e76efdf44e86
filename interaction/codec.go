package interaction

import (
	"encoding/binary"
	"errors"
	"time"
)

// A Batch is what one commit of an interaction's log holds: the records of one
// command, and what its sender was told.
type Batch struct {
	By      PartyID  // whose command it was
	Command uint64   // [Digest] of the command, to tell a retry from a reused key (LIFE-16)
	Seen    uint64   // the sender's own position once the batch is applied
	View    uint32   // the sender's view then
	Records []Record // one after another, all at one time
}

// formatVersion is the first byte of the stored form.
const formatVersion = 1

// ErrCorrupt says that bytes are not what [AppendBatch] writes.
var ErrCorrupt = errors.New("interaction: stored records are corrupt")

// A VersionError says that stored records have a format that this version of
// the library does not know.
type VersionError struct{ Version byte }

func (e *VersionError) Error() string {
	return "interaction: stored records have the unknown format version " + itoa(uint64(e.Version))
}

// An UnknownKindError names a kind of event that this version of the library
// does not know: a newer one wrote it. The log must not be folded without it.
type UnknownKindError struct {
	Kind string
	Seq  uint64
}

func (e *UnknownKindError) Error() string {
	return "interaction: the record at position " + itoa(e.Seq) + " is of the unknown kind " + e.Kind
}

// AppendBatch appends the stored form of a batch to dst: a version, the
// skeleton of all records, and then what is personal in them (HIST-7). It
// allocates nothing if dst is large enough.
func AppendBatch(dst []byte, b *Batch) []byte {
	c := coder{pass: writeSkeleton, out: append(dst, formatVersion)}
	c.text(string(b.By))
	c.out = binary.LittleEndian.AppendUint64(c.out, b.Command)
	c.out = binary.AppendUvarint(c.out, b.Seen)
	c.out = binary.AppendUvarint(c.out, uint64(b.View))
	c.out = binary.AppendUvarint(c.out, uint64(len(b.Records)))
	for i := range b.Records {
		c.head(&b.Records[i], b.By)
		c.body(&b.Records[i], skeleton)
	}
	c.pass = writePersonal
	for i := range b.Records {
		c.body(&b.Records[i], personal)
	}
	return c.out
}

func (c *coder) text(s string) {
	c.out = binary.AppendUvarint(c.out, uint64(len(s)))
	c.out = append(c.out, s...)
}

// What the first byte of a record's head says besides the scope.
const (
	scopeBits       = 0x0f
	hasConsultation = 0x10
	hasTo           = 0x20
	bySystem        = 0x40
	byOther         = 0x80
)

// head writes who did it, who may see it, and the kind.
func (c *coder) head(r *Record, by PartyID) {
	bits := byte(r.Audience.Scope) & scopeBits
	if r.Audience.Consultation != "" {
		bits |= hasConsultation
	}
	if r.Audience.To != "" {
		bits |= hasTo
	}
	switch r.By {
	case by:
	case System:
		bits |= bySystem
	default:
		bits |= byOther
	}
	c.out = append(c.out, bits)
	if bits&hasConsultation != 0 {
		c.text(r.Audience.Consultation)
	}
	if bits&hasTo != 0 {
		c.text(string(r.Audience.To))
	}
	if bits&byOther != 0 {
		c.text(string(r.By))
	}
	c.text(r.Event.Kind().String())
}

// body writes the fields of one section with their length in front, and those
// that a newer version wrote.
func (c *coder) body(r *Record, s section) {
	start := len(c.out)
	c.out = append(c.out, 0)
	describe(c, r.Event)
	if r.extra != nil {
		c.out = append(c.out, r.extra[s]...)
	}
	size := len(c.out) - start - 1
	if size < 0x80 {
		c.out[start] = byte(size)
		return
	}
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	c.out = append(c.out, length[:n-1]...)
	copy(c.out[start+n:], c.out[start+1:start+1+size])
	copy(c.out[start:], length[:n])
}

// DecodeBatch reads what [AppendBatch] wrote. The position that the batch
// follows and its time come from the commit. It keeps no part of data. Errors
// are [ErrCorrupt], a [*VersionError], or an [*UnknownKindError].
func DecodeBatch(data []byte, after uint64, at time.Time) (Batch, error) {
	if len(data) == 0 {
		return Batch{}, ErrCorrupt
	}
	if data[0] != formatVersion {
		return Batch{}, &VersionError{data[0]}
	}
	d := decoder{rest: string(data[1:])}
	b := Batch{By: PartyID(d.text()), Command: d.fixed(), Seen: d.uvarint(), View: uint32(d.uvarint())}
	n := d.uvarint()
	// A record takes four bytes at the least.
	if d.bad || n > uint64(len(d.rest))/4 {
		return Batch{}, ErrCorrupt
	}
	b.Records = make([]Record, n)
	var few [4]string // the usual commit has no more records, and no room for them is made
	skeletons := append(few[:0], make([]string, n)...)
	at = at.UTC()
	for i := range b.Records {
		r := &b.Records[i]
		r.Seq, r.At = after+uint64(i)+1, at
		kind := d.head(r, b.By)
		if skeletons[i] = d.text(); d.bad {
			return Batch{}, ErrCorrupt
		}
		if r.Event = newEvent(kind); r.Event == nil {
			return Batch{}, &UnknownKindError{kind, r.Seq}
		}
	}
	for i := range b.Records {
		c := coder{pass: read, in: [2]fields{{data: skeletons[i]}, {data: d.text()}}}
		if d.bad || !c.in[skeleton].valid() || !c.in[personal].valid() {
			return Batch{}, ErrCorrupt
		}
		if describe(&c, b.Records[i].Event); c.bad {
			return Batch{}, ErrCorrupt
		}
		if e := (unknown{c.in[skeleton].unknown(), c.in[personal].unknown()}); e != (unknown{}) {
			b.Records[i].extra = &e
		}
	}
	if d.bad || d.rest != "" {
		return Batch{}, ErrCorrupt
	}
	return b, nil
}

// Sections cuts a stored batch into its skeleton and its personal section, which
// joined again are the batch.
func Sections(data []byte) (skeleton, personal []byte, err error) {
	if len(data) == 0 || data[0] != formatVersion {
		return nil, nil, ErrCorrupt
	}
	d := decoder{rest: string(data[1:])}
	d.text()
	d.fixed()
	d.uvarint()
	d.uvarint()
	for range d.uvarint() {
		var r Record
		d.head(&r, "")
		d.text()
		if d.bad {
			break
		}
	}
	if d.bad {
		return nil, nil, ErrCorrupt
	}
	cut := len(data) - len(d.rest)
	return data[:cut:cut], data[cut:], nil
}

// A decoder reads the frame of a batch.
type decoder struct {
	rest string
	bad  bool
}

func (d *decoder) uvarint() uint64 {
	v, n := uvarint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, ""
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) text() string {
	size := d.uvarint()
	if size > uint64(len(d.rest)) {
		d.bad, d.rest = true, ""
		return ""
	}
	s := d.rest[:size]
	d.rest = d.rest[size:]
	return s
}

func (d *decoder) fixed() uint64 {
	if len(d.rest) < 8 {
		d.bad, d.rest = true, ""
		return 0
	}
	var v uint64
	for i := range 8 {
		v |= uint64(d.rest[i]) << (8 * i)
	}
	d.rest = d.rest[8:]
	return v
}

func (d *decoder) head(r *Record, by PartyID) (kind string) {
	if d.rest == "" {
		d.bad = true
		return ""
	}
	bits := d.rest[0]
	d.rest = d.rest[1:]
	r.Audience.Scope = Scope(bits & scopeBits)
	if r.Audience.Scope >= scopes {
		d.bad = true
	}
	if bits&hasConsultation != 0 {
		r.Audience.Consultation = d.text()
	}
	if bits&hasTo != 0 {
		r.Audience.To = PartyID(d.text())
	}
	r.By = by
	switch {
	case bits&byOther != 0:
		r.By = PartyID(d.text())
	case bits&bySystem != 0:
		r.By = System
	}
	return d.text()
}
