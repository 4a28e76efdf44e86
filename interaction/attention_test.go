package interaction

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/timers"
)

// A desktop is one agent's, looking at a chat. It is told record by record, as
// a host does that follows the log, and beside it a second bar is told all at
// once with the latest state, as a host does that catches up: both must agree.
type desktop struct {
	Attention
	behind Attention
	c      *chat
	state  State // with the records that it was told
	told   int
}

// desktopOf opens a desktop of an agent on the chat as it is.
func desktopOf(c *chat, agent PartyID) *desktop {
	d := &desktop{Attention: NewAttention(agent), c: c, state: c.State, told: len(c.log)}
	for _, shown := range c.view(agent) {
		d.Recall(&shown)
	}
	d.Stand(&c.State)
	d.behind = d.Attention
	return d
}

// see tells the desktop what is new and gives the notices.
func (d *desktop) see() (news []Reason) {
	d.c.t.Helper()
	v := Viewer{ID: d.viewer}
	for _, r := range d.c.log[d.told:] {
		require.NoError(d.c.t, d.state.Apply(r))
		if shown, ok := d.state.Show(v, &r); ok {
			news = append(news, d.See(&d.state, &shown)...)
		}
		if shown, ok := d.c.Show(v, &r); ok {
			d.behind.See(&d.c.State, &shown)
		}
	}
	d.told = len(d.c.log)
	require.ElementsMatch(d.c.t, d.Reasons(), d.behind.Reasons(), "who catches up finds the same")
	require.Equal(d.c.t, d.Flashing(), d.behind.Flashing())
	require.Equal(d.c.t, d.Preview(), d.behind.Preview())
	return news
}

func (d *desktop) focus() { d.Focus(); d.behind.Focus() }
func (d *desktop) blur()  { d.Blur(); d.behind.Blur() }

func (d *desktop) hover() string {
	d.behind.Hover()
	return d.Hover()
}

// kinds are the kinds of its reasons.
func (d *desktop) kinds() []ReasonKind { return reasonKindsOf(d.Reasons()) }

func reasonKindsOf(reasons []Reason) []ReasonKind {
	var kinds []ReasonKind
	for _, r := range reasons {
		kinds = append(kinds, r.Kind)
	}
	return kinds
}

// quietDesk is maria's desktop with the focus elsewhere, where nothing flashes.
func quietDesk(t *testing.T, changes ...func(*Policy)) (*chat, *desktop) {
	c := activeChat(t, changes...)
	d := desktopOf(c, maria)
	require.False(t, d.Flashing())
	return c, d
}

