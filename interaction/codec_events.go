package interaction

import "github.com/chatkernel/chatkernel/timers"

// newEvent is an empty event of a kind, nil if there is no such kind.
func newEvent(k EventKind) Event {
	switch k {
	case StartedKind:
		return new(Started)
	case InvitedKind:
		return new(Invited)
	case OfferedKind:
		return new(Offered)
	case OfferReturnedKind:
		return new(OfferReturned)
	case InvitationClosedKind:
		return new(InvitationClosed)
	case JoinedKind:
		return new(Joined)
	case LeftKind:
		return new(Left)
	case OwnerChangedKind:
		return new(OwnerChanged)
	case DisconnectedKind:
		return new(Disconnected)
	case ReconnectedKind:
		return new(Reconnected)
	case SaidKind:
		return new(Said)
	case AnnouncedKind:
		return new(Announced)
	case MarkedReadKind:
		return new(MarkedRead)
	case EndedKind:
		return new(Ended)
	case BecameDormantKind:
		return new(BecameDormant)
	case ClosedKind:
		return new(Closed)
	case DispositionSetKind:
		return new(DispositionSet)
	case NoteSetKind:
		return new(NoteSet)
	case CaseDataSetKind:
		return new(CaseDataSet)
	case ConsultationJoinedKind:
		return new(ConsultationJoined)
	case ConsultationEndedKind:
		return new(ConsultationEnded)
	case ConsultationMarkedKind:
		return new(ConsultationMarked)
	case WatchingKind:
		return new(Watching)
	case WatchingEndedKind:
		return new(WatchingEnded)
	case URLPushedKind:
		return new(URLPushed)
	case FileSentKind:
		return new(FileSent)
	case FileJudgedKind:
		return new(FileJudged)
	case BlendedKind:
		return new(Blended)
	case CallbackScheduledKind:
		return new(CallbackScheduled)
	case ContactAssignedKind:
		return new(ContactAssigned)
	case ErasedKind:
		return new(Erased)
	case ResponseStageKind:
		return new(ResponseStage)
	}
	return nil
}

// event gives the fields of an event to the coder, from number 6 on, as those
// below are the record's. Frozen; see [Batch].
func (c *coder) event(e Event) {
	switch e := e.(type) {
	case *Started:
		c.person(6, &e.Contact)
		c.text(7, &e.Subject)
		c.id(8, &e.Channel)
		c.id(9, &e.Language)
		c.target(10, &e.Target)
		c.int(11, &e.Priority)
		c.caseData(12, &e.CaseData)
		if c.begin(13) {
			c.policy(&e.Policy)
		}
	case *Invited:
		c.id(6, &e.Invitation)
		c.code(7, (*uint8)(&e.Purpose), purposes)
		c.target(8, &e.Target)
		c.party(9, &e.Agent)
		c.text(10, &e.AgentName)
		c.id(11, &e.Consultation)
		c.code(12, (*uint8)(&e.Medium), media)
		c.text(13, &e.Note)
	case *Offered:
		c.id(6, &e.Invitation)
		c.party(7, &e.Agent)
		c.text(8, &e.AgentName)
	case *OfferReturned:
		c.id(6, &e.Invitation)
		c.party(7, &e.Agent)
		c.code(8, (*uint8)(&e.Why), outcomes)
		c.text(9, &e.Reason)
		c.flag(10, &e.NotReady)
	case *InvitationClosed:
		c.id(6, &e.Invitation)
		c.party(7, &e.Agent)
		c.code(8, (*uint8)(&e.Why), outcomes)
		c.text(9, &e.Reason)
		c.flag(10, &e.NotReady)
	case *Joined:
		c.party(6, &e.Party)
		c.text(7, &e.Name)
		c.text(8, &e.Nickname)
		c.flag(9, &e.Owner)
		c.code(10, (*uint8)(&e.Via), purposes)
		c.id(11, &e.Invitation)
		c.target(12, &e.Target)
	case *Left:
		c.party(6, &e.Party)
		c.code(7, (*uint8)(&e.Why), leavings)
	case *OwnerChanged:
		c.party(6, &e.Owner)
	case *Disconnected:
		c.party(6, &e.Party)
	case *Reconnected:
		c.party(6, &e.Party)
	case *Said:
		c.text(6, &e.Text)
	case *Announced:
		c.code(6, (*uint8)(&e.Message), automatics)
		c.text(7, &e.Text)
	case *MarkedRead:
		c.count(6, &e.Through)
	case *Ended:
		c.code(6, (*uint8)(&e.Why), endings)
	case *BecameDormant:
	case *Closed:
		c.code(6, (*uint8)(&e.Why), closings)
		c.flag(7, &e.DispositionMissing)
	case *DispositionSet:
		c.id(6, &e.Code)
	case *NoteSet:
		c.text(6, &e.Text)
	case *CaseDataSet:
		if c.begin(6) {
			c.field(&e.Field)
		}
		c.flag(7, &e.Deleted)
	case *ConsultationJoined:
		c.id(6, &e.Consultation)
		c.id(7, &e.Invitation)
		c.party(8, &e.Party)
		c.text(9, &e.Name)
		c.text(10, &e.Nickname)
	case *ConsultationEnded:
		c.id(6, &e.Consultation)
		c.code(7, (*uint8)(&e.Why), consultationEndings)
	case *ConsultationMarked:
		c.id(6, &e.Consultation)
		c.flag(7, &e.Target)
	case *Watching:
		c.party(6, &e.Party)
		c.text(7, &e.Name)
		c.text(8, &e.Nickname)
		c.flag(9, &e.Coaching)
		c.flag(10, &e.Hidden)
	case *WatchingEnded:
		c.party(6, &e.Party)
	case *URLPushed:
		c.text(6, &e.URL)
		c.text(7, &e.Text)
	case *FileSent:
		c.file(6, &e.File)
	case *FileJudged:
		c.id(6, &e.File)
		c.code(7, (*uint8)(&e.Verdict), verdicts)
		c.text(8, &e.Reason)
		c.id(9, &e.Code)
	case *Blended:
		c.id(6, &e.Medium)
		c.text(7, &e.Address)
		c.text(8, &e.Ref)
	case *CallbackScheduled:
		c.moment(6, &e.At)
		c.text(7, &e.Number)
		c.text(8, &e.Note)
	case *ContactAssigned:
		c.person(6, &e.Contact)
	case *Erased:
	case *ResponseStage:
		c.code(6, (*uint8)(&e.Stage), stages)
	}
}

