package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// A Caller is who a request is from.
type Caller struct {
	// ID is the party that the caller is, with its role in it.
	ID interaction.PartyID
	// Name is what others see. An internal party has no other name here; a
	// contact or a bot without one may say its own.
	Name string
}

// An Authenticator says who a request is from, by the host's own login. An
// error refuses the request with 401 and is not shown to anybody. It is called
// by many goroutines at once, for each request and again for each feed when it
// connects anew.
type Authenticator func(*http.Request) (Caller, error)

// Options are what a host may set. The zero value works.
type Options struct {
	// Start decides what a caller's request starts: target, policy, priority,
	// case data, language. Without it a contact can give its name, a subject and
	// a language only, and nothing of a target. It changes s, or refuses with an
	// error. For the same request it gives the same, so that a retry is one. The
	// contact stays the caller where the caller is one.
	Start func(r *http.Request, caller Caller, s *Start) error
	// Words are the language of system lines and reasons; nil goes by the
	// request's Accept-Language as far as package transcript has it.
	Words func(*http.Request, Caller) transcript.Words
	// Links find and judge the addresses in what people write, so that entries
	// have segments (URL-1); nil sends texts only.
	Links *urlsafe.Links
	// Files lets callers send and save files; nil refuses it.
	Files *Files
	// History gives past chats; nil refuses it. Its Allow says who may read which.
	History *history.History
	// Responses are the standard responses that agents choose from; nil has none.
	Responses *responses.Library
	// Problem may change what a refusal says, for errors that the host's own
	// gates give. p is what would be said.
	Problem func(caller Caller, err error, p Problem) Problem
	// Observe is told of each request when it is over, refused ones too. It must
	// return soon.
	Observe func(Observation)
	// Origins are the pages of other sites that may call, as
	// "https://desk.example.com". The gateway's own origin always may. Behind a
	// proxy that changes the Host header, list the outer origin.
	Origins []string
	// MaxBody is the size of a request's body in bytes; below 1 is 512 KiB.
	MaxBody int64
	// MaxFeeds is how many feeds one party may have open at once; below 1 is 10
	// for contacts and 50 for others.
	MaxFeeds int
	// Rate is how many requests a second one party may send in the long run, five
	// times as many at once; below 1 is 20.
	Rate int
	// Heartbeat is how often a silent stream says that it lives; below 1 is 20
	// seconds.
	Heartbeat time.Duration
	// WriteTimeout is how long a reader may take for what it is sent, and a
	// client for its body; below 1 is 10 seconds.
	WriteTimeout time.Duration
	// FeedAge is how long a stream lasts before the client must connect, and so
	// log in, again; below 1 is an hour.
	FeedAge time.Duration
	// Settle is how long after its last feed closed a party counts as
	// disconnected, so that a reload of the page is none; below 1 is 5 seconds.
	Settle time.Duration
	// Retry is how long a browser waits before it connects again; below 1 is 2
	// seconds.
	Retry time.Duration
}

// A Start is a chat that is about to be started.
type Start struct {
	// ID is the interaction's; empty makes one from the caller and its key.
	ID string
	interaction.Start
}

// An Observation is one request that is over. It holds no content and nobody's
// identity (HOST-7).
type Observation struct {
	// Route is "start", "command", "typing", "attention", "header", "feed", "work",
	// "upload", "attach", "discard", "send-pending", "files", "file", "download",
	// "archive", "responses", "expand", "emoji", "contact-history", "history",
	// "transcript", "older", "save", "assign", or "none" for a path that there is
	// not.
	Route  string
	Status int    // of the answer, 0 where the client had gone
	Code   string // why it was refused or a stream was broken off, empty where it went well
	Took   time.Duration
}

// Errors of [New].
var (
	ErrNoKernel        = errors.New("gateway: a kernel is needed")
	ErrNoAuthenticator = errors.New("gateway: an authenticator is needed: nobody is let in by default")
	ErrNoCabinet       = errors.New("gateway: files need a cabinet and a list of pending ones")
)

