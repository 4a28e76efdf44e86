package interaction

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whoever does whatever whenever: what must hold, holds after every record.
func TestLIFE_6_LIFE_18_PART_2_PART_6_TIME_7_random_chats(t *testing.T) {
	rapid.Check(t, randomChat)
}

func FuzzPART_2_machine(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(randomChat))
}

func randomChat(t *rapid.T) {
	m := startMachine(t)
	t.Repeat(map[string]func(*rapid.T){
		"": func(t *rapid.T) { m.draw = draw{t}; m.settled() },
		"steps": func(t *rapid.T) {
			m.draw = draw{t}
			for range pick(m.draw, "steps", []int{1, 2, 4, 8}) {
				m.step()
			}
		},
	})
	m.finish()
}

func (m *machine) step() {
	if m.Phase == InDone && pick(m.draw, "done", []bool{true, true, true, false}) {
		return // little more can happen
	}
	switch pick(m.draw, "step", []string{
		"possible", "possible", "possible", "possible", "possible", "possible", "possible", "answer", "answer", "wait", "wait and elapse", "wait and elapse", "elapse",
		"any", "nonsense", "allowed", "look", "fork",
	}) {
	case "possible":
		for range pick(m.draw, "commands", []int{1, 2, 4}) {
			by := pick(m.draw, "by", cast)
			if kind, ok := m.possible(&m.State, by); ok {
				m.do(by, m.command(&m.State, by, kind))
			}
		}
	case "answer":
		m.answer()
	case "any":
		by := pick(m.draw, "by", cast)
		m.do(by, m.command(&m.State, by, pick(m.draw, "kind", CommandKinds())))
	case "nonsense":
		m.do(pick(m.draw, "by", cast), m.nonsense(pick(m.draw, "kind", CommandKinds())))
	case "wait":
		m.wait()
	case "elapse":
		m.elapse()
	case "wait and elapse":
		m.wait()
		m.elapse()
	case "allowed":
		m.agrees(pick(m.draw, "by", cast))
	case "look":
		m.look()
	case "fork":
		m.fork()
	}
}

// answer lets a router and the agents who are asked do what they are for.
func (m *machine) answer() {
	if len(m.Invitations) == 0 {
		return
	}
	if inv := pick(m.draw, "invitation", m.Invitations); inv.Agent == "" {
		m.do(System, m.command(&m.State, System, OfferKind))
	} else {
		m.do(inv.Agent, Accept{inv.ID, m.name(inv.Agent)})
	}
}

// A machine drives one interaction. It keeps what it needs to judge it: every
// earlier state, what everybody saw, and two accounts of the log of its own.
type machine struct {
	draw
	State
	log      []Record
	past     []State // past[n] is the state after n records
	now      time.Time
	keys     int
	views    map[Viewer]*shownView
	audience audienceAccount
	clock    clockAccount
	forks    []fork
	asked    bool // somebody is to take the contact, and nobody has said otherwise
}

// A fork is a state that went another way, as when the append of a decision
// loses a race.
type fork struct {
	state State
	log   []Record
}

// shownView is what a viewer got when each record was new.
type shownView struct {
	view  uint32
	shown []Shown
	seqs  []uint64
}

// viewers are all who could look, and what for.
func viewers() []Viewer {
	var all []Viewer
	for _, id := range cast {
		all = append(all, Viewer{id, Live}, Viewer{id, History})
	}
	return all
}

func startMachine(t *rapid.T) *machine {
	m := &machine{
		draw: draw{t}, past: make([]State, 1), now: noon, views: map[Viewer]*shownView{},
		audience: newAudienceAccount(), clock: newClockAccount(),
	}
	for _, v := range viewers() {
		m.views[v] = &shownView{}
	}
	require.Empty(t, m.Deadlines(), "nothing is due before the start")
	require.NoError(t, m.do(pick(m.draw, "starts", []PartyID{pat, bot, System}), m.start()))
	if pick(m.draw, "crowd", []bool{false, false, false, true}) {
		for _, name := range []string{"ann", "bob", "cid", "dot", "eve", "fay"} {
			m.do(System, Invite{To: Target("agent:" + name), AgentName: "Anybody"})
		}
	}
	return m
}

