package files

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// Errors of references.
var (
	ErrReference = errors.New("files: the reference is not valid for this party")
	ErrExpired   = errors.New("files: the reference has expired")
)

// A Key signs references. The secret is at least 32 random bytes; the ID, at
// most 32 bytes, tells keys apart and is not secret.
type Key struct {
	ID     string
	Secret []byte
}

// References gives out references to files, that expire and are good for one
// party only (FILE-9), and reads them. It keeps nothing: whoever has the keys
// can read them. It may be used by many goroutines at once.
type References struct{ keys []Key }

// NewReferences signs with the first key and takes references of all. To change
// keys, put a new one in front, and take an old one out when what it has signed
// has expired.
func NewReferences(keys ...Key) (*References, error) {
	if len(keys) == 0 {
		return nil, errors.New("files: no key for references")
	}
	ids := make(map[string]bool, len(keys))
	own := make([]Key, len(keys))
	for i, k := range keys {
		if len(k.Secret) < 32 {
			return nil, fmt.Errorf("files: the secret of key %q has fewer than 32 bytes", k.ID)
		}
		if k.ID == "" || len(k.ID) > 32 || ids[k.ID] {
			return nil, fmt.Errorf("files: the id of key %q is empty, too long or there twice", k.ID)
		}
		ids[k.ID] = true
		own[i] = Key{k.ID, append([]byte(nil), k.Secret...)}
	}
	return &References{own}, nil
}

// A Form is what a reference gives of a file.
type Form uint8

// The forms.
const (
	Original Form = iota
	Thumbnail
)

// Sign makes a reference, fit for a URL, to a form of the file with the id. Only
// the party can use it, and only so long; a duration that is not positive is an
// hour. The party is not in it: whoever reads it must know from the login who is
// asking. Two references to one file at different times differ.
func (x *References) Sign(id string, form Form, party interaction.PartyID, good time.Duration) string {
	if good <= 0 {
		good = time.Hour
	}
	k := &x.keys[0]
	claim := make([]byte, 0, 2+len(k.ID)+9+len(id)+sha256.Size)
	claim = append(claim, referenceVersion, byte(len(k.ID)))
	claim = append(claim, k.ID...)
	claim = append(claim, byte(form))
	// Rounded up: it is good for at least what was asked.
	claim = binary.BigEndian.AppendUint64(claim, uint64(time.Now().Add(good+time.Millisecond-1).UnixMilli()))
	claim = append(claim, id...)
	return base64.RawURLEncoding.EncodeToString(append(claim, k.mac(claim, party)...))
}

const (
	referenceVersion = 1
	maxReference     = 512
)

// Read gives the id of the file and the form that a reference is for, if it is
// the party's. Else the error is [ErrExpired] for one that was, and
// [ErrReference] for everything else.
func (x *References) Read(ref string, party interaction.PartyID) (id string, form Form, err error) {
	if len(ref) > maxReference || strings.ContainsAny(ref, "\r\n") { // which the decoder would skip
		return "", 0, ErrReference
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(ref)
	if err != nil || len(data) < 2+9+sha256.Size || data[0] != referenceVersion {
		return "", 0, ErrReference
	}
	claim, mac := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	n := 2 + int(claim[1])
	if len(claim) < n+9 {
		return "", 0, ErrReference
	}
	k := x.key(string(claim[2:n]))
	if k == nil || !hmac.Equal(mac, k.mac(claim, party)) {
		return "", 0, ErrReference
	}
	form, until := Form(claim[n]), int64(binary.BigEndian.Uint64(claim[n+1:]))
	if time.Now().UnixMilli() >= until {
		return "", 0, ErrExpired
	}
	return string(claim[n+9:]), form, nil
}

func (x *References) key(id string) *Key {
	for i := range x.keys {
		if x.keys[i].ID == id {
			return &x.keys[i]
		}
	}
	return nil
}

// mac binds a claim to a party. The claim's length is in it, so that no other
// pair gives the same bytes, and so is what it is for.
func (k *Key) mac(claim []byte, party interaction.PartyID) []byte {
	h := hmac.New(sha256.New, k.Secret)
	h.Write([]byte("chatkernel file reference"))
	h.Write([]byte{byte(len(claim) >> 8), byte(len(claim))})
	h.Write(claim)
	h.Write([]byte(party))
	return h.Sum(nil)
}
