package chatkernel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

const (
	pat   = interaction.PartyID("contact:pat")
	maria = interaction.PartyID("agent:maria")
	ben   = interaction.PartyID("agent:ben")
	sam   = interaction.PartyID("supervisor:sam")
)

// A desk is a kernel in a test, with the shortest ways to use it.
type desk struct {
	t *testing.T
	*chatkernel.Kernel
	ctx  context.Context
	keys int
}

func newDesk(t *testing.T, store chatkernel.Store, transport chatkernel.Transport, o *chatkernel.Options) *desk {
	t.Helper()
	k := chatkernel.New(store, transport, o)
	t.Cleanup(func() { require.NoError(t, k.Close()) })
	return &desk{t: t, Kernel: k, ctx: context.Background()}
}

func memDesk(t *testing.T, o *chatkernel.Options) *desk {
	t.Helper()
	return newDesk(t, memstore.New(nil), memstore.NewTransport(), o)
}

// does carries a command out that must not be refused.
func (d *desk) does(by interaction.PartyID, c interaction.Command) chatkernel.Result {
	d.t.Helper()
	d.keys++
	r, err := d.Do(d.ctx, "chat", chatkernel.By(by, fmt.Sprintf("%p-%d", d, d.keys)), c)
	require.NoError(d.t, err)
	return r
}

// state is a snapshot of the one chat.
func (d *desk) state() *interaction.State {
	d.t.Helper()
	s, err := d.State(d.ctx, "chat")
	require.NoError(d.t, err)
	return &s
}

// active starts a chat of Pat with Maria.
func (d *desk) active(p *interaction.Policy) *desk {
	d.t.Helper()
	d.does(pat, interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}, Target: "agent:maria", Policy: p})
	d.does(maria, interaction.Accept{Invitation: d.state().Invitations[0].ID, Name: "Maria"})
	return d
}

// read gives everything that a viewer may see after a position, up to now.
func (d *desk) read(v interaction.PartyID, after chatkernel.Position) (items []chatkernel.Item, at chatkernel.Position) {
	d.t.Helper()
	at = after
	for item, err := range d.Watch(d.ctx, "chat", interaction.Viewer{ID: v}, after) {
		require.NoError(d.t, err)
		if item.Current {
			return items, item.Position
		}
		items = append(items, item)
	}
	return items, at
}

// A list collects what goroutines of a test saw.
type list[T any] struct {
	mu  sync.Mutex
	all []T
}

func (l *list[T]) add(v ...T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, v...)
}

func (l *list[T]) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = nil
}

func (l *list[T]) get() []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

