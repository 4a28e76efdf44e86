package storetest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/storetest"
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

func (v *verdict) FailNow() { runtime.Goexit() }

func (v *verdict) Failed() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.failure != ""
}

func (v *verdict) Skip(args ...any) {
	v.skipped = fmt.Sprint(args...)
	runtime.Goexit()
}

// judge runs one case in a bubble and gives how it ended.
func judge(t *testing.T, name string, b func() *storetest.Backend) (v *verdict) {
	t.Helper()
	cases := storetest.Cases()
	i := slices.IndexFunc(cases, func(c storetest.Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no case %q", name)
	}
	synctest.Test(t, func(t *testing.T) {
		v = &verdict{TB: t}
		var wg sync.WaitGroup
		wg.Go(func() { cases[i].Run(v, b()) })
		wg.Wait()
	})
	return v
}

// broken is a store of which some methods were replaced.
type broken struct {
	chatkernel.Store
	append func(context.Context, chatkernel.Commit) error
	load   func(context.Context, string, uint64) iter.Seq2[chatkernel.Commit, error]
	lookup func(context.Context, string, chatkernel.Key) (chatkernel.Commit, error)
	due    func(context.Context, int) (chatkernel.Due, error)
	find   func(context.Context, chatkernel.Query) iter.Seq2[chatkernel.Entry, error]
	epoch  func(context.Context) (string, error)
	all    func(context.Context, string) iter.Seq2[chatkernel.Sequenced, error]
}

func (b *broken) All(ctx context.Context, after string) iter.Seq2[chatkernel.Sequenced, error] {
	if b.all != nil {
		return b.all(ctx, after)
	}
	return b.Store.(chatkernel.Sequencer).All(ctx, after)
}

func (b *broken) Append(ctx context.Context, c chatkernel.Commit) error {
	if b.append != nil {
		return b.append(ctx, c)
	}
	return b.Store.Append(ctx, c)
}

func (b *broken) Load(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	if b.load != nil {
		return b.load(ctx, stream, after)
	}
	return b.Store.Load(ctx, stream, after)
}

func (b *broken) Lookup(ctx context.Context, stream string, key chatkernel.Key) (chatkernel.Commit, error) {
	if b.lookup != nil {
		return b.lookup(ctx, stream, key)
	}
	return b.Store.Lookup(ctx, stream, key)
}

func (b *broken) Due(ctx context.Context, limit int) (chatkernel.Due, error) {
	if b.due != nil {
		return b.due(ctx, limit)
	}
	return b.Store.Due(ctx, limit)
}

func (b *broken) Find(ctx context.Context, q chatkernel.Query) iter.Seq2[chatkernel.Entry, error] {
	if b.find != nil {
		return b.find(ctx, q)
	}
	return b.Store.Find(ctx, q)
}

func (b *broken) Epoch(ctx context.Context) (string, error) {
	if b.epoch != nil {
		return b.epoch(ctx)
	}
	return b.Store.Epoch(ctx)
}

// mapLoad changes what Load and Lookup give.
func mapLoad(s chatkernel.Store, f func(*chatkernel.Commit)) *broken {
	return &broken{
		Store: s,
		load: func(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
			return func(yield func(chatkernel.Commit, error) bool) {
				for c, err := range s.Load(ctx, stream, after) {
					if f(&c); !yield(c, err) {
						return
					}
				}
			}
		},
		lookup: func(ctx context.Context, stream string, key chatkernel.Key) (chatkernel.Commit, error) {
			c, err := s.Lookup(ctx, stream, key)
			f(&c)
			return c, err
		},
	}
}

// mapAppend changes what is written.
func mapAppend(s chatkernel.Store, f func(*chatkernel.Commit)) *broken {
	return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
		f(&c)
		return s.Append(ctx, c)
	}}
}

func mapFind(s chatkernel.Store, f func(*chatkernel.Query)) *broken {
	return &broken{Store: s, find: func(ctx context.Context, q chatkernel.Query) iter.Seq2[chatkernel.Entry, error] {
		f(&q)
		return s.Find(ctx, q)
	}}
}

