package main

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
)

// stored is what an upload's speed and memory are measured with.
func stored() []comparison {
	return []comparison{
		{"upload of 64 MiB through the gateway into a directory", uploaded(64 << 20), copied(64 << 20), 2},
		{"heap that the upload of 1 GiB needs", held("Cabinet.Upload", (*cabinet).put), limit("limit", "MiB", 8), 1},
		{"heap that the download of 1 GiB needs", held("Cabinet.Serve", (*cabinet).get), limit("limit", "MiB", 8), 1},
		{"heap that the ZIP of 1 GiB needs", held("Cabinet.WriteZIP", (*cabinet).zip), limit("limit", "MiB", 8), 1},
		{"looking into a PNG of 20,000 × 20,000", measurement{"Cabinet.Upload", "ns", func() (float64, int64) { took, _ := bomb(); return took, 0 }}, limit("limit", "ns", 50e6), 1},
		{"heap that it needs", measurement{"Cabinet.Upload", "MiB", func() (float64, int64) { _, heap := bomb(); return heap, 0 }}, limit("limit", "MiB", 32), 1},
	}
}

// lines are a text of a size.
type lines struct{ left int64 }

var manyLines = bytes.Repeat([]byte("2026-11-22 09:00:00,agent:maria,contact:pat,Hello; how can I help?\n"), 1000)

func (l *lines) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), l.left)], manyLines)
	l.left -= int64(n)
	return n, nil
}

// A cabinet keeps files of one chat in a directory.
type cabinet struct {
	*files.Cabinet
	kernel *chatkernel.Kernel
	sender files.Sender
	dir    *files.Dir
	folder string
	file   *files.File // the last one
}

const pat = interaction.PartyID("contact:pat")

func newCabinet() *cabinet {
	folder := sure(os.MkdirTemp("", "chatkernel-bench-"))
	dir := sure(files.OpenDir(folder))
	c := &cabinet{dir: dir, folder: folder}
	none := &files.Limits{MaxSize: -1, MaxTotal: -1, MaxFiles: -1}
	c.Cabinet = files.New(dir, &files.Options{Policy: &files.Policy{Contact: none}})
	c.kernel = chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
	sure(c.kernel.Do(context.Background(), "chat", chatkernel.By(pat, "start"), interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}}))
	s := sure(c.kernel.State(context.Background(), "chat"))
	c.sender = sure(files.SenderIn("chat", &s, pat))
	return c
}

func (c *cabinet) close() {
	must(errors.Join(c.kernel.Close(), c.dir.Close(), os.RemoveAll(c.folder)))
}

const gibibyte = 1 << 30

func (c *cabinet) put() {
	c.file = sure(c.Upload(context.Background(), c.sender, files.Upload{Name: "log.csv", Size: gibibyte}, &lines{gibibyte}))
}

func (c *cabinet) get() {
	must(c.Serve(&discard{header: http.Header{}}, httptest.NewRequest(http.MethodGet, "/", nil), c.file.Reference(), files.Original))
}

func (c *cabinet) zip() {
	var sent iter.Seq2[interaction.SentFile, error] = func(yield func(interaction.SentFile, error) bool) {
		yield(interaction.SentFile{File: c.file.Reference()}, nil)
	}
	must(c.WriteZIP(context.Background(), io.Discard, sent))
}

// discard is an answer that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

// held is by how much the heap grows at most.
func held(name string, do func(*cabinet)) measurement {
	return measurement{name, "MiB", func() (float64, int64) {
		c := newCabinet()
		defer c.close()
		if name != "Cabinet.Upload" {
			c.put()
		}
		return heapGrowth(func() { do(c) }), 0
	}}
}

// heapGrowth is by how many MiB the heap grows at most while f runs.
func heapGrowth(f func()) float64 {
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
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	return (float64(<-peak) - float64(before)) / (1 << 20)
}

// uploaded is an upload by HTTP to a gateway.
func uploaded(size int64) measurement {
	return measurement{"gateway and files.Dir", "ns", func() (float64, int64) {
		c := newCabinet()
		defer c.close()
		g := sure(gateway.New(c.kernel, func(*http.Request) (gateway.Caller, error) { return gateway.Caller{ID: pat}, nil }, &gateway.Options{
			Files: &gateway.Files{Cabinet: c.Cabinet, Pending: files.NewPending(c.Cabinet, new(memstore.Attachments))},
		}))
		defer func() { must(g.Close(context.Background())) }()
		return received(g, "/interactions/chat/uploads?name=log.csv", size), 0
	}}
}

// copied is the least that a server can do: the body into a file and through
// SHA-256, and the file made durable.
func copied(size int64) measurement {
	return measurement{"io.Copy, SHA-256 and fsync", "ns", func() (float64, int64) {
		folder := sure(os.MkdirTemp("", "chatkernel-bench-"))
		defer os.RemoveAll(folder)
		return received(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f := sure(os.Create(filepath.Join(folder, "x")))
			sure(io.Copy(io.MultiWriter(f, sha256.New()), r.Body))
			must(errors.Join(f.Sync(), f.Close()))
			w.WriteHeader(http.StatusCreated)
		}), "/", size), 0
	}}
}

// received is how long a server takes for a body, in nanoseconds.
func received(h http.Handler, path string, size int64) float64 {
	server := httptest.NewServer(h)
	defer server.Close()
	r := sure(http.NewRequest(http.MethodPost, server.URL+path, &lines{size}))
	r.ContentLength = size
	began := time.Now()
	answer := sure(server.Client().Do(r))
	answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		panic(answer.Status)
	}
	return float64(time.Since(began))
}

// bomb uploads a small PNG with very many pixels, which is refused or broken, and
// gives the nanoseconds and the MiB that it took.
func bomb() (took, heap float64) {
	c := newCabinet()
	defer c.close()
	data := manyPixels(20_000)
	heap = heapGrowth(func() {
		began := time.Now()
		f := sure(c.Upload(context.Background(), c.sender, files.Upload{Name: "big.png", Type: "image/png"}, bytes.NewReader(data)))
		took = float64(time.Since(began))
		if f.Verdict == interaction.Available {
			panic("the image was let through")
		}
	})
	return took, heap
}

// manyPixels is a PNG of one bit a pixel, all alike.
func manyPixels(side int) []byte {
	var out, packed bytes.Buffer
	chunk := func(kind string, data []byte) {
		must(binary.Write(&out, binary.BigEndian, uint32(len(data))))
		at := out.Len()
		out.WriteString(kind)
		out.Write(data)
		must(binary.Write(&out, binary.BigEndian, crc32.ChecksumIEEE(out.Bytes()[at:])))
	}
	out.WriteString("\x89PNG\r\n\x1a\n")
	header := binary.BigEndian.AppendUint32(nil, uint32(side))
	chunk("IHDR", append(binary.BigEndian.AppendUint32(header, uint32(side)), 1, 0, 0, 0, 0))
	z := sure(zlib.NewWriterLevel(&packed, zlib.BestCompression))
	row := make([]byte, 1+(side+7)/8)
	for range side {
		sure(z.Write(row))
	}
	must(z.Close())
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return out.Bytes()
}

func sure[T any](v T, err error) T {
	must(err)
	return v
}
