package transcript_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func zone(t require.TestingT, name string) *time.Location {
	z, err := transcript.Zone(name)
	require.NoError(t, err)
	return z
}

func at(t require.TestingT, text string, z *time.Location) time.Time {
	parsed, err := time.ParseInLocation("2006-01-02 15:04:05", text, z)
	require.NoError(t, err)
	return parsed
}

func TestHIST_3_days_are_named_by_how_near_they_are(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	now := at(t, "2026-03-12 09:00:00", berlin) // a Thursday
	for text, want := range map[string]transcript.Nearness{
		"2026-03-12 00:00:00": transcript.Today,
		"2026-03-12 23:59:59": transcript.Today,
		"2026-03-11 23:59:59": transcript.Yesterday,
		"2026-03-11 00:00:00": transcript.Yesterday,
		"2026-03-10 23:59:59": transcript.ThisWeek,
		"2026-03-06 00:00:00": transcript.ThisWeek,
		"2026-03-05 23:59:59": transcript.ThisYear, // a Thursday too
		"2026-01-01 00:00:00": transcript.ThisYear,
		"2025-12-31 23:59:59": transcript.OtherYear,
		"2025-03-12 09:00:00": transcript.OtherYear,
		"2026-03-13 00:00:00": transcript.ThisYear, // to come
		"2027-01-01 00:00:00": transcript.OtherYear,
	} {
		got := transcript.DayOf(at(t, text, berlin), now, berlin)
		require.Equal(t, want, got.Near, text)
		require.Equal(t, text[:10], fmt.Sprintf("%04d-%02d-%02d", got.Year, got.Month, got.Day))
	}
}

// A week around New Year is named by its weekdays, not by its years.
func TestHIST_3_a_weekday_of_last_year(t *testing.T) {
	d := transcript.DayOf(time.Date(2025, 12, 30, 12, 0, 0, 0, time.UTC), time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC), nil)
	require.Equal(t, transcript.Day{Year: 2025, Month: time.December, Day: 30, Weekday: time.Tuesday, Near: transcript.ThisWeek}, d)
}

func TestHIST_3_the_viewers_zone_says_which_day_it_is(t *testing.T) {
	written := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	now := written.Add(time.Hour)
	require.Equal(t, transcript.Yesterday, transcript.DayOf(written, now, nil).Near)
	require.Equal(t, transcript.Today, transcript.DayOf(written, now, zone(t, "Europe/Berlin")).Near)
	require.Equal(t, 2, transcript.DayOf(written, now, zone(t, "Europe/Berlin")).Day)
	require.Equal(t, 1, transcript.DayOf(written, now, zone(t, "America/New_York")).Day)
	require.Equal(t, 2, transcript.DayOf(written, now, zone(t, "Pacific/Kiritimati")).Day)
	require.Equal(t, 1, transcript.DayOf(written, now, zone(t, "Pacific/Pago_Pago")).Day)
}

// Whoever divides by 24 hours gets these wrong.
func TestHIST_3_days_change_length(t *testing.T) {
	for _, c := range []struct {
		zone, at, now string
		want          transcript.Nearness
	}{
		{"Europe/Berlin", "2026-03-28 23:30:00", "2026-03-29 23:45:00", transcript.Yesterday}, // 23 hours, 23:15 ago
		{"Europe/Berlin", "2026-03-29 00:10:00", "2026-03-29 23:50:00", transcript.Today},
		{"Europe/Berlin", "2026-10-25 00:10:00", "2026-10-25 23:50:00", transcript.Today}, // 25 hours, 24:40 ago
		{"Europe/Berlin", "2026-10-24 23:59:00", "2026-10-26 00:01:00", transcript.ThisWeek},
		{"America/Sao_Paulo", "2018-11-04 01:10:00", "2018-11-04 05:00:00", transcript.Today}, // no midnight
		{"America/Sao_Paulo", "2018-11-03 23:59:59", "2018-11-04 01:00:00", transcript.Yesterday},
		{"Asia/Beirut", "2022-03-26 23:59:00", "2022-03-27 01:00:00", transcript.Yesterday},
		{"Africa/Cairo", "2010-09-30 23:30:00", "2010-10-01 00:30:00", transcript.Yesterday}, // 23:00 comes twice
		{"Pacific/Apia", "2011-12-29 12:00:00", "2011-12-31 12:00:00", transcript.Yesterday}, // the 30th never was
		{"Pacific/Apia", "2011-12-28 12:00:00", "2011-12-31 12:00:00", transcript.ThisWeek},
		{"Pacific/Apia", "2011-12-27 12:00:00", "2011-12-29 12:00:00", transcript.ThisWeek},
	} {
		z := zone(t, c.zone)
		require.Equal(t, c.want, transcript.DayOf(at(t, c.at, z), at(t, c.now, z), z).Near, "%s: %s at %s", c.zone, c.at, c.now)
	}
}