// A Gateway serves one kernel over HTTP. Its methods may be called by many
// goroutines at once. Close it before the kernel.
type Gateway struct {
	k        *chatkernel.Kernel
	auth     Authenticator
	opt      Options
	mux      http.ServeMux
	rates    rates
	feeds    quota
	presence presence
	desks    desktops
	// references sign downloads; nil where there are no files.
	references *files.References

	mu      sync.Mutex // guards closed and the start of what running counts
	closed  bool
	running sync.WaitGroup
	live    context.Context // ends with Close
	end     context.CancelFunc
}

// New makes a gateway. Nil options are the defaults. Without a kernel or an
// authenticator it gives [ErrNoKernel] or [ErrNoAuthenticator], with files that
// have no cabinet or pending list [ErrNoCabinet].
func New(k *chatkernel.Kernel, auth Authenticator, options *Options) (*Gateway, error) {
	switch {
	case k == nil:
		return nil, ErrNoKernel
	case auth == nil:
		return nil, ErrNoAuthenticator
	}
	g := &Gateway{k: k, auth: auth}
	if options != nil {
		g.opt = *options
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&g.opt.Heartbeat, 20 * time.Second}, {&g.opt.WriteTimeout, 10 * time.Second}, {&g.opt.FeedAge, time.Hour},
		{&g.opt.Settle, 5 * time.Second}, {&g.opt.Retry, 2 * time.Second},
	} {
		if *d.field < 1 {
			*d.field = d.value
		}
	}
	if err := g.withFiles(); err != nil {
		return nil, err
	}
	if g.opt.MaxBody < 1 {
		g.opt.MaxBody = 512 << 10
	}
	if g.opt.Rate < 1 {
		g.opt.Rate = 20
	}
	g.rates.every, g.rates.burst = time.Second/time.Duration(g.opt.Rate), 5*g.opt.Rate
	g.presence.settle, g.presence.lost = g.opt.Settle, g.disconnect
	g.live, g.end = context.WithCancel(context.Background())
	for _, rt := range []route{
		{"start", http.MethodPost, "/interactions", g.start},
		{"command", http.MethodPost, "/interactions/{id}/commands/{kind}", g.command},
		{"typing", http.MethodPost, "/interactions/{id}/typing", g.typing},
		{"attention", http.MethodPost, "/interactions/{id}/attention", g.attention},
		{"header", http.MethodGet, "/interactions/{id}", g.header},
		{"feed", http.MethodGet, "/interactions/{id}/feed", g.feed},
		{"work", http.MethodGet, "/work", g.work},
		{"upload", http.MethodPost, "/interactions/{id}/uploads", g.withCabinet(g.upload)},
		{"attach", http.MethodPost, "/interactions/{id}/uploads/attach", g.withCabinet(g.attach)},
		{"discard", http.MethodPost, "/interactions/{id}/uploads/discard", g.withCabinet(g.discard)},
		{"send-pending", http.MethodPost, "/interactions/{id}/uploads/send", g.withCabinet(g.sendPending)},
		{"files", http.MethodGet, "/interactions/{id}/files", g.withCabinet(g.listFiles)},
		{"file", http.MethodGet, "/interactions/{id}/files/{file}", g.withCabinet(g.refer)},
		{"archive", http.MethodGet, "/interactions/{id}/files.zip", g.withCabinet(g.archive)},
		{"download", http.MethodGet, "/downloads/{reference}", g.withCabinet(g.download)},
		{"responses", http.MethodGet, "/interactions/{id}/responses", g.responses},
		{"expand", http.MethodPost, "/interactions/{id}/responses/expand", g.expand},
		{"emoji", http.MethodGet, "/emoji", g.emoji},
		{"contact-history", http.MethodGet, "/contacts/{contact}/history", g.withHistory(g.contactHistory)},
		{"history", http.MethodGet, "/history", g.withHistory(g.myHistory)},
		{"transcript", http.MethodGet, "/interactions/{id}/transcript", g.withHistory(g.transcript)},
		{"older", http.MethodGet, "/interactions/{id}/older", g.withHistory(g.older)},
		{"save", http.MethodGet, "/interactions/{id}/transcript/{format}", g.withHistory(g.save)},
		{"assign", http.MethodPost, "/assignments", g.withHistory(g.assign)},
		{"none", "", "/", func(http.ResponseWriter, *http.Request, Caller) error { return errNotFound }},
	} {
		g.mux.Handle(rt.pattern, g.serve(rt))
	}
	return g, nil
}

