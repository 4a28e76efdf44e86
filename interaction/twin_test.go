package interaction

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The tests here run each random chat twice: once with everything, once without
// what some viewers must not know of. If what these viewers get is equal to the
// last byte (records, numbers, colours, handles, times, errors), then nothing
// betrays what was hidden.

// The contact cannot tell a chat with consultations, monitors, coaching, notes
// and words among agents from one without them; nor a transfer to somebody who
// was consulted from any other.
func TestPART_2_CONS_4_the_contact_cannot_tell_what_is_hidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runTwin(t, twin{viewers: []PartyID{pat}, hidden: hiddenFromContact})
	})
}

// Agents, bots and the contact cannot tell whether somebody watches whom the
// policy hides.
func TestPART_2_PART_5_nobody_can_tell_a_hidden_monitor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runTwin(t, twin{viewers: []PartyID{pat, maria, ben, zoe, bot}, hidden: hiddenMonitor, change: func(p *Policy) { p.HiddenMonitor = true }})
	})
}

// An agent who is on neither side cannot tell whether others consult each
// other, as long as it comes to nothing more.
func TestPART_2_CONS_12_others_cannot_tell_a_consultation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runTwin(t, twin{viewers: []PartyID{pat, zoe, bot}, hidden: hiddenFromZoe})
	})
}

// A twin is a chat with everything, and the same without what is hidden.
type twin struct {
	draw
	full, plain State
	logs        [2][]Record
	now         time.Time
	keys        int
	viewers     []PartyID
	change      func(*Policy)
	hidden      func(w *twin, by PartyID, c Command) (instead []step, how hiding)
}

// A step is a command with its sender.
type step struct {
	by  PartyID
	cmd Command
}

// hiding says how a command reaches the plain chat.
type hiding uint8

const (
	shownToo hiding = iota // it is given in both
	kept                   // only in the full one
	replaced               // by other commands
	skipped                // in neither: it would make them two different chats
)

func runTwin(t *rapid.T, w twin) {
	w.draw, w.now = draw{t}, noon
	start := w.start()
	if w.change != nil {
		w.change(start.Policy)
	}
	start.Policy.Nicknames = manyNames
	start.Policy.RateEvery = 0 // a rate is the sender's own, and counts what is hidden
	w.give(pat, start)
	for _, inv := range w.full.Invitations {
		if inv.Agent == "" {
			w.give(System, Offer{inv.ID, maria, title(maria)})
		}
		w.give(maria, Accept{inv.ID, title(maria)})
	}
	t.Repeat(map[string]func(*rapid.T){
		"": func(*rapid.T) {},
		"steps": func(t *rapid.T) {
			w.draw = draw{t}
			for range pick(w.draw, "steps", []int{1, 2, 4}) {
				w.step()
			}
			w.compare()
		},
	})
}

func (w *twin) step() {
	if w.full.Phase == InDone && pick(w.draw, "done", []bool{true, true, true, false}) {
		return // little more can happen
	}
	switch pick(w.draw, "step", []string{
		"possible", "possible", "possible", "possible", "answer", "answer", "contact", "wait", "aside", "aside",
	}) {
	case "possible":
		by := pick(w.draw, "by", cast)
		if kind, ok := w.possible(&w.full, by); ok && kind != StartKind {
			w.give(by, w.command(&w.full, by, kind))
		}
	case "answer":
		if len(w.full.Invitations) == 0 {
			return
		}
		if inv := pick(w.draw, "invitation", w.full.Invitations); inv.Agent == "" {
			w.give(System, w.command(&w.full, System, OfferKind))
		} else {
			w.give(inv.Agent, Accept{inv.ID, w.name(inv.Agent)})
		}
	case "aside":
		// What is hidden, and what comes of it.
		by := pick(w.draw, "by", staff)
		kind := pick(w.draw, "kind", []CommandKind{ConsultKind, TransferKind, ConferenceKind, SuperviseKind, AcceptKind})
		if w.full.Refusal(by, kind) == nil {
			w.give(by, w.command(&w.full, by, kind))
		}
	case "contact":
		kind := pick(w.draw, "kind", CommandKinds())
		w.give(pat, w.command(&w.plain, pat, kind))
	case "wait":
		w.now = w.now.Add(pick(w.draw, "wait", []time.Duration{1, 500_000, 1_000_000, 5_000_000, 3_600_000_000}) * time.Microsecond)
		w.give(System, Elapse{})
	}
}

