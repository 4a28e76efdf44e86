package interaction

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var codecTime = time.Date(2026, 11, 22, 12, 0, 0, 123_456_000, time.UTC)

// filled sets every field of a value, each to something else, as deep as it
// goes: a field that is added and not stored makes the round trip fail.
func filled(v reflect.Value, path string, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(codecTime.Add(time.Duration(*n) * time.Hour)))
	case v.Type() == reflect.TypeFor[time.Duration]():
		v.SetInt(int64(time.Duration(*n) * 1001 * time.Microsecond))
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString(fmt.Sprintf("%s#%d", path, *n))
		case reflect.Int, reflect.Int64:
			v.SetInt(int64(-*n))
		case reflect.Uint8:
			v.SetUint(uint64(1 + *n%2))
		case reflect.Uint64:
			v.SetUint(1<<40 + uint64(*n))
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			for i := range 2 {
				filled(v.Index(i), path, n)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				filled(v.Field(i), path+"."+v.Type().Field(i).Name, n)
			}
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			filled(v.Elem(), path, n)
		default:
			panic("a kind of field that no event has yet: " + v.Kind().String())
		}
	}
}

// everyEvent has each kind of event twice: with nothing and with everything.
func everyEvent() (all []Event) {
	for _, empty := range emptyEvents {
		e, n := empty(), 0
		v := reflect.ValueOf(e).Elem()
		filled(v, v.Type().Name(), &n)
		all = append(all, empty(), e)
	}
	return all
}

// everyCommand has each kind of command with every field set.
func everyCommand() (all []Command) {
	for _, c := range []Command{
		Start{}, Join{}, Invite{}, Offer{}, Transfer{}, Conference{}, Consult{}, Accept{}, Decline{}, Cancel{}, Withdraw{}, Rejoin{},
		Supervise{}, Say{}, MarkRead{}, PushURL{}, SendFile{}, JudgeFile{}, Blend{}, ScheduleCallback{}, Announce{},
		EndConsultation{}, MarkConsultationDone{}, Disconnect{}, Reconnect{}, Leave{}, End{}, Remove{}, SetDisposition{}, SetNote{},
		SetCaseData{}, MarkDone{}, AssignContact{}, Erase{}, Elapse{},
	} {
		v, n := reflect.New(reflect.TypeOf(c)).Elem(), 0
		filled(v, v.Type().Name(), &n)
		all = append(all, v.Interface().(Command))
	}
	return all
}

func batchOf(e Event) *Batch {
	return &Batch{By: "agent:maria", Command: 0xfeedface, Seen: 3, View: 2, Records: []Record{
		{Seq: 8, At: codecTime, By: "agent:maria", Event: e},
	}}
}

func TestLIFE_18_every_event_survives_being_stored(t *testing.T) {
	kinds := make(map[EventKind]bool)
	for _, e := range everyEvent() {
		kinds[e.Kind()] = true
		b := batchOf(e)
		data := AppendBatch(nil, b)
		got, err := DecodeBatch(data, 7, codecTime)
		require.NoError(t, err)
		require.Equal(t, *b, got, e.Kind())
		require.Equal(t, data, AppendBatch(nil, &got))
	}
	require.Len(t, kinds, eventKinds)
}

func TestLIFE_18_heads_survive_being_stored(t *testing.T) {
	b := Batch{By: "contact:pat", Seen: 1 << 40, View: 1 << 20}
	for i, r := range []Record{
		{By: "contact:pat"},
		{By: System, Audience: Audience{Scope: Internal}},
		{By: "agent:ben", Audience: Audience{Scope: OneConsultation, Consultation: "c1", To: "agent:chloe"}},
		{By: "contact:pat", Audience: Audience{Scope: Supervisors, To: "agent:maria"}},
	} {
		r.Seq, r.At, r.Event = uint64(i)+1, codecTime, &Said{Text: strings.Repeat("long ", i*100)}
		b.Records = append(b.Records, r)
	}
	got, err := DecodeBatch(AppendBatch([]byte("before")[6:], &b), 0, codecTime)
	require.NoError(t, err)
	require.Equal(t, b, got)
}

