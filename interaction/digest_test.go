package interaction

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// commands are one of each kind with every field set. They are literals, so
// that a field that is added later is zero in them and must not change their
// digests.
var commands = [commandKinds]Command{
	StartKind: Start{
		Contact: Person{"contact:pat", "Pat"}, Subject: "billing", Channel: "chat", Language: "en-GB", Target: "queue:sales",
		Priority: -3, CaseData: []Field{{"plan", Value{StringValue, "gold"}}, {"since", Value{TimeValue, "2020-01-01T00:00:00Z"}}},
		Policy: &Policy{
			Async: true, BotsAnswer: true, NoAnswer: 30 * time.Second, NoAnswerNotReady: true, ContactGrace: time.Minute, AgentGrace: 2 * time.Minute,
			AfterContact: CloseLater, CloseDelay: time.Hour, Dispositions: []Disposition{{"a", "A", ""}, {"b", "B", "a"}},
			AnyDisposition: true, DispositionRequired: true, WaitForDisposition: true, CaseDataKeys: []string{"plan", "*"},
			Nicknames: []Nickname{{"*", "Support"}}, HiddenMonitor: true, TypingPreview: true, RateBurst: 5, RateEvery: time.Second,
			Messages: []Messages{{"en", "hi", "wait", "warn", "end", "bye", ""}}, PushText: "see <url>",
		},
	},
	JoinKind:                 Join{"Greeter"},
	InviteKind:               Invite{"i1", "queue:sales", "agent:maria", "Maria", "please"},
	OfferKind:                Offer{"i1", "agent:maria", "Maria"},
	TransferKind:             Transfer{"i1", "queue:sales", "agent:maria", "Maria", "c1", "please"},
	ConferenceKind:           Conference{"i1", "queue:sales", "agent:maria", "Maria", "c1", "please"},
	ConsultKind:              Consult{"i1", "queue:sales", "agent:maria", "Maria", ByVoice, "please"},
	AcceptKind:               Accept{"i1", "Maria"},
	DeclineKind:              Decline{"i1", "busy"},
	CancelKind:               Cancel{"i1"},
	WithdrawKind:             Withdraw{"i1", "agent:maria", "nobody"},
	RejoinKind:               Rejoin{"Maria"},
	SuperviseKind:            Supervise{BargeIn, "Sam"},
	SayKind:                  Say{"hello", Supervisors, "c1", "abc"},
	MarkReadKind:             MarkRead{300},
	PushURLKind:              PushURL{"https://example.com/"},
	SendFileKind:             SendFile{File{"f1", "a.png", "image/png", 1 << 40, []byte{1, 2}, Blocked, "", "virus"}, Internal, "c1"},
	JudgeFileKind:            JudgeFile{"f1", Deleted, "", "old"},
	BlendKind:                Blend{"voice", "+1555", "r1"},
	ScheduleCallbackKind:     ScheduleCallback{time.Date(2026, 3, 2, 12, 0, 0, 1000, time.UTC), "+1555", "after noon"},
	AnnounceKind:             Announce{Farewell, "bye"},
	EndConsultationKind:      EndConsultation{"c1"},
	MarkConsultationDoneKind: MarkConsultationDone{"c1"},
	DisconnectKind:           Disconnect{"agent:maria"},
	ReconnectKind:            Reconnect{"agent:maria"},
	LeaveKind:                Leave{},
	EndKind:                  End{},
	RemoveKind:               Remove{"agent:maria"},
	SetDispositionKind:       SetDisposition{"sold"},
	SetNoteKind:              SetNote{"a note"},
	SetCaseDataKind:          SetCaseData{"plan", Value{NumberValue, "7"}, true},
	MarkDoneKind:             MarkDone{},
	AssignContactKind:        AssignContact{Person{"contact:pat", "Pat"}},
	EraseKind:                Erase{},
	ElapseKind:               Elapse{},
}

// fresh is a pointer to a new zero command of the kind, and its leaves.
func fresh(t *testing.T, k CommandKind) (reflect.Value, []leaf) {
	require.NotNil(t, commands[k], "no example of %s", k)
	require.Equal(t, k, commands[k].Kind())
	p := reflect.New(reflect.TypeOf(commands[k]))
	return p, leaves(t, "", p.Elem())
}

func digestOf(p reflect.Value) uint64 { return Digest(p.Elem().Interface().(Command)) }

