package spoof_test

import (
	"testing"

	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
)

func BenchmarkGuard(b *testing.B) {
	guard := spoof.New(nil)
	for name, host := range map[string]string{
		"ascii":   "www.some-company.example.com",
		"unicode": "www.xn--bcher-kva.example",
		"look":    "xn--80ak6aa92e.com",
	} {
		b.Run("Display/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				guard.Display(host)
			}
		})
		b.Run("LooksLike/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				guard.LooksLike(host)
			}
		})
	}
	b.Run("New", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			spoof.New([]string{"bank.example"})
		}
	})
}
