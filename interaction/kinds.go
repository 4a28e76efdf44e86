package interaction

// A CommandKind names a sort of command.
type CommandKind uint8

// The kinds of commands, in the order of the tables in the documentation.
const (
	StartKind CommandKind = iota
	JoinKind
	InviteKind
	OfferKind
	TransferKind
	ConferenceKind
	ConsultKind
	AcceptKind
	DeclineKind
	CancelKind
	WithdrawKind
	RejoinKind
	SuperviseKind
	SayKind
	MarkReadKind
	PushURLKind
	SendFileKind
	JudgeFileKind
	BlendKind
	ScheduleCallbackKind
	AnnounceKind
	EndConsultationKind
	MarkConsultationDoneKind
	DisconnectKind
	ReconnectKind
	LeaveKind
	EndKind
	RemoveKind
	SetDispositionKind
	SetNoteKind
	SetCaseDataKind
	MarkDoneKind
	AssignContactKind
	EraseKind
	ElapseKind
	commandKinds = iota
)

var commandNames = [commandKinds]string{
	"start", "join", "invite", "offer", "transfer", "conference", "consult", "accept", "decline", "cancel", "withdraw",
	"rejoin", "supervise", "say", "mark-read", "push-url", "send-file", "judge-file", "blend", "schedule-callback",
	"announce", "end-consultation", "mark-consultation-done", "disconnect", "reconnect", "leave", "end", "remove",
	"set-disposition", "set-note", "set-case-data", "mark-done", "assign-contact", "erase", "elapse",
}

func (k CommandKind) String() string { return name(commandNames[:], int(k)) }

// ours reports whether a command is one of this package's values. A pointer to
// one, nil perhaps, and a type of somebody else's are commands by their method
// only: nothing may be asked of them.
func ours(c Command) bool {
	switch c.(type) {
	case Start, Join, Invite, Offer, Transfer, Conference, Consult, Accept, Decline, Cancel, Withdraw, Rejoin, Supervise,
		Say, MarkRead, PushURL, SendFile, JudgeFile, Blend, ScheduleCallback, Announce, EndConsultation, MarkConsultationDone,
		Disconnect, Reconnect, Leave, End, Remove, SetDisposition, SetNote, SetCaseData, MarkDone, AssignContact, Erase, Elapse:
		return true
	}
	return false
}

// CommandKinds are all kinds of commands, in order.
func CommandKinds() []CommandKind {
	kinds := make([]CommandKind, commandKinds)
	for i := range kinds {
		kinds[i] = CommandKind(i)
	}
	return kinds
}

// An EventKind names a sort of event. Its name is what the stored form holds.
type EventKind uint8

// The kinds of events. The names are frozen.
const (
	StartedKind EventKind = iota
	InvitedKind
	OfferedKind
	OfferReturnedKind
	InvitationClosedKind
	JoinedKind
	LeftKind
	OwnerChangedKind
	DisconnectedKind
	ReconnectedKind
	SaidKind
	AnnouncedKind
	MarkedReadKind
	EndedKind
	BecameDormantKind
	ClosedKind
	DispositionSetKind
	NoteSetKind
	CaseDataSetKind
	ConsultationJoinedKind
	ConsultationEndedKind
	ConsultationMarkedKind
	WatchingKind
	WatchingEndedKind
	URLPushedKind
	FileSentKind
	FileJudgedKind
	BlendedKind
	CallbackScheduledKind
	ContactAssignedKind
	ErasedKind
	ResponseStageKind
	eventKinds = iota
)

var eventNames = [eventKinds]string{
	"started", "invited", "offered", "offer-returned", "invitation-closed", "joined", "left", "owner-changed",
	"disconnected", "reconnected", "said", "announced", "marked-read", "ended", "became-dormant", "closed",
	"disposition-set", "note-set", "case-data-set", "consultation-joined", "consultation-ended", "consultation-marked",
	"watching", "watching-ended", "url-pushed", "file-sent", "file-judged", "blended", "callback-scheduled",
	"contact-assigned", "erased", "response-stage",
}

func (k EventKind) String() string { return name(eventNames[:], int(k)) }

