package transcript

import (
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/files/icon"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// An Entry is one line of a transcript as one viewer sees it.
type Entry struct {
	// Position is the viewer's own number of the entry: 1, 2, 3 … with no gap.
	Position uint64 `json:"position"`
	// Public is how many entries up to this one everyone sees. One that everyone
	// sees has been read by the contact when its Public is not greater than
	// [Header.ContactRead] (MSG-2).
	Public uint64    `json:"public"`
	At     time.Time `json:"at"`
	Kind   Kind      `json:"kind"`
	From   Who       `json:"from"` // who caused it
	Own    bool      `json:"own,omitempty"`
	// Text is a message as it was written, or a sentence in the viewer's
	// language. It is plain text, never markup.
	Text string `json:"text,omitempty"`
	// Segments are Text in parts: words, and the links, e-mail addresses and
	// phone numbers in it, each with its actual address and what was found about
	// it (URL-1, URL-2, URL-4). Their sources one after the other are Text. It is
	// nil where there is no link, where the view has no [View.Links], and for
	// sentences of the library: only messages, automatic messages and pushed
	// pages have any.
	Segments []urlsafe.Segment `json:"segments,omitempty"`
	About    *Who              `json:"about,omitempty"` // the party it is about, where there is one
	Audience string            `json:"audience"`        // "everyone", "internal", "consultation" or "supervisors"
	// Consultation is which one it belongs to, empty for none.
	Consultation string `json:"consultation,omitempty"`
	// Data is for programs that word themselves.
	Data Data `json:"data"`
}

// Unread reports whether the contact has yet to read the entry (MSG-2):
// something of the chat itself that everyone sees, when the contact's read
// position is the header's.
func (e *Entry) Unread(contactRead uint64) bool {
	switch e.Kind {
	case Message, Link, File:
		return e.Audience == "everyone" && e.From.Role != "contact" && e.Public > contactRead
	}
	return false
}

// A Kind is how an entry is drawn.
type Kind string

// The kinds of entries.
const (
	Message      Kind = "message"      // somebody wrote
	Automatic    Kind = "automatic"    // the system wrote (MSG-10)
	File         Kind = "file"         // Data.File
	Link         Kind = "link"         // a pushed URL: Data.URL
	Join         Kind = "join"         // somebody came into the chat
	Leave        Kind = "leave"        // somebody left it
	Watch        Kind = "watch"        // a supervisor began or stopped to watch
	Owner        Kind = "owner"        // another agent is responsible
	Connection   Kind = "connection"   // somebody's connection was lost or is back
	Invitation   Kind = "invitation"   // somebody was asked, or the asking is over
	Consultation Kind = "consultation" // a consultation began, ended or was marked
	Phase        Kind = "phase"        // the chat began, ended, rests or is done
	Record       Kind = "record"       // note, disposition, case data and the like changed
	Silent       Kind = "silent"       // nothing to draw; the header has changed
)

// Data are an event's facts, for programs. Event is the kind's name in the log;
// which other fields are set depends on it.
type Data struct {
	Event        string     `json:"event"`
	Why          string     `json:"why,omitempty"`
	Reason       string     `json:"reason,omitempty"`
	Via          string     `json:"via,omitempty"`
	Owner        bool       `json:"owner,omitempty"`
	Invitation   string     `json:"invitation,omitempty"`
	Purpose      string     `json:"purpose,omitempty"`
	Target       string     `json:"target,omitempty"`
	Medium       string     `json:"medium,omitempty"`
	Note         string     `json:"note,omitempty"`
	Message      string     `json:"message,omitempty"` // of an automatic message
	URL          string     `json:"url,omitempty"`
	File         *FileData  `json:"file,omitempty"`
	Stage        string     `json:"stage,omitempty"`
	Through      uint64     `json:"through,omitempty"`
	Subject      string     `json:"subject,omitempty"`
	Channel      string     `json:"channel,omitempty"`
	Language     string     `json:"language,omitempty"`
	Code         string     `json:"code,omitempty"`
	Label        string     `json:"label,omitempty"`
	Key          string     `json:"key,omitempty"`
	Value        *Value     `json:"value,omitempty"`
	Address      string     `json:"address,omitempty"`
	Ref          string     `json:"ref,omitempty"`
	At           *time.Time `json:"at,omitempty"`
	Contact      *Person    `json:"contact,omitempty"`
	Side         string     `json:"side,omitempty"`
	Missing      bool       `json:"dispositionMissing,omitempty"`
	Coaching     bool       `json:"coaching,omitempty"`
	Hidden       bool       `json:"hidden,omitempty"`
	Deleted      bool       `json:"deleted,omitempty"`
	Consultation string     `json:"consultation,omitempty"`
}

// FileData is a file of the transcript.
type FileData struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	Type    string `json:"type,omitempty"`
	Size    int64  `json:"size,omitempty"` // bytes
	Icon    string `json:"icon,omitempty"` // what stands for it, see package files/icon
	Verdict string `json:"verdict"`        // "available", "broken", "blocked", "pending-scan" or "deleted"
	Code    string `json:"code,omitempty"` // why it is broken or blocked
	Reason  string `json:"reason,omitempty"`
}

