package transcript

import (
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// A View is one viewer's look at an interaction.
type View struct {
	// State is a snapshot of the interaction, at least as new as the records that
	// are shown.
	State *interaction.State
	// Viewer is who looks.
	Viewer interaction.Viewer
	// Words are the language of system lines and reasons; nil is English.
	Words Words
	// Links find and judge the addresses in what people write, by the host's
	// policy (URL-1); nil leaves [Entry.Segments] empty.
	Links *urlsafe.Links
}

// A Who is how the viewer sees a party.
type Who struct {
	// Colour is a small number that is the party's as long as the view lasts: an
	// index into a palette. It is -1 for the system, and for whoever the viewer
	// does not see in the chat.
	Colour int    `json:"colour"`
	Name   string `json:"name,omitempty"`
	Role   string `json:"role"` // "contact", "agent", "supervisor", "bot" or "system"
}

func who(h interaction.Handle) Who { return Who{h.Colour, h.Name, h.Role.String()} }

// isContact reports whether the viewer is a contact, for whom nothing internal
// exists.
func (v *View) isContact() bool { return v.Viewer.ID.Role() == interaction.RoleContact }

// word is an enumeration's name as it stands in JSON: "in chat" is "in-chat".
func word(name interface{ String() string }) string {
	return strings.ReplaceAll(name.String(), " ", "-")
}

// scopeWord is the name of an audience.
func scopeWord(s interaction.Scope) string {
	if s == interaction.OneConsultation {
		return "consultation"
	}
	return word(s)
}

// name is what sentences call a party: its name, else what it is.
func (v *View) name(w Who) string {
	if w.Name != "" {
		return w.Name
	}
	return v.Words.Text(Term("role/"+w.Role), "", "", "")
}