// said are the messages among items.
func said(items []chatkernel.Item) (texts []string) {
	for _, item := range items {
		if e, ok := item.Shown.Event.(*interaction.Said); ok {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

func TestLIFE_16_same_key_gives_the_first_result(t *testing.T) {
	store := memstore.New(nil)
	d := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
	by := chatkernel.By(pat, "my key")
	first, err := d.Do(d.ctx, "chat", by, interaction.Say{Text: "Hello"})
	require.NoError(t, err)
	require.False(t, first.Repeated)

	d.does(maria, interaction.Say{Text: "Hi"})
	again, err := d.Do(d.ctx, "chat", by, interaction.Say{Text: "Hello"})
	require.NoError(t, err)
	require.True(t, again.Repeated)
	first.Repeated = true
	require.Equal(t, first, again)

	// Through another process, after the chat is over, when it would be refused.
	d.does(maria, interaction.End{})
	d.does(maria, interaction.MarkDone{})
	other := newDesk(t, store, memstore.NewTransport(), nil)
	again, err = other.Do(d.ctx, "chat", by, interaction.Say{Text: "Hello"})
	require.NoError(t, err)
	require.Equal(t, first, again)

	items, _ := d.read(pat, chatkernel.Position{})
	require.Equal(t, []string{"Hello", "Hi"}, said(items))
}

func TestLIFE_16_result_speaks_in_the_actors_own_positions(t *testing.T) {
	d := memDesk(t, nil).active(nil)
	ask := d.does(maria, interaction.Consult{To: "agent:ben"})
	d.does(ben, interaction.Accept{Invitation: ask.Opened})
	d.does(ben, interaction.Say{Text: "hidden", Consultation: ask.Opened})
	r := d.does(pat, interaction.Say{Text: "Hello"})
	require.Equal(t, uint64(3), r.Position.Seen) // joined, joined, said
	_, at := d.read(pat, chatkernel.Position{})
	require.Equal(t, r.Position, at)
}

func TestLIFE_16_key_with_another_command(t *testing.T) {
	d := memDesk(t, nil).active(nil)
	by := chatkernel.By(pat, "k")
	_, err := d.Do(d.ctx, "chat", by, interaction.Say{Text: "one"})
	require.NoError(t, err)
	before := d.state().Seq()
	_, err = d.Do(d.ctx, "chat", by, interaction.Say{Text: "two"})
	require.ErrorIs(t, err, chatkernel.ErrKeyReused)
	// Also where the other command would be refused.
	_, err = d.Do(d.ctx, "chat", by, interaction.Say{Text: ""})
	require.ErrorIs(t, err, chatkernel.ErrKeyReused)
	// The scope is the actor: another one may use the same key.
	_, err = d.Do(d.ctx, "chat", chatkernel.By(maria, "k"), interaction.Say{Text: "two"})
	require.NoError(t, err)
	require.Equal(t, before+1, d.state().Seq())
}

func TestLIFE_16_refusals_are_not_remembered(t *testing.T) {
	d := memDesk(t, nil)
	d.does(pat, interaction.Start{Contact: interaction.Person{ID: pat}, Target: "agent:maria"})
	by := chatkernel.By(maria, "k")
	_, err := d.Do(d.ctx, "chat", by, interaction.End{})
	require.ErrorIs(t, err, interaction.ErrDenied)
	d.does(maria, interaction.Accept{Invitation: d.state().Invitations[0].ID})
	_, err = d.Do(d.ctx, "chat", by, interaction.End{})
	require.NoError(t, err)
}

func TestLIFE_16_start_is_idempotent(t *testing.T) {
	d := memDesk(t, nil)
	start := interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}, Subject: "Bill"}
	first, err := d.Do(d.ctx, "chat", chatkernel.By(pat, "k"), start)
	require.NoError(t, err)
	again, err := d.Do(d.ctx, "chat", chatkernel.By(pat, "k"), start)
	require.NoError(t, err)
	require.True(t, again.Repeated)
	require.Equal(t, first.Position, again.Position)
	_, err = d.Do(d.ctx, "chat", chatkernel.By(pat, "other"), start)
	require.ErrorIs(t, err, interaction.ErrStarted)
}

func TestLIFE_17_two_kernels_race(t *testing.T) {
	store, transport := memstore.New(nil), memstore.NewTransport()
	a := newDesk(t, store, transport, nil)
	policy := interaction.DefaultPolicy()
	policy.RateEvery = 0
	a.active(&policy)
	desks := []*desk{a, newDesk(t, store, transport, nil), newDesk(t, store, memstore.NewTransport(), nil)}
	const each = 200
	errs := make(chan error, len(desks))
	for i, d := range desks {
		go func() {
			var failed error
			for n := range each {
				key := fmt.Sprintf("race-%d-%d", i, n)
				for {
					_, err := d.Do(d.ctx, "chat", chatkernel.By(maria, key), interaction.Say{Text: key})
					if errors.Is(err, chatkernel.ErrBusy) {
						continue
					}
					failed = errors.Join(failed, err)
					break
				}
			}
			errs <- failed
		}()
	}
	for range desks {
		require.NoError(t, <-errs)
	}
	for _, d := range desks {
		items, _ := d.read(pat, chatkernel.Position{})
		seen := make(map[string]int)
		for _, text := range said(items) {
			seen[text]++
		}
		require.Len(t, seen, len(desks)*each)
		for text, n := range seen {
			require.Equal(t, 1, n, text)
		}
	}
}

func TestLIFE_17_loser_is_decided_on_the_new_state(t *testing.T) {
	store, transport := memstore.New(nil), memstore.NewTransport()
	a := newDesk(t, store, transport, nil)
	b := newDesk(t, store, transport, nil)
	a.does(pat, interaction.Start{Contact: interaction.Person{ID: pat}, Target: "agent:maria"})
	offer := a.state().Invitations[0].ID
	require.Equal(t, offer, b.state().Invitations[0].ID) // b has it cached
	a.does(interaction.System, interaction.Cancel{Invitation: offer})
	_, err := b.Do(b.ctx, "chat", chatkernel.By(maria, "k"), interaction.Accept{Invitation: offer})
	require.ErrorIs(t, err, interaction.ErrNoInvitation)
	// And a command that the stale state would have refused is carried out.
	again := a.does(interaction.System, interaction.Invite{To: "agent:maria"})
	_, err = b.Do(b.ctx, "chat", chatkernel.By(maria, "k2"), interaction.Accept{Invitation: again.Opened})
	require.NoError(t, err)
}

func TestTIME_7_deadline_fires_once_and_on_time(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, transport := memstore.New(nil), memstore.NewTransport()
		ctx, cancel := context.WithCancel(context.Background())
		a, b := newDesk(t, store, transport, nil), newDesk(t, store, transport, nil)
		for _, d := range []*desk{a, b} {
			go func() { _ = d.Run(ctx) }()
		}
		a.active(nil)
		a.does(pat, interaction.Say{Text: "Hello?"})
		start := time.Now()
		time.Sleep(15*time.Second - time.Microsecond)
		synctest.Wait()
		require.Equal(t, "green", a.state().Stage.String())
		time.Sleep(time.Microsecond)
		synctest.Wait()
		require.Equal(t, "yellow", a.state().Stage.String())
		time.Sleep(15 * time.Second)
		synctest.Wait()
		require.Equal(t, "red", b.state().Stage.String())
		var at []time.Duration
		for commit, err := range store.Load(ctx, "chat", 0) {
			require.NoError(t, err)
			batch, err := interaction.DecodeBatch(commit.Data, commit.After, commit.At)
			require.NoError(t, err)
			for _, r := range batch.Records {
				if r.Event.Kind() == interaction.ResponseStageKind {
					at = append(at, r.At.Sub(start))
				}
			}
		}
		require.Equal(t, []time.Duration{15 * time.Second, 30 * time.Second}, at)
		cancel()
		synctest.Wait()
	})
}

