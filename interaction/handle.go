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
	e := s.eye(v)
	return e.handle(id, s.seq)
}

// handle is how the viewer saw the party when the record at the position was
// the last one, so that a record looks the same whenever it is read.
func (e *eye) handle(id PartyID, at uint64) (Handle, bool) {
	p := e.state.Party(id)
	var first, last *entry
	if p != nil {
		first, last = e.entries(p, at)
	}
	if first == nil {
		return Handle{Colour: -1, Role: id.Role()}, id == System
	}
	h := Handle{Name: last.name, Role: p.role}
	if h.Role == RoleSupervisor && e.viewer.ID.Role() == RoleContact {
		h.Role = RoleAgent // that it is a supervisor is not the contact's to know
	}
	for i := range e.state.Parties {
		if before, _ := e.entries(&e.state.Parties[i], first.seq-1); before != nil {
			h.Colour++
		}
	}
	return h, true
}

// entries are the first and the last record up to a position that made the
// party known to the viewer, nil if there is none.
func (e *eye) entries(p *Party, to uint64) (first, last *entry) {
	for i := range p.entries {
		n := &p.entries[i]
		if n.seq > to {
			break
		}
		if e.sees(&n.audience, n.seq) {
			if first == nil {
				first = n
			}
			last = n
		}
	}
	return first, last
}