// give has a command decided in both chats, as far as it is for both.
func (w *twin) give(by PartyID, cmd Command) {
	w.keys++
	key := fmt.Sprint(w.keys)
	if file, ok := cmd.(SendFile); ok {
		file.File.ID = "file" + key // as the store of files chose it
		cmd = file
	}
	// What is due is done first, so that what follows is all the command's.
	if due := w.full.Wake(); !due.IsZero() && due.Before(w.now) {
		w.must(0, &w.full, System, key, Elapse{})
		w.must(1, &w.plain, System, key, Elapse{})
	}
	w.settle(key)
	instead, how := []step(nil), shownToo
	if w.full.Start != nil {
		instead, how = w.hidden(w, by, cmd)
	}
	if cmd.Kind() == AssignContactKind && w.plain.Refusal(by, AssignContactKind) != nil {
		how = skipped // only who was attached out of sight may
	}
	if how == skipped {
		return
	}
	seen := w.full.Public()
	records, err := Decide(&w.full, Input{By: by, Key: key, Command: cmd, Now: w.now})
	w.apply(0, &w.full, records)
	switch {
	case how == kept:
		require.Equal(w.T, seen, w.full.Public(), "%s by %s is for everyone", cmd.Kind(), by)
	case slices.Contains(w.viewers, by):
		// Who must not know gets the same answer.
		same, plainErr := Decide(&w.plain, Input{By: by, Key: key, Command: cmd, Now: w.now})
		if by == pat {
			require.Equal(w.T, err, plainErr, "%s by %s", cmd.Kind(), by)
		}
		if err == nil {
			require.NoError(w.T, plainErr, "%s by %s", cmd.Kind(), by)
			w.apply(1, &w.plain, same)
		}
	case err == nil && how == replaced:
		for _, s := range instead {
			w.must(1, &w.plain, s.by, key, s.cmd)
		}
	case err == nil:
		w.must(1, &w.plain, by, key, cmd)
	}
	w.settle(key)
}

// settle closes in the plain chat the invitations that came to nothing in the
// full one for a reason that is hidden.
func (w *twin) settle(key string) {
	for _, inv := range w.plain.Invitations {
		if w.full.Invitation(inv.ID) == nil {
			w.must(1, &w.plain, System, key, Cancel{inv.ID})
		}
	}
}

func (w *twin) must(i int, s *State, by PartyID, key string, cmd Command) {
	records, err := Decide(s, Input{By: by, Key: key, Command: cmd, Now: w.now})
	require.NoError(w.T, err, "%s by %s: %+v", cmd.Kind(), by, cmd)
	w.apply(i, s, records)
}

func (w *twin) apply(i int, s *State, records []Record) {
	for _, r := range records {
		require.NoError(w.T, s.Apply(r))
		w.logs[i] = append(w.logs[i], r)
	}
}

// compare reads both chats as those who must not know.
func (w *twin) compare() {
	for _, id := range w.viewers {
		for _, purpose := range []ViewPurpose{Live, History} {
			v := Viewer{id, purpose}
			n, view := w.full.Position(v)
			m, plainView := w.plain.Position(v)
			require.Equal(w.T, m, n, "%v: position", v)
			require.Equal(w.T, plainView, view, "%v: view", v)
			full, plain := w.read(0, &w.full, v), w.read(1, &w.plain, v)
			for i := 0; i < min(len(plain), len(full)) && !reflect.DeepEqual(plain, full); i++ {
				require.Equal(w.T, plain[i], full[i], "%v sees what is hidden", v)
			}
			for i := range w.full.Parties {
				of := w.full.Parties[i].ID
				h, ok := w.full.Handle(v, of)
				g, plainOK := w.plain.Handle(v, of)
				require.Equal(w.T, plainOK, ok, "%v knows %s", v, of)
				require.Equal(w.T, g, h, "%v knows %s", v, of)
			}
		}
		if id == pat {
			require.Equal(w.T, w.plain.Allowed(id), w.full.Allowed(id))
			require.Equal(w.T, w.plain.ContactRead(), w.full.ContactRead())
		}
	}
	require.Equal(w.T, w.plain.Phase, w.full.Phase)
}

