package interaction

import "slices"

// A Standing is from where an actor gives a command: its role and how it takes
// part now. Who may do what is decided by it (PART-1).
type Standing uint8

// The standings.
const (
	AsContact    Standing = iota // the interaction's contact
	AsBot                        // a bot in the chat
	AsOwner                      // the owner, also in ended
	AsAgent                      // another agent in the chat
	AsConsultant                 // target of an active consultation
	AsMonitor                    // supervisor who watches
	AsCoach                      // supervisor who advises the owner
	AsInvited                    // agent with an open offer and nothing else
	AsLastOwner                  // in dormant: the agent who was the owner last
	AsFormer                     // agent who was in it
	AsOutsider                   // anybody else
	AsSystem                     // the host's programs and the library itself
	standings    = iota
)

var standingNames = [standings]string{
	"contact", "bot", "owner", "agent", "consultant", "monitor", "coach", "invited", "last owner", "former", "outsider", "system",
}

func (s Standing) String() string { return name(standingNames[:], int(s)) }

// Standing is where the actor stands now.
func (s *State) Standing(id PartyID) Standing {
	if id == System {
		return AsSystem
	}
	p := s.Party(id)
	switch {
	case p == nil:
		return AsOutsider
	case p.role == RoleContact:
		if s.Start != nil && s.Start.Contact.ID == id {
			return AsContact
		}
		return AsOutsider
	case p.Presence == InChat && p.role == RoleBot:
		return AsBot
	case s.Owner == id:
		return AsOwner
	case s.Phase == InDormant && s.LastOwner == id && !p.Removed:
		return AsLastOwner
	case p.Presence == InChat:
		return AsAgent
	case p.Presence == Consulted:
		return AsConsultant
	case p.Presence == Monitoring:
		return AsMonitor
	case p.Presence == Coaching:
		return AsCoach
	case s.offered(id) != nil:
		return AsInvited
	case p.horizon != 0:
		return AsFormer
	}
	return AsOutsider
}

// offered is the invitation that the agent has an open offer of.
func (s *State) offered(id PartyID) *Invitation {
	for i := range s.Invitations {
		if s.Invitations[i].Agent == id {
			return &s.Invitations[i]
		}
	}
	return nil
}

// A phaseSet is a set of phases.
type phaseSet uint8

const (
	waiting phaseSet = 1 << InWaiting
	active  phaseSet = 1 << InActive
	ended   phaseSet = 1 << InEnded
	done    phaseSet = 1 << InDone
	dormant phaseSet = 1 << InDormant

	open     = waiting | active | dormant
	undone   = open | ended
	anyPhase = undone | done
)