// A Value is a typed value of case data.
type Value struct {
	Type string `json:"type"` // "string", "number", "bool" or "time"
	Text string `json:"text"`
}

// A Person is somebody's id and name.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

func value(v interaction.Value) Value {
	types := [...]string{"string", "number", "bool", "time"}
	if int(v.Type) < len(types) {
		return Value{types[v.Type], v.Text}
	}
	return Value{"unknown", v.Text}
}

func person(p interaction.Person) *Person { return &Person{string(p.ID), p.Name} }

// Entry is the record as the viewer's screen shows it. It adds nothing to what
// [interaction.State.Show] let through.
func (v View) Entry(shown *interaction.Shown) Entry {
	e := Entry{
		Position: shown.Position, Public: shown.Public, At: shown.At, From: who(shown.From),
		Own: shown.By == v.Viewer.ID, Audience: scopeWord(shown.Audience), Consultation: shown.Consultation,
	}
	if shown.About.Role != interaction.NoRole && shown.About.Colour >= 0 {
		about := who(shown.About)
		e.About = &about
	}
	if shown.Event == nil {
		e.Kind = Silent
		return e
	}
	e.Data.Event = shown.Event.Kind().String()
	v.tell(&e, shown.Event)
	return e
}

// tell fills in what the event says.
func (v *View) tell(e *Entry, event interaction.Event) {
	d := &e.Data
	switch ev := event.(type) {
	case *interaction.Said:
		e.Kind, e.Text, e.Segments = Message, ev.Text, v.segments(ev.Text)
		if ev.Text == "" { // no message is, but one of which only the skeleton is left (HIST-7)
			e.Text = v.say(e, "erased/message", "", "")
		}
	case *interaction.Announced:
		if v.Viewer.Purpose == interaction.History && v.State.Policy().NoSystemHistory { // HIST-4
			e.Kind = Silent
			return
		}
		e.Kind, e.Text, d.Message = Automatic, ev.Text, word(ev.Message)
		if e.Text == "" {
			e.Text = v.say(e, Term("announced/"+d.Message), "", "")
		}
		e.Segments = v.segments(e.Text)
	case *interaction.URLPushed:
		e.Kind, e.Text, d.URL = Link, ev.Text, ev.URL
		e.Segments = v.pushed(ev.Text, ev.URL)
	case *interaction.FileSent:
		e.Kind, d.File = File, fileData(&ev.File)
		e.Text = v.say(e, Term("file/"+d.File.Verdict), ev.File.Name, ev.File.Reason)
	case *interaction.FileJudged:
		f := interaction.File{ID: ev.File, Verdict: ev.Verdict, Code: ev.Code, Reason: ev.Reason}
		if sent := v.State.File(ev.File); sent != nil {
			f.Name, f.Type, f.Size = sent.Name, sent.Type, sent.Size
		}
		e.Kind, d.File = Record, fileData(&f)
		e.Text = v.say(e, Term("file-judged/"+d.File.Verdict), f.Name, ev.Reason)
	case *interaction.Joined:
		e.Kind, d.Owner, d.Target = Join, ev.Owner, string(ev.Target)
		if !v.isContact() && ev.Party.Role() != interaction.RoleContact {
			d.Via, d.Invitation = word(ev.Via), ev.Invitation
		}
		e.Text = v.say(e, Term("joined/"+word(ev.Via)), "", "")
	case *interaction.Left:
		e.Kind, d.Why = Leave, word(ev.Why)
		e.Text = v.say(e, Term("left/"+d.Why), "", "")
	case *interaction.Watching:
		e.Kind, d.Coaching, d.Hidden = Watch, ev.Coaching, ev.Hidden
		term := Term("watching/monitoring")
		if ev.Coaching {
			term = "watching/coaching"
		}
		e.Text = v.say(e, term, "", "")
	case *interaction.WatchingEnded:
		e.Kind, e.Text = Watch, v.say(e, "watching/ended", "", "")
	case *interaction.OwnerChanged:
		e.Kind, e.Text = Owner, v.say(e, "owner", "", "")
	case *interaction.Disconnected:
		e.Kind, e.Text = Connection, v.say(e, "disconnected", "", "")
	case *interaction.Reconnected:
		e.Kind, e.Text = Connection, v.say(e, "reconnected", "", "")
	case *interaction.MarkedRead:
		e.Kind, d.Through = Silent, ev.Through
	case *interaction.ResponseStage:
		e.Kind, d.Stage = Silent, word(ev.Stage)
	default:
		v.tellLife(e, event)
	}
}

