package interaction

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The people of the tests.
const (
	pat   PartyID = "contact:pat"
	maria PartyID = "agent:maria"
	ben   PartyID = "agent:ben"
	zoe   PartyID = "agent:zoe"
	sam   PartyID = "supervisor:sam"
	kim   PartyID = "supervisor:kim"
	bot   PartyID = "bot:greeter"
)

const sales Target = "queue:sales"

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// A chat is one interaction that a test talks to. What must hold at every
// prefix of every log is checked after every record.
type chat struct {
	t      testing.TB
	State  // what the log says now
	log    []Record
	now    time.Time
	limits *Limits
	keys   int
	views  map[PartyID]seen
}

// seen is what a party saw when it was last looked at.
type seen struct {
	view uint32
	seqs []uint64
}

// newChat is an empty log at noon.
func newChat(t testing.TB) *chat { return &chat{t: t, now: noon, views: map[PartyID]seen{}} }

// waitingChat is pat waiting in the sales queue, under the default policy with
// the given changes.
func waitingChat(t testing.TB, changes ...func(*Policy)) *chat {
	t.Helper()
	c := newChat(t)
	p := DefaultPolicy()
	for _, change := range changes {
		change(&p)
	}
	c.do(pat, Start{Contact: Person{pat, "Pat"}, Target: sales, Policy: &p})
	return c
}

// activeChat is pat with maria, who is the owner.
func activeChat(t testing.TB, changes ...func(*Policy)) *chat {
	t.Helper()
	c := waitingChat(t, changes...)
	c.offer(maria)
	c.accept(maria)
	return c
}

func async(p *Policy) { p.Async = true }

// decide asks for a decision and checks that it leaves the state as it was.
func (c *chat) decide(by PartyID, cmd Command) ([]Record, error) {
	c.t.Helper()
	c.keys++
	rs, err := Decide(&c.State, Input{By: by, Key: fmt.Sprint(c.keys), Command: cmd, Now: c.now, Limits: c.limits})
	require.Equal(c.t, c.replay(), c.State, "a decision changes nothing")
	return rs, err
}

// do has the command carried out and returns its records.
func (c *chat) do(by PartyID, cmd Command) []Record {
	c.t.Helper()
	rs, err := c.decide(by, cmd)
	require.NoError(c.t, err, "%s: %T", by, cmd)
	for _, r := range rs {
		before, snapshot := c.replay(), c.State
		require.NoError(c.t, c.Apply(r))
		require.Equal(c.t, before, snapshot, "a snapshot stays as it was")
		c.log = append(c.log, r)
		c.check()
	}
	return rs
}

// nothing has the command accepted without any effect.
func (c *chat) nothing(by PartyID, cmd Command) {
	c.t.Helper()
	require.Empty(c.t, c.do(by, cmd), "%s: %T", by, cmd)
}

// refused has the command refused with the error, and returns it. State and
// log stay as they were.
func (c *chat) refused(by PartyID, cmd Command, want error) error {
	c.t.Helper()
	rs, err := c.decide(by, cmd)
	require.ErrorIs(c.t, err, want, "%s: %T", by, cmd)
	require.Empty(c.t, rs)
	return err
}

// after lets time pass. Nothing fires by it.
func (c *chat) after(d time.Duration) *chat {
	c.now = c.now.Add(d)
	return c
}

// elapse is a timer that fires.
func (c *chat) elapse() []Record {
	c.t.Helper()
	return c.do(System, Elapse{})
}

// idle is a timer that fires although nothing is due.
func (c *chat) idle() {
	c.t.Helper()
	c.nothing(System, Elapse{})
}

// offer gives the oldest invitation that waits for an agent to this one.
func (c *chat) offer(agent PartyID) {
	c.t.Helper()
	i := slices.IndexFunc(c.Invitations, func(inv Invitation) bool { return inv.Agent == "" })
	require.GreaterOrEqual(c.t, i, 0, "no invitation waits")
	c.do(System, Offer{Invitation: c.Invitations[i].ID, Agent: agent, AgentName: title(agent)})
}

// offerOf is the invitation that the agent can accept.
func (c *chat) offerOf(agent PartyID) string {
	c.t.Helper()
	inv := c.offered(agent)
	require.NotNil(c.t, inv, "%s has no offer", agent)
	return inv.ID
}

// accept takes the agent's offer.
func (c *chat) accept(agent PartyID) []Record {
	c.t.Helper()
	return c.do(agent, Accept{Invitation: c.offerOf(agent), Name: title(agent)})
}

// conference brings another agent into the chat.
func (c *chat) conference(from, to PartyID) {
	c.t.Helper()
	c.do(from, Conference{To: Target(to), AgentName: title(to)})
	c.accept(to)
}

// transfer hands the chat over.
func (c *chat) transfer(from, to PartyID) {
	c.t.Helper()
	c.do(from, Transfer{To: Target(to), AgentName: title(to)})
	c.accept(to)
}

