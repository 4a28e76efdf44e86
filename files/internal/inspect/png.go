package inspect

import "encoding/binary"

// maxChunks is how many parts a PNG or WebP may have; writers make them of some
// kilobytes at least.
const maxChunks = 1 << 17

// walkPNG follows the chunks of a PNG to its end.
func (x *look) walkPNG() (s shape) {
	s.frames = 1
	animated := 0
	for off, chunks := int64(8), 0; ; chunks++ {
		if chunks > maxChunks {
			s.code = tooComplex
			return s
		}
		h := x.at(off, 8)
		if len(h) < 8 {
			s.code = truncated
			return s
		}
		n := int64(binary.BigEndian.Uint32(h))
		if n+12 > x.size-off {
			s.code = truncated
			return s
		}
		switch string(h[4:]) {
		case "PLTE":
			s.palette = int(n / 3)
		case "fcTL":
			animated++
		case "eXIf":
			s.exif = x.at(off+8, min(n, 64<<10))
		case "IEND":
			s.end = off + n + 12
			s.frames = max(1, animated)
			return s
		}
		off += n + 12
	}
}