// rules is the one table of permissions: for each command, from where and in
// which phases it may be given. What is not here is refused. What else must
// hold (an open offer, a consultation of one's own, …) is with each command.
var rules = [commandKinds][standings]phaseSet{
	StartKind:  {}, // before the first phase, see permit
	JoinKind:   {AsOutsider: open, AsFormer: open},
	InviteKind: {AsBot: waiting | dormant, AsSystem: waiting | dormant},
	OfferKind:  {AsSystem: open},

	TransferKind:   {AsOwner: active},
	ConferenceKind: {AsOwner: active, AsAgent: active},
	ConsultKind:    {AsOwner: active, AsAgent: active},

	AcceptKind:   {AsInvited: open, AsOwner: active, AsAgent: active, AsConsultant: open, AsMonitor: open, AsCoach: open, AsFormer: open, AsLastOwner: open},
	DeclineKind:  {AsInvited: open, AsOwner: active, AsAgent: active, AsConsultant: open, AsMonitor: open, AsCoach: open, AsFormer: open, AsLastOwner: open},
	CancelKind:   {AsBot: open, AsOwner: active, AsAgent: active, AsSystem: open},
	WithdrawKind: {AsSystem: open},

	RejoinKind: {AsFormer: dormant, AsLastOwner: dormant, AsInvited: dormant, AsMonitor: dormant, AsCoach: dormant},
	SuperviseKind: {
		AsOutsider: waiting | active | dormant, AsFormer: open, AsInvited: open, AsLastOwner: open,
		AsMonitor: undone, AsCoach: undone, AsAgent: active, AsOwner: active, AsConsultant: active,
	},

	SayKind: {AsContact: open, AsBot: open, AsOwner: active, AsAgent: active, AsConsultant: active, AsCoach: active},
	MarkReadKind: {
		AsContact: undone, AsBot: undone, AsOwner: undone, AsAgent: undone, AsConsultant: undone, AsMonitor: undone, AsCoach: undone,
	},
	PushURLKind:          {AsOwner: active, AsAgent: active},
	SendFileKind:         {AsContact: open, AsBot: open, AsOwner: active, AsAgent: active, AsConsultant: active},
	JudgeFileKind:        {AsSystem: anyPhase},
	BlendKind:            {AsOwner: active | ended, AsAgent: active},
	ScheduleCallbackKind: {AsOwner: active | ended, AsAgent: active, AsSystem: undone},
	AnnounceKind:         {AsSystem: open},

	EndConsultationKind: {AsOwner: active, AsAgent: active, AsConsultant: active, AsSystem: active},
	MarkConsultationDoneKind: {
		AsOwner: anyPhase, AsAgent: anyPhase, AsConsultant: anyPhase, AsMonitor: anyPhase, AsCoach: anyPhase,
		AsInvited: anyPhase, AsLastOwner: anyPhase, AsFormer: anyPhase,
	},

	DisconnectKind: {
		AsContact: undone, AsBot: undone, AsOwner: undone, AsAgent: undone, AsConsultant: undone, AsMonitor: undone, AsCoach: undone, AsSystem: undone,
		AsLastOwner: dormant, // a supervisor who owned it may watch it
	},
	ReconnectKind: {
		AsContact: undone, AsBot: undone, AsOwner: undone, AsAgent: undone, AsConsultant: undone, AsMonitor: undone, AsCoach: undone, AsSystem: undone,
		AsLastOwner: dormant, AsFormer: waiting, AsInvited: waiting, // the lost agent is asked first (PART-9)
	},

	LeaveKind:  {AsContact: open},
	EndKind:    {AsOwner: active, AsAgent: active, AsBot: open},
	RemoveKind: {AsOwner: active},

	SetDispositionKind: {AsOwner: active | ended, AsLastOwner: dormant},
	SetNoteKind:        {AsOwner: active | ended, AsAgent: active, AsLastOwner: dormant},
	SetCaseDataKind:    {AsOwner: active | ended, AsAgent: active, AsBot: open, AsLastOwner: dormant, AsSystem: undone},
	// In active by the owner of an asynchronous chat only (LIFE-6).
	MarkDoneKind: {AsOwner: active | ended, AsLastOwner: dormant},

	AssignContactKind: {AsOwner: anyPhase, AsAgent: anyPhase, AsFormer: anyPhase, AsLastOwner: anyPhase, AsSystem: anyPhase},
	EraseKind:         {AsSystem: done},
	ElapseKind:        {AsSystem: anyPhase},
}

// possible are the standings that a role can have.
var possible = [roles][]Standing{
	RoleContact:    {AsContact, AsOutsider},
	RoleBot:        {AsBot, AsFormer, AsOutsider},
	RoleAgent:      {AsOwner, AsAgent, AsConsultant, AsInvited, AsLastOwner, AsFormer, AsOutsider},
	RoleSupervisor: {AsOwner, AsAgent, AsConsultant, AsMonitor, AsCoach, AsInvited, AsLastOwner, AsFormer, AsOutsider},
	RoleSystem:     {AsSystem},
}