// mapAll changes what All gives at once.
func mapAll(s chatkernel.Store, f func([]chatkernel.Sequenced) []chatkernel.Sequenced) *broken {
	return &broken{Store: s, all: func(ctx context.Context, after string) iter.Seq2[chatkernel.Sequenced, error] {
		return func(yield func(chatkernel.Sequenced, error) bool) {
			var all []chatkernel.Sequenced
			for one, err := range s.(chatkernel.Sequencer).All(ctx, after) {
				if err != nil {
					yield(one, err)
					return
				}
				all = append(all, one)
			}
			if len(all) > 0 {
				all = f(all)
			}
			for _, one := range all {
				if !yield(one, nil) {
					return
				}
			}
		}
	}}
}

func mapDue(s chatkernel.Store, f func(*chatkernel.Due)) *broken {
	return &broken{Store: s, due: func(ctx context.Context, limit int) (chatkernel.Due, error) {
		d, err := s.Due(ctx, limit)
		f(&d)
		return d, err
	}}
}

// mapName folds names, as a backend does that cannot hold all of them.
func mapName(s chatkernel.Store, f func(string) string) *broken {
	b := mapAppend(s, func(c *chatkernel.Commit) { c.Stream = f(c.Stream) })
	b.load = func(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
		return s.Load(ctx, f(stream), after)
	}
	b.lookup = func(ctx context.Context, stream string, key chatkernel.Key) (chatkernel.Commit, error) {
		return s.Lookup(ctx, f(stream), key)
	}
	return b
}

func head(ctx context.Context, s chatkernel.Store, stream string) (head uint64) {
	for c := range s.Load(ctx, stream, 0) {
		head = c.Head()
	}
	return head
}

