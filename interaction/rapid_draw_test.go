package interaction

import (
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/chatkernel/chatkernel/timers"
)

const lou PartyID = "contact:lou" // another contact

// cast is everybody who acts in a random chat, and one who never may.
var cast = []PartyID{pat, maria, ben, zoe, sam, kim, bot, System, lou}

var staff = []PartyID{maria, ben, zoe, sam, kim}

// draw makes random commands.
type draw struct{ *rapid.T }

// pick takes each with the same probability, unlike rapid.SampledFrom, which
// likes the first ones: the rare paths are what is to be found.
func pick[V any](d draw, label string, from []V) V {
	return rapid.Custom(func(t *rapid.T) V {
		i := 0
		for n := 1; n < 8*len(from); n *= 2 {
			i *= 2
			if rapid.Bool().Draw(t, "") {
				i++
			}
		}
		return from[i%len(from)]
	}).Draw(d.T, label)
}

func (d draw) flag(label string) bool { return pick(d, label, []bool{false, true}) }

// seconds is a duration of a policy; zero is off.
func (d draw) seconds(label string) time.Duration {
	return time.Duration(pick(d, label, []int{0, 2, 5, 10})) * time.Second
}

func (d draw) policy() *Policy {
	p := &Policy{
		Async:             d.flag("async"),
		BotsAnswer:        d.flag("bots answer"),
		Response:          timers.Response{Warn: d.seconds("yellow")},
		Inactivity:        timers.Inactivity{Warn: d.seconds("warn")},
		DormantInactivity: timers.Inactivity{End: d.seconds("dormant end")},
		NoAnswer:          d.seconds("no answer"),
		NoAnswerNotReady:  d.flag("not ready"),
		ReturnAfter:       d.seconds("return"),
		ContactGrace:      d.seconds("contact grace"),
		AgentGrace:        d.seconds("agent grace"),
		AfterContact:      pick(d, "after contact", []AfterContact{StayOpen, CloseNow, CloseLater}),
		CloseDelay:        d.seconds("close delay"),
		HiddenMonitor:     d.flag("hidden monitor"),
		CaseDataKeys:      []string{"order"},
	}
	if late := d.seconds("red"); late > 0 {
		p.Response.Late = p.Response.Warn + late
	}
	if end := d.seconds("end"); end > 0 {
		p.Inactivity.End = p.Inactivity.Warn + end
	}
	if d.flag("dispositions") {
		p.Dispositions = []Disposition{{Code: "sale"}, {Code: "phone", Parent: "sale"}, {Code: "none"}}
		p.DispositionRequired = d.flag("required")
		p.WaitForDisposition = d.flag("wait for it")
	}
	if d.flag("nicknames") {
		p.Nicknames = manyNames
	}
	if d.flag("messages") {
		p.Messages = []Messages{{Greeting: "Welcome!", Waiting: "Please wait.", Farewell: "Goodbye."}}
	}
	if d.flag("rates") {
		p.RateBurst, p.RateEvery = 2, time.Second
	}
	return p
}

// manyNames gives agents a nickname that depends on the way they come.
var manyNames = []Nickname{{For: string(ben), Name: "Blue"}, {For: "group:billing", Name: "Billing"}}

func (d draw) start() Start {
	return Start{
		Contact: Person{pat, "Pat"}, Subject: "an order", Channel: "chat", Language: "en", Policy: d.policy(),
		Target:   pick(d, "target", []Target{"", sales, "group:billing", Target(maria)}),
		CaseData: []Field{{"order", Value{Text: "7"}}},
	}
}

// possible is a kind of command that the actor could give now. What ends a chat
// comes seldom, so that there are chats to test.
func (d draw) possible(s *State, by PartyID) (CommandKind, bool) {
	kinds := s.Allowed(by)
	if len(kinds) == 0 {
		return 0, false
	}
	kind := pick(d, "kind", kinds)
	switch kind {
	case LeaveKind, EndKind, MarkDoneKind, EraseKind, DisconnectKind, RemoveKind:
		return kind, pick(d, "really", []bool{false, false, false, true})
	}
	return kind, true
}

// name is what a party calls itself; it is not always the same.
func (d draw) name(id PartyID) string {
	if id == System {
		return ""
	}
	return title(id) + pick(d, "surname", []string{"", " Jr."})
}

func (d draw) words() string {
	return pick(d, "words", []string{"hello", "thank you", "ok", "one\r\ntwo"})
}

// free is a staff member who could be asked, or any one.
func (d draw) free(s *State, by PartyID) PartyID {
	var free []PartyID
	for _, id := range staff {
		if p := s.Party(id); id != by && s.offered(id) == nil && (p == nil || p.Presence != InChat) {
			free = append(free, id)
		}
	}
	if len(free) == 0 {
		free = staff
	}
	return pick(d, "agent", free)
}

// whom is a target, and perhaps the agent of it.
func (d draw) whom(s *State, by PartyID) (Target, PartyID, string) {
	agent := d.free(s, by)
	switch pick(d, "target", []string{"agent", "agent", "agent of a group", "group", "queue"}) {
	case "agent":
		return Target(agent), "", d.name(agent)
	case "agent of a group":
		return "group:billing", agent, d.name(agent)
	case "group":
		return "group:billing", "", ""
	}
	return sales, "", ""
}

