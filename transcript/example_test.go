package transcript_test

import (
	"fmt"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// An example stops where a test would fail.
type example struct{}

func (example) Helper()                           {}
func (example) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// What the contact and the agent see of the same chat.
func ExampleView_Entry() {
	c := activeChat(example{}, interaction.DefaultPolicy())
	c.do(pat, interaction.Say{Text: "My invoice is wrong."})
	c.do(maria, interaction.Say{Text: "Who knows about invoices?", To: interaction.Internal})
	c.do(maria, interaction.Say{Text: "Let me look."})
	for _, viewer := range []interaction.PartyID{pat, maria} {
		fmt.Println(viewer)
		for _, e := range c.entries(c.view(viewer)) {
			if e.Kind == transcript.Message {
				fmt.Println(e.Position, e.From.Colour, e.From.Name, e.Audience, e.Text)
			}
		}
	}
	// Output:
	// contact:pat
	// 3 0 Pat everyone My invoice is wrong.
	// 4 1 Maria everyone Let me look.
	// agent:maria
	// 6 0 Pat everyone My invoice is wrong.
	// 7 1 Maria internal Who knows about invoices?
	// 8 1 Maria everyone Let me look.
}

// A desktop greys its buttons out by the same rules that decide, in the words
// of its user.
func ExampleView_Header() {
	c := activeChat(example{}, interaction.DefaultPolicy())
	v := c.view(maria)
	v.Words = transcript.German()
	h := v.Header("chat-1")
	fmt.Println(h.Phase, h.You.Standing, h.You.Name)
	fmt.Printf("end: %q\n", h.Allowed["end"])
	fmt.Printf("mark-done: %q\n", h.Allowed["mark-done"])
	// Output:
	// active owner Maria
	// end: ""
	// mark-done: "Nicht möglich, solange der Chat läuft."
}

// A transcript to copy.
func ExampleWords_Plain() {
	c := activeChat(example{}, interaction.DefaultPolicy())
	c.do(pat, interaction.Say{Text: "Hello"})
	c.do(maria, interaction.End{})
	fmt.Print(transcript.English().Plain(c.entries(c.view(maria))[1:], nil))
	// Output:
	// 2026-03-01
	// 12:00:00 * Pat joined the chat.
	// 12:00:00 * The chat waits for sales.
	// 12:00:00 * Maria was asked.
	// 12:00:00 * Maria joined the chat.
	// 12:00:00 Pat: Hello
	// 12:00:00 * The chat has ended.
}
