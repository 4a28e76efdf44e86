package interaction

import (
	"math"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chatkernel/chatkernel/timers"
)

// An audienceAccount works out from the log alone, by rules of its own, who is
// there and who may see which record (PART-2).
type audienceAccount struct {
	seats       map[PartyID]*seat
	sides       map[string][2]PartyID // of each consultation: initiator and target
	invitations map[string]string     // the consultation that an invitation belongs to
	files       map[string]Audience
	contacts    map[PartyID]bool // whose history it is or was first
	first       PartyID
}

// A seat is how somebody takes part.
type seat struct {
	inChat, watching, hidden, coaching bool
	consulted                          map[string]bool
	until                              uint64 // the last position that it may see of the chat
	since                              uint64 // when it came into the chat
}

func (s *seat) here() bool { return s.inChat || s.watching || len(s.consulted) > 0 }

func newAudienceAccount() audienceAccount {
	return audienceAccount{
		seats: map[PartyID]*seat{}, sides: map[string][2]PartyID{}, invitations: map[string]string{},
		files: map[string]Audience{}, contacts: map[PartyID]bool{},
	}
}

func (a *audienceAccount) seat(id PartyID) *seat {
	if a.seats[id] == nil {
		a.seats[id] = &seat{consulted: map[string]bool{}}
	}
	return a.seats[id]
}

// note follows the log. It also judges whether the record has the audience
// that its event must have, given where its author stood before.
func (a *audienceAccount) note(t *rapid.T, before *State, r *Record) {
	a.judge(t, before, r)
	moved := PartyID("")
	switch e := r.Event.(type) {
	case *Started:
		a.first = e.Contact.ID
		a.contacts[a.first] = true
	case *ContactAssigned:
		a.contacts = map[PartyID]bool{a.first: true, e.Contact.ID: true}
	case *Invited:
		a.invitations[e.Invitation] = e.Consultation
		if e.Purpose == ForConsultation {
			a.sides[e.Consultation] = [2]PartyID{r.By}
		}
	case *Joined:
		s := a.seat(e.Party)
		s.inChat, s.watching, s.hidden, s.coaching = true, false, false, false
		s.since = r.Seq
		moved = e.Party
	case *Left:
		a.seat(e.Party).inChat = false
		moved = e.Party
	case *Watching:
		s := a.seat(e.Party)
		s.watching, s.hidden, s.coaching = true, e.Hidden, e.Coaching
		moved = e.Party
	case *WatchingEnded:
		s := a.seat(e.Party)
		s.watching, s.hidden, s.coaching = false, false, false
		moved = e.Party
	case *ConsultationJoined:
		a.sides[e.Consultation] = [2]PartyID{a.sides[e.Consultation][0], e.Party}
		a.seat(e.Party).consulted[e.Consultation] = true
		moved = e.Party
	case *ConsultationEnded:
		moved = a.sides[e.Consultation][1]
		delete(a.seat(moved).consulted, e.Consultation)
	case *FileSent:
		a.files[e.File.ID] = r.Audience
	}
	if moved == "" {
		return
	}
	if s := a.seat(moved); s.here() {
		s.until = math.MaxUint64
	} else if s.until == math.MaxUint64 {
		s.until = r.Seq
	}
}

// sees is who may see what.
func (a *audienceAccount) sees(v Viewer, r *Record) bool {
	role := v.ID.Role()
	if v.Purpose == History {
		switch r.Audience.Scope {
		case OneConsultation:
			return false
		case Everyone:
			return role == RoleAgent || role == RoleSupervisor || role == RoleSystem || a.contacts[v.ID]
		case Internal:
			return role == RoleAgent || role == RoleSupervisor || role == RoleSystem
		}
		return role == RoleSupervisor || role == RoleSystem || r.Audience.To == v.ID
	}
	s := a.seats[v.ID]
	side := a.sides[r.Audience.Consultation]
	switch {
	case r.Audience.To == v.ID && v.ID != "":
		return true
	case r.Audience.Scope == OneConsultation:
		return side[0] == v.ID || side[1] == v.ID
	case s == nil || r.Seq > s.until:
		return false
	case r.Audience.Scope == Everyone:
		return true
	case r.Audience.Scope == Internal:
		return role != RoleContact
	}
	return role == RoleSupervisor
}

