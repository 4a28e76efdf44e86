package hunspell_test

import (
	"context"
	"fmt"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/hunspell"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/responses"
)

// A host checks what its agents write in English and German. It needs the
// program and the dictionaries, so that it is not run as a test.
func Example() {
	speller, err := hunspell.New(context.Background(), &hunspell.Options{Words: []string{"Chatkernel"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer speller.Close()
	policy := interaction.DefaultPolicy()
	policy.CheckSpelling = true
	kernel := chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{
		Policy: &policy,
		Gates:  chatkernel.Gates{Text: responses.SpellGate(speller, nil)},
	})
	defer kernel.Close()

	words, err := speller.Check(context.Background(), "de-AT", "Die Rechnug ist unterwegs.")
	fmt.Println(words, err)
}
