package chatkernel

import (
	"context"
	"encoding/binary"
	"time"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/timers"
)

// typingState is one party's typing in one place.
type typingState struct {
	from         interaction.PartyID
	consultation string
	draft        string
	typing       bool
	at           time.Time // of the last keystroke
	gen          uint64    // of the last change
	expires      timers.Handle
}

// typist names a typingState that expires.
type typist struct {
	chat *chat
	from interaction.PartyID
}

// Typing tells the others that somebody types (MSG-3). It is never stored and
// ends by itself after [Options.Typing]. A contact's draft reaches internal
// parties if the policy allows the preview (MSG-4); an agent's reaches nobody.
// Who could not say anything in the place gets the error that saying it would
// give.
func (k *Kernel) Typing(ctx context.Context, id string, by interaction.PartyID, t Typing) error {
	if err := k.ready(ctx, id); err != nil {
		return err
	}
	if len(t.Draft) > maxDraft || !utf8.ValidString(t.Draft) {
		return &interaction.InvalidError{Field: "draft", Err: interaction.ErrTooLong}
	}
	c := k.chats.get(id)
	defer k.chats.put(c)
	s, err := k.permitted(ctx, c, by, interaction.SayKind)
	if err != nil {
		return err
	}
	from := s.Standing(by)
	if t.Consultation != "" {
		con := s.Consultation(t.Consultation)
		if con == nil || con.Stage != interaction.Consulting || con.Initiator != by && con.Target != by {
			return interaction.ErrNoConsultation
		}
	} else if from == interaction.AsConsultant || from == interaction.AsCoach {
		return interaction.ErrNoConsultation
	}
	if by.Role() != interaction.RoleContact || !s.Policy().TypingPreview {
		t.Draft = ""
	}
	now := k.now()
	if k.typed(c, by, t, now) {
		k.publish(ctx, Notice{Stream: id, Signal: encodeSignal(by, t, now)})
	}
	return nil
}

const (
	maxDraft    = 16_384
	typingPause = 500 * time.Millisecond // an unchanged signal is not sent again sooner
)

// typed notes a keystroke, and reports whether it is news.
func (k *Kernel) typed(c *chat, by interaction.PartyID, t Typing, at time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	var s *typingState
	for i := range c.typing {
		if c.typing[i].from == by {
			s = &c.typing[i]
		}
	}
	if s == nil {
		if t.Stopped {
			return false
		}
		c.typing = append(c.typing, typingState{from: by})
		s = &c.typing[len(c.typing)-1]
	}
	same := s.typing == !t.Stopped && s.draft == t.Draft && s.consultation == t.Consultation
	if same && (t.Stopped || at.Sub(s.at) < typingPause) || at.Before(s.at) {
		return false
	}
	s.typing, s.draft, s.consultation, s.at = !t.Stopped, t.Draft, t.Consultation, at
	if t.Stopped {
		k.typists.Stop(s.expires)
	} else if until := time.Now().Add(k.opt.Typing); !k.typists.Reset(s.expires, until) {
		s.expires = k.typists.Set(until, typist{c, by})
	}
	if !same {
		c.signals++
		s.gen = c.signals
		c.wake()
	}
	return true
}

// typingExpired ends the typing of those who pressed no further key.
func (k *Kernel) typingExpired(due []typist) {
	for _, t := range due {
		t.chat.mu.Lock()
		for i := range t.chat.typing {
			if s := &t.chat.typing[i]; s.from == t.from && s.typing && k.now().Sub(s.at) >= k.opt.Typing {
				t.chat.stopTyping(t.from)
			}
		}
		t.chat.mu.Unlock()
	}
}

// stopTyping ends a party's typing. The caller holds mu.
func (c *chat) stopTyping(id interaction.PartyID) {
	for i := range c.typing {
		if s := &c.typing[i]; s.from == id && s.typing {
			c.signals++
			s.typing, s.draft, s.gen = false, "", c.signals
			c.wake()
		}
	}
}

// hear adds the signals that are news to the feed. The caller holds mu.
func (f *feed) hear(c *chat) {
	if f.viewer.Purpose != interaction.Live || f.signals == c.signals {
		return
	}
	for i := range c.typing {
		s := &c.typing[i]
		if s.gen <= f.signals || s.from == f.viewer.ID {
			continue
		}
		a := interaction.Audience{}
		if s.consultation != "" {
			a = interaction.Audience{Scope: interaction.OneConsultation, Consultation: s.consultation}
		}
		h, known := c.state.Handle(f.viewer, s.from)
		if !known || !c.state.Sees(f.viewer, &interaction.Record{Seq: c.state.Seq() + 1, Audience: a}) {
			continue
		}
		sig := &Signal{From: h, Consultation: s.consultation, Typing: s.typing}
		if f.viewer.ID.Role() != interaction.RoleContact {
			sig.Draft = s.draft
		}
		f.items = append(f.items, Item{Position: f.at, Signal: sig})
	}
	f.signals = c.signals
}

// heardSignal takes a signal from another process, or our own come back.
func (k *Kernel) heardSignal(c *chat, data []byte) {
	by, t, at, ok := decodeSignal(data)
	if ok && at.Before(k.now().Add(k.opt.Typing)) && k.now().Sub(at) < k.opt.Typing {
		k.typed(c, by, t, at)
	}
}

// encodeSignal is a signal as transports carry it: a version, when, whether it
// stopped, who, where, and the draft.
func encodeSignal(by interaction.PartyID, t Typing, at time.Time) []byte {
	b := make([]byte, 0, 32+len(by)+len(t.Consultation)+len(t.Draft))
	b = append(b, 1)
	b = binary.AppendVarint(b, at.UnixNano())
	stopped := byte(0)
	if t.Stopped {
		stopped = 1
	}
	b = append(b, stopped)
	for _, s := range []string{string(by), t.Consultation, t.Draft} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// decodeSignal reads what another process sent. What it cannot read is dropped:
// a signal is only a hint.
func decodeSignal(b []byte) (by interaction.PartyID, t Typing, at time.Time, ok bool) {
	if len(b) < 1 || b[0] != 1 {
		return "", Typing{}, time.Time{}, false
	}
	nanos, n := binary.Varint(b[1:])
	if n <= 0 || len(b) < n+2 {
		return "", Typing{}, time.Time{}, false
	}
	t.Stopped = b[n+1] == 1
	b = b[n+2:]
	var parts [3]string
	for i := range parts {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) || size > maxDraft {
			return "", Typing{}, time.Time{}, false
		}
		parts[i] = string(b[n : n+int(size)])
		b = b[n+int(size):]
	}
	by, t.Consultation, t.Draft = interaction.PartyID(parts[0]), parts[1], parts[2]
	return by, t, time.Unix(0, nanos), len(b) == 0 && by.Valid() && utf8.ValidString(t.Draft)
}
