package interaction

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/timers"
)

const (
	notUTF8 = "caf\xe9"
	twoRows = "a\nb"
)

var (
	long200  = strings.Repeat("x", 201)
	long4000 = strings.Repeat("x", 4001)
)

// Whatever comes in is refused with a typed error that says what is wrong.
func TestHOST_5_bad_input(t *testing.T) {
	contact := Person{pat, "Pat"}
	many := make([]Field, 201)
	for i := range many {
		many[i].Key = strings.Repeat("k", i+1)[:min(i+1, 200)]
	}
	tests := map[string]struct {
		by   PartyID
		cmd  Command
		want error
	}{
		"no command":              {maria, nil, ErrEmpty},
		"unknown command":         {maria, alien(250), ErrValue},
		"borrowed kind":           {maria, alien(SayKind), ErrValue},
		"no actor":                {"", Say{Text: "x"}, ErrValue},
		"actor without role":      {"maria", Say{Text: "x"}, ErrValue},
		"actor of unknown role":   {"boss:maria", Say{Text: "x"}, ErrValue},
		"actor without name":      {"agent:", Say{Text: "x"}, ErrValue},
		"actor not UTF-8":         {"agent:\xff", Say{Text: "x"}, ErrValue},
		"actor too long":          {PartyID("agent:" + strings.Repeat("x", 95)), Say{Text: "x"}, ErrValue},
		"system with a name":      {"system:x", Elapse{}, ErrValue},
		"accept long name":        {ben, Accept{"in", long200}, ErrTooLong},
		"accept name not UTF-8":   {ben, Accept{"in", notUTF8}, ErrUTF8},
		"accept name of two rows": {ben, Accept{"in", twoRows}, ErrValue},
		"decline long reason":     {ben, Decline{"in", long4000}, ErrTooLong},
		"decline reason bytes":    {ben, Decline{"in", notUTF8}, ErrUTF8},
		"withdraw reason":         {System, Withdraw{"group", "", notUTF8}, ErrUTF8},
		"transfer to nothing":     {maria, Transfer{}, ErrInvalid},
		"transfer to no target":   {maria, Transfer{To: "maria"}, ErrTarget},
		"transfer to nobody":      {maria, Transfer{To: "agent:"}, ErrTarget},
		"transfer to a contact":   {maria, Transfer{To: Target(pat)}, ErrTarget},
		"transfer to bytes":       {maria, Transfer{To: "agent:\xff"}, ErrTarget},
		"transfer to herself":     {maria, Transfer{To: Target(maria)}, ErrTarget},
		"transfer to another":     {maria, Transfer{To: "agent:tom", Agent: zoe}, ErrTarget},
		"transfer long id":        {maria, Transfer{To: "agent:tom", ID: long200}, ErrTooLong},
		"transfer id of two rows": {maria, Transfer{To: "agent:tom", ID: twoRows}, ErrValue},
		"transfer id in use":      {maria, Transfer{To: "agent:tom", ID: "in"}, ErrTarget},
		"transfer long note":      {maria, Transfer{To: "agent:tom", Note: long4000}, ErrTooLong},
		"transfer agent's name":   {maria, Transfer{To: "agent:tom", AgentName: twoRows}, ErrValue},
		"conference in nothing":   {maria, Conference{Consultation: "x"}, ErrNoConsultation},
		"conference agent bytes":  {maria, Conference{To: "group:x", Agent: "agent:\xff"}, ErrTarget},
		"consult medium":          {maria, Consult{To: "agent:tom", Medium: ByVoice + 1}, ErrValue},
		"offer nothing":           {System, Offer{Invitation: "x", Agent: zoe}, ErrNoInvitation},
		"offer to nobody":         {System, Offer{Invitation: "group"}, ErrTarget},
		"offer to a bot":          {System, Offer{Invitation: "group", Agent: bot}, ErrTarget},
		"offer long name":         {System, Offer{Invitation: "group", Agent: zoe, AgentName: long200}, ErrTooLong},
		"supervise mode":          {sam, Supervise{Mode: 99}, ErrValue},
		"supervise name":          {sam, Supervise{Name: notUTF8}, ErrUTF8},
		"join name":               {bot, Join{Name: long200}, ErrTooLong},
		"say to a scope unknown":  {maria, Say{Text: "x", To: 99}, ErrValue},
		"push nothing":            {maria, PushURL{}, ErrEmpty},
		"push bytes":              {maria, PushURL{"https://\xff"}, ErrUTF8},
		"push long":               {maria, PushURL{long4000}, ErrTooLong},
		"file without id":         {pat, SendFile{File: File{Name: "f"}}, ErrEmpty},
		"file without name":       {pat, SendFile{File: File{ID: "f"}}, ErrEmpty},
		"file id long":            {pat, SendFile{File: File{ID: long200, Name: "f"}}, ErrTooLong},
		"file id in use":          {pat, SendFile{File: File{ID: "old", Name: "f"}}, ErrValue},
		"file name bytes":         {pat, SendFile{File: File{ID: "f", Name: notUTF8}}, ErrUTF8},
		"file size":               {pat, SendFile{File: File{ID: "f", Name: "f", Size: -1}}, ErrValue},
		"file hash":               {pat, SendFile{File: File{ID: "f", Name: "f", Hash: make([]byte, 65)}}, ErrValue},
		"file verdict":            {pat, SendFile{File: File{ID: "f", Name: "f", Verdict: Deleted + 1}}, ErrValue},
		"judge nothing":           {System, JudgeFile{File: "x"}, ErrNoFile},
		"judge verdict":           {System, JudgeFile{File: "old", Verdict: Deleted + 1}, ErrValue},
		"judge reason":            {System, JudgeFile{File: "old", Reason: notUTF8}, ErrUTF8},
		"blend nothing":           {maria, Blend{}, ErrEmpty},
		"blend address":           {maria, Blend{Medium: "voice", Address: notUTF8}, ErrUTF8},
		"callback in the past":    {maria, ScheduleCallback{At: noon.Add(-1), Number: "1"}, ErrValue},
		"callback never":          {maria, ScheduleCallback{At: noon.AddDate(9000, 0, 0), Number: "1"}, ErrValue},
		"callback number":         {maria, ScheduleCallback{At: noon}, ErrEmpty},
		"callback note":           {maria, ScheduleCallback{At: noon, Number: "1", Note: long4000}, ErrTooLong},
		"note long":               {maria, SetNote{strings.Repeat("x", 65537)}, ErrTooLong},
		"note bytes":              {maria, SetNote{notUTF8}, ErrUTF8},
		"case data without key":   {maria, SetCaseData{}, ErrEmpty},
		"case data key long":      {maria, SetCaseData{Key: long200}, ErrTooLong},
		"case data key rows":      {maria, SetCaseData{Key: twoRows}, ErrValue},
		"case data value long":    {maria, SetCaseData{Key: "k", Value: Value{StringValue, long4000}}, ErrTooLong},
		"case data value bytes":   {maria, SetCaseData{Key: "k", Value: Value{StringValue, notUTF8}}, ErrUTF8},
		"assign no contact":       {maria, AssignContact{Person{maria, "Maria"}}, ErrValue},
		"assign nobody":           {maria, AssignContact{}, ErrValue},
		"assign name":             {maria, AssignContact{Person{"contact:kat", long200}}, ErrTooLong},
		"remove nobody":           {maria, Remove{}, ErrTarget},
		"end no consultation":     {maria, EndConsultation{}, ErrNoConsultation},
		"mark no consultation":    {maria, MarkConsultationDone{}, ErrNoConsultation},
		"cancel nothing":          {maria, Cancel{}, ErrNoInvitation},
		"disconnect a stranger":   {System, Disconnect{"agent:stranger"}, ErrNotParty},

		"start nobody":           {System, Start{}, ErrValue},
		"start an agent":         {System, Start{Contact: Person{maria, "Maria"}}, ErrValue},
		"start a long name":      {System, Start{Contact: Person{pat, long200}}, ErrTooLong},
		"start subject":          {System, Start{Contact: contact, Subject: long4000}, ErrTooLong},
		"start subject bytes":    {System, Start{Contact: contact, Subject: notUTF8}, ErrUTF8},
		"start channel":          {System, Start{Contact: contact, Channel: twoRows}, ErrValue},
		"start language":         {System, Start{Contact: contact, Language: long200}, ErrTooLong},
		"start target":           {System, Start{Contact: contact, Target: "maria"}, ErrTarget},
		"start target contact":   {System, Start{Contact: contact, Target: "contact:eve"}, ErrTarget},
		"start same key twice":   {System, Start{Contact: contact, CaseData: []Field{{Key: "k"}, {Key: "k"}}}, ErrTooMany},
		"start too many keys":    {System, Start{Contact: contact, CaseData: many}, ErrTooMany},
		"start bad value":        {System, Start{Contact: contact, CaseData: []Field{{"k", Value{NumberValue, "x"}}}}, ErrValue},
		"start with a bad value": {System, Start{Contact: contact, Policy: &Policy{NoAnswer: -1}}, ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := newChat(t)
			if _, isStart := tt.cmd.(Start); !isStart {
				c = activeChat(t)
				c.do(maria, Conference{ID: "in", To: Target(ben)})
				c.do(maria, Conference{ID: "group", To: "group:x"})
				c.do(maria, SendFile{File: File{ID: "old", Name: "f"}})
			}
			err := c.refused(tt.by, tt.cmd, tt.want)
			require.True(t, strings.HasPrefix(err.Error(), "interaction: "), err)
		})
	}
}

