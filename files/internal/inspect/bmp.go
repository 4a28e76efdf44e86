package inspect

import "encoding/binary"

// walkBMP computes where the pixels of a BMP end.
func (x *look) walkBMP() (s shape) {
	s.frames = 1
	h := x.at(0, 30)
	if len(h) < 30 {
		s.code = truncated
		return s
	}
	u32 := func(i int) int64 { return int64(int32(binary.LittleEndian.Uint32(h[i:]))) }
	rows := u32(22)
	if rows < 0 {
		rows = -rows
	}
	row := (u32(18)*int64(binary.LittleEndian.Uint16(h[28:])) + 31) / 32 * 4
	s.end = u32(10) + row*rows
	if s.end > x.size {
		s.code = truncated
	} else if declared := u32(2); declared > s.end && declared <= x.size {
		s.end = declared // a colour profile follows the pixels
	}
	return s
}
