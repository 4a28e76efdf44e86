package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
)

// A kernel does this for every command: it appends what it decided at the
// position that it knows, and reads again if another process was quicker.
func Example() {
	ctx := context.Background()
	store := memstore.New(nil)

	err := store.Append(ctx, chatkernel.Commit{
		Stream: "chat 1", After: 0, Count: 2, Key: chatkernel.Key{1}, At: time.Now(),
		Data: []byte("started, said hello"),
		Wake: time.Now().Add(-time.Second), // a deadline that is over already
	})
	fmt.Println(err)

	err = store.Append(ctx, chatkernel.Commit{Stream: "chat 1", After: 1, Count: 1, Key: chatkernel.Key{2}})
	fmt.Println(errors.Is(err, chatkernel.ErrConflict), err)

	for commit, err := range store.Load(ctx, "chat 1", 0) {
		fmt.Printf("%d positions after %d: %s %v\n", commit.Count, commit.After, commit.Data, err)
	}
	due, err := store.Due(ctx, 10)
	fmt.Println(due.Streams, err)
	// Output:
	// <nil>
	// true chatkernel: the stream has another head: expected 1, has 2
	// 2 positions after 0: started, said hello <nil>
	// [chat 1] <nil>
}

func ExampleTransport() {
	ctx := context.Background()
	transport := memstore.NewTransport()
	heads := make(chan uint64, 1)
	cancel, err := transport.Subscribe(ctx, "chat 1", func(n chatkernel.Notice) { heads <- n.Head })
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cancel()
	if err := transport.Publish(ctx, chatkernel.Notice{Stream: "chat 1", Head: 2}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(<-heads)
	// Output: 2
}

// What an agent has to do, newest first.
func ExampleStore_Find() {
	ctx := context.Background()
	store := memstore.New(nil)
	started := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for i, x := range []chatkernel.Index{
		{Phase: "active", Owner: "agent:maria"},
		{Phase: "active", Owner: "agent:ben", Consults: []string{"agent:maria"}},
		{Phase: "active", Owner: "agent:ben"},
	} {
		x.Started = started.Add(time.Duration(i) * time.Minute)
		if err := store.Append(ctx, chatkernel.Commit{Stream: fmt.Sprint("chat ", i+1), Count: 1, Index: &x}); err != nil {
			fmt.Println(err)
		}
	}
	for entry, err := range store.Find(ctx, chatkernel.Query{Working: "agent:maria"}) {
		fmt.Println(entry.Stream, entry.Index.Owner, err)
	}
	// Output:
	// chat 2 agent:ben <nil>
	// chat 1 agent:maria <nil>
}
