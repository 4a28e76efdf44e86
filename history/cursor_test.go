package history_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever comes, goes to another contact or changes between two pages, each
// chat that was there is given once, and in order.
func TestHIST_1_HIST_2_paging_gives_each_once_while_others_arrive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { rapid.SyncTest(t, pagedWhileOthersArrive) })
}

func pagedWhileOthersArrive(t *rapid.T) {
	o := &history.Options{Page: rapid.IntRange(1, 4).Draw(t, "page"), Work: rapid.IntRange(1, 6).Draw(t, "work")}
	d := newDesk(t, o)
	defer d.Close()
	f := history.Filter{}
	if rapid.Bool().Draw(t, "text") {
		f.Text = "needle"
	}
	n := 0
	arrive := func() (id string) {
		id = fmt.Sprintf("%d-%d", rapid.IntRange(0, 9).Draw(t, "name"), n)
		n++
		if rapid.Bool().Draw(t, "later") {
			time.Sleep(time.Second) // else it starts in the same moment
		}
		d.starts(id, pat, maria, interaction.Start{})
		if rapid.Bool().Draw(t, "needle") {
			d.says(id, pat, "a Needle!")
		} else if f.Text != "" {
			return ""
		}
		return id
	}
	before := []string{}
	for range rapid.IntRange(0, 12).Draw(t, "chats") {
		if id := arrive(); id != "" {
			before = append(before, id)
		}
	}
	time.Sleep(time.Second)
	mine := rapid.Bool().Draw(t, "mine")
	got := ids(all(t, func(cursor string) (history.Page, error) {
		for range rapid.IntRange(0, 3).Draw(t, "arrivals") {
			if cursor != "" {
				arrive()
			}
		}
		if len(before) > 0 && rapid.Bool().Draw(t, "assign") {
			id := rapid.SampledFrom(before).Draw(t, "which")
			d.does(id, maria, interaction.AssignContact{Contact: interaction.Person{ID: kat}})
		}
		if mine {
			return d.Mine(d.ctx, maria, f, cursor)
		}
		return d.Contact(d.ctx, zoe, pat, f, cursor)
	}))
	require.True(t, slices.IsSortedFunc(got, func(a, b string) int {
		if c := d.state(b).StartedAt.Compare(d.state(a).StartedAt); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	}))
	slices.Sort(got)
	slices.Sort(before)
	require.Equal(t, before, got)
}

func TestHIST_1_cursors_are_good_for_their_list_only(t *testing.T) {
	secret := &history.Options{Page: 1, Secret: []byte("shared")}
	d := newDesk(t, secret)
	for _, id := range []string{"a", "b", "c"} {
		d.starts(id, pat, maria, interaction.Start{})
	}
	p, err := d.Contact(d.ctx, maria, pat, history.Filter{}, "")
	require.NoError(t, err)
	cursor := p.Next
	for name, try := range map[string]func() (history.Page, error){
		"another viewer":  func() (history.Page, error) { return d.Contact(d.ctx, ben, pat, history.Filter{}, cursor) },
		"another contact": func() (history.Page, error) { return d.Contact(d.ctx, maria, kat, history.Filter{}, cursor) },
		"another filter":  func() (history.Page, error) { return d.Contact(d.ctx, maria, pat, history.Filter{Text: "x"}, cursor) },
		"another list":    func() (history.Page, error) { return d.Mine(d.ctx, maria, history.Filter{}, cursor) },
		"a changed one": func() (history.Page, error) {
			return d.Contact(d.ctx, maria, pat, history.Filter{}, "A"+cursor[1:]+"A")
		},
		"a line break": func() (history.Page, error) { return d.Contact(d.ctx, maria, pat, history.Filter{}, cursor+"\n") },
		"no cursor":    func() (history.Page, error) { return d.Contact(d.ctx, maria, pat, history.Filter{}, "3") },
		"a long one": func() (history.Page, error) {
			return d.Contact(d.ctx, maria, pat, history.Filter{}, strings.Repeat("A", 1<<20))
		},
		"of another process": func() (history.Page, error) {
			return history.New(d.Kernel, &history.Options{Page: 1}).Contact(d.ctx, maria, pat, history.Filter{}, cursor)
		},
	} {
		_, err := try()
		require.ErrorIs(t, err, history.ErrCursor, name)
	}
	// Another process with the same secret goes on.
	p, err = history.New(d.Kernel, secret).Contact(d.ctx, maria, pat, history.Filter{}, cursor)
	require.NoError(t, err)
	require.Equal(t, []string{"b"}, ids(p.Chats))

	// It says nothing to whoever looks into it.
	require.NotContains(t, cursor, "contact")
	again, err := d.Contact(d.ctx, maria, pat, history.Filter{}, "")
	require.NoError(t, err)
	require.NotEqual(t, cursor, again.Next)
}

// A store that was put back is another one, also where it has the same chats.
func TestHIST_1_a_cursor_ends_with_the_stores_epoch(t *testing.T) {
	o := &history.Options{Page: 1, Secret: []byte("shared")}
	d, other, empty := newDesk(t, o), newDesk(t, o), newDesk(t, o)
	for _, id := range []string{"a", "b"} {
		d.starts(id, pat, maria, interaction.Start{})
		other.starts(id, pat, maria, interaction.Start{})
	}
	p, err := d.Contact(d.ctx, maria, pat, history.Filter{}, "")
	require.NoError(t, err)
	for _, d := range []*desk{other, empty} {
		_, err = d.Contact(d.ctx, maria, pat, history.Filter{}, p.Next)
		require.ErrorIs(t, err, history.ErrCursor)
	}
	for older, err := range other.Older(d.ctx, maria, "a", history.Look{}, p.Next) {
		require.ErrorIs(t, err, history.ErrCursor)
		require.Zero(t, older)
	}
}

// A contact cannot read from its cursor that there is a chat which it may not see.
func TestPART_2_a_short_page_names_nothing_hidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, &history.Options{Page: 1, Work: 1})
		d.starts("own", pat, maria, interaction.Start{})
		time.Sleep(time.Second)
		d.starts("hidden", pat, maria, interaction.Start{})
		d.does("hidden", maria, interaction.AssignContact{Contact: interaction.Person{ID: kat}})
		p, err := d.Contact(d.ctx, pat, pat, history.Filter{}, "")
		require.NoError(t, err)
		require.Empty(t, p.Chats, "the page is short")
		p, err = d.Contact(d.ctx, pat, pat, history.Filter{}, p.Next)
		require.NoError(t, err)
		require.Equal(t, []string{"own"}, ids(p.Chats))
		require.Empty(t, p.Next)
	})
}

func FuzzCursor(f *testing.F) {
	d := newDesk(f, &history.Options{Page: 1, Secret: []byte("s")})
	for _, id := range []string{"a", "b", "c"} {
		d.starts(id, pat, maria, interaction.Start{})
	}
	p, err := d.Contact(d.ctx, maria, pat, history.Filter{}, "")
	require.NoError(f, err)
	f.Add("")
	f.Add(p.Next)
	f.Add(p.Next[:40])
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		got, err := d.Contact(d.ctx, maria, pat, history.Filter{}, cursor)
		switch {
		case cursor == "":
			require.NoError(t, err)
			require.Equal(t, []string{"c"}, ids(got.Chats))
		case cursor == p.Next:
			require.NoError(t, err)
			require.Equal(t, []string{"b"}, ids(got.Chats))
		default:
			require.ErrorIs(t, err, history.ErrCursor)
			require.Zero(t, got)
		}
	})
}
