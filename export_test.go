package chatkernel

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
