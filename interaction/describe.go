package interaction

import "strconv"

// newEvent is an empty event of the kind with the name, nil if there is none.
func newEvent(kind string) Event {
	for k, name := range eventNames {
		if name == kind {
			return emptyEvents[k]()
		}
	}
	return nil
}

var emptyEvents = [eventKinds]func() Event{
	StartedKind:            func() Event { return new(Started) },
	InvitedKind:            func() Event { return new(Invited) },
	OfferedKind:            func() Event { return new(Offered) },
	OfferReturnedKind:      func() Event { return new(OfferReturned) },
	InvitationClosedKind:   func() Event { return new(InvitationClosed) },
	JoinedKind:             func() Event { return new(Joined) },
	LeftKind:               func() Event { return new(Left) },
	OwnerChangedKind:       func() Event { return new(OwnerChanged) },
	DisconnectedKind:       func() Event { return new(Disconnected) },
	ReconnectedKind:        func() Event { return new(Reconnected) },
	SaidKind:               func() Event { return new(Said) },
	AnnouncedKind:          func() Event { return new(Announced) },
	MarkedReadKind:         func() Event { return new(MarkedRead) },
	EndedKind:              func() Event { return new(Ended) },
	BecameDormantKind:      func() Event { return new(BecameDormant) },
	ClosedKind:             func() Event { return new(Closed) },
	DispositionSetKind:     func() Event { return new(DispositionSet) },
	NoteSetKind:            func() Event { return new(NoteSet) },
	CaseDataSetKind:        func() Event { return new(CaseDataSet) },
	ConsultationJoinedKind: func() Event { return new(ConsultationJoined) },
	ConsultationEndedKind:  func() Event { return new(ConsultationEnded) },
	ConsultationMarkedKind: func() Event { return new(ConsultationMarked) },
	WatchingKind:           func() Event { return new(Watching) },
	WatchingEndedKind:      func() Event { return new(WatchingEnded) },
	URLPushedKind:          func() Event { return new(URLPushed) },
	FileSentKind:           func() Event { return new(FileSent) },
	FileJudgedKind:         func() Event { return new(FileJudged) },
	BlendedKind:            func() Event { return new(Blended) },
	CallbackScheduledKind:  func() Event { return new(CallbackScheduled) },
	ContactAssignedKind:    func() Event { return new(ContactAssigned) },
	ErasedKind:             func() Event { return new(Erased) },
	ResponseStageKind:      func() Event { return new(ResponseStage) },
}

// describe gives the fields of an event to the coder. Numbers are frozen: a
// field that is given up leaves its number unused, a new one takes a new number.
func describe(c *coder, e Event) {
	switch e := e.(type) {
	case *Started:
		id(c, 1, &e.Contact.ID)
		private(c, 2, &e.Contact.Name)
		private(c, 3, &e.Subject)
		id(c, 4, &e.Channel)
		id(c, 5, &e.Language)
		id(c, 6, &e.Target)
		signed(c, 7, &e.Priority)
		items(c, personal, 8, &e.CaseData, describeField)
		describePolicy(c, &e.Policy)
	case *Invited:
		id(c, 1, &e.Invitation)
		enum(c, 2, &e.Purpose)
		id(c, 3, &e.Target)
		id(c, 4, &e.Agent)
		private(c, 5, &e.AgentName)
		id(c, 6, &e.Consultation)
		enum(c, 7, &e.Medium)
		private(c, 8, &e.Note)
	case *Offered:
		id(c, 1, &e.Invitation)
		id(c, 2, &e.Agent)
		private(c, 3, &e.AgentName)
	case *OfferReturned:
		id(c, 1, &e.Invitation)
		id(c, 2, &e.Agent)
		enum(c, 3, &e.Why)
		private(c, 4, &e.Reason)
		flag(c, 5, &e.NotReady)
	case *InvitationClosed:
		id(c, 1, &e.Invitation)
		id(c, 2, &e.Agent)
		enum(c, 3, &e.Why)
		private(c, 4, &e.Reason)
		flag(c, 5, &e.NotReady)
	case *Joined:
		id(c, 1, &e.Party)
		private(c, 2, &e.Name)
		private(c, 3, &e.Nickname)
		flag(c, 4, &e.Owner)
		enum(c, 5, &e.Via)
		id(c, 6, &e.Invitation)
		id(c, 7, &e.Target)
	case *Left:
		id(c, 1, &e.Party)
		enum(c, 2, &e.Why)
	case *OwnerChanged:
		id(c, 1, &e.Owner)
	case *Disconnected:
		id(c, 1, &e.Party)
	case *Reconnected:
		id(c, 1, &e.Party)
	case *Said:
		private(c, 1, &e.Text)
	case *Announced:
		enum(c, 1, &e.Message)
		private(c, 2, &e.Text)
	case *MarkedRead:
		count(c, 1, &e.Through)
	case *Ended:
		enum(c, 1, &e.Why)
	case *BecameDormant, *Erased:
		// Nothing but the fact.
	case *Closed:
		enum(c, 1, &e.Why)
		flag(c, 2, &e.DispositionMissing)
	case *DispositionSet:
		id(c, 1, &e.Code)
	case *NoteSet:
		private(c, 1, &e.Text)
	case *CaseDataSet:
		private(c, 1, &e.Key)
		enum(c, 2, &e.Value.Type)
		private(c, 3, &e.Value.Text)
		flag(c, 4, &e.Deleted)
	case *ConsultationJoined:
		id(c, 1, &e.Consultation)
		id(c, 2, &e.Invitation)
		id(c, 3, &e.Party)
		private(c, 4, &e.Name)
		private(c, 5, &e.Nickname)
	case *ConsultationEnded:
		id(c, 1, &e.Consultation)
		enum(c, 2, &e.Why)
	case *ConsultationMarked:
		id(c, 1, &e.Consultation)
		flag(c, 2, &e.Target)
	case *Watching:
		id(c, 1, &e.Party)
		private(c, 2, &e.Name)
		private(c, 3, &e.Nickname)
		flag(c, 4, &e.Coaching)
		flag(c, 5, &e.Hidden)
	case *WatchingEnded:
		id(c, 1, &e.Party)
	case *URLPushed:
		private(c, 1, &e.URL)
		private(c, 2, &e.Text)
	case *FileSent:
		describeFile(c, &e.File)
	case *FileJudged:
		id(c, 1, &e.File)
		enum(c, 2, &e.Verdict)
		private(c, 3, &e.Reason)
	case *Blended:
		id(c, 1, &e.Medium)
		private(c, 2, &e.Address)
		private(c, 3, &e.Ref)
	case *CallbackScheduled:
		moment(c, 1, &e.At)
		private(c, 2, &e.Number)
		private(c, 3, &e.Note)
	case *ContactAssigned:
		id(c, 1, &e.Contact.ID)
		private(c, 2, &e.Contact.Name)
	case *ResponseStage:
		enum(c, 1, &e.Stage)
	}
}

