package urlsafe

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is passed over eight bytes at a time is what is passed over byte by byte,
// but that it may stop early at three kinds of bytes that mean nothing.
func TestURL_8_each_byte_that_html_knows_is_seen_wherever_it_stands(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for b := range 256 {
				text := []byte(strings.Repeat("a", length))
				text[at] = byte(b)
				n := inert(string(text))
				switch {
				case marked[b], b >= 0x80:
					require.Equal(t, at, n, "%q", text)
				case b < ' ', b == '#':
					require.Contains(t, []int{at, length}, n, "%q", text)
				default:
					require.Equal(t, length, n, "%q", text)
				}
			}
		}
	}
	require.Equal(t, 10, inert("\x7f !%$;=?@/<&>'\""), "the first of several")
}
