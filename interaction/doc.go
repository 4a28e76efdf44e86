// Package interaction is the pure core of chatkernel: one chat with one contact,
// from the request until it is done, as a value folded from its log.
//
// A [State] is what the log says so far. [Decide] takes a state, a command, who
// sends it and the time, and gives the records that carry it out, or an error
// that says why not. [State.Apply] folds a record in. [State.Deadlines] says
// when the clock will change something, [State.Sees] who may see what, and
// [State.Allowed] which commands an actor has now. Nothing here does I/O, reads
// a clock, starts a goroutine or draws a random number, so that everything the
// library promises about chats is decided here and can be tested without
// anything else.
package interaction
