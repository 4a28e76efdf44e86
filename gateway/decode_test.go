package gateway_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

// wire holds each command in its full form.
var wire = map[string]struct {
	body string
	want interaction.Command
}{
	"join":                   {`{"name":"Greeter"}`, interaction.Join{Name: "Greeter"}},
	"invite":                 {`{"id":"i","to":"group:g","agent":"agent:a","agentName":"A","note":"n"}`, interaction.Invite{ID: "i", To: "group:g", Agent: "agent:a", AgentName: "A", Note: "n"}},
	"offer":                  {`{"invitation":"i","agent":"agent:a","agentName":"A"}`, interaction.Offer{Invitation: "i", Agent: "agent:a", AgentName: "A"}},
	"transfer":               {`{"id":"i","to":"group:g","agent":"agent:a","agentName":"A","consultation":"c","note":"n"}`, interaction.Transfer{ID: "i", To: "group:g", Agent: "agent:a", AgentName: "A", Consultation: "c", Note: "n"}},
	"conference":             {`{"id":"i","to":"group:g","agent":"agent:a","agentName":"A","consultation":"c","note":"n"}`, interaction.Conference{ID: "i", To: "group:g", Agent: "agent:a", AgentName: "A", Consultation: "c", Note: "n"}},
	"consult":                {`{"id":"i","to":"group:g","agent":"agent:a","agentName":"A","medium":"voice","note":"n"}`, interaction.Consult{ID: "i", To: "group:g", Agent: "agent:a", AgentName: "A", Medium: interaction.ByVoice, Note: "n"}},
	"accept":                 {`{"invitation":"i","name":"A"}`, interaction.Accept{Invitation: "i", Name: "A"}},
	"decline":                {`{"invitation":"i","reason":"r"}`, interaction.Decline{Invitation: "i", Reason: "r"}},
	"cancel":                 {`{"invitation":"i"}`, interaction.Cancel{Invitation: "i"}},
	"withdraw":               {`{"invitation":"i","reason":"r"}`, interaction.Withdraw{Invitation: "i", Reason: "r"}},
	"rejoin":                 {`{"name":"A"}`, interaction.Rejoin{Name: "A"}},
	"supervise":              {`{"mode":"barge-in","name":"A"}`, interaction.Supervise{Mode: interaction.BargeIn, Name: "A"}},
	"say":                    {`{"text":"t","to":"internal","consultation":"c","confirm":"h"}`, interaction.Say{Text: "t", To: interaction.Internal, Consultation: "c", Confirm: "h"}},
	"mark-read":              {`{"through":18446744073709551615}`, interaction.MarkRead{Through: 1<<64 - 1}},
	"push-url":               {`{"url":"https://example.com"}`, interaction.PushURL{URL: "https://example.com"}},
	"send-file":              {`{"file":{"id":"f","name":"a.pdf","type":"application/pdf","size":7,"hash":"AQI=","verdict":"pending-scan","code":"k","reason":"r"},"to":"supervisors","consultation":"c"}`, interaction.SendFile{File: interaction.File{ID: "f", Name: "a.pdf", Type: "application/pdf", Size: 7, Hash: []byte{1, 2}, Verdict: interaction.PendingScan, Code: "k", Reason: "r"}, To: interaction.Supervisors, Consultation: "c"}},
	"judge-file":             {`{"file":"f","verdict":"deleted","code":"k","reason":"r"}`, interaction.JudgeFile{File: "f", Verdict: interaction.Deleted, Code: "k", Reason: "r"}},
	"blend":                  {`{"medium":"voice","address":"1","ref":"r"}`, interaction.Blend{Medium: "voice", Address: "1", Ref: "r"}},
	"schedule-callback":      {`{"at":"2026-03-01T12:00:00Z","number":"1","note":"n"}`, interaction.ScheduleCallback{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Number: "1", Note: "n"}},
	"announce":               {`{"message":"information","text":"t"}`, interaction.Announce{Message: interaction.Information, Text: "t"}},
	"end-consultation":       {`{"consultation":"c"}`, interaction.EndConsultation{Consultation: "c"}},
	"mark-consultation-done": {`{"consultation":"c"}`, interaction.MarkConsultationDone{Consultation: "c"}},
	"disconnect":             {`{"party":"agent:a"}`, interaction.Disconnect{Party: "agent:a"}},
	"reconnect":              {`{"party":"agent:a"}`, interaction.Reconnect{Party: "agent:a"}},
	"leave":                  {`{}`, interaction.Leave{}},
	"end":                    {` `, interaction.End{}},
	"remove":                 {`{"party":"agent:a"}`, interaction.Remove{Party: "agent:a"}},
	"set-disposition":        {`{"code":"c"}`, interaction.SetDisposition{Code: "c"}},
	"set-note":               {`{"text":"t"}`, interaction.SetNote{Text: "t"}},
	"set-case-data":          {`{"key":"k","value":{"type":"bool","text":"true"},"delete":true}`, interaction.SetCaseData{Key: "k", Value: interaction.Value{Type: interaction.BoolValue, Text: "true"}, Delete: true}},
	"mark-done":              {``, interaction.MarkDone{}},
	"assign-contact":         {`{"contact":{"id":"contact:c","name":"C"}}`, interaction.AssignContact{Contact: interaction.Person{ID: "contact:c", Name: "C"}}},
	"erase":                  {`{}`, interaction.Erase{}},
	"elapse":                 {`{}`, interaction.Elapse{}},
}

