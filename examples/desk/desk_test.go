package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
)

// office runs a story in the desk with time under control.
func office(t *testing.T, story func(ctx context.Context, d *desk)) {
	synctest.Test(t, func(t *testing.T) {
		d, err := newDesk(mistakes)
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		go d.work(ctx)
		synctest.Wait()
		defer func() {
			stop()
			require.NoError(t, d.Close())
			synctest.Wait()
		}()
		story(ctx, d)
	})
}

// asks is a contact who asks for a queue.
func asks(ctx context.Context, t *testing.T, d *desk, id string, queue interaction.Target) {
	t.Helper()
	synctest.Wait() // until the router knows who is there
	who := interaction.PartyID("contact:" + id)
	_, err := d.kernel.Do(ctx, id, chatkernel.By(who, ""), interaction.Start{Contact: interaction.Person{ID: who, Name: "Pat"}, Target: queue})
	require.NoError(t, err)
	synctest.Wait()
}

// asked is who has the offer of a chat.
func asked(ctx context.Context, t *testing.T, d *desk, id string) interaction.PartyID {
	t.Helper()
	synctest.Wait()
	s, err := d.kernel.State(ctx, id)
	require.NoError(t, err)
	require.Len(t, s.Invitations, 1)
	return s.Invitations[0].Agent
}

// A chat goes to the one with the least to do, then to the first of the list,
// and on to the next one when that one declines or does not answer.
func TestROUTE_2_demo_asks_one_after_the_other(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		asks(ctx, t, d, "chat", "queue:billing")
		require.Empty(t, asked(ctx, t, d, "chat"), "nobody is there")
		d.team.arrive("agent:ben")
		synctest.Wait()
		d.team.arrive("agent:maria")
		require.EqualValues(t, "agent:ben", asked(ctx, t, d, "chat"), "he came first")
		asks(ctx, t, d, "second", "queue:billing")
		require.EqualValues(t, "agent:maria", asked(ctx, t, d, "second"), "she has less to do")
		s, err := d.kernel.State(ctx, "second")
		require.NoError(t, err)
		_, err = d.kernel.Do(ctx, "second", chatkernel.By("agent:maria", ""), interaction.Decline{Invitation: s.Invitations[0].ID})
		require.NoError(t, err)
		require.EqualValues(t, "agent:ben", asked(ctx, t, d, "second"))

		time.Sleep(demoPolicy().NoAnswer)
		synctest.Wait()
		ben, err := d.team.Agent(ctx, "agent:ben")
		require.NoError(t, err)
		require.Equal(t, routing.NotReady, ben.Presence, "who does not answer is not ready any more (ROUTE-10)")
		require.Equal(t, routing.NoAnswer, ben.Reason)
		require.EqualValues(t, "agent:maria", asked(ctx, t, d, "chat"))
	})
}

func TestROUTE_9_demo_overflows_to_the_others(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		d.team.arrive("agent:chloe")
		asks(ctx, t, d, "chat", "queue:billing")
		time.Sleep(44 * time.Second)
		require.Empty(t, asked(ctx, t, d, "chat"))
		time.Sleep(time.Second)
		require.EqualValues(t, "agent:chloe", asked(ctx, t, d, "chat"))
	})
}

func TestROUTE_8_demo_keeps_to_the_capacity(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		d.team.arrive("agent:maria")
		for i := range capacity + 2 {
			asks(ctx, t, d, "chat-"+string(rune('a'+i)), "queue:billing")
		}
		require.Equal(t, capacity, d.router.Used("agent:maria")[interaction.ByChat])
	})
}

// A page that is loaded anew leaves for a moment: that is no absence. A longer
// one is, and whoever comes back is as ready as before.
func TestROUTE_1_demo_desktops_say_who_is_there(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		presence := func() routing.Presence {
			a, err := d.team.Agent(ctx, "agent:maria")
			require.NoError(t, err)
			return a.Presence
		}
		require.Equal(t, routing.Offline, presence())
		leave := d.team.arrive("agent:maria")
		require.Equal(t, routing.Ready, presence())
		leave()
		time.Sleep(leaveAfter / 2)
		leave = d.team.arrive("agent:maria")
		time.Sleep(leaveAfter)
		require.Equal(t, routing.Ready, presence())
		require.NoError(t, d.team.SetPresence("agent:maria", routing.NotReady, "lunch"))
		leave()
		time.Sleep(2 * leaveAfter)
		require.Equal(t, routing.Offline, presence())
		d.team.arrive("agent:maria")
		require.Equal(t, routing.NotReady, presence())
	})
}

