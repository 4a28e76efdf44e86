package inspect

import (
	"bufio"
	"compress/lzw"
	"encoding/binary"
	"errors"
	"io"
)

// walkGIF follows the blocks of a GIF to its end and decodes every frame on the
// way, holding one buffer whatever their number.
func (x *look) walkGIF() (s shape) {
	in := &counter{r: x.buffered(6), n: 6}
	stop := func(c code) shape { s.code = c; return s }
	var screen [7]byte
	if !in.full(screen[:]) {
		return stop(truncated)
	}
	width, height := int(binary.LittleEndian.Uint16(screen[0:])), int(binary.LittleEndian.Uint16(screen[2:]))
	global := colours(screen[4])
	if !in.skip(int64(3 * global)) {
		return stop(truncated)
	}
	f := gifFrames{counter: in, width: width, height: height, budget: 4 * x.limits.Pixels}
	for {
		var b [1]byte
		if !in.full(b[:]) {
			return stop(truncated)
		}
		switch b[0] {
		case 0x3b:
			s.end = in.n
			if s.frames == 0 {
				return stop(corrupt)
			}
			return s
		case 0x21:
			if !in.full(b[:]) || !in.blocks() {
				return stop(truncated)
			}
		case 0x2c:
			if s.frames++; s.frames > x.limits.Frames {
				return stop(tooLarge)
			}
			if c := f.decode(global); c != fine {
				return stop(c)
			}
		default:
			return stop(corrupt)
		}
	}
}

// colours is the number of entries of the table that flags announce; 0 for none.
func colours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 2 << (flags & 7)
}

// blocks skips a row of data blocks.
func (c *counter) blocks() bool {
	for {
		var n [1]byte
		if !c.full(n[:]) {
			return false
		}
		if n[0] == 0 {
			return true
		}
		if !c.skip(int64(n[0])) {
			return false
		}
	}
}

// gifFrames decodes frames one after the other and keeps none.
type gifFrames struct {
	*counter
	width, height int   // of the screen
	budget        int64 // how many pixels there may still be
	data          gifData
	blocks        *bufio.Reader // over data
	lzw           *lzw.Reader
	buf           [8 << 10]byte
}

// decode decodes one frame, with the number of colours that it has unless it
// brings its own, and counts its pixels.
func (f *gifFrames) decode(table int) code {
	c := f.counter
	var d [9]byte
	if !c.full(d[:]) {
		return truncated
	}
	u16 := func(i int) int { return int(binary.LittleEndian.Uint16(d[i:])) }
	w, h := u16(4), u16(6)
	if u16(0)+w > f.width || u16(2)+h > f.height {
		return corrupt
	}
	if n := colours(d[8]); n > 0 {
		table = n
		if !c.skip(int64(3 * n)) {
			return truncated
		}
	}
	var bits [1]byte
	if !c.full(bits[:]) {
		return truncated
	}
	if table == 0 || bits[0] < 2 || bits[0] > 8 {
		return corrupt
	}
	want := int64(w) * int64(h)
	if f.budget -= want; f.budget < 0 {
		return tooLarge
	}
	f.data = gifData{c: c}
	if f.lzw == nil {
		f.blocks = bufio.NewReaderSize(&f.data, 256)
		f.lzw = lzw.NewReader(f.blocks, lzw.LSB, int(bits[0])).(*lzw.Reader)
	} else {
		f.blocks.Reset(&f.data)
		f.lzw.Reset(f.blocks, lzw.LSB, int(bits[0]))
	}
	for want > 0 {
		n, err := f.lzw.Read(f.buf[:min(want, int64(len(f.buf)))])
		for _, pixel := range f.buf[:n] {
			if int(pixel) >= table {
				return corrupt
			}
		}
		if want -= int64(n); want > 0 && err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF {
				return truncated
			}
			return corrupt
		}
	}
	if !f.data.done && !(c.skip(int64(f.data.left)) && c.blocks()) { // what follows the pixels
		return truncated
	}
	return fine
}

// gifData is the content of a row of data blocks.
type gifData struct {
	c    *counter
	left int
	done bool
}

func (g *gifData) Read(p []byte) (int, error) {
	if g.done {
		return 0, io.EOF
	}
	if g.left == 0 {
		var n [1]byte
		if !g.c.full(n[:]) {
			return 0, io.ErrUnexpectedEOF
		}
		if g.left = int(n[0]); g.left == 0 {
			g.done = true
			return 0, io.EOF
		}
	}
	n := min(len(p), g.left)
	if !g.c.full(p[:n]) {
		return 0, io.ErrUnexpectedEOF
	}
	g.left -= n
	return n, nil
}
