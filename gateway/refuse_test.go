package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

func TestHOST_6_gateway_lets_nobody_in_by_default(t *testing.T) {
	_, err := gateway.New(nil, byHeader, nil)
	require.ErrorIs(t, err, gateway.ErrNoKernel)
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
	defer k.Close()
	_, err = gateway.New(k, nil, nil)
	require.ErrorIs(t, err, gateway.ErrNoAuthenticator)
	g, err := gateway.New(k, byHeader, nil)
	require.NoError(t, err)
	require.NoError(t, g.Close(context.Background()))
}

func TestHOST_6_gateway_every_request_is_authenticated(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	for _, path := range []string{
		"POST /interactions", "POST /interactions/" + id + "/commands/say", "POST /interactions/" + id + "/typing",
		"POST /interactions/" + id + "/attention", "GET /interactions/" + id, "GET /interactions/" + id + "/feed", "GET /work",
		"GET /nowhere",
	} {
		method, path, _ := strings.Cut(path, " ")
		for _, user := range []string{"", "nobody", "agent:", "admin:root"} {
			r := s.request(method, path, http.Header{"X-User": {user}}, "")
			require.Equal(t, 401, r.status, path)
			require.Equal(t, "unauthenticated", r.code())
			require.NotContains(t, r.raw, "SECRET", "why the login refused is not shown")
		}
	}
}

// A stranger gets the same answer for an interaction that exists and one that
// does not, whatever it asks for.
func TestHOST_6_gateway_strangers_cannot_probe(t *testing.T) {
	s := newSite(t, setup{})
	waiting, active := s.waiting(policy(), "queue:sales"), s.active(policy())
	done := s.active(policy())
	s.does(maria, done, "end", "")
	s.does(maria, done, "mark-done", "")
	bodies := map[string]string{
		"say": say("hello"), "supervise": `{"mode":"stop"}`, "announce": `{"message":"waiting"}`, "judge-file": `{"verdict":"broken"}`,
	}
	for _, who := range []interaction.PartyID{"contact:eve", "agent:eve", "supervisor:eve", "bot:eve"} {
		for _, kind := range interaction.CommandKinds() {
			switch {
			case kind == interaction.SuperviseKind && who.Role() == interaction.RoleSupervisor, kind == interaction.JoinKind && who.Role() == interaction.RoleBot:
				continue // they may come into any chat
			}
			path := "/commands/" + kind.String()
			unknown := s.post(who, "/interactions/unknown"+path, bodies[kind.String()])
			for _, id := range []string{waiting, active, done} {
				r := s.post(who, "/interactions/"+id+path, bodies[kind.String()])
				require.Equal(t, unknown.raw, r.raw, "%s by %s", kind, who)
				require.Equal(t, unknown.status, r.status)
			}
			if kind != interaction.DisconnectKind && kind != interaction.ReconnectKind {
				require.Contains(t, []int{404, 501}, unknown.status, "%s by %s: %s", kind, who, unknown.raw)
			}
		}
		for _, id := range []string{"unknown", waiting, active, done, strings.Repeat("x", 200), "a%2Fb"} {
			for _, r := range []reply{
				s.get(who, "/interactions/"+id), s.get(who, "/interactions/"+id+"/feed"), s.post(who, "/interactions/"+id+"/typing", ""),
			} {
				require.Equal(t, 404, r.status, "%s %s", id, r.raw)
				require.Equal(t, "not-found", r.code())
				require.NotContains(t, r.raw, "phase")
			}
		}
	}
}

