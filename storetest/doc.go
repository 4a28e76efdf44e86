// Package storetest is the definition of a correct [chatkernel.Store]: one call
// runs all that the contract promises against a backend.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t testing.TB) *storetest.Backend {
//			db := emptyDatabase(t)
//			return &storetest.Backend{Open: func() chatkernel.Store { return mystore.New(db) }}
//		})
//	}
//
// Every case gets a fresh backend and works on it through two handles, as two
// processes would. The core of the contract (one order, no gap, no lost commit,
// a key once for ever) cannot be switched off. What a backend may lack, as
// surviving a restart, is declared by a nil field of [Backend]; the cases for it
// are then skipped, with that reason.
//
// The suite never waits for longer than a deadline of a fraction of a second
// takes to come, and a case that runs in a bubble of testing/synctest does not
// wait at all; [Cases] gives the cases one by one for that.
//
// [Faulty] is a store that fails when it is told to, for tests of those who use
// stores.
package storetest
