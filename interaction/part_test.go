package interaction

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// anyCommand is a well-formed command of each kind.
var anyCommand = [commandKinds]Command{
	Start{Contact: Person{pat, "Pat"}}, Join{}, Invite{To: sales}, Offer{Invitation: "x", Agent: "agent:any"}, Transfer{To: "agent:any"},
	Conference{To: "agent:any"}, Consult{To: "agent:any"}, Accept{Invitation: "x"}, Decline{Invitation: "x"}, Cancel{"x"},
	Withdraw{Invitation: "x"}, Rejoin{}, Supervise{Mode: Monitor}, Say{Text: "hi"}, MarkRead{1}, PushURL{"https://example.com"},
	SendFile{File: File{ID: "new", Name: "f.txt"}}, JudgeFile{File: "x"}, Blend{Medium: "voice"},
	ScheduleCallback{At: noon.AddDate(1, 0, 0), Number: "1"}, Announce{Information, "x"}, EndConsultation{"x"}, MarkConsultationDone{"x"},
	Disconnect{}, Reconnect{}, Leave{}, End{}, Remove{"agent:any"}, SetDisposition{}, SetNote{"x"}, SetCaseData{Key: "x"}, MarkDone{},
	AssignContact{Person{"contact:kat", "Kat"}}, Erase{}, Elapse{},
}

// fullChat has everybody in it: maria owns it, zoe is in conference, ben is
// consulted by maria, sam monitors, kim coaches, the bot is there, tom has an
// offer, lea was in it.
func fullChat(t testing.TB, changes ...func(*Policy)) *chat {
	c := activeChat(t, changes...)
	c.conference(maria, "agent:lea")
	c.conference(maria, zoe)
	c.consult(maria, ben)
	c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
	c.do(kim, Supervise{Mode: Coach, Name: "Kim"})
	c.do(bot, Join{Name: "Greeter"})
	c.do(zoe, Conference{ID: "tom", To: "agent:tom", AgentName: "Tom"})
	c.do("agent:lea", End{})
	return c
}

var everybody = []PartyID{
	pat, maria, zoe, ben, sam, kim, bot, "agent:tom", "agent:lea", System, "contact:eve", "agent:stranger", "supervisor:stranger", "bot:stranger",
}

// roleMay is PART-1 in a table of its own: which role may give a command from
// any standing and in any phase.
var roleMay = map[CommandKind][]Role{
	StartKind:                {RoleContact, RoleBot, RoleSystem},
	JoinKind:                 {RoleBot},
	InviteKind:               {RoleBot, RoleSystem},
	OfferKind:                {RoleSystem},
	TransferKind:             {RoleAgent, RoleSupervisor},
	ConferenceKind:           {RoleAgent, RoleSupervisor},
	ConsultKind:              {RoleAgent, RoleSupervisor},
	AcceptKind:               {RoleAgent, RoleSupervisor},
	DeclineKind:              {RoleAgent, RoleSupervisor},
	CancelKind:               {RoleAgent, RoleSupervisor, RoleBot, RoleSystem},
	WithdrawKind:             {RoleSystem},
	RejoinKind:               {RoleAgent, RoleSupervisor},
	SuperviseKind:            {RoleSupervisor},
	SayKind:                  {RoleContact, RoleAgent, RoleSupervisor, RoleBot},
	MarkReadKind:             {RoleContact, RoleAgent, RoleSupervisor, RoleBot},
	PushURLKind:              {RoleAgent, RoleSupervisor},
	SendFileKind:             {RoleContact, RoleAgent, RoleSupervisor, RoleBot},
	JudgeFileKind:            {RoleSystem},
	BlendKind:                {RoleAgent, RoleSupervisor},
	ScheduleCallbackKind:     {RoleAgent, RoleSupervisor, RoleSystem},
	AnnounceKind:             {RoleSystem},
	EndConsultationKind:      {RoleAgent, RoleSupervisor, RoleSystem},
	MarkConsultationDoneKind: {RoleAgent, RoleSupervisor},
	DisconnectKind:           {RoleContact, RoleAgent, RoleSupervisor, RoleBot, RoleSystem},
	ReconnectKind:            {RoleContact, RoleAgent, RoleSupervisor, RoleBot, RoleSystem},
	LeaveKind:                {RoleContact},
	EndKind:                  {RoleAgent, RoleSupervisor, RoleBot},
	RemoveKind:               {RoleAgent, RoleSupervisor},
	SetDispositionKind:       {RoleAgent, RoleSupervisor},
	SetNoteKind:              {RoleAgent, RoleSupervisor},
	SetCaseDataKind:          {RoleAgent, RoleSupervisor, RoleBot, RoleSystem},
	MarkDoneKind:             {RoleAgent, RoleSupervisor},
	AssignContactKind:        {RoleAgent, RoleSupervisor, RoleSystem},
	EraseKind:                {RoleSystem},
	ElapseKind:               {RoleSystem},
}

func TestPART_1_the_table_of_roles(t *testing.T) {
	c := fullChat(t)
	c.do("bot:gone", Join{})
	c.do("bot:gone", End{})
	for _, k := range CommandKinds() {
		require.Equal(t, k, anyCommand[k].Kind())
		for _, by := range []PartyID{pat, maria, kim, bot, "bot:gone", System} {
			role := by.Role()
			_, err := c.decide(by, anyCommand[k])
			if slices.Contains(roleMay[k], role) {
				require.True(t, everAllowed(k, role), "%s %s", role, k)
				continue
			}
			require.ErrorIs(t, err, ErrDenied, "%s %s", role, k)
			var no DeniedError
			require.ErrorAs(t, err, &no)
			require.Equal(t, role, no.Role())
			require.Equal(t, k, no.Command())
			require.EqualError(t, no, fmt.Sprintf("interaction: the role %s may not %s here", role, k))
		}
	}
}

// The chats that between them have every phase and every standing.
func everyPhase(t testing.TB) map[string]*chat {
	all := map[string]*chat{}
	c := waitingChat(t)
	c.do(bot, Join{})
	c.offer("agent:tom")
	all["waiting"] = c
	all["active"] = fullChat(t)
	all["asynchronous"] = fullChat(t, async)
	c = fullChat(t)
	c.do(zoe, End{})
	c.do(maria, End{})
	all["ended"] = c
	c = fullChat(t)
	c.do(pat, Leave{})
	all["contact left"] = c
	c = fullChat(t, async)
	c.do(zoe, End{})
	c.do(maria, End{})
	c.do(System, Invite{To: "agent:tom"})
	all["dormant"] = c
	c = fullChat(t)
	c.do(zoe, End{})
	c.do(maria, End{})
	c.do(maria, MarkDone{})
	all["done"] = c
	c = fullChat(t)
	c.do(zoe, End{})
	c.do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	all["lost"] = c
	return all
}