// do decides a command and folds in what comes of it.
func (m *machine) do(by PartyID, cmd Command) error {
	t := m.T
	m.keys++
	in := Input{By: by, Key: fmt.Sprint(m.keys), Command: cmd, Now: m.now}
	was, owner := m.Phase, m.Owner
	records, err := Decide(&m.State, in)
	again, same := Decide(&m.State, in)
	require.Equal(t, records, again, "equal inputs give equal records")
	require.Equal(t, err, same, "equal inputs give equal errors")
	require.Equal(t, m.past[len(m.log)], m.State, "a decision leaves the state as it was")
	if err != nil {
		require.Empty(t, records, "a refusal writes nothing")
		return err
	}
	for _, r := range records {
		m.apply(r)
	}
	if was == InDone {
		for _, r := range records {
			require.True(t, lateEvent(r.Event), "LIFE-6: %s after done", r.Event.Kind())
		}
	}
	if due := m.Wake(); !due.IsZero() && m.At().Before(m.now) {
		require.False(t, due.Before(m.now), "TIME-7: %s was carried out before what was due", cmd.Kind())
	}
	m.handedOver(owner, records)
	m.follow(cmd, records)
	m.attended()
	return nil
}

// handedOver is ROUTE-3 and CONS-7: who transferred has left in the same step.
func (m *machine) handedOver(from PartyID, records []Record) {
	for _, r := range records {
		if e, ok := r.Event.(*Joined); ok && e.Via == ForTransfer {
			require.Equal(m.T, e.Party, m.Owner, "the target is the owner")
			require.Equal(m.T, Away, m.Party(from).Presence, "the sender has left")
		}
	}
}

// lateEvent is the closed list of what may follow in done.
func lateEvent(e Event) bool {
	switch e := e.(type) {
	case *ConsultationMarked:
		return e.Target
	case *ContactAssigned, *Erased, *FileJudged:
		return true
	}
	return false
}

// apply folds a record in and checks what must hold after each one.
func (m *machine) apply(r Record) {
	t := m.T
	require.Equal(t, m.Seq()+1, r.Seq, "no gap")
	require.False(t, r.At.Before(m.At()), "time never goes backwards")
	require.Equal(t, r.At.UTC().Truncate(time.Microsecond), r.At)
	before := m.State
	m.clock.judge(t, &before, &r)
	require.NoError(t, m.Apply(r))
	m.log = append(m.log, r)
	m.past = append(m.past, m.State)
	m.audience.note(t, &before, &r)
	m.clock.note(&r)
	m.clock.agree(t, &m.State)
	m.oneOwner(&before, &r)
	m.parties(&r)
	m.see(&r)
}

// oneOwner is PART-6, and that nothing but the few records that say so moves
// an owner or a phase (ROUTE-3: a refusal changes nothing else).
func (m *machine) oneOwner(before *State, r *Record) {
	t, s := m.T, &m.State
	switch owner := s.Party(s.Owner); s.Phase {
	case InActive:
		require.NotNil(t, owner, "PART-6: nobody owns an active chat after %s", r.Event.Kind())
		require.Equal(t, InChat, owner.Presence, "PART-6: the owner is in the chat after %s", r.Event.Kind())
		require.True(t, s.Owner.Role().staff(), "PART-6: %s is the owner", s.Owner)
	case InWaiting, InDormant:
		require.Empty(t, s.Owner, "PART-6")
	default:
		require.Equal(t, s.LastOwner, s.Owner, "PART-6: the last owner keeps the duty")
	}
	switch r.Event.(type) {
	case *Started, *Joined, *Left, *OwnerChanged, *Ended, *BecameDormant, *Closed:
	default:
		require.Equal(t, before.Owner, s.Owner, "%s moves the owner", r.Event.Kind())
		require.Equal(t, before.Phase, s.Phase, "%s moves the phase", r.Event.Kind())
	}
}

// parties are a set, each with one seat, one offer at most, and one open
// transfer in all, which is the owner's.
func (m *machine) parties(r *Record) {
	t, s := m.T, &m.State
	ids, offers, transfers := map[PartyID]bool{}, map[PartyID]bool{}, 0
	for i := range s.Parties {
		p := &s.Parties[i]
		require.False(t, ids[p.ID], "%s is there twice", p.ID)
		ids[p.ID] = true
		if p.Presence == Away {
			require.True(t, p.Disconnected.IsZero() && !p.Hidden, "%s is gone", p.ID)
		}
		require.Equal(t, p.Presence == Consulted, p.Presence != InChat && s.consulted(p.ID), "%s is consulted", p.ID)
	}
	for i := range s.Invitations {
		inv := &s.Invitations[i]
		if inv.Purpose == ForTransfer {
			transfers++
			if _, leaving := r.Event.(*OwnerChanged); !leaving && s.Phase == InActive {
				if inv.offersBack() {
					require.NotNil(t, s.handover, "only a silent owner's chat is offered back")
				} else {
					require.Equal(t, s.Owner, inv.From, "only the owner transfers")
				}
			}
		}
		if inv.Agent != "" {
			require.False(t, offers[inv.Agent], "%s has two offers", inv.Agent)
			offers[inv.Agent] = true
			require.True(t, ids[inv.Agent])
		}
	}
	require.LessOrEqual(t, transfers, 1, "ROUTE-3: one open transfer at a time")
	if s.Phase.over() {
		if _, ending := r.Event.(*Ended); !ending {
			require.Empty(t, s.Invitations, "LIFE-3: no invitation outlives the chat")
		}
		for i := range s.Consultations {
			require.GreaterOrEqual(t, s.Consultations[i].Stage, ConsultationOver, "LIFE-3: no consultation outlives the chat")
		}
	}
}