func TestTIME_7_ten_thousand_deadlines_after_a_restart(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 chats")
	}
	synctest.Test(t, func(t *testing.T) {
		const chats = 10_000
		store, transport := memstore.New(nil), memstore.NewTransport()
		before := newDesk(t, store, transport, nil)
		for i := range chats {
			id := fmt.Sprint("chat-", i)
			_, err := before.Do(before.ctx, id, chatkernel.By(pat, "1"), interaction.Start{Contact: interaction.Person{ID: pat}})
			require.NoError(t, err)
			_, err = before.Do(before.ctx, id, chatkernel.By(pat, "2"), interaction.Say{Text: "Hello?"})
			require.NoError(t, err)
		}
		require.NoError(t, before.Close())
		time.Sleep(time.Hour)

		ctx, cancel := context.WithCancel(context.Background())
		after, twin := newDesk(t, store, transport, nil), newDesk(t, store, transport, nil)
		for _, d := range []*desk{after, twin} {
			go func() { _ = d.Run(ctx) }()
		}
		synctest.Wait()
		for i := range chats {
			s, err := after.State(ctx, fmt.Sprint("chat-", i))
			require.NoError(t, err)
			require.Equal(t, "red", s.Stage.String())
			require.Equal(t, uint64(4), s.Seq()) // started, joined, said, red: once
		}
		cancel()
		synctest.Wait()
	})
}

func TestDESK_1_resume_with_nothing_missing_and_nothing_twice(t *testing.T) {
	d := memDesk(t, nil).active(nil)
	d.does(pat, interaction.Say{Text: "one"})
	items, at := d.read(maria, chatkernel.Position{})
	require.Equal(t, []string{"one"}, said(items))
	none, same := d.read(maria, at)
	require.Empty(t, none)
	require.Equal(t, at, same)

	d.does(maria, interaction.Say{Text: "two"})
	d.does(pat, interaction.Say{Text: "three"})
	rest, _ := d.read(maria, at)
	require.Equal(t, []string{"two", "three"}, said(rest))
	for i := range items {
		again, _ := d.read(maria, items[i].Position)
		all, _ := d.read(maria, chatkernel.Position{})
		require.Equal(t, all[i+1:], again)
	}
}

