package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/stretchr/testify/require"
)

// childFile, where it is set, makes this program one that writes until it is killed.
const childFile = "SQLITE_TEST_CHILD_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		fmt.Println("begin")
		fmt.Println(writeForEver(file, os.Getenv("SQLITE_TEST_CHILD_NAME")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForEver says each commit that was acknowledged on a line of its own.
func writeForEver(file, name string) error {
	s, err := sqlite.Open(file, nil)
	if err != nil {
		return err
	}
	ended := make(chan error)
	for w := range 8 {
		go func() {
			stream, head := fmt.Sprint(name, w), uint64(0)
			for c, err := range s.Load(context.Background(), stream, 0) {
				if err != nil {
					ended <- err
				}
				head = c.Head()
			}
			for {
				c := numbered(stream, head)
				if err := s.Append(context.Background(), c); err != nil {
					ended <- err
				}
				head = c.Head()
				fmt.Printf("ack %s %d\n", stream, head)
			}
		}()
	}
	return <-ended
}

// numbered is the commit of a stream after a position, always the same.
func numbered(stream string, after uint64) chatkernel.Commit {
	c := command(stream, after)
	c.Count = 1 + int(after%3)
	c.Data = fmt.Appendf(nil, "%s after %d", stream, after)
	c.Index = &chatkernel.Index{Phase: "active", Priority: int(c.Head()), Started: start, Attached: []string{fmt.Sprint("agent:", after%5)}}
	return c
}

// child starts a process that writes. What it gives ends the process without
// mercy, once it has read so many lines, and gives what it acknowledged.
func child(t *testing.T, file, name string, lines int) (acked func() map[string]uint64) {
	program, err := os.Executable()
	require.NoError(t, err)
	p := exec.Command(program)
	p.Env = append(os.Environ(), childFile+"="+file, "SQLITE_TEST_CHILD_NAME="+name)
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	return func() map[string]uint64 {
		heads := make(map[string]uint64)
		in := bufio.NewReader(out)
		for n := 0; ; n++ {
			if n == lines {
				require.NoError(t, p.Process.Kill())
			}
			line, err := in.ReadString('\n')
			if err != nil {
				require.ErrorIs(t, err, io.EOF)
				break
			}
			var stream string
			var head uint64
			if strings.HasPrefix(line, "ack ") {
				_, err = fmt.Sscanf(line, "ack %s %d", &stream, &head)
				require.NoError(t, err)
				require.Greater(t, head, heads[stream], "acknowledged twice")
				heads[stream] = head
			} else {
				require.Equal(t, "begin\n", line)
			}
		}
		require.Error(t, p.Wait())
		return heads
	}
}

// Two processes on one file are killed, often, from the very moment at which they
// make it. What they acknowledged is there, once and in order.
func TestS08_killed_processes_lose_nothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	heads := make(map[string]uint64)
	rounds := []int{1, 2, 1, 200, 1500, 40, 700}
	if testing.Short() {
		rounds = rounds[:4]
	}
	for round, lines := range rounds {
		var mu sync.Mutex
		var both sync.WaitGroup
		for i, name := range []string{"a", "b"} {
			acked := child(t, file, name, lines*(i+1)) // the second one goes on for a while
			both.Go(func() {
				for stream, head := range acked() {
					mu.Lock()
					heads[stream] = head
					mu.Unlock()
				}
			})
		}
		both.Wait()

		s, err := sqlite.Open(file, nil)
		require.NoError(t, err)
		written := map[string]uint64{}
		for _, name := range []string{"a", "b"} {
			for w := range 8 {
				stream := fmt.Sprint(name, w)
				head, at := uint64(0), 0
				for c, err := range s.Load(t.Context(), stream, 0) {
					require.NoError(t, err)
					want := numbered(stream, head)
					want.Index = nil
					require.Equal(t, want, c)
					head = c.Head()
					if head > heads[stream] {
						at++
					}
				}
				require.GreaterOrEqual(t, head, heads[stream], "round %d: %s was acknowledged up to %d", round, stream, heads[stream])
				require.LessOrEqual(t, at, 1, "a writer waits for its acknowledgement")
				if head > 0 {
					written[stream] = head
				}
				heads[stream] = head
			}
		}
		for e, err := range s.Find(t.Context(), chatkernel.Query{}) {
			require.NoError(t, err)
			require.EqualValues(t, e.Head, e.Index.Priority, "index and log are of one moment")
			require.Equal(t, written[e.Stream], e.Head)
			delete(written, e.Stream)
		}
		require.Empty(t, written, "streams without an index")
		require.NoError(t, s.Close())
		sound(t, file)
	}
	total := uint64(0)
	for _, head := range heads {
		total += head
	}
	require.Greater(t, total, uint64(200))
}

// sound asks SQLite whether the file is whole.
func sound(t *testing.T, file string) {
	t.Helper()
	var verdict string
	require.NoError(t, raw(t, file).QueryRow("pragma integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
}

// raw opens the file beside the Store.
func raw(t testing.TB, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}