// Kind makes each of these a [Command].
func (Start) Kind() CommandKind                { return StartKind }
func (Join) Kind() CommandKind                 { return JoinKind }
func (Invite) Kind() CommandKind               { return InviteKind }
func (Offer) Kind() CommandKind                { return OfferKind }
func (Transfer) Kind() CommandKind             { return TransferKind }
func (Conference) Kind() CommandKind           { return ConferenceKind }
func (Consult) Kind() CommandKind              { return ConsultKind }
func (Accept) Kind() CommandKind               { return AcceptKind }
func (Decline) Kind() CommandKind              { return DeclineKind }
func (Cancel) Kind() CommandKind               { return CancelKind }
func (Withdraw) Kind() CommandKind             { return WithdrawKind }
func (Rejoin) Kind() CommandKind               { return RejoinKind }
func (Supervise) Kind() CommandKind            { return SuperviseKind }
func (Say) Kind() CommandKind                  { return SayKind }
func (MarkRead) Kind() CommandKind             { return MarkReadKind }
func (PushURL) Kind() CommandKind              { return PushURLKind }
func (SendFile) Kind() CommandKind             { return SendFileKind }
func (JudgeFile) Kind() CommandKind            { return JudgeFileKind }
func (Blend) Kind() CommandKind                { return BlendKind }
func (ScheduleCallback) Kind() CommandKind     { return ScheduleCallbackKind }
func (Announce) Kind() CommandKind             { return AnnounceKind }
func (EndConsultation) Kind() CommandKind      { return EndConsultationKind }
func (MarkConsultationDone) Kind() CommandKind { return MarkConsultationDoneKind }
func (Disconnect) Kind() CommandKind           { return DisconnectKind }
func (Reconnect) Kind() CommandKind            { return ReconnectKind }
func (Leave) Kind() CommandKind                { return LeaveKind }
func (End) Kind() CommandKind                  { return EndKind }
func (Remove) Kind() CommandKind               { return RemoveKind }
func (SetDisposition) Kind() CommandKind       { return SetDispositionKind }
func (SetNote) Kind() CommandKind              { return SetNoteKind }
func (SetCaseData) Kind() CommandKind          { return SetCaseDataKind }
func (MarkDone) Kind() CommandKind             { return MarkDoneKind }
func (AssignContact) Kind() CommandKind        { return AssignContactKind }
func (Erase) Kind() CommandKind                { return EraseKind }
func (Elapse) Kind() CommandKind               { return ElapseKind }

// Kind makes each of these an [Event].
func (*Started) Kind() EventKind            { return StartedKind }
func (*Invited) Kind() EventKind            { return InvitedKind }
func (*Offered) Kind() EventKind            { return OfferedKind }
func (*OfferReturned) Kind() EventKind      { return OfferReturnedKind }
func (*InvitationClosed) Kind() EventKind   { return InvitationClosedKind }
func (*Joined) Kind() EventKind             { return JoinedKind }
func (*Left) Kind() EventKind               { return LeftKind }
func (*OwnerChanged) Kind() EventKind       { return OwnerChangedKind }
func (*Disconnected) Kind() EventKind       { return DisconnectedKind }
func (*Reconnected) Kind() EventKind        { return ReconnectedKind }
func (*Said) Kind() EventKind               { return SaidKind }
func (*Announced) Kind() EventKind          { return AnnouncedKind }
func (*MarkedRead) Kind() EventKind         { return MarkedReadKind }
func (*Ended) Kind() EventKind              { return EndedKind }
func (*BecameDormant) Kind() EventKind      { return BecameDormantKind }
func (*Closed) Kind() EventKind             { return ClosedKind }
func (*DispositionSet) Kind() EventKind     { return DispositionSetKind }
func (*NoteSet) Kind() EventKind            { return NoteSetKind }
func (*CaseDataSet) Kind() EventKind        { return CaseDataSetKind }
func (*ConsultationJoined) Kind() EventKind { return ConsultationJoinedKind }
func (*ConsultationEnded) Kind() EventKind  { return ConsultationEndedKind }
func (*ConsultationMarked) Kind() EventKind { return ConsultationMarkedKind }
func (*Watching) Kind() EventKind           { return WatchingKind }
func (*WatchingEnded) Kind() EventKind      { return WatchingEndedKind }
func (*URLPushed) Kind() EventKind          { return URLPushedKind }
func (*FileSent) Kind() EventKind           { return FileSentKind }
func (*FileJudged) Kind() EventKind         { return FileJudgedKind }
func (*Blended) Kind() EventKind            { return BlendedKind }
func (*CallbackScheduled) Kind() EventKind  { return CallbackScheduledKind }
func (*ContactAssigned) Kind() EventKind    { return ContactAssignedKind }
func (*Erased) Kind() EventKind             { return ErasedKind }
func (*ResponseStage) Kind() EventKind      { return ResponseStageKind }
