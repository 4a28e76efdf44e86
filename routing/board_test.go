package routing

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func agentOf(i, skills, capacity int) Agent {
	return Agent{
		ID: interaction.PartyID(fmt.Sprintf("agent:%05d", i)), Presence: Ready, Since: noon,
		Skills: []Skill{
			{fmt.Sprint("s", i%skills), 1 + i%5}, {fmt.Sprint("s", (i/7+1)%skills), 1 + i%3}, {fmt.Sprint("s", (i/3+2)%skills), 1 + i%4},
		},
		Capacity: Capacity{Chat: capacity},
	}
}

func entryOf(i, skills int) *entry {
	return &entry{
		id: fmt.Sprint("chat-", i), invitation: "i", target: interaction.Target(fmt.Sprint("skill:s", i%skills)),
		priority: i % 3, since: noon.Add(time.Duration(i) * time.Millisecond), waits: true,
	}
}

func TestROUTE_2_strategies(t *testing.T) {
	a := &Candidate{Agent: "agent:a", Level: 1, Used: 1, Capacity: 4, Idle: noon, Offered: noon.Add(2)}
	b := &Candidate{Agent: "agent:b", Level: 3, Used: 1, Capacity: 2, Idle: noon.Add(1), Offered: noon.Add(1)}
	for name, c := range map[string]struct {
		strategy Strategy
		first    *Candidate
	}{
		"longest idle": {LongestIdle, a}, "least busy": {LeastBusy, a}, "round robin": {RoundRobin, b}, "best skill": {BestSkill, b},
	} {
		second := a
		if c.first == a {
			second = b
		}
		require.Negative(t, c.strategy(c.first, second), name)
		require.Positive(t, c.strategy(second, c.first), name)
		require.Zero(t, c.strategy(a, a), name)
	}
	// The share counts, not the number; ties go by idleness.
	require.Zero(t, LeastBusy(&Candidate{Used: 1, Capacity: 2}, &Candidate{Used: 2, Capacity: 4}))
	require.Negative(t, LeastBusy(&Candidate{Used: 1, Capacity: 2, Idle: noon}, &Candidate{Used: 2, Capacity: 4, Idle: noon.Add(1)}))
	require.Negative(t, BestSkill(&Candidate{Level: 2, Idle: noon}, &Candidate{Level: 2, Idle: noon.Add(1)}))
}

func TestROUTE_2_the_hosts_own_strategy(t *testing.T) {
	last := func(a, b *Candidate) int { return -cmp.Compare(a.Agent, b.Agent) }
	b := newBoard(last, nil)
	for i := range 3 {
		b.set(agentOf(i, 1, 1))
	}
	b.add(entryOf(0, 1))
	got := b.match(noon)
	require.Len(t, got, 1)
	require.Equal(t, interaction.PartyID("agent:00002"), got[0].agent)
}

// A line against a sorted slice.
func TestROUTE_9_a_line_is_sorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l line
		var model []*entry
		for i := range rapid.IntRange(0, 200).Draw(t, "steps") {
			if len(model) > 0 && rapid.IntRange(0, 2).Draw(t, "what") == 0 {
				at := rapid.IntRange(0, len(model)-1).Draw(t, "at")
				require.True(t, l.remove(model[at]))
				require.False(t, l.remove(model[at]))
				model = slices.Delete(model, at, at+1)
			} else {
				e := &entry{id: fmt.Sprint(i), priority: rapid.IntRange(0, 3).Draw(t, "priority"), since: noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "age")))}
				l.insert(e)
				model = append(model, e)
				slices.SortFunc(model, (*entry).compare)
			}
			require.Equal(t, len(model), l.len())
			var last *entry
			for at, e := range model {
				last = l.after(last)
				require.Same(t, e, last)
				require.Equal(t, at, l.search(e))
			}
			require.Nil(t, l.after(last))
		}
	})
}

