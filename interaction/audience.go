package interaction

// An Audience says who may see an event (PART-2). The zero Audience is
// everyone.
type Audience struct {
	Scope        Scope
	Consultation string  // which one, with the scope OneConsultation
	To           PartyID // one more party that sees it, whatever the scope
}

// A Scope is the general part of an audience.
type Scope uint8

// The scopes.
const (
	Everyone        Scope = iota // the contact too
	Internal                     // every internal party, attached ones too
	OneConsultation              // the two sides of one consultation; of none, only the party that To names
	Supervisors                  // supervisors who take part in any way
	scopes          = iota
)

var scopeNames = [...]string{"everyone", "internal", "one consultation", "supervisors"}

func (s Scope) String() string { return name(scopeNames[:], int(s)) }
