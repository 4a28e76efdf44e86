package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// threeChats are chats of Pat's, an hour apart: an old one with Maria by mail, one
// with Ben that is sold, and one with Maria that goes on. Kat has one too.
func threeChats(t *testing.T, o *history.Options) *desk {
	d := newDesk(t, o)
	d.starts("first", pat, maria, interaction.Start{Subject: "Refund", Channel: "sms"})
	d.says("first", pat, "Where is my Geldstrafe?")
	d.ends("first")
	time.Sleep(time.Hour)
	d.starts("second", pat, ben, interaction.Start{Subject: "Car", Channel: "chat"})
	d.says("second", ben, "It is RÉD, like a strawberry")
	d.does("second", ben, interaction.SetDisposition{Code: "sold"})
	d.ends("second")
	time.Sleep(time.Hour)
	d.starts("third", pat, maria, interaction.Start{Subject: "More", Channel: "chat"})
	d.starts("kats", kat, maria, interaction.Start{Channel: "chat"})
	return d
}

func TestHIST_1_newest_first_with_what_a_list_shows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := threeChats(t, nil)
		began := d.state("second").StartedAt
		p, err := d.Contact(d.ctx, zoe, pat, history.Filter{}, "")
		require.NoError(t, err)
		require.Equal(t, []string{"third", "second", "first"}, ids(p.Chats))
		require.Empty(t, p.Next)
		second, err := json.Marshal(p.Chats[1])
		require.NoError(t, err)
		at := began.Format(time.RFC3339Nano)
		require.JSONEq(t, `{"id": "second", "phase": "done", "startedAt": "`+at+`", "endedAt": "`+at+`", "endedWhy": "agent",
			"subject": "Car", "channel": "chat", "contact": {"id": "contact:pat", "name": "Pat"},
			"owner": {"id": "agent:ben", "name": "Ben"}, "disposition": {"code": "sold", "label": "Sold"}}`, string(second))
		require.Equal(t, "active", p.Chats[0].Phase)
		require.Zero(t, p.Chats[0].Ended)
		require.Empty(t, p.Chats[0].EndedWhy)
	})
}

func TestHIST_1_filters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := threeChats(t, nil)
		start := d.state("second").StartedAt
		for name, c := range map[string]struct {
			f    history.Filter
			want []string
		}{
			"since":          {history.Filter{Since: start}, []string{"third", "second"}},
			"until":          {history.Filter{Until: start}, []string{"first"}},
			"both":           {history.Filter{Since: start, Until: start.Add(1)}, []string{"second"}},
			"medium":         {history.Filter{Channel: "sms"}, []string{"first"}},
			"state":          {history.Filter{Phases: []string{"done"}}, []string{"second", "first"}},
			"states":         {history.Filter{Phases: []string{"active", "waiting"}}, []string{"third"}},
			"owner":          {history.Filter{Owner: maria}, []string{"third", "first"}},
			"disposition":    {history.Filter{Disposition: "sold"}, []string{"second"}},
			"text":           {history.Filter{Text: "geldstrafe"}, []string{"first"}},
			"accents":        {history.Filter{Text: "red"}, []string{"second"}},
			"accents asked":  {history.Filter{Text: "  STRÄWBERRY réd "}, []string{"second"}},
			"a part":         {history.Filter{Text: "straf"}, []string{"first"}},
			"all words":      {history.Filter{Text: "strawberry geldstrafe"}, []string{}},
			"subject":        {history.Filter{Text: "refund"}, []string{"first"}},
			"text and owner": {history.Filter{Text: "refund", Owner: ben}, []string{}},
			"blank":          {history.Filter{Text: " \t"}, []string{"third", "second", "first"}},
			"nothing":        {history.Filter{Disposition: "sold", Owner: maria}, []string{}},
		} {
			require.Equal(t, c.want, d.of(zoe, pat, c.f), name)
		}
		for _, f := range []history.Filter{
			{Phases: []string{"open"}}, {Phases: []string{""}}, {Text: "\xff"}, {Channel: "\xff"}, {Owner: "\xff"}, {Disposition: "\xff"},
			{Text: string(make([]byte, 201))}, {Text: "a b c d e f g h i j k l m n o p q"},
		} {
			_, err := d.Contact(d.ctx, zoe, pat, f, "")
			require.ErrorIs(t, err, history.ErrFilter)
			var field *history.FilterError
			require.ErrorAs(t, err, &field)
			require.NotEmpty(t, field.Field)
		}
	})
}

