package routing_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func teamAgent(t require.TestingT, team *routing.Team, id interaction.PartyID) routing.Agent {
	a, err := team.Agent(context.Background(), id)
	require.NoError(t, err)
	return a
}

func TestROUTE_1_team_refuses_what_no_agent_can_be(t *testing.T) {
	const long = "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
	good := func() routing.Agent { return routing.Agent{ID: "agent:a", Name: "A"} }
	for name, c := range map[string]struct {
		field string
		spoil func(*routing.Agent)
	}{
		"no id":                   {"id", func(a *routing.Agent) { a.ID = "" }},
		"id without a role":       {"id", func(a *routing.Agent) { a.ID = "maria" }},
		"id of a contact":         {"id", func(a *routing.Agent) { a.ID = "contact:pat" }},
		"id of a bot":             {"id", func(a *routing.Agent) { a.ID = "bot:b" }},
		"id of the system":        {"id", func(a *routing.Agent) { a.ID = interaction.System }},
		"id of nobody":            {"id", func(a *routing.Agent) { a.ID = "agent:" }},
		"id that is not UTF-8":    {"id", func(a *routing.Agent) { a.ID = "agent:\xff" }},
		"long id":                 {"id", func(a *routing.Agent) { a.ID = "agent:" + long }},
		"no name":                 {"name", func(a *routing.Agent) { a.Name = "" }},
		"blank name":              {"name", func(a *routing.Agent) { a.Name = " \u00a0" }},
		"name of two lines":       {"name", func(a *routing.Agent) { a.Name = "A\nB" }},
		"name that is not UTF-8":  {"name", func(a *routing.Agent) { a.Name = "\xff" }},
		"long name":               {"name", func(a *routing.Agent) { a.Name = strings.Repeat("a", 201) }},
		"presence":                {"presence", func(a *routing.Agent) { a.Presence = routing.Ready + 1 }},
		"reason of two lines":     {"reason", func(a *routing.Agent) { a.Reason = "a\nb" }},
		"negative capacity":       {"capacity", func(a *routing.Agent) { a.Capacity.Chat = -1 }},
		"negative IM capacity":    {"capacity", func(a *routing.Agent) { a.Capacity.IM = -1 }},
		"negative voice capacity": {"capacity", func(a *routing.Agent) { a.Capacity.Voice = -1 }},
		"empty group":             {"group", func(a *routing.Agent) { a.Groups = []string{""} }},
		"long group":              {"group", func(a *routing.Agent) { a.Groups = []string{long} }},
		"group twice":             {"group", func(a *routing.Agent) { a.Groups = []string{"x", "y", "x"} }},
		"empty skill":             {"skill", func(a *routing.Agent) { a.Skills = []routing.Skill{{}} }},
		"skill not UTF-8":         {"skill", func(a *routing.Agent) { a.Skills = []routing.Skill{{Name: "\xff"}} }},
		"skill like a level":      {"skill", func(a *routing.Agent) { a.Skills = []routing.Skill{{Name: "go/2"}} }},
		"skill twice":             {"skill", func(a *routing.Agent) { a.Skills = []routing.Skill{{Name: "x", Level: 1}, {Name: "x", Level: 2}} }},
		"negative level":          {"skill", func(a *routing.Agent) { a.Skills = []routing.Skill{{Name: "x", Level: -1}} }},
	} {
		t.Run(name, func(t *testing.T) {
			team, err := routing.NewTeam(good())
			require.NoError(t, err)
			_, err = team.Watch(t.Context(), func(interaction.PartyID) { t.Error("a refused agent was told") })
			require.NoError(t, err)
			before := teamAgent(t, team, "agent:a")
			a := good()
			c.spoil(&a)
			for _, err := range []error{team.Set(a), func() error { _, err := routing.NewTeam(good(), a); return err }()} {
				require.ErrorIs(t, err, routing.ErrInvalidAgent)
				var fault *routing.AgentError
				require.ErrorAs(t, err, &fault)
				require.Equal(t, c.field, fault.Field)
				require.Equal(t, a.ID, fault.Agent)
			}
			require.Equal(t, before, teamAgent(t, team, "agent:a"))
			n := 0
			for range team.Agents(t.Context()) {
				n++
			}
			require.Equal(t, 1, n)
		})
	}
	_, err := routing.NewTeam(routing.Agent{
		ID: "supervisor:é", Name: strings.Repeat("n", 200), Groups: []string{"a/1", "ü"}, Skills: []routing.Skill{{Name: "c/c++"}, {Name: "24/"}, {Name: "x", Level: 1 << 40}},
	})
	require.NoError(t, err)
}

