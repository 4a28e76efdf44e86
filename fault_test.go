package chatkernel_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// A rig is a store whose calls a test can bend. A nil hook does nothing.
type rig struct {
	chatkernel.Store
	mu     sync.Mutex
	append func(c chatkernel.Commit, do func() error) error
	load   func(stream string) error
	due    func(*chatkernel.Due)
	epoch  string
}

func newRig() *rig { return &rig{Store: memstore.New(nil)} }

func (r *rig) set(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

func (r *rig) Append(ctx context.Context, c chatkernel.Commit) error {
	r.mu.Lock()
	hook := r.append
	r.mu.Unlock()
	do := func() error { return r.Store.Append(ctx, c) }
	if hook == nil {
		return do()
	}
	return hook(c, do)
}

func (r *rig) Load(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	r.mu.Lock()
	hook := r.load
	r.mu.Unlock()
	if hook != nil {
		if err := hook(stream); err != nil {
			return func(yield func(chatkernel.Commit, error) bool) { yield(chatkernel.Commit{}, err) }
		}
	}
	return r.Store.Load(ctx, stream, after)
}

func (r *rig) Due(ctx context.Context, limit int) (chatkernel.Due, error) {
	due, err := r.Store.Due(ctx, limit)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.due != nil {
		r.due(&due)
	}
	return due, err
}

func (r *rig) Epoch(ctx context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.epoch != "" {
		return r.epoch, nil
	}
	return r.Store.Epoch(ctx)
}

var errWire = errors.New("the wire broke")

func TestLIFE_16_lost_answer_is_found_again(t *testing.T) {
	for name, hook := range map[string]func(n int, do func() error) error{
		"after the write": func(n int, do func() error) error {
			if err := do(); n > 1 || err != nil {
				return err
			}
			return errWire
		},
		"before the write": func(n int, do func() error) error {
			if n == 1 {
				return errWire
			}
			return do()
		},
		"after the write, then refused": func(n int, do func() error) error {
			switch n {
			case 1:
				_ = do()
				return errWire
			case 2:
				return chatkernel.ErrNotWritten
			}
			return do()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newRig()
				d := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
				n := 0
				store.set(func() {
					store.append = func(_ chatkernel.Commit, do func() error) error { n++; return hook(n, do) }
				})
				before := d.state().Seq()
				r := d.does(pat, interaction.Say{Text: "once"})
				require.False(t, r.Repeated)
				require.Equal(t, before+1, d.state().Seq())
				items, at := d.read(pat, chatkernel.Position{})
				require.Equal(t, []string{"once"}, said(items))
				require.Equal(t, r.Position, at)
			})
		})
	}
}

func TestLIFE_16_answer_delayed_past_another_append(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, transport := newRig(), memstore.NewTransport()
		a := newDesk(t, store, transport, nil).active(nil)
		b := newDesk(t, store, transport, nil)
		first := true
		store.set(func() {
			store.append = func(_ chatkernel.Commit, do func() error) error {
				if !first {
					return do()
				}
				first = false
				if err := do(); err != nil {
					return err
				}
				// Meanwhile another process goes on.
				b.does(maria, interaction.Say{Text: "between"})
				return errWire
			}
		})
		a.does(pat, interaction.Say{Text: "once"})
		items, _ := a.read(pat, chatkernel.Position{})
		require.Equal(t, []string{"once", "between"}, said(items))
	})
}

func TestLIFE_16_unknown_outcome_says_so_and_a_retry_tells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newRig()
		d := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
		store.set(func() {
			store.append = func(_ chatkernel.Commit, do func() error) error { _ = do(); return errWire }
		})
		by := chatkernel.By(pat, "k")
		_, err := d.Do(d.ctx, "chat", by, interaction.Say{Text: "once"})
		require.ErrorIs(t, err, chatkernel.ErrUnknownOutcome)
		require.ErrorIs(t, err, errWire)
		store.set(func() { store.append = nil })
		r, err := d.Do(d.ctx, "chat", by, interaction.Say{Text: "once"})
		require.NoError(t, err)
		require.True(t, r.Repeated)
		items, _ := d.read(pat, chatkernel.Position{})
		require.Equal(t, []string{"once"}, said(items))
	})
}

