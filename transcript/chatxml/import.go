package chatxml

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// Options say what a transcript does not. Nil and the zero Options work.
type Options struct {
	// Contact is whose chat it was. A transcript does not name the contact: an
	// empty ID makes one of the session's id, an unknown contact who can be
	// assigned to a known one later (HIST-5). An empty Name is the contact's
	// nickname in the transcript.
	Contact interaction.Person
	// Party gives the library's id of an internal participant, of the same role as
	// [Participant.ID], or an empty one to keep that. Nil keeps all.
	Party func(Participant) interaction.PartyID
}

// A Participant is an internal participant of a transcript.
type Participant struct {
	// ID is the one it has if nobody gives another: the role by the user type,
	// and the personId. An external party (a workflow) is a bot, and so is an
	// agent without a personId; they have their nickname. Who is of an unknown
	// type is a bot by its userId.
	ID       interaction.PartyID
	PersonID string // empty for bots
	Nick     string
	UserType string // as it stands: "AGENT", "SUPERVISOR", "EXTERNAL" …
}

// An Imported is a past chat as a log. Each batch is one commit of its own, as
// its records have their own time: positions follow one another from 1 on.
type Imported struct {
	SessionID string              // of the transcript; the interaction's id is the host's choice
	Batches   []interaction.Batch // by the system; Command is a digest of the transcript
	State     interaction.State   // what the whole log replays to: an interaction that is done
}

// Records are the records of all batches: the log.
func (m *Imported) Records() []interaction.Record {
	var all []interaction.Record
	for i := range m.Batches {
		all = append(all, m.Batches[i].Records...)
	}
	return all
}

// How many newParty elements a transcript may have, and how many parties and
// consultations may come of them: the cost of each record grows with these two.
// Case data beyond its limit is only kept.
const (
	maxParticipations = 1000
	maxParties        = 200
	maxConsultations  = 50
	maxCaseData       = 200
)

// Import makes a log of a transcript (HIST-6). The log replays to an interaction
// that is done, its policy has no clock, and [Original] gives the transcript
// back. The document is left as it is.
//
// Events are taken in the order of their eventId, at startAt and timeShift.
//
//   - A participation is a userId, and a party is a person: who joins twice is
//     one party that joins twice. A client is the contact.
//   - What ALL sees is for everyone, INT for internal parties, VIP for
//     supervisors. An agent who joined with INT was consulted: its joining, what
//     it writes, and what the initiator writes to INT meanwhile, belong to a
//     consultation, which is in nobody's history (CONS-10). The initiator is the
//     owner, or the system while there is none. A supervisor who joined with INT coaches, with VIP
//     watches unseen.
//   - The owner is the first agent in the chat, then whoever has been in it
//     longest; a gap between two agents is a chat that waits (PART-6).
//   - A reason of leaving becomes the nearest that a log has. The end comes last:
//     by inactivity, by the contact, or by the agents. Open parties are normal.
//   - A pushed URL is one if it may be pushed today, else a message. The
//     warning and the end of inactivity, and a message treated as the system's,
//     are automatic messages.
//
// All else (typing, custom notices, empty messages, unknown elements, further
// user data) becomes no record, and is kept.
//
// The error is [ErrStart], [ErrParty], [ErrTooMany], or for a document that was
// made by hand [ErrName], [ErrTooDeep] or [ErrRoot].
func Import(d *Document, o *Options) (*Imported, error) {
	raw, err := d.Bytes()
	if err != nil {
		return nil, err
	}
	im := importer{root: &d.Root, parts: make(map[string]*participation), consultations: make(map[string]*consultation)}
	if o != nil {
		im.opt = *o
	}
	start, err := time.Parse(time.RFC3339, d.Root.Attr("startAt"))
	if err != nil {
		return nil, fmt.Errorf("chatxml: import: startAt %q: %w", d.Root.Attr("startAt"), ErrStart)
	}
	digest := fnv.New64a()
	digest.Write(raw)
	im.digest = digest.Sum64()
	im.start = time.UnixMicro(start.UnixMicro()).UTC()
	im.at = im.start
	im.events = arrange(d.Root.Nodes)
	if err := im.run(); err != nil {
		return nil, err
	}
	return &Imported{SessionID: d.Root.Attr("sessionId"), Batches: im.batches, State: im.state}, nil
}

// A placed is a node of the transcript with its place in it, from 1.
type placed struct {
	node  *Node
	place int
	id    uint64 // eventId, or that of the node ahead
}

// arrange puts what is in a transcript into the order of the event ids.
func arrange(nodes []Node) []placed {
	all := make([]placed, len(nodes))
	var last uint64
	for i := range nodes {
		if e := nodes[i].Element; e != nil {
			if id, err := strconv.ParseUint(e.Attr("eventId"), 10, 64); err == nil {
				last = id
			}
		}
		all[i] = placed{&nodes[i], i + 1, last}
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		switch {
		case a.id < b.id:
			return -1
		case a.id > b.id:
			return 1
		}
		return 0
	})
	return all
}

