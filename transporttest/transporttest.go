package transporttest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
)

// A Backend is one broker, or what stands for it, and what can be done to it.
type Backend struct {
	// Open gives a handle, as another process on the same broker would have it.
	// It ends the test itself if it fails. A transport within one process gives
	// the same value each time.
	Open func() chatkernel.Transport

	// Close closes a handle, after which Publish and Subscribe give
	// chatkernel.ErrClosed. Nil where handles cannot be closed.
	Close func(chatkernel.Transport)
}

// A Case is one part of the suite. Its name begins with the letter and the
// number under which the project's documents know it.
type Case struct {
	Name string
	run  func(*suite)
}

// Run runs the case on a fresh backend. It starts no subtest, so that t may
// belong to a bubble of testing/synctest.
func (c Case) Run(t testing.TB, b *Backend) {
	t.Helper()
	s := &suite{TB: t, b: b, ctx: t.Context()}
	s.a, s.z = b.Open(), b.Open()
	c.run(s)
}

// Run runs every case as a subtest. It calls open for each, with that subtest's
// own t, for cleaning up.
func Run(t *testing.T, open func(t testing.TB) *Backend) {
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, open(t)) })
	}
}

// Cases gives all cases, in the order in which [Run] runs them.
func Cases() []Case {
	return []Case{
		{"T02_SubscribeThenPublish", subscribeThenPublish},
		{"T02_EveryoneHears", everyoneHears},
		{"T02_TheGreatestHeadArrives", greatestHead},
		{"T02_StreamsAreApart", streamsAreApart},
		{"T02_OneAtATime", oneAtATime},
		{"T02_PublishFromAReceiver", publishFromAReceiver},
		{"T04_Signals", signals},
		{"T07_ASlowReceiverHoldsNobody", slowReceiver},
		{"T08_NoCallAfterCancel", cancelEnds},
		{"T08_CancelWhilePublishing", cancelRace},
		{"T08_ContextEndsASubscription", contextEnds},
		{"T08_NoGoroutineIsLeft", noGoroutine},
		{"T10_CloseWithWorkInFlight", closeInFlight},
		{"T11_CloseOften", closeOften},
	}
}

// A suite is a running case: two handles on one backend.
type suite struct {
	testing.TB
	b    *Backend
	ctx  context.Context
	a, z chatkernel.Transport
}

// An ear is a receiver that remembers.
type ear struct {
	mu   sync.Mutex
	news []chatkernel.Notice
}

func (e *ear) hear(n chatkernel.Notice) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.news = append(e.news, n)
}

func (e *ear) heard() []chatkernel.Notice {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.news)
}

// knows says whether a plain notice with this head or a greater one has come.
func (e *ear) knows(head uint64) bool {
	return slices.ContainsFunc(e.heard(), func(n chatkernel.Notice) bool { return n.Signal == nil && n.Head >= head })
}

func (s *suite) subscribe(tr chatkernel.Transport, stream string, receive func(chatkernel.Notice)) (cancel func()) {
	s.Helper()
	cancel, err := tr.Subscribe(s.ctx, stream, receive)
	if err != nil {
		s.Fatalf("Subscribe(%q) = %v", stream, err)
	}
	s.Cleanup(cancel)
	return cancel
}

func (s *suite) listen(tr chatkernel.Transport, stream string) *ear {
	s.Helper()
	e := new(ear)
	s.subscribe(tr, stream, e.hear)
	return e
}

func (s *suite) publish(tr chatkernel.Transport, n chatkernel.Notice) {
	s.Helper()
	if err := tr.Publish(s.ctx, n); err != nil {
		s.Fatalf("Publish(%q, %d) = %v", n.Stream, n.Head, err)
	}
}

// until publishes again and again, because a transport may lose, until ok.
func (s *suite) until(what string, tr chatkernel.Transport, n chatkernel.Notice, ok func() bool) {
	s.Helper()
	end := time.Now().Add(20 * time.Second)
	for wait := time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) {
		s.publish(tr, n)
		for again := time.Now().Add(wait); !time.Now().After(again); time.Sleep(time.Millisecond) {
			if ok() {
				return
			}
		}
		if time.Now().After(end) {
			s.Fatalf("after 20 s still not: %s", what)
		}
	}
}