func TestHOST_6_gateway_every_refusal_has_its_code(t *testing.T) {
	refuse := errors.New("SECRET of the gate")
	s := newSite(t, setup{
		kernel: &chatkernel.Options{
			Gates: chatkernel.Gates{Text: func(_ context.Context, _ string, _ *interaction.State, _ chatkernel.Actor, c interaction.Say) (interaction.Say, error) {
				if c.Text == "misspelled" {
					return c, refuse
				}
				return c, nil
			}},
			Limits: &interaction.Limits{MaxChars: 20},
		},
		options: gateway.Options{MaxBody: 1000, Rate: 1000},
	})
	p := policy()
	p.Dispositions = []interaction.Disposition{{Code: "sale"}}
	p.DispositionRequired = true
	p.CaseDataKeys = []string{"order"}
	id := s.active(p)
	s.does(maria, id, "conference", `{"to":"agent:ben"}`)
	s.does(ben, id, "accept", `{"invitation":"`+s.asked(id, ben)+`"}`)
	s.does(sam, id, "supervise", `{"mode":"barge-in"}`)
	for _, c := range []struct {
		who    interaction.PartyID
		kind   string
		body   string
		status int
		code   string
		field  string
	}{
		{maria, "fly", ``, 404, "unknown-command", ""},
		{maria, "start", ``, 404, "unknown-command", ""},
		{maria, "say", `{`, 400, "json", ""},
		{maria, "say", `[]`, 400, "json", ""},
		{maria, "say", `null`, 400, "json", ""},
		{maria, "say", `{"text":"a"} {}`, 400, "json", ""},
		{maria, "say", `{"text":"a","text":"b"}`, 400, "json", ""},
		{maria, "say", `{"text":"a","policy":{}}`, 400, "json", ""},
		{maria, "say", `{"text":7}`, 400, "json", ""},
		{maria, "say", "{\"text\":\"\xff\"}", 400, "json", ""},
		{maria, "say", strings.Repeat(`{"text":`, 9) + `1` + strings.Repeat(`}`, 9), 400, "json", ""},
		{maria, "say", say(strings.Repeat("x", 2000)), 413, "body-too-large", ""},
		{maria, "say", say(strings.Repeat("x", 21)), 422, "too-long", "text"},
		{maria, "say", say(" "), 422, "empty", "text"},
		{maria, "say", `{"text":"a","to":"nobody"}`, 422, "value", "to"},
		{maria, "say", `{"text":"a","to":"one-consultation"}`, 422, "value", "to"},
		{maria, "say", say("misspelled"), 422, "gate", ""},
		{maria, "say", `{"text":"a","consultation":"none"}`, 409, "no-consultation", ""},
		{pat, "transfer", `{"to":"agent:zoe"}`, 403, "denied", ""},
		{ben, "transfer", `{"to":"agent:zoe"}`, 403, "not-owner", ""},
		{maria, "transfer", `{"to":"zoe"}`, 409, "target", "target"},
		{maria, "transfer", `{"to":"agent:maria"}`, 409, "target", ""},
		{maria, "supervise", `{"mode":"monitor"}`, 403, "denied", ""},
		{sam, "supervise", `{"mode":"sit"}`, 422, "value", "mode"},
		{maria, "mark-done", ``, 409, "phase", ""},
		{maria, "rejoin", ``, 403, "denied", ""},
		{sam, "supervise", `{"mode":"stop"}`, 403, "not-party", ""},
		{maria, "accept", `{"invitation":"none"}`, 409, "no-invitation", ""},
		{maria, "push-url", `{"url":"https://example.com"}`, 501, "no-gate", ""},
		{maria, "send-file", `{"file":{"id":"f"}}`, 501, "no-gate", ""},
		{maria, "consult", `{"to":"agent:zoe","medium":"voice"}`, 501, "no-gate", ""},
		{maria, "consult", `{"to":"agent:zoe","medium":"smoke"}`, 422, "value", "medium"},
		{maria, "set-disposition", `{"code":"none"}`, 422, "disposition-code", ""},
		{maria, "set-case-data", `{"key":"tier","value":{"text":"x"}}`, 403, "case-data-key", ""},
		{maria, "set-case-data", `{"key":"order","value":{"type":"number","text":"x"}}`, 422, "value", "case data"},
		{maria, "set-case-data", `{"key":"order","value":{"type":"money","text":"x"}}`, 422, "value", "type"},
		{maria, "schedule-callback", `{"at":"2000-01-01T00:00:00Z","number":"1"}`, 422, "value", "time"},
		{maria, "schedule-callback", `{"at":"soon"}`, 400, "json", ""},
		{maria, "remove", `{"party":"contact:pat"}`, 409, "target", ""},
		{maria, "announce", `{"message":"farewell","text":"x"}`, 403, "denied", ""},
		{maria, "announce", ``, 422, "value", "message"},
		{interaction.System, "judge-file", ``, 422, "value", "verdict"},
		{interaction.System, "judge-file", `{"file":"none","verdict":"broken"}`, 409, "no-file", ""},
		{maria, "elapse", ``, 403, "denied", ""},
		{maria, "disconnect", ``, 403, "denied", ""},
		{pat, "reconnect", ``, 403, "denied", ""},
	} {
		r := s.post(c.who, "/interactions/"+id+"/commands/"+c.kind, c.body)
		require.Equal(t, c.code, r.code(), "%s %s: %s", c.kind, c.body, r.raw)
		require.Equal(t, c.status, r.status, r.raw)
		require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
		require.Equal(t, "urn:chatkernel:problem:"+c.code, r.body["type"])
		require.EqualValues(t, c.status, r.body["status"])
		require.NotEmpty(t, r.body["title"])
		require.NotContains(t, r.raw, "SECRET")
		require.NotContains(t, r.raw, "interaction: ")
		if c.field != "" {
			require.Equal(t, c.field, r.body["field"])
		}
	}
	r := s.post(maria, "/interactions/"+id+"/commands/mark-done", "")
	require.Equal(t, "active", r.body["phase"])
	require.Equal(t, "mark-done", r.body["command"])
	r = s.post(pat, "/interactions/"+id+"/commands/mark-done", "")
	require.Equal(t, "contact", r.body["role"])
	r = s.post(maria, "/interactions/"+id+"/commands/say", say(strings.Repeat("x", 21)))
	require.EqualValues(t, 20, r.body["max"])

	s.does(maria, id, "transfer", `{"to":"agent:zoe"}`)
	require.Equal(t, "transfer-open", s.post(maria, "/interactions/"+id+"/commands/transfer", `{"to":"agent:kim"}`).code())
	s.does(maria, id, "cancel", `{"invitation":"`+s.asked(id, zoe)+`"}`)
	s.does(maria, id, "end", "") // the one who joined first of the others takes over
	s.does(ben, id, "end", "")
	require.Equal(t, sam, s.state(id).Owner)
	require.Equal(t, "hand-over-first", s.post(sam, "/interactions/"+id+"/commands/supervise", `{"mode":"monitor"}`).code())
	s.does(sam, id, "end", "")
	require.Equal(t, "disposition-missing", s.post(sam, "/interactions/"+id+"/commands/mark-done", "").code())
	require.Equal(t, "exists", func() string {
		return s.post(bot, "/interactions", `{"id":"`+id+`","contact":{"id":"contact:pat"}}`).code()
	}())
}