// see shows the new record to everybody, and checks that it reaches whom it
// should and nobody else (PART-2).
func (m *machine) see(r *Record) {
	t := m.T
	for v, old := range m.views {
		if _, view := m.Position(v); view != old.view {
			m.grow(v, old, r)
			continue
		}
		if r.Event.Kind() == ContactAssignedKind && v.Purpose == History {
			*old = *m.lookAgain(v) // HIST-5: another contact's history has it now
			m.counted(v, old)
			continue
		}
		out, ok := m.Show(v, r)
		require.Equal(t, m.audience.sees(v, r), ok, "%v sees %s (%v)", v, r.Event.Kind(), r.Audience)
		if ok {
			old.add(out, r)
			if v.ID.Role() == RoleContact {
				require.NotRegexp(t, secrets, fmt.Sprintf("%+v %+v", out, out.Event))
			}
		}
		m.counted(v, old)
	}
}

func (v *shownView) add(out Shown, r *Record) {
	out.Position = uint64(len(v.shown) + 1)
	v.shown, v.seqs = append(v.shown, out), append(v.seqs, r.Seq)
}

func (m *machine) counted(v Viewer, view *shownView) {
	n, _ := m.Position(v)
	require.Equal(m.T, len(view.shown), int(n), "%v is at the number of the records that it sees", v)
}

// grow gives a viewer its new view: it holds all that it saw, and more.
func (m *machine) grow(v Viewer, old *shownView, r *Record) {
	fresh := m.lookAgain(v)
	if old.view != 0 {
		require.Subset(m.T, fresh.seqs, old.seqs, "%v keeps what it saw", v)
		switch r.Event.(type) {
		case *Joined, *Watching, *ConsultationJoined:
			require.Equal(m.T, v.ID, subject(r.Event), "somebody else's coming gives %v another view", v)
		default:
			require.Fail(m.T, "a view changed", "%v by %s", v, r.Event.Kind())
		}
	}
	*old = *fresh
	m.counted(v, old)
}

// lookAgain reads the whole log as the viewer.
func (m *machine) lookAgain(v Viewer) *shownView {
	fresh := &shownView{}
	_, fresh.view = m.Position(v)
	for i := range m.log {
		r := &m.log[i]
		out, ok := m.Show(v, r)
		require.Equal(m.T, m.audience.sees(v, r), ok, "%v sees %s (%v)", v, r.Event.Kind(), r.Audience)
		if ok {
			fresh.add(out, r)
		}
	}
	return fresh
}

// look has everybody read the log again: it looks as it did when it was new,
// with the same handles and colours.
func (m *machine) look() {
	if m.Erased {
		return // the names are gone
	}
	for v, old := range m.views {
		fresh := m.lookAgain(v)
		require.Equal(m.T, old, fresh, "%v sees what it saw", v)
		var colours []int
		for i := range m.Parties {
			if h, ok := m.Handle(v, m.Parties[i].ID); ok {
				colours = append(colours, h.Colour)
			}
		}
		slices.Sort(colours)
		for i, c := range colours {
			require.Equal(m.T, i, c, "%v counts only parties that it knows", v)
		}
	}
}

// secrets are what the contact never reads: who somebody really is (PART-4),
// and by which way it came.
var secrets = regexp.MustCompile(`maria|ben|zoe|sam|kim|supervisor|queue|group|skill`)

// settled is what holds between commands.
func (m *machine) settled() {
	t := m.T
	deadlines := m.Deadlines()
	require.Equal(t, deadlines, m.Deadlines())
	if len(deadlines) == 0 {
		require.Zero(t, m.Wake())
	} else {
		require.Equal(t, deadlines[0].At, m.Wake(), "the soonest wakes")
	}
	require.True(t, slices.IsSortedFunc(deadlines, func(a, b Deadline) int { return a.At.Compare(b.At) }))
	if m.Phase == InDone {
		require.Empty(t, deadlines, "nothing is due in done")
	}
}

// attended is that no contact is left alone: whoever is to be served has an
// owner, an open invitation, or an end.
func (m *machine) attended() {
	asked := slices.ContainsFunc(m.Invitations, func(inv Invitation) bool { return inv.Purpose == ForInbound })
	switch {
	case m.Phase == InWaiting && m.asked:
		require.True(m.T, asked, "nobody is asked to take the contact")
	case m.Phase == InActive:
		require.False(m.T, asked, "somebody is asked to take a contact who is served")
	}
}

