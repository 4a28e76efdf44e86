package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

const (
	pat   = interaction.PartyID("contact:pat")
	maria = interaction.PartyID("agent:maria")
	ben   = interaction.PartyID("agent:ben")
	zoe   = interaction.PartyID("agent:zoe")
	sam   = interaction.PartyID("supervisor:sam")
	kim   = interaction.PartyID("supervisor:kim")
	bot   = interaction.PartyID("bot:greeter")
)

// names are what the test's login knows.
var names = map[interaction.PartyID]string{
	maria: "Maria", ben: "Ben", zoe: "Zoe", sam: "Sam", kim: "Kim",
}

// byHeader is the login of the tests.
func byHeader(r *http.Request) (gateway.Caller, error) {
	id := interaction.PartyID(r.Header.Get("X-User"))
	if id == "" {
		return gateway.Caller{}, errors.New("no user: SECRET of the login")
	}
	return gateway.Caller{ID: id, Name: names[id]}, nil
}

// A site is a gateway on a real server, with the shortest ways to use it.
type site struct {
	t       *testing.T
	k       *chatkernel.Kernel
	g       *gateway.Gateway
	url     string
	mu      sync.Mutex
	keys    int
	seen    []gateway.Observation
	changed chan struct{}
}

type setup struct {
	store   chatkernel.Store
	kernel  *chatkernel.Options
	options gateway.Options
	server  func(*httptest.Server)
}

func newSite(t *testing.T, with setup) *site {
	t.Helper()
	if with.store == nil {
		with.store = memstore.New(nil)
	}
	s := &site{t: t, changed: make(chan struct{}, 1)}
	s.k = chatkernel.New(with.store, memstore.NewTransport(), with.kernel)
	if with.options.Rate == 0 {
		with.options.Rate = 10_000
	}
	observe := with.options.Observe
	with.options.Observe = func(o gateway.Observation) {
		if observe != nil {
			observe(o)
		}
		s.mu.Lock()
		s.seen = append(s.seen, o)
		s.mu.Unlock()
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
	var err error
	s.g, err = gateway.New(s.k, byHeader, &with.options)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(s.g)
	if with.server != nil {
		with.server(server)
	}
	server.Start()
	s.url = server.URL
	t.Cleanup(func() {
		require.NoError(t, s.g.Close(context.Background()))
		server.Close()
		require.NoError(t, s.k.Close())
	})
	return s
}

// observed waits until the gateway has told of what fits.
func (s *site) observed(fits func(gateway.Observation) bool) gateway.Observation {
	s.t.Helper()
	late := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		for _, o := range s.seen {
			if fits(o) {
				s.mu.Unlock()
				return o
			}
		}
		s.mu.Unlock()
		select {
		case <-s.changed:
		case <-late:
			s.t.Fatal("nothing was observed")
		}
	}
}

// A reply is the answer to one request.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (r reply) code() string {
	code, _ := r.body["code"].(string)
	return code
}

// request sends any request.
func (s *site) request(method, path string, header http.Header, body string) reply {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	r.Header = header
	answer, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	out := reply{status: answer.StatusCode, header: answer.Header, raw: string(raw)}
	if len(raw) > 0 {
		require.NoError(s.t, json.Unmarshal(raw, &out.body), out.raw)
	}
	return out
}

// from are the headers of a request of a party, with a new key.
func (s *site) from(who interaction.PartyID) http.Header {
	s.keys++
	h := http.Header{}
	h.Set("X-User", string(who))
	h.Set("Content-Type", "application/json")
	h.Set("Idempotency-Key", fmt.Sprintf("key-%d", s.keys))
	return h
}

func (s *site) post(who interaction.PartyID, path, body string) reply {
	s.t.Helper()
	return s.request(http.MethodPost, path, s.from(who), body)
}

func (s *site) get(who interaction.PartyID, path string) reply {
	s.t.Helper()
	return s.request(http.MethodGet, path, s.from(who), "")
}

// does gives a command that must not be refused.
func (s *site) does(who interaction.PartyID, id, kind, body string) reply {
	s.t.Helper()
	r := s.post(who, "/interactions/"+id+"/commands/"+kind, body)
	require.Equal(s.t, http.StatusOK, r.status, r.raw)
	return r
}

// say quotes a message.
func say(text string) string {
	b, _ := json.Marshal(map[string]string{"text": text})
	return string(b)
}