func TestLIFE_16_equal_commands_have_equal_digests(t *testing.T) {
	for k := range CommandKind(commandKinds) {
		a, as := fresh(t, k)
		b, bs := fresh(t, k)
		for i := range as {
			as[i].set(t, i+1)
			bs[i].set(t, i+1)
			require.Equal(t, digestOf(a), digestOf(b), "%s", k)
		}
	}
	require.Equal(t, Digest(Start{}), Digest(Start{CaseData: []Field{}}), "an empty list is no list")
	require.NotEqual(t, Digest(Start{}), Digest(Start{Policy: &Policy{}}), "no policy is the kernel's")
	local := time.FixedZone("", 3600)
	at := storedAt.Add(time.Hour)
	require.Equal(t, Digest(ScheduleCallback{At: at}), Digest(ScheduleCallback{At: at.In(local)}), "one moment in two zones")
	require.Equal(t, Digest(Start{Policy: &Policy{NoAnswer: time.Microsecond}}), Digest(Start{Policy: &Policy{NoAnswer: 1}}), "as it is carried out")
	require.Zero(t, Digest(nil))
}

func TestLIFE_16_each_field_changes_the_digest(t *testing.T) {
	seen := map[uint64]string{}
	for k := range CommandKind(commandKinds) {
		p, all := fresh(t, k)
		add := func(what string) {
			digest := digestOf(p)
			require.Empty(t, seen[digest], "has the digest of %s %s", k, what)
			seen[digest] = fmt.Sprint(k, " ", what)
		}
		if len(all) > 1 && !strings.Contains(all[len(all)-1].path, ".Policy") {
			add("with nothing") // of others it is one of those below, or the lists of a start are there already
		}
		for i, l := range all {
			l.set(t, i+1)
		}
		add("with everything")
		for i, l := range all {
			l.value.SetZero()
			add("without " + l.path)
			if kind := l.value.Kind(); kind != reflect.Bool && kind != reflect.Uint8 {
				l.set(t, i+1001)
				add("with another " + l.path)
			}
			l.set(t, i+1)
		}
	}
}

func TestLIFE_16_what_passes_from_one_field_to_the_next_changes_the_digest(t *testing.T) {
	for k := range CommandKind(commandKinds) {
		p, all := fresh(t, k)
		var texts []leaf
		for _, l := range all {
			if l.value.Kind() == reflect.String {
				texts = append(texts, l)
				l.value.SetString("ab")
			}
		}
		for i := 1; i < len(texts); i++ {
			before := digestOf(p)
			texts[i-1].value.SetString("a")
			texts[i].value.SetString("bab")
			require.NotEqual(t, before, digestOf(p), "%s: %s and %s", k, texts[i-1].path, texts[i].path)
			texts[i-1].value.SetString("")
			texts[i].value.SetString("abab")
			require.NotEqual(t, before, digestOf(p), "%s: %s and %s", k, texts[i-1].path, texts[i].path)
			texts[i-1].value.SetString("ab")
			texts[i].value.SetString("ab")
		}
	}
	one := []Field{{Key: "a"}, {Value: Value{Text: "b"}}}
	two := []Field{{Key: "a", Value: Value{Text: "b"}}}
	three := append(two, Field{})
	require.NotEqual(t, Digest(Start{CaseData: one}), Digest(Start{CaseData: two}))
	require.NotEqual(t, Digest(Start{CaseData: two}), Digest(Start{CaseData: three}))
	swapped := Start{Policy: &Policy{Dispositions: []Disposition{{Code: "b"}, {Code: "a"}}}}
	require.NotEqual(t, Digest(swapped), Digest(Start{Policy: &Policy{Dispositions: []Disposition{{Code: "a"}, {Code: "b"}}}}))
}

// TestLIFE_16_Golden_digests_hold pins digests, as a retry may come a day later,
// to a later version.
func TestLIFE_16_Golden_digests_hold(t *testing.T) {
	var got strings.Builder
	for k, c := range commands {
		zero, _ := reflect.Zero(reflect.TypeOf(c)).Interface().(Command)
		fmt.Fprintf(&got, "%-22s %016x %016x\n", CommandKind(k), Digest(zero), Digest(c))
	}
	const file = "testdata/golden/v1-digests.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String(), "the digests of stored commands changed")
}

func TestLIFE_16_a_digest_allocates_nothing(t *testing.T) {
	say := Command(Say{Text: strings.Repeat("x", 4000)})
	require.Zero(t, testing.AllocsPerRun(100, func() { Digest(say) }))
}
