package chatkernel_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// A receiver is a host's analytics: it keeps what it got together with the cursor.
type receiver struct {
	cursor string
	got    []string
}

// read takes at most so many changes, and what there is by then.
func (r *receiver) read(t *testing.T, k *chatkernel.Kernel, most int) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for c, err := range k.All(ctx, r.cursor) {
		if err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded)
			return
		}
		require.NoError(t, c.Err)
		for _, rec := range c.Records {
			require.Equal(t, c.At, rec.At)
			r.got = append(r.got, fmt.Sprintf("%s/%d", c.ID, rec.Seq))
		}
		r.cursor = c.Cursor
		if most--; most == 0 {
			return
		}
	}
}

func TestHIST_8_everything_comes_once_over_restarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, ring := memstore.New(&memstore.Options{Sequence: true}), keyring.New()
		open := func() *desk {
			return newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Keyring: ring, Gates: pass})
		}
		d := open()
		var want []string
		say := func(id string, n int) {
			for range n {
				before, err := d.State(t.Context(), id)
				if err != nil {
					_, err = d.Do(t.Context(), id, chatkernel.By(pat, ""), interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}})
				} else {
					_, err = d.Do(t.Context(), id, chatkernel.By(pat, ""), interaction.Say{Text: "hello"})
				}
				require.NoError(t, err)
				after, err := d.State(t.Context(), id)
				require.NoError(t, err)
				for seq := before.Seq() + 1; seq <= after.Seq(); seq++ {
					want = append(want, fmt.Sprintf("%s/%d", id, seq))
				}
			}
		}
		r := new(receiver)
		for round := range 20 {
			say(fmt.Sprint("chat ", round%3), 1+round%4)
			if round%5 == 2 {
				// A log of another kind is not told.
				require.NoError(t, store.Append(t.Context(), chatkernel.Commit{Stream: "agent/maria", After: uint64(round / 5), Count: 1, Data: []byte("x")}))
			}
			r.read(t, open().Kernel, 1+round%5)
			require.Equal(t, want[:len(r.got)], r.got)
		}
		r.read(t, open().Kernel, -1)
		require.Equal(t, want, r.got)

		// Live: what comes is told within a poll.
		ctx, stop := context.WithCancel(t.Context())
		var live list[string]
		go func() {
			for c, err := range open().All(ctx, r.cursor) {
				if err == nil {
					live.add(fmt.Sprint(c.ID, " ", c.Records[len(c.Records)-1].Event.Kind()))
				}
			}
		}()
		say("chat 1", 1)
		time.Sleep(2 * time.Second)
		require.Equal(t, []string{"chat 1 said"}, live.get())
		stop()
		synctest.Wait()
	})
}

func TestHIST_8_what_cannot_be_given(t *testing.T) {
	d := memDesk(t, nil).active(nil)
	for _, err := range d.All(t.Context(), "") {
		require.ErrorIs(t, err, chatkernel.ErrNoSequencer)
	}
	store := memstore.New(&memstore.Options{Sequence: true})
	d = newDesk(t, store, memstore.NewTransport(), nil).active(nil)
	for _, err := range d.All(t.Context(), "nonsense") {
		require.ErrorIs(t, err, chatkernel.ErrCursor)
	}
	var cursor string
	for c, err := range d.All(t.Context(), "") {
		require.NoError(t, err)
		cursor = c.Cursor
		break
	}
	other := newDesk(t, memstore.New(&memstore.Options{Sequence: true}), memstore.NewTransport(), nil)
	for _, err := range other.All(t.Context(), cursor) {
		require.ErrorIs(t, err, chatkernel.ErrCursor)
	}
	// What this version cannot read does not stop the feed.
	b := interaction.Batch{By: pat, Records: []interaction.Record{{Seq: 1, By: pat, Event: &interaction.Said{Text: "x"}}}}
	data := interaction.AppendBatch(nil, &b)
	strange := slices.Clone(data)
	copy(strange[slices.Index(strange, 's'):], "sung")
	require.NoError(t, store.Append(t.Context(), chatkernel.Commit{Stream: "strange", Count: 1, Data: strange}))
	require.NoError(t, store.Append(t.Context(), chatkernel.Commit{Stream: "sound", Count: 1, Data: data}))
	seen := map[string]error{}
	for c, err := range d.All(t.Context(), "") {
		require.NoError(t, err)
		seen[c.ID] = c.Err
		if c.ID == "sound" {
			break
		}
	}
	var unknown *interaction.UnknownKindError
	require.ErrorAs(t, seen["strange"], &unknown)
	require.NoError(t, seen["sound"])
	require.NoError(t, d.Close())
	for _, err := range d.All(t.Context(), cursor) {
		require.ErrorIs(t, err, chatkernel.ErrClosed)
	}
}

// After an erasure the feed still tells what happened and when, and nothing of
// what was said.
func TestHIST_8_HIST_7_what_was_erased_is_not_told(t *testing.T) {
	store := memstore.New(&memstore.Options{Sequence: true})
	d := marked(newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Gates: pass, Keyring: keyring.New()}))
	all := func() (text string, n int) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		head := d.state().Seq()
		for c, err := range d.All(ctx, "") {
			require.NoError(t, err)
			require.NoError(t, c.Err)
			for _, r := range c.Records {
				text += fmt.Sprintf("%+v", r.Event)
				n++
			}
			if uint64(n) == head {
				break
			}
		}
		return text, n
	}
	text, n := all()
	require.Contains(t, text, mark)
	d.does(interaction.System, interaction.Erase{})
	text, after := all()
	require.NotContains(t, text, mark)
	require.Equal(t, n+1, after)
}

func TestHIST_6_the_log_is_there_for_the_host(t *testing.T) {
	d := memDesk(t, &chatkernel.Options{Keyring: keyring.New()}).active(nil)
	d.does(pat, interaction.Say{Text: "hello"})
	var s interaction.State
	for r, err := range d.Log(t.Context(), "chat") {
		require.NoError(t, err)
		require.NoError(t, s.Apply(r))
	}
	require.Equal(t, d.state(), &s)
	for r, err := range d.Log(t.Context(), "chat") {
		require.NoError(t, err)
		require.EqualValues(t, 1, r.Seq)
		break
	}
	for _, err := range d.Log(t.Context(), "none") {
		require.ErrorIs(t, err, interaction.ErrNotStarted)
	}
	for _, err := range d.Log(t.Context(), "") {
		require.ErrorIs(t, err, chatkernel.ErrInvalidID)
	}
}

func TestLIFE_15_HIST_5_what_was_assigned_away_is_another_contacts(t *testing.T) {
	d := memDesk(t, nil).active(nil)
	_, err := d.Do(t.Context(), "second", chatkernel.By(pat, "1"), interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}})
	require.NoError(t, err)
	n, err := d.Others(t.Context(), "chat", 0)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = d.Do(t.Context(), "second", chatkernel.By(interaction.System, "2"), interaction.AssignContact{Contact: interaction.Person{ID: "contact:kat"}})
	require.NoError(t, err)
	n, err = d.Others(t.Context(), "chat", 0)
	require.NoError(t, err)
	require.Zero(t, n)
}