// tellLife fills in what concerns the chat's life, who was asked into it, and
// what was written down about it.
func (v *View) tellLife(e *Entry, event interaction.Event) {
	d := &e.Data
	switch ev := event.(type) {
	case *interaction.Started:
		e.Kind, d.Subject, d.Channel, d.Language = Phase, ev.Subject, ev.Channel, ev.Language
		d.Target, d.Contact = string(ev.Target), person(ev.Contact)
		e.Text = v.say(e, "started", ev.Subject, "")
	case *interaction.Ended:
		e.Kind, d.Why = Phase, word(ev.Why)
		if v.isContact() && ev.Why == interaction.ByMarkDone {
			d.Why = word(interaction.ByAgent) // by which button is not the contact's to know
		}
		e.Text = v.say(e, Term("ended/"+d.Why), "", "")
	case *interaction.BecameDormant:
		e.Kind, e.Text = Phase, v.say(e, "dormant", "", "")
	case *interaction.Closed:
		e.Kind, d.Why, d.Missing = Phase, word(ev.Why), ev.DispositionMissing
		e.Text = v.say(e, Term("done/"+d.Why), "", "")
		if d.Missing {
			e.Text += " " + v.say(e, "done/disposition-missing", "", "")
		}
	case *interaction.Invited:
		e.Kind, d.Invitation, d.Purpose, d.Target = Invitation, ev.Invitation, word(ev.Purpose), string(ev.Target)
		d.Note, d.Consultation = ev.Note, ev.Consultation
		if ev.Purpose == interaction.ForConsultation {
			d.Medium = word(ev.Medium)
		}
		name := ev.AgentName
		if name == "" {
			name = targetName(ev.Target)
		}
		e.Text = v.say(e, Term("invited/"+d.Purpose), name, "")
	case *interaction.Offered:
		e.Kind, d.Invitation = Invitation, ev.Invitation
		e.Text = v.say(e, "offered", v.asked(e, ev.Agent, ev.AgentName), "")
	case *interaction.OfferReturned:
		e.Kind, d.Invitation, d.Why, d.Reason = Invitation, ev.Invitation, word(ev.Why), ev.Reason
		e.Text = v.say(e, Term("returned/"+d.Why), v.asked(e, ev.Agent, ""), ev.Reason)
	case *interaction.InvitationClosed:
		e.Kind, d.Invitation, d.Why, d.Reason = Invitation, ev.Invitation, word(ev.Why), ev.Reason
		e.Text = v.say(e, Term("returned/"+d.Why), v.asked(e, ev.Agent, ""), ev.Reason)
	case *interaction.ConsultationJoined:
		e.Kind, d.Consultation, d.Invitation = Consultation, ev.Consultation, ev.Invitation
		e.Text = v.say(e, "consultation/joined", "", "")
	case *interaction.ConsultationEnded:
		e.Kind, d.Consultation, d.Why = Consultation, ev.Consultation, word(ev.Why)
		e.Text = v.say(e, Term("consultation/"+d.Why), "", "")
	case *interaction.ConsultationMarked:
		e.Kind, d.Consultation, d.Side = Consultation, ev.Consultation, side(ev.Target)
		e.Text = v.say(e, "consultation/marked", "", "")
	default:
		v.tellRecord(e, event)
	}
}

