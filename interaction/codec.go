package interaction

import (
	"encoding/binary"
	"slices"
	"time"
)

// A Batch is what one commit of an interaction's log holds.
//
// Its stored form has two sections, so that a later version can encrypt what is
// personal as a whole and destroy it with its key (HIST-7): the skeleton holds
// ids, times, kinds, codes and counts; the personal section holds what a person
// wrote or is called, with its lengths, and the digest of the command, from
// which a short text could be guessed.
//
//	stored    format version (one byte), length of the skeleton, skeleton, personal
//	skeleton  By, Seen, View, and the records with a zero byte between them
//	record    the kind's name, fields
//	personal  Command (eight bytes, little-endian), and the personal values in the
//	          order in which the skeleton's fields refer to them
//
// Numbers and lengths are varints, strings have their length in front. A field
// is a tag, its number and its [wire] form, and a value; fields stand in the
// order of their numbers, and a zero one is left out. Numbers, their meaning
// and the names of kinds are frozen: a field that is given up leaves its number
// unused, and a new one gets a new number.
type Batch struct {
	By      PartyID  // whose command it was
	Command uint64   // Digest of the command, to tell a retry from a reused key (LIFE-16)
	Seen    uint64   // the actor's own position once the batch is applied: the result of the command
	View    uint32   // the actor's own view then
	Records []Record // one after another, all at the same time
}

// formatVersion is the first byte of the stored form.
const formatVersion = 1

// AppendBatch appends the stored form of a batch to dst. It allocates nothing if
// dst has room. Positions and times are the commit's and are left out.
func AppendBatch(dst []byte, b *Batch) []byte {
	c := coder{pass: writeSkeleton, out: append(dst, formatVersion, 0)}
	start := len(c.out)
	c.out = appendString(c.out, string(b.By))
	c.out = binary.AppendUvarint(c.out, b.Seen)
	c.out = binary.AppendUvarint(c.out, uint64(b.View))
	for i := range b.Records {
		if i > 0 {
			c.out = append(c.out, 0)
		}
		c.out = appendString(c.out, kindName(b.Records[i].Event))
		c.record(&b.Records[i], b.By)
	}
	c.out = putLength(c.out, start)
	c.pass = writePersonal
	c.out = binary.LittleEndian.AppendUint64(c.out, b.Command)
	for i := range b.Records {
		c.record(&b.Records[i], b.By)
	}
	return c.out
}

// DecodeBatch reads what [AppendBatch] wrote. after is the position that the
// commit follows, at its time: the records get after+1, after+2 … and at. The
// result shares no memory with data.
//
// The error is a [*CorruptError], or an [*UnknownKindError] with the rest of
// the batch. Fields that a later version added to an event stay with the
// record, and [AppendBatch] writes them again.
func DecodeBatch(data []byte, after uint64, at time.Time) (Batch, error) {
	start, end, err := cut(data)
	if err != nil {
		return Batch{}, err
	}
	c := coder{pass: read, in: string(data), at: start, end: end, personal: end}
	return c.batch(after, at.UTC())
}

// DecodeSkeleton reads a batch whose personal section was destroyed (HIST-7), as
// [DecodeBatch] does: the texts and the digest of the command are zero.
func DecodeSkeleton(skeleton []byte, after uint64, at time.Time) (Batch, error) {
	c := coder{pass: read, erased: true, in: string(skeleton), end: len(skeleton), personal: len(skeleton)}
	return c.batch(after, at.UTC())
}

func (c *coder) batch(after uint64, at time.Time) (Batch, error) {
	b := Batch{By: PartyID(c.string()), Seen: c.uvarint()}
	view := c.uvarint()
	if b.View = uint32(view); uint64(b.View) != view {
		c.fail("the view is out of range")
	}
	b.Command = c.fixed()
	var unknown []string
	for seq, more := after+1, c.at < c.end; more; seq++ {
		name := c.kind()
		kind, known := eventKind(name)
		if !known {
			if c.broken == nil && len(unknown) < maxUnknown && !slices.Contains(unknown, name) {
				unknown = append(unknown, name)
			}
			c.fields()
			more = c.finish()
			continue
		}
		r := Record{Seq: seq, At: at}
		if kind == SaidKind && b.Records == nil {
			// The batch that comes most often, in one piece.
			one := new(saidRecord)
			b.Records, r.Event = one.records[:0], &one.said
		} else {
			r.Event = newEvent(kind)
		}
		c.fields()
		more = c.record(&r, b.By)
		b.Records = append(b.Records, r)
	}
	if c.broken == nil && c.personal != len(c.in) {
		c.at = c.personal
		c.fail("something follows the last personal value")
	}
	if c.broken != nil {
		return Batch{}, c.broken
	}
	if unknown != nil {
		return b, &UnknownKindError{Kinds: unknown, After: after}
	}
	return b, nil
}

