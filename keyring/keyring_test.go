package keyring_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/keyring/keyringtest"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

var master = bytes.Repeat([]byte{42}, 32)

func openDir(t testing.TB, name string) *keyring.Dir {
	d, err := keyring.OpenDir(name, master)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestHIST_7_keyrings(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		keyringtest.Run(t, func(testing.TB) func() chatkernel.Keyring {
			r := keyring.New()
			return func() chatkernel.Keyring { return r }
		})
	})
	t.Run("directory", func(t *testing.T) {
		keyringtest.Run(t, func(t testing.TB) func() chatkernel.Keyring {
			dir := t.TempDir()
			return func() chatkernel.Keyring { return openDir(t, dir) }
		})
	})
}

// files are the names in a directory, and all that stands in them.
func files(t testing.TB, dir string) (names []string, content []byte) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		names, content = append(names, path), append(content, data...)
		return err
	}))
	return names, content
}

func TestHIST_7_a_directory_betrays_nothing(t *testing.T) {
	dir := t.TempDir()
	r := openDir(t, dir)
	key, err := r.Key(t.Context(), "chat-of-pat", "contact:pat")
	require.NoError(t, err)
	names, content := files(t, dir)
	require.False(t, bytes.Contains(content, key))
	for _, word := range []string{"pat", "chat"} {
		require.NotContains(t, strings.TrimPrefix(strings.Join(names, " "), dir), word)
		require.NotContains(t, string(content), word)
	}
	// Another master key opens nothing.
	other, err := keyring.OpenDir(dir, bytes.Repeat([]byte{1}, 32))
	require.NoError(t, err)
	defer other.Close()
	_, err = other.Key(t.Context(), "chat-of-pat", "")
	require.Error(t, err)
	require.NotErrorIs(t, err, chatkernel.ErrErased)
	_, err = keyring.OpenDir(dir, master[:31])
	require.Error(t, err)

	// With the last key the contact's goes too; a mark is left that it is gone.
	_, err = r.Key(t.Context(), "second", "contact:pat")
	require.NoError(t, err)
	require.NoError(t, r.Destroy(t.Context(), "chat-of-pat"))
	names, _ = files(t, dir)
	require.Len(t, names, 4)
	require.NoError(t, r.Assign(t.Context(), "second", "contact:kat"))
	names, _ = files(t, dir)
	require.Len(t, names, 4)
	require.NoError(t, r.Destroy(t.Context(), "second"))
	names, content = files(t, dir)
	require.Len(t, names, 2)
	require.Empty(t, content)
}

// A crash at any write while a key is handed over leaves it readable, and a
// destruction afterwards leaves nothing.
func TestHIST_7_a_crash_while_a_key_is_handed_over(t *testing.T) {
	for at := 0; ; at++ {
		dir := t.TempDir()
		r := openDir(t, dir)
		key, err := r.Key(t.Context(), "chat", "contact:pat")
		require.NoError(t, err)
		err = keyring.CrashAfter(r, at, func() error { return r.Assign(t.Context(), "chat", "contact:kat") })
		again := openDir(t, dir)
		got, readErr := again.Key(t.Context(), "chat", "")
		require.NoError(t, readErr, "after %d", at)
		require.Equal(t, key, got)
		require.NoError(t, again.Destroy(t.Context(), "chat"))
		names, _ := files(t, dir)
		for _, name := range names { // a contact's key may be left that opens nothing
			require.True(t, filepath.Base(name) == "key" || filepath.Base(filepath.Dir(name)) == "owners", "after %d: %s", at, name)
		}
		if err == nil {
			require.Greater(t, at, 4)
			return
		}
		require.True(t, errors.Is(err, keyring.ErrCrash))
	}
}

// A contact's content is encrypted in the store, and erased with its key.
func Example() {
	ring := keyring.New()
	store := memstore.New(nil)
	k := chatkernel.New(store, memstore.NewTransport(), &chatkernel.Options{Keyring: ring})
	defer k.Close()
	ctx := context.Background()
	do := func(by interaction.PartyID, cmd interaction.Command) {
		if _, err := k.Do(ctx, "chat", chatkernel.By(by, ""), cmd); err != nil {
			fmt.Println(err)
		}
	}
	do("contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Subject: "My bill"})
	do("contact:pat", interaction.Leave{})
	for c := range store.Load(ctx, "chat", 0) {
		fmt.Println(bytes.Contains(c.Data, []byte("My bill")))
		break
	}
	do(interaction.System, interaction.Erase{})
	s, err := k.State(ctx, "chat")
	fmt.Printf("%q %v %v\n", s.Start.Subject, s.Phase, err)
	// Output:
	// false
	// "" done <nil>
}