// tellRecord fills in what was written down about the chat.
func (v *View) tellRecord(e *Entry, event interaction.Event) {
	d := &e.Data
	e.Kind = Record
	switch ev := event.(type) {
	case *interaction.DispositionSet:
		d.Code, d.Label = ev.Code, v.label(ev.Code)
		term := Term("disposition")
		if ev.Code == "" {
			term = "disposition/cleared"
		}
		e.Text = v.say(e, term, d.Label, "")
	case *interaction.NoteSet:
		d.Note, e.Text = ev.Text, v.say(e, "note", "", "")
	case *interaction.CaseDataSet:
		d.Key, d.Deleted = ev.Key, ev.Deleted
		if ev.Deleted {
			e.Text = v.say(e, "case-data/deleted", ev.Key, "")
			return
		}
		val := value(ev.Value)
		d.Value, e.Text = &val, v.say(e, "case-data", ev.Key+" = "+ev.Value.Text, "")
	case *interaction.Blended:
		d.Medium, d.Address, d.Ref = ev.Medium, ev.Address, ev.Ref
		e.Text = v.say(e, "blended", join(ev.Medium, ev.Address), "")
	case *interaction.CallbackScheduled:
		at := ev.At
		d.At, d.Address, d.Note = &at, ev.Number, ev.Note
		e.Text = v.say(e, "callback", ev.Number, "")
	case *interaction.ContactAssigned:
		d.Contact = person(ev.Contact)
		name := ev.Contact.Name
		if name == "" {
			name = string(ev.Contact.ID)
		}
		e.Text = v.say(e, "contact-assigned", name, "")
	case *interaction.Erased:
		e.Text = v.say(e, "erased", "", "")
	}
}

// say words a sentence about the entry.
func (v *View) say(e *Entry, t Term, what, reason string) string {
	about := e.From
	if e.About != nil {
		about = *e.About
	}
	text := strings.TrimRight(v.Words.Text(t, v.name(e.From), v.name(about), what), " ")
	if reason != "" {
		// A router's reasons are known sentences; a person's are said as they are.
		if known, ok := v.Words[Term("reason/"+reason)]; ok {
			reason = known
		}
		text += " " + v.Words.Text("reason", "", "", reason)
	}
	return text
}

// asked is the name of an agent who was asked: as it is seen in the chat, else
// as it was named, else its target's.
func (v *View) asked(e *Entry, agent interaction.PartyID, name string) string {
	if e.About != nil && e.About.Name != "" {
		return e.About.Name
	}
	if p := v.State.Party(agent); p != nil && name == "" {
		name = p.Display()
	}
	if name == "" && agent != "" {
		name = targetName(interaction.Target(agent))
	}
	if name == "" {
		name = v.Words.Text("nobody", "", "", "")
	}
	return name
}

// label is the words of a disposition code (LIFE-8).
func (v *View) label(code string) string {
	if v.State.Start != nil {
		for _, d := range v.State.Start.Policy.Dispositions {
			if d.Code == code && d.Label != "" {
				return d.Label
			}
		}
	}
	return code
}

func fileData(f *interaction.File) *FileData {
	d := &FileData{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Verdict: word(f.Verdict), Code: f.Code, Reason: f.Reason}
	if f.Type != "" {
		d.Icon = icon.For(f.Type)
	}
	return d
}

// side names a side of a consultation.
func side(target bool) string {
	if target {
		return "target"
	}
	return "initiator"
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