// Every moment has one day, days never go back, and names fit the calendar.
func TestHIST_3_days_in_any_zone(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut"}
	loaded := make([]*time.Location, len(zones))
	for i := range zones {
		loaded[i] = zone(t, zones[i])
	}
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SampledFrom(loaded).Draw(t, "zone")
		now := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "now"), 0)
		then := now.Add(-time.Duration(rapid.Int64Range(0, 400*24*3600).Draw(t, "ago")) * time.Second)
		d := transcript.DayOf(then, now, z)
		y, m, day := then.In(z).Date()
		require.Equal(t, []int{y, int(m), day}, []int{d.Year, int(d.Month), d.Day})
		require.Equal(t, then.In(z).Weekday(), d.Weekday)
		hours := now.Sub(then).Hours()
		switch d.Near {
		case transcript.Today:
			require.Less(t, hours, 25.01)
		case transcript.Yesterday:
			require.Less(t, hours, 49.01)
		case transcript.ThisWeek:
			require.Less(t, hours, 7*24+1.01)
			require.NotEqual(t, now.In(z).Weekday(), d.Weekday, "it would be ambiguous")
		default:
			require.Greater(t, hours, 5*24.0, "it is not of the last week")
			require.Equal(t, d.Near == transcript.ThisYear, y == now.In(z).Year())
		}
	})
}

func TestHIST_3_unknown_zones_fall_back(t *testing.T) {
	for _, name := range []string{"Mars/Olympus", "Local", "../../etc/passwd", "/etc/passwd", "europe\x00", "Europe/", "\xff", "CEST-nonsense"} {
		z, err := transcript.Zone(name)
		require.ErrorIs(t, err, transcript.ErrZone, "%q", name)
		var unknown *transcript.ZoneError
		require.True(t, errors.As(err, &unknown))
		require.Equal(t, name, unknown.Name)
		require.Equal(t, time.UTC, z)
	}
	z, err := transcript.Zone("")
	require.NoError(t, err)
	require.Equal(t, time.UTC, z)
}

func TestHIST_3_ages_in_the_unit_that_says_it_best(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	for _, c := range []struct {
		at, now string
		want    transcript.Age
	}{
		{"2026-03-12 09:00:00", "2026-03-12 09:00:59", transcript.Age{Count: 0, Unit: transcript.Minutes}},
		{"2026-03-12 09:00:30", "2026-03-12 09:00:00", transcript.Age{Count: 0, Unit: transcript.Minutes}},
		{"2026-03-12 09:00:00", "2026-03-12 09:01:00", transcript.Age{Count: 1, Unit: transcript.Minutes}},
		{"2026-03-12 09:00:00", "2026-03-12 09:59:59", transcript.Age{Count: 59, Unit: transcript.Minutes}},
		{"2026-03-12 09:00:00", "2026-03-12 10:00:00", transcript.Age{Count: 1, Unit: transcript.Hours}},
		{"2026-03-12 09:00:00", "2026-03-13 08:59:59", transcript.Age{Count: 23, Unit: transcript.Hours}},
		{"2026-03-12 09:00:00", "2026-03-13 09:00:00", transcript.Age{Count: 1, Unit: transcript.Days}},
		{"2026-03-12 23:00:00", "2026-03-14 00:30:00", transcript.Age{Count: 1, Unit: transcript.Days}},
		{"2026-03-28 12:00:00", "2026-03-29 12:00:00", transcript.Age{Count: 23, Unit: transcript.Hours}}, // the short day
		{"2026-03-28 12:00:00", "2026-03-30 12:00:00", transcript.Age{Count: 2, Unit: transcript.Days}},
		{"2026-10-25 00:10:00", "2026-10-25 23:40:00", transcript.Age{Count: 24, Unit: transcript.Hours}}, // the long one
		{"2026-03-06 09:00:00", "2026-03-12 10:00:00", transcript.Age{Count: 6, Unit: transcript.Days}},
		{"2026-03-05 09:00:00", "2026-03-12 10:00:00", transcript.Age{Count: 1, Unit: transcript.Weeks}},
		{"2026-01-31 09:00:00", "2026-02-28 10:00:00", transcript.Age{Count: 4, Unit: transcript.Weeks}},
		{"2026-02-12 10:00:00", "2026-03-12 09:59:59", transcript.Age{Count: 3, Unit: transcript.Weeks}},
		{"2026-02-12 10:00:00", "2026-03-12 10:00:00", transcript.Age{Count: 1, Unit: transcript.Months}},
		{"2025-03-12 10:00:01", "2026-03-12 10:00:00", transcript.Age{Count: 11, Unit: transcript.Months}},
		{"2025-03-12 10:00:00", "2026-03-12 10:00:00", transcript.Age{Count: 1, Unit: transcript.Years}},
		{"2016-02-29 10:00:00", "2026-02-28 10:00:00", transcript.Age{Count: 9, Unit: transcript.Years}},
	} {
		require.Equal(t, c.want, transcript.AgeOf(at(t, c.at, berlin), at(t, c.now, berlin), berlin), "%s at %s", c.at, c.now)
	}
	require.Equal(t, transcript.Age{Count: 2, Unit: transcript.Hours}, transcript.AgeOf(noon, noon.Add(2*time.Hour), nil))
}