// consult begins a consultation and returns its id.
func (c *chat) consult(from, to PartyID) string {
	c.t.Helper()
	c.do(from, Consult{To: Target(to), AgentName: title(to)})
	id := c.Consultations[len(c.Consultations)-1].ID
	c.accept(to)
	return id
}

// view is all that the party may see live, with its own positions.
func (c *chat) view(id PartyID) []Shown {
	c.t.Helper()
	shown := c.look(Viewer{ID: id})
	n, _ := c.Position(Viewer{ID: id})
	require.Len(c.t, shown, int(n), "%s sees as many records as its position says", id)
	return shown
}

// history is what the viewer reads of it later.
func (c *chat) history(id PartyID) []Shown {
	c.t.Helper()
	v := Viewer{ID: id, Purpose: History}
	shown := c.look(v)
	n, _ := c.Position(v)
	require.Len(c.t, shown, int(n), "%s reads as many records as its position says", id)
	return shown
}

func (c *chat) look(v Viewer) []Shown {
	var shown []Shown
	var public uint64
	for i := range c.log {
		if c.log[i].Audience.Scope == Everyone {
			public++
		}
		if out, ok := c.Show(v, &c.log[i]); ok {
			out.Position, out.Public = uint64(len(shown)+1), public
			shown = append(shown, out)
		}
	}
	return shown
}

// replay is the state that the log gives from its start.
func (c *chat) replay() State {
	c.t.Helper()
	var s State
	for _, r := range c.log {
		require.NoError(c.t, s.Apply(r))
	}
	return s
}

// check is what holds at every prefix of every log.
func (c *chat) check() {
	c.t.Helper()
	r := &c.log[len(c.log)-1]
	require.Equal(c.t, c.State, c.replay(), "LIFE-18: replay gives the live state")
	require.Equal(c.t, uint64(len(c.log)), r.Seq, "no gap")
	require.Equal(c.t, r.At.UTC().Truncate(time.Microsecond), r.At, "UTC, whole microseconds")
	if len(c.log) > 1 {
		require.False(c.t, r.At.Before(c.log[len(c.log)-2].At), "time never goes backwards")
	}
	switch owner := c.Party(c.Owner); c.Phase {
	case InActive:
		require.NotNil(c.t, owner, "PART-6: an active chat has an owner after %T", r.Event)
		require.True(c.t, owner.agentInChat(), "PART-6: the owner is an agent in the chat after %T", r.Event)
	case InWaiting, InDormant:
		require.Empty(c.t, c.Owner, "PART-6: nobody owns a %s chat", c.Phase)
	case InEnded, InDone:
		require.Equal(c.t, c.LastOwner, c.Owner, "PART-6: the last owner keeps the duty")
	}
	if c.Phase == InDone {
		require.Empty(c.t, c.Deadlines(), "nothing is due in a done interaction")
	}
	for i := range c.Parties {
		c.checkView(&c.Parties[i])
	}
}

// checkView is PART-2: a party's view holds nothing that it must not, is
// counted exactly, and only grows at its end.
func (c *chat) checkView(p *Party) {
	c.t.Helper()
	v := Viewer{ID: p.ID}
	n, view := c.Position(v)
	var seqs []uint64
	for i := range c.log {
		r := &c.log[i]
		if !c.Sees(v, r) {
			continue
		}
		seqs = append(seqs, r.Seq)
		if p.role == RoleContact {
			require.Equal(c.t, Everyone, r.Audience.Scope, "the contact sees %T", r.Event)
		}
	}
	require.Len(c.t, seqs, int(n), "%s counts what it sees", p.ID)
	old := c.views[p.ID]
	if old.view == view {
		require.Equal(c.t, old.seqs, seqs[:min(len(old.seqs), len(seqs))], "%s keeps what it saw", p.ID)
	}
	c.views[p.ID] = seen{view, seqs}
}

// title is a party's display name: agent:maria is Maria.
func title(id PartyID) string {
	_, name, _ := strings.Cut(string(id), ":")
	return strings.ToUpper(name[:1]) + name[1:]
}

// kinds are the kinds of what a viewer saw.
func kinds(shown []Shown) []EventKind {
	out := make([]EventKind, len(shown))
	for i := range shown {
		out[i] = shown[i].Event.Kind()
	}
	return out
}

// events are the events of a type in a view or in a log.
func events[E Event, T Shown | Record](from []T) []E {
	var out []E
	for _, x := range from {
		var e Event
		switch x := any(x).(type) {
		case Shown:
			e = x.Event
		case Record:
			e = x.Event
		}
		if e, ok := e.(E); ok {
			out = append(out, e)
		}
	}
	return out
}

// words are the messages in a view.
func words(shown []Shown) []string {
	var out []string
	for _, said := range events[*Said](shown) {
		out = append(out, said.Text)
	}
	return out
}
