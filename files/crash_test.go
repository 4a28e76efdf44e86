package files_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel/files"
	"github.com/stretchr/testify/require"
)

// A dying store carries out so many changes, and then nothing any more. The last
// one may be carried out without anybody's hearing of it.
type dying struct {
	files.Store
	left int
	late bool
}

var errDied = errors.New("the process died")

func (d *dying) change() error {
	if d.left <= 0 {
		return errDied
	}
	d.left--
	return nil
}

func (d *dying) Put(ctx context.Context, key string, r io.Reader) (files.Info, error) {
	if d.late && d.left == 1 {
		_, _ = d.Store.Put(ctx, key, r)
		d.left--
	}
	if err := d.change(); err != nil {
		return files.Info{}, err
	}
	return d.Store.Put(ctx, key, r)
}

func (d *dying) Delete(ctx context.Context, key string) error {
	if err := d.change(); err != nil {
		return err
	}
	return d.Store.Delete(ctx, key)
}

func (d *dying) Open(ctx context.Context, key string) (files.Content, error) {
	if d.left <= 0 {
		return nil, errDied
	}
	return d.Store.Open(ctx, key)
}

func (d *dying) List(ctx context.Context, prefix string) iter.Seq2[files.Entry, error] {
	if d.left <= 0 {
		return func(yield func(files.Entry, error) bool) { yield(files.Entry{}, errDied) }
	}
	return d.Store.List(ctx, prefix)
}

// The process dies at any step of an upload, of a refusal, of a deletion: the
// file is complete or it is none, and in the end the sweeper leaves nothing of
// what is none.
func TestFILE_8_a_crash_at_any_step_leaves_a_file_or_none(t *testing.T) {
	photo := picture(50, 40)
	for name, do := range map[string]func(h *house, s files.Sender) error{
		"upload": func(h *house, s files.Sender) error {
			_, err := h.Upload(h.Context(), s, files.Upload{Name: "a.png"}, bytes.NewReader(photo))
			return err
		},
		"broken": func(h *house, s files.Sender) error {
			_, err := h.Upload(h.Context(), s, files.Upload{Name: "a.png"}, bytes.NewReader(photo[:200]))
			return err
		},
		"refusal": func(h *house, s files.Sender) error {
			_, err := h.Upload(h.Context(), s, files.Upload{Name: "a.png", Size: 7}, bytes.NewReader(photo))
			if _, ok := errors.AsType[*files.Refusal](err); ok {
				return nil
			}
			return err
		},
		"deletion": func(h *house, s files.Sender) error {
			f, err := h.Upload(h.Context(), s, files.Upload{Name: "a.png"}, bytes.NewReader(photo))
			if err == nil {
				err = h.Delete(h.Context(), f.ID)
			}
			return err
		},
		"deletion of what was swept": func(h *house, s files.Sender) error {
			f, err := files.New(h.store, nil).Upload(h.Context(), s, files.Upload{Name: "a.png"}, bytes.NewReader(photo))
			require.NoError(h, err)
			require.NoError(h, h.store.Delete(h.Context(), "new/"+f.ID)) // as the sweeper does with what was sent
			if err = h.Delete(h.Context(), f.ID); err != nil {
				// Somebody deletes it again, or the sweeper finds it; here, if the deletion has begun.
				if _, stored := files.New(h.store, nil).File(h.Context(), f.ID); stored == nil {
					return errors.Join(err, h.store.Delete(h.Context(), "files/"+strings.Replace(f.ID, ".", "/", 1)+".json"),
						h.store.Delete(h.Context(), "files/"+strings.Replace(f.ID, ".", "/", 1)),
						h.store.Delete(h.Context(), "files/"+strings.Replace(f.ID, ".", "/", 1)+".png"))
				}
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, late := range []bool{false, true} {
				died := true
				for steps := 0; died; steps++ {
					require.Less(t, steps, 50)
					synctest.Test(t, func(t *testing.T) {
						h := newHouse(t, nil)
						h.start("chat", "")
						s := h.sender("chat", pat)
						h.Cabinet = files.New(&dying{h.store, steps, late}, &files.Options{Scanner: silent{}})
						died = do(h, s) != nil
						h.Cabinet = files.New(h.store, nil)
						for _, key := range h.keys() {
							if id, ok := fileOf(key); ok {
								f, err := h.File(t.Context(), id)
								require.NoError(t, err)
								if f.Hash == nil {
									continue // broken
								}
								f, err = h.Judge(t.Context(), id, 0, "", "")
								require.NoError(t, err)
								c, _, err := h.Open(t.Context(), f.Reference())
								require.NoError(t, err)
								require.True(t, bytes.Equal(photo, h.read(c)))
							}
						}
						time.Sleep(26 * time.Hour)
						_, err := h.Sweep(t.Context(), h.used)
						require.NoError(t, err)
						for _, key := range h.keys() { // what the scanner's list still has
							require.Contains(t, key, "scan/")
						}
						ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
						defer cancel()
						require.ErrorIs(t, h.RunScans(ctx, h.judge), context.DeadlineExceeded)
						require.Empty(t, h.keys())
					})
				}
			}
		})
	}
}

// fileOf is the id of the file whose record the key is.
func fileOf(key string) (string, bool) {
	key, record := strings.CutSuffix(key, ".json")
	key, in := strings.CutPrefix(key, "files/")
	return strings.Replace(key, "/", ".", 1), record && in
}
