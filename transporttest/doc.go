// Package transporttest is the definition of a correct [chatkernel.Transport]:
// one call runs all that the contract promises against a backend.
//
//	func TestTransport(t *testing.T) {
//		transporttest.Run(t, func(t testing.TB) *transporttest.Backend {
//			url := broker(t)
//			return &transporttest.Backend{Open: func() chatkernel.Transport { return mytransport.New(url) }}
//		})
//	}
//
// Every case works through two handles, as two processes would. Because a
// transport may lose, repeat, delay and reorder, the suite publishes again until
// a notice has come, and judges the rest: that nothing comes that must not, that
// nobody is held up, that an end is an end.
//
// [Lossy] is a transport that loses, repeats and reorders on purpose, for tests
// of those who must live with that.
package transporttest
