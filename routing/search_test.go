package routing_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// listed are the people, groups, skills and queues of the searches below.
func listed() (*routing.Team, *routing.BookOptions) {
	all := routing.Capacity{Chat: 2, IM: 1, Voice: 1}
	team, err := routing.NewTeam(
		routing.Agent{ID: "agent:maria", Name: "María José Müller", Groups: []string{"billing"}, Skills: []routing.Skill{{Name: "spanish", Level: 5}}, Presence: routing.Ready, Capacity: all},
		routing.Agent{ID: "agent:ben", Name: "Ben O'Neil", Groups: []string{"billing", "sales"}, Presence: routing.NotReady, Reason: "lunch", Capacity: all},
		routing.Agent{ID: "agent:soren", Name: "Søren Łukasz-Smith", Groups: []string{"sales"}, Skills: []routing.Skill{{Name: "spanish", Level: 2}, {Name: "c/c++", Level: 1}}, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 1}},
		routing.Agent{ID: "agent:ann", Name: "Ann Marie", Presence: routing.AfterWork, Capacity: all},
		routing.Agent{ID: "agent:x.12", Name: "Ann Bell", Presence: routing.Offline, Capacity: all},
		routing.Agent{ID: "supervisor:sam", Name: "Sam Straße", Groups: []string{"night shift"}, Presence: routing.Ready, Capacity: routing.Capacity{Voice: 1}},
	)
	if err != nil {
		panic(err)
	}
	return team, &routing.BookOptions{
		Queues: []routing.Queue{
			{Target: "queue:all", Name: "Everything", Members: []interaction.Target{"group:billing", "skill:spanish/3", "supervisor:sam", "group:none"}},
			{Target: "queue:empty", Hours: &routing.Hours{Dates: map[routing.Date][]routing.Span{}}},
		},
		Favourites: new(memstore.Favourites),
	}
}

func openBook(t testing.TB, d routing.Directory, o *routing.BookOptions) *routing.Book {
	b, err := routing.OpenBook(t.Context(), d, o)
	require.NoError(t, err)
	return b
}

func find(t require.TestingT, b *routing.Book, q routing.Query) []routing.Hit {
	hits, err := b.Search(context.Background(), q)
	require.NoError(t, err)
	return hits
}

func found(hits []routing.Hit) string {
	var all []string
	for _, h := range hits {
		all = append(all, strings.TrimPrefix(string(h.Target), "agent:"))
	}
	return strings.Join(all, " ")
}

func hit(t require.TestingT, b *routing.Book, q routing.Query, target interaction.Target) routing.Hit {
	hits := find(t, b, q)
	i := slices.IndexFunc(hits, func(h routing.Hit) bool { return h.Target == target })
	require.GreaterOrEqual(t, i, 0, "%s is not found", target)
	return hits[i]
}

func TestROUTE_6_search_by_name(t *testing.T) {
	book := openBook(t, first(listed()), second(listed()))
	const everything = "group:billing skill:c/c++ queue:all maria group:night shift group:sales supervisor:sam soren skill:spanish x.12 ann ben queue:empty"
	for text, want := range map[string]string{
		// What is available comes first, then by name.
		"":                      everything,
		"   ":                   everything,
		"m":                     "maria ann",
		"MARI":                  "maria ann",
		"müller":                "maria",
		"Mu\u0308LLER":          "maria", // with a combining mark
		"muller":                "maria",
		"mueller":               "",
		"jose mul":              "maria",
		"mul jose":              "maria", // in any order
		"jose ben":              "",      // all of them
		"ose":                   "",      // not in the middle
		"maria maria":           "maria",
		"oneil":                 "ben",
		"o’neil":                "ben",
		"o n":                   "",
		"lukasz":                "soren",
		"smith, soren":          "soren",
		"Ø":                     "ben",
		"SØREN":                 "soren",
		"strasse":               "supervisor:sam",
		"STRAẞE":                "supervisor:sam",
		"shift":                 "group:night shift",
		"ann":                   "x.12 ann", // Ann Bell before Ann Marie
		"x":                     "x.12",     // an id
		"12":                    "x.12",
		"x.12":                  "x.12",
		"agent:ma":              "maria ann", // the beginning of an id
		"agent:":                "maria soren x.12 ann ben",
		"Agent: maria":          "maria",
		"supervisor:":           "supervisor:sam",
		"group:":                "group:billing group:night shift group:sales",
		"group:s":               "group:night shift group:sales",
		"skill:c":               "skill:c/c++",
		"queue:":                "queue:all queue:empty",
		"agent":                 "",
		"nonsense:maria":        "",
		"every":                 "queue:all", // its name
		"all":                   "queue:all", // and its id
		"...":                   "",
		"\xff\xfe":              "",
		"maria\x00":             "maria",
		strings.Repeat("m", 99): "",
	} {
		require.Equal(t, want, found(find(t, book, routing.Query{Text: text})), "%q", text)
	}
}

