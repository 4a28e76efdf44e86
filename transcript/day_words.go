package transcript

import (
	"strconv"
	"strings"
	"time"
)

// A Calendar is how one language and region words days, times of day and what
// stands around older chats (HIST-3). It is a value: a host that wants other
// words changes its copy, or fills in one of its own. Many goroutines may read
// one. The zero Calendar has no words; [CalendarFor] gives a complete one.
type Calendar struct {
	Language string // BCP 47

	Today, Yesterday string
	Weekdays         [7]string  // Sunday first, as they stand alone
	Months           [12]string // January first, as they stand in a date

	// Date and FullDate are a day without and with its year, in which {day},
	// {month} and {year} stand for the numbers and the month's name.
	Date, FullDate string
	// FirstDay stands for {day} on the first of a month where a language says it
	// differently; empty is "1".
	FirstDay string
	// Clock is a time of day in the layout of package time.
	Clock string

	Begins string // the mark where the current chat begins
	Older  string // the hint that older chats are above
	// Oldest is the notice once all chats are loaded, in which {age} is how long
	// ago the oldest was.
	Oldest string
	// Recently is an age of less than a minute. Ages are the others, in which {n}
	// is the number.
	Recently string
	Ages     map[Unit]Plural
}

// A Plural is a text that depends on a number, in which {n} is the number.
// English, German and Spanish use One for 1, French for 0 and 1 (which of the
// two never matters for an [Age]); Japanese has one form, in Other. An empty One
// is Other.
type Plural struct{ One, Other string }

// CalendarFor is the calendar for a language tag (BCP 47): English, German,
// French, Spanish and Japanese with all their regions. English is American but
// for Britain, Ireland and South Africa (the day first, 24 hours) and for
// Australia, New Zealand and India (the day first, 12 hours). Another language,
// and a tag that is none, falls back to English.
func CalendarFor(language string) Calendar {
	language = strings.ToLower(strings.ReplaceAll(language, "_", "-"))
	base, rest, _ := strings.Cut(language, "-")
	switch base {
	case "de":
		return germanDays()
	case "fr":
		return frenchDays()
	case "es":
		return spanishDays()
	case "ja":
		return japaneseDays()
	}
	c := englishDays()
	if base != "en" {
		return c
	}
	region := strings.ToUpper(rest[strings.LastIndexByte(rest, '-')+1:])
	switch region {
	case "GB", "IE", "ZA":
		c.Clock = "15:04"
	case "AU", "NZ", "IN":
	default:
		return c
	}
	c.Language, c.Date, c.FullDate = "en-"+region, "{day} {month}", "{day} {month} {year}"
	return c
}

// Day names a day by its nearness: "Today", "Monday", "November 29", "November
// 29, 2025".
func (c *Calendar) Day(d Day) string {
	switch d.Near {
	case Today:
		return c.Today
	case Yesterday:
		return c.Yesterday
	case ThisWeek:
		if d.Weekday >= 0 && int(d.Weekday) < len(c.Weekdays) {
			return c.Weekdays[d.Weekday]
		}
	case ThisYear:
		return c.date(c.Date, d)
	}
	return c.date(c.FullDate, d)
}

// FullDay is a day with its year, whenever it is read: for what is kept.
func (c *Calendar) FullDay(d Day) string { return c.date(c.FullDate, d) }

// Time is a time of day to the minute. A nil zone is UTC.
func (c *Calendar) Time(at time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format(c.Clock)
}

// Age words how long ago something was: "3 months ago". A number below 1 is
// less than a minute, as is a unit that the calendar has no words for.
func (c *Calendar) Age(a Age) string {
	form, ok := c.Ages[a.Unit]
	if a.Count < 1 || !ok {
		return c.Recently
	}
	text := form.Other
	if a.Count == 1 && form.One != "" {
		text = form.One
	}
	return strings.ReplaceAll(text, "{n}", strconv.Itoa(a.Count))
}

// OldestChat is the notice above all chats once they are loaded: from how long
// ago the oldest is.
func (c *Calendar) OldestChat(a Age) string {
	return strings.ReplaceAll(c.Oldest, "{age}", c.Age(a))
}

func (c *Calendar) date(form string, d Day) string {
	day := strconv.Itoa(d.Day)
	if d.Day == 1 && c.FirstDay != "" {
		day = c.FirstDay
	}
	month := strconv.Itoa(int(d.Month))
	if d.Month >= 1 && int(d.Month) <= len(c.Months) {
		month = c.Months[d.Month-1]
	}
	return strings.NewReplacer("{day}", day, "{month}", month, "{year}", strconv.Itoa(d.Year)).Replace(form)
}
