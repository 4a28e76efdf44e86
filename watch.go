package chatkernel

import (
	"context"
	"iter"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// Watch is the live feed of one viewer (DESK-1): every record that it may see,
// in order and once, from after the position on, and then whatever comes, until
// the context is done, the kernel is closed, or the loop breaks. A position
// that is the feed's no more gives a [Item.Reset] first and then everything
// from the beginning; so does a growth of the viewer's rights while it watches.
//
// A viewer who never took part gets [interaction.ErrNotParty], an unknown
// interaction gives [interaction.ErrNotStarted], a kernel or a context that
// ends [ErrClosed] or the context's error, each as the last pair. A slow loop
// holds up nobody: what it has not fetched yet costs no memory, and is read
// from the store when it goes on.
func (k *Kernel) Watch(ctx context.Context, id string, v interaction.Viewer, after Position) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		if err := k.watch(ctx, id, v, after, yield); err != nil {
			yield(Item{}, err)
		}
	}
}

// A feed is one running Watch.
type feed struct {
	wake    chan struct{}
	viewer  interaction.Viewer
	at      Position // of the last item
	public  uint64   // how many of the records until then everyone sees
	cursor  uint64   // the log's position up to which the feed has looked
	skip    uint64   // items that the viewer has already: counted, not given
	caught  bool     // the item that says so was given
	signals uint64
	items   []Item // reused
}

// errStop says that the loop over a feed was broken off.
type errStop struct{}

func (errStop) Error() string { return "stop" }