// An importer folds a transcript into a log.
type importer struct {
	opt    Options
	root   *Element
	events []placed
	start  time.Time
	at     time.Time // of what comes next; never goes back
	digest uint64
	links  *urlsafe.Links // made when the first is needed

	state   interaction.State
	records []interaction.Record // of the batch that is being made
	batches []interaction.Batch

	contact       interaction.PartyID
	parts         map[string]*participation // by userId
	joined        int                       // how many there were
	staff         []interaction.PartyID     // agents in the chat, the longest there first
	consultations map[string]*consultation
	order         []*consultation

	handedOver  bool // the last agent left for another one
	contactLeft bool // by itself, and is not back
	idle        bool // the chat ended by inactivity
}

// emit adds a record to the log.
func (im *importer) emit(by interaction.PartyID, to interaction.Audience, e interaction.Event) {
	r := interaction.Record{Seq: im.state.Seq() + 1, At: im.at, By: by, Audience: to, Event: e}
	if im.state.Apply(r) == nil {
		im.records = append(im.records, r)
	}
}

// keep ends the batch with the node that it came from.
func (im *importer) keep(place int, n *Node) error {
	e, err := keeper(place, n)
	if err != nil {
		return err
	}
	im.emit(interaction.System, nobody, e)
	im.flush()
	return nil
}

func (im *importer) flush() {
	im.batches = append(im.batches, interaction.Batch{By: interaction.System, Command: im.digest, Records: im.records})
	im.records = nil
}

func (im *importer) run() error {
	if err := im.begin(); err != nil {
		return err
	}
	for i := range im.events {
		if e := im.events[i].node.Element; e != nil {
			im.moveTo(e)
			if err := im.event(i, e); err != nil {
				return err
			}
		}
		if err := im.keep(im.events[i].place, im.events[i].node); err != nil {
			return err
		}
	}
	im.end()
	return nil
}

// moveTo moves the time on to an element's. One that makes no sense is the time
// of the element ahead.
func (im *importer) moveTo(e *Element) {
	const most = 100 * 365 * 24 * 60 * 60 // a hundred years
	seconds, err := strconv.ParseInt(e.Attr("timeShift"), 10, 64)
	if err != nil || seconds < 0 || seconds > most {
		return
	}
	if at := im.start.Add(time.Duration(seconds) * time.Second); at.After(im.at) {
		im.at = at
	}
}

// event turns an element into records, of which the last one is what it says.
func (im *importer) event(i int, e *Element) error {
	switch e.Name {
	case newParty:
		return im.newParty(e)
	case message:
		im.message(e)
	case notice:
		im.notice(e)
	case partyLeft:
		im.partyLeft(i, e)
	}
	return nil
}

// begin writes the first record.
func (im *importer) begin() error {
	who := im.opt.Contact
	started := &interaction.Started{Channel: "chat"}
	for i := range im.events {
		e := im.events[i].node.Element
		if e == nil || e.Name != newParty || kindOf(e) != client {
			continue
		}
		info := e.Child("userInfo")
		if who.Name == "" {
			who.Name = oneLine(info.Attr("userNick"))
		}
		started.Subject, started.CaseData = caseData(e)
		break
	}
	if who.ID == "" {
		session := oneLine(im.root.Attr("sessionId"))
		if session == "" {
			session = "unknown"
		}
		who.ID = partyID("contact:", session)
	}
	if who.ID.Role() != interaction.RoleContact || !who.ID.Valid() {
		return fmt.Errorf("chatxml: import: contact %q: %w", who.ID, ErrParty)
	}
	im.contact, started.Contact = who.ID, who
	im.emit(interaction.System, internal, started)
	return im.keep(0, &Node{Element: &Element{Name: rootName, Attrs: im.root.Attrs}})
}

// end ends the chat and closes it.
func (im *importer) end() {
	for _, c := range im.order {
		im.endConsultation(c, interaction.System, interaction.EndedWithChat)
	}
	why, by := interaction.ByAgent, im.state.LastOwner
	closing, closer := interaction.MarkedDone, im.state.LastOwner
	switch {
	case im.idle:
		why, by = interaction.ByInactivity, interaction.System
	case im.state.LastOwner == "":
		why, by = interaction.Abandoned, im.contact
	case im.contactLeft:
		why, by = interaction.ContactLeft, im.contact
	}
	switch {
	case im.state.LastOwner == "":
		closing, closer = interaction.ClosedAbandoned, interaction.System
	case why == interaction.ContactLeft:
		closing, closer = interaction.AutoClosed, interaction.System
	}
	im.emit(by, interaction.Audience{}, &interaction.Ended{Why: why})
	for _, c := range im.order { // nobody has work left with a past chat (CONS-9)
		im.emit(c.target, c.audience(), &interaction.ConsultationMarked{Consultation: c.id, Target: true})
	}
	im.emit(closer, internal, &interaction.Closed{Why: closing})
	im.flush()
}