// Close ends all streams, tells the kernel of every party whose connection is
// lost by it, and refuses further requests. It waits until that is done or ctx
// is. It may be called often.
func (g *Gateway) Close(ctx context.Context) error {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.presence.close()
	g.end()
	done := make(chan struct{})
	go func() {
		g.running.Wait()
		g.presence.wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ServeHTTP serves one request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.mux.ServeHTTP(w, r) }

// A route is one thing that can be asked for. What its handle returns as an
// error is the answer, unless it is a [broken] stream.
type route struct {
	name    string
	method  string
	pattern string
	handle  func(http.ResponseWriter, *http.Request, Caller) error
}

func (g *Gateway) serve(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		o := Observation{Route: rt.name}
		answer := &recorder{ResponseWriter: w}
		caller, err := g.enter(answer, r, &rt)
		if err == nil {
			err = func() error {
				defer g.running.Done()
				return rt.handle(answer, r, caller)
			}()
		}
		var end broken
		switch {
		case err == nil || err == errPreflight:
		case errors.As(err, &end):
			o.Code = string(end)
		default:
			p := g.problem(caller, err)
			if o.Code = p.Code; r.Context().Err() != nil {
				answer.status, o.Code = 0, "gone"
				break
			}
			p.write(answer)
		}
		o.Status, o.Took = answer.status, time.Since(began)
		if g.opt.Observe != nil {
			g.opt.Observe(o)
		}
		if end == brokenDownload {
			panic(http.ErrAbortHandler) // cuts the connection, and nothing else
		}
	}
}

// enter lets a request in: from an allowed page, with the right method, from
// somebody the host knows, who does not ask too often. Where it does, the
// caller of enter ends running.
func (g *Gateway) enter(w http.ResponseWriter, r *http.Request, rt *route) (Caller, error) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if err := g.origin(w, r); err != nil {
		return Caller{}, err
	}
	if rt.method != "" && r.Method != rt.method && (r.Method != http.MethodHead || rt.method != http.MethodGet) {
		h.Set("Allow", rt.method)
		return Caller{}, errMethod
	}
	caller, err := g.auth(r)
	if err != nil || !caller.ID.Valid() {
		return Caller{}, errUnauthenticated
	}
	if retry, ok := g.rates.allow(caller.ID, time.Now()); !ok {
		return caller, &interaction.RateError{RetryAt: retry}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return caller, chatkernel.ErrClosed
	}
	g.running.Add(1)
	return caller, nil
}

// view is how the caller looks at an interaction.
func (g *Gateway) view(r *http.Request, caller Caller, s *interaction.State) transcript.View {
	return transcript.View{State: s, Viewer: interaction.Viewer{ID: caller.ID}, Words: g.words(r, caller), Links: g.opt.Links}
}

func (g *Gateway) words(r *http.Request, caller Caller) transcript.Words {
	if g.opt.Words != nil {
		return g.opt.Words(r, caller)
	}
	return transcript.For(preferred(r))
}

// preferred is the language that the browser asks for first.
func preferred(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	tag, _, _ := strings.Cut(first, ";")
	return strings.TrimSpace(tag)
}

// A recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach what is below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// broken is why a stream ended that had begun.
type broken string

// brokenDownload cuts the connection, so that nobody takes what there is of it
// for the whole.
const brokenDownload broken = "download"

func (b broken) Error() string { return "gateway: the stream was broken off: " + string(b) }

// staff reports whether the caller is an agent or a supervisor.
func staff(id interaction.PartyID) bool {
	return id.Role() == interaction.RoleAgent || id.Role() == interaction.RoleSupervisor
}
