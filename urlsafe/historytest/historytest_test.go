package historytest_test

import (
	"testing"

	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/chatkernel/chatkernel/urlsafe/historytest"
)

// An adapter's whole conformance test.
func Example() {
	_ = func(t *testing.T) { // func TestHistory(t *testing.T)
		historytest.Run(t, func(testing.TB) urlsafe.HistoryStore { return new(memstore.URLs) })
	}
}
