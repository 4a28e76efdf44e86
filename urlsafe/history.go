package urlsafe

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A HistoryStore keeps the addresses that agents have pushed, a list for each
// agent (URL-7). Package memstore has one in memory; package historytest says
// what a correct one is. Its methods are called by many goroutines at once.
//
// An agent is whatever the host names its agents by, and is opaque here.
type HistoryStore interface {
	// Remember puts an address at the front of an agent's list, takes it away
	// from where it was in it, and drops from the end what is more than limit
	// addresses. All of that happens at one moment: two desktops of one agent
	// lose nothing of each other.
	Remember(ctx context.Context, agent, address string, limit int) error
	// Recent gives an agent's list, most recent first, empty for an agent that
	// is not known. The caller may keep and change the slice.
	Recent(ctx context.Context, agent string) ([]string, error)
	// Forget takes an address out of an agent's list. One that is not there is
	// no error.
	Forget(ctx context.Context, agent, address string) error
}

// DefaultHistory is how many addresses a [History] keeps for an agent where the
// host says nothing else.
const DefaultHistory = 100

// A History suggests to agents what they have pushed before (URL-7). Make one
// with [NewHistory]. Any number of goroutines may use it; it keeps nothing
// itself, so that any number of processes may share one store.
type History struct {
	links *Links
	store HistoryStore
	limit int
}

// NewHistory makes a history that keeps at most limit addresses an agent in the
// store; 0 or less means [DefaultHistory].
func NewHistory(l *Links, store HistoryStore, limit int) *History {
	if limit <= 0 {
		limit = DefaultHistory
	}
	return &History{l, store, limit}
}

// Add remembers an address that an agent has pushed. It is checked and
// normalised as [Links.Check] does, so that one address is not there twice in
// two spellings; its error is a [*RefusedError] then. Errors of the store are
// wrapped.
func (h *History) Add(ctx context.Context, agent, address string) error {
	link, err := h.links.Check(address)
	if err != nil {
		return err
	}
	if err := h.store.Remember(ctx, agent, link.Href, h.limit); err != nil {
		return fmt.Errorf("urlsafe: remember an address: %w", err)
	}
	return nil
}

// Suggest gives at most limit addresses that an agent has pushed and that hold
// what it typed, anywhere and in any case, most recent first. What was typed is
// looked for in the address as it is and as it is shown. Nothing typed fits all;
// a limit of 0 or less means all. Errors of the store are wrapped.
func (h *History) Suggest(ctx context.Context, agent, typed string, limit int) ([]string, error) {
	recent, err := h.store.Recent(ctx, agent)
	if err != nil {
		return nil, fmt.Errorf("urlsafe: read the history: %w", err)
	}
	typed = fold(strings.TrimSpace(typed))
	// A store may hold more than the present setting allows, from a time before it.
	recent = recent[:min(len(recent), h.limit)]
	var fit []string
	for _, address := range recent {
		if limit > 0 && len(fit) == limit {
			break
		}
		if typed == "" || strings.Contains(fold(address), typed) || strings.Contains(fold(h.links.shown(address)), typed) {
			fit = append(fit, address)
		}
	}
	return fit, nil
}

// Forget takes an address out of an agent's history. Errors of the store are
// wrapped.
func (h *History) Forget(ctx context.Context, agent, address string) error {
	if link, err := h.links.Check(address); err == nil {
		address = link.Href
	}
	if err := h.store.Forget(ctx, agent, address); err != nil {
		return fmt.Errorf("urlsafe: forget an address: %w", err)
	}
	return nil
}

// fold maps letters that differ in case only to one of them: the smallest of
// their orbit, but for ASCII, which has its small letters.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		if least < utf8.RuneSelf {
			return unicode.ToLower(least)
		}
		return least
	}, s)
}
