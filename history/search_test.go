package history_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

// marked is a hit's text with its matches in brackets.
func marked(h history.Hit) string {
	out := h.Text
	for _, m := range slices.Backward(h.Matches) {
		out = out[:m.Start] + "[" + out[m.Start:m.End] + "]" + out[m.End:]
	}
	return out
}

// finds gives the hits of one search in one chat.
func (d *desk) finds(viewer interaction.PartyID, text string) []history.Hit {
	d.t.Helper()
	p, err := d.Contact(d.ctx, viewer, pat, history.Filter{Text: text}, "")
	require.NoError(d.t, err)
	if len(p.Chats) == 0 {
		return nil
	}
	require.Len(d.t, p.Chats, 1)
	return p.Chats[0].Hits
}

func TestHIST_1_where_a_text_was_found(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("chat", pat, maria, interaction.Start{})
	long := strings.Repeat("before words ", 20) + "the Straße is HERE, and here " + strings.Repeat("after words ", 20)
	d.says("chat", pat, long)
	d.says("chat", maria, "Crème brûlée")
	hits := d.finds(ben, "here strasse")
	require.Len(t, hits, 1)
	require.Equal(t, "…words before words before words the [Straße] is [HERE], and [here] after words after words after words after words after words after words after words after words…", marked(hits[0]))
	require.Equal(t, "Pat", hits[0].From.Name)
	for _, viewer := range []interaction.PartyID{ben, pat} {
		hit := d.finds(viewer, "creme EE")[0]
		require.Equal(t, "[Crème] brûl[ée]", marked(hit))
		require.Equal(t, "Crème brûlée", d.opens(viewer, "chat").Entries[hit.Position-1].Text)
	}
	require.Empty(t, d.finds(ben, "strassenbahn"))
	require.Empty(t, d.finds(ben, "strasse creme nothing"))
	require.Len(t, d.finds(ben, "strasse creme"), 2, "the words may stand in different entries")
}

func TestHIST_1_the_forms_of_letters_do_not_count(t *testing.T) {
	for _, c := range []struct{ text, query, want string }{
		{"Über", "uber", "[Über]"},
		{"U\u0308ber", "über", "[U\u0308ber]"},
		{"ber U\u0308", "u", "ber [U\u0308]"},
		{"groß!", "s", "gro[ß]!"},
		{"groß!", "OSS", "gr[oß]!"},
		{"ΣΟΦΟΣ", "σοφος", "[ΣΟΦΟΣ]"},
		{"ﬁne", "fi", "[ﬁ]ne"},
		{"ﬁne", "ine", "[ﬁne]"},
		{"co\u00adop", "coop", "[co\u00adop]"},
		{"サポート", "ｻﾎﾟｰﾄ", "[サポート]"},
		{"Łódź", "lodz", "[Łódź]"},
		{"İstanbul", "istanbul", "[İstanbul]"},
		{"привет МИР", "мир", "привет [МИР]"},
		{"aaaa", "aa", "[aa][aa]"},
		{"abab", "aba bab", "[abab]"},
		{"한국어", "국", "한[국]어"},
		{"a\n\tb", "b", "a\n\t[b]"},
		{"👩\u200d🚀 go", "🚀", "👩\u200d[🚀] go"},
	} {
		d := newDesk(t, nil)
		d.starts("chat", pat, maria, interaction.Start{})
		d.says("chat", pat, c.text)
		hits := d.finds(pat, c.query)
		require.Len(t, hits, 1, c)
		require.Equal(t, c.want, marked(hits[0]), c)
	}
}

func TestHIST_1_everything_that_persons_wrote_is_searched(t *testing.T) {
	d := newDesk(t, nil)
	full(d, "chat")
	d.does("other", interaction.System, interaction.Start{Contact: interaction.Person{ID: pat}, Policy: policy()})
	d.does("other", interaction.System, interaction.Announce{Message: interaction.Information, Text: "automatic words"})
	for text, contactToo := range map[string]bool{
		"hello": true, "bill.pdf": true, "support": false, "refund": false, "first": false, "second": false,
		"17": false, "difficult": false, "inside": false, "joined": false, "sold": false, "automatic": false,
	} {
		internal := !slices.Contains([]string{"support", "joined", "sold", "automatic"}, text) // which the library says
		require.Equal(t, internal, len(d.finds(ben, text)) > 0, text)
		require.Equal(t, contactToo, len(d.finds(pat, text)) > 0, text)
	}
}