func TestLIFE_18_corrupt_bytes_are_an_error(t *testing.T) {
	for _, e := range everyEvent() {
		data := AppendBatch(nil, batchOf(e))
		for i := range data {
			_, err := DecodeBatch(data[:i], 7, codecTime)
			require.Error(t, err, "%v cut at %d", e.Kind(), i)
		}
		_, err := DecodeBatch(append(data, 0), 7, codecTime)
		require.ErrorIs(t, err, ErrCorrupt)
	}
}

func TestLIFE_18_unknown_kind_is_an_error_that_names_it(t *testing.T) {
	data := AppendBatch(nil, batchOf(&Said{"hello"}))
	_, err := DecodeBatch(bytes.Replace(data, []byte("said"), []byte("sung"), 1), 7, codecTime)
	var unknown *UnknownKindError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, UnknownKindError{"sung", 8}, *unknown)
}

func TestLIFE_18_unknown_version_is_an_error_that_names_it(t *testing.T) {
	data := AppendBatch(nil, batchOf(&Said{"hello"}))
	data[0] = 9
	_, err := DecodeBatch(data, 7, codecTime)
	var version *VersionError
	require.ErrorAs(t, err, &version)
	require.Equal(t, byte(9), version.Version)
}

func TestLIFE_18_fields_of_a_newer_version_survive(t *testing.T) {
	b := batchOf(&Said{"hello"})
	// Field 60 is a number in the skeleton, field 61 bytes in the personal section.
	b.Records[0].extra = &unknown{"\x78\x07", "\x7b\x03new"}
	data := AppendBatch(nil, b)
	got, err := DecodeBatch(data, 7, codecTime)
	require.NoError(t, err)
	require.Equal(t, *b, got)
	require.Equal(t, data, AppendBatch(nil, &got))
}

// What a person wrote, names and case data stand apart from the skeleton, so
// that they can be encrypted by themselves.
func TestLIFE_18_personal_content_is_apart(t *testing.T) {
	for _, e := range everyEvent() {
		data := AppendBatch(nil, batchOf(e))
		frame, personal, err := Sections(data)
		require.NoError(t, err)
		require.Equal(t, data, append(bytes.Clone(frame), personal...))
		for _, field := range []string{
			"Contact.Name", ".Subject", ".AgentName", ".Note", ".Reason", "Joined.Name", ".Nickname#", "ConsultationJoined.Name", "Watching.Name",
			".Text", ".CaseData.Key", ".CaseData.Value", "Field.Key", "Field.Value.Text", "URLPushed.URL", "File.Name", "Blended.Address", ".Ref", ".Number",
		} {
			require.NotContains(t, string(frame), field, e.Kind())
		}
	}
	_, _, err := Sections([]byte{1, 2})
	require.ErrorIs(t, err, ErrCorrupt)
}

func TestLIFE_16_digests_tell_commands_apart(t *testing.T) {
	seen := make(map[uint64]string)
	for i, c := range everyCommand() {
		require.Equal(t, CommandKind(i), c.Kind())
		require.Equal(t, Digest(c), Digest(c))
		differs := func(c Command, what string) {
			d := Digest(c)
			require.NotContains(t, seen, d, "%s has the digest of %s", what, seen[d])
			seen[d] = what
		}
		differs(c, c.Kind().String())
		eachField(reflect.TypeOf(c), func(path []int, name string) {
			v := reflect.New(reflect.TypeOf(c)).Elem()
			v.Set(reflect.ValueOf(c))
			if f := field(v, path); !f.IsZero() {
				f.SetZero()
				differs(v.Interface().(Command), c.Kind().String()+" without "+name)
			}
		})
	}
	require.Len(t, everyCommand(), commandKinds)
}

