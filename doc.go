// Package chatkernel is the chat side of a contact center, as a library:
// everything that happens between the moment a contact asks for a chat and the
// moment the last internal person marks it done.
//
// A host makes a [Kernel] over a [Store] and a [Transport], sends commands with
// [Kernel.Do], feeds its screens from [Kernel.Watch], and lets [Kernel.Run] fire
// deadlines. The commands, the events and all rules are in package interaction;
// package memstore has a store and a transport in memory.
//
// Several kernels, in one process or in many, may work on one store: commands
// that race are ordered by the store, and each has its effect once.
package chatkernel
