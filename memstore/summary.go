package memstore

import (
	"encoding/binary"

	"github.com/chatkernel/chatkernel"
)

// A summary is an Index packed into one string, a quarter of its size in
// memory. The strings that are taken out of it again are parts of it.

// appendSummary packs x, and equal indexes equally.
func appendSummary(b []byte, x *chatkernel.Index) []byte {
	started := x.Started.UnixMicro()
	b = binary.AppendVarint(b, started)
	if x.Ended.IsZero() {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		b = binary.AppendVarint(b, x.Ended.UnixMicro()-started)
	}
	b = binary.AppendVarint(b, int64(x.Priority))
	for _, s := range [...]string{x.Phase, x.Contact, x.Owner, x.Queue, x.Channel, x.Disposition} {
		b = appendString(b, s)
	}
	if x.LastOwner == x.Owner { // as while it goes on
		b = append(b, 0)
	} else {
		b = appendString(append(b, 1), x.LastOwner)
	}
	for _, list := range [...][]string{x.Former, x.Engaged, x.Consults, x.Invited, x.Attached, x.Seeking} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			b = appendString(b, s)
		}
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// unpack gives the Index back.
func unpack(summary string) chatkernel.Index {
	r := reader{summary}
	var x chatkernel.Index
	started := r.varint()
	x.Started = instant(started)
	if r.uvarint() == 1 {
		x.Ended = instant(started + r.varint())
	}
	x.Priority = int(r.varint())
	for _, s := range [...]*string{&x.Phase, &x.Contact, &x.Owner, &x.Queue, &x.Channel, &x.Disposition} {
		*s = r.string()
	}
	if x.LastOwner = x.Owner; r.uvarint() == 1 {
		x.LastOwner = r.string()
	}
	for _, list := range [...]*[]string{&x.Former, &x.Engaged, &x.Consults, &x.Invited, &x.Attached, &x.Seeking} {
		if n := r.uvarint(); n > 0 {
			*list = make([]string, n)
			for i := range *list {
				(*list)[i] = r.string()
			}
		}
	}
	return x
}

// A reader takes a summary apart. Package encoding/binary reads bytes only.
type reader struct{ rest string }

func (r *reader) uvarint() (u uint64) {
	for shift := 0; ; shift += 7 {
		b := r.rest[0]
		r.rest = r.rest[1:]
		u |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return u
		}
	}
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *reader) string() string {
	n := r.uvarint()
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}