// An age is never less than nothing, and nothing but the first minute is zero.
func TestHIST_3_ages_count_what_has_passed(t *testing.T) {
	z := zone(t, "America/Sao_Paulo")
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "now"), 0)
		ago := time.Duration(rapid.Int64Range(-60, 20*366*24*3600).Draw(t, "ago")) * time.Second
		a := transcript.AgeOf(now.Add(-ago), now, z)
		require.Equal(t, ago < time.Minute, a.Count < 1, "%v", a)
		most := map[transcript.Unit]int{transcript.Minutes: 59, transcript.Hours: 24, transcript.Days: 6, transcript.Weeks: 4, transcript.Months: 11, transcript.Years: 21}
		require.LessOrEqual(t, a.Count, most[a.Unit], "%v", a)
	})
}

func TestHIST_3_days_and_times_in_five_languages(t *testing.T) {
	now := time.Date(2026, 12, 4, 21, 0, 0, 0, time.UTC) // a Friday
	words := func(language string) []string {
		c := transcript.CalendarFor(language)
		var all []string
		for _, at := range []time.Time{
			now, now.AddDate(0, 0, -1), now.AddDate(0, 0, -2), time.Date(2026, 11, 27, 9, 5, 0, 0, time.UTC), time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC),
		} {
			all = append(all, c.Day(transcript.DayOf(at, now, nil)))
		}
		return append(all, c.Time(time.Date(2026, 11, 27, 14, 5, 0, 0, time.UTC), nil), c.Time(time.Date(2026, 11, 27, 0, 5, 9, 0, time.UTC), nil))
	}
	english := []string{"Today", "Yesterday", "Wednesday", "November 27", "August 1, 2025", "2:05 PM", "12:05 AM"}
	for language, want := range map[string][]string{
		"en": english, "en-US": english, "tlh": english, "": english, "\xff-": english, "english": english,
		"en-GB":      {"Today", "Yesterday", "Wednesday", "27 November", "1 August 2025", "14:05", "00:05"},
		"en_latn_au": {"Today", "Yesterday", "Wednesday", "27 November", "1 August 2025", "2:05 PM", "12:05 AM"},
		"de":         {"Heute", "Gestern", "Mittwoch", "27. November", "1. August 2025", "14:05", "00:05"},
		"DE-at":      {"Heute", "Gestern", "Mittwoch", "27. November", "1. August 2025", "14:05", "00:05"},
		"fr_CA":      {"Aujourd’hui", "Hier", "Mercredi", "27 novembre", "1er août 2025", "14:05", "00:05"},
		"es-419":     {"Hoy", "Ayer", "Miércoles", "27 de noviembre", "1 de agosto de 2025", "14:05", "00:05"},
		"ja-Jpan-JP": {"今日", "昨日", "水曜日", "11月27日", "2025年8月1日", "14:05", "00:05"},
	} {
		require.Equal(t, want, words(language), language)
	}
	require.Equal(t, "en-GB", transcript.CalendarFor("en-gb").Language)
	require.Equal(t, "en", transcript.CalendarFor("xx").Language)
	berlin := zone(t, "Europe/Berlin")
	german := transcript.CalendarFor("de")
	require.Equal(t, "22:00", german.Time(now, berlin))
	require.Equal(t, "4. Dezember 2026", german.FullDay(transcript.DayOf(now, now, berlin)), "for what is kept")
}