func TestROUTE_1_team_moves_since_only_with_the_presence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		team, err := routing.NewTeam(routing.Agent{ID: "agent:a", Name: "A", Presence: routing.Ready, Reason: "none"})
		require.NoError(t, err)
		began := time.Now()
		is := func(p routing.Presence, reason string, since time.Time) {
			t.Helper()
			a := teamAgent(t, team, "agent:a")
			require.Equal(t, p, a.Presence)
			require.Equal(t, reason, a.Reason)
			require.True(t, since.Equal(a.Since), "since %v, want %v", a.Since, since)
			time.Sleep(time.Minute)
		}
		is(routing.Ready, "", began)
		require.NoError(t, team.SetPresence("agent:a", routing.Ready, "why"))
		is(routing.Ready, "", began)
		lunch := time.Now()
		require.NoError(t, team.SetPresence("agent:a", routing.NotReady, "lunch"))
		is(routing.NotReady, "lunch", lunch)
		require.NoError(t, team.SetPresence("agent:a", routing.NotReady, "meeting"))
		is(routing.NotReady, "meeting", lunch)
		require.NoError(t, team.Set(routing.Agent{ID: "agent:a", Name: "B", Presence: routing.NotReady}))
		is(routing.NotReady, "", lunch)
		given := time.Now().Add(-time.Hour)
		require.NoError(t, team.Set(routing.Agent{ID: "agent:a", Name: "B", Presence: routing.NotReady, Since: given}))
		is(routing.NotReady, "", given)
		back := time.Now()
		require.NoError(t, team.Set(routing.Agent{ID: "agent:a", Name: "B", Presence: routing.Ready}))
		is(routing.Ready, "", back)
		gone := time.Now()
		require.NoError(t, team.SetNotReady(t.Context(), "agent:a", "no answer", back))
		is(routing.NotReady, "no answer", gone)
		require.NoError(t, team.SetNotReady(t.Context(), "agent:a", "no answer at all", time.Now()))
		is(routing.NotReady, "no answer", gone)
	})
}

func TestROUTE_1_team_refuses_presences_that_are_none(t *testing.T) {
	team, err := routing.NewTeam(routing.Agent{ID: "agent:a", Name: "A", Presence: routing.Ready})
	require.NoError(t, err)
	before := teamAgent(t, team, "agent:a")
	require.ErrorIs(t, team.SetPresence("agent:b", routing.Ready, ""), routing.ErrUnknownAgent)
	require.ErrorIs(t, team.SetPresence("agent:a", 9, ""), routing.ErrInvalidAgent)
	require.ErrorIs(t, team.SetPresence("agent:a", routing.NotReady, "\xff"), routing.ErrInvalidAgent)
	require.ErrorIs(t, team.SetNotReady(t.Context(), "agent:a", "a\nb", time.Now()), routing.ErrInvalidAgent)
	require.ErrorIs(t, team.SetNotReady(t.Context(), "agent:b", "", time.Now()), routing.ErrUnknownAgent)
	require.Equal(t, before, teamAgent(t, team, "agent:a"))
	require.Equal(t, "unknown", routing.Presence(9).String())
}

func TestROUTE_1_team_tells_only_what_changed(t *testing.T) {
	var team routing.Team // the zero value works
	var told []interaction.PartyID
	cancel, err := team.Watch(t.Context(), func(id interaction.PartyID) { told = append(told, id) })
	require.NoError(t, err)
	team.Remove("agent:a")
	require.Empty(t, told)
	a := routing.Agent{ID: "agent:a", Name: "A", Groups: []string{"g"}, Presence: routing.Ready}
	require.NoError(t, team.Set(a))
	require.NoError(t, team.Set(a))
	require.NoError(t, team.SetPresence("agent:a", routing.Ready, "x"))
	require.NoError(t, team.SetNotReady(t.Context(), "agent:a", "late", time.Time{}))
	require.Len(t, told, 1)
	team.Remove("agent:a")
	team.Remove("agent:a")
	require.Equal(t, []interaction.PartyID{"agent:a", "agent:a"}, told)
	cancel()
	cancel()
	require.NoError(t, team.Set(a))
	require.Len(t, told, 2)
}

func TestROUTE_1_team_in_a_context_that_is_done(t *testing.T) {
	team, err := routing.NewTeam(routing.Agent{ID: "agent:a", Name: "A", Presence: routing.Ready})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	_, err = team.Watch(ctx, func(interaction.PartyID) { told++ })
	require.NoError(t, err)
	cancel()
	require.NoError(t, team.SetPresence("agent:a", routing.Offline, "")) // at once, whatever goroutine runs first
	require.Zero(t, told)
	_, err = team.Watch(ctx, func(interaction.PartyID) {})
	require.ErrorIs(t, err, context.Canceled)
	_, err = team.Agent(ctx, "agent:a")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, team.SetNotReady(ctx, "agent:a", "", time.Now()), context.Canceled)
	for _, tm := range []*routing.Team{team, new(routing.Team)} {
		var errs []error
		for _, err := range tm.Agents(ctx) {
			errs = append(errs, err)
		}
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], context.Canceled)
	}
}