// TestTheSuiteFindsBrokenStores breaks one promise after the other and asks the
// case that should notice.
func TestTheSuiteFindsBrokenStores(t *testing.T) {
	for _, m := range []struct {
		promise string
		cases   []string
		open    func(chatkernel.Store) chatkernel.Store // makes one handle
	}{
		{"the head must be After", []string{"S01_ManyWritersOneStream", "S03_AnotherHead"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				for {
					err := s.Append(ctx, c)
					conflict, ok := errors.AsType[*chatkernel.ConflictError](err)
					if !ok {
						return err
					}
					c.After = conflict.Head
				}
			}}
		}},
		{"After may not lie inside a commit", []string{"S03_AnotherHead"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if h := head(ctx, s, c.Stream); c.After < h && c.After > 1 {
					return nil
				}
				return s.Append(ctx, c)
			}}
		}},
		{"a conflict is a *ConflictError", []string{"S03_AnotherHead"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if err := s.Append(ctx, c); errors.Is(err, chatkernel.ErrConflict) {
					return chatkernel.ErrConflict
				} else {
					return err
				}
			}}
		}},
		{"a refused commit moves no wake", []string{"S03_AnotherHead", "S05_TheSameKeyForAnotherCommand", "D03_TheLastCommitCounts"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				err := s.Append(ctx, c)
				if errors.Is(err, chatkernel.ErrConflict) || errors.Is(err, chatkernel.ErrKeyUsed) {
					_ = s.Append(ctx, chatkernel.Commit{Stream: c.Stream, After: head(ctx, s, c.Stream), Wake: c.Wake, At: c.At})
				}
				return err
			}}
		}},
		{"the key is looked at before the head", []string{"S04_TheSameCommandAgain", "S06_TheAnswerIsLate"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if h := head(ctx, s, c.Stream); h != c.After {
					return &chatkernel.ConflictError{Stream: c.Stream, After: c.After, Head: h}
				}
				return s.Append(ctx, c)
			}}
		}},
		{"keys are kept for ever", []string{"S04_TheSameCommandAfterADay"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				err := s.Append(ctx, c)
				if used, ok := errors.AsType[*chatkernel.KeyUsedError](err); ok && time.Since(birth) > 2*time.Minute {
					return &chatkernel.ConflictError{Stream: c.Stream, After: c.After, Head: used.Commit.Head()}
				}
				return err
			}}
		}},
		{"a used key is no success", []string{"S04_TheSameCommandAgain", "S05_TheSameKeyForAnotherCommand", "S06_TheAnswerIsLost"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if err := s.Append(ctx, c); !errors.Is(err, chatkernel.ErrKeyUsed) {
					return err
				}
				return nil
			}}
		}},
		{"any number of commits have no key", []string{"S04_NoKey"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAppend(s, func(c *chatkernel.Commit) {
				if c.Key == (chatkernel.Key{}) {
					c.Key[3] = 1
				}
			})
		}},
		{"a commit is not written in parts", []string{"S07_WholeOrNotAtAll", "S12_LoadFromEveryPosition"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				n := c.Count
				if n <= 1 {
					return s.Append(ctx, c)
				}
				c.Count = 1
				if err := s.Append(ctx, c); err != nil {
					return err
				}
				c.After, c.Count, c.Key = c.After+1, n-1, chatkernel.Key{}
				return s.Append(ctx, c)
			}}
		}},
		{"names are told apart by case", []string{"S09_Names"}, func(s chatkernel.Store) chatkernel.Store { return mapName(s, strings.ToLower) }},
		{"names may end in spaces", []string{"S09_Names"}, func(s chatkernel.Store) chatkernel.Store {
			return mapName(s, func(n string) string { return strings.TrimRight(n, " ") })
		}},
		{"names may hold any byte", []string{"S09_Names"}, func(s chatkernel.Store) chatkernel.Store {
			return mapName(s, func(n string) string { return strings.ToValidUTF8(n, "\uFFFD") })
		}},
		{"names may hold U+0000", []string{"S09_Names"}, func(s chatkernel.Store) chatkernel.Store {
			return mapName(s, func(n string) string { n, _, _ = strings.Cut(n, "\x00"); return n + "." })
		}},
		{"a name of 201 bytes is malformed", []string{"S03_Malformed"}, func(s chatkernel.Store) chatkernel.Store {
			return mapName(s, func(n string) string { return n[:min(len(n), 200)] })
		}},
		{"the limit is the limit", []string{"S10_Sizes"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if len(c.Data) >= limit {
					return chatkernel.ErrTooLarge
				}
				return s.Append(ctx, c)
			}}
		}},
		{"what is too large is not cut", []string{"S10_Sizes"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAppend(s, func(c *chatkernel.Commit) { c.Data = c.Data[:min(len(c.Data), limit)] })
		}},
		{"a cancelled context ends a call", []string{"S11_CancelledBefore"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, lookup: func(_ context.Context, stream string, key chatkernel.Key) (chatkernel.Commit, error) {
				return s.Lookup(context.Background(), stream, key)
			}}
		}},
		{"ErrNotWritten is true", []string{"S11_CancelledMeanwhile"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if err := s.Append(ctx, c); err != nil || c.After%5 != 3 {
					return err
				}
				return chatkernel.ErrNotWritten
			}}
		}},
		{"nil means written", []string{"S01_ManyWritersOneStream", "S11_CancelledMeanwhile", "S17_ReadYourWrites"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if c.After > 10 && c.After%5 == 3 {
					return nil
				}
				return s.Append(ctx, c)
			}}
		}},
		{"Load begins with the commit that holds the position", []string{"S12_LoadFromEveryPosition"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, load: func(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
				return func(yield func(chatkernel.Commit, error) bool) {
					for c, err := range s.Load(ctx, stream, after) {
						if err == nil && c.After < after {
							continue
						}
						if !yield(c, err) {
							return
						}
					}
				}
			}}
		}},
		{"Load gives all, not a page", []string{"S12_LongStream"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, load: func(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
				return func(yield func(chatkernel.Commit, error) bool) {
					n := 0
					for c, err := range s.Load(ctx, stream, after) {
						if n++; n > 1000 || !yield(c, err) {
							return
						}
					}
				}
			}}
		}},
		{"every process reads what was written", []string{"S01_ManyWritersOneStream", "S12_LoadWhileOthersAppend", "S17_ReadYourWrites"}, func(s chatkernel.Store) chatkernel.Store {
			cache := map[string][]chatkernel.Commit{}
			var mu sync.Mutex
			return &broken{Store: s, load: func(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
				return func(yield func(chatkernel.Commit, error) bool) {
					mu.Lock()
					key := fmt.Sprint(stream, after)
					if _, ok := cache[key]; !ok {
						for c, err := range s.Load(ctx, stream, after) {
							if err == nil {
								cache[key] = append(cache[key], c)
							}
						}
					}
					all := cache[key]
					mu.Unlock()
					for _, c := range all {
						if !yield(c, nil) {
							return
						}
					}
				}
			}}
		}},
		{"Load gives the key", []string{"S12_LoadFromEveryPosition"}, func(s chatkernel.Store) chatkernel.Store {
			return mapLoad(s, func(c *chatkernel.Commit) { c.Key = chatkernel.Key{} })
		}},
		{"data are kept to the byte", []string{"S19_AnyBytes"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAppend(s, func(c *chatkernel.Commit) { c.Data = bytes.TrimRight(c.Data, "\x00\n") })
		}},
		{"data need not be text", []string{"S19_AnyBytes"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAppend(s, func(c *chatkernel.Commit) { c.Data = bytes.ToValidUTF8(c.Data, []byte("?")) })
		}},
		{"times are kept at microseconds", []string{"S19_Times", "S12_LoadFromEveryPosition"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAppend(s, func(c *chatkernel.Commit) { c.At = c.At.Truncate(time.Millisecond) })
		}},
		{"times outlive 64 bits of nanoseconds", []string{"S19_Times"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAppend(s, func(c *chatkernel.Commit) { c.At = time.Unix(0, c.At.UnixNano()) })
		}},
		{"the store copies the data", []string{"S19_TheCallerKeepsItsBytes"}, func(s chatkernel.Store) chatkernel.Store {
			var mu sync.Mutex
			kept := map[uint64][]byte{}
			b := mapLoad(s, func(c *chatkernel.Commit) {
				mu.Lock()
				defer mu.Unlock()
				if data, ok := kept[c.After]; ok {
					c.Data = data
				}
			})
			b.append = func(ctx context.Context, c chatkernel.Commit) error {
				mu.Lock()
				kept[c.After] = c.Data
				mu.Unlock()
				return s.Append(ctx, c)
			}
			return b
		}},
		{"what was handed out does not change", []string{"S12_LoadFromEveryPosition", "S19_TheCallerKeepsItsBytes"}, func(s chatkernel.Store) chatkernel.Store {
			buffer := make([]byte, 0, 1<<20)
			return mapLoad(s, func(c *chatkernel.Commit) {
				buffer = append(buffer[:0], c.Data...)
				c.Data = buffer
			})
		}},
		{"nothing is due early", []string{"D01_NeverEarlyNeverLost", "D07_TheStoresClock"}, func(s chatkernel.Store) chatkernel.Store {
			// By a clock that runs ahead.
			return mapDue(s, func(d *chatkernel.Due) { d.Now = d.Now.Add(-20 * time.Millisecond) })
		}},
		{"the time goes on", []string{"D07_TheStoresClock"}, func(s chatkernel.Store) chatkernel.Store {
			n := 0
			return mapDue(s, func(d *chatkernel.Due) { n++; d.Now = d.Now.Add(-time.Duration(n) * time.Microsecond) })
		}},
		{"what is due is due until it is dealt with", []string{"D01_NeverEarlyNeverLost", "D08_Poison"}, func(s chatkernel.Store) chatkernel.Store {
			given := map[string]bool{}
			return mapDue(s, func(d *chatkernel.Due) {
				d.Streams = slices.DeleteFunc(d.Streams, func(n string) bool { old := given[n]; given[n] = true; return old })
			})
		}},
		{"the next wake is known also behind a limit", []string{"D03_OrderAndLimit"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, due: func(ctx context.Context, limit int) (chatkernel.Due, error) {
				d, err := s.Due(ctx, limit)
				if len(d.Streams) == limit {
					d.Next = time.Time{}
				}
				return d, err
			}}
		}},
		{"a limit below 1 is 1", []string{"D03_OrderAndLimit"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, due: func(ctx context.Context, limit int) (chatkernel.Due, error) {
				d, err := s.Due(ctx, limit)
				if limit < 1 {
					d.Streams = nil
				}
				return d, err
			}}
		}},
		{"the soonest comes first", []string{"D03_OrderAndLimit"}, func(s chatkernel.Store) chatkernel.Store {
			return mapDue(s, func(d *chatkernel.Due) { slices.Sort(d.Streams) })
		}},
		{"a commit without positions moves the wake", []string{"D03_ACommitWithoutPositions"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, append: func(ctx context.Context, c chatkernel.Commit) error {
				if c.Count == 0 && c.Key == (chatkernel.Key{}) {
					return nil
				}
				return s.Append(ctx, c)
			}}
		}},
		{"no wake means none", []string{"D03_TheLastCommitCounts"}, func(s chatkernel.Store) chatkernel.Store {
			wakes := map[string]time.Time{}
			return mapAppend(s, func(c *chatkernel.Commit) {
				if c.Wake.IsZero() {
					c.Wake = wakes[c.Stream]
				}
				wakes[c.Stream] = c.Wake
			})
		}},
		{"a nil index leaves the index", []string{"F01_EveryField", "D03_ACommitWithoutPositions"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAppend(s, func(c *chatkernel.Commit) {
				if c.Index == nil && c.After > 0 {
					c.Index = &chatkernel.Index{Started: c.At}
				}
			})
		}},
		{"ties are broken by name", []string{"F03_OrderAndPages"}, func(s chatkernel.Store) chatkernel.Store {
			return mapFind(s, func(q *chatkernel.Query) {
				if q.After != nil {
					q.Until, q.After = q.After.Index.Started, nil
				}
			})
		}},
		{"a limit that is not given is 100", []string{"F03_OrderAndPages"}, func(s chatkernel.Store) chatkernel.Store {
			return mapFind(s, func(q *chatkernel.Query) {
				if q.Limit < 1 {
					q.Limit = 1 << 30
				}
			})
		}},
		{"Until is not included", []string{"F02_EachCondition"}, func(s chatkernel.Store) chatkernel.Store {
			return mapFind(s, func(q *chatkernel.Query) {
				if !q.Until.IsZero() {
					q.Until = q.Until.Add(time.Microsecond)
				}
			})
		}},
		{"working is more than owning", []string{"F02_EachCondition", "F06_AnyQuery"}, func(s chatkernel.Store) chatkernel.Store {
			return mapFind(s, func(q *chatkernel.Query) {
				if q.Working != "" && q.Owner == "" {
					q.Owner, q.Working = q.Working, ""
				}
			})
		}},
		{"all conditions count", []string{"F02_EachCondition", "F06_AnyQuery"}, func(s chatkernel.Store) chatkernel.Store {
			return mapFind(s, func(q *chatkernel.Query) {
				if q.Contact != "" {
					q.Owner = ""
				}
			})
		}},
		{"nothing is left out of the order of all", []string{"S13_AllOfThemWhileManyWrite", "S14_AllKeepsEachStreamsOrder"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAll(s, func(all []chatkernel.Sequenced) []chatkernel.Sequenced {
				return slices.Delete(all, len(all)/2, len(all)/2+1)
			})
		}},
		{"the order of all is that of each stream", []string{"S14_AllKeepsEachStreamsOrder"}, func(s chatkernel.Store) chatkernel.Store {
			return mapAll(s, func(all []chatkernel.Sequenced) []chatkernel.Sequenced { slices.Reverse(all); return all })
		}},
		{"a cursor goes on behind its commit", []string{"S13_AllOfThemWhileManyWrite", "S15_AllGoesOnFromAnyCursor"}, func(s chatkernel.Store) chatkernel.Store {
			var former string
			return &broken{Store: s, all: func(ctx context.Context, after string) iter.Seq2[chatkernel.Sequenced, error] {
				from := former
				if former = after; after == "" {
					from = ""
				}
				return s.(chatkernel.Sequencer).All(ctx, from)
			}}
		}},
		{"a cursor of another store is refused", []string{"S15_AllGoesOnFromAnyCursor"}, func(s chatkernel.Store) chatkernel.Store {
			return &broken{Store: s, all: func(ctx context.Context, after string) iter.Seq2[chatkernel.Sequenced, error] {
				for _, err := range s.(chatkernel.Sequencer).All(ctx, after) {
					if errors.Is(err, chatkernel.ErrCursor) {
						after = ""
					}
					break
				}
				return s.(chatkernel.Sequencer).All(ctx, after)
			}}
		}},
		{"all processes know one epoch", []string{"S18_Epoch"}, func(s chatkernel.Store) chatkernel.Store {
			b := &broken{Store: s}
			b.epoch = func(context.Context) (string, error) { return fmt.Sprintf("%p", b), nil }
			return b
		}},
	} {
		t.Run(m.promise, func(t *testing.T) {
			for _, name := range m.cases {
				v := judge(t, name, func() *storetest.Backend {
					s := memstore.New(&memstore.Options{MaxCommit: limit, Sequence: true})
					return &storetest.Backend{Open: func() chatkernel.Store { return m.open(s) }, Advance: time.Sleep, MaxCommit: limit}
				})
				if v.failure == "" {
					t.Errorf("%s does not notice", name)
				}
				t.Logf("%s: %s", name, v.failure)
			}
		})
	}
}

