package sqlite

import (
	"context"
	"database/sql"
	"iter"
	"strconv"
	"strings"

	"github.com/chatkernel/chatkernel"
)

// All gives the commits of all streams in the order in which they were written; see
// [chatkernel.Sequencer]. There is one writer at a time, so that none can come
// later and before another one (HIST-8).
func (s *Store) All(ctx context.Context, after string) iter.Seq2[chatkernel.Sequenced, error] {
	return func(yield func(chatkernel.Sequenced, error) bool) {
		epoch, from, err := s.place(ctx, after)
		if err != nil {
			yield(chatkernel.Sequenced{}, err)
			return
		}
		pages(from, func(from *int64, take func(chatkernel.Sequenced, int) error) error {
			return s.query(ctx, "select c.seq, s.name, "+commitColumns+` from commits c cross join streams s on s.id = c.stream
				where c.seq > ? and c.count > 0 order by c.seq limit ?`,
				[]any{*from, pageRows}, func(rows *sql.Rows) error {
					var name string
					c, err := scanCommit(rows, "", from, &name)
					if err != nil {
						return err
					}
					c.Stream = name
					return take(chatkernel.Sequenced{Commit: c, Cursor: epoch + "." + strconv.FormatInt(*from, 10)}, len(c.Data))
				})
		})(yield)
	}
}

// place gives the present epoch and the number that a cursor of it stands for.
func (s *Store) place(ctx context.Context, cursor string) (epoch string, seq int64, err error) {
	var last int64
	if _, err := s.row(ctx, "select name, (select coalesce(max(seq), 0) from commits) from epoch", nil, &epoch, &last); err != nil {
		return "", 0, err
	}
	if cursor == "" {
		return epoch, 0, nil
	}
	number, ok := strings.CutPrefix(cursor, epoch+".")
	seq, err = strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || seq < 1 || seq > last || strconv.FormatInt(seq, 10) != number {
		return "", 0, chatkernel.ErrCursor
	}
	return epoch, seq, nil
}