func TestHOST_6_gateway_form_of_requests(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	path := "/interactions/" + id + "/commands/say"
	h := s.from(maria)
	h.Del("Idempotency-Key")
	require.Equal(t, "key-required", s.request("POST", path, h, say("a")).code())
	for _, key := range []string{"with space", "ümlaut", strings.Repeat("k", 201)} {
		h.Set("Idempotency-Key", key)
		require.Equal(t, "key-required", s.request("POST", path, h, say("a")).code(), key)
		require.Equal(t, "key-required", s.request("POST", "/interactions", h, "").code())
	}
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "a/b/c"} {
		h := s.from(maria)
		h.Set("Content-Type", kind)
		for _, path := range []string{path, "/interactions", "/interactions/" + id + "/typing", "/interactions/" + id + "/attention"} {
			r := s.request("POST", path, h, say("a"))
			require.Equal(t, 415, r.status, path)
			require.Equal(t, "content-type", r.code())
		}
	}
	h = s.from(maria)
	h.Set("Content-Type", "application/json; charset=utf-8")
	require.Equal(t, 200, s.request("POST", path, h, say("a")).status)

	for path, method := range map[string]string{
		"/interactions": "GET", "/interactions/" + id: "POST", "/interactions/" + id + "/feed": "POST", "/work": "DELETE",
		"/interactions/" + id + "/typing": "PUT", path: "GET",
	} {
		r := s.request(method, path, s.from(maria), "")
		require.Equal(t, 405, r.status, path)
		require.Equal(t, "method", r.code())
		require.NotEmpty(t, r.header.Get("Allow"))
	}
	require.Equal(t, "not-found", s.get(maria, "/").code())
	require.Equal(t, "position", s.get(maria, "/interactions/"+id+"/feed?after=x").code())
	require.Equal(t, "staff-only", s.get(pat, "/work").code())
	require.Equal(t, "staff-only", s.get(pat, "/interactions/"+id+"/feed?desktop=d").code())
	require.Equal(t, "desktop", s.get(maria, "/interactions/"+id+"/feed?desktop="+strings.Repeat("d", 101)).code())
	require.Equal(t, 405, s.request("HEAD", "/interactions/"+id+"/feed", s.from(maria), "").status)
	r := s.request("HEAD", "/interactions/"+id, s.from(maria), "")
	require.Equal(t, 200, r.status)
	require.Equal(t, "no-store", r.header.Get("Cache-Control"))
	require.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"))
}