// judge says which audience an event must have.
func (a *audienceAccount) judge(t *rapid.T, before *State, r *Record) {
	got := r.Audience
	of := func(consultation string) Audience {
		if consultation != "" {
			return Audience{Scope: OneConsultation, Consultation: consultation}
		}
		return Audience{Scope: Internal}
	}
	presence := func(id PartyID) (Audience, bool) {
		switch s := a.seat(id); {
		case s.inChat:
			return Audience{Scope: Everyone}, true
		case s.watching && s.hidden:
			return Audience{Scope: Supervisors}, true
		case s.watching:
			return Audience{Scope: Internal}, true
		case len(s.consulted) > 0:
			_, its := s.consulted[got.Consultation]
			return got, its && got.Scope == OneConsultation
		}
		return Audience{}, false
	}
	if e, ok := r.Event.(*OwnerChanged); ok {
		for id, s := range a.seats {
			if s.inChat && id.Role().staff() && id != before.Owner {
				require.LessOrEqual(t, a.seat(e.Owner).since, s.since, "LIFE-4: %s has been in the chat longer than %s", id, e.Owner)
			}
		}
	}
	fits := func(want Audience) { require.Equal(t, want, got, "%s by %s", r.Event.Kind(), r.By) }
	switch e := r.Event.(type) {
	case *Invited:
		want := of(e.Consultation)
		want.To = e.Agent
		fits(want)
	case *Offered:
		want := of(a.invitations[e.Invitation])
		want.To = e.Agent
		fits(want)
	case *OfferReturned:
		want := of(a.invitations[e.Invitation])
		want.To = e.Agent
		fits(want)
	case *InvitationClosed:
		want := of(a.invitations[e.Invitation])
		want.To = e.Agent
		fits(want)
	case *Joined, *Left, *Announced, *Ended, *URLPushed:
		fits(Audience{Scope: Everyone})
	case *ConsultationJoined:
		fits(of(e.Consultation))
	case *ConsultationEnded:
		fits(of(e.Consultation))
	case *ConsultationMarked:
		fits(of(e.Consultation))
	case *Watching:
		if e.Hidden {
			fits(Audience{Scope: Supervisors})
		} else {
			fits(Audience{Scope: Internal})
		}
	case *WatchingEnded:
		want, here := presence(e.Party)
		require.True(t, here && a.seat(e.Party).watching)
		fits(want)
	case *Disconnected:
		a.judgeConnection(t, before, e.Party, got, presence)
	case *Reconnected:
		a.judgeConnection(t, before, e.Party, got, presence)
	case *MarkedRead:
		if r.By.Role() == RoleContact {
			fits(Audience{Scope: Internal})
		} else {
			fits(Audience{Scope: OneConsultation, To: r.By}) // nobody else's affair
		}
	case *Said:
		a.judgeWords(t, before, r)
	case *FileSent:
		a.judgeWords(t, before, r)
	case *FileJudged:
		was := a.files[e.File]
		require.Equal(t, was.Scope, got.Scope)
		require.Equal(t, was.Consultation, got.Consultation)
		require.Contains(t, []PartyID{"", was.To}, got.To)
	default:
		fits(Audience{Scope: Internal})
	}
}

// judgeConnection: only the contact's own connection is everybody's to know.
func (a *audienceAccount) judgeConnection(t *rapid.T, before *State, id PartyID, got Audience, presence func(PartyID) (Audience, bool)) {
	want, here := presence(id)
	require.True(t, here, "%s is not there", id)
	if want.Scope == Everyone && (id.Role() != RoleContact || before.Phase.over()) {
		want.Scope = Internal
	}
	require.Equal(t, want, got, "connection of %s", id)
}

// judgeWords: whoever is not in the chat cannot reach the contact, and what is
// for few reaches few.
func (a *audienceAccount) judgeWords(t *rapid.T, before *State, r *Record) {
	s, got := a.seat(r.By), r.Audience
	require.True(t, s.here(), "%s is not there", r.By)
	require.False(t, before.Phase.over(), "said in %s", before.Phase)
	if !s.inChat {
		require.NotEqual(t, Everyone, got.Scope, "%s is not in the chat", r.By)
		require.NotEqual(t, Internal, got.Scope, "%s is not in the chat", r.By)
	}
	switch role := r.By.Role(); {
	case role == RoleContact:
		require.Equal(t, Audience{Scope: Everyone}, got)
	case got.Scope == OneConsultation:
		require.Contains(t, a.sides[got.Consultation], r.By)
	case got.Scope == Supervisors && s.coaching && s.watching:
		require.Equal(t, before.Owner, got.To, "a coach speaks to the owner")
	case got.Scope == Supervisors:
		require.True(t, role.staff() && s.inChat)
		require.Equal(t, r.By, got.To, "it reads its own words")
	default:
		require.Empty(t, got.To)
	}
}

// A clockAccount keeps from the log alone since when what has waited, so that
// nothing comes early (TIME-7), and says what the clocks must stand at.
type clockAccount struct {
	policy   Policy
	pending  time.Time
	activity time.Time
	warned   time.Time
	ended    time.Time
	offered  map[string]time.Time
	lost     map[PartyID]time.Time
	files    map[string]*Record
	verdicts map[string]Verdict
	over     bool
}

func newClockAccount() clockAccount {
	return clockAccount{
		offered: map[string]time.Time{}, lost: map[PartyID]time.Time{},
		files: map[string]*Record{}, verdicts: map[string]Verdict{},
	}
}

