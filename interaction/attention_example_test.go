package interaction_test

import (
	"fmt"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A desktop that shows another window is told of a contact who waits, and again
// when the waiting turns yellow.
func ExampleAttention() {
	var chat interaction.State
	bar := interaction.NewAttention("agent:maria")
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	do := func(after time.Duration, by interaction.PartyID, command interaction.Command) {
		records, err := interaction.Decide(&chat, interaction.Input{By: by, Command: command, Now: noon.Add(after)})
		if err != nil {
			fmt.Println(err)
		}
		for _, r := range records {
			if err := chat.Apply(r); err != nil {
				fmt.Println(err)
			}
			if shown, ok := chat.Show(interaction.Viewer{ID: "agent:maria"}, &r); ok {
				for _, reason := range bar.See(&chat, &shown) {
					fmt.Println(reason.At.Format(time.TimeOnly), reason.Kind)
				}
			}
		}
	}
	do(0, "contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Target: "agent:maria"})
	do(0, "agent:maria", interaction.Accept{Invitation: chat.Invitations[0].ID, Name: "Maria"})
	do(time.Second, "contact:pat", interaction.Say{Text: "Where is my parcel?"})
	fmt.Println("flashing:", bar.Flashing())
	fmt.Println("preview:", bar.Hover())
	fmt.Println("flashing:", bar.Flashing())
	do(16*time.Second, interaction.System, interaction.Elapse{})
	fmt.Println("flashing:", bar.Flashing())
	bar.Focus()
	fmt.Println("flashing:", bar.Flashing())
	// Output:
	// 12:00:01 response
	// flashing: true
	// preview: Where is my parcel?
	// flashing: false
	// 12:00:16 response-warning
	// flashing: true
	// flashing: false
}
