package inspect

import "encoding/binary"

// The tags of a TIFF structure that matter here.
const (
	tagOrientation     = 274
	tagStripOffsets    = 273
	tagStripByteCounts = 279
	tagTileOffsets     = 324
	tagTileByteCounts  = 325
)

// A field is an entry of a TIFF directory.
type field struct {
	tag, kind uint16
	count     int64
	at        int64 // where its value is
}

// width is the size of one value in bytes.
func (f *field) width() int64 {
	switch f.kind {
	case 1, 2, 6, 7:
		return 1
	case 3, 8:
		return 2
	case 5, 10, 12:
		return 8
	default:
		return 4
	}
}

// order reads the byte order and the place of the first directory.
func order(h []byte) (binary.ByteOrder, int64, bool) {
	if len(h) < 8 {
		return nil, 0, false
	}
	switch string(h[:4]) {
	case "II*\x00":
		return binary.LittleEndian, int64(binary.LittleEndian.Uint32(h[4:])), true
	case "MM\x00*":
		return binary.BigEndian, int64(binary.BigEndian.Uint32(h[4:])), true
	}
	return nil, 0, false
}

// fields reads a directory of at most max entries.
func fields(s *source, o binary.ByteOrder, off int64, max int) (fs []field, next int64, ok bool) {
	b := s.at(off, 2)
	if len(b) < 2 {
		return nil, 0, false
	}
	n := int(o.Uint16(b))
	b = s.at(off+2, int64(12*n+4))
	if n > max || len(b) < 12*n {
		return nil, 0, false
	}
	fs = make([]field, n)
	for i := range fs {
		e := b[12*i:]
		f := field{tag: o.Uint16(e), kind: o.Uint16(e[2:]), count: int64(o.Uint32(e[4:])), at: off + 2 + int64(12*i+8)}
		if f.count*f.width() > 4 {
			f.at = int64(o.Uint32(e[8:]))
		}
		fs[i] = f
	}
	if len(b) >= 12*n+4 {
		next = int64(o.Uint32(b[12*n:]))
	}
	return fs, next, true
}

// walkTIFF follows the directories of a TIFF and finds out how far its parts reach.
func (x *look) walkTIFF() (s shape) {
	o, off, ok := order(x.at(0, 8))
	if !ok {
		s.code = corrupt
		return s
	}
	budget := int64(1 << 20) // of strips, on all pages together
	for off != 0 {
		if s.frames++; s.frames > x.limits.Frames {
			s.code = tooLarge
			return s
		}
		fs, next, ok := fields(x.source, o, off, 4096)
		if !ok {
			s.code = truncated
			return s
		}
		s.end = max(s.end, off+2+int64(12*len(fs))+4)
		var offsets, counts *field
		for i := range fs {
			f := &fs[i]
			if f.count*f.width() > 4 {
				s.end = max(s.end, f.at+f.count*f.width())
			}
			switch f.tag {
			case tagStripOffsets, tagTileOffsets:
				offsets = f
			case tagStripByteCounts, tagTileByteCounts:
				counts = f
			}
		}
		if offsets != nil && counts != nil {
			n := min(offsets.count, counts.count)
			if budget -= n; budget < 0 {
				s.code = tooComplex
				return s
			}
			s.end = max(s.end, x.strips(o, offsets, counts, n))
		}
		if s.end > x.size {
			s.code = truncated
			return s
		}
		off = next
	}
	return s
}

// strips is where the last of n strips or tiles ends.
func (x *look) strips(o binary.ByteOrder, offsets, counts *field, n int64) (end int64) {
	a, b := x.at(offsets.at, n*offsets.width()), x.at(counts.at, n*counts.width())
	for len(a) >= int(offsets.width()) && len(b) >= int(counts.width()) {
		end = max(end, value(o, a, offsets)+value(o, b, counts))
		a, b = a[offsets.width():], b[counts.width():]
	}
	return end
}

func value(o binary.ByteOrder, b []byte, f *field) int64 {
	if f.width() == 2 {
		return int64(o.Uint16(b))
	}
	if f.width() != 4 {
		return 0
	}
	return int64(o.Uint32(b))
}

// orientation is how an image must be turned to stand upright, 1 to 8 as EXIF
// numbers it; 1, which is upright, whenever nothing valid says otherwise.
func orientation(s *source) int {
	o, off, ok := order(s.at(0, 8))
	if !ok {
		return 1
	}
	fs, _, _ := fields(s, o, off, 1024)
	for i := range fs {
		if f := &fs[i]; f.tag == tagOrientation && f.kind == 3 && f.count == 1 {
			if b := s.at(f.at, 2); len(b) == 2 {
				if v := int(o.Uint16(b)); v >= 1 && v <= 8 {
					return v
				}
			}
		}
	}
	return 1
}