// settle gives what is on its way the time to arrive: whoever hears the second
// of two streams has had time to hear the first.
func (s *suite) settle() {
	s.Helper()
	for _, tr := range []chatkernel.Transport{s.a, s.z} {
		e := s.listen(tr, "settle")
		s.until("a notice of another stream arrives", s.a, chatkernel.Notice{Stream: "settle", Head: 1}, func() bool { return e.knows(1) })
	}
	time.Sleep(20 * time.Millisecond)
}

func subscribeThenPublish(s *suite) {
	for i, pair := range [][2]chatkernel.Transport{{s.a, s.a}, {s.a, s.z}, {s.z, s.a}} {
		stream := fmt.Sprint("s", i)
		e := s.listen(pair[1], stream)
		s.until("the notice arrives", pair[0], chatkernel.Notice{Stream: stream, Head: 7}, func() bool { return e.knows(7) })
		for _, n := range e.heard() {
			if n.Stream != stream || n.Head != 7 || n.Signal != nil {
				s.Fatalf("published was %q at 7, received %+v", stream, n)
			}
		}
	}
	// A head as great as heads can be, and one of a stream that is empty still.
	for _, head := range []uint64{0, 1 << 32, 1<<63 + 1, 1<<64 - 1} {
		stream := fmt.Sprint("head ", head)
		e := s.listen(s.z, stream)
		s.until("the notice arrives", s.a, chatkernel.Notice{Stream: stream, Head: head}, func() bool { return len(e.heard()) > 0 })
		if n := e.heard()[0]; n.Head != head || n.Signal != nil {
			s.Fatalf("published was the head %d, received %+v", head, n)
		}
	}
	// Nobody subscribes: nothing goes wrong.
	s.publish(s.a, chatkernel.Notice{Stream: "nobody", Head: 1})
	s.publish(s.a, chatkernel.Notice{Stream: "nobody", Signal: []byte("x")})
}

func everyoneHears(s *suite) {
	var all []*ear
	for i := range 20 {
		tr := s.a
		if i%2 == 1 {
			tr = s.z
		}
		all = append(all, s.listen(tr, "s"))
	}
	s.until("all twenty have heard", s.a, chatkernel.Notice{Stream: "s", Head: 3}, func() bool {
		return !slices.ContainsFunc(all, func(e *ear) bool { return !e.knows(3) })
	})
	// Who subscribes twice with one function has two subscriptions.
	var n atomic.Int64
	count := func(chatkernel.Notice) { n.Add(1) }
	first := s.subscribe(s.a, "twice", count)
	s.subscribe(s.a, "twice", count)
	first()
	s.until("the second subscription hears still", s.z, chatkernel.Notice{Stream: "twice", Head: 1}, func() bool { return n.Load() > 0 })
}

func greatestHead(s *suite) {
	// Notices may be lost or folded into one, but not so that a reader is left
	// with an old head for good while the writer goes on telling the newest.
	e := s.listen(s.z, "s")
	for head := range uint64(2000) {
		s.publish(s.a, chatkernel.Notice{Stream: "s", Head: head})
	}
	s.until("the last head arrives", s.a, chatkernel.Notice{Stream: "s", Head: 2000}, func() bool { return e.knows(2000) })
	for _, n := range e.heard() {
		if n.Head > 2000 {
			s.Fatalf("received head %d, which was never published", n.Head)
		}
	}
}

// names are hard for one broker or another.
func names() []string {
	all := []string{
		"a", "A", "a ", " a", "a.", ".a", "a.b", "a.*", "*", ">", "a.>", "a/b", "a/#", "#", "+", "a:b", "a\\b", "%", "%41", "$SYS", "_INBOX.1",
		"é", "e\u0301", "👋🏽", "\u202eabc", "null", "0", strings.Repeat("x", 199), strings.Repeat("x", 200), strings.Repeat("x", 199) + "y",
		strings.Repeat("\xff", 200), strings.Repeat("\x00", 200), "agent/maria",
	}
	for b := range 256 {
		all = append(all, "byte "+string([]byte{byte(b)}))
	}
	return all
}

