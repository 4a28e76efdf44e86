package filestest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/filestest"
	"github.com/chatkernel/chatkernel/memstore"
)

// verdict takes the place of a test's T and remembers how the case ended.
type verdict struct {
	testing.TB
	mu      sync.Mutex
	failure string
	skipped string
}

func (v *verdict) Errorf(format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failure == "" {
		v.failure = fmt.Sprintf(format, args...)
	}
}

func (v *verdict) Fatalf(format string, args ...any) {
	v.Errorf(format, args...)
	runtime.Goexit()
}

func (v *verdict) Fatal(args ...any) { v.Fatalf("%s", fmt.Sprint(args...)) }

func (v *verdict) Skip(args ...any) {
	v.skipped = fmt.Sprint(args...)
	runtime.Goexit()
}

// judge runs the case whose name begins so.
func judge(t *testing.T, name string, b *filestest.Backend) *verdict {
	t.Helper()
	for _, c := range filestest.Cases() {
		if strings.HasPrefix(c.Name, name+" ") {
			v := &verdict{TB: t}
			var wg sync.WaitGroup
			wg.Go(func() { c.Run(v, b) })
			wg.Wait()
			return v
		}
	}
	t.Fatalf("no case %s", name)
	return nil
}

// broken is a store of which some methods were replaced.
type broken struct {
	files.Store
	put    func(ctx context.Context, key string, r io.Reader) (files.Info, error)
	open   func(ctx context.Context, key string) (files.Content, error)
	delete func(ctx context.Context, key string) error
	list   func(ctx context.Context, prefix string) iter.Seq2[files.Entry, error]
}

func (b *broken) Put(ctx context.Context, key string, r io.Reader) (files.Info, error) {
	if b.put != nil {
		return b.put(ctx, key, r)
	}
	return b.Store.Put(ctx, key, r)
}

func (b *broken) Open(ctx context.Context, key string) (files.Content, error) {
	if b.open != nil {
		return b.open(ctx, key)
	}
	return b.Store.Open(ctx, key)
}

func (b *broken) Delete(ctx context.Context, key string) error {
	if b.delete != nil {
		return b.delete(ctx, key)
	}
	return b.Store.Delete(ctx, key)
}

func (b *broken) List(ctx context.Context, prefix string) iter.Seq2[files.Entry, error] {
	if b.list != nil {
		return b.list(ctx, prefix)
	}
	return b.Store.List(ctx, prefix)
}