// consultation is one that fits, or none.
func (d draw) consultation(s *State, fits func(c *Consultation) bool) string {
	var ids []string
	for i := range s.Consultations {
		if c := &s.Consultations[i]; fits(c) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return pick(d, "consultation", ids)
}

func (d draw) invitation(s *State, fits func(inv *Invitation) bool) string {
	var ids []string
	for i := range s.Invitations {
		if inv := &s.Invitations[i]; fits(inv) {
			ids = append(ids, inv.ID)
		}
	}
	if len(ids) == 0 {
		return "none"
	}
	return pick(d, "invitation", ids)
}

// scope is to whom the actor could speak, and in which consultation.
func (d draw) scope(s *State, by PartyID) (Scope, string) {
	own := d.consultation(s, func(c *Consultation) bool { return c.Stage == Consulting && c.side(by) })
	scopes := []Scope{Everyone}
	switch s.Standing(by) {
	case AsCoach:
		scopes = []Scope{Supervisors}
	case AsConsultant:
		return Everyone, own
	case AsOwner, AsAgent:
		scopes = append(scopes, Internal, Supervisors)
	case AsBot:
		scopes = append(scopes, Internal)
	}
	if own != "" && d.flag("into the consultation") {
		return Everyone, own
	}
	return pick(d, "scope", scopes), ""
}

// command is one of the kind that makes sense for the actor, as far as there
// is one.
func (d draw) command(s *State, by PartyID, kind CommandKind) Command {
	switch kind {
	case StartKind:
		return d.start()
	case JoinKind:
		return Join{d.name(by)}
	case InviteKind:
		to, agent, name := d.whom(s, by)
		return Invite{To: to, Agent: agent, AgentName: name}
	case OfferKind:
		agent := d.free(s, by)
		return Offer{d.invitation(s, func(inv *Invitation) bool { return inv.Agent == "" }), agent, d.name(agent)}
	case TransferKind:
		if c := d.consultation(s, func(c *Consultation) bool { return c.Stage == Consulting && c.Initiator == by }); c != "" && d.flag("to it") {
			return Transfer{Consultation: c}
		}
		to, agent, name := d.whom(s, by)
		return Transfer{To: to, Agent: agent, AgentName: name}
	case ConferenceKind:
		if c := d.consultation(s, func(c *Consultation) bool { return c.Stage == Consulting && c.Initiator == by }); c != "" && d.flag("with it") {
			return Conference{Consultation: c}
		}
		to, agent, name := d.whom(s, by)
		return Conference{To: to, Agent: agent, AgentName: name}
	case ConsultKind:
		to, agent, name := d.whom(s, by)
		return Consult{To: to, Agent: agent, AgentName: name, Medium: pick(d, "medium", []Medium{ByChat, ByIM, ByVoice})}
	case AcceptKind:
		return Accept{d.invitation(s, func(inv *Invitation) bool { return inv.Agent == by }), d.name(by)}
	case DeclineKind:
		return Decline{d.invitation(s, func(inv *Invitation) bool { return inv.Agent == by }), "busy"}
	case CancelKind:
		return Cancel{d.invitation(s, func(inv *Invitation) bool { return s.cancellable(by, inv) })}
	case WithdrawKind:
		id, agent := d.invitation(s, func(*Invitation) bool { return true }), PartyID("")
		if inv := s.Invitation(id); inv != nil && d.flag("take back") {
			agent = inv.Agent
		}
		return Withdraw{id, agent, "nobody is left"}
	case RejoinKind:
		return Rejoin{d.name(by)}
	case SuperviseKind:
		return Supervise{d.supervision(s, by), d.name(by)}
	case SayKind:
		to, consultation := d.scope(s, by)
		return Say{Text: d.words(), To: to, Consultation: consultation}
	case MarkReadKind:
		return MarkRead{uint64(rapid.IntRange(0, 40).Draw(d.T, "through"))}
	case PushURLKind:
		return PushURL{"https://example.com/help"}
	case SendFileKind:
		to, consultation := d.scope(s, by)
		id := "file" + strings.Repeat("+", len(s.Files))
		return SendFile{File{ID: id, Name: "a.png", Type: "image/png", Size: 1, Verdict: d.verdict()}, to, consultation}
	case JudgeFileKind:
		id := "none"
		if len(s.Files) > 0 {
			id = pick(d, "file", s.Files).ID
		}
		return JudgeFile{id, d.verdict(), "", "scanned"}
	case BlendKind:
		return Blend{Medium: "voice", Address: "+1 555 0100"}
	case ScheduleCallbackKind:
		return ScheduleCallback{At: s.At().Add(100 * 24 * time.Hour), Number: "+1 555 0100"}
	case AnnounceKind:
		return Announce{Information, "You are next."}
	case EndConsultationKind:
		return EndConsultation{d.consultation(s, func(c *Consultation) bool { return s.endable(by, c) })}
	case MarkConsultationDoneKind:
		return MarkConsultationDone{d.consultation(s, func(c *Consultation) bool { return c.markable(by) })}
	case DisconnectKind:
		return Disconnect{d.connection(s, by)}
	case ReconnectKind:
		return Reconnect{d.connection(s, by)}
	case LeaveKind:
		return Leave{}
	case EndKind:
		return End{}
	case RemoveKind:
		var removable []PartyID
		for i := range s.Parties {
			if p := &s.Parties[i]; s.removable(p) {
				removable = append(removable, p.ID)
			}
		}
		return Remove{pick(d, "party", append(removable, cast[:7-min(6, len(removable))]...))}
	case SetDispositionKind:
		return SetDisposition{pick(d, "code", []string{"", "sale", "phone", "none"})}
	case SetNoteKind:
		return SetNote{d.words()}
	case SetCaseDataKind:
		return SetCaseData{Key: pick(d, "key", []string{"order", "limit"}), Value: Value{Text: d.words()}, Delete: d.flag("delete")}
	case MarkDoneKind:
		return MarkDone{}
	case AssignContactKind:
		return AssignContact{Person{pick(d, "contact", []PartyID{pat, lou}), "Somebody"}}
	case EraseKind:
		return Erase{}
	default:
		return Elapse{}
	}
}

// supervision is a way to supervise that can follow.
func (d draw) supervision(s *State, by PartyID) Supervision {
	modes := []Supervision{Monitor, Coach}
	if s.Phase == InActive {
		modes = append(modes, BargeIn)
	}
	if p := s.Party(by); p != nil {
		switch p.Presence {
		case Monitoring, Coaching:
			modes = append(modes, StopWatching)
			if s.Phase == InEnded {
				modes = []Supervision{StopWatching}
			}
		}
	}
	return pick(d, "mode", modes)
}

// connection is whose connection an actor can speak of.
func (d draw) connection(s *State, by PartyID) PartyID {
	if by == System {
		return pick(d, "whose", s.Parties).ID
	}
	return ""
}

func (d draw) verdict() Verdict {
	return pick(d, "verdict", []Verdict{Available, PendingScan, Broken, Blocked, Deleted})
}

// nonsense is a command of the kind with wrong things in it.
func (d draw) nonsense(kind CommandKind) Command {
	bad := rapid.SampledFrom([]string{"", "none", "\xff", "contact:", ":", "agent:tom", "contact:pat", strings.Repeat("x", 5000), "a\x00b"})
	text := bad.Draw(d.T, "text")
	id, target := PartyID(text), Target(bad.Draw(d.T, "target"))
	n := rapid.Byte().Draw(d.T, "number")
	switch kind {
	case StartKind:
		return Start{Contact: Person{id, text}, Target: target, Language: text}
	case JoinKind:
		return Join{text}
	case InviteKind:
		return Invite{ID: text, To: target, Agent: id, AgentName: text}
	case OfferKind:
		return Offer{text, id, text}
	case TransferKind:
		return Transfer{ID: text, To: target, Agent: id, Consultation: text}
	case ConferenceKind:
		return Conference{ID: text, To: target, Agent: id, Consultation: text}
	case ConsultKind:
		return Consult{ID: text, To: target, Agent: id, Medium: Medium(n)}
	case AcceptKind:
		return Accept{text, text}
	case DeclineKind:
		return Decline{text, text}
	case CancelKind:
		return Cancel{text}
	case WithdrawKind:
		return Withdraw{text, id, text}
	case RejoinKind:
		return Rejoin{text}
	case SuperviseKind:
		return Supervise{Supervision(n), text}
	case SayKind:
		return Say{Text: text, To: Scope(n), Consultation: text}
	case MarkReadKind:
		return MarkRead{^uint64(0)}
	case PushURLKind:
		return PushURL{text}
	case SendFileKind:
		return SendFile{File{ID: text, Name: text, Size: -1, Verdict: Verdict(n)}, Scope(n), text}
	case JudgeFileKind:
		return JudgeFile{text, Verdict(n), text, text}
	case BlendKind:
		return Blend{text, text, text}
	case ScheduleCallbackKind:
		return ScheduleCallback{Number: text}
	case AnnounceKind:
		return Announce{Automatic(n), text}
	case EndConsultationKind:
		return EndConsultation{text}
	case MarkConsultationDoneKind:
		return MarkConsultationDone{text}
	case DisconnectKind:
		return Disconnect{id}
	case ReconnectKind:
		return Reconnect{id}
	case RemoveKind:
		return Remove{id}
	case SetDispositionKind:
		return SetDisposition{text}
	case SetNoteKind:
		return SetNote{text}
	case SetCaseDataKind:
		return SetCaseData{Key: text, Value: Value{ValueType(n), text}}
	case AssignContactKind:
		return AssignContact{Person{id, text}}
	}
	all := []Command{Leave{}, End{}, MarkDone{}, Erase{}, Elapse{}}
	i := slices.IndexFunc(all, func(c Command) bool { return c.Kind() == kind })
	return all[i]
}
