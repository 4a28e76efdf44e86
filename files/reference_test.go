package files_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/stretchr/testify/require"
)

func key(id string, b byte) files.Key {
	return files.Key{ID: id, Secret: bytes.Repeat([]byte{b}, 32)}
}

func references(t testing.TB, keys ...files.Key) *files.References {
	t.Helper()
	x, err := files.NewReferences(keys...)
	require.NoError(t, err)
	return x
}

func TestFILE_9_references_are_bound_to_one_party(t *testing.T) {
	x := references(t, key("a", 1))
	ref := x.Sign("file-1", files.Thumbnail, pat, time.Hour)
	require.Equal(t, ref, strings.Trim(ref, "/+=?&#% "), "fit for a URL")
	id, form, err := x.Read(ref, pat)
	require.NoError(t, err)
	require.Equal(t, "file-1", id)
	require.Equal(t, files.Thumbnail, form)
	for _, other := range []interaction.PartyID{maria, "contact:pa", "contact:patt", ""} {
		_, _, err = x.Read(ref, other)
		require.ErrorIs(t, err, files.ErrReference)
	}
	data, err := base64.RawURLEncoding.DecodeString(ref)
	require.NoError(t, err)
	require.NotContains(t, string(data), "pat", "the party is not in it")
	// Moving bytes between the file and the party gives no other reference.
	_, _, err = x.Read(x.Sign("file-1c", files.Original, "ontact:pat", time.Hour), pat)
	require.ErrorIs(t, err, files.ErrReference)
}

func TestFILE_9_references_expire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := references(t, key("a", 1))
		ref, short := x.Sign("f", files.Original, pat, 0), x.Sign("f", files.Original, pat, time.Minute)
		time.Sleep(time.Minute - time.Nanosecond)
		_, _, err := x.Read(short, pat)
		require.NoError(t, err)
		time.Sleep(time.Millisecond)
		_, _, err = x.Read(short, pat)
		require.ErrorIs(t, err, files.ErrExpired)
		_, _, err = x.Read(short, maria)
		require.ErrorIs(t, err, files.ErrReference, "who has no right to it does not learn that it has expired")
		_, _, err = x.Read(ref, pat)
		require.NoError(t, err)
		time.Sleep(time.Hour)
		_, _, err = x.Read(ref, pat)
		require.ErrorIs(t, err, files.ErrExpired)
	})
}

func TestFILE_9_keys_rotate(t *testing.T) {
	older := references(t, key("a", 1))
	ref := older.Sign("f", files.Original, pat, time.Hour)
	both := references(t, key("b", 2), key("a", 1))
	_, _, err := both.Read(ref, pat)
	require.NoError(t, err)
	fresh := both.Sign("f", files.Original, pat, time.Hour)
	_, _, err = older.Read(fresh, pat)
	require.ErrorIs(t, err, files.ErrReference)
	newer := references(t, key("b", 2))
	_, _, err = newer.Read(fresh, pat)
	require.NoError(t, err)
	_, _, err = newer.Read(ref, pat)
	require.ErrorIs(t, err, files.ErrReference)
	_, _, err = references(t, key("a", 9)).Read(ref, pat)
	require.ErrorIs(t, err, files.ErrReference, "the same id is not the same key")

	for _, bad := range [][]files.Key{
		{}, {{ID: "a", Secret: make([]byte, 31)}}, {key("", 1)}, {key(strings.Repeat("a", 33), 1)}, {key("a", 1), key("a", 2)},
	} {
		_, err := files.NewReferences(bad...)
		require.Error(t, err)
	}
}

// No change of a reference gives another one.
func TestFILE_9_references_cannot_be_changed(t *testing.T) {
	x := references(t, key("a", 1))
	for _, id := range []string{"file-1", "file-10", "file-100"} {
		unchangeable(t, x, x.Sign(id, files.Original, pat, time.Hour))
	}
	_, _, err := x.Read(strings.Repeat("A", 1<<20), pat)
	require.ErrorIs(t, err, files.ErrReference)
}

func unchangeable(t *testing.T, x *files.References, ref string) {
	t.Helper()
	for i := range ref {
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_\n=" {
			changed := ref[:i] + string(c) + ref[i+1:]
			if changed == ref {
				continue
			}
			_, _, err := x.Read(changed, pat)
			require.ErrorIs(t, err, files.ErrReference, "%s at %d", changed, i)
		}
		_, _, err := x.Read(ref[:i], pat)
		require.ErrorIs(t, err, files.ErrReference)
		_, _, err = x.Read(ref[:i]+"\n"+ref[i:], pat)
		require.ErrorIs(t, err, files.ErrReference)
	}
}

func FuzzReference(f *testing.F) {
	// Secrets of this process only, so that what another one has signed and kept as
	// a seed is made by nobody, too.
	secret := make([]byte, 64)
	_, _ = rand.Read(secret)
	x := references(f, files.Key{ID: "a", Secret: secret[:32]}, files.Key{ID: "b", Secret: secret[32:]})
	genuine := x.Sign("file-1", files.Original, pat, 100*365*24*time.Hour)
	f.Add(genuine)
	f.Add("")
	f.Add("AQFh")
	f.Add(base64.RawURLEncoding.EncodeToString(append([]byte{1, 255}, make([]byte, 60)...)))
	f.Fuzz(func(t *testing.T, ref string) {
		if _, _, err := x.Read(ref, pat); err == nil && ref != genuine {
			t.Fatalf("%q was made by nobody", ref)
		}
	})
}
