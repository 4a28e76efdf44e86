// Package historytest is the definition of a correct [urlsafe.HistoryStore]: one
// call runs all that the contract promises against a store.
//
//	func TestHistory(t *testing.T) {
//		historytest.Run(t, func(t testing.TB) urlsafe.HistoryStore { return mystore.New(t) })
//	}
package historytest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel/urlsafe"
)

// Run judges a store. It calls open for an empty one in each case; whatever has
// to be closed, open closes by the Cleanup of its argument.
func Run(t *testing.T, open func(testing.TB) urlsafe.HistoryStore) {
	for name, run := range map[string]func(*testing.T, context.Context, urlsafe.HistoryStore){
		"MostRecentFirst": mostRecentFirst,
		"Once":            once,
		"Bounded":         bounded,
		"AgentsApart":     agentsApart,
		"Forget":          forget,
		"CallerKeeps":     callerKeeps,
		"Texts":           texts,
		"AtOnce":          atOnce,
		"Cancelled":       cancelled,
	} {
		t.Run(name, func(t *testing.T) { run(t, t.Context(), open(t)) })
	}
}

func remember(t *testing.T, ctx context.Context, s urlsafe.HistoryStore, agent string, limit int, addresses ...string) {
	t.Helper()
	for _, a := range addresses {
		if err := s.Remember(ctx, agent, a, limit); err != nil {
			t.Fatalf("Remember(%q): %v", a, err)
		}
	}
}

func want(t *testing.T, ctx context.Context, s urlsafe.HistoryStore, agent string, addresses ...string) {
	t.Helper()
	got, err := s.Recent(ctx, agent)
	if err != nil || !slices.Equal(got, addresses) {
		t.Fatalf("Recent(%q) = %q, %v; want %q", agent, got, err, addresses)
	}
}

func mostRecentFirst(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	want(t, ctx, s, "a")
	remember(t, ctx, s, "a", 9, "1", "2", "3")
	want(t, ctx, s, "a", "3", "2", "1")
}

func once(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	remember(t, ctx, s, "a", 9, "1", "2", "3", "1", "1", "2")
	want(t, ctx, s, "a", "2", "1", "3")
}

func bounded(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	remember(t, ctx, s, "a", 3, "1", "2", "3", "4", "5")
	want(t, ctx, s, "a", "5", "4", "3")
	remember(t, ctx, s, "a", 3, "3") // moves, and drops none
	want(t, ctx, s, "a", "3", "5", "4")
	remember(t, ctx, s, "a", 1, "6") // the setting has become smaller
	want(t, ctx, s, "a", "6")
}

func agentsApart(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	remember(t, ctx, s, "a", 9, "1")
	remember(t, ctx, s, "A", 9, "2")
	remember(t, ctx, s, "", 9, "3")
	want(t, ctx, s, "a", "1")
	want(t, ctx, s, "A", "2")
	want(t, ctx, s, "", "3")
	want(t, ctx, s, "b")
}

func forget(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	remember(t, ctx, s, "a", 9, "1", "2", "3")
	for _, address := range []string{"2", "2", "none"} {
		if err := s.Forget(ctx, "a", address); err != nil {
			t.Fatal(err)
		}
	}
	want(t, ctx, s, "a", "3", "1")
	for _, address := range []string{"1", "3"} {
		if err := s.Forget(ctx, "a", address); err != nil {
			t.Fatal(err)
		}
	}
	want(t, ctx, s, "a")
	if err := s.Forget(ctx, "nobody", "1"); err != nil {
		t.Fatal(err)
	}
}

func callerKeeps(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	remember(t, ctx, s, "a", 9, "1", "2")
	got, err := s.Recent(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	got[0] = "changed"
	_ = append(got[:1], "changed")
	want(t, ctx, s, "a", "2", "1")
}

func texts(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	long := "https://example.com/" + strings.Repeat("x", 2028) // 2 KiB in all
	list := []string{long, "https://example.com/?a='b'&c=\"d\"%00\\", "https://example.com/a b", "https://EXAMPLE.com/"}
	remember(t, ctx, s, "agent:maria/é'%_", 9, list...)
	slices.Reverse(list)
	want(t, ctx, s, "agent:maria/é'%_", list...)
}

func atOnce(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	const writers, each = 8, 5
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if err := s.Remember(ctx, "a", fmt.Sprintf("%d/%d", w, i), writers*each); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, err := s.Recent(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	for w := range writers {
		last := -1
		for i := each - 1; i >= 0; i-- {
			at := slices.Index(got, fmt.Sprintf("%d/%d", w, i))
			if at <= last {
				t.Fatalf("writer %d: address %d is missing or in another order: %q", w, i, got)
			}
			last = at
		}
	}
}

func cancelled(t *testing.T, ctx context.Context, s urlsafe.HistoryStore) {
	remember(t, ctx, s, "a", 9, "1")
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Recent(over, "a"); err == nil {
		t.Error("Recent under a cancelled context gave no error")
	}
	_ = s.Remember(over, "a", "2", 9)
	_ = s.Forget(over, "a", "1")
	got, err := s.Recent(ctx, "a")
	if err != nil || !slices.Equal(got, []string{"1"}) {
		t.Errorf("after calls under a cancelled context there is %q, %v", got, err)
	}
}
