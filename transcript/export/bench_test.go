package export_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/export"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// long is a chat of so many messages, an address in each tenth.
func long(messages int) *export.Chat {
	links := urlsafe.New(nil)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := &export.Chat{ID: "chat-1", Language: "en", Zone: "Europe/Berlin", Viewer: "agent", Subject: "A long one", Started: at, Parties: []export.Party{}}
	for i := range messages {
		who := transcript.Who{Colour: i % 2, Name: []string{"Pat", "Maria"}[i%2], Role: []string{"contact", "agent"}[i%2]}
		text := fmt.Sprintf("Message %d: the parcel isn't here & I'm waiting, could you look where it is? Grüße 👋", i)
		var segments []urlsafe.Segment
		if i%10 == 0 {
			text += " https://example.com/orders/" + fmt.Sprint(i)
			segments = links.Segments(text)
		}
		c.Entries = append(c.Entries, transcript.Entry{
			Position: uint64(i + 1), Public: uint64(i + 1), At: at.Add(time.Duration(i) * time.Minute), Kind: transcript.Message, From: who,
			Text: text, Segments: segments, Audience: "everyone", Data: transcript.Data{Event: "said"},
		})
	}
	return c
}

func bench(b *testing.B, write func(io.Writer, *export.Chat) error) {
	c := long(1000)
	var n int
	if err := write(writer(func(p []byte) { n += len(p) }), c); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		if err := write(io.Discard, c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHIST_6_text_1000(b *testing.B)    { bench(b, export.Text) }
func BenchmarkHIST_6_html_1000(b *testing.B)    { bench(b, export.HTML) }
func BenchmarkHIST_6_json_1000(b *testing.B)    { bench(b, export.JSON) }
func BenchmarkHIST_6_connect_1000(b *testing.B) { bench(b, export.Connect) }
