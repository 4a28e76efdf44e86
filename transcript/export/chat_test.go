package export_test

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/export"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/stretchr/testify/require"
)

const (
	pat   = interaction.PartyID("contact:pat")
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

// A chat is one interaction, as a kernel would keep it.
type chat struct {
	t     fatal
	state interaction.State
	log   []interaction.Record
	now   time.Time
	keys  int
}

// newChat is Pat with Maria, who is the owner.
func newChat(t fatal, policy interaction.Policy) *chat {
	c := &chat{t: t, now: time.Date(2026, 11, 28, 13, 2, 0, 0, time.UTC)}
	c.do(pat, interaction.Start{
		Contact: interaction.Person{ID: pat, Name: "Pat Müller"}, Subject: "Invoice 7 <b>& more</b>", Channel: "chat", Language: "en",
		Target: "queue:billing", Policy: &policy, CaseData: []interaction.Field{
			{Key: "tier", Value: interaction.Value{Text: "gold"}}, {Key: "orders", Value: interaction.Value{Type: interaction.NumberValue, Text: "12"}},
		},
	})
	c.later(20 * time.Second)
	c.do(interaction.System, interaction.Offer{Invitation: c.state.Invitations[0].ID, Agent: maria, AgentName: "Maria"})
	c.later(4 * time.Second)
	c.do(maria, interaction.Accept{Invitation: c.asked(maria), Name: "Maria"})
	return c
}

func (c *chat) later(d time.Duration) { c.now = c.now.Add(d) }

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
	c.later(3 * time.Second)
	c.do(agent, interaction.Accept{Invitation: c.asked(agent), Name: name})
}

// export is what a viewer reads later.
func (c *chat) export(id interaction.PartyID) export.Chat { return c.of(id, interaction.History) }

func (c *chat) of(id interaction.PartyID, purpose interaction.ViewPurpose) export.Chat {
	v := transcript.View{
		State: &c.state, Viewer: interaction.Viewer{ID: id, Purpose: purpose}, Words: transcript.English(), Links: urlsafe.New(nil),
	}
	out := export.Of("chat-7", v, export.Shown(v, c.log))
	out.Language, out.Zone = "en", "Europe/Berlin"
	return out
}

// quiet is a policy without a clock and a limit of the rate.
func quiet() interaction.Policy {
	return interaction.Policy{
		CaseDataKeys: []string{"*"}, Dispositions: []interaction.Disposition{{Code: "refund", Label: "Refund given"}, {Code: "other", Label: "Something else"}},
		Messages:  []interaction.Messages{{Greeting: "Hello, and welcome to Example Telecom.\nSomebody will be with you in a moment.", Farewell: "Thank you. Goodbye."}},
		Nicknames: []interaction.Nickname{{For: string(ben), Name: "Benny"}},
	}
}

// golden is a chat in which everything happens.
func golden(t fatal) *chat {
	c := newChat(t, quiet())
	c.later(8 * time.Second)
	c.do(pat, interaction.Say{Text: "Hi 👋🏽 My invoice is wrong.\nI was charged twice: see www.example.com/bill?id=7 & <b>here</b>, or http://bank.example@evil.example/"})
	c.later(30 * time.Second)
	c.do(maria, interaction.Say{Text: "Let me have a look. Could you send me the invoice?"})
	c.later(time.Minute)
	c.do(pat, interaction.SendFile{File: interaction.File{ID: "f1", Name: "invoice & <copy>.pdf", Type: "application/pdf", Size: 248_731, Verdict: interaction.Available}})
	c.do(pat, interaction.SendFile{File: interaction.File{ID: "f2", Name: "photo.jpg", Type: "image/jpeg", Size: 1_204_331, Verdict: interaction.Broken, Code: "cut-short", Reason: "it ends too early"}})
	c.later(time.Minute)
	c.do(maria, interaction.Say{Text: "Does anybody know invoice run 44?", To: interaction.Internal})
	c.do(kim, interaction.Supervise{Mode: interaction.Monitor, Name: "Kim"})
	c.bring(maria, interaction.Consult{To: interaction.Target(zoe), Note: "a question"}, zoe, "Zoe")
	c.do(zoe, interaction.Say{Text: "SECRET: refund it", Consultation: c.state.Consultations[0].ID})
	c.do(zoe, interaction.EndConsultation{Consultation: c.state.Consultations[0].ID})
	c.later(time.Minute)
	c.do(maria, interaction.SetNote{Text: "Charged twice in run 44."})
	c.do(maria, interaction.SetCaseData{Key: "run", Value: interaction.Value{Type: interaction.NumberValue, Text: "44"}})
	c.bring(maria, interaction.Conference{To: interaction.Target(ben)}, ben, "Ben Real")
	c.do(ben, interaction.PushURL{URL: "https://example.com/refunds?invoice=7"})
	c.later(10 * time.Hour)
	c.do(pat, interaction.Say{Text: "Good morning! שלום, and thank you 🎉"})
	c.later(20 * time.Hour)
	c.do(maria, interaction.Remove{Party: ben})
	c.bring(maria, interaction.Transfer{To: interaction.Target(ben)}, ben, "Ben Real")
	c.do(ben, interaction.SetNote{Text: "Charged twice in run 44.\nRefunded the second charge."})
	c.do(ben, interaction.SetDisposition{Code: "other"})
	c.do(ben, interaction.SetDisposition{Code: "refund"})
	c.later(time.Minute)
	c.do(ben, interaction.Say{Text: "The money is on its way."})
	c.do(ben, interaction.End{})
	c.do(ben, interaction.MarkDone{})
	return c
}

// A format is one in which a chat can be written.
type format struct {
	name  string
	write func(io.Writer, *export.Chat) error
}

var formats = []format{{"text", export.Text}, {"html", export.HTML}, {"json", export.JSON}, {"connect", export.Connect}}

func written(t require.TestingT, write func(io.Writer, *export.Chat) error, c export.Chat) string {
	var b strings.Builder
	require.NoError(t, write(&b, &c))
	return b.String()
}

var _ fatal = (*testing.T)(nil)
