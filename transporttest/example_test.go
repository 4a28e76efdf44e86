package transporttest_test

import (
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/transporttest"
)

// An adapter's whole conformance test.
func Example() {
	_ = func(t *testing.T) { // func TestTransport(t *testing.T)
		transporttest.Run(t, func(testing.TB) *transporttest.Backend {
			transport := memstore.NewTransport()
			return &transporttest.Backend{
				Open:  func() chatkernel.Transport { return transport },
				Close: func(chatkernel.Transport) { _ = transport.Close() },
			}
		})
	}
}