func TestHOST_6_gateway_every_command_has_its_wire_form(t *testing.T) {
	for _, k := range interaction.CommandKinds() {
		name := k.String()
		if k == interaction.StartKind {
			_, err := gateway.DecodeCommand(name, nil)
			require.ErrorIs(t, err, gateway.ErrUnknownCommand, "what is started is the host's to say")
			continue
		}
		form, ok := wire[name]
		require.True(t, ok, name)
		got, err := gateway.DecodeCommand(name, []byte(form.body))
		require.NoError(t, err, name)
		require.Equal(t, form.want, got)
		require.Equal(t, k, got.Kind())
	}
}

func TestHOST_6_gateway_decode_refuses_with_typed_errors(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		want       error
	}{
		{"", "", gateway.ErrUnknownCommand},
		{"SAY", "", gateway.ErrUnknownCommand},
		{"end", `{"by":"agent:a"}`, gateway.ErrBody},
		{"say", `{"text":"a","TEXT":"b"}`, gateway.ErrBody},
		{"say", `{"text":"a"}]`, gateway.ErrBody},
		{"say", `"text"`, gateway.ErrBody},
		{"say", `{"text"`, gateway.ErrBody},
		{"say", `{"text":"a",}`, gateway.ErrBody},
		{"set-case-data", `{"value":[{},{}]}`, gateway.ErrBody},
		{"mark-read", `{"through":-1}`, gateway.ErrBody},
		{"mark-read", `{"through":1e99}`, gateway.ErrBody},
		{"send-file", `{"file":{"hash":"?"}}`, gateway.ErrBody},
		{"say", strings.Repeat(`{"text":`, 100_000), gateway.ErrBody},
		{"say", `{"to":"one-consultation"}`, interaction.ErrInvalid},
		{"supervise", ``, interaction.ErrInvalid},
	} {
		cmd, err := gateway.DecodeCommand(c.kind, []byte(c.body))
		require.ErrorIs(t, err, c.want, c.body)
		if !errors.Is(err, interaction.ErrInvalid) {
			require.Nil(t, cmd)
		}
	}
}

func TestHOST_6_gateway_decode_bounds_what_it_reads(t *testing.T) {
	_, err := gateway.DecodeCommand("say", []byte(strings.Repeat(`{"text":`, 9)+`1`+strings.Repeat(`}`, 9)))
	require.ErrorContains(t, err, "nested too deep")
	_, err = gateway.DecodeCommand("say", []byte("{\"text\":\"\xff\"}"))
	require.ErrorContains(t, err, "not valid UTF-8")
}

// Whatever comes in, the answer is a command of that kind or a typed error.
func FuzzHOST_6_decode(f *testing.F) {
	for kind, form := range wire {
		f.Add(kind, []byte(form.body))
	}
	f.Add("say", []byte(`{"text":"\ud800","to":null}`))
	f.Add("say", []byte(`{"text":{"text":{"text":[[[[]]]]}}}`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		cmd, err := gateway.DecodeCommand(kind, body)
		if err != nil {
			if !errors.Is(err, gateway.ErrUnknownCommand) && !errors.Is(err, gateway.ErrBody) && !errors.Is(err, interaction.ErrInvalid) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if cmd.Kind().String() != kind {
			t.Fatalf("a %s was read as a %s", kind, cmd.Kind())
		}
		again, err := gateway.DecodeCommand(kind, body)
		if err != nil {
			t.Fatalf("read once, refused then: %v", err)
		}
		require.Equal(t, cmd, again)
	})
}
