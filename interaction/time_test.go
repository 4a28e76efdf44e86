package interaction

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/timers"
)

const tick = time.Microsecond // the smallest step of a log's time

// quiet keeps a chat from ending by itself.
func quiet(p *Policy) { p.Inactivity = timers.Inactivity{} }

// due is the deadline of a kind, which must be there.
func (c *chat) due(kind DeadlineKind) time.Time {
	c.t.Helper()
	for _, d := range c.Deadlines() {
		if d.Kind == kind {
			return d.At
		}
	}
	require.Fail(c.t, "nothing is due", "%s", kind)
	return time.Time{}
}

func TestTIME_1_starts_with_the_first_unanswered_message(t *testing.T) {
	c := activeChat(t)
	require.Zero(t, c.Pending)
	require.Equal(t, timers.None, c.Stage)
	c.do(maria, Say{Text: "hello"})
	require.Zero(t, c.Pending, "an agent's word starts nothing")
	first := c.after(time.Second).now
	c.do(pat, Say{Text: "hi"})
	require.Equal(t, first, c.Pending)
	require.Equal(t, timers.Green, c.Stage)
	c.after(5*time.Second).do(pat, Say{Text: "anybody?"})
	c.after(5*time.Second).do(pat, SendFile{File: File{ID: "f", Name: "f"}})
	require.Equal(t, first, c.Pending, "later ones do not restart it")
	require.Equal(t, first.Add(15*time.Second), c.due(ResponseDue))
	c.do(maria, Say{Text: "yes"})
	require.Zero(t, c.Pending)
	require.Equal(t, timers.None, c.Stage)
	again := c.after(time.Second).now
	c.do(pat, SendFile{File: File{ID: "g", Name: "g"}})
	require.Equal(t, again, c.Pending, "a file asks for an answer too")
}

func TestTIME_1_what_clears_it(t *testing.T) {
	for name, answer := range map[string]func(c *chat){
		"the owner's message":      func(c *chat) { c.do(maria, Say{Text: "yes"}) },
		"another agent's message":  func(c *chat) { c.do(zoe, Say{Text: "yes"}) },
		"a barged-in supervisor's": func(c *chat) { c.do(sam, Supervise{Mode: BargeIn}); c.do(sam, Say{Text: "yes"}) },
		"a file":                   func(c *chat) { c.do(maria, SendFile{File: File{ID: "a", Name: "a"}}) },
		"a pushed URL":             func(c *chat) { c.do(zoe, PushURL{URL: "https://example.com"}) },
		"a file once it is scanned": func(c *chat) {
			c.do(maria, SendFile{File: File{ID: "a", Name: "a", Verdict: PendingScan}})
			require.NotZero(c.t, c.Pending)
			c.after(time.Second).do(System, JudgeFile{File: "a", Verdict: Available})
		},
		"the end": func(c *chat) { c.do(pat, Leave{}) },
	} {
		c := activeChat(t)
		c.conference(maria, zoe)
		c.do(pat, Say{Text: "hi"})
		require.NotZero(t, c.Pending)
		answer(c)
		require.Zero(t, c.Pending, name)
		require.Equal(t, timers.None, c.Stage, name)
		c.after(31 * time.Second)
		require.Empty(t, events[*ResponseStage](c.elapse()), name)
	}
}