// suited is a well-formed command of the kind that suits where the actor
// stands.
func (c *chat) suited(by PartyID, k CommandKind) Command {
	from := c.Standing(by)
	switch {
	case k == SuperviseKind && c.Phase == InEnded:
		return Supervise{Mode: StopWatching}
	case k == DisconnectKind && by == System:
		return Disconnect{Party: pat}
	case k == ReconnectKind && by == System:
		return Reconnect{Party: pat}
	case k == SayKind && from == AsConsultant:
		return Say{Text: "x", Consultation: c.Consultations[0].ID}
	case k == SendFileKind && from == AsConsultant:
		return SendFile{File: File{ID: "new", Name: "f"}, Consultation: c.Consultations[0].ID}
	case k == SayKind && from == AsCoach:
		return Say{Text: "x", To: Supervisors}
	}
	return anyCommand[k]
}

// A button is enabled if and only if the command is not refused for what every
// command of its kind would be refused for.
func TestPART_1_allowed_is_what_is_decided(t *testing.T) {
	for name, c := range everyPhase(t) {
		for _, by := range everybody {
			allowed := c.Allowed(by)
			for _, k := range CommandKinds() {
				why := c.Refusal(by, k)
				require.Equal(t, why == nil, slices.Contains(allowed, k))
				_, err := c.decide(by, c.suited(by, k))
				if why != nil {
					require.ErrorIs(t, err, why, "%s: %s %s", name, by, k)
				} else if err != nil {
					for _, never := range []error{ErrDenied, ErrPhase, ErrNotOwner, ErrNotParty, ErrStarted, ErrNotStarted} {
						require.NotErrorIs(t, err, never, "%s: %s %s is allowed", name, by, k)
					}
				}
			}
		}
		require.ErrorIs(t, c.Refusal(maria, 200), ErrInvalid)
	}
}

func TestPART_1_strangers_learn_nothing(t *testing.T) {
	for name, c := range everyPhase(t) {
		for _, by := range []PartyID{"contact:eve", "agent:stranger", "bot:stranger"} {
			require.Empty(t, c.view(by), name)
			for _, k := range CommandKinds() {
				if by.Role() == RoleBot && k == JoinKind || k == StartKind {
					continue
				}
				err := c.Refusal(by, k)
				require.True(t, err == ErrNotParty || err == denied(by.Role(), k), "%s: %s %s: %v", name, by, k, err)
			}
		}
	}
}

// PART-2 in a table of its own: whom each audience is for.
func TestPART_2_audiences(t *testing.T) {
	c := fullChat(t)
	id := c.Consultations[0].ID
	c.do(pat, Say{Text: "to all"})
	c.do(zoe, Say{Text: "internal", To: Internal})
	c.do(ben, Say{Text: "consultation", Consultation: id})
	c.do(kim, Say{Text: "coaching", To: Supervisors})
	c.do(maria, Say{Text: "to the coaches", To: Supervisors})
	for who, want := range map[PartyID]string{
		pat:                   "to all",
		maria:                 "to all|internal|consultation|coaching|to the coaches",
		ben:                   "to all|internal|consultation",
		zoe:                   "to all|internal",
		bot:                   "to all|internal",
		sam:                   "to all|internal|coaching|to the coaches",
		kim:                   "to all|internal|coaching|to the coaches",
		"agent:tom":           "",
		"agent:lea":           "",
		"agent:stranger":      "",
		"supervisor:stranger": "",
		"contact:eve":         "",
		System:                "",
	} {
		require.Equal(t, want, strings.Join(words(c.view(who)), "|"), who)
	}
	for who, want := range map[PartyID]string{
		pat: "to all", "contact:eve": "", zoe: "to all|internal", ben: "to all|internal", "agent:stranger": "to all|internal",
		maria: "to all|internal|coaching|to the coaches", sam: "to all|internal|coaching|to the coaches",
		"supervisor:stranger": "to all|internal|coaching|to the coaches", System: "to all|internal|coaching|to the coaches", bot: "",
	} {
		require.Equal(t, want, strings.Join(words(c.history(who)), "|"), "history of %s", who)
	}
}

func TestPART_2_who_may_speak_to_whom(t *testing.T) {
	c := fullChat(t)
	id := c.Consultations[0].ID
	speak := func(by PartyID, cmd Say) bool {
		cmd.Text = "x"
		_, err := c.decide(by, cmd)
		return err == nil
	}
	for _, tt := range []struct {
		by                                          PartyID
		everyone, internal, supervisors, consulting bool
	}{
		{pat, true, false, false, false},
		{bot, true, true, false, false},
		{maria, true, true, true, true},
		{zoe, true, true, true, false},
		{ben, false, false, false, true},
		{kim, false, false, true, false},
		{sam, false, false, false, false},
		{"agent:tom", false, false, false, false},
		{"agent:lea", false, false, false, false},
		{System, false, false, false, false},
	} {
		require.Equal(t, tt.everyone, speak(tt.by, Say{}), "%s to everyone", tt.by)
		require.Equal(t, tt.internal, speak(tt.by, Say{To: Internal}), "%s to internal", tt.by)
		require.Equal(t, tt.supervisors, speak(tt.by, Say{To: Supervisors}), "%s to supervisors", tt.by)
		require.Equal(t, tt.consulting, speak(tt.by, Say{Consultation: id}), "%s in the consultation", tt.by)
		require.False(t, speak(tt.by, Say{To: OneConsultation}), "%s in no consultation", tt.by)
		require.False(t, speak(tt.by, Say{Consultation: "other"}), "%s in an unknown consultation", tt.by)
	}
}

// A story is told twice, once with things in it that a party must not see. It
// must not be able to tell the two apart: not by what it sees, nor by
// positions, numbers, names, colours, times, buttons or errors.
type story struct {
	t       *testing.T
	a, b    *chat
	secrets int
}

func twice(t *testing.T, changes ...func(*Policy)) *story {
	return &story{t: t, a: waitingChat(t, changes...), b: waitingChat(t, changes...)}
}

func (s *story) both(tell func(c *chat)) {
	s.t.Helper()
	tell(s.a)
	tell(s.b)
}

// secretly is told in one of the two only.
func (s *story) secretly(tell func(c *chat)) {
	s.t.Helper()
	s.secrets++
	tell(s.b)
}

