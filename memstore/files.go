package memstore

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/files"
)

// Files keep bytes in memory: they are a files.Store (FILE-8). The zero value is
// empty and ready. Contents that are open stay as they were when they are
// replaced or deleted.
type Files struct {
	mu   sync.Mutex
	kept map[string]*kept
}

// A kept is a content; it is never changed.
type kept struct {
	at     time.Time
	sums   *files.Sums
	chunks chunks
}

// Put is files.Store's.
func (f *Files) Put(ctx context.Context, key string, r io.Reader) (files.Info, error) {
	if err := files.CheckKey(key); err != nil {
		return files.Info{}, err
	}
	k := new(kept)
	sums, err := files.Copy(ctx, &k.chunks, r)
	if err != nil {
		return files.Info{}, err
	}
	k.at, k.sums = time.Now(), sums
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil {
		f.kept = make(map[string]*kept)
	}
	f.kept[strings.Clone(key)] = k
	return sums.Info(), nil
}

// Open is files.Store's.
func (f *Files) Open(ctx context.Context, key string) (files.Content, error) {
	if err := files.CheckKey(key); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	k := f.kept[key]
	if k == nil {
		return nil, fmt.Errorf("memstore: %w", files.ErrNotFound)
	}
	return opened{k.sums.Reader(k.chunks), k.sums.Info()}, nil
}

// Delete is files.Store's.
func (f *Files) Delete(ctx context.Context, key string) error {
	if err := files.CheckKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.kept, key)
	return nil
}

// List is files.Store's. It gives the keys of one moment.
func (f *Files) List(ctx context.Context, prefix string) iter.Seq2[files.Entry, error] {
	return func(yield func(files.Entry, error) bool) {
		if err := files.CheckPrefix(prefix); err != nil {
			yield(files.Entry{}, err)
			return
		}
		f.mu.Lock()
		var all []files.Entry
		for key, k := range f.kept {
			if strings.HasPrefix(key, prefix) {
				all = append(all, files.Entry{Key: key, At: k.at})
			}
		}
		f.mu.Unlock()
		for _, e := range all {
			if err := ctx.Err(); err != nil {
				yield(files.Entry{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

type opened struct {
	io.ReaderAt
	info files.Info
}

func (o opened) Info() files.Info { return o.info }
func (o opened) Close() error     { return nil }

// chunks are a content in pieces, so that it grows without being copied. All but
// the last one are as long as the first.
type chunks [][]byte

func (c *chunks) Write(p []byte) (int, error) {
	if len(p) > 0 {
		*c = append(*c, slices.Clone(p))
	}
	return len(p), nil
}

// ReadAt reads within the content; the sums keep everybody within.
func (c chunks) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if len(c) == 0 {
			return n, io.EOF
		}
		i, within := int(off/int64(len(c[0]))), int(off%int64(len(c[0])))
		if i >= len(c) || within >= len(c[i]) {
			return n, io.EOF
		}
		m := copy(p[n:], c[i][within:])
		n += m
		off += int64(m)
	}
	return n, nil
}

// Attachments keep lists of files that are to be sent, in memory: they are a
// files.PendingStore (FILE-5). The zero value is empty and ready. Methods fail
// only with the error of a context that has ended.
type Attachments struct {
	mu    sync.Mutex
	lists map[attachmentsOf][]string
}

type attachmentsOf struct{ party, interaction string }

// Add puts a file at the end of a list, once.
func (a *Attachments) Add(ctx context.Context, party, interaction, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lists == nil {
		a.lists = make(map[attachmentsOf][]string)
	}
	key := attachmentsOf{strings.Clone(party), strings.Clone(interaction)}
	if !slices.Contains(a.lists[key], id) {
		a.lists[key] = append(a.lists[key], strings.Clone(id))
	}
	return nil
}

// All gives a list in order.
func (a *Attachments) All(ctx context.Context, party, interaction string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.lists[attachmentsOf{party, interaction}]), nil
}

// Remove takes files out of a list.
func (a *Attachments) Remove(ctx context.Context, party, interaction string, ids ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	key := attachmentsOf{party, interaction}
	list := slices.DeleteFunc(a.lists[key], func(id string) bool { return slices.Contains(ids, id) })
	if len(list) == 0 {
		delete(a.lists, key)
	} else {
		a.lists[key] = list
	}
	return nil
}
