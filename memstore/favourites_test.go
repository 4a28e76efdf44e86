package memstore_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var _ routing.Favourites = (*memstore.Favourites)(nil)

func TestROUTE_6_favourites_like_a_list(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, f := context.Background(), new(memstore.Favourites)
		type lists struct{ marked, used []interaction.Target }
		model := map[interaction.PartyID]*lists{"agent:a": {}, "supervisor:a": {}}
		agents := rapid.SampledFrom([]interaction.PartyID{"agent:a", "supervisor:a"})
		target := rapid.Custom(func(t *rapid.T) interaction.Target {
			return interaction.Target(fmt.Sprint("group:", rapid.IntRange(1, 30).Draw(t, "group")))
		})
		without := func(all []interaction.Target, x interaction.Target) []interaction.Target {
			return slices.DeleteFunc(all, func(t interaction.Target) bool { return t == x })
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				agent, x := agents.Draw(t, "agent"), target.Draw(t, "target")
				require.NoError(t, f.Add(ctx, agent, x))
				if m := model[agent]; !slices.Contains(m.marked, x) {
					m.marked = append(m.marked, x)
				}
			},
			"remove": func(t *rapid.T) {
				agent, x := agents.Draw(t, "agent"), target.Draw(t, "target")
				require.NoError(t, f.Remove(ctx, agent, x))
				model[agent].marked = without(model[agent].marked, x)
			},
			"use": func(t *rapid.T) {
				agent := agents.Draw(t, "agent")
				for range rapid.IntRange(1, 12).Draw(t, "times") {
					x := target.Draw(t, "target")
					require.NoError(t, f.Used(ctx, agent, x))
					m := model[agent]
					m.used = append([]interaction.Target{x}, without(m.used, x)...)
					m.used = m.used[:min(20, len(m.used))]
				}
			},
			"": func(t *rapid.T) {
				for agent, m := range model {
					marked, err := f.List(ctx, agent)
					require.NoError(t, err)
					used, err := f.Recents(ctx, agent)
					require.NoError(t, err)
					require.True(t, slices.Equal(m.marked, marked), "%v, want %v", marked, m.marked)
					require.True(t, slices.Equal(m.used, used), "%v, want %v", used, m.used)
					for i := range marked {
						marked[i] = "group:stolen" // what is handed out is the caller's
					}
					for i := range used {
						used[i] = "group:stolen"
					}
				}
			},
		})
	})
}

func TestROUTE_6_favourites_refuse_what_is_none(t *testing.T) {
	ctx, f := t.Context(), new(memstore.Favourites)
	change := map[string]func(context.Context, interaction.PartyID, interaction.Target) error{"Add": f.Add, "Remove": f.Remove, "Used": f.Used}
	for name, do := range change {
		for _, agent := range []interaction.PartyID{"", "maria", "contact:pat", "bot:b", interaction.System, "agent:\xff", interaction.PartyID("agent:" + strings.Repeat("a", 100))} {
			require.ErrorIs(t, do(ctx, agent, "group:g"), interaction.ErrTarget, "%s of %q", name, agent)
		}
		for _, target := range []interaction.Target{"", "group:", "contact:pat", "group:\xff", interaction.Target("group:" + strings.Repeat("a", 100))} {
			require.ErrorIs(t, do(ctx, "agent:a", target), interaction.ErrTarget, "%s of %q", name, target)
		}
	}
	for _, list := range []func(context.Context, interaction.PartyID) ([]interaction.Target, error){f.List, f.Recents} {
		_, err := list(ctx, "contact:pat")
		require.ErrorIs(t, err, interaction.ErrTarget)
		all, err := list(ctx, "agent:a")
		require.NoError(t, err)
		require.Empty(t, all)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, f.Add(done, "agent:a", "group:g"), context.Canceled)
	_, err := f.List(done, "agent:a")
	require.ErrorIs(t, err, context.Canceled)
}

func TestROUTE_6_favourites_are_bounded(t *testing.T) {
	ctx, f := t.Context(), new(memstore.Favourites)
	for i := range 500 {
		require.NoError(t, f.Add(ctx, "agent:a", interaction.Target(fmt.Sprint("group:", i))))
	}
	require.ErrorIs(t, f.Add(ctx, "agent:a", "group:more"), interaction.ErrTooMany)
	require.NoError(t, f.Add(ctx, "agent:a", "group:7")) // is one already
	require.NoError(t, f.Add(ctx, "agent:b", "group:more"))
	all, err := f.List(ctx, "agent:a")
	require.NoError(t, err)
	require.Len(t, all, 500)
	require.NoError(t, f.Remove(ctx, "agent:a", "group:7"))
	require.NoError(t, f.Add(ctx, "agent:a", "group:more"))
}

func TestROUTE_6_favourites_of_many_at_once(t *testing.T) {
	f := new(memstore.Favourites)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 200 {
				x := interaction.Target(fmt.Sprint("group:", w, " ", i%5))
				for _, err := range []error{f.Add(t.Context(), "agent:a", x), f.Used(t.Context(), "agent:a", x), f.Remove(t.Context(), "agent:a", x)} {
					if err != nil {
						t.Error(err)
					}
				}
				if _, err := f.Recents(t.Context(), "agent:a"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all, err := f.List(t.Context(), "agent:a")
	require.NoError(t, err)
	require.Empty(t, all)
	used, err := f.Recents(t.Context(), "agent:a")
	require.NoError(t, err)
	require.Len(t, used, 20)
}

func ExampleFavourites() {
	ctx, favourites := context.Background(), new(memstore.Favourites)
	for _, target := range []interaction.Target{"agent:ben", "group:billing", "agent:ben"} {
		if err := favourites.Used(ctx, "agent:maria", target); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(favourites.Recents(ctx, "agent:maria"))
	// Output: [agent:ben group:billing] <nil>
}
