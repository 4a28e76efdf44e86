package files_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

// A scanner finds what holds the word EVIL. While it is down it cannot judge.
type scanner struct {
	mu    sync.Mutex
	down  bool
	scans int
	wait  chan struct{} // if not nil, a scan waits for it
}

func (s *scanner) Scan(ctx context.Context, r io.Reader) (files.Finding, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return files.Finding{}, err
	}
	if s.wait != nil {
		select {
		case <-s.wait:
		case <-ctx.Done():
			return files.Finding{}, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans++
	switch {
	case s.down:
		return files.Finding{Result: files.Clean}, errors.New("the scanner is down")
	case bytes.Contains(data, []byte("EVIL")):
		return files.Finding{Result: files.Infected, Threat: "Evil.Word"}, nil
	}
	return files.Finding{Result: files.Clean}, nil
}

func (s *scanner) set(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *scanner) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scans
}

// judge brings a verdict into the log.
func (h *house) judge(ctx context.Context, f *files.File) (bool, error) {
	_, err := h.kernel.Do(ctx, f.Interaction, chatkernel.By(interaction.System, ""),
		interaction.JudgeFile{File: f.ID, Verdict: f.Verdict, Code: f.Code, Reason: f.Reason})
	if errors.Is(err, interaction.ErrNoFile) {
		return false, nil
	}
	return err == nil, err
}

// run scans until the test ends.
func (h *house) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.RunScans(ctx, h.judge) }()
	t.Cleanup(func() {
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
	})
}

// Until the scanner says clean a file is closed to all; its verdict opens or
// blocks it, in the log too.
func TestFILE_7_files_are_closed_until_they_are_clean(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scan := &scanner{wait: make(chan struct{})}
		h := newHouse(t, &files.Options{Scanner: scan})
		h.start("chat", maria)
		h.run(t)
		good := h.sent("chat", pat, "good.png", picture(9, 9))
		evil := h.sent("chat", pat, "evil.txt", []byte("This is EVIL.\n"))
		synctest.Wait()
		for _, f := range []interaction.SentFile{good, evil} {
			require.Equal(t, interaction.PendingScan, f.Verdict)
			require.Equal(t, interaction.PendingScan, h.logged("chat", f.ID).Verdict)
			lie := f.File
			lie.Verdict = interaction.Available
			_, _, err := h.Open(t.Context(), lie)
			require.ErrorIs(t, err, files.ErrNotAvailable)
			_, err = h.OpenThumbnail(t.Context(), lie)
			require.ErrorIs(t, err, files.ErrNotAvailable)
		}
		close(scan.wait)
		synctest.Wait()
		got := h.logged("chat", good.ID)
		require.Equal(t, interaction.Available, got.Verdict)
		c, _, err := h.Open(t.Context(), got.File)
		require.NoError(t, err)
		require.NoError(t, c.Close())
		got = h.logged("chat", evil.ID)
		require.Equal(t, interaction.Blocked, got.Verdict)
		require.Equal(t, "The file is infected.", got.Reason)
		_, _, err = h.Open(t.Context(), got.File)
		require.ErrorIs(t, err, files.ErrNotAvailable)
		for _, key := range h.keys() {
			require.NotContains(t, key, "scan/", "nothing is left to scan")
		}
	})
}

