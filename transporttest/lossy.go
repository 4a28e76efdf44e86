package transporttest

import (
	"bytes"
	"context"
	"math/rand/v2"
	"sync"

	"github.com/chatkernel/chatkernel"
)

// A Lossy is a transport that does to notices whatever a transport may: it
// loses, repeats and reorders them, by a seed. Make one with [NewLossy]. It may
// be used by many goroutines at once; with one, the same seed has the same
// effect.
type Lossy struct {
	transport chatkernel.Transport
	odds      Odds

	mu   sync.Mutex
	rand *rand.Rand
	held []chatkernel.Notice
}

// Odds are probabilities, from 0 to 1, for each notice by itself. The zero
// Odds do no harm.
type Odds struct {
	Drop   float64 // it is lost
	Repeat float64 // it comes twice
	Hold   float64 // it comes after a later one, of whatever stream
}

// NewLossy makes a transport over another one.
func NewLossy(tr chatkernel.Transport, seed uint64, o Odds) *Lossy {
	return &Lossy{transport: tr, odds: o, rand: rand.New(rand.NewPCG(seed, 0))}
}

// Publish implements [chatkernel.Transport]. A notice that is lost or held gives
// no error.
func (l *Lossy) Publish(ctx context.Context, n chatkernel.Notice) error {
	for _, n := range l.draw(n) {
		if err := l.transport.Publish(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// draw decides what is published now.
func (l *Lossy) draw(n chatkernel.Notice) []chatkernel.Notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	n.Signal = bytes.Clone(n.Signal) // it may have to wait
	switch {
	case l.rand.Float64() < l.odds.Drop:
		return nil
	case l.rand.Float64() < l.odds.Hold:
		l.held = append(l.held, n)
		return nil
	}
	now := []chatkernel.Notice{n}
	if l.rand.Float64() < l.odds.Repeat {
		now = append(now, n)
	}
	// What was held comes last, the latest first.
	for i := len(l.held) - 1; i >= 0; i-- {
		now = append(now, l.held[i])
	}
	l.held = nil
	return now
}

// Subscribe implements [chatkernel.Transport].
func (l *Lossy) Subscribe(ctx context.Context, stream string, receive func(chatkernel.Notice)) (cancel func(), err error) {
	return l.transport.Subscribe(ctx, stream, receive)
}
