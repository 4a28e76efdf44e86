package main

import (
	"context"
	"strconv"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/memstore"
)

// host is a kernel over a memory store with one active chat.
type host struct {
	*chatkernel.Kernel
	ctx  context.Context
	keys int
}

func newHost(ring chatkernel.Keyring) *host {
	h := &host{Kernel: chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{Keyring: ring}), ctx: context.Background()}
	h.start("chat")
	return h
}

func (h *host) must(id string, by interaction.PartyID, c interaction.Command) chatkernel.Result {
	h.keys++
	r, err := h.Do(h.ctx, id, chatkernel.By(by, strconv.Itoa(h.keys)), c)
	if err != nil {
		panic(err)
	}
	return r
}

func (h *host) start(id string) {
	// No rate limit: the benchmark speaks faster than a person.
	policy := interaction.DefaultPolicy()
	policy.RateEvery = 0
	h.must(id, "contact:pat", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Policy: &policy})
	offer := h.must(id, interaction.System, interaction.Invite{To: "agent:maria"})
	h.must(id, "agent:maria", interaction.Accept{Invitation: offer.Opened, Name: "Maria"})
}

// messages measures a message through the kernel in a chat that has so many.
func messages(name string, before int, ring chatkernel.Keyring) measurement {
	return timed(name, func(b *testing.B) {
		h := newHost(ring)
		defer h.Close()
		say := interaction.Say{Text: text}
		for range before {
			h.must("chat", "agent:maria", say)
		}
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			// A fresh chat now and then keeps the length near what the name says.
			if i%1000 == 999 && before < 1000 {
				b.StopTimer()
				h.Close()
				h = newHost(ring)
				b.StartTimer()
			}
			h.must("chat", "agent:maria", say)
		}
	})
}

func kernel() []comparison {
	at10 := messages("a message at 10", 10, nil)
	return []comparison{
		{"a message through the kernel on memstore", at10, limit("the goal", "ns", 1500), 1},
		{"the same at message 10,000", messages("a message at 10,000", 10_000, nil), at10, 2},
		{"the same with what is personal encrypted", messages("with a keyring", 10, keyring.New()), at10, 1.3},
	}
}