func TestTIME_1_what_does_not_clear_it(t *testing.T) {
	for name, act := range map[string]func(c *chat){
		"coaching":         func(c *chat) { c.do(kim, Say{Text: "answer!", To: Supervisors}) },
		"to the coach":     func(c *chat) { c.do(maria, Say{Text: "I will", To: Supervisors}) },
		"among agents":     func(c *chat) { c.do(maria, Say{Text: "who knows?", To: Internal}) },
		"to the consulted": func(c *chat) { c.do(maria, Say{Text: "who knows?", Consultation: c.Consultations[0].ID}) },
		"the consulted":    func(c *chat) { c.do(ben, Say{Text: "not me", Consultation: c.Consultations[0].ID}) },
		"a bot":            func(c *chat) { c.do(bot, Say{Text: "beep"}) },
		"a bot's file":     func(c *chat) { c.do(bot, SendFile{File: File{ID: "a", Name: "a"}}) },
		"automatic":        func(c *chat) { c.do(System, Announce{Information, "you are number one"}) },
		"a note":           func(c *chat) { c.do(maria, SetNote{"x"}) },
		"reading":          func(c *chat) { c.do(maria, MarkRead{100}) },
		"broken":           func(c *chat) { c.do(maria, SendFile{File: File{ID: "a", Name: "a", Verdict: Broken}}) },
		"blocked":          func(c *chat) { c.do(maria, SendFile{File: File{ID: "a", Name: "a", Verdict: Blocked}}) },
		"not yet scanned":  func(c *chat) { c.do(maria, SendFile{File: File{ID: "a", Name: "a", Verdict: PendingScan}}) },
		"found to be broken": func(c *chat) {
			c.do(maria, SendFile{File: File{ID: "a", Name: "a", Verdict: PendingScan}})
			c.do(System, JudgeFile{File: "a", Verdict: Broken})
		},
		"a file among agents": func(c *chat) {
			c.do(maria, SendFile{File: File{ID: "a", Name: "a", Verdict: PendingScan}, To: Internal})
			c.do(System, JudgeFile{File: "a", Verdict: Available})
		},
		"the contact's own file": func(c *chat) {
			c.do(pat, SendFile{File: File{ID: "a", Name: "a", Verdict: PendingScan}})
			c.do(System, JudgeFile{File: "a", Verdict: Available})
		},
		"joining and leaving": func(c *chat) { c.conference(maria, "agent:max"); c.do("agent:max", End{}) },
		"disconnecting":       func(c *chat) { c.do(maria, Disconnect{}); c.do(maria, Reconnect{}) },
		"a transfer":          func(c *chat) { c.do(maria, EndConsultation{c.Consultations[0].ID}); c.transfer(maria, ben) },
		"CONS-7":              func(c *chat) { c.do(maria, Transfer{Consultation: c.Consultations[0].ID}) },
		"handing over":        func(c *chat) { c.do(maria, End{}) },
	} {
		c := fullChat(t)
		c.do(pat, Say{Text: "hi"})
		pending := c.Pending
		require.Equal(t, c.now, pending)
		c.after(time.Second)
		act(c)
		require.Equal(t, pending, c.Pending, name)
		require.Equal(t, timers.Green, c.Stage, name)
		require.Equal(t, pending.Add(15*time.Second), c.due(ResponseDue), name)
	}
}

func TestTIME_1_a_file_from_before_does_not_answer_what_came_after(t *testing.T) {
	c := activeChat(t)
	c.do(maria, SendFile{File: File{ID: "a", Name: "a", Verdict: PendingScan}})
	c.after(tick).do(pat, Say{Text: "and another question"})
	c.after(time.Second).do(System, JudgeFile{File: "a", Verdict: Available})
	require.NotZero(t, c.Pending)
}

func TestTIME_1_bots_answer_if_the_policy_says_so(t *testing.T) {
	c := waitingChat(t, func(p *Policy) { p.BotsAnswer = true })
	c.do(bot, Join{})
	c.do(pat, Say{Text: "hi"})
	c.do(bot, Say{Text: "beep"})
	require.Zero(t, c.Pending)
	c.do(pat, Say{Text: "a file?"})
	c.do(bot, SendFile{File: File{ID: "a", Name: "a", Verdict: PendingScan}})
	require.NotZero(t, c.Pending)
	c.do(System, JudgeFile{File: "a", Verdict: Available})
	require.Zero(t, c.Pending)
	c.do(pat, Say{Text: "hi"})
	c.do(bot, Say{Text: "psst", To: Internal})
	require.NotZero(t, c.Pending, "what the contact cannot see")
}