func (s *story) same(viewers ...PartyID) {
	s.t.Helper()
	require.NotZero(s.t, s.secrets)
	for _, who := range viewers {
		require.Equal(s.t, s.a.view(who), s.b.view(who), "what %s sees", who)
		require.Equal(s.t, s.a.Allowed(who), s.b.Allowed(who), "what %s may do", who)
		for _, purpose := range []ViewPurpose{Live, History} {
			n, _ := s.a.Position(Viewer{who, purpose})
			m, _ := s.b.Position(Viewer{who, purpose})
			if purpose == Live || who.Role() == RoleContact {
				require.Equal(s.t, n, m, "the position of %s", who)
			}
		}
		require.Equal(s.t, s.a.Public(), s.b.Public())
		for _, other := range []PartyID{pat, maria, ben, zoe, sam, kim, bot, System} {
			h, ok := s.a.Handle(Viewer{ID: who}, other)
			g, ok2 := s.b.Handle(Viewer{ID: who}, other)
			require.Equal(s.t, h, g, "how %s sees %s", who, other)
			require.Equal(s.t, ok, ok2)
		}
		for _, k := range CommandKinds() {
			_, err := s.a.decide(who, anyCommand[k])
			_, err2 := s.b.decide(who, anyCommand[k])
			require.Equal(s.t, err, err2, "%s: %s", who, k)
		}
	}
}

func TestPART_2_the_contact_cannot_tell(t *testing.T) {
	s := twice(t, async, func(p *Policy) {
		p.CaseDataKeys, p.Inactivity.End, p.Inactivity.Warn = []string{"*"}, 0, 0
		codes(p)
	})
	s.both(func(c *chat) { c.offer(maria); c.accept(maria); c.do(pat, Say{Text: "hi"}) })
	s.secretly(func(c *chat) {
		id := c.consult(maria, ben)
		c.do(ben, Say{Text: "psst", Consultation: id})
		c.do(ben, MarkRead{99})
		c.do(maria, SendFile{File: File{ID: "f", Name: "plan.txt"}, Consultation: id})
		c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
		c.do(kim, Supervise{Mode: Coach, Name: "Kim"})
		c.do(kim, Say{Text: "be kind", To: Supervisors})
		c.do(maria, Say{Text: "note", To: Internal})
		c.do(maria, SetNote{"a note"})
		c.do(maria, SetDisposition{"none"})
		c.do(maria, SetCaseData{Key: "k"})
		c.do(maria, Blend{Medium: "voice"})
		c.do(maria, Disconnect{})
		c.do(maria, Reconnect{})
		c.do(maria, MarkRead{5})
		c.do(pat, MarkRead{2})
		c.do(maria, Consult{To: Target(zoe)})
		c.do(zoe, Decline{Invitation: c.offerOf(zoe)})
	})
	s.same(pat)
	s.both(func(c *chat) { c.after(time.Second).do(maria, Say{Text: "hello"}); c.conference(maria, zoe) })
	s.secretly(func(c *chat) {
		c.do(kim, Supervise{Mode: Monitor, Name: "Kim the Boss"})
		c.do(ben, EndConsultation{c.Consultations[0].ID})
		c.do(maria, MarkConsultationDone{c.Consultations[0].ID})
		c.after(20 * time.Second).elapse()
		c.now = s.a.now
	})
	s.same(pat)
	s.both(func(c *chat) { c.after(time.Minute).do(pat, Say{Text: "thanks"}); c.do(zoe, End{}) })
	s.secretly(func(c *chat) { c.do(zoe, AssignContact{Person{"contact:kat", "Kat"}}) })
	s.same(pat)
	s.both(func(c *chat) { c.after(time.Minute).do(maria, End{}) })
	s.secretly(func(c *chat) {
		c.do(System, Invite{To: sales})
		c.offer(zoe)
		c.do(zoe, Decline{Invitation: c.offerOf(zoe)})
		c.do(sam, Supervise{Mode: StopWatching})
		c.do(sam, Supervise{Mode: Monitor, Name: "Somebody"})
	})
	s.same(pat)
}

func TestPART_2_the_contact_cannot_tell_ended_from_done(t *testing.T) {
	s := twice(t)
	s.both(func(c *chat) { c.offer(maria); c.accept(maria); c.do(maria, End{}) })
	s.secretly(func(c *chat) { c.do(maria, MarkDone{}) })
	s.same(pat)
	s.both(func(c *chat) {
		c.do(pat, MarkRead{1})
		c.do(pat, Disconnect{})
		c.do(pat, Reconnect{})
	})
	s.same(pat)
	require.Greater(t, len(s.a.log), len(s.b.log), "done is frozen, and the contact cannot tell")
}

func TestPART_2_agents_cannot_tell_of_others_consultations(t *testing.T) {
	s := twice(t)
	s.both(func(c *chat) {
		c.offer(maria)
		c.accept(maria)
		c.conference(maria, zoe)
		c.do(bot, Join{})
		c.do(pat, Say{Text: "hi"})
	})
	s.secretly(func(c *chat) {
		id := c.consult(maria, ben)
		c.do(ben, Say{Text: "psst", Consultation: id})
		c.do(maria, Say{Text: "psst", Consultation: id})
		c.do(ben, MarkRead{9})
		c.do(maria, MarkRead{9})
		c.do(ben, Disconnect{})
		c.do(ben, Reconnect{})
		c.do(maria, Consult{To: "group:billing", ID: "asked"})
		c.do(System, Offer{Invitation: "asked", Agent: "agent:tom"})
		c.do("agent:tom", Decline{Invitation: "asked"})
		c.do(maria, Cancel{"asked"})
	})
	s.same(pat, zoe, bot)
	s.both(func(c *chat) { c.do(zoe, Say{Text: "hello"}) })
	s.secretly(func(c *chat) { c.do(ben, EndConsultation{c.Consultations[0].ID}) })
	s.same(pat, zoe, bot)
	s.both(func(c *chat) { c.do(zoe, End{}); c.do(maria, End{}) })
	s.secretly(func(c *chat) { c.do(ben, MarkConsultationDone{c.Consultations[0].ID}) })
	s.same(pat, zoe, bot)
}

func TestPART_2_agents_cannot_tell_of_a_hidden_monitor(t *testing.T) {
	s := twice(t, func(p *Policy) { p.HiddenMonitor, p.Response.Warn, p.Response.Late = true, 0, 0 })
	s.both(func(c *chat) {
		c.offer(maria)
		c.accept(maria)
		c.conference(maria, zoe)
		c.consult(maria, ben)
		c.do(kim, Supervise{Mode: BargeIn, Name: "Kim"})
		c.do(kim, End{})
	})
	s.secretly(func(c *chat) {
		c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
		c.do(sam, MarkRead{3})
		c.do(sam, Disconnect{})
		c.do(sam, Reconnect{})
		c.do(kim, Supervise{Mode: Monitor, Name: "Kim"})
	})
	s.same(pat, maria, zoe, ben)
	s.both(func(c *chat) { c.do(pat, Say{Text: "hi"}) })
	s.secretly(func(c *chat) {
		c.do(sam, Disconnect{})
		c.after(time.Minute).elapse()
		c.do(kim, Supervise{Mode: StopWatching})
		c.now = s.a.now
	})
	s.same(pat, maria, zoe, ben)
}

