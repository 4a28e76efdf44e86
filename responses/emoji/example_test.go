package emoji_test

import (
	"fmt"

	"github.com/chatkernel/chatkernel/responses/emoji"
)

func ExampleReplace() {
	fmt.Println(emoji.Replace("It works :tada: :wave_tone3:"))
	fmt.Println(emoji.Replace("Write `:tada:` for it, or see https://example.org/:tada:"))
	// Output:
	// It works 🎉 👋🏽
	// Write `:tada:` for it, or see https://example.org/:tada:
}

func ExampleSearch() {
	for _, e := range emoji.Search("herz rot", 3) {
		fmt.Println(e.Text, e.Name("de"), e.ShortNames[0])
	}
	// Output:
	// ❤️ rotes Herz heart
}

func ExampleLength() {
	family := "👨‍👩‍👧‍👦"
	fmt.Println(len(family), emoji.Length(family))
	// Output: 25 1
}

func ExamplePreview() {
	fmt.Println(emoji.Preview("Dear Pat,\n\nthank you for your message.", 20))
	// Output: Dear Pat, thank you…
}