// limit leaves room for every commit of the suite.
const limit = 200_000

// birth is when every bubble begins.
var birth = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// A restart that loses, halves or forgets something.
func TestTheSuiteFindsBrokenRestarts(t *testing.T) {
	backend := func(forget bool) func() *storetest.Backend {
		return func() *storetest.Backend {
			var mu sync.Mutex
			s := memstore.New(&memstore.Options{Sequence: true})
			b := &storetest.Backend{Advance: time.Sleep, Close: func(chatkernel.Store) {}}
			b.Open = func() chatkernel.Store { mu.Lock(); defer mu.Unlock(); return s }
			b.Restart = func() {
				if forget {
					s = memstore.New(&memstore.Options{Sequence: true})
				}
			}
			return b
		}
	}
	for _, name := range []string{"S04_TheSameCommandAfterARestart", "D04_DueAfterARestart", "F07_FindAfterARestart", "S15_AllAfterARestart", "S20_SurvivesARestart"} {
		if v := judge(t, name, backend(false)); v.failure != "" || v.skipped != "" {
			t.Errorf("%s of a sound restart: %s%s", name, v.failure, v.skipped)
		}
		if judge(t, name, backend(true)).failure == "" {
			t.Errorf("%s does not notice that a restart lost everything", name)
		}
	}
	if judge(t, "S20_Close", backend(false)).failure == "" {
		t.Error("S20_Close does not notice that Close does nothing")
	}
}