// How many values the codes have. One beyond them is refused when it is read,
// as nobody could say what it means.
const (
	purposes            = uint64(len(purposeNames))
	media               = uint64(len(mediumNames))
	outcomes            = uint64(len(outcomeNames))
	leavings            = uint64(len(leavingNames))
	automatics          = uint64(len(automaticNames))
	endings             = uint64(len(endingNames))
	closings            = uint64(len(closingNames))
	consultationEndings = uint64(len(consultationEndingNames))
	verdicts            = uint64(len(verdictNames))
	valueTypes          = uint64(TimeValue) + 1
	afterContacts       = uint64(CloseLater) + 1
	stages              = uint64(timers.Red) + 1
)

func (c *coder) person(number uint64, p *Person) {
	if !c.begin(number) {
		return
	}
	c.party(1, &p.ID)
	c.text(2, &p.Name)
	c.close()
}

func (c *coder) caseData(number uint64, list *[]Field) {
	for i := 0; item(c, number, list, i); i++ {
		c.field(&(*list)[i])
	}
}

// field gives the fields of a piece of case data, of which the key tells as
// much as the value, and ends its group.
func (c *coder) field(f *Field) {
	c.text(1, &f.Key)
	c.code(2, (*uint8)(&f.Value.Type), valueTypes)
	c.text(3, &f.Value.Text)
	c.close()
}

func (c *coder) file(number uint64, f *File) {
	if !c.begin(number) {
		return
	}
	c.id(1, &f.ID)
	c.text(2, &f.Name)
	c.id(3, &f.Type)
	c.signed(4, &f.Size)
	c.bytes(5, &f.Hash)
	c.code(6, (*uint8)(&f.Verdict), verdicts)
	c.text(7, &f.Reason)
	c.id(8, &f.Code)
	c.close()
}

// policy gives the fields of a policy, and ends its group.
func (c *coder) policy(p *Policy) {
	c.flag(1, &p.Async)
	c.span(2, &p.Response.Warn)
	c.span(3, &p.Response.Late)
	c.flag(4, &p.BotsAnswer)
	c.span(5, &p.Inactivity.Warn)
	c.span(6, &p.Inactivity.End)
	c.span(7, &p.DormantInactivity.Warn)
	c.span(8, &p.DormantInactivity.End)
	c.span(9, &p.NoAnswer)
	c.flag(10, &p.NoAnswerNotReady)
	c.span(11, &p.ContactGrace)
	c.span(12, &p.AgentGrace)
	c.code(13, (*uint8)(&p.AfterContact), afterContacts)
	c.span(14, &p.CloseDelay)
	for i := 0; item(c, 15, &p.Dispositions, i); i++ {
		d := &p.Dispositions[i]
		c.id(1, &d.Code)
		c.id(2, &d.Label)
		c.id(3, &d.Parent)
		c.close()
	}
	c.flag(16, &p.AnyDisposition)
	c.flag(17, &p.DispositionRequired)
	c.flag(18, &p.WaitForDisposition)
	for i := 0; item(c, 19, &p.CaseDataKeys, i); i++ {
		c.id(1, &p.CaseDataKeys[i])
		c.close()
	}
	for i := 0; item(c, 20, &p.Nicknames, i); i++ {
		n := &p.Nicknames[i]
		c.id(1, &n.For)
		c.text(2, &n.Name)
		c.close()
	}
	c.flag(21, &p.HiddenMonitor)
	c.flag(22, &p.TypingPreview)
	c.int(23, &p.RateBurst)
	c.span(24, &p.RateEvery)
	for i := 0; item(c, 25, &p.Messages, i); i++ {
		m := &p.Messages[i]
		c.id(1, &m.Language)
		c.id(2, &m.Greeting)
		c.id(3, &m.Waiting)
		c.id(4, &m.InactivityWarning)
		c.id(5, &m.InactivityEnd)
		c.id(6, &m.Farewell)
		c.id(7, &m.PushedURL)
		c.close()
	}
	c.id(26, &p.PushText)
	c.span(27, &p.ReturnAfter)
	c.flag(28, &p.CheckSpelling)
	c.flag(29, &p.NoEmoji)
	c.flag(30, &p.NoSystemHistory)
	c.close()
}
