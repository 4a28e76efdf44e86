package gateway_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

// Markers stand in everything that is internal. Not one byte of one of them is
// ever sent to the contact: not in its feed, and not in any answer.
func TestPART_2_PART_4_CONS_4_gateway_nothing_internal_is_sent_to_the_contact(t *testing.T) {
	const marker = "zq7"
	s := newSite(t, setup{})
	p := policy()
	p.HiddenMonitor, p.TypingPreview = false, true
	p.Dispositions = []interaction.Disposition{{Code: marker + "-code", Label: marker + "-label"}}
	p.Nicknames = []interaction.Nickname{{For: "agent:" + marker + "-maria", Name: "Support"}, {For: "*", Name: "Team"}}
	p.CaseDataKeys = []string{marker + "-key"}
	var (
		maria = interaction.PartyID("agent:" + marker + "-maria")
		ben   = interaction.PartyID("agent:" + marker + "-ben")
		kim   = interaction.PartyID("supervisor:" + marker + "-kim")
	)
	names[maria], names[ben], names[kim] = marker+" Maria", marker+" Ben", marker+" Kim"
	defer func() { delete(names, maria); delete(names, ben); delete(names, kim) }()

	id := "the-chat"
	_, err := s.k.Do(context.Background(), id, chatkernel.Actor{ID: pat}, interaction.Start{
		Contact: interaction.Person{ID: pat, Name: "Pat"}, Subject: marker + " subject", Channel: marker + "-channel", Policy: &p,
		Target:   interaction.Target("queue:" + marker),
		CaseData: []interaction.Field{{Key: marker + "-key", Value: interaction.Value{Text: marker}}},
	})
	require.NoError(t, err)
	path := "/interactions/" + id
	feed := s.open(pat, path+"/feed", "")
	feed.until("current")
	var answers strings.Builder
	ask := func() { // everything that a contact can ask for, allowed or not
		answers.WriteString(s.get(pat, path).raw)
		for _, k := range interaction.CommandKinds() {
			if k == interaction.LeaveKind {
				continue
			}
			body := map[interaction.CommandKind]string{
				interaction.SayKind: say("hello"), interaction.MarkReadKind: `{"through":99}`, interaction.SuperviseKind: `{"mode":"coach"}`,
				interaction.AnnounceKind: `{"message":"waiting","text":"x"}`, interaction.JudgeFileKind: `{"file":"f","verdict":"broken"}`,
				interaction.RemoveKind: `{"party":"` + string(ben) + `"}`,
			}[k]
			r := s.post(pat, path+"/commands/"+k.String(), body)
			fmt.Fprintln(&answers, r.header, r.raw)
		}
		r := s.post(pat, path+"/typing", `{"draft":"hello"}`)
		fmt.Fprintln(&answers, r.header, r.raw)
	}
	ask()
	_, err = s.k.Do(context.Background(), id, chatkernel.Actor{ID: interaction.System}, interaction.Offer{
		Invitation: s.state(id).Invitations[0].ID, Agent: maria, AgentName: marker + " Maria",
	})
	require.NoError(t, err)
	s.does(maria, id, "accept", `{"invitation":"`+s.asked(id, maria)+`"}`)
	ask()
	s.does(maria, id, "say", `{"text":"`+marker+` words","to":"internal"}`)
	s.does(maria, id, "set-note", `{"text":"`+marker+` note"}`)
	s.does(maria, id, "set-disposition", `{"code":"`+marker+`-code"}`)
	s.does(maria, id, "set-case-data", `{"key":"`+marker+`-key","value":{"text":"`+marker+`"}}`)
	s.does(maria, id, "blend", `{"medium":"voice","address":"`+marker+`"}`)
	s.does(maria, id, "consult", `{"id":"`+marker+`-con","to":"`+string(ben)+`","note":"`+marker+`"}`)
	ask()
	s.does(ben, id, "accept", `{"invitation":"`+marker+`-con"}`)
	s.does(ben, id, "say", `{"text":"`+marker+` advice","consultation":"`+marker+`-con"}`)
	require.Equal(t, 204, s.post(ben, path+"/typing", `{"draft":"`+marker+`","consultation":"`+marker+`-con"}`).status)
	s.does(kim, id, "supervise", `{"mode":"coach"}`)
	s.does(kim, id, "say", `{"text":"`+marker+` do this","to":"supervisors"}`)
	s.does(maria, id, "conference", `{"to":"group:`+marker+`","agent":"agent:`+marker+`-zoe","agentName":"`+marker+` Zoe","note":"`+marker+`"}`)
	ask()
	s.does(maria, id, "transfer", `{"consultation":"`+marker+`-con"}`)
	s.does(ben, id, "say", say("hello from the team"))
	require.Equal(t, 204, s.post(ben, path+"/typing", `{"draft":"`+marker+`"}`).status)
	ask()
	s.does(kim, id, "supervise", `{"mode":"barge-in"}`)
	s.does(kim, id, "supervise", `{"mode":"monitor"}`)
	s.does(kim, id, "supervise", `{"mode":"stop"}`)
	s.does(ben, id, "end", "")
	feed.until("entry")
	ask()
	ended := s.get(pat, path).raw
	refused := s.post(pat, path+"/commands/say", say("late")).raw
	require.NotContains(t, refused, `"phase":`)
	read := s.post(pat, path+"/commands/mark-read", `{"through":100}`).raw
	s.does(ben, id, "mark-done", "")
	ask()
	require.Equal(t, ended, s.get(pat, path).raw, "that it is done is not the contact's to know")
	require.Equal(t, refused, s.post(pat, path+"/commands/say", say("late")).raw)
	require.Equal(t, read, s.post(pat, path+"/commands/mark-read", `{"through":101}`).raw)

	whole := s.open(pat, path+"/feed", "")
	whole.until("current")
	for where, bytes := range map[string]string{"the feed": feed.bytes(), "the feed from its start": whole.bytes(), "the answers": answers.String()} {
		require.Contains(t, bytes, "Pat", where)
		for _, secret := range []string{
			marker, "consult", "upervis", "coach", "monitor", "queue:", "group:", "disposition", "caseData", "\"note\"", "invitation", "internal",
		} {
			if where == "the answers" {
				// Answers name the command that was asked for, and what is wrong with it.
				if secret != marker {
					continue
				}
			}
			require.NotContains(t, bytes, secret, where)
		}
	}
	require.Contains(t, feed.bytes(), "Support joined the chat.")
	require.Contains(t, feed.bytes(), "hello from the team")
	agent := s.open(ben, path+"/feed", "")
	agent.until("current")
	require.Contains(t, agent.bytes(), marker, "the markers are there, for those who may see them")
}