func TestPART_2_going_back_to_watch_unseen_looks_like_leaving(t *testing.T) {
	s := twice(t, func(p *Policy) { p.HiddenMonitor = true })
	s.both(func(c *chat) {
		c.offer(maria)
		c.accept(maria)
		c.do(sam, Supervise{Mode: BargeIn, Name: "Sam"})
	})
	s.a.do(sam, End{})
	s.secretly(func(c *chat) { c.do(sam, Supervise{Mode: Monitor}) })
	s.same(pat, maria)
}

func TestPART_2_how_far_an_agent_has_read_is_its_own(t *testing.T) {
	c := fullChat(t)
	c.do(pat, Say{Text: "hi"})
	for _, who := range []PartyID{maria, zoe, ben, sam, kim, bot} {
		c.do(who, MarkRead{3})
		require.EqualValues(t, 3, c.Party(who).Read)
		for _, other := range []PartyID{pat, maria, zoe, ben, sam, kim, bot} {
			n := 0
			for _, shown := range c.view(other) {
				if shown.Event.Kind() == MarkedReadKind && shown.By == who {
					n++
				}
			}
			require.Equal(t, other == who, n == 1, "%s sees how far %s has read", other, who)
		}
	}
}

func TestPART_2_a_view_ends_where_the_party_left(t *testing.T) {
	c := fullChat(t)
	c.do(zoe, End{})
	c.do(sam, Supervise{Mode: StopWatching})
	c.do(maria, EndConsultation{c.Consultations[0].ID})
	before := map[PartyID][]Shown{}
	gone := []PartyID{zoe, sam, ben, "agent:lea"}
	for _, who := range gone {
		before[who] = c.view(who)
		require.NotEmpty(t, before[who])
	}
	c.do(pat, Say{Text: "hi"})
	c.do(maria, Say{Text: "hello", To: Internal})
	c.do(kim, Say{Text: "good", To: Supervisors})
	for _, who := range gone {
		require.Equal(t, before[who], c.view(who), who)
	}
}

func TestPART_2_who_comes_back_sees_everything_from_the_start(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	c.do(ben, End{})
	c.do(pat, Say{Text: "meanwhile"})
	require.Empty(t, words(c.view(ben)))
	view := c.Party(ben).View
	c.conference(maria, ben)
	require.Equal(t, []string{"meanwhile"}, words(c.view(ben)))
	require.NotEqual(t, view, c.Party(ben).View)
	require.Equal(t, len(c.view(maria)), len(c.view(ben)))
}

func TestPART_3_joining_and_leaving_with_name_and_time(t *testing.T) {
	c := waitingChat(t)
	c.do(bot, Join{Name: "Greeter"})
	c.offer(maria)
	c.after(time.Second).accept(maria)
	c.after(time.Second).conference(maria, ben)
	c.after(time.Second).do(sam, Supervise{Mode: BargeIn, Name: "Sam"})
	c.after(time.Second).do(ben, End{})
	c.after(time.Second).do(bot, End{})
	type line struct {
		name  string
		kind  EventKind
		after time.Duration
	}
	want := []line{
		{"Pat", JoinedKind, 0}, {"Greeter", JoinedKind, 0}, {"Maria", JoinedKind, time.Second}, {"Ben", JoinedKind, 2 * time.Second},
		{"Sam", JoinedKind, 3 * time.Second}, {"Ben", LeftKind, 4 * time.Second}, {"Greeter", LeftKind, 5 * time.Second},
	}
	for _, who := range []PartyID{pat, maria, sam} {
		var got []line
		for _, shown := range c.view(who) {
			if k := shown.Event.Kind(); k == JoinedKind || k == LeftKind {
				got = append(got, line{shown.About.Name, k, shown.At.Sub(noon)})
			}
		}
		require.Equal(t, want, got, who)
	}
	require.Equal(t, noon.Add(2*time.Second), c.Party(ben).Joined)
	require.Equal(t, noon.Add(4*time.Second), c.Party(ben).Left)
}

func TestPART_3_a_record_keeps_the_name_of_its_time(t *testing.T) {
	c := activeChat(t, async)
	c.do(maria, Say{Text: "hi"})
	before := map[PartyID][]Shown{pat: c.view(pat), maria: c.view(maria)}
	c.do(maria, End{})
	c.do(maria, Rejoin{Name: "Maria Smith"})
	for who, shown := range before {
		require.Equal(t, shown, c.view(who)[:len(shown)], who)
		h, _ := c.Handle(Viewer{ID: who}, maria)
		require.Equal(t, "Maria Smith", h.Name)
	}
}

func TestPART_3_attached_parties_appear_to_internal_parties_only(t *testing.T) {
	c := activeChat(t)
	c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
	c.do(sam, Supervise{Mode: StopWatching})
	id := c.consult(maria, ben)
	c.do(ben, EndConsultation{id})
	require.Equal(t, []EventKind{JoinedKind, JoinedKind}, kinds(c.view(pat)))
	shown := c.view(maria)
	require.Equal(t, "Sam", events[*Watching](shown)[0].Name)
	require.Equal(t, []*WatchingEnded{{sam}}, events[*WatchingEnded](shown))
	require.Equal(t, "Ben", events[*ConsultationJoined](shown)[0].Name)
	require.Len(t, events[*ConsultationEnded](shown), 1)
}

func nicknames(names ...Nickname) func(*Policy) { return func(p *Policy) { p.Nicknames = names } }

func TestPART_4_nickname(t *testing.T) {
	c := waitingChat(t, nicknames(Nickname{string(maria), "Mary"}, Nickname{string(sales), "Sales team"}))
	c.offer(maria)
	c.accept(maria)
	c.do(maria, Say{Text: "hi"})
	c.do(maria, Conference{ID: "in", To: "queue:sales"})
	c.do(System, Offer{Invitation: "in", Agent: ben, AgentName: "Ben"})
	c.accept(ben)
	c.conference(maria, zoe)

	for _, who := range []PartyID{pat, zoe} {
		var names []string
		for _, id := range []PartyID{maria, ben, zoe} {
			h, ok := c.Handle(Viewer{ID: who}, id)
			require.True(t, ok)
			names = append(names, h.Name)
		}
		require.Equal(t, []string{"Mary", "Sales team", "Zoe"}, names, "to %s: its own, the group's, none", who)
	}
	joined := events[*Joined](c.log)[1]
	require.Equal(t, "Maria", joined.Name, "the log has the real user")
	require.Equal(t, maria, joined.Party)
	require.Equal(t, "Mary", joined.Nickname)
}

