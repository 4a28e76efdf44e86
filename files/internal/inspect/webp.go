package inspect

import (
	"bytes"
	"encoding/binary"
	"io"
)

// walkWebP follows the chunks of a WebP. Of an animation it makes the first
// frame a file of its own, since the decoder knows only still images.
func (x *look) walkWebP() (s shape) {
	h := x.at(0, 12)
	if len(h) < 12 {
		s.code = truncated
		return s
	}
	s.end = int64(binary.LittleEndian.Uint32(h[4:])) + 8
	if s.end > x.size {
		s.code = truncated
		return s
	}
	for off, chunks := int64(12), 0; off+8 <= s.end; chunks++ {
		if chunks > maxChunks {
			s.code = tooComplex
			return s
		}
		c := x.at(off, 8)
		if len(c) < 8 {
			break
		}
		n := int64(binary.LittleEndian.Uint32(c[4:]))
		if n > s.end-off-8 {
			s.code = truncated
			return s
		}
		switch string(c[:4]) {
		case "VP8 ", "VP8L":
			s.frames = max(s.frames, 1)
		case "EXIF":
			s.exif = bytes.TrimPrefix(x.at(off+8, min(n, 64<<10)), []byte("Exif\x00\x00"))
		case "ANMF":
			if s.frames++; s.frames == 1 {
				if s.code = s.first(x, off+8, n); s.code != fine {
					return s
				}
			}
		}
		off += 8 + n + n&1
	}
	if s.frames == 0 {
		s.code = corrupt
	}
	return s
}

// first makes a still image of an animation's frame: a header, and the frame's
// chunks as they are.
func (s *shape) first(x *look, off, n int64) code {
	f := x.at(off, 16)
	if len(f) < 16 || n < 16 {
		return truncated
	}
	var alpha byte
	if x.has(off+16, "ALPH") {
		alpha = 0x10
	}
	w, h := u24(f[6:])+1, u24(f[9:])+1
	if c := x.at(24, 6); len(c) < 6 || w > u24(c)+1 || h > u24(c[3:])+1 {
		return corrupt // larger than the canvas, whose size has been judged
	}
	head := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(n-16+22))
	head = append(head, "WEBPVP8X\x0a\x00\x00\x00"...)
	head = append(head, alpha, 0, 0, 0, f[6], f[7], f[8], f[9], f[10], f[11])
	s.still = &joined{head: head, rest: x.section(off+16, n-16)}
	s.size = int64(len(head)) + n - 16
	return fine
}

func u24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// joined is a header in front of a part of a file.
type joined struct {
	head []byte
	rest *io.SectionReader
}

func (j *joined) ReadAt(p []byte, off int64) (n int, err error) {
	if off < int64(len(j.head)) {
		if n = copy(p, j.head[off:]); n == len(p) {
			return n, nil
		}
		off += int64(n)
	}
	k, err := j.rest.ReadAt(p[n:], off-int64(len(j.head)))
	return n + k, err
}
