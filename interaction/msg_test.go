package interaction

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMSG_1_reaches_everyone_in_one_order(t *testing.T) {
	c := fullChat(t)
	c.do(pat, Say{Text: "1"})
	c.do(maria, Say{Text: "2"})
	c.do(pat, Say{Text: "3"})
	c.do(zoe, Say{Text: "4"})
	c.do(bot, Say{Text: "5"})
	for _, who := range []PartyID{pat, maria, zoe, bot, ben, sam, kim} {
		require.Equal(t, []string{"1", "2", "3", "4", "5"}, words(c.view(who)), "%s is in it or attached", who)
	}
	for _, who := range []PartyID{"agent:tom", "agent:lea", "agent:stranger"} {
		require.Empty(t, words(c.view(who)), "%s is not", who)
	}
}

func TestMSG_1_who_said_it(t *testing.T) {
	c := fullChat(t)
	c.do(pat, Say{Text: "hi"})
	c.do(zoe, Say{Text: "hello"})
	from := func(who PartyID) (names []string) {
		for _, shown := range c.view(who) {
			if shown.Event.Kind() == SaidKind {
				names = append(names, shown.From.Name)
			}
		}
		return names
	}
	require.Equal(t, []string{"Pat", "Zoe"}, from(pat))
	require.Equal(t, []string{"Pat", "Zoe"}, from(ben))
}

func TestMSG_1_before_and_after_agents(t *testing.T) {
	c := waitingChat(t, async)
	c.do(pat, Say{Text: "waiting"})
	c.offer(maria)
	c.refused(maria, Say{Text: "not yet"}, ErrDenied)
	c.accept(maria)
	c.do(maria, End{})
	c.do(pat, Say{Text: "dormant"})
	c.refused(maria, Say{Text: "gone"}, ErrDenied)
	require.Equal(t, []string{"waiting", "dormant"}, words(c.view(pat)))
}

func TestMSG_2_unread_until_the_contact_has_read_it(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Say{Text: "hello"})
	c.do(maria, Say{Text: "internal", To: Internal})
	c.do(maria, Say{Text: "are you there?"})
	unread := func() (texts []string) {
		for _, shown := range c.view(maria) {
			if said, ok := shown.Event.(*Said); ok && shown.Audience == Everyone && shown.Public > c.ContactRead() {
				texts = append(texts, said.Text)
			}
		}
		return texts
	}
	require.Equal(t, []string{"hello", "are you there?"}, unread())
	at := c.view(pat)[2]
	require.Equal(t, &Said{"hello"}, at.Event)
	before := len(c.view(pat))
	c.do(pat, MarkRead{at.Position})
	require.Equal(t, []string{"are you there?"}, unread())
	require.Len(t, c.view(pat), before, "reading does not move the contact's own position")
	require.Equal(t, []*MarkedRead{{at.Position}}, events[*MarkedRead](c.view(maria)), "the sender is told")
	c.do(pat, MarkRead{at.Position + 1})
	require.Empty(t, unread())
	c.do(maria, Say{Text: "and now?"})
	require.Equal(t, []string{"and now?"}, unread())
}

func TestMSG_2_only_forward_and_clamped_to_what_the_party_sees(t *testing.T) {
	c := fullChat(t)
	c.do(maria, Say{Text: "hello"})
	for _, who := range []PartyID{pat, maria, zoe, ben, sam, kim, bot} {
		seen, _ := c.Position(Viewer{ID: who})
		c.nothing(who, MarkRead{0})
		c.do(who, MarkRead{1})
		c.nothing(who, MarkRead{1})
		c.do(who, MarkRead{1 << 63})
		require.Contains(t, []uint64{seen, seen + 1}, c.Party(who).Read, "%s may have seen its own first mark", who)
		c.nothing(who, MarkRead{1})
	}
	require.Equal(t, c.Public(), c.ContactRead())
	for _, who := range []PartyID{"agent:tom", "agent:lea"} {
		_, err := c.decide(who, MarkRead{1})
		require.Error(t, err, "%s reads nothing now", who)
	}
	c.refused(System, MarkRead{1}, ErrDenied)
}

func TestMSG_2_in_ended_but_not_in_done(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Say{Text: "goodbye"})
	c.do(maria, End{})
	c.do(pat, MarkRead{3})
	require.EqualValues(t, 3, c.ContactRead())
	c.do(maria, MarkDone{})
	c.nothing(pat, MarkRead{4})
	c.refused(maria, MarkRead{4}, ErrPhase)
}

