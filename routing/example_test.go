package routing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/routing"
)

// A contact asks for the sales queue. Maria is asked first, since she has been
// idle longest; she declines, and Ben takes it.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	since := time.Now().Add(-time.Hour)
	team, err := routing.NewTeam(
		routing.Agent{ID: "agent:maria", Name: "Maria", Groups: []string{"sales"}, Presence: routing.Ready, Since: since, Capacity: routing.Capacity{Chat: 3}},
		routing.Agent{ID: "agent:ben", Name: "Ben", Groups: []string{"sales"}, Presence: routing.Ready, Since: since.Add(time.Minute), Capacity: routing.Capacity{Chat: 3}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	store, transport := memstore.New(nil), memstore.NewTransport()
	router, err := routing.New(store, team, &routing.Options{Queues: []routing.Queue{
		{Target: "queue:sales", Members: []interaction.Target{"group:sales"}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	k := chatkernel.New(store, transport, &chatkernel.Options{Gates: chatkernel.Gates{Target: router.Gate}})
	defer k.Close()
	go router.Run(ctx, k)

	if _, err := k.Do(ctx, "chat", chatkernel.By("contact:pat", "start"), interaction.Start{
		Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Target: "queue:sales",
	}); err != nil {
		fmt.Println(err)
		return
	}
	for _, agent := range []interaction.PartyID{"agent:maria", "agent:ben"} {
		for work, err := range k.Follow(ctx, agent) {
			if err != nil {
				fmt.Println(err)
				return
			}
			if len(work) > 0 {
				break
			}
		}
		s, err := k.State(ctx, "chat")
		if err != nil {
			fmt.Println(err)
			return
		}
		inv := s.Invitations[0]
		fmt.Println(inv.AgentName, "is asked")
		if agent == "agent:maria" {
			_, err = k.Do(ctx, "chat", chatkernel.By(agent, ""), interaction.Decline{Invitation: inv.ID})
		} else {
			_, err = k.Do(ctx, "chat", chatkernel.By(agent, ""), interaction.Accept{Invitation: inv.ID})
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	_, err = k.Do(ctx, "chat", chatkernel.By("contact:pat", ""), interaction.Start{Target: "queue:nowhere"})
	fmt.Println(err)
	s, err := k.State(ctx, "chat")
	fmt.Println(s.Owner, err)
	// Output:
	// Maria is asked
	// Ben is asked
	// chatkernel: a gate refused the command: routing: no such target: "queue:nowhere"
	// agent:ben <nil>
}
