package transcript_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// linked is a viewer's newest entry, with links.
func (c *chat) linked(id interaction.PartyID, policy *urlsafe.Policy) transcript.Entry {
	v := c.view(id)
	v.Links = urlsafe.New(policy)
	all := c.entries(v)
	return all[len(all)-1]
}

// sources are what all segments say, one after the other.
func sources(e transcript.Entry) string {
	var b strings.Builder
	for _, s := range e.Segments {
		b.WriteString(s.Source)
	}
	return b.String()
}

// What the contact wrote stays as it is, and beside it stands where it leads.
func TestURL_1_segments_show_the_actual_address(t *testing.T) {
	c := activeChat(t, plainPolicy())
	const text = "Is http://bank.example@evil.example/login yours?"
	c.do(pat, interaction.Say{Text: text})
	for _, viewer := range []interaction.PartyID{pat, maria} {
		e := c.linked(viewer, nil)
		require.Equal(t, text, e.Text)
		require.Len(t, e.Segments, 3)
		require.Equal(t, urlsafe.Segment{Source: "Is "}, e.Segments[0])
		require.Equal(t, urlsafe.Segment{Source: " yours?"}, e.Segments[2])
		require.Equal(t, "http://bank.example@evil.example/login", e.Segments[1].Source)
		link := e.Segments[1].Link
		require.Equal(t, "http://evil.example/login", link.Href)
		require.Equal(t, urlsafe.Suspicious, link.Level)
		require.Equal(t, urlsafe.UserName, link.Findings[0].Code)
		require.NotEmpty(t, link.Findings[0].Sentence)
		require.Equal(t, text[link.Start:link.End], e.Segments[1].Source)
	}

	c.do(pat, interaction.Say{Text: "Open file:///etc/passwd"})
	e := c.linked(maria, nil)
	require.Equal(t, e.Text, sources(e))
	link := e.Segments[1].Link
	require.Equal(t, urlsafe.Blocked, link.Level)
	require.Empty(t, link.Href)
	require.Equal(t, urlsafe.ForbiddenScheme, link.Findings[0].Code)
}

// Whatever is written, the segments say it, and their offsets are of the text.
func TestURL_1_segments_together_are_the_text(t *testing.T) {
	links := urlsafe.New(nil)
	part := rapid.SampledFrom([]string{
		"https://shop.example/a?b=c#d", "https://shop.example/.", "pat@shop.example", "+49 30 901820", " ", ".", "(", ")", "@", "\n", "é", "see <url>",
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 1, 8).Draw(rt, "parts"), "")
		events := []interaction.Event{
			&interaction.Said{Text: text},
			&interaction.Announced{Text: text},
			&interaction.URLPushed{Text: text, URL: "https://shop.example/."},
		}
		event := rapid.SampledFrom(events).Draw(rt, "event")
		v := transcript.View{State: new(interaction.State), Viewer: interaction.Viewer{ID: maria}, Links: links}
		e := v.Entry(&interaction.Shown{Event: event})
		require.Equal(rt, text, e.Text)
		if e.Segments == nil {
			require.Empty(rt, links.Find(text))
			return
		}
		require.Equal(rt, text, sources(e))
		for _, s := range e.Segments {
			require.NotEmpty(rt, s.Source)
			if s.Link != nil {
				require.Equal(rt, s.Source, text[s.Link.Start:s.Link.End])
			}
		}
	})
}

// Only what somebody wrote has segments, and only where the host wants them and
// there is a link.
func TestURL_1_no_segments_where_there_is_nothing_to_say(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(pat, interaction.Say{Text: "www.shop.example"})
	require.Nil(t, c.last(maria).Segments, "a view without links")
	require.NotContains(t, c.screen(t, maria), "segments")
	c.do(pat, interaction.Say{Text: "hello"})
	require.Nil(t, c.linked(maria, nil).Segments)

	v := c.view(maria)
	v.Links = urlsafe.New(nil)
	eve := interaction.Handle{Colour: 1, Name: "https://evil.example/", Role: interaction.RoleAgent}
	e := v.Entry(&interaction.Shown{From: eve, Event: &interaction.Reconnected{}})
	require.Contains(t, e.Text, "https://evil.example/")
	require.Nil(t, e.Segments, "a name is no link")
}