// All that the contact ever gets is searched for what it must not know.
func TestPART_4_the_contact_never_gets_a_real_user(t *testing.T) {
	for name, c := range everyPhase(t) {
		c = c.nicknamed()
		for i, shown := range c.view(pat) {
			text := fmt.Sprintf("%+v %+v", shown, shown.Event)
			for _, secret := range []string{"maria", "Maria", "zoe", "Zoe", "ben", "Ben", "lea", "Lea", "sam", "Sam", "kim", "Kim", "supervisor", "tom", "Tom", "queue:"} {
				require.NotContains(t, text, secret, "%s, record %d", name, i)
			}
		}
	}
}

// nicknamed is the same log under a policy that gives everybody a nickname.
func (c *chat) nicknamed() *chat {
	out := newChat(c.t)
	for _, r := range c.log {
		switch e := r.Event.(type) {
		case *Joined:
			if e.Party.Role().staff() {
				copied := *e
				copied.Nickname = "Agent"
				r.Event = &copied
			}
		}
		require.NoError(c.t, out.Apply(r))
		out.log = append(out.log, r)
	}
	return out
}

func TestPART_4_who_was_shown_under_a_nickname_is_never_unmasked(t *testing.T) {
	group := nicknames(Nickname{"group:billing", "Billing team"})
	check := func(c *chat) {
		c.t.Helper()
		for _, shown := range c.view(pat) {
			require.NotContains(t, fmt.Sprintf("%+v %+v", shown, shown.Event), "Ben")
		}
		h, ok := c.Handle(Viewer{ID: pat}, ben)
		require.True(t, ok)
		require.Equal(t, "Billing team", h.Name)
	}
	consulted := func() (*chat, string) {
		c := activeChat(t, group, async)
		c.do(maria, Consult{ID: "ask", To: "group:billing"})
		c.do(System, Offer{Invitation: "ask", Agent: ben, AgentName: "Ben"})
		c.accept(ben)
		return c, "ask"
	}
	c, id := consulted() // CONS-7
	c.do(maria, Transfer{Consultation: id})
	check(c)
	c.do(ben, End{})
	c.do(ben, Rejoin{Name: "Ben"})
	check(c)

	c, id = consulted() // CONS-8
	c.do(maria, Conference{Consultation: id})
	c.accept(ben)
	check(c)
	c.consult(maria, "agent:tom")
	c.do(ben, End{})
	c.consult(maria, ben) // this time by his own name
	check(c)
}

func TestPART_4_the_contact_gets_aliases_for_internal_parties(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, sam)
	c.do(maria, Remove{sam}.instead(zoe, c))
	shown := c.view(pat)
	require.Equal(t, []EventKind{JoinedKind, JoinedKind, JoinedKind, JoinedKind, LeftKind}, kinds(shown))
	require.Equal(t, &Joined{Party: "agent:#1", Name: "Maria"}, shown[1].Event, "not how she came, nor that she owns it")
	require.Equal(t, PartyID("agent:#1"), shown[1].By)
	require.Equal(t, Handle{2, "Sam", RoleAgent}, shown[2].About, "nor that somebody is a supervisor")
	require.Equal(t, &Joined{Party: "agent:#2", Name: "Sam"}, shown[2].Event)
	h, _ := c.Handle(Viewer{ID: pat}, sam)
	require.Equal(t, shown[2].About, h)
	require.Equal(t, &Left{Party: "agent:#3", Why: ByItself}, shown[4].Event, "nor that somebody was removed")
	require.Equal(t, PartyID("agent:#3"), shown[4].By, "nor by whom")
}

// instead brings somebody in who can be removed.
func (r Remove) instead(id PartyID, c *chat) Remove {
	c.conference(maria, id)
	return Remove{id}
}

func TestPART_5_monitor(t *testing.T) {
	c := activeChat(t)
	c.do(pat, Say{Text: "before"})
	c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
	require.Equal(t, Monitoring, c.Party(sam).Presence)
	require.False(t, c.Party(sam).Hidden)
	require.Equal(t, []string{"before"}, words(c.view(sam)), "from the start")
	require.Len(t, events[*Watching](c.view(maria)), 1, "the agent knows of it")
	require.Empty(t, events[*Watching](c.view(pat)))
	c.nothing(sam, Supervise{Mode: Monitor})
	c.refused(sam, Say{Text: "x"}, ErrDenied)
	c.refused(sam, Say{Text: "x", To: Supervisors}, ErrDenied)
	c.do(sam, Supervise{Mode: StopWatching})
	require.Equal(t, Away, c.Party(sam).Presence)
	require.False(t, c.Party(sam).Engaged)
	c.refused(sam, Supervise{Mode: StopWatching}, ErrNotParty)
	c.refused(maria, Supervise{Mode: Monitor}, ErrDenied)
	c.refused(pat, Supervise{Mode: Monitor}, ErrDenied)
}

func TestPART_5_a_hidden_monitor_is_known_to_supervisors_only(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.HiddenMonitor = true })
	c.do(kim, Supervise{Mode: Coach, Name: "Kim"})
	c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
	require.True(t, c.Party(sam).Hidden)
	require.Len(t, events[*Watching](c.view(kim)), 2)
	require.Len(t, events[*Watching](c.view(maria)), 1, "a coach cannot be hidden")
	_, ok := c.Handle(Viewer{ID: maria}, sam)
	require.False(t, ok)
	_, ok = c.Handle(Viewer{ID: kim}, sam)
	require.True(t, ok)
	_, ok = c.Handle(Viewer{maria, History}, sam)
	require.False(t, ok, "nor later")

	// Who coached before is seen to go.
	c.do(kim, Supervise{Mode: Monitor})
	require.True(t, c.Party(kim).Hidden)
	require.Equal(t, []*WatchingEnded{{kim}}, events[*WatchingEnded](c.view(maria)))
	c.do(kim, Supervise{Mode: StopWatching})
	require.Len(t, events[*WatchingEnded](c.view(maria)), 1)
	require.Len(t, events[*WatchingEnded](c.view(sam)), 2)
}

func TestPART_5_coach(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, zoe)
	c.do(sam, Supervise{Mode: Coach, Name: "Sam"})
	require.Equal(t, Coaching, c.Party(sam).Presence)
	c.nothing(sam, Supervise{Mode: Coach})
	c.do(sam, Say{Text: "offer a discount", To: Supervisors})
	require.Equal(t, []string{"offer a discount"}, words(c.view(maria)), "the owner")
	require.Empty(t, words(c.view(zoe)), "and no other agent")
	require.Empty(t, words(c.view(pat)), "and never the contact")
	require.Empty(t, words(c.history(pat)))
	c.refused(sam, Say{Text: "x"}, ErrDenied)
	c.refused(sam, Say{Text: "x", To: Internal}, ErrDenied)
	c.do(maria, Say{Text: "how much?", To: Supervisors})
	require.Equal(t, []string{"offer a discount", "how much?"}, words(c.view(sam)))
	require.Empty(t, words(c.view(zoe)))
	c.transfer(maria, ben)
	c.do(sam, Say{Text: "hello Ben", To: Supervisors})
	require.Equal(t, []string{"hello Ben"}, words(c.view(ben)), "the new owner gets what is said from now on")
	require.NotContains(t, words(c.view(maria)), "hello Ben")
}

