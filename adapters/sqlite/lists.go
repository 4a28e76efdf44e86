package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/chatkernel/chatkernel/interaction"
)

// What a desktop keeps for its agent beside the chats are short lists. They are in
// the same file, and their changes share transactions with everything else.

// A list is one of them: its kind, and whose it is.
type list struct{ kind, owner string }

// all gives the list, the latest first or last.
func (s *Store) all(ctx context.Context, l list, order string) (items []string, err error) {
	err = s.query(ctx, "select item from lists where kind = ? and owner = ? order by id "+order, []any{l.kind, l.owner}, func(rows *sql.Rows) error {
		var item string
		err := rows.Scan(&item)
		items = append(items, item)
		return err
	})
	return items, err
}

// add puts an item at the end of a list that does not have it yet.
func (t *tx) add(l list, item string) error {
	t.exec("insert into lists(kind, owner, item) values(?, ?, ?) on conflict do nothing", l.kind, l.owner, item)
	return t.err
}

func (t *tx) remove(l list, item string) error {
	t.exec("delete from lists where kind = ? and owner = ? and item = ?", l.kind, l.owner, item)
	return t.err
}

// push puts an item at the end of a list, wherever it was before, and keeps so many
// of the latest.
func (t *tx) push(l list, item string, most int) error {
	t.exec("delete from lists where kind = ? and owner = ? and item = ?", l.kind, l.owner, item)
	t.exec("insert into lists(kind, owner, item) values(?, ?, ?)", l.kind, l.owner, item)
	t.exec(`delete from lists where id in
		(select id from lists where kind = ? and owner = ? order by id desc limit -1 offset ?)`, l.kind, l.owner, max(most, 0))
	return t.err
}

// URLs keep the addresses that agents have pushed: they are a
// urlsafe.HistoryStore (URL-7). They live as long as their Store.
type URLs struct{ store *Store }

// URLs gives the addresses that agents have pushed.
func (s *Store) URLs() *URLs { return &URLs{s} }

// Remember puts an address at the front of an agent's list, once, and keeps at most
// limit addresses.
func (u *URLs) Remember(ctx context.Context, agent, address string, limit int) error {
	return u.store.do(ctx, func(t *tx) error { return t.push(list{"url", agent}, address, limit) })
}

// Recent gives an agent's list, most recent first.
func (u *URLs) Recent(ctx context.Context, agent string) ([]string, error) {
	return u.store.all(ctx, list{"url", agent}, "desc")
}

// Forget takes an address out of an agent's list.
func (u *URLs) Forget(ctx context.Context, agent, address string) error {
	return u.store.do(ctx, func(t *tx) error { return t.remove(list{"url", agent}, address) })
}

// Attachments keep lists of files that are to be sent: they are a
// files.PendingStore (FILE-5). They live as long as their Store.
type Attachments struct{ store *Store }

// Attachments gives the lists of files that are to be sent.
func (s *Store) Attachments() *Attachments { return &Attachments{s} }

// attachments is a party's list in an interaction. The length keeps the two names
// apart.
func attachments(party, interaction string) list {
	return list{"attachment", fmt.Sprintf("%d %s %s", len(party), party, interaction)}
}

// Add puts a file at the end of a list, once.
func (a *Attachments) Add(ctx context.Context, party, interaction, id string) error {
	return a.store.do(ctx, func(t *tx) error { return t.add(attachments(party, interaction), id) })
}

// All gives a list in order.
func (a *Attachments) All(ctx context.Context, party, interaction string) ([]string, error) {
	return a.store.all(ctx, attachments(party, interaction), "asc")
}

// Remove takes files out of a list.
func (a *Attachments) Remove(ctx context.Context, party, interaction string, ids ...string) error {
	ids = append([]string(nil), ids...) // the caller may be gone
	return a.store.do(ctx, func(t *tx) error {
		for _, id := range ids {
			_ = t.remove(attachments(party, interaction), id)
		}
		return t.err
	})
}

// How many targets are kept for an agent.
const (
	maxFavourites = 500
	maxRecents    = 20
)

// Favourites are the agents' favourite and recent targets (ROUTE-6), as package
// routing wants them: of each agent at most 500 favourites, after which Add gives
// [interaction.ErrTooMany], and the 20 latest recents. An agent or a target that is
// none gives [interaction.ErrTarget]. They live as long as their Store.
type Favourites struct{ store *Store }

// Favourites gives the agents' favourite and recent targets.
func (s *Store) Favourites() *Favourites { return &Favourites{s} }

// Add marks a target as the agent's favourite.
func (f *Favourites) Add(ctx context.Context, agent interaction.PartyID, target interaction.Target) error {
	return f.change(ctx, agent, target, func(t *tx) error {
		l := list{"favourite", string(agent)}
		n, there := 0, false
		t.query(func(rows *sql.Rows) error { return rows.Scan(&n, &there) },
			"select count(*), coalesce(max(item = ?), 0) from lists where kind = ? and owner = ?", string(target), l.kind, l.owner)
		if n >= maxFavourites && !there {
			return interaction.ErrTooMany
		}
		return t.add(l, string(target))
	})
}

// Remove takes the mark away.
func (f *Favourites) Remove(ctx context.Context, agent interaction.PartyID, target interaction.Target) error {
	return f.change(ctx, agent, target, func(t *tx) error { return t.remove(list{"favourite", string(agent)}, string(target)) })
}

// Used notes that the agent has just invited the target.
func (f *Favourites) Used(ctx context.Context, agent interaction.PartyID, target interaction.Target) error {
	return f.change(ctx, agent, target, func(t *tx) error {
		return t.push(list{"recent", string(agent)}, string(target), maxRecents)
	})
}

// List gives the agent's favourites, in the order in which they were marked.
func (f *Favourites) List(ctx context.Context, agent interaction.PartyID) ([]interaction.Target, error) {
	return f.list(ctx, "favourite", agent, "asc")
}

// Recents gives what the agent used, the latest first.
func (f *Favourites) Recents(ctx context.Context, agent interaction.PartyID) ([]interaction.Target, error) {
	return f.list(ctx, "recent", agent, "desc")
}

func (f *Favourites) change(ctx context.Context, agent interaction.PartyID, target interaction.Target, to func(*tx) error) error {
	if !isAgent(agent) || target.Kind() == interaction.NoTarget {
		return interaction.ErrTarget
	}
	return f.store.do(ctx, to)
}

func (f *Favourites) list(ctx context.Context, kind string, agent interaction.PartyID, order string) ([]interaction.Target, error) {
	if !isAgent(agent) {
		return nil, interaction.ErrTarget
	}
	items, err := f.store.all(ctx, list{kind, string(agent)}, order)
	var all []interaction.Target
	for _, item := range items {
		all = append(all, interaction.Target(item))
	}
	return all, err
}

func isAgent(id interaction.PartyID) bool {
	return id.Valid() && interaction.Target(id).Kind() == interaction.AgentTarget
}