// alien is a command from outside.
type alien CommandKind

func (a alien) Kind() CommandKind { return CommandKind(a) }

func TestHOST_5_limits(t *testing.T) {
	c := activeChat(t)
	c.limits = &Limits{MaxParties: 4, MaxOpen: 2, MaxCaseData: 1, MaxNoteBytes: 3}
	c.do(maria, SetNote{"123"})
	c.refused(maria, SetNote{"1234"}, ErrTooLong)
	c.do(maria, SetCaseData{Key: "a"})
	c.refused(maria, SetCaseData{Key: "b"}, ErrTooMany)
	c.do(maria, SetCaseData{Key: "a", Value: Value{BoolValue, "true"}})

	id := c.consult(maria, ben)
	c.do(maria, Conference{ID: "in", To: "group:x"})
	err := c.refused(maria, Conference{To: "group:y"}, ErrTooMany)
	require.EqualError(t, err, "interaction: the command is not valid: invitation: a limit is reached: at most 2 open invitations and consultations")
	c.do(maria, EndConsultation{id})
	c.do(maria, Conference{ID: "more", To: Target(zoe)})
	c.refused(System, Offer{Invitation: "in", Agent: "agent:fifth"}, ErrTooMany)
	c.refused(bot, Join{}, ErrTooMany)
	c.refused(sam, Supervise{}, ErrTooMany)
	c.do(zoe, Decline{Invitation: "more"})
	for _, next := range []PartyID{"agent:fifth", "agent:sixth", "agent:seventh"} { // a queue may ask as many as it has
		c.do(System, Offer{Invitation: "in", Agent: next})
		c.do(next, Decline{Invitation: "in"})
	}
	c.conference(maria, zoe)
	c.refused(maria, Conference{To: "agent:eighth"}, ErrTooMany)
}

