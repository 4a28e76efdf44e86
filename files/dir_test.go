package files_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/filestest"
	"github.com/stretchr/testify/require"
)

func TestFILE_8_directory_store(t *testing.T) {
	open := func(t testing.TB) *filestest.Backend {
		dir := t.TempDir()
		return &filestest.Backend{
			Open: func() files.Store {
				d, err := files.OpenDir(dir)
				require.NoError(t, err)
				t.Cleanup(func() { _ = d.Close() })
				return d
			},
			Close:   func(st files.Store) { _ = st.(*files.Dir).Close() },
			Restart: func() {},
			Corrupt: func(key string, off int64) {
				f, err := os.OpenFile(filepath.Join(dir, "data", key), os.O_RDWR, 0)
				require.NoError(t, err)
				defer f.Close()
				var b [1]byte
				_, err = f.ReadAt(b[:], off)
				require.NoError(t, err)
				b[0] ^= 1
				_, err = f.WriteAt(b[:], off)
				require.NoError(t, err)
			},
		}
	}
	// As filestest.Run, but all at once, since most of it is waiting for a disk.
	for _, c := range filestest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			c.Run(t, open(t))
		})
	}
}

func openDir(t testing.TB, name string) *files.Dir {
	t.Helper()
	d, err := files.OpenDir(name)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// A file that lost its end, or got another one, is never given out.
func TestFILE_8_directory_store_finds_cut_files(t *testing.T) {
	dir := t.TempDir()
	d := openDir(t, dir)
	data := bytes.Repeat([]byte("0123456789"), 20_000)
	_, err := d.Put(t.Context(), "f/x", bytes.NewReader(data))
	require.NoError(t, err)
	name := filepath.Join(dir, "data", "f", "x")
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, data, whole[:len(data)], "the bytes stand at the beginning, for other programs")
	for _, n := range []int{0, 1, 79, 80, 1000, len(data), len(whole) - 100, len(whole) - 1} {
		require.NoError(t, os.WriteFile(name, whole[:n], 0o600))
		_, err = d.Open(t.Context(), "f/x")
		require.ErrorIs(t, err, files.ErrCorrupt, "cut at %d", n)
	}
	require.NoError(t, os.WriteFile(name, append(whole, 0), 0o600))
	_, err = d.Open(t.Context(), "f/x")
	require.ErrorIs(t, err, files.ErrCorrupt)
}

// No key and no link leads out of the directory.
func TestFILE_8_directory_store_stays_inside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	d := openDir(t, dir)
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "data", "out")))
	_, err := d.Put(t.Context(), "out/x", strings.NewReader("x"))
	require.Error(t, err)
	left, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestFILE_8_directory_store_removes_what_crashes_left(t *testing.T) {
	dir := t.TempDir()
	openDir(t, dir)
	old, young := filepath.Join(dir, "tmp", "old"), filepath.Join(dir, "tmp", "young")
	require.NoError(t, os.WriteFile(old, nil, 0o600))
	require.NoError(t, os.WriteFile(young, nil, 0o600))
	past := time.Now().Add(-72 * time.Hour)
	require.NoError(t, os.Chtimes(old, past, past))
	openDir(t, dir)
	_, err := os.Stat(old)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = os.Stat(young)
	require.NoError(t, err, "another process may be writing it")
}

// The steps of a Put, in their order: what is acknowledged was synced before it
// got its name, and its directory after that.
func TestFILE_8_directory_store_syncs_before_it_acknowledges(t *testing.T) {
	d := openDir(t, t.TempDir())
	var steps []string
	files.OnStep(d, func(step string) { steps = append(steps, step) })
	_, err := d.Put(t.Context(), "f/x", strings.NewReader("x"))
	require.NoError(t, err)
	require.Equal(t, []string{
		"created", "written", "summed", "sync the file", "sync data", "directory", "renamed", "sync data/f",
	}, steps)
}