// waiting starts a chat of Pat in the kernel.
func (s *site) waiting(p interaction.Policy, target interaction.Target) string {
	s.t.Helper()
	s.keys++
	id := fmt.Sprintf("chat-%d", s.keys)
	_, err := s.k.Do(context.Background(), id, chatkernel.Actor{ID: pat}, interaction.Start{
		Contact: interaction.Person{ID: pat, Name: "Pat"}, Subject: "Invoice", Target: target, Policy: &p,
		CaseData: []interaction.Field{{Key: "tier", Value: interaction.Value{Text: "gold"}}},
	})
	require.NoError(s.t, err)
	return id
}

// active starts a chat of Pat with Maria.
func (s *site) active(p interaction.Policy) string {
	s.t.Helper()
	id := s.waiting(p, interaction.Target(maria))
	s.does(maria, id, "accept", `{"invitation":"`+s.asked(id, maria)+`"}`)
	return id
}

func (s *site) state(id string) *interaction.State {
	s.t.Helper()
	state, err := s.k.State(context.Background(), id)
	require.NoError(s.t, err)
	return &state
}

// asked is the open invitation that an agent has the offer of.
func (s *site) asked(id string, who interaction.PartyID) string {
	s.t.Helper()
	for _, inv := range s.state(id).Invitations {
		if inv.Agent == who {
			return inv.ID
		}
	}
	s.t.Fatalf("%s was not asked", who)
	return ""
}

// policy is the default one without a limit of the rate.
func policy() interaction.Policy {
	p := interaction.DefaultPolicy()
	p.RateEvery = 0
	return p
}

// An event is one of a stream.
type event struct {
	id   string
	name string
	data string
	body map[string]any
}

func (e event) text() string {
	text, _ := e.body["text"].(string)
	return text
}

// A stream is a feed that a client reads.
type stream struct {
	t      *testing.T
	events chan event
	beats  chan struct{}
	ended  chan struct{}
	cancel context.CancelFunc
	answer *http.Response
	mu     sync.Mutex
	raw    bytes.Buffer
	last   string // the id that a browser would send again
}

// open connects to a stream. last is the position to resume from.
func (s *site) open(who interaction.PartyID, path, last string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	require.NoError(s.t, err)
	r.Header.Set("X-User", string(who))
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, answer.StatusCode)
	require.Equal(s.t, "text/event-stream", answer.Header.Get("Content-Type"))
	f := &stream{
		t: s.t, events: make(chan event, 10_000), beats: make(chan struct{}, 10_000), ended: make(chan struct{}),
		cancel: cancel, answer: answer, last: last,
	}
	go f.read()
	s.t.Cleanup(f.close)
	return f
}

func (f *stream) read() {
	defer close(f.ended)
	in := bufio.NewReader(io.TeeReader(f.answer.Body, f))
	var e event
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case ":":
			f.beats <- struct{}{}
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
			if err := json.Unmarshal([]byte(value), &e.body); err != nil {
				e.name = "not JSON: " + value
			}
		case "":
			if e.name != "" {
				f.events <- e
			}
			e = event{}
		}
	}
}

// Write keeps every byte that came.
func (f *stream) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.raw.Write(b)
}

func (f *stream) bytes() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.raw.String()
}

func (f *stream) close() {
	f.cancel()
	f.answer.Body.Close()
	<-f.ended
}

// next waits for the next event.
func (f *stream) next() event {
	f.t.Helper()
	select {
	case e := <-f.events:
		if e.id != "" {
			f.last = e.id
		}
		return e
	case <-time.After(10 * time.Second):
		f.t.Fatal("no event came")
		return event{}
	}
}

// until waits for an event of the name and gives all that came until it, with
// it.
func (f *stream) until(name string) []event {
	f.t.Helper()
	var all []event
	for {
		e := f.next()
		if all = append(all, e); e.name == name {
			return all
		}
	}
}

// untilText waits for the entry with the text.
func (f *stream) untilText(text string) []event {
	f.t.Helper()
	var all []event
	for {
		e := f.next()
		if all = append(all, e); e.name == "entry" && e.text() == text {
			return all
		}
	}
}

// over waits until the server has ended the stream.
func (f *stream) over() {
	f.t.Helper()
	select {
	case <-f.ended:
	case <-time.After(10 * time.Second):
		f.t.Fatal("the stream goes on")
	}
}

// texts are the words of the messages among events.
func texts(events []event) (all []string) {
	for _, e := range events {
		if e.name == "entry" && e.body["kind"] == "message" {
			all = append(all, e.text())
		}
	}
	return all
}
