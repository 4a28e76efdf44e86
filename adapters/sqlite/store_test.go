package sqlite_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/filestest"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/storetest"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/chatkernel/chatkernel/urlsafe/historytest"
	"github.com/stretchr/testify/require"
)

var (
	_ chatkernel.Sequencer = (*sqlite.Store)(nil)
	_ routing.Favourites   = (*sqlite.Favourites)(nil)
)

// open opens the file, and closes it when the test is over.
func open(t testing.TB, file string, o *sqlite.Options) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(file, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// backend is a new file, which every handle opens for itself.
func backend(t testing.TB, o *sqlite.Options) *storetest.Backend {
	file := filepath.Join(t.TempDir(), "a #1%.db?")
	var opened []*sqlite.Store
	return &storetest.Backend{
		Open: func() chatkernel.Store {
			s := open(t, file, o)
			opened = append(opened, s)
			return s
		},
		Close: func(s chatkernel.Store) { require.NoError(t, s.(*sqlite.Store).Close()) },
		Restart: func() {
			for _, s := range opened {
				require.NoError(t, s.Close())
			}
		},
		MaxCommit: 1 << 20,
	}
}

// The suite, with the real time. Every acknowledgement waits for the disk.
func TestHOST_3_Store(t *testing.T) {
	storetest.Run(t, func(t testing.TB) *storetest.Backend { return backend(t, nil) })
}

// What depends on time, each case in a bubble, where days can pass. A bubble also
// sees that Close leaves no goroutine behind (HOST-5).
func TestHOST_3_StoreInABubble(t *testing.T) {
	for _, c := range storetest.Cases() {
		if !strings.HasPrefix(c.Name, "D") && !strings.HasPrefix(c.Name, "S04") && !strings.HasPrefix(c.Name, "S20") {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := backend(t, &sqlite.Options{Sync: sqlite.Normal})
				b.Advance = time.Sleep
				c.Run(t, b)
			})
		})
	}
}

func TestHOST_3_URLs(t *testing.T) {
	historytest.Run(t, func(t testing.TB) urlsafe.HistoryStore {
		return open(t, filepath.Join(t.TempDir(), "db"), nil).URLs()
	})
}

func TestHOST_3_Attachments(t *testing.T) {
	filestest.RunPending(t, func(t testing.TB) files.PendingStore {
		return open(t, filepath.Join(t.TempDir(), "db"), nil).Attachments()
	})
}

func TestOptions(t *testing.T) {
	for want, o := range map[int][]*sqlite.Options{1 << 20: {nil, {}, {MaxCommit: -1}, {Sync: sqlite.Normal}}, 10: {{MaxCommit: 10}}} {
		for _, o := range o {
			s := open(t, filepath.Join(t.TempDir(), "db"), o)
			c := chatkernel.Commit{Stream: "s", Count: 1, Data: make([]byte, want+1)}
			require.ErrorIs(t, s.Append(t.Context(), c), chatkernel.ErrTooLarge)
			c.Data = c.Data[:want]
			require.NoError(t, s.Append(t.Context(), c))
		}
	}
}

// The key is looked at before the size as well: a store whose limit has become
// smaller still knows what it has.
func TestS04_the_key_of_a_commit_that_is_too_large_by_now(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	c := command("chat", 0)
	require.NoError(t, open(t, file, nil).Append(t.Context(), c))
	require.ErrorIs(t, open(t, file, &sqlite.Options{MaxCommit: 10}).Append(t.Context(), c), chatkernel.ErrKeyUsed)
}

// Pages end by their bytes as well, and nothing is left out between them.
func TestS12_a_stream_of_large_commits(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "db"), nil)
	for n := range uint64(40) {
		c := command("chat", n)
		c.Data = make([]byte, 100_000)
		require.NoError(t, s.Append(t.Context(), c))
	}
	n := uint64(0)
	for c, err := range s.Load(t.Context(), "chat", 0) {
		require.NoError(t, err)
		require.Equal(t, n, c.After)
		n++
	}
	require.EqualValues(t, 40, n)
	for one, err := range s.All(t.Context(), "") {
		require.NoError(t, err)
		require.Equal(t, 40-n, one.After)
		n--
	}
	require.Zero(t, n)
}

// A wake between two microseconds is rounded up.
func TestTIME_7_not_due_a_nanosecond_early(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "db"), nil)
		wake := time.Now().Add(time.Second + 1)
		require.NoError(t, s.Append(t.Context(), chatkernel.Commit{Stream: "s", Count: 1, Wake: wake}))
		time.Sleep(time.Second)
		d, err := s.Due(t.Context(), 1)
		require.NoError(t, err)
		require.Empty(t, d.Streams)
		require.False(t, d.Next.Before(wake))
		time.Sleep(d.Next.Sub(d.Now))
		d, err = s.Due(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, []string{"s"}, d.Streams)
		require.False(t, d.Now.Before(wake))
	})
}

func TestSync_is_full_unless_the_host_wants_less(t *testing.T) {
	for want, o := range map[int][]*sqlite.Options{2: {nil, {}, {Sync: sqlite.Full}, {Sync: 7}}, 1: {{Sync: sqlite.Normal}}} {
		for _, o := range o {
			got, err := open(t, filepath.Join(t.TempDir(), "db"), o).Synchronous()
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
}
