package interaction

import (
	"math"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// A State is what an interaction's log says so far. The zero State is that of
// an empty log. It changes only through [State.Apply].
//
// A copy of a State is a snapshot: what it points to is never changed, so
// copies may be read by many goroutines. Its fields are for reading.
type State struct {
	Phase   Phase
	Start   *Started  // nil while it does not exist
	Contact Person    // whose history it belongs to: the one who started it, until it is assigned to another
	Former  []PartyID // contacts that it was assigned away from (HIST-5)
	Owner   PartyID   // in active and ended; empty in waiting and dormant (PART-6)
	// LastOwner is the present or latest owner, empty before the first.
	LastOwner PartyID

	Parties       []Party        // in the order of their first appearance
	Invitations   []Invitation   // the open ones
	Consultations []Consultation // all, closed ones too
	Files         []SentFile     // all
	CaseData      []Field        // in the order in which the keys came
	Disposition   string         // code, empty while not set
	Note          string

	StartedAt time.Time
	EndedAt   time.Time // zero while it goes on
	ClosedAt  time.Time // when it became done
	EndedWhy  Ending
	ClosedWhy Closing
	Erased    bool

	// Pending is when the contact's oldest unanswered message came, zero if
	// there is none (TIME-1); Stage is the stage that was notified (TIME-2).
	Pending time.Time
	Stage   timers.Stage
	// Called is since when a dormant chat's contact waits for somebody to come:
	// its first message in dormant. It is zero else (LIFE-14).
	Called time.Time
	// Activity is the last activity that counts for the inactivity timer, Warned
	// when its warning was written after that (TIME-3).
	Activity time.Time
	Warned   time.Time

	seq      uint64
	at       time.Time
	counts   [scopes]uint64 // records by scope, without OneConsultation's
	meters   meters         // of the parties
	directed []directed     // records by Audience.To
	summary  uint64         // grows when the index changes
	handover *handover      // the latest transfer, while its new owner is silent
	wake     time.Time      // when the soonest deadline is due
}

// A meter is what changes for a party with each message. It is apart from the
// party so that a message copies little.
type meter struct {
	seen uint64 // how many records the party may see: its position
	rate int64  // unix microseconds: when its allowance is full again (MSG-9)
}

// meters are one for each party. The few of a usual chat lie in the state
// itself, so that a message allocates nothing for them.
type meters struct {
	few  [8]meter
	more []meter
}

// at is the i-th party's meter.
func (m *meters) at(i int) *meter {
	if i < len(m.few) {
		return &m.few[i]
	}
	return &m.more[i-len(m.few)]
}

// grow makes room for the i-th party.
func (m *meters) grow(i int) {
	if i >= len(m.few) {
		m.more = append(slices.Clip(m.more), meter{})
	}
}

// own makes the meters the state's own, where other copies of it share some.
func (m *meters) own() {
	if m.more != nil {
		m.more = slices.Clone(m.more)
	}
}

// directed counts the records that name a party outside their scope.
type directed struct {
	to           PartyID
	scope        Scope
	consultation string
	count        uint64
}

// A Phase is where an interaction's life stands.
type Phase uint8

// The phases.
const (
	InWaiting Phase = iota // the contact is there, no human agent in the chat
	InActive               // an agent is in the chat
	InEnded                // the chat is over, the last owner wraps up
	InDone                 // closed; terminal
	InDormant              // asynchronous: no agent in it, still open
	phases    = iota
)

var phaseNames = [phases]string{"waiting", "active", "ended", "done", "dormant"}

func (p Phase) String() string { return name(phaseNames[:], int(p)) }

// An Invitation is an open offer to a target (ROUTE-2).
type Invitation struct {
	ID           string
	Purpose      Purpose
	Target       Target
	Agent        PartyID // who has the offer now; empty while a router looks for somebody
	AgentName    string
	From         PartyID // who sent it
	Consultation string
	Medium       Medium
	Note         string
	Opened       time.Time
	Offered      time.Time // when the present agent got it
	Tried        []Attempt // who had it before, each once, the latest last
}

// An Attempt is an offer that somebody had and did not accept.
type Attempt struct {
	Agent PartyID
	Why   Outcome
	At    time.Time // when the offer ended
}

// LastTry is when the agent last had the offer and did not accept it, zero if
// it never had.
func (inv *Invitation) LastTry(agent PartyID) time.Time {
	for _, a := range inv.Tried {
		if a.Agent == agent {
			return a.At
		}
	}
	return time.Time{}
}

// A handover is a transfer whose new owner has not said anything to the contact
// yet (ROUTE-12). It is never changed.
type handover struct {
	from  PartyID // who handed the chat over
	at    time.Time
	asked []Target // to which it was offered back since
}

// A Consultation is a conversation between an agent in the chat and a target
// (CONS-1 … CONS-12).
type Consultation struct {
	ID            string
	Medium        Medium
	Stage         ConsultationStage
	Initiator     PartyID
	Target        PartyID // empty until somebody accepted
	InitiatorDone bool    // CONS-9
	TargetDone    bool
	Why           ConsultationEnding

	via   Target // as it was named when it began
	count uint64 // records of its audience
}

// A ConsultationStage is where a consultation stands.
type ConsultationStage uint8

// The stages of a consultation.
const (
	Asked            ConsultationStage = iota // an invitation is open
	Consulting                                // both sides talk
	ConsultationOver                          // ended; sides must mark it done
	ConsultationDone                          // closed
)

var consultationStageNames = [...]string{"asked", "active", "ended", "closed"}

func (c ConsultationStage) String() string { return name(consultationStageNames[:], int(c)) }

// side reports whether the party is one of the two.
func (c *Consultation) side(id PartyID) bool {
	return id != "" && (c.Initiator == id || c.Target == id)
}

// A SentFile is a file of the transcript.
type SentFile struct {
	File
	Seq      uint64 // of its record
	By       PartyID
	At       time.Time
	Audience Audience
}

// Seq is the position of the last record, 0 for an empty log.
func (s *State) Seq() uint64 { return s.seq }

// At is the time of the last record.
func (s *State) At() time.Time { return s.at }

// Summary is a number that changes whenever something changes that lists of
// interactions show: phase, owner, contact, who takes part, is invited, or has
// something to mark.
func (s *State) Summary() uint64 { return s.summary }

// Seeks are the targets for which a router has to find somebody now: those of
// the invitations that nobody has, and where a dormant chat's contact has written
// and nobody is invited, the one through which it came (LIFE-14).
func (s *State) Seeks() []Target {
	var all []Target
	for i := range s.Invitations {
		if inv := &s.Invitations[i]; inv.Agent == "" {
			all = append(all, inv.Target)
		}
	}
	if !s.Called.IsZero() && len(s.Invitations) == 0 {
		all = append(all, s.Origin())
	}
	return all
}

// Origin is the target to which the interaction goes back when it needs
// somebody anew: the one it was started with, else its last owner. It is empty
// where there was neither.
func (s *State) Origin() Target {
	if s.Start != nil && s.Start.Target != "" {
		return s.Start.Target
	}
	return Target(s.LastOwner)
}

// Policy is the interaction's policy, the zero one before it started.
func (s *State) Policy() *Policy {
	if s.Start == nil {
		return new(Policy)
	}
	return &s.Start.Policy
}

// Party is the party with the id, nil if it never took part and was never
// invited. The result is for reading.
func (s *State) Party(id PartyID) *Party {
	if i := s.party(id); i >= 0 {
		return &s.Parties[i]
	}
	return nil
}

func (s *State) party(id PartyID) int {
	for i := range s.Parties {
		if s.Parties[i].ID == id {
			return i
		}
	}
	return -1
}

// Invitation is the open invitation with the id, or nil.
func (s *State) Invitation(id string) *Invitation {
	for i := range s.Invitations {
		if s.Invitations[i].ID == id {
			return &s.Invitations[i]
		}
	}
	return nil
}

// Consultation is the consultation with the id, or nil.
func (s *State) Consultation(id string) *Consultation {
	for i := range s.Consultations {
		if s.Consultations[i].ID == id {
			return &s.Consultations[i]
		}
	}
	return nil
}

// File is the file with the id, or nil.
func (s *State) File(id string) *SentFile {
	for i := range s.Files {
		if s.Files[i].ID == id {
			return &s.Files[i]
		}
	}
	return nil
}

// Elapsed is how long the chat has gone on: until now, or until its end
// (LIFE-15).
func (s *State) Elapsed(now time.Time) time.Duration {
	if s.Start == nil {
		return 0
	}
	if !s.EndedAt.IsZero() {
		now = s.EndedAt
	}
	return max(0, now.Sub(s.StartedAt))
}

// Connected reports whether the party is in the chat or attached and its
// connection is there (LIFE-15).
func (s *State) Connected(id PartyID) bool {
	p := s.Party(id)
	return p != nil && p.Here() && p.Disconnected.IsZero()
}

// forever is the horizon of a party that is there.
const forever = math.MaxUint64

// over reports whether the chat with the contact is over.
func (p Phase) over() bool { return p == InEnded || p == InDone }

// nickname is what transcripts call an agent who comes through a target
// (PART-4). One whom everyone has seen under a nickname keeps it: it is never
// unmasked. One that only a consultation saw betrays that there was one.
func (s *State) nickname(id PartyID, via Target) string {
	if name := s.Start.Policy.nickname(id, via); name != "" {
		return name
	}
	if p := s.Party(id); p != nil {
		for _, e := range slices.Backward(p.entries) {
			if e.audience.Scope == Everyone && e.nickname {
				return e.name
			}
		}
	}
	return ""
}

func (p *Party) agentInChat() bool { return p.Presence == InChat && p.role.staff() }

// successor is the agent who takes over from id: the one who has been in the
// chat longest, ties by order in the log (LIFE-4); nil if there is none.
func (s *State) successor(id PartyID) *Party {
	var best *Party
	for i := range s.Parties {
		if p := &s.Parties[i]; p.agentInChat() && p.ID != id && (best == nil || p.joinedSeq < best.joinedSeq) {
			best = p
		}
	}
	return best
}
