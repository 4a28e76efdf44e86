package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/stretchr/testify/require"
)

func TestDESK_1_gateway_feed_gives_what_was_and_what_comes(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	s.does(pat, id, "say", say("before"))
	f := s.open(pat, "/interactions/"+id+"/feed", "")
	first := f.next()
	require.Equal(t, "header", first.name, "the header comes first")
	require.Equal(t, "open", first.body["phase"])
	caught := f.until("current")
	require.Equal(t, []string{"before"}, texts(caught))
	require.NotEmpty(t, caught[len(caught)-1].body["now"])
	s.does(maria, id, "say", say("after"))
	e := f.untilText("after")
	got := e[len(e)-1]
	require.Equal(t, "message", got.body["kind"])
	require.Equal(t, map[string]any{"colour": 1.0, "name": "Maria", "role": "agent"}, got.body["from"])
	p, err := chatkernel.ParsePosition(got.id)
	require.NoError(t, err)
	require.EqualValues(t, got.body["position"], p.Seen)
}

func TestDESK_1_gateway_resume_with_nothing_missing_and_nothing_twice(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	path := "/interactions/" + id + "/feed"
	f := s.open(maria, path, "")
	f.until("current")
	var all []string
	for round := range 5 {
		text := fmt.Sprint("seen ", round)
		s.does(pat, id, "say", say(text))
		f.untilText(text)
		last := f.last
		f.close()
		missed := fmt.Sprint("missed ", round)
		s.does(pat, id, "say", say(missed))
		all = append(all, text, missed)
		if round%2 == 0 {
			f = s.open(maria, path, last)
		} else {
			f = s.open(maria, path+"?after="+last, "")
		}
		require.Equal(t, []string{missed}, texts(f.until("current")))
	}
	f.close()
	whole := s.open(maria, path, "")
	require.Equal(t, all, texts(whole.until("current")))
}

func TestDESK_1_gateway_a_position_of_another_life_resets(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	f := s.open(pat, "/interactions/"+id+"/feed", chatkernel.Position{Epoch: "another", View: 1, Seen: 1}.String())
	events := f.until("current")
	var reset bool
	for _, e := range events {
		if e.name == "reset" {
			require.Equal(t, "epoch", e.body["why"])
			reset = true
		}
	}
	require.True(t, reset)
	require.Equal(t, "header", events[len(events)-2].name, "the header comes anew")
}

// An asked agent sees its invitation; once it has joined, its feed starts anew
// with the whole transcript.
func TestDESK_1_LIFE_2_gateway_feed_of_an_agent_that_joins_starts_anew(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	s.does(pat, id, "say", say("from the start"))
	s.does(maria, id, "conference", `{"to":"agent:ben","agentName":"Ben"}`)
	f := s.open(ben, "/interactions/"+id+"/feed", "")
	require.NotContains(t, fmt.Sprint(f.until("current")), "from the start")
	s.does(ben, id, "accept", `{"invitation":"`+s.asked(id, ben)+`"}`)
	events := f.until("reset")
	require.Equal(t, "view", events[len(events)-1].body["why"])
	require.Equal(t, []string{"from the start"}, texts(f.until("current")))
}

func TestDESK_1_gateway_header_comes_when_it_changed_and_only_then(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	f := s.open(maria, "/interactions/"+id+"/feed", "")
	f.until("current")
	s.does(maria, id, "set-note", `{"text":"a note"}`)
	events := f.until("header")
	require.Equal(t, "a note", events[len(events)-1].body["note"])
	s.does(maria, id, "say", say("nothing is pending: the header stays as it is"))
	s.does(maria, id, "say", say("end"))
	for _, e := range f.untilText("end") {
		require.NotEqual(t, "header", e.name)
	}
}

