package memstore

import (
	"context"
	"slices"
	"sync"

	"github.com/chatkernel/chatkernel/interaction"
)

// How many targets are kept for an agent.
const (
	maxFavourites = 500
	maxRecents    = 20
)

// Favourites are the agents' favourite and recent targets in memory (ROUTE-6),
// as package routing wants them: of each agent at most 500 favourites, after
// which Add gives [interaction.ErrTooMany], and the 20 latest recents. An agent
// or a target that is none gives [interaction.ErrTarget]. The zero value is
// empty and ready to use; it must not be copied.
type Favourites struct {
	mu     sync.RWMutex
	agents map[interaction.PartyID]*targets
}

// targets are one agent's.
type targets struct{ marked, used []interaction.Target }

// Add marks a target as the agent's favourite.
func (f *Favourites) Add(ctx context.Context, agent interaction.PartyID, target interaction.Target) error {
	return f.change(ctx, agent, target, func(t *targets) error {
		switch {
		case slices.Contains(t.marked, target):
			return nil
		case len(t.marked) >= maxFavourites:
			return interaction.ErrTooMany
		}
		t.marked = append(t.marked, target)
		return nil
	})
}

// Remove takes the mark away.
func (f *Favourites) Remove(ctx context.Context, agent interaction.PartyID, target interaction.Target) error {
	return f.change(ctx, agent, target, func(t *targets) error {
		if i := slices.Index(t.marked, target); i >= 0 {
			t.marked = slices.Delete(t.marked, i, i+1)
		}
		return nil
	})
}

// Used notes that the agent has just invited the target.
func (f *Favourites) Used(ctx context.Context, agent interaction.PartyID, target interaction.Target) error {
	return f.change(ctx, agent, target, func(t *targets) error {
		if i := slices.Index(t.used, target); i >= 0 {
			t.used = slices.Delete(t.used, i, i+1)
		} else if len(t.used) >= maxRecents {
			t.used = t.used[:maxRecents-1]
		}
		t.used = slices.Insert(t.used, 0, target)
		return nil
	})
}

// List gives the agent's favourites, in the order in which they were marked.
func (f *Favourites) List(ctx context.Context, agent interaction.PartyID) ([]interaction.Target, error) {
	return f.list(ctx, agent, func(t *targets) []interaction.Target { return t.marked })
}

// Recents gives what the agent used, the latest first.
func (f *Favourites) Recents(ctx context.Context, agent interaction.PartyID) ([]interaction.Target, error) {
	return f.list(ctx, agent, func(t *targets) []interaction.Target { return t.used })
}

func (f *Favourites) change(ctx context.Context, agent interaction.PartyID, target interaction.Target, to func(*targets) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !isAgent(agent) || target.Kind() == interaction.NoTarget {
		return interaction.ErrTarget
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.agents[agent]
	if t == nil {
		t = new(targets)
	}
	if err := to(t); err != nil {
		return err
	}
	if len(t.marked)+len(t.used) == 0 {
		delete(f.agents, agent)
		return nil
	}
	if f.agents == nil {
		f.agents = make(map[interaction.PartyID]*targets)
	}
	f.agents[agent] = t
	return nil
}

func (f *Favourites) list(ctx context.Context, agent interaction.PartyID, of func(*targets) []interaction.Target) ([]interaction.Target, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !isAgent(agent) {
		return nil, interaction.ErrTarget
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	if t := f.agents[agent]; t != nil {
		return slices.Clone(of(t)), nil
	}
	return nil, nil
}

func isAgent(id interaction.PartyID) bool {
	return id.Valid() && interaction.Target(id).Kind() == interaction.AgentTarget
}
