package chatxml_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// replays checks what holds for every import: the batches pass the codec, the
// log replays to a chat that is done, and gives the transcript back.
func replays(t require.TestingT, d *chatxml.Document, m *chatxml.Imported) []interaction.Record {
	var s interaction.State
	var log []interaction.Record
	for i := range m.Batches {
		b := &m.Batches[i]
		require.NotEmpty(t, b.Records)
		data := interaction.AppendBatch(nil, b)
		got, err := interaction.DecodeBatch(data, s.Seq(), b.Records[0].At)
		require.NoError(t, err)
		require.Equal(t, *b, got)
		for _, r := range got.Records {
			require.False(t, r.At.Before(s.At()), "time goes on")
			require.Equal(t, time.UTC, r.At.Location())
			require.NoError(t, s.Apply(r))
			checkOwner(t, &s)
		}
		log = append(log, got.Records...)
	}
	require.Equal(t, interaction.InDone, s.Phase)
	require.Equal(t, m.State, s)
	require.Equal(t, m.Records(), log)
	require.True(t, s.Wake().IsZero(), "a past chat waits for nothing")
	require.Empty(t, s.Seeks())
	for _, c := range s.Consultations {
		require.Equal(t, interaction.ConsultationDone, c.Stage, "nobody has work left")
	}
	back, ok := chatxml.Original(log)
	require.True(t, ok)
	require.Equal(t, d, back)
	return log
}

// checkOwner is PART-6: one owner in active, an agent in the chat, and none in
// waiting.
func checkOwner(t require.TestingT, s *interaction.State) {
	switch s.Phase {
	case interaction.InActive:
		p := s.Party(s.Owner)
		require.NotNil(t, p)
		require.Equal(t, interaction.InChat, p.Presence)
	case interaction.InWaiting:
		require.Empty(t, s.Owner)
		for _, p := range s.Parties {
			staff := p.ID.Role() == interaction.RoleAgent || p.ID.Role() == interaction.RoleSupervisor
			require.False(t, staff && p.Presence == interaction.InChat, "an agent in a waiting chat")
		}
	}
}

func imported(t require.TestingT, text string) (*chatxml.Imported, []interaction.Record) {
	d := parse(t, text)
	m, err := chatxml.Import(d, nil)
	require.NoError(t, err)
	return m, replays(t, d, m)
}

// lines are what a viewer reads in a chat, automatic messages with a star.
func lines(s *interaction.State, log []interaction.Record, id interaction.PartyID) []string {
	v := transcript.View{State: s, Viewer: interaction.Viewer{ID: id, Purpose: interaction.History}}
	var all []string
	for i := range log {
		shown, ok := s.Show(v.Viewer, &log[i])
		if !ok {
			continue
		}
		switch e := v.Entry(&shown); e.Kind {
		case transcript.Message, transcript.Link:
			all = append(all, e.From.Name+": "+e.Text)
		case transcript.Automatic:
			all = append(all, "* "+e.Text)
		case transcript.Join:
			all = append(all, "+"+e.About.Name)
		case transcript.Leave:
			all = append(all, "-"+e.About.Name)
		case transcript.Phase:
			all = append(all, e.Data.Event+" "+e.Data.Why)
		}
	}
	return all
}

// joins is a newParty.
func joins(n, shift int, visibility, userType, person, nick string) string {
	return fmt.Sprintf(`<newParty userId="%016X" timeShift="%d" visibility="%s" eventId="%d"><userInfo personId="%s" userNick="%s" userType="%s"/></newParty>`,
		n, shift, visibility, shift+1, person, nick, userType)
}

func says(n, shift int, visibility, text string) string {
	return fmt.Sprintf(`<message userId="%016X" timeShift="%d" visibility="%s" eventId="%d"><msgText>%s</msgText></message>`, n, shift, visibility, shift+1, text)
}

func leaves(n, shift int, visibility string, asker int, code string) string {
	if code != "" {
		code = ` code="` + code + `"`
	}
	return fmt.Sprintf(`<partyLeft userId="%016X" timeShift="%d" visibility="%s" eventId="%d" askerId="%016X"><reason%s>x</reason></partyLeft>`,
		n, shift, visibility, shift+1, asker, code)
}

const (
	pat = interaction.PartyID("contact:s")
	ann = interaction.PartyID("agent:ann")
	bob = interaction.PartyID("agent:bob")
	sam = interaction.PartyID("supervisor:sam")
)