func TestHOST_5_zero_limits_are_the_defaults(t *testing.T) {
	for _, l := range []*Limits{nil, {}, {MaxChars: -1, MaxNoteBytes: -5}} {
		require.Equal(t, &Limits{4096, 16384, 100, 20, 200, 65536}, l.complete())
	}
	require.Equal(t, 7, (&Limits{MaxOpen: 7}).complete().MaxOpen)
}

func TestHOST_5_bad_policies(t *testing.T) {
	for field, p := range map[string]Policy{
		"NoAnswer":               {NoAnswer: -1},
		"ContactGrace":           {ContactGrace: -1},
		"AgentGrace":             {AgentGrace: -1},
		"CloseDelay":             {CloseDelay: maxDuration + 1},
		"RateEvery":              {RateBurst: 1 << 20, RateEvery: 24 * time.Hour},
		"RateBurst":              {RateBurst: -1},
		"Response.Warn":          {Response: timers.Response{Warn: -1}},
		"Response.Late":          {Response: timers.Response{Late: -1}},
		"Response":               {Response: timers.Response{Warn: 2, Late: 1}},
		"Inactivity.Warn":        {Inactivity: timers.Inactivity{Warn: -1}},
		"Inactivity.End":         {Inactivity: timers.Inactivity{End: -1}},
		"Inactivity":             {Inactivity: timers.Inactivity{Warn: 2, End: 2}},
		"DormantInactivity.Warn": {DormantInactivity: timers.Inactivity{Warn: -1}},
		"DormantInactivity.End":  {DormantInactivity: timers.Inactivity{End: -1}},
		"DormantInactivity":      {DormantInactivity: timers.Inactivity{Warn: 2, End: 1}},
		"AfterContact":           {AfterContact: CloseLater + 1},
		"Messages":               {Messages: []Messages{{Greeting: notUTF8}}},
	} {
		var bad *PolicyError
		require.ErrorAs(t, p.Validate(), &bad, field)
		require.Equal(t, field, bad.Field)
		require.ErrorIs(t, bad, ErrInvalid)
	}
	for _, tree := range [][]Disposition{
		{{Code: ""}}, {{Code: long200}}, {{Code: "a"}, {Code: "a"}}, {{Code: "a", Parent: "b"}}, {{Code: "a", Parent: "a"}},
		{{Code: "a", Parent: "b"}, {Code: "b"}},
	} {
		p := Policy{Dispositions: tree}
		require.ErrorContains(t, p.Validate(), "Dispositions", "%v", tree)
	}
	p := Policy{DispositionRequired: true}
	require.ErrorContains(t, p.Validate(), "a disposition is required and none is listed")
	require.NoError(t, new(Policy).Validate(), "the zero policy works")
	p = DefaultPolicy()
	require.NoError(t, p.Validate())
}