func TestWhatABackendLacksIsSkippedWithTheReason(t *testing.T) {
	bare := func() *storetest.Backend {
		s := memstore.New(nil)
		return &storetest.Backend{Open: func() chatkernel.Store { return s }}
	}
	for name, reason := range map[string]string{
		"S04_TheSameCommandAfterARestart": "Backend.Restart", "S20_SurvivesARestart": "Backend.Restart",
		"D04_DueAfterARestart": "Backend.Restart", "F07_FindAfterARestart": "Backend.Restart",
		"S13_AllOfThemWhileManyWrite": "Sequencer", "S14_AllKeepsEachStreamsOrder": "Sequencer",
		"S15_AllGoesOnFromAnyCursor": "Sequencer", "S15_AllAfterARestart": "Sequencer",
		"S04_TheSameCommandAfterADay": "Backend.Advance", "S10_Sizes": "Backend.MaxCommit", "S20_Close": "Backend.Close",
	} {
		if got := judge(t, name, bare).skipped; !strings.Contains(got, reason) {
			t.Errorf("%s was skipped because %q, want a reason that names %s", name, got, reason)
		}
	}
	skipped := 0
	for _, c := range storetest.Cases() {
		v := judge(t, c.Name, bare)
		if v.failure != "" {
			t.Errorf("%s: %s", c.Name, v.failure)
		}
		if v.skipped != "" {
			skipped++
		}
	}
	if skipped != 11 {
		t.Errorf("%d cases were skipped, want 11: the core cannot be switched off", skipped)
	}
}