func TestHIST_6_the_sample_replays(t *testing.T) {
	m, log := imported(t, sample)
	s := &m.State
	require.Equal(t, "000AAaBBBB000001", m.SessionID)
	require.Equal(t, time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), s.StartedAt)
	require.Equal(t, s.StartedAt.Add(70*time.Second), s.EndedAt)
	require.Equal(t, interaction.ByAgent, s.EndedWhy)
	require.Equal(t, interaction.MarkedDone, s.ClosedWhy)
	require.Equal(t, interaction.Person{ID: "contact:000AAaBBBB000001", Name: "Pat"}, s.Contact)
	require.Equal(t, "Bill", s.Start.Subject)
	require.Equal(t, []interaction.Field{{Key: "tier", Value: interaction.Value{Text: "gold"}}}, s.CaseData)
	require.Equal(t, interaction.PartyID("agent:ag1"), s.LastOwner)
	require.True(t, s.Party("agent:ag1").Engaged)
	require.False(t, s.Party("agent:ag2").Engaged, "a consulted agent has no history entry (CONS-10)")
	public := []string{"+Pat", "+Ann", "Pat: Hello", "Ann: We pay it back.", "-Ann", "-Pat", "ended agent"}
	require.Equal(t, public, lines(s, log, s.Contact.ID))
	internal := append(append([]string{"started "}, public...), "closed marked-done")
	require.Equal(t, internal, lines(s, log, "agent:x"), "a consultation is in nobody's history")
	require.Equal(t, internal, lines(s, log, "supervisor:x"))
	require.True(t, s.Sees(interaction.Viewer{ID: "agent:ag2"}, said(t, log, "Offer a refund")), "its sides had it")
	require.True(t, s.Sees(interaction.Viewer{ID: "agent:ag1"}, said(t, log, "Offer a refund")))
	require.False(t, s.Sees(interaction.Viewer{ID: s.Contact.ID}, said(t, log, "Offer a refund")))
	require.Equal(t, s.StartedAt.Add(40*time.Second), said(t, log, "Offer a refund").At)
}

func said(t require.TestingT, log []interaction.Record, text string) *interaction.Record {
	for i := range log {
		if e, ok := log[i].Event.(*interaction.Said); ok && e.Text == text {
			return &log[i]
		}
	}
	require.Fail(t, "nobody said "+text)
	return nil
}

func TestHIST_6_options(t *testing.T) {
	d := parse(t, sample)
	m, err := chatxml.Import(d, &chatxml.Options{
		Contact: interaction.Person{ID: "contact:7", Name: "Patricia"},
		Party: func(p chatxml.Participant) interaction.PartyID {
			if p.PersonID == "ag1" {
				require.Equal(t, chatxml.Participant{ID: "agent:ag1", PersonID: "ag1", Nick: "Ann", UserType: "AGENT"}, p)
				return "agent:ann"
			}
			return ""
		},
	})
	require.NoError(t, err)
	replays(t, d, m)
	require.Equal(t, interaction.Person{ID: "contact:7", Name: "Patricia"}, m.State.Contact)
	require.Equal(t, ann, m.State.LastOwner)
	require.NotNil(t, m.State.Party("agent:ag2"))

	_, err = chatxml.Import(d, &chatxml.Options{Contact: interaction.Person{ID: "agent:7"}})
	require.ErrorIs(t, err, chatxml.ErrParty)
	_, err = chatxml.Import(d, &chatxml.Options{Party: func(chatxml.Participant) interaction.PartyID { return "bot:x" }})
	require.ErrorIs(t, err, chatxml.ErrParty)
	for _, start := range []string{"", "yesterday"} {
		_, err = chatxml.Import(parse(t, `<chatTranscript startAt="`+start+`"/>`), nil)
		require.ErrorIs(t, err, chatxml.ErrStart)
	}
	_, err = chatxml.Import(&chatxml.Document{Root: chatxml.Element{Name: "x"}}, nil)
	require.ErrorIs(t, err, chatxml.ErrRoot)
}