func TestHIST_3_plurals_in_five_languages(t *testing.T) {
	units := []transcript.Unit{transcript.Minutes, transcript.Hours, transcript.Days, transcript.Weeks, transcript.Months, transcript.Years}
	for language, want := range map[string][2][]string{
		"en": {
			{"1 minute ago", "1 hour ago", "1 day ago", "1 week ago", "1 month ago", "1 year ago"},
			{"2 minutes ago", "2 hours ago", "2 days ago", "2 weeks ago", "2 months ago", "2 years ago"},
		},
		"de": {
			{"vor 1 Minute", "vor 1 Stunde", "vor 1 Tag", "vor 1 Woche", "vor 1 Monat", "vor 1 Jahr"},
			{"vor 2 Minuten", "vor 2 Stunden", "vor 2 Tagen", "vor 2 Wochen", "vor 2 Monaten", "vor 2 Jahren"},
		},
		"fr": {
			{"il y a 1 minute", "il y a 1 heure", "il y a 1 jour", "il y a 1 semaine", "il y a 1 mois", "il y a 1 an"},
			{"il y a 2 minutes", "il y a 2 heures", "il y a 2 jours", "il y a 2 semaines", "il y a 2 mois", "il y a 2 ans"},
		},
		"es": {
			{"hace 1 minuto", "hace 1 hora", "hace 1 día", "hace 1 semana", "hace 1 mes", "hace 1 año"},
			{"hace 2 minutos", "hace 2 horas", "hace 2 días", "hace 2 semanas", "hace 2 meses", "hace 2 años"},
		},
		"ja": {
			{"1分前", "1時間前", "1日前", "1週間前", "1か月前", "1年前"},
			{"2分前", "2時間前", "2日前", "2週間前", "2か月前", "2年前"},
		},
	} {
		c := transcript.CalendarFor(language)
		for i, unit := range units {
			require.Equal(t, want[0][i], c.Age(transcript.Age{Count: 1, Unit: unit}))
			require.Equal(t, want[1][i], c.Age(transcript.Age{Count: 2, Unit: unit}))
		}
		require.Equal(t, c.Recently, c.Age(transcript.Age{}))
		require.NotContains(t, c.OldestChat(transcript.Age{Count: 3, Unit: transcript.Months}), "{")
		for _, text := range []string{c.Begins, c.Older, c.Recently, c.Oldest} {
			require.NotEmpty(t, text, language)
		}
	}
	german := transcript.CalendarFor("de")
	require.Equal(t, "Der älteste Chat war vor 3 Monaten.", german.OldestChat(transcript.Age{Count: 3, Unit: transcript.Months}))
}

// A host may bring its own words, and data from elsewhere does no harm.
func TestHIST_3_calendars_take_anything(t *testing.T) {
	var none transcript.Calendar
	require.Empty(t, none.Day(transcript.Day{Near: "soon", Month: 77, Weekday: -4}))
	require.Empty(t, none.Age(transcript.Age{Count: 3, Unit: "moons"}))
	c := transcript.CalendarFor("en")
	require.Equal(t, "77 0, 0", c.Day(transcript.Day{Near: transcript.ThisWeek, Month: 77, Weekday: 9}))
	c.Today = "This very day"
	require.Equal(t, "This very day", c.Day(transcript.Day{Near: transcript.Today}))
	other := transcript.CalendarFor("en")
	require.Equal(t, "Today", other.Today, "a copy")
}

// drawn are lines in short.
func drawn(chats []transcript.Past, now time.Time, z *time.Location) []string {
	c := transcript.CalendarFor("en")
	var all []string
	for line := range transcript.Lines(chats, now, z) {
		switch line.Kind {
		case transcript.DayLine:
			all = append(all, "= "+c.Day(*line.Day))
		case transcript.BeginLine:
			all = append(all, "> "+line.Chat)
		case transcript.EntryLine:
			all = append(all, line.Chat+" "+line.Entry.Text)
		}
	}
	return all
}

func said(text string, at time.Time) transcript.Entry {
	return transcript.Entry{Kind: transcript.Message, Text: text, At: at}
}

