package transporttest_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/transporttest"
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

func (v *verdict) Skip(args ...any) {
	v.skipped = fmt.Sprint(args...)
	runtime.Goexit()
}

// judge runs one case in a bubble and gives how it ended.
func judge(t *testing.T, name string, b func(testing.TB) *transporttest.Backend) (v *verdict) {
	t.Helper()
	cases := transporttest.Cases()
	i := slices.IndexFunc(cases, func(c transporttest.Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no case %q", name)
	}
	synctest.Test(t, func(t *testing.T) {
		v = &verdict{TB: t}
		var wg sync.WaitGroup
		wg.Go(func() { cases[i].Run(v, b(t)) })
		wg.Wait()
		time.Sleep(2 * time.Hour) // whatever a broken transport left behind comes to its end
	})
	return v
}

// broken is a transport of which methods were replaced.
type broken struct {
	chatkernel.Transport
	publish   func(context.Context, chatkernel.Notice) error
	subscribe func(context.Context, string, func(chatkernel.Notice)) (func(), error)
}

func (b *broken) Publish(ctx context.Context, n chatkernel.Notice) error {
	if b.publish != nil {
		return b.publish(ctx, n)
	}
	return b.Transport.Publish(ctx, n)
}

func (b *broken) Subscribe(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
	if b.subscribe != nil {
		return b.subscribe(ctx, stream, receive)
	}
	return b.Transport.Subscribe(ctx, stream, receive)
}

func mapPublish(tr chatkernel.Transport, f func(*chatkernel.Notice)) chatkernel.Transport {
	return &broken{Transport: tr, publish: func(ctx context.Context, n chatkernel.Notice) error {
		f(&n)
		return tr.Publish(ctx, n)
	}}
}

func mapReceive(tr chatkernel.Transport, f func(receive func(chatkernel.Notice)) func(chatkernel.Notice)) chatkernel.Transport {
	return &broken{Transport: tr, subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
		return tr.Subscribe(ctx, stream, f(receive))
	}}
}

func mapName(tr chatkernel.Transport, f func(string) string) chatkernel.Transport {
	return &broken{Transport: tr,
		publish: func(ctx context.Context, n chatkernel.Notice) error {
			n.Stream = f(n.Stream)
			return tr.Publish(ctx, n)
		},
		subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
			return tr.Subscribe(ctx, f(stream), func(n chatkernel.Notice) { n.Stream = stream; receive(n) })
		},
	}
}

// naive calls receivers in the publisher's goroutine.
type naive struct {
	mu   sync.Mutex
	next int
	subs map[string]map[int]func(chatkernel.Notice)
}

func (t *naive) Publish(_ context.Context, n chatkernel.Notice) error {
	t.mu.Lock()
	var all []func(chatkernel.Notice)
	for _, receive := range t.subs[n.Stream] {
		all = append(all, receive)
	}
	t.mu.Unlock()
	for _, receive := range all {
		receive(n)
	}
	return nil
}

func (t *naive) Subscribe(_ context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.subs == nil {
		t.subs = map[string]map[int]func(chatkernel.Notice){}
	}
	if t.subs[stream] == nil {
		t.subs[stream] = map[int]func(chatkernel.Notice){}
	}
	id := t.next
	t.next++
	t.subs[stream][id] = receive
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.subs[stream], id)
	}, nil
}

