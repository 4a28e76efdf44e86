package routing_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/routing"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const hour = time.Hour

func place(t require.TestingT, name string) *time.Location {
	l, err := time.LoadLocation(name)
	require.NoError(t, err)
	return l
}

func nineToFive() [7][]routing.Span {
	day := []routing.Span{{From: 9 * hour, To: 17 * hour}}
	return [7][]routing.Span{time.Monday: day, time.Tuesday: day, time.Wednesday: day, time.Thursday: day, time.Friday: day}
}

// changes are those from one moment to another, as texts, with the clock's
// offset.
func changes(h *routing.Hours, from, to time.Time) []string {
	all := []string{}
	for t := h.Next(from); !t.IsZero() && t.Before(to); t = h.Next(t) {
		what := "closes"
		if h.Open(t) {
			what = "opens"
		}
		all = append(all, t.Format("Mon 02 15:04:05 -0700 ")+what)
	}
	return all
}

func TestROUTE_9_hours_zero_is_always_open(t *testing.T) {
	var none *routing.Hours
	for _, h := range []*routing.Hours{none, {}, {Location: place(t, "Asia/Tokyo")}, {Dates: map[routing.Date][]routing.Span{}}} {
		for _, at := range []time.Time{{}, time.Unix(0, 0), time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)} {
			require.True(t, h.Open(at))
			require.Zero(t, h.Next(at))
		}
		require.NoError(t, h.Validate())
	}
}

func TestROUTE_9_hours_of_a_week(t *testing.T) {
	h := &routing.Hours{Location: place(t, "Europe/Berlin"), Week: nineToFive()}
	h.Week[time.Saturday] = []routing.Span{{From: 14 * hour, To: 16 * hour}, {From: 10 * hour, To: 12*hour + 30*time.Minute}} // in any order
	require.NoError(t, h.Validate())
	monday := time.Date(2026, 11, 16, 0, 0, 0, 0, h.Location)
	require.Equal(t, []string{
		"Mon 16 09:00:00 +0100 opens", "Mon 16 17:00:00 +0100 closes", "Tue 17 09:00:00 +0100 opens", "Tue 17 17:00:00 +0100 closes",
		"Wed 18 09:00:00 +0100 opens", "Wed 18 17:00:00 +0100 closes", "Thu 19 09:00:00 +0100 opens", "Thu 19 17:00:00 +0100 closes",
		"Fri 20 09:00:00 +0100 opens", "Fri 20 17:00:00 +0100 closes", "Sat 21 10:00:00 +0100 opens", "Sat 21 12:30:00 +0100 closes",
		"Sat 21 14:00:00 +0100 opens", "Sat 21 16:00:00 +0100 closes", "Mon 23 09:00:00 +0100 opens",
	}, changes(h, monday, monday.AddDate(0, 0, 7).Add(10*hour)))
	// From is in it, To is not, to the nanosecond; in whatever zone the moment is.
	nine := monday.Add(9 * hour)
	require.False(t, h.Open(nine.Add(-1)))
	require.True(t, h.Open(nine))
	require.True(t, h.Open(nine.In(place(t, "Pacific/Auckland"))))
	require.True(t, h.Open(nine.Add(8*hour-1)))
	require.False(t, h.Open(nine.Add(8*hour)))
	require.Equal(t, nine, h.Next(nine.Add(-1).UTC()))
	require.Equal(t, nine.Add(8*hour), h.Next(nine))
	require.Equal(t, h.Location, h.Next(nine.UTC()).Location())
}

