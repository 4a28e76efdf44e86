package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

const (
	watchers = 4
	inFlight = 256 // messages sent and not yet delivered to all
)

func feeds() []comparison {
	return []comparison{{"a message to 4 watchers", timed("through Do and Watch", watch), timed("centrifuge in memory, with history", centrifugal), 0.25}}
}

// window lets at most inFlight messages be on their way to all watchers.
type window struct {
	delivered [watchers]atomic.Int64
	news      chan struct{}
}

func newWindow() *window { return &window{news: make(chan struct{}, 1)} }

func (w *window) got(i int) {
	w.delivered[i].Add(1)
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// wait returns when all watchers have at least n messages.
func (w *window) wait(n int64) {
	for {
		least := w.delivered[0].Load()
		for i := range w.delivered {
			least = min(least, w.delivered[i].Load())
		}
		if least >= n {
			return
		}
		<-w.news
	}
}

// watch sends its messages in chats of a thousand each: a chat has hundreds of
// messages, and the peer keeps the last hundred.
func watch(b *testing.B) {
	b.ReportAllocs()
	b.StopTimer()
	for left := b.N; left > 0; left -= 1000 {
		watchOne(b, min(left, 1000))
	}
}

// watchOne times n messages in one chat with all its watchers.
func watchOne(b *testing.B, n int) {
	h := newHost(nil)
	defer h.Close()
	ctx, cancel := context.WithCancel(context.Background())
	var ready, done sync.WaitGroup
	w := newWindow()
	for i, viewer := range []interaction.PartyID{"contact:pat", "agent:maria", "contact:pat", "agent:maria"} {
		ready.Add(1)
		done.Go(func() {
			for item, err := range h.Watch(ctx, "chat", interaction.Viewer{ID: viewer}, chatkernel.Position{}) {
				switch {
				case err != nil:
					return
				case item.Current:
					ready.Done()
				default:
					if _, ok := item.Shown.Event.(*interaction.Said); ok {
						w.got(i)
					}
				}
			}
		})
	}
	ready.Wait()
	say := interaction.Say{Text: text}
	b.StartTimer()
	for i := range n {
		h.must("chat", "agent:maria", say)
		w.wait(int64(i + 1 - inFlight))
	}
	w.wait(int64(n))
	b.StopTimer()
	cancel()
	done.Wait()
}

func centrifugal(b *testing.B) {
	node, err := centrifuge.New(centrifuge.Config{LogLevel: centrifuge.LogLevelNone})
	if err != nil {
		b.Fatal(err)
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{
			Credentials:   &centrifuge.Credentials{UserID: "u"},
			Subscriptions: map[string]centrifuge.SubscribeOptions{"chat": {}},
		}, nil
	})
	if err := node.Run(); err != nil {
		b.Fatal(err)
	}
	defer node.Shutdown(context.Background())
	w := newWindow()
	sinks := make([]*sink, watchers)
	for i := range sinks {
		sinks[i] = &sink{i: i, w: w}
		client, closeClient, err := centrifuge.NewClient(context.Background(), node, sinks[i])
		if err != nil {
			b.Fatal(err)
		}
		defer closeClient()
		client.Connect(centrifuge.ConnectRequest{})
	}
	for node.Hub().NumSubscribers("chat") < watchers {
		time.Sleep(time.Millisecond)
	}
	for i := range sinks {
		sinks[i].on.Store(true)
	}
	data := []byte(fmt.Sprintf(`{"seq":123,"at":"2026-11-22T12:00:00.123456Z","by":"agent:maria","kind":"said","text":%q}`, text))
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if _, err := node.Publish("chat", data, centrifuge.WithHistory(100, time.Minute)); err != nil {
			b.Fatal(err)
		}
		w.wait(int64(i + 1 - inFlight))
	}
	w.wait(int64(b.N))
	b.StopTimer()
}

// sink is a centrifuge transport that counts what it is given.
type sink struct {
	i  int
	w  *window
	on atomic.Bool
}

func (s *sink) Name() string                                { return "sink" }
func (s *sink) AcceptProtocol() string                      { return "" }
func (s *sink) Protocol() centrifuge.ProtocolType           { return centrifuge.ProtocolTypeJSON }
func (s *sink) ProtocolVersion() centrifuge.ProtocolVersion { return centrifuge.ProtocolVersion2 }
func (s *sink) Unidirectional() bool                        { return true }
func (s *sink) Emulation() bool                             { return false }
func (s *sink) DisabledPushFlags() uint64 {
	return centrifuge.PushFlagConnect | centrifuge.PushFlagSubscribe
}
func (s *sink) PingPongConfig() centrifuge.PingPongConfig {
	return centrifuge.PingPongConfig{PingInterval: -1}
}
func (s *sink) Close(centrifuge.Disconnect) error { return nil }
func (s *sink) Write([]byte) error                { return s.WriteMany(nil) }
func (s *sink) WriteMany(messages ...[]byte) error {
	if s.on.Load() {
		for range messages {
			s.w.got(s.i)
		}
	}
	return nil
}