func TestTIME_1_in_waiting_active_and_dormant(t *testing.T) {
	c := waitingChat(t, async, quiet)
	asked := c.now
	c.do(pat, Say{Text: "hi"})
	require.Equal(t, asked.Add(15*time.Second), c.due(ResponseDue), "waiting")
	c.after(time.Second).offer(maria)
	c.accept(maria)
	require.Equal(t, asked, c.Pending, "accepting is no answer")
	c.after(14 * time.Second).elapse()
	require.Equal(t, timers.Yellow, c.Stage)
	c.do(maria, End{})
	require.Equal(t, InDormant, c.Phase)
	require.Equal(t, asked, c.Pending, "dormant")
	c.after(15 * time.Second).elapse()
	require.Equal(t, timers.Red, c.Stage)
	c.do(maria, Rejoin{})
	require.Equal(t, asked, c.Pending)
	require.Equal(t, timers.Red, c.Stage)
	c.do(maria, Say{Text: "hello"})
	c.do(maria, End{})
	c.do(pat, Say{Text: "one more"})
	require.Equal(t, c.now, c.Pending, "starts in dormant too")
	c.do(maria, MarkDone{})
	require.Zero(t, c.Pending, "cleared at the end")
}

func TestTIME_1_the_only_agent_is_lost(t *testing.T) {
	c := activeChat(t, quiet, func(p *Policy) { p.AgentGrace = 10 * time.Second })
	c.do(pat, Say{Text: "hi"})
	asked := c.Pending
	c.do(maria, Disconnect{})
	c.after(10 * time.Second).elapse()
	require.Equal(t, InWaiting, c.Phase)
	require.Equal(t, asked, c.Pending)
}

func TestTIME_2_stages(t *testing.T) {
	c := activeChat(t, quiet, func(p *Policy) { p.Response = timers.Response{Warn: 10 * time.Second, Late: 25 * time.Second} })
	contact := c.view(pat)
	c.do(pat, Say{Text: "hi"})
	require.Equal(t, timers.Green, c.Stage, "from the start")
	c.after(10*time.Second - tick).idle()
	rs := c.after(tick).elapse()
	require.Len(t, rs, 1)
	require.Equal(t, &ResponseStage{timers.Yellow}, rs[0].Event)
	require.Equal(t, System, rs[0].By)
	require.Equal(t, timers.Yellow, c.Stage)
	c.idle()
	c.after(15*time.Second - tick).idle()
	rs = c.after(tick).elapse()
	require.Equal(t, &ResponseStage{timers.Red}, rs[0].Event)
	require.Equal(t, timers.Red, c.Stage)
	c.after(time.Hour).idle()
	require.Empty(t, c.Deadlines())
	require.Equal(t, []*ResponseStage{{timers.Yellow}, {timers.Red}}, events[*ResponseStage](c.view(maria)), "each change is a notification")
	require.Len(t, c.view(pat), len(contact)+1, "not for the contact")

	c.do(maria, Say{Text: "sorry"})
	require.Equal(t, timers.None, c.Stage)
	c.do(pat, Say{Text: "ok"})
	require.Equal(t, timers.Green, c.Stage, "and again from green")
	require.Equal(t, c.now.Add(10*time.Second), c.due(ResponseDue))
}

func TestTIME_2_durations_of_the_policy(t *testing.T) {
	for name, test := range map[string]struct {
		policy timers.Response
		want   []*ResponseStage
	}{
		"both off":   {timers.Response{}, nil},
		"no warning": {timers.Response{Late: time.Second}, []*ResponseStage{{timers.Red}}},
		"never red":  {timers.Response{Warn: time.Second}, []*ResponseStage{{timers.Yellow}}},
		"equal":      {timers.Response{Warn: time.Second, Late: time.Second}, []*ResponseStage{{timers.Red}}},
	} {
		c := activeChat(t, quiet, func(p *Policy) { p.Response = test.policy })
		c.do(pat, Say{Text: "hi"})
		require.Equal(t, timers.Green, c.Stage)
		c.after(time.Second - tick).idle()
		c.after(tick).elapse()
		c.after(time.Hour).idle()
		require.Equal(t, test.want, events[*ResponseStage](c.log), name)
	}
}

