// Package keyringtest is the definition of a correct chatkernel.Keyring (HIST-7).
// Whoever writes one calls [Run] in a test of its own.
package keyringtest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

const (
	pat interaction.PartyID = "contact:pat"
	kat interaction.PartyID = "contact:kat"
)

// Run runs each case as a subtest. Open gives another handle on the keyring that
// the subtest t has, empty at first, as after a restart; one that keeps nothing
// over a restart, or that only one process may have open at a time, gives the same
// value each time.
func Run(t *testing.T, open func(t testing.TB) func() chatkernel.Keyring) {
	for _, c := range []struct {
		name string
		run  func(*suite)
	}{
		{"K01_AlwaysTheSameKey", same},
		{"K02_NoneWithoutAContact", none},
		{"K03_DestroyedForEver", destroyed},
		{"K04_AssignedKeysStay", assigned},
		{"K05_ManyAtOnce", many},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(&suite{t, open(t)}) })
	}
}

type suite struct {
	testing.TB
	open func() chatkernel.Keyring
}

func (s *suite) key(r chatkernel.Keyring, id string, contact interaction.PartyID) []byte {
	s.Helper()
	key, err := r.Key(s.Context(), id, contact)
	if err != nil {
		s.Fatalf("Key(%q, %q) = %v", id, contact, err)
	}
	if len(key) != 32 {
		s.Fatalf("Key(%q, %q) has %d bytes, want 32", id, contact, len(key))
	}
	return bytes.Clone(key)
}

func (s *suite) fails(r chatkernel.Keyring, id string, contact interaction.PartyID, want error) {
	s.Helper()
	if key, err := r.Key(s.Context(), id, contact); !errors.Is(err, want) || key != nil {
		s.Fatalf("Key(%q, %q) = %d bytes, %v, want %v", id, contact, len(key), err, want)
	}
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) equal(a, b []byte) {
	s.Helper()
	if !bytes.Equal(a, b) {
		s.Fatal("the key is another one")
	}
}

func same(s *suite) {
	r := s.open()
	a := s.key(r, "a", pat)
	s.equal(a, s.key(r, "a", pat))
	s.equal(a, s.key(r, "a", ""))
	s.equal(a, s.key(r, "a", kat)) // the contact counts where there is no key
	if bytes.Equal(a, s.key(r, "b", pat)) || bytes.Equal(a, s.key(r, "A", pat)) {
		s.Fatal("two interactions have one key")
	}
	s.equal(a, s.key(s.open(), "a", ""))
}

func none(s *suite) {
	r := s.open()
	s.fails(r, "a", "", chatkernel.ErrNoKey)
	s.fails(r, "a", "", chatkernel.ErrNoKey)
	s.must(r.Assign(s.Context(), "a", pat))
	s.fails(r, "a", "", chatkernel.ErrNoKey)
}

func destroyed(s *suite) {
	r := s.open()
	s.key(r, "a", pat)
	b := s.key(r, "b", pat)
	s.must(r.Destroy(s.Context(), "a"))
	s.must(r.Destroy(s.Context(), "a"))
	s.must(r.Destroy(s.Context(), "never"))
	for _, r := range []chatkernel.Keyring{r, s.open()} {
		s.fails(r, "a", "", chatkernel.ErrErased)
		s.fails(r, "a", pat, chatkernel.ErrErased)
		s.fails(r, "never", pat, chatkernel.ErrErased)
		s.must(r.Assign(s.Context(), "a", kat))
		s.fails(r, "a", kat, chatkernel.ErrErased)
		s.equal(b, s.key(r, "b", ""))
	}
	s.must(r.Destroy(s.Context(), "b"))
	s.key(r, "c", pat) // the contact may come back
}

func assigned(s *suite) {
	r := s.open()
	a, b := s.key(r, "a", pat), s.key(r, "b", pat)
	s.must(r.Assign(s.Context(), "a", kat))
	s.must(r.Assign(s.Context(), "a", kat))
	s.equal(a, s.key(r, "a", ""))
	s.must(r.Destroy(s.Context(), "b"))
	s.equal(a, s.key(s.open(), "a", ""))
	s.must(r.Assign(s.Context(), "a", pat)) // back again
	s.equal(a, s.key(r, "a", ""))
	s.must(r.Destroy(s.Context(), "a"))
	s.fails(s.open(), "a", "", chatkernel.ErrErased)
	_ = b
}

func many(s *suite) {
	r := s.open()
	keys := make([][]byte, 32)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, err := r.Key(s.Context(), fmt.Sprint("chat ", i%4), pat)
			if err != nil {
				s.Error(err)
				return
			}
			keys[i] = bytes.Clone(key)
		})
	}
	all.Wait()
	for i := range keys {
		s.equal(keys[i], keys[i%4])
	}
}