// A hostile transcript cannot make an interaction that is slow to read.
func TestHIST_6_imports_are_bounded(t *testing.T) {
	many := func(n int, join func(i int) string) error {
		var b strings.Builder
		for i := range n {
			b.WriteString(join(i))
		}
		_, err := chatxml.Import(parse(t, only(b.String())), nil)
		return err
	}
	again := func(int) string { return joins(1, 0, "ALL", "AGENT", "ann", "Ann") }
	require.NoError(t, many(1000, again))
	require.ErrorIs(t, many(1001, again), chatxml.ErrTooMany)
	bots := func(i int) string { return joins(i, 0, "ALL", "EXTERNAL", "", "Bot"+strconv.Itoa(i)) }
	require.NoError(t, many(199, bots), "and the contact")
	require.ErrorIs(t, many(200, bots), chatxml.ErrTooMany)
	consulted := func(i int) string { return joins(i, 0, "INT", "AGENT", "a"+strconv.Itoa(i), "Ann") }
	require.NoError(t, many(50, consulted))
	require.ErrorIs(t, many(51, consulted), chatxml.ErrTooMany)

	var items strings.Builder
	for i := range 300 {
		items.WriteString(`<item key="k` + strconv.Itoa(i) + `">v</item>`)
	}
	m, _ := imported(t, only(`<newParty><userInfo userType="CLIENT"/><userData>`+items.String()+`</userData></newParty>`))
	require.Len(t, m.State.CaseData, 200)
}

// Traps 1 and 2: several events share a second, numbers have gaps, and the
// numbers are the order.
func TestHIST_6_time_and_order(t *testing.T) {
	_, log := imported(t, only(joins(1, 0, "ALL", "CLIENT", "", "Pat")+
		`<message userId="0000000000000001" timeShift="5" visibility="ALL" eventId="92"><msgText>third</msgText></message>`+
		`<message userId="0000000000000001" timeShift="5" visibility="ALL" eventId="9"><msgText>first</msgText></message>`+
		`<message userId="0000000000000001" timeShift="3" visibility="ALL"><msgText>second</msgText></message>`+
		`<message userId="0000000000000001" timeShift="-1e9" visibility="ALL" eventId="96"><msgText>fourth</msgText></message>`+
		`<message userId="0000000000000001" timeShift="
7" visibility="ALL" eventId="97"><msgText>fifth</msgText></message>`))
	start := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	var last uint64
	for i, text := range []string{"first", "second", "third", "fourth", "fifth"} {
		r := said(t, log, text)
		require.Greater(t, r.Seq, last, text)
		require.Equal(t, start.Add(time.Duration([]int{5, 5, 5, 5, 7}[i])*time.Second), r.At, text)
		last = r.Seq
	}
}

// Trap 3: who joins twice is one party.
func TestHIST_6_a_person_who_joins_twice(t *testing.T) {
	m, log := imported(t, only(joins(1, 0, "ALL", "CLIENT", "", "Pat")+joins(2, 1, "ALL", "AGENT", "ann", "Ann")+
		leaves(1, 2, "ALL", 1, "3")+joins(3, 5, "ALL", "CLIENT", "", "Patsy")+says(3, 6, "ALL", "back")+
		joins(4, 7, "ALL", "AGENT", "ann", "Ann")+leaves(2, 8, "ALL", 2, "")+says(4, 9, "ALL", "still here")+leaves(4, 10, "ALL", 4, "1")))
	require.Len(t, m.State.Parties, 2)
	require.Equal(t, []string{"+Pat", "+Ann", "-Pat", "+Patsy", "Patsy: back", "+Ann", "Ann: still here", "-Ann", "ended agent"}, lines(&m.State, log, pat))
	require.Equal(t, interaction.ConnectionLost, left(t, log, pat))
}

// left is why a party left last.
func left(t require.TestingT, log []interaction.Record, id interaction.PartyID) (why interaction.Leaving) {
	found := false
	for i := range log {
		if e, ok := log[i].Event.(*interaction.Left); ok && e.Party == id {
			why, found = e.Why, true
		}
	}
	require.True(t, found, id)
	return why
}

