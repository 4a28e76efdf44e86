package history_test

import (
	"context"
	"fmt"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

const (
	pat   = interaction.PartyID("contact:pat")
	kat   = interaction.PartyID("contact:kat")
	maria = interaction.PartyID("agent:maria")
	ben   = interaction.PartyID("agent:ben")
	zoe   = interaction.PartyID("agent:zoe")
	sam   = interaction.PartyID("supervisor:sam")
)

// A desk is a kernel and its history, with the shortest ways to use them.
type desk struct {
	t tester
	*chatkernel.Kernel
	*history.History
	ctx  context.Context
	keys int
}

// anyFile lets every file and page through.
var anyFile = chatkernel.Gates{
	URL: func(_ context.Context, _ string, _ *interaction.State, _ chatkernel.Actor, c interaction.PushURL) (interaction.PushURL, error) {
		return c, nil
	},
	File: func(_ context.Context, _ string, _ *interaction.State, _ chatkernel.Actor, c interaction.SendFile) (interaction.SendFile, error) {
		return c, nil
	},
}

// A tester is a test, a benchmark, or a test with random input.
type tester interface {
	require.TestingT
	Helper()
	Cleanup(func())
}

func newDesk(t tester, o *history.Options) *desk {
	return storedDesk(t, memstore.New(nil), o)
}

func storedDesk(t tester, store chatkernel.Store, o *history.Options) *desk {
	k := chatkernel.New(store, memstore.NewTransport(), &chatkernel.Options{Gates: anyFile, Keyring: keyring.New()})
	t.Cleanup(func() { k.Close() })
	return &desk{t: t, Kernel: k, History: history.New(k, o), ctx: context.Background()}
}

// try gives a command.
func (d *desk) try(id string, by interaction.PartyID, c interaction.Command) (chatkernel.Result, error) {
	d.keys++
	return d.Do(d.ctx, id, chatkernel.By(by, fmt.Sprint("key-", d.keys)), c)
}

// does gives a command that must not be refused.
func (d *desk) does(id string, by interaction.PartyID, c interaction.Command) chatkernel.Result {
	d.t.Helper()
	r, err := d.try(id, by, c)
	require.NoError(d.t, err)
	return r
}

func (d *desk) says(id string, by interaction.PartyID, text string) {
	d.t.Helper()
	d.does(id, by, interaction.Say{Text: text})
}

// state is a snapshot of a chat.
func (d *desk) state(id string) *interaction.State {
	d.t.Helper()
	s, err := d.State(d.ctx, id)
	require.NoError(d.t, err)
	return &s
}

// policy is one without deadlines.
func policy() *interaction.Policy {
	p := interaction.DefaultPolicy()
	p.RateEvery, p.NoAnswer, p.ReturnAfter = 0, 0, 0
	p.Inactivity.Warn, p.Inactivity.End = 0, 0
	p.Dispositions = []interaction.Disposition{{Code: "sold", Label: "Sold"}, {Code: "lost", Label: "Lost"}}
	p.CaseDataKeys = []string{"*"}
	return &p
}

// names are what the parties are called.
var names = map[interaction.PartyID]string{pat: "Pat", kat: "Kat", maria: "Maria", ben: "Ben", zoe: "Zoe", sam: "Sam"}

// starts begins a chat with an agent in it.
func (d *desk) starts(id string, contact, agent interaction.PartyID, start interaction.Start) {
	d.t.Helper()
	start.Contact, start.Target = interaction.Person{ID: contact, Name: names[contact]}, interaction.Target(agent)
	if start.Policy == nil {
		start.Policy = policy()
	}
	d.does(id, interaction.System, start)
	d.accepts(id, agent, d.state(id).Invitations[0].ID)
}

func (d *desk) accepts(id string, agent interaction.PartyID, invitation string) {
	d.t.Helper()
	d.does(id, agent, interaction.Accept{Invitation: invitation, Name: names[agent]})
}

// ends makes a chat done.
func (d *desk) ends(id string) {
	d.t.Helper()
	owner := d.state(id).Owner
	d.does(id, owner, interaction.End{})
	d.does(id, owner, interaction.MarkDone{})
}

// consults lets two agents talk about a chat.
func (d *desk) consults(id string, initiator, target interaction.PartyID, words ...string) (consultation string) {
	d.t.Helper()
	consultation = d.does(id, initiator, interaction.Consult{To: interaction.Target(target), Note: words[0]}).Opened
	d.accepts(id, target, consultation)
	for i, w := range words {
		d.does(id, []interaction.PartyID{initiator, target}[i%2], interaction.Say{Text: w, Consultation: consultation})
	}
	return consultation
}

// all gives every chat of a list.
func all(t tester, read func(cursor string) (history.Page, error)) (chats []history.Chat) {
	t.Helper()
	for cursor, first := "", true; first || cursor != ""; first = false {
		p, err := read(cursor)
		require.NoError(t, err)
		chats = append(chats, p.Chats...)
		cursor = p.Next
	}
	return chats
}

// of gives the ids of a contact's history.
func (d *desk) of(viewer, contact interaction.PartyID, f history.Filter) []string {
	d.t.Helper()
	return ids(all(d.t, func(cursor string) (history.Page, error) { return d.Contact(d.ctx, viewer, contact, f, cursor) }))
}

// mine gives the ids of an agent's own history.
func (d *desk) mine(agent interaction.PartyID, f history.Filter) []string {
	d.t.Helper()
	return ids(all(d.t, func(cursor string) (history.Page, error) { return d.Mine(d.ctx, agent, f, cursor) }))
}

func ids(chats []history.Chat) []string {
	out := make([]string, len(chats))
	for i := range chats {
		out[i] = chats[i].ID
	}
	return out
}

// opens gives a transcript.
func (d *desk) opens(viewer interaction.PartyID, id string) history.Transcript {
	d.t.Helper()
	t, err := d.Transcript(d.ctx, viewer, id, history.Look{})
	require.NoError(d.t, err)
	return t
}