func streamsAreApart(s *suite) {
	ears := map[string]*ear{}
	for _, name := range names() {
		ears[name] = s.listen(s.z, name)
	}
	for i, name := range names() {
		head := uint64(i + 1)
		s.until(fmt.Sprintf("the notice of %q arrives", name), s.a, chatkernel.Notice{Stream: name, Head: head}, func() bool { return ears[name].knows(head) })
	}
	s.settle()
	for i, name := range names() {
		for _, n := range ears[name].heard() {
			if n.Stream != name || n.Head != uint64(i+1) {
				s.Fatalf("who subscribed to %q received %q", name, n.Stream)
			}
		}
	}
}

func oneAtATime(s *suite) {
	var inside, calls, twice atomic.Int64
	s.subscribe(s.z, "s", func(chatkernel.Notice) {
		if inside.Add(1) > 1 {
			twice.Add(1)
		}
		for range 10 {
			runtime.Gosched()
		}
		inside.Add(-1)
		calls.Add(1)
	})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			tr := s.a
			if w%2 == 1 {
				tr = s.z
			}
			for i := range 100 {
				n := chatkernel.Notice{Stream: "s", Head: uint64(i)}
				if i%3 == 0 {
					n = chatkernel.Notice{Stream: "s", Signal: []byte("typing")}
				}
				if err := tr.Publish(s.ctx, n); err != nil {
					s.Errorf("Publish = %v", err)
				}
			}
		})
	}
	wg.Wait()
	s.until("the receiver is called", s.a, chatkernel.Notice{Stream: "s", Head: 1000}, func() bool { return calls.Load() > 0 })
	s.settle()
	if n := twice.Load(); n != 0 {
		s.Fatalf("the receiver was called %d times while it was running", n)
	}
}

func publishFromAReceiver(s *suite) {
	e := s.listen(s.a, "answer")
	s.subscribe(s.a, "question", func(n chatkernel.Notice) {
		if n.Signal != nil {
			return
		}
		_ = s.a.Publish(s.ctx, chatkernel.Notice{Stream: "answer", Head: n.Head})
		_ = s.a.Publish(s.ctx, chatkernel.Notice{Stream: "question", Signal: []byte("to myself")})
		if cancel, err := s.a.Subscribe(s.ctx, "another", func(chatkernel.Notice) {}); err == nil {
			cancel()
		}
	})
	s.until("the answer arrives", s.z, chatkernel.Notice{Stream: "question", Head: 5}, func() bool { return e.knows(5) })
}

func signals(s *suite) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	e := s.listen(s.z, "s")
	for i, signal := range [][]byte{
		every, {0}, {0xff, 0xfe}, []byte("\r\n\r\n"), []byte("+OK\r\nMSG "), []byte(`{"a":"` + "\x00" + `"}`), []byte("👋🏽"), make([]byte, 4000),
	} {
		// The publisher uses its buffer again at once.
		buffer := make([]byte, len(signal))
		got := func() bool {
			return slices.ContainsFunc(e.heard(), func(n chatkernel.Notice) bool {
				return string(n.Signal) == string(signal) && n.Stream == "s" && n.Head == 0
			})
		}
		end := time.Now().Add(20 * time.Second)
		for wait := time.Millisecond; !got(); wait = min(2*wait, 200*time.Millisecond) {
			copy(buffer, signal)
			s.publish(s.a, chatkernel.Notice{Stream: "s", Signal: buffer})
			for j := range buffer {
				buffer[j] = '!'
			}
			time.Sleep(wait)
			if time.Now().After(end) {
				s.Fatalf("after 20 s signal %d did not arrive as it was published", i)
			}
		}
	}
	known := map[string]bool{}
	for _, n := range e.heard() {
		if n.Signal == nil {
			s.Fatalf("a signal became the plain notice %+v", n)
		}
		known[string(n.Signal)] = true
	}
	if len(known) != 8 {
		s.Fatalf("%d different signals arrived, 8 were published", len(known))
	}
}