// A file that was scanned before it was sent goes out with the new verdict; one
// that is sent with the old verdict, because the two cross, gets the new one.
func TestFILE_7_a_verdict_before_the_command_is_not_lost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scan := &scanner{}
		h := newHouse(t, &files.Options{Scanner: scan})
		h.start("chat", maria)
		h.run(t)
		f := h.upload(h.sender("chat", pat), "a.txt", letters(10))
		require.Equal(t, interaction.PendingScan, f.Verdict)
		synctest.Wait()
		require.NoError(t, h.do("chat", pat, interaction.SendFile{File: f.Reference()}))
		require.Equal(t, interaction.Available, h.logged("chat", f.ID).Verdict)

		// The gate has looked, then the verdict comes, then the command is stored.
		scan.wait = make(chan struct{})
		f = h.upload(h.sender("chat", pat), "b.txt", letters(10))
		s := h.state("chat")
		judged, err := h.Gate(t.Context(), f.Interaction, &s, pat, interaction.SendFile{File: f.Reference()})
		require.NoError(t, err)
		require.Equal(t, interaction.PendingScan, judged.File.Verdict)
		close(scan.wait)
		synctest.Wait()
		open := chatkernel.Gates{File: func(context.Context, string, *interaction.State, chatkernel.Actor, interaction.SendFile) (interaction.SendFile, error) {
			return judged, nil
		}}
		require.NoError(t, h.with(open).do("chat", pat, judged))
		require.Equal(t, interaction.PendingScan, h.logged("chat", f.ID).Verdict)
		time.Sleep(31 * time.Second)
		synctest.Wait()
		require.Equal(t, interaction.Available, h.logged("chat", f.ID).Verdict)
	})
}

// A scanner that fails opens nothing, even if it says clean as well, and the
// file is scanned again.
func TestFILE_7_a_scanner_that_fails_opens_nothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scan := &scanner{down: true}
		h := newHouse(t, &files.Options{Scanner: scan, ScanRetry: time.Minute})
		h.start("chat", maria)
		h.run(t)
		f := h.sent("chat", pat, "a.txt", letters(10))
		time.Sleep(10 * time.Minute)
		require.Equal(t, interaction.PendingScan, h.logged("chat", f.ID).Verdict)
		require.Greater(t, scan.count(), 9)
		_, err := h.Scan(t.Context(), f.ID)
		require.Error(t, err)
		scan.set(false)
		time.Sleep(time.Minute + time.Second)
		synctest.Wait()
		require.Equal(t, interaction.Available, h.logged("chat", f.ID).Verdict)
	})
}

// A scanner that says nothing has not said clean.
func TestFILE_7_no_judgement_is_no_permission(t *testing.T) {
	h := newHouse(t, &files.Options{Scanner: silent{}})
	h.start("chat", maria)
	f := h.sent("chat", pat, "a.txt", letters(10))
	_, err := h.Scan(t.Context(), f.ID)
	require.Error(t, err)
	known, err := h.File(t.Context(), f.ID)
	require.NoError(t, err)
	require.Equal(t, interaction.PendingScan, known.Verdict)
}

type silent struct{}

func (silent) Scan(context.Context, io.Reader) (files.Finding, error) { return files.Finding{}, nil }

// A late verdict closes a file that was open, and another one opens it again.
func TestFILE_7_late_verdicts(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	f := h.sent("chat", pat, "a.txt", letters(10))
	known, err := h.Judge(t.Context(), f.ID, interaction.Blocked, files.CodeInfected, "The file is infected.")
	require.NoError(t, err)
	_, _, err = h.Open(t.Context(), f.File)
	require.ErrorIs(t, err, files.ErrNotAvailable, "at once, before the log says so")
	in, err := h.judge(t.Context(), known)
	require.NoError(t, err)
	require.True(t, in)
	require.Equal(t, interaction.Blocked, h.logged("chat", f.ID).Verdict)

	known, err = h.Judge(t.Context(), f.ID, interaction.Available, "", "")
	require.NoError(t, err)
	_, err = h.judge(t.Context(), known)
	require.NoError(t, err)
	c, _, err := h.Open(t.Context(), h.logged("chat", f.ID).File)
	require.NoError(t, err)
	require.NoError(t, c.Close())

	_, err = h.Judge(t.Context(), f.ID, interaction.Broken, "", "")
	require.Error(t, err)
	broken := h.upload(h.sender("chat", pat), "broken.png", nil)
	_, err = h.Judge(t.Context(), broken.ID, interaction.Available, "", "")
	require.Error(t, err, "of a broken file no byte is there")
}
