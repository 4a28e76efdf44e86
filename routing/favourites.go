package routing

import (
	"context"

	"github.com/chatkernel/chatkernel/interaction"
)

// Favourites keeps, for each agent, the targets that it marked and those that it
// used last (ROUTE-6). A host implements it over its own database; package
// memstore has one in memory. It need not know whether a target exists.
//
// Its methods may be called by many goroutines at once. What they hand out is
// the caller's. An agent or a target that is malformed gives
// [interaction.ErrTarget], and changes nothing.
type Favourites interface {
	// Add marks a target; one that is marked already stays where it is. It gives
	// [interaction.ErrTooMany] where the agent has as many as it can.
	Add(ctx context.Context, agent interaction.PartyID, target interaction.Target) error

	// Remove takes the mark away, if there is one.
	Remove(ctx context.Context, agent interaction.PartyID, target interaction.Target) error

	// List gives the marked targets, in the order in which they were marked.
	List(ctx context.Context, agent interaction.PartyID) ([]interaction.Target, error)

	// Used notes that the agent has just invited the target.
	Used(ctx context.Context, agent interaction.PartyID, target interaction.Target) error

	// Recents gives the targets that the agent used, each once, the latest first.
	// The oldest ones are forgotten when there are many.
	Recents(ctx context.Context, agent interaction.PartyID) ([]interaction.Target, error)
}
