package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// line is how an ordinary event store would keep a message.
type line struct {
	Seq      uint64    `json:"seq"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Kind     string    `json:"kind"`
	Audience string    `json:"audience"`
	Key      string    `json:"key"`
	Text     string    `json:"text"`
}

func folding() []comparison {
	l := active()
	head := l.state
	var stored [][]byte
	var lines [][]byte
	var times []time.Time
	for i := range 100 {
		by := interaction.PartyID("agent:maria")
		if i%2 == 0 {
			by = "contact:pat"
		}
		l.do(by, fmt.Sprint("k", i), interaction.Say{Text: text})
		r := l.records[len(l.records)-1]
		b := interaction.Batch{By: by, Command: uint64(i), Seen: r.Seq, View: 1, Records: []interaction.Record{r}}
		stored, times = append(stored, interaction.AppendBatch(nil, &b)), append(times, r.At)
		j, err := json.Marshal(line{r.Seq, r.At, string(r.By), "said", "everyone", fmt.Sprint("key-", i), text})
		if err != nil {
			panic(err)
		}
		lines = append(lines, j)
	}
	ours := timed("decode and fold 100 events", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s := head
			for i := range stored {
				batch, err := interaction.DecodeBatch(stored[i], s.Seq(), times[i])
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Apply(batch.Records[0]); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	peer := timed("100 × encoding/json.Unmarshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range lines {
				var e line
				if err := json.Unmarshal(lines[i], &e); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	return []comparison{{"load and fold 100 stored events", ours, peer, 0.25}}
}
