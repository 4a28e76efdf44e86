package chatkernel

import "context"

// A Transport tells the processes of a host that something happened. It may
// lose, repeat, delay and reorder: readers load from the [Store], so a lost
// notice is a delay and never a loss. Package memstore has one in memory, and
// package transporttest is the definition of a correct one.
//
// Its methods may be called by many goroutines at once. It must not call a
// receiver after the cancel function of its subscription has returned, and
// must not let a slow receiver hold up a publisher or another receiver: it
// drops instead. It delivers a process's own notices to it as well.
type Transport interface {
	// Publish hands a notice to all who subscribe to its stream now, in all
	// processes. It does not wait until they have it, and keeps nothing of the
	// notice that the caller could change. After Close of the backend
	// it gives [ErrClosed]; an error means that the notice may be lost, nothing
	// worse.
	Publish(ctx context.Context, n Notice) error

	// Subscribe calls receive for each notice of the stream, one at a time,
	// until cancel is called or ctx is done. Notices published after Subscribe
	// has returned are received, as far as the transport loses none. Receivers
	// return soon and must not call cancel themselves; cancel may be called
	// often.
	Subscribe(ctx context.Context, stream string, receive func(Notice)) (cancel func(), err error)
}

// A Notice says that a stream's head moved, or carries a signal. It holds no
// content of the log, so that there is nothing to leak.
type Notice struct {
	Stream string
	Head   uint64 // at least so far; 0 for a signal
	// Signal is a short-lived message (typing, preview) in the kernel's own
	// form, nil for a plain notice. It carries its audience and is filtered by
	// the reader. Signals are never stored.
	Signal []byte
}
