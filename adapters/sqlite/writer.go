package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/chatkernel/chatkernel"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// One goroutine writes. It puts what many callers want at the same time into one
// transaction, so that they share one wait for the disk: while one batch is on
// its way to the disk the next one gathers by itself.

const (
	maxBatch      = 256     // jobs in a transaction
	maxBatchBytes = 4 << 20 // after so many a transaction takes up no further job
)

// A job is what one caller wants to write.
type job struct {
	do    func(*tx) error // judges first, and writes nothing if it gives an error
	state atomic.Int32
	err   error
	ended chan error // has room for the answer
}

const (
	waiting int32 = iota
	taken         // by the writer: from here on only the writer knows the outcome
	givenUp       // by the caller: nothing will be written
)

func (j *job) take() bool   { return j.state.CompareAndSwap(waiting, taken) }
func (j *job) giveUp() bool { return j.state.CompareAndSwap(waiting, givenUp) }

// do has a job done. It returns what the job gave, after its transaction is
// durable.
func (s *Store) do(ctx context.Context, do func(*tx) error) error {
	if err := s.ready(ctx); err != nil {
		return unwritten(err)
	}
	j := &job{do: do, ended: make(chan error, 1)}
	select {
	case s.queue <- j:
	case <-ctx.Done():
		return unwritten(ctx.Err())
	case <-s.stop:
		return chatkernel.ErrClosed
	}
	select {
	case err := <-j.ended:
		return err
	case <-ctx.Done():
		if j.giveUp() {
			return unwritten(ctx.Err())
		}
		return fmt.Errorf("sqlite: write: %w", ctx.Err()) // the outcome is unknown
	case <-s.stopped:
		if j.giveUp() {
			return chatkernel.ErrClosed
		}
		return <-j.ended
	}
}

// unwritten marks an error as one after which nothing was written.
func unwritten(err error) error {
	if err == chatkernel.ErrClosed {
		return err
	}
	return fmt.Errorf("%w: sqlite: %w", chatkernel.ErrNotWritten, err)
}

// run is the writer.
func (s *Store) run(t *tx) {
	defer close(s.stopped)
	for {
		select {
		case <-s.stop:
			return // those who still wait in the queue see that it has stopped
		case j := <-s.queue:
			s.batch(t, j)
		}
	}
}

// batch does the job, and all others that come until it is done, in one
// transaction.
func (s *Store) batch(t *tx, first *job) {
	if err := s.begin(t, first); err != nil {
		if first.take() {
			first.ended <- unwritten(err)
		}
		return
	}
	var jobs []*job
	for j := first; j != nil; j = s.next(t, len(jobs)) {
		if j.take() {
			jobs = append(jobs, j)
			j.err = j.do(t)
		}
	}
	err := t.end()
	s.turns.Add(1)
	for _, j := range jobs {
		if err != nil {
			// A refusal may be due to another job of the batch. It is void as well.
			j.err = err
		}
		j.ended <- j.err
	}
}

// begin locks the database against other writers. While another one has it, begin
// tries again until the caller of the first job gives up, or the Store is closed.
func (s *Store) begin(t *tx, first *job) error {
	for {
		switch err := t.begin(); {
		case !isBusy(err):
			return err
		case s.closed():
			return chatkernel.ErrClosed
		case first.state.Load() == givenUp:
			return context.Canceled // nobody hears it
		}
	}
}

// next is a job that waits, nil if the batch shall end.
func (s *Store) next(t *tx, n int) *job {
	if t.err != nil || n >= maxBatch || t.bytes >= maxBatchBytes {
		return nil
	}
	select {
	case j := <-s.queue:
		return j
	default:
		return nil
	}
}

// A tx is the transaction that is open. Its first error ends it: then nothing
// more is done, and all of it is rolled back.
type tx struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	err   error
	bytes int // of data
}

// The writer's statements are short and must not be cut off in the middle, so
// they have no caller's context.
var always = context.Background()

func (t *tx) begin() error {
	t.err, t.bytes = nil, 0
	_, err := t.conn.ExecContext(always, "begin immediate")
	return err
}

// end commits, and says what became of all jobs.
func (t *tx) end() error {
	if t.err != nil {
		t.rollback()
		return unwritten(t.err)
	}
	_, err := t.conn.ExecContext(always, "commit")
	if err == nil {
		return nil
	}
	t.rollback()
	if isCode(err, lib.SQLITE_FULL) {
		// What marks a transaction as committed is the last that is written, and
		// there was no room for it.
		return unwritten(err)
	}
	return fmt.Errorf("sqlite: commit: %w", err) // it may be on the disk, or not
}

// rollback ends what SQLite has not ended by itself.
func (t *tx) rollback() { _, _ = t.conn.ExecContext(always, "rollback") }

// exec carries out a statement. It gives the id of the row that it inserted, if it
// did.
func (t *tx) exec(query string, args ...any) (id int64) {
	stmt := t.stmt(query)
	if t.err != nil {
		return 0
	}
	result, err := stmt.ExecContext(always, args...)
	if err != nil {
		t.err = err
		return 0
	}
	id, t.err = result.LastInsertId()
	return id
}

// query gives each row to scan.
func (t *tx) query(scan func(*sql.Rows) error, query string, args ...any) {
	stmt := t.stmt(query)
	if t.err != nil {
		return
	}
	rows, err := stmt.QueryContext(always, args...)
	if err != nil {
		t.err = err
		return
	}
	for t.err == nil && rows.Next() {
		t.err = scan(rows)
	}
	t.err = errors.Join(t.err, rows.Err(), rows.Close())
}

// stmt prepares a statement once. It gives nil after an error.
func (t *tx) stmt(query string) *sql.Stmt {
	if t.err != nil {
		return nil
	}
	stmt := t.stmts[query]
	if stmt == nil {
		if stmt, t.err = t.conn.PrepareContext(always, query); t.err == nil {
			t.stmts[query] = stmt
		}
	}
	return stmt
}

// isCode says that SQLite failed with the code, or with a closer form of it.
func isCode(err error, code int) bool {
	e, ok := errors.AsType[*driver.Error](err)
	return ok && e.Code()&0xff == code
}

// isBusy says that another writer has the database.
func isBusy(err error) bool { return isCode(err, lib.SQLITE_BUSY) }