func TestHIST_1_a_few_hits_of_each_chat(t *testing.T) {
	d := newDesk(t, nil)
	d.starts("subject", kat, maria, interaction.Start{Subject: "a needle", CaseData: []interaction.Field{{Key: "k", Value: interaction.Value{Text: "needle"}}}})
	p, err := d.Contact(d.ctx, ben, kat, history.Filter{Text: "needle"}, "")
	require.NoError(t, err)
	require.Len(t, p.Chats[0].Hits, 1, "an entry is one")
	d.starts("chat", pat, maria, interaction.Start{})
	for i := range 6 {
		d.says("chat", pat, "needle "+strconv.Itoa(i))
	}
	d.says("chat", maria, "thread")
	hits := d.finds(ben, "needle thread")
	require.Len(t, hits, 3, "although the other word stands later")
	require.Equal(t, "[needle] 0", marked(hits[0]))
}

// An engine that knows everything, more than is true, and what is not there.
type engine struct {
	ids   []string
	asked []history.Search
	err   error
}

func (e *engine) Search(_ context.Context, s history.Search, after string) iter.Seq2[history.Candidate, error] {
	e.asked = append(e.asked, s)
	return func(yield func(history.Candidate, error) bool) {
		from, _ := strconv.Atoi(after)
		for i := from; i < len(e.ids); i++ {
			if !yield(history.Candidate{ID: e.ids[i], Cursor: strconv.Itoa(i + 1)}, nil) {
				return
			}
		}
		if e.err != nil {
			yield(history.Candidate{}, e.err)
		}
	}
}

func TestHIST_1_an_engine_only_proposes(t *testing.T) {
	e := &engine{ids: []string{"kats", "none", "a/b", "", "old", "secret", "away", "new", "without"}}
	d := newDesk(t, &history.Options{Searcher: e, Page: 1})
	d.starts("old", pat, maria, interaction.Start{})
	d.says("old", pat, "a needle")
	d.starts("new", pat, ben, interaction.Start{})
	d.says("new", pat, "a needle")
	d.starts("secret", pat, maria, interaction.Start{})
	d.consults("secret", maria, zoe, "a needle")
	d.starts("without", pat, maria, interaction.Start{})
	d.starts("kats", kat, maria, interaction.Start{})
	d.says("kats", kat, "a needle")
	d.starts("away", pat, maria, interaction.Start{})
	d.says("away", pat, "a needle")
	d.does("away", maria, interaction.AssignContact{Contact: interaction.Person{ID: kat}})

	require.Equal(t, []string{"old", "away", "new"}, d.of(zoe, pat, history.Filter{Text: "Needle"}), "in the engine's order")
	require.Equal(t, []string{"old", "new"}, d.of(pat, pat, history.Filter{Text: "needle"}))
	require.Equal(t, []string{"kats", "old", "away"}, d.mine(maria, history.Filter{Text: "needle"}))
	require.Equal(t, []string{"new"}, d.of(zoe, pat, history.Filter{Text: "needle", Owner: ben}))
	require.Equal(t, history.Search{Words: []string{"needle"}, Contact: pat}, e.asked[0])
	// It need not know anything of the filter.
	start := d.state("new").StartedAt
	for _, f := range []history.Filter{
		{Since: start.Add(1)}, {Until: start}, {Channel: "sms"}, {Disposition: "lost"}, {Owner: maria}, {Phases: []string{"done"}},
	} {
		f.Text = "needle"
		require.NotContains(t, d.of(zoe, pat, f), "new", f)
	}
	require.Contains(t, d.of(zoe, pat, history.Filter{Text: "needle", Since: start, Until: start.Add(1), Owner: ben, Phases: []string{"active"}}), "new")
	since := time.Now().Add(-time.Hour)
	require.Len(t, d.mine(ben, history.Filter{Text: "b needle", Since: since, Until: since.Add(2 * time.Hour)}), 0)
	require.Equal(t, history.Search{Words: []string{"b", "needle"}, Engaged: ben, Since: since, Until: since.Add(2 * time.Hour)}, e.asked[len(e.asked)-1])
	require.Len(t, d.mine(maria, history.Filter{}), 5, "it is not asked without a text")

	e.ids, e.err = nil, errors.New("engine is down")
	_, err := d.Mine(d.ctx, maria, history.Filter{Text: "needle"}, "")
	require.ErrorIs(t, err, e.err)
}
