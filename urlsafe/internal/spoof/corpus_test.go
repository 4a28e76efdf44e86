package spoof_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
	"github.com/stretchr/testify/require"
)

// The domains that Chromium's cases are look-alikes of.
var famous = []string{
	"google", "youtube", "facebook", "amazon", "wikipedia", "twitter", "instagram", "apple", "paypal",
	"digklmo68.com", "digklmo68.co.uk", "islkpx123.com", "wmhtb.com", "hktb.com", "phktb.com", "wmnr.com",
	"rf.com", "cyxe.com", "lg.com", "lgd.com", "aece.com", "aep.com", "wsws.com", "wsu.com", "wsou.com",
	"woder.com", "test.net", "phtb.com",
}

func TestURL_3_a_host_is_shown_as_Chromium_shows_it(t *testing.T) {
	dir := os.Getenv("CHATKERNEL_CORPORA")
	if dir == "" {
		t.Skip("CHATKERNEL_CORPORA does not name the folder of the public test data")
	}
	f, err := os.Open(filepath.Join(dir, "host-display.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	guard := spoof.New(famous)
	right, all := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); all++ {
		var c struct {
			Host, Show string
			Protected  bool
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		shown, why := guard.Display(c.Host)
		switch {
		case shown == c.Show:
			right++
		case c.Show == c.Host:
			t.Errorf("%s is shown as %s (%+q)", c.Host, shown, shown)
		default:
			t.Logf("%s is not shown as %s: %s", c.Host, c.Show, why)
		}
	}
	t.Logf("%d of %d", right, all)
	require.GreaterOrEqual(t, float64(right), 0.97*float64(all))
}
