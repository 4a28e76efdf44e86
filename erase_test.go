package chatkernel_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// mark stands wherever a person wrote something or is called something.
const mark = "MARK"

// pass lets every gated command through.
var pass = chatkernel.Gates{
	URL: func(_ context.Context, _ string, _ *interaction.State, _ chatkernel.Actor, c interaction.PushURL) (interaction.PushURL, error) {
		return c, nil
	},
	File: func(_ context.Context, _ string, _ *interaction.State, _ chatkernel.Actor, c interaction.SendFile) (interaction.SendFile, error) {
		return c, nil
	},
}

// marked is a chat with the mark in everything personal, until it is done.
func marked(d *desk) *desk {
	p := interaction.DefaultPolicy()
	p.Nicknames = []interaction.Nickname{{For: "*", Name: mark}}
	p.Dispositions = []interaction.Disposition{{Code: "sold", Label: "Sold"}}
	d.does(pat, interaction.Start{
		Contact: interaction.Person{ID: pat, Name: mark}, Subject: mark, Target: "agent:maria", Policy: &p,
		CaseData: []interaction.Field{{Key: mark, Value: interaction.Value{Text: mark}}},
	})
	d.does(maria, interaction.Accept{Invitation: d.state().Invitations[0].ID, Name: mark})
	d.does(pat, interaction.Say{Text: mark})
	d.does(maria, interaction.Say{Text: mark, To: interaction.Internal})
	d.does(maria, interaction.PushURL{URL: "https://example.com/" + mark})
	d.does(pat, interaction.SendFile{File: interaction.File{ID: "f", Name: mark, Hash: []byte(mark), Reason: mark, Size: 9}})
	ask := d.does(maria, interaction.Consult{To: "agent:ben", AgentName: mark, Note: mark})
	d.does(ben, interaction.Accept{Invitation: ask.Opened, Name: mark})
	d.does(ben, interaction.Say{Text: mark, Consultation: ask.Opened})
	d.does(maria, interaction.EndConsultation{Consultation: ask.Opened})
	d.does(maria, interaction.Blend{Medium: "voice", Address: mark, Ref: mark})
	d.does(maria, interaction.SetCaseData{Key: mark + "2", Value: interaction.Value{Text: mark}})
	d.does(maria, interaction.SetNote{Text: mark})
	d.does(maria, interaction.SetDisposition{Code: "sold"})
	d.does(maria, interaction.End{})
	d.does(maria, interaction.MarkDone{})
	d.does(maria, interaction.AssignContact{Contact: interaction.Person{ID: "contact:kat", Name: mark}})
	return d
}

// raw is all that a store keeps of the chat.
func raw(t testing.TB, store chatkernel.Store) (all []byte) {
	for c, err := range store.Load(t.Context(), "chat", 0) {
		require.NoError(t, err)
		all = append(all, c.Data...)
	}
	for e, err := range store.Find(t.Context(), chatkernel.Query{}) {
		require.NoError(t, err)
		all = fmt.Append(all, e)
	}
	return all
}

func TestHIST_7_nothing_personal_is_in_the_store(t *testing.T) {
	plain := memstore.New(nil)
	marked(newDesk(t, plain, memstore.NewTransport(), &chatkernel.Options{Gates: pass}))
	require.Greater(t, bytes.Count(raw(t, plain), []byte(mark)), 20, "else the test shows nothing")
	store := memstore.New(nil)
	marked(newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Gates: pass, Keyring: keyring.New()}))
	require.NotContains(t, string(raw(t, store)), mark)
}