// The stream of a contact is the same, but for the clock, with and without a
// consultation, a monitor and internal words.
func TestPART_2_CONS_4_gateway_the_contacts_stream_does_not_betray(t *testing.T) {
	run := func(secrets bool) string {
		s := newSite(t, setup{})
		id := s.active(policy())
		feed := s.open(pat, "/interactions/"+id+"/feed", "")
		feed.until("current")
		var ids []string
		for i := range 4 {
			if secrets {
				s.does(maria, id, "say", `{"text":"x","to":"internal"}`)
				s.does(maria, id, "consult", fmt.Sprintf(`{"id":"c%d","to":"agent:ben"}`, i))
				s.does(ben, id, "accept", fmt.Sprintf(`{"invitation":"c%d"}`, i))
				s.does(ben, id, "end-consultation", fmt.Sprintf(`{"consultation":"c%d"}`, i))
				s.does(sam, id, "supervise", `{"mode":"monitor"}`)
				s.does(sam, id, "supervise", `{"mode":"stop"}`)
			}
			r := s.does(pat, id, "say", say(fmt.Sprint("question ", i)))
			_, position, _ := strings.Cut(r.body["position"].(string), ".")
			ids = append(ids, position)
			s.does(maria, id, "say", say(fmt.Sprint("answer ", i)))
			for _, e := range feed.untilText(fmt.Sprint("answer ", i)) {
				_, position, _ := strings.Cut(e.id, ".")
				delete(e.body, "at")
				delete(e.body, "startedAt")
				delete(e.body, "id")
				ids = append(ids, e.name, position, fmt.Sprint(e.body))
			}
		}
		return strings.Join(ids, "\n")
	}
	require.Equal(t, run(false), run(true))
}

// While a feed waits, nothing hidden makes it send anything.
func TestPART_2_gateway_hidden_events_send_nothing(t *testing.T) {
	s := newSite(t, setup{kernel: &chatkernel.Options{Poll: time.Hour}})
	id := s.active(policy())
	feed, agent := s.open(pat, "/interactions/"+id+"/feed", ""), s.open(maria, "/interactions/"+id+"/feed", "")
	feed.until("current")
	agent.until("current")
	before := feed.bytes()
	for i := range 20 {
		s.does(maria, id, "say", fmt.Sprintf(`{"text":"%d","to":"internal"}`, i))
	}
	agent.untilText("19")
	require.Equal(t, before, feed.bytes())
}
