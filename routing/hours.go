package routing

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// ErrHours says that opening hours make no sense. An [*HoursError] says where.
var ErrHours = errors.New("routing: the opening hours are not valid")

// An HoursError says what is wrong with opening hours. It is [ErrHours].
type HoursError struct {
	Day  string // a weekday, as "Monday", or a date, as "2026-12-24"
	Span Span   // the zero Span where the day is at fault
	Why  string
}

func (e *HoursError) Error() string {
	if e.Span == (Span{}) {
		return fmt.Sprintf("%v: %s %s", ErrHours, e.Day, e.Why)
	}
	return fmt.Sprintf("%v: %s, %v: %s", ErrHours, e.Day, e.Span, e.Why)
}

// Unwrap gives [ErrHours].
func (e *HoursError) Unwrap() error { return ErrHours }

// Hours is an opening calendar (ROUTE-9). The zero Hours, and nil, are always
// open. It may be read by many goroutines at once.
//
// Its times are those that a clock on the wall shows. Where the clock is set
// forward over a time, that time is the moment of the change; where it is set
// back and shows a time twice, the first one is meant. So what opens at 2:30
// opens once, in every night of the year.
type Hours struct {
	// Location is whose clock it is; nil is UTC.
	Location *time.Location
	// Week is when it opens on each day of the week. A day without spans is
	// closed, but where no day has any, every day is open all day.
	Week [7][]Span
	// Dates are the days that differ, as holidays. No spans is closed. Such a date
	// stands for itself: what is open over the midnight before it ends there.
	Dates map[Date][]Span
}

// A Date is a day in the calendar, as Date{2026, time.December, 24}.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// A Span is a time of the day during which it is open: from From, until just
// before To, each the time that a clock shows, since midnight. Where To is not
// after From it is a time of the next day. All day is from 0 to 24 hours.
type Span struct{ From, To time.Duration }

func (s Span) String() string {
	clock := func(d time.Duration) string {
		text := fmt.Sprintf("%02d:%02d", d/time.Hour, d%time.Hour/time.Minute)
		if rest := d % time.Minute; rest != 0 {
			text += "+" + rest.String()
		}
		return text
	}
	return clock(s.From) + "–" + clock(s.To)
}

const day = 24 * time.Hour

var allDay = []Span{{0, day}}

// until is To on the time scale of the day on which the span begins.
func (s Span) until() time.Duration {
	if s.To <= s.From {
		return s.To + day
	}
	return s.To
}

// check says why the span makes no sense.
func (s Span) check() string {
	switch {
	case s.From < 0 || s.From >= day:
		return "it must begin at a time from 0:00 to before 24:00"
	case s.To < 0 || s.To > day:
		return "it must end at a time from 0:00 to 24:00"
	case s.From == s.To:
		return "it is empty; all day is from 0:00 to 24:00"
	}
	return ""
}

