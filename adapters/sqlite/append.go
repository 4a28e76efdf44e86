package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/chatkernel/chatkernel"
)

// Append writes a commit; see [chatkernel.Store]. Commits of many callers share a
// transaction, and each of them is judged by itself. Append returns when the
// transaction is as durable as [Options.Sync] says. Where the disk is full, the
// file cannot be written or another process keeps it locked, the error is
// [chatkernel.ErrNotWritten].
func (s *Store) Append(ctx context.Context, c chatkernel.Commit) error {
	if err := s.ready(ctx); err != nil {
		return unwritten(err)
	}
	if err := check(&c); err != nil {
		return err
	}
	if len(c.Data) <= s.maxCommit {
		c.Data = append([]byte{}, c.Data...) // the writer may be at it when the caller is gone
	}
	var x *summary
	if c.Index != nil {
		x = summarise(c.Index)
		c.Index = nil
	}
	return s.do(ctx, func(t *tx) error { return t.append(&c, x, s.maxCommit) })
}

// check finds what makes a commit malformed whatever the store holds.
func check(c *chatkernel.Commit) error {
	switch {
	case len(c.Stream) == 0 || len(c.Stream) > 200:
		return fmt.Errorf("%w: the stream's name has %d bytes, not 1 to 200", chatkernel.ErrInvalidCommit, len(c.Stream))
	case c.Count < 0 || c.Count > math.MaxUint16:
		return fmt.Errorf("%w: the count is %d, not 0 to 65535", chatkernel.ErrInvalidCommit, c.Count)
	case !keepable(c.At) || !keepable(c.Wake) || c.Index != nil && !(keepable(c.Index.Started) && keepable(c.Index.Ended)):
		return fmt.Errorf("%w: a time is outside the years 1 to 9999", chatkernel.ErrInvalidCommit)
	}
	return nil
}

// append judges a commit, by its key and then by the head, and writes it.
func (t *tx) append(c *chatkernel.Commit, x *summary, most int) error {
	var id, head int64
	var used sql.Null[int64]
	name, key := []byte(c.Stream), keyColumn(c.Key)
	t.query(func(rows *sql.Rows) error { return rows.Scan(&id, &head, &used) },
		"select s.id, s.head, c.seq from streams s left join commits c on c.stream = s.id and c.key = ?2 where s.name = ?1", name, key)
	switch {
	case t.err != nil:
		return t.err
	case used.Valid:
		return t.keyUsed(c.Stream, used.V)
	case uint64(head) != c.After:
		return &chatkernel.ConflictError{Stream: c.Stream, After: c.After, Head: uint64(head)}
	case len(c.Data) > most:
		return fmt.Errorf("%w: %d bytes, at most %d", chatkernel.ErrTooLarge, len(c.Data), most)
	}
	wake := orNull(c.Wake, upMicros)
	if id == 0 {
		id = t.exec("insert into streams(name, head, wake) values(?, ?, ?)", name, int64(c.Head()), wake)
	} else {
		t.exec("update streams set head = ?, wake = ? where id = ?", int64(c.Head()), wake, id)
	}
	if c.Count > 0 || key != nil { // what has neither can never be read again
		t.exec("insert into commits(stream, head, count, key, at, wake, data) values(?, ?, ?, ?, ?, ?, ?)",
			id, int64(c.Head()), c.Count, key, micros(c.At), wake, c.Data)
		t.bytes += len(c.Data)
	}
	if x != nil {
		t.index(id, name, x)
	}
	return t.err
}

func (t *tx) keyUsed(stream string, seq int64) error {
	e := new(chatkernel.KeyUsedError)
	t.query(func(rows *sql.Rows) (err error) {
		e.Commit, err = scanCommit(rows, stream)
		return err
	}, "select "+commitColumns+" from commits c where c.seq = ?", seq)
	return e
}

// keyColumn is what a key is kept as: the zero one is none.
func keyColumn(key chatkernel.Key) []byte {
	if key == (chatkernel.Key{}) {
		return nil
	}
	return key[:]
}

// What scanCommit reads. The order of all needs more, which comes before it.
const commitColumns = "c.head, c.count, c.key, c.at, c.wake, c.data"

func scanCommit(rows *sql.Rows, stream string, more ...any) (chatkernel.Commit, error) {
	c := chatkernel.Commit{Stream: stream}
	var head, at int64
	var key []byte
	var wake sql.Null[int64]
	if err := rows.Scan(append(more, &head, &c.Count, &key, &at, &wake, &c.Data)...); err != nil {
		return c, err
	}
	c.After = uint64(head) - uint64(c.Count)
	c.At, c.Wake = instant(at), orZero(wake)
	copy(c.Key[:], key)
	return c, nil
}
