package chatkernel_test

import (
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
	"github.com/stretchr/testify/require"
)

const past = `<chatTranscript startAt="2024-01-02T03:04:05Z" sessionId="000AAaBBBB000001">
<newParty userId="A1" timeShift="0" visibility="ALL" eventId="1"><userInfo personId="" userNick="MARK" userType="CLIENT" protocolType="FLEX"/></newParty>
<newParty userId="A2" timeShift="9" visibility="ALL" eventId="2"><userInfo personId="ann" userNick="Ann" userType="AGENT" protocolType="BASIC"/></newParty>
<message userId="A1" timeShift="20" visibility="ALL" eventId="18"><msgText>MARK</msgText></message>
<partyLeft userId="A1" timeShift="45" visibility="ALL" eventId="20" askerId="A1"><reason>left</reason></partyLeft>
</chatTranscript>`

func imported(t *testing.T, xml string) []interaction.Batch {
	doc, err := chatxml.Parse(strings.NewReader(xml))
	require.NoError(t, err)
	in, err := chatxml.Import(doc, &chatxml.Options{Contact: interaction.Person{ID: pat}})
	require.NoError(t, err)
	return in.Batches
}

func TestHIST_6_a_past_chat_is_imported(t *testing.T) {
	store := memstore.New(&memstore.Options{Sequence: true})
	d := newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Keyring: keyring.New()})
	batches := imported(t, past)
	require.NoError(t, d.Import(t.Context(), "chat", batches))
	require.NoError(t, d.Import(t.Context(), "chat", batches), "again is the same")
	s := d.state()
	require.Equal(t, interaction.InDone, s.Phase)
	require.Equal(t, 2024, s.StartedAt.Year())
	require.NotContains(t, string(raw(t, store)), mark)
	found := 0
	for e, err := range d.Find(t.Context(), chatkernel.Query{Contact: string(pat)}) {
		require.NoError(t, err)
		require.Equal(t, "chat", e.Stream)
		require.Equal(t, []string{"agent:ann"}, e.Index.Engaged)
		found++
	}
	require.Equal(t, 1, found)

	other := imported(t, strings.ReplaceAll(past, "MARK", "Somebody"))
	require.ErrorIs(t, d.Import(t.Context(), "chat", other), interaction.ErrStarted)
	newDesk(t, store, memstore.NewTransport(), nil)
	_, err := d.Do(t.Context(), "mine", chatkernel.By(pat, "1"), interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}})
	require.NoError(t, err)
	require.ErrorIs(t, d.Import(t.Context(), "mine", batches), interaction.ErrStarted)
	require.ErrorIs(t, d.Import(t.Context(), "half", batches[:1]), chatkernel.ErrImport)
	require.ErrorIs(t, d.Import(t.Context(), "none", nil), chatkernel.ErrImport)
	require.ErrorIs(t, d.Import(t.Context(), "gap", batches[1:]), chatkernel.ErrImport)
	for _, id := range []string{"half", "none", "gap"} {
		_, err := d.State(t.Context(), id)
		require.ErrorIs(t, err, interaction.ErrNotStarted)
	}

	// It is erased like every other.
	d.does(interaction.System, interaction.Erase{})
	require.Empty(t, d.state().Contact.Name)
	require.ErrorIs(t, d.Import(t.Context(), "chat", batches), chatkernel.ErrErased, "that does not bring it back")
	require.Empty(t, d.state().Contact.Name)
}

// Whatever gets lost on the way, repeating the import completes it.
func TestHIST_6_an_import_that_breaks_off_is_repeated(t *testing.T) {
	batches := imported(t, past)
	for n := range len(batches) + 1 {
		store := memstore.New(nil)
		faulty := &brittleStore{Store: store, left: n, counts: true}
		d := newDesk(t, faulty, memstore.NewTransport(), nil)
		err := d.Import(t.Context(), "chat", batches)
		if n == len(batches) {
			require.NoError(t, err)
		} else {
			require.Error(t, err)
			for range store.Find(t.Context(), chatkernel.Query{}) {
				t.Fatal("half of it is found")
			}
		}
		again := newDesk(t, store, memstore.NewTransport(), nil)
		require.NoError(t, again.Import(t.Context(), "chat", batches))
		require.Equal(t, interaction.InDone, again.state().Phase)
	}
}
