package chatkernel

// CachedChats is how many chats the kernel holds, for tests.
func CachedChats(k *Kernel) int {
	n := 0
	for i := range k.chats.shards {
		n += len(k.chats.shards[i].chats)
	}
	return n
}

// DecodeSignal reads a signal of the transport, for fuzzing.
var DecodeSignal = decodeSignal