func (k *Kernel) watch(ctx context.Context, id string, v interaction.Viewer, after Position, yield func(Item, error) bool) error {
	if err := k.ready(ctx, id); err != nil {
		return err
	}
	c := k.chats.get(id)
	defer k.chats.put(c)
	f := &feed{wake: make(chan struct{}, 1), viewer: v}
	if err := k.attach(ctx, c, f); err != nil {
		return err
	}
	defer c.detach(f)
	if err := k.readEpoch(ctx); err != nil {
		return err
	}
	if err := k.sync(ctx, c); err != nil {
		return err
	}
	if err := f.resume(c, after); err != nil {
		return err
	}
	poll := time.NewTimer(k.opt.Poll)
	defer poll.Stop()
	for {
		err := k.drain(ctx, c, f, yield)
		if _, stop := err.(errStop); stop {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-f.wake:
			if c.stale.Load() {
				k.catchUp(ctx, c)
			}
		case <-poll.C:
			// Heals lost notices, and notices a store that was put back.
			poll.Reset(k.opt.Poll)
			if time.Since(time.Unix(0, c.refreshed.Load())) >= k.opt.Poll {
				if k.readEpoch(ctx) == nil {
					k.catchUp(ctx, c)
				}
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-k.done:
			return ErrClosed
		}
	}
}

// catchUp reads what is new; a store that fails is asked again at the next poll.
func (k *Kernel) catchUp(ctx context.Context, c *chat) {
	if err := k.sync(ctx, c); err != nil && ctx.Err() == nil {
		k.observe(Observation{Op: OpFeed, Err: err})
	}
}

// attach adds a feed to a chat. The first one subscribes for all.
func (k *Kernel) attach(ctx context.Context, c *chat, f *feed) error {
	if !c.lock(ctx.Done()) {
		return ctx.Err()
	}
	defer c.unlock()
	c.mu.Lock()
	first := len(c.feeds) == 0
	if c.feeds == nil {
		c.feeds = make(map[*feed]struct{})
	}
	c.feeds[f] = struct{}{}
	c.mu.Unlock()
	if !first {
		return nil
	}
	cancel, err := k.transport.Subscribe(context.WithoutCancel(ctx), c.id, func(n Notice) { k.heard(c, n) })
	k.health.transport(err)
	if err != nil {
		// Polling goes on; notices are only faster.
		k.log.Warn("no notices: the transport refused a subscription", "error", err)
		return nil
	}
	c.mu.Lock()
	c.cancel = cancel
	c.mu.Unlock()
	return nil
}

func (c *chat) detach(f *feed) {
	c.mu.Lock()
	delete(c.feeds, f)
	var cancel func()
	if len(c.feeds) == 0 {
		cancel, c.cancel, c.recent = c.cancel, nil, nil
	}
	c.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

// heard takes a notice.
func (k *Kernel) heard(c *chat, n Notice) {
	if n.Signal != nil {
		k.heardSignal(c, n.Signal)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n.Head > c.state.Seq() {
		c.stale.Store(true)
		c.wake()
	}
}

// resume finds out where the feed goes on.
func (f *feed) resume(c *chat, after Position) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen, view, err := f.rights(c)
	if err != nil {
		return err
	}
	f.at = Position{Epoch: c.epoch, View: view}
	switch {
	case after == Position{}:
	case after.Epoch != c.epoch || after.Seen > seen:
		f.items = append(f.items, Item{Position: f.at, Reset: ErrEpoch})
	case after.View != view:
		f.items = append(f.items, Item{Position: f.at, Reset: ErrViewChanged})
	case after.Seen == seen && f.whole(c):
		// Nothing was missed: the log need not be read.
		f.at.Seen, f.cursor, f.public = seen, c.state.Seq(), c.state.Public()
	default:
		f.skip = after.Seen
	}
	f.signals = c.signals
	for i := range c.typing {
		if c.typing[i].typing {
			f.signals = 0 // somebody types now: show it
		}
	}
	return nil
}

// rights are how much the viewer sees now. The caller holds mu.
func (f *feed) rights(c *chat) (seen uint64, view uint32, err error) {
	if c.state.Start == nil {
		return 0, 0, interaction.ErrNotStarted
	}
	seen, view = c.state.Position(f.viewer)
	if f.viewer.Purpose == interaction.Live && c.state.Party(f.viewer.ID) == nil {
		return 0, 0, interaction.ErrNotParty
	}
	return seen, view, nil
}

// whole reports whether the viewer sees all that everyone sees, so that its
// public count is the state's.
func (f *feed) whole(c *chat) bool {
	p := c.state.Party(f.viewer.ID)
	return f.viewer.Purpose == interaction.History || p != nil && p.Here()
}

// drain gives all there is. It ends with nil when the feed has caught up.
func (k *Kernel) drain(ctx context.Context, c *chat, f *feed, yield func(Item, error) bool) error {
	for {
		more, err := k.fill(ctx, c, f)
		if err != nil {
			return err
		}
		for i := range f.items {
			if !yield(f.items[i], nil) {
				return errStop{}
			}
		}
		clear(f.items)
		f.items = f.items[:0]
		if !more {
			return nil
		}
	}
}

// fill puts the next items into the feed, from memory where they are there, and
// reports whether there are more.
func (k *Kernel) fill(ctx context.Context, c *chat, f *feed) (more bool, err error) {
	c.mu.Lock()
	_, view, err := f.rights(c)
	if err == interaction.ErrNotStarted {
		// It was there: the chat is being read anew after the store was put back, or
		// its content was destroyed.
		c.mu.Unlock()
		if err := k.sync(ctx, c); err != nil {
			return false, err
		}
		c.mu.Lock()
		_, view, err = f.rights(c)
	}
	if err != nil {
		c.mu.Unlock()
		return false, err
	}
	switch {
	case f.at.Epoch != c.epoch:
		f.reset(c.epoch, view, ErrEpoch)
	case f.at.View != view:
		f.reset(c.epoch, view, ErrViewChanged)
	}
	if head := c.state.Seq(); f.cursor < head {
		if len(c.recent) == 0 || c.recent[0].Seq > f.cursor+1 {
			s := c.state
			c.mu.Unlock()
			if f.caught {
				k.observe(Observation{Op: OpFeed})
			}
			return true, k.load(ctx, c, f, &s)
		}
		for i := f.cursor + 1 - c.recent[0].Seq; i < uint64(len(c.recent)); i++ {
			f.see(&c.state, &c.recent[i])
		}
	}
	if !f.caught {
		f.caught = true
		f.items = append(f.items, Item{Position: f.at, Current: true})
	}
	f.hear(c)
	c.mu.Unlock()
	return false, nil
}

func (f *feed) reset(epoch string, view uint32, why error) {
	f.at, f.public, f.cursor, f.skip, f.caught = Position{Epoch: epoch, View: view}, 0, 0, 0, false
	f.items = append(f.items, Item{Position: f.at, Reset: why})
}

// see adds a record to the feed if its viewer may see it.
func (f *feed) see(s *interaction.State, r *interaction.Record) {
	f.cursor = r.Seq
	shown, ok := s.Show(f.viewer, r)
	if !ok {
		return
	}
	f.at.Seen++
	if r.Audience.Scope == interaction.Everyone {
		f.public++
	}
	if f.at.Seen <= f.skip {
		return
	}
	shown.Position, shown.Public = f.at.Seen, f.public
	f.items = append(f.items, Item{Position: f.at, Shown: shown})
}

// load reads a page from the store, up to what the state knows.
func (k *Kernel) load(ctx context.Context, c *chat, f *feed, s *interaction.State) error {
	for commit, err := range k.store.Load(ctx, c.id, f.cursor) {
		k.health.store(err)
		if err != nil {
			return &StoreError{"load", err}
		}
		if commit.Count == 0 {
			continue // moved only the wake
		}
		b, err := k.decode(ctx, &c.seal, &commit)
		if err != nil {
			return &StoreError{"decode", err}
		}
		for i := range b.Records {
			if r := &b.Records[i]; r.Seq > f.cursor && r.Seq <= s.Seq() {
				f.see(s, r)
			}
		}
		if f.cursor >= s.Seq() || len(f.items) >= keep {
			return nil
		}
	}
	if f.cursor < s.Seq() {
		// The log is shorter than what was read from it: the store was put back.
		if err := k.readEpoch(ctx); err != nil {
			return err
		}
		if !c.lock(ctx.Done()) {
			return ctx.Err()
		}
		c.forget(*k.epoch.Load())
		c.unlock()
		return k.sync(ctx, c)
	}
	return nil
}