func TestDESK_1_position_of_another_epoch_starts_anew(t *testing.T) {
	d := memDesk(t, nil).active(nil)
	all, at := d.read(pat, chatkernel.Position{})
	for _, bad := range []chatkernel.Position{{Epoch: "other", View: at.View, Seen: 1}, {Epoch: at.Epoch, View: at.View, Seen: at.Seen + 1}} {
		items, _ := d.read(pat, bad)
		require.ErrorIs(t, items[0].Reset, chatkernel.ErrEpoch)
		require.Equal(t, all, items[1:])
	}
	items, _ := d.read(pat, chatkernel.Position{Epoch: at.Epoch, View: at.View + 1, Seen: 1})
	require.ErrorIs(t, items[0].Reset, chatkernel.ErrViewChanged)
	require.Equal(t, all, items[1:])
}

func TestDESK_1_live_feed_starts_anew_when_rights_grow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := memDesk(t, nil).active(nil)
		d.does(pat, interaction.Say{Text: "before"})
		ask := d.does(maria, interaction.Conference{To: "agent:ben"})
		ctx, cancel := context.WithCancel(d.ctx)
		var got list[string]
		go func() {
			for item, err := range d.Watch(ctx, "chat", interaction.Viewer{ID: ben}, chatkernel.Position{}) {
				switch {
				case err != nil:
				case item.Reset != nil:
					got.clear()
				case item.Shown.Event != nil:
					got.add(item.Shown.Event.Kind().String())
				}
			}
		}()
		synctest.Wait()
		require.Equal(t, []string{"invited"}, got.get())
		d.does(ben, interaction.Accept{Invitation: ask.Opened, Name: "Ben"})
		synctest.Wait()
		require.Equal(t, []string{"started", "joined", "invited", "joined", "said", "invited", "joined"}, got.get())
		cancel()
		synctest.Wait()
	})
}

func TestDESK_1_slow_feed_loses_nothing_and_holds_up_nobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := interaction.DefaultPolicy()
		policy.RateEvery = 0
		d := memDesk(t, nil).active(&policy)
		ctx, cancel := context.WithCancel(d.ctx)
		gate := make(chan struct{})
		var slow, fast list[string]
		watch := func(got *list[string], wait <-chan struct{}) {
			for item, err := range d.Watch(ctx, "chat", interaction.Viewer{ID: pat}, chatkernel.Position{}) {
				if err != nil {
					return
				}
				got.add(said([]chatkernel.Item{item})...)
				if len(got.get()) == 1 {
					<-wait
				}
			}
		}
		open := make(chan struct{})
		close(open)
		go watch(&slow, gate)
		go watch(&fast, open)
		var want []string
		for i := range 3000 {
			want = append(want, fmt.Sprint("message ", i))
			d.does(maria, interaction.Say{Text: want[i]})
		}
		synctest.Wait()
		require.Equal(t, want, fast.get())
		require.Len(t, slow.get(), 1)
		close(gate)
		synctest.Wait()
		require.Equal(t, want, slow.get())
		cancel()
		synctest.Wait()
	})
}

func TestDESK_1_a_long_log_read_at_once_stays_out_of_memory(t *testing.T) {
	policy := interaction.DefaultPolicy()
	policy.RateEvery = 0
	store := memstore.New(nil)
	d := newDesk(t, store, memstore.NewTransport(), nil).active(&policy)
	var want []string
	for i := range 2000 {
		want = append(want, fmt.Sprint("message ", i))
		d.does(maria, interaction.Say{Text: want[i]})
	}
	// Another process reads all of it for its first feed.
	other := newDesk(t, store, memstore.NewTransport(), nil)
	var got []string
	for item, err := range other.Watch(d.ctx, "chat", interaction.Viewer{ID: pat}, chatkernel.Position{}) {
		require.NoError(t, err)
		if item.Current {
			require.LessOrEqual(t, chatkernel.RecentRecords(other.Kernel), 512)
			break
		}
		got = append(got, said([]chatkernel.Item{item})...)
	}
	require.Equal(t, want, got)
}

