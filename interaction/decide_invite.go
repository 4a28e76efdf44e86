package interaction

import (
	"cmp"
	"slices"
	"strconv"
)

// audience is who may know of the invitation: the two sides of a consultation
// for what belongs to one, else internal parties; and whoever has the offer.
func (inv *Invitation) audience() Audience {
	return audienceOf(inv.Consultation, inv.Agent)
}

func audienceOf(consultationID string, to PartyID) Audience {
	a := internal
	if consultationID != "" {
		a = consultation(consultationID)
	}
	a.To = to
	return a
}

// open decides a new invitation, after the checks that all of them share.
func (d *decision) open(inv Invited, id string) error {
	s := d.state()
	id, err := d.id(id)
	if err != nil {
		return err
	}
	inv.Invitation = id
	if err := cmp.Or(checkText("note", inv.Note), checkOptional("name", inv.AgentName)); err != nil {
		return err
	}
	switch {
	case s.Invitation(id) != nil || inv.Purpose == ForConsultation && s.Consultation(id) != nil:
		return &InvalidError{"id", ErrTarget}
	case len(s.Invitations)+s.openConsultations() >= d.limits.MaxOpen:
		return &InvalidError{"invitation", &LimitError{"open invitations and consultations", d.limits.MaxOpen, ErrTooMany}}
	}
	if inv.Purpose == ForConsultation {
		inv.Consultation = id
	}
	if inv.Agent != "" {
		if err := d.reachable(inv.Agent); err != nil {
			return err
		}
	}
	d.emit(audienceOf(inv.Consultation, inv.Agent), &inv)
	return nil
}

func (s *State) openConsultations() int {
	n := 0
	for i := range s.Consultations {
		if s.Consultations[i].Stage == Consulting {
			n++
		}
	}
	return n
}

// reachable says whether an agent can get an offer: not the sender, nobody who
// is in the chat or has an offer already (ROUTE-3). Who is consulted or watches
// can be asked.
func (d *decision) reachable(id PartyID) error {
	s := d.state()
	if !id.Role().staff() || !id.Valid() || id == d.by || s.offered(id) != nil {
		return ErrTarget
	}
	p := s.Party(id)
	if p == nil {
		return d.room()
	}
	if p.Presence == InChat && s.Phase != InEnded {
		return ErrTarget
	}
	return nil
}

// room says whether one more can be known to the interaction. Who only had an
// offer and did not come does not count: a queue asks many.
func (d *decision) room() error {
	s, n := d.state(), 0
	for i := range s.Parties {
		if p := &s.Parties[i]; p.horizon != 0 || s.offered(p.ID) != nil {
			n++
		}
	}
	if n >= d.limits.MaxParties {
		return &InvalidError{"party", &LimitError{"parties", d.limits.MaxParties, ErrTooMany}}
	}
	return nil
}

// named checks how a command names a target and, if it does, the agent of it.
func named(to Target, agent PartyID) (PartyID, error) {
	switch to.Kind() {
	case NoTarget:
		return "", &InvalidError{"target", ErrTarget}
	case AgentTarget:
		if agent != "" && agent != to.Agent() {
			return "", &InvalidError{"agent", ErrTarget}
		}
		return to.Agent(), nil
	}
	return agent, nil
}

func (d *decision) invite(c Invite) error {
	agent, err := named(c.To, c.Agent)
	if err != nil {
		return err
	}
	return d.open(Invited{Purpose: ForInbound, Target: c.To, Agent: agent, AgentName: c.AgentName, Note: c.Note}, c.ID)
}

func (d *decision) transfer(c Transfer) error {
	s := d.state()
	if err := s.transferable(); err != nil {
		return err
	}
	d.withdrawAll((*Invitation).offersBack)
	s = d.state()
	if c.Consultation != "" {
		con := s.Consultation(c.Consultation)
		if con == nil || con.Stage != Consulting || con.Initiator != d.by {
			return ErrNoConsultation
		}
		return d.transferTo(con)
	}
	agent, err := named(c.To, c.Agent)
	if err != nil {
		return err
	}
	// A transfer to one's own consultation target needs no second acceptance.
	if con := s.consulting(d.by, agent); con != nil {
		return d.transferTo(con)
	}
	return d.open(Invited{Purpose: ForTransfer, Target: c.To, Agent: agent, AgentName: c.AgentName, Note: c.Note}, c.ID)
}

