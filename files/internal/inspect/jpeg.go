package inspect

import (
	"bufio"
	"encoding/binary"
	"io"
)

// maxScans is how many passes over its pixels a JPEG may ask for. Usual ones have
// up to ten; a few bytes are enough for one, and it costs time by the pixel.
const maxScans = 100

// walkJPEG follows the segments of a JPEG to its end marker.
func (x *look) walkJPEG() (s shape) {
	in := &counter{r: x.buffered(2), n: 2}
	s.frames = 1
	scans := 0
	cut := func() shape { s.code = truncated; return s }
	for {
		marker, ok := in.marker()
		if !ok {
			return cut()
		}
		switch {
		case marker == 0xd9:
			s.end = in.n
			return s
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd7:
			continue // stands alone
		}
		var b [2]byte
		if !in.full(b[:]) {
			return cut()
		}
		n := int64(binary.BigEndian.Uint16(b[:])) - 2
		if n < 0 {
			s.code = corrupt
			return s
		}
		at := in.n
		switch {
		case marker == 0xe1 && n >= 14 && s.exif == nil && x.has(at, "Exif\x00\x00"):
			s.exif = x.at(at+6, n-6)
		case marker >= 0xc0 && marker <= 0xc2:
			s.frame(x.at(at, n))
			s.progressive = marker == 0xc2
		case marker == 0xda:
			if scans++; scans > maxScans {
				s.code = tooComplex
				return s
			}
		}
		if !in.skip(n) {
			return cut()
		}
	}
}

// frame takes the number of samples from a frame's header.
func (s *shape) frame(b []byte) {
	if len(b) < 6 || len(b) < 6+3*int(b[5]) {
		return
	}
	h, w := int64(binary.BigEndian.Uint16(b[1:])), int64(binary.BigEndian.Uint16(b[3:]))
	var most, sum int64 = 1, 0
	for c := range int(b[5]) {
		area := int64(b[6+3*c+1]>>4) * int64(b[6+3*c+1]&15)
		most, sum = max(most, area), sum+area
	}
	s.samples = (w + 15) * (h + 15) * sum / most
}

// A counter reads bytes and knows where it is.
type counter struct {
	r *bufio.Reader
	n int64
}

// marker finds the next marker, past the entropy-coded data in front of it.
func (c *counter) marker() (byte, bool) {
	for {
		skipped, err := c.r.ReadSlice(0xff)
		c.n += int64(len(skipped))
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil {
			return 0, false
		}
		b := byte(0xff)
		for b == 0xff {
			if b, err = c.r.ReadByte(); err != nil {
				return 0, false
			}
			c.n++
		}
		if b != 0 {
			return b, true
		}
	}
}

func (c *counter) full(b []byte) bool {
	n, err := io.ReadFull(c.r, b)
	c.n += int64(n)
	return err == nil
}

func (c *counter) skip(n int64) bool {
	k, err := c.r.Discard(int(n))
	c.n += int64(k)
	return err == nil
}
