package chatkernel

import (
	"context"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// CachedChats is how many chats the kernel holds, for tests.
func CachedChats(k *Kernel) int {
	n := 0
	for i := range k.chats.shards {
		n += len(k.chats.shards[i].chats)
	}
	return n
}

// RecentRecords is how many records the kernel holds for feeds, for tests.
func RecentRecords(k *Kernel) int {
	n := 0
	for i := range k.chats.shards {
		for _, c := range k.chats.shards[i].chats {
			c.mu.Lock()
			n += len(c.recent)
			c.mu.Unlock()
		}
	}
	return n
}

// DecodeSignal reads a signal of the transport, for fuzzing.
var DecodeSignal = decodeSignal

// What the simulation needs to run a kernel in one goroutine, and to look at its
// store by itself.

// SetJitter replaces the chance in the pauses between attempts.
func SetJitter(k *Kernel, jitter func(most time.Duration) time.Duration) { k.jitter = jitter }

// Sweep fires what is due once.
func Sweep(ctx context.Context, k *Kernel) { k.sweep(ctx, make(map[string]*sickness)) }

// Decode reads a stored commit.
func Decode(ctx context.Context, k *Kernel, c Commit) (interaction.Batch, error) {
	return k.decode(ctx, new(seal), &c)
}

var (
	CommitKey = commitKey
	IndexOf   = indexOf
)
