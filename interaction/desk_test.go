package interaction

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// colours are how a viewer sees the parties, by name.
func colours(c *chat, v Viewer) map[string]int {
	out := map[string]int{}
	for i := range c.Parties {
		if h, ok := c.Handle(v, c.Parties[i].ID); ok {
			out[h.Name] = h.Colour
		}
	}
	return out
}

func TestDESK_6_colours_for_each_viewer(t *testing.T) {
	c := activeChat(t)
	c.do(bot, Join{Name: "Greeter"})
	c.consult(maria, ben)
	c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
	c.conference(maria, zoe)

	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Greeter": 2, "Zoe": 3}, colours(c, Viewer{ID: pat}), "no number is left out")
	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Greeter": 2, "Ben": 3, "Sam": 4, "Zoe": 5}, colours(c, Viewer{ID: maria}))
	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Greeter": 2, "Sam": 3, "Zoe": 4}, colours(c, Viewer{ID: zoe}))
	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Greeter": 2, "Zoe": 3}, colours(c, Viewer{pat, History}))
	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Greeter": 2, "Sam": 3, "Zoe": 4}, colours(c, Viewer{maria, History}), "consultations are in no history")
	require.Empty(t, colours(c, Viewer{ID: "agent:stranger"}))
}

func TestDESK_6_a_hidden_monitor_takes_no_colour(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.HiddenMonitor = true })
	c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
	c.do(kim, Supervise{Mode: Monitor, Name: "Kim"})
	c.conference(maria, zoe)
	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Zoe": 2}, colours(c, Viewer{ID: maria}))
	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Sam": 2, "Kim": 3, "Zoe": 4}, colours(c, Viewer{ID: sam}))
	c.do(sam, Supervise{Mode: BargeIn})
	require.Equal(t, map[string]int{"Pat": 0, "Maria": 1, "Zoe": 2, "Sam": 3}, colours(c, Viewer{ID: maria}), "from now on it has the next")
}

func TestDESK_6_stable(t *testing.T) {
	c := fullChat(t)
	before := map[PartyID]map[string]int{}
	viewers := []PartyID{pat, maria, zoe, sam, bot}
	for _, who := range viewers {
		before[who] = colours(c, Viewer{ID: who})
	}
	c.do(zoe, End{})
	c.do(ben, EndConsultation{c.Consultations[0].ID})
	c.conference(maria, ben)
	c.conference(maria, zoe)
	c.do(sam, Supervise{Mode: StopWatching})
	c.do(pat, Say{Text: "hi"})
	for _, who := range viewers {
		if who == zoe {
			continue // she came back with greater rights
		}
		now := colours(c, Viewer{ID: who})
		for name, colour := range before[who] {
			require.Equal(t, colour, now[name], "%s to %s", name, who)
		}
	}
}

func TestDESK_6_one_colour_each(t *testing.T) {
	for name, c := range everyPhase(t) {
		for _, who := range everybody {
			seen := map[int]PartyID{}
			for i := range c.Parties {
				id := c.Parties[i].ID
				h, ok := c.Handle(Viewer{ID: who}, id)
				if !ok {
					require.Equal(t, -1, h.Colour)
					require.Empty(t, h.Name, "%s: %s must not learn who %s is", name, who, id)
					continue
				}
				require.Empty(t, seen[h.Colour], "%s: to %s, %s has a colour of its own", name, who, id)
				seen[h.Colour] = id
			}
			for n := range len(seen) {
				require.Contains(t, seen, n, "%s: to %s no number is left out", name, who)
			}
		}
	}
}

func TestDESK_6_the_system_has_no_colour(t *testing.T) {
	c := activeChat(t)
	h, ok := c.Handle(Viewer{ID: pat}, System)
	require.True(t, ok)
	require.Equal(t, Handle{Colour: -1, Role: RoleSystem}, h)
	_, ok = c.Handle(Viewer{ID: pat}, "agent:stranger")
	require.False(t, ok)
}

func TestDESK_6_what_a_viewer_gets_bears_the_handles(t *testing.T) {
	c := activeChat(t)
	c.consult(maria, ben)
	c.conference(maria, zoe)
	c.do(zoe, Say{Text: "hello"})
	last := func(who PartyID) Shown {
		shown := c.view(who)
		return shown[len(shown)-1]
	}
	require.Equal(t, Handle{2, "Zoe", RoleAgent}, last(pat).From)
	require.Equal(t, Handle{3, "Zoe", RoleAgent}, last(maria).From)
	require.Equal(t, PartyID("agent:#2"), last(pat).By)
	require.Equal(t, zoe, last(maria).By)
}
