package chatkernel

import (
	"errors"
	"strconv"
	"strings"
)

// A Position says how far a viewer has come in its feed of one interaction. It
// counts only what the viewer sees, so that nothing hidden can be counted. The
// zero Position is the beginning.
type Position struct {
	Epoch string // of the store: another one means that data was lost or put back
	View  uint32 // of the viewer: another one means that its rights grew
	Seen  uint64 // how many records it has seen
}

// String is the form that [ParsePosition] reads; it is safe in a header.
func (p Position) String() string {
	if p == (Position{}) {
		return ""
	}
	return p.Epoch + "." + strconv.FormatUint(uint64(p.View), 10) + "." + strconv.FormatUint(p.Seen, 10)
}

// ErrPosition says that a text is no position.
var ErrPosition = errors.New("chatkernel: not a position")

// ParsePosition reads what [Position.String] wrote; the empty text is the zero
// Position. Anything else is [ErrPosition].
func ParsePosition(s string) (Position, error) {
	if s == "" {
		return Position{}, nil
	}
	rest, seen, ok := cutLast(s)
	epoch, view, ok2 := cutLast(rest)
	if !ok || !ok2 || epoch == "" || len(epoch) > 100 || strings.ContainsFunc(epoch, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Position{}, ErrPosition
	}
	v, err := strconv.ParseUint(view, 10, 32)
	n, err2 := strconv.ParseUint(seen, 10, 64)
	p := Position{epoch, uint32(v), n}
	if err != nil || err2 != nil || p.String() != s {
		return Position{}, ErrPosition
	}
	return p, nil
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