// transferTo hands the chat to the target of a consultation (CONS-7).
func (d *decision) transferTo(c *Consultation) error {
	s := d.state()
	id, target, from := c.ID, c.Target, d.by
	if s.Party(target).Presence == InChat {
		return ErrTarget
	}
	if inv := s.offered(target); inv != nil {
		d.emit(inv.audience(), &InvitationClosed{Invitation: inv.ID, Agent: target, Why: WasWithdrawn})
	}
	d.enters(target, "", true, ForTransfer, "", c.via)
	d.emit(consultation(id), &ConsultationEnded{id, BecameTransfer})
	d.leaves(from, AfterTransfer)
	return nil
}

func (d *decision) conference(c Conference) error {
	s := d.state()
	if c.Consultation != "" {
		con := s.Consultation(c.Consultation)
		if con == nil || con.Stage != Consulting || con.Initiator != d.by {
			return ErrNoConsultation
		}
		p := s.Party(con.Target)
		return d.open(Invited{
			Purpose: ForConference, Target: Target(con.Target), Agent: con.Target, AgentName: p.Name, Consultation: con.ID, Note: c.Note,
		}, c.ID)
	}
	agent, err := named(c.To, c.Agent)
	if err != nil {
		return err
	}
	if con := s.consulting(d.by, agent); con != nil {
		return d.conference(Conference{ID: c.ID, Consultation: con.ID, Note: c.Note})
	}
	return d.open(Invited{Purpose: ForConference, Target: c.To, Agent: agent, AgentName: c.AgentName, Note: c.Note}, c.ID)
}

func (d *decision) consult(c Consult) error {
	s := d.state()
	agent, err := named(c.To, c.Agent)
	if err != nil {
		return err
	}
	if c.Medium > ByVoice {
		return &InvalidError{"medium", ErrValue}
	}
	if s.consulting(d.by, agent) != nil {
		return ErrTarget
	}
	return d.open(Invited{Purpose: ForConsultation, Target: c.To, Agent: agent, AgentName: c.AgentName, Medium: c.Medium, Note: c.Note}, c.ID)
}

// offer gives an open invitation to one agent (ROUTE-2).
func (d *decision) offer(c Offer) error {
	inv := d.state().Invitation(c.Invitation)
	switch {
	case inv == nil:
		return ErrNoInvitation
	case inv.Agent != "" || inv.From == c.Agent:
		return ErrTarget
	case inv.Purpose == ForConsultation && d.state().consulting(inv.From, c.Agent) != nil:
		return ErrTarget // the two talk already
	}
	if err := cmp.Or(checkOptional("name", c.AgentName), d.reachable(c.Agent)); err != nil {
		return err
	}
	d.emit(audienceOf(inv.Consultation, c.Agent), &Offered{inv.ID, c.Agent, c.AgentName})
	return nil
}

// accept decides what an invitation turns into.
func (d *decision) accept(c Accept) error {
	s := d.state()
	inv := s.Invitation(c.Invitation)
	if inv == nil || inv.Agent != d.by {
		return ErrNoInvitation
	}
	if err := checkOptional("name", c.Name); err != nil {
		return err
	}
	name := c.Name
	if name == "" {
		name = inv.AgentName
	}
	switch inv.Purpose {
	case ForConsultation:
		if p := s.Party(d.by); p.Presence == Monitoring || p.Presence == Coaching {
			// Who is consulted talks, and no longer watches.
			d.emit(s.presence(p), &WatchingEnded{d.by})
		}
		d.emit(consultation(inv.Consultation), &ConsultationJoined{
			Consultation: inv.Consultation, Invitation: inv.ID, Party: d.by, Name: name, Nickname: s.nickname(d.by, inv.Target),
		})
	case ForConference:
		from, target := inv.From, inv.Target
		if c := s.Consultation(inv.Consultation); c != nil {
			target = c.via // the way by which it came, not the one that led on
		}
		d.enters(d.by, name, false, ForConference, inv.ID, target)
		d.became(BecameConference, from)
	case ForTransfer:
		from := inv.From
		if inv.offersBack() {
			from = s.Owner
		}
		d.enters(d.by, name, true, ForTransfer, inv.ID, inv.Target)
		d.became(BecameTransfer, from)
		d.leaves(from, AfterTransfer)
	default:
		d.takes(name, ForInbound, inv.ID, inv.Target)
	}
	return nil
}

// became ends the consultation that the actor, who has just come into the chat,
// had with the one who asked it to; also where a group, a skill or a queue was
// asked and the choice fell on the consulted agent (CONS-7, CONS-8).
func (d *decision) became(what ConsultationEnding, from PartyID) {
	if c := d.state().consulting(from, d.by); c != nil {
		d.emit(consultation(c.ID), &ConsultationEnded{c.ID, what})
	}
}

