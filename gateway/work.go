package gateway

import (
	"context"
	"net/http"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// A workItem is an interaction that an agent has something to do with.
type workItem struct {
	ID     string            `json:"id"`
	Role   string            `json:"role"`
	Header transcript.Header `json:"header"`
}

// work serves an agent's open work (DESK-7).
func (g *Gateway) work(w http.ResponseWriter, r *http.Request, caller Caller) error {
	if !staff(caller.ID) {
		return errStaffOnly
	}
	return g.streaming(w, r, caller, func(ctx context.Context, out *stream) error {
		return follow(ctx, g, caller, out, g.k.Follow(ctx, caller.ID), nil, func(lists [][]chatkernel.Entry) {
			if len(lists) == 0 {
				return
			}
			items := []workItem{}
			for _, e := range lists[len(lists)-1] { // only the newest list counts
				s, err := g.k.State(ctx, e.Stream)
				if err != nil {
					continue // it is listed again when it changes
				}
				if role := roleIn(&s, caller.ID); role != "" {
					items = append(items, workItem{e.Stream, role, g.view(r, caller, &s).Header(e.Stream)})
				}
			}
			out.send("work", "", map[string][]workItem{"items": items})
		})
	})
}

// roleIn is what an agent has to do in an interaction, empty for nothing. An
// agent with several things to do has the one that binds it most.
func roleIn(s *interaction.State, id interaction.PartyID) string {
	standing := s.Standing(id)
	if s.Phase != interaction.InDone {
		switch {
		case standing == interaction.AsOwner:
			return "owner"
		case over(s):
		case standing == interaction.AsAgent:
			return "agent"
		default:
			for i := range s.Invitations {
				if s.Invitations[i].Agent == id {
					return "invited"
				}
			}
			switch standing {
			case interaction.AsConsultant, interaction.AsMonitor, interaction.AsCoach:
				return standing.String()
			}
		}
	}
	for i := range s.Consultations {
		c := &s.Consultations[i]
		if c.Stage == interaction.ConsultationOver && (c.Initiator == id && !c.InitiatorDone || c.Target == id && !c.TargetDone) {
			return "marking"
		}
	}
	return ""
}