func TestTIME_4_each_reason(t *testing.T) {
	later := func(p *Policy) { p.AfterContact, p.CloseDelay = CloseLater, time.Minute }
	for name, test := range map[string]struct {
		change  func(*Policy)
		prepare func(c *chat)
		happens func(c *chat)
		want    []ReasonKind
	}{
		"a message":          {happens: func(c *chat) { c.do(pat, Say{Text: "hi"}) }, want: []ReasonKind{ResponsePending}},
		"a file":             {happens: func(c *chat) { c.do(pat, SendFile{File: File{ID: "f", Name: "f"}}) }, want: []ReasonKind{ResponsePending}},
		"the warning":        {prepare: func(c *chat) { c.do(pat, Say{Text: "hi"}) }, happens: func(c *chat) { c.after(14 * time.Second).elapse() }, want: []ReasonKind{ResponseWarning}},
		"another joined":     {happens: func(c *chat) { c.conference(maria, ben) }, want: []ReasonKind{PartyJoined}},
		"a bot joined":       {happens: func(c *chat) { c.do(bot, Join{}) }, want: []ReasonKind{PartyJoined}},
		"a monitor came":     {happens: func(c *chat) { c.do(sam, Supervise{Mode: Monitor}) }, want: []ReasonKind{PartyJoined}},
		"a barge-in":         {happens: func(c *chat) { c.do(sam, Supervise{Mode: BargeIn}) }, want: []ReasonKind{PartyJoined}},
		"the consulted came": {happens: func(c *chat) { c.consult(maria, ben) }, want: []ReasonKind{PartyJoined}},
		"another left": {
			prepare: func(c *chat) { c.conference(maria, ben) }, happens: func(c *chat) { c.do(ben, End{}) }, want: []ReasonKind{PartyLeft},
		},
		"a bot left": {
			prepare: func(c *chat) { c.do(bot, Join{}) }, happens: func(c *chat) { c.do(bot, End{}) }, want: []ReasonKind{PartyLeft},
		},
		"a monitor went": {
			prepare: func(c *chat) { c.do(sam, Supervise{Mode: Monitor}) },
			happens: func(c *chat) { c.do(sam, Supervise{Mode: StopWatching}) }, want: []ReasonKind{PartyLeft},
		},
		"the consulted went": {
			prepare: func(c *chat) { c.consult(maria, ben) },
			happens: func(c *chat) { c.do(ben, EndConsultation{c.Consultations[0].ID}) }, want: []ReasonKind{PartyLeft},
		},
		"another was lost": {
			change: quiet, prepare: func(c *chat) { c.conference(maria, ben); c.do(ben, Disconnect{}) },
			happens: func(c *chat) { c.after(time.Minute).elapse() }, want: []ReasonKind{PartyLeft},
		},
		"the contact left": {happens: func(c *chat) { c.do(pat, Leave{}) }, want: []ReasonKind{ContactGone}},
		"and it will close": {
			change: later, happens: func(c *chat) { c.do(pat, Leave{}) }, want: []ReasonKind{ContactGone, AboutToClose},
		},
		"and it closed at once": {
			change: func(p *Policy) { p.AfterContact = CloseNow }, happens: func(c *chat) { c.do(pat, Leave{}) }, want: []ReasonKind{ContactGone},
		},
		"about to time out": {happens: func(c *chat) { c.after(255 * time.Second).elapse() }, want: []ReasonKind{AboutToTimeOut}},
		"timed out": {
			prepare: func(c *chat) { c.after(255 * time.Second).elapse() },
			happens: func(c *chat) { c.after(45 * time.Second).elapse() }, want: []ReasonKind{TimedOut},
		},
		"the contact disconnected": {happens: func(c *chat) { c.do(pat, Disconnect{}) }, want: []ReasonKind{AboutToClose}},
		"the contact counts as having left": {
			change: later, prepare: func(c *chat) { c.do(pat, Disconnect{}) },
			happens: func(c *chat) { c.after(time.Minute).elapse() }, want: []ReasonKind{ContactGone, AboutToClose},
		},

		"the contact may come back for ever": {
			change: func(p *Policy) { p.ContactGrace = 0 }, happens: func(c *chat) { c.do(pat, Disconnect{}) },
		},
		"an asynchronous contact":    {change: async, happens: func(c *chat) { c.do(pat, Disconnect{}) }},
		"the own words":              {happens: func(c *chat) { c.do(maria, Say{Text: "hi"}) }},
		"another agent's words":      {prepare: func(c *chat) { c.conference(maria, ben) }, happens: func(c *chat) { c.do(ben, Say{Text: "hi"}) }},
		"an agent was disconnected":  {prepare: func(c *chat) { c.conference(maria, ben) }, happens: func(c *chat) { c.do(ben, Disconnect{}) }},
		"an invitation":              {happens: func(c *chat) { c.do(maria, Transfer{To: "agent:ben"}) }},
		"a refusal":                  {prepare: func(c *chat) { c.do(maria, Transfer{ID: "it", To: "agent:ben"}) }, happens: func(c *chat) { c.do(ben, Decline{"it", ""}) }},
		"an automatic message":       {happens: func(c *chat) { c.do(System, Announce{Information, "news"}) }},
		"what she ended herself":     {happens: func(c *chat) { c.do(maria, End{}) }},
		"whom she removed herself":   {prepare: func(c *chat) { c.conference(maria, ben) }, happens: func(c *chat) { c.do(maria, Remove{ben}) }},
		"the conversation she ended": {prepare: func(c *chat) { c.consult(maria, ben) }, happens: func(c *chat) { c.do(maria, EndConsultation{c.Consultations[0].ID}) }},
	} {
		t.Run(name, func(t *testing.T) {
			changes := []func(*Policy){func(p *Policy) {}}
			if test.change != nil {
				changes = append(changes, test.change)
			}
			c, d := quietDesk(t, changes...)
			if test.prepare != nil {
				c.after(time.Second)
				test.prepare(c)
				d.see()
				d.focus()
				d.blur()
				d.hover()
			}
			already := d.kinds()
			c.after(time.Second)
			test.happens(c)
			news := d.see()
			require.ElementsMatch(t, test.want, reasonKindsOf(news))
			require.Equal(t, len(test.want) > 0, d.Flashing())
			for _, r := range news {
				require.Contains(t, d.Reasons(), r)
				require.Equal(t, c.now, r.At, "%s carries its time", r.Kind)
			}
			for _, k := range d.kinds() {
				require.Contains(t, append(already, test.want...), k)
			}
		})
	}
}

