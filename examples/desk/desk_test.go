package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// A chat goes to the first of the team who is ready, and on to the next one when
// that one declines or does not answer, but to nobody twice in one round.
func TestROUTE_2_demo_asks_one_after_the_other(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := newDesk()
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		go d.work(ctx)
		defer func() {
			stop()
			require.NoError(t, d.Close())
			synctest.Wait()
		}()
		come := func(id interaction.PartyID) {
			d.team.change(id, func(c *condition) { c.desktops++ })
		}
		_, err = d.kernel.Do(ctx, "chat", chatkernel.By("contact:pat", ""), interaction.Start{
			Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Target: "queue:service",
		})
		require.NoError(t, err)
		asked := func() interaction.Invitation {
			time.Sleep(2 * lookEvery)
			synctest.Wait()
			s, err := d.kernel.State(ctx, "chat")
			require.NoError(t, err)
			require.Len(t, s.Invitations, 1)
			return s.Invitations[0]
		}
		require.Empty(t, asked().Agent, "nobody is there")

		come("agent:ben")
		come("agent:maria")
		come("agent:chloe")
		d.team.change("agent:chloe", func(c *condition) { c.notReady = true })
		require.EqualValues(t, "agent:maria", asked().Agent, "she is the first of the list")
		_, err = d.kernel.Do(ctx, "chat", chatkernel.By("agent:maria", ""), interaction.Decline{Invitation: asked().ID})
		require.NoError(t, err)
		require.EqualValues(t, "agent:ben", asked().Agent)

		time.Sleep(demoPolicy().NoAnswer)
		require.Empty(t, asked().Agent, "Maria was asked in this round, and Chloe is not ready")
		require.Equal(t, "busy", stateOf(d, "agent:ben"), "who does not answer is not ready any more (ROUTE-10)")
		require.Equal(t, "ready", stateOf(d, "agent:maria"))

		d.team.change("agent:chloe", func(c *condition) { c.notReady = false })
		require.EqualValues(t, "agent:chloe", asked().Agent)
		_, err = d.kernel.Do(ctx, "chat", chatkernel.By("agent:chloe", ""), interaction.Decline{Invitation: asked().ID})
		require.NoError(t, err)
		d.team.change("agent:maria", func(c *condition) { c.notReady = true })
		require.Empty(t, asked().Agent)
		d.team.change("agent:maria", func(c *condition) { c.notReady = false })
		require.EqualValues(t, "agent:maria", asked().Agent, "she became available again: a new round")
	})
}

func stateOf(d *desk, id interaction.PartyID) string {
	c := d.team.condition(id)
	return c.state()
}

func TestROUTE_8_demo_keeps_to_the_capacity(t *testing.T) {
	d, err := newDesk()
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	d.team.change("agent:maria", func(c *condition) { c.desktops++ })
	known := make(map[string]*past)
	for i := range capacity + 2 {
		_, err := d.kernel.Do(t.Context(), "chat-"+string(rune('a'+i)), chatkernel.By("contact:pat", ""), interaction.Start{
			Contact: interaction.Person{ID: "contact:pat"}, Target: "queue:service",
		})
		require.NoError(t, err)
	}
	for range 3 {
		require.NoError(t, d.offerAll(t.Context(), known))
	}
	_, load, err := d.open(t.Context())
	require.NoError(t, err)
	require.Equal(t, capacity, load["agent:maria"])
}

func TestURL_5_demo_pushes_whole_web_addresses_only(t *testing.T) {
	for address, want := range map[string]string{
		"https://shop.example/orders?id=1#top": "https://shop.example/orders?id=1#top",
		"HTTP://shop.example":                  "http://shop.example",
		"":                                     "",
		"shop.example":                         "",
		"/orders":                              "",
		"https:///orders":                      "",
		"https:shop.example":                   "",
		"javascript:alert(1)":                  "",
		"data:text/html,hello":                 "",
		"https://bank.example@evil.example/":   "",
		"https://shop.example/%zz":             "",
	} {
		push, err := pushable(t.Context(), nil, chatkernel.Actor{}, interaction.PushURL{URL: address})
		if want == "" {
			require.ErrorIs(t, err, errAddress, address)
			continue
		}
		require.NoError(t, err, address)
		require.Equal(t, want, push.URL)
	}
}

func TestHOST_6_demo_asks_who_one_is(t *testing.T) {
	d, err := newDesk()
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	ask := func(method, path, body, token string) *httptest.ResponseRecorder {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // a stream would go on for ever
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		d.handler().ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/chat/work", "/chat/interactions/x", "/demo/me", "/demo/team"} {
		require.Equal(t, http.StatusUnauthorized, ask("GET", path, "", "").Code, path)
		require.Equal(t, http.StatusUnauthorized, ask("GET", path, "", "guessed").Code, path)
	}
	require.Equal(t, http.StatusUnauthorized, ask("POST", "/demo/ready", `{"ready":true}`, "").Code)
	require.Equal(t, http.StatusForbidden, ask("POST", "/login", `{"id":"agent:eve"}`, "").Code)
	require.Equal(t, http.StatusForbidden, ask("POST", "/login", `{"id":"system"}`, "").Code)
	require.Equal(t, http.StatusBadRequest, ask("POST", "/login", `{`, "").Code)
	require.Equal(t, http.StatusOK, ask("POST", "/login", `{"id":"agent:maria"}`, "").Code)
	for _, path := range []string{"/", "/contact", "/agent", "/supervisor", "/log/", "/js/agent.js", "/text/en.js", "/css/base.css", "/icon.svg"} {
		w := ask("GET", path, "", "")
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
	}
	require.Equal(t, http.StatusNotFound, ask("GET", "/demo/log/none", "", "").Code)
}