func TestTIME_2_after_an_outage_only_what_holds_now(t *testing.T) {
	c := activeChat(t, quiet)
	c.do(pat, Say{Text: "hi"})
	rs := c.after(time.Hour).elapse()
	require.Equal(t, []*ResponseStage{{timers.Red}}, events[*ResponseStage](rs))
	require.Equal(t, c.now, rs[0].At)
}

func TestTIME_3_a_warning_and_then_the_end(t *testing.T) {
	c := activeChat(t, func(p *Policy) {
		p.Messages = []Messages{{InactivityWarning: "still there?", InactivityEnd: "goodbye"}}
	})
	require.Equal(t, c.now.Add(255*time.Second), c.due(InactivityWarnsNow))
	c.after(255*time.Second - tick).idle()
	rs := c.after(tick).elapse()
	require.Len(t, rs, 1)
	require.Equal(t, &Announced{InactivityWarning, "still there?"}, rs[0].Event)
	require.Equal(t, everyone, rs[0].Audience, "a system message in the transcript")
	require.Equal(t, System, rs[0].By)
	require.Equal(t, InActive, c.Phase)
	c.idle()
	c.after(45*time.Second - tick).idle()
	rs = c.after(tick).elapse()
	require.Equal(t, InEnded, c.Phase)
	require.Equal(t, ByInactivity, c.EndedWhy)
	require.Equal(t, &Announced{InactivityEnd, "goodbye"}, rs[0].Event)
	require.Equal(t, maria, c.Owner, "she wraps up")
	for _, who := range []PartyID{pat, maria, zoe} {
		require.Equal(t, ByInactivity, events[*Ended](c.history(who))[0].Why, "the reason is in history")
		require.Equal(t, InactivityEnd, events[*Announced](c.history(who))[1].Message)
	}
	require.Empty(t, c.Deadlines())
	c.do(maria, MarkDone{})
}

// Without a text of the policy the two are written all the same.
func TestTIME_3_always_written(t *testing.T) {
	c := activeChat(t)
	require.Equal(t, []*Announced{{InactivityWarning, ""}}, events[*Announced](c.after(255*time.Second).elapse()))
	require.Equal(t, []*Announced{{InactivityEnd, ""}}, events[*Announced](c.after(45*time.Second).elapse()))
}

func TestTIME_3_what_is_activity(t *testing.T) {
	for name, act := range map[string]func(c *chat){
		"the contact's message":   func(c *chat) { c.do(pat, Say{Text: "hi"}) },
		"an agent's message":      func(c *chat) { c.do(maria, Say{Text: "hi"}) },
		"another agent's message": func(c *chat) { c.do(zoe, Say{Text: "hi"}) },
		"a file of the contact":   func(c *chat) { c.do(pat, SendFile{File: File{ID: "a", Name: "a", Verdict: Broken}}) },
		"a file of an agent":      func(c *chat) { c.do(maria, SendFile{File: File{ID: "a", Name: "a"}}) },
		"a pushed URL":            func(c *chat) { c.do(maria, PushURL{URL: "https://example.com"}) },
		"joining":                 func(c *chat) { c.accept(tom) },
		"leaving":                 func(c *chat) { c.do(zoe, End{}) },
		"removing":                func(c *chat) { c.do(maria, Remove{zoe}) },
		"barging in":              func(c *chat) { c.do(sam, Supervise{Mode: BargeIn}) },
		"a transfer":              func(c *chat) { c.do(maria, Transfer{Consultation: c.Consultations[0].ID}) },
	} {
		for _, warned := range []bool{false, true} {
			c := fullChat(t, func(p *Policy) { p.NoAnswer = 0 })
			if warned {
				c.after(255 * time.Second).elapse()
				require.NotZero(t, c.Warned)
			}
			c.after(10 * time.Second)
			act(c)
			require.Equal(t, c.now, c.Activity, name)
			require.Zero(t, c.Warned, "%s: the warning was for the silence before", name)
			require.Equal(t, c.now.Add(255*time.Second), c.due(InactivityWarnsNow), name)
			for _, d := range c.Deadlines() {
				require.NotEqual(t, InactivityEndsNow, d.Kind, "%s: no end before another warning", name)
			}
		}
	}
}

