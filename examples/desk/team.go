package main

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/routing"
)

// people are those who work here, in the order in which they are asked where
// nothing else decides.
var people = []routing.Agent{
	{ID: "agent:maria", Name: "Maria", Groups: []string{"billing"}, Skills: []routing.Skill{{Name: "spanish", Level: 1}}},
	{ID: "agent:ben", Name: "Ben", Groups: []string{"billing"}},
	{ID: "agent:chloe", Name: "Chloe", Groups: []string{"sales"}, Skills: []routing.Skill{{Name: "spanish", Level: 3}}},
	{ID: "supervisor:sam", Name: "Sam", Groups: []string{"lead"}},
}

const capacity = 3 // chats of one person at a time

// queues are where customers wait. Who waits for long is offered to the others
// as well.
var queues = []routing.Queue{
	{
		Target: "queue:billing", Name: "Billing", Members: []interaction.Target{"group:billing"},
		Overflow: []routing.Overflow{{After: 45 * time.Second, To: "group:sales"}}, Announce: 20 * time.Second,
	},
	{
		Target: "queue:sales", Name: "Sales", Members: []interaction.Target{"group:sales"},
		Overflow: []routing.Overflow{{After: 45 * time.Second, To: "group:billing"}}, Announce: 20 * time.Second,
	},
}

// firstOfTheList is a strategy of the host's own: who has the least to do, and of
// those who stands first in the list.
func firstOfTheList(a, b *routing.Candidate) int {
	place := func(c *routing.Candidate) int {
		return slices.IndexFunc(people, func(p routing.Agent) bool { return p.ID == c.Agent })
	}
	return cmp.Or(cmp.Compare(a.Used*b.Capacity, b.Used*a.Capacity), cmp.Compare(place(a), place(b)))
}

// A team is the host's directory: the library's own one in memory, and what the
// demo adds to it. A person is there as long as a desktop is open.
type team struct {
	*routing.Team
	favourites memstore.Favourites

	mu       sync.Mutex
	desktops map[interaction.PartyID]int
	reasons  map[interaction.PartyID]string // why somebody who left was not ready
}

func newTeam() (*team, error) {
	all := slices.Clone(people)
	for i := range all {
		all[i].Capacity = routing.Capacity{Chat: capacity, Voice: 1}
	}
	directory, err := routing.NewTeam(all...)
	return &team{
		Team: directory, desktops: make(map[interaction.PartyID]int), reasons: make(map[interaction.PartyID]string),
	}, err
}

// leaveAfter is how long a desktop may be gone, as when its page is loaded anew,
// before its person counts as gone.
const leaveAfter = 3 * time.Second

// arrive notes that a desktop is open; leave says that it no longer is. Whoever
// comes back is as ready as before.
func (t *team) arrive(id interaction.PartyID) (leave func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.desktops[id]++; t.desktops[id] == 1 {
		if a, err := t.Agent(context.Background(), id); err == nil && a.Presence == routing.Offline {
			if reason, is := t.reasons[id]; is {
				_ = t.SetPresence(id, routing.NotReady, reason)
			} else {
				_ = t.SetPresence(id, routing.Ready, "")
			}
		}
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.desktops[id]--
		time.AfterFunc(leaveAfter, func() { t.gone(id) })
	}
}

// gone makes a person offline who has had no desktop for a while.
func (t *team) gone(id interaction.PartyID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, err := t.Agent(context.Background(), id)
	if t.desktops[id] > 0 || err != nil || a.Presence == routing.Offline {
		return
	}
	delete(t.reasons, id)
	if a.Presence == routing.NotReady {
		t.reasons[id] = a.Reason
	}
	_ = t.SetPresence(id, routing.Offline, "")
}

// countDesktops notes who has a desktop open: a desktop follows its work as
// long as it is.
func (d *desk) countDesktops(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if caller, err := d.logins.authenticate(r); err == nil && r.URL.Path == "/work" {
			if _, err := d.team.Agent(r.Context(), caller.ID); err == nil {
				defer d.team.arrive(caller.ID)()
			}
		}
		next.ServeHTTP(w, r)
	})
}

// serveMe tells a desktop, live, how its person is.
func (d *desk) serveMe(w http.ResponseWriter, r *http.Request) {
	caller, ok := d.staff(w, r)
	if !ok {
		return
	}
	live(w, r, func() (any, error) {
		a, err := d.team.Agent(r.Context(), caller)
		return map[string]any{
			"ready": a.Presence == routing.Ready, "reason": a.Reason, "chats": d.router.Used(caller)[interaction.ByChat], "capacity": a.Capacity.Chat,
		}, err
	})
}

// serveReady takes {"ready", "reason"} from a desktop.
func (d *desk) serveReady(w http.ResponseWriter, r *http.Request) {
	caller, ok := d.staff(w, r)
	if !ok {
		return
	}
	var now struct {
		Ready  bool
		Reason string
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1000)).Decode(&now)
	if err == nil && now.Ready {
		err = d.team.SetPresence(caller, routing.Ready, "")
	} else if err == nil {
		err = d.team.SetPresence(caller, routing.NotReady, now.Reason)
	}
	if err != nil {
		http.Error(w, "not a state", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// staff is which of the people a request is from; others are refused.
func (d *desk) staff(w http.ResponseWriter, r *http.Request) (interaction.PartyID, bool) {
	caller, err := d.logins.authenticate(r)
	if err == nil {
		_, err = d.team.Agent(r.Context(), caller.ID)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return "", false
	}
	return caller.ID, true
}