func TestTIME_4_names(t *testing.T) {
	want := []string{
		"response", "response-warning", "response-late", "joined", "left", "contact-left", "about-to-time-out", "timed-out", "about-to-close",
	}
	for i, name := range want {
		require.Equal(t, name, ReasonKind(i).String())
	}
	require.Len(t, want, reasonKinds)
	require.Equal(t, "unknown", ReasonKind(reasonKinds).String())
}

func TestTIME_4_a_pending_response_of_any_stage_while_the_focus_is_elsewhere(t *testing.T) {
	c, d := quietDesk(t, quiet)
	d.focus()
	asked := c.now
	c.do(pat, Say{Text: "hi"})
	require.Empty(t, d.see(), "green and in the focus: nothing to tell")
	d.blur()
	require.Equal(t, []Reason{{ResponsePending, asked}}, d.Reasons(), "since when the contact waits")
	require.True(t, d.Flashing())

	for _, stage := range []timers.Stage{timers.Yellow, timers.Red} {
		d.focus()
		require.False(t, d.Flashing())
		c.now = c.due(ResponseDue)
		c.elapse()
		d.see()
		require.Equal(t, stage, c.Stage)
		require.False(t, d.Flashing())
		d.blur()
		require.Equal(t, []Reason{{ResponsePending, asked}}, d.Reasons(), "%s", stage)
		require.True(t, d.Flashing())
	}
	d.focus()
	c.do(maria, Say{Text: "hello"})
	d.see()
	d.blur()
	require.False(t, d.Flashing(), "answered")
}

func TestTIME_4_times_of_the_stages(t *testing.T) {
	c, d := quietDesk(t, quiet)
	c.do(pat, Say{Text: "hi"})
	asked := c.now
	c.after(15 * time.Second).elapse()
	d.see()
	require.Equal(t, []Reason{{ResponsePending, asked}, {ResponseWarning, asked.Add(15 * time.Second)}}, d.Reasons())
	c.after(15 * time.Second).elapse()
	d.see()
	require.Equal(t, []Reason{{ResponsePending, asked}, {ResponseLate, asked.Add(30 * time.Second)}}, d.Reasons())

	// After an outage: what holds now, and since when.
	c, d = quietDesk(t, quiet)
	c.do(pat, Say{Text: "hi"})
	c.after(time.Hour).elapse()
	d.see()
	require.Equal(t, []Reason{{ResponsePending, asked}, {ResponseLate, asked.Add(30 * time.Second)}}, d.Reasons())
}