func slowReceiver(s *suite) {
	block, entered := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var release sync.Once
	free := func() { release.Do(func() { close(block) }) }
	slow := new(ear)
	s.subscribe(s.z, "s", func(n chatkernel.Notice) {
		once.Do(func() { close(entered) })
		<-block
		slow.hear(n)
	})
	s.Cleanup(free) // before the cancel that waits for the receiver
	held := time.AfterFunc(30*time.Second, func() {
		s.Errorf("a receiver that stood still held up a publisher or another receiver")
		free()
	})
	defer held.Stop()
	in := func() bool {
		select {
		case <-entered:
			return true
		default:
			return false
		}
	}
	s.until("the slow receiver is called", s.a, chatkernel.Notice{Stream: "s", Head: 1}, in)

	// Neither a publisher, nor another receiver of the stream, nor one of another
	// stream waits for it, however much there is for it.
	quick, other := s.listen(s.z, "s"), s.listen(s.z, "other")
	signal := make([]byte, 1000)
	for i := range 20_000 {
		n := chatkernel.Notice{Stream: "s", Head: uint64(i)}
		if i%2 == 1 {
			n = chatkernel.Notice{Stream: "s", Signal: signal}
		}
		s.publish(s.a, n)
	}
	s.until("the quick one hears the last", s.a, chatkernel.Notice{Stream: "s", Head: 30_000}, func() bool { return quick.knows(30_000) })
	s.until("the other stream goes on", s.a, chatkernel.Notice{Stream: "other", Head: 1}, func() bool { return other.knows(1) })
	cancel := s.subscribe(s.a, "other", func(chatkernel.Notice) {})
	cancel()

	// Once it goes on it hears what is new.
	held.Stop()
	free()
	s.until("the slow one hears the last", s.a, chatkernel.Notice{Stream: "s", Head: 40_000}, func() bool { return slow.knows(40_000) })
	if n := len(slow.heard()); n > 15_000 {
		s.Fatalf("%d notices were kept for a receiver that stood still, which is without bound", n)
	}
}

func cancelEnds(s *suite) {
	var calls atomic.Int64
	var over atomic.Bool
	cancel := s.subscribe(s.z, "s", func(chatkernel.Notice) {
		calls.Add(1)
		if over.Load() {
			s.Errorf("the receiver was called after cancel had returned")
		}
	})
	stay := s.listen(s.z, "s")
	s.until("the receiver is called", s.a, chatkernel.Notice{Stream: "s", Head: 1}, func() bool { return calls.Load() > 0 })
	var wg sync.WaitGroup
	for range 4 { // at once, and again
		wg.Go(cancel)
	}
	wg.Wait()
	over.Store(true)
	s.until("the other one hears still", s.a, chatkernel.Notice{Stream: "s", Head: 2}, func() bool { return stay.knows(2) })
	cancel()
	s.settle()

	// A cancel that comes while the receiver is running waits for it.
	entered, leave := make(chan struct{}, 1000), make(chan struct{})
	var running atomic.Bool
	cancel = s.subscribe(s.z, "wait", func(chatkernel.Notice) {
		running.Store(true)
		entered <- struct{}{}
		<-leave
		running.Store(false)
	})
	s.until("the receiver is called", s.a, chatkernel.Notice{Stream: "wait", Head: 1}, func() bool { return len(entered) > 0 })
	done := make(chan struct{})
	go func() {
		cancel()
		if running.Load() {
			s.Errorf("cancel returned while the receiver was running")
		}
		close(done)
	}()
	time.Sleep(10 * time.Millisecond)
	close(leave)
	<-done
}

func cancelRace(s *suite) {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for _, tr := range []chatkernel.Transport{s.a, s.z} {
		wg.Go(func() {
			for i := uint64(1); ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := tr.Publish(s.ctx, chatkernel.Notice{Stream: "s", Head: i}); err != nil {
					s.Errorf("Publish = %v", err)
					return
				}
				runtime.Gosched()
			}
		})
	}
	for i := range 200 {
		var over atomic.Bool
		cancel := s.subscribe(s.z, "s", func(chatkernel.Notice) {
			if over.Load() {
				s.Errorf("the receiver was called after cancel had returned")
			}
		})
		for range i % 5 {
			runtime.Gosched()
		}
		cancel()
		over.Store(true)
	}
	close(stop)
	wg.Wait()
	s.settle()
}

