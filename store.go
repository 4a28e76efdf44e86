package chatkernel

import (
	"context"
	"iter"
	"time"
)

// A Store keeps logs. It is what an adapter for a database implements; package
// memstore has one in memory, and package storetest is the definition of a
// correct one.
//
// A stream is one interaction's log (or another small log of the library's
// own, as an agent's capacity). Its events are numbered 1, 2, 3 … with no gap;
// the number of the last one is the stream's head, 0 where nothing was written
// yet. One [Commit] carries the events of one command and is written whole or
// not at all.
//
// All methods may be called by many goroutines at once, and by several
// processes on one backend. The store owns nothing that it is handed: it copies
// what it keeps. What it hands out it never changes afterwards; callers treat
// it as read-only. A cancelled context ends a call early with the context's
// error.
type Store interface {
	// Epoch names this incarnation of the data. It stays the same over
	// restarts and in all processes, and becomes another when data was lost or
	// put back from a backup, so that readers who hold a position notice.
	Epoch(ctx context.Context) (string, error)

	// Append writes c if the stream's head is exactly c.After and c.Key was
	// never used in the stream, and makes c.Wake and c.Index (if it is not nil)
	// the stream's own in the same step. The commit is durable when Append
	// returns nil.
	//
	// The key is looked at first: a commit whose key is known gives a
	// [*KeyUsedError] (errors.Is [ErrKeyUsed]) that holds the commit which used
	// it, whatever c.After says. Another head gives a [*ConflictError] (errors.Is
	// [ErrConflict]); a commit that the backend cannot hold gives [ErrTooLarge];
	// a malformed one [ErrInvalidCommit]. In all these cases, and for an error
	// that is [ErrNotWritten] or [ErrClosed], nothing was written and nothing
	// will be. Every other error, a context's included, says that it is unknown
	// whether the commit was written or will still be; the caller finds out with
	// Append of the same commit again, or with Lookup.
	Append(ctx context.Context, c Commit) error

	// Load gives the commits of a stream that hold positions after the given
	// one, in order and with no gap, beginning with the one that holds position
	// after+1 (which may begin earlier, if after lies inside it). It sees every
	// commit that was acknowledged before the call, from any process. A stream
	// that does not exist gives nothing, and a commit that takes no position is
	// left out. After an error the sequence ends.
	Load(ctx context.Context, stream string, after uint64) iter.Seq2[Commit, error]

	// Lookup gives the commit of the stream that used the key, or [ErrNotFound];
	// also one that takes no position. Like Load it sees every acknowledged
	// commit. Keys are kept for ever.
	Lookup(ctx context.Context, stream string, key Key) (Commit, error)

	// Due gives at most limit streams whose Wake is not after the store's
	// present time, soonest first, that time itself, and the soonest wake that
	// is not due yet. The store's clock judges, so that a process whose own
	// clock runs ahead fires nothing early (TIME-7). A limit below 1 is 1.
	Due(ctx context.Context, limit int) (Due, error)

	// Find gives the streams whose index matches the query, newest start first,
	// ties by the bytes of the name. It sees an index as soon as Append has
	// returned. Streams that never had an Index are not found.
	Find(ctx context.Context, q Query) iter.Seq2[Entry, error]
}

// A Key makes a command unique in a stream, for ever (LIFE-16). It is a digest
// of who sent the command and the key that the sender chose, so that it betrays
// neither. The zero Key is no key: such a commit is never found by Lookup, and
// any number of them may be written.
type Key [16]byte

// A Commit is what one command writes.
type Commit struct {
	Stream string    // name, 1 to 200 bytes, any bytes
	After  uint64    // the head that the stream must have
	Count  int       // how many positions the commit takes, 0 to 65,535; 0 moves only Wake and Index
	Key    Key       // unique in the stream, or zero
	At     time.Time // when it was decided; kept at microseconds or finer
	Data   []byte    // opaque to the store; nil and empty are the same
	Wake   time.Time // the stream's next deadline, kept at microseconds or finer; zero for none
	Index  *Index    // the stream's new summary, nil to leave it as it is; Load and Lookup give nil
}

// Head is the stream's head once the commit is written.
func (c Commit) Head() uint64 { return c.After + uint64(c.Count) }

// An Index is the summary of an interaction that lists are made from. It is
// derived from the log and can be computed anew from it. Its texts are valid
// UTF-8; its times are kept at microseconds or finer.
type Index struct {
	Phase       string    // "waiting", "active", "ended", "done", "dormant"
	Contact     string    // party id of the contact
	Owner       string    // party id of the owner, empty where there is none
	LastOwner   string    // party id of the present or latest owner, empty before the first
	Queue       string    // the target through which it came, as it was named
	Channel     string    // the medium by which the contact came, the host's word
	Disposition string    // its code, empty while none is set
	Priority    int       // higher is more urgent
	Started     time.Time // when it started
	Ended       time.Time // when it ended, zero while it goes on
	Former      []string  // contacts that it was assigned away from (HIST-5)
	Engaged     []string  // agents who are or ever were in the chat, in order
	Consults    []string  // agents with a side of a consultation that is not marked done
	Invited     []string  // agents with an open offer
	Attached    []string  // agents who are in the interaction now, attached ones too
	Seeking     []string  // targets for which a router has to find somebody now
}

// A Query selects streams by their index. Zero fields select everything; the
// others must all match.
type Query struct {
	Contact     string    // Index.Contact, or in Index.Former
	Owner       string    // Index.Owner
	LastOwner   string    // Index.LastOwner
	Queue       string    // Index.Queue
	Channel     string    // Index.Channel
	Disposition string    // Index.Disposition
	Engaged     string    // in Index.Engaged
	Working     string    // the agent is in Consults, Invited or Attached, or is the Owner (DESK-7)
	Phases      []string  // Index.Phase is one of them
	Seeking     bool      // Index.Seeking is not empty
	Since       time.Time // Index.Started is not before
	Until       time.Time // Index.Started is before
	After       *Entry    // only what comes after this entry in the order of the answer
	Limit       int       // at most so many; below 1 means 100
}

// An Entry is one stream that Find found.
type Entry struct {
	Stream string
	Head   uint64
	Wake   time.Time
	Index  Index
}

// Due is the answer of [Store.Due].
type Due struct {
	Now     time.Time // the store's present time
	Streams []string  // due, soonest first
	Next    time.Time // the soonest wake after Now, zero if there is none
}
