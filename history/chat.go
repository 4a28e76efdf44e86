package history

import (
	"strings"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// A Chat is one interaction in a history, as one viewer may know it. What is empty
// stays out of the JSON.
type Chat struct {
	ID string `json:"id"`
	// Phase is "waiting", "active", "ended", "done" or "dormant"; for a contact
	// "waiting" while no agent is in the chat, else "open" or "ended".
	Phase    string    `json:"phase"`
	Started  time.Time `json:"startedAt"`
	Ended    time.Time `json:"endedAt,omitzero"`
	EndedWhy string    `json:"endedWhy,omitempty"` // as in [transcript.Header] (TIME-3)

	// What follows is for internal viewers.

	Subject string `json:"subject,omitempty"`
	Channel string `json:"channel,omitempty"`
	// Contact is whose history it belongs to now, and Former are those that it was
	// assigned away from (HIST-5).
	Contact     *transcript.Person    `json:"contact,omitempty"`
	Former      []interaction.PartyID `json:"former,omitempty"`
	Owner       *transcript.Person    `json:"owner,omitempty"` // the present or last one, as chats name it (PART-4)
	Disposition *transcript.Choice    `json:"disposition,omitempty"`
	Erased      bool                  `json:"erased,omitempty"` // HIST-7

	// Unreadable says that this process cannot read the chat's log, as one that a later
	// version wrote: only what the index has is here, without names.
	Unreadable bool `json:"unreadable,omitempty"`

	// Hits are the first entries that hold what was searched for.
	Hits []Hit `json:"hits,omitempty"`
}

// chatOf is what the viewer may know of a chat. The contact gets what its header of
// the running chat tells as well.
func chatOf(viewer interaction.PartyID, id string, s *interaction.State) Chat {
	c := Chat{ID: id, Phase: word(s.Phase), Started: s.StartedAt, Ended: s.EndedAt}
	why := s.EndedWhy
	contact := viewer.Role() == interaction.RoleContact
	if contact {
		c.Phase = contactPhase(s.Phase)
		if why == interaction.ByMarkDone {
			why = interaction.ByAgent // by which button is not the contact's to know
		}
	}
	if !s.EndedAt.IsZero() {
		c.EndedWhy = word(why)
	}
	if contact {
		return c
	}
	c.Subject, c.Channel, c.Erased = s.Start.Subject, s.Start.Channel, s.Erased
	c.Contact, c.Former = &transcript.Person{ID: string(s.Contact.ID), Name: s.Contact.Name}, s.Former
	if p := s.Party(s.LastOwner); p != nil {
		c.Owner = &transcript.Person{ID: string(p.ID), Name: p.Display()}
	}
	if s.Disposition != "" {
		c.Disposition = &transcript.Choice{Code: s.Disposition, Label: label(s, s.Disposition)}
	}
	return c
}

// unreadable is a chat of which there is only its index, for internal viewers.
func unreadable(id string, x *chatkernel.Index) Chat {
	c := Chat{ID: id, Phase: x.Phase, Started: x.Started, Ended: x.Ended, Channel: x.Channel, Unreadable: true}
	c.Contact = &transcript.Person{ID: x.Contact}
	for _, former := range x.Former {
		c.Former = append(c.Former, interaction.PartyID(former))
	}
	if x.LastOwner != "" {
		c.Owner = &transcript.Person{ID: x.LastOwner}
	}
	if x.Disposition != "" {
		c.Disposition = &transcript.Choice{Code: x.Disposition}
	}
	return c
}

// contactPhase is a phase as the contact knows it.
func contactPhase(p interaction.Phase) string {
	switch p {
	case interaction.InActive:
		return "open"
	case interaction.InEnded, interaction.InDone:
		return "ended"
	}
	return "waiting"
}

// label is the words of a disposition's code.
func label(s *interaction.State, code string) string {
	for _, d := range s.Policy().Dispositions {
		if d.Code == code {
			return d.Label
		}
	}
	return ""
}

// word is an enumeration's name as it stands in JSON: "in chat" is "in-chat".
func word(name interface{ String() string }) string {
	return strings.ReplaceAll(name.String(), " ", "-")
}

func whoOf(h interaction.Handle) transcript.Who {
	return transcript.Who{Colour: h.Colour, Name: h.Name, Role: h.Role.String()}
}