// What the team communicator finds and what can be done with it (ROUTE-6), only
// for whoever has to do with the chat.
func TestROUTE_6_demo_finds_whom_to_ask(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		d.team.arrive("agent:maria")
		d.team.arrive("agent:ben")
		d.team.arrive("agent:chloe")
		require.NoError(t, d.team.SetPresence("agent:ben", routing.NotReady, "lunch"))
		maria := d.logins.enter(gateway.Caller{ID: "agent:maria", Name: "Maria"})
		chloe := d.logins.enter(gateway.Caller{ID: "agent:chloe", Name: "Chloe"})
		find := func(token, query string) (found map[interaction.Target]hit) {
			w := request(ctx, d, "GET", "/demo/find?"+query, "", token)
			require.Equal(t, http.StatusOK, w.Code, query)
			var hits []hit
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &hits))
			found = make(map[interaction.Target]hit)
			for _, h := range hits {
				found[h.Target] = h
			}
			return found
		}
		asks(ctx, t, d, "chat", "queue:billing")
		require.Equal(t, http.StatusNotFound, request(ctx, d, "GET", "/demo/find?chat=chat", "", chloe).Code, "it is none of hers")
		require.Equal(t, http.StatusNotFound, request(ctx, d, "GET", "/demo/find?chat=none", "", maria).Code)
		require.Equal(t, http.StatusBadRequest, request(ctx, d, "GET", "/demo/find?text="+strings.Repeat("a", 300), "", maria).Code)
		s, err := d.kernel.State(ctx, "chat")
		require.NoError(t, err)
		do := func(cmd interaction.Command) {
			t.Helper()
			_, err := d.kernel.Do(ctx, "chat", chatkernel.By("agent:maria", ""), cmd)
			require.NoError(t, err)
			synctest.Wait()
		}
		do(interaction.Accept{Invitation: s.Invitations[0].ID})

		found := find(maria, "chat=chat")
		require.Equal(t, "lunch", found["agent:ben"].Reason)
		require.Equal(t, "not-ready", found["agent:ben"].State)
		require.Equal(t, "unavailable", found["agent:ben"].Refused["transfer"])
		require.Equal(t, "self", found["agent:maria"].Refused["consult"])
		require.Equal(t, "offline", found["supervisor:sam"].State)
		require.Equal(t, "unavailable", found["group:billing"].Refused["transfer"], "she is the only one of it who is ready")
		require.Equal(t, 1, found["group:billing"].Ready)
		require.Equal(t, []string{"sales", "spanish"}, found["agent:chloe"].Skills)
		require.Empty(t, found["agent:chloe"].Refused)
		require.Empty(t, found["queue:billing"].Refused["transfer"], "a queue can wait")
		require.Equal(t, "skill", found["skill:spanish"].Kind)

		require.Len(t, find(maria, "chat=chat&text=SPA"), 1)
		require.Len(t, find(maria, "chat=chat&only=queue"), 2)
		require.Empty(t, find(maria, "only=favourites"))
		require.Equal(t, http.StatusNoContent, request(ctx, d, "POST", "/demo/favourite", `{"target":"agent:chloe","is":true}`, maria).Code)
		require.True(t, find(maria, "only=favourites")["agent:chloe"].Favourite)
		require.Empty(t, find(chloe, "only=favourites"), "they are each one's own")
		require.Equal(t, http.StatusNoContent, request(ctx, d, "POST", "/demo/favourite", `{"target":"agent:chloe"}`, maria).Code)
		require.Empty(t, find(maria, "only=favourites"))
		require.Equal(t, http.StatusBadRequest, request(ctx, d, "POST", "/demo/favourite", `{"target":"","is":true}`, maria).Code)

		require.Empty(t, find(maria, "only=recents"))
		do(interaction.Transfer{To: "group:sales"})
		require.Contains(t, find(maria, "only=recents"), interaction.Target("group:sales"))
		require.Equal(t, "offered", find(maria, "chat=chat")["agent:chloe"].Refused["conference"])
	})
}

