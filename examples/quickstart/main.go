// Quickstart is a whole chat in a few lines: a customer asks, an agent takes the
// chat and answers, and a colleague is consulted without the customer's ever
// learning of it.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
)

func main() {
	ctx := context.Background()
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
	defer k.Close()

	const pat, maria, ben = "contact:pat", "agent:maria", "agent:ben"
	id := "chat-1"
	do := func(who interaction.PartyID, c interaction.Command) string {
		result, err := k.Do(ctx, id, chatkernel.By(who, ""), c)
		if err != nil {
			fmt.Println("refused:", err)
		}
		return result.Opened
	}

	do(pat, interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}, Subject: "Invoice"})
	offer := do(interaction.System, interaction.Invite{To: maria})
	do(maria, interaction.Accept{Invitation: offer, Name: "Maria"})
	do(pat, interaction.Say{Text: "I was charged twice."})

	aside := do(maria, interaction.Consult{To: ben, AgentName: "Ben"})
	do(ben, interaction.Accept{Invitation: aside, Name: "Ben"})
	do(ben, interaction.Say{Text: "Refund it.", Consultation: aside})
	do(ben, interaction.Say{Text: "Hello Pat!"}) // a consulted agent cannot write to the contact

	do(maria, interaction.Say{Text: "You get it back today."})
	do(maria, interaction.End{})
	do(pat, interaction.Say{Text: "Thanks!"}) // too late

	for _, who := range []interaction.PartyID{pat, ben} {
		fmt.Println(who, "saw:")
		for item, err := range k.Watch(ctx, id, interaction.Viewer{ID: who}, chatkernel.Position{}) {
			if err != nil {
				log.Fatal(err)
			}
			if said, ok := item.Shown.Event.(*interaction.Said); ok {
				fmt.Printf("  %s: %s\n", item.Shown.From.Name, said.Text)
			}
			if item.Current {
				break // what follows would be live
			}
		}
	}
}
