package urlsafe_test

import (
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/urlsafe"
)

var benchTexts = []struct{ name, text string }{
	{"80Bwithout", "Hello, I have a question about my last bill, it seems to be too high this month."},
	{"80Bwith", "Please see https://www.example.com/help/billing?lang=en for how we count it, ok?"},
	{"10KB", strings.Repeat("Hello, I have a question about my last bill, it is too high. See example.com/help and mail to joe@example.com, thanks. ", 85)},
}

func BenchmarkFind(b *testing.B) {
	l := urlsafe.New(nil)
	for _, c := range benchTexts {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				l.Find(c.text)
			}
		})
	}
}

func BenchmarkHTML80(b *testing.B) {
	l := urlsafe.New(nil)
	for _, c := range benchTexts[:2] {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.HTML(c.text)
			}
		})
	}
}

func BenchmarkFromHTML(b *testing.B) {
	l := urlsafe.New(nil)
	markup := `<p>Please see <a href="https://www.example.com/help">our help pages</a> &amp; write.</p>`
	b.ReportAllocs()
	for b.Loop() {
		l.FromHTML(markup)
	}
}

func TestURL_4_nothing_is_allocated_where_nothing_is_found(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Region: "US"})
	text := benchTexts[0].text
	if n := testing.AllocsPerRun(100, func() { l.Find(text); l.HTML(text); l.Plain(text) }); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}
