package memstore

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// URLs keep the addresses that agents have pushed, in memory: they are a
// urlsafe.HistoryStore (URL-7). The zero value is empty and ready. Methods fail
// only with the error of a context that has ended.
type URLs struct {
	mu    sync.Mutex
	lists map[string][]string // most recent last, so that one more costs little
}

// Remember puts an address at the front of an agent's list, once, and keeps at
// most limit addresses.
func (u *URLs) Remember(ctx context.Context, agent, address string, limit int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.lists == nil {
		u.lists = make(map[string][]string)
	}
	list := u.lists[agent]
	if i := slices.Index(list, address); i >= 0 {
		list = slices.Delete(list, i, i+1)
	}
	list = append(list, strings.Clone(address))
	if extra := len(list) - max(limit, 0); extra > 0 {
		list = slices.Delete(list, 0, extra)
	}
	u.lists[strings.Clone(agent)] = list
	return nil
}

// Recent gives an agent's list, most recent first.
func (u *URLs) Recent(ctx context.Context, agent string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	list := slices.Clone(u.lists[agent])
	slices.Reverse(list)
	return list, nil
}

// Forget takes an address out of an agent's list.
func (u *URLs) Forget(ctx context.Context, agent, address string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	list := u.lists[agent]
	i := slices.Index(list, address)
	switch {
	case i < 0:
	case len(list) == 1:
		delete(u.lists, agent)
	default:
		u.lists[agent] = slices.Delete(list, i, i+1)
	}
	return nil
}
