package history_test

import (
	"context"
	"errors"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

var theKat = interaction.Person{ID: kat, Name: "Kat"}

// seqs are how many records each chat has.
func seqs(d *desk, ids ...string) (all []uint64) {
	for _, id := range ids {
		all = append(all, d.state(id).Seq())
	}
	return all
}

func TestHIST_5_several_at_once_and_in_both_histories(t *testing.T) {
	d := newDesk(t, nil)
	for _, id := range []string{"a", "b", "c"} {
		d.starts(id, pat, maria, interaction.Start{})
	}
	d.ends("a") // also after done
	d.starts("bens", pat, ben, interaction.Start{})
	out, err := d.Assign(d.ctx, maria, "key", theKat, "b", "bens", "none", "a")
	require.NoError(t, err)
	require.Len(t, out, 4)
	require.Equal(t, history.Outcome{ID: "b"}, out[0])
	require.Equal(t, "bens", out[1].ID)
	require.ErrorIs(t, out[1].Err, interaction.ErrNotParty, "the rules say who may")
	require.ErrorIs(t, out[2].Err, interaction.ErrNotStarted)
	require.Equal(t, history.Outcome{ID: "a"}, out[3])

	require.Equal(t, []string{"bens", "c", "b", "a"}, d.of(zoe, pat, history.Filter{}))
	require.Equal(t, []string{"b", "a"}, d.of(zoe, kat, history.Filter{}))
	p, err := d.Contact(d.ctx, zoe, pat, history.Filter{}, "")
	require.NoError(t, err)
	require.Equal(t, "contact:kat", p.Chats[2].Contact.ID, "to whom it went")
	require.Equal(t, "contact:pat", p.Chats[1].Contact.ID)
	p, err = d.Contact(d.ctx, zoe, kat, history.Filter{}, "")
	require.NoError(t, err)
	require.Equal(t, []interaction.PartyID{pat}, p.Chats[0].Former, "whose it was")
	require.Equal(t, []string{"bens", "c"}, d.of(pat, pat, history.Filter{}), "to the contacts they are where they belong")
	require.Equal(t, []string{"b", "a"}, d.of(kat, kat, history.Filter{}))

	var by string
	for _, e := range d.opens(zoe, "b").Entries {
		if e.Data.Event == "contact-assigned" {
			by = e.From.Name
		}
	}
	require.Equal(t, "Maria", by, "the log keeps who did it")

	// Undone, and that undone.
	require.Equal(t, []history.Outcome{{ID: "b"}, {ID: "c", Err: history.ErrNotAssigned}}, d.Unassign(d.ctx, maria, "undo", "b", "c"))
	require.Equal(t, interaction.Person{ID: pat, Name: "Pat"}, d.state("b").Contact)
	require.Equal(t, []string{"bens", "c", "b", "a"}, d.of(zoe, pat, history.Filter{}))
	require.Equal(t, []string{"b", "a"}, d.of(zoe, kat, history.Filter{}), "it was Kat's for a while")
	require.NoError(t, d.Unassign(d.ctx, maria, "redo", "b")[0].Err)
	require.Equal(t, kat, d.state("b").Contact.ID)
	for _, id := range []string{"b", "c"} {
		require.ErrorIs(t, d.Unassign(d.ctx, zoe, "", id)[0].Err, interaction.ErrNotParty, "and whether it was assigned is not said")
	}
	require.ErrorIs(t, d.Unassign(d.ctx, zoe, "", "none")[0].Err, interaction.ErrNotStarted)
}

func TestHIST_5_LIFE_16_a_repetition_has_its_effect_once(t *testing.T) {
	name := "Kat"
	d := newDesk(t, &history.Options{Contacts: func(context.Context, interaction.PartyID) (interaction.Person, error) {
		return interaction.Person{ID: kat, Name: name}, nil
	}})
	d.starts("a", pat, maria, interaction.Start{})
	d.starts("b", pat, maria, interaction.Start{})
	assign := func() {
		t.Helper()
		out, err := d.Assign(d.ctx, maria, "key", interaction.Person{ID: kat}, "a", "b")
		require.NoError(t, err)
		require.Equal(t, []history.Outcome{{ID: "a"}, {ID: "b"}}, out)
	}
	assign()
	once := seqs(d, "a", "b")
	assign()
	name = "Katherine" // the host's source knows better now
	assign()
	require.Equal(t, once, seqs(d, "a", "b"))
	name = "Kat"
	require.NoError(t, d.Unassign(d.ctx, maria, "key", "a")[0].Err)
	require.Equal(t, pat, d.state("a").Contact.ID)
	undone := seqs(d, "a", "b")
	for range 2 {
		require.NoError(t, d.Unassign(d.ctx, maria, "key", "a")[0].Err)
		assign() // a late retry of what came before
		require.Equal(t, undone, seqs(d, "a", "b"))
	}
	// One key is good for both and for other commands.
	_, err := d.Do(d.ctx, "a", chatkernel.By(maria, "key"), interaction.Say{Text: "hello"})
	require.NoError(t, err)
	other, err := d.Assign(d.ctx, maria, "key", interaction.Person{ID: kat}, "a")
	require.NoError(t, err)
	require.NoError(t, other[0].Err)
}

func TestHIST_5_a_key_is_not_used_for_another_contact(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("a", pat, maria, interaction.Start{})
	_, err := d.Assign(d.ctx, maria, "key", theKat, "a")
	require.NoError(t, err)
	out, err := d.Assign(d.ctx, maria, "key", interaction.Person{ID: "contact:lee"}, "a")
	require.NoError(t, err)
	require.ErrorIs(t, out[0].Err, chatkernel.ErrKeyReused)
}

func TestHIST_5_an_unknown_contact(t *testing.T) {
	errNobody := errors.New("nobody by that name")
	d := newDesk(t, &history.Options{Contacts: func(_ context.Context, id interaction.PartyID) (interaction.Person, error) {
		switch id {
		case kat:
			return interaction.Person{ID: kat, Name: "Katherine"}, nil
		case "contact:alias":
			return theKat, nil
		}
		return interaction.Person{}, errNobody
	}})
	d.starts("a", pat, maria, interaction.Start{})
	before := seqs(d, "a")
	for id, want := range map[interaction.PartyID]error{"contact:lee": errNobody, "contact:alias": history.ErrContact, ben: interaction.ErrInvalid, "": interaction.ErrInvalid} {
		out, err := d.Assign(d.ctx, maria, "", interaction.Person{ID: id}, "a")
		require.ErrorIs(t, err, want)
		require.Nil(t, out)
		require.Equal(t, id.Role() == interaction.RoleContact, errors.Is(err, history.ErrContact))
	}
	require.Equal(t, before, seqs(d, "a"))
	out, err := d.Assign(d.ctx, maria, "", interaction.Person{ID: kat}, "a")
	require.NoError(t, err)
	require.NoError(t, out[0].Err)
	require.Equal(t, "Katherine", d.state("a").Contact.Name)
	require.NoError(t, d.Unassign(d.ctx, maria, "", "a")[0].Err, "back goes to one that the host does not know too")
	require.Equal(t, pat, d.state("a").Contact.ID)
}
