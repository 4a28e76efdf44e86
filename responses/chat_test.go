package responses_test

import (
	"context"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

const (
	pat   = interaction.PartyID("contact:pat")
	maria = interaction.PartyID("agent:maria")
	ben   = interaction.PartyID("agent:ben")
	sam   = interaction.PartyID("supervisor:sam")
)

// A desk is a kernel with one chat in which Maria is the owner.
type desk struct {
	t testing.TB
	*chatkernel.Kernel
}

func newDesk(t testing.TB, o *chatkernel.Options, change func(*interaction.Policy)) *desk {
	t.Helper()
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), o)
	t.Cleanup(func() { require.NoError(t, k.Close()) })
	d := &desk{t, k}
	policy := interaction.DefaultPolicy()
	policy.RateEvery = 0
	policy.CheckSpelling = true
	if change != nil {
		change(&policy)
	}
	d.does(pat, interaction.Start{
		Contact: interaction.Person{ID: pat, Name: "Pat"}, Subject: "Lamp", Channel: "chat", Language: "en-GB", Policy: &policy,
		CaseData: []interaction.Field{{Key: "Order number", Value: interaction.Value{Type: interaction.NumberValue, Text: "4711"}}},
	})
	d.does(interaction.System, interaction.Invite{ID: "in", To: "agent:maria", Agent: maria})
	d.does(maria, interaction.Accept{Invitation: "in", Name: "Maria"})
	return d
}

func (d *desk) do(by interaction.PartyID, cmd interaction.Command) error {
	_, err := d.Do(context.Background(), "chat", chatkernel.By(by, ""), cmd)
	return err
}

func (d *desk) does(by interaction.PartyID, cmd interaction.Command) {
	d.t.Helper()
	require.NoError(d.t, d.do(by, cmd))
}

// state is a snapshot of the chat.
func (d *desk) state() *interaction.State {
	d.t.Helper()
	s, err := d.State(context.Background(), "chat")
	require.NoError(d.t, err)
	return &s
}

// said is the text of the messages that the party may see.
func (d *desk) said(by interaction.PartyID) []string {
	d.t.Helper()
	var texts []string
	for item, err := range d.Watch(d.t.Context(), "chat", interaction.Viewer{ID: by}, chatkernel.Position{}) {
		require.NoError(d.t, err)
		if m, ok := item.Shown.Event.(*interaction.Said); ok {
			texts = append(texts, m.Text)
		}
		if item.Current {
			break
		}
	}
	return texts
}

// chat is the state of a chat under a changed policy.
func chat(t testing.TB, change func(*interaction.Policy)) *interaction.State {
	t.Helper()
	return newDesk(t, nil, change).state()
}
