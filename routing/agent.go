package routing

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// An Agent is somebody whom chats can be given to, as the host's directory has
// it (ROUTE-1).
type Agent struct {
	ID       interaction.PartyID // "agent:maria", "supervisor:sam"
	Name     string              // display name
	Groups   []string            // the groups it is in, without a prefix: "billing"
	Skills   []Skill             // at most one of a name
	Presence Presence
	Reason   string    // of not being ready, the host's word or code
	Since    time.Time // since when the presence is what it is
	Capacity Capacity
}

// A Skill is what an agent can do, and how well.
type Skill struct {
	Name  string // without a prefix: "spanish"
	Level int    // higher is better
}

// Level is how good the agent is at a skill, and whether it has it.
func (a *Agent) Level(skill string) (level int, ok bool) {
	i := slices.IndexFunc(a.Skills, func(s Skill) bool { return s.Name == skill })
	if i < 0 {
		return 0, false
	}
	return a.Skills[i].Level, true
}

// A Presence is whether an agent takes new work. The zero value is Offline.
type Presence uint8

// The presences. Only who is Ready is offered anything.
const (
	Offline   Presence = iota // no desktop
	NotReady                  // there, and does not want new work; Agent.Reason says why
	AfterWork                 // there, and busy with what an interaction left to do
	Ready
)

var presenceNames = [...]string{"offline", "not ready", "after-call work", "ready"}

func (p Presence) String() string {
	if int(p) < len(presenceNames) {
		return presenceNames[p]
	}
	return "unknown"
}

// A Capacity is how much an agent may have at once on each medium; zero is
// nothing: the agent is not allowed the medium (ROUTE-8).
type Capacity struct {
	Chat  int // interactions, until they are done, and consultations by chat
	IM    int // consultations by IM
	Voice int // consultations by voice
}

// On is the capacity on a medium.
func (c Capacity) On(m interaction.Medium) int {
	switch m {
	case interaction.ByChat:
		return c.Chat
	case interaction.ByIM:
		return c.IM
	case interaction.ByVoice:
		return c.Voice
	}
	return 0
}

// A Directory is the host's user database as routing needs it (ROUTE-1). [Team]
// is one in memory; package directorytest is the definition of a correct one.
//
// Its methods may be called by many goroutines at once. What it hands out is
// the caller's; it never changes afterwards.
type Directory interface {
	// Agents gives everybody, in any order. After an error the sequence ends.
	Agents(ctx context.Context) iter.Seq2[Agent, error]

	// Agent gives one, or [ErrUnknownAgent].
	Agent(ctx context.Context, id interaction.PartyID) (Agent, error)

	// Watch calls changed with the id of whoever was added, changed or removed,
	// after the fact, until cancel is called or ctx is done. Calls may be
	// repeated, merged and lost: routing also looks by itself now and then.
	// changed returns soon.
	Watch(ctx context.Context, changed func(interaction.PartyID)) (cancel func(), err error)

	// SetNotReady makes an agent who is Ready NotReady with the reason, as when
	// it let an offer pass without an answer (ROUTE-10). It changes nothing where
	// the agent is not Ready, or became Ready after the given time.
	SetNotReady(ctx context.Context, id interaction.PartyID, reason string, asOf time.Time) error
}