// TestTheSuiteFindsBrokenTransports breaks one promise after the other and asks
// the case that should notice.
func TestTheSuiteFindsBrokenTransports(t *testing.T) {
	direct := new(naive)
	for _, m := range []struct {
		promise string
		cases   []string
		open    func(chatkernel.Transport) chatkernel.Transport // makes one handle
	}{
		{"a slow receiver holds nobody up", []string{"T07_ASlowReceiverHoldsNobody"}, func(chatkernel.Transport) chatkernel.Transport { return direct }},
		{"a receiver is called by one at a time", []string{"T02_OneAtATime"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return mapReceive(tr, func(receive func(chatkernel.Notice)) func(chatkernel.Notice) {
				return func(n chatkernel.Notice) { go receive(n) }
			})
		}},
		{"cancel is the end", []string{"T08_NoCallAfterCancel"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return &broken{Transport: tr, subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
				_, err := tr.Subscribe(ctx, stream, receive)
				return func() {}, err
			}}
		}},
		{"cancel waits for the receiver", []string{"T08_NoCallAfterCancel"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return &broken{Transport: tr, subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
				cancel, err := tr.Subscribe(ctx, stream, receive)
				return func() { go cancel() }, err
			}}
		}},
		{"the end of the context is the end", []string{"T08_ContextEndsASubscription"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return &broken{Transport: tr, subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
				return tr.Subscribe(context.WithoutCancel(ctx), stream, receive)
			}}
		}},
		{"no goroutine is left", []string{"T08_NoGoroutineIsLeft"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return &broken{Transport: tr, subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
				go time.Sleep(time.Hour)
				return tr.Subscribe(ctx, stream, receive)
			}}
		}},
		{"own notices come as well", []string{"T02_SubscribeThenPublish"}, func(tr chatkernel.Transport) chatkernel.Transport {
			b := &broken{Transport: tr}
			mine := fmt.Sprintf("%p ", b) // as long in every handle
			b.publish = func(ctx context.Context, n chatkernel.Notice) error {
				n.Signal = append([]byte(mine), n.Signal...)
				return tr.Publish(ctx, n)
			}
			b.subscribe = func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
				return tr.Subscribe(ctx, stream, func(n chatkernel.Notice) {
					if !strings.HasPrefix(string(n.Signal), mine) {
						n.Signal = append([]byte(nil), n.Signal[len(mine):]...)
						receive(n)
					}
				})
			}
			return b
		}},
		{"streams are apart", []string{"T02_StreamsAreApart"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return mapName(tr, strings.TrimSpace)
		}},
		{"names may hold any byte", []string{"T02_StreamsAreApart"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return mapName(tr, func(n string) string { return strings.ToValidUTF8(n, "?") })
		}},
		{"a signal comes as it was", []string{"T04_Signals"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return mapPublish(tr, func(n *chatkernel.Notice) {
				if n.Signal != nil {
					n.Signal = []byte(strings.ToValidUTF8(string(n.Signal), "?"))
				}
			})
		}},
		{"a signal is copied", []string{"T04_Signals"}, func(chatkernel.Transport) chatkernel.Transport {
			tr := memstore.NewTransport()
			waiting := make(chan []byte, 100_000)
			return &broken{Transport: tr,
				publish: func(ctx context.Context, n chatkernel.Notice) error {
					waiting <- n.Signal
					return tr.Publish(ctx, chatkernel.Notice{Stream: n.Stream, Signal: []byte{1}})
				},
				subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
					return tr.Subscribe(ctx, stream, func(n chatkernel.Notice) { n.Signal = <-waiting; receive(n) })
				},
			}
		}},
		{"a head is a head of 64 bits", []string{"T02_SubscribeThenPublish"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return mapPublish(tr, func(n *chatkernel.Notice) { n.Head = uint64(uint32(n.Head)) })
		}},
		{"the newest head arrives", []string{"T02_TheGreatestHeadArrives"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return mapPublish(tr, func(n *chatkernel.Notice) { n.Head = min(n.Head, 1999) })
		}},
		{"ErrClosed after Close", []string{"T10_CloseWithWorkInFlight"}, func(tr chatkernel.Transport) chatkernel.Transport {
			return &broken{Transport: tr, subscribe: func(ctx context.Context, stream string, receive func(chatkernel.Notice)) (func(), error) {
				cancel, err := tr.Subscribe(ctx, stream, receive)
				if err != nil {
					return func() {}, nil
				}
				return cancel, nil
			}}
		}},
	} {
		t.Run(m.promise, func(t *testing.T) {
			for _, name := range m.cases {
				v := judge(t, name, func(t testing.TB) *transporttest.Backend {
					tr := memstore.NewTransport()
					t.Cleanup(func() { _ = tr.Close() })
					return &transporttest.Backend{
						Open:  func() chatkernel.Transport { return m.open(tr) },
						Close: func(chatkernel.Transport) { _ = tr.Close() },
					}
				})
				if v.failure == "" {
					t.Errorf("%s does not notice", name)
				}
				t.Logf("%s: %s", name, v.failure)
			}
		})
	}
}

func TestWhatABackendLacksIsSkippedWithTheReason(t *testing.T) {
	for _, name := range []string{"T10_CloseWithWorkInFlight", "T11_CloseOften"} {
		v := judge(t, name, func(testing.TB) *transporttest.Backend {
			return &transporttest.Backend{Open: func() chatkernel.Transport { return memstore.NewTransport() }}
		})
		if !strings.Contains(v.skipped, "Backend.Close") {
			t.Errorf("%s was skipped because %q, want a reason that names Backend.Close", name, v.skipped)
		}
	}
}
