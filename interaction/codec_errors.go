package interaction

import (
	"strconv"
	"strings"
)

// A CorruptError says that bytes are not the stored form of a batch: they were
// changed, cut short, or written by a later version in a form that this one
// cannot know.
type CorruptError struct {
	Offset int    // of the byte at which it was found
	Reason string // for people
}

func (e *CorruptError) Error() string {
	return "interaction: a stored batch is corrupt at byte " + strconv.Itoa(e.Offset) + ": " + e.Reason
}

// An UnknownKindError names the kinds of events in a batch that this version of
// the library does not know: a later one wrote them. A log must not be folded
// without them. [DecodeBatch] gives it together with the rest of the batch, in
// which the positions of the unknown records are left out, so that a tool can
// show what is known; such a batch must not be stored again.
type UnknownKindError struct {
	Kinds []string // in order, each once, at most 16
	After uint64   // the position that the batch follows
}

func (e *UnknownKindError) Error() string {
	return "interaction: after position " + strconv.FormatUint(e.After, 10) +
		": events of a kind that is not known: " + strings.Join(e.Kinds, ", ")
}
