package routing

import (
	"github.com/chatkernel/chatkernel/interaction"
)

// holdings is what an interaction takes of each agent: the chat of whoever is in
// it or must still wrap it up, a consultation of its target on its own medium,
// and what an open offer would take (ROUTE-8).
func holdings(s *interaction.State) map[interaction.PartyID][]piece {
	all := make(map[interaction.PartyID][]piece)
	add := func(id interaction.PartyID, p piece) {
		for i := range all[id] {
			if have := &all[id][i]; have.medium == p.medium {
				if p.invitation == "" {
					have.invitation = ""
				}
				return
			}
		}
		all[id] = append(all[id], p)
	}
	over := s.Phase == interaction.InEnded || s.Phase == interaction.InDone
	for i := range s.Parties {
		p := &s.Parties[i]
		switch {
		case !staff(p.ID):
			continue
		case over && s.Phase == interaction.InEnded && p.ID == s.Owner, !over && p.Presence == interaction.InChat:
			all[p.ID] = append(all[p.ID], piece{medium: interaction.ByChat})
		default:
			all[p.ID] = nil // known, and takes nothing
		}
	}
	for i := range s.Consultations {
		if c := &s.Consultations[i]; c.Stage == interaction.Consulting {
			add(c.Target, piece{medium: c.Medium})
		}
	}
	for i := range s.Invitations {
		if inv := &s.Invitations[i]; inv.Agent != "" {
			add(inv.Agent, piece{medium: mediumOf(inv), invitation: inv.ID})
		}
	}
	return all
}

// mediumOf is the medium on which an invitation takes capacity.
func mediumOf(inv *interaction.Invitation) interaction.Medium {
	if inv.Purpose == interaction.ForConsultation {
		return inv.Medium
	}
	return interaction.ByChat
}

func staff(id interaction.PartyID) bool {
	r := id.Role()
	return r == interaction.RoleAgent || r == interaction.RoleSupervisor
}

// seekers are the entries of an interaction: what somebody has to be found for.
func seekers(id string, s *interaction.State) []*entry {
	var all []*entry
	var in []interaction.PartyID // who is in the chat or asked already
	for i := range s.Parties {
		if p := &s.Parties[i]; p.Presence == interaction.InChat {
			in = append(in, p.ID)
		}
	}
	for i := range s.Invitations {
		if agent := s.Invitations[i].Agent; agent != "" {
			in = append(in, agent)
		}
	}
	for i := range s.Invitations {
		inv := &s.Invitations[i]
		if inv.Agent != "" {
			continue
		}
		e := &entry{
			id: id, seq: s.Seq(), invitation: inv.ID, target: inv.Target, medium: mediumOf(inv), priority: s.Start.Priority, since: inv.Opened,
			barred: append(in[:len(in):len(in)], inv.From), tried: inv.Tried,
			waits: inv.Purpose == interaction.ForInbound || inv.Target.Kind() == interaction.QueueTarget,
		}
		if inv.Purpose == interaction.ForInbound {
			// Whatever happened meanwhile, the contact waits since it came; who had
			// the chat last knows it.
			e.since, e.prefer = s.StartedAt, s.LastOwner
			if s.Phase == interaction.InDormant {
				e.since = inv.Opened
			}
		}
		if inv.Purpose == interaction.ForConsultation {
			for j := range s.Consultations {
				if c := &s.Consultations[j]; c.Stage == interaction.Consulting && c.Initiator == inv.From {
					e.barred = append(e.barred, c.Target)
				}
			}
		}
		all = append(all, e)
	}
	if !s.Called.IsZero() && len(s.Invitations) == 0 {
		// A dormant chat's contact writes: whoever had it last is asked, if there
		// and free, else its queue (LIFE-14).
		all = append(all, &entry{
			id: id, seq: s.Seq(), target: s.Origin(), medium: interaction.ByChat, priority: s.Start.Priority, since: s.Called,
			prefer: s.LastOwner, barred: in, waits: true,
		})
	}
	return all
}
