package responses

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses/emoji"
)

// A TextGate judges a message before it is decided, and may change it. It goes
// into [chatkernel.Gates].
type TextGate = chatkernel.Gate[interaction.Say]

// InOrder is a gate of several: each gets what the one before made of the message,
// and the first error refuses it. The positions in a [*Misspelled] are those of
// what came to its gate, so that a gate which changes texts comes later.
func InOrder(gates ...TextGate) TextGate {
	return func(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, say interaction.Say) (interaction.Say, error) {
		for _, gate := range gates {
			var err error
			if say, err = gate(ctx, id, s, by, say); err != nil {
				return say, err
			}
		}
		return say, nil
	}
}

// EmojiGate turns short names into emoji in every message ([emoji.Replace]),
// unless the interaction's policy has none (MSG-5).
func EmojiGate() TextGate {
	return func(_ context.Context, _ string, s *interaction.State, _ chatkernel.Actor, say interaction.Say) (interaction.Say, error) {
		if s.Start != nil && !s.Start.Policy.NoEmoji {
			say.Text = emoji.Replace(say.Text)
		}
		return say, nil
	}
}

// SpellOptions are for [SpellGate]. Nil and the zero value work.
type SpellOptions struct {
	// Key is the secret behind confirmations. Processes that serve the same chats
	// need the same one, of 16 bytes or more. Without it there is a random one:
	// then a message that another process held back is held back once more.
	Key []byte
	// Failed decides what happens where the speller fails: the error that it
	// returns refuses the message, nil lets it out unchecked. A nil Failed refuses
	// it with a [*SpellerError]. It is not asked when the context is done.
	Failed func(error) error
}

// SpellGate is the gate that holds back messages with misspelled words (MSG-7) in
// interactions whose policy asks for it ([interaction.Policy.CheckSpelling]): what
// an agent or a supervisor writes where the contact sees it. Consultations,
// internal notes, bots and the contact's own messages are not checked, and
// nothing is in a language that the speller does not know.
//
// A message is refused with [*Misspelled]. The same message by the same author in
// the same interaction with its Confirm goes out. Confirm is a keyed hash: a
// client cannot make one up, and gets one only together with the words. One that
// does not fit is as good as none.
//
// Control characters that the kernel takes out of a message are not there for
// the speller either, so that they hide nothing.
func SpellGate(speller Speller, opt *SpellOptions) TextGate {
	g := spellGate{speller: speller}
	if opt != nil {
		g.SpellOptions = *opt
	}
	if g.Key = slices.Clone(g.Key); len(g.Key) == 0 {
		g.Key = make([]byte, 32)
		rand.Read(g.Key) // never fails
	}
	return g.judge
}

type spellGate struct {
	SpellOptions
	speller Speller
}

func (g *spellGate) judge(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, say interaction.Say) (interaction.Say, error) {
	if s.Start == nil || !s.Start.Policy.CheckSpelling || !say.ToContact(by.ID) || !utf8.ValidString(say.Text) {
		return say, nil // what is not UTF-8 the kernel refuses
	}
	text, gone := printed(say.Text)
	if say.Confirm != "" && hmac.Equal([]byte(say.Confirm), []byte(g.confirmation(id, by.ID, text))) {
		return say, nil
	}
	found, err := g.speller.Check(ctx, s.Start.Language, text)
	if err == nil {
		found, err = judged(text, found)
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return say, ctx.Err()
	case errors.Is(err, ErrLanguage):
		return say, nil
	case g.Failed != nil:
		return say, g.Failed(err)
	default:
		return say, &SpellerError{err}
	}
	if len(found) == 0 {
		return say, nil
	}
	for i := range found {
		w := &found[i]
		w.Start, w.End = gone.before(w.Start), gone.before(w.End-1)+1
	}
	return say, &Misspelled{Text: say.Text, Words: found, Confirm: g.confirmation(id, by.ID, text)}
}

// confirmation is the hash that names a text of an author in an interaction.
func (g *spellGate) confirmation(id string, by interaction.PartyID, text string) string {
	h := hmac.New(sha256.New, g.Key)
	fmt.Fprintf(h, "%q %q %q", id, by, text)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// judged are the misspellings in order, as far as they are words that a speller
// may judge. Positions outside the text are the speller's fault.
func judged(text string, found []Misspelling) ([]Misspelling, error) {
	if len(found) == 0 {
		return nil, nil
	}
	for _, m := range found {
		if m.Start < 0 || m.End > len(text) || m.Start >= m.End {
			return nil, fmt.Errorf("a misspelling from %d to %d in a text of %d bytes", m.Start, m.End, len(text))
		}
	}
	found = slices.Clone(found)
	slices.SortStableFunc(found, func(a, b Misspelling) int { return cmp.Compare(a.Start, b.Start) })
	kept, n := found[:0], 0
	for w := range Words(text) {
		for n < len(found) && found[n].End <= w.Start {
			n++
		}
		if n == len(found) {
			break
		}
		if m := found[n]; m.Start < w.End {
			m.Word = text[m.Start:m.End]
			kept = append(kept, m)
			n++
		}
	}
	return kept, nil
}

// printed is the text without the control characters that the kernel removes
// (MSG-8), and where they were.
func printed(text string) (string, gaps) {
	if !strings.ContainsFunc(text, forbidden) {
		return text, nil
	}
	var b strings.Builder
	var gone gaps
	size := 0
	for _, r := range text {
		if !forbidden(r) {
			b.WriteRune(r)
			continue
		}
		size += utf8.RuneLen(r)
		gone = append(gone, gap{b.Len(), size})
	}
	return b.String(), gone
}

// gaps are the places, in bytes of what is left, from which something was
// removed, in their order.
type gaps []gap

type gap struct {
	at   int
	size int // removed up to here, in bytes
}

// before is where a byte of what is left stood before.
func (gs gaps) before(at int) int {
	n := sort.Search(len(gs), func(i int) bool { return gs[i].at > at })
	if n == 0 {
		return at
	}
	return at + gs[n-1].size
}