func TestPART_5_barge_in(t *testing.T) {
	c := activeChat(t)
	c.do(sam, Supervise{Mode: Coach, Name: "Sam"})
	c.do(sam, Supervise{Mode: BargeIn})
	require.Equal(t, InChat, c.Party(sam).Presence)
	require.True(t, c.Party(sam).Engaged)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, "Sam", events[*Joined](c.log)[2].Name, "under the name it has")
	require.Equal(t, ForBargeIn, events[*Joined](c.log)[2].Via)
	require.Len(t, events[*Joined](c.view(pat)), 3)
	c.do(sam, Say{Text: "I am the supervisor"})
	require.Equal(t, []string{"I am the supervisor"}, words(c.view(pat)))
	c.nothing(sam, Supervise{Mode: BargeIn})
	waitingChat(t).refused(sam, Supervise{Mode: BargeIn}, ErrPhase)
}

func TestPART_5_moves_both_ways(t *testing.T) {
	presence := map[Supervision]Presence{Monitor: Monitoring, Coach: Coaching, BargeIn: InChat, StopWatching: Away}
	for _, hidden := range []bool{false, true} {
		for from, was := range presence {
			for to, is := range presence {
				if from == StopWatching && to == StopWatching || from == BargeIn && to == StopWatching {
					continue // nothing to stop; who is in the chat presses End Chat
				}
				c := activeChat(t, func(p *Policy) { p.HiddenMonitor = hidden })
				c.do(sam, Supervise{Mode: Coach, Name: "Sam"})
				c.do(sam, Supervise{Mode: from})
				require.Equal(t, was, c.Party(sam).Presence)
				c.do(sam, Supervise{Mode: to})
				require.Equal(t, is, c.Party(sam).Presence, "hidden %v: %d → %d", hidden, from, to)
				require.Equal(t, hidden && to == Monitor, c.Party(sam).Hidden)
			}
		}
	}
	c := activeChat(t)
	c.do(sam, Supervise{Mode: BargeIn})
	c.refused(sam, Supervise{Mode: StopWatching}, ErrNotParty)
	c.refused(sam, Supervise{Mode: StopWatching + 1}, ErrInvalid)
}

func TestPART_5_an_owner_must_hand_over_first(t *testing.T) {
	c := activeChat(t)
	c.do(sam, Supervise{Mode: BargeIn})
	c.do(maria, End{})
	require.Equal(t, sam, c.Owner)
	c.refused(sam, Supervise{Mode: Monitor}, ErrHandOverFirst)
	c.refused(sam, Supervise{Mode: Coach}, ErrHandOverFirst)
	c.refused(sam, Supervise{Mode: StopWatching}, ErrHandOverFirst)
	c.nothing(sam, Supervise{Mode: BargeIn})
	c.transfer(sam, ben)
	c.do(sam, Supervise{Mode: Monitor})
	require.Equal(t, Monitoring, c.Party(sam).Presence)
}

func TestPART_5_back_to_watching_ends_what_it_began_in_the_chat(t *testing.T) {
	c := activeChat(t)
	c.do(sam, Supervise{Mode: BargeIn})
	id := c.consult(sam, ben)
	c.do(sam, Conference{ID: "in", To: "group:x"})
	c.do(sam, Supervise{Mode: Monitor})
	require.Equal(t, EndedByLeaving, c.Consultation(id).Why)
	require.Nil(t, c.Invitation("in"))
	require.Equal(t, []*Left{{sam, BackToMonitoring}}, events[*Left](c.view(maria)))
	left := events[*Left](c.view(pat))
	require.Len(t, left, 1)
	require.Equal(t, ByItself, left[0].Why, "the contact only sees it go")
}

func TestPART_5_in_waiting_and_dormant_too(t *testing.T) {
	c := waitingChat(t, async)
	c.do(sam, Supervise{Mode: Monitor})
	c.offer(maria)
	c.accept(maria)
	c.do(maria, End{})
	c.do(sam, Supervise{Mode: Coach})
	c.refused(sam, Say{Text: "nobody to coach", To: Supervisors}, ErrPhase)
	c.refused(sam, Supervise{Mode: BargeIn}, ErrPhase)
	c.do(sam, Supervise{Mode: StopWatching})
}

func TestPART_5_who_watches_and_is_consulted_talks_and_no_longer_watches(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		c := activeChat(t, func(p *Policy) { p.HiddenMonitor = hidden })
		c.conference(maria, zoe)
		c.do(sam, Supervise{Mode: Monitor, Name: "Sam"})
		id := c.consult(maria, sam)
		require.Equal(t, Consulted, c.Party(sam).Presence)
		require.False(t, c.Party(sam).Hidden)
		require.Equal(t, !hidden, len(events[*WatchingEnded](c.view(zoe))) == 1, "those who knew of it see it go")
		c.do(sam, Say{Text: "tell me", Consultation: id})
		require.Equal(t, []string{"tell me"}, words(c.view(maria)))
		c.refused(sam, Supervise{Mode: Coach}, ErrTarget)
		c.do(sam, EndConsultation{id})
		c.do(sam, Supervise{Mode: Monitor})
	}
}

// That there is exactly one owner in active, none in waiting and dormant, and
// the last one in ended is checked after every record of every test, see
// [chat.check]. Here is what only the owner may do.
func TestPART_6_what_only_the_owner_may_do(t *testing.T) {
	c := fullChat(t)
	c.conference(maria, "agent:amy")
	for _, cmd := range []Command{Transfer{To: "agent:any"}, Remove{"agent:amy"}, SetDisposition{}, MarkDone{}} {
		c.refused(zoe, cmd, ErrNotOwner)
		c.refused(ben, cmd, ErrNotOwner)
		c.refused("agent:lea", cmd, ErrNotParty)
		c.refused(pat, cmd, ErrDenied)
		c.refused(bot, cmd, ErrDenied)
	}
	c.do(zoe, Conference{To: "agent:any"})
	c.do(zoe, Consult{To: "agent:other"})
	c.do(zoe, SetNote{"mine"})
	c.do(maria, Remove{"agent:amy"})
	c.do(maria, Transfer{To: "agent:third"})
}

func TestPART_6_the_owner_through_a_life(t *testing.T) {
	c := waitingChat(t, async)
	require.Empty(t, c.Owner)
	c.offer(maria)
	c.accept(maria)
	c.transfer(maria, ben)
	require.Equal(t, ben, c.Owner)
	c.do(ben, End{})
	require.Empty(t, c.Owner, "nobody owns a dormant chat")
	require.Equal(t, ben, c.LastOwner)
	c.do(maria, Rejoin{})
	require.Equal(t, maria, c.Owner)
	c.do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	require.Equal(t, InWaiting, c.Phase)
	require.Empty(t, c.Owner)
	c.offer(zoe)
	c.accept(zoe)
	c.do(zoe, MarkDone{})
	require.Equal(t, zoe, c.Owner)
}

