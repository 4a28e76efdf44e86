package emoji

import "testing"

// Reading the table is what the first use costs.
func BenchmarkFirstUse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		parse(source)
	}
}