// Validate gives an [*HoursError] for a span that makes no sense or overlaps
// another one of its day, and for a date that no calendar has. Hours that were
// not validated do no harm: such spans and dates have no effect.
func (h *Hours) Validate() error {
	if h == nil {
		return nil
	}
	for d, spans := range h.Week {
		if err := checkSpans(time.Weekday(d), spans); err != nil {
			return err
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(h.Dates), Date.compare) {
		if !d.exists() {
			return &HoursError{d.String(), Span{}, "is no date"}
		}
		if err := checkSpans(d, h.Dates[d]); err != nil {
			return err
		}
	}
	return nil
}

func checkSpans(day fmt.Stringer, spans []Span) error {
	spans = slices.SortedFunc(slices.Values(spans), func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	for i, s := range spans {
		if why := s.check(); why != "" {
			return &HoursError{day.String(), s, why}
		}
		if i > 0 && s.From < spans[i-1].until() {
			return &HoursError{day.String(), s, "it overlaps " + spans[i-1].String()}
		}
	}
	return nil
}

func (d Date) compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// utc is the date's midnight in a place where every day has 24 hours.
func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

func (d Date) add(days int) Date { return dateOf(d.utc().AddDate(0, 0, days)) }

func (d Date) exists() bool { return dateOf(d.utc()) == d }

// Open reports whether it is open at a moment.
func (h *Hours) Open(t time.Time) bool {
	return h == nil || !h.closes(t).IsZero()
}

// Next is when it changes next after a moment: when it closes, if it is open
// then, or else when it opens. It is zero where it never does.
func (h *Hours) Next(t time.Time) time.Time {
	if h == nil {
		return time.Time{}
	}
	if at := h.closes(t); at.IsZero() {
		return h.opens(t)
	}
	// What ends here may go on with another span. Where it does so for longer
	// than a week it goes on until a date that differs.
	at, dates := t, h.dates()
	for steady := 0; ; steady++ {
		end := h.closes(at)
		if end.IsZero() {
			return at
		}
		at = end
		today := dateOf(at.In(h.location()))
		i, is := slices.BinarySearchFunc(dates, today, Date.compare)
		switch {
		case is: // everything ends at its midnight, so that none is missed
			steady = 0
		case steady <= 2*h.spans():
		case i == len(dates):
			return time.Time{}
		default:
			at, steady = h.moment(dates[i], 0), 0
		}
	}
}

// spans is how many spans a week has, and no fewer than days.
func (h *Hours) spans() int {
	n := 7
	for _, spans := range h.Week {
		n += len(spans)
	}
	return n
}

// dates are the days that differ, in order.
func (h *Hours) dates() []Date {
	all := slices.SortedFunc(maps.Keys(h.Dates), Date.compare)
	return slices.DeleteFunc(all, func(d Date) bool { return !d.exists() })
}

// closes is when the span that is open at t ends, the last one of several; zero
// where none is.
func (h *Hours) closes(t time.Time) (end time.Time) {
	// A clock that was set back over midnight shows the day before again.
	for d, i := dateOf(t.In(h.location())).add(-1), 0; i < 3; d, i = d.add(1), i+1 {
		h.each(d, func(from, to time.Time) {
			if !from.After(t) && to.After(t) && to.After(end) {
				end = to
			}
		})
	}
	return end
}

// opens is when the next span after t begins, zero where none ever does.
func (h *Hours) opens(t time.Time) (begin time.Time) {
	d := dateOf(t.In(h.location())).add(-1)
	last := d
	if dates := h.dates(); len(dates) > 0 && dates[len(dates)-1].compare(d) > 0 {
		last = dates[len(dates)-1]
	}
	// A whole year more, because a clock that is set forward can swallow a span.
	for last = last.add(366); begin.IsZero() && d.compare(last) < 0; d = d.add(1) {
		h.each(d, func(from, to time.Time) {
			if from.After(t) && to.After(from) && (begin.IsZero() || from.Before(begin)) {
				begin = from
			}
		})
	}
	return begin
}

// each gives when the spans that begin on a date begin and end. An end that is
// not after its begin is that of a span which the clock leaves out.
func (h *Hours) each(d Date, visit func(from, to time.Time)) {
	spans, special := h.Dates[d]
	if !special {
		if spans = h.Week[d.utc().Weekday()]; h.everyDay() {
			spans = allDay
		}
	}
	_, cut := h.Dates[d.add(1)]
	for _, s := range spans {
		if s.check() != "" {
			continue
		}
		to := s.until()
		if cut {
			to = min(to, day)
		}
		visit(h.moment(d, s.From), h.moment(d, to))
	}
}

// everyDay reports whether no day of the week has a span.
func (h *Hours) everyDay() bool {
	return !slices.ContainsFunc(h.Week[:], func(spans []Span) bool { return len(spans) > 0 })
}

func (h *Hours) location() *time.Location {
	if h.Location == nil {
		return time.UTC
	}
	return h.Location
}

// moment is the first one at which the clock shows the time on the date, or a
// later one.
func (h *Hours) moment(d Date, clock time.Duration) time.Time {
	shown := d.utc().Add(clock)
	t := shown.Add(-36 * time.Hour).In(h.location()) // no clock is so far ahead
	for {
		_, offset := t.Zone()
		at := shown.Add(-time.Duration(offset) * time.Second)
		from, until := t.ZoneBounds()
		if !from.IsZero() && at.Before(from) {
			at = from.In(time.UTC)
		}
		if until.IsZero() || at.Before(until) {
			return at.In(h.location())
		}
		t = until.In(h.location())
	}
}
