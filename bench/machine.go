package main

import (
	"context"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/qmuntal/stateless"
)

const text = "Hello, this is a message of sixty bytes, neither more or less"

// log plays one chat in memory, without a kernel.
type log struct {
	state   interaction.State
	records []interaction.Record
	now     time.Time
}

func (l *log) do(by interaction.PartyID, key string, c interaction.Command) {
	records, err := interaction.Decide(&l.state, interaction.Input{By: by, Key: key, Command: c, Now: l.now})
	if err != nil {
		panic(err)
	}
	for _, r := range records {
		if err := l.state.Apply(r); err != nil {
			panic(err)
		}
	}
	l.records = append(l.records, records...)
	l.now = l.now.Add(time.Second)
}

// active is a chat between a contact and an agent.
func active() *log {
	l := &log{now: time.Unix(1_800_000_000, 0)}
	l.do("contact:pat", "1", interaction.Start{Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Target: "agent:maria"})
	l.do("agent:maria", "1", interaction.Accept{Invitation: l.state.Invitations[0].ID, Name: "Maria"})
	return l
}

func machine() []comparison {
	message := timed("decide and apply a message", func(b *testing.B) {
		l := active()
		in := interaction.Input{By: "agent:maria", Key: "k", Command: interaction.Say{Text: text}}
		b.ReportAllocs()
		for b.Loop() {
			l.now = l.now.Add(time.Second)
			in.Now = l.now
			records, err := interaction.Decide(&l.state, in)
			if err != nil {
				b.Fatal(err)
			}
			if err := l.state.Apply(records[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
	refusal := timed("refuse a command", func(b *testing.B) {
		l := active()
		in := interaction.Input{By: "agent:maria", Key: "k", Command: interaction.Rejoin{}, Now: l.now}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := interaction.Decide(&l.state, in); err == nil {
				b.Fatal("not refused")
			}
		}
	})
	transition := timed("qmuntal/stateless, one transition", func(b *testing.B) {
		m := toggle()
		b.ReportAllocs()
		for b.Loop() {
			if err := m.FireCtx(context.Background(), "next"); err != nil {
				b.Fatal(err)
			}
		}
	})
	rejection := timed("qmuntal/stateless, a refused trigger", func(b *testing.B) {
		m := toggle()
		b.ReportAllocs()
		for b.Loop() {
			if m.FireCtx(context.Background(), "never") == nil {
				b.Fatal("not refused")
			}
		}
	})
	return []comparison{
		{"decide and apply a message of 60 bytes", message, transition, 0.5},
		{"refuse a command", refusal, rejection, 0.1},
	}
}

// toggle is a machine of two states with a trigger that is always possible and
// one that never is.
func toggle() *stateless.StateMachine {
	m := stateless.NewStateMachine("a")
	m.Configure("a").Permit("next", "b")
	m.Configure("b").Permit("next", "a")
	return m
}