// follow notes who has asked for somebody to take the contact.
func (m *machine) follow(cmd Command, records []Record) {
	for _, r := range records {
		switch e := r.Event.(type) {
		case *Invited:
			m.asked = m.asked || e.Purpose == ForInbound
		case *InvitationClosed:
			if e.Why == WasCancelled && !slices.ContainsFunc(m.Invitations, func(inv Invitation) bool { return inv.Purpose == ForInbound }) {
				m.asked = false
			}
		case *Left:
			m.asked = m.asked || e.Why == ConnectionLost && m.Phase == InWaiting && e.Party.Role().staff()
		}
	}
}

// fork carries out a command on a copy of the state and lets the chat go on
// without it.
func (m *machine) fork() {
	by := pick(m.draw, "by", cast)
	kind, ok := m.possible(&m.State, by)
	if !ok {
		return
	}
	other := fork{m.State, slices.Clone(m.log)}
	records, _ := Decide(&other.state, Input{By: by, Key: "fork", Command: m.command(&other.state, by, kind), Now: m.now})
	for _, r := range records {
		require.NoError(m.T, other.state.Apply(r))
	}
	other.log = append(other.log, records...)
	m.forks = append(m.forks, other)
}

// wait lets time pass: mostly to where something is due or just beside it.
func (m *machine) wait() {
	step := pick(m.draw, "wait", []string{"to the wake", "to the wake", "just before", "just after", "a moment", "a second", "a second", "a second", "back", "an outage"})
	wake := m.Wake()
	switch {
	case step == "an outage":
		m.now = m.now.Add(time.Hour)
	case step == "a second" || wake.IsZero():
		m.now = m.now.Add(time.Second)
	case step == "a moment":
		m.now = m.now.Add(time.Microsecond)
	case step == "back":
		m.now = m.now.Add(-time.Second) // another process's clock
	default:
		to := map[string]time.Duration{"to the wake": 0, "just before": -time.Microsecond, "just after": time.Microsecond}[step]
		if at := wake.Add(to); at.After(m.now) {
			m.now = at
		}
	}
}

// elapse is a timer that fires: nothing that is due is left, and nothing
// happens before something is due.
func (m *machine) elapse() {
	t := m.T
	wake, seq := m.Wake(), m.Seq()
	now := m.now
	if now.Before(m.At()) {
		now = m.At()
	}
	require.NoError(t, m.do(System, Elapse{}))
	if m.Seq() > seq {
		require.False(t, wake.IsZero() || now.Before(wake), "TIME-7: early")
	}
	if next := m.Wake(); !next.IsZero() {
		require.True(t, next.After(now), "TIME-7: still due")
	}
	seq = m.Seq()
	require.NoError(t, m.do(System, Elapse{}))
	require.Equal(t, seq, m.Seq(), "TIME-7: fired twice")
}

// agrees checks that Allowed says what Decide does.
func (m *machine) agrees(by PartyID) {
	t := m.T
	if wake := m.Wake(); !wake.IsZero() && wake.Before(m.now) {
		m.elapse()
	}
	allowed := m.Allowed(by)
	for _, kind := range CommandKinds() {
		refusal := m.Refusal(by, kind)
		require.Equal(t, refusal == nil, slices.Contains(allowed, kind), "%s", kind)
		if kind == StartKind {
			continue
		}
		cmd := m.command(&m.State, by, kind)
		_, err := Decide(&m.State, Input{By: by, Key: "try", Command: cmd, Now: m.now})
		if refusal != nil {
			require.Equal(t, refusal, err, "%s: %s %+v", by, kind, cmd)
			continue
		}
		for _, never := range []error{ErrDenied, ErrPhase, ErrNotParty, ErrNotOwner} {
			require.NotErrorIs(t, err, never, "%s may %s in %s: %+v", by, kind, m.Phase, cmd)
		}
	}
	require.Equal(t, m.past[len(m.log)], m.State, "a decision leaves the state as it was")
}

// finish replays the log: at every prefix it gives the state that was live
// then, which nothing has changed since (LIFE-18).
func (m *machine) finish() {
	m.look()
	var s State
	for i, r := range m.log {
		require.Equal(m.T, m.past[i], s, "after %d records", i)
		require.NoError(m.T, s.Apply(r))
	}
	require.Equal(m.T, m.State, s)
	for _, other := range m.forks {
		var s State
		for _, r := range other.log {
			require.NoError(m.T, s.Apply(r))
		}
		require.Equal(m.T, s, other.state, "what went another way stays as it was")
	}
	require.ErrorIs(m.T, s.Apply(m.log[0]), ErrSequence)
	require.Equal(m.T, m.State, s, "a record that does not follow changes nothing")
}
