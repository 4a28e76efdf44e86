package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
)

// chats is how many idle chats are held to weigh one.
const chats = 5_000

func memory() []comparison {
	return []comparison{
		{
			"memory of an idle chat (3 parties, 20 messages of 60 bytes) in memstore",
			measurement{"memstore", "bytes", func() (float64, int64) {
				stored, _ := apart(1)
				return stored, 0
			}},
			limit("the goal", "bytes", 2000), 1,
		},
		{
			"memory of the same chat where only its header is held",
			measurement{"its place in the store's index and its wake", "bytes", func() (float64, int64) {
				header, _ := apart(headerOnly)
				return header, 0
			}},
			limit("the goal", "bytes", 350), 1,
		},
		{
			"goroutines of an idle chat that is held live",
			measurement{"kernel", "goroutines", func() (float64, int64) {
				_, goroutines := apart(2 * chats)
				return goroutines, 0
			}},
			limit("fewer than", "goroutines", 0.001), 1,
		},
	}
}

// headerOnly asks for chats whose messages are somewhere else.
const headerOnly = -1

// apart weighs in a process of its own, so that nothing else is on the scales.
func apart(cache int) (bytes, goroutines float64) {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	out, err := exec.Command(self, "-weigh", strconv.Itoa(cache)).Output()
	if err != nil {
		panic(err)
	}
	if _, err := fmt.Sscan(string(out), &bytes, &goroutines); err != nil {
		panic(err)
	}
	return bytes, goroutines
}

// weigh holds idle chats in a store under a kernel that caches so many of them,
// and gives the bytes and the goroutines of one. With headerOnly the store has
// a chat's index and wake, and one commit with nothing in it.
func weigh(cache int) (bytes, goroutines float64) {
	ctx := context.Background()
	before, running := heap(), runtime.NumGoroutine()
	store := memstore.New(nil)
	k := chatkernel.New(store, memstore.NewTransport(), &chatkernel.Options{Cache: cache})
	policy := interaction.DefaultPolicy()
	policy.RateEvery = 0
	for i := range chats {
		if cache == headerOnly {
			now := time.Now()
			err := store.Append(ctx, chatkernel.Commit{
				Stream: fmt.Sprintf("chat-%08d", i), Count: 1, At: now, Wake: now.Add(time.Hour),
				Index: &chatkernel.Index{
					Phase: "active", Contact: "contact:pat", Owner: "agent:maria", Started: now,
					Engaged: []string{"agent:maria", "agent:ben"}, Attached: []string{"agent:maria", "agent:ben"},
				},
			})
			if err != nil {
				panic(err)
			}
			continue
		}
		id := fmt.Sprintf("chat-%08d", i)
		n := 0
		must := func(by interaction.PartyID, c interaction.Command) chatkernel.Result {
			n++
			r, err := k.Do(ctx, id, chatkernel.By(by, fmt.Sprint(n)), c)
			if err != nil {
				panic(err)
			}
			return r
		}
		must("contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Policy: &policy})
		offer := must(interaction.System, interaction.Invite{To: "agent:maria"})
		must("agent:maria", interaction.Accept{Invitation: offer.Opened, Name: "Maria"})
		more := must("agent:maria", interaction.Conference{To: "agent:ben"})
		must("agent:ben", interaction.Accept{Invitation: more.Opened, Name: "Ben"})
		for m := range 20 {
			by := []interaction.PartyID{"contact:pat", "agent:maria", "agent:ben"}[m%3]
			must(by, interaction.Say{Text: fmt.Sprintf("%-60.60s", fmt.Sprint("message ", m, " of chat ", i, ", ", text))})
		}
	}
	used, now := heap()-before, runtime.NumGoroutine()
	runtime.KeepAlive(store)
	k.Close()
	return float64(used) / chats, float64(now-running-1) / chats
}
