package chatkernel

import (
	"container/list"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A chat is one interaction that this process works on now: its live state,
// and the feeds that wait for news of it. It is a cache: everything in it can
// be made anew from the store.
type chat struct {
	id   string
	refs int           // who uses it now; guarded by the shard
	at   *list.Element // its place in the shard's order

	// write is held while the state is brought up to date or a command is
	// decided and appended, so that commands of one process do not race each
	// other. It is a channel so that waiting ends with a context.
	write     chan struct{}
	refreshed atomic.Int64 // when the store was last looked at, in unix nanoseconds
	stale     atomic.Bool  // a notice said that the store has more

	// Scratch of the command that is under way; guarded by write.
	buf    []byte
	bound  []byte
	sealed []byte
	next   interaction.State

	seal seal

	mu      sync.Mutex // guards what follows; held for moments only
	epoch   string     // of the store that state comes from
	state   interaction.State
	recent  []interaction.Record // the last records, while there are feeds
	feeds   map[*feed]struct{}
	typing  []typingState
	signals uint64 // grows with each change of typing
	cancel  func() // ends the subscription, while there are feeds
}

// keep is how many recent records a chat holds for its feeds. One that is
// farther behind reads from the store.
const keep = 256

func (c *chat) lock(done <-chan struct{}) bool {
	select {
	case c.write <- struct{}{}:
		return true
	default:
	}
	select {
	case c.write <- struct{}{}:
		return true
	case <-done:
		return false
	}
}

func (c *chat) unlock() { <-c.write }

// snapshot is a copy of the live state.
func (c *chat) snapshot() interaction.State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// advance makes next the live state and shows its new records to the feeds.
func (c *chat) advance(next *interaction.State, records []interaction.Record, now time.Time) {
	c.mu.Lock()
	c.state = *next
	c.remember(records)
	c.mu.Unlock()
	c.refreshed.Store(now.UnixNano())
}

func (c *chat) remember(records []interaction.Record) {
	if c.state.Erased {
		// Nobody finds here what was erased.
		c.recent = nil
		c.seal.forget()
		clear(c.buf[:cap(c.buf)])
	}
	if len(c.feeds) == 0 {
		return
	}
	for i := range records {
		if _, ok := records[i].Event.(*interaction.Said); ok {
			c.stopTyping(records[i].By)
		}
	}
	if len(records) > keep {
		// A long log was read at once: feeds that want more of it read it themselves.
		c.recent, records = nil, records[len(records)-keep:]
	}
	if len(c.recent)+len(records) > 2*keep {
		n := copy(c.recent, c.recent[max(0, len(c.recent)-keep):])
		clear(c.recent[n:])
		c.recent = c.recent[:n]
	}
	c.recent = append(c.recent, records...)
	c.wake()
}

// wake tells the feeds that there is something. The caller holds mu.
func (c *chat) wake() {
	for f := range c.feeds {
		select {
		case f.wake <- struct{}{}:
		default:
		}
	}
}

// forget drops what was read from the store.
func (c *chat) forget(epoch string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state, c.recent, c.epoch = interaction.State{}, nil, epoch
	c.wake()
}

// A cache holds the chats in use and a bounded number of idle ones, the
// longest idle going first.
type cache struct {
	seed   maphash.Seed
	shards [16]shard
}

type shard struct {
	mu    sync.Mutex
	chats map[string]*chat
	order list.List // of chats, the least recently used first
	limit int       // of chats that nobody uses
}

func (c *cache) init(limit int) {
	c.seed = maphash.MakeSeed()
	for i := range c.shards {
		c.shards[i].chats = make(map[string]*chat)
		c.shards[i].limit = (limit + len(c.shards) - 1) / len(c.shards)
	}
}

func (c *cache) shard(id string) *shard {
	return &c.shards[maphash.String(c.seed, id)%uint64(len(c.shards))]
}

// get gives the chat, which stays until put.
func (c *cache) get(id string) *chat {
	s := c.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chats[id]
	if ch == nil {
		ch = &chat{id: id, write: make(chan struct{}, 1)}
		ch.at = s.order.PushBack(ch)
		s.chats[id] = ch
	}
	ch.refs++
	return ch
}

func (c *cache) put(ch *chat) {
	s := c.shard(ch.id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch.refs--; ch.refs > 0 {
		return
	}
	if ch.state.Start == nil {
		s.drop(ch) // it does not exist, or could not be read
		return
	}
	s.order.MoveToBack(ch.at)
	// Those in use stay, and go behind the others.
	for n := len(s.chats); n > s.limit; n-- {
		oldest := s.order.Front().Value.(*chat)
		if oldest.refs > 0 {
			s.order.MoveToBack(oldest.at)
			continue
		}
		s.drop(oldest)
	}
}

// forget drops what is kept of a chat. One that is in use reads what is new.
func (c *cache) forget(id string) {
	s := c.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chats[id]
	switch {
	case ch == nil:
	case ch.refs == 0:
		s.drop(ch)
	default:
		ch.stale.Store(true)
		ch.mu.Lock()
		ch.wake()
		ch.mu.Unlock()
	}
}

func (s *shard) drop(ch *chat) {
	s.order.Remove(ch.at)
	delete(s.chats, ch.id)
}