// saidRecord is a batch's only record with its event.
type saidRecord struct {
	records [1]Record
	said    Said
}

// maxUnknown bounds the names in an [UnknownKindError].
const maxUnknown = 16

// Sections cuts a stored batch into its skeleton and its personal section
// (HIST-7), which are parts of data. The error is a [*CorruptError]; whether the
// sections make sense is for [DecodeBatch] to say.
func Sections(data []byte) (skeleton, personal []byte, err error) {
	start, end, err := cut(data)
	if err != nil {
		return nil, nil, err
	}
	return data[start:end:end], data[end:], nil
}

// JoinSections appends the stored batch with the given sections to dst: what
// [Sections] cut.
func JoinSections(dst, skeleton, personal []byte) []byte {
	dst = binary.AppendUvarint(append(dst, formatVersion), uint64(len(skeleton)))
	return append(append(dst, skeleton...), personal...)
}

// cut finds where the skeleton starts and ends.
func cut(data []byte) (start, end int, err error) {
	switch {
	case len(data) == 0:
		return 0, 0, &CorruptError{0, "it is empty"}
	case data[0] != formatVersion:
		return 0, 0, &CorruptError{0, "its format version is not known"}
	}
	size, n := binary.Uvarint(data[1:])
	start = 1 + n
	if n <= 0 || size > uint64(len(data)-start) {
		return 0, 0, &CorruptError{1, "the skeleton is cut short"}
	}
	return start, start + int(size), nil
}

// record writes or reads the fields of a record. Reading, it reports whether
// another record follows.
func (c *coder) record(r *Record, by PartyID) (more bool) {
	if !c.plain(r, by) {
		c.head(r, by)
	}
	if c.pass != read {
		if r.extra != nil && r.extra.event == r.Event {
			c.again(r.extra)
			return false
		}
		c.event(r.Event)
		return false
	}
	fields, personal := c.tagAt, c.personal
	c.event(r.Event)
	more = c.finish()
	if c.strange && c.broken == nil {
		r.extra = &extra{r.Event, c.in[fields:c.tagAt], c.in[personal:c.personal]}
	}
	return more
}

// extra is how an event was stored, kept where this version does not know all
// of its fields. An event never changes, so writing it again is writing this
// again, while it is the record's event.
type extra struct {
	event    Event
	skeleton string
	personal string
}

func (c *coder) again(x *extra) {
	if c.pass == writeSkeleton {
		c.out = append(c.out, x.skeleton...)
		return
	}
	c.out = append(c.out, x.personal...)
}

// plain reports whether the fields of a record's head are all zero, as they are
// for most messages, or none of this pass.
func (c *coder) plain(r *Record, by PartyID) bool {
	switch c.pass {
	case read:
		r.By = by
		return c.number >= firstField
	case writePersonal:
		return true
	}
	return r.By == by && r.Audience == (Audience{})
}

// firstField is the lowest number of an event's fields.
const firstField = 6

// Who a record is by.
const (
	byActor  uint8 = iota // whose command it was
	bySystem              // the system
	byOther               // the party that the next field names
	byCodes  = iota
)

// head has the numbers below those of an event's fields: who caused it, and who
// may see it.
func (c *coder) head(r *Record, by PartyID) {
	code, other := byActor, PartyID("")
	switch {
	case c.pass == read || r.By == by:
	case r.By == System:
		code = bySystem
	default:
		code, other = byOther, r.By
	}
	c.code(1, &code, byCodes)
	c.party(2, &other)
	c.code(3, (*uint8)(&r.Audience.Scope), scopes)
	c.id(4, &r.Audience.Consultation)
	c.party(5, &r.Audience.To)
	if c.pass == read {
		r.By = [byCodes]PartyID{by, System, other}[code]
	}
}

// kindName is the name of the event's kind; that of no event is empty, which
// cannot be read.
func kindName(e Event) string {
	if e == nil {
		return ""
	}
	return e.Kind().String()
}

func eventKind(name string) (EventKind, bool) {
	for k, n := range eventNames {
		if n == name {
			return EventKind(k), true
		}
	}
	return 0, false
}
