package chatxml_test

import (
	"fmt"
	"strconv"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
)

const (
	paul  = interaction.PartyID("contact:paul")
	maria = interaction.PartyID("agent:maria")
	ben   = interaction.PartyID("agent:ben")
	zoe   = interaction.PartyID("agent:zoe")
	kim   = interaction.PartyID("supervisor:kim")
)

// fatal is what a chat needs of a test, or of an example.
type fatal interface {
	Fatalf(format string, args ...any)
}

// An example stops where a test would fail.
type example struct{}

func (example) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// A chat is one interaction of this library's own.
type chat struct {
	t     fatal
	state interaction.State
	log   []interaction.Record
	now   time.Time
	keys  int
}

// newChat is Paul with Maria, who is the owner.
func newChat(t fatal, policy interaction.Policy) *chat {
	c := &chat{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 5e8, time.UTC)}
	c.do(paul, interaction.Start{
		Contact: interaction.Person{ID: paul, Name: "Paul"}, Subject: "Invoice 7", Channel: "chat", Target: "queue:sales",
		CaseData: []interaction.Field{{Key: "tier", Value: interaction.Value{Text: "gold"}}}, Policy: &policy,
	})
	c.now = c.now.Add(8 * time.Second)
	c.do(interaction.System, interaction.Offer{Invitation: c.state.Invitations[0].ID, Agent: maria, AgentName: "Maria Real"})
	c.do(maria, interaction.Accept{Invitation: c.asked(maria), Name: "Maria Real"})
	return c
}

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
	if err := c.try(by, cmd); err != nil {
		c.t.Fatalf("%s may not %s: %v", by, cmd.Kind(), err)
	}
	c.now = c.now.Add(time.Second)
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

// bring lets an agent accept what a command asks of it.
func (c *chat) bring(by interaction.PartyID, cmd interaction.Command, agent interaction.PartyID, name string) {
	c.do(by, cmd)
	c.do(agent, interaction.Accept{Invitation: c.asked(agent), Name: name})
}

// export is what a viewer reads later.
func (c *chat) export(id interaction.PartyID, purpose interaction.ViewPurpose) *chatxml.Document {
	v := transcript.View{State: &c.state, Viewer: interaction.Viewer{ID: id, Purpose: purpose}}
	return chatxml.Export("chat-1", v, c.log)
}

// quiet is a policy without a clock and a limit of the rate.
func quiet() interaction.Policy {
	return interaction.Policy{Nicknames: []interaction.Nickname{{For: string(maria), Name: "Support"}}}
}