// The board against the plainest reading of the rules: whoever is most urgent
// is given to the first of those who may have it.
func TestROUTE_2_ROUTE_9_the_board_chooses_as_the_rules_say(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const skills = 3
		strategy := rapid.SampledFrom([]Strategy{LongestIdle, LeastBusy, RoundRobin, BestSkill}).Draw(t, "strategy")
		b := newBoard(strategy, nil)
		now := noon
		var waiting []*entry
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Second)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				e := entryOf(i, skills)
				e.priority = rapid.IntRange(0, 2).Draw(t, "priority")
				if rapid.Bool().Draw(t, "skill with a level") {
					e.target += "/2"
				}
				for range rapid.IntRange(0, 2).Draw(t, "barred") {
					e.barred = append(e.barred, interaction.PartyID(fmt.Sprintf("agent:%05d", rapid.IntRange(0, 5).Draw(t, "whom"))))
				}
				b.add(e)
				waiting = append(waiting, e)
			case 2:
				a := agentOf(rapid.IntRange(0, 5).Draw(t, "agent"), skills, rapid.IntRange(0, 2).Draw(t, "capacity"))
				a.Presence = rapid.SampledFrom([]Presence{Ready, Ready, NotReady}).Draw(t, "presence")
				a.Since = now
				b.set(a)
			case 3:
				id := interaction.PartyID(fmt.Sprintf("agent:%05d", rapid.IntRange(0, 5).Draw(t, "agent")))
				b.load(id, [media]int{rapid.IntRange(0, 1).Draw(t, "used")}, true, now)
			}
			want := choose(b, waiting, strategy)
			got := b.match(now)
			var have []string
			for _, a := range got {
				have = append(have, a.entry.id+" "+string(a.agent))
				waiting = slices.DeleteFunc(waiting, func(e *entry) bool { return e == a.entry })
			}
			require.Equal(t, want, have)
		}
	})
}

// choose is what match must do, on a copy of what it may change.
func choose(b *board, waiting []*entry, strategy Strategy) (want []string) {
	used := map[interaction.PartyID]int{}
	idle := map[interaction.PartyID]int{} // who was given something in this match comes last
	for _, m := range b.members {
		used[m.ID] = m.used[0]
	}
	sorted := slices.SortedFunc(slices.Values(waiting), (*entry).compare)
	for _, e := range sorted {
		var best *Candidate
		for _, m := range b.members {
			level, ok := b.serves(&m.Agent, e.target)
			if !ok || m.Presence != Ready || used[m.ID] >= m.Capacity.Chat || slices.Contains(e.barred, m.ID) {
				continue
			}
			c := &Candidate{Agent: m.ID, Level: level, Used: used[m.ID], Capacity: m.Capacity.Chat, Idle: m.idle, Offered: m.offered}
			if idle[m.ID] > 0 {
				c.Idle, c.Offered = noon.Add(time.Hour), noon.Add(time.Hour)
			}
			if best == nil || cmp.Or(strategy(c, best), cmp.Compare(c.Agent, best.Agent)) < 0 {
				best = c
			}
		}
		if best != nil {
			used[best.Agent]++
			idle[best.Agent]++
			want = append(want, e.id+" "+string(best.Agent))
		}
	}
	return want
}

func TestROUTE_2_never_twice_in_one_round(t *testing.T) {
	b := newBoard(nil, nil)
	b.set(agentOf(0, 1, 5))
	e := entryOf(0, 1)
	e.tried = []interaction.Attempt{{Agent: "agent:00000", At: noon.Add(time.Minute)}}
	b.add(e)
	require.Empty(t, b.match(noon.Add(time.Minute)))
	other := agentOf(1, 1, 5)
	other.Skills = []Skill{{"s9", 1}}
	other.Since = noon.Add(2 * time.Minute)
	b.set(other)
	require.Empty(t, b.match(noon.Add(2*time.Minute)), "somebody of another target begins no round")
	b.load("agent:00000", [media]int{1}, false, noon.Add(3*time.Minute))
	b.load("agent:00000", [media]int{0}, false, noon.Add(3*time.Minute))
	require.Empty(t, b.match(noon.Add(3*time.Minute)), "a declined offer begins no round")
	other.ID, other.Skills, other.Capacity = "agent:00002", []Skill{{"s0", 1}}, Capacity{Chat: 1}
	b.set(other)
	b.load("agent:00002", [media]int{1}, false, noon.Add(4*time.Minute))
	require.Len(t, b.match(noon.Add(4*time.Minute)), 1, "somebody became available")
}

