package export_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript/export"
	"github.com/stretchr/testify/require"
)

// connected is the format as a reader of it has it.
type connected struct {
	Version, ContactId, InitialContactId string
	Participants                         []struct{ ParticipantId, ParticipantRole, DisplayName string }
	Transcript                           []struct {
		AbsoluteTime, Content, ContentType, DisplayName, Id, ParticipantId, ParticipantRole, Type string
		Attachments                                                                               []struct{ AttachmentId, AttachmentName, ContentType, Status string }
	}
}

func connect(t *testing.T, c export.Chat) connected {
	var out connected
	d := json.NewDecoder(strings.NewReader(written(t, export.Connect, c)))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&out))
	return out
}

// lines are a transcript's items in short.
func lines(c connected) []string {
	var all []string
	for _, it := range c.Transcript {
		line := strings.TrimPrefix(it.ContentType, "application/vnd.amazonaws.connect.event.")
		if it.Content != "" {
			line += ": " + it.Content
		}
		for _, a := range it.Attachments {
			line += a.AttachmentName + " " + a.ContentType + " " + a.Status
		}
		all = append(all, strings.TrimSpace(it.Type+" "+it.ParticipantRole+" "+it.DisplayName+" "+line))
	}
	return all
}

func TestHIST_6_connect_says_what_everyone_saw(t *testing.T) {
	c := newChat(t, quiet())
	c.do(pat, interaction.Say{Text: "Hello"})
	c.do(maria, interaction.Say{Text: "between us", To: interaction.Internal})
	c.do(maria, interaction.SetNote{Text: "a note"})
	c.do(pat, interaction.SendFile{File: interaction.File{ID: "f", Name: "a.pdf", Type: "application/pdf", Size: 5, Verdict: interaction.Available}})
	c.do(kim, interaction.Supervise{Mode: interaction.BargeIn, Name: "Kim"})
	c.do(maria, interaction.Transfer{To: interaction.Target(ben)})
	c.do(ben, interaction.Decline{Invitation: c.asked(ben)})
	c.bring(maria, interaction.Transfer{To: interaction.Target(ben)}, ben, "Ben")
	c.do(ben, interaction.PushURL{URL: "https://example.com/"})
	c.do(pat, interaction.Leave{})
	greeting := "MESSAGE SYSTEM SYSTEM_MESSAGE text/plain: Hello, and welcome to Example Telecom.\nSomebody will be with you in a moment."
	require.Equal(t, []string{
		"EVENT CUSTOMER Pat Müller participant.joined", "EVENT AGENT Maria participant.joined", greeting,
		"MESSAGE CUSTOMER Pat Müller text/plain: Hello", "ATTACHMENT CUSTOMER Pat Müller a.pdf application/pdf APPROVED",
		"EVENT SUPERVISOR Kim participant.joined",
		"EVENT   participant.invited", "EVENT   transfer.failed", "EVENT   participant.invited",
		"EVENT AGENT Benny participant.joined", "EVENT AGENT Benny transfer.succeeded", "EVENT AGENT Maria participant.left",
		"MESSAGE AGENT Benny text/plain: Please navigate to the link: https://example.com/",
		"EVENT CUSTOMER Pat Müller participant.left", "EVENT   chat.ended",
	}, lines(connect(t, c.export(maria))))
	require.Equal(t, []string{
		"EVENT CUSTOMER Pat Müller participant.joined", "EVENT AGENT Maria participant.joined", greeting,
		"MESSAGE CUSTOMER Pat Müller text/plain: Hello", "ATTACHMENT CUSTOMER Pat Müller a.pdf application/pdf APPROVED",
		"EVENT AGENT Kim participant.joined",
		"EVENT AGENT Benny participant.joined", "EVENT AGENT Maria participant.left",
		"MESSAGE AGENT Benny text/plain: Please navigate to the link: https://example.com/",
		"EVENT CUSTOMER Pat Müller participant.left", "EVENT   chat.ended",
	}, lines(connect(t, c.export(pat))), "nothing of how it came about")
}

func TestHIST_6_connect_has_bots(t *testing.T) {
	c := newChat(t, quiet())
	c.do("bot:guide", interaction.Join{Name: "Guide"})
	c.do("bot:guide", interaction.Say{Text: "I can help"})
	require.Contains(t, lines(connect(t, c.export(pat))), "MESSAGE CUSTOM_BOT Guide text/plain: I can help")
}

// Who is asked out of a consultation is asked within it.
func TestHIST_6_CONS_4_connect_has_nothing_of_consultations(t *testing.T) {
	c := newChat(t, quiet())
	before := connect(t, c.of(maria, interaction.Live))
	c.bring(maria, interaction.Consult{To: interaction.Target(zoe)}, zoe, "Zoe")
	c.do(maria, interaction.Conference{Consultation: c.state.Consultations[0].ID})
	c.do(zoe, interaction.Decline{Invitation: c.asked(zoe)})
	require.Equal(t, before, connect(t, c.of(maria, interaction.Live)))
}

func TestHIST_6_connect_ids_are_stable_and_belong_together(t *testing.T) {
	c := golden(t)
	out := connect(t, c.export(maria))
	require.Equal(t, "2019-08-26", out.Version)
	require.Equal(t, "chat-7", out.ContactId)
	require.Equal(t, "chat-7", out.InitialContactId)
	require.Equal(t, out, connect(t, c.export(maria)))
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	parties := make(map[string]string)
	for _, p := range out.Participants {
		require.Regexp(t, uuid, p.ParticipantId)
		require.NotContains(t, parties, p.ParticipantId)
		parties[p.ParticipantId] = p.ParticipantRole
	}
	require.Len(t, parties, 4)
	ids := make(map[string]bool)
	for _, it := range out.Transcript {
		require.Regexp(t, uuid, it.Id)
		require.False(t, ids[it.Id], "%+v", it)
		ids[it.Id] = true
		at, err := time.Parse(time.RFC3339, it.AbsoluteTime)
		require.NoError(t, err)
		require.Len(t, it.AbsoluteTime, 24, "in milliseconds")
		require.Equal(t, time.UTC, at.Location())
		if it.ParticipantId != "" {
			require.Equal(t, parties[it.ParticipantId], it.ParticipantRole)
		}
	}
	other := c.export(maria)
	other.ID = "chat-8"
	require.NotEqual(t, out.Participants, connect(t, other).Participants)
}
