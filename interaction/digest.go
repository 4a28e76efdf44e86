package interaction

// Digest is a hash of a command, to tell a retry from another command with the
// same key (LIFE-16): equal for equal commands in every process and every later
// version, and different for different ones but for a chance of one in 2^64. It
// guards against mistakes, not against the actor, who could only deceive itself.
// Times and durations count in whole microseconds, and an empty list is no list.
// The digest of no command is 0.
func Digest(cmd Command) uint64 {
	if !ours(cmd) {
		return 0
	}
	c := coder{pass: sum, sum: newHash.string(cmd.Kind().String())}
	c.command(cmd)
	return uint64(c.sum)
}

// A hash is an FNV-1a hash of numbers and strings. Each says how long it is, so
// that nothing can pass from one to the next.
type hash uint64

const newHash hash = 14695981039346656037

func (h hash) byte(b byte) hash { return (h ^ hash(b)) * 1099511628211 }

func (h hash) tag(number uint64, w wire) hash { return h.number(number<<2 | uint64(w)) }

// number hashes the number's varint.
func (h hash) number(n uint64) hash {
	for ; n >= 0x80; n >>= 7 {
		h = h.byte(byte(n) | 0x80)
	}
	return h.byte(byte(n))
}

func (h hash) string(s string) hash {
	h = h.number(uint64(len(s)))
	for i := range len(s) {
		h = h.byte(s[i])
	}
	return h
}

func (h hash) bytes(b []byte) hash {
	h = h.number(uint64(len(b)))
	for _, c := range b {
		h = h.byte(c)
	}
	return h
}

// command gives the fields of a command to the coder. They are never read;
// their numbers are frozen all the same.
func (c *coder) command(cmd Command) {
	switch cmd := cmd.(type) {
	case Start:
		c.person(1, &cmd.Contact)
		c.text(2, &cmd.Subject)
		c.id(3, &cmd.Channel)
		c.id(4, &cmd.Language)
		c.target(5, &cmd.Target)
		c.int(6, &cmd.Priority)
		c.caseData(7, &cmd.CaseData)
		if cmd.Policy != nil && c.open(8, true) {
			policy := cmd.Policy.rounded()
			c.policy(&policy)
		}
	case Join:
		c.text(1, &cmd.Name)
	case Invite:
		c.id(1, &cmd.ID)
		c.target(2, &cmd.To)
		c.party(3, &cmd.Agent)
		c.text(4, &cmd.AgentName)
		c.text(5, &cmd.Note)
	case Offer:
		c.id(1, &cmd.Invitation)
		c.party(2, &cmd.Agent)
		c.text(3, &cmd.AgentName)
	case Transfer:
		c.id(1, &cmd.ID)
		c.target(2, &cmd.To)
		c.party(3, &cmd.Agent)
		c.text(4, &cmd.AgentName)
		c.id(5, &cmd.Consultation)
		c.text(6, &cmd.Note)
	case Conference:
		c.id(1, &cmd.ID)
		c.target(2, &cmd.To)
		c.party(3, &cmd.Agent)
		c.text(4, &cmd.AgentName)
		c.id(5, &cmd.Consultation)
		c.text(6, &cmd.Note)
	case Consult:
		c.id(1, &cmd.ID)
		c.target(2, &cmd.To)
		c.party(3, &cmd.Agent)
		c.text(4, &cmd.AgentName)
		c.code(5, (*uint8)(&cmd.Medium), media)
		c.text(6, &cmd.Note)
	case Accept:
		c.id(1, &cmd.Invitation)
		c.text(2, &cmd.Name)
	case Decline:
		c.id(1, &cmd.Invitation)
		c.text(2, &cmd.Reason)
	case Cancel:
		c.id(1, &cmd.Invitation)
	case Withdraw:
		c.id(1, &cmd.Invitation)
		c.text(2, &cmd.Reason)
		c.party(3, &cmd.Agent)
	case Rejoin:
		c.text(1, &cmd.Name)
	case Supervise:
		c.code(1, (*uint8)(&cmd.Mode), supervisions)
		c.text(2, &cmd.Name)
	case Say:
		c.text(1, &cmd.Text)
		c.code(2, (*uint8)(&cmd.To), scopes)
		c.id(3, &cmd.Consultation)
		c.id(4, &cmd.Confirm)
	case MarkRead:
		c.count(1, &cmd.Through)
	case PushURL:
		c.text(1, &cmd.URL)
	case SendFile:
		c.file(1, &cmd.File)
		c.code(2, (*uint8)(&cmd.To), scopes)
		c.id(3, &cmd.Consultation)
	case JudgeFile:
		c.id(1, &cmd.File)
		c.code(2, (*uint8)(&cmd.Verdict), verdicts)
		c.text(3, &cmd.Reason)
		c.id(4, &cmd.Code)
	case Blend:
		c.id(1, &cmd.Medium)
		c.text(2, &cmd.Address)
		c.text(3, &cmd.Ref)
	case ScheduleCallback:
		c.moment(1, &cmd.At)
		c.text(2, &cmd.Number)
		c.text(3, &cmd.Note)
	case Announce:
		c.code(1, (*uint8)(&cmd.Message), automatics)
		c.text(2, &cmd.Text)
	case EndConsultation:
		c.id(1, &cmd.Consultation)
	case MarkConsultationDone:
		c.id(1, &cmd.Consultation)
	case Disconnect:
		c.party(1, &cmd.Party)
	case Reconnect:
		c.party(1, &cmd.Party)
	case Leave, End, MarkDone, Erase, Elapse:
	case Remove:
		c.party(1, &cmd.Party)
	case SetDisposition:
		c.id(1, &cmd.Code)
	case SetNote:
		c.text(1, &cmd.Text)
	case SetCaseData:
		c.text(1, &cmd.Key)
		c.code(2, (*uint8)(&cmd.Value.Type), valueTypes)
		c.text(3, &cmd.Value.Text)
		c.flag(4, &cmd.Delete)
	case AssignContact:
		c.person(1, &cmd.Contact)
	}
}

const supervisions = uint64(StopWatching) + 1
