package memstore_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/chatkernel/chatkernel/urlsafe/historytest"
)

func TestURL_7_the_history_in_memory_keeps_the_contract(t *testing.T) {
	historytest.Run(t, func(testing.TB) urlsafe.HistoryStore { return new(memstore.URLs) })
}

func TestURL_7_an_impossible_limit_keeps_nothing(t *testing.T) {
	var u memstore.URLs
	require.NoError(t, u.Remember(t.Context(), "a", "1", 5))
	require.NoError(t, u.Remember(t.Context(), "a", "2", -1))
	recent, err := u.Recent(t.Context(), "a")
	require.NoError(t, err)
	require.Empty(t, recent)
}

func ExampleURLs() {
	ctx := context.Background()
	history := urlsafe.NewHistory(urlsafe.New(nil), new(memstore.URLs), 50)
	for _, address := range []string{"https://example.com/help", "example.org/bills", "https://example.com/help"} {
		if err := history.Add(ctx, "agent:maria", address); err != nil {
			fmt.Println(err)
		}
	}
	suggestions, err := history.Suggest(ctx, "agent:maria", "EXAMPLE", 10)
	fmt.Println(suggestions, err)
	// Output: [https://example.com/help https://example.org/bills] <nil>
}
