package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"
	"time"

	"github.com/chatkernel/chatkernel"
)

// Load gives the commits after a position; see [chatkernel.Store]. What is written
// while the loop runs may come as well.
func (s *Store) Load(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	from := int64(min(after, math.MaxInt64))
	return pages(from, func(from *int64, take func(chatkernel.Commit, int) error) error {
		return s.query(ctx, "select "+commitColumns+` from commits c
			where c.stream = (select id from streams where name = ?) and c.head > ? and c.count > 0 order by c.head limit ?`,
			[]any{[]byte(stream), *from, pageRows}, func(rows *sql.Rows) error {
				c, err := scanCommit(rows, stream)
				if err != nil {
					return err
				}
				*from = int64(c.Head())
				return take(c, len(c.Data))
			})
	})
}

// Lookup gives the commit that used a key; see [chatkernel.Store].
func (s *Store) Lookup(ctx context.Context, stream string, key chatkernel.Key) (c chatkernel.Commit, err error) {
	err = chatkernel.ErrNotFound
	failed := s.query(ctx, "select "+commitColumns+" from streams s join commits c on c.stream = s.id and c.key = ? where s.name = ?",
		[]any{keyColumn(key), []byte(stream)}, func(rows *sql.Rows) error {
			c, err = scanCommit(rows, stream)
			return err
		})
	if failed != nil {
		return chatkernel.Commit{}, failed
	}
	return c, err
}

// Due gives the streams whose wake has come; see [chatkernel.Store]. The file is
// one machine's, and so is its clock: the present time is that of package time,
// cut to microseconds. So tests can run in a bubble of testing/synctest.
func (s *Store) Due(ctx context.Context, limit int) (chatkernel.Due, error) {
	now := micros(time.Now())
	d := chatkernel.Due{Now: instant(now)}
	// One statement sees one moment of the file.
	err := s.query(ctx, `select name, null from (select name, wake from streams where wake <= ?1 order by wake, id limit ?2)
		union all select null, (select min(wake) from streams where wake > ?1)`,
		[]any{now, max(limit, 1)}, func(rows *sql.Rows) error {
			var name []byte
			var next sql.Null[int64]
			err := rows.Scan(&name, &next)
			if name != nil {
				d.Streams = append(d.Streams, string(name))
			} else {
				d.Next = orZero(next)
			}
			return err
		})
	if err != nil {
		return chatkernel.Due{}, err
	}
	return d, nil
}

// How much is read in one go.
const (
	pageRows  = 128
	pageBytes = 1 << 20
)

// errEnough ends the reading of a page before its last row.
var errEnough = errors.New("sqlite: the page is full")

// pages gives what read takes, a page at a time: so much is in memory while the
// caller's loop runs, and no connection is held meanwhile, which would keep the
// write-ahead log from being emptied. What read changes in from is where the next
// page begins.
func pages[T any, P any](from P, read func(from *P, take func(one T, size int) error) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		from := from // each loop begins anew
		for more := true; more; {
			var page []T
			bytes := 0
			err := read(&from, func(one T, size int) error {
				page = append(page, one)
				if bytes += size; bytes >= pageBytes {
					return errEnough
				}
				return nil
			})
			for _, one := range page {
				if !yield(one, nil) {
					return
				}
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			more = len(page) == pageRows || bytes >= pageBytes
		}
	}
}
