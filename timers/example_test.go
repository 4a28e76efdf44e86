package timers_test

import (
	"fmt"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// A contact writes at 9:00. The stages of the pending response follow from the
// policy alone.
func ExampleResponse() {
	policy := timers.Response{Warn: 30 * time.Second, Late: time.Minute}
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

	fmt.Println("now:", policy.Stage(nine, nine.Add(10*time.Second)))
	stage := timers.None
	for {
		at, next, ok := policy.Next(nine, stage)
		if !ok {
			break
		}
		fmt.Println(at.Format(time.TimeOnly), next)
		stage = next
	}
	// Output:
	// now: green
	// 09:00:00 green
	// 09:00:30 yellow
	// 09:01:00 red
}

// Nobody has done anything since 9:00. The process was down at 9:10, so the
// warning came at 9:30; people still get five minutes until the end.
func ExampleInactivity() {
	policy := timers.Inactivity{Warn: 10 * time.Minute, End: 15 * time.Minute}
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

	warn, _ := policy.WarnAt(nine)
	fmt.Println("warning due", warn.Format(time.TimeOnly))

	_, ok := policy.EndAt(nine, time.Time{})
	fmt.Println("ends without a warning:", ok)

	end, _ := policy.EndAt(nine, nine.Add(30*time.Minute))
	fmt.Println("end due", end.Format(time.TimeOnly))
	// Output:
	// warning due 09:10:00
	// ends without a warning: false
	// end due 09:35:00
}

func ExampleResponse_Validate() {
	err := timers.Response{Warn: time.Minute, Late: time.Second}.Validate()
	fmt.Println(err)
	// Output: timers: Response.Late is less than Warn: 1s
}

// Three chats have deadlines. One is put off and one is stopped before they come.
func ExampleScheduler() {
	done := make(chan struct{})
	s := timers.NewScheduler(func(due []string) {
		for _, chat := range due {
			fmt.Println(chat, "is due")
			if chat == "chat 2" {
				close(done)
			}
		}
	}, nil)
	defer s.Close()

	now := time.Now()
	s.Set(now.Add(20*time.Millisecond), "chat 1")
	second := s.Set(now.Add(10*time.Millisecond), "chat 2")
	third := s.Set(now.Add(time.Hour), "chat 3")
	fmt.Println("put off:", s.Reset(second, now.Add(50*time.Millisecond)))
	fmt.Println("stopped:", s.Stop(third))
	fmt.Println("stopped again:", s.Stop(third))
	<-done
	// Output:
	// put off: true
	// stopped: true
	// stopped again: false
	// chat 1 is due
	// chat 2 is due
}
