package storetest

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel"
)

var findCases = []Case{
	{"F01_EveryField", f01EveryField},
	{"F02_EachCondition", f02Conditions},
	{"F03_OrderAndPages", f03Pages},
	{"F04_PagesWhileNewOnesArrive", f04Arrivals},
	{"F05_FollowsTheCommit", f05Follows},
	{"F06_AnyQuery", f06AnyQuery},
	{"F07_FindAfterARestart", f07Restart},
}

// summarise gives a stream its first or another index.
func (s *suite) summarise(st chatkernel.Store, stream string, head uint64, x chatkernel.Index) {
	s.Helper()
	c := commit(stream, head, 1)
	c.Index = &x
	s.append(st, c)
}

// finds says which streams a query gives.
func (s *suite) finds(q chatkernel.Query, want ...string) {
	s.Helper()
	for name, st := range s.both() {
		if got := streams(s.find(st, q)); !slices.Equal(got, want) {
			s.Fatalf("through %s, Find(%+v) = %q, want %q", name, q, got, want)
		}
	}
}

func streams(all []chatkernel.Entry) (names []string) {
	for _, e := range all {
		names = append(names, e.Stream)
	}
	return names
}

func f01EveryField(s *suite) {
	full := chatkernel.Index{
		Phase: "done", Contact: `contact:o'Brien "x" \ {1,2}`, Owner: "agent:maría", LastOwner: "agent:b,c", Queue: "queue:Ölfarben, 50 %", Priority: -3,
		Channel: "chat, \"web\"", Disposition: "sold/50 %", Former: []string{"contact:a,b", "contact:{c}"},
		Started: epochStart, Ended: epochStart.Add(time.Hour + time.Microsecond),
		Engaged: []string{"agent:maría", "agent:b,c", "agent:{d}", `agent:"e"`, "agent:\\", "agent:"}, Consults: []string{"agent:x", "agent:y"},
		Invited: []string{"agent:👋🏽"}, Attached: []string{"agent:maría", "agent:null"},
		Seeking: []string{"skill:Öl/3", "group:x, y"},
	}
	c := commit("full", 0, 3)
	c.Index, c.Wake = &full, epochStart.Add(2*time.Hour)
	s.append(s.a, c)
	s.append(s.a, commit("full", 3, 2)) // moves head and wake, not the index
	empty := chatkernel.Index{Started: epochStart.Add(-time.Hour), Priority: math.MaxInt32}
	s.summarise(s.a, "empty", 0, empty)
	s.append(s.a, commit("none", 0, 1))
	for name, st := range s.both() {
		got := s.find(st, chatkernel.Query{})
		if len(got) != 2 {
			s.Fatalf("through %s: %d streams are found, want the 2 that have an index", name, len(got))
		}
		for i, want := range []chatkernel.Entry{
			{Stream: "full", Head: 5, Index: full}, {Stream: "empty", Head: 1, Index: empty},
		} {
			e := got[i]
			if e.Stream != want.Stream || e.Head != want.Head || !sameTime(e.Wake, want.Wake) || !sameIndex(e.Index, want.Index) {
				s.Fatalf("through %s: found %+v, want %+v", name, e, want)
			}
		}
	}
}

