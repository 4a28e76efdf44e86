package inspect

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

func isOLE(head []byte) bool { return bytes.HasPrefix(head, []byte(oleMagic)) }

// An ole is a compound file, as Office wrote before 2007.
type ole struct {
	*source
	shift  uint  // a sector is 1<<shift bytes
	fat    int64 // how many sectors of the allocation table there are
	difat  [109]uint32
	more   []uint32 // places of the further ones
	budget int      // how many sectors may still be followed
}

// lookOLE reads the directory of a compound file and judges it by the names of
// its storages and streams.
func lookOLE(s *source, l *Limits) code {
	h := s.at(0, 512)
	if len(h) < 512 {
		return truncated
	}
	o := &ole{source: s, shift: uint(binary.LittleEndian.Uint16(h[30:])), fat: int64(binary.LittleEndian.Uint32(h[44:]))}
	if o.shift != 9 && o.shift != 12 {
		return corrupt
	}
	sector := int64(1) << o.shift
	o.budget = int(s.size/sector) + 2
	for i := range o.difat {
		o.difat[i] = binary.LittleEndian.Uint32(h[76+4*i:])
	}
	next := binary.LittleEndian.Uint32(h[68:])
	for next < 0xfffffffa && o.budget > 0 && len(o.more) < 1<<20 {
		o.budget--
		b := s.at(o.place(next), sector)
		if int64(len(b)) < sector {
			return truncated
		}
		for i := 0; i < int(sector)-4; i += 4 {
			o.more = append(o.more, binary.LittleEndian.Uint32(b[i:]))
		}
		next = binary.LittleEndian.Uint32(b[sector-4:])
	}
	grave := fine
	say := func(c code) {
		if c.verdict() > grave.verdict() || grave == fine {
			grave = c
		}
	}
	var end int64
	at := binary.LittleEndian.Uint32(h[48:])
	names := 0
	for at < 0xfffffffa {
		if o.budget--; o.budget < 0 {
			return corrupt // it runs in a circle
		}
		b := s.at(o.place(at), sector)
		if int64(len(b)) < sector {
			say(truncated)
			break
		}
		for ; len(b) >= 128; b = b[128:] {
			if names++; names > 100_000 {
				return tooComplex
			}
			if b[66] == 0 {
				continue
			}
			say(oleName(oleString(b[:64], binary.LittleEndian.Uint16(b[64:])), l))
			size := int64(binary.LittleEndian.Uint32(b[120:]))
			if start := binary.LittleEndian.Uint32(b[116:]); b[66] == 2 && size >= 4096 && start < 0xfffffffa {
				end = max(end, o.place(start)+1)
				if size > s.size {
					say(truncated)
				}
				say(o.stream(oleString(b[:64], binary.LittleEndian.Uint16(b[64:])), start, size, l))
			}
		}
		var ok bool
		if at, ok = o.follow(at); !ok {
			say(truncated)
			break
		}
	}
	if end > s.size || !o.whole() {
		say(truncated)
	}
	if names == 0 {
		say(corrupt)
	}
	return grave
}

// whole reports whether the file has all sectors that its table knows.
func (o *ole) whole() bool {
	per := int64(1) << (o.shift - 2)
	var last int64
	for table := range min(o.fat, int64(len(o.difat)+len(o.more)), o.size>>o.shift) {
		at := o.table(table)
		if at >= 0xfffffffa {
			continue
		}
		b := o.at(o.place(at), 4*per)
		for i := 0; i+4 <= len(b); i += 4 {
			if binary.LittleEndian.Uint32(b[i:]) != 0xffffffff {
				last = max(last, table*per+int64(i/4))
			}
		}
	}
	return o.place(uint32(last)) < o.size
}

// table is where a part of the allocation table is.
func (o *ole) table(n int64) uint32 {
	switch {
	case n < int64(len(o.difat)):
		return o.difat[n]
	case n-int64(len(o.difat)) < int64(len(o.more)):
		return o.more[n-int64(len(o.difat))]
	}
	return 0xffffffff
}

// place is where a sector lies in the file.
func (o *ole) place(sector uint32) int64 { return (int64(sector) + 1) << o.shift }