func first[A, B any](a A, _ B) A  { return a }
func second[A, B any](_ A, b B) B { return b }

func TestROUTE_6_search_by_kind_group_and_skill(t *testing.T) {
	book := openBook(t, first(listed()), second(listed()))
	for want, q := range map[string]routing.Query{
		"group:billing group:night shift group:sales": {Kinds: []interaction.TargetKind{interaction.GroupTarget}},
		"skill:spanish queue:empty":                   {Kinds: []interaction.TargetKind{interaction.SkillTarget, interaction.QueueTarget}, Text: "s"},
		"maria ben":                                   {Group: "billing"},
		"soren ben":                                   {Group: "sales"},
		"ben":                                         {Group: "sales", Text: "b"},
		"maria soren":                                 {Skill: "spanish"},
		"maria":                                       {Skill: "spanish", Level: 3},
		"soren":                                       {Skill: "spanish", Group: "sales", Level: 2},
		"":                                            {Skill: "spanish", Level: 6},
		"group:billing skill:c/c++":                   {Limit: 2},
		"group:billing skill:c/c++ queue:all maria group:night shift group:sales supervisor:sam soren skill:spanish": {Available: true},
		"maria x.12 ann": {Limit: 3, Kinds: []interaction.TargetKind{interaction.AgentTarget}, Text: "a"},
	} {
		if strings.HasPrefix(want, "skill:spanish queue") {
			q.Text, want = "", "skill:c/c++ queue:all skill:spanish queue:empty"
		}
		if strings.HasPrefix(want, "maria x") {
			q.Text, want = "", "maria supervisor:sam soren"
		}
		require.Equal(t, want, found(find(t, book, q)), "%+v", q)
	}
	require.Empty(t, find(t, book, routing.Query{Group: "none"}))
	require.Empty(t, find(t, book, routing.Query{Skill: "none"}))
	require.Equal(t, 5, hit(t, book, routing.Query{Skill: "spanish"}, "agent:maria").Level)
}

func TestROUTE_6_hits_say_who_is_available(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		team, options := listed()
		used := map[interaction.PartyID][3]int{"agent:maria": {1, 1, 5}, "agent:ben": {1, 0, 0}}
		options.Used = func(id interaction.PartyID) [3]int { return used[id] }
		book := openBook(t, team, options)
		since := time.Now()

		h := hit(t, book, routing.Query{}, "agent:maria")
		require.Equal(t, routing.Hit{
			Target: "agent:maria", Kind: interaction.AgentTarget, Name: "María José Müller", Presence: routing.Ready, Since: h.Since,
			Available: true, Free: routing.Capacity{Chat: 1}, Consult: [3]error{nil, routing.ErrFull, routing.ErrFull},
		}, h)
		require.True(t, h.Since.Equal(since))
		h = hit(t, book, routing.Query{}, "agent:ben")
		require.Equal(t, routing.NotReady, h.Presence)
		require.Equal(t, "lunch", h.Reason)
		require.False(t, h.Available)
		require.Zero(t, h.Free)
		require.Equal(t, []error{routing.ErrUnavailable, routing.ErrUnavailable, routing.ErrUnavailable}, []error{h.Transfer, h.Conference, h.Consult[0]})
		h = hit(t, book, routing.Query{}, "supervisor:sam")
		require.Equal(t, []error{routing.ErrMedium, routing.ErrMedium, routing.ErrMedium, routing.ErrMedium, nil}, []error{h.Transfer, h.Conference, h.Consult[0], h.Consult[1], h.Consult[2]})

		h = hit(t, book, routing.Query{}, "group:billing")
		require.Equal(t, routing.Hit{
			Target: "group:billing", Kind: interaction.GroupTarget, Name: "billing", Members: 2, Ready: 1,
			Available: true, Free: routing.Capacity{Chat: 1}, Consult: [3]error{nil, routing.ErrFull, routing.ErrFull},
		}, h)
		h = hit(t, book, routing.Query{}, "skill:spanish")
		require.Equal(t, []any{2, 2, routing.Capacity{Chat: 2}, "spanish"}, []any{h.Members, h.Ready, h.Free, h.Name})
		h = hit(t, book, routing.Query{}, "skill:c/c++")
		require.Equal(t, [3]error{nil, routing.ErrMedium, routing.ErrMedium}, h.Consult)
		h = hit(t, book, routing.Query{}, "queue:all")
		require.Equal(t, []any{3, 2, routing.Capacity{Chat: 1, Voice: 1}, "Everything"}, []any{h.Members, h.Ready, h.Free, h.Name})
		h = hit(t, book, routing.Query{}, "queue:empty")
		require.Equal(t, []any{0, false, "empty", routing.ErrMedium}, []any{h.Members, h.Available, h.Name, h.Transfer})

		used["agent:maria"], used["agent:soren"] = [3]int{2, 1, 1}, [3]int{1}
		h = hit(t, book, routing.Query{}, "group:billing")
		require.Equal(t, []any{routing.ErrFull, routing.ErrFull, 1, false, routing.Capacity{}}, []any{h.Transfer, h.Consult[2], h.Ready, h.Available, h.Free})
		h = hit(t, book, routing.Query{}, "queue:all") // where it can wait
		require.Equal(t, []any{nil, nil, true}, []any{h.Transfer, h.Consult[2], h.Available})
		require.Equal(t, "queue:all group:night shift supervisor:sam", found(find(t, book, routing.Query{Available: true})))

		require.NoError(t, team.SetPresence("agent:maria", routing.AfterWork, ""))
		h = hit(t, book, routing.Query{}, "group:billing")
		require.Equal(t, []any{routing.ErrUnavailable, 0, 2}, []any{h.Transfer, h.Ready, h.Members})
	})
}

