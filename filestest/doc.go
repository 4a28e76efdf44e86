// Package filestest is the definition of a correct [files.Store] and of a
// correct [files.PendingStore]: one call runs all that the contract promises
// against a backend.
//
//	func TestStore(t *testing.T) {
//		filestest.Run(t, func(t testing.TB) *filestest.Backend {
//			bucket := emptyBucket(t)
//			return &filestest.Backend{Open: func() files.Store { return mystore.New(bucket) }}
//		})
//	}
//
// Every case gets a fresh backend and works on it through two handles, as two
// processes would. That contents are written as a whole or not at all, are
// verified, and never mixed cannot be switched off. What only the author can do
// to a backend, as damaging it or restarting it, is declared by a field of
// [Backend]; where it is nil the cases for it are skipped, with that reason.
package filestest
