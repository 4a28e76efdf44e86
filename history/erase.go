package history

import (
	"context"
	"errors"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// Erase destroys what persons wrote and are called in all interactions that are the
// contact's now (HIST-7); counts, times and dispositions stay. Those that were
// assigned to another contact follow that one. While one is not done, the error is
// an [*OpenError] and nothing is erased.
//
// It gives the outcome for each, the newest first. What fails leaves the others
// alone: repeat it, with the same key, until no outcome has an error. What was erased
// before is done. A chat that the contact begins meanwhile is not erased. The rules
// let only [interaction.System] erase; the kernel needs a keyring.
func (h *History) Erase(ctx context.Context, by interaction.PartyID, key string, contact interaction.PartyID) ([]Outcome, error) {
	if contact.Role() != interaction.RoleContact || !contact.Valid() {
		return nil, &interaction.InvalidError{Field: "contact", Err: interaction.ErrValue}
	}
	standing := interaction.AsOutsider
	if by == interaction.System {
		standing = interaction.AsSystem
	}
	if err := interaction.Permit(interaction.EraseKind, by.Role(), standing, interaction.InDone); err != nil {
		return nil, err // and nothing of what there is
	}
	var out []Outcome
	var open OpenError
	for e, err := range h.find(ctx, chatkernel.Query{Contact: string(contact)}, 1000, place{}) {
		switch {
		case err != nil:
			return nil, err
		case e.Index.Contact != string(contact):
			continue
		case e.Index.Phase != interaction.InDone.String():
			open.IDs = append(open.IDs, e.Stream)
		}
		out = append(out, Outcome{ID: e.Stream})
	}
	if len(open.IDs) > 0 {
		return nil, &open
	}
	for i := range out {
		out[i].Err = h.erase(ctx, by, actorKey("erase", key), contact, out[i].ID)
	}
	return out, nil
}

func (h *History) erase(ctx context.Context, by interaction.PartyID, key string, contact interaction.PartyID, id string) error {
	s, err := h.k.State(ctx, id)
	switch {
	case err != nil:
		return err
	case s.Contact.ID != contact:
		return nil // another's since
	}
	_, err = h.k.Do(ctx, id, chatkernel.By(by, key), interaction.Erase{})
	if errors.Is(err, interaction.ErrPhase) {
		// It was erased before, or by another process at the same moment.
		if s, stateErr := h.k.State(ctx, id); stateErr == nil && s.Erased {
			return nil
		}
	}
	return err
}
