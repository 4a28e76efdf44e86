package keyring

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// A ring is the logic of all keyrings here. What it keeps is, by the digests of
// contacts and interactions,
//
//	contacts/CONTACT/key           the contact's key, wrapped by the master
//	contacts/CONTACT/INTERACTION   an interaction's key, wrapped by the contact's
//	owners/INTERACTION             the contacts that have the interaction's key: one,
//	                               and while it is handed over two; none once it is destroyed
//
// The owners are written before what they name is removed, and after it was
// written, so that a crash leaves no key that nobody would find to destroy.
type ring struct {
	mu     sync.Mutex
	shelf  shelf
	master cipher.AEAD
}

// A shelf keeps small things by names with slashes. A write is durable and whole.
type shelf interface {
	read(name string) ([]byte, error) // fs.ErrNotExist for what is not there
	write(name string, data []byte) error
	wipe(name string) error                 // nothing is left of it; what is not there is no error
	empty(folder, but string) (bool, error) // but for one name in it
}

const keySize = 32

func newRing(s shelf, master []byte) (*ring, error) {
	if len(master) != keySize {
		return nil, fmt.Errorf("keyring: the master key has %d bytes, not %d", len(master), keySize)
	}
	aead, err := wrapping(master)
	return &ring{shelf: s, master: aead}, err
}

func wrapping(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// owners are who has the interaction's key: nil where it never had one, none once
// it was destroyed.
func (r *ring) owners(id string) ([]string, error) {
	data, err := r.shelf.read("owners/" + id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return append([]string{}, strings.Fields(string(data))...), nil
}

func (r *ring) own(id string, contacts ...string) error {
	return r.shelf.write("owners/"+id, []byte(strings.Join(contacts, "\n")))
}

func keyOf(contact, id string) string { return "contacts/" + contact + "/" + id }

// contact is what wraps the keys of a contact, made where it is not there.
func (r *ring) contact(contact string, make bool) (cipher.AEAD, error) {
	name := keyOf(contact, "key")
	key, err := r.unwrap(r.master, name)
	if errors.Is(err, fs.ErrNotExist) && make {
		key, err = r.wrap(r.master, name, random())
	}
	if err != nil {
		return nil, err
	}
	return wrapping(key)
}

func random() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	return key
}

func (r *ring) wrap(by cipher.AEAD, name string, key []byte) ([]byte, error) {
	return key, r.shelf.write(name, by.Seal(nil, nil, key, []byte(name)))
}

func (r *ring) unwrap(by cipher.AEAD, name string) ([]byte, error) {
	data, err := r.shelf.read(name)
	if err != nil {
		return nil, err
	}
	key, err := by.Open(nil, nil, data, []byte(name))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("keyring: %s is not what was wrapped, or by another master key", name)
	}
	return key, nil
}

// Key is chatkernel.Keyring's.
func (r *ring) Key(ctx context.Context, interactionID string, contact interaction.PartyID) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := digest(interactionID)
	owners, err := r.owners(id)
	switch {
	case err != nil:
		return nil, err
	case owners != nil && len(owners) == 0:
		return nil, chatkernel.ErrErased
	case owners != nil:
		return r.get(owners[0], id)
	case contact == "":
		return nil, chatkernel.ErrNoKey
	}
	owner := digest(string(contact))
	by, err := r.contact(owner, true)
	if err != nil {
		return nil, err
	}
	key, err := r.wrap(by, keyOf(owner, id), random())
	if err == nil {
		err = r.own(id, owner)
	}
	if err != nil {
		return nil, err
	}
	return key, nil
}

func (r *ring) get(contact, id string) ([]byte, error) {
	by, err := r.contact(contact, false)
	if err != nil {
		return nil, err
	}
	return r.unwrap(by, keyOf(contact, id))
}

// Assign is chatkernel.Keyring's.
func (r *ring) Assign(ctx context.Context, interactionID string, contact interaction.PartyID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id, to := digest(interactionID), digest(string(contact))
	owners, err := r.owners(id)
	if err != nil || len(owners) == 0 || len(owners) == 1 && owners[0] == to {
		return err
	}
	key, err := r.get(owners[0], id)
	if err != nil {
		return err
	}
	if owners[0] != to {
		by, err := r.contact(to, true)
		if err != nil {
			return err
		}
		if err := r.own(id, append(owners, to)...); err != nil {
			return err
		}
		if _, err := r.wrap(by, keyOf(to, id), key); err != nil {
			return err
		}
		if err := r.own(id, append([]string{to}, owners...)...); err != nil {
			return err
		}
	}
	for _, from := range owners {
		if from == to {
			continue
		}
		if err := r.remove(from, id); err != nil {
			return err
		}
	}
	return r.own(id, to)
}

// Destroy is chatkernel.Keyring's.
func (r *ring) Destroy(ctx context.Context, interactionID string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := digest(interactionID)
	owners, err := r.owners(id)
	if err != nil {
		return err
	}
	for _, contact := range owners {
		if err := r.remove(contact, id); err != nil {
			return err
		}
	}
	return r.own(id)
}

// remove takes an interaction's key from a contact, and with the last one the
// contact's own.
func (r *ring) remove(contact, id string) error {
	if err := r.shelf.wipe(keyOf(contact, id)); err != nil {
		return err
	}
	last, err := r.shelf.empty("contacts/"+contact, "key")
	if err != nil || !last {
		return err
	}
	return r.shelf.wipe(keyOf(contact, "key"))
}
