package transcript

import "time"

// A Day is a calendar day of a viewer, and how near it is to the viewer's
// present (HIST-3). It is data: a host draws it in its own words, or has
// [Calendar.Day] do it. Two entries are of one day when Year, Month and Day are
// equal.
type Day struct {
	Year    int          `json:"year"`
	Month   time.Month   `json:"month"` // 1 is January
	Day     int          `json:"day"`
	Weekday time.Weekday `json:"weekday"` // 0 is Sunday
	Near    Nearness     `json:"near"`
}

// A Nearness says by what a day is best named.
type Nearness string

// How near a day is.
const (
	Today     Nearness = "today"
	Yesterday Nearness = "yesterday"
	ThisWeek  Nearness = "this-week"  // two to six days ago: the weekday says which
	ThisYear  Nearness = "this-year"  // another day of this year, past or to come
	OtherYear Nearness = "other-year" // the year has to be said
)

// DayOf is the day of a moment as it is named at another, the present. Only the
// calendar of the zone counts: a day may have 23 or 25 hours, may begin at one
// o'clock, or may be missing, as where the date line was moved. Yesterday is
// the last day before today that the zone had.
//
// A day to come, as a clock that is fast makes it, is named by its date and is
// never "today"; for the few minutes around midnight see [Lines]. A nil zone is
// UTC.
func DayOf(at, now time.Time, zone *time.Location) Day {
	if zone == nil {
		zone = time.UTC
	}
	at, now = at.In(zone), now.In(zone)
	d := Day{Weekday: at.Weekday(), Near: OtherYear}
	d.Year, d.Month, d.Day = at.Date()
	ago := dayNumber(now) - dayNumber(at)
	switch {
	case ago == 0:
		d.Near = Today
	case ago == 1, ago == 2 && !had(zone, now.Year(), now.Month(), now.Day()-1):
		d.Near = Yesterday
	case ago >= 2 && ago <= 6:
		d.Near = ThisWeek
	case d.Year == now.Year():
		d.Near = ThisYear
	}
	return d
}

// same reports whether two are the same day, however it is named.
func (d Day) same(e Day) bool { return d.Year == e.Year && d.Month == e.Month && d.Day == e.Day }

// dayNumber counts the days of the calendar.
func dayNumber(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
}

// had reports whether a zone had the day: its noon is then on that day.
func had(zone *time.Location, year int, month time.Month, day int) bool {
	noon := time.Date(year, month, day, 12, 0, 0, 0, zone)
	return noon.Day() == time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Day()
}
