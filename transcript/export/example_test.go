package export_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/export"
)

// What an agent reads in the history, as text.
func ExampleText() {
	c := newChat(example{}, interaction.Policy{})
	c.do(pat, interaction.Say{Text: "Hello"})
	c.do(maria, interaction.SetNote{Text: "Wants a copy of the invoice."})
	c.do(maria, interaction.End{})

	v := transcript.View{State: &c.state, Viewer: interaction.Viewer{ID: "agent:else", Purpose: interaction.History}, Words: transcript.German()}
	chat := export.Of("chat-7", v, export.Shown(v, c.log))
	chat.Language, chat.Zone = "de", "Europe/Berlin"
	_ = export.Text(os.Stdout, &chat)
	// Output:
	// Invoice 7 <b>& more</b>
	// =======================
	//
	// Nummer: chat-7
	// Kontakt: Pat Müller
	// Beginn: 28. November 2026, 14:02 CET
	// Ende: 28. November 2026, 14:02 CET
	// Teilnehmer:
	//     Pat Müller (Kontakt)
	//     Maria (Agent)
	// Notiz: Wants a copy of the invoice.
	// Falldaten:
	//     tier: gold
	//     orders: 12
	//
	// --- 28. November 2026 ---
	// 14:02:00 * Pat Müller bittet um einen Chat. Invoice 7 <b>& more</b>
	// 14:02:00 * Pat Müller ist dem Chat beigetreten.
	// 14:02:00 * Der Chat wartet auf billing.
	// 14:02:20 * Maria wurde gefragt.
	// 14:02:24 * Maria ist dem Chat beigetreten.
	// 14:02:24 Pat Müller: Hello
	// 14:02:24 * Maria hat die Notiz geändert.
	// 14:02:24 * Der Chat ist beendet.
}

// A chat goes out as JSON and comes back as the same value.
func ExampleParseJSON() {
	c := newChat(example{}, interaction.Policy{})
	c.do(pat, interaction.Say{Text: "Hello"})
	v := transcript.View{State: &c.state, Viewer: interaction.Viewer{ID: pat, Purpose: interaction.History}}
	chat := export.Of("chat-7", v, export.Shown(v, c.log))

	var b strings.Builder
	_ = export.JSON(&b, &chat)
	got, err := export.ParseJSON(strings.NewReader(b.String()))
	fmt.Println(got.ID, got.Viewer, len(got.Entries), got.Entries[2].Text, err)

	_, err = export.ParseJSON(strings.NewReader("{\n  \"format\": oops\n}"))
	fmt.Println(err)
	// Output:
	// chat-7 contact 3 Hello <nil>
	// export: line 2, column 13: invalid character 'o' looking for beginning of value
}
