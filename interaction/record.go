package interaction

import "time"

// A Record is one entry of a log: an event, its position, when it happened, who
// caused it, and who may see it.
type Record struct {
	Seq      uint64    // position in the log: 1, 2, 3 …
	At       time.Time // UTC, whole microseconds, never before the record ahead of it
	By       PartyID   // whose command, or System
	Audience Audience
	Event    Event // never changed after it was decided

	extra *extra // what a later version stored in the event, nil for nothing
}
