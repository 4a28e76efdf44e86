package chatkernel

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"sync"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Keyring keeps the keys by which the personal content of interactions is
// encrypted, so that it can be erased for good by destroying them (HIST-7). It
// wraps each interaction's key by one of its contact's. Package keyring has one in
// memory and one in a directory; a host's own may stand in front of a key
// management service.
//
// The keys must not be in the backups of the store. Whoever loses them has lost
// what they open. Methods are called by many goroutines and processes at once.
type Keyring interface {
	// Key gives the key of an interaction, 32 bytes, always the same. Where there
	// is none it makes one that belongs to the contact; several who do so at the
	// same time get the same one. An empty contact makes none: then, as for
	// everything that Key never made, the error is [ErrNoKey]. One that was
	// destroyed is [ErrErased], for ever.
	Key(ctx context.Context, id string, contact interaction.PartyID) ([]byte, error)
	// Assign says that the interaction's key belongs to another contact now
	// (HIST-5). A key that is not there is no error.
	Assign(ctx context.Context, id string, contact interaction.PartyID) error
	// Destroy destroys the key for good, or makes sure that there will never be
	// one. When it has returned nil nobody can find out the key any more. It may be
	// called often.
	Destroy(ctx context.Context, id string) error
}

// Errors of keyrings.
var (
	ErrNoKey  = errors.New("chatkernel: there is no key")
	ErrErased = errors.New("chatkernel: the personal content was erased")
	// ErrNotSealed says that a log cannot be erased, since it was begun without a
	// keyring.
	ErrNotSealed = errors.New("chatkernel: a part of the log was written without a keyring")
)

// A seal encrypts and opens the personal sections of one interaction's log.
type seal struct {
	mu       sync.Mutex
	aead     cipher.AEAD // nil until it is needed
	erased   bool        // there is no key any more
	unsealed bool        // something personal was written without a key
}

// sealedVersion is the first byte of a commit's data whose personal section is
// encrypted; what follows is the length of the skeleton, the skeleton, and nonce
// and ciphertext. Others begin with a version of package interaction's, which are
// counted from 1.
const sealedVersion = 0x80

// key gives what encrypts the interaction, ErrErased where that is gone.
func (s *seal) key(ctx context.Context, ring Keyring, id string, contact interaction.PartyID) (cipher.AEAD, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.erased:
		return nil, ErrErased
	case s.aead != nil:
		return s.aead, nil
	}
	key, err := ring.Key(ctx, id, contact)
	if errors.Is(err, ErrErased) {
		s.erased = true
	}
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	s.aead, err = cipher.NewGCMWithRandomNonce(block)
	return s.aead, err
}

// forget drops the key, which was destroyed.
func (s *seal) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aead, s.erased = nil, true
}

// bound is what the ciphertext is bound to: the place in the log and the
// skeleton.
func bound(dst []byte, stream string, after uint64, skeleton []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(stream)))
	dst = append(dst, stream...)
	dst = binary.BigEndian.AppendUint64(dst, after)
	return append(dst, skeleton...)
}

// seal appends to dst the stored form of a commit's data with its personal
// section encrypted. Without a keyring, and once the key is gone, when nothing
// personal is written any more, it is the data itself.
func (k *Kernel) seal(ctx context.Context, c *chat, s *interaction.State, after uint64, data []byte) ([]byte, error) {
	if k.opt.Keyring == nil {
		return data, nil
	}
	aead, err := c.seal.key(ctx, k.opt.Keyring, c.id, s.Contact.ID)
	if errors.Is(err, ErrErased) && s.Erased {
		return data, nil
	}
	if err != nil {
		return nil, &StoreError{"get the key", err}
	}
	skeleton, personal, err := interaction.Sections(data)
	if err != nil {
		return nil, &StoreError{"seal", err}
	}
	c.bound = bound(c.bound[:0], c.id, after, skeleton)
	out := binary.AppendUvarint(append(c.sealed[:0], sealedVersion), uint64(len(skeleton)))
	c.sealed = aead.Seal(append(out, skeleton...), nil, personal, c.bound)
	return c.sealed, nil
}

