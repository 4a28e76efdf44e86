package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"slices"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
)

// A hit is one line of the team communicator.
type hit struct {
	Target    interaction.Target `json:"target"`
	Kind      string             `json:"kind"`
	Name      string             `json:"name"`
	Favourite bool               `json:"favourite,omitempty"`
	State     string             `json:"state"` // of a person: "ready", "busy", "not-ready", "after-work", "offline"; else "open", "nobody", "closed"
	Reason    string             `json:"reason,omitempty"`
	Skills    []string           `json:"skills,omitempty"` // of a person, and its groups
	Ready     int                `json:"ready"`
	Members   int                `json:"members"`
	Free      int                `json:"free"`
	Waiting   int                `json:"waiting"`
	// Why it cannot be done now, by what the agent wants to do; nothing where it
	// can.
	Refused map[string]string `json:"refused,omitempty"`
}

var kindNames = map[interaction.TargetKind]string{
	interaction.AgentTarget: "agent", interaction.GroupTarget: "group", interaction.SkillTarget: "skill", interaction.QueueTarget: "queue",
}

// serveFind searches the team as somebody types (ROUTE-6).
func (d *desk) serveFind(w http.ResponseWriter, r *http.Request) {
	caller, ok := d.staff(w, r)
	if !ok {
		return
	}
	q := routing.Query{Text: r.FormValue("text"), For: caller}
	switch only := r.FormValue("only"); only {
	case "favourites":
		q.Favourites = true
	case "recents":
		q.Recents = true
	default:
		for kind, name := range kindNames {
			if name == only {
				q.Kinds = []interaction.TargetKind{kind}
			}
		}
	}
	if id := r.FormValue("chat"); id != "" {
		s, err := d.kernel.State(r.Context(), id)
		// Whoever has nothing to do with a chat learns nothing of it here.
		if err != nil || s.Standing(caller) == interaction.AsOutsider {
			http.NotFound(w, r)
			return
		}
		q.Chat = &s
	}
	found, err := d.book.Search(r.Context(), q)
	if errors.Is(err, routing.ErrQuery) {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	waiting := make(map[interaction.Target]int)
	for _, s := range d.router.Standings() {
		waiting[s.Target] = s.Waiting
	}
	hits := []hit{}
	for i := range found {
		h := line(&found[i], waiting[found[i].Target])
		if a, err := d.team.Agent(r.Context(), interaction.PartyID(h.Target)); err == nil {
			h.Skills = able(&a)
		}
		hits = append(hits, h)
	}
	answer(w, hits)
}

// able is what somebody is good for: the groups and the skills.
func able(a *routing.Agent) []string {
	all := slices.Clone(a.Groups)
	for _, s := range a.Skills {
		all = append(all, s.Name)
	}
	return all
}

func line(f *routing.Hit, waiting int) hit {
	h := hit{
		Target: f.Target, Kind: kindNames[f.Kind], Name: f.Name, Favourite: f.Favourite, Reason: f.Reason,
		Ready: f.Ready, Members: f.Members, Free: f.Free.Chat, Waiting: waiting, Refused: make(map[string]string),
	}
	switch {
	case f.Kind != interaction.AgentTarget && errors.Is(f.Transfer, routing.ErrClosed):
		h.State = "closed"
	case f.Kind != interaction.AgentTarget && f.Ready == 0:
		h.State = "nobody"
	case f.Kind != interaction.AgentTarget:
		h.State = "open"
	case f.Presence == routing.Ready && f.Free.Chat == 0:
		h.State = "busy"
	default:
		h.State = map[routing.Presence]string{
			routing.Ready: "ready", routing.NotReady: "not-ready", routing.AfterWork: "after-work", routing.Offline: "offline",
		}[f.Presence]
	}
	for kind, err := range map[string]error{"transfer": f.Transfer, "conference": f.Conference, "consult": f.Consult[interaction.ByChat]} {
		if err != nil {
			h.Refused[kind] = reasonOf(err)
		}
	}
	return h
}

// reasonOf is a stable word for why somebody cannot be asked.
func reasonOf(err error) string {
	for word, is := range map[string]error{
		"self": routing.ErrSelf, "in-chat": routing.ErrInChat, "offered": routing.ErrOffered, "consulting": routing.ErrConsulting,
		"medium": routing.ErrMedium, "unavailable": routing.ErrUnavailable, "full": routing.ErrFull, "closed": routing.ErrClosed,
		"transfer-open": interaction.ErrTransferOpen,
	} {
		if errors.Is(err, is) {
			return word
		}
	}
	return "rules"
}

// invite is the gate of the routing, and remembers whom the people ask: those
// are their recent targets.
func (d *desk) invite(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.Command) (interaction.Command, error) {
	cmd, err := d.router.Gate(ctx, id, s, by, cmd)
	if err != nil {
		return cmd, err
	}
	var to interaction.Target
	switch c := cmd.(type) {
	case interaction.Transfer:
		to = c.To
	case interaction.Conference:
		to = c.To
	case interaction.Consult:
		to = c.To
	}
	if to != "" {
		if err := d.team.favourites.Used(ctx, by.ID, to); err != nil {
			log.Print("desk: ", err) // no reason to refuse it
		}
	}
	return cmd, nil
}

// serveFavourite takes {"target", "is"}.
func (d *desk) serveFavourite(w http.ResponseWriter, r *http.Request) {
	caller, ok := d.staff(w, r)
	if !ok {
		return
	}
	var mark struct {
		Target interaction.Target
		Is     bool
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1000)).Decode(&mark)
	change := d.team.favourites.Remove
	if mark.Is {
		change = d.team.favourites.Add
	}
	if err == nil {
		err = change(r.Context(), caller, mark.Target)
	}
	if err != nil {
		http.Error(w, "not a favourite", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