// A process is killed at each step of a Put, and while it puts one file after
// the other: what it had acknowledged is there, and everything that is there is
// whole.
func TestFILE_8_crash_leaves_all_or_nothing(t *testing.T) {
	steps := []string{"created", "written", "summed", "sync the file", "sync data", "directory", "renamed", "sync data/f"}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			acknowledged := crash(t, dir, step, -1)
			check(t, dir, acknowledged)
			if step == "renamed" || step == "sync data/f" {
				require.Len(t, keys(t, dir), 1)
			} else {
				require.Empty(t, keys(t, dir))
			}
		})
	}
	for i := range 6 {
		t.Run("after some time "+strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			acknowledged := crash(t, dir, "", 3*i)
			require.NotEmpty(t, acknowledged)
			check(t, dir, acknowledged)
		})
	}
}

// crash runs writer in a process of its own until it kills itself at the step,
// or until it has acknowledged some files and is killed in the midst of the next
// one. It gives the keys that were acknowledged.
func crash(t *testing.T, dir, step string, some int) (acknowledged []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriter$")
	cmd.Env = append(os.Environ(), "CHATKERNEL_WRITER_DIR="+dir, "CHATKERNEL_WRITER_STEP="+step)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if key, ok := strings.CutPrefix(lines.Text(), "put "); ok {
			acknowledged = append(acknowledged, key)
		}
		if some >= 0 && len(acknowledged) > some {
			require.NoError(t, cmd.Process.Kill())
			some = 1 << 30 // read on to the end of what it had said
		}
	}
	require.Error(t, cmd.Wait(), "it must have been killed")
	return acknowledged
}

// TestWriter is the process that is killed.
func TestWriter(t *testing.T) {
	dir := os.Getenv("CHATKERNEL_WRITER_DIR")
	if dir == "" {
		t.Skip("is run by TestFILE_8_crash_leaves_all_or_nothing")
	}
	d := openDir(t, dir)
	if at := os.Getenv("CHATKERNEL_WRITER_STEP"); at != "" {
		files.OnStep(d, func(step string) {
			if step == at {
				self, _ := os.FindProcess(os.Getpid())
				_ = self.Kill()
				select {}
			}
		})
	}
	for i := range 10_000 {
		key := fmt.Sprintf("f/%d", i)
		if _, err := d.Put(t.Context(), key, bytes.NewReader(written(i))); err != nil {
			t.Fatal(err)
		}
		fmt.Println("put " + key)
	}
}

// written is what the process writes.
func written(i int) []byte { return bytes.Repeat([]byte(strconv.Itoa(i)+"."), 50_000) }

func keys(t *testing.T, dir string) (all []string) {
	t.Helper()
	for e, err := range openDir(t, dir).List(t.Context(), "") {
		require.NoError(t, err)
		all = append(all, e.Key)
	}
	return all
}

// check says that all that was acknowledged is there, and all that is there whole.
func check(t *testing.T, dir string, acknowledged []string) {
	t.Helper()
	there := keys(t, dir)
	require.Subset(t, there, acknowledged)
	d := openDir(t, dir)
	for _, key := range there {
		c, err := d.Open(t.Context(), key)
		require.NoError(t, err)
		got, err := io.ReadAll(io.NewSectionReader(c, 0, c.Info().Size))
		require.NoError(t, err)
		i, err := strconv.Atoi(strings.TrimPrefix(key, "f/"))
		require.NoError(t, err)
		require.True(t, bytes.Equal(written(i), got), "%s is not whole", key)
		require.NoError(t, c.Close())
	}
}

// A disk that is full, or any other failure, leaves nothing in the folder for
// temporary files.
func TestFILE_8_directory_store_cleans_up_after_errors(t *testing.T) {
	dir := t.TempDir()
	d := openDir(t, dir)
	_, err := d.Put(t.Context(), "f/x", io.MultiReader(strings.NewReader("x"), failing{}))
	require.ErrorIs(t, err, errBroken)
	left, err := os.ReadDir(filepath.Join(dir, "tmp"))
	require.NoError(t, err)
	require.Empty(t, left)
}

var errBroken = errors.New("broken")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }
