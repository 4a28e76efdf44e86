// Package routing brings a contact to a person who can help: the right agent, at
// most once, and never more than an agent can take.
//
// An invitation names a target: an agent, a group, a skill with a level, or an
// interaction queue. The [Directory] says who is in it and who is ready; [Team]
// is one in memory. A [Router] looks for invitations that nobody has, chooses
// with a [Strategy], reserves the agent's capacity, and makes the offer. When the
// agent declines or does not answer, the next one is asked; when nobody is left
// the interaction waits in its queue with the age and priority that it had, or
// the sender is told why.
//
//	team, err := routing.NewTeam(agents...)
//	router, err := routing.New(store, team, &routing.Options{Queues: queues})
//	k := chatkernel.New(store, transport, &chatkernel.Options{
//		Gates: chatkernel.Gates{Target: router.Gate},
//	})
//	go k.Run(ctx)
//	go router.Run(ctx, k)
//
// The gate refuses what cannot be invited before anything happens, with an error
// that says why; the loop does the rest. Both need no memory of their own: what
// a router does follows from the interactions' logs, from the directory, and
// from the agents' capacity logs, so that any number of processes may run one
// and any of them may die at any moment.
//
// # Capacity
//
// What an agent has is a small log of its own in the same store, "agent/<id>".
// A piece is reserved there before an offer is made, and given back when the
// offer comes to nothing or the work is done. The log's order decides between
// two routers, so that they cannot give an agent more than it may have, and a
// reservation whose process died in between is void after [Options.Reserve].
// What an agent takes by itself counts and is not refused: rejoining a dormant
// chat, barging in.
//
// # Queues
//
// A [Queue] has people, opening [Hours], further targets that are asked after a
// time, and announcements of the place. Who comes with a higher priority is
// served first, then who has waited longest. [Router.Standings],
// [Router.Place] and [Router.Overview] say how it goes.
//
// # Finding colleagues
//
// A [Book] searches the directory as somebody types (ROUTE-6): people, groups,
// skills and queues, with what can be done with each now.
package routing