// Trap 5: the four ways in which chats end and go on.
func TestHIST_6_patterns_of_leaving(t *testing.T) {
	base := joins(1, 0, "ALL", "CLIENT", "", "Pat") + joins(2, 1, "ALL", "AGENT", "ann", "Ann")
	for _, c := range []struct {
		name   string
		inside string
		ended  interaction.Ending
		closed interaction.Closing
		owner  interaction.PartyID
		left   map[interaction.PartyID]interaction.Leaving
	}{
		{"the agent ends", base + leaves(2, 9, "ALL", 2, "2") + leaves(1, 9, "ALL", 2, "4"), interaction.ByAgent, interaction.MarkedDone, ann,
			map[interaction.PartyID]interaction.Leaving{ann: interaction.ByItself, pat: interaction.WasRemoved}},
		{"the contact leaves", base + leaves(1, 9, "ALL", 1, "") + leaves(2, 9, "ALL", 2, "2"), interaction.ContactLeft, interaction.AutoClosed, ann,
			map[interaction.PartyID]interaction.Leaving{ann: interaction.ByItself, pat: interaction.ByItself}},
		{"transfer", base + leaves(2, 5, "ALL", 2, "") + says(1, 6, "ALL", "?") + joins(3, 9, "ALL", "AGENT", "bob", "Bob") + leaves(3, 10, "ALL", 3, "1"),
			interaction.ByAgent, interaction.MarkedDone, bob, map[interaction.PartyID]interaction.Leaving{ann: interaction.AfterTransfer, bob: interaction.ByItself}},
		{"the agent comes back", base + leaves(2, 5, "ALL", 2, "") + joins(3, 9, "ALL", "AGENT", "ann", "Ann"),
			interaction.ByAgent, interaction.MarkedDone, ann, map[interaction.PartyID]interaction.Leaving{ann: interaction.ByItself}},
		{"conference", base + joins(3, 2, "ALL", "AGENT", "bob", "Bob") + leaves(2, 5, "ALL", 2, ""),
			interaction.ByAgent, interaction.MarkedDone, bob, map[interaction.PartyID]interaction.Leaving{ann: interaction.ByItself}},
		{"removed from it", base + joins(3, 2, "ALL", "AGENT", "bob", "Bob") + leaves(3, 5, "ALL", 2, "4"),
			interaction.ByAgent, interaction.MarkedDone, ann, map[interaction.PartyID]interaction.Leaving{bob: interaction.WasRemoved}},
		{"bot dropped", joins(4, 0, "ALL", "AGENT", "", "Robo") + base + leaves(4, 2, "ALL", 4, "3"),
			interaction.ByAgent, interaction.MarkedDone, ann, map[interaction.PartyID]interaction.Leaving{"bot:Robo": interaction.ConnectionLost}},
		{"by the server", base + leaves(2, 9, "ALL", 2, "5"), interaction.ByAgent, interaction.MarkedDone, ann,
			map[interaction.PartyID]interaction.Leaving{ann: interaction.ByItself}},
		{"inactivity", base + leaves(1, 9, "ALL", 0, "7") + leaves(2, 9, "ALL", 0, "7"), interaction.ByInactivity, interaction.MarkedDone, ann,
			map[interaction.PartyID]interaction.Leaving{ann: interaction.ByItself, pat: interaction.ByItself}},
		{"nobody came", joins(1, 0, "ALL", "CLIENT", "", "Pat") + leaves(1, 9, "ALL", 1, ""), interaction.Abandoned, interaction.ClosedAbandoned, "",
			map[interaction.PartyID]interaction.Leaving{pat: interaction.ByItself}},
		{"nothing at all", "", interaction.Abandoned, interaction.ClosedAbandoned, "", nil},
	} {
		m, log := imported(t, only(c.inside))
		require.Equal(t, c.ended, m.State.EndedWhy, c.name)
		require.Equal(t, c.closed, m.State.ClosedWhy, c.name)
		require.Equal(t, c.owner, m.State.LastOwner, c.name)
		for id, why := range c.left {
			require.Equal(t, why, left(t, log, id), "%s: %s", c.name, id)
		}
	}
}

// Traps 6 and 7: workflows stay, bots look like agents.
func TestHIST_6_bots_and_workflows(t *testing.T) {
	styled := `<newParty userId="B" timeShift="2" visibility="ALL" eventId="3"><userInfo personId="p7" userNick="Robo" userType="AGENT"/>` +
		`<eventAttributes><item key="GCTI_SYSTEM" type="kvlist"><item key="party-info" type="kvlist"><item key="style">BOT</item></item></item></eventAttributes></newParty>`
	older := `<newParty userId="C" timeShift="2" visibility="ALL" eventId="4"><userInfo personId="" userNick="Old" userType="AGENT"/>` +
		`<userData><item key="GCTI_Chat_PartyStyle">BOT</item></userData></newParty>`
	m, log := imported(t, only(joins(9, 0, "ALL", "EXTERNAL", "", "Flow")+joins(1, 1, "ALL", "CLIENT", "", "Pat")+styled+older+
		says(1, 5, "ALL", "hi")+joins(8, 6, "ALL", "SYSTEM", "", "")+says(8, 7, "ALL", "wait")+leaves(1, 8, "ALL", 1, "")+says(9, 99, "ALL", "late")))
	for _, id := range []interaction.PartyID{"bot:Flow", "bot:p7", "bot:Old"} {
		require.NotNil(t, m.State.Party(id), id)
	}
	require.Empty(t, m.State.LastOwner)
	require.Equal(t, interaction.Abandoned, m.State.EndedWhy, "a bot is nobody who accepts")
	require.Equal(t, []string{"+Flow", "+Pat", "+Robo", "+Old", "Pat: hi", "* wait", "-Pat", "Flow: late", "ended abandoned"}, lines(&m.State, log, pat))
}