func TestHIST_1_PART_2_a_contact_reads_its_own_and_only_what_it_may_know(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := threeChats(t, nil)
		p, err := d.Contact(d.ctx, pat, pat, history.Filter{}, "")
		require.NoError(t, err)
		require.Equal(t, []string{"third", "second", "first"}, ids(p.Chats))
		second, err := json.Marshal(p.Chats[1])
		require.NoError(t, err)
		at := p.Chats[1].Started.Format(time.RFC3339Nano)
		require.JSONEq(t, `{"id": "second", "phase": "ended", "startedAt": "`+at+`", "endedAt": "`+at+`", "endedWhy": "agent"}`, string(second))
		require.Equal(t, "open", p.Chats[0].Phase)
		require.Equal(t, []string{"third"}, d.of(pat, pat, history.Filter{Phases: []string{"open"}}))
		require.Equal(t, []string{"second", "first"}, d.of(pat, pat, history.Filter{Phases: []string{"ended"}}))
		require.Equal(t, []string{}, d.of(pat, pat, history.Filter{Phases: []string{"waiting"}}))
		require.Equal(t, []string{"first"}, d.of(pat, pat, history.Filter{Text: "geldstrafe"}))
		require.Equal(t, []string{}, d.of(pat, pat, history.Filter{Text: "refund"}), "the subject is internal")

		for _, viewer := range []interaction.PartyID{kat, "bot:b", "", "nobody", "contact:"} {
			_, err := d.Contact(d.ctx, viewer, pat, history.Filter{}, "")
			require.ErrorIs(t, err, history.ErrViewer, viewer)
		}
		for _, contact := range []interaction.PartyID{"", maria, "contact:", "contact:\xff"} {
			_, err := d.Contact(d.ctx, maria, contact, history.Filter{}, "")
			require.ErrorIs(t, err, interaction.ErrInvalid, contact)
		}
		// What it may not know it cannot ask for either.
		for _, f := range []history.Filter{{Owner: maria}, {Disposition: "sold"}, {Channel: "chat"}, {Phases: []string{"done"}}, {Phases: []string{"active"}}} {
			_, err := d.Contact(d.ctx, pat, pat, f, "")
			require.ErrorIs(t, err, history.ErrFilter)
		}
	})
}

func TestHIST_1_a_host_restricts_it_further(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errDown := errors.New("directory is down")
		var down bool
		d := threeChats(t, &history.Options{Allow: func(_ context.Context, viewer interaction.PartyID, id string, s *interaction.State) (bool, error) {
			if down {
				return true, errDown
			}
			return viewer != zoe || s.Party(ben) != nil && id == "second", nil
		}})
		require.Equal(t, []string{"third", "second", "first"}, d.of(maria, pat, history.Filter{}))
		require.Equal(t, []string{"second"}, d.of(zoe, pat, history.Filter{}))
		_, err := d.Transcript(d.ctx, zoe, "first", history.Look{})
		require.Equal(t, interaction.ErrNotStarted, err)
		d.opens(zoe, "second")
		down = true
		_, err = d.Contact(d.ctx, zoe, pat, history.Filter{}, "")
		require.ErrorIs(t, err, errDown)
		_, err = d.Transcript(d.ctx, zoe, "second", history.Look{})
		require.ErrorIs(t, err, errDown)
	})
}

func TestHIST_2_one_entry_each_however_often_it_joined(t *testing.T) {
	d := newDesk(t, nil)
	async := policy()
	async.Async = true
	d.starts("async", pat, maria, interaction.Start{Policy: async})
	for range 3 {
		d.does("async", maria, interaction.End{})
		d.does("async", maria, interaction.Rejoin{Name: "Maria"})
	}
	d.starts("handed over", kat, ben, interaction.Start{})
	d.accepts("handed over", maria, d.does("handed over", ben, interaction.Transfer{To: interaction.Target(maria)}).Opened)
	d.accepts("handed over", ben, d.does("handed over", maria, interaction.Transfer{To: interaction.Target(ben)}).Opened)
	d.ends("handed over")
	require.Equal(t, []string{"handed over", "async"}, d.mine(maria, history.Filter{}))
	require.Equal(t, []string{"handed over"}, d.mine(ben, history.Filter{}))
	require.Equal(t, []string{"handed over"}, d.mine(maria, history.Filter{Owner: ben}))
	require.Equal(t, []string{"async"}, d.mine(maria, history.Filter{Phases: []string{"active"}}))
	for _, viewer := range []interaction.PartyID{pat, "bot:b", interaction.System, "", "agent:"} {
		_, err := d.Mine(d.ctx, viewer, history.Filter{}, "")
		require.ErrorIs(t, err, history.ErrViewer, viewer)
	}
}

