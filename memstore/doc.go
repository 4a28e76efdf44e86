// Package memstore keeps interactions in memory: a [Store] and a [Transport]
// for tests, examples and hosts that need nothing over a restart.
//
// Both are complete, not mocks. They pass the suites of packages storetest and
// transporttest like every adapter, and they are made for many chats: a stream
// is two small objects and one packed log, no chat costs a goroutine or a
// timer, and a million deadlines wait in one heap.
//
//	store, transport := memstore.New(nil), memstore.NewTransport()
//	k := chatkernel.New(store, transport, nil)
//
// Several kernels that share one Store and one Transport behave like several
// processes on one backend.
//
// The store's clock is the one of package time, so that tests can run in a
// bubble of testing/synctest. Everything is lost with the process; a new Store
// has a new epoch.
package memstore
