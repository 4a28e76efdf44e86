package interaction

import (
	"cmp"
)

// joinBot puts a bot into the chat (PART-8).
func (d *decision) joinBot(c Join) error {
	if err := cmp.Or(d.state().joinable(d.by), checkOptional("name", c.Name)); err != nil {
		return err
	}
	if d.state().Party(d.by) == nil {
		if err := d.room(); err != nil {
			return err
		}
	}
	d.enters(d.by, c.Name, false, ForInbound, "", "")
	return nil
}

func (d *decision) rejoin(c Rejoin) error {
	s := d.state()
	if err := cmp.Or(s.rejoinable(d.by), checkOptional("name", c.Name)); err != nil {
		return err
	}
	if inv := s.offered(d.by); inv != nil {
		d.emit(inv.audience(), &InvitationClosed{Invitation: inv.ID, Agent: d.by, Why: WasWithdrawn})
	}
	d.takes(c.Name, ForRejoin, "", s.Party(d.by).Via)
	return nil
}

// supervise decides PART-5.
func (d *decision) supervise(c Supervise) error {
	if err := checkOptional("name", c.Name); err != nil {
		return err
	}
	s := d.state()
	p := s.Party(d.by)
	now := Away
	if p != nil {
		now = p.Presence
	}
	switch {
	case c.Mode > StopWatching:
		return &InvalidError{"mode", ErrValue}
	case s.Phase == InEnded && c.Mode != StopWatching:
		return wrongPhase(s.Phase, SuperviseKind)
	case s.Owner == d.by && c.Mode != BargeIn:
		return ErrHandOverFirst
	}
	if p == nil {
		if err := d.room(); err != nil {
			return err
		}
	}
	watching := now == Monitoring || now == Coaching
	switch c.Mode {
	case StopWatching:
		if !watching {
			return ErrNotParty
		}
		d.emit(s.presence(p), &WatchingEnded{d.by})
	case BargeIn:
		if s.Phase != InActive {
			return wrongPhase(s.Phase, SuperviseKind)
		}
		if now == InChat {
			return nil
		}
		if inv := s.offered(d.by); inv != nil {
			d.emit(inv.audience(), &InvitationClosed{Invitation: inv.ID, Agent: d.by, Why: WasWithdrawn})
		}
		d.enters(d.by, c.Name, false, ForBargeIn, "", "")
		for i := range s.Consultations {
			if con := &s.Consultations[i]; con.Stage == Consulting && con.Target == d.by {
				d.emit(consultation(con.ID), &ConsultationEnded{con.ID, BecameConference})
			}
		}
	default:
		if now == Consulted {
			return ErrTarget
		}
		if now == Monitoring && c.Mode == Monitor || now == Coaching && c.Mode == Coach {
			return nil
		}
		a := internal
		hidden := c.Mode == Monitor && s.Start.Policy.HiddenMonitor
		if now == InChat {
			why := BackToMonitoring
			if hidden {
				why = ByItself // agents must not know that it still watches
			}
			d.leaves(d.by, why)
		}
		if hidden {
			if watching { // those who knew of it see it go
				d.emit(s.presence(p), &WatchingEnded{d.by})
			}
			a = Audience{Scope: Supervisors}
		}
		name := c.Name
		if name == "" && p != nil {
			name = p.Name
		}
		d.emit(a, &Watching{
			Party: d.by, Name: name, Nickname: s.nickname(d.by, ""), Coaching: c.Mode == Coach, Hidden: hidden,
		})
	}
	return nil
}

// remove is Delete From Conference (PART-7).
func (d *decision) remove(c Remove) error {
	s := d.state()
	p := s.Party(c.Party)
	if p == nil || !s.removable(p) {
		return ErrTarget
	}
	d.leaves(c.Party, WasRemoved)
	return nil
}

// subject is whose connection a command is about.
func (d *decision) subject(id PartyID) (*Party, error) {
	if id == "" {
		id = d.by
	}
	if id != d.by && d.by != System {
		return nil, denied(d.by.Role(), d.kind)
	}
	p := d.state().Party(id)
	if p == nil {
		return nil, ErrNotParty
	}
	return p, nil
}

func (d *decision) disconnect(c Disconnect) error {
	p, err := d.subject(c.Party)
	if err != nil {
		return err
	}
	if p.Here() && p.Disconnected.IsZero() {
		d.emit(d.connection(p), &Disconnected{p.ID})
	}
	return nil
}

func (d *decision) reconnect(c Reconnect) error {
	p, err := d.subject(c.Party)
	if err != nil {
		return err
	}
	s := d.state()
	switch {
	case p.Here() && !p.Disconnected.IsZero():
		d.emit(d.connection(p), &Reconnected{p.ID})
	case !p.Here() && s.Phase == InWaiting && s.LastOwner == p.ID:
		// The lost agent is back: it is asked first (PART-9).
		for i := range s.Invitations {
			inv := &s.Invitations[i]
			if inv.Purpose == ForInbound && inv.Agent == "" && inv.From == System && inv.LastTry(p.ID).IsZero() {
				d.emit(audienceOf("", p.ID), &Offered{inv.ID, p.ID, p.Name})
				return nil
			}
		}
	}
	return nil
}

// connection is who may know of a party's connection: the contact's everyone
// while the chat goes on, an agent's only internal parties that know of it.
func (d *decision) connection(p *Party) Audience {
	s := d.state()
	a := s.presence(p)
	if a.Scope == Everyone && (p.role != RoleContact || s.Phase.over()) {
		a = internal
	}
	return a
}

func (d *decision) endConsultation(c EndConsultation) error {
	s := d.state()
	con := s.Consultation(c.Consultation)
	if con == nil || !s.endable(d.by, con) {
		return ErrNoConsultation
	}
	why := EndedBySide
	if d.by == System {
		why = EndedMediumFailed
	}
	d.endConsultations(why, func(c *Consultation) bool { return c.ID == con.ID })
	return nil
}

func (d *decision) markConsultationDone(c MarkConsultationDone) error {
	con := d.state().Consultation(c.Consultation)
	if con == nil || !con.markable(d.by) {
		return ErrNoConsultation
	}
	d.emit(consultation(con.ID), &ConsultationMarked{con.ID, con.Target == d.by})
	return nil
}
