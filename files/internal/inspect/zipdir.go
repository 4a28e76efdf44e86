package inspect

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// The ZIP directory is read here and not with archive/zip because that reads all
// entries before it can be asked how many there are, and hides where the entries'
// own headers lie.

const (
	zipEndLen   = 22
	zipEntryLen = 46
	zipLocalLen = 30
)

// A zipEnd is the end record of a ZIP.
type zipEnd struct {
	entries   uint64
	size, off int64 // of the directory
	comment   int64
	zip64     bool
}

// findZipEnd finds the end record, the last one in the file.
func findZipEnd(s *source) (at int64, e zipEnd, ok bool) {
	for _, n := range [...]int64{1 << 10, zipEndLen + 0xffff} {
		start := max(0, s.size-n)
		tail := s.at(start, n)
		for end := len(tail); ; {
			i := bytes.LastIndex(tail[:end], []byte("PK\x05\x06"))
			if i < 0 {
				break
			}
			if b := tail[i:]; len(b) >= zipEndLen {
				e = zipEnd{
					entries: uint64(binary.LittleEndian.Uint16(b[10:])),
					size:    int64(binary.LittleEndian.Uint32(b[12:])),
					off:     int64(binary.LittleEndian.Uint32(b[16:])),
					comment: int64(binary.LittleEndian.Uint16(b[20:])),
				}
				at = start + int64(i)
				if e.entries == 0xffff || e.size == 0xffffffff || e.off == 0xffffffff {
					if !e.long(s, at) {
						return at, e, false
					}
				}
				return at, e, true
			}
			end = i + 3
		}
		if start == 0 {
			break
		}
	}
	return 0, zipEnd{}, false
}

// long takes the figures from the 64-bit record that stands in front.
func (e *zipEnd) long(s *source, at int64) bool {
	l := s.at(at-20, 20)
	if len(l) < 20 || string(l[:4]) != "PK\x06\x07" {
		return true // no such record: the figures are what they say
	}
	off := int64(binary.LittleEndian.Uint64(l[8:]))
	b := s.at(off, 56)
	if len(b) < 56 || string(b[:4]) != "PK\x06\x06" {
		return false
	}
	e.entries = binary.LittleEndian.Uint64(b[32:])
	e.size = int64(binary.LittleEndian.Uint64(b[40:]))
	e.off = int64(binary.LittleEndian.Uint64(b[48:]))
	e.zip64 = true
	return e.size >= 0 && e.off >= 0
}

// An entry of a ZIP, as the directory has it.
type entry struct {
	name, raw        string // raw is as it is stored
	flags, method    uint16
	packed, unpacked int64
	header           int64 // where its own header is
	data             int64 // where its bytes are
	mode             uint32
}

// next reads the directory's entry at b and is what is left of b.
func (e *entry) next(b []byte, base int64) (rest []byte, ok bool) {
	if len(b) < zipEntryLen || string(b[:4]) != "PK\x01\x02" {
		return nil, false
	}
	n, x, c := int(binary.LittleEndian.Uint16(b[28:])), int(binary.LittleEndian.Uint16(b[30:])), int(binary.LittleEndian.Uint16(b[32:]))
	if len(b) < zipEntryLen+n+x+c {
		return nil, false
	}
	*e = entry{
		name:     string(b[zipEntryLen : zipEntryLen+n]),
		flags:    binary.LittleEndian.Uint16(b[8:]),
		method:   binary.LittleEndian.Uint16(b[10:]),
		packed:   int64(binary.LittleEndian.Uint32(b[20:])),
		unpacked: int64(binary.LittleEndian.Uint32(b[24:])),
		header:   int64(binary.LittleEndian.Uint32(b[42:])),
		mode:     binary.LittleEndian.Uint32(b[38:]) >> 16,
	}
	e.raw = e.name
	e.extra(b[zipEntryLen+n : zipEntryLen+n+x])
	if e.packed < 0 || e.unpacked < 0 || e.header < 0 {
		return nil, false
	}
	e.header += base
	return b[zipEntryLen+n+x+c:], true
}

// extra takes 64-bit figures, and the name in UTF-8 that some readers prefer.
func (e *entry) extra(b []byte) {
	for len(b) >= 4 {
		id, n := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if b = b[4:]; n > len(b) {
			return
		}
		v := b[:n]
		if id == 1 {
			for _, p := range [...]*int64{&e.unpacked, &e.packed, &e.header} {
				if *p == 0xffffffff && len(v) >= 8 {
					*p, v = int64(binary.LittleEndian.Uint64(v)), v[8:]
				}
			}
		}
		if id == 0x7075 && len(v) > 5 && utf8.Valid(v[5:]) && !bytes.Equal(v[5:], []byte(e.name)) && !unsafeName(e.name) {
			e.name = string(v[5:])
		}
		b = b[n:]
	}
}

// local compares the entry with its own header.
func (e *entry) local(s *source) code {
	b := s.at(e.header, zipLocalLen)
	if len(b) < zipLocalLen || string(b[:4]) != "PK\x03\x04" {
		return corrupt
	}
	n, x := int64(binary.LittleEndian.Uint16(b[26:])), int64(binary.LittleEndian.Uint16(b[28:]))
	e.data = e.header + zipLocalLen + n + x
	if e.data > s.size || e.packed > s.size-e.data {
		return truncated
	}
	flags, method := binary.LittleEndian.Uint16(b[6:]), binary.LittleEndian.Uint16(b[8:])
	if method != e.method || (flags^e.flags)&1 != 0 || !s.has(e.header+zipLocalLen, e.raw) || n != int64(len(e.raw)) {
		return forged
	}
	packed, unpacked := binary.LittleEndian.Uint32(b[18:]), binary.LittleEndian.Uint32(b[22:])
	if flags&8 == 0 && packed != 0xffffffff && (int64(packed) != e.packed || int64(unpacked) != e.unpacked) {
		return forged
	}
	if e.method == 0 && e.flags&1 == 0 && e.packed != e.unpacked {
		return forged
	}
	return fine
}