// permit says whether the table lets a role give a command from a standing in
// a phase. The order of the questions is so that an outsider learns nothing of
// the interaction.
func permit(k CommandKind, r Role, from Standing, p Phase) error {
	set := rules[k][from]
	if set&(1<<p) != 0 && forRole(k, r) {
		return nil
	}
	switch {
	case !everAllowed(k, r):
		return denied(r, k)
	case from == AsOutsider && (set == 0 || p == InDone):
		return ErrNotParty
	case from == AsFormer && set == 0:
		return ErrNotParty
	case set != 0:
		return wrongPhase(p, k)
	}
	return denied(r, k)
}

// ownersOnly reports whether of all agents only the owner may give the command.
func ownersOnly(k CommandKind) bool { return rules[k][AsOwner] != 0 && rules[k][AsAgent] == 0 }

// Permit is what the table of permissions says of a role that gives a command
// from a standing in a phase: nil, or the error that [Decide] refuses it with
// before it looks at anything else. For what is in no table, as a contact who is
// the owner, it is [ErrInvalid]. The pages docs/transitions.md and
// docs/permissions.md are made with it (PART-1).
func Permit(k CommandKind, r Role, from Standing, p Phase) error {
	if int(k) >= commandKinds || int(p) >= phases || !slices.Contains(r.Standings(), from) {
		return ErrInvalid
	}
	return permit(k, r, from, p)
}

// Standings are those that a role can have, nil for none.
func (r Role) Standings() []Standing {
	if int(r) >= len(possible) {
		return nil
	}
	return slices.Clone(possible[r])
}

// permit says whether the table lets the actor give a command now.
func (s *State) permit(actor PartyID, k CommandKind) error {
	from, phase := s.Standing(actor), s.Phase
	if from == AsContact && phase == InDone {
		phase = InEnded // whether it was wrapped up is not the contact's to know (PART-2)
	}
	err := permit(k, actor.Role(), from, phase)
	if err == ErrNotParty && (k == AcceptKind || k == DeclineKind) && s.Party(actor) != nil {
		return ErrNoInvitation // it was invited; the offer is over
	}
	return err
}

// forRole reports whether a command is not for another role than this one:
// some are for one role although others share the standing.
func forRole(k CommandKind, r Role) bool {
	switch k {
	case JoinKind:
		return r == RoleBot
	case SuperviseKind:
		return r == RoleSupervisor
	case StartKind:
		return r == RoleContact || r == RoleBot || r == RoleSystem
	}
	return r != RoleBot || rules[k][AsBot] != 0
}

// everAllowed reports whether the role may give the command from any standing.
func everAllowed(k CommandKind, r Role) bool {
	switch {
	case !forRole(k, r):
		return false
	case k == StartKind || k == JoinKind || k == SuperviseKind || r == RoleBot:
		return true
	}
	if int(r) >= len(possible) {
		return false
	}
	for _, s := range possible[r] {
		if rules[k][s] != 0 {
			return true
		}
	}
	return false
}