func TestROUTE_6_hits_of_queues_that_are_closed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is midnight
		team, _ := listed()
		hours := &routing.Hours{Week: nineToFive()}
		options := &routing.BookOptions{Queues: []routing.Queue{
			{Target: "queue:waits", Members: []interaction.Target{"agent:maria"}, Hours: hours},
			{Target: "queue:refuses", Members: []interaction.Target{"agent:maria"}, Hours: hours, Closed: routing.Refuse},
		}}
		book := openBook(t, team, options)
		waits, refuses := hit(t, book, routing.Query{}, "queue:waits"), hit(t, book, routing.Query{}, "queue:refuses")
		require.Equal(t, []any{false, nil, false, routing.ErrClosed, routing.ErrClosed}, []any{waits.Available, waits.Transfer, refuses.Available, refuses.Transfer, refuses.Consult[1]})
		for !hours.Open(time.Now()) {
			time.Sleep(time.Hour)
		}
		refuses = hit(t, book, routing.Query{}, "queue:refuses")
		require.Equal(t, []any{true, nil}, []any{refuses.Available, refuses.Transfer})
	})
}

// A talk is one chat's state, as the rules make it.
type talk struct {
	t *testing.T
	interaction.State
	keys int
}

// now is before any deadline.
func (c *talk) now() time.Time {
	return time.Date(2026, 11, 22, 12, 0, 0, c.keys*1_000_000, time.UTC)
}

func (c *talk) do(by interaction.PartyID, command interaction.Command) {
	c.t.Helper()
	c.keys++
	records, err := interaction.Decide(&c.State, interaction.Input{
		By: by, Key: fmt.Sprint(c.keys), Command: command, Now: c.now(),
	})
	require.NoError(c.t, err)
	for i := range records {
		require.NoError(c.t, c.Apply(records[i]))
	}
}

// accepts has the agent accept its offer.
func (c *talk) accepts(id interaction.PartyID) {
	c.t.Helper()
	for i := range c.Invitations {
		if c.Invitations[i].Agent == id {
			c.do(id, interaction.Accept{Invitation: c.Invitations[i].ID})
			return
		}
	}
	c.t.Fatalf("%s has no offer", id)
}

// owned is a chat of pat with maria.
func owned(t *testing.T) *talk {
	c := &talk{t: t}
	c.do("contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat"}, Target: "agent:maria"})
	c.accepts("agent:maria")
	return c
}

// ready is a team of which all are ready, and can do everything.
func ready(t *testing.T) *routing.Team {
	team := new(routing.Team)
	for _, id := range []interaction.PartyID{"agent:maria", "agent:ben", "agent:zoe", "agent:leo", "supervisor:sam"} {
		require.NoError(t, team.Set(routing.Agent{
			ID: id, Name: string(id), Groups: []string{"all", "only " + string(id)}, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 1, IM: 1, Voice: 1},
		}))
	}
	return team
}

