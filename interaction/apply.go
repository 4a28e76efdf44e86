package interaction

import (
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// Apply folds the next record of the log into the state. It refuses a record
// that does not follow the last one, with [ErrSequence], and changes nothing
// then. It trusts the record otherwise: what is in a log was decided.
func (s *State) Apply(r Record) error {
	if r.Seq != s.seq+1 || r.Event == nil || s.Start == nil && r.Event.Kind() != StartedKind {
		return ErrSequence
	}
	s.apply(&r)
	return nil
}

func (s *State) apply(r *Record) {
	s.seq, s.at = r.Seq, r.At
	s.count(r)
	switch e := r.Event.(type) {
	case *Said:
		s.spoke(r)
	case *MarkedRead:
		if p := s.edit(r.By); p != nil {
			p.Read = max(p.Read, e.Through)
		}
	case *Announced:
		if e.Message == InactivityWarning {
			s.Warned = r.At
		}
	case *ResponseStage:
		s.Stage = e.Stage
	case *URLPushed:
		s.spoke(r)
	case *FileSent:
		s.Files = append(slices.Clip(s.Files), SentFile{e.File, r.Seq, r.By, r.At, r.Audience})
		s.spoke(r)
	case *FileJudged:
		s.judged(e)
	case *Blended, *CallbackScheduled:
		// Facts for history; nothing follows from them.
	case *NoteSet:
		s.Note = e.Text
	case *DispositionSet:
		s.Disposition = e.Code
		s.summary++
	case *CaseDataSet:
		s.setCaseData(e)
	case *Disconnected:
		if p := s.edit(e.Party); p != nil {
			p.Disconnected = r.At
		}
	case *Reconnected:
		if p := s.edit(e.Party); p != nil {
			p.Disconnected = time.Time{}
		}
	default:
		s.summary++
		s.applyLife(r)
	}
	// Each command asks for it twice; a record moves it once.
	soonest, _ := s.next()
	s.wake = soonest.At
}

// applyLife folds what changes the interaction's life and who takes part.
func (s *State) applyLife(r *Record) {
	switch e := r.Event.(type) {
	case *Started:
		s.Start, s.Contact = e, e.Contact
		s.StartedAt, s.Activity = r.At, r.At
		s.knows(e.Contact.ID, e.Contact.Name)
		s.edit(e.Contact.ID).enters(r)
		s.CaseData = slices.Clip(e.CaseData)
	case *Invited:
		s.invited(r, e)
	case *Offered:
		if inv := s.editInvitation(e.Invitation); inv != nil {
			inv.Agent, inv.AgentName, inv.Offered = e.Agent, e.AgentName, r.At
			s.knows(e.Agent, e.AgentName)
			s.tell(r)
		}
	case *OfferReturned:
		if inv := s.editInvitation(e.Invitation); inv != nil {
			inv.Tried = append(slices.DeleteFunc(slices.Clone(inv.Tried), func(a Attempt) bool { return a.Agent == e.Agent }),
				Attempt{e.Agent, e.Why, r.At})
			inv.Agent, inv.AgentName, inv.Offered = "", "", time.Time{}
		}
		s.unanswered(e.Agent, e.NotReady, r.At)
	case *InvitationClosed:
		s.unanswered(e.Agent, e.NotReady, r.At)
		if inv := s.Invitation(e.Invitation); inv != nil && inv.Purpose == ForConsultation {
			if c := s.editConsultation(inv.Consultation); c != nil {
				c.Stage = ConsultationDone
			}
		}
		s.closeInvitation(e.Invitation)
	case *Joined:
		s.joined(r, e)
	case *Left:
		s.left(r, e)
	case *OwnerChanged:
		s.Owner, s.LastOwner, s.handover = e.Owner, e.Owner, nil
	case *Ended:
		s.Phase, s.EndedAt, s.EndedWhy, s.handover, s.Called = InEnded, r.At, e.Why, nil, time.Time{}
		s.Owner = s.LastOwner
		s.answered()
	case *BecameDormant:
		s.Phase, s.Owner, s.handover = InDormant, "", nil
		s.active(r.At)
	case *Closed:
		s.Phase, s.ClosedAt, s.ClosedWhy = InDone, r.At, e.Why
		s.Consultations = slices.Clone(s.Consultations)
		for i := range s.Consultations {
			s.Consultations[i].InitiatorDone = true // CONS-9
			s.Consultations[i].close()
		}
	case *ConsultationJoined:
		s.closeInvitation(e.Invitation)
		if c := s.editConsultation(e.Consultation); c != nil {
			c.Stage, c.Target = Consulting, e.Party
			p := s.enter(r, e.Party, e.Name, e.Nickname)
			if p.Presence == Away {
				p.Presence = Consulted
			}
			s.widen(e.Party)
		}
	case *ConsultationEnded:
		s.consultationEnded(r, e)
	case *ConsultationMarked:
		if c := s.editConsultation(e.Consultation); c != nil {
			if e.Target {
				c.TargetDone = true
			} else {
				c.InitiatorDone = true
			}
			c.close()
		}
	case *Watching:
		p := s.enter(r, e.Party, e.Name, e.Nickname)
		p.Hidden, p.Presence = e.Hidden, Monitoring
		if e.Coaching {
			p.Presence = Coaching
		}
		s.widen(e.Party)
	case *WatchingEnded:
		s.depart(r, e.Party)
	case *ContactAssigned:
		s.assigned(e.Contact)
	case *Erased:
		s.erased()
	}
}

// assigned notes whose history the interaction belongs to now (HIST-5). Assigning
// it back undoes it.
func (s *State) assigned(to Person) {
	if from := s.Contact.ID; from != to.ID {
		former := slices.DeleteFunc(slices.Clone(s.Former), func(id PartyID) bool { return id == to.ID || id == from })
		s.Former = append(former, from)
	}
	s.Contact = to
}

// erased takes out of the state what was destroyed (HIST-7). What is left is what
// the log says without its personal sections.
func (s *State) erased() {
	s.Erased = true
	s.Contact.Name, s.Note, s.CaseData = "", "", nil
	start := *s.Start
	start.Contact.Name, start.Subject, start.CaseData = "", "", nil
	start.Policy.Nicknames = nil
	s.Start = &start
	s.Parties = slices.Clone(s.Parties)
	for i := range s.Parties {
		p := &s.Parties[i]
		p.Name, p.Nickname, p.entries = "", "", slices.Clone(p.entries)
		for j := range p.entries {
			p.entries[j].name, p.entries[j].nickname = "", false
		}
	}
	s.Files = slices.Clone(s.Files)
	for i := range s.Files {
		f := &s.Files[i].File
		f.Name, f.Reason, f.Hash = "", "", nil
	}
}

// unanswered notes who is to be set not ready (ROUTE-10).
func (s *State) unanswered(agent PartyID, notReady bool, at time.Time) {
	if !notReady {
		return
	}
	if p := s.edit(agent); p != nil {
		p.Unanswered = at
	}
}

// close closes an ended consultation once both sides are marked (CONS-9).
func (c *Consultation) close() {
	if c.Stage == ConsultationOver && c.InitiatorDone && c.TargetDone {
		c.Stage = ConsultationDone
	}
}

func (s *State) invited(r *Record, e *Invited) {
	s.Invitations = append(slices.Clip(s.Invitations), Invitation{
		ID: e.Invitation, Purpose: e.Purpose, Target: e.Target, Agent: e.Agent, AgentName: e.AgentName, From: r.By,
		Consultation: e.Consultation, Medium: e.Medium, Note: e.Note, Opened: r.At,
	})
	if e.Agent != "" {
		s.Invitations[len(s.Invitations)-1].Offered = r.At
		s.knows(e.Agent, e.AgentName)
	}
	if e.Purpose == ForConsultation {
		// The record that opens a consultation is the first of its audience.
		s.Consultations = append(slices.Clip(s.Consultations), Consultation{ID: e.Consultation, Medium: e.Medium, Initiator: r.By, via: e.Target, count: 1})
	}
	s.tell(r)
	if e.Purpose == ForTransfer && r.By == System && s.handover != nil {
		h := *s.handover
		h.asked = append(slices.Clip(h.asked), e.Target)
		s.handover = &h
	}
}

func (s *State) joined(r *Record, e *Joined) {
	if e.Owner {
		s.handedOver(r, e)
	}
	s.closeInvitation(e.Invitation)
	p := s.enter(r, e.Party, e.Name, e.Nickname)
	p.Presence, p.Hidden, p.Via, p.joinedSeq = InChat, false, e.Target, r.Seq
	if p.role.staff() {
		p.Engaged, p.Removed = true, false
	}
	s.widen(e.Party)
	if e.Owner {
		s.Owner, s.LastOwner, s.Phase, s.Called = e.Party, e.Party, InActive, time.Time{}
	}
	if p.role != RoleBot {
		s.active(r.At)
	}
}

// handedOver notes who a transfer came from, until the new owner speaks
// (ROUTE-12). What was offered back and taken is handed over for good.
func (s *State) handedOver(r *Record, e *Joined) {
	s.handover = nil
	if e.Via != ForTransfer {
		return
	}
	from := r.By // of a consultation's target (CONS-7)
	if inv := s.Invitation(e.Invitation); inv != nil {
		from = inv.From
	}
	if from.Role().staff() {
		s.handover = &handover{from: from, at: r.At}
	}
}

func (s *State) left(r *Record, e *Left) {
	s.depart(r, e.Party)
	if p := s.edit(e.Party); p != nil {
		p.Removed = p.Removed || e.Why == WasRemoved
	}
	if s.Owner == e.Party && s.Phase == InActive {
		s.Owner, s.Phase, s.handover = "", InWaiting, nil // PART-9
	}
	if e.Party.Role() != RoleBot {
		s.active(r.At)
	}
}

func (s *State) consultationEnded(r *Record, e *ConsultationEnded) {
	c := s.editConsultation(e.Consultation)
	if c == nil {
		return
	}
	c.Stage, c.Why = ConsultationOver, e.Why
	if e.Why == BecameTransfer || e.Why == BecameConference {
		c.Stage, c.InitiatorDone, c.TargetDone = ConsultationDone, true, true
	}
	if p := s.Party(c.Target); p != nil && p.Presence == Consulted && !s.consulted(c.Target) {
		s.depart(r, c.Target)
	}
}

// consulted reports whether the party is the target of an active consultation.
func (s *State) consulted(id PartyID) bool {
	for i := range s.Consultations {
		if c := &s.Consultations[i]; c.Stage == Consulting && c.Target == id {
			return true
		}
	}
	return false
}

// enter makes the party known and present, with the names it has now.
func (s *State) enter(r *Record, id PartyID, name, nickname string) *Party {
	s.knows(id, name)
	p := s.edit(id)
	if name != "" {
		p.Name = name
	}
	p.Nickname, p.Joined = nickname, r.At
	if r.By == id { // it is there itself; who was handed a chat may be lost
		p.Disconnected = time.Time{}
	}
	p.enters(r)
	return p
}

// enters notes that the record makes the party known to its audience.
func (p *Party) enters(r *Record) {
	p.entries = append(slices.Clip(p.entries), entry{r.Seq, r.Audience, p.Display(), p.Nickname != ""})
}

// knows adds a party that is not there yet.
func (s *State) knows(id PartyID, name string) {
	if id == "" || s.party(id) >= 0 {
		return
	}
	s.Parties = append(slices.Clip(s.Parties), Party{ID: id, Name: name, role: id.Role(), View: 1})
	s.meters.grow(len(s.Parties) - 1)
}

// depart ends a party's presence; what it saw stays seen.
func (s *State) depart(r *Record, id PartyID) {
	if p := s.edit(id); p != nil {
		p.Presence, p.Left, p.horizon, p.Hidden, p.Disconnected = Away, r.At, r.Seq, false, time.Time{}
	}
}

// spoke folds what a message, file or pushed URL means for the clocks.
func (s *State) spoke(r *Record) {
	i := s.party(r.By)
	if i < 0 {
		return
	}
	p := &s.Parties[i]
	if _, ok := r.Event.(*Said); ok {
		s.spend(i, r.At)
	}
	if r.Audience.Scope != Everyone {
		return
	}
	switch {
	case p.role == RoleContact:
		if s.Pending.IsZero() && !s.Phase.over() {
			s.Pending, s.Stage = r.At, timers.Green
		}
		if s.Phase == InDormant && s.Called.IsZero() {
			s.Called = r.At
			s.summary++ // lists show who is sought
		}
	case s.answers(p.role):
		if f, ok := r.Event.(*FileSent); ok && f.File.Verdict != Available {
			break
		}
		s.answered()
		if s.handover != nil && r.By == s.Owner {
			s.handover = nil
		}
	}
	if p.role != RoleBot {
		s.active(r.At)
	}
}

// answers reports whether a role's words answer the contact (TIME-1).
func (s *State) answers(r Role) bool {
	return r.staff() || r == RoleBot && s.Start.Policy.BotsAnswer
}

// answered clears the pending response (TIME-1).
func (s *State) answered() {
	s.Pending, s.Stage = time.Time{}, timers.None
	if !s.Called.IsZero() { // a bot did
		s.Called = time.Time{}
		s.summary++
	}
}

// active notes an activity for the inactivity timer (TIME-3).
func (s *State) active(at time.Time) { s.Activity, s.Warned = at, time.Time{} }

func (s *State) judged(e *FileJudged) {
	s.Files = slices.Clone(s.Files)
	f := s.File(e.File)
	if f == nil {
		return
	}
	was := f.Verdict
	f.Verdict, f.Code, f.Reason = e.Verdict, e.Code, e.Reason
	// Only now the contact can see it: a file that was held back answers.
	if was != Available && f.Verdict == Available && f.Audience.Scope == Everyone && s.answers(f.By.Role()) && !f.At.Before(s.Pending) {
		s.answered()
	}
}

func (s *State) setCaseData(e *CaseDataSet) {
	s.CaseData = slices.Clone(s.CaseData)
	i := slices.IndexFunc(s.CaseData, func(f Field) bool { return f.Key == e.Key })
	switch {
	case e.Deleted && i >= 0:
		s.CaseData = slices.Delete(s.CaseData, i, i+1)
	case e.Deleted:
	case i >= 0:
		s.CaseData[i].Value = e.Value
	default:
		s.CaseData = append(s.CaseData, e.Field)
	}
}

// edit gives a party that may be changed: the slice is copied, since other
// copies of the state share it.
func (s *State) edit(id PartyID) *Party {
	i := s.party(id)
	if i < 0 {
		return nil
	}
	s.Parties = slices.Clone(s.Parties)
	return &s.Parties[i]
}

func (s *State) editInvitation(id string) *Invitation {
	s.Invitations = slices.Clone(s.Invitations)
	return s.Invitation(id)
}

func (s *State) editConsultation(id string) *Consultation {
	s.Consultations = slices.Clone(s.Consultations)
	return s.Consultation(id)
}

func (s *State) closeInvitation(id string) {
	if id == "" {
		return
	}
	s.Invitations = slices.DeleteFunc(slices.Clone(s.Invitations), func(i Invitation) bool { return i.ID == id })
}