func TestMSG_4_preview_is_a_policy_and_for_internal_parties_only(t *testing.T) {
	require.False(t, DefaultPolicy().TypingPreview)
	c := fullChat(t, func(p *Policy) { p.TypingPreview = true })
	require.True(t, c.Policy().TypingPreview)

	draft := &Record{Seq: c.Seq() + 1, By: pat, Audience: internal}
	for who, sees := range map[PartyID]bool{
		maria: true, zoe: true, ben: true, sam: true, kim: true, bot: true,
		pat: false, "agent:tom": false, "agent:lea": false, "agent:stranger": false, "contact:eve": false,
	} {
		require.Equal(t, sees, c.Sees(Viewer{ID: who}, draft), who)
	}
	require.False(t, c.Sees(Viewer{pat, History}, draft))
}

func TestMSG_8_what_is_stored(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.RateEvery = 0 })
	for in, want := range map[string]string{
		"hello":                    "hello",
		" spaces stay \n":          " spaces stay \n",
		"a\r\nb\rc\nd\te":          "a\nbc\nd\te",
		"\r\r\n":                   "",
		"bell\a nul\x00 del\x7f":   "bell nul del",
		"C1 \u0085control\u009b":   "C1 control",
		"\x1b[31mred\x1b[0m":       "[31mred[0m",
		"größer\r\nals":            "größer\nals",
		"👩‍👩‍👧‍👦":                  "👩‍👩‍👧‍👦",
		"e\u0301":                  "e\u0301",
		"مرحبا\u200f":              "مرحبا\u200f",
		"word\u00adword":           "word\u00adword",
		"\ufeffbyte order mark":    "\ufeffbyte order mark",
		"<b>not our business</b> ": "<b>not our business</b> ",
	} {
		if want == "" {
			c.refused(pat, Say{Text: in}, ErrEmpty)
			continue
		}
		rs := c.do(pat, Say{Text: in})
		require.Equal(t, &Said{want}, rs[0].Event, "%q", in)
	}
}

func TestMSG_8_empty_and_blank(t *testing.T) {
	c := activeChat(t)
	for _, text := range []string{
		"", " ", "\n", "\t \r\n", "\x00", "\a\x1b", "\u00a0", "\u2003\u3000", "\u200b", "\u200d\u200c", "\ufeff", "\u00ad", "\u2028\u2029",
		"\ufe0f", "\u202e", "\u2060", "\u3164", "\u115f\u1160", "\uffa0", "\u034f", "\u2800", "\u180e", "\U000e0020", "\u200b\x01 \n",
	} {
		err := c.refused(pat, Say{Text: text}, ErrEmpty)
		require.ErrorIs(t, err, ErrInvalid)
		require.EqualError(t, err, "interaction: the command is not valid: text: empty")
	}
	c.do(pat, Say{Text: "."})
	c.do(pat, Say{Text: "\u200b!"})
}

func TestMSG_8_not_utf8(t *testing.T) {
	c := activeChat(t)
	for _, text := range []string{"\xff", "caf\xe9", "ok\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf"} {
		err := c.refused(pat, Say{Text: text}, ErrUTF8)
		require.EqualError(t, err, "interaction: the command is not valid: text: not valid UTF-8")
	}
}

func TestMSG_8_too_long(t *testing.T) {
	c := activeChat(t)
	c.limits = &Limits{MaxChars: 5, MaxBytes: 100}
	family := "👩‍👩‍👧‍👦" // one character, 25 bytes
	for text, want := range map[string]string{
		"12345":                       "",
		"123456":                      "at most 5 characters",
		"123\r\n5":                    "",
		"12\a345":                     "",
		strings.Repeat("é", 5):        "",
		strings.Repeat("é", 6):        "at most 5 characters",
		strings.Repeat(family, 4):     "",
		"a" + strings.Repeat("́", 49): "", // one character, 99 bytes
		"a" + strings.Repeat("́", 50): "at most 100 bytes",
		strings.Repeat("x", 101):      "at most 100 bytes",
	} {
		if want == "" {
			c.do(pat, Say{Text: text})
			continue
		}
		err := c.refused(pat, Say{Text: text}, ErrTooLong)
		require.ErrorIs(t, err, ErrInvalid)
		var limit *LimitError
		require.ErrorAs(t, err, &limit)
		require.ErrorContains(t, err, want)
	}
}