// acts are the errors of a hit, and that those of all media are the same.
func acts(t *testing.T, h routing.Hit) [3]error {
	t.Helper()
	require.Equal(t, [3]error{h.Consult[0], h.Consult[0], h.Consult[0]}, h.Consult)
	return [3]error{h.Transfer, h.Conference, h.Consult[0]}
}

func same(err error) [3]error { return [3]error{err, err, err} }

func TestROUTE_6_hits_say_what_is_possible_in_a_chat(t *testing.T) {
	team := ready(t)
	book := openBook(t, team, &routing.BookOptions{Queues: []routing.Queue{{Target: "queue:q", Members: []interaction.Target{"group:all"}}}})
	c := owned(t)
	is := func(who interaction.PartyID, target interaction.Target, want [3]error) {
		t.Helper()
		require.Equal(t, want, acts(t, hit(t, book, routing.Query{For: who, Chat: &c.State}, target)), "%s of %s", who, target)
	}
	is("agent:maria", "agent:ben", [3]error{})
	is("agent:maria", "agent:maria", same(routing.ErrSelf))
	is("agent:maria", "group:all", [3]error{})
	is("agent:maria", "group:only agent:maria", same(routing.ErrSelf))
	is("agent:maria", "queue:q", [3]error{})
	// By the chat's rules: who is not in it can do nothing.
	for _, who := range []interaction.PartyID{"agent:ben", "contact:pat", "supervisor:sam"} {
		is(who, "agent:zoe", [3]error{
			c.Refusal(who, interaction.TransferKind), c.Refusal(who, interaction.ConferenceKind), c.Refusal(who, interaction.ConsultKind),
		})
		require.Error(t, c.Refusal(who, interaction.ConsultKind))
	}
	// Without a chat only who is available counts, and oneself.
	require.Equal(t, [3]error{}, acts(t, hit(t, book, routing.Query{For: "agent:ben"}, "agent:maria")))
	require.Equal(t, same(routing.ErrSelf), acts(t, hit(t, book, routing.Query{For: "agent:ben"}, "agent:ben")))
	require.Equal(t, [3]error{}, acts(t, hit(t, book, routing.Query{}, "agent:ben")))

	// In a conference only the owner hands over.
	c.do("agent:maria", interaction.Conference{To: "agent:ben"})
	is("agent:maria", "agent:ben", same(routing.ErrOffered))
	c.accepts("agent:ben")
	is("agent:maria", "agent:ben", same(routing.ErrInChat))
	is("agent:maria", "group:only agent:ben", same(routing.ErrInChat))
	is("agent:ben", "agent:zoe", [3]error{c.Refusal("agent:ben", interaction.TransferKind), nil, nil})
	is("agent:ben", "agent:maria", [3]error{c.Refusal("agent:ben", interaction.TransferKind), routing.ErrInChat, routing.ErrInChat})

	// Whom one consults can take over, ready or not, and cannot be asked twice.
	c.do("agent:maria", interaction.Consult{To: "agent:zoe", Medium: interaction.ByChat})
	is("agent:maria", "agent:zoe", same(routing.ErrOffered))
	is("agent:ben", "agent:zoe", [3]error{c.Refusal("agent:ben", interaction.TransferKind), interaction.ErrTarget, interaction.ErrTarget}) // it may not know why
	c.accepts("agent:zoe")
	require.NoError(t, team.SetPresence("agent:zoe", routing.NotReady, ""))
	is("agent:maria", "agent:zoe", [3]error{nil, nil, routing.ErrConsulting})
	is("agent:maria", "group:only agent:zoe", [3]error{routing.ErrUnavailable, routing.ErrUnavailable, routing.ErrConsulting})
	is("agent:ben", "agent:zoe", [3]error{c.Refusal("agent:ben", interaction.TransferKind), routing.ErrUnavailable, routing.ErrUnavailable})
	c.do("agent:maria", interaction.Conference{To: "agent:zoe"})
	is("agent:maria", "agent:zoe", [3]error{nil, routing.ErrOffered, routing.ErrConsulting})
	c.do("agent:maria", interaction.Transfer{To: "agent:zoe"}) // as it says
	require.Equal(t, interaction.PartyID("agent:zoe"), c.Owner)

	// One transfer at a time.
	c.do("agent:zoe", interaction.Transfer{To: "group:all"})
	is("agent:zoe", "agent:leo", [3]error{interaction.ErrTransferOpen, nil, nil})
	is("agent:zoe", "queue:q", [3]error{interaction.ErrTransferOpen, nil, nil})
	c.do("agent:zoe", interaction.End{})
	require.Error(t, c.Refusal("agent:zoe", interaction.ConsultKind))
	is("agent:zoe", "agent:leo", [3]error{
		c.Refusal("agent:zoe", interaction.TransferKind), c.Refusal("agent:zoe", interaction.ConferenceKind), c.Refusal("agent:zoe", interaction.ConsultKind),
	})
}

