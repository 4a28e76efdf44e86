package memstore

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/chatkernel/chatkernel"
)

// A Transport is a [chatkernel.Transport] in memory. Make one with
// [NewTransport].
//
// It loses no plain notice: while a receiver is busy, those that come for it are
// folded into one with the greatest head. Of the signals it keeps the latest, 15
// at least.
// A subscription has a goroutine only while its receiver has something to do,
// and publishing to a stream that nobody subscribes to costs next to nothing.
type Transport struct {
	closed      atomic.Bool
	subscribers atomic.Int64
	seed        maphash.Seed
	rooms       [shards]room
}

// A room holds the subscriptions of a share of the streams.
type room struct {
	mu      sync.RWMutex
	streams map[string][]*subscription
	closed  bool
	_       [24]byte
}

// maxWaiting is how many notices wait for a busy receiver. One of them at most
// is plain; the others are typing and previews, of which only the latest say
// something.
const maxWaiting = 16

// NewTransport makes a transport that nobody subscribes to.
func NewTransport() *Transport {
	t := &Transport{seed: maphash.MakeSeed()}
	for i := range t.rooms {
		t.rooms[i].streams = make(map[string][]*subscription)
	}
	return t
}

func (t *Transport) room(stream string) *room {
	return &t.rooms[maphash.String(t.seed, stream)%shards]
}

// Publish hands a notice to all who subscribe to its stream. It copies the
// signal.
func (t *Transport) Publish(ctx context.Context, n chatkernel.Notice) error {
	if t.closed.Load() {
		return chatkernel.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.subscribers.Load() == 0 {
		return nil
	}
	r := t.room(n.Stream)
	r.mu.RLock()
	defer r.mu.RUnlock()
	subs := r.streams[n.Stream]
	if len(subs) == 0 {
		return nil
	}
	n.Signal = slices.Clone(n.Signal)
	n.Stream = subs[0].stream
	for _, sub := range subs {
		sub.offer(n)
	}
	return nil
}

// Subscribe calls receive for each notice of the stream until cancel is called
// or ctx is done; cancel waits for a call that is under way.
func (t *Transport) Subscribe(ctx context.Context, stream string, receive func(chatkernel.Notice)) (cancel func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sub := &subscription{stream: strings.Clone(stream), ctx: ctx, receive: receive}
	sub.rest.L = &sub.mu
	r := t.room(stream)
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil, chatkernel.ErrClosed
	}
	sub.at = len(r.streams[stream])
	r.streams[sub.stream] = append(r.streams[stream], sub)
	t.subscribers.Add(1)
	r.mu.Unlock()

	stop := context.AfterFunc(ctx, func() { t.leave(r, sub) })
	return func() {
		stop()
		t.leave(r, sub)
		sub.end()
	}, nil
}

// leave takes a subscription out of its room, if it is still there.
func (t *Transport) leave(r *room, sub *subscription) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if sub.at < 0 {
		return
	}
	subs := r.streams[sub.stream]
	last := len(subs) - 1
	subs[sub.at], subs[last].at = subs[last], sub.at
	subs[last] = nil
	if last == 0 {
		delete(r.streams, sub.stream)
	} else {
		r.streams[sub.stream] = subs[:last]
	}
	sub.at = -1
	t.subscribers.Add(-1)
}

// Close ends all subscriptions, waits for the receivers that are being called,
// and makes Publish and Subscribe fail with [chatkernel.ErrClosed]. It gives nil
// always and may be called often, but not by a receiver.
func (t *Transport) Close() error {
	t.closed.Store(true)
	var all []*subscription
	for i := range t.rooms {
		r := &t.rooms[i]
		r.mu.Lock()
		r.closed = true
		for _, subs := range r.streams {
			all = append(all, subs...)
		}
		r.mu.Unlock()
	}
	for _, sub := range all {
		sub.end()
		t.leave(t.room(sub.stream), sub)
	}
	return nil
}

// A subscription is one receiver and what waits for it.
type subscription struct {
	stream  string
	ctx     context.Context // of Subscribe; ends the subscription
	receive func(chatkernel.Notice)
	at      int // in its room, -1 outside

	mu    sync.Mutex
	queue []chatkernel.Notice // in the order of their coming, at most maxWaiting
	busy  bool                // a goroutine empties the queue
	over  bool
	rest  sync.Cond // busy became false
}

// offer puts a notice into the queue and sees to it that somebody empties it.
func (sub *subscription) offer(n chatkernel.Notice) {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	if sub.over {
		return
	}
	same := func(o chatkernel.Notice) bool { return (o.Signal == nil) == (n.Signal == nil) }
	if n.Signal == nil {
		if i := slices.IndexFunc(sub.queue, same); i >= 0 {
			sub.queue[i].Head = max(sub.queue[i].Head, n.Head)
			return
		}
	} else if len(sub.queue) == maxWaiting {
		// The oldest signal goes, never the plain notice.
		i := slices.IndexFunc(sub.queue, same)
		sub.queue = slices.Delete(sub.queue, i, i+1)
	}
	sub.queue = append(sub.queue, n)
	if !sub.busy {
		sub.busy = true
		go sub.deliver()
	}
}

// deliver calls the receiver until the queue is empty.
func (sub *subscription) deliver() {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	for len(sub.queue) > 0 && !sub.over && sub.ctx.Err() == nil {
		n := sub.queue[0]
		sub.queue = slices.Delete(sub.queue, 0, 1)
		sub.mu.Unlock()
		sub.receive(n)
		sub.mu.Lock()
	}
	sub.busy = false
	sub.rest.Broadcast()
}

// end drops what waits and returns when the receiver is not called any more.
func (sub *subscription) end() {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	sub.over, sub.queue = true, nil
	for sub.busy {
		sub.rest.Wait()
	}
}
