package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A person is somebody who works here.
type person struct {
	ID     interaction.PartyID `json:"id"`
	Name   string              `json:"name"`
	Skills []string            `json:"skills"`
}

// A team knows who is there and who is ready: what a real host's directory
// says.
type team struct {
	people []person // in the order in which they are offered chats

	mu  sync.Mutex
	how map[interaction.PartyID]*condition
}

// A condition is how somebody is now.
type condition struct {
	desktops int       // open ones
	notReady bool      // does not want new chats
	since    time.Time // when the person last became available
}

func (c *condition) state() string {
	switch {
	case c.desktops == 0:
		return "away"
	case c.notReady:
		return "busy"
	}
	return "ready"
}

func newTeam() *team {
	t := &team{
		people: []person{
			{"agent:maria", "Maria", []string{"billing"}},
			{"agent:ben", "Ben", []string{"billing"}},
			{"agent:chloe", "Chloe", []string{"sales", "spanish"}},
			{"supervisor:sam", "Sam", []string{"supervisor"}},
		},
		how: make(map[interaction.PartyID]*condition),
	}
	for _, p := range t.people {
		t.how[p.ID] = new(condition)
	}
	return t
}

func (t *team) person(id interaction.PartyID) *person {
	if i := slices.IndexFunc(t.people, func(p person) bool { return p.ID == id }); i >= 0 {
		return &t.people[i]
	}
	return nil
}

// change changes how a person is, and notes when that made them available.
func (t *team) change(id interaction.PartyID, f func(*condition)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.how[id]
	if c == nil {
		return
	}
	before := c.state()
	f(c)
	if c.state() == "ready" && before != "ready" {
		c.since = time.Now()
	}
}

func (t *team) condition(id interaction.PartyID) condition {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.how[id]; c != nil {
		return *c
	}
	return condition{}
}

// countDesktops notes who has a desktop open: a desktop follows its work as
// long as it is.
func (d *desk) countDesktops(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if caller, err := d.logins.authenticate(r); err == nil && r.URL.Path == "/work" {
			d.team.change(caller.ID, func(c *condition) { c.desktops++ })
			defer d.team.change(caller.ID, func(c *condition) { c.desktops-- })
		}
		next.ServeHTTP(w, r)
	})
}

// serveTeam lists the people, with how they are and how many chats they have.
func (d *desk) serveTeam(w http.ResponseWriter, r *http.Request) {
	if _, err := d.logins.authenticate(r); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	type colleague struct {
		person
		State string `json:"state"`
		Chats int    `json:"chats"`
	}
	_, load, err := d.open(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	var all []colleague
	for _, p := range d.team.people {
		c := d.team.condition(p.ID)
		all = append(all, colleague{p, c.state(), load[p.ID]})
	}
	answer(w, all)
}

// serveMe tells a desktop, live, whether its person is ready.
func (d *desk) serveMe(w http.ResponseWriter, r *http.Request) {
	caller, err := d.logins.authenticate(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	live(w, r, func() (any, error) {
		c := d.team.condition(caller.ID)
		return map[string]bool{"ready": !c.notReady}, nil
	})
}

// serveReady takes {"ready"} from a desktop.
func (d *desk) serveReady(w http.ResponseWriter, r *http.Request) {
	caller, err := d.logins.authenticate(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	var now struct{ Ready bool }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1000)).Decode(&now); err != nil {
		http.Error(w, "not a state", http.StatusBadRequest)
		return
	}
	d.team.change(caller.ID, func(c *condition) { c.notReady = !now.Ready })
	w.WriteHeader(http.StatusNoContent)
}
