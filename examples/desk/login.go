package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
)

// logins are who is who. A real host has a login of its own; this one gives
// every page that asks a random token and takes its word for who it is.
//
// Pages send the token in a header rather than a cookie, because several people
// of the demo live in one browser, even in one window.
type logins struct {
	mu      sync.RWMutex
	callers map[string]gateway.Caller // by token
	tickets map[string]string         // the token of each ticket
}

func newLogins() *logins {
	return &logins{callers: make(map[string]gateway.Caller), tickets: make(map[string]string)}
}

// enter logs somebody in.
func (l *logins) enter(c gateway.Caller) (token string) {
	token = rand.Text()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.callers[token] = c
	return token
}

// ticket makes a ticket for somebody who is logged in, see [desk.serveTicket].
func (l *logins) ticket(token string) string {
	ticket := strings.ToLower(rand.Text())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tickets[ticket] = token
	return ticket
}

// withTicket is the token of whom a ticket belongs to.
func (l *logins) withTicket(ticket string) (token string, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	token, ok = l.tickets[ticket]
	return token, ok
}

var errLogin = errors.New("nobody is logged in")

// authenticate says who a request is from: the one question that the gateway
// asks its host.
func (l *logins) authenticate(r *http.Request) (gateway.Caller, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	l.mu.RLock()
	defer l.mu.RUnlock()
	c, known := l.callers[token]
	if !ok || !known {
		return gateway.Caller{}, errLogin
	}
	return c, nil
}

// login takes {"id"} of one of the demo's people, or {"contact":true} for a new
// customer, whose name comes with the chat.
func (d *desk) login(w http.ResponseWriter, r *http.Request) {
	var who struct {
		ID      interaction.PartyID `json:"id"`
		Contact bool                `json:"contact"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1000)).Decode(&who); err != nil {
		http.Error(w, "not a login", http.StatusBadRequest)
		return
	}
	caller := gateway.Caller{ID: interaction.PartyID("contact:" + strings.ToLower(rand.Text()[:12]))}
	if !who.Contact {
		p, err := d.team.Agent(r.Context(), who.ID)
		if err != nil {
			http.Error(w, "nobody has this id", http.StatusForbidden)
			return
		}
		caller = gateway.Caller{ID: p.ID, Name: p.Name}
	}
	token := d.logins.enter(caller)
	answer(w, map[string]any{"token": token, "ticket": d.logins.ticket(token), "id": caller.ID, "name": caller.Name})
}

// listPeople is for the page that asks who one is.
func (d *desk) listPeople(w http.ResponseWriter, _ *http.Request) {
	type person struct {
		ID     interaction.PartyID `json:"id"`
		Name   string              `json:"name"`
		Skills []string            `json:"skills"`
	}
	var all []person
	for _, p := range people {
		all = append(all, person{p.ID, p.Name, able(&p)})
	}
	answer(w, map[string]any{"people": all})
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // the browser is gone: nobody to tell
}
