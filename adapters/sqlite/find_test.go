package sqlite_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/stretchr/testify/require"
)

// plan is what SQLite does for a statement.
func plan(t *testing.T, file, query string, args []any) (steps []string) {
	t.Helper()
	rows, err := raw(t, file).Query("explain query plan "+query, args...)
	require.NoError(t, err)
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	return steps
}

// Every query walks along an index that has the order of answers, with the range of
// starts in it: nothing is sorted, and no table is read whole.
func TestFind_walks_along_an_index(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	open(t, file, nil)
	for index, all := range map[string][]chatkernel.Query{
		"streams_started":     {{}, {Phases: strings.Split("abcdefghi", "")}},
		"streams_phase":       {{Phases: []string{"done"}}, {Phases: []string{"waiting", "active", "active"}, Queue: "q", Engaged: "agent:a"}},
		"streams_seeking":     {{Seeking: true}, {Seeking: true, Phases: []string{"waiting"}}},
		"streams_owner":       {{Owner: "agent:a"}, {Owner: "agent:a", Phases: []string{"done", "active"}}},
		"streams_last_owner":  {{LastOwner: "agent:a"}, {LastOwner: "agent:a", Phases: []string{"done"}}},
		"streams_queue":       {{Queue: "q"}, {Queue: "q", Phases: []string{"done"}, Channel: "web"}},
		"streams_channel":     {{Channel: "web"}},
		"streams_disposition": {{Disposition: "sold"}, {Disposition: "sold", Queue: "q"}},
		"PRIMARY KEY (kind=?": {
			{Contact: "c"}, {Working: "agent:a"}, {Engaged: "agent:a"}, {Contact: "c", Phases: []string{"done"}},
			{Engaged: "agent:a", Queue: "q"}, {Working: "agent:a", Owner: "agent:b", Engaged: "agent:c"},
		},
	} {
		for _, query := range all {
			query.Since, query.Until = start, start.Add(time.Hour)
			for _, after := range []*chatkernel.Entry{nil, {Stream: "s", Index: chatkernel.Index{Started: start}}} {
				query.After = after
				text, args := sqlite.Search(query)
				steps := plan(t, file, text, args)
				walk := slices.IndexFunc(steps, func(step string) bool { return strings.Contains(step, strings.TrimPrefix(index, "PRIMARY KEY ")) })
				require.GreaterOrEqual(t, walk, 0, "%+v: %q", query, steps)
				require.Contains(t, steps[walk], "started>? AND started<?", "%+v: %q", query, steps)
				for _, step := range steps {
					require.NotContains(t, step, "TEMP B-TREE", "%+v: %q", query, steps)
					require.False(t, strings.HasPrefix(step, "SCAN s") || strings.HasPrefix(step, "SCAN m"), "%+v: %q", query, steps)
				}
			}
		}
	}
}

// No statement that a host can cause reads a whole table, or sorts more than an
// agent's list.
func TestEvery_statement_uses_an_index(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	s := open(t, file, nil)
	fill(t, s, 20)
	c := command("chat 1", 0)
	require.ErrorIs(t, s.Append(t.Context(), c), chatkernel.ErrKeyUsed)
	c.Key[0]++
	c.After = 1
	require.NoError(t, s.Append(t.Context(), c))
	_, err := s.Lookup(t.Context(), "chat 1", c.Key)
	require.NoError(t, err)
	_, err = s.Due(t.Context(), 1)
	require.NoError(t, err)
	for range s.Load(t.Context(), "chat 1", 0) {
	}
	for range s.All(t.Context(), "") {
	}
	require.NoError(t, s.URLs().Remember(t.Context(), "agent:a", "https://example.com/", 3))
	require.NoError(t, s.Favourites().Add(t.Context(), "agent:a", "agent:b"))
	require.NoError(t, s.Favourites().Remove(t.Context(), "agent:a", "agent:b"))
	_, err = s.URLs().Recent(t.Context(), "agent:a")
	require.NoError(t, err)

	all := s.Statements()
	require.GreaterOrEqual(t, len(all), 15)
	for _, text := range all {
		for _, step := range plan(t, file, regexp.MustCompile(`\?\d*`).ReplaceAllString(text, "1"), nil) {
			if scan, ok := strings.CutPrefix(step, "SCAN "); ok {
				require.Contains(t, []string{"epoch", "CONSTANT ROW", "(subquery-1)", "(subquery-2)"}, scan, text)
			}
			if strings.Contains(step, "TEMP B-TREE") {
				require.Contains(t, text, "from lists")
			}
		}
	}
}

