package history_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// A center that has been there for years: a million past interactions with
// 100,000 contacts, 25 each with the 25,000 regulars and 5 with each other one, and
// 1,000 agents.
const (
	pastChats = 1_000_000
	regulars  = 25_000
	contacts  = 100_000
	agents    = 1_000
)

func contactOf(i int) interaction.PartyID {
	if i < 25*regulars {
		return interaction.PartyID(fmt.Sprint("contact:", i%regulars))
	}
	return interaction.PartyID(fmt.Sprint("contact:", regulars+i%(contacts-regulars)))
}

func agentOf(i int) interaction.PartyID {
	return interaction.PartyID(fmt.Sprint("agent:", i*7919%agents))
}

// past fills a store with the center's chats: each is the log of one real chat of
// a dozen messages, of other people at another time. It gives how many bytes of
// memory they take.
func past(b *testing.B, chats int) (store *memstore.Store, bytes uint64) {
	b.Helper()
	d := newDesk(b, nil)
	d.starts("chat", pat, maria, interaction.Start{Subject: "Where is my parcel?", Channel: "chat"})
	for i := range 12 {
		d.says("chat", []interaction.PartyID{pat, maria}[i%2], "A sentence as people write it, of usual length.")
	}
	d.does("chat", maria, interaction.SetDisposition{Code: "sold"})
	d.ends("chat")
	var records []interaction.Record
	for item, err := range d.Watch(d.ctx, "chat", interaction.Viewer{ID: maria}, chatkernel.Position{}) {
		require.NoError(b, err)
		if item.Current {
			break
		}
		at := interaction.Audience{Scope: item.Shown.Audience}
		records = append(records, interaction.Record{Seq: item.Position.Seen, At: item.Shown.At, By: item.Shown.By, Audience: at, Event: item.Shown.Event})
	}

	before := heap()
	store = memstore.New(nil)
	began := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	var wg sync.WaitGroup
	for w := range runtime.NumCPU() {
		wg.Go(func() {
			var buf []byte
			log := make([]interaction.Record, len(records))
			for i := w; i < chats; i += runtime.NumCPU() {
				at := began.Add(time.Duration(i) * time.Minute)
				moveTo(log, records, contactOf(i), agentOf(i))
				stream := fmt.Sprint("chat-", i)
				for from := 0; from < len(log); {
					to := from + 1
					for to < len(log) && records[to].At.Equal(records[from].At) {
						to++
					}
					buf = interaction.AppendBatch(buf[:0], &interaction.Batch{By: log[from].By, Records: log[from:to]})
					c := chatkernel.Commit{Stream: stream, After: uint64(from), Count: to - from, At: at, Data: buf}
					if from = to; from == len(log) {
						c.Index = &chatkernel.Index{
							Phase: "done", Contact: string(contactOf(i)), LastOwner: string(agentOf(i)), Channel: "chat", Disposition: "sold",
							Queue: string(agentOf(i)), Started: at, Ended: at, Engaged: []string{string(agentOf(i))},
						}
					}
					if err := store.Append(b.Context(), c); err != nil {
						b.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	return store, heap() - before
}

// moveTo makes a log another's.
func moveTo(log, from []interaction.Record, contact, agent interaction.PartyID) {
	other := func(id interaction.PartyID) interaction.PartyID {
		switch id {
		case pat:
			return contact
		case maria:
			return agent
		}
		return id
	}
	for i, r := range from {
		r.By, r.Audience.To = other(r.By), other(r.Audience.To)
		switch e := r.Event.(type) {
		case *interaction.Started:
			c := *e
			c.Contact.ID, c.Target = contact, interaction.Target(agent)
			r.Event = &c
		case *interaction.Joined:
			c := *e
			c.Party, c.Target = other(e.Party), interaction.Target(agent)
			r.Event = &c
		case *interaction.Invited:
			c := *e
			c.Agent, c.Target = agent, interaction.Target(agent)
			r.Event = &c
		case *interaction.Left:
			c := *e
			c.Party = other(e.Party)
			r.Event = &c
		}
		log[i] = r
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkLists opens first pages of lists, each of somebody else, so that few
// of the chats are in the kernel's memory.
func BenchmarkLists(b *testing.B) {
	if testing.Short() {
		b.Skip("fills a store with a million chats")
	}
	store, bytes := past(b, pastChats)
	k := chatkernel.New(store, memstore.NewTransport(), nil)
	defer k.Close()
	h := history.New(k, nil)
	random := rand.New(rand.NewPCG(1, 2))
	page := func(b *testing.B, read func() (history.Page, error)) {
		b.ReportAllocs()
		for b.Loop() {
			p, err := read()
			if err != nil || len(p.Chats) != 20 || p.Next == "" || p.Chats[0].Subject == "" {
				b.Fatal(len(p.Chats), err)
			}
		}
		b.ReportMetric(float64(bytes)/pastChats, "store-bytes/chat")
	}
	regular := func() interaction.PartyID { return interaction.PartyID(fmt.Sprint("contact:", random.IntN(regulars))) }
	agent := func() interaction.PartyID { return interaction.PartyID(fmt.Sprint("agent:", random.IntN(agents))) }
	b.Run("contact", func(b *testing.B) {
		page(b, func() (history.Page, error) {
			return h.Contact(b.Context(), "agent:0", regular(), history.Filter{}, "")
		})
	})
	b.Run("contact again", func(b *testing.B) {
		page(b, func() (history.Page, error) {
			return h.Contact(b.Context(), "agent:0", "contact:1", history.Filter{}, "")
		})
	})
	b.Run("mine", func(b *testing.B) {
		page(b, func() (history.Page, error) { return h.Mine(b.Context(), agent(), history.Filter{}, "") })
	})
	b.Run("mine filtered", func(b *testing.B) {
		page(b, func() (history.Page, error) {
			return h.Mine(b.Context(), agent(), history.Filter{Disposition: "sold", Since: time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC)}, "")
		})
	})
	b.Run("text", func(b *testing.B) {
		page(b, func() (history.Page, error) {
			return h.Contact(b.Context(), "agent:0", regular(), history.Filter{Text: "sentence people"}, "")
		})
	})
	b.Run("text not found", func(b *testing.B) { // 200 chats of an agent are read for it
		b.ReportAllocs()
		for b.Loop() {
			p, err := h.Mine(b.Context(), agent(), history.Filter{Text: "nothing"}, "")
			if err != nil || len(p.Chats) != 0 || p.Next == "" {
				b.Fatal(len(p.Chats), err)
			}
		}
	})
	b.Run("older", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			id := fmt.Sprint("chat-", 25*regulars-1-random.IntN(regulars))
			for o, err := range h.Older(b.Context(), "agent:0", id, history.Look{}, "") {
				if err != nil || len(o.Chats) != 5 {
					b.Fatal(len(o.Chats), err)
				}
				break
			}
		}
	})
}

// BenchmarkTranscript opens a chat of 200 messages.
func BenchmarkTranscript(b *testing.B) {
	store := memstore.New(nil)
	transport := memstore.NewTransport()
	k := chatkernel.New(store, transport, nil)
	defer k.Close()
	d := &desk{t: b, Kernel: k, History: history.New(k, nil), ctx: b.Context()}
	d.starts("chat", pat, maria, interaction.Start{Subject: "Where is my parcel?"})
	for i := range 200 {
		d.says("chat", []interaction.PartyID{pat, maria}[i%2], "A sentence as people write it, of usual length.")
	}
	d.ends("chat")
	read := func(b *testing.B, h *history.History, viewer interaction.PartyID) {
		t, err := h.Transcript(d.ctx, viewer, "chat", history.Look{})
		if err != nil || len(t.Entries) < 200 {
			b.Fatal(len(t.Entries), err)
		}
	}
	for _, viewer := range []interaction.PartyID{ben, pat} {
		b.Run(viewer.Role().String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read(b, d.History, viewer)
			}
		})
	}
	b.Run("not in memory", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			k := chatkernel.New(store, transport, nil)
			read(b, history.New(k, nil), ben)
			k.Close()
		}
	})
}