func TestLIFE_16_gateway_a_key_makes_a_command_happen_once(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	path, h := "/interactions/"+id+"/commands/say", s.from(pat)
	first := s.request("POST", path, h, say("once"))
	require.NotEmpty(t, first.body["position"])
	require.Nil(t, first.body["repeated"])
	again := s.request("POST", path, h, say("once"))
	require.Equal(t, true, again.body["repeated"])
	require.Equal(t, first.body["position"], again.body["position"])
	require.Equal(t, first.body["at"], again.body["at"])
	r := s.request("POST", path, h, say("another"))
	require.Equal(t, 422, r.status)
	require.Equal(t, "key-reused", r.code())
}

func TestMSG_9_gateway_rate_says_when_to_try_again(t *testing.T) {
	s := newSite(t, setup{})
	p := policy()
	p.RateBurst, p.RateEvery = 1, time.Hour
	id := s.active(p)
	s.does(pat, id, "say", say("one"))
	r := s.post(pat, "/interactions/"+id+"/commands/say", say("two"))
	require.Equal(t, 429, r.status)
	require.Equal(t, "rate", r.code())
	at, err := time.Parse(time.RFC3339Nano, r.body["retryAt"].(string))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(time.Hour), at, time.Minute)
	require.Len(t, r.header.Get("Retry-After"), 4)
}

func TestHOST_6_gateway_bounds_requests_and_feeds_of_a_party(t *testing.T) {
	s := newSite(t, setup{options: gateway.Options{MaxFeeds: 2, Rate: 1}})
	id := s.waiting(policy(), "queue:sales")
	path := "/interactions/" + id
	one, _ := s.open(pat, path+"/feed", ""), s.open(pat, path+"/feed", "")
	r := s.get(pat, path+"/feed")
	require.Equal(t, 429, r.status)
	require.Equal(t, "too-many-feeds", r.code())
	require.NotEmpty(t, r.header.Get("Retry-After"))
	one.close()
	s.observed(func(o gateway.Observation) bool { return o.Route == "feed" && o.Code == "" })
	s.open(pat, path+"/feed", "").until("current")
	for r = s.get(pat, path); r.status == 200; r = s.get(pat, path) {
	}
	require.Equal(t, 429, r.status)
	require.Equal(t, "rate", r.code())
	require.NotEmpty(t, r.body["retryAt"])
	require.Equal(t, 404, s.get("contact:eve", path).status, "others are not held up")
	s.observed(func(o gateway.Observation) bool { return o.Route == "header" && o.Code == "rate" && o.Status == 429 })
}

func TestHOST_6_gateway_unknown_outcome_is_told(t *testing.T) {
	store := &failing{Store: memstore.New(nil)}
	s := newSite(t, setup{store: store})
	id := s.active(policy())
	store.lost.Store(true)
	h := s.from(pat)
	r := s.request("POST", "/interactions/"+id+"/commands/say", h, say("perhaps"))
	require.Equal(t, 503, r.status)
	require.Equal(t, "unknown-outcome", r.code())
	require.NotEmpty(t, r.header.Get("Retry-After"))
	require.NotContains(t, r.raw, "SECRET")
	store.lost.Store(false)
	require.Equal(t, 200, s.request("POST", "/interactions/"+id+"/commands/say", h, say("perhaps")).status)
}

