package routing

import (
	"fmt"

	"github.com/chatkernel/chatkernel/interaction"
)

// Explain says how the router sees an agent and an interaction, for failures of
// random tests.
func (r *Router) Explain(agent interaction.PartyID, id string) string {
	l := r.capacity.loads.of(agent)
	l.mu.Lock()
	text := fmt.Sprintf("load %+v known %v;", l.load, l.known)
	l.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.board.members[agent]; m != nil {
		text += fmt.Sprintf(" %v used %v seats", m.Presence, m.used)
		for _, st := range m.seats {
			text += fmt.Sprintf(" %s(%d, line %d, round %v)", st.pool.target, st.at, st.pool.line.len(), st.pool.round.Unix())
		}
	}
	if k := r.known[id]; k != nil {
		text += fmt.Sprintf("; head %d looked %d asked %v refused %v", k.head, k.looked.Unix(), k.asked, k.refused)
		for _, e := range k.entries {
			text += fmt.Sprintf(" entry %+v", *e)
		}
	}
	return text
}