func TestLIFE_16_cancelled_while_the_store_is_silent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newRig()
		d := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
		ctx, cancel := context.WithTimeout(d.ctx, time.Second)
		defer cancel()
		store.set(func() {
			store.append = func(chatkernel.Commit, func() error) error { <-ctx.Done(); return ctx.Err() }
		})
		_, err := d.Do(ctx, "chat", chatkernel.By(pat, "k"), interaction.Say{Text: "x"})
		require.ErrorIs(t, err, chatkernel.ErrUnknownOutcome)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestDESK_5_lost_store_is_told_and_nothing_changes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newRig()
		d := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
		require.NoError(t, d.Status().Store)
		before := d.state().Seq()
		store.set(func() {
			store.append = func(chatkernel.Commit, func() error) error {
				return fmt.Errorf("no connection: %w", chatkernel.ErrNotWritten)
			}
		})
		_, err := d.Do(d.ctx, "chat", chatkernel.By(pat, "k"), interaction.Say{Text: "x"})
		require.ErrorIs(t, err, chatkernel.ErrStore)
		require.NotErrorIs(t, err, chatkernel.ErrUnknownOutcome)
		require.ErrorIs(t, d.Status().Store, chatkernel.ErrNotWritten)
		store.set(func() { store.append = nil })
		require.Equal(t, before, d.state().Seq())
		require.NoError(t, d.Status().Store)

		store.set(func() { store.load = func(string) error { return errWire } })
		_, err = d.State(d.ctx, "chat")
		require.ErrorIs(t, err, chatkernel.ErrStore)
		require.ErrorIs(t, d.Status().Store, errWire)
	})
}

func TestDESK_5_lost_transport_delays_and_loses_nothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, memstore.New(nil), deadTransport{}, nil).active(nil)
		require.ErrorIs(t, d.Status().Transport, errWire)
		ctx, cancel := context.WithCancel(d.ctx)
		var got list[string]
		go func() {
			for item, err := range d.Watch(ctx, "chat", interaction.Viewer{ID: pat}, chatkernel.Position{}) {
				if err == nil {
					got.add(said([]chatkernel.Item{item})...)
				}
			}
		}()
		synctest.Wait()
		d.does(maria, interaction.Say{Text: "Hi"})
		synctest.Wait()
		require.Equal(t, []string{"Hi"}, got.get())
		cancel()
		synctest.Wait()
	})
}

type deadTransport struct{}

func (deadTransport) Publish(context.Context, chatkernel.Notice) error { return errWire }

func (deadTransport) Subscribe(context.Context, string, func(chatkernel.Notice)) (func(), error) {
	return nil, errWire
}

func TestTIME_7_crash_between_append_and_publish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, transport := memstore.New(nil), memstore.NewTransport()
		alive := newDesk(t, store, transport, nil).active(nil)
		ctx, cancel := context.WithCancel(alive.ctx)
		var got list[string]
		go func() {
			for item, err := range alive.Watch(ctx, "chat", interaction.Viewer{ID: maria}, chatkernel.Position{}) {
				if err == nil {
					got.add(said([]chatkernel.Item{item})...)
				}
			}
		}()
		go func() { _ = alive.Run(ctx) }()
		synctest.Wait()
		// This process stores and dies before it tells anybody.
		dying := newDesk(t, store, deadTransport{}, nil)
		dying.does(pat, interaction.Say{Text: "anybody there?"})
		require.NoError(t, dying.Close())
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, []string{"anybody there?"}, got.get())
		time.Sleep(14 * time.Second)
		synctest.Wait()
		require.Equal(t, "yellow", alive.state().Stage.String())
		cancel()
		synctest.Wait()
	})
}

func TestTIME_7_a_sick_interaction_holds_up_no_other(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newRig()
		d := newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Cache: 1})
		for i := range 300 {
			_, err := d.Do(d.ctx, fmt.Sprint("sick-", i), chatkernel.By(pat, "1"), interaction.Start{Contact: interaction.Person{ID: pat}})
			require.NoError(t, err)
			_, err = d.Do(d.ctx, fmt.Sprint("sick-", i), chatkernel.By(pat, "2"), interaction.Say{Text: "x"})
			require.NoError(t, err)
		}
		time.Sleep(time.Second)
		d.active(nil)
		d.does(pat, interaction.Say{Text: "x"})
		loads := 0
		store.set(func() {
			store.load = func(stream string) error {
				if stream == "chat" {
					return nil
				}
				loads++
				return errWire
			}
		})
		ctx, cancel := context.WithCancel(d.ctx)
		go func() { _ = d.Run(ctx) }()
		time.Sleep(40 * time.Second)
		synctest.Wait()
		require.Equal(t, "red", d.state().Stage.String())
		store.set(func() { require.Less(t, loads, 300*6) }) // it is tried later and later
		cancel()
		synctest.Wait()
	})
}

