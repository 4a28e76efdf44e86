package interaction

import (
	"bufio"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// update writes the golden files of the present format:
//
//	go test -run Golden -update
//
// Once a version that writes the format was released, its files are never
// written again: a new format has files of its own beside them.
var update = flag.Bool("update", false, "write the golden files")

// storedChat is a chat from its start until it is done, with a transfer, a
// conference, a consultation and a supervisor, as batches.
func storedChat(t testing.TB) []Batch {
	var s State
	var all []Batch
	now := noon
	do := func(by PartyID, c Command) {
		t.Helper()
		now = now.Add(1500 * time.Millisecond)
		records, err := Decide(&s, Input{By: by, Key: fmt.Sprint("key ", len(all)), Command: c, Now: now})
		require.NoError(t, err)
		require.NotEmpty(t, records)
		for _, r := range records {
			require.NoError(t, s.Apply(r))
		}
		b := Batch{By: by, Command: Digest(c), Records: records}
		b.Seen, b.View = s.Position(Viewer{ID: by})
		all = append(all, b)
	}
	offered := func(to PartyID) string {
		t.Helper()
		for _, inv := range s.Invitations {
			if inv.Agent == to {
				return inv.ID
			}
		}
		require.Fail(t, "no offer", "for %s", to)
		return ""
	}
	policy := DefaultPolicy()
	policy.Dispositions = []Disposition{{"sale", "Sale", ""}, {"sale/new", "New customer", "sale"}}
	policy.DispositionRequired = true
	policy.Nicknames = []Nickname{{"agent:ben", "Benny"}}
	policy.Messages = []Messages{{"", "Welcome.", "Somebody will be with you.", "Are you there?", "We close now.", "Goodbye.", ""}}
	do(pat, Start{
		Contact: Person{pat, "Pat"}, Subject: "billing", Channel: "chat", Language: "en", Target: sales, Priority: 2,
		CaseData: []Field{{"plan", Value{StringValue, "gold"}}, {"since", Value{TimeValue, "2020-01-01T00:00:00Z"}}}, Policy: &policy,
	})
	do(bot, Join{"Greeter"})
	do(bot, Say{Text: "Hello Pat, what is it about?"})
	do(pat, Say{Text: "A bill 🙂"})
	do(System, Offer{s.Invitations[0].ID, maria, "Maria"})
	do(maria, Accept{offered(maria), "Maria"})
	do(maria, Say{Text: "Hello, let me look."})
	do(pat, MarkRead{2})
	do(sam, Supervise{Coach, "Sam"})
	do(sam, Say{Text: "Ask for the number.", To: Supervisors})
	do(maria, Consult{ID: "c1", To: Target(ben), Agent: ben, AgentName: "Ben", Note: "an old bill"})
	do(ben, Accept{offered(ben), "Ben"})
	do(ben, Say{Text: "It was paid.", Consultation: "c1"})
	do(maria, EndConsultation{"c1"})
	do(ben, MarkConsultationDone{"c1"})
	do(maria, Conference{To: Target(ben), Agent: ben, AgentName: "Ben"})
	do(ben, Decline{offered(ben), "lunch"})
	do(maria, Transfer{To: Target(zoe), Agent: zoe, AgentName: "Zoe", Note: "please"})
	do(zoe, Accept{offered(zoe), "Zoe"})
	do(sam, Supervise{StopWatching, "Sam"})
	do(pat, SendFile{File: File{ID: "f1", Name: "bill.pdf", Type: "application/pdf", Size: 70_000, Hash: []byte{0, 0xff}, Verdict: PendingScan}})
	do(System, JudgeFile{"f1", Available, "", ""})
	do(zoe, PushURL{"https://example.com/bill"})
	do(zoe, SetCaseData{"paid", Value{BoolValue, "true"}, false})
	do(zoe, SetCaseData{Key: "plan", Delete: true})
	do(zoe, Blend{"email", "pat@example.com", "m1"})
	do(zoe, ScheduleCallback{now.Add(time.Hour), "+15550100", "the manager"})
	do(System, Disconnect{pat})
	do(System, Reconnect{pat})
	do(System, Announce{Information, "We are nearly done."})
	now = now.Add(20 * time.Second)
	do(pat, Say{Text: "Thanks!\nBye"})
	now = now.Add(16 * time.Second)
	do(System, Elapse{})
	do(zoe, End{})
	do(zoe, SetNote{"Was paid."})
	do(zoe, SetDisposition{"sale/new"})
	do(zoe, MarkDone{})
	do(zoe, AssignContact{Person{"contact:p-17", "Pat P."}})
	do(System, Erase{})
	return all
}

// A goldenLine is a stored batch with its commit's position and time.
type goldenLine struct {
	after uint64
	at    time.Time
	data  []byte
}

func (l goldenLine) String() string {
	return fmt.Sprintf("%d %s %s", l.after, l.at.Format(time.RFC3339Nano), base64.StdEncoding.EncodeToString(l.data))
}

func goldenLines(t testing.TB, name string) (all []goldenLine) {
	f, err := os.Open("testdata/golden/" + name + ".txt")
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l goldenLine
		var at, data string
		_, err := fmt.Sscan(lines.Text(), &l.after, &at, &data)
		require.NoError(t, err)
		l.at, err = time.Parse(time.RFC3339Nano, at)
		require.NoError(t, err)
		l.data, err = base64.StdEncoding.DecodeString(data)
		require.NoError(t, err)
		all = append(all, l)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, all)
	return all
}

