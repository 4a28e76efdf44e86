package interaction

import "time"

// A Command is something that a party or the host asks for. The set is closed.
// Commands are values; the empty id of an invitation or a consultation that a
// command opens is filled from the command's key.
type Command interface{ Kind() CommandKind }

// Start begins the interaction (LIFE-1). By the contact itself, a bot or the
// system. A target opens an inbound invitation at once.
type Start struct {
	Contact  Person
	Subject  string
	Channel  string
	Language string // BCP 47
	Target   Target // optional
	Priority int    // higher is more urgent
	CaseData []Field
	Policy   *Policy // nil: the kernel's, else [DefaultPolicy]; its slices are kept and must not be changed
}

// Invite opens an inbound invitation: the system's for a waiting or dormant
// contact, or a bot's who hands over (PART-8). It belongs to the contact: a
// bot's stays open when the bot leaves.
type Invite struct {
	ID        string // optional
	To        Target
	Agent     PartyID // optional: offer it to this agent of the target at once
	AgentName string
	Note      string
}

// Offer offers an open invitation to one agent of its target (ROUTE-2). By the
// system.
type Offer struct {
	Invitation string
	Agent      PartyID
	AgentName  string
}

// Transfer asks a target to take the chat over (ROUTE-3), or hands it to the
// target of an active consultation at once (CONS-7). By the owner.
type Transfer struct {
	ID           string // optional
	To           Target
	Agent        PartyID // optional: the agent of the target
	AgentName    string
	Consultation string // instead of To
	Note         string
}

// Conference asks a target into the chat (ROUTE-4), or the target of an active
// consultation (CONS-8). By any agent in the chat.
type Conference struct {
	ID           string // optional
	To           Target
	Agent        PartyID // optional: the agent of the target
	AgentName    string
	Consultation string // instead of To
	Note         string
}

// Consult asks a target for a consultation (CONS-1). By any agent in the chat.
// ID names the consultation and its invitation.
type Consult struct {
	ID        string // optional
	To        Target
	Agent     PartyID // optional: the agent of the target
	AgentName string
	Medium    Medium
	Note      string
}

// Accept takes the offer of an invitation (LIFE-2, ROUTE-3, ROUTE-4, CONS-2).
type Accept struct {
	Invitation string
	Name       string // display name
}

// Decline refuses the offer of an invitation (ROUTE-2, ROUTE-3, CONS-3).
type Decline struct {
	Invitation string
	Reason     string
}

// Cancel takes back an invitation that one sent (ROUTE-7).
type Cancel struct{ Invitation string }

// Withdraw ends an invitation because nobody of its target is left (ROUTE-2).
// With an agent it only takes back the offer that the agent has, as when its
// desktop is gone. By the system.
type Withdraw struct {
	Invitation string
	Agent      PartyID // optional
	Reason     string
}

// Join puts a bot into the chat (PART-8). One that the owner removed cannot come
// back.
type Join struct{ Name string }

// Rejoin lets an agent who was engaged come back into a dormant chat as its
// owner (LIFE-14).
type Rejoin struct{ Name string }

// Supervise monitors, coaches or barges in, or changes between these (PART-5).
// By a supervisor. Who accepts a consultation stops watching. Under
// [Policy.HiddenMonitor] going back from the chat to monitoring looks like
// leaving it.
type Supervise struct {
	Mode Supervision
	Name string // display name
}

// A Supervision is what a supervisor does.
type Supervision uint8

// The ways to supervise.
const (
	Monitor Supervision = iota // watch, unseen by the contact
	Coach                      // watch and advise the owner
	BargeIn                    // be in the chat
	StopWatching
)

// Say sends a message (MSG-1). The zero To is everyone. A message to
// Supervisors by a coach reaches the owner too; by the owner it reaches those
// who coach.
type Say struct {
	Text string
	To   Scope // Everyone, Internal, Supervisors; with Consultation: OneConsultation is implied
	// Consultation sends it to the two sides of a consultation instead.
	Consultation string
	// Confirm sends a text that the speller held back (MSG-7): it is what the
	// refusal gave for that text. The gate for text reads it.
	Confirm string
}

// ToContact reports whether it is a message that an agent or a supervisor writes
// to the contact, which a spelling check is about (MSG-7).
func (c Say) ToContact(by PartyID) bool {
	role := by.Role()
	return c.Consultation == "" && c.To == Everyone && (role == RoleAgent || role == RoleSupervisor)
}

// MarkRead moves the reader's position forward (MSG-2). It is clamped to what
// the reader can see. Internal parties learn how far the contact has read;
// how far one of them has read only it learns itself. In a done interaction the
// contact's has no effect.
type MarkRead struct{ Through uint64 }

// End is End Chat: it ends the chat, or hands over, or only leaves, as LIFE-3,
// LIFE-4, LIFE-5 and LIFE-14 say.
type End struct{}

// Leave is the contact's leaving (LIFE-11, LIFE-13).
type Leave struct{}

// Remove is Delete From Conference (PART-7).
type Remove struct{ Party PartyID }

// MarkDone closes the interaction (LIFE-6).
type MarkDone struct{}

// SetDisposition chooses a disposition code, empty to clear it (LIFE-8).
type SetDisposition struct{ Code string }

// SetNote writes a new version of the note (LIFE-9).
type SetNote struct{ Text string }

// SetCaseData sets a key of the case data, or deletes it (LIFE-10).
type SetCaseData struct {
	Key    string
	Value  Value
	Delete bool
}

// Disconnect says that a party's connection is lost (LIFE-12, PART-9). By the
// party's own gateway (an empty Party is the actor) or the system.
type Disconnect struct{ Party PartyID }

// Reconnect says that it is back.
type Reconnect struct{ Party PartyID }

// EndConsultation ends an active consultation, by either side (CONS-5). By the
// system where the host's medium failed.
type EndConsultation struct{ Consultation string }

// MarkConsultationDone marks the actor's side of an ended consultation (CONS-9).
type MarkConsultationDone struct{ Consultation string }

// PushURL opens a page on the contact's side (URL-5). It needs the kernel's
// gate for URLs.
type PushURL struct{ URL string }

// SendFile makes a stored file part of the transcript (FILE-5). It needs the
// kernel's gate for files.
type SendFile struct {
	File File
	// To and Consultation are as in [Say].
	To           Scope
	Consultation string
}

// JudgeFile changes a file's verdict (FILE-7). By the system.
type JudgeFile struct {
	File    string
	Verdict Verdict
	Code    string // why, as in [File]
	Reason  string
}

// Blend says that another medium was started (DESK-3).
type Blend struct {
	Medium  string
	Address string
	Ref     string
}

// ScheduleCallback says that the contact will be called (DESK-3).
type ScheduleCallback struct {
	At     time.Time
	Number string
	Note   string
}

// AssignContact gives the interaction to another contact's history (HIST-5).
type AssignContact struct{ Contact Person }

// Erase says that the contact's personal content is destroyed (HIST-7). It
// needs the kernel's gate for erasure. By the system.
type Erase struct{}

// Announce sends an automatic message (MSG-10). By the system.
type Announce struct {
	Message Automatic
	Text    string
}

// Elapse is the only thing that a timer may say: whatever is due happens. By
// the system.
type Elapse struct{}