func TestURL_2_the_tooltip_is_the_full_actual_address(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(pat, interaction.Say{Text: "HTTPS://BÜCHER.example/a%20b/../c"})
	for _, width := range []int{0, 12} {
		link := c.linked(maria, &urlsafe.Policy{Width: width}).Segments[0].Link
		require.NotNil(t, link)
		require.Equal(t, link.Href, link.Tooltip)
		require.Equal(t, "https://xn--bcher-kva.example/c", link.Tooltip)
	}
}

func TestURL_4_mail_and_phone_can_be_clicked(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(pat, interaction.Say{Text: "Write to pat@shop.example or call +49 30 901820."})
	e := c.linked(maria, nil)
	require.Len(t, e.Segments, 5)
	mail, phone := e.Segments[1].Link, e.Segments[3].Link
	require.Equal(t, urlsafe.Mail, mail.Kind)
	require.Equal(t, "mailto:pat@shop.example", mail.Href)
	require.Equal(t, urlsafe.Phone, phone.Kind)
	require.Equal(t, "tel:+4930901820", phone.Href)
	require.Equal(t, "+49 30 901820", e.Segments[3].Source, "shown as it was written")

	b, err := json.Marshal(e)
	require.NoError(t, err)
	require.Contains(t, string(b), `"segments":[{"source":"Write to "},{"source":"pat@shop.example","link":{"start":9,"end":25,"kind":"mail",`+
		`"href":"mailto:pat@shop.example","text":"pat@shop.example","tooltip":"mailto:pat@shop.example","level":"ok"}}`)
}

// Automatic messages are the host's words, and can hold an address too.
func TestURL_4_automatic_messages_have_links(t *testing.T) {
	v := transcript.View{State: new(interaction.State), Viewer: interaction.Viewer{ID: pat}, Links: urlsafe.New(nil)}
	e := v.Entry(&interaction.Shown{Event: &interaction.Announced{Text: "Rate us: https://shop.example/rate"}})
	require.Len(t, e.Segments, 2)
	require.Equal(t, "https://shop.example/rate", e.Segments[1].Link.Href)
}

// The link of a pushed page is the whole address, whatever stands around it and
// whatever it ends in.
func TestURL_5_a_pushed_page_is_one_link(t *testing.T) {
	for wording, want := range map[string]int{
		"":                                      2,
		"<url>":                                 1,
		"(See <url>)":                           3,
		"ask help@shop.example or open:<url>!!": 5,
		"<url> <url>":                           3,
	} {
		for _, address := range []string{"https://shop.example/", "https://shop.example/a.", "https://shop.example/?q=(a", "https://shop.example:9000/x!"} {
			policy := plainPolicy()
			policy.PushText = wording
			c := activeChat(t, policy)
			c.do(maria, interaction.PushURL{URL: address})
			e := c.linked(pat, nil)
			require.Equal(t, address, e.Data.URL)
			require.Equal(t, e.Text, sources(e))
			require.Len(t, e.Segments, want, "%q %v", wording, e.Segments)
			var pushed int
			for _, s := range e.Segments {
				if s.Link == nil {
					continue
				}
				require.Equal(t, s.Source, e.Text[s.Link.Start:s.Link.End])
				if s.Link.Kind == urlsafe.Web {
					require.Equal(t, address, s.Link.Href)
					require.Equal(t, address, s.Link.Tooltip)
					pushed++
				}
			}
			require.NotZero(t, pushed)
		}
	}
}

// An address that an older gate has let through is judged like any other.
func TestURL_5_an_address_that_was_pushed_unjudged_is_judged(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(maria, interaction.PushURL{URL: "https://bank.example@evil.example/"})
	e := c.linked(pat, nil)
	require.Equal(t, e.Text, sources(e))
	link := e.Segments[len(e.Segments)-1].Link
	require.Equal(t, urlsafe.Suspicious, link.Level)
	require.Equal(t, "https://evil.example/", link.Href)
}

// What is copied is what was written, with links or without.
func TestURL_1_plain_text_is_the_same_with_links(t *testing.T) {
	c := activeChat(t, plainPolicy())
	c.do(pat, interaction.Say{Text: "http://bank.example@evil.example/ and pat@shop.example"})
	v := c.view(maria)
	without := v.Words.Plain(c.entries(v), nil)
	v.Links = urlsafe.New(nil)
	require.Equal(t, without, v.Words.Plain(c.entries(v), nil))
}
