package routing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
)

var (
	givenNames  = []string{"María", "José", "Zoë", "André", "Anna", "Ben", "Chloé", "David", "Eva", "Frank", "Grace", "Hans", "Ingrid", "Jürgen", "Kenji", "Laura", "Mohammed", "Nguyễn", "Olga", "Søren", "Alice", "Amélie", "Aisha"}
	familyNames = []string{"Müller", "García López", "O'Neil", "Smith", "Nakamura", "Ivanova", "Björk", "Łukasz", "D'Angelo", "van den Berg", "Çelik", "Schmidt", "Almeida", "Andersson", "Ferreira", "Kowalski"}
)

// crowd is a team of n agents in 60 groups and with 50 skills, of whom every
// third is ready.
func crowd(tb testing.TB, n int) *routing.Team {
	random := rand.New(rand.NewPCG(1, 2))
	team := new(routing.Team)
	for i := range n {
		a := routing.Agent{
			ID: interaction.PartyID(fmt.Sprintf("agent:user%05d", i)), Name: givenNames[random.IntN(len(givenNames))] + " " + familyNames[random.IntN(len(familyNames))],
			Presence: routing.Presence(1 + i%3), Capacity: routing.Capacity{Chat: 3, IM: 5, Voice: 1},
		}
		for g := range 3 {
			a.Groups = append(a.Groups, fmt.Sprintf("team %02d", 20*g+random.IntN(20)))
		}
		for s := range 5 {
			a.Skills = append(a.Skills, routing.Skill{Name: fmt.Sprintf("skill%02d", 10*s+random.IntN(10)), Level: random.IntN(5)})
		}
		require.NoError(tb, team.Set(a))
	}
	return team
}

// A search in a book of 10,000 (ROUTE-6): one may cost 1 ms.
func BenchmarkROUTE_6_search(b *testing.B) {
	team := crowd(b, 9_885) // with 110 groups and skills and 5 queues 10,000
	var queues []routing.Queue
	for i := range 5 {
		queues = append(queues, routing.Queue{Target: interaction.Target(fmt.Sprint("queue:q", i)), Members: []interaction.Target{
			interaction.Target(fmt.Sprintf("group:team %02d", i)), interaction.Target(fmt.Sprintf("skill:skill%02d/3", i)),
		}})
	}
	full := make(map[interaction.PartyID][3]int)
	for i := range 9_885 {
		full[interaction.PartyID(fmt.Sprintf("agent:user%05d", i))] = [3]int{3, 5, 1}
	}
	open := func(b *testing.B, used func(interaction.PartyID) [3]int) *routing.Book {
		book, err := routing.OpenBook(b.Context(), team, &routing.BookOptions{Queues: queues, Used: used})
		require.NoError(b, err)
		return book
	}
	ctx := context.Background()
	for _, c := range []struct {
		name  string
		query routing.Query
		full  bool
		hits  int
	}{
		{"one letter", routing.Query{Text: "a"}, false, 50},
		{"two words", routing.Query{Text: "mari gar"}, false, 34},
		{"one agent", routing.Query{Text: "user04711"}, false, 1},
		{"nobody", routing.Query{Text: "xyzzy"}, false, 0},
		{"no text", routing.Query{}, false, 50},
		{"one letter, all full", routing.Query{Text: "a"}, true, 50},
		{"no text, all full", routing.Query{}, true, 50},
		{"groups", routing.Query{Kinds: []interaction.TargetKind{interaction.GroupTarget}}, false, 50},
		{"groups, all full", routing.Query{Kinds: []interaction.TargetKind{interaction.GroupTarget}}, true, 50},
		{"skills", routing.Query{Kinds: []interaction.TargetKind{interaction.SkillTarget}}, false, 50},
		{"in a group, with a skill", routing.Query{Group: "team 07", Skill: "skill03", Level: 1}, false, 43},
		{"everybody", routing.Query{Limit: 10_000}, false, 10_000},
	} {
		b.Run(c.name, func(b *testing.B) {
			used := func(interaction.PartyID) [3]int { return [3]int{1, 0, 0} }
			if c.full {
				used = func(id interaction.PartyID) [3]int { return full[id] }
			}
			book := open(b, used)
			b.ReportAllocs()
			var hits []routing.Hit
			for b.Loop() {
				var err error
				if hits, err = book.Search(ctx, c.query); err != nil {
					b.Fatal(err)
				}
			}
			require.Equal(b, c.hits, len(hits))
		})
	}
	b.Run("after a presence changed", func(b *testing.B) {
		book := open(b, nil)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_ = team.SetPresence("agent:user00001", routing.Presence(1+i%2), "")
			if _, err := book.Search(ctx, routing.Query{Text: "user00001"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("after a name changed", func(b *testing.B) {
		book := open(b, nil)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_ = team.Set(routing.Agent{ID: "agent:user00001", Name: fmt.Sprint("Name ", i)})
			if _, err := book.Search(ctx, routing.Query{Text: "user00001"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			open(b, nil)
		}
	})
}