func TestROUTE_9_hours_over_midnight_and_all_day(t *testing.T) {
	h := &routing.Hours{Week: [7][]routing.Span{
		time.Monday:   {{From: 22 * hour, To: 6 * hour}},
		time.Tuesday:  {{From: 5 * hour, To: 7 * hour}}, // begins before the night ends
		time.Thursday: {{From: 0, To: 24 * hour}},
		time.Friday:   {{From: 0, To: 24 * hour}},
		time.Saturday: {{From: 0, To: 2 * hour}, {From: 20 * hour, To: 0}},
	}}
	require.NoError(t, h.Validate())
	sunday := time.Date(2026, 11, 15, 12, 0, 0, 0, time.UTC)
	require.Equal(t, []string{
		"Mon 16 22:00:00 +0000 opens", "Tue 17 07:00:00 +0000 closes", "Thu 19 00:00:00 +0000 opens", "Sat 21 02:00:00 +0000 closes",
		"Sat 21 20:00:00 +0000 opens", "Sun 22 00:00:00 +0000 closes",
	}, changes(h, sunday, sunday.AddDate(0, 0, 7)))

	always := &routing.Hours{}
	for d := range always.Week {
		always.Week[d] = []routing.Span{{From: 12 * hour, To: 24 * hour}, {From: 0, To: 12 * hour}}
	}
	require.Zero(t, always.Next(sunday))
	round := &routing.Hours{}
	for d := range round.Week {
		round.Week[d] = []routing.Span{{From: 8 * hour, To: 7*hour + 59*time.Minute}}
	}
	require.Equal(t, []string{"Mon 16 07:59:00 +0000 closes", "Mon 16 08:00:00 +0000 opens"}, changes(round, sunday, sunday.Add(20*hour+time.Minute)))
}

func TestROUTE_9_hours_of_single_dates(t *testing.T) {
	h := &routing.Hours{Location: place(t, "Europe/Berlin"), Week: nineToFive(), Dates: map[routing.Date][]routing.Span{
		{2026, time.December, 24}: {{From: 9 * hour, To: 12 * hour}},
		{2026, time.December, 25}: nil,
		{2026, time.December, 26}: {}, // a Saturday anyway
		{2026, time.December, 27}: {{From: 20 * hour, To: 3 * hour}},
	}}
	require.NoError(t, h.Validate())
	from := time.Date(2026, 12, 24, 0, 0, 0, 0, h.Location)
	require.Equal(t, []string{
		"Thu 24 09:00:00 +0100 opens", "Thu 24 12:00:00 +0100 closes", "Sun 27 20:00:00 +0100 opens", "Mon 28 03:00:00 +0100 closes",
		"Mon 28 09:00:00 +0100 opens",
	}, changes(h, from, from.AddDate(0, 0, 4).Add(10*hour)))

	// What runs over midnight ends where a date begins that stands for itself.
	night := &routing.Hours{Dates: map[routing.Date][]routing.Span{{2026, time.December, 25}: nil, {2026, time.December, 27}: {{From: hour, To: 24 * hour}}}}
	for d := range night.Week {
		night.Week[d] = []routing.Span{{From: 22 * hour, To: 6 * hour}}
	}
	require.Equal(t, []string{
		"Thu 24 06:00:00 +0000 closes", "Thu 24 22:00:00 +0000 opens", "Fri 25 00:00:00 +0000 closes",
		"Sat 26 22:00:00 +0000 opens", "Sun 27 00:00:00 +0000 closes", "Sun 27 01:00:00 +0000 opens", "Mon 28 00:00:00 +0000 closes",
		"Mon 28 22:00:00 +0000 opens", "Tue 29 06:00:00 +0000 closes",
	}, changes(night, time.Date(2026, 12, 24, 1, 0, 0, 0, time.UTC), time.Date(2026, 12, 29, 12, 0, 0, 0, time.UTC)))

	// Always open, but for a holiday that is far away, and for ever closed years.
	far := &routing.Hours{Dates: map[routing.Date][]routing.Span{{2096, time.February, 29}: nil}}
	now := time.Date(2026, 12, 24, 1, 0, 0, 0, time.UTC)
	require.Equal(t, time.Date(2096, 2, 29, 0, 0, 0, 0, time.UTC), far.Next(now))
	require.Equal(t, time.Date(2096, 3, 1, 0, 0, 0, 0, time.UTC), far.Next(far.Next(now)))
	require.Zero(t, far.Next(far.Next(far.Next(now))))
	closed := &routing.Hours{Week: nineToFive(), Dates: make(map[routing.Date][]routing.Span)}
	for d := now; d.Year() < 2029; d = d.AddDate(0, 0, 1) {
		closed.Dates[routing.Date{Year: d.Year(), Month: d.Month(), Day: d.Day()}] = nil
	}
	require.Equal(t, time.Date(2029, 1, 1, 9, 0, 0, 0, time.UTC), closed.Next(now))
	all := &routing.Hours{Dates: make(map[routing.Date][]routing.Span)} // dates without a gap between them
	for d := range closed.Dates {
		all.Dates[d] = []routing.Span{{From: 0, To: 24 * hour}}
	}
	require.Zero(t, all.Next(now))
}