// Traps 8, 9 and 10.
func TestHIST_6_texts(t *testing.T) {
	m, log := imported(t, only(joins(1, 0, "ALL", "CLIENT", "", " ")+joins(2, 0, "ALL", "AGENT", "ann", "Ann")+
		says(1, 1, "ALL", "&lt;b&gt; 😀 &apos;&quot;")+says(1, 2, "ALL", "")+says(1, 3, "ALL", "  ")+
		`<message userId="0000000000000002" visibility="ALL" timeShift="4" eventId="6"><msgText>text</msgText>stray</message>`+
		`<message userId="0000000000000002" visibility="ALL" timeShift="4" eventId="7"><msgText treatAs="SYSTEM">note</msgText></message>`+
		`<notice userId="0000000000000002" visibility="ALL" timeShift="5" eventId="8"><noticeText noticeType="USER_CUSTOM">&lt;b&gt;text&lt;/b&gt;</noticeText></notice>`+
		`<notice userId="0000000000000002" visibility="ALL" timeShift="6" eventId="9"><noticeText noticeType="PUSH_URL">https://example.com/a</noticeText></notice>`+
		`<notice userId="0000000000000002" visibility="ALL" timeShift="7" eventId="10"><noticeText noticeType="PUSH_URL">javascript:alert(1)</noticeText></notice>`+
		`<notice userId="0000000000000002" visibility="ALL" timeShift="8" eventId="11" noticeType="IDLE_CONTROL_ALERT"><noticeText>soon</noticeText></notice>`+
		`<notice userId="0000000000000002" visibility="ALL" timeShift="9" eventId="12"><noticeText noticeType="IDLE_CONTROL_CLOSE">over</noticeText></notice>`+
		`<message userId="stranger" visibility="ALL" timeShift="9" eventId="13"><msgText>who?</msgText></message>`))
	require.Equal(t, []string{"+", "+Ann", ": <b> 😀 '\"", "Ann: text", "* note", "Ann: Please navigate to the link: https://example.com/a",
		"Ann: javascript:alert(1)", "* soon", "* over", "* who?", "ended inactivity"}, lines(&m.State, log, pat))
}

// Trap 4: what INT and VIP see never reaches the contact, and VIP no agent.
func TestHIST_6_PART_2_visibility(t *testing.T) {
	m, log := imported(t, only(joins(1, 0, "ALL", "CLIENT", "", "Pat")+joins(2, 1, "ALL", "AGENT", "ann", "Ann")+
		joins(3, 2, "INT", "SUPERVISOR", "kim", "Kim")+says(3, 3, "INT", "coaching")+joins(4, 4, "VIP", "SUPERVISOR", "sam", "Sam")+
		says(4, 5, "VIP", "watching")+says(2, 6, "INT", "internal")+says(2, 7, "", "no visibility")+says(2, 8, "SECRET", "new visibility")+
		leaves(3, 9, "ALL", 3, "")+leaves(4, 9, "ALL", 4, "")+joins(5, 9, "INT", "AGENT", "", "Robo")+leaves(5, 10, "ALL", 5, "")+
		joins(6, 11, "ALL", "SUPERVISOR", "sam", "Sam")+says(6, 12, "ALL", "barged in")))
	require.Equal(t, []string{"+Pat", "+Ann", "+Sam", "Sam: barged in", "ended agent"}, lines(&m.State, log, pat))
	agents := lines(&m.State, log, bob)
	require.Subset(t, agents, []string{"Kim: coaching", "Ann: internal", "Ann: no visibility", "+Robo", "-Robo"})
	require.NotContains(t, agents, "Sam: watching")
	require.NotContains(t, agents, "Ann: new visibility")
	require.Subset(t, lines(&m.State, log, sam), []string{"Sam: watching", "Ann: new visibility", "Kim: coaching"})
	for i := range log {
		if w, ok := log[i].Event.(*interaction.Watching); ok {
			require.Equal(t, w.Party == sam, w.Hidden)
			require.Equal(t, w.Party != sam, w.Coaching)
		}
	}
}

