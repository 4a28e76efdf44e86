package main

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// A wholeLog is one interaction's log and what everybody gets of it. No host
// shows this to anybody: it is here to show how the library works.
type wholeLog struct {
	Viewers []viewer `json:"viewers"`
	Rows    []row    `json:"rows"`
}

type viewer struct {
	ID   interaction.PartyID `json:"id"`
	Name string              `json:"name"`
}

// A row is one record, raw, and beside it what each viewer who may see it sees.
type row struct {
	Seq      uint64                       `json:"seq"`
	At       time.Time                    `json:"at"`
	By       interaction.PartyID          `json:"by"`
	Audience string                       `json:"audience"`
	Kind     string                       `json:"kind"`
	Facts    [][2]string                  `json:"facts"`
	Seen     map[interaction.PartyID]seen `json:"seen"`
}

type seen struct {
	Position uint64 `json:"position"` // the viewer's own number of the record
	Text     string `json:"text,omitempty"`
}

// serveLog shows the log of one interaction, live.
func (d *desk) serveLog(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if _, err := d.kernel.State(r.Context(), id); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	words := transcript.For(r.Header.Get("Accept-Language"))
	live(w, r, func() (any, error) { return d.log(r.Context(), id, words) })
}

func (d *desk) log(ctx context.Context, id string, words transcript.Words) (*wholeLog, error) {
	state, err := d.kernel.State(ctx, id)
	if err != nil {
		return nil, err
	}
	all := new(wholeLog)
	for _, p := range state.Parties {
		all.Viewers = append(all.Viewers, viewer{p.ID, p.Name})
	}
	positions := make(map[interaction.PartyID]uint64)
	for r, err := range d.records(ctx, id, 0) {
		if err != nil {
			return nil, err
		}
		if r.Seq > state.Seq() {
			break // newer than the state that says who may see it
		}
		out := row{r.Seq, r.At, r.By, r.Audience.Scope.String(), r.Event.Kind().String(), facts(r.Event), make(map[interaction.PartyID]seen)}
		for _, p := range state.Parties {
			v := interaction.Viewer{ID: p.ID, Purpose: interaction.Live}
			shown, ok := state.Show(v, &r)
			if !ok {
				continue
			}
			positions[p.ID]++
			shown.Position = positions[p.ID]
			entry := transcript.View{State: &state, Viewer: v, Words: words}.Entry(&shown)
			text := entry.Text
			if entry.Kind == transcript.Message {
				text = entry.From.Name + ": " + text
			}
			out.Seen[p.ID] = seen{shown.Position, text}
		}
		all.Rows = append(all.Rows, out)
	}
	return all, nil
}

// records reads a log from the store as it is kept, after a position.
func (d *desk) records(ctx context.Context, id string, after uint64) iter.Seq2[interaction.Record, error] {
	return func(yield func(interaction.Record, error) bool) {
		for commit, err := range d.store.Load(ctx, id, after) {
			if err != nil {
				yield(interaction.Record{}, err)
				return
			}
			batch, err := interaction.DecodeBatch(commit.Data, commit.After, commit.At)
			if err != nil {
				yield(interaction.Record{}, err)
				return
			}
			for _, r := range batch.Records {
				if r.Seq > after && !yield(r, nil) {
					return
				}
			}
		}
	}
}

// facts are the fields of an event that say something, by name.
func facts(e interaction.Event) [][2]string {
	out := [][2]string{}
	v := reflect.ValueOf(e).Elem()
	for i := range v.NumField() {
		name, field := []rune(v.Type().Field(i).Name), v.Field(i)
		if field.Type() == reflect.TypeFor[interaction.Policy]() {
			continue // long, and the same in every chat of the demo
		}
		enum := field.Kind() == reflect.Uint8 // whose zero is a word too
		if field.IsZero() && !enum {
			continue
		}
		name[0] = unicode.ToLower(name[0])
		out = append(out, [2]string{string(name), text(field.Interface())})
	}
	return out
}

func text(fact any) string {
	switch f := fact.(type) {
	case interaction.Person:
		return string(f.ID)
	case interaction.File:
		return fmt.Sprintf("%s (%s, %d bytes, %s)", f.Name, f.Type, f.Size, f.Verdict)
	case []interaction.Field:
		var b strings.Builder
		for _, field := range f {
			fmt.Fprintf(&b, "%s=%s ", field.Key, field.Value.Text)
		}
		return strings.TrimSpace(b.String())
	}
	return fmt.Sprint(fact)
}