func TestTIME_3_what_is_none(t *testing.T) {
	for name, act := range map[string]func(c *chat){
		"automatic":       func(c *chat) { c.do(System, Announce{Information, "news"}) },
		"a bot":           func(c *chat) { c.do(bot, Say{Text: "beep"}) },
		"a bot's file":    func(c *chat) { c.do(bot, SendFile{File: File{ID: "a", Name: "a"}}) },
		"a bot joins":     func(c *chat) { c.do("bot:second", Join{}) },
		"a bot leaves":    func(c *chat) { c.do(bot, End{}) },
		"disconnecting":   func(c *chat) { c.do(pat, Disconnect{}) },
		"reconnecting":    func(c *chat) { c.do(pat, Disconnect{}); c.do(pat, Reconnect{}) },
		"monitoring":      func(c *chat) { c.do("supervisor:new", Supervise{Mode: Monitor}) },
		"stops watching":  func(c *chat) { c.do(sam, Supervise{Mode: StopWatching}) },
		"coaching":        func(c *chat) { c.do(kim, Say{Text: "psst", To: Supervisors}) },
		"consulting":      func(c *chat) { c.do(maria, Consult{To: billing}) },
		"is consulted":    func(c *chat) { c.consult(maria, "agent:max") },
		"in consultation": func(c *chat) { c.do(ben, Say{Text: "psst", Consultation: c.Consultations[0].ID}) },
		"it ends":         func(c *chat) { c.do(ben, EndConsultation{c.Consultations[0].ID}) },
		"among agents":    func(c *chat) { c.do(maria, Say{Text: "psst", To: Internal}) },
		"a note":          func(c *chat) { c.do(maria, SetNote{"x"}) },
		"reading":         func(c *chat) { c.do(pat, MarkRead{100}) },
		"an invitation":   func(c *chat) { c.do(maria, Transfer{To: billing}) },
		"declining":       func(c *chat) { c.do(tom, Decline{Invitation: "tom"}) },
		"a verdict": func(c *chat) {
			c.do(System, JudgeFile{File: "old", Verdict: Available})
		},
	} {
		c := fullChat(t, func(p *Policy) { p.NoAnswer = 0 })
		c.do(pat, SendFile{File: File{ID: "old", Name: "old", Verdict: PendingScan}})
		c.do(maria, Say{Text: "thanks"})
		activity := c.Activity
		c.after(10 * time.Second)
		act(c)
		require.Equal(t, activity, c.Activity, name)
		require.Equal(t, activity.Add(255*time.Second), c.due(InactivityWarnsNow), name)
	}
}

func TestTIME_3_not_while_waiting(t *testing.T) {
	c := waitingChat(t)
	c.after(1000 * time.Hour).idle()
	require.Equal(t, InWaiting, c.Phase)
	c.offer(maria)
	c.accept(maria)
	require.Equal(t, c.now.Add(255*time.Second), c.due(InactivityWarnsNow), "from the moment somebody joined")
}