func TestTIME_4_what_holds_no_more_goes(t *testing.T) {
	for name, test := range map[string]struct {
		raise, over func(c *chat)
		kinds       []ReasonKind
	}{
		"answered by another": {
			func(c *chat) { c.do(pat, Say{Text: "hi"}); c.after(15 * time.Second).elapse() },
			func(c *chat) { c.do(ben, Say{Text: "hello"}) }, []ReasonKind{ResponsePending, ResponseWarning},
		},
		"somebody spoke": {
			func(c *chat) { c.after(255 * time.Second).elapse() },
			func(c *chat) { c.do(ben, Say{Text: "hello?"}) }, []ReasonKind{AboutToTimeOut},
		},
		"the contact is back": {
			func(c *chat) { c.do(pat, Disconnect{}) },
			func(c *chat) { c.do(pat, Reconnect{}) }, []ReasonKind{AboutToClose},
		},
	} {
		c := activeChat(t)
		c.conference(maria, ben)
		d := desktopOf(c, maria)
		test.raise(c)
		d.see()
		require.Equal(t, test.kinds, d.kinds(), name)
		require.True(t, d.Flashing())
		c.after(time.Second)
		test.over(c)
		require.Empty(t, d.see(), name)
		require.Empty(t, d.Reasons(), name)
		require.False(t, d.Flashing(), name)
	}
}

func TestTIME_4_the_end_takes_its_warnings_along(t *testing.T) {
	c, d := quietDesk(t)
	c.after(255 * time.Second).elapse()
	c.after(45 * time.Second).elapse()
	d.see()
	require.Equal(t, []ReasonKind{TimedOut}, d.kinds())

	c, d = quietDesk(t)
	c.do(pat, Say{Text: "bye"})
	c.do(pat, Leave{})
	d.see()
	require.Equal(t, []ReasonKind{ContactGone}, d.kinds(), "nobody is left to answer")
}

func TestTIME_4_waiting_for_the_disposition_then_it_will_close(t *testing.T) {
	c, d := quietDesk(t, mandatory, func(p *Policy) {
		p.AfterContact, p.CloseDelay, p.WaitForDisposition = CloseLater, time.Minute, true
	})
	c.do(pat, Leave{})
	d.see()
	require.Equal(t, []ReasonKind{ContactGone}, d.kinds(), "nothing closes yet")
	left := c.now
	c.after(time.Second).do(maria, SetDisposition{"none"})
	require.Equal(t, []Reason{{AboutToClose, left}}, d.see())
}

func TestTIME_4_the_latest_of_each_kind_in_the_order_in_which_they_came(t *testing.T) {
	c, d := quietDesk(t)
	c.do(bot, Join{})
	c.after(time.Second).do(bot, End{})
	c.after(time.Second).conference(maria, ben)
	d.see()
	require.Equal(t, []Reason{{PartyLeft, noon.Add(time.Second)}, {PartyJoined, noon.Add(2 * time.Second)}}, d.Reasons())
	reasons := d.Reasons()
	reasons[0].Kind = TimedOut
	require.Equal(t, PartyLeft, d.Reasons()[0].Kind, "the slice is the caller's")
	before := d.Attention
	d.hover()
	require.True(t, before.Flashing(), "a copy is a snapshot")
	require.Equal(t, before.Reasons(), d.Reasons())
}

func TestTIME_4_the_preview_is_of_the_contacts_words_only(t *testing.T) {
	c, d := quietDesk(t)
	require.Empty(t, d.hover())
	c.do(maria, Say{Text: "from maria"})
	c.do(bot, Join{})
	c.do(bot, Say{Text: "from the bot"})
	c.do(System, Announce{Information, "from the system"})
	d.see()
	require.Empty(t, d.hover())
	c.do(pat, Say{Text: "first"})
	c.do(pat, Say{Text: "second"})
	c.do(maria, Say{Text: "among us", To: Internal})
	c.do(pat, SendFile{File: File{ID: "f", Name: "secret.pdf"}})
	d.see()
	require.Equal(t, "second", d.hover())
	require.Equal(t, "second", d.Preview())
	d.focus()
	require.Equal(t, "second", d.Preview())
}