func TestROUTE_9_hours_where_the_clock_is_set_forward(t *testing.T) {
	h := &routing.Hours{Location: place(t, "Europe/Berlin")} // on 29 March 2026 at 2:00 to 3:00
	from := time.Date(2026, 3, 29, 0, 0, 0, 0, h.Location)
	for _, c := range []struct {
		spans []routing.Span
		want  []string
	}{
		{[]routing.Span{{From: hour, To: 4 * hour}}, []string{"Sun 29 01:00:00 +0100 opens", "Sun 29 04:00:00 +0200 closes"}},
		{[]routing.Span{{From: 2*hour + 30*time.Minute, To: 5 * hour}}, []string{"Sun 29 03:00:00 +0200 opens", "Sun 29 05:00:00 +0200 closes"}},
		{[]routing.Span{{From: hour, To: 2*hour + 30*time.Minute}}, []string{"Sun 29 01:00:00 +0100 opens", "Sun 29 03:00:00 +0200 closes"}},
		{[]routing.Span{{From: 2 * hour, To: 3 * hour}}, []string{}}, // there is no such time
		{[]routing.Span{{From: hour, To: 2*hour + 10*time.Minute}, {From: 2*hour + 20*time.Minute, To: 4 * hour}},
			[]string{"Sun 29 01:00:00 +0100 opens", "Sun 29 04:00:00 +0200 closes"}},
		{[]routing.Span{{From: 0, To: 24 * hour}}, []string{"Mon 30 00:00:00 +0200 closes"}},
	} {
		h.Week = [7][]routing.Span{time.Sunday: c.spans}
		require.NoError(t, h.Validate())
		require.Equal(t, c.want, changes(h, from, from.AddDate(0, 0, 2)), "%v", c.spans)
	}
	h.Week = [7][]routing.Span{time.Sunday: {{From: 2 * hour, To: 3 * hour}}}
	require.Equal(t, time.Date(2026, 4, 5, 2, 0, 0, 0, h.Location), h.Next(from)) // a week later there is

	// A whole day that a place left out, at the date line.
	apia := &routing.Hours{Location: place(t, "Pacific/Apia"), Week: [7][]routing.Span{time.Friday: {{From: 9 * hour, To: 17 * hour}}}}
	require.Equal(t, []string{"Fri 23 09:00:00 -1000 opens", "Fri 23 17:00:00 -1000 closes", "Fri 06 09:00:00 +1400 opens", "Fri 06 17:00:00 +1400 closes"},
		changes(apia, time.Date(2011, 12, 22, 0, 0, 0, 0, apia.Location), time.Date(2012, 1, 10, 0, 0, 0, 0, apia.Location)))
}

func TestROUTE_9_hours_where_the_clock_is_set_back(t *testing.T) {
	h := &routing.Hours{Location: place(t, "Europe/Berlin")} // on 25 October 2026 at 3:00 to 2:00
	from := time.Date(2026, 10, 25, 0, 0, 0, 0, h.Location)
	for _, c := range []struct {
		spans []routing.Span
		want  []string
	}{
		{[]routing.Span{{From: hour, To: 4 * hour}}, []string{"Sun 25 01:00:00 +0200 opens", "Sun 25 04:00:00 +0100 closes"}},
		{[]routing.Span{{From: 2*hour + 30*time.Minute, To: 5 * hour}}, []string{"Sun 25 02:30:00 +0200 opens", "Sun 25 05:00:00 +0100 closes"}},
		{[]routing.Span{{From: hour, To: 2*hour + 30*time.Minute}}, []string{"Sun 25 01:00:00 +0200 opens", "Sun 25 02:30:00 +0200 closes"}},
		{[]routing.Span{{From: 2 * hour, To: 3 * hour}}, []string{"Sun 25 02:00:00 +0200 opens", "Sun 25 03:00:00 +0100 closes"}},
		{[]routing.Span{{From: 0, To: 24 * hour}}, []string{"Mon 26 00:00:00 +0100 closes"}},
	} {
		h.Week = [7][]routing.Span{time.Sunday: c.spans}
		require.Equal(t, c.want, changes(h, from, from.AddDate(0, 0, 2)), "%v", c.spans)
	}
	// Over midnight: at 0:01 the clock of St. John's went back to 23:01.
	johns := &routing.Hours{Location: place(t, "America/St_Johns"), Week: [7][]routing.Span{time.Sunday: {{From: 0, To: hour}}}}
	require.Equal(t, []string{"Sun 07 00:00:00 -0230 opens", "Sun 07 01:00:00 -0330 closes"},
		changes(johns, time.Date(2010, 11, 6, 12, 0, 0, 0, johns.Location), time.Date(2010, 11, 10, 0, 0, 0, 0, johns.Location)))
	require.True(t, johns.Open(time.Date(2010, 11, 7, 3, 0, 0, 0, time.UTC))) // 23:30 for the second time
}

