package interaction

import (
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// An Event is a fact of an interaction's log. The set is closed; events are
// pointers that nobody changes. Each has a frozen kind name in the stored form.
type Event interface{ Kind() EventKind }

// Started is the first event of every log (LIFE-1). It fixes the policy.
type Started struct {
	Contact  Person
	Subject  string
	Channel  string // "chat", "sms" …, the host's word
	Language string // BCP 47
	Target   Target // where it shall go; may be empty
	Priority int    // higher is more urgent
	CaseData []Field
	Policy   Policy
}

// A Field is one piece of case data (LIFE-10).
type Field struct {
	Key   string
	Value Value
}

// A Value is a typed value of case data: a string, a number, a truth value or a
// time, written as text.
type Value struct {
	Type ValueType
	Text string // RFC 3339 for a time, "true" or "false", a decimal number
}

// A ValueType is the type of a piece of case data.
type ValueType uint8

// The types of case data.
const (
	StringValue ValueType = iota
	NumberValue
	BoolValue
	TimeValue
)

// Invited opens an invitation (ROUTE-2). With an agent it is offered to that
// one at once; without, a router finds one.
type Invited struct {
	Invitation   string
	Purpose      Purpose
	Target       Target  // as it was named
	Agent        PartyID // to whom it is offered, may be empty
	AgentName    string
	Consultation string // which one it opens (ForConsultation) or comes from (ForConference, CONS-8)
	Medium       Medium // of a consultation
	Note         string // why, for the one who is asked
}

// A Purpose is what an invitation is for.
type Purpose uint8

// The purposes.
const (
	ForInbound Purpose = iota
	ForTransfer
	ForConference
	ForConsultation
	// ForBargeIn and ForRejoin are ways in that need no invitation.
	ForBargeIn
	ForRejoin
)

var purposeNames = [...]string{"inbound", "transfer", "conference", "consultation", "barge-in", "rejoin"}

func (p Purpose) String() string { return name(purposeNames[:], int(p)) }

// A Medium carries a consultation (CONS-11).
type Medium uint8

// The media of consultations.
const (
	ByChat Medium = iota
	ByIM
	ByVoice
)

var mediumNames = [...]string{"chat", "im", "voice"}

func (m Medium) String() string { return name(mediumNames[:], int(m)) }

// Offered offers an open invitation to an agent.
type Offered struct {
	Invitation string
	Agent      PartyID
	AgentName  string
}

// OfferReturned ends an offer while the invitation stays open and waits for the
// next agent.
type OfferReturned struct {
	Invitation string
	Agent      PartyID
	Why        Outcome
	Reason     string
	NotReady   bool // the agent shall be set not ready (ROUTE-10)
}

// InvitationClosed ends an invitation that nobody accepted.
type InvitationClosed struct {
	Invitation string
	Agent      PartyID // who had the offer, may be empty
	Why        Outcome
	Reason     string
	NotReady   bool // the agent shall be set not ready (ROUTE-10)
}

// An Outcome is why an offer or an invitation ended without an acceptance.
type Outcome uint8

// The outcomes.
const (
	WasDeclined   Outcome = iota // the agent said no
	WasUnanswered                // no answer in time (ROUTE-10)
	WasCancelled                 // by its sender (ROUTE-7)
	WasWithdrawn                 // the chat ended, its sender left, or somebody else took over
	WasExhausted                 // nobody of the target is left (ROUTE-2)
)

var outcomeNames = [...]string{"declined", "unanswered", "cancelled", "withdrawn", "exhausted"}

func (o Outcome) String() string { return name(outcomeNames[:], int(o)) }

// Joined puts a party into the chat (LIFE-2, ROUTE-3, ROUTE-4). As owner it
// takes the ownership over in the same step.
type Joined struct {
	Party      PartyID
	Name       string
	Nickname   string
	Owner      bool
	Via        Purpose
	Invitation string // which it accepted, may be empty
	Target     Target // through which it came
}

// Left takes a party out of the chat.
type Left struct {
	Party PartyID
	Why   Leaving
}

// A Leaving is why a party left.
type Leaving uint8

// The reasons for leaving.
const (
	ByItself         Leaving = iota // End Chat, or the contact's leaving
	AfterTransfer                   // handed over (ROUTE-3, CONS-7)
	WasRemoved                      // Delete From Conference (PART-7)
	ConnectionLost                  // the grace period is over (LIFE-12, PART-9)
	BackToMonitoring                // a barged-in supervisor watches again (PART-5)
)

var leavingNames = [...]string{"by itself", "after transfer", "removed", "connection lost", "back to monitoring"}

func (l Leaving) String() string { return name(leavingNames[:], int(l)) }

// OwnerChanged hands the ownership to another agent in the chat (LIFE-4).
type OwnerChanged struct{ Owner PartyID }

// Disconnected says that a party's connection is lost (LIFE-12, PART-9).
type Disconnected struct{ Party PartyID }

// Reconnected says that it is back.
type Reconnected struct{ Party PartyID }

// Said is a message of a person or a bot (MSG-1).
type Said struct{ Text string }

// Announced is an automatic message (MSG-10, TIME-3).
type Announced struct {
	Message Automatic
	Text    string // may be empty: the viewer's own words for the kind
}

// An Automatic is a kind of automatic message.
type Automatic uint8

// The automatic messages.
const (
	Greeting          Automatic = iota // an agent joined a waiting contact
	Waiting                            // the contact waits
	InactivityWarning                  // the chat will end soon (TIME-3)
	InactivityEnd                      // the chat ended by inactivity (TIME-3)
	Farewell                           // the chat ended
	Information                        // anything else the host says, as a position in a queue
)

var automaticNames = [...]string{"greeting", "waiting", "inactivity warning", "inactivity end", "farewell", "information"}

func (a Automatic) String() string { return name(automaticNames[:], int(a)) }

// MarkedRead moves a party's read position (MSG-2).
type MarkedRead struct{ Through uint64 } // in the party's own positions

// Ended ends the chat (LIFE-3, LIFE-11, TIME-3).
type Ended struct{ Why Ending }

// An Ending is why a chat ended.
type Ending uint8

// The reasons for an end.
const (
	ByAgent      Ending = iota // End Chat by the last agent
	ContactLeft                // LIFE-11
	Abandoned                  // LIFE-13
	ByInactivity               // TIME-3
	ByMarkDone                 // LIFE-14
)

var endingNames = [...]string{"agent", "contact left", "abandoned", "inactivity", "marked done"}

func (e Ending) String() string { return name(endingNames[:], int(e)) }

// BecameDormant leaves an asynchronous chat open without an agent (LIFE-14).
type BecameDormant struct{}

// Closed makes the interaction done (LIFE-6, LIFE-11, LIFE-13).
type Closed struct {
	Why                Closing
	DispositionMissing bool // it was required and not set
}

// A Closing is why an interaction became done.
type Closing uint8

// The reasons for closing.
const (
	MarkedDone      Closing = iota // by the owner
	AutoClosed                     // after the contact left (LIFE-11)
	ClosedAbandoned                // LIFE-13
)

var closingNames = [...]string{"marked done", "auto-close", "abandoned"}

func (c Closing) String() string { return name(closingNames[:], int(c)) }

// DispositionSet sets the disposition code, empty to clear it (LIFE-8).
type DispositionSet struct{ Code string }

// NoteSet is a new version of the note (LIFE-9).
type NoteSet struct{ Text string }

// CaseDataSet sets or deletes one key of the case data (LIFE-10).
type CaseDataSet struct {
	Field
	Deleted bool
}

// ConsultationJoined makes a consultation active (CONS-2).
type ConsultationJoined struct {
	Consultation string
	Invitation   string
	Party        PartyID
	Name         string
	Nickname     string
}

// ConsultationEnded ends an active consultation (CONS-5 … CONS-8).
type ConsultationEnded struct {
	Consultation string
	Why          ConsultationEnding
}

// A ConsultationEnding is why a consultation ended.
type ConsultationEnding uint8

// The reasons for the end of a consultation.
const (
	EndedBySide       ConsultationEnding = iota // CONS-5
	EndedWithChat                               // CONS-6
	EndedByLeaving                              // a side left or was lost
	BecameTransfer                              // CONS-7; closed, nothing left to mark
	BecameConference                            // CONS-8; closed, nothing left to mark
	EndedMediumFailed                           // the host's medium could not carry it (CONS-11)
)

var consultationEndingNames = [...]string{"ended", "chat ended", "side left", "became a transfer", "became a conference", "medium failed"}

func (c ConsultationEnding) String() string { return name(consultationEndingNames[:], int(c)) }

// ConsultationMarked marks one side of a consultation done (CONS-9).
type ConsultationMarked struct {
	Consultation string
	Target       bool // the target's side, else the initiator's
}

// Watching attaches a supervisor who monitors or coaches (PART-5).
type Watching struct {
	Party    PartyID
	Name     string
	Nickname string
	Coaching bool
	Hidden   bool // from agents too
}

// WatchingEnded detaches it.
type WatchingEnded struct{ Party PartyID }

// URLPushed opens a page on the contact's side (URL-5). The kernel's gate has
// judged and normalised it.
type URLPushed struct {
	URL  string
	Text string // the wording, with the address in it
}

// FileSent makes a file part of the transcript (FILE-5).
type FileSent struct{ File File }

// A File is a reference to bytes that are kept elsewhere.
type File struct {
	ID      string // chosen by whoever stored the bytes
	Name    string // safe to show
	Type    string // media type
	Size    int64  // bytes
	Hash    []byte // of the content
	Verdict Verdict
	Code    string // why it is broken or blocked, as a word that stays the same
	Reason  string // the same as a sentence
}

// A Verdict says what may be done with a file (FILE-2, FILE-7).
type Verdict uint8

// The verdicts.
const (
	Available Verdict = iota
	Broken
	Blocked
	PendingScan
	Deleted
)

var verdictNames = [...]string{"available", "broken", "blocked", "pending scan", "deleted"}

func (v Verdict) String() string { return name(verdictNames[:], int(v)) }

// FileJudged changes a file's verdict, also late (FILE-7).
type FileJudged struct {
	File    string
	Verdict Verdict
	Code    string
	Reason  string
}

// Blended says that another medium was started from the chat (DESK-3).
type Blended struct {
	Medium  string // "voice", "email", "sms" …, the host's word
	Address string // number or address
	Ref     string // the host's own reference
}

// CallbackScheduled says that the contact will be called (DESK-3).
type CallbackScheduled struct {
	At     time.Time
	Number string
	Note   string
}

// ContactAssigned gives the interaction to another contact's history (HIST-5).
type ContactAssigned struct{ Contact Person }

// Erased says that the contact's personal content was destroyed (HIST-7).
type Erased struct{}

// ResponseStage is a change of the pending response's stage (TIME-2).
type ResponseStage struct{ Stage timers.Stage }