func TestDESK_1_lost_notices_are_healed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New(nil)
		// Two transports: no notice of one process ever reaches the other.
		a := newDesk(t, store, memstore.NewTransport(), nil).active(nil)
		b := newDesk(t, store, memstore.NewTransport(), nil)
		ctx, cancel := context.WithCancel(context.Background())
		var got list[string]
		go func() {
			for item, err := range b.Watch(ctx, "chat", interaction.Viewer{ID: pat}, chatkernel.Position{}) {
				if err != nil {
					return
				}
				got.add(said([]chatkernel.Item{item})...)
			}
		}()
		synctest.Wait()
		a.does(maria, interaction.Say{Text: "Hi"})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, []string{"Hi"}, got.get())
		cancel()
		synctest.Wait()
	})
}

func TestMSG_3_typing_expires_and_is_never_stored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := memDesk(t, nil).active(nil)
		head := d.state().Seq()
		ctx, cancel := context.WithCancel(d.ctx)
		type mark struct {
			at     time.Duration
			who    string
			typing bool
			draft  string
		}
		start := time.Now()
		var seen, own list[mark]
		watch := func(v interaction.PartyID, to *list[mark]) {
			for item, err := range d.Watch(ctx, "chat", interaction.Viewer{ID: v}, chatkernel.Position{}) {
				if err == nil && item.Signal != nil {
					to.add(mark{time.Since(start), item.Signal.From.Name, item.Signal.Typing, item.Signal.Draft})
				}
			}
		}
		go watch(maria, &seen)
		go watch(pat, &own)
		synctest.Wait()
		require.NoError(t, d.Typing(ctx, "chat", pat, chatkernel.Typing{Draft: "secret until sent"}))
		time.Sleep(9 * time.Second)
		require.NoError(t, d.Typing(ctx, "chat", pat, chatkernel.Typing{Draft: "secret until sent"}))
		time.Sleep(9 * time.Second)
		synctest.Wait()
		require.Equal(t, []mark{{0, "Pat", true, ""}}, seen.get()) // no preview: the policy does not allow it
		time.Sleep(2 * time.Second)
		synctest.Wait()
		got := seen.get()
		require.Len(t, got, 2)
		require.False(t, got[1].typing)
		require.GreaterOrEqual(t, got[1].at, 19*time.Second)
		require.Less(t, got[1].at, 19*time.Second+100*time.Millisecond)
		require.Empty(t, own.get())
		require.Equal(t, head, d.state().Seq())
		cancel()
		synctest.Wait()
	})
}

func TestMSG_3_a_message_ends_the_typing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := memDesk(t, nil).active(nil)
		ctx, cancel := context.WithCancel(d.ctx)
		var got list[string]
		go func() {
			for item, err := range d.Watch(ctx, "chat", interaction.Viewer{ID: maria}, chatkernel.Position{}) {
				switch {
				case err != nil:
				case item.Signal != nil:
					got.add(fmt.Sprint("typing ", item.Signal.Typing))
				case len(said([]chatkernel.Item{item})) > 0:
					got.add("said")
				}
			}
		}()
		synctest.Wait()
		require.NoError(t, d.Typing(ctx, "chat", pat, chatkernel.Typing{}))
		synctest.Wait()
		d.does(pat, interaction.Say{Text: "there"})
		synctest.Wait()
		require.Equal(t, []string{"typing true", "said", "typing false"}, got.get())
		cancel()
		synctest.Wait()
	})
}

