package transcript

import "time"

// An Age says how long ago something was, in the one unit that says it best:
// fewer than 60 minutes, 24 hours, 7 days, then weeks up to a month, fewer than
// 12 months, then years. All are whole ones that have passed. The zero Age is
// less than a minute.
type Age struct {
	Count int  `json:"count"`
	Unit  Unit `json:"unit"`
}

// A Unit is what an [Age] counts.
type Unit string

// The units of ages.
const (
	Minutes Unit = "minutes"
	Hours   Unit = "hours"
	Days    Unit = "days"
	Weeks   Unit = "weeks"
	Months  Unit = "months"
	Years   Unit = "years"
)

// AgeOf is how long before the present a moment was (HIST-3). Minutes and hours
// are elapsed time; days and longer are the calendar's of the zone, so that a
// day of 23 or 25 hours is a day. A moment to come is less than a minute ago. A
// nil zone is UTC.
func AgeOf(at, now time.Time, zone *time.Location) Age {
	if zone == nil {
		zone = time.UTC
	}
	passed := now.Sub(at)
	from, to := wall(at.In(zone)), wall(now.In(zone))
	days := int((to.Unix() - from.Unix()) / (24 * 60 * 60))
	switch months := monthsBetween(from, to); {
	case passed < time.Minute:
		return Age{0, Minutes}
	case passed < time.Hour:
		return Age{int(passed / time.Minute), Minutes}
	case passed < 24*time.Hour, days < 1:
		return Age{int(passed / time.Hour), Hours}
	case days < 7:
		return Age{days, Days}
	case months < 1:
		return Age{days / 7, Weeks}
	case months < 12:
		return Age{months, Months}
	default:
		return Age{months / 12, Years}
	}
}

// wall is what a calendar and a clock on the wall show, as a time in which every
// day has 24 hours.
func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// monthsBetween are the whole months from one time to another of the same zone.
func monthsBetween(from, to time.Time) int {
	months := 12*(to.Year()-from.Year()) + int(to.Month()-from.Month())
	// The time of the month as one number: which of them is later in its month.
	if in := func(t time.Time) time.Duration {
		return time.Duration(t.Day())*24*time.Hour + time.Duration(t.Hour())*time.Hour +
			time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	}; in(to) < in(from) {
		months--
	}
	return months
}
