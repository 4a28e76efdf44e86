package responses_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
)

// many are so many responses of about 300 bytes, in two languages each.
func many(n int) []responses.Response {
	all := make([]responses.Response, 0, 2*n)
	for i := range n {
		id := fmt.Sprint("response", i)
		all = append(all, responses.Response{
			ID: id, Category: fmt.Sprintf("Topic %d/Part %d", i%20, i%7), Title: fmt.Sprintf("Answer %d about orders", i),
			Shortcuts: []string{fmt.Sprint("/a", i)},
			Text:      fmt.Sprintf("Dear {contact.name|customer},\n\nyour order {case.order} with the number %d has left our house and will reach you within the next three days. If it does not, please write to us again, and we look for it with the carrier at once. You can follow it with the link that we sent you by mail.\n\nKind regards, {agent.name}", i),
		}, responses.Response{
			ID: id, Language: "de", Category: fmt.Sprintf("Thema %d/Teil %d", i%20, i%7), Title: fmt.Sprintf("Antwort %d zu Aufträgen", i),
			Text: fmt.Sprintf("Guten Tag {contact.name|},\n\nIhre Bestellung {case.order} mit der Nummer %d hat unser Haus verlassen und erreicht Sie innerhalb der nächsten drei Tage. Falls nicht, schreiben Sie uns bitte noch einmal, und wir suchen sie sofort mit dem Zusteller.\n\nMit freundlichen Grüßen, {agent.name}", i),
		})
	}
	return all
}

func BenchmarkSearch5000(b *testing.B) {
	var l responses.Library
	if err := l.Replace(many(5000)); err != nil {
		b.Fatal(err)
	}
	for _, query := range []string{"order", "answer 49", "/a123", "carrier at once 4711", "nothing of it"} {
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Search("en", query, 20)
			}
		})
	}
}

func BenchmarkExpand(b *testing.B) {
	var l responses.Library
	if err := l.Replace(many(5000)); err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{"hit": "Good morning, /a4711", "miss": "Good morning, nothing"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Expand("de-AT", text, len(text))
			}
		})
	}
}

func BenchmarkFill(b *testing.B) {
	text := many(1)[0].Text
	value := func(string) (string, error) { return "value", nil }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := responses.Fill(text, value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReplace5000(b *testing.B) {
	all := many(5000)
	var l responses.Library
	b.ReportAllocs()
	for b.Loop() {
		if err := l.Replace(all); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSpellGate(b *testing.B) {
	gate := responses.SpellGate(answers{}, nil)
	s := chat(b, nil)
	say := interaction.Say{Text: "Thank you for your patience. Your parcel left our house on Monday, it is near you"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gate(context.Background(), "chat", s, chatkernel.By(maria, ""), say); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWords80(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for range responses.Words("Thank you for your patience. Your parcel left our house on Monday, it is near you") {
		}
	}
}