// eachField visits the fields of a command, and of its values.
func eachField(t reflect.Type, visit func(path []int, name string)) {
	for i := range t.NumField() {
		f := t.Field(i)
		visit(f.Index, f.Name)
		if f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[time.Time]() {
			eachField(f.Type, func(path []int, name string) { visit(append([]int{i}, path...), f.Name+"."+name) })
		}
	}
}

func field(v reflect.Value, path []int) reflect.Value {
	// A struct is zeroed field by field: a changed copy must not share memory.
	return v.FieldByIndex(path)
}

func TestLIFE_16_a_digest_tells_policies_apart(t *testing.T) {
	with := func(p *Policy) uint64 { return Digest(Start{Contact: Person{ID: "contact:pat"}, Policy: p}) }
	p := DefaultPolicy()
	q := DefaultPolicy()
	require.Equal(t, with(&p), with(&q))
	q.NoAnswer++
	q.NoAnswer += time.Millisecond
	require.NotEqual(t, with(&p), with(&q))
	require.NotEqual(t, with(nil), with(new(Policy)))
}

func FuzzLIFE_18_decode(f *testing.F) {
	for _, e := range everyEvent() {
		f.Add(AppendBatch(nil, batchOf(e)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := DecodeBatch(data, 7, codecTime)
		if err != nil {
			var kind *UnknownKindError
			var version *VersionError
			require.True(t, errors.Is(err, ErrCorrupt) || errors.As(err, &kind) || errors.As(err, &version))
			return
		}
		again, err := DecodeBatch(AppendBatch(nil, &b), 7, codecTime)
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

// golden files hold what a released version wrote. Only new lines may be added.
const goldenDir = "testdata/golden"

// Every version must read what version 1 wrote, as it was meant.
func TestLIFE_18_golden_events(t *testing.T) {
	path := filepath.Join(goldenDir, "v1-events.txt")
	line := func(e Event) string {
		data, err := json.Marshal(e)
		require.NoError(t, err)
		return fmt.Sprintf("%s %s %s", e.Kind(), hex.EncodeToString(AppendBatch(nil, batchOf(e))), data)
	}
	if os.Getenv("CHATKERNEL_GOLDEN") == "write" {
		var out strings.Builder
		for _, e := range everyEvent() {
			fmt.Fprintln(&out, line(e))
		}
		require.NoError(t, os.MkdirAll(goldenDir, 0o755))
		require.NoError(t, os.WriteFile(path, []byte(out.String()), 0o644))
	}
	stored, err := os.ReadFile(path)
	require.NoError(t, err)
	seen := make(map[string]bool)
	for l := range strings.Lines(string(stored)) {
		parts := strings.SplitN(strings.TrimSpace(l), " ", 3)
		seen[parts[0]] = true
		data, err := hex.DecodeString(parts[1])
		require.NoError(t, err)
		b, err := DecodeBatch(data, 7, codecTime)
		require.NoError(t, err, parts[0])
		require.Equal(t, parts[0], b.Records[0].Event.Kind().String())
		want := newEvent(parts[0])
		require.NoError(t, json.Unmarshal([]byte(parts[2]), want))
		require.Equal(t, want, b.Records[0].Event)
	}
	require.Len(t, seen, eventKinds, "a new kind of event needs its line: CHATKERNEL_GOLDEN=write go test -run golden ./interaction")
}

// A whole log that version 1 wrote folds to the state that it meant, in every
// later version.
func TestLIFE_18_golden_log(t *testing.T) {
	logPath, statePath := filepath.Join(goldenDir, "v1-log.txt"), filepath.Join(goldenDir, "v1-log.state.json")
	if os.Getenv("CHATKERNEL_GOLDEN") == "write" {
		log, s := goldenChat(t)
		require.NoError(t, os.WriteFile(logPath, []byte(log), 0o644))
		require.NoError(t, os.WriteFile(statePath, stateJSON(t, s), 0o644))
	}
	log, err := os.ReadFile(logPath)
	require.NoError(t, err)
	var s State
	for l := range strings.Lines(string(log)) {
		var after uint64
		var micros int64
		var encoded string
		_, err := fmt.Sscan(l, &after, &micros, &encoded)
		require.NoError(t, err)
		data, err := hex.DecodeString(encoded)
		require.NoError(t, err)
		b, err := DecodeBatch(data, after, time.UnixMicro(micros))
		require.NoError(t, err)
		for _, r := range b.Records {
			require.NoError(t, s.Apply(r))
		}
	}
	want, err := os.ReadFile(statePath)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(stateJSON(t, &s)))
}

// stateJSON is what can be read of a state, and what is derived from it.
func stateJSON(t *testing.T, s *State) []byte {
	t.Helper()
	positions := make(map[PartyID][2]uint64)
	for _, p := range s.Parties {
		seen, view := s.Position(Viewer{ID: p.ID})
		positions[p.ID] = [2]uint64{seen, uint64(view)}
	}
	data, err := json.MarshalIndent(map[string]any{
		"state": s, "seq": s.Seq(), "at": s.At(), "public": s.Public(), "deadlines": s.Deadlines(), "positions": positions,
	}, "", "\t")
	require.NoError(t, err)
	return append(data, '\n')
}

// goldenChat is a chat with a little of everything, as stored commits.
func goldenChat(t *testing.T) (string, *State) {
	t.Helper()
	var s State
	var out strings.Builder
	now, n := codecTime, 0
	do := func(by PartyID, c Command) {
		t.Helper()
		n++
		now = now.Add(7 * time.Second)
		records, err := Decide(&s, Input{By: by, Key: fmt.Sprint(n), Command: c, Now: now})
		require.NoError(t, err)
		after := s.Seq()
		for _, r := range records {
			require.NoError(t, s.Apply(r))
		}
		b := Batch{By: by, Command: Digest(c), Records: records}
		b.Seen, b.View = s.Position(Viewer{ID: by})
		fmt.Fprintln(&out, after, now.UnixMicro(), hex.EncodeToString(AppendBatch(nil, &b)))
	}
	p := DefaultPolicy()
	p.Dispositions = []Disposition{{"bill", "Billing", ""}, {"bill-wrong", "Wrong bill", "bill"}}
	p.DispositionRequired = true
	p.Nicknames = []Nickname{{"agent:maria", "Anna"}}
	p.Messages = []Messages{{Language: "en", Greeting: "Hello, what can we do for you?", Farewell: "Good bye."}}
	do("contact:pat", Start{
		Contact: Person{"contact:pat", "Pat"}, Subject: "My bill", Channel: "chat", Language: "en-GB", Target: "agent:maria",
		CaseData: []Field{{"customer", Value{NumberValue, "42"}}}, Policy: &p,
	})
	do("agent:maria", Accept{Invitation: s.Invitations[0].ID, Name: "Maria Lopez"})
	do("contact:pat", Say{Text: "Why is it so high? 😀"})
	do("agent:maria", Consult{ID: "c1", To: "agent:ben", AgentName: "Ben"})
	do("agent:ben", Accept{Invitation: "c1", Name: "Ben"})
	do("agent:ben", Say{Text: "Offer a refund.", Consultation: "c1"})
	do("supervisor:sam", Supervise{Mode: Coach, Name: "Sam"})
	do("supervisor:sam", Say{Text: "Be kind.", To: Supervisors})
	do("agent:maria", Say{Text: "Let me see."})
	do("contact:pat", MarkRead{Through: 100})
	do("agent:maria", SetNote{Text: "Refund promised."})
	do("agent:maria", Conference{ID: "f1", Consultation: "c1"})
	do("agent:ben", Accept{Invitation: "f1"})
	do("agent:maria", Transfer{To: "agent:chloe"})
	do("agent:chloe", Decline{Invitation: s.Invitations[0].ID, Reason: "busy"})
	do("agent:maria", End{})
	do("agent:ben", SetDisposition{Code: "bill-wrong"})
	do("contact:pat", Say{Text: "Thanks!"})
	now = now.Add(time.Minute)
	do(System, Elapse{})
	do("agent:ben", End{})
	do("agent:ben", MarkDone{})
	return out.String(), &s
}
