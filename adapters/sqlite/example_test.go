package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
)

// A chat goes on when the program has started again, and a command that was sent
// before is still known.
func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "chats")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	run := func(work func(do func(key string, c interaction.Command) chatkernel.Result)) {
		store, err := sqlite.Open(filepath.Join(dir, "chats.db"), nil)
		if err != nil {
			panic(err)
		}
		defer store.Close()
		k := chatkernel.New(store, memstore.NewTransport(), nil)
		defer k.Close()
		work(func(key string, c interaction.Command) chatkernel.Result {
			r, err := k.Do(ctx, "chat-1", chatkernel.By("contact:pat", key), c)
			if err != nil {
				panic(err)
			}
			return r
		})
	}
	run(func(do func(string, interaction.Command) chatkernel.Result) {
		do("1", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}})
		r := do("2", interaction.Say{Text: "Hello"})
		fmt.Println(r.Position.Seen, r.Repeated)
	})
	run(func(do func(string, interaction.Command) chatkernel.Result) {
		r := do("2", interaction.Say{Text: "Hello"})
		fmt.Println(r.Position.Seen, r.Repeated)
		r = do("3", interaction.Say{Text: "Is anybody there?"})
		fmt.Println(r.Position.Seen, r.Repeated)
	})
	// Output:
	// 2 false
	// 2 true
	// 3 false
}

// What a desktop remembers for its agent.
func ExampleStore_URLs() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "chats")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	store, err := sqlite.Open(filepath.Join(dir, "chats.db"), nil)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	for _, address := range []string{"https://example.com/help", "https://example.com/bill"} {
		if err := store.URLs().Remember(ctx, "agent:maria", address, 100); err != nil {
			panic(err)
		}
	}
	fmt.Println(store.URLs().Recent(ctx, "agent:maria"))
	// Output: [https://example.com/bill https://example.com/help] <nil>
}