func f02Conditions(s *suite) {
	day := func(n int) time.Time { return epochStart.AddDate(0, 0, n) }
	s.summarise(s.a, "1", 0, chatkernel.Index{Phase: "waiting", Contact: "pat", Channel: "web", Queue: "billing", Started: day(1), Invited: []string{"ben"}, Seeking: []string{"billing"}})
	s.summarise(s.a, "2", 0, chatkernel.Index{Phase: "active", Contact: "pat", Owner: "ada", Queue: "billing", Started: day(2), Engaged: []string{"ben", "ada"}, Attached: []string{"ada", "sam"}, Seeking: []string{"sales", "spanish"}})
	s.summarise(s.a, "3", 0, chatkernel.Index{Phase: "ended", Contact: "kim", Former: []string{"pat", "lee"}, Owner: "ben", LastOwner: "ben", Channel: "app", Started: day(3), Engaged: []string{"ben"}, Consults: []string{"ada"}})
	s.summarise(s.a, "4", 0, chatkernel.Index{Phase: "done", Contact: "pa", Owner: "", LastOwner: "ada", Disposition: "sold", Queue: "Billing", Started: day(4), Engaged: []string{"ada", "be"}})
	type q = chatkernel.Query
	s.finds(q{}, "4", "3", "2", "1")
	s.finds(q{Contact: "pat"}, "3", "2", "1") // also what was assigned away from it
	s.finds(q{Contact: "lee"}, "3")
	s.finds(q{Contact: "pat", After: &chatkernel.Entry{Stream: "3", Index: chatkernel.Index{Started: day(3)}}}, "2", "1")
	s.finds(q{Contact: "pat", Owner: "ben"}, "3")
	s.finds(q{LastOwner: "ada"}, "4")
	s.finds(q{LastOwner: "ben", Contact: "kim"}, "3")
	s.finds(q{Channel: "web"}, "1")
	s.finds(q{Channel: "we"})
	s.finds(q{Disposition: "sold"}, "4")
	s.finds(q{Disposition: "sold", Channel: "web"})
	s.finds(q{Contact: "Pat"})
	s.finds(q{Contact: "p%"})
	s.finds(q{Owner: "ben"}, "3")
	s.finds(q{Queue: "billing"}, "2", "1")
	s.finds(q{Engaged: "ben"}, "3", "2")
	s.finds(q{Engaged: "ada"}, "4", "2")
	s.finds(q{Engaged: "sam"})
	s.finds(q{Working: "ada"}, "3", "2") // not the one in which she only was
	s.finds(q{Working: "ben"}, "3", "1")
	s.finds(q{Working: "sam"}, "2")
	s.finds(q{Working: "be"})
	s.finds(q{Phases: []string{"waiting", "done"}}, "4", "1")
	s.finds(q{Phases: []string{"active", "active"}}, "2")
	s.finds(q{Phases: []string{}}, "4", "3", "2", "1")
	s.finds(q{Phases: []string{"nothing"}})
	s.finds(q{Seeking: true}, "2", "1")
	s.finds(q{Seeking: true, Phases: []string{"waiting", "done"}}, "1")
	s.finds(q{Seeking: true, Owner: "ada", Contact: "pat"}, "2")
	s.finds(q{Since: day(2)}, "4", "3", "2")
	s.finds(q{Since: day(2).Add(time.Microsecond)}, "4", "3")
	s.finds(q{Until: day(3)}, "2", "1")
	s.finds(q{Until: day(3).Add(time.Microsecond)}, "3", "2", "1")
	s.finds(q{Since: day(2), Until: day(4)}, "3", "2")
	s.finds(q{Since: day(4), Until: day(2)})
	s.finds(q{Contact: "pat", Engaged: "ben", Working: "ada", Owner: "ada", Queue: "billing", Phases: []string{"active"}, Since: day(2), Until: day(3)}, "2")
	s.finds(q{Owner: "ben", Engaged: "ada"})
	s.finds(q{Limit: 2}, "4", "3")
}

func f03Pages(s *suite) {
	// Many begin at the same moment: then the name decides, by its bytes.
	var want []string
	n := 0
	for minute := 3; minute >= 0; minute-- {
		for _, name := range []string{"B", "Z", "a", "a\x00", "a b", "aa", "b", "é", "\xff"} {
			stream := fmt.Sprintf("%s|%d", name, minute)
			want = append(want, stream)
			n++
		}
	}
	perm := rand.New(rand.NewPCG(1, 2)).Perm(n)
	for _, i := range perm {
		stream := want[i]
		minute := int(stream[len(stream)-1] - '0')
		s.summarise(s.a, stream, 0, chatkernel.Index{Phase: "done", Contact: "pat", Started: epochStart.Add(time.Duration(minute) * time.Minute)})
	}
	slices.SortFunc(want, func(a, b string) int {
		return cmp.Or(cmp.Compare(b[len(b)-1], a[len(a)-1]), cmp.Compare(a, b))
	})
	for _, size := range []int{1, 2, 7, n, n + 1} {
		for _, q := range []chatkernel.Query{{}, {Contact: "pat"}, {Phases: []string{"done", "active"}}} {
			q.Limit = size
			var got []string
			for {
				page := s.find(s.z, q)
				if len(page) > size {
					s.Fatalf("a page of %d has %d entries", size, len(page))
				}
				got = append(got, streams(page)...)
				if len(page) < size {
					break
				}
				q.After = &page[len(page)-1]
			}
			if !slices.Equal(got, want) {
				s.Fatalf("pages of %d give %q, want %q", size, got, want)
			}
		}
	}
	// The place need not be a stream that exists.
	between := chatkernel.Entry{Stream: "a!", Index: chatkernel.Index{Started: epochStart.Add(2 * time.Minute)}}
	first := slices.IndexFunc(want, func(stream string) bool {
		return stream[len(stream)-1] == '2' && stream > "a!" || stream[len(stream)-1] < '2'
	})
	s.finds(chatkernel.Query{After: &between}, want[first:]...)

	// A limit that is not given is 100.
	for i := range 100 {
		s.summarise(s.a, fmt.Sprint("more ", i), 0, chatkernel.Index{Phase: "done", Started: epochStart.Add(time.Hour)})
	}
	for _, limit := range []int{0, -1} {
		if got := s.find(s.z, chatkernel.Query{Limit: limit}); len(got) != 100 {
			s.Fatalf("a limit of %d gives %d entries of %d, want 100", limit, len(got), n+100)
		}
	}
	if got := s.find(s.z, chatkernel.Query{Limit: 1000}); len(got) != n+100 {
		s.Fatalf("a limit of 1000 gives %d entries, want all %d", len(got), n+100)
	}
}

