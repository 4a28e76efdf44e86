package directorytest_test

import (
	"testing"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/routing/directorytest"
)

// A host's whole conformance test.
func Example() {
	_ = func(t *testing.T) { // func TestDirectory(t *testing.T)
		directorytest.Run(t, func(testing.TB) directorytest.Backend {
			team := new(routing.Team)
			return directorytest.Backend{
				Directory: team, Put: team.Set, SetPresence: team.SetPresence,
				Remove: func(id interaction.PartyID) error { team.Remove(id); return nil },
			}
		})
	}
}