// A supervisor in the chat may have a second way in: it stays in the chat until
// the first one is closed.
func TestHIST_6_PART_5_two_ways_in(t *testing.T) {
	m, log := imported(t, only(joins(1, 0, "ALL", "CLIENT", "", "Pat")+joins(2, 1, "ALL", "SUPERVISOR", "sam", "Sam")+
		joins(3, 2, "VIP", "SUPERVISOR", "sam", "Sam")+says(2, 3, "ALL", "hi")+leaves(3, 4, "VIP", 3, "")+says(2, 5, "ALL", "still")))
	require.Equal(t, []string{"+Pat", "+Sam", "Sam: hi", "Sam: still", "ended agent"}, lines(&m.State, log, pat))
	require.Equal(t, interaction.InChat, m.State.Party(sam).Presence)

	m, log = imported(t, only(joins(1, 0, "ALL", "CLIENT", "", "Pat")+joins(2, 1, "VIP", "SUPERVISOR", "sam", "Sam")+
		joins(3, 2, "ALL", "SUPERVISOR", "sam", "Sam")+leaves(2, 3, "VIP", 2, "")+says(3, 5, "ALL", "still")))
	require.Equal(t, []string{"+Pat", "+Sam", "Sam: still", "ended agent"}, lines(&m.State, log, pat))
	require.Equal(t, sam, m.State.LastOwner)
}

func TestHIST_6_CONS_10_consultations(t *testing.T) {
	m, log := imported(t, only(joins(1, 0, "ALL", "CLIENT", "", "Pat")+joins(2, 1, "ALL", "AGENT", "ann", "Ann")+
		joins(3, 2, "INT", "AGENT", "bob", "Bob")+says(3, 3, "INT", "C1")+says(2, 4, "INT", "C2")+
		joins(4, 5, "ALL", "AGENT", "bob", "Bob")+says(4, 6, "ALL", "joined")+leaves(2, 7, "ALL", 2, "")+
		says(3, 8, "INT", "C3")+leaves(3, 9, "INT", 3, "")+says(4, 10, "INT", "internal")+
		joins(5, 11, "INT", "AGENT", "zoe", "Zoe")))
	require.Len(t, m.State.Consultations, 2)
	require.Equal(t, ann, m.State.Consultations[0].Initiator)
	require.Equal(t, bob, m.State.Consultations[1].Initiator)
	require.Equal(t, interaction.EndedByLeaving, m.State.Consultations[0].Why, "Ann left first (CONS-6)")
	require.Equal(t, interaction.EndedWithChat, m.State.Consultations[1].Why)
	require.True(t, m.State.Party(bob).Engaged)
	require.False(t, m.State.Party("agent:zoe").Engaged)
	for _, id := range []interaction.PartyID{pat, ann, bob, sam} {
		for _, line := range lines(&m.State, log, id) {
			require.NotContains(t, line, ": C", "in nobody's history")
		}
	}
	for _, text := range []string{"C1", "C2", "C3"} {
		require.Equal(t, m.State.Consultations[0].ID, said(t, log, text).Audience.Consultation, text)
	}
	require.Contains(t, lines(&m.State, log, sam), "Bob: internal")
}

// Ids stay within their bounds, texts without control characters, and lists and
// the protocol's own words are no case data.
func TestHIST_6_odd_names_and_data(t *testing.T) {
	long := strings.Repeat("x", 200)
	m, log := imported(t, only(`<newParty userId="0000000000000001" visibility="ALL" eventId="1"><userInfo userNick="Pat&#13;&#10;P" userType="CLIENT"/><userData>`+
		`<item key="GCTI_x">1</item><item key="">2</item><item key="list"><item key="a">3</item></item><item key="n" type="int">4</item>`+
		`<item key="b">5</item><item key="b">6</item><item key="`+long+`x">7</item><item key="subject"> My bill </item></userData></newParty>`+
		joins(2, 1, "ALL", "AGENT", long, "Ann")+joins(3, 2, "ALL", "", "", "Somebody")+says(1, 3, "ALL", "a&#133;b&#13;c")))
	require.Equal(t, []interaction.Field{{Key: "b", Value: interaction.Value{Text: "5"}}}, m.State.CaseData)
	require.Equal(t, "My bill", m.State.Start.Subject)
	require.Equal(t, "Pat  P", m.State.Contact.Name)
	require.True(t, m.State.LastOwner.Valid())
	require.Equal(t, interaction.RoleAgent, m.State.LastOwner.Role())
	require.NotNil(t, m.State.Party("bot:0000000000000003"), "who may be a person has no name in its id (HIST-7)")
	said(t, log, "abc")
	require.Equal(t, "Pat  P: abc", lines(&m.State, log, pat)[3])
}

