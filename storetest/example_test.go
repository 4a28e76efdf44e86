package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/storetest"
)

// An adapter's whole conformance test.
func Example() {
	_ = func(t *testing.T) { // func TestStore(t *testing.T)
		storetest.Run(t, func(testing.TB) *storetest.Backend {
			store := memstore.New(nil)
			return &storetest.Backend{
				Open:      func() chatkernel.Store { return store },
				Close:     func(chatkernel.Store) { _ = store.Close() },
				MaxCommit: 1 << 20,
			}
		})
	}
}

// The answer to an append is lost: it was written, and who sends it again is
// told so.
func ExampleFaulty() {
	ctx := context.Background()
	store := storetest.NewFaulty(memstore.New(nil))
	store.Inject(storetest.Fault{After: errors.New("connection reset")})

	commit := chatkernel.Commit{Stream: "chat 1", Count: 1, Key: chatkernel.Key{1}, Data: []byte("Hello")}
	fmt.Println(store.Append(ctx, commit))
	fmt.Println(errors.Is(store.Append(ctx, commit), chatkernel.ErrKeyUsed))
	// Output:
	// connection reset
	// true
}
