package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

func TestHIST_7_a_contact_is_erased(t *testing.T) {
	d := newDesk(t, nil)
	full(d, "one")
	full(d, "two")
	d.starts("away", pat, maria, interaction.Start{})
	d.says("away", pat, "mine no more")
	d.ends("away")
	d.does("away", maria, interaction.AssignContact{Contact: theKat})
	d.starts("open", pat, maria, interaction.Start{})
	before := seqs(d, "one", "two", "away", "open")

	_, err := d.Erase(d.ctx, interaction.System, "key", pat)
	require.ErrorIs(t, err, history.ErrOpen)
	var open *history.OpenError
	require.ErrorAs(t, err, &open)
	require.Equal(t, []string{"open"}, open.IDs)
	for _, by := range []interaction.PartyID{maria, sam, pat, ""} {
		_, err := d.Erase(d.ctx, by, "key", pat)
		require.Error(t, err)
		require.NotErrorIs(t, err, history.ErrOpen, "nobody else learns what there is")
	}
	_, err = d.Erase(d.ctx, interaction.System, "key", maria)
	require.ErrorIs(t, err, interaction.ErrInvalid)
	require.Equal(t, before, seqs(d, "one", "two", "away", "open"), "nothing was erased")

	d.does("open", maria, interaction.End{})
	_, err = d.Erase(d.ctx, interaction.System, "key", pat)
	require.ErrorIs(t, err, history.ErrOpen, "it has still to be wrapped up")
	d.does("open", maria, interaction.MarkDone{})
	for range 2 {
		out, err := d.Erase(d.ctx, interaction.System, "key", pat)
		require.NoError(t, err)
		require.Equal(t, []history.Outcome{{ID: "open"}, {ID: "two"}, {ID: "one"}}, out)
	}
	require.Equal(t, []string{"Pat: mine no more"}, texts(d.opens(zoe, "away")), "it follows the contact whose it is")
	got := d.opens(zoe, "one")
	require.True(t, got.Erased)
	require.Equal(t, "sold", got.Disposition.Code)
	require.Len(t, got.Files, 2)
	b, err := json.Marshal(got)
	require.NoError(t, err)
	for _, personal := range []string{"Pat", "Hello", "Refund", "bill", "first", "virus"} {
		require.NotContains(t, string(b), `"`+personal)
	}
	require.Equal(t, []string{"open", "away", "two", "one"}, d.of(zoe, pat, history.Filter{}))
	require.Empty(t, d.of(zoe, pat, history.Filter{Text: "hello"}))
}

func TestHIST_7_what_failed_is_repeated(t *testing.T) {
	errHold := errors.New("legal hold")
	held := true
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{Keyring: keyring.New(), Gates: chatkernel.Gates{
		Erase: func(_ context.Context, id string, _ *interaction.State, _ chatkernel.Actor, c interaction.Erase) (interaction.Erase, error) {
			if held && id == "b" {
				return c, errHold
			}
			return c, nil
		},
	}})
	defer k.Close()
	d := &desk{t: t, Kernel: k, History: history.New(k, nil), ctx: t.Context()}
	for _, id := range []string{"a", "b", "c"} {
		d.starts(id, pat, maria, interaction.Start{})
		d.ends(id)
	}
	out, err := d.Erase(d.ctx, interaction.System, "key", pat)
	require.NoError(t, err)
	require.ErrorIs(t, out[1].Err, errHold)
	require.NoError(t, out[0].Err)
	require.NoError(t, out[2].Err)
	require.False(t, d.state("b").Erased)
	held = false
	out, err = d.Erase(d.ctx, interaction.System, "key", pat)
	require.NoError(t, err)
	require.Equal(t, []history.Outcome{{ID: "c"}, {ID: "b"}, {ID: "a"}}, out)
	require.True(t, d.state("b").Erased)
}

// What is assigned to somebody else while others are erased is that one's.
func TestHIST_7_HIST_5_an_assignment_in_between(t *testing.T) {
	var d *desk
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{Keyring: keyring.New(), Gates: chatkernel.Gates{
		Erase: func(_ context.Context, id string, _ *interaction.State, _ chatkernel.Actor, c interaction.Erase) (interaction.Erase, error) {
			d.does("first", interaction.System, interaction.AssignContact{Contact: theKat})
			return c, nil
		},
	}})
	defer k.Close()
	d = &desk{t: t, Kernel: k, History: history.New(k, nil), ctx: t.Context()}
	for _, id := range []string{"first", "second"} {
		d.starts(id, pat, maria, interaction.Start{})
		d.ends(id)
	}
	out, err := d.Erase(d.ctx, interaction.System, "key", pat)
	require.NoError(t, err)
	require.Equal(t, []history.Outcome{{ID: "second"}, {ID: "first"}}, out)
	require.True(t, d.state("second").Erased)
	require.False(t, d.state("first").Erased)
}
