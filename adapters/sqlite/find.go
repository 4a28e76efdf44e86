package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel"
)

// Find gives the streams whose index matches; see [chatkernel.Store]. It goes
// through those that have the query's most telling condition, in the order of the
// answer and from q.After on, and stops when it has found enough. What changes
// while the loop runs may come as it was or as it is.
func (s *Store) Find(ctx context.Context, q chatkernel.Query) iter.Seq2[chatkernel.Entry, error] {
	if q.Limit < 1 {
		q.Limit = 100
	}
	return pages(q, func(q *chatkernel.Query, take func(chatkernel.Entry, int) error) error {
		if q.Limit == 0 {
			return nil
		}
		query, args := search(q, min(q.Limit, pageRows))
		return s.query(ctx, query, args, func(rows *sql.Rows) error {
			e, err := scanEntry(rows)
			if err != nil {
				return err
			}
			q.After = &e
			q.Limit--
			return take(e, 0)
		})
	})
}

// search makes the statement for a query. The first condition leads: it says along
// which indexes to walk, and the others are tested on what is met. An index has the
// order of answers, so that nothing is sorted; several are merged.
func search(q *chatkernel.Query, limit int) (query string, args []any) {
	all := conditions(q)
	lead, tests := all[0], all[1:]
	var walks []string
	for _, arg := range lead.args {
		where := []string{lead.is}
		if arg != nil {
			args = append(args, arg)
		}
		add := func(is string, more ...any) {
			where = append(where, is)
			args = append(args, more...)
		}
		for _, c := range tests {
			add(c.test, c.tested()...)
		}
		if !q.Since.IsZero() {
			add(lead.in+".started >= ?", bound(q.Since))
		}
		if !q.Until.IsZero() {
			add(lead.in+".started < ?", bound(q.Until))
		}
		if a := q.After; a != nil {
			started := bound(a.Index.Started.Truncate(time.Microsecond))
			add(lead.in+".started <= ?", started)
			add("("+lead.in+".started < ? or "+lead.in+".name > ?)", started, []byte(a.Stream))
		}
		walks = append(walks, "select "+lead.in+".started, "+lead.in+".name, "+entryColumns+" from "+lead.from+" where "+strings.Join(where, " and "))
	}
	return strings.Join(walks, " union all ") + " order by 1 desc, 2 limit ?", append(args, limit)
}

// A condition of a query.
type condition struct {
	from string // what it leads along: an index of streams s, or of members m
	in   string // which of the two has the order
	is   string // where it leads
	args []any  // one for each walk, nil where none is needed
	test string // where it is tested
}

// tested gives the argument of the test.
func (c *condition) tested() []any {
	switch {
	case len(c.args) == 1 && c.args[0] == nil:
		return nil
	case len(c.args) == 1:
		return c.args
	}
	list, _ := json.Marshal(c.args) // texts
	return []any{string(list)}
}

// conditions are those of the query, the one first that the fewest streams should
// have. There is always one.
func conditions(q *chatkernel.Query) (all []condition) {
	column := func(name, value string) {
		if value != "" {
			is := "s." + name + " = ? and s." + name + " <> ''"
			all = append(all, condition{"streams s indexed by streams_" + name, "s", is, []any{value}, is})
		}
	}
	of := func(kind, who string) {
		if who != "" {
			all = append(all, condition{
				"members m cross join streams s on s.id = m.stream", "m", "m.kind = '" + kind + "' and m.who = ?", []any{who},
				"exists(select 1 from members x where x.kind = '" + kind + "' and x.who = ? and x.started = s.started and x.name = s.name)",
			})
		}
	}
	phases := func(open bool) {
		if len(q.Phases) > 0 && open != (slices.Contains(q.Phases, "done") || slices.Contains(q.Phases, "dormant")) {
			all = append(all, inPhases(q.Phases))
		}
	}
	of(isContact, q.Contact)
	of(isWorking, q.Working)
	column("owner", q.Owner)
	if q.Seeking {
		all = append(all, condition{"streams s indexed by streams_seeking", "s", "s.seeking = 1", []any{nil}, "s.seeking = 1"})
	}
	phases(true) // what is open now is little
	column("last_owner", q.LastOwner)
	of(isEngaged, q.Engaged)
	column("disposition", q.Disposition)
	column("queue", q.Queue)
	column("channel", q.Channel)
	phases(false)
	if len(all) == 0 {
		all = append(all, condition{"streams s indexed by streams_started", "s", "s.started is not null", []any{nil}, ""})
	}
	return all
}

// mostWalks is how many phases are walked along side by side. A kernel has five.
const mostWalks = 8

func inPhases(phases []string) condition {
	phases = slices.Clone(phases)
	slices.Sort(phases)
	phases = slices.Compact(phases)
	c := condition{from: "streams s indexed by streams_phase", in: "s", is: "s.phase = ? and s.started is not null"}
	for _, phase := range phases {
		c.args = append(c.args, phase)
	}
	c.test = "s.phase in (select value from json_each(?))"
	if len(phases) == 1 {
		c.test = "s.phase = ?"
	}
	if len(phases) > mostWalks {
		list := c.tested()
		c = condition{"streams s indexed by streams_started", "s", "s.started is not null and " + c.test, list, c.test}
	}
	return c
}
