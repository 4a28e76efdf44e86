package responses_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing/fstest"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/responses"
)

// A folder with a response in two languages; a host would use os.DirFS.
var folder = fstest.MapFS{
	"Billing/refund.txt": {Data: []byte(`title: Refund on its way
shortcut: /refund
attach: terms.pdf

Dear {contact.name|customer}, your refund for order {case.order} is on its way.
`)},
	"Billing/refund.de.txt": {Data: []byte(`title: Rückerstattung
category: Rechnung

Guten Tag {contact.name}, Ihre Rückerstattung ist unterwegs.
`)},
}

// The agent types a shortcut; the desktop puts the prepared text in its place.
func Example() {
	var library responses.Library
	if err := library.Load(context.Background(), responses.Dir{FS: folder}); err != nil {
		fmt.Println(err)
		return
	}
	typed := "Good news: /refund"
	found, ok := library.Expand("en-GB", typed, len(typed))
	if !ok {
		return
	}
	text, err := responses.Fill(found.Response.Text, func(field string) (string, error) {
		switch field {
		case "contact.name":
			return "Pat", nil
		case "case.order":
			return "4711", nil
		}
		return "", responses.ErrUnknownField
	})
	fmt.Println(typed[:found.Start]+text, err)
	fmt.Println(found.Response.Attachments)
	// Output:
	// Good news: Dear Pat, your refund for order 4711 is on its way. <nil>
	// [terms.pdf]
}

func ExampleLibrary_Search() {
	var library responses.Library
	if err := library.Load(context.Background(), responses.Dir{FS: folder}); err != nil {
		fmt.Println(err)
	}
	for _, r := range library.Search("de-AT", "ruckerstattung", 10) {
		fmt.Println(r.Category, "-", r.Title)
	}
	// Output: Rechnung - Rückerstattung
}

func ExampleDir() {
	_, err := responses.Dir{FS: fstest.MapFS{
		"hello.txt": {Data: []byte("title: Hello\n\nHello {contact.nmae}!\n")},
	}}.Responses(context.Background())
	fmt.Println(err)
	// Output: responses: hello.txt:3: no such field: "contact.nmae" (at byte 6)
}

func ExampleFill() {
	none := func(string) (string, error) { return "", responses.ErrNoValue }
	fmt.Println(responses.Fill("Dear {contact.name|customer}, {{ is a brace", none))
	_, err := responses.Fill("Dear {contact.name},", none)
	fmt.Println(err)
	// Output:
	// Dear customer, { is a brace <nil>
	// responses: the field has no value here: "contact.name" (at byte 5)
}

// teh is a speller that knows one mistake. Package adapters/hunspell has a real
// one.
type teh struct{}

func (teh) Check(_ context.Context, _, text string) ([]responses.Misspelling, error) {
	var found []responses.Misspelling
	for w := range responses.Words(text) {
		if strings.EqualFold(w.Text, "teh") {
			found = append(found, responses.Misspelling{Start: w.Start, End: w.End, Suggestions: []string{"the"}})
		}
	}
	return found, nil
}

// A message with a misspelled word is held back until its author confirms it.
func ExampleSpellGate() {
	kernel := chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{
		Gates: chatkernel.Gates{Text: responses.InOrder(responses.SpellGate(teh{}, nil), responses.EmojiGate())},
	})
	defer kernel.Close()
	do := func(by interaction.PartyID, cmd interaction.Command) error {
		_, err := kernel.Do(context.Background(), "chat", chatkernel.By(by, ""), cmd)
		return err
	}
	policy := interaction.DefaultPolicy()
	policy.CheckSpelling = true
	do("contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Policy: &policy})
	do(interaction.System, interaction.Invite{ID: "in", To: "agent:maria", Agent: "agent:maria"})
	do("agent:maria", interaction.Accept{Invitation: "in", Name: "Maria"})

	err := do("agent:maria", interaction.Say{Text: "Here is teh invoice :smile:"})
	var held *responses.Misspelled
	if errors.As(err, &held) {
		w := held.Words[0]
		fmt.Println(w.Start, w.End, w.Word, w.Suggestions)
	}
	err = do("agent:maria", interaction.Say{Text: "Here is teh invoice :smile:", Confirm: held.Confirm})
	fmt.Println(err)
	// Output:
	// 8 11 teh [the]
	// <nil>
}
