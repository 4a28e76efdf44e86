package filestest_test

import (
	"testing"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/filestest"
	"github.com/chatkernel/chatkernel/memstore"
)

// An adapter's whole conformance test.
func Example() {
	_ = func(t *testing.T) { // func TestStore(t *testing.T)
		filestest.Run(t, func(testing.TB) *filestest.Backend {
			store := new(memstore.Files)
			return &filestest.Backend{Open: func() files.Store { return store }}
		})
	}
}