func TestROUTE_9_hours_that_make_no_sense(t *testing.T) {
	for name, c := range map[string]struct {
		day   string
		hours routing.Hours
	}{
		"before the day":   {"Monday", routing.Hours{Week: [7][]routing.Span{time.Monday: {{From: -1, To: hour}}}}},
		"after the day":    {"Monday", routing.Hours{Week: [7][]routing.Span{time.Monday: {{From: 24 * hour, To: hour}}}}},
		"ends after it":    {"Monday", routing.Hours{Week: [7][]routing.Span{time.Monday: {{From: 20 * hour, To: 26 * hour}}}}},
		"ends before it":   {"Monday", routing.Hours{Week: [7][]routing.Span{time.Monday: {{From: 20 * hour, To: -hour}}}}},
		"empty":            {"Sunday", routing.Hours{Week: [7][]routing.Span{{{From: hour, To: hour}}}}},
		"empty at 0:00":    {"Sunday", routing.Hours{Week: [7][]routing.Span{{{}}}}},
		"overlapping":      {"Friday", routing.Hours{Week: [7][]routing.Span{time.Friday: {{From: 10 * hour, To: 12 * hour}, {From: 9 * hour, To: 11 * hour}}}}},
		"over its evening": {"Friday", routing.Hours{Week: [7][]routing.Span{time.Friday: {{From: 23 * hour, To: 24 * hour}, {From: 22 * hour, To: hour}}}}},
		"no date":          {"2026-02-29", routing.Hours{Dates: map[routing.Date][]routing.Span{{2026, 2, 29}: nil}}},
		"no date at all":   {"0000-00-00", routing.Hours{Dates: map[routing.Date][]routing.Span{{}: nil}}},
		"in a date":        {"2026-02-28", routing.Hours{Dates: map[routing.Date][]routing.Span{{2026, 2, 28}: {{From: -hour}}}}},
		"in the first":     {"2026-02-27", routing.Hours{Dates: map[routing.Date][]routing.Span{{2026, 2, 28}: {{From: -hour}}, {2026, 2, 27}: {{From: -hour}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.hours.Validate()
			require.ErrorIs(t, err, routing.ErrHours)
			var fault *routing.HoursError
			require.ErrorAs(t, err, &fault)
			require.Equal(t, c.day, fault.Day)
			require.Contains(t, err.Error(), c.day)
			for _, at := range []time.Time{{}, time.Date(2026, 2, 27, 23, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 0, 0, time.UTC)} {
				next := c.hours.Next(at)
				require.True(t, next.IsZero() || c.hours.Open(next) != c.hours.Open(at))
			}
			// In years that no calendar has it still gives an answer.
			for _, sec := range []int64{math.MaxInt64, math.MaxInt64 / 2, math.MinInt64 / 2, math.MinInt64} {
				c.hours.Next(time.Unix(sec, 0))
			}
		})
	}
	require.Equal(t, "09:00–17:30", routing.Span{From: 9 * hour, To: 17*hour + 30*time.Minute}.String())
	require.Equal(t, "00:00+1ns–24:00", routing.Span{From: 1, To: 24 * hour}.String())
}

// Between now and Next nothing changes, and at Next it does; and it is open
// where a clock on the wall says so, apart from the hours around its changes.
func TestROUTE_9_hours_next_is_the_next_change(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Africa/Casablanca"}
	span := rapid.Custom(func(t *rapid.T) routing.Span {
		return routing.Span{
			From: time.Duration(rapid.IntRange(0, 95).Draw(t, "from")) * 15 * time.Minute,
			To:   time.Duration(rapid.IntRange(0, 96).Draw(t, "to")) * 15 * time.Minute,
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		h := &routing.Hours{Location: place(t, rapid.SampledFrom(zones).Draw(t, "zone")), Dates: make(map[routing.Date][]routing.Span)}
		for d := range h.Week {
			h.Week[d] = rapid.SliceOfN(span, 0, 3).Draw(t, "spans")
		}
		begin := time.Date(rapid.IntRange(2005, 2026).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 31).Draw(t, "day"), 0, 0, 0, 0, h.Location)
		for range rapid.IntRange(0, 3).Draw(t, "dates") {
			y, m, d := begin.AddDate(0, 0, rapid.IntRange(-1, 9).Draw(t, "in days")).Date()
			h.Dates[routing.Date{Year: y, Month: m, Day: d}] = rapid.SliceOfN(span, 0, 2).Draw(t, "special")
		}
		at := begin.Add(time.Duration(rapid.IntRange(0, 7*24*60).Draw(t, "minutes")) * time.Minute)
		next := h.Next(at)
		if !next.IsZero() {
			require.True(t, next.After(at))
			require.NotEqual(t, h.Open(at), h.Open(next))
		}
		_, first := begin.AddDate(0, 0, -2).Zone()
		steady := true // no change of the clock
		for u := begin.AddDate(0, 0, -2); u.Before(begin.AddDate(0, 0, 12)); u = u.Add(hour) {
			_, offset := u.Zone()
			steady = steady && offset == first
		}
		for u := at; u.Before(at.AddDate(0, 0, 2)); u = u.Add(5 * time.Minute) {
			if next.IsZero() || u.Before(next) {
				require.Equal(t, h.Open(at), h.Open(u), "at %v, next of %v is %v", u, at, next)
			}
			if steady {
				require.Equal(t, onTheWall(h, u), h.Open(u), "at %v", u)
			}
		}
	})
}

// onTheWall says whether it is open, in a place where the clock is not changed.
func onTheWall(h *routing.Hours, t time.Time) bool {
	t = t.In(h.Location)
	spans := func(t time.Time) (spans []routing.Span, special bool) {
		y, m, d := t.Date()
		if spans, special = h.Dates[routing.Date{Year: y, Month: m, Day: d}]; special {
			return spans, true
		}
		if !slices.ContainsFunc(h.Week[:], func(s []routing.Span) bool { return len(s) > 0 }) {
			return []routing.Span{{From: 0, To: 24 * hour}}, false
		}
		return h.Week[t.Weekday()], false
	}
	clock := time.Duration(t.Hour())*hour + time.Duration(t.Minute())*time.Minute
	today, special := spans(t)
	for _, s := range today {
		if s.From != s.To && clock >= s.From && (clock < s.To || s.To < s.From) {
			return true
		}
	}
	yesterday, _ := spans(t.AddDate(0, 0, -1))
	for _, s := range yesterday {
		if !special && s.To < s.From && clock < s.To {
			return true
		}
	}
	return false
}

func BenchmarkROUTE_9_hours(b *testing.B) {
	h := &routing.Hours{Location: place(b, "Europe/Berlin"), Week: nineToFive(), Dates: map[routing.Date][]routing.Span{{2026, 12, 25}: nil}}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.Open(now)
		}
	})
	b.Run("next", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.Next(now)
		}
	})
}

func ExampleHours() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	office := []routing.Span{{From: 9 * time.Hour, To: 12 * time.Hour}, {From: 13 * time.Hour, To: 17*time.Hour + 30*time.Minute}}
	hours := &routing.Hours{
		Location: berlin,
		Week: [7][]routing.Span{
			time.Monday: office, time.Tuesday: office, time.Wednesday: office, time.Thursday: office,
			time.Friday: {{From: 22 * time.Hour, To: 6 * time.Hour}}, // until Saturday morning
		},
		Dates: map[routing.Date][]routing.Span{
			{Year: 2026, Month: time.December, Day: 24}: {{From: 9 * time.Hour, To: 12 * time.Hour}},
			{Year: 2026, Month: time.December, Day: 25}: nil, // closed
		},
	}
	fmt.Println(hours.Validate())
	eve := time.Date(2026, time.December, 24, 10, 0, 0, 0, berlin)
	fmt.Println(hours.Open(eve), "until", hours.Next(eve))
	fmt.Println("then from", hours.Next(hours.Next(eve)))
	// Output:
	// <nil>
	// true until 2026-12-24 12:00:00 +0100 CET
	// then from 2026-12-28 09:00:00 +0100 CET
}