func TestTIME_4_opening_a_chat_that_has_gone_on(t *testing.T) {
	c := activeChat(t, quiet)
	c.conference(maria, ben)
	c.do(bot, Join{})
	c.do(bot, End{})
	c.do(pat, Say{Text: "anybody?"})
	asked := c.now
	c.after(20 * time.Second).elapse()
	c.do(pat, Disconnect{})
	d := desktopOf(c, maria)
	require.Equal(t, []Reason{
		{ResponsePending, asked}, {ResponseWarning, asked.Add(15 * time.Second)}, {AboutToClose, c.now},
	}, d.Reasons(), "how things stand, and not what happened")
	require.Equal(t, "anybody?", d.Preview())
	d.hover()
	require.Empty(t, d.Stand(&c.State), "told once")
	require.False(t, d.Flashing())

	c = activeChat(t)
	c.after(255 * time.Second).elapse()
	warned := c.now
	c.after(time.Second)
	require.Equal(t, []Reason{{AboutToTimeOut, warned}}, desktopOf(c, maria).Reasons())
}

func TestTIME_5_hover_stops_it_until_a_new_reason_comes(t *testing.T) {
	c, d := quietDesk(t, quiet)
	c.do(pat, Say{Text: "hi"})
	d.see()
	require.True(t, d.Flashing())
	require.Equal(t, "hi", d.hover())
	require.False(t, d.Flashing())
	require.Equal(t, []ReasonKind{ResponsePending}, d.kinds(), "it still holds")
	d.blur()
	require.False(t, d.Flashing(), "it was elsewhere already")

	c.do(maria, SetNote{"x"})
	c.do(System, Announce{Information, "x"})
	require.Empty(t, d.see())
	require.False(t, d.Flashing(), "that is no reason")

	for name, happens := range map[string]func(){
		"another message": func() { c.do(pat, Say{Text: "hello?"}) },
		"a file":          func() { c.do(pat, SendFile{File: File{ID: "f", Name: "f"}}) },
		"the warning":     func() { c.now = c.due(ResponseDue); c.elapse() },
		"somebody joins":  func() { c.conference(maria, ben); c.do(ben, End{}) },
		"disconnected":    func() { c.do(pat, Disconnect{}) },
	} {
		happens()
		require.NotEmpty(t, d.see(), name)
		require.True(t, d.Flashing(), name)
		d.hover()
		require.False(t, d.Flashing(), name)
	}
	require.Equal(t, "hello?", d.hover())
}

func TestTIME_5_red_raises_it_again_after_a_hover(t *testing.T) {
	c, d := quietDesk(t, quiet)
	c.do(pat, Say{Text: "hi"})
	c.after(15 * time.Second).elapse()
	d.see()
	d.hover()
	require.False(t, d.Flashing())
	c.after(15*time.Second - tick).idle()
	d.see()
	require.False(t, d.Flashing())
	c.after(tick).elapse()
	require.Equal(t, []Reason{{ResponseLate, c.now}}, d.see())
	require.True(t, d.Flashing())
}

func TestTIME_5_focus_clears_it_and_nothing_flashes(t *testing.T) {
	c, d := quietDesk(t, func(p *Policy) { p.AfterContact, p.CloseDelay = CloseLater, time.Minute })
	c.do(bot, Join{})
	c.do(pat, Say{Text: "hi"})
	d.see()
	require.True(t, d.Flashing())
	d.focus()
	require.False(t, d.Flashing())
	require.Empty(t, d.Reasons())

	var news []Reason
	see := func() {
		news = append(news, d.see()...)
		require.False(t, d.Flashing())
		require.Empty(t, d.Reasons())
	}
	c.after(15 * time.Second).elapse()
	see()
	c.after(15 * time.Second).elapse()
	see()
	c.do(bot, End{})
	see()
	c.conference(maria, ben)
	see()
	c.after(255 * time.Second).elapse()
	see()
	c.do(pat, Disconnect{})
	see()
	c.do(pat, Leave{})
	see()
	require.Equal(t, []ReasonKind{
		ResponseWarning, ResponseLate, PartyLeft, PartyJoined, AboutToTimeOut, AboutToClose, ContactGone, AboutToClose,
	}, reasonKindsOf(news), "the notices still come")
	d.blur()
	require.Empty(t, d.Reasons(), "what came while it had the focus is known")

	c, d = quietDesk(t)
	d.focus()
	c.after(255 * time.Second).elapse()
	c.after(45 * time.Second).elapse()
	require.Equal(t, []ReasonKind{AboutToTimeOut, TimedOut}, reasonKindsOf(d.see()))
	require.False(t, d.Flashing())
}