func TestPART_7_remove(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	c.do(maria, Conference{To: Target(zoe)})
	c.accept(zoe)
	id := c.consult(ben, "agent:tom")
	rs := c.do(maria, Remove{ben})
	require.Equal(t, []*Left{{ben, WasRemoved}}, events[*Left](rs))
	require.Equal(t, EndedByLeaving, c.Consultation(id).Why)
	require.Equal(t, Away, c.Party(ben).Presence)
	require.True(t, c.Party(ben).Removed)
	require.Equal(t, maria, c.Owner)
	seen := c.view(ben)
	require.Equal(t, &Left{ben, WasRemoved}, seen[len(seen)-1].Event, "it sees that it was removed")
	require.Equal(t, maria, seen[len(seen)-1].By)
	c.do(pat, Say{Text: "who was that?"})
	require.Equal(t, seen, c.view(ben), "and nothing after it")
	c.refused(ben, Say{Text: "in flight"}, ErrNotParty)
	c.refused(ben, SetNote{"in flight"}, ErrNotParty)
	c.refused(maria, Remove{ben}, ErrTarget)
}

func TestPART_7_who_cannot_be_removed(t *testing.T) {
	c := fullChat(t)
	c.do(kim, Supervise{Mode: BargeIn})
	for _, id := range []PartyID{pat, maria, kim, sam, ben, "agent:tom", "agent:lea", "agent:stranger", System, ""} {
		c.refused(maria, Remove{id}, ErrTarget)
	}
	c.do(maria, Remove{bot})
	c.refused(bot, Join{}, ErrNotParty)
	require.Equal(t, ErrNotParty, c.Refusal(bot, JoinKind))
	c.do(maria, Remove{zoe})
	require.Equal(t, ErrTarget, c.Refusal(maria, RemoveKind), "nobody is left to remove")
}

func TestPART_7_who_was_removed_can_be_asked_again(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	c.do(maria, Remove{ben})
	c.conference(maria, ben)
	require.False(t, c.Party(ben).Removed)
	require.Equal(t, InChat, c.Party(ben).Presence)
}

func TestPART_8_a_bot_greets_collects_and_hands_over(t *testing.T) {
	c := newChat(t)
	p := DefaultPolicy()
	p.CaseDataKeys = nil
	c.do(bot, Start{Contact: Person{pat, "Pat"}, Policy: &p})
	c.do(bot, Join{Name: "Greeter"})
	require.Equal(t, InWaiting, c.Phase)
	require.Empty(t, c.Owner)
	c.do(bot, Say{Text: "What is your order number?"})
	c.do(pat, Say{Text: "42"})
	require.Equal(t, []string{"What is your order number?", "42"}, words(c.view(pat)))
	c.do(bot, SetCaseData{Key: "order", Value: Value{NumberValue, "42"}})
	c.do(bot, Invite{ID: "over", To: "skill:spanish/3", Note: "has order 42"})
	c.do(bot, End{})
	require.NotNil(t, c.Invitation("over"), "who is handed over stays handed over when the bot goes")
	c.offer(maria)
	c.accept(maria)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, []string{"What is your order number?", "42"}, words(c.view(maria)))
}

func TestPART_8_a_bot_is_in_the_chat_but_never_the_owner(t *testing.T) {
	c := activeChat(t)
	c.do(bot, Join{})
	require.Equal(t, InChat, c.Party(bot).Presence)
	require.False(t, c.Party(bot).Engaged, "only agents are engaged")
	c.refused(bot, Join{}, ErrDenied)
	c.conference(maria, ben)
	c.do(maria, End{})
	require.Equal(t, ben, c.Owner)
	c.refused(ben, Transfer{To: Target(bot)}, ErrInvalid)
	c.refused(ben, Conference{To: "group:x", Agent: bot}, ErrTarget)
	for _, cmd := range []Command{Transfer{To: Target(ben)}, Conference{To: Target(zoe)}, Consult{To: Target(zoe)}, MarkDone{}, Rejoin{}} {
		c.refused(bot, cmd, ErrDenied)
	}
	for _, by := range []PartyID{pat, maria, sam, System} {
		c.refused(by, Join{}, ErrDenied)
	}
}

func TestPART_8_a_bot_never_keeps_a_chat_alive(t *testing.T) {
	c := activeChat(t)
	c.do(bot, Join{})
	c.do(maria, End{})
	require.Equal(t, InEnded, c.Phase)
	c = activeChat(t, async)
	c.do(bot, Join{})
	c.do(maria, End{})
	require.Equal(t, InDormant, c.Phase)
	c = waitingChat(t)
	c.do(bot, Join{})
	c.do(pat, Leave{})
	require.Equal(t, Abandoned, c.EndedWhy)

	c = activeChat(t) // nor does it stop the inactivity timer
	end := noon.Add(DefaultPolicy().Inactivity.Warn)
	c.after(time.Minute).do(bot, Join{})
	c.after(time.Minute).do(bot, Say{Text: "still there?"})
	c.do(bot, SendFile{File: File{ID: "f", Name: "f"}})
	c.after(time.Minute).do(bot, End{})
	require.Equal(t, end, c.Wake())
}

func TestPART_8_a_bot_who_leaves_ends_nothing(t *testing.T) {
	c := waitingChat(t)
	c.do(bot, Join{})
	c.do(bot, End{})
	require.Equal(t, InWaiting, c.Phase)
	require.Equal(t, []*Left{{bot, ByItself}}, events[*Left](c.view(pat)))
	c.do(bot, Join{})
	require.Equal(t, InChat, c.Party(bot).Presence)
}

func TestPART_9_a_lost_desktop_is_shown_and_can_come_back(t *testing.T) {
	c := activeChat(t)
	c.conference(maria, ben)
	c.do(maria, Disconnect{})
	require.Equal(t, []*Disconnected{{maria}}, events[*Disconnected](c.view(ben)))
	require.Empty(t, events[*Disconnected](c.view(pat)), "not the contact's to know")
	require.Equal(t, noon.Add(time.Minute), c.Wake())
	c.after(time.Minute - time.Microsecond).idle()
	require.Equal(t, maria, c.Owner)
	c.do(maria, Reconnect{})
	c.after(time.Hour - time.Minute).now = noon.Add(time.Minute)
	c.idle()
	require.Equal(t, maria, c.Owner)
}