// An erased log has no transcript any more, and is read like others.
func TestHIST_6_HIST_7_erased_texts_are_gone(t *testing.T) {
	_, log := imported(t, sample)
	for i := range log {
		if e, ok := log[i].Event.(*interaction.Announced); ok {
			c := *e
			c.Text = ""
			log[i].Event = &c
		}
	}
	_, ok := chatxml.Original(log)
	require.False(t, ok)
	_, ok = chatxml.Original(nil)
	require.False(t, ok)
}

// Whatever the transcript, its import replays, gives it back, and shows the
// contact nothing that not all saw.
func TestHIST_6_PART_2_any_transcript_is_imported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := transcripts().Draw(t, "transcript")
		m, err := chatxml.Import(d, nil)
		require.NoError(t, err)
		log := replays(t, d, m)
		for _, purpose := range []interaction.ViewPurpose{interaction.History, interaction.Live} {
			viewers := []interaction.PartyID{"agent:stranger", "supervisor:stranger", "contact:stranger", interaction.System}
			for _, p := range m.State.Parties {
				viewers = append(viewers, p.ID)
			}
			for _, id := range viewers {
				v := transcript.View{State: &m.State, Viewer: interaction.Viewer{ID: id, Purpose: purpose}}
				var shown uint64
				for i := range log {
					if m.State.Sees(v.Viewer, &log[i]) {
						shown++
					}
				}
				position, _ := m.State.Position(v.Viewer)
				require.Equal(t, position, shown, "%s %v", id, purpose)
				out := chatxml.Export("s", v, log)
				text := written(t, out)
				require.Equal(t, out, parse(t, text))
				require.True(t, increasing(out), "never renumbered")
				if id.Role() == interaction.RoleContact {
					require.NotContains(t, text, "INT")
				}
				if id.Role() == interaction.RoleContact || id == "agent:stranger" {
					require.NotContains(t, text, "VIP")
				}
				if strings.HasSuffix(string(id), ":stranger") && (purpose == interaction.Live || id.Role() == interaction.RoleContact) {
					require.Empty(t, out.Root.Nodes, "it took no part")
				}
			}
		}
	})
}

// increasing reports whether event ids grow.
func increasing(d *chatxml.Document) bool {
	last := 0
	for e := range d.Root.Elements() {
		id, err := strconv.Atoi(e.Attr("eventId"))
		if err != nil || id <= last {
			return false
		}
		last = id
	}
	return true
}

