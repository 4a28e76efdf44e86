package chatkernel_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
)

// A chat that is transferred: there is no moment without an owner.
func ExampleKernel_Do() {
	ctx := context.Background()
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
	defer k.Close()

	do := func(by interaction.PartyID, key string, c interaction.Command) chatkernel.Result {
		r, err := k.Do(ctx, "chat-1", chatkernel.By(by, key), c)
		if err != nil {
			panic(err)
		}
		return r
	}
	pat := interaction.Person{ID: "contact:pat", Name: "Pat"}
	do(pat.ID, "1", interaction.Start{Contact: pat, Subject: "My bill"})
	offer := do(interaction.System, "1", interaction.Invite{To: "agent:maria"})
	do("agent:maria", "1", interaction.Accept{Invitation: offer.Opened, Name: "Maria"})
	offer = do("agent:maria", "2", interaction.Transfer{To: "agent:ben"})
	s, _ := k.State(ctx, "chat-1")
	fmt.Println(s.Phase, s.Owner)
	do("agent:ben", "1", interaction.Accept{Invitation: offer.Opened, Name: "Ben"})
	s, _ = k.State(ctx, "chat-1")
	fmt.Println(s.Phase, s.Owner)

	_, err := k.Do(ctx, "chat-1", chatkernel.By("agent:maria", "3"), interaction.Say{Text: "One more thing"})
	fmt.Println(errors.Is(err, interaction.ErrNotParty))
	// Output:
	// active agent:maria
	// active agent:ben
	// true
}

// What a viewer sees, and where it goes on after its connection was lost.
func ExampleKernel_Watch() {
	ctx := context.Background()
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
	defer k.Close()
	pat := interaction.Person{ID: "contact:pat", Name: "Pat"}
	say := func(key, text string) {
		if _, err := k.Do(ctx, "chat-1", chatkernel.By(pat.ID, key), interaction.Say{Text: text}); err != nil {
			panic(err)
		}
	}
	if _, err := k.Do(ctx, "chat-1", chatkernel.By(pat.ID, "1"), interaction.Start{Contact: pat}); err != nil {
		panic(err)
	}
	say("2", "Hello")
	say("3", "Is anybody there?")

	var at chatkernel.Position
	read := func() {
		for item, err := range k.Watch(ctx, "chat-1", interaction.Viewer{ID: pat.ID}, at) {
			if err != nil || item.Current {
				break
			}
			at = item.Position
			if said, ok := item.Shown.Event.(*interaction.Said); ok {
				fmt.Println(at.Seen, item.Shown.From.Name, said.Text)
			}
		}
	}
	read()
	say("4", "Never mind")
	read()
	// Output:
	// 2 Pat Hello
	// 3 Pat Is anybody there?
	// 4 Pat Never mind
}
