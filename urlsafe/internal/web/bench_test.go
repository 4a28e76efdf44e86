package web_test

import (
	"testing"

	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

func BenchmarkParse(b *testing.B) {
	for name, raw := range map[string]string{
		"canonical": "https://www.example.com/path/to/page.html?x=1&y=2#top",
		"bare":      "https://example.com",
		"repaired":  "HTTPS://User@www.Example.com:443/a/../path?q=ü",
		"idn":       "https://bücher.example/",
		"ipv6":      "http://[2001:db8::1]:8080/",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := web.Parse(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
