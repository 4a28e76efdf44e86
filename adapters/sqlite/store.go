package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/chatkernel/chatkernel"
	driver "modernc.org/sqlite"
)

// Options configure a [Store]. The zero value and nil work.
type Options struct {
	// Sync says what an acknowledged commit survives; the zero value is [Full].
	Sync Sync
	// MaxCommit is the largest Data that a commit may hold, in bytes, and at most
	// 256 MiB; 0 or less means 1 MiB. A larger one is refused with
	// [chatkernel.ErrTooLarge].
	MaxCommit int
}

// Sync is how far a commit has come when it is acknowledged.
type Sync int

const (
	// Full is on the disk: it survives a loss of power, if the disk keeps what it
	// says it has.
	Full Sync = iota
	// Normal is with the operating system: it survives the end of the process,
	// however sudden, but the last commits before a loss of power may be lost.
	Normal
)

const (
	defaultMaxCommit = 1 << 20
	largestMaxCommit = 256 << 20
)

// A Store is a [chatkernel.Store] and a [chatkernel.Sequencer] in one file. Make
// one with [Open]. Its methods may be called by many goroutines at once, and any
// number of Stores and processes of one machine may have the file open.
//
// Times are kept at microseconds: what is finer is cut off, except that a wake is
// rounded up, so that nothing is due early. A time outside the years 1 to 9999 is
// malformed ([chatkernel.ErrInvalidCommit]).
//
// Where SQLite failed, its error is in the chain of what is returned, as the
// *Error of modernc.org/sqlite with its Code.
type Store struct {
	maxCommit int
	writer    *sql.DB // one connection, which the goroutine of run holds
	readers   *sql.DB

	queue   chan *job
	stop    chan struct{} // closed when Close begins
	stopped chan struct{} // closed when the last batch has ended
	close   func() error
	turns   atomic.Int64 // how many transactions there were

	prepared sync.Map // *sql.Stmt by its text
	kept     atomic.Int64
}

// Open opens the database in the file, and makes it where there is none, readable
// by its owner only; the directory must exist. A file that is another program's,
// or of a later version of this package, is [ErrSchema]. o may be nil. The caller
// closes the Store.
func Open(path string, o *Options) (*Store, error) {
	s, err := open(path, o)
	if err != nil {
		return nil, fmt.Errorf("sqlite: open the store: %w", err)
	}
	return s, nil
}

func open(path string, o *Options) (*Store, error) {
	if o == nil {
		o = new(Options)
	}
	file, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := create(file); err != nil {
		return nil, err
	}
	level := "synchronous(full)"
	if o.Sync == Normal {
		level = "synchronous(normal)"
	}
	writer, err := connect(file, 1, level, "fullfsync(1)", "checkpoint_fullfsync(1)", "wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)", "cache_size(-16000)")
	if err != nil {
		return nil, err
	}
	conn, err := prepare(writer)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	readers, err := connect(file, max(4, runtime.GOMAXPROCS(0)), "query_only(1)", "cache_size(-4000)")
	if err != nil {
		return nil, errors.Join(err, conn.Close(), writer.Close())
	}
	s := &Store{
		maxCommit: defaultMaxCommit, writer: writer, readers: readers,
		queue: make(chan *job, maxBatch), stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	if o.MaxCommit > 0 {
		s.maxCommit = min(o.MaxCommit, largestMaxCommit)
	}
	s.close = sync.OnceValue(func() error {
		close(s.stop)
		<-s.stopped
		// The last connection that is closed empties the write-ahead log, and one
		// that only reads cannot.
		return errors.Join(s.readers.Close(), conn.Close(), s.writer.Close())
	})
	go s.run(&tx{conn: conn, stmts: make(map[string]*sql.Stmt)})
	return s, nil
}

// create makes an empty file where there is none. It must not open one that is
// there: closing it would take away the locks that other Stores of this process
// hold on it.
func create(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// connect makes a pool of connections. It opens none of them yet.
func connect(file string, most int, pragmas ...string) (*sql.DB, error) {
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // begins with the letter of a drive
	}
	query := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	c, err := driver.NewConnector((&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

// Close ends the Store: what is being written ends first, later calls give
// [chatkernel.ErrClosed]. It may be called often, and at once.
func (s *Store) Close() error { return s.close() }

// Epoch is a random name that the database got when it was made, or from the last
// [Store.NewEpoch].
func (s *Store) Epoch(ctx context.Context) (name string, err error) {
	_, err = s.row(ctx, "select name from epoch", nil, &name)
	return name, err
}

// NewEpoch gives the data another epoch. Call it once after the file was put back
// from a backup, before the first kernel uses it: whoever holds a position or a
// cursor of what was lost then learns of it.
func (s *Store) NewEpoch(ctx context.Context) error {
	return s.do(ctx, func(t *tx) error {
		t.exec("update epoch set name = ?", rand.Text())
		return nil
	})
}

// ready says why a call cannot begin.
func (s *Store) ready(ctx context.Context) error {
	if s.closed() {
		return chatkernel.ErrClosed
	}
	return ctx.Err()
}

func (s *Store) closed() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// query carries out a query and gives each row to scan, which may end it with
// errEnough. It sees one moment of the file, and holds a connection until it
// returns.
func (s *Store) query(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	err := s.rows(ctx, query, args, scan)
	switch {
	case err == nil, err == errEnough:
		return nil
	case s.closed():
		return chatkernel.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("sqlite: read: %w", err)
}

func (s *Store) rows(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return err
	}
	var rows *sql.Rows
	if stmt != nil {
		rows, err = stmt.QueryContext(ctx, args...)
	} else {
		rows, err = s.readers.QueryContext(ctx, query, args...)
	}
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			_ = rows.Close()
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// row reads at most one row, and reports whether there was one.
func (s *Store) row(ctx context.Context, query string, args []any, dest ...any) (found bool, err error) {
	err = s.query(ctx, query, args, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(dest...)
	})
	return found, err
}

// maxPrepared is about how many statements are kept. A host asks Find with a few
// combinations of conditions, of thousands that there are.
const maxPrepared = 200

// statement gives the prepared form of a query, nil where it is not kept.
func (s *Store) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.prepared.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	if s.kept.Load() >= maxPrepared {
		return nil, nil
	}
	stmt, err := s.readers.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	other, was := s.prepared.LoadOrStore(query, stmt)
	if was { // somebody was quicker
		return other.(*sql.Stmt), stmt.Close()
	}
	s.kept.Add(1)
	return stmt, nil
}
