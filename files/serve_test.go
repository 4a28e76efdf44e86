package files_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

func (h *house) get(f interaction.File, form files.Form, header ...string) (*httptest.ResponseRecorder, error) {
	r := httptest.NewRequest(http.MethodGet, "/file", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	return w, h.Serve(w, r, f, form)
}

// An original is a download that nothing runs; a thumbnail is shown in place.
func TestFILE_4_downloads_are_safe(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	data := picture(30, 20)
	f := h.sent("chat", pat, "größe.png", data)
	w, err := h.get(f.File, files.Original)
	require.NoError(t, err)
	require.Equal(t, data, w.Body.Bytes())
	require.Equal(t, `attachment; filename="gr__e.png"; filename*=UTF-8''gr%C3%B6%C3%9Fe.png`, w.Header().Get("Content-Disposition"))
	require.Equal(t, "image/png", w.Header().Get("Content-Type"))
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "default-src 'none'; sandbox", w.Header().Get("Content-Security-Policy"))
	require.Equal(t, "private, no-cache", w.Header().Get("Cache-Control"))
	etag := w.Header().Get("ETag")
	w, err = h.get(f.File, files.Original, "If-None-Match", etag)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotModified, w.Code)

	w, err = h.get(f.File, files.Thumbnail)
	require.NoError(t, err)
	require.Equal(t, "inline", w.Header().Get("Content-Disposition"))
	require.Equal(t, "image/png", w.Header().Get("Content-Type"))
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.NotEqual(t, etag, w.Header().Get("ETag"))

	// The type in the log may be of a later or an earlier version.
	for kind, want := range map[string]string{
		"text/html": "application/octet-stream", "image/svg+xml": "application/octet-stream", "text/xml": "application/octet-stream",
		"application/xhtml+xml": "application/octet-stream", "application/javascript": "application/octet-stream",
		"text/javascript": "application/octet-stream", "multipart/x\r\nSet-Cookie: a": "application/octet-stream", "": "application/octet-stream",
		"application/pdf": "application/pdf", "text/plain": "text/plain; charset=utf-8",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	} {
		f.Type = kind
		w, err = h.get(f.File, files.Original)
		require.NoError(t, err)
		require.Equal(t, want, w.Header().Get("Content-Type"))
		require.True(t, strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment"))
	}

	f.Verdict = interaction.Blocked
	w, err = h.get(f.File, files.Original)
	require.ErrorIs(t, err, files.ErrNotAvailable)
	require.Zero(t, w.Body.Len())
	require.Empty(t, w.Header())
	_, err = h.get(interaction.File{ID: "none"}, files.Original)
	require.ErrorIs(t, err, files.ErrNotFound)
	_, err = h.get(f.File, 9)
	require.ErrorIs(t, err, files.ErrNotFound)
}

func TestFILE_4_names_in_headers(t *testing.T) {
	for name, want := range map[string]string{
		"a.txt":                     "a.txt",
		"a b (1).txt":               "a b (1).txt",
		"50% off'.txt":              "50% off'.txt",
		`q"uo\te.txt`:               "te.txt",
		"名前.pdf":                    "名前.pdf",
		"x\r\nSet-Cookie: a=b.txt":  "x Set-Cookie_ a=b.txt",
		"a; filename=evil.exe; .md": "a; filename=evil.exe;.md",
		"🎉.png":                     "🎉.png",
	} {
		kind, params, err := mime.ParseMediaType(files.Disposition(name))
		require.NoError(t, err, name)
		require.Equal(t, "attachment", kind)
		require.Equal(t, want, params["filename"], "as a client reads it")
	}
	require.Equal(t, `attachment; filename="plain.txt"`, files.Disposition("plain.txt"))
}

