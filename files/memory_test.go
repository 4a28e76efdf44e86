package files_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

// endless gives lines of text up to a size.
type endless struct{ left int64 }

var lines = bytes.Repeat([]byte("2026-11-22 09:00:00,agent:maria,contact:pat,Hello; how can I help?\n"), 1000)

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.left)], lines)
	e.left -= int64(n)
	return n, nil
}

// growth is by how much the heap grows at most while f runs.
func growth(f func()) int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var m runtime.MemStats
		var most uint64
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	return int64(<-peak) - int64(before)
}

// What an upload, a download and an archive hold does not grow with the file:
// less than 8 MiB for one of 48 MiB.
// CHATKERNEL_FILE_MIB makes it another size, as 1024.
func TestFILE_6_memory_does_not_grow_with_the_file(t *testing.T) {
	size := int64(48 << 20)
	if s := os.Getenv("CHATKERNEL_FILE_MIB"); s != "" {
		n, err := strconv.ParseInt(s, 10, 32)
		require.NoError(t, err)
		size = n << 20
	} else if testing.Short() {
		size = 24 << 20
	}
	h := newHouse(t, nil)
	h.Cabinet = files.New(openDir(t, t.TempDir()), &files.Options{Policy: &files.Policy{Contact: &files.Limits{MaxSize: -1, MaxTotal: -1}}})
	h.start("chat", "")
	pats := h.sender("chat", pat)

	const most = 8 << 20
	var f *files.File
	began := time.Now()
	grown := growth(func() {
		var err error
		f, err = h.Upload(t.Context(), pats, files.Upload{Name: "log.csv", Size: size}, &endless{size})
		require.NoError(t, err)
	})
	t.Logf("upload of %d MiB: heap +%.1f MiB, %v", size>>20, float64(grown)/(1<<20), time.Since(began))
	require.Less(t, grown, int64(most))
	require.Equal(t, "text/csv", f.Type)
	require.NoError(t, h.do("chat", pat, interaction.SendFile{File: f.Reference()}))
	sent := h.logged("chat", f.ID)

	began = time.Now()
	w := &sink{ResponseRecorder: httptest.NewRecorder()}
	grown = growth(func() {
		require.NoError(t, h.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), sent.File, files.Original))
	})
	t.Logf("download: heap +%.1f MiB, %v", float64(grown)/(1<<20), time.Since(began))
	require.Equal(t, size, w.n)
	require.Less(t, grown, int64(most))

	began = time.Now()
	w = &sink{ResponseRecorder: httptest.NewRecorder()}
	grown = growth(func() { require.NoError(t, h.WriteZIP(t.Context(), w, all(sent))) })
	t.Logf("archive: heap +%.1f MiB, %v", float64(grown)/(1<<20), time.Since(began))
	require.NotZero(t, w.n)
	require.Less(t, grown, int64(most))
}

// sink counts what is written.
type sink struct {
	*httptest.ResponseRecorder
	n int64
}

func (s *sink) Write(p []byte) (int, error) {
	s.n += int64(len(p))
	return len(p), nil
}

const benchSize = 256 << 20

// BenchmarkPut compares a directory store's Put with io.Copy into a file and
// through SHA-256, which is what an upload cannot do without, with and without
// making the file durable.
func BenchmarkPut(b *testing.B) {
	plain := func(sync bool) func(*testing.B) {
		return func(b *testing.B) {
			name := filepath.Join(b.TempDir(), "x")
			b.SetBytes(benchSize)
			for b.Loop() {
				f, err := os.Create(name)
				require.NoError(b, err)
				_, err = io.Copy(io.MultiWriter(f, sha256.New()), &endless{benchSize})
				if sync {
					err = errors.Join(err, f.Sync())
				}
				require.NoError(b, errors.Join(err, f.Close()))
			}
		}
	}
	b.Run("io.Copy", plain(false))
	b.Run("io.Copy+fsync", plain(true))
	b.Run("Dir", func(b *testing.B) {
		d := openDir(b, b.TempDir())
		b.SetBytes(benchSize)
		for b.Loop() {
			_, err := d.Put(b.Context(), "f/x", &endless{benchSize})
			require.NoError(b, err)
			require.NoError(b, d.Delete(b.Context(), "f/x"))
		}
	})
}

// BenchmarkUpload is the whole first step: limits, store, inspection, record.
func BenchmarkUpload(b *testing.B) {
	h := newHouse(b, nil)
	h.Cabinet = files.New(openDir(b, b.TempDir()), &files.Options{Policy: &files.Policy{Contact: &files.Limits{MaxSize: -1, MaxTotal: -1, MaxFiles: -1}}})
	h.start("chat", "")
	pats := h.sender("chat", pat)
	b.SetBytes(benchSize)
	for b.Loop() {
		f, err := h.Upload(b.Context(), pats, files.Upload{Name: "log.csv"}, &endless{benchSize})
		require.NoError(b, err)
		require.NoError(b, h.Delete(b.Context(), f.ID))
	}
}

func BenchmarkDownload(b *testing.B) {
	h := newHouse(b, nil)
	h.Cabinet = files.New(openDir(b, b.TempDir()), &files.Options{Policy: &files.Policy{Contact: &files.Limits{MaxSize: -1, MaxTotal: -1}}})
	h.start("chat", "")
	f, err := h.Upload(b.Context(), h.sender("chat", pat), files.Upload{Name: "log.csv"}, &endless{benchSize})
	require.NoError(b, err)
	b.SetBytes(benchSize)
	for b.Loop() {
		w := &sink{ResponseRecorder: httptest.NewRecorder()}
		require.NoError(b, h.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), f.Reference(), files.Original))
	}
}

func BenchmarkSafeName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		files.SafeName("Übersicht der Rechnungen 2026 (final).pdf")
	}
}

func BenchmarkReference(b *testing.B) {
	x := references(b, key("a", 1))
	ref := x.Sign("aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbb", files.Original, pat, time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		_, _, err := x.Read(ref, pat)
		require.NoError(b, err)
	}
}