// decode reads a commit of an interaction's log. What was erased is read as far as
// it is there.
func (k *Kernel) decode(ctx context.Context, s *seal, commit *Commit) (interaction.Batch, error) {
	data := commit.Data
	if len(data) == 0 || data[0] != sealedVersion {
		if k.opt.Keyring != nil {
			s.mu.Lock()
			s.unsealed = true
			s.mu.Unlock()
		}
		return interaction.DecodeBatch(data, commit.After, commit.At)
	}
	size, n := binary.Uvarint(data[1:])
	if n <= 0 || size > uint64(len(data)-1-n) {
		return interaction.Batch{}, errSealed
	}
	skeleton, ciphertext := data[1+n:1+n+int(size)], data[1+n+int(size):]
	if k.opt.Keyring == nil {
		return interaction.Batch{}, ErrNoKey
	}
	aead, err := s.key(ctx, k.opt.Keyring, commit.Stream, "")
	if errors.Is(err, ErrErased) {
		return interaction.DecodeSkeleton(skeleton, commit.After, commit.At)
	}
	if err != nil {
		return interaction.Batch{}, err
	}
	personal, err := aead.Open(nil, nil, ciphertext, bound(nil, commit.Stream, commit.After, skeleton))
	if err != nil {
		return interaction.Batch{}, errSealed
	}
	return interaction.DecodeBatch(interaction.JoinSections(nil, skeleton, personal), commit.After, commit.At)
}

var errSealed = errors.New("chatkernel: a stored commit is not what was sealed")

// shred destroys the key of an interaction whose erasure was decided. It comes
// before the append: a key that is gone while the log does not say so opens
// nothing, and the command can be given again.
func (k *Kernel) shred(ctx context.Context, c *chat, cmd interaction.Command) error {
	if _, ok := cmd.(interaction.Erase); !ok {
		return nil
	}
	c.seal.mu.Lock()
	unsealed := c.seal.unsealed
	c.seal.mu.Unlock()
	if unsealed {
		return ErrNotSealed
	}
	if err := k.opt.Keyring.Destroy(ctx, c.id); err != nil {
		return &StoreError{"destroy the key", err}
	}
	c.seal.forget()
	return nil
}

// shredded drops what is in memory of a chat whose key is gone although the log
// does not say so: the erasure is to be given again. The caller holds the chat's
// write lock.
func (k *Kernel) shredded(ctx context.Context, c *chat) {
	c.seal.mu.Lock()
	erased := c.seal.erased
	c.seal.mu.Unlock()
	if !erased || c.state.Erased {
		return
	}
	c.forget(c.epoch)
	if _, err := k.refresh(ctx, c); err != nil {
		k.log.Warn("a chat whose key was destroyed could not be read anew", "error", err)
	}
}

// handOver gives the key of an interaction that was assigned to another contact to
// that one. It comes after the append; where it fails, the same command with the
// same key does it.
func (k *Kernel) handOver(ctx context.Context, c *chat, cmd interaction.Command) error {
	if _, ok := cmd.(interaction.AssignContact); !ok || k.opt.Keyring == nil {
		return nil
	}
	s := c.snapshot()
	if err := k.opt.Keyring.Assign(ctx, c.id, s.Contact.ID); err != nil {
		return &UnknownOutcomeError{err}
	}
	return nil
}

// erasedStream carries the ids of interactions whose content was erased, so that
// no process keeps it in memory.
const erasedStream = "erased/"

// erasures drops what is erased anywhere from this process's memory, until cancel
// is called.
func (k *Kernel) erasures(ctx context.Context) (cancel func()) {
	none := func() {}
	if k.opt.Keyring == nil {
		return none
	}
	cancel, err := k.transport.Subscribe(ctx, erasedStream, func(n Notice) { k.chats.forget(string(n.Signal)) })
	k.health.transport(err)
	if err != nil {
		k.log.Warn("no notices of erasures: the transport refused a subscription", "error", err)
		return none
	}
	return cancel
}
