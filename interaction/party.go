package interaction

import (
	"strings"
	"time"
	"unicode/utf8"
)

// A PartyID names a participant: its role, a colon, and the host's own name for
// it, as "contact:pat" or "agent:maria". The role is part of the identity, so
// that nobody can claim another one in a message; who may use which id is the
// host's login to decide.
type PartyID string

// System is the library itself and the host's own programs.
const System PartyID = "system"

// Role is the role in the id, or NoRole if it is not well formed.
func (id PartyID) Role() Role {
	if id == System {
		return RoleSystem
	}
	for r := RoleContact; r <= RoleBot; r++ {
		if p := rolePrefixes[r]; len(id) > len(p) && string(id[:len(p)]) == p {
			return r
		}
	}
	return NoRole
}

var rolePrefixes = [roles]string{RoleContact: "contact:", RoleAgent: "agent:", RoleSupervisor: "supervisor:", RoleBot: "bot:"}

// Valid reports whether the id has a role, is UTF-8 and at most 100 bytes long.
func (id PartyID) Valid() bool {
	return len(id) <= maxID && id.Role() != NoRole && utf8.ValidString(string(id))
}

const maxID = 100

// A Role is what a participant is (PART-1).
type Role uint8

// The roles.
const (
	NoRole Role = iota
	RoleContact
	RoleAgent
	RoleSupervisor
	RoleBot
	RoleSystem
	roles = iota
)

var roleNames = [...]string{"none", "contact", "agent", "supervisor", "bot", "system"}

func (r Role) String() string { return name(roleNames[:], int(r)) }

// staff reports whether the role is an agent's: a supervisor is an agent with
// more rights.
func (r Role) staff() bool { return r == RoleAgent || r == RoleSupervisor }

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "unknown"
}

// A Presence is how a party takes part now.
type Presence uint8

// The presences. Contact, bots and agents who joined are InChat; consulted
// agents, monitors and coaches are attached, not in the chat.
const (
	Away       Presence = iota // not there: left, removed, or never came
	InChat                     // takes part in the conversation with the contact
	Consulted                  // target of an active consultation
	Monitoring                 // supervisor who watches
	Coaching                   // supervisor who watches and advises the owner
)

var presenceNames = [...]string{"away", "in chat", "consulted", "monitoring", "coaching"}

func (p Presence) String() string { return name(presenceNames[:], int(p)) }

// A Party is one participant in one interaction. Invited agents are parties
// too: they see their invitation and nothing else.
type Party struct {
	ID           PartyID
	Name         string    // real display name, for internal use
	Nickname     string    // what transcripts show in its place (PART-4), if not empty
	Presence     Presence  // Away after it left
	Hidden       bool      // a monitor that agents do not know of (PART-5)
	Engaged      bool      // is or ever was in the chat
	Removed      bool      // was removed by the owner and may not rejoin
	Joined       time.Time // when it came into the chat or was attached last
	Left         time.Time // when it left last
	Disconnected time.Time // since when its connection is lost, zero while it is there
	Via          Target    // the target through which it came
	Unanswered   time.Time // when it last let an offer pass that makes it not ready (ROUTE-10)
	Read         uint64    // how far it has read, in its own positions
	View         uint32    // which view it has; another number means that its rights grew and its feed starts anew

	role      Role
	horizon   uint64  // the last position that its role lets it see: 0 for none, forever while it is there
	joinedSeq uint64  // position at which it came into the chat last
	entries   []entry // by which it became known, and to whom
}

// An entry is a record that made a party known to its audience, by the name that
// it had then.
type entry struct {
	seq      uint64
	audience Audience
	name     string
	nickname bool // name is one
}

// Display is the name that transcripts show: the nickname, else the name.
func (p *Party) Display() string {
	if p.Nickname != "" {
		return p.Nickname
	}
	return p.Name
}

// Here reports whether the party is in the chat or attached now.
func (p *Party) Here() bool { return p.Presence != Away }

// A Target is whom an invitation names (ROUTE-1): an agent ("agent:maria",
// "supervisor:sam"), a group ("group:billing"), a skill with a minimum level
// ("skill:spanish" or "skill:spanish/3") or an interaction queue
// ("queue:sales").
type Target string

// A TargetKind is what sort of target it is.
type TargetKind uint8

// The kinds of targets.
const (
	NoTarget TargetKind = iota
	AgentTarget
	GroupTarget
	SkillTarget
	QueueTarget
)

// Kind is the target's kind, NoTarget if it is not well formed.
func (t Target) Kind() TargetKind {
	kind, rest, ok := strings.Cut(string(t), ":")
	if !ok || rest == "" || len(t) > maxID || !utf8.ValidString(rest) {
		return NoTarget
	}
	switch kind {
	case "agent", "supervisor":
		return AgentTarget
	case "group":
		return GroupTarget
	case "skill":
		return SkillTarget
	case "queue":
		return QueueTarget
	}
	return NoTarget
}

// Agent is the agent that the target names, empty for other kinds.
func (t Target) Agent() PartyID {
	if t.Kind() == AgentTarget {
		return PartyID(t)
	}
	return ""
}

// A Person is somebody with a name to show.
type Person struct {
	ID   PartyID
	Name string
}