// transcripts are such that may come, with what only goes wrong sometimes. The
// text of a message says who may see it.
func transcripts() *rapid.Generator[*chatxml.Document] {
	return rapid.Custom(func(t *rapid.T) *chatxml.Document {
		d := &chatxml.Document{Root: chatxml.Element{Name: "chatTranscript", Attrs: []chatxml.Attr{
			{Name: "startAt", Value: "2024-01-02T03:04:05Z"}, {Name: "sessionId", Value: "s"}, {Name: "later", Value: "x"},
		}}}
		shift, id := 0, 0
		users := []string{"A1", "A2", "A3", "A4", "A5", "A6"}
		for range rapid.IntRange(0, 25).Draw(t, "events") {
			shift += rapid.IntRange(0, 3).Draw(t, "seconds")
			id += rapid.IntRange(1, 9).Draw(t, "gap")
			see := rapid.SampledFrom([]string{"ALL", "ALL", "ALL", "INT", "INT", "VIP"}).Draw(t, "visibility")
			e := &chatxml.Element{Name: rapid.SampledFrom([]string{"newParty", "newParty", "message", "message", "notice", "partyLeft", "partyLeft", "other"}).Draw(t, "name"),
				Attrs: []chatxml.Attr{{Name: "userId", Value: rapid.SampledFrom(users).Draw(t, "user")}, {Name: "timeShift", Value: strconv.Itoa(shift)},
					{Name: "visibility", Value: see}, {Name: "eventId", Value: strconv.Itoa(id)}}}
			var in *chatxml.Element
			switch e.Name {
			case "newParty":
				in = &chatxml.Element{Name: "userInfo", Attrs: []chatxml.Attr{
					{Name: "personId", Value: rapid.SampledFrom([]string{"", "ann", "bob", "zoe"}).Draw(t, "person")},
					{Name: "userNick", Value: rapid.SampledFrom([]string{" ", "Nick", "A&B"}).Draw(t, "nick")},
					{Name: "userType", Value: rapid.SampledFrom([]string{"CLIENT", "AGENT", "AGENT", "SUPERVISOR", "EXTERNAL", "SYSTEM", "?"}).Draw(t, "type")},
				}}
			case "message":
				in = &chatxml.Element{Name: "msgText", Nodes: []chatxml.Node{{Text: see + rapid.StringMatching(`[a-z <&]{0,5}`).Draw(t, "text")}}}
			case "notice":
				in = &chatxml.Element{Name: "noticeText", Nodes: []chatxml.Node{{Text: "https://example.com/" + see}},
					Attrs: []chatxml.Attr{{Name: "noticeType", Value: rapid.SampledFrom([]string{"PUSH_URL", "USER_CUSTOM", "IDLE_CONTROL_ALERT", "IDLE_CONTROL_CLOSE", "TYPING_STARTED"}).Draw(t, "notice")}}}
			case "partyLeft":
				e.Set("askerId", rapid.SampledFrom(users).Draw(t, "asker"))
				in = &chatxml.Element{Name: "reason", Attrs: []chatxml.Attr{{Name: "code", Value: rapid.SampledFrom([]string{"", "0", "1", "2", "3", "4", "5", "7", "8", "99", "x"}).Draw(t, "code")}}}
			default:
				in = rapid.SampledFrom(elements()).Draw(t, "inside")
			}
			e.Nodes = []chatxml.Node{{Element: in}}
			if rapid.IntRange(0, 9).Draw(t, "stray") == 0 {
				e.Nodes = append(e.Nodes, chatxml.Node{Text: "\nstray"})
			}
			d.Root.Nodes = append(d.Root.Nodes, chatxml.Node{Element: e})
		}
		return d
	})
}

// elements are some that nobody knows.
func elements() []*chatxml.Element {
	return []*chatxml.Element{
		{Name: "x"}, {Name: "y:z", Attrs: []chatxml.Attr{{Name: "a", Value: " \n\t\"'<>&\r"}}},
		{Name: "deep", Nodes: []chatxml.Node{{Element: &chatxml.Element{Name: "x"}}, {Text: "a"}, {Element: &chatxml.Element{Name: "x"}}}},
	}
}

// documents are any that can be read.
func documents() *rapid.Generator[*chatxml.Document] {
	names := rapid.SampledFrom([]string{"a", "b:c", "message", "msgText", "é", "_", "x-1.2"})
	// Surrogates and what XML does not have are left out.
	texts := rapid.StringOfN(rapid.RuneFrom([]rune("aé😀<>&\"'\n\t\r ]/-?!;#\u00a0\u2028\ufffd")), 1, 12, -1)
	var element func(t *rapid.T, name string, depth int) *chatxml.Element
	element = func(t *rapid.T, name string, depth int) *chatxml.Element {
		e := &chatxml.Element{Name: name}
		for _, n := range rapid.SliceOfNDistinct(names, 0, 3, rapid.ID[string]).Draw(t, "attributes") {
			e.Attrs = append(e.Attrs, chatxml.Attr{Name: n, Value: texts.Draw(t, "value")})
		}
		more := rapid.IntRange(0, 4).Draw(t, "nodes")
		text := false
		for range more {
			if depth < 4 && rapid.Bool().Draw(t, "element") {
				e.Nodes = append(e.Nodes, chatxml.Node{Element: element(t, names.Draw(t, "name"), depth+1)})
				text = false
			} else if !text {
				e.Nodes = append(e.Nodes, chatxml.Node{Text: "x" + texts.Draw(t, "text")})
				text = true
			}
		}
		return e
	}
	return rapid.Custom(func(t *rapid.T) *chatxml.Document {
		return &chatxml.Document{Root: *element(t, "chatTranscript", 1)}
	})
}
