package memstore

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The heaps against a list that is sorted anew for every question, with a clock
// that also goes back.
func TestWakesAreWhatAListWouldSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w wakes
		w.init()
		streams := make([]*stream, 40)
		for i := range streams {
			streams[i] = &stream{name: fmt.Sprint(i), wake: never}
		}
		now := int64(50)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				w.set(rapid.SampledFrom(streams).Draw(t, "stream"), rapid.Int64Range(0, 100).Draw(t, "wake"))
			},
			"cancel": func(t *rapid.T) { w.set(rapid.SampledFrom(streams).Draw(t, "stream"), never) },
			"clock":  func(t *rapid.T) { now = rapid.Int64Range(0, 100).Draw(t, "now") },
			"due": func(t *rapid.T) {
				limit := rapid.IntRange(1, 50).Draw(t, "limit")
				names, next := w.due(now, limit)
				var come []int64
				soonest := int64(never)
				for _, st := range streams {
					switch {
					case st.wake == never:
					case st.wake <= now:
						come = append(come, st.wake)
					case soonest == never || st.wake < soonest:
						soonest = st.wake
					}
				}
				slices.Sort(come)
				require.Equal(t, soonest, next)
				var got []int64
				for _, name := range names {
					got = append(got, streams[slices.IndexFunc(streams, func(st *stream) bool { return st.name == name })].wake)
				}
				require.Equal(t, come[:min(limit, len(come))], got)
				slices.Sort(names)
				require.Len(t, slices.Compact(names), len(got), "a stream came twice")
			},
			"": func(t *rapid.T) {
				for _, h := range []*heap{&w.come, &w.ahead} {
					for i, it := range h.items {
						require.Equal(t, i, h.index(it.stream))
						require.Equal(t, it.stream.wake, it.wake)
					}
				}
			},
		})
	})
}
