// Package timers knows when things become due. It has two parts that can be used
// without each other, and it imports only the standard library.
//
// # Policies
//
// [Response] and [Inactivity] are policies as plain values: how long a contact
// may wait for an answer until the waiting turns yellow and red, and how long a
// chat may be silent until people are warned and it ends. Their methods are pure
// functions of time. They read no clock and start no timer; whoever asks tells
// what time it is, and the same question always has the same answer, in another
// process and after a restart too. That is what lets deadlines be computed from
// an interaction's log, and be neither stored nor restored (TIME-7).
//
// # Scheduler
//
// [Scheduler] wakes a program up when deadlines come. It is made for millions of
// them, nearly all of which are moved or stopped before they are due: each is a
// few words in one slab of memory, and all of them share one goroutine and one
// timer of the runtime (TIME-8). Inside is a hierarchical timing wheel, described at the
// type wheel.
//
// It rounds up to its tick, so it fires up to a tick late but never early: a
// warning that comes before its time would be wrong, one that comes 10 ms after
// it is not.
//
// It keeps nothing over a restart and need not: the host sets its timers from
// what it has stored, and decides what is due by the time that holds when a timer
// fires. A firing is a reason to look, not a fact.
//
// # Tests
//
// Everything takes its time from package time, so a test in a bubble of
// testing/synctest runs hours of a chat in no time and sees each firing at its
// exact moment (TIME-9).
package timers