// Allowed are the commands that the actor could give now, in the order of their
// kinds, by the same rules that decide. A command may still be refused for what
// it says.
func (s *State) Allowed(actor PartyID) []CommandKind {
	var kinds []CommandKind
	for k := range CommandKind(commandKinds) {
		if s.Refusal(actor, k) == nil {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Refusal is why the actor could not give any command of the kind now, nil if
// it could: the reason that a disabled button shows.
func (s *State) Refusal(actor PartyID, k CommandKind) error {
	if int(k) >= commandKinds {
		return ErrInvalid
	}
	if s.Start == nil || k == StartKind {
		return s.permitStart(actor.Role(), k)
	}
	if err := s.permit(actor, k); err != nil {
		return err
	}
	return s.unready(actor, k)
}

func (s *State) permitStart(r Role, k CommandKind) error {
	switch {
	case k != StartKind:
		return ErrNotStarted
	case !everAllowed(StartKind, r):
		return denied(r, StartKind)
	case s.Start != nil:
		return ErrStarted
	}
	return nil
}

// unready says what else is missing for any command of the kind.
func (s *State) unready(actor PartyID, k CommandKind) error {
	any := func(n int, fits func(i int) bool) bool {
		for i := range n {
			if fits(i) {
				return true
			}
		}
		return false
	}
	switch k {
	case JoinKind:
		return s.joinable(actor)
	case AcceptKind, DeclineKind:
		if s.offered(actor) == nil {
			return ErrNoInvitation
		}
	case CancelKind:
		if !any(len(s.Invitations), func(i int) bool { return s.cancellable(actor, &s.Invitations[i]) }) {
			return ErrNoInvitation
		}
	case OfferKind, WithdrawKind:
		if len(s.Invitations) == 0 {
			return ErrNoInvitation
		}
	case TransferKind:
		return s.transferable()
	case RemoveKind:
		if !any(len(s.Parties), func(i int) bool { return s.removable(&s.Parties[i]) }) {
			return ErrTarget
		}
	case EndConsultationKind:
		if !any(len(s.Consultations), func(i int) bool { return s.endable(actor, &s.Consultations[i]) }) {
			return ErrNoConsultation
		}
	case MarkConsultationDoneKind:
		if !any(len(s.Consultations), func(i int) bool { return s.Consultations[i].markable(actor) }) {
			return ErrNoConsultation
		}
	case RejoinKind:
		return s.rejoinable(actor)
	case JudgeFileKind:
		if len(s.Files) == 0 {
			return ErrNoFile
		}
	case MarkDoneKind:
		return s.markable(InActive)
	case EraseKind, AssignContactKind:
		if s.Erased { // it is nobody's any more
			return wrongPhase(InDone, k)
		}
	}
	return nil
}

func (s *State) cancellable(actor PartyID, inv *Invitation) bool {
	return inv.From == actor || actor == System
}

// openTransfer is the open transfer, nil if there is none: there is one at a
// time.
func (s *State) openTransfer() *Invitation {
	for i := range s.Invitations {
		if s.Invitations[i].Purpose == ForTransfer {
			return &s.Invitations[i]
		}
	}
	return nil
}

// transferable says whether the owner can transfer. One who hands on need not
// wait for those to whom its chat is offered back: it withdraws that.
func (s *State) transferable() error {
	if inv := s.openTransfer(); inv != nil && !inv.offersBack() {
		return ErrTransferOpen
	}
	return nil
}

// removable reports whether the owner can remove the party: an agent in the
// chat, never the contact, the owner or a supervisor (PART-7).
func (s *State) removable(p *Party) bool {
	return p.Presence == InChat && p.ID != s.Owner && (p.role == RoleAgent || p.role == RoleBot)
}

func (s *State) endable(actor PartyID, c *Consultation) bool {
	return c.Stage == Consulting && (c.side(actor) || actor == System)
}

// markable reports whether the party has a side to mark (CONS-9).
func (c *Consultation) markable(id PartyID) bool {
	return c.Stage == ConsultationOver && (c.Initiator == id && !c.InitiatorDone || c.Target == id && !c.TargetDone)
}

// joinable refuses a bot that the owner removed (PART-7).
func (s *State) joinable(bot PartyID) error {
	if p := s.Party(bot); p != nil && p.Removed {
		return ErrNotParty
	}
	return nil
}

func (s *State) rejoinable(actor PartyID) error {
	if p := s.Party(actor); p == nil || !p.Engaged || p.Removed {
		return ErrNotParty
	}
	return nil
}

// markable says whether Mark Done is possible as far as the phase that only an
// asynchronous chat allows, and the disposition, go (LIFE-6, LIFE-7).
func (s *State) markable(onlyAsync Phase) error {
	if s.Phase == onlyAsync && !s.Start.Policy.Async {
		return wrongPhase(s.Phase, MarkDoneKind)
	}
	if s.dispositionMissing() {
		return ErrDispositionMissing
	}
	return nil
}
