package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/stretchr/testify/require"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// queued starts jobs one after the other, so that they wait in this order, behind
// what the writer has. What it gives waits for the outcomes.
func queued(t *testing.T, s *sqlite.Store, jobs ...func() error) (outcomes func() []error) {
	t.Helper()
	ended := make([]chan error, len(jobs))
	for i, job := range jobs {
		ended[i] = make(chan error, 1)
		go func() { ended[i] <- job() }()
		for s.Queued() != i+1 {
			runtime.Gosched()
		}
	}
	return func() (errs []error) {
		for _, c := range ended {
			errs = append(errs, <-c)
		}
		return errs
	}
}

func appending(t *testing.T, s *sqlite.Store, c chatkernel.Commit) func() error {
	return func() error { return s.Append(t.Context(), c) }
}

func head(t *testing.T, s *sqlite.Store, stream string) (head uint64) {
	t.Helper()
	for c, err := range s.Load(t.Context(), stream, 0) {
		require.NoError(t, err)
		head = c.Head()
	}
	return head
}

func TestMany_appends_share_a_transaction(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "db"), nil)
	release := s.Hold()
	var jobs []func() error
	for i := range 64 {
		jobs = append(jobs, appending(t, s, command(fmt.Sprint("chat ", i%32), uint64(i/32))))
	}
	outcomes := queued(t, s, jobs...)
	release()
	for _, err := range outcomes() {
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, s.Turns())
	for i := range 32 {
		require.EqualValues(t, 2, head(t, s, fmt.Sprint("chat ", i)))
	}
}

func TestA_refusal_does_not_touch_the_others_of_its_transaction(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "db"), nil)
	release := s.Hold()
	used := command("chat", 0)
	used.After = 7
	large := command("chat", 1)
	large.Data = make([]byte, 1<<20+1)
	full := s.Favourites()
	outcomes := queued(t, s,
		appending(t, s, command("chat", 0)),
		appending(t, s, used),
		appending(t, s, command("chat", 5)),
		appending(t, s, large),
		func() error { return full.Add(t.Context(), "agent:a", "agent:b") },
		appending(t, s, command("chat", 1)),
	)
	release()
	errs := outcomes()
	require.EqualValues(t, 1, s.Turns())
	require.NoError(t, errs[0])
	var by *chatkernel.KeyUsedError
	require.ErrorAs(t, errs[1], &by)
	require.Equal(t, command("chat", 0), by.Commit)
	var conflict *chatkernel.ConflictError
	require.ErrorAs(t, errs[2], &conflict)
	require.Equal(t, &chatkernel.ConflictError{Stream: "chat", After: 5, Head: 1}, conflict)
	require.ErrorIs(t, errs[3], chatkernel.ErrTooLarge)
	require.NoError(t, errs[4])
	require.NoError(t, errs[5])
	require.EqualValues(t, 2, head(t, s, "chat"))
}

// While another process has the file for itself, a context bounds the wait, and
// what was given up is not written later.
func TestS11_waiting_for_another_writer_ends_with_the_context(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	s, other := open(t, file, nil), open(t, file, nil)
	release := other.Hold()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 3)
	for range 3 {
		go func() { ended <- s.Append(ctx, command("chat", 0)) }()
	}
	for s.Queued() != 2 { // the writer has the third
		runtime.Gosched()
	}
	cancel()
	for range 3 {
		err := <-ended
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, chatkernel.ErrNotWritten)
	}
	release()
	require.NoError(t, s.Append(t.Context(), command("other", 0)))
	require.EqualValues(t, 0, head(t, s, "chat"))
	require.EqualValues(t, 1, head(t, other, "other"))
}

func TestClose_ends_those_who_wait_for_another_writer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	s, other := open(t, file, nil), open(t, file, nil)
	release := other.Hold()
	defer release()
	ended := make(chan error, 3)
	for i := range 3 {
		go func() { ended <- s.Append(t.Context(), command(fmt.Sprint(i), 0)) }()
	}
	for s.Queued() != 2 {
		runtime.Gosched()
	}
	require.NoError(t, s.Close())
	for range 3 {
		require.ErrorIs(t, <-ended, chatkernel.ErrClosed)
	}
}

// Nothing of a transaction that failed is acknowledged, and a refusal that it gave
// rise to is void.
func TestA_full_disk_refuses_what_is_not_written(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "db"), nil)
	require.NoError(t, s.Append(t.Context(), command("chat", 0)))
	require.NoError(t, s.Pragma("max_page_count = 60"))
	release := s.Hold()
	big := command("chat", 1)
	big.Data = make([]byte, 1<<20)
	outcomes := queued(t, s, appending(t, s, command("small", 0)), appending(t, s, command("small", 0)), appending(t, s, big))
	release()
	for _, err := range outcomes() {
		require.ErrorIs(t, err, chatkernel.ErrNotWritten)
		var cause *driver.Error
		require.ErrorAs(t, err, &cause)
		require.Equal(t, lib.SQLITE_FULL, cause.Code())
	}
	require.EqualValues(t, 1, head(t, s, "chat"))
	require.EqualValues(t, 0, head(t, s, "small"))
	require.NoError(t, s.Append(t.Context(), command("small", 0)), "what is small has room")
	require.NoError(t, s.Pragma("max_page_count = 100000"))
	require.NoError(t, s.Append(t.Context(), big))
	require.EqualValues(t, 2, head(t, s, "chat"))
}

func TestA_database_that_cannot_be_written_says_so(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "db"), nil)
	require.NoError(t, s.Append(t.Context(), command("chat", 0)))
	require.NoError(t, s.Pragma("query_only = 1"))
	for _, err := range []error{
		s.Append(t.Context(), command("chat", 1)),
		s.URLs().Remember(t.Context(), "agent:a", "https://example.com/", 9),
		s.NewEpoch(t.Context()),
	} {
		require.ErrorIs(t, err, chatkernel.ErrNotWritten)
		var cause *driver.Error
		require.ErrorAs(t, err, &cause)
		require.Equal(t, lib.SQLITE_READONLY, cause.Code()&0xff)
	}
	require.EqualValues(t, 1, head(t, s, "chat"))
}