func contextEnds(s *suite) {
	ctx, end := context.WithCancel(s.ctx)
	e := new(ear)
	cancel, err := s.z.Subscribe(ctx, "s", e.hear)
	if err != nil {
		s.Fatalf("Subscribe = %v", err)
	}
	stay := s.listen(s.z, "s")
	s.until("the notice arrives", s.a, chatkernel.Notice{Stream: "s", Head: 1}, func() bool { return e.knows(1) })
	end()
	// It ends soon, if not at once.
	head := uint64(2)
	for limit := time.Now().Add(20 * time.Second); ; head++ {
		before := len(e.heard())
		s.until("the other one hears still", s.a, chatkernel.Notice{Stream: "s", Head: head}, func() bool { return stay.knows(head) })
		time.Sleep(10 * time.Millisecond)
		if len(e.heard()) == before {
			break
		}
		if time.Now().After(limit) {
			s.Fatalf("the receiver is called though its context ended long ago")
		}
	}
	cancel() // is allowed still
	cancel()

	if cancel, err := s.z.Subscribe(ctx, "s", e.hear); err == nil {
		// A context that is over is either refused or ends the subscription.
		cancel()
	} else if !errors.Is(err, context.Canceled) {
		s.Fatalf("Subscribe with a cancelled context = %v, want context.Canceled", err)
	}
}

func noGoroutine(s *suite) {
	subscribe := func(n int) {
		cancels := make([]func(), 0, n)
		for i := range n {
			tr := s.a
			if i%2 == 1 {
				tr = s.z
			}
			ctx, end := context.WithCancel(s.ctx)
			cancel, err := tr.Subscribe(ctx, fmt.Sprint("s", i%100), func(chatkernel.Notice) {})
			if err != nil {
				s.Fatalf("Subscribe = %v", err)
			}
			if i%3 == 0 {
				cancels = append(cancels, func() { end(); cancel() })
			} else {
				cancels = append(cancels, func() { cancel(); end() })
			}
		}
		for i := range 100 {
			s.publish(s.a, chatkernel.Notice{Stream: fmt.Sprint("s", i), Head: 1})
		}
		for _, cancel := range cancels {
			cancel()
		}
	}
	subscribe(100) // whatever is made once is made now
	before := runtime.NumGoroutine()
	subscribe(10_000)
	var after int
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if after = runtime.NumGoroutine(); after <= before+3 {
			return
		}
	}
	s.Fatalf("%d goroutines before 10,000 subscriptions that were all cancelled, %d after", before, after)
}

func (s *suite) needClose() {
	s.Helper()
	if s.b.Close == nil {
		s.Skip("the handles cannot be closed (Backend.Close is nil)")
	}
}

func closeInFlight(s *suite) {
	s.needClose()
	e := s.listen(s.a, "s")
	s.until("the notice arrives", s.a, chatkernel.Notice{Stream: "s", Head: 1}, func() bool { return e.knows(1) })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := uint64(0); ; i++ {
				err := s.a.Publish(s.ctx, chatkernel.Notice{Stream: "s", Head: i})
				if err != nil {
					if !errors.Is(err, chatkernel.ErrClosed) {
						s.Errorf("Publish while closing = %v, want ErrClosed", err)
					}
					return
				}
				runtime.Gosched()
			}
		})
	}
	s.b.Close(s.a)
	wg.Wait()
	if err := s.a.Publish(s.ctx, chatkernel.Notice{Stream: "s", Head: 1}); !errors.Is(err, chatkernel.ErrClosed) {
		s.Fatalf("Publish after Close = %v, want ErrClosed", err)
	}
	if _, err := s.a.Subscribe(s.ctx, "s", func(chatkernel.Notice) {}); !errors.Is(err, chatkernel.ErrClosed) {
		s.Fatalf("Subscribe after Close = %v, want ErrClosed", err)
	}
	n := len(e.heard())
	time.Sleep(20 * time.Millisecond)
	if len(e.heard()) != n {
		s.Fatalf("a receiver was called after Close had returned")
	}
}

func closeOften(s *suite) {
	s.needClose()
	var cancels []func()
	for i := range 50 {
		cancel, err := s.a.Subscribe(s.ctx, fmt.Sprint(i), func(chatkernel.Notice) {})
		if err != nil {
			s.Fatalf("Subscribe = %v", err)
		}
		cancels = append(cancels, cancel)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { s.b.Close(s.a) })
	}
	for _, cancel := range cancels {
		wg.Go(cancel)
	}
	wg.Wait()
	s.b.Close(s.a)
	for _, cancel := range cancels {
		cancel()
	}
}