func TestPART_9_after_the_grace_period_it_has_left(t *testing.T) {
	c := activeChat(t)
	c.after(time.Second).conference(maria, ben)
	c.do(maria, Disconnect{})
	rs := c.after(time.Minute).elapse()
	require.Equal(t, ben, c.Owner, "LIFE-4")
	require.Equal(t, InActive, c.Phase)
	require.Equal(t, []*Left{{maria, ConnectionLost}}, events[*Left](rs))
	require.Equal(t, System, rs[0].By)
	require.Empty(t, c.Invitations)
	require.Equal(t, ByItself, events[*Left](c.view(pat))[0].Why)
}

func TestPART_9_the_only_agent_is_lost(t *testing.T) {
	c := activeChat(t)
	c.do(pat, Say{Text: "hello?"})
	id := c.consult(maria, ben)
	c.do(maria, Transfer{ID: "over", To: "group:billing"})
	c.after(time.Second).do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	require.Equal(t, InWaiting, c.Phase)
	require.Empty(t, c.Owner)
	require.Equal(t, noon, c.StartedAt, "its original age")
	require.Equal(t, noon, c.Pending, "and the contact's wait")
	require.Equal(t, EndedByLeaving, c.Consultation(id).Why)
	require.Len(t, c.Invitations, 1, "offered again")
	require.Equal(t, sales, c.Invitations[0].Target, "to the target through which she came")
	require.Equal(t, ForInbound, c.Invitations[0].Purpose)
	require.Empty(t, c.Invitations[0].Agent, "the router finds somebody")
	c.do(pat, Say{Text: "anybody?"})
	c.offer(zoe)
	c.accept(zoe)
	require.Equal(t, zoe, c.Owner)
}

func TestPART_9_the_target_through_which_the_lost_agent_came(t *testing.T) {
	lose := func(c *chat, agent PartyID) Target {
		c.do(agent, Disconnect{})
		c.after(time.Minute).elapse()
		require.Equal(t, InWaiting, c.Phase)
		require.Len(t, c.Invitations, 1)
		return c.Invitations[0].Target
	}
	c := activeChat(t)
	c.do(maria, Transfer{ID: "over", To: "group:billing", Agent: ben})
	c.accept(ben)
	require.Equal(t, Target("group:billing"), lose(c, ben))

	c = activeChat(t)
	c.transfer(maria, ben)
	require.Equal(t, sales, lose(c, ben), "a person who is lost is no target; where the chat began is")

	c = newChat(t)
	c.do(pat, Start{Contact: Person{pat, "Pat"}, Target: Target(maria)})
	c.accept(maria)
	require.Equal(t, Target(maria), lose(c, maria))

	c = newChat(t)
	c.do(pat, Start{Contact: Person{pat, "Pat"}})
	c.do(System, Invite{To: "skill:spanish"})
	c.offer(maria)
	c.accept(maria)
	require.Equal(t, Target("skill:spanish"), lose(c, maria))
}

func TestPART_9_the_lost_agent_is_asked_first_if_it_returns_in_time(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	c.do(maria, Reconnect{})
	require.Equal(t, maria, c.Invitations[0].Agent)
	c.nothing(maria, Reconnect{})
	c.accept(maria)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, InActive, c.Phase)

	c = activeChat(t) // somebody else has the offer
	c.do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	c.offer(ben)
	c.nothing(maria, Reconnect{})
	c.accept(ben)
	c.refused(maria, Reconnect{}, ErrPhase)

	c = activeChat(t) // she does not want it
	c.do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	c.do(maria, Reconnect{})
	c.do(maria, Decline{Invitation: c.offerOf(maria)})
	c.nothing(maria, Reconnect{}) // never twice in one round
	require.Empty(t, c.Invitations[0].Agent)

	c = activeChat(t) // not who was never the owner
	c.conference(maria, ben)
	c.do(ben, End{})
	c.do(maria, Disconnect{})
	c.after(time.Minute).elapse()
	c.nothing(ben, Reconnect{})
}

func TestPART_9_too_late_is_decided_after_the_deadline(t *testing.T) {
	c := activeChat(t)
	c.do(maria, Disconnect{})
	c.after(time.Minute + time.Microsecond)
	rs := c.do(maria, Reconnect{})
	require.Equal(t, []*Left{{maria, ConnectionLost}}, events[*Left](rs))
	require.Equal(t, InWaiting, c.Phase)
	require.Equal(t, maria, c.Invitations[0].Agent, "but she is asked first")

	c = activeChat(t)
	c.do(maria, Disconnect{})
	c.after(time.Minute).do(maria, Reconnect{})
	require.Equal(t, InActive, c.Phase, "at the very moment the log's order is the judge")
}

func TestPART_9_attached_parties_are_lost_too(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.do(sam, Supervise{Mode: Monitor})
	c.do(bot, Join{})
	for _, who := range []PartyID{ben, sam, bot} {
		c.do(who, Disconnect{})
	}
	c.after(time.Minute).elapse()
	for _, who := range []PartyID{ben, sam, bot} {
		require.Equal(t, Away, c.Party(who).Presence, who)
	}
	require.Equal(t, EndedByLeaving, c.Consultation(id).Why)
	require.Equal(t, maria, c.Owner)
	require.Equal(t, InActive, c.Phase)
}

func TestPART_9_a_last_owner_who_watches_is_lost_like_any_other(t *testing.T) {
	c := activeChat(t, async)
	c.transfer(maria, sam)
	c.do(sam, End{})
	c.do(sam, Supervise{Mode: Monitor})
	c.do(sam, Disconnect{})
	require.False(t, c.Connected(sam))
	c.do(sam, Reconnect{})
	c.do(sam, Disconnect{})
	c.after(time.Minute).elapse()
	require.Equal(t, Away, c.Party(sam).Presence)
}

func TestPART_9_who_is_handed_a_chat_while_lost_is_still_lost(t *testing.T) {
	c := activeChat(t)
	id := c.consult(maria, ben)
	c.do(ben, Disconnect{})
	c.do(maria, Transfer{Consultation: id})
	require.Equal(t, ben, c.Owner)
	require.False(t, c.Connected(ben))
	c.after(time.Minute).elapse()
	require.Equal(t, InWaiting, c.Phase, "the contact is not left alone")
	require.Len(t, c.Invitations, 1)
}

func TestPART_9_without_a_grace_period_the_desktop_can_come_back_for_ever(t *testing.T) {
	c := activeChat(t, func(p *Policy) { p.AgentGrace, p.Inactivity.Warn, p.Inactivity.End = 0, 0, 0 })
	c.do(maria, Disconnect{})
	c.after(365 * 24 * time.Hour).idle()
	require.Equal(t, maria, c.Owner)
}

func TestPART_9_not_once_the_chat_is_over(t *testing.T) {
	c := activeChat(t)
	c.do(maria, End{})
	c.do(maria, Disconnect{})
	c.after(time.Hour).idle()
	require.Equal(t, InEnded, c.Phase)
	c.do(maria, MarkDone{})
}