// golden writes what the stored batches mean if it shall, and compares; the
// batches themselves are written once and never again. What was stored must mean
// the same in every version, and be stored in the same way. The meaning may only
// grow, by what a state newly derives.
func golden(t testing.TB, name string, now func() []Batch, meaning func([]Batch) string) {
	path := "testdata/golden/" + name
	if _, err := os.Stat(path + ".txt"); *update && err != nil {
		var lines, after = strings.Builder{}, uint64(0)
		for _, b := range now() {
			fmt.Fprintln(&lines, goldenLine{after, b.Records[0].At, AppendBatch(nil, &b)})
			after += uint64(len(b.Records))
		}
		require.NoError(t, os.WriteFile(path+".txt", []byte(lines.String()), 0o644))
	}
	var read []Batch
	for _, l := range goldenLines(t, name) {
		b, err := DecodeBatch(l.data, l.after, l.at)
		require.NoError(t, err)
		require.Equal(t, l.data, AppendBatch(nil, &b))
		read = append(read, b)
	}
	if *update {
		require.NoError(t, os.WriteFile(path+".dump.txt", []byte(meaning(read)), 0o644))
	}
	want, err := os.ReadFile(path + ".dump.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), meaning(read))
}

func TestLIFE_18_Golden_events_mean_what_they_meant(t *testing.T) {
	golden(t, "v1-events", func() []Batch {
		var all []Batch
		seq := uint64(1)
		for k, e := range eventsOfAllKinds(t) {
			b := batch(e, newEvent(EventKind(k)))
			b.Records[1].Audience = Audience{Scope(k % scopes), "c1", zoe}
			for i := range b.Records {
				b.Records[i].Seq = seq
				seq++
			}
			all = append(all, b)
		}
		return all
	}, dumpAll)
}

// TestLIFE_18_Golden_log_is_replayed folds a log that an earlier version wrote:
// the state must be what it was then, at every prefix.
func TestLIFE_18_Golden_log_is_replayed(t *testing.T) {
	golden(t, "v1-log", func() []Batch { return storedChat(t) }, func(all []Batch) string {
		var s State
		var out strings.Builder
		for _, b := range all {
			dump(&out, "batch", reflect.ValueOf(b))
			for _, r := range b.Records {
				require.NoError(t, s.Apply(r))
			}
			brief := s
			brief.Start = nil // shown at the end
			dump(&out, "\tthen", reflect.ValueOf(brief))
		}
		dump(&out, "state", reflect.ValueOf(s))
		return out.String()
	})
}

func TestLIFE_18_Golden_files_hold_every_kind(t *testing.T) {
	seen := map[EventKind]bool{}
	for _, l := range goldenLines(t, "v1-events") {
		b, err := DecodeBatch(l.data, l.after, l.at)
		require.NoError(t, err)
		for _, r := range b.Records {
			seen[r.Event.Kind()] = true
		}
	}
	for k, n := range [...]string{
		"started", "invited", "offered", "offer-returned", "invitation-closed", "joined", "left", "owner-changed", "disconnected",
		"reconnected", "said", "announced", "marked-read", "ended", "became-dormant", "closed", "disposition-set", "note-set",
		"case-data-set", "consultation-joined", "consultation-ended", "consultation-marked", "watching", "watching-ended",
		"url-pushed", "file-sent", "file-judged", "blended", "callback-scheduled", "contact-assigned", "erased", "response-stage",
	} {
		require.Equal(t, n, EventKind(k).String(), "names are frozen")
		require.True(t, seen[EventKind(k)], "a kind of the first format is missing: %s", n)
	}
}

func dumpAll(all []Batch) string {
	var out strings.Builder
	for _, b := range all {
		dump(&out, "batch", reflect.ValueOf(b))
	}
	return out.String()
}

// dump writes every exported field that is not zero, one a line, so that fields
// that a later version adds do not change it.
func dump(out *strings.Builder, name string, v reflect.Value) {
	indent := name[:len(name)-len(strings.TrimLeft(name, "\t"))] + "\t"
	switch {
	case v.IsZero() && !strings.HasSuffix(name, "]"):
		return
	case v.Type() == reflect.TypeFor[time.Time]():
		fmt.Fprintf(out, "%s: %s\n", name, v.Interface().(time.Time).Format(time.RFC3339Nano))
	case v.Type() == reflect.TypeFor[[]byte]():
		fmt.Fprintf(out, "%s: %x\n", name, v.Bytes())
	case v.Kind() == reflect.Interface:
		dump(out, name+" "+v.Elem().Type().Elem().Name(), v.Elem())
	case v.Kind() == reflect.Pointer && v.Type().Elem().NumField() == 0:
		fmt.Fprintln(out, name)
	case v.Kind() == reflect.Pointer:
		if v.Elem().IsZero() {
			fmt.Fprintln(out, name)
		}
		dump(out, name, v.Elem())
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			dump(out, name+"["+strconv.Itoa(i)+"]", v.Index(i))
		}
	case v.Kind() == reflect.Struct:
		fmt.Fprintln(out, name)
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				dump(out, indent+f.Name, v.Field(i))
			}
		}
	case v.Kind() == reflect.String:
		fmt.Fprintf(out, "%s: %q\n", name, v.String())
	case name == "Command" || strings.HasSuffix(name, "\tCommand"):
		fmt.Fprintf(out, "%s: %016x\n", name, v.Uint())
	default:
		fmt.Fprintf(out, "%s: %v\n", name, v.Interface())
	}
}