func TestMSG_8_the_default_limits(t *testing.T) {
	c := activeChat(t)
	c.do(pat, Say{Text: strings.Repeat("x", 4096)})
	c.refused(pat, Say{Text: strings.Repeat("x", 4097)}, ErrTooLong)
	c.do(pat, Say{Text: strings.Repeat("€", 4096)})
	c.refused(pat, Say{Text: strings.Repeat("👍🏽", 2049)}, ErrTooLong) // 8 bytes each
}

func rate(burst int, every time.Duration) func(*Policy) {
	return func(p *Policy) { p.RateBurst, p.RateEvery = burst, every }
}

func TestMSG_9_rate(t *testing.T) {
	c := activeChat(t, rate(3, time.Second))
	for range 3 {
		c.do(pat, Say{Text: "x"})
	}
	err := c.refused(pat, Say{Text: "x"}, ErrRate)
	var limit *RateError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, noon.Add(time.Second), limit.RetryAt)
	require.EqualError(t, err, "interaction: too many messages, try again at 2026-03-02T12:00:01Z")
	c.after(time.Second-time.Microsecond).refused(pat, Say{Text: "x"}, ErrRate)
	c.after(time.Microsecond).do(pat, Say{Text: "x"})
	c.refused(pat, Say{Text: "x"}, ErrRate)
	c.after(time.Hour)
	for range 3 {
		c.do(pat, Say{Text: "x"})
	}
	require.ErrorAs(t, c.refused(pat, Say{Text: "x"}, ErrRate), &limit)
	require.Equal(t, c.now.Add(time.Second), limit.RetryAt, "rest does not add up beyond a burst")
}

func TestMSG_9_per_party(t *testing.T) {
	c := fullChat(t, rate(1, time.Minute))
	id := c.Consultations[0].ID
	for _, who := range []PartyID{pat, maria, zoe, bot} {
		c.do(who, Say{Text: "x"})
		c.refused(who, Say{Text: "x"}, ErrRate)
	}
	c.do(ben, Say{Text: "x", Consultation: id})
	c.refused(ben, Say{Text: "x", Consultation: id}, ErrRate)
	c.refused(maria, Say{Text: "x", Consultation: id}, ErrRate)
}

func TestMSG_9_a_refused_message_costs_nothing(t *testing.T) {
	c := activeChat(t, rate(1, time.Minute))
	c.refused(pat, Say{Text: ""}, ErrEmpty)
	c.do(pat, Say{Text: "x"})
	for range 10 {
		c.refused(pat, Say{Text: "x"}, ErrRate)
	}
	c.after(time.Minute).do(pat, Say{Text: "x"})
}

func TestMSG_9_no_limit(t *testing.T) {
	c := activeChat(t, rate(5, 0))
	for range 50 {
		c.do(pat, Say{Text: "x"})
	}
	c = activeChat(t, rate(0, time.Second))
	c.do(pat, Say{Text: "x"})
	c.refused(pat, Say{Text: "x"}, ErrRate)
}

func greetings(p *Policy) {
	p.Messages = []Messages{
		{Greeting: "Hello", Waiting: "Please wait", InactivityWarning: "Still there?", InactivityEnd: "Closed", Farewell: "Goodbye"},
		{Language: "de", Greeting: "Guten Tag", Waiting: "Bitte warten"},
		{Language: "de-AT", Greeting: "Grüß Gott", Waiting: "Bitte warten"},
	}
}

func TestMSG_10_automatic_messages(t *testing.T) {
	c := waitingChat(t, greetings)
	c.offer(maria)
	c.accept(maria)
	p := DefaultPolicy()
	c.after(p.Inactivity.Warn).elapse()
	c.do(pat, Say{Text: "yes"})
	c.do(maria, End{})
	want := []*Announced{{Waiting, "Please wait"}, {Greeting, "Hello"}, {InactivityWarning, "Still there?"}, {Farewell, "Goodbye"}}
	for _, who := range []PartyID{pat, maria} {
		require.Equal(t, want, events[*Announced](c.view(who)), who)
	}
	for _, shown := range c.view(pat) {
		if shown.Event.Kind() == AnnouncedKind {
			require.Equal(t, System, shown.By, "marked as such")
			require.Equal(t, Handle{Colour: -1, Role: RoleSystem}, shown.From)
		}
	}
}

