package responses

import (
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
)

// Fields looks fields up in an interaction, for the agent who sends the text:
//
//	contact.name   the contact's name
//	agent.name     the agent's nickname where it has one, else its name (PART-4)
//	chat.subject   the subject
//	chat.channel   the channel
//	case.KEY       the case data under the key, as text; it has no value where the key is missing
//
// The state must not change while the lookup is used: it is a snapshot.
func Fields(s *interaction.State, agent interaction.PartyID) Lookup {
	return func(name string) (string, error) {
		if key, ok := strings.CutPrefix(name, "case."); ok && key != "" {
			for i := range s.CaseData {
				if s.CaseData[i].Key == key {
					return s.CaseData[i].Value.Text, nil
				}
			}
			return "", ErrNoValue
		}
		if !KnownField(name) {
			return "", ErrUnknownField
		}
		if s.Start == nil {
			return "", ErrNoValue
		}
		switch name {
		case "contact.name":
			return s.Contact.Name, nil
		case "chat.subject":
			return s.Start.Subject, nil
		case "chat.channel":
			return s.Start.Channel, nil
		}
		// The contact must not learn the name behind a nickname.
		p := s.Party(agent)
		switch {
		case p == nil:
			return "", ErrNoValue
		case p.Nickname != "":
			return p.Nickname, nil
		}
		return p.Name, nil
	}
}

// KnownField reports whether [Fields] knows the field in some chat. Case data may
// have any key.
func KnownField(name string) bool {
	switch name {
	case "contact.name", "agent.name", "chat.subject", "chat.channel":
		return true
	}
	return strings.HasPrefix(name, "case.") && len(name) > len("case.")
}