func TestHOST_5_the_zero_policy_works(t *testing.T) {
	c := newChat(t)
	c.do(pat, Start{Contact: Person{pat, "Pat"}, Target: sales, Policy: &Policy{}})
	c.offer(maria)
	c.accept(maria)
	c.do(pat, Say{Text: "hi"})
	c.do(pat, Disconnect{})
	c.do(maria, Disconnect{})
	require.Empty(t, c.Deadlines(), "every timer is off")
	c.after(time.Hour).idle()
	c.do(maria, End{})
	c.do(maria, MarkDone{})
}

func TestHOST_5_durations_are_rounded_up_so_that_nothing_comes_early(t *testing.T) {
	c := waitingChat(t, func(p *Policy) { p.NoAnswer, p.ContactGrace = 1, time.Second+1 })
	require.Equal(t, time.Microsecond, c.Policy().NoAnswer)
	require.Equal(t, time.Second+time.Microsecond, c.Policy().ContactGrace)
}

func TestHOST_5_time_never_goes_backwards(t *testing.T) {
	c := activeChat(t)
	c.after(time.Second).do(pat, Say{Text: "now"})
	c.after(-time.Hour).do(maria, Say{Text: "from a clock that is late"})
	require.Equal(t, noon.Add(time.Second), c.At())
	c.now = time.Time{}
	c.do(maria, Say{Text: "from no clock at all"})
	require.Equal(t, noon.Add(time.Second), c.At())
	c.now = noon.Add(time.Second + 999).In(time.FixedZone("x", 3600))
	c.do(maria, Say{Text: "from another zone"})
	require.Equal(t, noon.Add(time.Second), c.At())
}

func TestHOST_5_equal_inputs_give_equal_results(t *testing.T) {
	c := fullChat(t)
	for _, k := range CommandKinds() {
		for _, by := range everybody {
			in := Input{By: by, Key: "key", Command: anyCommand[k], Now: c.now}
			rs, err := Decide(&c.State, in)
			again, err2 := Decide(&c.State, in)
			require.Equal(t, rs, again)
			require.Equal(t, err, err2)
		}
	}
}

func TestHOST_5_ids_come_from_actor_and_key(t *testing.T) {
	c := activeChat(t)
	id := func(by PartyID, key string) string {
		rs, err := Decide(&c.State, Input{By: by, Key: key, Command: Conference{To: "group:x"}, Now: c.now})
		require.NoError(t, err)
		return events[*Invited](rs)[0].Invitation
	}
	c.conference(maria, ben)
	require.Equal(t, id(maria, "1"), id(maria, "1"), "a retry gives the same")
	require.NotEqual(t, id(maria, "1"), id(maria, "2"))
	require.NotEqual(t, id(maria, "1"), id(ben, "1"))
}

func TestHOST_5_what_has_a_name_says_it(t *testing.T) {
	for _, k := range CommandKinds() {
		require.NotEqual(t, "unknown", k.String())
	}
	require.Equal(t, "unknown", CommandKind(200).String())
	require.Equal(t, "unknown", EventKind(200).String())
	require.Equal(t, "unknown", Phase(200).String())
	require.Equal(t, "unknown", Role(200).String())
	require.Equal(t, "waiting active ended done dormant", strings.Join([]string{
		InWaiting.String(), InActive.String(), InEnded.String(), InDone.String(), InDormant.String(),
	}, " "))
	require.Equal(t, "contact", RoleContact.String())
	require.Equal(t, "in chat", InChat.String())
	require.Equal(t, "supervisors", Supervisors.String())
}

func TestHOST_5_targets(t *testing.T) {
	for target, want := range map[Target]TargetKind{
		"agent:maria": AgentTarget, "supervisor:sam": AgentTarget, "group:billing": GroupTarget, "skill:spanish": SkillTarget,
		"skill:spanish/3": SkillTarget, "queue:sales": QueueTarget, "": NoTarget, "queue": NoTarget, "queue:": NoTarget,
		"bot:x": NoTarget, "contact:pat": NoTarget, "system": NoTarget, "queue:\xff": NoTarget, Target("queue:" + long200): NoTarget,
	} {
		require.Equal(t, want, target.Kind(), "%q", target)
		require.Equal(t, want == AgentTarget, target.Agent() != "")
	}
}