// consulting is the active consultation that one agent began with another.
func (s *State) consulting(initiator, target PartyID) *Consultation {
	for i := range s.Consultations {
		if c := &s.Consultations[i]; c.Stage == Consulting && c.Initiator == initiator && c.Target == target {
			return c
		}
	}
	return nil
}

// takes makes the actor the owner of a waiting or dormant chat.
func (d *decision) takes(name string, via Purpose, invitation string, target Target) {
	greet := d.state().LastOwner == ""
	d.enters(d.by, name, true, via, invitation, target)
	d.withdrawAll(func(inv *Invitation) bool { return inv.Purpose == ForInbound })
	if greet {
		d.automatic(Greeting)
	}
}

// enters puts an agent into the chat. One who is consulted by others goes on
// being it; the record tells everyone.
func (d *decision) enters(id PartyID, name string, owner bool, via Purpose, invitation string, target Target) {
	s := d.state()
	if p := s.Party(id); p != nil && name == "" {
		name = p.Name
	}
	d.emit(everyone, &Joined{
		Party: id, Name: name, Nickname: s.nickname(id, target), Owner: owner, Via: via, Invitation: invitation, Target: target,
	})
}

func (d *decision) decline(c Decline) error {
	inv := d.state().Invitation(c.Invitation)
	if inv == nil || inv.Agent != d.by {
		return ErrNoInvitation
	}
	if err := checkText("reason", c.Reason); err != nil {
		return err
	}
	d.returns(inv, WasDeclined, c.Reason, false)
	return nil
}

// returns ends an offer that was not accepted. An inbound invitation and one to
// a group, a skill or a queue stays open for the next agent (ROUTE-2); one to an
// agent is over, and its sender sees why (ROUTE-3, CONS-3).
func (d *decision) returns(inv *Invitation, why Outcome, reason string, notReady bool) {
	if inv.Purpose == ForInbound || inv.Target.Kind() != AgentTarget {
		d.emit(inv.audience(), &OfferReturned{inv.ID, inv.Agent, why, reason, notReady})
		return
	}
	d.emit(inv.audience(), &InvitationClosed{inv.ID, inv.Agent, why, reason, notReady})
}

func (d *decision) cancel(c Cancel) error {
	s := d.state()
	inv := s.Invitation(c.Invitation)
	if inv == nil || !s.cancellable(d.by, inv) {
		return ErrNoInvitation
	}
	d.emit(inv.audience(), &InvitationClosed{Invitation: inv.ID, Agent: inv.Agent, Why: WasCancelled})
	return nil
}

func (d *decision) withdraw(c Withdraw) error {
	inv := d.state().Invitation(c.Invitation)
	switch {
	case inv == nil || c.Agent != "" && inv.Agent != c.Agent:
		return ErrNoInvitation
	case c.Agent != "":
		if err := checkText("reason", c.Reason); err != nil {
			return err
		}
		d.returns(inv, WasWithdrawn, c.Reason, false)
		return nil
	case inv.offersBack():
	case inv.Purpose == ForInbound || inv.Target.Kind() == QueueTarget:
		return ErrTarget // it waits, so that nobody is forgotten
	}
	if err := checkText("reason", c.Reason); err != nil {
		return err
	}
	d.emit(inv.audience(), &InvitationClosed{Invitation: inv.ID, Agent: inv.Agent, Why: WasExhausted, Reason: c.Reason})
	return nil
}

// offersBack reports whether the invitation is the clock's, for a chat that its
// new owner leaves alone (ROUTE-12).
func (inv *Invitation) offersBack() bool { return inv.Purpose == ForTransfer && inv.From == System }

// returnTarget is to whom a silent owner's chat is offered back next: to the one
// who sent it, then to its queue; empty if there is nobody.
func (s *State) returnTarget() Target {
	h := s.handover
	if back := Target(h.from); !slices.Contains(h.asked, back) {
		if p := s.Party(h.from); p == nil || p.Presence != InChat {
			return back
		}
	}
	if queue := s.Start.Target; queue != "" && queue.Kind() != AgentTarget && !slices.Contains(h.asked, queue) {
		return queue
	}
	return ""
}

// touched withdraws what offers the chat back, since its owner is heard.
func (d *decision) touched(to Audience) {
	if s := d.state(); s.handover != nil && len(s.handover.asked) > 0 && to.Scope == Everyone && d.by == s.Owner {
		d.asSystem(func() { d.withdrawAll((*Invitation).offersBack) })
	}
}

// unique is an id for an invitation that the clock opens.
func (d *decision) unique() string {
	return "again-" + strconv.FormatInt(d.now.UnixMicro(), 36)
}