func TestTIME_5_after_the_focus_left_it_flashes_again(t *testing.T) {
	c, d := quietDesk(t)
	d.focus()
	d.focus()
	d.blur()
	require.False(t, d.Flashing())
	c.do(bot, Join{})
	d.see()
	require.True(t, d.Flashing())
}

// Who catches up with an answer and a new question at once sees a new reason.
func TestTIME_5_another_pending_response_is_another_reason(t *testing.T) {
	c := activeChat(t, quiet)
	c.conference(maria, ben)
	d := desktopOf(c, maria)
	c.do(pat, Say{Text: "hi"})
	c.after(15 * time.Second).elapse()
	d.see()
	d.hover()
	c.do(ben, Say{Text: "hello"})
	c.do(pat, Say{Text: "and then?"})
	c.after(15 * time.Second).elapse()
	require.Equal(t, []ReasonKind{ResponsePending, ResponseWarning}, reasonKindsOf(d.see()))
	require.Equal(t, []Reason{{ResponsePending, c.now.Add(-15 * time.Second)}, {ResponseWarning, c.now}}, d.Reasons())
	require.True(t, d.Flashing())
}

// The bar says nothing that the transcript does not.
func TestTIME_5_obeys_audiences(t *testing.T) {
	c := activeChat(t, quiet, func(p *Policy) { p.HiddenMonitor = true })
	c.conference(maria, zoe)
	c.do(kim, Supervise{Mode: Coach})
	owner, other, boss := desktopOf(c, maria), desktopOf(c, zoe), desktopOf(c, kim)
	c.do(sam, Supervise{Mode: Monitor})
	require.Empty(t, owner.see(), "a hidden monitor")
	require.Empty(t, other.see())
	require.Equal(t, []ReasonKind{PartyJoined}, reasonKindsOf(boss.see()), "supervisors know of it")
	c.do(sam, Supervise{Mode: StopWatching})
	require.Empty(t, owner.see())
	require.Equal(t, []ReasonKind{PartyLeft}, reasonKindsOf(boss.see()))

	id := c.consult(maria, ben)
	require.Equal(t, []ReasonKind{PartyJoined}, reasonKindsOf(owner.see()))
	require.Empty(t, other.see(), "others' consultations")
	require.Empty(t, boss.see())
	c.do(ben, EndConsultation{id})
	require.Equal(t, []ReasonKind{PartyLeft}, reasonKindsOf(owner.see()))
	require.Empty(t, other.see())
	require.Empty(t, boss.see())
}

func TestTIME_5_for_agents_who_take_part_only(t *testing.T) {
	c := activeChat(t, quiet)
	c.do(bot, Join{})
	c.do(maria, Consult{ID: "con", To: "agent:ben"})
	c.do(pat, Say{Text: "hi"})
	c.after(15 * time.Second).elapse()
	c.do(pat, Disconnect{})
	for _, who := range []PartyID{pat, bot, ben, tom, System, "", "agent:stranger"} {
		a := NewAttention(who)
		require.Empty(t, a.Stand(&c.State), "%s", who)
		for _, r := range c.log {
			if shown, ok := c.Show(Viewer{ID: who}, &r); ok {
				require.Empty(t, a.See(&c.State, &shown), "%s", who)
			}
		}
		require.False(t, a.Flashing())
	}
	var zero Attention
	require.Empty(t, zero.Stand(&c.State))
	require.Empty(t, zero.Stand(&State{}))
	zero.Focus()
	zero.Blur()
	require.Empty(t, zero.Hover())
	require.Equal(t, []ReasonKind{ResponsePending, ResponseWarning, AboutToClose}, desktopOf(c, maria).kinds())
}

