package scan

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hostile are texts that make a careless scanner look at the same bytes again
// and again. Each is repeated.
var hostile = map[string]string{
	"open path":     "http://a.com/(",
	"labels":        "a.a.a.",
	"brackets":      "((((",
	"www":           "www.",
	"mentions":      "@a",
	"no scheme":     "://",
	"dots":          "....",
	"open brackets": "http://a.com/([{",
	"open quotes":   `http://a.com/"'`,
	"long labels":   strings.Repeat("a", 70) + ".",
	"mixed scripts": "aяאa日.",
	"directions":    "\u202Ea.\u2066",
	"quotes":        `http://a.com/"好`,
	"users":         "http://a:@",
	"user names":    "a://b@c",
	"schemes":       "a.b-c+d:",
	"digits":        "1 ",
	"numbers":       "+1 2/",
	"long number":   "1",
	"local parts":   "a+b.c",
	"references":    "http://a.com/&a;",
	"soft ends":     "http://a.com/.,.,",
	"glue":          "a.com日",
	"glued labels":  "日a.",
	"hyphens":       "a.-",
	"accounts":      "DE44 5001 ",
	"short":         "http://t.co/a",
	"addresses":     "http://[::",
	"invalid":       "\xe3\x81.",
	"mail":          "mailto:a",
	"tel":           "tel:1-",
	"dates":         "1.1.",
}

// The cost of a byte in 100 KB of hostile text is at most twice that in 1 KB.
func TestURL_1_TimeIsLinear(t *testing.T) {
	o := &Options{Region: "DE", Schemes: func(string) bool { return true }}
	var dst []Span
	cost := func(text string, times int) time.Duration {
		start := time.Now()
		for range times {
			dst = Append(dst[:0], text, o)
		}
		return time.Since(start)
	}
	for name, unit := range hostile {
		short := strings.Repeat(unit, 1+1_000/len(unit))
		long := strings.Repeat(unit, len(short)/len(unit)*100)
		// The machine does other things too, so the best of some runs counts,
		// and of more runs if they are not good enough.
		least, most := time.Hour, time.Hour
		for run := 0; run < 3 || run < 60 && most > 2*least; run++ {
			least = min(least, cost(short, 100))
			most = min(most, cost(long, 1))
		}
		require.LessOrEqual(t, most, 2*least, name)
		t.Logf("%-13s %6.2f ns/B, at 1 KB %6.2f", name,
			float64(most)/float64(len(long)), float64(least)/float64(len(long)))
	}
}

func TestURL_1_NothingFoundAllocatesNothing(t *testing.T) {
	for _, o := range []*Options{nil, {Region: "US"}, {Region: "DE", NoPhones: true}} {
		for _, text := range []string{
			"Hello, I would like to know when my order will arrive, thank you. Jane",
			"2 items at 12:30 for 19.99, 212-555-012, 1.2.3, @me, a.b, e.g. this: A.B://x, X@y",
		} {
			require.Zero(t, testing.AllocsPerRun(100, func() { Append(nil, text, o) }), "%q", text)
		}
		dst := make([]Span, 0, 8)
		require.Zero(t, testing.AllocsPerRun(100, func() {
			Append(dst, "ftp://a.com/b, c.com, me@d.com and +1 212 555 0123", o)
		}))
	}
}

func BenchmarkAppend(b *testing.B) {
	plain := "Hello, I would like to know when my order will arrive, thank you very much. Jane"
	link := "Hello, please look at https://www.example.com/help/orders?id=5 and tell me then."
	for _, c := range []struct{ name, text, region string }{
		{"80B", plain, ""},
		{"80B/US", plain, "US"},
		{"80B/digits", "Hi, I ordered 2 items at 12:30 on Monday for 19.99 euros. When do they arrive? J", ""},
		{"80B/digits/US", "Hi, I ordered 2 items at 12:30 on Monday for 19.99 euros. When do they arrive? J", "US"},
		{"80B/link", link, ""},
		{"80B/bare+email", "Hello, please look at example.com/help, or write to me@example.com. Thank you ok", ""},
		{"80B/phone/US", "Hello, please call me back before five in the evening at (212) 555-0123. Thanks!", "US"},
		{"10KB", strings.Repeat(plain+" ", 125), ""},
		{"10KB/links", strings.Repeat(link+" ", 125), ""},
		{"10KB/labels", strings.Repeat("a.", 5000), ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			o := &Options{Region: c.region}
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			var dst []Span
			for b.Loop() {
				dst = Append(dst[:0], c.text, o)
			}
		})
	}
}
