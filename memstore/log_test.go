package memstore

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chatkernel/chatkernel"
)

// A stream fills a size class of the allocator; one more field would cost every
// chat 16 bytes.
func TestTheSizeOfAStream(t *testing.T) {
	require.LessOrEqual(t, unsafe.Sizeof(stream{}), uintptr(128))
}

// Logs of any commits, short and long, give back what was put in.
func TestALogGivesBackWhatItGot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st := &stream{name: "s", wake: never}
		var want []chatkernel.Commit
		for n := rapid.IntRange(1, 120).Draw(t, "commits"); n > 0; n-- {
			at := rapid.Int64Range(firstSecond*1e6, lastSecond*1e6).Draw(t, "at")
			wake := int64(never)
			if rapid.Bool().Draw(t, "has a wake") {
				wake = rapid.OneOf(rapid.Int64Range(firstSecond*1e6, lastSecond*1e6), rapid.Just(at+30e6)).Draw(t, "wake")
			}
			c := chatkernel.Commit{
				Stream: "s", After: st.head, Count: rapid.OneOf(rapid.IntRange(0, 3), rapid.Just(65535)).Draw(t, "count"),
				Data: rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "data"),
			}
			if rapid.Bool().Draw(t, "has a key") {
				c.Key = chatkernel.Key{byte(n), 1}
			}
			st.append(&c, at, wake)
			c.At = instant(at)
			if wake != never {
				c.Wake = instant(wake)
			}
			if len(c.Data) == 0 {
				c.Data = nil
			}
			want = append(want, c)
		}
		require.Equal(t, st.frames >= stride+1, st.long != nil)

		var cur cursor
		for _, c := range want {
			f := cur.next(st.log)
			require.Equal(t, c, f.commit("s"))
			if c.Key != (chatkernel.Key{}) {
				got, ok := st.lookup(c.Key)
				require.True(t, ok)
				require.Equal(t, c, got)
			}
			if c.Count == 0 {
				continue
			}
			// From near on, the commit is found with its own time.
			for _, after := range []uint64{c.After, c.Head() - 1} {
				cur := st.near(after)
				require.LessOrEqual(t, cur.after, after)
				f := cur.next(st.log)
				for f.after+uint64(f.count) <= after {
					f = cur.next(st.log)
				}
				require.Equal(t, c, f.commit("s"))
			}
		}
		require.Equal(t, len(st.log), cur.off)
		_, ok := st.lookup(chatkernel.Key{255, 255})
		require.False(t, ok)
	})
}