func TestHIST_7_what_is_erased_is_gone_everywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, transport, ring := memstore.New(nil), memstore.NewTransport(), keyring.New()
		options := &chatkernel.Options{Gates: pass, Keyring: ring}
		d := marked(newDesk(t, store, transport, options))
		// Another process runs, has the chat in memory, and shows it to somebody.
		other := newDesk(t, store, transport, options)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go other.Run(ctx)
		before := other.state()
		require.Contains(t, fmt.Sprintf("%+v", *before), mark)
		_, err := other.State(t.Context(), "chat")
		require.NoError(t, err)
		go d.Watch(ctx, "chat", interaction.Viewer{ID: pat}, chatkernel.Position{})(func(chatkernel.Item, error) bool { return true })
		synctest.Wait()
		d.does(interaction.System, interaction.JudgeFile{File: "f", Verdict: interaction.Blocked, Reason: mark})
		seen, _ := d.read(maria, chatkernel.Position{})

		d.does(interaction.System, interaction.Erase{})
		synctest.Wait()
		require.Zero(t, chatkernel.CachedChats(other.Kernel), "it keeps nothing of it")
		require.Equal(t, 1, chatkernel.RecentRecords(d.Kernel), "what says that it was erased")
		fresh := newDesk(t, store, transport, options)
		for _, k := range []*desk{d, other, fresh} {
			s := k.state()
			require.NotContains(t, fmt.Sprintf("%+v", *s), mark)
			require.True(t, s.Erased)
			require.Equal(t, "sold", s.Disposition)
			require.Equal(t, before.EndedAt, s.EndedAt)
			require.EqualValues(t, 9, s.File("f").Size)
			for _, viewer := range []interaction.PartyID{pat, maria, ben} {
				items, _ := k.read(viewer, chatkernel.Position{})
				for _, i := range items {
					require.NotContains(t, fmt.Sprintf("%+v %+v", i.Shown.Event, i.Shown), mark)
				}
				if viewer == maria {
					require.Len(t, items, len(seen)+1, "everything is still counted, and that it was erased")
				}
			}
		}
		require.NotContains(t, string(raw(t, store)), mark)
		require.Equal(t, fresh.state(), d.state(), "the log replays to what is live")
		_, err = ring.Key(t.Context(), "chat", pat)
		require.ErrorIs(t, err, chatkernel.ErrErased)

		// What may still be written is, and a retry of anything before is one.
		r, err := d.Do(t.Context(), "chat", chatkernel.By(interaction.System, "late"), interaction.JudgeFile{File: "f", Verdict: interaction.Blocked, Code: "infected"})
		require.NoError(t, err)
		require.NotZero(t, r.Position)
		again, err := fresh.Do(t.Context(), "chat", chatkernel.By(interaction.System, "late"), interaction.JudgeFile{File: "f", Verdict: interaction.Blocked, Code: "infected"})
		require.NoError(t, err)
		require.True(t, again.Repeated)
		_, err = d.Do(t.Context(), "chat", chatkernel.By(pat, fmt.Sprintf("%p-3", d)), interaction.Say{Text: mark})
		require.NoError(t, err, "it was carried out before")
	})
}

func TestHIST_7_when_an_erasure_is_refused(t *testing.T) {
	store := memstore.New(nil)
	d := newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Gates: pass, Keyring: keyring.New()}).active(nil)
	erase := func(d *desk, key string) error {
		_, err := d.Do(d.ctx, "chat", chatkernel.By(interaction.System, key), interaction.Erase{})
		return err
	}
	require.ErrorIs(t, erase(d, "open"), interaction.ErrPhase)
	d.does(pat, interaction.Say{Text: "still here"})
	require.Contains(t, said(first(d.read(maria, chatkernel.Position{}))), "still here")
	none := memDesk(t, &chatkernel.Options{Gates: pass})
	marked(none)
	require.ErrorIs(t, erase(none, "none"), chatkernel.ErrNoGate)

	// A log that was begun without a keyring goes on with one, and stays.
	mixed := memstore.New(nil)
	newDesk(t, mixed, memstore.NewTransport(), nil).active(nil)
	d = newDesk(t, mixed, memstore.NewTransport(), &chatkernel.Options{Keyring: keyring.New()})
	d.does(pat, interaction.Say{Text: mark})
	d.does(maria, interaction.End{})
	d.does(maria, interaction.MarkDone{})
	require.ErrorIs(t, erase(d, "mixed"), chatkernel.ErrNotSealed)
	require.Equal(t, []string{mark}, said(first(d.read(maria, chatkernel.Position{}))))
	require.NotContains(t, string(raw(t, mixed)), mark)

	// The host's gate comes first, and may refuse.
	errHold := errors.New("legal hold")
	held := memDesk(t, &chatkernel.Options{Keyring: keyring.New(), Gates: chatkernel.Gates{
		URL: pass.URL, File: pass.File,
		Erase: func(_ context.Context, id string, s *interaction.State, _ chatkernel.Actor, cmd interaction.Erase) (interaction.Erase, error) {
			require.Equal(t, "chat", id)
			require.NotNil(t, s.File("f"))
			return cmd, errHold
		},
	}})
	marked(held)
	require.ErrorIs(t, erase(held, "held"), errHold)
	require.Equal(t, mark, held.state().Note)
}

func first[A, B any](a A, _ B) A { return a }

// A keyring or a store that fails leaves the log readable or erased, and the same
// command completes it.
func TestHIST_7_an_erasure_that_fails_is_repeated(t *testing.T) {
	for name, fail := range map[string]func(*brittleRing, *brittleStore){
		"the keyring": func(r *brittleRing, _ *brittleStore) { r.fail = true },
		"the store":   func(_ *brittleRing, s *brittleStore) { s.fail = true },
	} {
		t.Run(name, func(t *testing.T) {
			ring, store := &brittleRing{Keyring: keyring.New()}, &brittleStore{Store: memstore.New(nil)}
			d := marked(newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Gates: pass, Keyring: ring}))
			fail(ring, store)
			_, err := d.Do(d.ctx, "chat", chatkernel.By(interaction.System, "erase"), interaction.Erase{})
			require.ErrorIs(t, err, chatkernel.ErrStore)
			ring.fail, store.fail = false, false
			fresh := newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Gates: pass, Keyring: ring})
			require.False(t, fresh.state().Erased)
			if gone := fresh.state().Note == ""; gone != (name == "the store") {
				t.Fatalf("the content is gone: %v", gone)
			}
			_, err = d.Do(d.ctx, "chat", chatkernel.By(interaction.System, "erase"), interaction.Erase{})
			require.NoError(t, err)
			require.True(t, fresh.state().Erased)
			require.Empty(t, fresh.state().Note)
		})
	}
}

