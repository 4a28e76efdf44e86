package transcript

import (
	"iter"
	"slices"
	"time"
)

// A Past is a chat in a list of a contact's chats, one above the other (HIST-3).
type Past struct {
	ID      string
	Entries []Entry // in order, those that are loaded
	Current bool    // the chat that goes on, below its older ones
}

// A Line is one thing to draw in such a list: a day, the mark where the current
// chat begins, or an entry.
type Line struct {
	Kind  LineKind `json:"kind"`
	Chat  string   `json:"chat"`            // of what follows the line, or of the entry
	Day   *Day     `json:"day,omitempty"`   // of a DayLine
	Entry *Entry   `json:"entry,omitempty"` // of an EntryLine; not a copy
}

// A LineKind is what a [Line] is.
type LineKind string

// The kinds of lines.
const (
	DayLine   LineKind = "day"   // what follows is of another day than what stood above
	BeginLine LineKind = "begin" // the current chat begins here; only below an older one
	EntryLine LineKind = "entry"
)

// fast is how much later than the present an entry may be because clocks
// differ.
const fast = 5 * time.Minute

// Lines are the chats' entries in chronological order with day lines in between
// (HIST-3). Chats stand one below the other by the time of their first entry,
// the current one last; two that overlapped are not mixed, so a day may come
// twice. Silent entries are passed over, and a chat with nothing to draw is
// not there.
//
// Days are named at the present. Where the newest entry is a few minutes later
// than that, because somebody's clock is fast, its time is the present, so that
// no day line says "today" twice around midnight. A nil zone is UTC.
//
// The chats are read while the lines are, and are not changed.
func Lines(chats []Past, now time.Time, zone *time.Location) iter.Seq[Line] {
	chats = slices.DeleteFunc(slices.Clone(chats), func(p Past) bool { return first(p.Entries) == nil })
	slices.SortStableFunc(chats, func(a, b Past) int {
		if a.Current != b.Current {
			if a.Current {
				return 1
			}
			return -1
		}
		return first(a.Entries).At.Compare(first(b.Entries).At)
	})
	now = present(chats, now)
	return func(yield func(Line) bool) {
		var above *Day
		for i, p := range chats {
			begins := p.Current && i > 0
			for k := range p.Entries {
				e := &p.Entries[k]
				if e.Kind == Silent {
					continue
				}
				if d := DayOf(e.At, now, zone); above == nil || !above.same(d) {
					above = &d
					if !yield(Line{Kind: DayLine, Chat: p.ID, Day: &d}) {
						return
					}
				}
				if begins && !yield(Line{Kind: BeginLine, Chat: p.ID}) {
					return
				}
				begins = false
				if !yield(Line{Kind: EntryLine, Chat: p.ID, Entry: e}) {
					return
				}
			}
		}
	}
}

// Oldest is when the oldest of the chats began that has something to draw: the
// notice above all of them tells how long ago that is, with [AgeOf]. It is zero
// where there is none.
func Oldest(chats []Past) time.Time {
	var oldest time.Time
	for i := range chats {
		if e := first(chats[i].Entries); e != nil && (oldest.IsZero() || e.At.Before(oldest)) {
			oldest = e.At
		}
	}
	return oldest
}

// first is the first entry to draw, or nil.
func first(entries []Entry) *Entry {
	for i := range entries {
		if entries[i].Kind != Silent {
			return &entries[i]
		}
	}
	return nil
}

// present is now, or the newest entry's time where a fast clock made that later.
func present(chats []Past, now time.Time) time.Time {
	latest := now
	for _, p := range chats {
		for i := range p.Entries {
			if at := p.Entries[i].At; at.After(latest) && at.Sub(now) <= fast {
				latest = at
			}
		}
	}
	return latest
}