// What a hit allows by the rules is what the rules allow.
func TestROUTE_6_hits_say_what_the_rules_decide(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		team := ready(t)
		book := openBook(t, team, nil)
		c := owned(t)
		agents := []interaction.PartyID{"agent:maria", "agent:ben", "agent:zoe", "agent:leo", "supervisor:sam"}
		command := func(kind int, to interaction.Target) interaction.Command {
			switch kind {
			case 0:
				return interaction.Transfer{To: to}
			case 1:
				return interaction.Conference{To: to}
			}
			return interaction.Consult{To: to, Medium: interaction.ByChat}
		}
		for range rapid.IntRange(0, 12).Draw(rt, "steps") {
			by := rapid.SampledFrom(agents).Draw(rt, "by")
			if rapid.Bool().Draw(rt, "accept") {
				for i := range c.Invitations {
					if c.Invitations[i].Agent == by {
						c.do(by, interaction.Accept{Invitation: c.Invitations[i].ID})
						break
					}
				}
				continue
			}
			cmd := command(rapid.IntRange(0, 2).Draw(rt, "kind"), interaction.Target(rapid.SampledFrom(agents).Draw(rt, "to")))
			if _, err := interaction.Decide(&c.State, interaction.Input{By: by, Key: "try", Command: cmd, Now: c.now()}); err == nil {
				c.do(by, cmd)
			}
		}
		for _, by := range agents {
			for _, to := range agents {
				h := hit(t, book, routing.Query{For: by, Chat: &c.State}, interaction.Target(to))
				for kind, got := range acts(t, h) {
					_, err := interaction.Decide(&c.State, interaction.Input{
						By: by, Key: "judge", Command: command(kind, interaction.Target(to)), Now: c.now(),
					})
					require.Equal(rt, err == nil, got == nil, "%s, %d, %s: the rules say %v, the hit %v", by, kind, to, err, got)
				}
			}
		}
	})
}

func TestROUTE_6_search_among_favourites_and_recents(t *testing.T) {
	team, options := listed()
	book := openBook(t, team, options)
	ctx := t.Context()
	for _, f := range []interaction.Target{"skill:spanish/3", "agent:ben", "group:gone", "agent:maria"} {
		require.NoError(t, options.Favourites.Add(ctx, "agent:ann", f))
		require.NoError(t, options.Favourites.Used(ctx, "agent:ann", f))
	}
	require.NoError(t, options.Favourites.Used(ctx, "agent:ann", "queue:all"))
	require.NoError(t, options.Favourites.Used(ctx, "agent:ann", "skill:spanish"))
	ann := func(q routing.Query) string {
		q.For = "agent:ann"
		return found(find(t, book, q))
	}
	require.Equal(t, "maria skill:spanish ben", ann(routing.Query{Favourites: true}))
	require.Equal(t, "skill:spanish queue:all maria ben", ann(routing.Query{Recents: true})) // the latest first
	require.Equal(t, "skill:spanish queue:all", ann(routing.Query{Recents: true, Limit: 2}))
	require.Equal(t, "skill:spanish queue:all maria", ann(routing.Query{Recents: true, Available: true}))
	require.Equal(t, "skill:spanish maria ben", ann(routing.Query{Recents: true, Favourites: true}))
	require.Equal(t, "maria", ann(routing.Query{Favourites: true, Text: "mar"}))
	require.Empty(t, find(t, book, routing.Query{Favourites: true, For: "agent:ben"}))
	require.True(t, hit(t, book, routing.Query{For: "agent:ann"}, "agent:maria").Favourite)
	require.False(t, hit(t, book, routing.Query{For: "agent:ann"}, "queue:all").Favourite)
	require.False(t, hit(t, book, routing.Query{For: "agent:ben"}, "agent:maria").Favourite)
	require.Empty(t, find(t, openBook(t, team, nil), routing.Query{Favourites: true, For: "agent:ann"}))
	_, err := book.Search(ctx, routing.Query{For: "contact:pat"})
	require.ErrorIs(t, err, interaction.ErrTarget) // as the favourites say
}