func TestTIME_3_dormant_has_times_of_its_own(t *testing.T) {
	c := activeChat(t, async, func(p *Policy) { p.DormantInactivity = timers.Inactivity{Warn: time.Hour, End: 24 * time.Hour} })
	c.after(time.Minute).do(maria, End{})
	require.Equal(t, c.now.Add(time.Hour), c.due(InactivityWarnsNow))
	c.after(30*time.Minute).do(pat, Say{Text: "hi"})
	require.Equal(t, c.now.Add(time.Hour), c.due(InactivityWarnsNow))
	c.after(time.Hour).elapse()
	require.Equal(t, InDormant, c.Phase)
	c.after(23*time.Hour - tick).idle()
	c.after(tick).elapse()
	require.Equal(t, InEnded, c.Phase)
	require.Equal(t, ByInactivity, c.EndedWhy)
	require.Equal(t, maria, c.Owner, "PART-6: the last owner keeps the duty")
	c.do(maria, MarkDone{})

	c = activeChat(t, async)
	c.do(maria, End{})
	require.Empty(t, c.Deadlines(), "off by default")

	// A warning from before counts no more when somebody comes back.
	c = activeChat(t, async, func(p *Policy) { p.DormantInactivity = timers.Inactivity{Warn: time.Hour, End: 24 * time.Hour} })
	c.do(maria, End{})
	c.after(time.Hour).elapse()
	c.do(maria, Rejoin{})
	require.Equal(t, c.now.Add(255*time.Second), c.due(InactivityWarnsNow))
}

func TestTIME_3_after_an_outage_the_end_follows_at_its_usual_distance(t *testing.T) {
	c := activeChat(t)
	rs := c.after(time.Hour).elapse()
	require.Equal(t, []*Announced{{Message: InactivityWarning}}, events[*Announced](rs), "the warning at once")
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, c.now.Add(45*time.Second), c.due(InactivityEndsNow))
	c.after(45*time.Second - tick).idle()
	c.after(tick).elapse()
	require.Equal(t, InEnded, c.Phase)
}

func TestTIME_3_one_of_the_two_alone(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.Inactivity = timers.Inactivity{End: time.Minute} })
	rs := c.after(time.Minute).elapse()
	require.Equal(t, []*Announced{{Message: InactivityEnd}}, events[*Announced](rs))
	require.Equal(t, InEnded, c.Phase)

	c = activeChat(t, func(p *Policy) { p.Inactivity = timers.Inactivity{Warn: time.Minute} })
	c.after(time.Minute).elapse()
	require.Empty(t, c.Deadlines())
	c.after(1000 * time.Hour).idle()
}

// A firing whose silence was broken meanwhile changes nothing.
func TestTIME_3_a_message_in_the_last_moment(t *testing.T) {
	c := activeChat(t)
	c.after(255 * time.Second).elapse()
	c.after(45 * time.Second)
	c.do(pat, Say{Text: "I am here!"}) // at the very moment, but decided first
	c.idle()
	require.Equal(t, InActive, c.Phase)

	c = activeChat(t)
	c.after(255 * time.Second).elapse()
	c.after(45*time.Second + tick)
	c.refused(pat, Say{Text: "I am here!"}, ErrPhase)
	c.elapse()
	require.Equal(t, InEnded, c.Phase)
}

func TestTIME_6_auto_close(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.AfterContact, p.CloseDelay = CloseLater, 30*time.Second })
	c.do(pat, Leave{})
	require.Equal(t, []Deadline{{At: c.now.Add(30 * time.Second), Kind: AutoClose}}, c.Deadlines())
	c.after(30*time.Second - tick).idle()
	c.after(tick).elapse()
	require.Equal(t, InDone, c.Phase)
	require.Equal(t, AutoClosed, c.ClosedWhy)
}

func TestTIME_6_no_answer(t *testing.T) {
	c := waitingChat(t)
	c.offer(ben)
	c.after(30*time.Second - tick).idle()
	c.after(tick).elapse()
	require.Empty(t, c.Invitations[0].Agent)
}

