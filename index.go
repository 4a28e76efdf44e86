package chatkernel

import "github.com/chatkernel/chatkernel/interaction"

// indexOf is the summary of an interaction that lists are made from.
func indexOf(s *interaction.State) *Index {
	x := &Index{
		Phase: s.Phase.String(), Contact: string(s.Contact.ID), Owner: string(s.Owner), LastOwner: string(s.LastOwner),
		Disposition: s.Disposition, Started: s.StartedAt, Ended: s.EndedAt,
	}
	if s.Start != nil {
		x.Queue, x.Channel, x.Priority = string(s.Start.Target), s.Start.Channel, s.Start.Priority
	}
	for _, id := range s.Former {
		x.Former = append(x.Former, string(id))
	}
	if s.Phase == interaction.InDone {
		x.Owner = ""
	}
	for _, target := range s.Seeks() {
		x.Seeking = append(x.Seeking, string(target))
	}
	over := s.Phase == interaction.InEnded || s.Phase == interaction.InDone
	for i := range s.Parties {
		p := &s.Parties[i]
		if p.ID.Role() == interaction.RoleContact {
			continue
		}
		if p.Engaged {
			x.Engaged = append(x.Engaged, string(p.ID))
		}
		if p.Here() && !over {
			x.Attached = append(x.Attached, string(p.ID))
		}
	}
	for i := range s.Invitations {
		if agent := s.Invitations[i].Agent; agent != "" {
			x.Invited = append(x.Invited, string(agent))
		}
	}
	for i := range s.Consultations {
		c := &s.Consultations[i]
		if c.Stage != interaction.ConsultationOver {
			continue
		}
		if !c.InitiatorDone {
			x.Consults = append(x.Consults, string(c.Initiator))
		}
		if !c.TargetDone {
			x.Consults = append(x.Consults, string(c.Target))
		}
	}
	return x
}