// follow is the sector after another one.
func (o *ole) follow(sector uint32) (uint32, bool) {
	per := int64(1) << (o.shift - 2)
	at, in := o.table(int64(sector)/per), int64(sector)%per
	if at >= 0xfffffffa {
		return 0, false
	}
	b := o.at(o.place(at)+4*in, 4)
	if len(b) < 4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b), true
}

func oleString(b []byte, n uint16) string {
	n = min(n, 64)
	u := make([]uint16, 0, 32)
	for i := 0; i+1 < int(n); i += 2 {
		if c := binary.LittleEndian.Uint16(b[i:]); c != 0 {
			u = append(u, c)
		}
	}
	return strings.ToLower(string(utf16.Decode(u)))
}

// oleName judges a storage or stream by its name.
func oleName(name string, l *Limits) code {
	switch name {
	case "macros", "vba", "_vba_project", "_vba_project_cur":
		return macros
	case "encryptedpackage", "encryptioninfo", "encryptedsummary":
		if l.Opaque {
			return fine
		}
		return encrypted
	case "\x01ole10native", "package", "\x01ole10itemname":
		return embedded
	}
	return fine
}

// stream looks at the records of a workbook for macro sheets and encryption, and
// at the first bytes of a document for its being encrypted.
func (o *ole) stream(name string, start uint32, size int64, l *Limits) code {
	switch name {
	case "workbook", "book":
	case "worddocument":
		if b := o.at(o.place(start), 12); len(b) == 12 && b[11]&1 != 0 && !l.Opaque {
			return encrypted
		}
		return fine
	case "powerpoint document":
		// Macros are a record of the document's list of information.
		return o.search(start, size, []byte("\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00"))
	default:
		return fine
	}
	// The globals come first and end with the first record of the end of a part.
	r := &chain{o: o, at: start, left: size}
	for n := 0; n < 100_000; n++ {
		var h [4]byte
		if !r.full(h[:]) {
			return fine
		}
		id, length := binary.LittleEndian.Uint16(h[:]), int64(binary.LittleEndian.Uint16(h[2:]))
		switch id {
		case 0x0a: // end
			return fine
		case 0x2f: // the rest is encrypted
			if l.Opaque {
				return fine
			}
			return encrypted
		case 0x85: // a sheet: where, whether hidden, and of what kind
			var b [6]byte
			if length < 6 || !r.full(b[:]) {
				return fine
			}
			if length -= 6; b[5] == 1 {
				return macros
			}
		}
		if !r.skip(length) {
			return fine
		}
	}
	return tooComplex
}

// search looks for a sequence of bytes in a stream.
func (o *ole) search(start uint32, size int64, want []byte) code {
	r := &chain{o: o, at: start, left: size}
	buf := make([]byte, 0, 8<<10)
	for {
		k := min(len(buf), len(want))
		copy(buf[:k], buf[len(buf)-k:])
		buf = buf[:k]
		b := r.sector()
		if len(b) == 0 {
			return fine
		}
		if buf = append(buf, b...); bytes.Contains(buf, want) {
			return macros
		}
	}
}

// A chain reads a stream sector by sector.
type chain struct {
	o    *ole
	at   uint32
	left int64
	have []byte
}

// sector is the next piece of the stream; empty at its end.
func (c *chain) sector() []byte {
	if c.left <= 0 || c.at >= 0xfffffffa || c.o.budget <= 0 {
		return nil
	}
	c.o.budget--
	b := c.o.at(c.o.place(c.at), min(c.left, 1<<c.o.shift))
	c.left -= int64(len(b))
	var ok bool
	if c.at, ok = c.o.follow(c.at); !ok {
		c.left = 0
	}
	return b
}

func (c *chain) full(p []byte) bool {
	for len(p) > 0 {
		if len(c.have) == 0 {
			if c.have = c.sector(); len(c.have) == 0 {
				return false
			}
		}
		n := copy(p, c.have)
		p, c.have = p[n:], c.have[n:]
	}
	return true
}

func (c *chain) skip(n int64) bool {
	for n > 0 {
		if len(c.have) == 0 {
			if c.have = c.sector(); len(c.have) == 0 {
				return false
			}
		}
		k := min(n, int64(len(c.have)))
		c.have, n = c.have[k:], n-k
	}
	return true
}
