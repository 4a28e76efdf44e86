package history

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// A place is how far a list was read. The zero place is its beginning.
type place struct {
	Stream  string    `json:"i"`          // the last that was looked at
	Started time.Time `json:"t"`          // when that started
	Engine  string    `json:"s,omitzero"` // the engine's own cursor, where one searched
	Given   int       `json:"n,omitzero"` // how many older chats were given
	Oldest  time.Time `json:"o,omitzero"` // when the oldest of those began
	Epoch   string    `json:"e,omitzero"` // of the store, where the last that was looked at tells it
}

// maxCursor is how long a cursor may be; a longer one is none.
const maxCursor = 4096

// sealer makes what cursors are sealed with. A cursor names a chat that its viewer
// may not know of, the last that was looked at; so it is encrypted, and not only
// signed.
func sealer(secret []byte) cipher.AEAD {
	if len(secret) == 0 {
		secret = make([]byte, 32)
		rand.Read(secret) // never fails
	}
	key := sha256.Sum256(append([]byte("chatkernel history cursor\x00"), secret...))
	// A key of this length is always taken.
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil
	}
	return aead
}

// seal makes the cursor of a place, bound to what it is good for.
func (h *History) seal(ctx context.Context, bound []byte, at place) (string, error) {
	var err error
	if at.Epoch, err = h.epochAt(ctx, at.Stream); err != nil && !garbled(ctx, err) {
		return "", err
	}
	plain, err := json.Marshal(at)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(h.aead.Seal(nil, nil, plain, bound)), nil
}

// unseal reads a cursor; the empty one is the beginning. Whatever seal did not make
// for the same list of the same data is [ErrCursor].
func (h *History) unseal(ctx context.Context, bound []byte, cursor string) (place, error) {
	var at place
	if cursor == "" {
		return at, nil
	}
	if len(cursor) > maxCursor || strings.ContainsAny(cursor, "\r\n") { // which the decoder would skip
		return at, ErrCursor
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return at, ErrCursor
	}
	plain, err := h.aead.Open(nil, nil, sealed, bound)
	if err != nil || json.Unmarshal(plain, &at) != nil {
		return place{}, ErrCursor
	}
	if at.Epoch == "" {
		return at, nil
	}
	epoch, err := h.epochAt(ctx, at.Stream)
	switch {
	case err == nil && epoch != at.Epoch:
		return place{}, ErrCursor
	case err != nil && !garbled(ctx, err):
		return place{}, err
	}
	return at, nil
}

// epochAt is the store's epoch, as a chat's feed tells it; empty where there is no
// such chat.
func (h *History) epochAt(ctx context.Context, id string) (string, error) {
	s, err := h.k.State(ctx, id)
	if errors.Is(err, interaction.ErrNotStarted) || errors.Is(err, chatkernel.ErrInvalidID) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	// A feed that is at its end reads nothing.
	var at chatkernel.Position
	v := interaction.Viewer{ID: interaction.System, Purpose: interaction.History}
	at.Seen, at.View = s.Position(v)
	if known := h.epoch.Load(); known != nil {
		at.Epoch = *known
	}
	for item, err := range h.k.Watch(ctx, id, v, at) {
		if err != nil {
			return "", err
		}
		if epoch := item.Position.Epoch; epoch != at.Epoch {
			h.epoch.Store(&epoch)
		}
		return item.Position.Epoch, nil
	}
	return "", ctx.Err()
}