func f04Arrivals(s *suite) {
	const old = 40
	start := func(i int) time.Time { return epochStart.Add(time.Duration(i/3) * time.Second) }
	for i := range old {
		s.summarise(s.a, fmt.Sprint("old ", i), 0, chatkernel.Index{Phase: "active", Contact: "pat", Started: start(i)})
	}
	q := chatkernel.Query{Contact: "pat", Limit: 7}
	seen := map[string]int{}
	var last *chatkernel.Entry
	for round := 0; ; round++ {
		page := s.find(s.z, q)
		for _, e := range page {
			if last != nil && (e.Index.Started.After(last.Index.Started) || sameTime(e.Index.Started, last.Index.Started) && e.Stream <= last.Stream) {
				s.Fatalf("%q comes after %q", e.Stream, last.Stream)
			}
			seen[e.Stream]++
			last = &e
		}
		if len(page) < q.Limit {
			break
		}
		q.After = last
		for i := range 5 { // newer than all, and one that ends meanwhile
			s.summarise(s.a, fmt.Sprintf("new %d %d", round, i), 0, chatkernel.Index{Phase: "waiting", Contact: "pat", Started: start(old + 10 + round)})
		}
		s.summarise(s.a, fmt.Sprint("old ", round), 1, chatkernel.Index{Phase: "ended", Contact: "pat", Started: start(round)})
	}
	for i := range old {
		if n := seen[fmt.Sprint("old ", i)]; n != 1 {
			s.Fatalf("a stream that was there from the beginning came %d times, want once", n)
		}
	}
	if len(seen) != old {
		s.Fatalf("%d streams, want the %d that were there from the beginning", len(seen), old)
	}
}

func f05Follows(s *suite) {
	x := chatkernel.Index{Phase: "waiting", Contact: "unknown", Started: epochStart, Invited: []string{"ada", "ben"}}
	s.summarise(s.a, "s", 0, x)
	s.finds(chatkernel.Query{Working: "ben"}, "s")
	s.finds(chatkernel.Query{Seeking: true})
	x.Seeking = []string{"sales"}
	s.summarise(s.z, "s", 1, x)
	s.finds(chatkernel.Query{Seeking: true}, "s")
	x.Seeking = nil
	x.Phase, x.Owner, x.Invited, x.Engaged, x.Attached = "active", "ada", nil, []string{"ada"}, []string{"ada"}
	s.summarise(s.z, "s", 2, x)
	s.finds(chatkernel.Query{Working: "ben"})
	s.finds(chatkernel.Query{Seeking: true})
	s.finds(chatkernel.Query{Working: "ada"}, "s")
	s.finds(chatkernel.Query{Phases: []string{"waiting"}})
	x.Contact, x.Started = "pat", epochStart.Add(-time.Hour)
	s.summarise(s.a, "s", 3, x)
	s.finds(chatkernel.Query{Contact: "unknown"})
	s.finds(chatkernel.Query{Contact: "pat"}, "s")
	s.finds(chatkernel.Query{Since: epochStart})
	x.Phase, x.Owner, x.Attached, x.Ended = "done", "", nil, epochStart
	s.summarise(s.z, "s", 4, x)
	s.finds(chatkernel.Query{Working: "ada"})
	s.finds(chatkernel.Query{Owner: "ada"})
	s.finds(chatkernel.Query{Engaged: "ada", Phases: []string{"done"}}, "s")
	if got := s.find(s.a, chatkernel.Query{}); len(got) != 1 || got[0].Head != 5 || !sameIndex(got[0].Index, x) {
		s.Fatalf("after five commits: %+v", got)
	}
}

// formerly is mostly nobody.
func formerly(r *rand.Rand) []string {
	return [][]string{nil, nil, nil, {"kim"}, {"pat", "lee"}, {"nobody"}}[r.IntN(6)]
}

