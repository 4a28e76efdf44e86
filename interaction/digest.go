package interaction

// Digest is a hash of a command: equal for equal commands, in every process and
// every version. It tells a retry from another command with the same key
// (LIFE-16).
func Digest(cmd Command) uint64 {
	h := hash(fnvOffset, cmd.Kind().String())
	if say, ok := cmd.(Say); ok {
		// The one that comes often, without an allocation. Lengths keep the fields
		// apart.
		for _, s := range [...]string{say.Text, say.Consultation, say.Confirm} {
			h = (h ^ uint64(len(s))) * fnvPrime
			h = hash(h, s)
		}
		return (h ^ uint64(say.To)) * fnvPrime
	}
	c := coder{pass: writeBoth}
	describeCommand(&c, cmd)
	return hash(h, c.out)
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hash is FNV-1a: the digest guards against mistakes, not against the actor,
// who could only deceive itself.
func hash[T string | []byte](h uint64, data T) uint64 {
	for i := range len(data) {
		h = (h ^ uint64(data[i])) * fnvPrime
	}
	return h
}

// describeCommand gives the fields of every command but Say to the coder. Numbers are
// frozen, as those of events are.
func describeCommand(c *coder, cmd Command) {
	switch x := cmd.(type) {
	case Start:
		id(c, 1, &x.Contact.ID)
		private(c, 2, &x.Contact.Name)
		private(c, 3, &x.Subject)
		id(c, 4, &x.Channel)
		id(c, 5, &x.Language)
		id(c, 6, &x.Target)
		signed(c, 7, &x.Priority)
		items(c, personal, 8, &x.CaseData, describeField)
		given := x.Policy != nil
		flag(c, 9, &given)
		if given {
			describePolicy(c, x.Policy)
		}
	case Join:
		private(c, 1, &x.Name)
	case Invite:
		id(c, 1, &x.ID)
		id(c, 2, &x.To)
		id(c, 3, &x.Agent)
		private(c, 4, &x.AgentName)
		private(c, 5, &x.Note)
	case Offer:
		id(c, 1, &x.Invitation)
		id(c, 2, &x.Agent)
		private(c, 3, &x.AgentName)
	case Transfer:
		id(c, 1, &x.ID)
		id(c, 2, &x.To)
		id(c, 3, &x.Agent)
		private(c, 4, &x.AgentName)
		private(c, 5, &x.Note)
		id(c, 6, &x.Consultation)
	case Conference:
		id(c, 1, &x.ID)
		id(c, 2, &x.To)
		id(c, 3, &x.Agent)
		private(c, 4, &x.AgentName)
		private(c, 5, &x.Note)
		id(c, 6, &x.Consultation)
	case Consult:
		id(c, 1, &x.ID)
		id(c, 2, &x.To)
		id(c, 3, &x.Agent)
		private(c, 4, &x.AgentName)
		private(c, 5, &x.Note)
		enum(c, 6, &x.Medium)
	case Accept:
		id(c, 1, &x.Invitation)
		private(c, 2, &x.Name)
	case Decline:
		id(c, 1, &x.Invitation)
		private(c, 2, &x.Reason)
	case Cancel:
		id(c, 1, &x.Invitation)
	case Withdraw:
		id(c, 1, &x.Invitation)
		private(c, 2, &x.Reason)
	case Rejoin:
		private(c, 1, &x.Name)
	case Supervise:
		enum(c, 1, &x.Mode)
		private(c, 2, &x.Name)
	case MarkRead:
		count(c, 1, &x.Through)
	case PushURL:
		private(c, 1, &x.URL)
	case SendFile:
		describeFile(c, &x.File)
		enum(c, 10, &x.To)
		id(c, 11, &x.Consultation)
	case JudgeFile:
		id(c, 1, &x.File)
		enum(c, 2, &x.Verdict)
		private(c, 3, &x.Reason)
	case Blend:
		id(c, 1, &x.Medium)
		private(c, 2, &x.Address)
		private(c, 3, &x.Ref)
	case ScheduleCallback:
		moment(c, 1, &x.At)
		private(c, 2, &x.Number)
		private(c, 3, &x.Note)
	case Announce:
		enum(c, 1, &x.Message)
		private(c, 2, &x.Text)
	case EndConsultation:
		id(c, 1, &x.Consultation)
	case MarkConsultationDone:
		id(c, 1, &x.Consultation)
	case Disconnect:
		id(c, 1, &x.Party)
	case Reconnect:
		id(c, 1, &x.Party)
	case Remove:
		id(c, 1, &x.Party)
	case SetDisposition:
		id(c, 1, &x.Code)
	case SetNote:
		private(c, 1, &x.Text)
	case SetCaseData:
		private(c, 1, &x.Key)
		enum(c, 2, &x.Value.Type)
		private(c, 3, &x.Value.Text)
		flag(c, 4, &x.Delete)
	case AssignContact:
		id(c, 1, &x.Contact.ID)
		private(c, 2, &x.Contact.Name)
	case Leave, End, MarkDone, Erase, Elapse:
		// Nothing but the kind.
	}
}
