package transcript_test

import (
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/stretchr/testify/require"
)

func TestPART_3_joining_and_leaving_are_entries_with_names(t *testing.T) {
	c := activeChat(t, plainPolicy())
	joined := c.last(pat)
	require.Equal(t, transcript.Join, joined.Kind)
	require.Equal(t, "Maria joined the chat.", joined.Text)
	require.Equal(t, transcript.Data{Event: "joined"}, joined.Data, "by which way is not the contact's to know")
	require.Equal(t, noon, joined.At)
	inside := c.last(maria)
	require.Equal(t, "inbound", inside.Data.Via)
	require.True(t, inside.Data.Owner)
	require.Equal(t, "queue:sales", inside.Data.Target)

	c.do(maria, interaction.Conference{To: interaction.Target(ben)})
	c.do(ben, interaction.Accept{Invitation: c.asked(ben), Name: "Ben"})
	c.do(maria, interaction.Remove{Party: ben})
	require.Equal(t, "Ben was removed from the chat by Maria.", c.last(ben).Text)
	require.Equal(t, "removed", c.last(ben).Data.Why)
	require.Equal(t, "Ben left the chat.", c.last(pat).Text)
	require.Equal(t, "by-itself", c.last(pat).Data.Why)
	require.Equal(t, "Ben", c.last(pat).From.Name, "by whom is not the contact's to know")
}

func TestMSG_1_messages_are_verbatim(t *testing.T) {
	c := activeChat(t, plainPolicy())
	const text = "<b>{who}</b>\n\tzwei &amp; drei"
	c.do(pat, interaction.Say{Text: text})
	e := c.last(maria)
	require.Equal(t, transcript.Message, e.Kind)
	require.Equal(t, text, e.Text)
	require.Equal(t, transcript.Who{Colour: 0, Name: "Pat", Role: "contact"}, e.From)
	require.False(t, e.Own)
	require.True(t, c.last(pat).Own)
}