func TestROUTE_8_a_load_is_read_as_it_was_written(t *testing.T) {
	slots := []slot{{id: "chat", medium: interaction.ByVoice, invitation: "i", seq: 7, owner: 1 << 60, until: time.UnixMilli(1234567890123)}, {id: "b"}}
	slots[1].until = time.UnixMilli(0)
	got, err := decodeLoad(appendLoad(nil, slots))
	require.NoError(t, err)
	require.Equal(t, slots, got)
}

func FuzzDecodeLoad(f *testing.F) {
	f.Add(appendLoad(nil, []slot{{id: "chat", medium: 2, invitation: "i", until: noon}}))
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		slots, err := decodeLoad(b)
		if err != nil {
			require.ErrorIs(t, err, errLoad)
			return
		}
		again, err := decodeLoad(appendLoad(nil, slots))
		require.NoError(t, err)
		require.Equal(t, slots, again)
	})
}

// ROUTE-11: what waits is brought together with who is there, without a store.
func BenchmarkROUTE_11_Select(b *testing.B) {
	const skills, agents = 50, 10_000
	for _, waiting := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(waiting, "_waiting"), func(b *testing.B) {
			assigned := 0
			for b.Loop() {
				b.StopTimer()
				board := newBoard(nil, nil)
				for i := range agents {
					a := agentOf(i, skills, 20)
					a.Presence = NotReady
					board.set(a)
				}
				for i := range waiting {
					board.add(entryOf(i, skills))
				}
				for i := range agents {
					board.set(agentOf(i, skills, 20))
				}
				b.StartTimer()
				assigned += len(board.match(noon))
			}
			b.ReportMetric(float64(assigned)/b.Elapsed().Seconds(), "assignments/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(assigned), "ns/assignment")
		})
	}
}

// ROUTE-11: somebody becomes free while so many wait: the cost of one offer.
func BenchmarkROUTE_11_NextOffer(b *testing.B) {
	const skills, agents = 50, 10_000
	for _, waiting := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(waiting, "_waiting"), func(b *testing.B) {
			board := newBoard(nil, nil)
			for i := range agents {
				board.set(agentOf(i, skills, 1))
			}
			for i := range waiting + agents {
				board.add(entryOf(i, skills))
			}
			board.match(noon)
			next, now := waiting+agents, noon
			for i := 0; b.Loop(); i++ {
				id := interaction.PartyID(fmt.Sprintf("agent:%05d", i%agents))
				now = now.Add(time.Millisecond)
				board.load(id, [media]int{}, true, now)
				for range board.match(now) {
					board.add(entryOf(next, skills))
					next++
				}
			}
		})
	}
}

// The cost of an offer does not grow with what waits: the comparisons of agents
// that it takes are counted. The benchmarks below have the times.
func TestROUTE_11_an_offer_costs_the_same_however_many_wait(t *testing.T) {
	const skills, agents, offers = 10, 500, 200
	cost := func(waiting int) (compared int) {
		b := newBoard(func(x, y *Candidate) int { compared++; return LongestIdle(x, y) }, nil)
		for i := range agents {
			b.set(agentOf(i, skills, 1))
		}
		for i := range waiting + agents {
			b.add(entryOf(i, skills))
		}
		b.match(noon)
		compared = 0
		for i := range offers {
			now := noon.Add(time.Duration(i+1) * time.Second)
			b.load(interaction.PartyID(fmt.Sprintf("agent:%05d", i)), [media]int{}, true, now)
			require.Len(t, b.match(now), 1)
		}
		return compared
	}
	few, many := cost(1_000), cost(50_000)
	require.LessOrEqual(t, many, few+few/10, "%d comparisons with 1,000 waiting, %d with 50,000", few, many)
}