func (w *twin) read(i int, s *State, v Viewer) []Shown {
	var all []Shown
	for k := range w.logs[i] {
		if out, ok := s.Show(v, &w.logs[i][k]); ok {
			all = append(all, out)
		}
	}
	return all
}

// present reports whether the party whose connection a command is about takes
// part in one of these ways, or is the lost agent whom the chat waits for.
func present(s *State, by, id PartyID, ways ...Presence) bool {
	if id == "" {
		id = by
	}
	p := s.Party(id)
	switch {
	case p == nil:
		return false
	case p.Presence == Away:
		return s.Phase == InWaiting && s.LastOwner == id
	}
	return slices.Contains(ways, p.Presence)
}

// aboutConsultation reports whether an open invitation is for or from one.
func aboutConsultation(s *State, id string) bool {
	inv := s.Invitation(id)
	return inv != nil && inv.Purpose == ForConsultation
}

func hiddenFromContact(w *twin, by PartyID, c Command) ([]step, hiding) {
	s := &w.full
	switch c := c.(type) {
	case Consult, EndConsultation, MarkConsultationDone, SetNote, Blend, ScheduleCallback, SetCaseData:
		return nil, kept
	case Say:
		return nil, whetherKept(c.To != Everyone || c.Consultation != "")
	case SendFile:
		return nil, whetherKept(c.To != Everyone || c.Consultation != "")
	case JudgeFile:
		f := s.File(c.File)
		return nil, whetherKept(f != nil && f.Audience.Scope != Everyone)
	case MarkRead:
		return nil, whetherKept(by != pat)
	case Accept:
		if inv := s.Invitation(c.Invitation); inv != nil && inv.Purpose == ForConference && inv.Consultation != "" {
			// The plain chat's invitation is to the target that was consulted.
			return nil, shownToo
		}
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Decline:
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Cancel:
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Withdraw:
		if c.Agent != "" {
			return nil, whetherKept(aboutConsultation(s, c.Invitation))
		}
		if !aboutConsultation(s, c.Invitation) {
			return []step{{System, Cancel{c.Invitation}}}, replaced // the plain chat's may be to a queue, which waits
		}
		return nil, kept
	case Offer:
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Disconnect:
		return nil, whetherKept(!present(s, by, c.Party, InChat))
	case Reconnect:
		return nil, whetherKept(!present(s, by, c.Party, InChat))
	case Supervise:
		if c.Mode == BargeIn {
			return nil, shownToo
		}
		if p := s.Party(by); p != nil && p.Presence == InChat && c.Mode != StopWatching {
			return []step{{by, End{}}}, replaced // it leaves the chat
		}
		return nil, kept
	case Transfer:
		con := s.consultationWith(by, c.Consultation, c.To, c.Agent)
		if con == nil {
			return nil, shownToo
		}
		p := s.Party(con.Target)
		if !p.Disconnected.IsZero() {
			return nil, skipped // nobody who is lost could accept
		}
		id := "transfer" + fmt.Sprint(w.keys)
		steps := []step{
			{by, Transfer{ID: id, To: con.via, Agent: con.Target, AgentName: p.Name}},
			{con.Target, Accept{id, p.Name}},
		}
		if inv := w.plain.offered(con.Target); inv != nil {
			steps = slices.Insert(steps, 0, step{System, Cancel{inv.ID}})
		}
		return steps, replaced
	case Conference:
		con := s.consultationWith(by, c.Consultation, c.To, c.Agent)
		if con == nil {
			return nil, shownToo
		}
		id, _ := (&decision{actor: by, key: fmt.Sprint(w.keys)}).id("")
		return []step{{by, Conference{ID: id, To: con.via, Agent: con.Target, AgentName: s.Party(con.Target).Name}}}, replaced
	}
	return nil, shownToo
}

func whetherKept(hidden bool) hiding {
	if hidden {
		return kept
	}
	return shownToo
}