// With links a browser is told where they lead; without, the texts are all.
func TestURL_1_gateway_entries_have_segments(t *testing.T) {
	const text = "Is http://bank.example@evil.example/ yours?"
	for _, links := range []*urlsafe.Links{nil, urlsafe.New(nil)} {
		s := newSite(t, setup{options: gateway.Options{Links: links}})
		id := s.active(policy())
		s.does(pat, id, "say", say(text))
		for _, who := range []interaction.PartyID{pat, maria} {
			events := s.open(who, "/interactions/"+id+"/feed", "").untilText(text)
			body := events[len(events)-1].body
			if links == nil {
				require.NotContains(t, body, "segments")
				continue
			}
			segments := body["segments"].([]any)
			require.Len(t, segments, 3)
			require.Equal(t, map[string]any{"source": "Is "}, segments[0])
			require.Equal(t, "http://bank.example@evil.example/", segments[1].(map[string]any)["source"])
			link := segments[1].(map[string]any)["link"].(map[string]any)
			require.Equal(t, "web", link["kind"])
			require.Equal(t, "http://evil.example/", link["href"])
			require.Equal(t, "http://evil.example/", link["tooltip"])
			require.Equal(t, "suspicious", link["level"])
			finding := link["findings"].([]any)[0].(map[string]any)
			require.Equal(t, "user-name", finding["code"])
			require.NotEmpty(t, finding["sentence"])
		}
	}
}

func TestMSG_2_gateway_read_receipts(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	path := "/interactions/" + id + "/feed"
	agent := s.open(maria, path, "")
	agent.until("current")
	contact := s.open(pat, path, "")
	contact.until("current")
	s.does(maria, id, "say", `{"text":"internal","to":"internal"}`)
	s.does(maria, id, "say", say("read me"))
	seen := contact.untilText("read me")
	mine := agent.untilText("read me")
	public := mine[len(mine)-1].body["public"]
	position := seen[len(seen)-1].body["position"]
	require.Equal(t, public, position, "what the contact counts is the public number")
	r := s.does(pat, id, "mark-read", fmt.Sprintf(`{"through":%v}`, position))
	require.Empty(t, r.body["position"])
	events := agent.until("header")
	require.Equal(t, public, events[len(events)-1].body["contactRead"])
}

func TestMSG_3_MSG_4_gateway_typing(t *testing.T) {
	s := newSite(t, setup{})
	p := policy()
	p.TypingPreview = true
	id := s.active(p)
	path := "/interactions/" + id
	agent, contact := s.open(maria, path+"/feed", ""), s.open(pat, path+"/feed", "")
	header := agent.until("current")[0]
	require.Equal(t, true, header.body["typingPreview"])
	contact.until("current")
	require.Equal(t, http.StatusNoContent, s.post(pat, path+"/typing", `{"draft":"I wan"}`).status)
	e := agent.next()
	require.Equal(t, "signal", e.name)
	require.Equal(t, map[string]any{
		"from": map[string]any{"colour": 0.0, "name": "Pat", "role": "contact"}, "typing": true, "draft": "I wan",
	}, e.body)
	require.Empty(t, e.id, "a signal moves no position")
	require.Equal(t, http.StatusNoContent, s.post(maria, path+"/typing", `{"draft":"not for Pat"}`).status)
	e = contact.next()
	require.Equal(t, true, e.body["typing"])
	require.NotContains(t, e.data, "not for Pat")
	require.Equal(t, http.StatusNoContent, s.post(maria, path+"/typing", `{"stopped":true}`).status)
	require.Equal(t, false, contact.next().body["typing"])
}

func TestHOST_6_gateway_silent_streams_beat(t *testing.T) {
	s := newSite(t, setup{options: gateway.Options{Heartbeat: time.Millisecond}})
	id := s.active(policy())
	for _, path := range []string{"/interactions/" + id + "/feed", "/work"} {
		f := s.open(maria, path, "")
		for range 3 {
			select {
			case <-f.beats:
			case <-time.After(10 * time.Second):
				t.Fatal("no beat came")
			}
		}
		require.Contains(t, f.bytes(), "retry: 2000\n\n")
	}
}