func TestROUTE_6_search_refuses_what_makes_no_sense(t *testing.T) {
	book := openBook(t, first(listed()), nil)
	for field, q := range map[string]routing.Query{
		"Text":   {Text: strings.Repeat("a", 201)},
		"Kinds":  {Kinds: []interaction.TargetKind{interaction.NoTarget}},
		"Level":  {Level: 3},
		"For":    {Favourites: true},
		"For ":   {Recents: true},
		"For  ":  {Chat: new(interaction.State)},
		"Kinds ": {Kinds: []interaction.TargetKind{interaction.QueueTarget + 1}},
	} {
		hits, err := book.Search(t.Context(), q)
		require.Nil(t, hits)
		require.ErrorIs(t, err, routing.ErrQuery)
		var fault *routing.QueryError
		require.ErrorAs(t, err, &fault)
		require.Equal(t, strings.TrimSpace(field), fault.Field)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := book.Search(ctx, routing.Query{})
	require.ErrorIs(t, err, context.Canceled)
	for _, queues := range [][]routing.Queue{{{Target: "group:x"}}, {{Target: "queue:x"}, {Target: "queue:x"}}} {
		_, err := routing.OpenBook(t.Context(), new(routing.Team), &routing.BookOptions{Queues: queues})
		var fault *routing.QueueError
		require.ErrorAs(t, err, &fault)
	}
}

// A brittle directory fails, and loses what it has to tell.
type brittle struct {
	*routing.Team
	err   error
	deaf  bool
	reads int
}

func (d *brittle) Agents(ctx context.Context) iter.Seq2[routing.Agent, error] {
	d.reads++
	if d.err != nil {
		return func(yield func(routing.Agent, error) bool) { yield(routing.Agent{}, d.err) }
	}
	return d.Team.Agents(ctx)
}

func (d *brittle) Agent(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
	if d.err != nil {
		return routing.Agent{}, d.err
	}
	return d.Team.Agent(ctx, id)
}

func (d *brittle) Watch(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
	return d.Team.Watch(ctx, func(id interaction.PartyID) {
		if !d.deaf {
			changed(id)
		}
	})
}

func TestROUTE_6_the_book_hears_of_every_change(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		team, options := listed()
		d := &brittle{Team: team}
		book := openBook(t, d, options)
		require.Equal(t, 1, d.reads)
		require.NoError(t, team.Set(routing.Agent{ID: "agent:new", Name: "Nina", Groups: []string{"sales", "fresh"}, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 1}}))
		require.Equal(t, "new", found(find(t, book, routing.Query{Text: "nina"})))
		require.Equal(t, "new soren ben", found(find(t, book, routing.Query{Group: "sales"})))
		require.Equal(t, "group:fresh", found(find(t, book, routing.Query{Text: "fresh"})))
		require.NoError(t, team.Set(routing.Agent{ID: "agent:new", Name: "Olga", Groups: []string{"sales"}}))
		require.Equal(t, "new", found(find(t, book, routing.Query{Text: "olga"})))
		require.Empty(t, find(t, book, routing.Query{Text: "nina"}))
		require.Empty(t, find(t, book, routing.Query{Text: "fresh"})) // nobody is in it any more
		require.NoError(t, team.SetPresence("agent:maria", routing.Offline, ""))
		require.Equal(t, routing.Offline, hit(t, book, routing.Query{}, "agent:maria").Presence)
		team.Remove("agent:maria")
		require.Empty(t, find(t, book, routing.Query{Text: "maria"}))
		require.Equal(t, "ben", found(find(t, book, routing.Query{Group: "billing"})))
		require.Equal(t, 1, hit(t, book, routing.Query{}, "group:billing").Members)
		require.Equal(t, 1, hit(t, book, routing.Query{}, "skill:spanish").Members)
		require.Equal(t, 1, d.reads) // all of it without reading everybody

		// What was lost is found after a while, also where a context ended.
		d.deaf = true
		require.NoError(t, team.SetPresence("agent:ben", routing.Ready, ""))
		require.Equal(t, routing.NotReady, hit(t, book, routing.Query{}, "agent:ben").Presence)
		time.Sleep(time.Minute)
		require.Equal(t, routing.Ready, hit(t, book, routing.Query{}, "agent:ben").Presence)
		team.Remove("agent:ben")
		time.Sleep(time.Minute)
		require.Empty(t, find(t, book, routing.Query{Text: "ben"}))
		d.deaf = false

		// An error is told, and nothing is lost by it.
		require.NoError(t, team.SetPresence("agent:soren", routing.AfterWork, ""))
		d.err = errors.New("the database is away")
		for range 2 {
			_, err := book.Search(t.Context(), routing.Query{})
			require.ErrorIs(t, err, d.err)
		}
		time.Sleep(time.Hour)
		_, err := book.Search(t.Context(), routing.Query{})
		require.ErrorIs(t, err, d.err)
		_, err = routing.OpenBook(t.Context(), d, nil)
		require.ErrorIs(t, err, d.err)
		d.err = nil
		require.Equal(t, routing.AfterWork, hit(t, book, routing.Query{}, "agent:soren").Presence)
	})
}