// consultationWith is the active consultation that a transfer or a conference
// would turn into something else.
func (s *State) consultationWith(by PartyID, id string, to Target, agent PartyID) *Consultation {
	if to.Kind() == AgentTarget {
		agent = to.Agent()
	}
	for i := range s.Consultations {
		c := &s.Consultations[i]
		if c.Stage == Consulting && c.Initiator == by && (c.ID == id || id == "" && c.Target == agent) {
			return c
		}
	}
	return nil
}

func hiddenMonitor(w *twin, by PartyID, c Command) ([]step, hiding) {
	s := &w.full
	p := s.Party(by)
	watching := p != nil && p.Presence == Monitoring
	switch c := c.(type) {
	case Supervise:
		switch {
		case p != nil && p.Presence == InChat && c.Mode == Monitor:
			return []step{{by, End{}}}, replaced
		case p != nil && p.Presence == Coaching && c.Mode == Monitor:
			return []step{{by, Supervise{StopWatching, c.Name}}}, replaced
		case c.Mode == Monitor, c.Mode == StopWatching && watching:
			return nil, kept
		}
	case MarkRead:
		return nil, whetherKept(watching)
	case Disconnect:
		return nil, whetherKept(!present(s, by, c.Party, InChat, Coaching, Consulted))
	case Reconnect:
		return nil, whetherKept(!present(s, by, c.Party, InChat, Coaching, Consulted))
	}
	return nil, shownToo
}

func hiddenFromZoe(w *twin, by PartyID, c Command) ([]step, hiding) {
	s := &w.full
	switch c := c.(type) {
	case Consult:
		if by == zoe || c.To.Agent() == zoe || c.Agent == zoe {
			return nil, skipped
		}
		return nil, kept
	case EndConsultation, MarkConsultationDone:
		return nil, kept
	case Say:
		return nil, whetherKept(c.Consultation != "")
	case SendFile:
		return nil, whetherKept(c.Consultation != "")
	case JudgeFile:
		f := s.File(c.File)
		return nil, whetherKept(f != nil && f.Audience.Scope == OneConsultation)
	case MarkRead:
		return nil, whetherKept(by != zoe && by != pat && by != bot)
	case Offer:
		if aboutConsultation(s, c.Invitation) && c.Agent == zoe {
			return nil, skipped
		}
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Accept:
		if p := s.Party(by); aboutConsultation(s, c.Invitation) && p != nil && (p.Presence == Monitoring || p.Presence == Coaching) {
			return []step{{by, Supervise{Mode: StopWatching}}}, replaced // all that others see of it
		}
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Decline:
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Cancel:
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Withdraw:
		return nil, whetherKept(aboutConsultation(s, c.Invitation))
	case Disconnect:
		return nil, whetherKept(!present(s, by, c.Party, InChat, Monitoring, Coaching))
	case Reconnect:
		return nil, whetherKept(!present(s, by, c.Party, InChat, Monitoring, Coaching))
	case Transfer:
		if s.consultationWith(by, c.Consultation, c.To, c.Agent) != nil {
			return nil, skipped
		}
	case Conference:
		if s.consultationWith(by, c.Consultation, c.To, c.Agent) != nil {
			return nil, skipped
		}
	}
	return nil, shownToo
}

// Desktops that are lost at one moment are counted as gone in an order that
// does not tell who was there unseen before.
func TestPART_2_the_order_of_lost_desktops_betrays_nobody(t *testing.T) {
	var orders [2][]PartyID
	for i, unseen := range []bool{false, true} {
		c := activeChat(t, func(p *Policy) { p.HiddenMonitor, p.AgentGrace = true, time.Minute })
		if unseen {
			c.do(sam, Supervise{Mode: Monitor})
		}
		c.do(bot, Join{})
		c.do(sam, Supervise{Mode: Coach})
		c.do(sam, Disconnect{})
		c.do(bot, Disconnect{})
		c.after(time.Minute)
		for _, r := range c.elapse() {
			orders[i] = append(orders[i], subject(r.Event))
		}
	}
	require.Equal(t, []PartyID{bot, sam}, orders[0])
	require.Equal(t, orders[0], orders[1])
}