func TestHOST_6_gateway_origins(t *testing.T) {
	s := newSite(t, setup{options: gateway.Options{Origins: []string{"https://desk.example.com"}}})
	id := s.active(policy())
	path := "/interactions/" + id
	try := func(method, origin, site string) reply {
		h := s.from(maria)
		if origin != "" {
			h.Set("Origin", origin)
		}
		if site != "" {
			h.Set("Sec-Fetch-Site", site)
		}
		if method == "POST" {
			return s.request(method, path+"/commands/say", h, say("x"))
		}
		return s.request(method, path, h, "")
	}
	for _, method := range []string{"GET", "POST"} {
		require.Equal(t, 200, try(method, "", "").status, "no page")
		require.Equal(t, 200, try(method, s.url, "same-origin").status, "its own page")
		require.Equal(t, 200, try(method, "", "same-origin").status)
		r := try(method, "https://desk.example.com", "cross-site")
		require.Equal(t, 200, r.status, "a listed page")
		require.Equal(t, "https://desk.example.com", r.header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "true", r.header.Get("Access-Control-Allow-Credentials"))
		require.Equal(t, "Origin", r.header.Get("Vary"))
		for _, origin := range []string{"https://evil.example.com", "null", "http://desk.example.com", "https://desk.example.com.evil.com", ":"} {
			r := try(method, origin, "")
			require.Equal(t, 403, r.status, origin)
			require.Equal(t, "origin", r.code())
			require.Empty(t, r.header.Get("Access-Control-Allow-Origin"))
		}
		require.Equal(t, "origin", try(method, "", "cross-site").code())
	}
	preflight := func(origin string) reply {
		h := http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {"content-type,idempotency-key"}}
		return s.request("OPTIONS", path+"/commands/say", h, "")
	}
	r := preflight("https://desk.example.com")
	require.Equal(t, 204, r.status)
	require.Contains(t, r.header.Get("Access-Control-Allow-Headers"), "Idempotency-Key")
	require.Equal(t, 403, preflight("https://evil.example.com").status)
}

func TestHOST_6_gateway_needs_a_server_that_can_stream(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	r := httptest.NewRequest("GET", "/interactions/"+id+"/feed", nil)
	r.Header.Set("X-User", string(pat))
	w := httptest.NewRecorder() // has no deadlines
	s.g.ServeHTTP(w, r)
	require.Equal(t, 500, w.Code)
	require.Contains(t, w.Body.String(), `"no-stream"`)
}

func TestHOST_6_gateway_the_host_can_word_its_own_refusals(t *testing.T) {
	misspelled := errors.New("two words")
	s := newSite(t, setup{
		kernel: &chatkernel.Options{Gates: chatkernel.Gates{Text: func(_ context.Context, _ string, _ *interaction.State, _ chatkernel.Actor, c interaction.Say) (interaction.Say, error) {
			return c, misspelled
		}}},
		options: gateway.Options{Problem: func(_ gateway.Caller, err error, p gateway.Problem) gateway.Problem {
			if errors.Is(err, misspelled) {
				p.Code, p.Extra = "spelling", map[string]any{"words": []string{"helo", "wrold"}}
			}
			return p
		}},
	})
	id := s.active(policy())
	r := s.post(maria, "/interactions/"+id+"/commands/say", say("helo wrold"))
	require.Equal(t, "spelling", r.code())
	require.Equal(t, []any{"helo", "wrold"}, r.body["words"])
}

