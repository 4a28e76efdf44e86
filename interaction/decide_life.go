package interaction

import (
	"cmp"
	"slices"
	"time"
)

// start decides the first records (LIFE-1). The first holds what only internal
// parties may know; the second shows the contact to everyone.
func (d *decision) start(c Start) error {
	if err := cmp.Or(
		checkContact(c.Contact), checkText("subject", c.Subject), checkOptional("channel", c.Channel), checkOptional("language", c.Language),
	); err != nil {
		return err
	}
	switch {
	case d.by.Role() == RoleContact && d.by != c.Contact.ID:
		return ErrNotParty
	case c.Target != "" && c.Target.Kind() == NoTarget:
		return &InvalidError{"target", ErrTarget}
	case len(c.CaseData) > d.limits.MaxCaseData:
		return &InvalidError{"case data", &LimitError{"keys", d.limits.MaxCaseData, ErrTooMany}}
	}
	for i, f := range c.CaseData {
		if err := validField(f); err != nil {
			return err
		}
		if slices.ContainsFunc(c.CaseData[:i], func(g Field) bool { return g.Key == f.Key }) {
			return &InvalidError{"case data", ErrTooMany}
		}
	}
	policy := DefaultPolicy()
	if c.Policy != nil {
		policy = *c.Policy
	}
	if err := policy.Validate(); err != nil {
		return err
	}
	d.emit(internal, &Started{
		Contact: c.Contact, Subject: c.Subject, Channel: c.Channel, Language: c.Language, Target: c.Target,
		Priority: c.Priority, CaseData: slices.Clone(c.CaseData), Policy: policy.rounded(),
	})
	d.emit(everyone, &Joined{Party: c.Contact.ID, Name: c.Contact.Name})
	if c.Target != "" {
		if err := d.open(Invited{Purpose: ForInbound, Target: c.Target, Agent: c.Target.Agent()}, ""); err != nil {
			return err
		}
	}
	d.automatic(Waiting)
	return nil
}

// end is End Chat (LIFE-3, LIFE-4, LIFE-5, LIFE-14).
func (d *decision) end() {
	s := d.state()
	switch {
	case s.Owner != d.by || s.successor(d.by) != nil:
		d.leaves(d.by, ByItself)
	case s.Start.Policy.Async:
		d.release(d.by)
		d.emit(internal, &BecameDormant{})
		d.emit(everyone, &Left{d.by, ByItself})
	default:
		d.ends(ByAgent)
	}
}

// leaves takes a party out of the chat: what hangs on it ends, and an owner
// hands over to the agent who has been in the chat longest, in the same step.
func (d *decision) leaves(id PartyID, why Leaving) {
	d.release(id)
	s := d.state()
	if s.Owner == id {
		if next := s.successor(id); next != nil {
			d.emit(internal, &OwnerChanged{next.ID})
		}
	}
	d.emit(everyone, &Left{id, why})
}

// release ends the consultations that a party has a side in and withdraws the
// invitations that it sent (CONS-6, ROUTE-7), but for a bot's for the contact:
// what was handed over stays handed over (PART-8).
func (d *decision) release(id PartyID) {
	s := d.state()
	d.withdrawAll(func(inv *Invitation) bool {
		return inv.From == id && inv.Purpose != ForInbound || id == s.Owner && inv.offersBack()
	})
	d.endConsultations(EndedByLeaving, func(c *Consultation) bool { return c.side(id) })
}

func (d *decision) endConsultations(why ConsultationEnding, which func(*Consultation) bool) {
	s := d.state()
	for i := range s.Consultations {
		if c := &s.Consultations[i]; c.Stage == Consulting && which(c) {
			d.withdrawAll(func(inv *Invitation) bool { return inv.Consultation == c.ID })
			d.emit(consultation(c.ID), &ConsultationEnded{c.ID, why})
		}
	}
}

func (d *decision) withdrawAll(which func(*Invitation) bool) {
	s := d.state()
	for i := range s.Invitations {
		if inv := &s.Invitations[i]; which(inv) {
			d.emit(inv.audience(), &InvitationClosed{Invitation: inv.ID, Agent: inv.Agent, Why: WasWithdrawn})
		}
	}
}

// ends ends the chat with all that belongs to it, in one step (LIFE-3).
func (d *decision) ends(why Ending) {
	d.endConsultations(EndedWithChat, func(*Consultation) bool { return true })
	d.withdrawAll(func(*Invitation) bool { return true })
	if why == ByAgent || why == ByMarkDone {
		d.automatic(Farewell)
	}
	d.emit(everyone, &Ended{why})
}

