package clamav_test

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/adapters/clamav"
	"github.com/chatkernel/chatkernel/files"
	"github.com/stretchr/testify/require"
)

const infected = "this text is infected for the tests of chatkernel"

// startClamd starts a clamd of its own with two signatures, one of a file's hash
// and one of a part of it, and is its socket.
func startClamd(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("clamd")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/clamd"); err != nil {
			t.Skip("clamd is not installed (Debian: clamav-daemon), and CHATKERNEL_CLAMD names no socket")
		}
	}
	dir, err := os.MkdirTemp("", "clamd") // the path of a socket must be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return path
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "db"), 0o755))
	sum := md5.Sum([]byte(infected))
	write("db/test.hdb", fmt.Sprintf("%x:%d:Chatkernel.Test.Hash\n", sum, len(infected)))
	write("db/test.ndb", "Chatkernel.Test.Part:0:*:"+hex.EncodeToString([]byte("infected by a part"))+"\n")
	socket := filepath.Join(dir, "socket")
	config := write("clamd.conf", fmt.Sprintf("LocalSocket %s\nDatabaseDirectory %s\nForeground yes\nStreamMaxLength 1M\nMaxThreads 2\n",
		socket, filepath.Join(dir, "db")))

	cmd := exec.CommandContext(t.Context(), program, "--config-file="+config)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = cmd.Stdout
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
		if strings.HasPrefix(lines.Text(), "Self checking") { // the last that it says before it serves
			t.Cleanup(func() { // before the context is done, which kills it
				_ = cmd.Process.Kill()
				for lines.Scan() {
				}
				_ = cmd.Wait()
			})
			return socket
		}
	}
	_ = cmd.Wait()
	t.Skipf("clamd does not start here: %s", strings.Join(said, "; "))
	return ""
}

// A real clamd: the one that CHATKERNEL_CLAMD names (with its own signatures), and
// one that is started here if the program is there.
func TestFILE_7_clamd(t *testing.T) {
	if socket := os.Getenv("CHATKERNEL_CLAMD"); socket != "" {
		network := "unix"
		if !strings.HasPrefix(socket, "/") {
			network = "tcp"
		}
		s, err := clamav.New(network, socket, nil)
		require.NoError(t, err)
		require.NoError(t, s.Ping(t.Context()))
		got, err := s.Scan(t.Context(), strings.NewReader("good day"))
		require.NoError(t, err)
		require.Equal(t, files.Finding{Result: files.Clean}, got)
	}
	s, err := clamav.New("unix", startClamd(t), nil)
	require.NoError(t, err)
	require.NoError(t, s.Ping(t.Context()))
	for _, tt := range []struct {
		file string
		want files.Finding
	}{
		{"good day", files.Finding{Result: files.Clean}},
		{"", files.Finding{Result: files.Clean}},
		{infected, files.Finding{Result: files.Infected, Threat: "Chatkernel.Test.Hash.UNOFFICIAL"}},
		{strings.Repeat("x", 200_000) + "infected by a part" + strings.Repeat("y", 200_000), files.Finding{Result: files.Infected, Threat: "Chatkernel.Test.Part.UNOFFICIAL"}},
	} {
		got, err := s.Scan(t.Context(), strings.NewReader(tt.file))
		require.NoError(t, err)
		require.Equal(t, tt.want, got)
	}
	_, err = s.Scan(t.Context(), bytes.NewReader(make([]byte, 3<<20)))
	require.ErrorIs(t, err, clamav.ErrTooLarge, "its StreamMaxLength is 1 MiB")
}
