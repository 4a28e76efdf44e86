// Package sqlite keeps interactions in one file, with nothing to install and
// nothing to run beside the program: it is the store for a host on one machine that
// must not lose anything.
//
//	store, err := sqlite.Open("/var/lib/desk/chats.db", nil)
//	if err != nil { … }
//	defer store.Close()
//	k := chatkernel.New(store, memstore.NewTransport(), nil)
//
// SQLite is compiled into the program, as modernc.org/sqlite, which is Go and needs
// no C compiler.
//
// # What it promises
//
// An acknowledged commit is on the disk. It survives the end of the process at any
// moment and, if the disk tells the truth, a loss of power ([Options.Sync] trades
// the latter for speed). All commits have one order ([Store.All]), and a commit
// costs the disk one wait, which all that are written at the same time share: many
// writers are not slower than one.
//
// # One machine
//
// Any number of Stores and processes of one machine may have the file open at the
// same time; one of them writes at a time, and the others wait. The file must not
// be on a network's file system, where locks are not what they seem. Processes that
// share a file need a transport between them to hear of each other at once; without
// one they look every Options.Poll of the kernel.
//
// The clock of the machine judges what is due.
//
// # The files
//
// Beside the database "chats.db" there are "chats.db-wal", the latest commits, and
// "chats.db-shm". All three belong together. To copy a database that is in use,
// tell SQLite to ("vacuum into", or ".backup" of its shell); a copy of the first
// file alone is not whole. A program must not open the files by other means while
// it has a Store on them: where it closes them the system forgets SQLite's locks.
//
// After a backup was put back call [Store.NewEpoch] once.
//
// The schema is versioned. [Open] brings an older file up to date, whole or not at
// all, and refuses a later one ([ErrSchema]). So in an upgrade all processes of a
// file change together.
//
// # What else it keeps
//
// [Store.URLs], [Store.Favourites] and [Store.Attachments] are the short lists of
// the desktop, in the same file. The bytes of files are better beside it than in
// it, in a files.Dir, which survives a crash as well: they are large, are written
// once, and would hold up the commits that wait for the same disk. [Store] is
// therefore no files.Store.
//
//	bytes, err := files.OpenDir("/var/lib/desk/files")
package sqlite
