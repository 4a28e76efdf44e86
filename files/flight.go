package files

import (
	"context"
	"sync"
)

// A flight is what one side of an interaction uploads at the same time, so that
// uploads which go on side by side do not exceed the limits together. It lives
// as long as somebody has joined it. Other processes know nothing of it: there a
// limit can be exceeded by what is under way at the same moment.
type flight struct {
	key  flightKey
	refs int // guarded by the cabinet's mutex

	mu     sync.Mutex
	loaded bool
	used   usage // what is stored and what is under way
}

type flightKey struct {
	folder string
	side   side
}

func (c *Cabinet) join(s *Sender) *flight {
	key := flightKey{folderOf(s.Interaction), s.side()}
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.flights[key]
	if f == nil {
		f = &flight{key: key}
		c.flights[key] = f
	}
	f.refs++
	return f
}

func (c *Cabinet) leave(f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.refs--; f.refs == 0 {
		delete(c.flights, f.key)
	}
}

// load finds what is stored. The caller holds f.mu.
func (f *flight) load(ctx context.Context, c *Cabinet) error {
	if f.loaded {
		return nil
	}
	for file, err := range c.folder(ctx, f.key.folder) {
		if err != nil {
			return err
		}
		if file.side() == f.key.side && !file.discarded {
			f.used.add(file, 1)
		}
	}
	f.loaded = true
	return nil
}

func (u *usage) add(f *File, sign int) {
	if f.bad() {
		u.bad += sign
		return
	}
	u.files += sign
	u.bytes += int64(sign) * f.Size
}

// A seat is one upload of a flight. It holds what it has read.
type seat struct {
	flight *flight
	limits *Limits
	size   int64
}

// take gives the next upload its seat, or refuses it.
func (f *flight) take(ctx context.Context, c *Cabinet, s *Sender, l *Limits, size int64) (*seat, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(ctx, c); err != nil {
		return nil, err
	}
	if r := l.refusal(s, f.used, size); r != nil {
		return nil, r
	}
	f.used.files++
	return &seat{flight: f, limits: l}, nil
}

// more counts bytes that have come.
func (s *seat) more(n int) *Refusal {
	s.flight.mu.Lock()
	defer s.flight.mu.Unlock()
	s.size += int64(n)
	s.flight.used.bytes += int64(n)
	switch l := s.limits; {
	case l.MaxSize >= 0 && s.size > l.MaxSize:
		return refuse(TooLarge, l.MaxSize)
	case l.MaxTotal >= 0 && s.flight.used.bytes > l.MaxTotal:
		return refuse(TotalTooBig, l.MaxTotal)
	}
	return nil
}

// end turns what was under way into what is stored: the file, or nothing.
func (s *seat) end(f *File) {
	s.flight.mu.Lock()
	defer s.flight.mu.Unlock()
	s.flight.used.files--
	s.flight.used.bytes -= s.size
	if f != nil {
		s.flight.used.add(f, 1)
	}
}

// gone takes a stored file out of the count of those who are uploading now.
func (c *Cabinet) gone(file *File) {
	c.mu.Lock()
	f := c.flights[flightKey{folderOf(file.Interaction), file.side()}]
	c.mu.Unlock()
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.loaded {
		f.used.add(file, -1)
	}
}