// contactLeaves is the contact's leaving (LIFE-11, LIFE-13). The contact of an
// asynchronous chat only loses its connection by it (LIFE-14).
func (d *decision) contactLeaves(why Leaving) {
	s := d.state()
	contact := s.Start.Contact.ID
	if s.Start.Policy.Async {
		if p := s.Party(contact); p.Disconnected.IsZero() {
			d.emit(everyone, &Disconnected{contact})
		}
		return
	}
	abandoned := s.LastOwner == ""
	// Leaving first, so that the contact's own view ends with it.
	d.emit(everyone, &Left{contact, why})
	if abandoned {
		d.ends(Abandoned)
		d.asSystem(func() { d.emit(internal, &Closed{Why: ClosedAbandoned}) })
		return
	}
	d.ends(ContactLeft)
	if at, ok := d.state().closes(); ok && !at.After(d.now) {
		d.autoClose()
	}
}

func (d *decision) autoClose() {
	d.asSystem(func() {
		d.emit(internal, &Closed{Why: AutoClosed, DispositionMissing: d.state().dispositionMissing()})
	})
}

// markDone closes the interaction (LIFE-6, LIFE-7).
func (d *decision) markDone() error {
	s := d.state()
	if err := s.markable(InActive); err != nil {
		return err
	}
	if s.Phase != InEnded {
		d.ends(ByMarkDone)
	}
	d.emit(internal, &Closed{Why: MarkedDone})
	return nil
}

// setDisposition decides LIFE-8, and closes what only waited for it (LIFE-11).
func (d *decision) setDisposition(c SetDisposition) error {
	s := d.state()
	if c.Code != "" && !s.Start.Policy.choosable(c.Code) {
		return ErrDispositionCode
	}
	if c.Code == s.Disposition {
		return nil
	}
	d.emit(internal, &DispositionSet{c.Code})
	if s = d.state(); s.Phase == InEnded {
		if at, ok := s.closes(); ok && !at.After(d.now) {
			d.autoClose()
		}
	}
	return nil
}

func (d *decision) assignContact(c AssignContact) error {
	if err := checkContact(c.Contact); err != nil {
		return err
	}
	switch s := d.state(); {
	case s.Erased:
		return wrongPhase(InDone, AssignContactKind)
	case c.Contact == s.Contact:
		return nil
	}
	d.emit(internal, &ContactAssigned{c.Contact})
	return nil
}

func checkContact(p Person) error {
	if p.ID.Role() != RoleContact || !p.ID.Valid() {
		return &InvalidError{"contact", ErrValue}
	}
	return checkOptional("contact's name", p.Name)
}

func (d *decision) erase() error {
	if d.state().Erased {
		return wrongPhase(InDone, EraseKind)
	}
	d.emit(internal, &Erased{})
	return nil
}

// elapse decides what is due, in the order in which it became due. Each step
// takes its deadline away, so that the loop ends.
func (d *decision) elapse(due func(time.Time) bool) {
	d.asSystem(func() {
		for {
			next, ok := d.state().next()
			if !ok || !due(next.At) {
				return
			}
			d.fire(next)
		}
	})
}

func (d *decision) fire(due Deadline) {
	s := d.state()
	switch due.Kind {
	case NoAnswer:
		inv := s.Invitation(due.Invitation)
		d.returns(inv, WasUnanswered, "", s.Start.Policy.NoAnswerNotReady)
	case ResponseDue:
		// After an outage only the stage that holds now is news.
		stage := s.Start.Policy.Response.Stage(s.Pending, d.now)
		d.emit(internal, &ResponseStage{max(stage, s.Stage+1)})
	case InactivityWarnsNow:
		d.automatic(InactivityWarning)
	case InactivityEndsNow:
		d.automatic(InactivityEnd)
		d.ends(ByInactivity)
	case AgentGraceEnds:
		d.lost(s.Party(due.Party))
	case ContactGraceEnds:
		d.contactLeaves(ConnectionLost)
	case AutoClose:
		d.autoClose()
	case ReturnDue:
		d.emit(internal, &Invited{Invitation: d.unique(), Purpose: ForTransfer, Target: s.returnTarget()})
	}
}

// lost is a desktop that did not come back in time (PART-9).
func (d *decision) lost(p *Party) {
	s := d.state()
	switch p.Presence {
	case Consulted:
		d.endConsultations(EndedByLeaving, func(c *Consultation) bool { return c.Target == p.ID })
	case Monitoring, Coaching:
		d.emit(s.presence(p), &WatchingEnded{p.ID})
	default:
		id, via, only := p.ID, p.Via, s.Owner == p.ID && s.successor(p.ID) == nil
		d.leaves(id, ConnectionLost)
		if !only {
			return
		}
		if s.Start.Target != "" && (via.Kind() == AgentTarget || via == "") {
			via = s.Start.Target
		}
		if via == "" {
			via = Target(id)
		}
		d.emit(internal, &Invited{Invitation: d.unique(), Purpose: ForInbound, Target: via})
	}
}