func TestTIME_7_a_clock_that_runs_ahead_closes_nobodys_chat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newRig()
		d := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
		start := time.Now()
		// The store's clock is an hour behind this process's.
		behind := func() time.Time { return time.Now().Add(-time.Hour) }
		store.set(func() {
			store.due = func(due *chatkernel.Due) {
				var later []string
				for _, id := range due.Streams {
					for e, err := range store.Find(context.Background(), chatkernel.Query{}) {
						if err == nil && e.Stream == id && !e.Wake.After(behind()) {
							later = append(later, id)
						}
					}
				}
				due.Now, due.Streams, due.Next = behind(), later, time.Time{}
			}
		})
		ctx, cancel := context.WithCancel(d.ctx)
		go func() { _ = d.Run(ctx) }()
		time.Sleep(30 * time.Minute) // long past the inactivity end by our clock
		synctest.Wait()
		d.does(pat, interaction.Say{Text: "still here"})
		require.Equal(t, interaction.InActive, d.state().Phase)
		// The log's time never goes back, whatever the clocks say.
		require.False(t, d.state().At().Before(start))
		cancel()
		synctest.Wait()
	})
}

func TestDESK_1_store_put_back_from_a_backup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newRig()
		d := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
		ctx, cancel := context.WithCancel(d.ctx)
		type seen struct {
			reset bool
			text  string
		}
		var got list[seen]
		go func() {
			for item, err := range d.Watch(ctx, "chat", interaction.Viewer{ID: pat}, chatkernel.Position{}) {
				for _, text := range said([]chatkernel.Item{item}) {
					got.add(seen{text: text})
				}
				if err == nil && item.Reset != nil {
					got.add(seen{reset: true})
				}
			}
		}()
		d.does(maria, interaction.Say{Text: "lost by the restore"})
		synctest.Wait()
		// Another log under the same name, as after a restore.
		put := newDesk(t, memstore.New(nil), memstore.NewTransport(), nil)
		put.active(nil)
		put.does(maria, interaction.Say{Text: "from the backup"})
		old := store.Store
		backup := memstore.New(nil)
		for commit, err := range old.Load(ctx, "chat", 0) {
			require.NoError(t, err)
			if commit.After < 4 {
				commit.Index = &chatkernel.Index{Phase: "active"}
				require.NoError(t, backup.Append(ctx, commit))
			}
		}
		store.set(func() { store.Store, store.epoch = backup, "restored" })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		d.does(maria, interaction.Say{Text: "after the restore"})
		synctest.Wait()
		require.Equal(t, []seen{{text: "lost by the restore"}, {reset: true}, {text: "after the restore"}}, got.get())
		cancel()
		synctest.Wait()
	})
}

func TestHOST_7_logs_and_observations_hold_no_content(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logs bytes.Buffer
		var seen list[string]
		store := newRig()
		d := newDesk(t, store, deadTransport{}, &chatkernel.Options{
			Logger:  slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
			Observe: func(o chatkernel.Observation) { seen.add(fmt.Sprintf("%+v", o)) },
		})
		ctx, cancel := context.WithCancel(d.ctx)
		go func() { _ = d.Run(ctx) }()
		d.active(nil)
		d.does(pat, interaction.Say{Text: "MARKER text"})
		_, _ = d.Do(ctx, "chat", chatkernel.By(pat, "k"), interaction.End{})
		store.set(func() { store.load = func(string) error { return errWire } })
		time.Sleep(time.Minute)
		synctest.Wait()
		require.NotEmpty(t, logs.String())
		require.NotEmpty(t, seen.get())
		for _, line := range append(seen.get(), logs.String()) {
			require.NotContains(t, line, "MARKER")
			require.NotContains(t, line, "contact:")
			require.NotContains(t, line, "Pat")
		}
		cancel()
		synctest.Wait()
	})
}

func TestDESK_5_observed_commands(t *testing.T) {
	var seen list[chatkernel.Observation]
	d := memDesk(t, &chatkernel.Options{Observe: func(o chatkernel.Observation) { seen.add(o) }}).active(nil)
	_, err := d.Do(d.ctx, "chat", chatkernel.By(pat, "k"), interaction.End{})
	require.Error(t, err)
	all := seen.get()
	last := all[len(all)-1]
	require.Equal(t, chatkernel.OpDo, last.Op)
	require.Equal(t, interaction.EndKind, last.Command)
	require.ErrorIs(t, last.Err, interaction.ErrDenied)
}

