package history

import (
	"context"
	"errors"
	"fmt"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// An Outcome says what became of one of several interactions.
type Outcome struct {
	ID  string
	Err error // nil where it was done, now or before
}

// Assign gives interactions to the history of a contact (HIST-5): those of somebody
// unknown, once it is known who that was, done ones too. They then appear in both
// histories, and the log keeps who assigned them. It gives the outcome for each id,
// in the order of the ids; one that fails leaves the others alone.
//
// Who may do it is the rules' to say. The key makes it happen once however often it
// is sent, as [chatkernel.Actor.Key] does; one key serves all ids. With
// [Options.Contacts], which also gives the name, a contact that is not known is a
// [*ContactError] and changes nothing.
func (h *History) Assign(ctx context.Context, by interaction.PartyID, key string, to interaction.Person, ids ...string) ([]Outcome, error) {
	if to.ID.Role() != interaction.RoleContact || !to.ID.Valid() {
		return nil, &interaction.InvalidError{Field: "contact", Err: interaction.ErrValue}
	}
	to, err := h.known(ctx, to)
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(ids))
	for i, id := range ids {
		out[i] = Outcome{id, h.assign(ctx, by, actorKey("assign", key), to, id)}
	}
	return out, nil
}

// Unassign undoes the last assignment of each interaction: it gives it back to the
// contact whose it was before. Undoing that again puts it where it was. The outcome
// of one that was never assigned is [ErrNotAssigned]. Key and errors are as with
// [History.Assign]; where somebody else assigns the same interaction at the same
// moment, the later one holds.
func (h *History) Unassign(ctx context.Context, by interaction.PartyID, key string, ids ...string) []Outcome {
	out := make([]Outcome, len(ids))
	for i, id := range ids {
		out[i] = Outcome{id, h.unassign(ctx, by, actorKey("unassign", key), id)}
	}
	return out
}

func (h *History) unassign(ctx context.Context, by interaction.PartyID, key, id string) error {
	s, err := h.k.State(ctx, id)
	if err != nil {
		return err
	}
	if err := s.Refusal(by, interaction.AssignContactKind); err != nil {
		return err // and nothing of where it came from
	}
	if len(s.Former) == 0 {
		return ErrNotAssigned
	}
	to := interaction.Person{ID: s.Former[len(s.Former)-1]}
	if to.ID == s.Start.Contact.ID {
		to.Name = s.Start.Contact.Name
	}
	// A contact that the host does not know is no obstacle here: it was its own.
	if known, err := h.known(ctx, to); err == nil {
		to = known
	}
	_, err = h.k.Do(ctx, id, chatkernel.By(by, key), interaction.AssignContact{Contact: to})
	if errors.Is(err, chatkernel.ErrKeyReused) {
		return nil // it was undone with this key before, and has gone elsewhere since
	}
	return err
}

func (h *History) assign(ctx context.Context, by interaction.PartyID, key string, to interaction.Person, id string) error {
	_, err := h.k.Do(ctx, id, chatkernel.By(by, key), interaction.AssignContact{Contact: to})
	if errors.Is(err, chatkernel.ErrKeyReused) {
		// The same, but for another name that the contact has got since.
		if s, stateErr := h.k.State(ctx, id); stateErr == nil && s.Contact.ID == to.ID {
			return nil
		}
	}
	return err
}

// known is a contact as the host knows it.
func (h *History) known(ctx context.Context, c interaction.Person) (interaction.Person, error) {
	if h.opt.Contacts == nil {
		return c, nil
	}
	known, err := h.opt.Contacts(ctx, c.ID)
	if err != nil {
		return c, &ContactError{c.ID, err}
	}
	if known.ID != c.ID {
		return c, &ContactError{c.ID, fmt.Errorf("the source of contacts gave %q", known.ID)}
	}
	return known, nil
}

// actorKey is a caller's key for one purpose, so that the same one may be used for
// other commands as well. No key stays none.
func actorKey(purpose, key string) string {
	if key == "" {
		return ""
	}
	return "history/" + purpose + "/" + key
}
