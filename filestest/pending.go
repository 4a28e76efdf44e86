package filestest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/chatkernel/chatkernel/files"
)

// RunPending runs what the contract of a [files.PendingStore] promises. It calls
// open for each subtest, for an empty store.
func RunPending(t *testing.T, open func(t testing.TB) files.PendingStore) {
	all := func(t *testing.T, st files.PendingStore, party, interaction string) []string {
		t.Helper()
		ids, err := st.All(t.Context(), party, interaction)
		if err != nil {
			t.Fatalf("All(%q, %q) = %v", party, interaction, err)
		}
		return ids
	}
	t.Run("P1 a list keeps its order, and each id once", func(t *testing.T) {
		st := open(t)
		for _, id := range []string{"c", "a", "b", "a", "c"} {
			if err := st.Add(t.Context(), "agent:maria", "chat 1", id); err != nil {
				t.Fatalf("Add = %v", err)
			}
		}
		if got := all(t, st, "agent:maria", "chat 1"); !slices.Equal(got, []string{"c", "a", "b"}) {
			t.Fatalf("All = %q, want c, a, b", got)
		}
		if err := st.Remove(t.Context(), "agent:maria", "chat 1", "a", "never", "c"); err != nil {
			t.Fatalf("Remove = %v", err)
		}
		if got := all(t, st, "agent:maria", "chat 1"); !slices.Equal(got, []string{"b"}) {
			t.Fatalf("All after Remove = %q, want b", got)
		}
	})
	t.Run("P2 lists are each party's own, in each interaction", func(t *testing.T) {
		st := open(t)
		lists := [][2]string{{"agent:maria", "chat 1"}, {"agent:maria", "chat 2"}, {"agent:ben", "chat 1"}, {"agent:mariachat", " 1"}}
		for i, l := range lists {
			if err := st.Add(t.Context(), l[0], l[1], fmt.Sprint(i)); err != nil {
				t.Fatalf("Add = %v", err)
			}
		}
		for i, l := range lists {
			if got := all(t, st, l[0], l[1]); !slices.Equal(got, []string{fmt.Sprint(i)}) {
				t.Fatalf("All(%q, %q) = %q, want %d", l[0], l[1], got, i)
			}
		}
		if err := st.Remove(t.Context(), "agent:ben", "chat 1", "0"); err != nil {
			t.Fatalf("Remove = %v", err)
		}
		if got := all(t, st, "agent:maria", "chat 1"); !slices.Equal(got, []string{"0"}) {
			t.Fatalf("All after somebody else's Remove = %q, want 0", got)
		}
		if got := all(t, st, "agent:nobody", "chat 1"); len(got) != 0 {
			t.Fatalf("All of nobody = %q", got)
		}
	})
	t.Run("P3 many change one list at once", func(t *testing.T) {
		st := open(t)
		var together sync.WaitGroup
		for i := range 20 {
			together.Go(func() {
				for _, id := range []string{fmt.Sprint("keep", i), fmt.Sprint("drop", i)} {
					if err := st.Add(t.Context(), "agent:maria", "chat 1", id); err != nil {
						t.Errorf("Add = %v", err)
					}
				}
				if err := st.Remove(t.Context(), "agent:maria", "chat 1", fmt.Sprint("drop", i)); err != nil {
					t.Errorf("Remove = %v", err)
				}
			})
		}
		together.Wait()
		if got := all(t, st, "agent:maria", "chat 1"); len(got) != 20 {
			t.Fatalf("All = %q, want the 20 that nobody removed", got)
		}
	})
	t.Run("P4 a context that has ended ends calls", func(t *testing.T) {
		st := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := st.All(ctx, "agent:maria", "chat 1")
		for _, err := range []error{err, st.Add(ctx, "agent:maria", "chat 1", "a"), st.Remove(ctx, "agent:maria", "chat 1", "a")} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("after the context has ended: %v, want context.Canceled", err)
			}
		}
		if got := all(t, st, "agent:maria", "chat 1"); len(got) != 0 {
			t.Errorf("All = %q", got)
		}
	})
}