// A book that was kept up to date is one that was just opened.
func TestROUTE_6_the_book_is_what_a_new_one_would_be(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		team := new(routing.Team)
		options := &routing.BookOptions{Queues: []routing.Queue{{Target: "queue:q", Members: []interaction.Target{"group:g1", "skill:s1/2", "agent:3"}}}}
		book := openBook(t, team, options)
		some := func(label string, of ...string) []string {
			return slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(of), 0, 3).Draw(rt, label))))
		}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			id := interaction.PartyID(fmt.Sprint("agent:", rapid.IntRange(1, 6).Draw(rt, "id")))
			switch rapid.IntRange(0, 5).Draw(rt, "do") {
			case 0:
				team.Remove(id)
			case 1, 2, 3:
				a := routing.Agent{
					ID: id, Name: rapid.SampledFrom([]string{"Anna", "Ánna Bell", "Bell", "g1"}).Draw(rt, "name"), Groups: some("groups", "g1", "g2", "Bell"),
					Presence: routing.Presence(rapid.IntRange(0, 3).Draw(rt, "presence")), Capacity: routing.Capacity{Chat: rapid.IntRange(0, 2).Draw(rt, "chat"), Voice: 1},
				}
				for _, s := range some("skills", "s1", "s2") {
					a.Skills = append(a.Skills, routing.Skill{Name: s, Level: rapid.IntRange(1, 3).Draw(rt, "level")})
				}
				require.NoError(rt, team.Set(a))
			case 4:
				_ = team.SetPresence(id, routing.Ready, "")
			}
			if rapid.Bool().Draw(rt, "search") {
				anew := openBook(t, team, options)
				for _, q := range []routing.Query{{}, {Text: "b"}, {Text: "an be"}, {Group: "g1"}, {Skill: "s1", Level: 2}, {Text: "g", Available: true}} {
					require.Equal(rt, find(rt, anew, q), find(rt, book, q), "%+v", q)
				}
			}
		}
	})
}

// A search finds what a look at every word would find.
func TestROUTE_6_search_finds_all_prefixes(t *testing.T) {
	names := []string{"Anna Bell", "anna", "Bel Air", "Bella Annabel", "Ömer", "O'Mara", "omega", "  Zed ", "A-B C.D"}
	team := new(routing.Team)
	for i, n := range names {
		require.NoError(t, team.Set(routing.Agent{ID: interaction.PartyID(fmt.Sprintf("agent:%d", i)), Name: n}))
	}
	book := openBook(t, team, nil)
	words := func(s string) []string {
		s = strings.NewReplacer("ö", "o", "'", "", "-", " ", ".", " ").Replace(strings.ToLower(strings.ReplaceAll(s, "Ö", "ö")))
		return strings.Fields(s)
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aAbBelnoÖözd01 -'")), 0, 12, -1).Draw(rt, "text")
		var want []interaction.Target
		for i, n := range names {
			has := append(words(n), fmt.Sprint(i))
			if !slices.ContainsFunc(words(text), func(w string) bool {
				return !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, w) })
			}) && (len(words(text)) > 0 || strings.TrimSpace(text) == "") {
				want = append(want, interaction.Target(fmt.Sprint("agent:", i)))
			}
		}
		var got []interaction.Target
		for _, h := range find(rt, book, routing.Query{Text: text}) {
			got = append(got, h.Target)
		}
		slices.Sort(got)
		require.Equal(rt, want, got)
	})
}

