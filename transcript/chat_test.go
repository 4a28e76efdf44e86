package transcript_test

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
)

const (
	pat   = interaction.PartyID("contact:pat")
	maria = interaction.PartyID("agent:maria")
	ben   = interaction.PartyID("agent:ben")
	zoe   = interaction.PartyID("agent:zoe")
	sam   = interaction.PartyID("supervisor:sam")
	kim   = interaction.PartyID("supervisor:kim")
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fatal is what a chat needs of a test, or of an example.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A chat is one interaction, as a kernel would keep it.
type chat struct {
	t     fatal
	state interaction.State
	log   []interaction.Record
	now   time.Time
	keys  int
}

func newChat(t fatal, policy interaction.Policy) *chat {
	t.Helper()
	c := &chat{t: t, now: noon}
	c.do(pat, interaction.Start{
		Contact: interaction.Person{ID: pat, Name: "Pat"}, Subject: "Invoice 7", Channel: "chat", Language: "en",
		Target: "queue:sales", CaseData: []interaction.Field{{Key: "tier", Value: interaction.Value{Text: "gold"}}}, Policy: &policy,
	})
	return c
}

// activeChat is Pat with Maria, who is the owner.
func activeChat(t fatal, policy interaction.Policy) *chat {
	t.Helper()
	c := newChat(t, policy)
	c.do(interaction.System, interaction.Offer{Invitation: c.state.Invitations[0].ID, Agent: maria, AgentName: "Maria"})
	c.do(maria, interaction.Accept{Invitation: c.state.Invitations[0].ID, Name: "Maria"})
	return c
}

// try carries a command out, if it is possible.
func (c *chat) try(by interaction.PartyID, cmd interaction.Command) error {
	c.keys++
	records, err := interaction.Decide(&c.state, interaction.Input{By: by, Key: strconv.Itoa(c.keys), Command: cmd, Now: c.now})
	for _, r := range records {
		if err := c.state.Apply(r); err != nil {
			return err
		}
		c.log = append(c.log, r)
	}
	return err
}

func (c *chat) do(by interaction.PartyID, cmd interaction.Command) {
	c.t.Helper()
	if err := c.try(by, cmd); err != nil {
		c.t.Fatalf("%s may not %s: %v", by, cmd.Kind(), err)
	}
}

// asked is the open invitation that an agent has the offer of.
func (c *chat) asked(id interaction.PartyID) string {
	for _, inv := range c.state.Invitations {
		if inv.Agent == id {
			return inv.ID
		}
	}
	return "none"
}

// consult makes the agent a consultant of the other.
func (c *chat) consult(by, agent interaction.PartyID, name string) {
	c.t.Helper()
	c.do(by, interaction.Consult{To: interaction.Target(agent), Note: "a consultation"})
	c.do(agent, interaction.Accept{Invitation: c.asked(agent), Name: name})
}

func (c *chat) view(id interaction.PartyID) transcript.View {
	s := c.state
	return transcript.View{State: &s, Viewer: interaction.Viewer{ID: id}}
}

// entries are all that a viewer sees.
func (c *chat) entries(v transcript.View) []transcript.Entry {
	var all []transcript.Entry
	var position, public uint64
	for i := range c.log {
		shown, ok := c.state.Show(v.Viewer, &c.log[i])
		if !ok {
			continue
		}
		position++
		if c.log[i].Audience.Scope == interaction.Everyone {
			public++
		}
		shown.Position, shown.Public = position, public
		all = append(all, v.Entry(&shown))
	}
	return all
}

// last is the newest entry of a viewer.
func (c *chat) last(id interaction.PartyID) transcript.Entry {
	all := c.entries(c.view(id))
	if len(all) == 0 {
		return transcript.Entry{}
	}
	return all[len(all)-1]
}

func (c *chat) header(id interaction.PartyID) transcript.Header { return c.view(id).Header("chat-1") }

// screen is all that a viewer gets, as JSON.
func (c *chat) screen(t require.TestingT, id interaction.PartyID) string {
	b, err := json.Marshal(struct {
		Header  transcript.Header
		Entries []transcript.Entry
	}{c.header(id), c.entries(c.view(id))})
	require.NoError(t, err)
	return string(b)
}

// plainPolicy is the default one without a limit of the rate.
func plainPolicy() interaction.Policy {
	p := interaction.DefaultPolicy()
	p.RateEvery = 0
	return p
}

var _ fatal = (*testing.T)(nil)