// A reader that takes nothing is cut off and holds up nobody. It resumes where
// it was.
func TestHOST_6_gateway_slow_reader_is_cut_off_and_resumes(t *testing.T) {
	narrow := func(server *httptest.Server) {
		server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
			_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10)
			return ctx
		}
	}
	s := newSite(t, setup{server: narrow, options: gateway.Options{WriteTimeout: 50 * time.Millisecond, Rate: 1000}})
	id := s.active(policy())
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.(*net.TCPConn).SetReadBuffer(4<<10))
	_, err = fmt.Fprintf(c, "GET /interactions/%s/feed HTTP/1.1\r\nHost: x\r\nX-User: %s\r\n\r\n", id, pat)
	require.NoError(t, err)
	large := strings.Repeat("x", 4000)
	slow := func(o gateway.Observation) bool { return o.Route == "feed" && o.Code == "slow-reader" }
	for i := 0; ; i++ {
		require.Less(t, i, 5000)
		s.does(maria, id, "say", say(fmt.Sprint(i, " ", large)))
		s.mu.Lock()
		done := false
		for _, o := range s.seen {
			done = done || slow(o)
		}
		s.mu.Unlock()
		if done {
			break
		}
	}
	require.Equal(t, http.StatusOK, s.observed(slow).Status)
	// As a browser does it: when the stream ends, connect again from where it was.
	f := s.open(pat, "/interactions/"+id+"/feed", "")
	next := 0
	for caught := false; !caught; {
		select {
		case e := <-f.events:
			if e.id != "" {
				f.last = e.id
			}
			if e.body["kind"] == "message" {
				require.Equal(t, fmt.Sprint(next, " ", large), e.text())
				next++
			}
			caught = e.name == "current"
		case <-f.ended:
			if len(f.events) == 0 {
				f = s.open(pat, "/interactions/"+id+"/feed", f.last)
			}
		}
	}
	require.Positive(t, next)
}

func TestHOST_6_gateway_streams_end_with_age(t *testing.T) {
	s := newSite(t, setup{options: gateway.Options{FeedAge: time.Millisecond}})
	id := s.active(policy())
	for _, path := range []string{"/interactions/" + id + "/feed", "/work"} {
		s.open(maria, path, "").over()
	}
}

func TestHOST_5_gateway_close_ends_everything(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	feed, work := s.open(pat, "/interactions/"+id+"/feed", ""), s.open(maria, "/work", "")
	feed.until("current")
	work.next()
	require.NoError(t, s.g.Close(t.Context()))
	require.NoError(t, s.g.Close(t.Context()))
	feed.over()
	work.over()
	r := s.post(pat, "/interactions/"+id+"/commands/say", say("late"))
	require.Equal(t, http.StatusServiceUnavailable, r.status)
	require.Equal(t, "closed", r.code())
	require.False(t, s.state(id).Connected(pat), "who was cut off counts as disconnected")
}

func TestHOST_5_gateway_streams_end_with_the_kernel(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	feed, work := s.open(pat, "/interactions/"+id+"/feed", ""), s.open(maria, "/work", "")
	feed.until("current")
	require.NoError(t, s.k.Close())
	feed.over()
	work.over()
}

// failing is a store that a test can break.
type failing struct {
	chatkernel.Store
	broken atomic.Bool
	lost   atomic.Bool // appends arrive, answers do not
}

var errDown = errors.New("SECRET address of the store")

func (f *failing) Load(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	if f.broken.Load() {
		return func(yield func(chatkernel.Commit, error) bool) { yield(chatkernel.Commit{}, errDown) }
	}
	return f.Store.Load(ctx, stream, after)
}

func (f *failing) Append(ctx context.Context, c chatkernel.Commit) error {
	switch {
	case f.lost.Load():
		return errDown
	case f.broken.Load():
		return fmt.Errorf("%w: %w", chatkernel.ErrNotWritten, errDown)
	}
	return f.Store.Append(ctx, c)
}

func TestDESK_5_gateway_feed_outlives_a_store_that_fails(t *testing.T) {
	store := &failing{Store: memstore.New(nil)}
	s := newSite(t, setup{store: store, kernel: &chatkernel.Options{Poll: time.Millisecond}})
	id := s.active(policy())
	f := s.open(pat, "/interactions/"+id+"/feed", "")
	f.until("current")
	store.broken.Store(true)
	r := s.post(maria, "/interactions/"+id+"/commands/say", say("lost"))
	require.Equal(t, 503, r.status)
	require.Equal(t, "store", r.code())
	require.NotContains(t, r.raw, "SECRET")
	store.broken.Store(false)
	s.does(maria, id, "say", say("here again"))
	require.Equal(t, []string{"here again"}, texts(f.untilText("here again")))
}