// A desktop says whether its person takes new work.
func TestROUTE_1_demo_ready_and_not_ready(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		d.team.arrive("agent:maria")
		maria := d.logins.enter(gateway.Caller{ID: "agent:maria", Name: "Maria"})
		presence := func() (routing.Presence, string) {
			a, err := d.team.Agent(ctx, "agent:maria")
			require.NoError(t, err)
			return a.Presence, a.Reason
		}
		is := func(p routing.Presence, reason string) {
			t.Helper()
			gotPresence, gotReason := presence()
			require.Equal(t, p, gotPresence)
			require.Equal(t, reason, gotReason)
		}
		require.Equal(t, http.StatusNoContent, request(ctx, d, "POST", "/demo/ready", `{"ready":false,"reason":"lunch"}`, maria).Code)
		is(routing.NotReady, "lunch")
		asks(ctx, t, d, "chat", "queue:billing")
		require.Empty(t, asked(ctx, t, d, "chat"))
		for _, wrong := range []string{`{`, `{"ready":"perhaps"}`, `{"reason":"` + strings.Repeat("a", 300) + `"}`} {
			require.Equal(t, http.StatusBadRequest, request(ctx, d, "POST", "/demo/ready", wrong, maria).Code)
			is(routing.NotReady, "lunch")
		}
		require.Equal(t, http.StatusNoContent, request(ctx, d, "POST", "/demo/ready", `{"ready":true}`, maria).Code)
		is(routing.Ready, "")
		require.EqualValues(t, "agent:maria", asked(ctx, t, d, "chat"))
	})
}

// The supervisor's page is told what waits, and in which place, and whoever is no
// supervisor is told nothing.
func TestROUTE_9_demo_overview(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		look := func(id interaction.PartyID) string {
			short, cancel := context.WithTimeout(ctx, lookEvery/2)
			defer cancel()
			return request(short, d, "GET", "/demo/overview", "", d.logins.enter(gateway.Caller{ID: id})).Body.String()
		}
		asks(ctx, t, d, "first", "queue:sales")
		time.Sleep(time.Second)
		asks(ctx, t, d, "second", "queue:sales")
		require.NoError(t, d.team.SetPresence("agent:ben", routing.NotReady, "lunch"))
		first, _, _ := strings.Cut(look("supervisor:sam"), "\n\n")
		data, ok := strings.CutPrefix(first, "data: ")
		require.True(t, ok, first)
		var o overview
		require.NoError(t, json.Unmarshal([]byte(data), &o))
		require.Len(t, o.Queues, 2)
		require.Equal(t, 2, o.Queues[1].Waiting)
		require.Len(t, o.Agents, len(people))
		require.Equal(t, "lunch", o.Agents[1].Reason)
		require.Equal(t, capacity, o.Agents[1].Most)
		require.Len(t, o.Chats, 2)
		for i, id := range []string{"first", "second"} {
			require.Equal(t, id, o.Chats[i].ID)
			require.Equal(t, i+1, o.Chats[i].Place)
			require.EqualValues(t, "queue:sales", o.Chats[i].Queue)
		}
		require.Empty(t, look("agent:maria"))
	})
}

// A contact who waits is told its place in its own language.
func TestROUTE_9_demo_announces_the_place(t *testing.T) {
	office(t, func(ctx context.Context, d *desk) {
		const pat interaction.PartyID = "contact:pat"
		_, err := d.kernel.Do(ctx, "chat", chatkernel.By(pat, ""), interaction.Start{
			Contact: interaction.Person{ID: pat, Name: "Pat"}, Language: "de", Target: "queue:billing",
		})
		require.NoError(t, err)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		var said []string
		for r, err := range d.records(ctx, "chat", 0) {
			require.NoError(t, err)
			if a, ok := r.Event.(*interaction.Announced); ok {
				said = append(said, a.Text)
			}
		}
		require.Len(t, said, 1)
		require.Contains(t, said[0], "Platz 1")
	})
}

func request(ctx context.Context, d *desk, method, path, body, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	d.handler().ServeHTTP(w, r)
	return w
}

func TestHOST_6_demo_asks_who_one_is(t *testing.T) {
	d, err := newDesk(mistakes)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	ask := func(method, path, body, token string) *httptest.ResponseRecorder {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // a stream would go on for ever
		defer cancel()
		return request(ctx, d, method, path, body, token)
	}
	for _, path := range []string{"/chat/work", "/chat/interactions/x", "/demo/me", "/demo/find", "/demo/overview"} {
		require.Equal(t, http.StatusUnauthorized, ask("GET", path, "", "").Code, path)
		require.Equal(t, http.StatusUnauthorized, ask("GET", path, "", "guessed").Code, path)
	}
	for _, path := range []string{"/demo/ready", "/demo/favourite"} {
		require.Equal(t, http.StatusUnauthorized, ask("POST", path, `{}`, "").Code)
	}
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