func TestHIST_7_HIST_5_the_key_goes_with_the_contact(t *testing.T) {
	ring := &brittleRing{Keyring: keyring.New()}
	d := memDesk(t, &chatkernel.Options{Gates: pass, Keyring: ring})
	marked(d)
	require.Equal(t, []interaction.PartyID{"contact:kat"}, ring.assigned)
	ring.fail = true
	lou := interaction.AssignContact{Contact: interaction.Person{ID: "contact:lou"}}
	_, err := d.Do(d.ctx, "chat", chatkernel.By(maria, "lou"), lou)
	require.ErrorIs(t, err, chatkernel.ErrUnknownOutcome)
	ring.fail = false
	r, err := d.Do(d.ctx, "chat", chatkernel.By(maria, "lou"), lou)
	require.NoError(t, err)
	require.True(t, r.Repeated)
	require.Equal(t, []interaction.PartyID{"contact:kat", "contact:lou"}, ring.assigned)
}

// What was sealed for one place in one log is not taken for anything else.
func TestHIST_7_a_sealed_commit_stays_in_its_place(t *testing.T) {
	ring := keyring.New()
	store := &brittleStore{Store: memstore.New(nil)}
	d := newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Keyring: ring}).active(nil)
	d.does(pat, interaction.Say{Text: "one"})
	d.does(pat, interaction.Say{Text: "two"})
	read := func(bend func(*chatkernel.Commit)) error {
		store.bend = bend
		defer func() { store.bend = nil }()
		k := newDesk(t, store, memstore.NewTransport(), &chatkernel.Options{Keyring: ring})
		_, err := k.State(d.ctx, "chat")
		return err
	}
	require.NoError(t, read(func(*chatkernel.Commit) {}))
	var last []byte
	for name, bend := range map[string]func(*chatkernel.Commit){
		"the former one's content": func(c *chatkernel.Commit) { c.Data, last = orElse(last, c.Data), c.Data },
		"another skeleton":         func(c *chatkernel.Commit) { c.Data = bytes.Replace(c.Data, []byte("said"), []byte("sadd"), 1) },
		"a changed byte":           func(c *chatkernel.Commit) { c.Data[len(c.Data)-1] ^= 1 },
		"cut short":                func(c *chatkernel.Commit) { c.Data = c.Data[:len(c.Data)-20] },
		"nothing but its head":     func(c *chatkernel.Commit) { c.Data = c.Data[:1] },
		"a length without end":     func(c *chatkernel.Commit) { c.Data = append(c.Data[:1:1], 0xff, 0xff, 0xff) },
	} {
		err := read(bend)
		require.ErrorIs(t, err, chatkernel.ErrStore, name)
		require.ErrorContains(t, err, "not what was sealed", name)
	}
	// Without the keyring it cannot be read, which is an error and no panic.
	k := newDesk(t, store, memstore.NewTransport(), nil)
	_, err := k.State(d.ctx, "chat")
	require.ErrorIs(t, err, chatkernel.ErrNoKey)
}

func orElse(a, b []byte) []byte {
	if a != nil {
		return a
	}
	return b
}

type brittleRing struct {
	chatkernel.Keyring
	fail     bool
	assigned []interaction.PartyID
}

var errBrittle = errors.New("not now")

func (r *brittleRing) Assign(ctx context.Context, id string, to interaction.PartyID) error {
	if r.fail {
		return errBrittle
	}
	r.assigned = append(r.assigned, to)
	return r.Keyring.Assign(ctx, id, to)
}

func (r *brittleRing) Destroy(ctx context.Context, id string) error {
	if r.fail {
		return errBrittle
	}
	return r.Keyring.Destroy(ctx, id)
}

type brittleStore struct {
	chatkernel.Store
	fail bool
	bend func(*chatkernel.Commit)
	// With counts, so many appends are left until it fails.
	counts bool
	left   int
}

func (s *brittleStore) Append(ctx context.Context, c chatkernel.Commit) error {
	if s.counts {
		s.left--
	}
	if s.fail || s.left < 0 {
		return chatkernel.ErrNotWritten
	}
	return s.Store.Append(ctx, c)
}

func (s *brittleStore) Load(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	return func(yield func(chatkernel.Commit, error) bool) {
		for c, err := range s.Store.Load(ctx, stream, after) {
			if s.bend != nil {
				c.Data = bytes.Clone(c.Data)
				s.bend(&c)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}