// Every event has a kind, and a sentence where there is something to draw, in
// both languages.
func TestDESK_6_every_event_is_worded(t *testing.T) {
	c := activeChat(t, plainPolicy())
	s := c.state
	file := interaction.File{ID: "f", Name: "a.pdf", Verdict: interaction.Broken, Reason: "cut short"}
	events := map[interaction.Event]struct{ kind, english, german string }{
		&interaction.Started{Subject: "Invoice"}:                                                          {"phase", "Maria asked for a chat. Invoice", "Maria bittet um einen Chat. Invoice"},
		&interaction.Started{}:                                                                            {"phase", "Maria asked for a chat.", "Maria bittet um einen Chat."},
		&interaction.Invited{Target: "queue:sales"}:                                                       {"invitation", "The chat waits for sales.", "Der Chat wartet auf sales."},
		&interaction.Invited{Purpose: interaction.ForTransfer, AgentName: "Ben"}:                          {"invitation", "Maria asked Ben to take over the chat.", "Maria hat Ben gebeten, den Chat zu übernehmen."},
		&interaction.Invited{Purpose: interaction.ForConference, Target: "skill:spanish/3"}:               {"invitation", "Maria asked spanish/3 to join the chat.", "Maria hat spanish/3 in den Chat gebeten."},
		&interaction.Invited{Purpose: interaction.ForConsultation, Target: "group:billing"}:               {"invitation", "Maria asked billing for a consultation.", "Maria hat billing um eine Rückfrage gebeten."},
		&interaction.Offered{Agent: ben, AgentName: "Ben"}:                                                {"invitation", "Ben was asked.", "Ben wurde gefragt."},
		&interaction.OfferReturned{Agent: ben, Why: interaction.WasUnanswered}:                            {"invitation", "ben did not answer.", "ben hat nicht geantwortet."},
		&interaction.InvitationClosed{Agent: ben, Why: interaction.WasDeclined, Reason: "at lunch"}:       {"invitation", "ben declined. Reason: at lunch", "ben hat abgelehnt. Grund: at lunch"},
		&interaction.InvitationClosed{Why: interaction.WasCancelled}:                                      {"invitation", "Maria took the request back.", "Maria hat die Anfrage zurückgenommen."},
		&interaction.InvitationClosed{Why: interaction.WasExhausted}:                                      {"invitation", "Nobody was free to take the request.", "Niemand war für die Anfrage frei."},
		&interaction.Joined{Via: interaction.ForTransfer}:                                                 {"join", "Maria took over the chat.", "Maria hat den Chat übernommen."},
		&interaction.Left{Why: interaction.ConnectionLost}:                                                {"leave", "Maria lost the connection and left the chat.", "Maria hat die Verbindung verloren und den Chat verlassen."},
		&interaction.OwnerChanged{}:                                                                       {"owner", "Maria is responsible for the chat now.", "Maria ist jetzt für den Chat verantwortlich."},
		&interaction.Disconnected{}:                                                                       {"connection", "Maria lost the connection.", "Maria hat die Verbindung verloren."},
		&interaction.Reconnected{}:                                                                        {"connection", "Maria is connected again.", "Maria ist wieder verbunden."},
		&interaction.Said{Text: "hello"}:                                                                  {"message", "hello", "hello"},
		&interaction.Announced{Text: "Hi!"}:                                                               {"automatic", "Hi!", "Hi!"},
		&interaction.Announced{Message: interaction.InactivityEnd}:                                        {"automatic", "The chat ends because nobody has written for a while.", "Der Chat endet, weil länger niemand geschrieben hat."},
		&interaction.MarkedRead{Through: 3}:                                                               {"silent", "", ""},
		&interaction.ResponseStage{}:                                                                      {"silent", "", ""},
		&interaction.Ended{Why: interaction.ByInactivity}:                                                 {"phase", "The chat has ended because nobody wrote.", "Der Chat ist beendet, weil niemand geschrieben hat."},
		&interaction.BecameDormant{}:                                                                      {"phase", "The chat rests until somebody writes again.", "Der Chat ruht, bis wieder jemand schreibt."},
		&interaction.Closed{Why: interaction.AutoClosed, DispositionMissing: true}:                        {"phase", "The chat was closed automatically. No disposition was set.", "Der Chat wurde automatisch abgeschlossen. Es wurde kein Ergebnis gesetzt."},
		&interaction.DispositionSet{Code: "sale"}:                                                         {"record", "Maria set the disposition: sale", "Maria hat das Ergebnis gesetzt: sale"},
		&interaction.DispositionSet{}:                                                                     {"record", "Maria cleared the disposition.", "Maria hat das Ergebnis gelöscht."},
		&interaction.NoteSet{Text: "n"}:                                                                   {"record", "Maria changed the note.", "Maria hat die Notiz geändert."},
		&interaction.CaseDataSet{Field: interaction.Field{Key: "k", Value: interaction.Value{Text: "v"}}}: {"record", "Maria set k = v", "Maria hat k = v gesetzt"},
		&interaction.CaseDataSet{Field: interaction.Field{Key: "k"}, Deleted: true}:                       {"record", "Maria deleted k.", "Maria hat k gelöscht."},
		&interaction.ConsultationJoined{}:                                                                 {"consultation", "Maria joined the consultation.", "Maria nimmt an der Rückfrage teil."},
		&interaction.ConsultationEnded{Why: interaction.BecameTransfer}:                                   {"consultation", "The consultation became a transfer.", "Aus der Rückfrage wurde eine Übergabe."},
		&interaction.ConsultationMarked{Target: true}:                                                     {"consultation", "Maria marked the consultation done.", "Maria hat die Rückfrage abgeschlossen."},
		&interaction.Watching{}:                                                                           {"watch", "Maria watches the chat.", "Maria beobachtet den Chat."},
		&interaction.Watching{Coaching: true}:                                                             {"watch", "Maria coaches.", "Maria coacht."},
		&interaction.WatchingEnded{}:                                                                      {"watch", "Maria stopped watching.", "Maria beobachtet den Chat nicht mehr."},
		&interaction.URLPushed{URL: "https://example.com", Text: "See https://example.com"}:               {"link", "See https://example.com", "See https://example.com"},
		&interaction.FileSent{File: interaction.File{ID: "g", Name: "b.png"}}:                             {"file", "b.png", "b.png"},
		&interaction.FileSent{File: file}:                                                                 {"file", "The file a.pdf is broken and must be sent again. Reason: cut short", "Die Datei a.pdf ist beschädigt und muss noch einmal gesendet werden. Grund: cut short"},
		&interaction.FileJudged{File: "f", Verdict: interaction.Blocked}:                                  {"record", "The file  is blocked.", "Die Datei  ist gesperrt."},
		&interaction.Blended{Medium: "voice", Address: "+49 30 1"}:                                        {"record", "Maria started: voice +49 30 1", "Maria hat begonnen: voice +49 30 1"},
		&interaction.CallbackScheduled{At: noon, Number: "+49 30 1"}:                                      {"record", "Maria scheduled a callback to +49 30 1.", "Maria hat einen Rückruf an +49 30 1 geplant."},
		&interaction.ContactAssigned{Contact: interaction.Person{ID: "contact:x"}}:                        {"record", "Maria assigned the chat to contact:x.", "Maria hat den Chat contact:x zugeordnet."},
		&interaction.Erased{}:                                                                             {"record", "The personal content was erased.", "Die persönlichen Inhalte wurden gelöscht."},
	}
	worded := make(map[interaction.EventKind]bool)
	for event, want := range events {
		worded[event.Kind()] = true
		shown := interaction.Shown{By: maria, From: interaction.Handle{Colour: 1, Name: "Maria", Role: interaction.RoleAgent}, Event: event}
		v := transcript.View{State: &s, Viewer: interaction.Viewer{ID: maria}}
		e := v.Entry(&shown)
		require.Equal(t, transcript.Kind(want.kind), e.Kind, event.Kind())
		require.Equal(t, want.english, e.Text, event.Kind())
		require.Equal(t, event.Kind().String(), e.Data.Event)
		v.Words = transcript.German()
		require.Equal(t, want.german, v.Entry(&shown).Text, event.Kind())
	}
	for k := interaction.EventKind(0); k.String() != "unknown"; k++ {
		require.True(t, worded[k], "the event %s has no words here", k)
	}
	require.Equal(t, transcript.Silent, transcript.View{State: &s}.Entry(&interaction.Shown{}).Kind)
}

// A way that the contact's chat ended which only agents know is an agent's end
// to the contact.
func TestPART_2_the_contact_is_not_told_by_which_button_the_chat_ended(t *testing.T) {
	policy := plainPolicy()
	policy.Async = true
	c := activeChat(t, policy)
	c.do(maria, interaction.MarkDone{})
	require.Equal(t, "agent", c.last(pat).Data.Why)
	require.Equal(t, "agent", c.header(pat).EndedWhy)
	require.Equal(t, "marked-done", c.header(maria).EndedWhy)
}
