package gateway_test

import (
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

// kinds are the reasons of an attention object.
func kinds(body map[string]any) []any {
	all := []any{}
	for _, r := range body["reasons"].([]any) {
		all = append(all, r.(map[string]any)["kind"])
	}
	return all
}

func TestTIME_4_TIME_5_gateway_attention_of_a_desktop(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	path := "/interactions/" + id
	s.does(pat, id, "say", say("first"))
	f := s.open(maria, path+"/feed?desktop=left", "")
	f.until("current")
	e := f.next()
	require.Equal(t, "attention", e.name)
	require.Equal(t, true, e.body["flashing"], "a response is pending and the focus is elsewhere")
	require.Equal(t, []any{"response"}, kinds(e.body))
	require.Equal(t, "first", e.body["preview"])
	require.Equal(t, "green", e.body["stage"])

	r := s.post(maria, path+"/attention", `{"desktop":"left","action":"hover"}`)
	require.Equal(t, 200, r.status, r.raw)
	require.Equal(t, false, r.body["flashing"])
	require.Equal(t, []any{"response"}, kinds(r.body))
	require.Equal(t, false, f.until("attention")[0].body["flashing"], "the feed tells it too")

	r = s.post(maria, path+"/attention", `{"desktop":"left","action":"focus"}`)
	require.Empty(t, kinds(r.body))
	f.until("attention")
	s.does(maria, id, "say", say("answer"))
	f.until("attention")
	s.does(ben, id, "decline", func() string {
		s.does(maria, id, "conference", `{"to":"agent:ben"}`)
		return `{"invitation":"` + s.asked(id, ben) + `"}`
	}())
	s.does(sam, id, "supervise", `{"mode":"barge-in"}`)
	f.untilText("Sam joined the chat.")
	r = s.post(maria, path+"/attention", `{"desktop":"left","action":"blur"}`)
	require.Equal(t, false, r.body["flashing"], "what came while it had the focus is no reason any more")
	s.does(sam, id, "end", "")
	got := f.until("attention")
	require.Equal(t, []any{"left"}, kinds(got[len(got)-1].body))
	require.Equal(t, true, got[len(got)-1].body["flashing"])
}

// Each desktop has a bar of its own, and a connection that breaks loses none of
// its reasons.
func TestTIME_5_gateway_attention_is_of_one_desktop_and_outlives_its_connection(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	path := "/interactions/" + id
	left, right := s.open(maria, path+"/feed?desktop=left", ""), s.open(maria, path+"/feed?desktop=right", "")
	left.until("attention")
	right.until("attention")
	r := s.post(maria, path+"/attention", `{"desktop":"left","action":"focus"}`)
	require.Equal(t, 200, r.status)
	s.does(sam, id, "supervise", `{"mode":"barge-in"}`)
	got := right.until("attention")
	require.Equal(t, []any{"joined"}, kinds(got[len(got)-1].body))
	left.untilText("Sam joined the chat.")
	last := right.last
	right.close()
	s.does(pat, id, "leave", "")
	right = s.open(maria, path+"/feed?desktop=right", last)
	got = right.until("attention")
	require.Equal(t, []any{"joined", "contact-left"}, kinds(got[len(got)-1].body))
	require.Equal(t, false, s.post(maria, path+"/attention", `{"desktop":"right","action":"hover"}`).body["flashing"])
	right.until("attention")
	again := s.open(maria, path+"/feed?desktop=right", last) // another feed of the same desktop
	got = again.until("attention")
	require.Equal(t, false, got[len(got)-1].body["flashing"], "what it brings again is no news")
	require.Equal(t, []any{"joined", "contact-left"}, kinds(got[len(got)-1].body), "nothing is told twice")
	s.post(maria, path+"/attention", `{"desktop":"right","action":"focus"}`)
	require.Empty(t, kinds(again.until("attention")[0].body))
	require.Empty(t, kinds(right.until("attention")[0].body))
}

// A desktop that joins gets the past as past.
func TestTIME_4_gateway_what_was_before_is_no_news(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	s.does(maria, id, "conference", `{"to":"agent:ben"}`)
	f := s.open(ben, "/interactions/"+id+"/feed?desktop=d", "")
	got := f.until("attention")
	require.Empty(t, kinds(got[len(got)-1].body))
	s.does(sam, id, "supervise", `{"mode":"barge-in"}`)
	s.does(pat, id, "say", say("hello"))
	s.does(maria, id, "say", say("hello"))
	s.does(ben, id, "accept", `{"invitation":"`+s.asked(id, ben)+`"}`)
	f.until("reset")
	got = f.until("attention")
	require.Empty(t, kinds(got[len(got)-1].body))
	require.Equal(t, "hello", got[len(got)-1].body["preview"])
}

func TestTIME_4_gateway_refusals_of_attention(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	path := "/interactions/" + id + "/attention"
	s.open(maria, "/interactions/"+id+"/feed?desktop=d", "").until("attention")
	for _, c := range []struct {
		who    interaction.PartyID
		body   string
		status int
		code   string
	}{
		{maria, `{"desktop":"other","action":"focus"}`, 409, "no-desktop"},
		{maria, `{"desktop":"d","action":"sleep"}`, 400, "desktop"},
		{maria, `{"action":"focus"}`, 400, "desktop"},
		{maria, `{"desktop":7}`, 400, "json"},
		{pat, `{"desktop":"d","action":"focus"}`, 403, "staff-only"},
		{ben, `{"desktop":"d","action":"focus"}`, 404, "not-found"},
	} {
		r := s.post(c.who, path, c.body)
		require.Equal(t, c.status, r.status, r.raw)
		require.Equal(t, c.code, r.code())
	}
}

func TestTIME_2_gateway_stages_reach_the_desktop(t *testing.T) {
	s := newSite(t, setup{})
	p := policy()
	p.Response.Warn, p.Response.Late = time.Millisecond, time.Hour
	id := s.active(p)
	f := s.open(maria, "/interactions/"+id+"/feed?desktop=d", "")
	f.until("attention")
	go func() { _ = s.k.Run(t.Context()) }()
	s.does(pat, id, "say", say("hello"))
	header := false
	for e := f.next(); ; e = f.next() {
		if pending, ok := e.body["pending"].(map[string]any); ok && pending["stage"] == "yellow" {
			header = true
		}
		if e.name == "attention" && e.body["stage"] == "yellow" {
			require.Equal(t, []any{"response", "response-warning"}, kinds(e.body))
			break
		}
	}
	require.True(t, header, "the header says so too, before it flashes")
}
