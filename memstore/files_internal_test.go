package memstore

import (
	"slices"
	"testing"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/filestest"
)

func TestFILE_8_memory_store(t *testing.T) {
	filestest.Run(t, func(testing.TB) *filestest.Backend {
		f := new(Files)
		return &filestest.Backend{
			Open:    func() files.Store { return f },
			Corrupt: f.corrupt,
		}
	})
}

func TestFILE_5_memory_attachments(t *testing.T) {
	filestest.RunPending(t, func(testing.TB) files.PendingStore { return new(Attachments) })
}

// corrupt changes a byte of what is kept. Contents are shared, so it does that to
// a copy.
func (f *Files) corrupt(key string, off int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := *f.kept[key]
	k.chunks = slices.Clone(k.chunks)
	first := int64(len(k.chunks[0]))
	chunk := slices.Clone(k.chunks[off/first])
	chunk[off%first] ^= 1
	k.chunks[off/first] = chunk
	f.kept[key] = &k
}
