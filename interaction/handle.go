package interaction

// A Handle is how one viewer sees a party (DESK-6): numbers and names that
// betray nothing of parties that are hidden from it.
type Handle struct {
	// Colour is 0 for the party that first appeared to this viewer, 1 for the
	// next, and so on: an index into a palette, and a stable number for the party
	// as long as the viewer's view stays the same. It is -1 for the system.
	Colour int
	Name   string // what transcripts show: the nickname, else the name
	Role   Role
}

// Handle is how the viewer sees the party, or false if it does not know of it.
func (s *State) Handle(v Viewer, id PartyID) (Handle, bool) {
	p := s.Party(id)
	if p == nil {
		return Handle{Colour: -1, Role: id.Role()}, id == System
	}
	first := s.appeared(v, p)
	if first == 0 {
		return Handle{}, false
	}
	h := Handle{Name: p.Display(), Role: p.role}
	for i := range s.Parties {
		if at := s.appeared(v, &s.Parties[i]); at != 0 && at < first {
			h.Colour++
		}
	}
	return h, true
}

// appeared is the position of the first record that made the party known to
// the viewer, 0 if there is none.
func (s *State) appeared(v Viewer, p *Party) uint64 {
	first := uint64(0)
	see := func(seq uint64, scope Scope, consultation string) {
		if seq == 0 || first != 0 && first <= seq {
			return
		}
		if s.Sees(v, &Record{Seq: seq, Audience: Audience{Scope: scope, Consultation: consultation}}) {
			first = seq
		}
	}
	for scope, seq := range p.shown {
		see(seq, Scope(scope), "")
	}
	for i := range s.Consultations {
		if c := &s.Consultations[i]; c.Target == p.ID {
			see(c.joined, OneConsultation, c.ID)
		}
	}
	return first
}
