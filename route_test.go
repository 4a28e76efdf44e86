package chatkernel_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

func TestROUTE_1_every_command_that_names_a_target_passes_its_gate(t *testing.T) {
	refusal := errors.New("nobody is called so")
	type asked struct {
		id    string
		by    interaction.PartyID
		kind  interaction.CommandKind
		phase interaction.Phase
		begun bool
	}
	var seen []asked
	judge := error(nil)
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{Gates: chatkernel.Gates{
		Target: func(_ context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.Command) (interaction.Command, error) {
			seen = append(seen, asked{id, by.ID, cmd.Kind(), s.Phase, s.Start != nil})
			if invite, ok := cmd.(interaction.Invite); ok {
				invite.AgentName = "Maria M."
				return invite, judge
			}
			return cmd, judge
		},
	}})
	defer k.Close()
	do := func(by interaction.PartyID, cmd interaction.Command) error {
		_, err := k.Do(t.Context(), "chat", chatkernel.By(by, ""), cmd)
		return err
	}
	start := interaction.Start{Contact: interaction.Person{ID: "contact:pat"}, Target: "queue:sales"}
	judge = refusal
	require.ErrorIs(t, do("contact:pat", start), refusal)
	require.ErrorIs(t, do("contact:pat", start), chatkernel.ErrGate)
	_, err := k.State(t.Context(), "chat")
	require.ErrorIs(t, err, interaction.ErrNotStarted)
	judge = nil
	start.Target = ""
	seen = nil
	require.NoError(t, do("contact:pat", start))
	require.Empty(t, seen, "it names none")
	require.NoError(t, do(interaction.System, interaction.Invite{ID: "i", To: "agent:maria"}))
	s, err := k.State(t.Context(), "chat")
	require.NoError(t, err)
	require.Equal(t, "Maria M.", s.Invitations[0].AgentName, "a gate may change the command")
	require.NoError(t, do("agent:maria", interaction.Accept{Invitation: "i"}))
	judge, seen = refusal, nil
	for _, cmd := range []interaction.Command{
		interaction.Transfer{To: "agent:ben"}, interaction.Conference{To: "agent:ben"}, interaction.Consult{To: "agent:ben"},
	} {
		require.ErrorIs(t, do("agent:maria", cmd), refusal)
		require.Equal(t, asked{"chat", "agent:maria", cmd.Kind(), interaction.InActive, true}, seen[len(seen)-1])
	}
	n := len(seen)
	require.ErrorIs(t, do("agent:eve", interaction.Transfer{To: "agent:ben"}), interaction.ErrNotParty)
	require.Len(t, seen, n, "whoever may not invite at all learns nothing from a gate")
	require.NoError(t, do("agent:maria", interaction.Say{Text: "other commands do not pass it"}))
	require.Len(t, seen, n)
}

func TestROUTE_2_changes_are_told(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, transport := memstore.New(nil), memstore.NewTransport()
		a, b := chatkernel.New(store, transport, nil), chatkernel.New(store, transport, nil)
		defer a.Close()
		defer b.Close()
		changed := make(chan string, 100)
		cancel, err := b.Changes(t.Context(), func(id string) { changed <- id })
		require.NoError(t, err)
		told := func() (ids []string) {
			synctest.Wait()
			for len(changed) > 0 {
				ids = append(ids, <-changed)
			}
			return ids
		}
		do := func(id string, by interaction.PartyID, cmd interaction.Command) {
			_, err := a.Do(t.Context(), id, chatkernel.By(by, ""), cmd)
			require.NoError(t, err)
		}
		policy := interaction.DefaultPolicy()
		policy.Async = true
		do("one", "contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat"}, Target: "agent:maria", Policy: &policy})
		require.Equal(t, []string{"one"}, told())
		do("one", "contact:pat", interaction.Say{Text: "hello"})
		require.Empty(t, told(), "a message changes no list")
		go func() { _ = a.Run(t.Context()) }()
		time.Sleep(policy.NoAnswer + time.Second)
		require.Contains(t, told(), "one", "what the clock does is told as well")
		s, err := a.State(t.Context(), "one")
		require.NoError(t, err)
		do("one", interaction.System, interaction.Offer{Invitation: s.Invitations[0].ID, Agent: "agent:maria"})
		do("one", "agent:maria", interaction.Accept{Invitation: s.Invitations[0].ID})
		do("one", "agent:maria", interaction.End{})
		told()
		do("one", "contact:pat", interaction.Say{Text: "one more thing"})
		require.Equal(t, []string{"one"}, told(), "a dormant chat's contact seeks somebody")
		var seeking []string
		for e, err := range b.Find(t.Context(), chatkernel.Query{Seeking: true}) {
			require.NoError(t, err)
			seeking = append(seeking, e.Stream)
			require.Equal(t, []string{"agent:maria"}, e.Index.Seeking)
		}
		require.Equal(t, []string{"one"}, seeking)
		cancel()
		do("two", "contact:kim", interaction.Start{Contact: interaction.Person{ID: "contact:kim"}})
		require.Empty(t, told())
	})
}

// What a process has not heard of yet must not open a way around a gate.
func TestURL_5_a_gate_is_not_bypassed_by_a_process_that_is_behind(t *testing.T) {
	store := memstore.New(nil)
	judged := 0
	deaf := func() *chatkernel.Kernel { // no notices reach it
		return chatkernel.New(store, memstore.NewTransport(), &chatkernel.Options{Gates: chatkernel.Gates{
			URL: func(_ context.Context, _ string, _ *interaction.State, _ chatkernel.Actor, push interaction.PushURL) (interaction.PushURL, error) {
				judged++
				return push, nil
			},
		}})
	}
	a, b := deaf(), deaf()
	defer a.Close()
	defer b.Close()
	do := func(k *chatkernel.Kernel, by interaction.PartyID, cmd interaction.Command) error {
		_, err := k.Do(t.Context(), "chat", chatkernel.By(by, ""), cmd)
		return err
	}
	require.NoError(t, do(a, "contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat"}}))
	require.NoError(t, do(a, interaction.System, interaction.Invite{ID: "i", To: "agent:maria"}))
	push := interaction.PushURL{URL: "https://example.com/"}
	require.Error(t, do(b, "agent:maria", push), "she is not in the chat")
	require.Zero(t, judged)
	require.NoError(t, do(a, "agent:maria", interaction.Accept{Invitation: "i"}))
	require.NoError(t, do(b, "agent:maria", push))
	require.Equal(t, 1, judged)
}
