package interaction

import (
	"fmt"
	"testing"
	"time"
)

// talking is an active chat for a benchmark, without the checks of [chat].
func talking(b *testing.B) *State {
	s := new(State)
	do := func(by PartyID, c Command) {
		rs, err := Decide(s, Input{By: by, Key: fmt.Sprint(s.Seq()), Command: c, Now: noon})
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range rs {
			if err := s.Apply(r); err != nil {
				b.Fatal(err)
			}
		}
	}
	do(pat, Start{Contact: Person{pat, "Pat"}, Target: Target(maria)})
	do(maria, Accept{Invitation: s.Invitations[0].ID, Name: "Maria"})
	return s
}

// BenchmarkSay decides a message and folds it in.
func BenchmarkSay(b *testing.B) {
	s := talking(b)
	in := Input{By: maria, Key: "k", Command: Say{Text: "hello, this is a message of about sixty bytes, more or less."}, Now: noon}
	b.ReportAllocs()
	for b.Loop() {
		in.Now = in.Now.Add(time.Second)
		rs, err := Decide(s, in)
		if err != nil {
			b.Fatal(err)
		}
		for i := range rs {
			if err := s.Apply(rs[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkRefuse refuses a command, which must cost nothing.
func BenchmarkRefuse(b *testing.B) {
	s := talking(b)
	in := Input{By: pat, Key: "k", Command: Transfer{}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decide(s, in); err == nil {
			b.Fatal("carried out")
		}
	}
}
