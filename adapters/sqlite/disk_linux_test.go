package sqlite_test

import (
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/stretchr/testify/require"
)

// Where the disk fails at the commit itself, nobody knows whether it was written,
// and Append does not say that it was not. To send it again settles it (S06).
func TestS06_a_disk_that_fails_at_the_commit_leaves_the_outcome_open(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "db"), nil)
	require.NoError(t, s.Append(t.Context(), command("chat", 0)))

	// No file may become larger than it is, as if the disk ended there.
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before))
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before) }()
	limit := before
	limit.Cur = 200_000
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))

	c := command("chat", 1)
	c.Data = make([]byte, 300_000)
	for range 2 {
		err := s.Append(t.Context(), c)
		require.ErrorContains(t, err, "disk I/O error")
		require.NotErrorIs(t, err, chatkernel.ErrNotWritten)
	}
	require.EqualValues(t, 1, head(t, s, "chat"))

	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before))
	require.NoError(t, s.Append(t.Context(), c))
	require.EqualValues(t, 2, head(t, s, "chat"))
}
