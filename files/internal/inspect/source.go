package inspect

import (
	"bufio"
	"context"
	"io"
)

// A source is the file that is looked at. It keeps the first error of reading
// apart from what the bytes mean: a decoder that fails because the disk fails
// says nothing about the file.
type source struct {
	ctx  context.Context
	r    io.ReaderAt
	size int64
	err  error
}

// ReadAt reads as [io.ReaderAt] says, and nothing beyond the size.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return 0, s.err
	}
	if off < 0 || off >= s.size {
		return 0, io.EOF
	}
	cut := false
	if int64(len(p)) > s.size-off {
		p, cut = p[:s.size-off], true
	}
	n, err := s.r.ReadAt(p, off)
	if n == len(p) {
		if cut {
			return n, io.EOF
		}
		return n, nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF // the file is shorter than we were told
	}
	s.err = err
	return n, err
}

// section is the part from off on, n bytes of it at most.
func (s *source) section(off, n int64) *io.SectionReader { return io.NewSectionReader(s, off, n) }

// all is the whole file from its start.
func (s *source) all() *io.SectionReader { return s.section(0, s.size) }

// buffered reads from off on, for walkers that look at single bytes.
func (s *source) buffered(off int64) *bufio.Reader {
	return bufio.NewReaderSize(s.section(off, s.size-off), 32<<10)
}

// at is up to n bytes at off; fewer at the end of the file.
func (s *source) at(off, n int64) []byte {
	n = min(n, s.size-off)
	if n <= 0 || off < 0 {
		return nil
	}
	b := make([]byte, n)
	k, _ := s.ReadAt(b, off)
	return b[:k]
}

// has reports whether the bytes at off are these.
func (s *source) has(off int64, want string) bool {
	return string(s.at(off, int64(len(want)))) == want
}
