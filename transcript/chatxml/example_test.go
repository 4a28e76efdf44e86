package chatxml_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
)

const short = `<?xml version="1.0"?>
<chatTranscript startAt="2024-01-02T03:04:05Z" sessionId="000AAaBBBB000001">
  <newParty userId="A1" timeShift="0" visibility="ALL" eventId="1"><userInfo personId="" userNick="Pat" userType="CLIENT" protocolType="FLEX"/></newParty>
  <newParty userId="A2" timeShift="9" visibility="ALL" eventId="2"><userInfo personId="ann" userNick="Ann" userType="AGENT" protocolType="BASIC"/></newParty>
  <message userId="A1" timeShift="20" visibility="ALL" eventId="18"><msgText new="kept">Hello &#x1F600;</msgText></message>
  <message userId="A2" timeShift="31" visibility="INT" eventId="19"><msgText>She is a friend.</msgText></message>
  <partyLeft userId="A1" timeShift="45" visibility="ALL" eventId="20" askerId="A1"><reason>left</reason></partyLeft>
</chatTranscript>`

// What is read is all there: to look at, and to write again.
func ExampleParse() {
	d, err := chatxml.Parse(strings.NewReader(short))
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range d.Root.Elements() {
		if e.Name == "message" {
			fmt.Println(e.Attr("eventId"), e.Attr("visibility"), e.Child("msgText").Text())
		}
	}
	d.Root.Nodes = d.Root.Nodes[2:3]
	if _, err := d.WriteTo(os.Stdout); err != nil {
		fmt.Println(err)
	}

	_, err = chatxml.Parse(strings.NewReader("<chatTranscript>\n  <message>\n</chatTranscript>"))
	var syntax *chatxml.SyntaxError
	fmt.Println(errors.As(err, &syntax), err)
	// Output:
	// 18 ALL Hello 😀
	// 19 INT She is a friend.
	// <?xml version="1.0" encoding="UTF-8"?>
	// <chatTranscript startAt="2024-01-02T03:04:05Z" sessionId="000AAaBBBB000001">
	// <message userId="A1" timeShift="20" visibility="ALL" eventId="18"><msgText new="kept">Hello 😀</msgText></message>
	// </chatTranscript>
	// true chatxml: line 3, column 1: </chatTranscript> stands where </message> is expected
}

// An imported chat is a log like every other: it goes into the store a batch
// at a time, and the contact reads of it what it saw.
func ExampleImport() {
	d, err := chatxml.Parse(strings.NewReader(short))
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := chatxml.Import(d, &chatxml.Options{Contact: interaction.Person{ID: "contact:4711"}})
	if err != nil {
		fmt.Println(err)
		return
	}

	var state interaction.State
	var log []interaction.Record
	for i := range m.Batches {
		stored := interaction.AppendBatch(nil, &m.Batches[i]) // one commit, at m.Batches[i].Records[0].At
		b, err := interaction.DecodeBatch(stored, state.Seq(), m.Batches[i].Records[0].At)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, r := range b.Records {
			if err := state.Apply(r); err != nil {
				fmt.Println(err)
				return
			}
		}
		log = append(log, b.Records...)
	}
	fmt.Println(m.SessionID, state.Phase, state.EndedWhy, state.LastOwner, state.EndedAt.Sub(state.StartedAt))

	v := transcript.View{State: &state, Viewer: interaction.Viewer{ID: "contact:4711", Purpose: interaction.History}}
	var entries []transcript.Entry
	for i := range log {
		if shown, ok := state.Show(v.Viewer, &log[i]); ok {
			entries = append(entries, v.Entry(&shown))
		}
	}
	fmt.Print(transcript.English().Plain(entries, time.UTC))

	original, _ := chatxml.Original(log)
	fmt.Println(len(original.Root.Nodes), "events are in the log as they were read")
	// Output:
	// 000AAaBBBB000001 done contact left agent:ann 45s
	// 2024-01-02
	// 03:04:05 * Pat joined the chat.
	// 03:04:14 * Ann joined the chat.
	// 03:04:25 Pat: Hello 😀
	// 03:04:50 * Pat left the chat.
	// 03:04:50 * The chat has ended: the contact left.
	// 5 events are in the log as they were read
}

// The contact's file knows nothing of what agents write to each other.
func ExampleExport() {
	c := newChat(example{}, interaction.Policy{})
	c.do(paul, interaction.Say{Text: "My invoice is wrong."})
	c.do(maria, interaction.Say{Text: "Not again.", To: interaction.Internal})
	c.do(maria, interaction.Say{Text: "Let me look."})
	v := transcript.View{State: &c.state, Viewer: interaction.Viewer{ID: paul, Purpose: interaction.History}}
	d := chatxml.Export("chat-1", v, c.log)
	for e := range d.Root.Elements() {
		fmt.Println(e.Attr("eventId"), e.Attr("timeShift"), e.Attr("visibility"), e.Name, e.Child("userInfo").Attr("userNick")+e.Child("msgText").Text())
	}
	// Output:
	// 1 0 ALL newParty Paul
	// 2 10 ALL newParty Maria Real
	// 3 11 ALL message My invoice is wrong.
	// 4 13 ALL message Let me look.
}