func f06AnyQuery(s *suite) {
	// Random streams and queries, judged by the plainest reading of Query.
	r := rand.New(rand.NewPCG(3, 4))
	some := func(of ...string) string { return of[r.IntN(len(of))] }
	list := func() (all []string) {
		for _, a := range []string{"ada", "ben", "chloe"} {
			if r.IntN(3) == 0 {
				all = append(all, a)
			}
		}
		return all
	}
	when := func() time.Time { return epochStart.Add(time.Duration(r.IntN(12)) * time.Hour) }
	model := map[string]chatkernel.Entry{}
	for i := range scale(160) {
		stream := fmt.Sprint("stream ", r.IntN(60))
		e := model[stream]
		e.Stream = stream
		e.Index = chatkernel.Index{
			Phase: some("waiting", "active", "ended", "done"), Contact: some("pat", "kim", "lee"), Owner: some("", "ada", "ben"),
			LastOwner: some("", "ada", "ben"), Channel: some("", "web"), Disposition: some("", "sold", "lost"), Former: formerly(r),
			Queue: some("", "billing", "sales"), Priority: r.IntN(3), Started: when(),
			Engaged: list(), Consults: list(), Invited: list(), Attached: list(), Seeking: list(),
		}
		st := s.a
		if i%2 == 1 {
			st = s.z
		}
		s.summarise(st, stream, e.Head, e.Index)
		e.Head++
		model[stream] = e
	}
	for range 300 {
		var q chatkernel.Query
		for n := r.IntN(3); n >= 0; n-- {
			switch r.IntN(13) {
			case 0:
				q.Contact = some("pat", "kim", "nobody")
			case 1:
				q.Owner = some("ada", "chloe")
			case 2:
				q.Queue = some("billing", "sales")
			case 3:
				q.Engaged = some("ada", "chloe", "nobody")
			case 4:
				q.Working = some("ada", "ben", "chloe")
			case 5:
				q.Phases = append(q.Phases, some("waiting", "active", "ended", "done"), some("active", "nothing"))
			case 6:
				q.Since = when()
			case 7:
				q.Until = when()
			case 8:
				q.Seeking = true
			case 9:
				q.LastOwner = some("ada", "ben", "chloe")
			case 10:
				q.Channel = some("web", "app")
			case 11:
				q.Disposition = some("sold", "lost")
			case 12:
				q.After = &chatkernel.Entry{Stream: fmt.Sprint("stream ", r.IntN(60)), Index: chatkernel.Index{Started: when()}}
			}
		}
		q.Limit = []int{0, 1, 3, 1000}[r.IntN(4)]
		want := expected(model, q)
		got := s.find(s.z, q)
		if !slices.Equal(streams(got), streams(want)) {
			s.Fatalf("Find(%+v) = %q, want %q", q, streams(got), streams(want))
		}
		for i := range got {
			if got[i].Head != want[i].Head || !sameIndex(got[i].Index, want[i].Index) {
				s.Fatalf("found %+v, want %+v", got[i], want[i])
			}
		}
	}
}

// expected is what a query must give.
func expected(model map[string]chatkernel.Entry, q chatkernel.Query) (want []chatkernel.Entry) {
	order := func(a, b chatkernel.Entry) int {
		return cmp.Or(b.Index.Started.Compare(a.Index.Started), cmp.Compare(a.Stream, b.Stream))
	}
	for _, e := range model {
		x := e.Index
		if (q.Contact == "" || x.Contact == q.Contact || slices.Contains(x.Former, q.Contact)) && (q.Owner == "" || x.Owner == q.Owner) && (q.Queue == "" || x.Queue == q.Queue) &&
			(q.LastOwner == "" || x.LastOwner == q.LastOwner) && (q.Channel == "" || x.Channel == q.Channel) &&
			(q.Disposition == "" || x.Disposition == q.Disposition) && (q.Engaged == "" || slices.Contains(x.Engaged, q.Engaged)) &&
			(q.Working == "" || slices.Contains(slices.Concat(x.Consults, x.Invited, x.Attached, []string{x.Owner}), q.Working)) &&
			(len(q.Phases) == 0 || slices.Contains(q.Phases, x.Phase)) && (!q.Seeking || len(x.Seeking) > 0) &&
			(q.Since.IsZero() || !x.Started.Before(q.Since)) && (q.Until.IsZero() || x.Started.Before(q.Until)) &&
			(q.After == nil || order(*q.After, e) < 0) {
			want = append(want, e)
		}
	}
	slices.SortFunc(want, order)
	limit := q.Limit
	if limit < 1 {
		limit = 100
	}
	return want[:min(limit, len(want))]
}

func f07Restart(s *suite) {
	s.needRestart()
	x := chatkernel.Index{Phase: "active", Contact: "pat", Owner: "ada", Started: epochStart, Engaged: []string{"ada"}, Attached: []string{"ada"}}
	s.summarise(s.a, "s", 0, x)
	s.restart()
	s.finds(chatkernel.Query{Working: "ada"}, "s")
	got := s.find(s.a, chatkernel.Query{Contact: "pat"})
	if len(got) != 1 || got[0].Head != 1 || !sameIndex(got[0].Index, x) {
		s.Fatalf("after a restart: %+v", got)
	}
}