func TestTIME_6_reconnect_grace(t *testing.T) {
	for who, kind := range map[PartyID]DeadlineKind{pat: ContactGraceEnds, zoe: AgentGraceEnds, ben: AgentGraceEnds, sam: AgentGraceEnds} {
		c := fullChat(t, quiet, func(p *Policy) { p.NoAnswer, p.ContactGrace, p.AgentGrace = 0, 20*time.Second, 20*time.Second })
		c.do(who, Disconnect{})
		require.Equal(t, []Deadline{{At: c.now.Add(20 * time.Second), Kind: kind, Party: who}}, c.Deadlines())
		c.after(10 * time.Second)
		c.nothing(who, Disconnect{})
		c.after(10*time.Second - tick).idle()
		require.False(t, c.Connected(who))
		c.after(tick).elapse()
		require.Equal(t, Away, c.Party(who).Presence, "%s", who)
		require.Empty(t, c.Deadlines())

		c = fullChat(t, quiet, func(p *Policy) { p.NoAnswer, p.ContactGrace, p.AgentGrace = 0, 20*time.Second, 20*time.Second })
		c.do(who, Disconnect{})
		c.after(20*time.Second).do(who, Reconnect{}) // at the very moment, but decided first
		require.Empty(t, c.Deadlines())
		c.idle()
		require.True(t, c.Connected(who))
	}
}

func TestTIME_7_deadlines_come_from_the_log_alone(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.do(pat, Say{Text: "hi"})
	c.after(time.Second).do(maria, Transfer{To: "agent:ben"})
	c.after(time.Second).do(zoe, Disconnect{})
	c.after(time.Second).do(pat, Disconnect{})
	restarted := c.replay()
	require.Equal(t, c.Deadlines(), restarted.Deadlines())
	require.Equal(t, []Deadline{
		{At: noon.Add(15 * time.Second), Kind: ResponseDue},
		{At: noon.Add(31 * time.Second), Kind: NoAnswer, Invitation: c.Invitations[0].ID},
		{At: noon.Add(62 * time.Second), Kind: AgentGraceEnds, Party: zoe},
		{At: noon.Add(63 * time.Second), Kind: ContactGraceEnds, Party: pat},
		{At: noon.Add(255 * time.Second), Kind: InactivityWarnsNow},
	}, c.Deadlines(), "soonest first")
	require.Equal(t, noon.Add(15*time.Second), c.Wake())
}

func TestTIME_7_late_but_once_and_in_their_order(t *testing.T) {
	c := activeChat(t, quiet)
	c.conference(maria, zoe)
	c.do(pat, Say{Text: "hi"})
	c.do(zoe, Conference{ID: "it", To: "agent:ben"})
	c.after(time.Second).do(zoe, Disconnect{})
	c.after(time.Second).do(pat, Disconnect{})
	rs := c.after(24 * time.Hour).elapse()
	var kinds []EventKind
	for _, r := range rs {
		require.Equal(t, c.now, r.At)
		require.Equal(t, System, r.By)
		kinds = append(kinds, r.Event.Kind())
	}
	require.Equal(t, []EventKind{ResponseStageKind, InvitationClosedKind, LeftKind, LeftKind, EndedKind}, kinds)
	require.Equal(t, []*Left{{zoe, ConnectionLost}, {pat, ConnectionLost}}, events[*Left](rs))
	c.idle()
	c.after(time.Hour).idle()
}

// What was due at one moment happens in the order of the kinds, in every
// process.
func TestTIME_7_at_one_moment(t *testing.T) {
	c := activeChat(t, func(p *Policy) {
		p.Response, p.NoAnswer, p.AgentGrace, p.ContactGrace = timers.Response{Late: time.Minute}, time.Minute, time.Minute, time.Minute
		p.Inactivity = timers.Inactivity{Warn: time.Minute, End: time.Hour}
	})
	c.conference(maria, zoe)
	c.do(zoe, Conference{To: "agent:ben"})
	c.do(zoe, Disconnect{})
	c.do(pat, Say{Text: "hi"})
	c.do(pat, Disconnect{})
	var kinds []DeadlineKind
	for _, d := range c.Deadlines() {
		require.Equal(t, noon.Add(time.Minute), d.At)
		kinds = append(kinds, d.Kind)
	}
	require.Equal(t, []DeadlineKind{NoAnswer, ResponseDue, InactivityWarnsNow, AgentGraceEnds, ContactGraceEnds}, kinds)
	rs := c.after(time.Minute).elapse()
	require.Equal(t, InvitationClosedKind, rs[0].Event.Kind())
	require.Equal(t, InEnded, c.Phase)
	require.Equal(t, ContactLeft, c.EndedWhy)
}