func TestTimes_that_cannot_be_kept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "db"), nil)
	first, last := time.Time{}, time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	for i, at := range []time.Time{first, last} {
		c := chatkernel.Commit{Stream: "s", After: uint64(i), Count: 1, At: at, Wake: last.Truncate(time.Microsecond), Index: &chatkernel.Index{Started: at, Ended: at}}
		require.NoError(t, s.Append(t.Context(), c))
		for got, err := range s.Load(t.Context(), "s", uint64(i)) {
			require.NoError(t, err)
			require.Equal(t, at.Truncate(time.Microsecond), got.At)
			require.Equal(t, c.Wake, got.Wake)
		}
		for e, err := range s.Find(t.Context(), chatkernel.Query{}) {
			require.NoError(t, err)
			require.Equal(t, at.Truncate(time.Microsecond), e.Index.Started)
			require.Equal(t, at.IsZero(), e.Index.Ended.IsZero())
		}
	}
	for _, at := range []time.Time{first.Add(-1), last.Add(1), time.Unix(1<<60, 0), time.Unix(-1<<60, 0)} {
		for _, c := range []chatkernel.Commit{{At: at}, {Wake: at}, {Index: &chatkernel.Index{Started: at}}, {Index: &chatkernel.Index{Ended: at}}} {
			c.Stream = "t"
			require.ErrorIs(t, s.Append(t.Context(), c), chatkernel.ErrInvalidCommit)
		}
	}
	// In a query they are only far away.
	early, late := time.Unix(-1<<60, 0), time.Unix(1<<60, 0)
	for name, c := range map[string]struct {
		q    chatkernel.Query
		want int
	}{
		"since long ago":   {chatkernel.Query{Since: early}, 1},
		"since later":      {chatkernel.Query{Since: late}, 0},
		"until later":      {chatkernel.Query{Until: late}, 1},
		"until long ago":   {chatkernel.Query{Until: early}, 0},
		"after the newest": {chatkernel.Query{After: &chatkernel.Entry{Index: chatkernel.Index{Started: late}}}, 1},
		"after the oldest": {chatkernel.Query{After: &chatkernel.Entry{Index: chatkernel.Index{Started: early}}}, 0},
	} {
		n := 0
		for _, err := range s.Find(t.Context(), c.q) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, c.want, n, name)
	}
}

// fill makes streams with an index: most of them are done, one in a hundred is open.
func fill(tb testing.TB, s *sqlite.Store, streams int) {
	var all sync.WaitGroup
	for w := range 64 {
		all.Go(func() {
			for i := w; i < streams; i += 64 {
				c := command(fmt.Sprint("chat ", i), 0)
				agent := fmt.Sprint("agent:", i%1000)
				c.Index = &chatkernel.Index{
					Phase: "done", Contact: fmt.Sprint("contact:", i%20_000), LastOwner: agent, Queue: fmt.Sprint("queue:", i%20), Channel: "web",
					Disposition: fmt.Sprint("code ", i%10), Started: start.Add(time.Duration(i) * time.Second), Engaged: []string{agent},
				}
				switch i % 200 {
				case 7:
					c.Index.Phase, c.Index.Owner, c.Index.Attached = "active", agent, []string{agent}
				case 8:
					c.Index.Phase, c.Index.Seeking = "waiting", []string{c.Index.Queue}
				}
				if err := s.Append(tb.Context(), c); err != nil {
					tb.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// The first page of 100 of a hundred thousand.
func BenchmarkFind(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "db"), &sqlite.Options{Sync: sqlite.Normal})
	fill(b, s, 100_000)
	middle := &chatkernel.Entry{Stream: "chat 50000", Index: chatkernel.Index{Started: start.Add(50_000 * time.Second)}}
	for _, c := range []struct {
		name string
		q    chatkernel.Query
	}{
		{"All", chatkernel.Query{}},
		{"AllFromTheMiddle", chatkernel.Query{After: middle}},
		{"Contact", chatkernel.Query{Contact: "contact:77"}},
		{"Working", chatkernel.Query{Working: "agent:7"}},
		{"Engaged", chatkernel.Query{Engaged: "agent:9"}},
		{"EngagedAndPhase", chatkernel.Query{Engaged: "agent:9", Phases: []string{"done"}}},
		{"Seeking", chatkernel.Query{Seeking: true}},
		{"TwoPhases", chatkernel.Query{Phases: []string{"waiting", "active"}}},
		{"QueueAndPhases", chatkernel.Query{Queue: "queue:7", Phases: []string{"waiting", "active"}}},
		{"QueueAndDisposition", chatkernel.Query{Queue: "queue:7", Disposition: "code 7"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = 0
				for _, err := range s.Find(b.Context(), c.q) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			b.ReportMetric(float64(n), "entries")
		})
	}
	b.Run("Due", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Due(b.Context(), 100); err != nil {
				b.Fatal(err)
			}
		}
	})
}
