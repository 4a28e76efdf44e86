package chatxml_test

import (
	"context"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
	"github.com/stretchr/testify/require"
)

// An imported log in a store is an interaction for the kernel, which goes on
// with it as with every other that is done.
func TestHIST_6_the_kernel_reads_what_was_imported(t *testing.T) {
	ctx := context.Background()
	d := parse(t, sample)
	m, err := chatxml.Import(d, nil)
	require.NoError(t, err)
	store := memstore.New(nil)
	for i := range m.Batches {
		records := m.Batches[i].Records
		require.NoError(t, store.Append(ctx, chatkernel.Commit{
			Stream: m.SessionID, After: records[0].Seq - 1, Count: len(records), At: records[0].At,
			Data: interaction.AppendBatch(nil, &m.Batches[i]),
		}))
	}
	k := chatkernel.New(store, memstore.NewTransport(), nil)
	defer k.Close()
	s, err := k.State(ctx, m.SessionID)
	require.NoError(t, err)
	require.Equal(t, m.State, s)

	do := func(by interaction.PartyID, c interaction.Command) error {
		_, err := k.Do(ctx, m.SessionID, chatkernel.By(by, ""), c)
		return err
	}
	require.ErrorIs(t, do("agent:ag1", interaction.Say{Text: "more"}), interaction.ErrPhase)
	require.ErrorIs(t, do("agent:ag2", interaction.MarkConsultationDone{Consultation: s.Consultations[0].ID}), interaction.ErrNoConsultation)
	require.NoError(t, do(interaction.System, interaction.AssignContact{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}}))

	var log []interaction.Record
	for c, err := range store.Load(ctx, m.SessionID, 0) {
		require.NoError(t, err)
		b, err := interaction.DecodeBatch(c.Data, c.After, c.At)
		require.NoError(t, err)
		log = append(log, b.Records...)
	}
	back, ok := chatxml.Original(log)
	require.True(t, ok)
	require.Equal(t, d, back, "the log alone gives it back")
}
