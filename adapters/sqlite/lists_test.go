package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// Whatever is done to them, favourites are those that memstore would have, through
// every process and after a restart.
func TestROUTE_6_favourites_as_in_memory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	a, err := sqlite.Open(file, nil)
	require.NoError(t, err)
	z := open(t, file, nil)
	want := new(memstore.Favourites)
	agents := []interaction.PartyID{"agent:a", "agent:b", "supervisor:a", "contact:pat"}
	r := rand.New(rand.NewPCG(5, 6))
	same := func(f *sqlite.Favourites, agent interaction.PartyID) {
		for _, lists := range [][2]func() ([]interaction.Target, error){
			{func() ([]interaction.Target, error) { return want.List(t.Context(), agent) }, func() ([]interaction.Target, error) { return f.List(t.Context(), agent) }},
			{func() ([]interaction.Target, error) { return want.Recents(t.Context(), agent) }, func() ([]interaction.Target, error) { return f.Recents(t.Context(), agent) }},
		} {
			inMemory, wantErr := lists[0]()
			got, err := lists[1]()
			require.Equal(t, wantErr, err)
			require.ElementsMatch(t, inMemory, got)
			for i := range inMemory {
				require.Equal(t, inMemory[i], got[i], "%v, want %v", got, inMemory)
			}
		}
	}
	for range 400 {
		agent, target := agents[r.IntN(len(agents))], interaction.Target(fmt.Sprint("group:", r.IntN(30)))
		if r.IntN(40) == 0 {
			target = "nothing"
		}
		f := []*sqlite.Favourites{a.Favourites(), z.Favourites()}[r.IntN(2)]
		switch r.IntN(4) {
		case 0:
			require.Equal(t, want.Add(t.Context(), agent, target), f.Add(t.Context(), agent, target))
		case 1:
			require.Equal(t, want.Remove(t.Context(), agent, target), f.Remove(t.Context(), agent, target))
		default:
			require.Equal(t, want.Used(t.Context(), agent, target), f.Used(t.Context(), agent, target))
		}
		same(z.Favourites(), agent)
	}
	require.NoError(t, a.Close())
	again := open(t, file, nil)
	for _, agent := range agents {
		same(again.Favourites(), agent)
	}
}

func TestROUTE_6_favourites_are_bounded(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "db"), &sqlite.Options{Sync: sqlite.Normal}).Favourites()
	for i := range 500 {
		require.NoError(t, f.Add(t.Context(), "agent:a", interaction.Target(fmt.Sprint("group:", i))))
	}
	require.ErrorIs(t, f.Add(t.Context(), "agent:a", "group:more"), interaction.ErrTooMany)
	require.NoError(t, f.Add(t.Context(), "agent:a", "group:7")) // is one already
	require.NoError(t, f.Add(t.Context(), "agent:b", "group:more"))
	require.NoError(t, f.Remove(t.Context(), "agent:a", "group:7"))
	require.NoError(t, f.Add(t.Context(), "agent:a", "group:more"))
	all, err := f.List(t.Context(), "agent:a")
	require.NoError(t, err)
	require.Len(t, all, 500)
}

func TestLists_survive_a_restart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	s, err := sqlite.Open(file, nil)
	require.NoError(t, err)
	for _, url := range []string{"https://example.com/1", "https://example.com/2"} {
		require.NoError(t, s.URLs().Remember(t.Context(), "agent:a", url, 9))
		require.NoError(t, s.Attachments().Add(t.Context(), "agent:a", "chat", url))
	}
	require.NoError(t, s.Close())
	s = open(t, file, nil)
	urls, err := s.URLs().Recent(t.Context(), "agent:a")
	require.NoError(t, err)
	require.Equal(t, []string{"https://example.com/2", "https://example.com/1"}, urls)
	pending, err := s.Attachments().All(t.Context(), "agent:a", "chat")
	require.NoError(t, err)
	require.Equal(t, []string{"https://example.com/1", "https://example.com/2"}, pending)
}