func TestTIME_5_who_left_has_nothing_more_that_flashes(t *testing.T) {
	for name, leave := range map[string]func(c *chat){
		"by herself":     func(c *chat) { c.do(zoe, End{}) },
		"removed":        func(c *chat) { c.do(maria, Remove{zoe}) },
		"and is asked":   func(c *chat) { c.do(zoe, End{}); c.do(maria, Conference{To: "agent:zoe"}) },
		"and it goes on": func(c *chat) { c.do(zoe, End{}); c.do(pat, Say{Text: "secret"}); c.do(pat, Disconnect{}) },
	} {
		c := activeChat(t)
		c.conference(maria, zoe)
		d := desktopOf(c, zoe)
		c.do(pat, Say{Text: "hi"})
		c.do(bot, Join{})
		d.see()
		require.True(t, d.Flashing(), name)
		leave(c)
		require.Empty(t, d.see(), "%s: its own leaving is no reason", name)
		require.False(t, d.Flashing(), name)
		require.Empty(t, d.Reasons(), name)
		require.Equal(t, "hi", d.Preview(), name)
		require.Empty(t, d.Stand(&c.State), name)
	}
}

func TestTIME_5_its_own_joining_is_no_reason(t *testing.T) {
	for name, test := range map[string]struct {
		come func(c *chat)
		want []ReasonKind
	}{
		"accepts a conference": {func(c *chat) { c.conference(maria, ben) }, nil},
		"accepts a transfer":   {func(c *chat) { c.transfer(maria, ben) }, nil},
		"is consulted":         {func(c *chat) { c.consult(maria, ben) }, nil},
		"is handed the chat":   {func(c *chat) { c.do(maria, Transfer{Consultation: c.consult(maria, ben)}) }, []ReasonKind{PartyLeft}},
	} {
		c := activeChat(t)
		d := &desktop{Attention: NewAttention(ben), behind: NewAttention(ben), c: c, state: c.State, told: len(c.log)}
		test.come(c)
		d.see()
		require.Equal(t, test.want, d.kinds(), name)
	}
}

// Moving between watching and the chat is no other party's doing.
func TestTIME_5_its_own_moves_are_no_reason(t *testing.T) {
	c := activeChat(t)
	d := &desktop{Attention: NewAttention(sam), behind: NewAttention(sam), c: c, state: c.State, told: len(c.log)}
	for _, mode := range []Supervision{Monitor, Coach, BargeIn, Monitor, StopWatching} {
		c.do(sam, Supervise{Mode: mode})
		require.Empty(t, d.see(), mode)
		require.False(t, d.Flashing())
	}
}

func TestTIME_5_the_target_who_ended_it_or_stays_for_others(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	one, _ := c.consult(maria, ben), c.consult(zoe, ben)
	d := desktopOf(c, ben)
	c.do(maria, EndConsultation{one})
	require.Empty(t, d.see(), "nobody left the chat")
}

func TestTIME_5_who_was_consulted_has_come_nearer_not_left(t *testing.T) {
	c, d := quietDesk(t)
	id := c.consult(maria, ben)
	d.see()
	d.hover()
	c.do(maria, Conference{Consultation: id})
	c.accept(ben)
	require.Equal(t, []ReasonKind{PartyJoined}, reasonKindsOf(d.see()))
}

func TestTIME_5_equal_inputs_give_equal_bars(t *testing.T) {
	tell := func() Attention {
		c, d := quietDesk(t)
		c.do(pat, Say{Text: "hi"})
		c.after(15 * time.Second).elapse()
		d.see()
		d.hover()
		c.do(bot, Join{})
		d.see()
		return d.Attention
	}
	require.True(t, slices.Equal([]Attention{tell()}, []Attention{tell()}))
}