func TestROUTE_6_many_search_at_once(t *testing.T) {
	team, options := listed()
	book := openBook(t, team, options)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 100 {
				id := interaction.PartyID(fmt.Sprint("agent:w", w))
				if err := team.Set(routing.Agent{ID: id, Name: fmt.Sprintf("W%d N%d", w, i), Groups: []string{fmt.Sprint("g", i%3)}}); err != nil {
					t.Error(err)
				}
				hits, err := book.Search(context.Background(), routing.Query{Text: fmt.Sprintf("w%d n%d", w, i)})
				if err != nil || len(hits) != 1 || hits[0].Target != interaction.Target(id) {
					t.Errorf("found %v, %v", hits, err)
				}
				if i%10 == 9 {
					team.Remove(id)
				}
			}
		})
	}
	wg.Wait()
}

func TestROUTE_6_search_takes_little_memory(t *testing.T) {
	book := openBook(t, crowd(t, 2000), nil)
	ctx := context.Background()
	allocs := testing.AllocsPerRun(50, func() {
		if _, err := book.Search(ctx, routing.Query{Text: "a"}); err != nil {
			t.Error(err)
		}
	})
	// Two, and a few more under the race detector, which empties pools: none of
	// them for each of the two thousand.
	require.LessOrEqual(t, allocs, 30.0)
}

func FuzzROUTE_6_search(f *testing.F) {
	for _, text := range []string{"", "maria", "mü o'n", "skill:spanish/3", "\xff", "ẞ", "ﬁ", "Ⅷ", "ไทย", "हिन्दी", "한국", "e" + strings.Repeat("\u0301", 60), "::", "group:", "\u202e", "ǅ"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// A name is found by itself, and by each beginning of it.
		team := new(routing.Team)
		a := routing.Agent{ID: "agent:1", Name: text, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 1}}
		if team.Set(a) != nil {
			a.Name = "Nobody"
			require.NoError(t, team.Set(a))
		}
		book := openBook(t, team, nil)
		everything := len(find(t, book, routing.Query{}))
		hits, err := book.Search(t.Context(), routing.Query{Text: text})
		if len(text) > 200 {
			require.ErrorIs(t, err, routing.ErrQuery)
			return
		}
		require.NoError(t, err)
		require.LessOrEqual(t, len(hits), everything)
		if a.Name != text || strings.Contains(text, ":") {
			return
		}
		// A name without a letter is found by nothing.
		if len(hits) == 0 {
			require.Empty(t, find(t, book, routing.Query{Text: strings.Repeat(text, 2)[:len(text)]}))
			return
		}
		for i := range text {
			if utf8.ValidString(text[:i]) && len(find(t, book, routing.Query{Text: text[:i]})) == 0 {
				// Only where the beginning has no letter yet.
				require.Empty(t, find(t, openBook(t, first(listed()), nil), routing.Query{Text: text[:i]}))
			}
		}
	})
}

// The agent Ann looks for somebody who speaks Spanish to hand a chat over to.
func ExampleBook() {
	ctx := context.Background()
	team, err := routing.NewTeam(
		routing.Agent{ID: "agent:ann", Name: "Ann", Groups: []string{"sales"}, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 2}},
		routing.Agent{ID: "agent:maria", Name: "María Müller", Skills: []routing.Skill{{Name: "spanish", Level: 5}}, Presence: routing.Ready, Capacity: routing.Capacity{Chat: 2}},
		routing.Agent{ID: "agent:marc", Name: "Marc", Skills: []routing.Skill{{Name: "spanish", Level: 2}}, Presence: routing.NotReady, Reason: "lunch", Capacity: routing.Capacity{Chat: 2}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := routing.OpenBook(ctx, team, &routing.BookOptions{
		Used: func(id interaction.PartyID) [3]int { return [3]int{interaction.ByChat: 1} },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, q := range []routing.Query{{Text: "mar"}, {Skill: "spanish", Level: 3}, {Text: "an"}, {Kinds: []interaction.TargetKind{interaction.SkillTarget}}} {
		q.For = "agent:ann"
		hits, err := book.Search(ctx, q)
		fmt.Println(len(hits), err)
		for _, h := range hits {
			fmt.Printf("  %s, %v, free %d: transfer %v\n", h.Name, h.Presence, h.Free.Chat, h.Transfer)
		}
	}
	// Output:
	// 2 <nil>
	//   María Müller, ready, free 1: transfer <nil>
	//   Marc, not ready, free 0: transfer routing: the agent is not ready
	// 1 <nil>
	//   María Müller, ready, free 1: transfer <nil>
	// 1 <nil>
	//   Ann, ready, free 1: transfer routing: oneself cannot be asked
	// 1 <nil>
	//   spanish, offline, free 1: transfer <nil>
}