func TestLIFE_1_gateway_contact_starts_a_chat(t *testing.T) {
	s := newSite(t, setup{})
	h := s.from(pat)
	r := s.request("POST", "/interactions", h, `{"subject":"Invoice","language":"de","contactName":"Pat"}`)
	require.Equal(t, 201, r.status, r.raw)
	id := r.body["id"].(string)
	state := s.state(id)
	require.Equal(t, interaction.Person{ID: pat, Name: "Pat"}, state.Contact)
	require.Equal(t, "Invoice", state.Start.Subject)
	again := s.request("POST", "/interactions", h, `{"subject":"Invoice","language":"de","contactName":"Pat"}`)
	require.Equal(t, 200, again.status)
	require.Equal(t, id, again.body["id"])
	other := s.request("POST", "/interactions", func() http.Header {
		mine := h.Clone()
		mine.Set("X-User", "contact:eve")
		return mine
	}(), `{}`)
	require.Equal(t, 201, other.status, "the same key of another contact is another chat")
	require.NotEqual(t, id, other.body["id"])

	for _, body := range []string{
		`{"id":"mine"}`, `{"priority":9}`, `{"contact":{"id":"contact:eve"}}`, `{"contact":{"name":"Eve"}}`, `{"target":"queue:vip"}`,
		`{"caseData":[{"key":"tier","value":{"text":"gold"}}]}`, `{"channel":"sms"}`,
	} {
		r := s.post(pat, "/interactions", body)
		require.Equal(t, 403, r.status, body)
		require.Equal(t, "start-denied", r.code())
	}
	require.Equal(t, "denied", s.post(maria, "/interactions", `{"contact":{"id":"contact:pat"}}`).code())
	require.Equal(t, 201, s.post(bot, "/interactions", `{"id":"by-a-bot","contact":{"id":"contact:pat","name":"Pat"},"priority":3,"target":"queue:sales"}`).status)
	require.Equal(t, 3, s.state("by-a-bot").Start.Priority)
}

func TestLIFE_1_gateway_the_host_decides_what_a_contact_starts(t *testing.T) {
	closed := errors.New("SECRET opening hours")
	s := newSite(t, setup{options: gateway.Options{Start: func(_ *http.Request, caller gateway.Caller, start *gateway.Start) error {
		if start.Subject == "at night" {
			return closed
		}
		start.Target, start.Priority = "queue:"+start.Target, 5
		start.Contact = interaction.Person{ID: "contact:somebody-else", Name: "Known Pat"}
		start.CaseData = append(start.CaseData, interaction.Field{Key: "from", Value: interaction.Value{Text: string(caller.ID)}})
		return nil
	}}})
	r := s.post(pat, "/interactions", `{"target":"sales","caseData":[{"key":"page","value":{"text":"/prices"}}]}`)
	require.Equal(t, 201, r.status, r.raw)
	state := s.state(r.body["id"].(string))
	require.Equal(t, interaction.Target("queue:sales"), state.Start.Target)
	require.Equal(t, 5, state.Start.Priority)
	require.Len(t, state.CaseData, 2)
	require.Equal(t, interaction.Person{ID: pat, Name: "Known Pat"}, state.Contact, "a contact is itself")
	r = s.post(pat, "/interactions", `{"subject":"at night"}`)
	require.Equal(t, "start-denied", r.code())
	require.NotContains(t, r.raw, "SECRET")
}

// Who somebody is, only the login says.
func TestPART_1_gateway_nobody_acts_or_signs_as_another(t *testing.T) {
	s := newSite(t, setup{})
	id := s.waiting(policy(), interaction.Target(maria))
	s.does(maria, id, "accept", `{"invitation":"`+s.asked(id, maria)+`","name":"The Boss"}`)
	require.Equal(t, "Maria", s.state(id).Party(maria).Name)
	s.does(sam, id, "supervise", `{"mode":"barge-in","name":"Nobody"}`)
	require.Equal(t, "Sam", s.state(id).Party(sam).Name)
	s.does(bot, id, "join", `{"name":"Greeter"}`)
	require.Equal(t, "Greeter", s.state(id).Party(bot).Name, "the login knows no name of it")
	for _, body := range []string{`{"text":"a","by":"agent:maria"}`, `{"text":"a","from":"agent:maria"}`} {
		require.Equal(t, "json", s.post(pat, "/interactions/"+id+"/commands/say", body).code())
	}
	require.Equal(t, 404, s.post("contact:eve", "/interactions/"+id+"/commands/say", say("a")).status)
}

func TestHOST_7_gateway_observations_hold_no_identity(t *testing.T) {
	s := newSite(t, setup{})
	id := s.active(policy())
	s.does(pat, id, "say", say("words"))
	s.get("contact:eve", "/interactions/"+id)
	s.observed(func(o gateway.Observation) bool { return o.Route == "header" && o.Code == "not-found" && o.Took > 0 })
	s.observed(func(o gateway.Observation) bool { return o.Route == "command" && o.Status == 200 })
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range []string{"pat", "eve", id, "words"} {
		require.NotContains(t, fmt.Sprint(s.seen), secret)
	}
}
