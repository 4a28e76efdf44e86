package chatkernel_test

import (
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/stretchr/testify/require"
)

func FuzzHOST_5_signal_bytes(f *testing.F) {
	f.Add([]byte{1, 2, 0, 9, 'a', 'g', 'e', 'n', 't', ':', 'a', 'b', 'c', 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		by, typing, _, ok := chatkernel.DecodeSignal(data)
		if ok {
			require.True(t, by.Valid())
			require.LessOrEqual(t, len(typing.Draft), len(data))
		}
	})
}

func FuzzDESK_1_position(f *testing.F) {
	f.Add("epoch.1.2")
	f.Add("")
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := chatkernel.ParsePosition(s)
		if err != nil {
			require.ErrorIs(t, err, chatkernel.ErrPosition)
			return
		}
		require.Equal(t, s, p.String())
	})
}
