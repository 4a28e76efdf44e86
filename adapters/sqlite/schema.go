package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	lib "modernc.org/sqlite/lib"
)

// ErrSchema says that a file is no database of this package, or was written by a
// later version of it.
var ErrSchema = errors.New("sqlite: the file has another schema")

// migrations holds what makes version n of the schema of version n-1, as 000n.sql.
// What was released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

const (
	// version is the schema that this code reads and writes.
	version = 1
	// application marks a file as ours, in the place that SQLite has for it.
	application = 0x636b726e // "ckrn"
)

// prepare gives the writer's connection, to a database that has the schema.
func prepare(db *sql.DB) (*sql.Conn, error) {
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if isCode(err, lib.SQLITE_NOTADB) {
		return nil, fmt.Errorf("%w: it is no database: %w", ErrSchema, err)
	}
	if err != nil {
		return nil, err
	}
	err = patiently(func() error { return useLog(ctx, conn) })
	if err == nil {
		err = migrate(ctx, conn)
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "pragma busy_timeout = 4") // from here on the writer waits by itself
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// useLog switches to the write-ahead log, unless that is some other program's
// decision.
func useLog(ctx context.Context, conn *sql.Conn) error {
	if _, err := schema(ctx, conn); err != nil {
		return err
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "pragma journal_mode = wal").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file system allows no write-ahead log, only the journal mode %q", mode)
	}
	return nil
}

// patiently tries again where two processes make the database at the same moment:
// for a change of the journal SQLite itself does not wait.
func patiently(try func() error) (err error) {
	for range 1000 {
		if err = try(); !isBusy(err) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

// schema is the version that the database has.
func schema(ctx context.Context, conn *sql.Conn) (have int, err error) {
	var mark, tables int
	err = conn.QueryRowContext(ctx, `select v.user_version, a.application_id, (select count(*) from sqlite_master)
		from pragma_user_version v, pragma_application_id a`).Scan(&have, &mark, &tables)
	switch {
	case err != nil:
		return 0, err
	case mark != application && (mark != 0 || have != 0 || tables != 0):
		return 0, fmt.Errorf("%w: it is another program's", ErrSchema)
	case have > version:
		return 0, fmt.Errorf("%w: it is version %d, and this program knows up to %d", ErrSchema, have, version)
	}
	return have, nil
}

// migrate brings the schema up to date, whole or not at all.
func migrate(ctx context.Context, conn *sql.Conn) (err error) {
	if have, err := schema(ctx, conn); err != nil || have == version {
		return err
	}
	if _, err := conn.ExecContext(ctx, "begin immediate"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(ctx, "rollback")
		}
	}()
	have, err := schema(ctx, conn) // another process may have been quicker
	if err != nil {
		return err
	}
	for n := have + 1; n <= version; n++ {
		step, err := migrations.ReadFile(fmt.Sprintf("migrations/%04d.sql", n))
		if err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, string(step)); err != nil {
			return fmt.Errorf("migrate to version %d: %w", n, err)
		}
	}
	if have == 0 {
		if _, err := conn.ExecContext(ctx, "insert into epoch(name) values(?)", rand.Text()); err != nil {
			return err
		}
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf("pragma application_id = %d; pragma user_version = %d; commit", application, version))
	return err
}
