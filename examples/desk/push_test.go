package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/urlsafe"
)

func TestURL_5_demo_pushes_honest_web_addresses_only(t *testing.T) {
	pages := newPages(urlsafe.New(&linkPolicy))
	maria := chatkernel.By("agent:maria", "")
	for address, want := range map[string]string{
		"https://shop.example/orders?id=1#top": "https://shop.example/orders?id=1#top",
		" HTTP://Shop.example ":                "http://shop.example/",
		"wikipedia.org/wiki/Lamp":              "https://wikipedia.org/wiki/Lamp",
		"https://shop.example:9000/":           "https://shop.example:9000/",
		"":                                     "",
		"shop.example":                         "",
		"/orders":                              "",
		"javascript:alert(1)":                  "",
		"data:text/html,hello":                 "",
		"https://bank.example@evil.example/":   "",
		"https://hаlm-licht.example/":          "", // with a letter that is not Latin
	} {
		push, err := pages.push(t.Context(), "chat", nil, maria, interaction.PushURL{URL: address})
		if want == "" {
			var refused *urlsafe.RefusedError
			require.ErrorAs(t, err, &refused, address)
			require.NotEmpty(t, refused.Findings, address)
			continue
		}
		require.NoError(t, err, address)
		require.Equal(t, want, push.URL)
	}
	recent, err := pages.history.Suggest(t.Context(), "agent:maria", "", 0)
	require.NoError(t, err)
	require.Len(t, recent, 4, "what was refused is not remembered")
}

// Who pushes is told what is wrong with the address.
func TestURL_5_demo_refuses_with_the_findings(t *testing.T) {
	p := open(t)
	do := func(by interaction.PartyID, cmd interaction.Command) {
		t.Helper()
		_, err := p.desk.kernel.Do(t.Context(), "chat", chatkernel.By(by, ""), cmd)
		require.NoError(t, err)
	}
	do("contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat"}, Target: "queue:billing"})
	s, err := p.desk.kernel.State(t.Context(), "chat")
	require.NoError(t, err)
	do(interaction.System, interaction.Offer{Invitation: s.Invitations[0].ID, Agent: "agent:maria", AgentName: "Maria"})
	do("agent:maria", interaction.Accept{Invitation: s.Invitations[0].ID, Name: "Maria"})

	push := func(url string) (int, map[string]any) {
		return p.post("agent:maria", "/chat/interactions/chat/commands/push-url", `{"url":"`+url+`"}`)
	}
	status, problem := push("https://bank.example@evil.example/")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, "address", problem["code"])
	require.Equal(t, "user-name", problem["findings"].([]any)[0].(map[string]any)["code"])
	status, _ = push("HTTPS://Shop.example")
	require.Equal(t, http.StatusOK, status)
	recent, err := p.desk.pages.history.Suggest(t.Context(), "agent:maria", "", 0)
	require.NoError(t, err)
	require.Equal(t, []string{"https://shop.example/"}, recent)
}

// A postman carries what a page sends to a desk.
type postman struct {
	*testing.T
	desk *desk
}

func (p postman) post(as interaction.PartyID, path, body string) (status int, got map[string]any) {
	p.Helper()
	r := httptest.NewRequestWithContext(p.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", rand.Text())
	if as != "" {
		r.Header.Set("Authorization", "Bearer "+p.desk.logins.enter(gateway.Caller{ID: as}))
	}
	w := httptest.NewRecorder()
	p.desk.handler().ServeHTTP(w, r)
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		require.NoError(p, json.Unmarshal(w.Body.Bytes(), &got))
	}
	return w.Code, got
}

func open(t *testing.T) postman {
	t.Helper()
	d, err := newDesk(mistakes)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return postman{t, d}
}

func address(typed string) string {
	b, _ := json.Marshal(map[string]string{"address": typed})
	return string(b)
}

func TestURL_7_demo_suggests_what_the_agent_has_pushed(t *testing.T) {
	p := open(t)
	for _, a := range []string{"https://shop.example/lamps", "https://shop.example/repairs", "https://shop.example/LAMPS/2"} {
		_, err := p.desk.pages.push(t.Context(), "chat", nil, chatkernel.By("agent:maria", ""), interaction.PushURL{URL: a})
		require.NoError(t, err)
	}
	_, got := p.post("agent:maria", "/demo/push/typed", address("lamps"))
	require.Equal(t, []any{"https://shop.example/LAMPS/2", "https://shop.example/lamps"}, got["recent"])
	_, got = p.post("agent:maria", "/demo/push/typed", address(" "))
	require.Len(t, got["recent"], 3)
	require.NotContains(t, got, "findings", "nothing is typed, so nothing is wrong")
	_, got = p.post("agent:ben", "/demo/push/typed", address(""))
	require.NotContains(t, got, "recent", "each agent has a history of its own")
}

func TestURL_5_demo_judges_while_an_address_is_typed(t *testing.T) {
	p := open(t)
	_, got := p.post("agent:maria", "/demo/push/typed", address("https://shop.example:9000/a"))
	link := got["link"].(map[string]any)
	require.Equal(t, "https://shop.example:9000/a", link["href"])
	require.Equal(t, "suspicious", link["level"])
	_, got = p.post("agent:maria", "/demo/push/typed", address("https://bank.example@evil.example/"))
	require.NotContains(t, got, "link")
	require.Equal(t, "user-name", got["findings"].([]any)[0].(map[string]any)["code"])
	require.Equal(t, "https://evil.example/", got["meant"])
}

// answers are a checker that knows one address.
type answers map[string]urlsafe.Answer

func (a answers) CheckURL(_ context.Context, address string) (urlsafe.Answer, error) {
	if found, ok := a[address]; ok {
		return found, nil
	}
	return urlsafe.Answer{}, &urlsafe.RefusedError{}
}

func TestURL_6_demo_checks_an_address(t *testing.T) {
	p := open(t)
	_, got := p.post("agent:maria", "/demo/push/check", address("http://127.0.0.1/"))
	require.Equal(t, map[string]any{"final": "http://127.0.0.1/", "reason": "private"}, got, "the shop's own network is nobody's business")
	_, got = p.post("agent:maria", "/demo/push/check", address("javascript:alert(1)"))
	require.Equal(t, "forbidden-scheme", got["findings"].([]any)[0].(map[string]any)["code"])

	p.desk.pages.checker = answers{"https://shop.example/": {Final: "https://www.shop.example/", Status: 200, Reason: urlsafe.Answered}}
	_, got = p.post("agent:maria", "/demo/push/check", address("https://shop.example/"))
	require.Equal(t, map[string]any{"final": "https://www.shop.example/", "status": 200.0, "reason": "answered"}, got)
	require.Empty(t, p.desk.pages.asking, "the place is free again")
}

func TestHOST_6_demo_only_those_who_work_here_push_and_check(t *testing.T) {
	p := open(t)
	for _, path := range []string{"/demo/push/typed", "/demo/push/check"} {
		for _, as := range []interaction.PartyID{"", "contact:pat", "bot:greeter", "agent:eve"} {
			status, _ := p.post(as, path, address("http://127.0.0.1/"))
			require.Equal(t, http.StatusUnauthorized, status, "%s as %q", path, as)
		}
		status, _ := p.post("agent:maria", path, `{`)
		require.Equal(t, http.StatusBadRequest, status)
		status, _ = p.post("agent:maria", path, address(strings.Repeat("a", 20_000)))
		require.Equal(t, http.StatusBadRequest, status)
	}
}
