// Package history lets people read chats that are over, and those that go on:
// a contact's history, an agent's own, the older chats above the current one,
// and each chat's transcript. It also assigns chats to another contact and
// erases what there is of one.
//
//	h := history.New(k, nil)
//	page, err := h.Contact(ctx, "agent:maria", "contact:pat", history.Filter{Text: "refund"}, "")
//	chat, err := h.Transcript(ctx, "agent:maria", page.Chats[0].ID, history.Look{})
//
// A [History] keeps nothing. Lists come from the store's index, what was said
// from the logs, so that every process gives the same answer at once.
//
// # Who sees what
//
// Everything is read with the purpose [interaction.History]: of a consultation
// there is no word in it for anybody (CONS-10). A contact reads its own chats
// only, and of them what its own transcript shows: no phase of the wrap-up, no
// owner, no disposition, no note. Agents and supervisors read any contact's,
// unless [Options.Allow] says otherwise. What somebody may not read is to it as if
// it did not exist: [interaction.ErrNotStarted].
//
// The viewer that is passed in is who is logged in; the host's login has made
// sure of it.
//
// # Pages
//
// Lists come in pages, the newest first. [Page.Next] is where the next one
// begins: a sealed text that is good for the same viewer, list and filter only, and
// tells nothing to whoever looks into it. Chats that begin meanwhile belong to an
// earlier page, so that each is given once. How much one page reads is bounded: one
// that found little may be short, or empty, and still have a next one.
package history