func TestFILE_6_ranges(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	data := append(letters(200_000), '\n')
	f := h.sent("chat", maria, "a.txt", data)
	w, err := h.get(f.File, files.Original, "Range", "bytes=70000-150000")
	require.NoError(t, err)
	require.Equal(t, http.StatusPartialContent, w.Code)
	require.Equal(t, "bytes 70000-150000/200001", w.Header().Get("Content-Range"))
	require.True(t, bytes.Equal(data[70_000:150_001], w.Body.Bytes()))
	w, err = h.get(f.File, files.Original, "Range", "bytes=-5")
	require.NoError(t, err)
	require.Equal(t, data[len(data)-5:], w.Body.Bytes())
	w, err = h.get(f.File, files.Original, "Range", "bytes=999999-")
	require.NoError(t, err)
	require.Equal(t, http.StatusRequestedRangeNotSatisfiable, w.Code)
}

// A download whose bytes turn out to be damaged breaks off, and says so.
func TestFILE_8_damaged_downloads_break_off(t *testing.T) {
	dir := t.TempDir()
	h := newHouse(t, nil)
	h.Cabinet = files.New(openDir(t, dir), nil)
	h.start("chat", maria)
	data := letters(300_000)
	f := h.sent("chat", pat, "a.txt", data)
	name := filepath.Join(dir, "data", "files", strings.Replace(f.ID, ".", "/", 1))
	stored, err := os.ReadFile(name)
	require.NoError(t, err)
	stored[200_000] ^= 1
	require.NoError(t, os.WriteFile(name, stored, 0o600))

	errs := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		errs <- h.Serve(w, r, f.File, files.Original)
	}))
	defer server.Close()
	resp, err := http.Get(server.URL)
	require.NoError(t, err)
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, resp.Body.Close())
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "the client sees it")
	require.True(t, bytes.Equal(data[:len(got)], got))
	require.LessOrEqual(t, len(got), 200_000)
	require.ErrorIs(t, <-errs, files.ErrCorrupt)

	var out bytes.Buffer
	require.ErrorIs(t, h.WriteZIP(t.Context(), &out, all(f)), files.ErrCorrupt)
	_, err = zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	require.Error(t, err, "no whole archive")
}

func all(sent ...interaction.SentFile) iter.Seq2[interaction.SentFile, error] {
	return func(yield func(interaction.SentFile, error) bool) {
		for _, f := range sent {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// One ZIP holds the files of both directions, under names of their own, and
// nothing that is not available.
func TestFILE_4_save_all_is_one_archive(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	photo, notes := picture(30, 20), letters(100_000)
	sent := []interaction.SentFile{
		h.sent("chat", pat, "photo.png", photo),
		h.sent("chat", maria, "Photo.png", photo),
		h.sent("chat", pat, "empty.png", nil), // broken
		h.sent("chat", maria, "größe.txt", notes),
		h.sent("chat", maria, "deleted.txt", notes),
		h.sent("chat", maria, "blocked.txt", notes),
	}
	require.NoError(t, h.Delete(t.Context(), sent[4].ID))
	_, err := h.Judge(t.Context(), sent[5].ID, interaction.Blocked, files.CodeInfected, "")
	require.NoError(t, err)

	w := httptest.NewRecorder()
	require.NoError(t, h.ServeZIP(w, httptest.NewRequest(http.MethodGet, "/all", nil), "Chat with Pat.zip", all(sent...)))
	require.Equal(t, "application/zip", w.Header().Get("Content-Type"))
	require.Equal(t, `attachment; filename="Chat with Pat.zip"`, w.Header().Get("Content-Disposition"))
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	require.NoError(t, err)
	got := make(map[string][]byte)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		got[f.Name], err = io.ReadAll(r)
		require.NoError(t, err)
		require.False(t, f.NonUTF8)
		require.False(t, f.Modified.IsZero())
	}
	require.Equal(t, map[string][]byte{"photo.png": photo, "Photo (2).png": photo, "größe.txt": notes}, got)

	boom := errors.New("the log cannot be read")
	err = h.WriteZIP(t.Context(), io.Discard, func(yield func(interaction.SentFile, error) bool) {
		_ = yield(sent[0], nil) && yield(interaction.SentFile{}, boom)
	})
	require.ErrorIs(t, err, boom)
	var empty bytes.Buffer
	require.NoError(t, h.WriteZIP(t.Context(), &empty, all()))
	_, err = zip.NewReader(bytes.NewReader(empty.Bytes()), int64(empty.Len()))
	require.NoError(t, err)
}
