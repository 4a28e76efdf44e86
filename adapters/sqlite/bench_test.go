package sqlite_test

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/adapters/sqlite"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// command makes the commits of a chat one after the other, shaped as the kernel
// shapes them: one position, a key, a wake, a few hundred bytes.
func command(stream string, after uint64) chatkernel.Commit {
	c := chatkernel.Commit{Stream: stream, After: after, Count: 1, At: start.Add(time.Duration(after) * 7_654_321 * time.Microsecond), Data: make([]byte, 380)}
	binary.LittleEndian.PutUint64(c.Key[:], (after+1)*0x9e3779b97f4a7c15)
	c.Wake = c.At.Add(30 * time.Second)
	return c
}

// Writers, each with chats of 30 commits.
func BenchmarkAppend(b *testing.B) {
	for _, level := range []struct {
		name string
		sync sqlite.Sync
	}{{"Full", sqlite.Full}, {"Normal", sqlite.Normal}} {
		for _, writers := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/%dWriters", level.name, writers), func(b *testing.B) {
				s := open(b, filepath.Join(b.TempDir(), "db"), &sqlite.Options{Sync: level.sync})
				var left atomic.Int64
				left.Store(int64(b.N))
				var all sync.WaitGroup
				b.ResetTimer()
				for w := range writers {
					all.Go(func() {
						for n := uint64(0); left.Add(-1) >= 0; n++ {
							if err := s.Append(b.Context(), command(fmt.Sprint("chat ", w, " ", n/30), n%30)); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				all.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
				b.ReportMetric(float64(b.N)/float64(s.Turns()), "appends/turn")
			})
		}
	}
}

func BenchmarkLoad200(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "db"), nil)
	for n := range uint64(200) {
		require.NoError(b, s.Append(b.Context(), command("chat", n)))
	}
	for name, after := range map[string]uint64{"Whole": 0, "Last": 199} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := after
				for _, err := range s.Load(b.Context(), "chat", after) {
					require.NoError(b, err)
					n++
				}
				if n != 200 {
					b.Fatal(n)
				}
			}
		})
	}
}