func TestCONS_11_media_carry_consultations_by_voice(t *testing.T) {
	m := &media{}
	d := memDesk(t, &chatkernel.Options{Media: m}).active(nil)
	ask := d.does(maria, interaction.Consult{To: "agent:ben", Medium: interaction.ByVoice})
	require.Empty(t, m.calls)
	d.does(ben, interaction.Accept{Invitation: ask.Opened})
	require.Equal(t, []string{"open voice"}, m.calls)
	d.does(maria, interaction.EndConsultation{Consultation: ask.Opened})
	require.Equal(t, []string{"open voice", "close voice"}, m.calls)

	m.fail = errWire
	ask = d.does(maria, interaction.Consult{To: "agent:ben", Medium: interaction.ByIM})
	d.does(ben, interaction.Accept{Invitation: ask.Opened})
	require.Equal(t, interaction.ConsultationOver, d.state().Consultation(ask.Opened).Stage)
	require.Equal(t, interaction.EndedMediumFailed, d.state().Consultation(ask.Opened).Why)
}

type media struct {
	calls []string
	fail  error
}

func (m *media) Open(_ context.Context, _ string, c interaction.Consultation) error {
	m.calls = append(m.calls, "open "+c.Medium.String())
	return m.fail
}

func (m *media) Close(_ context.Context, _ string, c interaction.Consultation) error {
	m.calls = append(m.calls, "close "+c.Medium.String())
	return nil
}

func TestHOST_4_gates_judge_on_every_path(t *testing.T) {
	errBad := errors.New("not that page")
	d := memDesk(t, &chatkernel.Options{Gates: chatkernel.Gates{
		URL: func(_ context.Context, _ string, s *interaction.State, by chatkernel.Actor, c interaction.PushURL) (interaction.PushURL, error) {
			if s.Owner != by.ID || c.URL == "bad" {
				return c, errBad
			}
			c.URL = "https://example.com/" + c.URL
			return c, nil
		},
	}}).active(nil)
	_, err := d.Do(d.ctx, "chat", chatkernel.By(maria, "k"), interaction.PushURL{URL: "bad"})
	require.ErrorIs(t, err, chatkernel.ErrGate)
	require.ErrorIs(t, err, errBad)
	// Whoever may not push at all hears that, and nothing of the gate.
	_, err = d.Do(d.ctx, "chat", chatkernel.By(pat, "k"), interaction.PushURL{URL: "bad"})
	require.ErrorIs(t, err, interaction.ErrDenied)
	first, err := d.Do(d.ctx, "chat", chatkernel.By(maria, "k2"), interaction.PushURL{URL: "help"})
	require.NoError(t, err)
	again, err := d.Do(d.ctx, "chat", chatkernel.By(maria, "k2"), interaction.PushURL{URL: "help"})
	require.NoError(t, err)
	require.True(t, again.Repeated)
	require.Equal(t, first.Position, again.Position)
	items, _ := d.read(pat, chatkernel.Position{})
	pushed := items[len(items)-1].Shown.Event.(*interaction.URLPushed)
	require.Equal(t, "https://example.com/help", pushed.URL)
}

func TestHOST_5_cache_is_bounded(t *testing.T) {
	d := memDesk(t, &chatkernel.Options{Cache: 16})
	for i := range 500 {
		_, err := d.Do(d.ctx, fmt.Sprint("c", i), chatkernel.By(pat, "1"), interaction.Start{Contact: interaction.Person{ID: pat}})
		require.NoError(t, err)
	}
	for i := range 500 {
		s, err := d.State(d.ctx, fmt.Sprint("c", i))
		require.NoError(t, err)
		require.Equal(t, uint64(2), s.Seq())
	}
	require.LessOrEqual(t, chatkernel.CachedChats(d.Kernel), 32)
}

func TestPART_2_strangers_get_no_feed(t *testing.T) {
	d := memDesk(t, nil).active(nil)
	for v, want := range map[interaction.PartyID]error{"contact:eve": interaction.ErrNotParty, "agent:eve": interaction.ErrNotParty, "": interaction.ErrNotParty} {
		for _, err := range d.Watch(d.ctx, "chat", interaction.Viewer{ID: v}, chatkernel.Position{}) {
			require.ErrorIs(t, err, want)
		}
	}
	for _, err := range d.Watch(d.ctx, "nobody", interaction.Viewer{ID: pat}, chatkernel.Position{}) {
		require.ErrorIs(t, err, interaction.ErrNotStarted)
	}
}
