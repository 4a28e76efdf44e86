package interaction

import "slices"

// A Viewer is somebody who looks at an interaction, and what for.
type Viewer struct {
	ID      PartyID
	Purpose ViewPurpose
}

// A ViewPurpose is what a viewer looks for.
type ViewPurpose uint8

const (
	// Live is for a party: what it may see of the chat as it goes on. It sees its
	// chat from the start while it is there, and keeps what it saw when it left.
	Live ViewPurpose = iota
	// History is for whoever the host lets read an interaction later: agents see
	// what everyone and what internal parties saw, and nothing of consultations
	// (CONS-10); the contact sees what everyone saw.
	History
)

// Sees reports whether the viewer may see the record (PART-2). It is the one
// filter: feeds, transcripts, exports and files all ask it. For a party whose
// [Party.View] stays the same the answer for a record never changes, so that
// its view only grows at the end.
func (s *State) Sees(v Viewer, r *Record) bool {
	e := s.eye(v)
	return e.sees(&r.Audience, r.Seq)
}

// SeesFile reports whether the viewer sees one of the state's files, as [State.Sees]
// does for its record (FILE-4).
func (s *State) SeesFile(v Viewer, f *SentFile) bool {
	e := s.eye(v)
	return e.sees(&f.Audience, f.Seq)
}

// An eye is a viewer in the state that it looks at, for many questions.
type eye struct {
	state  *State
	viewer Viewer
	party  *Party // nil for one who takes no part
}

func (s *State) eye(v Viewer) eye { return eye{s, v, s.Party(v.ID)} }

func (e *eye) sees(a *Audience, seq uint64) bool {
	if e.viewer.Purpose == History {
		return e.state.seesHistory(e.viewer.ID, a)
	}
	return e.party != nil && e.state.sees(e.party, a, seq)
}

func (s *State) seesHistory(id PartyID, a *Audience) bool {
	switch role := id.Role(); {
	case a.Scope == OneConsultation:
		return false
	case a.To == id:
		return true
	case role == RoleContact:
		return a.Scope == Everyone && s.Start != nil && (id == s.Start.Contact.ID || id == s.Contact.ID)
	case role == RoleAgent:
		return a.Scope == Everyone || a.Scope == Internal
	default:
		return role == RoleSupervisor || role == RoleSystem
	}
}

func (s *State) sees(p *Party, a *Audience, seq uint64) bool {
	if a.To == p.ID {
		return true
	}
	switch a.Scope {
	case Everyone:
		return seq <= p.horizon
	case Internal:
		return seq <= p.horizon && p.role != RoleContact
	case Supervisors:
		return seq <= p.horizon && p.role == RoleSupervisor
	default:
		c := s.Consultation(a.Consultation)
		return c != nil && c.side(p.ID)
	}
}

// Position is how many records the viewer may see now: its own position. It
// counts nothing that is hidden from it. The view is another when its rights
// grew since; a feed then starts anew. A viewer who takes no part is at 0.
func (s *State) Position(v Viewer) (seen uint64, view uint32) {
	if v.Purpose == History {
		for scope, n := range s.counts {
			if s.seesHistory(v.ID, &Audience{Scope: Scope(scope)}) {
				seen += n
			}
		}
		for _, d := range s.directed {
			a := Audience{Scope: d.scope, Consultation: d.consultation}
			if d.to == v.ID && d.scope != OneConsultation && !s.seesHistory(v.ID, &a) {
				seen += d.count
			}
		}
		return seen, 1
	}
	if i := s.party(v.ID); i >= 0 {
		return s.meters.at(i).seen, s.Parties[i].View
	}
	return 0, 0
}

// Public is how many records everyone may see. It is the contact's own
// position, and the one measure of a message that all its readers share: the
// contact has read a message when its read position has reached the message's
// public number.
func (s *State) Public() uint64 { return s.counts[Everyone] }

// ContactRead is how far the contact has read, as a public number (MSG-2).
func (s *State) ContactRead() uint64 {
	if s.Start != nil {
		if p := s.Party(s.Start.Contact.ID); p != nil {
			return p.Read
		}
	}
	return 0
}

// count moves the positions of all who see the record.
func (s *State) count(r *Record) {
	a := &r.Audience
	if a.Scope != OneConsultation {
		s.counts[a.Scope]++
	} else if c := s.editConsultation(a.Consultation); c != nil {
		c.count++
	}
	s.meters.own()
	for i := range s.Parties {
		if s.sees(&s.Parties[i], a, r.Seq) {
			s.meters.at(i).seen++
		}
	}
	if a.To == "" {
		return
	}
	s.directed = slices.Clone(s.directed)
	for i := range s.directed {
		if d := &s.directed[i]; d.to == a.To && d.scope == a.Scope && d.consultation == a.Consultation {
			d.count++
			return
		}
	}
	s.directed = append(s.directed, directed{a.To, a.Scope, a.Consultation, 1})
}

// tell counts a record for the party it is directed to where the record itself
// made that party known, after [State.count] had passed, and for the side that
// opened a consultation with it.
func (s *State) tell(r *Record) {
	for i := range s.Parties {
		s.meters.at(i).seen = s.visible(&s.Parties[i])
	}
}

// widen gives a party everything that its role may see, from the start: its
// view becomes another one.
func (s *State) widen(id PartyID) {
	i := s.party(id)
	p := &s.Parties[i] // edited by the caller
	p.View++
	p.horizon = forever
	s.meters.at(i).seen = s.visible(p)
}

// visible counts the records that a party may see. It is exact for parties
// that are there or never were; one that left keeps its count.
func (s *State) visible(p *Party) uint64 {
	i := s.party(p.ID)
	if p.horizon != 0 && p.horizon != forever {
		return s.meters.at(i).seen
	}
	var seen uint64
	for scope := range s.counts {
		if s.sees(p, &Audience{Scope: Scope(scope)}, s.seq) {
			seen += s.counts[scope]
		}
	}
	for k := range s.Consultations {
		if c := &s.Consultations[k]; c.side(p.ID) {
			seen += c.count
		}
	}
	for _, d := range s.directed {
		if d.to == p.ID && !s.sees(p, &Audience{Scope: d.scope, Consultation: d.consultation}, s.seq) {
			seen += d.count
		}
	}
	return seen
}