func TestMSG_4_preview_reaches_internal_parties_only(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := interaction.DefaultPolicy()
		policy.TypingPreview = true
		store, transport := memstore.New(nil), memstore.NewTransport()
		d := newDesk(t, store, transport, nil).active(&policy)
		far := newDesk(t, store, transport, nil) // another process
		ctx, cancel := context.WithCancel(d.ctx)
		var drafts list[string]
		for name, w := range map[string]struct {
			d *desk
			v interaction.PartyID
		}{"maria": {d, maria}, "maria far": {far, maria}, "pat": {d, pat}, "pat far": {far, pat}} {
			go func() {
				for item, err := range w.d.Watch(ctx, "chat", interaction.Viewer{ID: w.v}, chatkernel.Position{}) {
					if err == nil && item.Signal != nil {
						drafts.add(fmt.Sprintf("%s: %s %v %q", name, item.Signal.From.Name, item.Signal.Typing, item.Signal.Draft))
					}
				}
			}()
			synctest.Wait()
		}
		require.NoError(t, d.Typing(ctx, "chat", pat, chatkernel.Typing{Draft: "I am ang"}))
		synctest.Wait()
		require.NoError(t, d.Typing(ctx, "chat", maria, chatkernel.Typing{Draft: "An agent's draft"}))
		synctest.Wait()
		require.ElementsMatch(t, []string{
			`maria: Pat true "I am ang"`, `maria far: Pat true "I am ang"`, `pat: Maria true ""`, `pat far: Maria true ""`,
		}, drafts.get())
		cancel()
		synctest.Wait()
	})
}

func TestCONS_4_typing_in_a_consultation_stays_there(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := memDesk(t, nil).active(nil)
		ask := d.does(maria, interaction.Consult{To: "agent:ben"})
		d.does(ben, interaction.Accept{Invitation: ask.Opened, Name: "Ben"})
		ctx, cancel := context.WithCancel(d.ctx)
		var got list[interaction.PartyID]
		for _, v := range []interaction.PartyID{pat, maria} {
			go func() {
				for item, err := range d.Watch(ctx, "chat", interaction.Viewer{ID: v}, chatkernel.Position{}) {
					if err == nil && item.Signal != nil {
						got.add(v)
					}
				}
			}()
			synctest.Wait()
		}
		require.ErrorIs(t, d.Typing(ctx, "chat", ben, chatkernel.Typing{}), interaction.ErrNoConsultation)
		require.NoError(t, d.Typing(ctx, "chat", ben, chatkernel.Typing{Consultation: ask.Opened}))
		synctest.Wait()
		require.Equal(t, []interaction.PartyID{maria}, got.get())
		cancel()
		synctest.Wait()
	})
}

func TestHOST_4_bad_input_has_a_typed_error_and_changes_nothing(t *testing.T) {
	d := memDesk(t, &chatkernel.Options{Observe: func(chatkernel.Observation) {}}).active(nil)
	before := d.state().Seq()
	gone, cancel := context.WithCancel(d.ctx)
	cancel()
	long := make([]byte, 20_000)
	for name, c := range map[string]struct {
		ctx  context.Context
		id   string
		by   interaction.PartyID
		cmd  interaction.Command
		want error
	}{
		"unknown interaction": {d.ctx, "nobody", pat, interaction.Say{Text: "x"}, interaction.ErrNotStarted},
		"no id":               {d.ctx, "", pat, interaction.Say{Text: "x"}, chatkernel.ErrInvalidID},
		"slash in id":         {d.ctx, "agent/maria", pat, interaction.Say{Text: "x"}, chatkernel.ErrInvalidID},
		"long id":             {d.ctx, string(long), pat, interaction.Say{Text: "x"}, chatkernel.ErrInvalidID},
		"no command":          {d.ctx, "chat", pat, nil, interaction.ErrInvalid},
		"pointer to nothing":  {d.ctx, "chat", pat, (*interaction.Say)(nil), interaction.ErrInvalid},
		"no role":             {d.ctx, "chat", "pat", interaction.Say{Text: "x"}, interaction.ErrInvalid},
		"stranger":            {d.ctx, "chat", "contact:eve", interaction.Say{Text: "x"}, interaction.ErrNotParty},
		"wrong role":          {d.ctx, "chat", pat, interaction.End{}, interaction.ErrDenied},
		"wrong phase":         {d.ctx, "chat", maria, interaction.Rejoin{}, interaction.ErrDenied},
		"utf8":                {d.ctx, "chat", pat, interaction.Say{Text: "\xff"}, interaction.ErrUTF8},
		"too long":            {d.ctx, "chat", pat, interaction.Say{Text: string(long)}, interaction.ErrTooLong},
		"empty":               {d.ctx, "chat", pat, interaction.Say{Text: " \n"}, interaction.ErrEmpty},
		"unknown code":        {d.ctx, "chat", maria, interaction.SetDisposition{Code: "?"}, interaction.ErrDispositionCode},
		"no gate for URLs":    {d.ctx, "chat", maria, interaction.PushURL{URL: "https://example.com"}, chatkernel.ErrNoGate},
		"no gate for files":   {d.ctx, "chat", maria, interaction.SendFile{File: interaction.File{ID: "f", Name: "f"}}, chatkernel.ErrNoGate},
		"no medium":           {d.ctx, "chat", maria, interaction.Consult{To: "agent:ben", Medium: interaction.ByVoice}, chatkernel.ErrNoGate},
		"cancelled":           {gone, "chat", pat, interaction.Say{Text: "x"}, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Do(c.ctx, c.id, chatkernel.By(c.by, "bad"), c.cmd)
			require.ErrorIs(t, err, c.want)
			require.Equal(t, before, d.state().Seq())
		})
	}
	_, err := chatkernel.ParsePosition("nonsense")
	require.ErrorIs(t, err, chatkernel.ErrPosition)
}

