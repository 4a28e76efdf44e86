package history_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawn are the lines of a page in short: days, the mark, and messages.
func drawn(o history.Older) (lines []string) {
	calendar := transcript.CalendarFor("en")
	for _, l := range o.Lines {
		switch {
		case l.Kind == transcript.DayLine:
			lines = append(lines, "--- "+calendar.Day(*l.Day))
		case l.Kind == transcript.BeginLine:
			lines = append(lines, "=== "+l.Chat)
		case l.Entry.Kind == transcript.Message:
			lines = append(lines, l.Entry.Text)
		}
	}
	return lines
}

// olderPages gives the pages above a chat, each from the cursor of the one before.
func (d *desk) olderPages(viewer interaction.PartyID, id string, look history.Look) (pages []history.Older) {
	d.t.Helper()
	for cursor, first := "", true; first || cursor != ""; first = false {
		for page, err := range d.Older(d.ctx, viewer, id, look, cursor) {
			require.NoError(d.t, err)
			pages = append(pages, page)
			cursor = page.Next
			break
		}
	}
	return pages
}

// days are chats of Pat's on the days before the present one, which goes on.
func days(d *desk, n int) {
	for i := range n {
		id := fmt.Sprint("chat", i+1)
		d.starts(id, pat, maria, interaction.Start{})
		d.says(id, pat, "in "+id)
		d.ends(id)
		time.Sleep(24 * time.Hour)
	}
	d.starts("now", pat, maria, interaction.Start{})
	d.says("now", pat, "in now")
}

func TestHIST_3_older_chats_are_loaded_while_scrolling_up(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is midnight of January 1, 2000
		d := newDesk(t, &history.Options{OlderPage: 2})
		d.starts("kats", kat, maria, interaction.Start{})
		time.Sleep(12 * time.Hour)
		days(d, 9)
		d.starts("after", pat, maria, interaction.Start{})
		for _, viewer := range []interaction.PartyID{pat, maria, sam} {
			pages := d.olderPages(viewer, "now", history.Look{})
			require.Len(t, pages, 5)
			require.Equal(t, []string{"--- Saturday", "in chat8", "--- Yesterday", "in chat9", "=== now"}, drawn(pages[0]))
			require.Equal(t, []string{"--- Thursday", "in chat6", "--- Friday", "in chat7"}, drawn(pages[1]))
			require.Equal(t, []string{"--- January 2", "in chat2", "--- January 3", "in chat3"}, drawn(pages[3]))
			require.Equal(t, []string{"--- January 1", "in chat1"}, drawn(pages[4]))
			for i, p := range pages {
				require.Equal(t, i < 4, p.Next != "", "the hint that there are more above")
				require.Equal(t, i == 4, p.Oldest != nil, "and once all are loaded how old they are")
			}
			require.Equal(t, transcript.Age{Count: 1, Unit: transcript.Weeks}, pages[4].Oldest.Age)
			require.Equal(t, d.state("chat1").StartedAt, pages[4].Oldest.At)

			// Who keeps the loop gets the same.
			var looped []history.Older
			for page, err := range d.Older(d.ctx, viewer, "now", history.Look{}, "") {
				require.NoError(t, err)
				looped = append(looped, page)
			}
			require.Len(t, looped, 5)
			for i := range pages {
				require.Equal(t, drawn(pages[i]), drawn(looped[i]))
			}
		}
		require.Equal(t, []string{"--- Saturday", "in chat8", "=== chat9"}, drawn(history.Older{Lines: d.olderPages(pat, "chat9", history.Look{})[0].Lines[len(d.opens(pat, "chat7").Entries)+1:]}))
	})
}

func TestHIST_3_days_are_the_viewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, nil)
		days(d, 1) // at midnight in UTC
		west := time.FixedZone("", -3600)
		require.Equal(t, []string{"--- Yesterday", "in chat1", "=== now"}, drawn(d.olderPages(pat, "now", history.Look{})[0]))
		time.Sleep(30 * time.Minute)
		require.Equal(t, []string{"--- Yesterday", "in chat1", "=== now"}, drawn(d.olderPages(pat, "now", history.Look{Zone: west})[0]))
		page := d.olderPages(pat, "now", history.Look{Zone: west, Words: transcript.German()})[0]
		require.Equal(t, 31, page.Lines[0].Day.Day)
		require.Contains(t, page.Lines[1].Entry.Text, "Pat")
		require.NotEqual(t, d.opens(pat, "chat1").Entries[0].Text, page.Lines[1].Entry.Text)
	})
}