func TestHIST_2_CONS_10_who_was_only_consulted_or_watched_has_none(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("chat", pat, maria, interaction.Start{})
	asked := d.does("chat", maria, interaction.Consult{To: interaction.Target(zoe)}).Opened
	require.Empty(t, d.mine(zoe, history.Filter{}))
	d.accepts("chat", zoe, asked)
	d.does("chat", sam, interaction.Supervise{Mode: interaction.Coach, Name: "Sam"})
	require.Empty(t, d.mine(zoe, history.Filter{}))
	require.Empty(t, d.mine(sam, history.Filter{}))
	// Who became engaged has one (CONS-7, PART-5).
	d.does("chat", maria, interaction.Transfer{Consultation: asked})
	d.does("chat", sam, interaction.Supervise{Mode: interaction.BargeIn, Name: "Sam"})
	require.Equal(t, []string{"chat"}, d.mine(zoe, history.Filter{}))
	require.Equal(t, []string{"chat"}, d.mine(sam, history.Filter{}))
	require.Equal(t, []string{"chat"}, d.mine(maria, history.Filter{}))
}

// A chat of a later version, or one that was damaged, hides no other.
func TestHIST_1_a_log_that_cannot_be_read_is_listed_and_stops_nobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New(nil)
		d := storedDesk(t, store, nil)
		d.starts("first", pat, maria, interaction.Start{})
		time.Sleep(time.Second)
		started := time.Now()
		require.NoError(t, store.Append(d.ctx, chatkernel.Commit{Stream: "broken", Count: 1, At: started, Data: []byte("?"), Index: &chatkernel.Index{
			Phase: "done", Contact: string(pat), LastOwner: string(maria), Engaged: []string{string(maria)}, Disposition: "sold",
			Former: []string{string(kat)}, Started: started, Ended: started,
		}}))
		time.Sleep(time.Second)
		d.starts("last", pat, maria, interaction.Start{})
		p, err := d.Mine(d.ctx, maria, history.Filter{}, "")
		require.NoError(t, err)
		require.Equal(t, []string{"last", "broken", "first"}, ids(p.Chats))
		b, err := json.Marshal(p.Chats[1])
		require.NoError(t, err)
		at := started.Format(time.RFC3339Nano)
		require.JSONEq(t, `{"id": "broken", "unreadable": true, "phase": "done", "startedAt": "`+at+`", "endedAt": "`+at+`", "contact": {"id": "contact:pat"},
			"former": ["contact:kat"], "owner": {"id": "agent:maria"}, "disposition": {"code": "sold"}}`, string(b))

		d.History = history.New(d.Kernel, &history.Options{Page: 1})
		require.Equal(t, []string{"last", "broken", "first"}, d.of(ben, pat, history.Filter{}), "also where a page ends with it")

		// Where more than the index must be looked at it is not there.
		require.Equal(t, []string{"last", "first"}, d.of(pat, pat, history.Filter{}))
		require.Empty(t, d.of(ben, pat, history.Filter{Text: "sold"}))
		d.History = history.New(d.Kernel, &history.Options{Allow: func(context.Context, interaction.PartyID, string, *interaction.State) (bool, error) { return true, nil }})
		require.Equal(t, []string{"last", "first"}, d.of(ben, pat, history.Filter{}))
		require.Len(t, d.olderPages(ben, "last", history.Look{})[0].Chats, 1)
		_, err = d.Transcript(d.ctx, ben, "broken", history.Look{})
		require.ErrorIs(t, err, chatkernel.ErrStore)
	})
}

func TestHIST_1_a_store_that_fails_says_so(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("chat", pat, maria, interaction.Start{})
	d.Close()
	_, err := d.Contact(d.ctx, maria, pat, history.Filter{}, "")
	require.ErrorIs(t, err, chatkernel.ErrClosed)
	_, err = d.Transcript(d.ctx, maria, "chat", history.Look{})
	require.ErrorIs(t, err, chatkernel.ErrClosed)
	for _, err := range d.Older(d.ctx, maria, "chat", history.Look{}, "") {
		require.ErrorIs(t, err, chatkernel.ErrClosed)
	}
	gone, cancel := context.WithCancel(d.ctx)
	cancel()
	_, err = newDesk(t, nil).Contact(gone, maria, pat, history.Filter{}, "")
	require.ErrorIs(t, err, context.Canceled)
}
