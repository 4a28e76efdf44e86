package main

import (
	"net/http"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/timers"
	"github.com/chatkernel/chatkernel/transcript"
)

// A running chat is one line of the supervisor's list.
type running struct {
	ID        string              `json:"id"`
	Contact   string              `json:"contact"`
	Subject   string              `json:"subject"`
	Phase     string              `json:"phase"`
	Owner     string              `json:"owner,omitempty"`
	StartedAt time.Time           `json:"startedAt"`
	EndedAt   *time.Time          `json:"endedAt,omitempty"`
	Pending   *transcript.Pending `json:"pending,omitempty"`
	Watching  bool                `json:"watching,omitempty"` // Sam is in it in some way
}

// serveChats lists the chats that are not done, live.
func (d *desk) serveChats(w http.ResponseWriter, r *http.Request) {
	live(w, r, func() (any, error) {
		open, _, err := d.open(r.Context())
		if err != nil {
			return nil, err
		}
		chats := []running{}
		for _, e := range open {
			s, err := d.kernel.State(r.Context(), e.Stream)
			if err != nil {
				return nil, err
			}
			chats = append(chats, line(e.Stream, &s))
		}
		return chats, nil
	})
}

func line(id string, s *interaction.State) running {
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
	if sam := s.Party("supervisor:sam"); sam != nil {
		c.Watching = sam.Here()
	}
	return c
}