func TestTIME_7_a_command_finds_an_overdue_deadline_fired_first(t *testing.T) {
	c := activeChat(t, quiet)
	c.do(pat, Say{Text: "hi"})
	c.after(15*time.Second + tick)
	rs := c.do(maria, Say{Text: "hello"})
	require.Equal(t, []EventKind{ResponseStageKind, SaidKind}, []EventKind{rs[0].Event.Kind(), rs[1].Event.Kind()}, "in the same records")
	require.Equal(t, System, rs[0].By)
	require.Equal(t, maria, rs[1].By)
	require.Len(t, rs, 2)
	require.Equal(t, timers.None, c.Stage)

	c.do(pat, Say{Text: "hi"})
	c.after(15 * time.Second) // due, but not before now
	rs = c.do(maria, Say{Text: "hello"})
	require.Len(t, rs, 1, "decided first, so it answers in time")
	c.idle()
}

func TestTIME_7_the_command_is_decided_on_what_the_deadline_left(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.AgentGrace = 10 * time.Second })
	c.conference(maria, zoe)
	c.do(maria, Disconnect{})
	c.after(10*time.Second + tick)
	c.refused(maria, Say{Text: "I am back"}, ErrNotParty)
	c.refused(maria, Reconnect{}, ErrPhase)
	require.Equal(t, maria, c.Owner, "a refusal leaves the log as it was")
	rs := c.do(zoe, Transfer{To: billing})
	require.Equal(t, zoe, c.Owner, "she took over before she asked")
	require.Equal(t, []*OwnerChanged{{zoe}}, events[*OwnerChanged](rs))
}

// A firing may come too early, twice, and late: it only ever says to look.
func TestTIME_7_firings_mean_nothing_by_themselves(t *testing.T) {
	for name, c := range everyPhase(t) {
		before := c.situation()
		c.idle()
		require.Equal(t, before, c.situation(), name)
		c.now = noon.Add(-time.Hour) // a clock that is behind
		c.idle()
	}
	newChat(t).refused(System, Elapse{}, ErrNotStarted)
	for _, by := range everybody {
		if by != System {
			activeChat(t).refused(by, Elapse{}, ErrDenied)
		}
	}
}

// Each timer runs exactly where it belongs.
func TestTIME_7_a_phase_has_its_own_timers(t *testing.T) {
	kinds := func(c *chat) map[DeadlineKind]bool {
		all := map[DeadlineKind]bool{}
		for _, d := range c.Deadlines() {
			all[d.Kind] = true
		}
		return all
	}
	on := func(p *Policy) {
		p.AfterContact, p.CloseDelay = CloseLater, time.Minute
		p.DormantInactivity = timers.Inactivity{Warn: time.Hour, End: 2 * time.Hour}
	}
	c := waitingChat(t, on)
	require.Empty(t, kinds(c))
	c.do(pat, Say{Text: "hi"})
	c.offer(maria)
	require.Equal(t, map[DeadlineKind]bool{NoAnswer: true, ResponseDue: true}, kinds(c))
	c.accept(maria)
	c.do(pat, Disconnect{})
	require.Equal(t, map[DeadlineKind]bool{ResponseDue: true, InactivityWarnsNow: true, ContactGraceEnds: true}, kinds(c))
	c.do(maria, End{})
	require.Empty(t, kinds(c), "ended by an agent")

	c = activeChat(t, on)
	c.do(pat, Say{Text: "hi"})
	c.do(maria, Disconnect{})
	c.do(pat, Leave{})
	require.Equal(t, map[DeadlineKind]bool{AutoClose: true}, kinds(c))
	c.do(maria, MarkDone{})
	require.Empty(t, kinds(c))

	c = activeChat(t, on, async)
	c.do(pat, Disconnect{})
	c.do(maria, End{})
	require.Equal(t, map[DeadlineKind]bool{InactivityWarnsNow: true}, kinds(c), "dormant")
}
