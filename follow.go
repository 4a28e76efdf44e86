package chatkernel

import (
	"context"
	"iter"
	"reflect"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// OpenWork gives what an agent has to do with now (DESK-7): the interactions
// that it is in, must wrap up, was invited to, or has a consultation's side to
// mark in, the newest first. It comes from the store's index, and so is the same
// after a restart.
func (k *Kernel) OpenWork(ctx context.Context, agent interaction.PartyID) ([]Entry, error) {
	if !agent.Valid() {
		return nil, &interaction.InvalidError{Field: "agent", Err: interaction.ErrEmpty}
	}
	return k.find(ctx, Query{Working: string(agent), Limit: 1000})
}

// Find lists interactions by their index, newest first, in any of the ways that
// a [Query] can say.
func (k *Kernel) Find(ctx context.Context, q Query) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if k.closed() {
			yield(Entry{}, ErrClosed)
			return
		}
		for e, err := range k.store.Find(ctx, q) {
			k.health.store(err)
			if err != nil {
				yield(Entry{}, &StoreError{"find", err})
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (k *Kernel) find(ctx context.Context, q Query) ([]Entry, error) {
	var all []Entry
	for e, err := range k.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Log gives the records of an interaction as the log has them now, or
// [interaction.ErrNotStarted] as the last pair. It is for the host, unfiltered:
// what a viewer may see of it [interaction.State.Show] says.
func (k *Kernel) Log(ctx context.Context, id string) iter.Seq2[interaction.Record, error] {
	return func(yield func(interaction.Record, error) bool) {
		if err := k.readLog(ctx, id, yield); err != nil {
			yield(interaction.Record{}, err)
		}
	}
}

func (k *Kernel) readLog(ctx context.Context, id string, yield func(interaction.Record, error) bool) error {
	if err := k.ready(ctx, id); err != nil {
		return err
	}
	c := k.chats.get(id)
	defer k.chats.put(c)
	empty := true
	for commit, err := range k.store.Load(ctx, id, 0) {
		k.health.store(err)
		if err != nil {
			return &StoreError{"load", err}
		}
		if commit.Count == 0 {
			continue // moved only the wake
		}
		b, err := k.decode(ctx, &c.seal, &commit)
		if err != nil {
			return &StoreError{"decode", err}
		}
		for _, r := range b.Records {
			if empty = false; !yield(r, nil) {
				return nil
			}
		}
	}
	if empty {
		return interaction.ErrNotStarted
	}
	return nil
}

// Others counts the contact's other interactions that are in progress, or
// started within the window before now (LIFE-15). A window below 1 is 24 hours.
func (k *Kernel) Others(ctx context.Context, id string, window time.Duration) (int, error) {
	s, err := k.State(ctx, id)
	if err != nil {
		return 0, err
	}
	if window < 1 {
		window = 24 * time.Hour
	}
	recent, n := k.now().Add(-window), 0
	q := Query{Contact: string(s.Contact.ID)}
	for {
		page, err := k.find(ctx, q)
		if err != nil {
			return 0, err
		}
		for i := range page {
			e := &page[i]
			if e.Stream != id && e.Index.Contact == q.Contact && (e.Index.Ended.IsZero() || !e.Index.Started.Before(recent)) {
				n++
			}
		}
		if len(page) < 100 {
			return n, nil
		}
		q.After = &page[len(page)-1]
	}
}

// Follow gives the agent's [Kernel.OpenWork] now, and again whenever it may have
// changed, until the context is done, the kernel is closed, or the loop breaks;
// the last pair then holds the error.
func (k *Kernel) Follow(ctx context.Context, agent interaction.PartyID) iter.Seq2[[]Entry, error] {
	return func(yield func([]Entry, error) bool) {
		if err := k.follow(ctx, agent, yield); err != nil {
			yield(nil, err)
		}
	}
}

func (k *Kernel) follow(ctx context.Context, agent interaction.PartyID, yield func([]Entry, error) bool) error {
	news := make(chan struct{}, 1)
	cancel, err := k.transport.Subscribe(ctx, workStream(string(agent)), func(Notice) {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	k.health.transport(err)
	if err == nil {
		defer cancel()
	}
	poll := time.NewTicker(2 * k.opt.Poll)
	defer poll.Stop()
	var last []Entry
	for first := true; ; {
		work, err := k.OpenWork(ctx, agent)
		switch {
		case err != nil && (first || k.closed() || ctx.Err() != nil):
			return err
		case err == nil && (first || !sameWork(last, work)):
			if !yield(work, nil) {
				return nil
			}
			last, first = work, false
		}
		select {
		case <-news:
		case <-poll.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-k.done:
			return ErrClosed
		}
	}
}

// sameWork reports whether two lists show the same; heads and wakes move with
// every message and are not news.
func sameWork(a, b []Entry) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Stream != b[i].Stream || !reflect.DeepEqual(a[i].Index, b[i].Index) {
			return false
		}
	}
	return true
}

// workStream is where notices for an agent's open work go. It holds no log.
func workStream(agent string) string { return "work/" + agent }

// changesStream carries the ids of interactions that lists show otherwise now.
const changesStream = "changes/"

// Changes calls changed with the id of each interaction that lists show
// otherwise now: its phase, its owner, who takes part, is invited or sought
// changed. It does so for what any process did, until cancel is called or ctx
// is done, and one call at a time. The ids are hints that may be lost, repeated
// and late; [Kernel.State] and [Kernel.Find] say what is. changed returns soon.
func (k *Kernel) Changes(ctx context.Context, changed func(id string)) (cancel func(), err error) {
	cancel, err = k.transport.Subscribe(ctx, changesStream, func(n Notice) { changed(string(n.Signal)) })
	k.health.transport(err)
	if err != nil {
		return nil, err
	}
	return cancel, nil
}

// publishWork tells everybody whose open work the interaction belongs to.
func (k *Kernel) publishWork(ctx context.Context, s *interaction.State) {
	for i := range s.Parties {
		if id := s.Parties[i].ID; id.Role() != interaction.RoleContact {
			k.publish(ctx, Notice{Stream: workStream(string(id)), Head: 1})
		}
	}
}