// Each way to break the contract is found by the case for it.
func TestFILE_8_the_suite_finds_broken_stores(t *testing.T) {
	for _, c := range []struct {
		name, fault string
		breaks      func(b *broken)
	}{
		{"F1", "loses the last byte", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				data, err := io.ReadAll(r)
				if err != nil {
					return files.Info{}, err
				}
				return b.Store.Put(ctx, key, bytes.NewReader(data[:max(len(data), 1)-1]))
			}
		}},
		{"F2", "folds case", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				return b.Store.Put(ctx, strings.ToLower(key), r)
			}
		}},
		{"F3", "keeps the first", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				if c, err := b.Store.Open(ctx, key); err == nil {
					return c.Info(), nil
				}
				return b.Store.Put(ctx, key, r)
			}
		}},
		{"F4", "keeps what came before an error", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				data, err := io.ReadAll(r)
				info, putErr := b.Store.Put(ctx, key, bytes.NewReader(data))
				return info, errors.Join(err, putErr)
			}
		}},
		{"F4", "hides the reader's error", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				info, err := b.Store.Put(ctx, key, r)
				if err != nil {
					err = errors.New("something went wrong")
				}
				return info, err
			}
		}},
		{"F5", "deletes before it writes", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				_ = b.Store.Delete(ctx, key)
				return b.Store.Put(ctx, key, r)
			}
		}},
		{"F6", "does not look at the context", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				return b.Store.Put(context.WithoutCancel(ctx), key, r)
			}
		}},
		{"F7", "shows what is not whole", func(b *broken) {
			b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
				_, _ = b.Store.Put(ctx, key, strings.NewReader(""))
				return b.Store.Put(ctx, key, r)
			}
		}},
		{"F8", "says that a missing key cannot be deleted", func(b *broken) {
			b.delete = func(ctx context.Context, key string) error {
				_, err := b.Store.Open(ctx, key)
				return errors.Join(err, b.Store.Delete(ctx, key))
			}
		}},
		{"F8", "deletes nothing", func(b *broken) {
			b.delete = func(context.Context, string) error { return nil }
		}},
		{"G1", "gives no io.EOF", func(b *broken) {
			b.open = func(ctx context.Context, key string) (files.Content, error) {
				c, err := b.Store.Open(ctx, key)
				return endless{c}, err
			}
		}},
		{"G6", "opens after the end of the context", func(b *broken) {
			b.open = func(ctx context.Context, key string) (files.Content, error) {
				return b.Store.Open(context.WithoutCancel(ctx), key)
			}
		}},
		{"H1", "takes any prefix", func(b *broken) {
			b.list = func(ctx context.Context, prefix string) iter.Seq2[files.Entry, error] {
				return func(yield func(files.Entry, error) bool) {
					for e, err := range b.Store.List(ctx, "") {
						if strings.HasPrefix(e.Key, prefix) && !yield(e, err) {
							return
						}
					}
				}
			}
		}},
		{"H2", "lists a page", func(b *broken) {
			b.list = func(ctx context.Context, prefix string) iter.Seq2[files.Entry, error] {
				return func(yield func(files.Entry, error) bool) {
					n := 0
					for e, err := range b.Store.List(ctx, prefix) {
						if n++; n > 100 || !yield(e, err) {
							return
						}
					}
				}
			}
		}},
		{"H3", "has no times", func(b *broken) {
			b.list = func(ctx context.Context, prefix string) iter.Seq2[files.Entry, error] {
				return func(yield func(files.Entry, error) bool) {
					for e, err := range b.Store.List(ctx, prefix) {
						if !yield(files.Entry{Key: e.Key}, err) {
							return
						}
					}
				}
			}
		}},
	} {
		t.Run(c.name+" "+c.fault, func(t *testing.T) {
			b := &broken{Store: new(memstore.Files)}
			c.breaks(b)
			v := judge(t, c.name, &filestest.Backend{Open: func() files.Store { return b }})
			if v.failure == "" {
				t.Fatal("the suite does not find it")
			}
			whole := new(memstore.Files)
			if v := judge(t, c.name, &filestest.Backend{Open: func() files.Store { return whole }}); v.failure != "" {
				t.Fatalf("and finds fault with a correct one: %s", v.failure)
			}
		})
	}
}

// endless never says that the end has come.
type endless struct{ files.Content }

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	n, err := e.Content.ReadAt(p, off)
	if err == io.EOF {
		return n, nil
	}
	return n, err
}

// A store that does not verify what it gives out is found where a test can
// damage it; where it cannot, the case is skipped.
func TestFILE_8_the_suite_finds_unverified_reads(t *testing.T) {
	kept := make(map[string][]byte)
	b := &broken{Store: new(memstore.Files)}
	b.put = func(ctx context.Context, key string, r io.Reader) (files.Info, error) {
		data, err := io.ReadAll(r)
		kept[key] = data
		if err != nil {
			return files.Info{}, err
		}
		return b.Store.Put(ctx, key, bytes.NewReader(data))
	}
	b.open = func(ctx context.Context, key string) (files.Content, error) {
		c, err := b.Store.Open(ctx, key)
		return unverified{c, bytes.NewReader(kept[key])}, err
	}
	backend := &filestest.Backend{
		Open:    func() files.Store { return b },
		Corrupt: func(key string, off int64) { kept[key][off] ^= 1 },
	}
	if v := judge(t, "G4", backend); v.failure == "" {
		t.Fatal("the suite does not find it")
	}
	backend.Corrupt = nil
	if v := judge(t, "G4", backend); v.failure != "" || v.skipped == "" {
		t.Fatalf("not skipped: %q", v.failure)
	}
}

type unverified struct {
	files.Content
	r io.ReaderAt
}

func (u unverified) ReadAt(p []byte, off int64) (int, error) { return u.r.ReadAt(p, off) }