func TestDESK_7_gateway_open_work(t *testing.T) {
	s := newSite(t, setup{})
	f := s.open(ben, "/work", "")
	e := f.next()
	require.Equal(t, "work", e.name)
	require.Equal(t, map[string]any{"items": []any{}}, e.body)
	role := func(e event) (roles []string) {
		for _, i := range e.body["items"].([]any) {
			roles = append(roles, i.(map[string]any)["role"].(string))
		}
		return roles
	}
	until := func(want ...string) event {
		t.Helper()
		for {
			if e := f.next(); fmt.Sprint(role(e)) == fmt.Sprint(want) {
				return e
			}
		}
	}
	id := s.active(policy())
	s.does(maria, id, "transfer", `{"to":"agent:ben","note":"please"}`)
	item := until("invited").body["items"].([]any)[0].(map[string]any)
	require.Equal(t, id, item["id"])
	header := item["header"].(map[string]any)
	require.Equal(t, "Invoice", header["subject"], "an asked agent sees who asks and why")
	require.Empty(t, header["parties"], "and nothing else")
	require.NotContains(t, header, "caseData")
	inv := header["invitations"].([]any)[0].(map[string]any)
	require.Equal(t, "please", inv["note"])
	s.does(ben, id, "accept", `{"invitation":"`+inv["id"].(string)+`"}`)
	until("owner")
	s.does(ben, id, "end", "")
	item = until("owner").body["items"].([]any)[0].(map[string]any)
	require.Equal(t, "ended", item["header"].(map[string]any)["phase"])
	s.does(ben, id, "mark-done", "")
	until()

	id = s.active(policy())
	s.does(maria, id, "consult", `{"to":"agent:ben"}`)
	until("invited")
	s.does(ben, id, "accept", `{"invitation":"`+s.asked(id, ben)+`"}`)
	until("consultant")
	con := s.state(id).Consultations[0].ID
	s.does(maria, id, "end-consultation", `{"consultation":"`+con+`"}`)
	until("marking")
	s.does(ben, id, "mark-consultation-done", `{"consultation":"`+con+`"}`)
	until()
	s.does(maria, id, "conference", `{"to":"agent:ben"}`)
	until("invited")
	s.does(ben, id, "accept", `{"invitation":"`+s.asked(id, ben)+`"}`)
	until("agent")

	// Of a chat that is over, an agent of a conference has its side to mark, and
	// of one that is done even the owner has.
	contact := s.state(id).Contact.ID
	s.does(maria, id, "consult", `{"to":"agent:zoe"}`)
	s.does(zoe, id, "accept", `{"invitation":"`+s.asked(id, zoe)+`"}`)
	s.does(maria, id, "end-consultation", `{"consultation":"`+s.state(id).Consultations[1].ID+`"}`)
	s.does(maria, id, "conference", `{"to":"agent:zoe"}`)
	s.does(zoe, id, "accept", `{"invitation":"`+s.asked(id, zoe)+`"}`)
	other := s.open(zoe, "/work", "")
	require.Equal(t, []string{"agent"}, role(other.next()))
	s.does(contact, id, "leave", "")
	until()
	for e := other.next(); fmt.Sprint(role(e)) != "[marking]"; e = other.next() {
	}
	id = s.active(policy())
	s.does(maria, id, "consult", `{"to":"agent:kai"}`)
	s.does("agent:kai", id, "accept", `{"invitation":"`+s.asked(id, "agent:kai")+`"}`)
	s.does(maria, id, "end-consultation", `{"consultation":"`+s.state(id).Consultations[0].ID+`"}`)
	s.does(maria, id, "transfer", `{"to":"agent:kai"}`)
	s.does("agent:kai", id, "accept", `{"invitation":"`+s.asked(id, "agent:kai")+`"}`)
	third := s.open("agent:kai", "/work", "")
	require.Equal(t, []string{"owner"}, role(third.next()))
	s.does("agent:kai", id, "end", "")
	s.does("agent:kai", id, "mark-done", "")
	for e := third.next(); fmt.Sprint(role(e)) != "[marking]"; e = third.next() {
	}

	id = s.active(policy())
	watcher := s.open(sam, "/work", "")
	watcher.next()
	s.does(sam, id, "supervise", `{"mode":"coach"}`)
	require.Equal(t, []string{"coach"}, role(watcher.next()))
}