// judge refuses what comes early or without its reason.
func (c *clockAccount) judge(t *rapid.T, before *State, r *Record) {
	late := func(since time.Time, wait time.Duration) {
		require.False(t, since.IsZero(), "%s for no reason", r.Event.Kind())
		require.Positive(t, wait, "%s though it is switched off", r.Event.Kind())
		require.False(t, r.At.Before(since.Add(wait)), "%s at %v: early", r.Event.Kind(), r.At)
	}
	switch e := r.Event.(type) {
	case *OfferReturned:
		if e.Why == WasUnanswered {
			late(c.offered[e.Invitation], c.policy.NoAnswer)
		}
	case *InvitationClosed:
		if e.Why == WasUnanswered {
			late(c.offered[e.Invitation], c.policy.NoAnswer)
		}
	case *ResponseStage:
		require.Greater(t, e.Stage, before.Stage, "TIME-2: a stage only grows graver")
		wait := c.policy.Response.Warn
		if e.Stage == timers.Red {
			wait = c.policy.Response.Late
		}
		late(c.pending, wait)
	case *Announced:
		switch i := c.inactivity(before.Phase); e.Message {
		case InactivityWarning:
			require.True(t, c.warned.IsZero(), "TIME-3: warned twice")
			late(c.activity, i.Warn)
		case InactivityEnd:
			late(c.activity, i.End)
			if i.Warn > 0 {
				late(c.warned, i.End-i.Warn)
			}
		}
	case *Left:
		if e.Why == ConnectionLost {
			grace := c.policy.AgentGrace
			if e.Party.Role() == RoleContact {
				require.False(t, c.policy.Async, "LIFE-14")
				grace = c.policy.ContactGrace
			}
			late(c.lost[e.Party], grace)
		}
	case *Closed:
		if e.Why == AutoClosed && c.policy.AfterContact == CloseLater && c.policy.CloseDelay > 0 {
			late(c.ended, c.policy.CloseDelay)
		}
	}
}

func (c *clockAccount) inactivity(p Phase) timers.Inactivity {
	if p == InDormant {
		return c.policy.DormantInactivity
	}
	return c.policy.Inactivity
}

func (c *clockAccount) note(r *Record) {
	public := r.Audience.Scope == Everyone
	switch e := r.Event.(type) {
	case *Started:
		c.policy = e.Policy
		c.active(r.At)
	case *Invited:
		if e.Agent != "" {
			c.offered[e.Invitation] = r.At
		}
	case *Offered:
		c.offered[e.Invitation] = r.At
	case *Announced:
		if e.Message == InactivityWarning {
			c.warned = r.At
		}
	case *Said:
		c.word(r, public, true)
	case *URLPushed:
		c.word(r, public, true)
	case *FileSent:
		c.files[e.File.ID], c.verdicts[e.File.ID] = r, e.File.Verdict
		c.word(r, public, e.File.Verdict == Available)
	case *FileJudged:
		sent, was := c.files[e.File], c.verdicts[e.File]
		c.verdicts[e.File] = e.Verdict
		// Now the contact sees what was held back: it answers what came before it.
		if was != Available && e.Verdict == Available && sent.Audience.Scope == Everyone &&
			c.answers(sent.By) && !sent.At.Before(c.pending) {
			c.pending = time.Time{}
		}
	case *Joined:
		c.here(r, e.Party)
		if e.Party.Role() != RoleBot {
			c.active(r.At)
		}
	case *Left:
		if e.Party.Role() != RoleBot {
			c.active(r.At)
		}
	case *BecameDormant:
		c.active(r.At)
	case *Watching:
		c.here(r, e.Party)
	case *ConsultationJoined:
		c.here(r, e.Party)
	case *Reconnected:
		delete(c.lost, e.Party)
	case *Disconnected:
		c.lost[e.Party] = r.At
	case *Ended:
		c.ended, c.pending, c.over = r.At, time.Time{}, true
	}
}

// here is a party that comes: its desktop is there if it came by itself, and
// not if it was put there.
func (c *clockAccount) here(r *Record, id PartyID) {
	if r.By == id {
		delete(c.lost, id)
	}
}

func (c *clockAccount) active(at time.Time) { c.activity, c.warned = at, time.Time{} }

// word is what somebody said, sent or pushed.
func (c *clockAccount) word(r *Record, public, visible bool) {
	if !public {
		return
	}
	switch {
	case r.By.Role() == RoleContact:
		if c.pending.IsZero() && !c.over {
			c.pending = r.At
		}
	case visible && c.answers(r.By):
		c.pending = time.Time{}
	}
	if r.By.Role() != RoleBot {
		c.active(r.At)
	}
}

// answers reports whether the party's words answer the contact (TIME-1).
func (c *clockAccount) answers(id PartyID) bool {
	return id.Role().staff() || id.Role() == RoleBot && c.policy.BotsAnswer
}

func (c *clockAccount) agree(t *rapid.T, s *State) {
	require.Equal(t, c.pending, s.Pending, "TIME-1")
	require.Equal(t, c.pending.IsZero(), s.Stage == timers.None, "TIME-2")
	require.Equal(t, c.activity, s.Activity, "TIME-3")
	require.Equal(t, c.warned, s.Warned, "TIME-3")
	for i := range s.Parties {
		if p := &s.Parties[i]; p.Here() {
			require.Equal(t, c.lost[p.ID], p.Disconnected, "PART-9: connection of %s", p.ID)
		}
	}
}
