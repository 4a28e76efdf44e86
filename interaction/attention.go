package interaction

import (
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// An Attention is the flashing bar of one agent's desktop for one interaction
// (TIME-4, TIME-5). It is a pure function of what it was told, in order: what
// the agent sees, and what the user of the desktop does. It reads no clock.
//
// A host tells it what comes with [Attention.See]. For a desktop that opens an
// interaction which has gone on for a while, it tells the past with
// [Attention.Recall], which is no news, and then once how things stand with
// [Attention.Stand]; so it does after a feed that started anew.
//
// Attention obeys audiences: it is told only what the agent sees, and the state
// raises nothing for somebody who takes no part or is no agent. What the agent
// did itself is no reason, nor is its own coming and going. Reasons that hold
// no more (the contact was answered, somebody spoke before the time-out, the
// contact is back) go by themselves.
//
// The zero value belongs to nobody and never flashes. A copy is a snapshot and
// costs a few hundred bytes. It is not safe for concurrent use.
type Attention struct {
	viewer  PartyID
	focused bool
	count   int
	raised  [reasonKinds]raised // the first count, oldest first, one of each kind
	preview string

	// How things stood when it was last told: only what changes is a new reason.
	pending, warned, closing time.Time
	stage                    timers.Stage
}

// A Reason is why a desktop flashes, and since when.
type Reason struct {
	Kind ReasonKind
	At   time.Time // when it happened, or since when it is so
}

// raised is a reason that the user has not focused since.
type raised struct {
	Reason
	looked bool // but hovered over
}

// A ReasonKind is a sort of reason (TIME-4). The names are frozen.
type ReasonKind uint8

// The kinds of reasons.
const (
	ResponsePending ReasonKind = iota // the contact waits for an answer, at any stage; only while the focus is elsewhere
	ResponseWarning                   // the pending response reached the warning
	ResponseLate                      // it is red, which takes the place of the warning
	PartyJoined                       // another party joined the chat or the agent's consultation, or began to watch
	PartyLeft                         // another party left them
	ContactGone                       // the contact left
	AboutToTimeOut                    // the inactivity warning was given
	TimedOut                          // the chat ended by inactivity
	AboutToClose                      // the contact left or is disconnected, and the clock will end or close the chat
	reasonKinds     = iota
)

var reasonNames = [reasonKinds]string{
	"response", "response-warning", "response-late", "joined", "left", "contact-left", "about-to-time-out", "timed-out", "about-to-close",
}

func (k ReasonKind) String() string { return name(reasonNames[:], int(k)) }

// NewAttention is the bar of a desktop of the agent, with the focus elsewhere.
func NewAttention(agent PartyID) Attention { return Attention{viewer: agent} }

// Flashing reports whether the bar flashes: there is a reason that came after
// the user last hovered over it.
func (a *Attention) Flashing() bool {
	return slices.ContainsFunc(a.raised[:a.count], func(r raised) bool { return !r.looked })
}

// Reasons are the reasons since the interaction last had the focus that still
// hold, in the order in which they came, the latest of each kind. Those that
// were hovered over are among them. The slice is the caller's.
func (a *Attention) Reasons() []Reason {
	if a.count == 0 {
		return nil
	}
	reasons := make([]Reason, a.count)
	for i := range reasons {
		reasons[i] = a.raised[i].Reason
	}
	return reasons
}

// Preview is the latest message of the contact, empty if there is none: its
// words only, never a file's name or what anybody else said.
func (a *Attention) Preview() string { return a.preview }

// Focus says that the interaction has the desktop's focus: all reasons are
// cleared, and until [Attention.Blur] nothing flashes (TIME-5).
func (a *Attention) Focus() {
	a.focused = true
	a.clear()
}

// Blur says that the focus is elsewhere. A contact who waits for an answer is a
// reason from then on. It changes nothing where the focus was elsewhere already.
func (a *Attention) Blur() {
	if !a.focused {
		return
	}
	a.focused = false
	if !a.pending.IsZero() {
		a.raise(nil, ResponsePending, a.pending)
	}
}

// Hover says that the user looked at the flashing bar: it stops flashing until
// a new reason comes (TIME-5). It gives the [Attention.Preview] to show.
func (a *Attention) Hover() string {
	for i := range a.raised[:a.count] {
		a.raised[i].looked = true
	}
	return a.preview
}

// Recall tells a record from before the desktop opened the interaction. It is
// no reason; the contact's words are remembered for the preview.
func (a *Attention) Recall(r *Shown) {
	if said, ok := r.Event.(*Said); ok && r.By.Role() == RoleContact {
		a.preview = said.Text
	}
}

// See tells the next record that the agent sees, and the state with that record
// in it or a later one. It gives the new reasons, also while the interaction has
// the focus and nothing flashes: these are the notices. A later state leaves
// out what is over by then.
//
// Each message or file of a contact who waits is a new reason while the focus
// is elsewhere, as what the user saw when it hovered was an older one.
func (a *Attention) See(s *State, r *Shown) []Reason {
	a.Recall(r)
	if !a.attends(s) {
		return nil
	}
	var news []Reason
	if kind, ok := a.happened(s, r); ok {
		news = a.raise(news, kind, r.At)
	}
	return a.stand(news, s, r)
}

// Stand tells how things stand, without any news of what happened: a pending
// response, a time-out and a close that are near are reasons, unless they were
// told before. It gives the new reasons, as [Attention.See] does.
func (a *Attention) Stand(s *State) []Reason {
	if !a.attends(s) {
		return nil
	}
	return a.stand(nil, s, nil)
}

// attends reports whether the interaction is the agent's affair now. If it is
// not, nothing of it may flash any longer.
func (a *Attention) attends(s *State) bool {
	p := s.Party(a.viewer)
	if p != nil && p.Here() && p.role.staff() {
		return true
	}
	*a = Attention{viewer: a.viewer, focused: a.focused, preview: a.preview}
	return false
}

// happened is what a record is a reason for by itself.
func (a *Attention) happened(s *State, r *Shown) (kind ReasonKind, ok bool) {
	if r.By == a.viewer {
		return 0, false
	}
	switch e := r.Event.(type) {
	case *Joined:
		return PartyJoined, e.Party != a.viewer
	case *Watching:
		return PartyJoined, e.Party != a.viewer
	case *ConsultationJoined:
		return PartyJoined, e.Party != a.viewer
	case *Left:
		if e.Party.Role() == RoleContact {
			return ContactGone, true
		}
		return PartyLeft, e.Party != a.viewer
	case *WatchingEnded:
		return PartyLeft, e.Party != a.viewer
	case *ConsultationEnded:
		c := s.Consultation(e.Consultation)
		became := e.Why == BecameTransfer || e.Why == BecameConference // who was consulted has come nearer
		return PartyLeft, !became && c != nil && c.Target != a.viewer
	case *Ended:
		return TimedOut, e.Why == ByInactivity
	}
	return 0, false
}

// stand compares how things stand with how they stood.
func (a *Attention) stand(news []Reason, s *State, r *Shown) []Reason {
	if waits := !s.Pending.Equal(a.pending); waits || r != nil && asks(r) {
		if waits {
			a.drop(ResponsePending, ResponseWarning, ResponseLate)
			a.pending, a.stage = s.Pending, timers.None
		}
		if !a.pending.IsZero() && !a.focused {
			news = a.raise(news, ResponsePending, a.pending)
		}
	}
	if s.Stage > a.stage {
		response := s.Policy().Response
		switch s.Stage {
		case timers.Yellow:
			news = a.raise(news, ResponseWarning, s.Pending.Add(response.Warn))
		case timers.Red:
			a.drop(ResponseWarning)
			news = a.raise(news, ResponseLate, s.Pending.Add(response.Late))
		}
	}
	a.stage = s.Stage
	warned := s.Warned
	if s.Phase.over() {
		warned = time.Time{}
	}
	news = a.changed(news, AboutToTimeOut, &a.warned, warned)
	return a.changed(news, AboutToClose, &a.closing, s.closing())
}

// changed raises or drops a reason that has lasted since a time, zero for not
// at all.
func (a *Attention) changed(news []Reason, kind ReasonKind, was *time.Time, since time.Time) []Reason {
	if since.Equal(*was) {
		return news
	}
	*was = since
	a.drop(kind)
	if since.IsZero() {
		return news
	}
	return a.raise(news, kind, since)
}

// asks reports whether the record is a message or a file of the contact.
func asks(r *Shown) bool {
	switch r.Event.(type) {
	case *Said, *FileSent:
		return r.By.Role() == RoleContact
	}
	return false
}

// closing is since when the chat is about to end or to close because the
// contact is gone, zero where it is not (LIFE-11, LIFE-12).
func (s *State) closing() time.Time {
	if s.Phase == InEnded {
		if at, ok := s.closes(); ok && at.After(s.EndedAt) {
			return s.EndedAt
		}
		return time.Time{}
	}
	since := time.Time{}
	s.deadlines(func(d Deadline) {
		if d.Kind == ContactGraceEnds {
			since = s.Party(d.Party).Disconnected
		}
	})
	return since
}

// raise adds a new reason. While the interaction has the focus it is only news.
func (a *Attention) raise(news []Reason, kind ReasonKind, at time.Time) []Reason {
	reason := Reason{kind, at}
	if !a.focused {
		a.drop(kind)
		a.raised[a.count] = raised{Reason: reason}
		a.count++
	}
	return append(news, reason)
}

func (a *Attention) drop(kinds ...ReasonKind) {
	a.count = len(slices.DeleteFunc(a.raised[:a.count], func(r raised) bool { return slices.Contains(kinds, r.Kind) }))
}

func (a *Attention) clear() {
	clear(a.raised[:a.count])
	a.count = 0
}