func describeField(c *coder, f *Field) {
	private(c, 1, &f.Key)
	enum(c, 2, &f.Value.Type)
	private(c, 3, &f.Value.Text)
}

func describeFile(c *coder, f *File) {
	id(c, 1, &f.ID)
	private(c, 2, &f.Name)
	id(c, 3, &f.Type)
	signed(c, 4, &f.Size)
	hash := string(f.Hash)
	id(c, 5, &hash)
	if c.pass == read {
		f.Hash = nil
		if hash != "" {
			f.Hash = []byte(hash)
		}
	}
	enum(c, 6, &f.Verdict)
	private(c, 7, &f.Reason)
}

// describePolicy has the numbers from 16 on in the event that holds it.
func describePolicy(c *coder, p *Policy) {
	flag(c, 16, &p.Async)
	span(c, 17, &p.Response.Warn)
	span(c, 18, &p.Response.Late)
	flag(c, 19, &p.BotsAnswer)
	span(c, 20, &p.Inactivity.Warn)
	span(c, 21, &p.Inactivity.End)
	span(c, 22, &p.DormantInactivity.Warn)
	span(c, 23, &p.DormantInactivity.End)
	span(c, 24, &p.NoAnswer)
	flag(c, 25, &p.NoAnswerNotReady)
	span(c, 26, &p.ContactGrace)
	span(c, 27, &p.AgentGrace)
	enum(c, 28, &p.AfterContact)
	span(c, 29, &p.CloseDelay)
	items(c, skeleton, 30, &p.Dispositions, func(c *coder, d *Disposition) {
		id(c, 1, &d.Code)
		id(c, 2, &d.Label)
		id(c, 3, &d.Parent)
	})
	flag(c, 31, &p.AnyDisposition)
	flag(c, 32, &p.DispositionRequired)
	flag(c, 33, &p.WaitForDisposition)
	list(c, 34, &p.CaseDataKeys)
	items(c, skeleton, 35, &p.Nicknames, func(c *coder, n *Nickname) {
		id(c, 1, &n.For)
		id(c, 2, &n.Name)
	})
	flag(c, 36, &p.HiddenMonitor)
	flag(c, 37, &p.TypingPreview)
	signed(c, 38, &p.RateBurst)
	span(c, 39, &p.RateEvery)
	items(c, skeleton, 40, &p.Messages, func(c *coder, m *Messages) {
		id(c, 1, &m.Language)
		id(c, 2, &m.Greeting)
		id(c, 3, &m.Waiting)
		id(c, 4, &m.InactivityWarning)
		id(c, 5, &m.InactivityEnd)
		id(c, 6, &m.Farewell)
	})
	id(c, 41, &p.PushText)
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }
