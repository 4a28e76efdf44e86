package transcript

import (
	"cmp"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Header is what one viewer may know about the chat as a whole, now. What is
// empty stays out of the JSON. The contact gets only what its own transcript
// shows; an agent who was only asked, or who is not in the chat any more, gets
// what concerns itself.
type Header struct {
	ID string `json:"id"`
	// Phase is "waiting", "active", "ended", "done" or "dormant"; for the contact
	// "waiting" while no agent is in the chat, else "open" or "ended". It is
	// empty for somebody who is not in the chat.
	Phase    string `json:"phase,omitempty"`
	Subject  string `json:"subject,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Language string `json:"language,omitempty"`
	// StartedAt and EndedAt frame the elapsed time (LIFE-15).
	StartedAt *time.Time `json:"startedAt,omitempty"`
	EndedAt   *time.Time `json:"endedAt,omitempty"`
	EndedWhy  string     `json:"endedWhy,omitempty"`
	You       You        `json:"you"`
	Parties   []Party    `json:"parties"` // in the order of their colours
	// ContactRead is the public number up to which the contact has read (MSG-2).
	ContactRead   uint64 `json:"contactRead,omitempty"`
	TypingPreview bool   `json:"typingPreview,omitempty"` // the contact's drafts are shown (MSG-4)
	Emoji         bool   `json:"emoji,omitempty"`         // a list of emoji is offered (MSG-5)
	// Allowed has, for every command that the viewer's desktop shows, an empty
	// text where it is possible now, else the reason why not.
	Allowed map[string]string `json:"allowed"`

	Contact       *Person         `json:"contact,omitempty"` // whose history it belongs to
	Owner         *Who            `json:"owner,omitempty"`
	Pending       *Pending        `json:"pending,omitempty"`
	Invitations   []Invited       `json:"invitations,omitempty"`   // the open ones
	Consultations []Consulting    `json:"consultations,omitempty"` // the viewer's own, closed ones too
	Disposition   string          `json:"disposition,omitempty"`   // code
	Dispositions  []Choice        `json:"dispositions,omitempty"`  // parents before their children
	Required      bool            `json:"dispositionRequired,omitempty"`
	Note          string          `json:"note,omitempty"`
	CaseData      []CaseDataField `json:"caseData,omitempty"`
}

// You is the viewer itself.
type You struct {
	Who
	// Standing is from where the viewer acts: "contact", "bot", "owner", "agent",
	// "consultant", "monitor", "coach", "invited", "last-owner" or "former".
	Standing string `json:"standing"`
}

// A Party is a participant that the viewer knows of.
type Party struct {
	Who
	ID        string `json:"id,omitempty"` // for internal viewers
	Presence  string `json:"presence"`     // "in-chat", "consulted", "monitoring", "coaching" or "away"
	Connected bool   `json:"connected"`
	You       bool   `json:"you,omitempty"`
	Owner     bool   `json:"owner,omitempty"` // for internal viewers
}

// Pending says that the contact waits for an answer (TIME-1, TIME-2).
type Pending struct {
	Since time.Time `json:"since"`
	Stage string    `json:"stage"` // "green", "yellow" or "red"
}

// Invited is an open invitation (ROUTE-2).
type Invited struct {
	ID           string     `json:"id"`
	Purpose      string     `json:"purpose"`
	Target       string     `json:"target"`
	Agent        string     `json:"agent,omitempty"` // display name of who has the offer now
	From         Who        `json:"from"`
	Note         string     `json:"note,omitempty"`
	Medium       string     `json:"medium,omitempty"` // of a consultation
	Consultation string     `json:"consultation,omitempty"`
	OpenedAt     time.Time  `json:"openedAt"`
	OfferedAt    *time.Time `json:"offeredAt,omitempty"`
	ExpiresAt    *time.Time `json:"expiresAt,omitempty"`
	Mine         bool       `json:"mine,omitempty"` // the viewer has the offer
	Sent         bool       `json:"sent,omitempty"` // the viewer sent it
}

// Consulting is a consultation that the viewer is a side of (CONS-1).
type Consulting struct {
	ID     string `json:"id"`
	Medium string `json:"medium"`
	Stage  string `json:"stage"` // "asked", "active", "ended" or "closed"
	Side   string `json:"side"`  // "initiator" or "target"
	Other  Who    `json:"other"`
	Marked bool   `json:"marked,omitempty"` // the viewer's side is marked done (CONS-9)
	Why    string `json:"why,omitempty"`    // it ended
}

// A Choice is a code of the tree of dispositions (LIFE-8).
type Choice struct {
	Code      string `json:"code"`
	Label     string `json:"label,omitempty"`
	Parent    string `json:"parent,omitempty"`
	Choosable bool   `json:"choosable,omitempty"`
}

// A CaseDataField is one piece of case data (LIFE-10).
type CaseDataField struct {
	Key      string `json:"key"`
	Value    Value  `json:"value"`
	Editable bool   `json:"editable,omitempty"` // the policy lets agents edit it
}

// Header is what the viewer, as a party, may know of the chat as a whole. id is
// the interaction's. Somebody who is no party gets a Header that says nothing.
func (v View) Header(id string) Header {
	s := v.State
	h := Header{ID: id, Parties: []Party{}, Allowed: map[string]string{}}
	me := s.Party(v.Viewer.ID)
	if me == nil || s.Start == nil {
		h.You = You{Who{Colour: -1, Role: word(v.Viewer.ID.Role())}, word(interaction.AsOutsider)}
		return h
	}
	v.Viewer.Purpose = interaction.Live
	h.You = You{v.whoIs(me), word(s.Standing(me.ID))}
	switch {
	case v.isContact():
		v.forContact(&h)
	case v.inside():
		v.forParty(&h)
	default:
		v.forOutside(&h)
	}
	return h
}

// whoIs is a party as the viewer sees it, or by its name alone where the viewer
// does not see it in the chat.
func (v *View) whoIs(p *interaction.Party) Who {
	if h, ok := v.State.Handle(v.Viewer, p.ID); ok {
		return who(h)
	}
	return Who{-1, p.Display(), word(p.ID.Role())}
}

// inside reports whether the viewer sees what goes on now: an internal party
// that is in the chat or attached to it.
func (v *View) inside() bool { return v.sees(interaction.Audience{Scope: interaction.Internal}) }

// was reports whether the viewer ever was.
func (v *View) was() bool {
	return v.State.Sees(v.Viewer, &interaction.Record{Seq: 1, Audience: interaction.Audience{Scope: interaction.Internal}})
}

// sees reports whether the viewer would see something that happens now.
func (v *View) sees(a interaction.Audience) bool {
	return v.State.Sees(v.Viewer, &interaction.Record{Seq: v.State.Seq() + 1, Audience: a})
}

// forContact fills in what the contact's own transcript tells as well, and
// nothing else.
func (v *View) forContact(h *Header) {
	s := v.State
	h.Phase = "waiting"
	for i := range s.Parties {
		p := &s.Parties[i]
		if p.Presence == interaction.InChat && internal(p) && p.ID.Role() != interaction.RoleBot {
			h.Phase = "open"
		}
	}
	h.StartedAt = &s.StartedAt
	if over(s) {
		h.Phase, h.EndedAt, h.EndedWhy = "ended", &s.EndedAt, word(s.EndedWhy)
		if s.EndedWhy == interaction.ByMarkDone {
			h.EndedWhy = word(interaction.ByAgent)
		}
	} else {
		// Reading goes on after the end, until the interaction is done, and when
		// that is is not the contact's to know.
		h.ContactRead = s.ContactRead()
	}
	h.TypingPreview, h.Emoji = s.Policy().TypingPreview, !s.Policy().NoEmoji
	h.Parties = v.parties()
	for _, k := range contactCommands {
		reason := ""
		if s.Refusal(v.Viewer.ID, k) != nil {
			reason = v.Words.Text("no/over", "", "", "")
		}
		h.Allowed[k.String()] = reason
	}
}

// forParty fills in what an internal party who is there knows.
func (v *View) forParty(h *Header) {
	s, p := v.State, v.State.Policy()
	h.Phase = word(s.Phase)
	v.forFormer(h)
	h.Parties = v.parties()
	h.ContactRead, h.TypingPreview, h.Emoji = s.ContactRead(), p.TypingPreview, !p.NoEmoji
	h.Contact = person(s.Contact)
	if !s.EndedAt.IsZero() {
		h.EndedAt, h.EndedWhy = &s.EndedAt, word(s.EndedWhy)
	}
	if owner := s.Party(s.Owner); owner != nil {
		w := v.whoIs(owner)
		h.Owner = &w
	}
	if !s.Pending.IsZero() {
		h.Pending = &Pending{s.Pending, word(s.Stage)}
	}
	v.invitations(h)
	v.consultations(h)
	v.wrapUp(h)
	for _, f := range s.CaseData {
		editable := slices.Contains(p.CaseDataKeys, f.Key) || slices.Contains(p.CaseDataKeys, "*")
		h.CaseData = append(h.CaseData, CaseDataField{f.Key, value(f.Value), editable})
	}
	v.allowed(h, v.Words.Refusal)
}

// forOutside fills in what concerns an agent who is not in the chat: one who
// was asked, one who left, one who has something to mark.
func (v *View) forOutside(h *Header) {
	if v.was() {
		v.forFormer(h)
	}
	if v.State.Standing(v.Viewer.ID) == interaction.AsInvited {
		v.forInvited(h)
	}
	v.invitations(h)
	v.consultations(h)
	if v.State.Standing(v.Viewer.ID) == interaction.AsLastOwner {
		h.Phase = word(v.State.Phase) // dormant, and this agent's to wake or to close
		v.wrapUp(h)
	}
	v.allowed(h, func(err error) string {
		if err == nil {
			return ""
		}
		return v.Words.Text("no/not-party", "", "", "") // and nothing of how it goes on
	})
}

// forFormer fills in what stays known to whoever once saw the chat's beginning.
func (v *View) forFormer(h *Header) {
	s := v.State
	h.Subject, h.Channel, h.Language, h.StartedAt = s.Start.Subject, s.Start.Channel, s.Start.Language, &s.StartedAt
}

// forInvited tells an agent whom it is asked to help, and with what.
func (v *View) forInvited(h *Header) {
	v.forFormer(h)
	h.Contact = person(v.State.Contact)
}

// wrapUp fills in disposition and note (LIFE-8, LIFE-9).
func (v *View) wrapUp(h *Header) {
	s, p := v.State, v.State.Policy()
	h.Disposition, h.Note, h.Required = s.Disposition, s.Note, p.DispositionRequired
	for _, d := range p.Dispositions {
		leaf := !slices.ContainsFunc(p.Dispositions, func(c interaction.Disposition) bool { return c.Parent == d.Code })
		h.Dispositions = append(h.Dispositions, Choice{d.Code, d.Label, d.Parent, leaf || p.AnyDisposition})
	}
}

// parties are those that the viewer knows of.
func (v *View) parties() []Party {
	s := v.State
	all := make([]Party, 0, len(s.Parties))
	for i := range s.Parties {
		p := &s.Parties[i]
		h, known := s.Handle(v.Viewer, p.ID)
		if !known {
			continue
		}
		presence := v.presence(p)
		q := Party{Who: who(h), Presence: word(presence), You: p.ID == v.Viewer.ID}
		q.Connected = presence != interaction.Away && (p.Disconnected.IsZero() || !v.knowsConnection(p))
		if !v.isContact() {
			q.ID, q.Owner = string(p.ID), p.ID == s.Owner
		}
		all = append(all, q)
	}
	slices.SortStableFunc(all, func(a, b Party) int { return cmp.Compare(a.Colour, b.Colour) })
	return all
}

// presence is how a party takes part as far as the viewer may know.
func (v *View) presence(p *interaction.Party) interaction.Presence {
	s := v.State
	switch p.Presence {
	case interaction.InChat:
		return interaction.InChat
	case interaction.Consulted:
		for i := range s.Consultations {
			c := &s.Consultations[i]
			if c.Stage == interaction.Consulting && c.Target == p.ID && (c.Target == v.Viewer.ID || c.Initiator == v.Viewer.ID) {
				return interaction.Consulted
			}
		}
	case interaction.Monitoring, interaction.Coaching:
		scope := interaction.Internal
		if p.Hidden {
			scope = interaction.Supervisors
		}
		if v.sees(interaction.Audience{Scope: scope}) {
			return p.Presence
		}
	}
	return interaction.Away
}

// knowsConnection reports whether the viewer gets to know when the party loses
// its connection: everyone of the contact's while the chat goes on, internal
// parties of each other's.
func (v *View) knowsConnection(p *interaction.Party) bool {
	return !v.isContact() || !internal(p) && !over(v.State)
}

func over(s *interaction.State) bool {
	return s.Phase == interaction.InEnded || s.Phase == interaction.InDone
}

func internal(p *interaction.Party) bool { return p.ID.Role() != interaction.RoleContact }

// invitations are the open ones that the viewer may know of.
func (v *View) invitations(h *Header) {
	s := v.State
	for i := range s.Invitations {
		inv := &s.Invitations[i]
		a := interaction.Audience{Scope: interaction.Internal, To: inv.Agent}
		if inv.Consultation != "" {
			a = interaction.Audience{Scope: interaction.OneConsultation, Consultation: inv.Consultation, To: inv.Agent}
		}
		if !v.sees(a) {
			continue
		}
		out := Invited{
			ID: inv.ID, Purpose: word(inv.Purpose), Target: string(inv.Target), Agent: inv.AgentName, From: Who{Colour: -1, Role: word(inv.From.Role())},
			Note: inv.Note, Consultation: inv.Consultation, OpenedAt: inv.Opened, Mine: inv.Agent == v.Viewer.ID, Sent: inv.From == v.Viewer.ID,
		}
		if p := s.Party(inv.From); p != nil {
			out.From = v.whoIs(p)
		}
		if inv.Purpose == interaction.ForConsultation {
			out.Medium = word(inv.Medium)
		}
		if inv.Agent != "" {
			if out.Agent == "" {
				out.Agent = targetName(interaction.Target(inv.Agent))
			}
			out.OfferedAt = &inv.Offered
			if wait := s.Policy().NoAnswer; wait > 0 {
				expires := inv.Offered.Add(wait)
				out.ExpiresAt = &expires
			}
		}
		h.Invitations = append(h.Invitations, out)
	}
}

// consultations are those that the viewer is a side of.
func (v *View) consultations(h *Header) {
	s := v.State
	for i := range s.Consultations {
		c := &s.Consultations[i]
		target := c.Target == v.Viewer.ID
		if !target && c.Initiator != v.Viewer.ID {
			continue
		}
		out := Consulting{ID: c.ID, Medium: word(c.Medium), Stage: word(c.Stage), Side: side(target), Marked: c.InitiatorDone}
		other := c.Target
		if target {
			out.Marked, other = c.TargetDone, c.Initiator
		}
		if c.Stage >= interaction.ConsultationOver {
			out.Why = word(c.Why)
		}
		out.Other = v.otherSide(c, other)
		h.Consultations = append(h.Consultations, out)
	}
}

// otherSide is who the viewer consults with; before somebody came, who was
// asked.
func (v *View) otherSide(c *interaction.Consultation, id interaction.PartyID) Who {
	if p := v.State.Party(id); p != nil {
		return v.whoIs(p)
	}
	w := Who{Colour: -1, Role: "none"}
	for i := range v.State.Invitations {
		if inv := &v.State.Invitations[i]; inv.Purpose == interaction.ForConsultation && inv.Consultation == c.ID {
			if w.Name = inv.AgentName; w.Name == "" {
				w.Name = targetName(inv.Target)
			}
		}
	}
	return w
}

// allowed says for each command of a staff desktop whether it is possible.
func (v *View) allowed(h *Header, reason func(error) string) {
	for _, k := range staffCommands {
		if k == interaction.SuperviseKind && v.Viewer.ID.Role() != interaction.RoleSupervisor {
			continue
		}
		h.Allowed[k.String()] = reason(v.State.Refusal(v.Viewer.ID, k))
	}
}

// contactCommands are what a contact's page shows. Their answers are the same
// in ended and in done.
var contactCommands = []interaction.CommandKind{interaction.SayKind, interaction.SendFileKind, interaction.LeaveKind}

// staffCommands are what an internal party's desktop shows.
var staffCommands = []interaction.CommandKind{
	interaction.InviteKind, interaction.TransferKind, interaction.ConferenceKind, interaction.ConsultKind, interaction.AcceptKind,
	interaction.DeclineKind, interaction.CancelKind, interaction.RejoinKind, interaction.SuperviseKind, interaction.SayKind,
	interaction.MarkReadKind, interaction.PushURLKind, interaction.SendFileKind, interaction.BlendKind, interaction.ScheduleCallbackKind,
	interaction.EndConsultationKind, interaction.MarkConsultationDoneKind, interaction.EndKind, interaction.RemoveKind,
	interaction.SetDispositionKind, interaction.SetNoteKind, interaction.SetCaseDataKind, interaction.MarkDoneKind,
	interaction.AssignContactKind,
}