// A change within the function that is told of another one is told as well.
func TestROUTE_1_team_may_be_changed_by_who_is_told(t *testing.T) {
	team, err := routing.NewTeam(routing.Agent{ID: "agent:a", Name: "A"}, routing.Agent{ID: "agent:b", Name: "B"})
	require.NoError(t, err)
	var told []string
	var cancel func()
	cancel, err = team.Watch(t.Context(), func(id interaction.PartyID) {
		told = append(told, fmt.Sprint(id, " ", teamAgent(t, team, id).Presence))
		switch len(told) {
		case 1:
			require.NoError(t, team.SetPresence("agent:b", routing.Ready, ""))
		case 2:
			require.NoError(t, team.SetNotReady(t.Context(), "agent:b", "x", time.Now()))
		case 3:
			cancel()
			require.NoError(t, team.SetPresence("agent:b", routing.Offline, ""))
		}
	})
	require.NoError(t, err)
	require.NoError(t, team.SetPresence("agent:a", routing.Ready, ""))
	require.Equal(t, []string{"agent:a ready", "agent:b ready", "agent:b not ready"}, told)
}

// A team is a map of agents.
func TestROUTE_1_team_like_a_map(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		team, model := new(routing.Team), make(map[interaction.PartyID]routing.Agent)
		seen := make(map[interaction.PartyID]routing.Agent) // as those know it who are told
		cancel, err := team.Watch(context.Background(), func(id interaction.PartyID) {
			a, err := team.Agent(context.Background(), id)
			if errors.Is(err, routing.ErrUnknownAgent) {
				delete(seen, id)
				return
			}
			seen[id] = a
		})
		require.NoError(t, err)
		defer cancel()
		ids := rapid.SampledFrom([]interaction.PartyID{"agent:a", "agent:b", "supervisor:a", "contact:a"})
		presences := rapid.Uint8Range(0, uint8(routing.Ready)+1)
		known := func(id interaction.PartyID) bool { _, ok := model[id]; return ok }
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				a := routing.Agent{
					ID: ids.Draw(t, "id"), Name: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "name"), Presence: routing.Presence(presences.Draw(t, "presence")),
					Groups: rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 0, 2).Draw(t, "groups"), Since: time.Unix(rapid.Int64Range(1, 3).Draw(t, "since"), 0),
				}
				if team.Set(a) == nil {
					model[a.ID] = a
				} else {
					require.True(t, a.Name == "" || a.ID == "contact:a" || a.Presence > routing.Ready || len(a.Groups) == 2 && a.Groups[0] == a.Groups[1])
				}
			},
			"remove": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				team.Remove(id)
				delete(model, id)
			},
			"presence": func(t *rapid.T) {
				id, p := ids.Draw(t, "id"), routing.Presence(presences.Draw(t, "presence"))
				before := time.Now().Add(-time.Second)
				err := team.SetPresence(id, p, "")
				require.Equal(t, known(id) && p <= routing.Ready, err == nil)
				if a := model[id]; err == nil {
					if now := teamAgent(t, team, id).Since; a.Presence != p {
						require.True(t, now.After(before))
						a.Since = now
					}
					a.Presence = p
					model[id] = a
				}
			},
			"": func(t *rapid.T) {
				var order []interaction.PartyID
				for a, err := range team.Agents(context.Background()) {
					require.NoError(t, err)
					require.Equal(t, fmt.Sprint(model[a.ID]), fmt.Sprint(a))
					require.Equal(t, a, teamAgent(t, team, a.ID))
					order = append(order, a.ID)
				}
				require.Equal(t, slices.Sorted(maps.Keys(model)), order)
				require.Equal(t, fmt.Sprint(model), fmt.Sprint(seen))
			},
		})
	})
}

func ExampleTeam() {
	team, err := routing.NewTeam(
		routing.Agent{ID: "agent:maria", Name: "Maria", Groups: []string{"billing"}, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 3}},
		routing.Agent{ID: "agent:ben", Name: "Ben", Skills: []routing.Skill{{Name: "spanish", Level: 4}}, Capacity: routing.Capacity{Chat: 2, Voice: 1}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	cancel, err := team.Watch(context.Background(), func(id interaction.PartyID) { fmt.Println(id, "changed") })
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cancel()
	if err := team.SetPresence("agent:maria", routing.NotReady, "lunch"); err != nil {
		fmt.Println(err)
	}
	for a, err := range team.Agents(context.Background()) {
		fmt.Println(a.Name, a.Presence, a.Reason, err)
	}
	fmt.Println(team.Set(routing.Agent{ID: "contact:pat", Name: "Pat"}))
	// Output:
	// agent:maria changed
	// Ben offline  <nil>
	// Maria not ready lunch <nil>
	// routing: the agent is not valid: "contact:pat": id must be that of an agent or a supervisor
}
