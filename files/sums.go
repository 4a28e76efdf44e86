package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"sync"
)

// blockSize is how much is verified at once: what a read of one byte costs at
// most, and what an open content holds.
const blockSize = 64 << 10

// Sums are the hashes of a content: the SHA-256 of the whole, and of each block
// of 64 KiB, so that a range can be verified without reading the rest. They take
// 32 bytes a block, half a thousandth of the content. Authors of stores get them
// from [Copy], keep them with the content, and read through [Sums.Reader].
type Sums struct {
	info   Info
	blocks []byte // one hash after the other
}

// Info is the size and the hash of the whole.
func (s *Sums) Info() Info { return s.info }

// Copy copies r to w, as a store's Put does, and gives the hashes of what it
// copied. It holds 256 KiB, and ends with the context's error when that has
// ended. Errors of r and w are returned as they are.
func Copy(ctx context.Context, w io.Writer, r io.Reader) (*Sums, error) {
	s := summer{whole: sha256.New(), block: sha256.New()}
	buf := make([]byte, 4*blockSize)
	for {
		n, ended := fill(ctx, r, buf)
		// The two hashes and the writing do not wait for each other; on a fast disk
		// that is more than half of the time.
		var hashes sync.WaitGroup
		hashes.Go(func() { s.whole.Write(buf[:n]) })
		hashes.Go(func() { s.blockwise(buf[:n]) })
		_, err := w.Write(buf[:n])
		hashes.Wait()
		switch {
		case err != nil:
			return nil, err
		case ended == io.EOF:
			return s.sums(), nil
		case ended != nil:
			return nil, ended
		}
	}
}

// fill reads until the buffer is full. Unlike io.ReadFull it leaves the end of
// the content apart from a content that says itself that it was cut short.
func fill(ctx context.Context, r io.Reader, buf []byte) (n int, err error) {
	for idle := 0; n < len(buf) && err == nil; {
		if err := ctx.Err(); err != nil { // each time: what comes may come slowly
			return n, err
		}
		var m int
		m, err = r.Read(buf[n:])
		if n += m; m == 0 {
			if idle++; idle > 100 {
				return n, io.ErrNoProgress
			}
		} else {
			idle = 0
		}
	}
	return n, err
}

// A summer takes hashes of what passes.
type summer struct {
	whole, block hash.Hash
	size         int64
	blocks       []byte
}

func (s *summer) blockwise(p []byte) {
	for len(p) > 0 {
		n := min(len(p), blockSize-int(s.size%blockSize))
		s.block.Write(p[:n])
		s.size += int64(n)
		if s.size%blockSize == 0 {
			s.closeBlock()
		}
		p = p[n:]
	}
}

func (s *summer) closeBlock() {
	s.blocks = s.block.Sum(s.blocks)
	s.block.Reset()
}

func (s *summer) sums() *Sums {
	if s.size%blockSize != 0 {
		s.closeBlock()
	}
	sums := &Sums{info: Info{Size: s.size}, blocks: s.blocks}
	s.whole.Sum(sums.info.Hash[:0])
	return sums
}

// The stored form is the blocks' hashes and a tail of fixed length: a mark, the
// size, the hash of the whole, and a hash over all that stands before it.
const (
	sumsMark = "ckfiles1"
	sumsTail = len(sumsMark) + 8 + 2*sha256.Size
)

// MarshalBinary gives the stored form, which is frozen.
func (s *Sums) MarshalBinary() ([]byte, error) {
	out := make([]byte, 0, len(s.blocks)+sumsTail)
	out = append(out, s.blocks...)
	out = append(out, sumsMark...)
	out = binary.BigEndian.AppendUint64(out, uint64(s.info.Size))
	out = append(out, s.info.Hash[:]...)
	check := sha256.Sum256(out)
	return append(out, check[:]...), nil
}

// UnmarshalBinary reads the stored form. What is not one is [ErrCorrupt] and
// leaves s as it was.
func (s *Sums) UnmarshalBinary(data []byte) error {
	if len(data) < sumsTail {
		return fmt.Errorf("%w: the hashes are cut short", ErrCorrupt)
	}
	body, check := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], check) {
		return fmt.Errorf("%w: the hashes are damaged", ErrCorrupt)
	}
	blocks, tail := data[:len(data)-sumsTail], data[len(data)-sumsTail:]
	size := sizeInTail(tail)
	if string(tail[:len(sumsMark)]) != sumsMark || size < 0 || tableSize(size) != int64(len(blocks)) {
		return fmt.Errorf("%w: the hashes do not fit the size", ErrCorrupt)
	}
	s.info.Size, s.blocks = size, bytes.Clone(blocks)
	copy(s.info.Hash[:], tail[len(sumsMark)+8:])
	return nil
}

func sizeInTail(tail []byte) int64 {
	return int64(binary.BigEndian.Uint64(tail[len(sumsMark):]))
}

// tableSize is the length of the blocks' hashes.
func tableSize(size int64) int64 {
	n := size / blockSize
	if size%blockSize != 0 {
		n++
	}
	return n * sha256.Size
}

// Reader reads the content from r, and gives out no byte of a block that does
// not have its hash: such a read is [ErrCorrupt]. It may be used by many
// goroutines at once if r may.
func (s *Sums) Reader(r io.ReaderAt) io.ReaderAt { return &verified{r: r, sums: s} }

type verified struct {
	r    io.ReaderAt
	sums *Sums

	mu   sync.Mutex // guards the last block that was read in part
	last []byte
	at   int64 // where it begins
}

func (v *verified) ReadAt(p []byte, off int64) (n int, err error) {
	size := v.sums.info.Size
	if off < 0 {
		return 0, fmt.Errorf("files: read at the negative offset %d", off)
	}
	for n < len(p) {
		if off >= size {
			return n, io.EOF
		}
		start := off - off%blockSize
		length := int(min(blockSize, size-start))
		var m int
		if start == off && len(p)-n >= length {
			m, err = length, v.read(p[n:n+length], start)
		} else {
			m, err = v.part(p[n:], off, start, length)
		}
		if err != nil {
			return n, err
		}
		n += m
		off += int64(m)
	}
	return n, nil
}

// part copies from within a block.
func (v *verified) part(p []byte, off, start int64, length int) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.at != start || len(v.last) != length {
		if cap(v.last) < length {
			v.last = make([]byte, length)
		}
		block := v.last[:length]
		v.last = v.last[:0] // holds nothing if the read fails
		if err := v.read(block, start); err != nil {
			return 0, err
		}
		v.last, v.at = block, start
	}
	return copy(p, v.last[off-start:]), nil
}

// read reads one block and verifies it.
func (v *verified) read(block []byte, start int64) error {
	n, err := v.r.ReadAt(block, start)
	if n < len(block) {
		if err == io.EOF || err == nil {
			return fmt.Errorf("%w: it is cut short at %d", ErrCorrupt, start+int64(n))
		}
		return err
	}
	i := start / blockSize * sha256.Size
	if sum := sha256.Sum256(block); !bytes.Equal(sum[:], v.sums.blocks[i:i+sha256.Size]) {
		clear(block) // it may be the caller's
		return fmt.Errorf("%w: between %d and %d", ErrCorrupt, start, start+int64(len(block)))
	}
	return nil
}
