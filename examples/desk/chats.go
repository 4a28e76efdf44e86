package main

import (
	"net/http"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/timers"
	"github.com/chatkernel/chatkernel/transcript"
)

// An overview is what the supervisor's page shows.
type overview struct {
	Queues []queue   `json:"queues"`
	Agents []agent   `json:"agents"`
	Chats  []running `json:"chats"`
}

// A queue is one line of the supervisor's list of queues.
type queue struct {
	Target  interaction.Target `json:"target"`
	Name    string             `json:"name"`
	Waiting int                `json:"waiting"`
	Oldest  *time.Time         `json:"oldest,omitempty"`
	Ready   int                `json:"ready"`
	Free    int                `json:"free"`
	Wait    int                `json:"wait,omitempty"` // seconds
}

// An agent is one line of the supervisor's list of people.
type agent struct {
	ID     interaction.PartyID `json:"id"`
	Name   string              `json:"name"`
	State  string              `json:"state"`
	Reason string              `json:"reason,omitempty"`
	Since  time.Time           `json:"since"`
	Chats  int                 `json:"chats"`
	Most   int                 `json:"most"`
	Skills []string            `json:"skills"` // and groups
}

// A running chat is one line of the supervisor's list of chats.
type running struct {
	ID        string              `json:"id"`
	Contact   string              `json:"contact"`
	Subject   string              `json:"subject"`
	Phase     string              `json:"phase"`
	Owner     string              `json:"owner,omitempty"`
	Asked     []string            `json:"asked,omitempty"`
	Queue     interaction.Target  `json:"queue,omitempty"` // for which somebody is sought
	Place     int                 `json:"place,omitempty"` // from 1, 0 while somebody is asked
	StartedAt time.Time           `json:"startedAt"`
	EndedAt   *time.Time          `json:"endedAt,omitempty"`
	Pending   *transcript.Pending `json:"pending,omitempty"`
	Watching  bool                `json:"watching,omitempty"` // the supervisor is in it in some way
}

// serveOverview shows a supervisor the work, live.
func (d *desk) serveOverview(w http.ResponseWriter, r *http.Request) {
	caller, ok := d.staff(w, r)
	if !ok {
		return
	}
	live(w, r, func() (any, error) {
		o, err := d.router.Overview(r.Context(), d.kernel, caller)
		if err != nil {
			return nil, err
		}
		shown := overview{Queues: []queue{}, Agents: []agent{}, Chats: []running{}}
		for _, s := range o.Queues {
			q := queue{Target: s.Target, Name: s.Name, Waiting: s.Waiting, Ready: s.Ready, Free: s.Free, Wait: int(s.Wait.Seconds())}
			if !s.Oldest.IsZero() {
				q.Oldest = &s.Oldest
			}
			shown.Queues = append(shown.Queues, q)
		}
		for _, p := range people {
			a, err := d.team.Agent(r.Context(), p.ID)
			if err != nil {
				return nil, err
			}
			used := d.router.Used(p.ID)[interaction.ByChat]
			hit := routing.Hit{Kind: interaction.AgentTarget, Presence: a.Presence, Free: routing.Capacity{Chat: a.Capacity.Chat - used}}
			shown.Agents = append(shown.Agents, agent{a.ID, a.Name, line(&hit, 0).State, a.Reason, a.Since, used, a.Capacity.Chat, able(&a)})
		}
		for _, l := range append(o.Waiting, o.Running...) {
			s, err := d.kernel.State(r.Context(), l.ID)
			if err != nil {
				return nil, err
			}
			c := chat(l.ID, &s, caller)
			c.Queue, c.Place = l.Target, l.Place.Position
			for _, id := range l.Asked {
				c.Asked = append(c.Asked, s.Party(id).Display())
			}
			shown.Chats = append(shown.Chats, c)
		}
		return shown, nil
	})
}

func chat(id string, s *interaction.State, supervisor interaction.PartyID) running {
	c := running{ID: id, Contact: s.Contact.Name, Subject: s.Start.Subject, Phase: s.Phase.String(), StartedAt: s.StartedAt}
	if owner := s.Party(s.Owner); owner != nil {
		c.Owner = owner.Display()
	}
	if !s.EndedAt.IsZero() {
		c.EndedAt = &s.EndedAt
	}
	if s.Stage != timers.None {
		c.Pending = &transcript.Pending{Since: s.Pending, Stage: s.Stage.String()}
	}
	if p := s.Party(supervisor); p != nil {
		c.Watching = p.Here()
	}
	return c
}