func TestHOST_5_closed_kernel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := memDesk(t, nil).active(nil)
		ended := make(chan error, 3)
		go func() { ended <- d.Run(d.ctx) }()
		go func() {
			for _, err := range d.Watch(d.ctx, "chat", interaction.Viewer{ID: pat}, chatkernel.Position{}) {
				if err != nil {
					ended <- err
				}
			}
		}()
		go func() {
			for _, err := range d.Follow(d.ctx, maria) {
				if err != nil {
					ended <- err
				}
			}
		}()
		synctest.Wait()
		require.NoError(t, d.Close())
		require.NoError(t, d.Close())
		for range 3 {
			require.ErrorIs(t, <-ended, chatkernel.ErrClosed)
		}
		_, err := d.Do(d.ctx, "chat", chatkernel.By(pat, ""), interaction.Say{Text: "x"})
		require.ErrorIs(t, err, chatkernel.ErrClosed)
		_, err = d.State(d.ctx, "chat")
		require.ErrorIs(t, err, chatkernel.ErrClosed)
		require.ErrorIs(t, d.Typing(d.ctx, "chat", pat, chatkernel.Typing{}), chatkernel.ErrClosed)
	})
}

func TestLIFE_15_other_interactions_of_the_contact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := memDesk(t, nil)
		start := func(id string, contact interaction.PartyID) {
			_, err := d.Do(d.ctx, id, chatkernel.By(contact, "1"), interaction.Start{Contact: interaction.Person{ID: contact}})
			require.NoError(t, err)
		}
		leave := func(id string) {
			_, err := d.Do(d.ctx, id, chatkernel.By(pat, "2"), interaction.Leave{})
			require.NoError(t, err)
		}
		start("old and over", pat)
		leave("old and over")
		start("old and open", pat)
		time.Sleep(25 * time.Hour)
		start("recent and over", pat)
		leave("recent and over")
		start("somebody else's", "contact:eve")
		start("this", pat)
		n, err := d.Others(d.ctx, "this", 0)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		n, err = d.Others(d.ctx, "this", 48*time.Hour)
		require.NoError(t, err)
		require.Equal(t, 3, n)
	})
}

func TestDESK_7_open_work_is_followed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := memDesk(t, nil)
		ctx, cancel := context.WithCancel(d.ctx)
		var seen list[string]
		go func() {
			for work, err := range d.Follow(ctx, maria) {
				if err != nil {
					return
				}
				line := ""
				for _, e := range work {
					line += fmt.Sprint(e.Index.Phase, e.Index.Invited, e.Index.Owner)
				}
				seen.add(line)
			}
		}()
		synctest.Wait()
		d.does(pat, interaction.Start{Contact: interaction.Person{ID: pat}, Target: "agent:maria"})
		synctest.Wait()
		d.does(maria, interaction.Accept{Invitation: d.state().Invitations[0].ID})
		d.does(maria, interaction.Say{Text: "a message is no news for the list"})
		synctest.Wait()
		d.does(maria, interaction.End{})
		synctest.Wait()
		d.does(maria, interaction.MarkDone{})
		synctest.Wait()
		require.Equal(t, []string{"", "waiting[agent:maria]", "active[]agent:maria", "ended[]agent:maria", ""}, seen.get())
		cancel()
		synctest.Wait()
	})
}
