package sqlite_test

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/stretchr/testify/require"
)

func TestA_file_of_another_schema_is_refused_and_left_alone(t *testing.T) {
	for name, make := range map[string]func(file string){
		"a later version": func(file string) {
			s, err := sqlite.Open(file, nil)
			require.NoError(t, err)
			require.NoError(t, s.Close())
			_, err = raw(t, file).Exec("pragma user_version = 2")
			require.NoError(t, err)
		},
		"another program's tables": func(file string) {
			_, err := raw(t, file).Exec("create table streams(x)")
			require.NoError(t, err)
		},
		"another program's mark": func(file string) {
			_, err := raw(t, file).Exec("pragma application_id = 7")
			require.NoError(t, err)
		},
		"no database": func(file string) {
			require.NoError(t, os.WriteFile(file, []byte("Dear Sir or Madam, this is a letter and nothing else."), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "db")
			make(file)
			before, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = sqlite.Open(file, nil)
			require.ErrorIs(t, err, sqlite.ErrSchema)
			after, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, before, after)
		})
	}
}

func TestOpen_makes_a_file_but_no_directory(t *testing.T) {
	dir := t.TempDir()
	_, err := sqlite.Open(filepath.Join(dir, "none", "db"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = sqlite.Open(dir, nil)
	require.Error(t, err)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty"), nil, 0o600)) // as after a crash
	for _, name := range []string{"db", "empty"} {
		s := open(t, filepath.Join(dir, name), nil)
		require.NoError(t, s.Append(t.Context(), command("chat", 0)))
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		if runtime.GOOS != "windows" {
			require.EqualValues(t, 0o600, info.Mode().Perm())
		}
	}
}

func TestS20_many_make_one_file_at_once(t *testing.T) {
	for range 5 {
		file := filepath.Join(t.TempDir(), "db")
		epochs := make(chan string, 8)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				s, err := sqlite.Open(file, nil)
				if err != nil {
					t.Error(err)
					return
				}
				epoch, err := s.Epoch(t.Context())
				if err != nil {
					t.Error(err)
				}
				epochs <- epoch
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		close(epochs)
		first := <-epochs
		require.Len(t, first, 26)
		for epoch := range epochs {
			require.Equal(t, first, epoch)
		}
	}
}

func TestS18_a_new_epoch_reaches_every_process_and_ends_cursors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	a, z := open(t, file, nil), open(t, file, nil)
	require.NoError(t, a.Append(t.Context(), command("chat", 0)))
	old, err := z.Epoch(t.Context())
	require.NoError(t, err)
	var cursor string
	for one, err := range z.All(t.Context(), "") {
		require.NoError(t, err)
		cursor = one.Cursor
	}
	require.NoError(t, a.NewEpoch(t.Context()))
	epoch, err := z.Epoch(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, old, epoch)
	n := 0
	for _, err := range z.All(t.Context(), cursor) {
		require.ErrorIs(t, err, chatkernel.ErrCursor)
		n++
	}
	require.Equal(t, 1, n)
}