func TestMSG_10_greeted_once(t *testing.T) {
	c := activeChat(t, greetings, async)
	c.conference(maria, ben)
	c.transfer(maria, zoe)
	c.do(ben, End{})
	c.do(zoe, End{})
	c.do(maria, Rejoin{})
	greeted := 0
	for _, a := range events[*Announced](c.log) {
		if a.Message == Greeting {
			greeted++
		}
		require.NotEqual(t, Farewell, a.Message, "dormant is no farewell")
	}
	require.Equal(t, 1, greeted)
}

func TestMSG_10_per_language(t *testing.T) {
	for language, want := range map[string]string{
		"": "Hello", "en": "Hello", "de": "Guten Tag", "de-DE": "Guten Tag", "DE-at": "Grüß Gott", "de-AT": "Grüß Gott", "den": "Hello",
	} {
		c := newChat(t)
		p := DefaultPolicy()
		greetings(&p)
		c.do(pat, Start{Contact: Person{pat, "Pat"}, Target: sales, Language: language, Policy: &p})
		c.offer(maria)
		c.accept(maria)
		require.Contains(t, events[*Announced](c.log), &Announced{Greeting, want}, language)
	}
	c := newChat(t)
	c.do(pat, Start{Contact: Person{pat, "Pat"}, Language: "fr", Policy: &Policy{Messages: []Messages{{Language: "de", Waiting: "Bitte warten"}}}})
	require.Empty(t, events[*Announced](c.log), "none in a language that nobody wrote")
}

func TestMSG_10_never_an_answer(t *testing.T) {
	c := waitingChat(t, greetings)
	c.do(pat, Say{Text: "hi"})
	c.offer(maria)
	c.after(time.Second).accept(maria)
	c.do(System, Announce{Information, "You are number 3"})
	require.Equal(t, noon, c.Pending)
	require.Equal(t, noon.Add(time.Second), c.Activity, "nor an activity: the last was her joining")
	c.after(time.Second).do(System, Announce{Greeting, "Hello again"})
	require.Equal(t, noon.Add(time.Second), c.Activity)
	c.do(maria, Say{Text: "hello"})
	require.Zero(t, c.Pending)
}

func TestMSG_10_the_host_may_announce(t *testing.T) {
	c := waitingChat(t)
	c.do(System, Announce{Information, "position 3\r\n"})
	require.Equal(t, []*Announced{{Information, "position 3\n"}}, events[*Announced](c.view(pat)))
	c.refused(System, Announce{InactivityWarning, "x"}, ErrInvalid)
	c.refused(System, Announce{InactivityEnd, "x"}, ErrInvalid)
	c.refused(System, Announce{Information + 1, "x"}, ErrInvalid)
	c.refused(System, Announce{Information, " "}, ErrEmpty)
	for _, by := range []PartyID{pat, maria, bot, sam} {
		c.refused(by, Announce{Information, "x"}, ErrDenied)
	}
}

func TestMSG_8_any_byte_anywhere(t *testing.T) {
	for at := range 19 {
		for b := range 256 {
			around := strings.Repeat("x", 19)
			text, err := message(around[:at]+string([]byte{byte(b)})+around[at:], &defaultLimits)
			switch {
			case b >= 0x80:
				require.ErrorIs(t, err, ErrUTF8)
			case b == 0x7f || b < ' ' && b != '\n' && b != '\t':
				require.Equal(t, around, text, "%#x at %d is removed", b, at)
			default:
				require.Equal(t, around[:at]+string(rune(b))+around[at:], text)
			}
		}
	}
}

func TestURL_5_what_stands_beside_a_pushed_page_is_in_the_contacts_language(t *testing.T) {
	p := DefaultPolicy()
	p.Messages = []Messages{{Language: "de", PushedURL: "Bitte öffnen Sie <url>"}, {Language: "es", Greeting: "Hola"}}
	pushed := func(language string) string {
		c := newChat(t)
		c.do(pat, Start{Contact: Person{pat, "Pat"}, Target: sales, Language: language, Policy: &p})
		c.offer(maria)
		c.accept(maria)
		c.do(maria, PushURL{"https://example.com/"})
		return events[*URLPushed](c.log)[0].Text
	}
	require.Equal(t, "Bitte öffnen Sie https://example.com/", pushed("de-AT"))
	require.Equal(t, "Please navigate to the link: https://example.com/", pushed("es"))
	p.PushText = "See <url>"
	require.Equal(t, "See https://example.com/", pushed("es"))
	p.PushText = "Look here:"
	require.Equal(t, "Look here: https://example.com/", pushed("es"))
	require.Equal(t, "Bitte öffnen Sie https://example.com/", pushed("de"))
}
