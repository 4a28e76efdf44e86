package files_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/chatkernel/chatkernel/files"
	"github.com/stretchr/testify/require"
)

func sums(t testing.TB, data []byte) *files.Sums {
	t.Helper()
	s, err := files.Copy(t.Context(), io.Discard, bytes.NewReader(data))
	require.NoError(t, err)
	return s
}

// The stored form of the hashes of nothing is frozen.
func TestFILE_8_stored_sums_are_frozen(t *testing.T) {
	s := sums(t, []byte("chatkernel"))
	require.Equal(t, files.Info{Size: 10, Hash: sha256.Sum256([]byte("chatkernel"))}, s.Info())
	stored, err := s.MarshalBinary()
	require.NoError(t, err)
	hash := sha256.Sum256([]byte("chatkernel"))
	want := append(bytes.Clone(hash[:]), "ckfiles1\x00\x00\x00\x00\x00\x00\x00\x0a"...)
	want = append(want, hash[:]...)
	check := sha256.Sum256(want)
	require.Equal(t, append(want, check[:]...), stored)
}

// No damaged sums are taken for whole ones.
func TestFILE_8_damaged_sums_are_found(t *testing.T) {
	stored, err := sums(t, make([]byte, 200_000)).MarshalBinary()
	require.NoError(t, err)
	for i := range stored {
		damaged := bytes.Clone(stored)
		damaged[i] ^= 0x40
		require.ErrorIs(t, new(files.Sums).UnmarshalBinary(damaged), files.ErrCorrupt, "byte %d", i)
		require.ErrorIs(t, new(files.Sums).UnmarshalBinary(stored[:i]), files.ErrCorrupt, "cut at %d", i)
	}
	require.NoError(t, new(files.Sums).UnmarshalBinary(stored))
}

func FuzzSums(f *testing.F) {
	for _, n := range []int{0, 10, 70_000} {
		stored, _ := sums(f, make([]byte, n)).MarshalBinary()
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := new(files.Sums)
		if s.UnmarshalBinary(data) != nil {
			return
		}
		again, err := s.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
	})
}

// Reading random ranges of a content with random damage gives right bytes or an
// error.
func TestFILE_8_ranges_are_verified(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 400_000)
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	s := sums(t, data)
	for range 10 {
		stored := bytes.Clone(data)
		damaged := r.IntN(len(data))
		stored[damaged] ^= 1 << r.IntN(8)
		verified := s.Reader(bytes.NewReader(stored))
		found := false
		for range 60 {
			p := make([]byte, r.IntN(150_000))
			off := r.IntN(len(data))
			n, err := verified.ReadAt(p, int64(off))
			require.True(t, bytes.Equal(data[off:off+n], p[:n]))
			if err != nil && err != io.EOF {
				require.ErrorIs(t, err, files.ErrCorrupt)
				found = true
			} else {
				require.False(t, off <= damaged && damaged < off+n)
			}
		}
		require.True(t, found)
	}
}