func TestHIST_3_none_above(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("now", pat, maria, interaction.Start{})
	pages := d.olderPages(pat, "now", history.Look{})
	require.Equal(t, []history.Older{{Lines: []transcript.Line{}}}, pages)
}

func TestHIST_3_bounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, nil)
		days(d, 6)
		count := func(o history.Options) (chats int, last history.Older) {
			read := *d
			read.History = history.New(d.Kernel, &o)
			for _, last = range read.olderPages(pat, "now", history.Look{}) {
				chats += len(last.Chats)
			}
			return chats, last
		}
		n, last := count(history.Options{OlderChats: 3, OlderPage: 2})
		require.Equal(t, 3, n)
		require.Equal(t, 3, last.Oldest.Age.Count)
		n, _ = count(history.Options{OlderChats: 4, OlderPage: 2})
		require.Equal(t, 4, n)
		n, last = count(history.Options{OlderAge: 49 * time.Hour})
		require.Equal(t, 2, n)
		require.Equal(t, transcript.Age{Count: 2, Unit: transcript.Days}, last.Oldest.Age)
		n, _ = count(history.Options{})
		require.Equal(t, 6, n)
	})
}

func TestHIST_3_HIST_5_whose_chats_they_are(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, &history.Options{OlderPage: 1, Work: 1})
		days(d, 3)
		d.starts("kats", kat, maria, interaction.Start{})
		chats := func(viewer interaction.PartyID, id string) (all []string) {
			marks := 0
			for _, p := range d.olderPages(viewer, id, history.Look{}) {
				for _, c := range p.Chats {
					all = append(all, c.ID)
				}
				if n := len(p.Lines); n > 0 && p.Lines[n-1].Kind == transcript.BeginLine {
					marks++
				}
			}
			require.Equal(t, min(len(all), 1), marks, "there is one mark, whatever page it is on")
			return all
		}
		d.does("chat3", maria, interaction.AssignContact{Contact: interaction.Person{ID: kat}})
		require.Equal(t, []string{"chat2", "chat1"}, chats(maria, "now"))
		require.Equal(t, []string{"chat2", "chat1"}, chats(pat, "now"))
		require.Equal(t, []string{"chat3"}, chats(maria, "kats"))
		// The contact does not notice that the chat it is in was given to another.
		d.does("now", maria, interaction.AssignContact{Contact: interaction.Person{ID: kat}})
		require.Equal(t, []string{"chat2", "chat1"}, chats(pat, "now"))
		require.Equal(t, []string{"chat3"}, chats(maria, "now"))
		require.Equal(t, []string{"chat3"}, chats(kat, "now"))
		for _, viewer := range []interaction.PartyID{"contact:zed", "bot:b", ""} {
			for _, err := range d.Older(d.ctx, viewer, "now", history.Look{}, "") {
				require.Equal(t, interaction.ErrNotStarted, err)
			}
		}
	})
}

// However pages are cut, all chats come once, and the lines are those of all.
func TestHIST_3_pages_put_together_are_the_whole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			d := newDesk(t, &history.Options{OlderPage: rapid.IntRange(1, 4).Draw(t, "page"), Work: rapid.IntRange(1, 3).Draw(t, "work")})
			defer d.Close()
			for i := range rapid.IntRange(0, 8).Draw(t, "chats") {
				d.starts(fmt.Sprint("chat", i), pat, maria, interaction.Start{})
				time.Sleep(time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour)
			}
			time.Sleep(time.Second)
			d.starts("now", pat, maria, interaction.Start{})
			var chats []transcript.Past
			lines := 0
			for page, err := range d.Older(d.ctx, ben, "now", history.Look{}, "") {
				require.NoError(t, err)
				chats = append(page.Chats, chats...)
				for _, l := range page.Lines {
					if l.Kind == transcript.EntryLine {
						lines++
					}
				}
			}
			var want []string
			for _, c := range all(t, func(cursor string) (history.Page, error) { return d.Contact(d.ctx, ben, pat, history.Filter{}, cursor) })[1:] {
				want = append([]string{c.ID}, want...)
			}
			var got []string
			for i := range chats {
				got = append(got, chats[i].ID)
			}
			require.Equal(t, want, got)
			for l := range transcript.Lines(chats, time.Now(), nil) {
				if l.Kind == transcript.EntryLine {
					lines--
				}
			}
			require.Zero(t, lines)
		})
	})
}
