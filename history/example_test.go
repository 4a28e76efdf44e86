package history_test

import (
	"context"
	"fmt"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/transcript"
)

// center is a kernel with some chats: two of Pat's that are done, and one that goes
// on.
func center(ctx context.Context) *chatkernel.Kernel {
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
	do := func(id string, by interaction.PartyID, c interaction.Command) chatkernel.Result {
		r, err := k.Do(ctx, id, chatkernel.By(by, ""), c)
		if err != nil {
			panic(err)
		}
		return r
	}
	for _, chat := range []struct{ id, subject, text string }{
		{"chat-1", "My bill", "The bill is too high."},
		{"chat-2", "My parcel", "Where is the café table?"},
		{"chat-3", "My parcel again", "It came, thanks!"},
	} {
		do(chat.id, "contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Subject: chat.subject})
		offer := do(chat.id, interaction.System, interaction.Invite{To: "agent:maria"})
		do(chat.id, "agent:maria", interaction.Accept{Invitation: offer.Opened, Name: "Maria"})
		do(chat.id, "contact:pat", interaction.Say{Text: chat.text})
		if chat.id != "chat-3" {
			do(chat.id, "agent:maria", interaction.SetNote{Text: "A friendly person."})
			do(chat.id, "agent:maria", interaction.End{})
			do(chat.id, "agent:maria", interaction.MarkDone{})
		}
	}
	return k
}

// A contact's history, a page at a time.
func ExampleHistory_Contact() {
	ctx := context.Background()
	k := center(ctx)
	defer k.Close()
	h := history.New(k, &history.Options{Page: 2})

	for cursor, n := "", 1; n == 1 || cursor != ""; n++ {
		page, err := h.Contact(ctx, "agent:ben", "contact:pat", history.Filter{}, cursor)
		if err != nil {
			panic(err)
		}
		fmt.Println("page", n)
		for _, c := range page.Chats {
			fmt.Println(" ", c.Subject, "-", c.Phase, "-", c.Owner.Name)
		}
		cursor = page.Next
	}
	// Output:
	// page 1
	//   My parcel again - active - Maria
	//   My parcel - done - Maria
	// page 2
	//   My bill - done - Maria
}

// What an agent remembers of a chat of its own.
func ExampleHistory_Mine() {
	ctx := context.Background()
	k := center(ctx)
	defer k.Close()
	h := history.New(k, nil)

	page, err := h.Mine(ctx, "agent:maria", history.Filter{Phases: []string{"done"}, Text: "cafe TABLE"}, "")
	if err != nil {
		panic(err)
	}
	for _, c := range page.Chats {
		for _, hit := range c.Hits {
			fmt.Printf("%s: %s: %s %v\n", c.Subject, hit.From.Name, hit.Text, hit.Matches)
		}
	}
	// Output:
	// My parcel: Pat: Where is the café table? [{13 18} {19 24}]
}

func ExampleHistory_Transcript() {
	ctx := context.Background()
	k := center(ctx)
	defer k.Close()
	h := history.New(k, nil)

	t, err := h.Transcript(ctx, "agent:ben", "chat-1", history.Look{})
	if err != nil {
		panic(err)
	}
	for _, e := range t.Entries {
		switch e.Kind {
		case transcript.Silent:
		case transcript.Message:
			fmt.Printf("%s: %s\n", e.From.Name, e.Text)
		default:
			fmt.Println(e.Text)
		}
	}
	fmt.Println("Note:", t.Notes[0].Text)

	_, err = h.Transcript(ctx, "contact:kat", "chat-1", history.Look{})
	fmt.Println(err)
	// Output:
	// Pat asked for a chat. My bill
	// Pat joined the chat.
	// The chat waits for maria.
	// Maria joined the chat.
	// Pat: The bill is too high.
	// Maria changed the note.
	// The chat has ended.
	// Maria marked the chat done.
	// Note: A friendly person.
	// interaction: does not exist
}

// The older chats above the current one, as somebody scrolls up.
func ExampleHistory_Older() {
	ctx := context.Background()
	k := center(ctx)
	defer k.Close()
	h := history.New(k, &history.Options{OlderPage: 1})

	calendar := transcript.CalendarFor("en")
	for page, err := range h.Older(ctx, "contact:pat", "chat-3", history.Look{}, "") {
		if err != nil {
			panic(err)
		}
		fmt.Println("scrolled up:")
		for _, l := range page.Lines {
			switch {
			case l.Kind == transcript.DayLine:
				fmt.Println("  --- a day") // as calendar.Day(*l.Day) names it
			case l.Kind == transcript.BeginLine:
				fmt.Println("  ===", calendar.Begins)
			case l.Entry.Kind == transcript.Message:
				fmt.Println(" ", l.Entry.Text)
			}
		}
		if page.Next == "" {
			fmt.Println("that is all;", calendar.OldestChat(page.Oldest.Age))
		}
	}
	// Output:
	// scrolled up:
	//   --- a day
	//   Where is the café table?
	//   === The current chat begins here
	// scrolled up:
	//   --- a day
	//   The bill is too high.
	// that is all; The oldest chat was less than a minute ago.
}

// Somebody unknown turns out to be a contact that the host knows.
func ExampleHistory_Assign() {
	ctx := context.Background()
	k := center(ctx)
	defer k.Close()
	h := history.New(k, nil)

	kat := interaction.Person{ID: "contact:kat", Name: "Kat"}
	outcomes, err := h.Assign(ctx, "agent:maria", "key-1", kat, "chat-1", "chat-2")
	fmt.Println(outcomes, err)
	page, err := h.Contact(ctx, "agent:ben", "contact:pat", history.Filter{}, "")
	if err != nil {
		panic(err)
	}
	for _, c := range page.Chats {
		fmt.Println(c.Subject, "-", c.Contact.Name)
	}
	fmt.Println(h.Unassign(ctx, "agent:maria", "key-2", "chat-1"))
	// Output:
	// [{chat-1 <nil>} {chat-2 <nil>}] <nil>
	// My parcel again - Pat
	// My parcel - Kat
	// My bill - Kat
	// [{chat-1 <nil>}]
}