func TestHIST_3_lines_are_chronological_and_divided_by_days(t *testing.T) {
	now := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	day := func(ago int, clock time.Duration) time.Time {
		return time.Date(2026, 3, 12-ago, 0, 0, 0, 0, time.UTC).Add(clock)
	}
	silent := transcript.Entry{Kind: transcript.Silent, At: day(3, 0)}
	chats := []transcript.Past{
		{ID: "now", Current: true, Entries: []transcript.Entry{silent, said("e", day(0, 8*time.Hour)), said("f", day(0, 9*time.Hour))}},
		{ID: "b", Entries: []transcript.Entry{said("c", day(1, time.Hour)), silent, said("d", day(0, time.Hour))}},
		{ID: "empty", Entries: []transcript.Entry{silent}},
		{ID: "a", Entries: []transcript.Entry{said("a", day(400, 0)), said("b", day(20, 0))}},
	}
	require.Equal(t, []string{
		"= February 5, 2025", "a a", "= February 20", "a b", "= Yesterday", "b c", "= Today", "b d", "> now", "now e", "now f",
	}, drawn(chats, now, nil))
	require.Equal(t, day(400, 0), transcript.Oldest(chats))
	require.Equal(t, "now", chats[0].ID, "what was given is not changed")

	require.Equal(t, []string{"= Today", "now e", "now f"}, drawn(chats[:1], now, nil), "nothing is above it that it could be told from")
	require.Empty(t, drawn(nil, now, nil))
	require.Zero(t, transcript.Oldest(nil))
	for range transcript.Lines(chats, now, nil) {
		break // a reader may stop
	}
}

// The day is said above the mark, so that the mark stands at its chat.
func TestHIST_3_the_mark_stands_below_the_day(t *testing.T) {
	require.Equal(t, []string{"= Yesterday", "a x", "= Today", "> b", "b y"}, drawn([]transcript.Past{
		{ID: "a", Entries: []transcript.Entry{said("x", noon.AddDate(0, 0, -1))}},
		{ID: "b", Current: true, Entries: []transcript.Entry{said("y", noon)}},
	}, noon, nil))
}

func TestHIST_3_a_fast_clock_makes_no_second_today(t *testing.T) {
	midnight := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)
	now := midnight.Add(-2 * time.Second)
	chats := []transcript.Past{{ID: "a", Entries: []transcript.Entry{said("x", now), said("y", midnight.Add(time.Second))}}}
	require.Equal(t, []string{"= Yesterday", "a x", "= Today", "a y"}, drawn(chats, now, nil))
	chats[0].Entries[1].At = midnight.Add(time.Hour)
	require.Equal(t, []string{"= Today", "a x", "= March 12", "a y"}, drawn(chats, now, nil), "that is no difference of clocks")
}

// Every entry that can be drawn is drawn once, and below its own day.
func TestHIST_3_lines_lose_nothing(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	rapid.Check(t, func(t *rapid.T) {
		var chats []transcript.Past
		var want []string
		for i := range rapid.IntRange(0, 4).Draw(t, "chats") {
			p := transcript.Past{ID: fmt.Sprint(i), Current: i == 0}
			at := noon.Add(time.Duration(rapid.IntRange(-5000, 0).Draw(t, "began")) * time.Hour)
			for k := range rapid.IntRange(0, 6).Draw(t, "entries") {
				e := said(fmt.Sprint(i, "/", k), at)
				if rapid.Bool().Draw(t, "silent") {
					e.Kind = transcript.Silent
				} else {
					want = append(want, e.Text)
				}
				p.Entries = append(p.Entries, e)
				at = at.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "pause")) * time.Hour)
			}
			chats = append(chats, p)
		}
		var got []string
		var day transcript.Day
		for line := range transcript.Lines(chats, noon, berlin) {
			switch line.Kind {
			case transcript.DayLine:
				require.NotEqual(t, day, *line.Day)
				day = *line.Day
			case transcript.EntryLine:
				_, _, d := line.Entry.At.In(berlin).Date()
				require.Equal(t, d, day.Day)
				got = append(got, line.Entry.Text)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		require.Equal(t, want, got)
	})
}

func ExampleLines() {
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	chats := []transcript.Past{
		{ID: "older", Entries: []transcript.Entry{said("Hello", now.AddDate(0, -3, 0)), said("Me again", now.AddDate(0, 0, -1))}},
		{ID: "current", Current: true, Entries: []transcript.Entry{said("Good morning", now)}},
	}
	words := transcript.CalendarFor("en")
	fmt.Println(words.OldestChat(transcript.AgeOf(transcript.Oldest(chats), now, time.UTC)))
	for line := range transcript.Lines(chats, now, time.UTC) {
		switch line.Kind {
		case transcript.DayLine:
			fmt.Println("---", words.Day(*line.Day))
		case transcript.BeginLine:
			fmt.Println("===", words.Begins)
		case transcript.EntryLine:
			fmt.Println(words.Time(line.Entry.At, time.UTC), line.Entry.Text)
		}
	}
	// Output:
	// The oldest chat was 3 months ago.
	// --- August 30
	// 9:00 AM Hello
	// --- Yesterday
	// 9:00 AM Me again
	// --- Today
	// === The current chat begins here
	// 9:00 AM Good morning
}
