// What this person is asked to do: who, why, from whom, since when, and how long
// there is to answer.
import { contactOf } from "./chat.js";
import { Problem, command } from "./command.js";
import { elapsed, ring } from "./clock.js";
import { h, icon, sync } from "./dom.js";
import { t } from "./text.js";

// invitations shows those of the work that are for this person.
export function invitations(element, accepted) {
  return (items) => {
    const open = items.flatMap((item) => (item.header?.invitations ?? []).filter((i) => i.mine).map((invitation) => ({ item, invitation })));
    element.hidden = open.length === 0;
    sync(element, open, ({ item, invitation }) => `${item.id} ${invitation.id} ${invitation.offeredAt}`, (one) => card(one, accepted));
  };
}

function card({ item, invitation }, accepted) {
  const header = item.header;
  const from = invitation.from?.name;
  const who = contactOf(header)?.name ?? from ?? t.transcript.nobody;
  const problem = h("p", { class: "problem small", role: "alert" });
  const buttons = h("div", { class: "answers" });
  const answer = async (kind) => {
    for (const b of buttons.children) b.disabled = true;
    try {
      await command(item.id, kind, { invitation: invitation.id });
      if (kind === "accept") accepted(item.id);
    } catch (refusal) {
      if (!(refusal instanceof Problem)) throw refusal;
      problem.textContent = refusal.message;
      for (const b of buttons.children) b.disabled = false;
    }
  };
  buttons.append(
    h("button", { type: "button", class: "primary", onclick: () => answer("accept") }, icon("accept"), t.invitation.accept),
    h("button", { type: "button", onclick: () => answer("decline") }, icon("decline"), t.invitation.decline));
  return h("li", { class: "invitation", "data-purpose": invitation.purpose },
    h("div", { class: "about" },
      h("p", { class: "purpose small" }, t.invitation.purpose[invitation.purpose]),
      h("p", { class: "who cut", dir: "auto" }, who),
      header.subject && h("p", { class: "cut", dir: "auto" }, header.subject),
      from && from !== who && h("p", { class: "small soft cut" }, t.invitation.from(from)),
      invitation.note && h("p", { class: "note small", dir: "auto" }, invitation.note),
      h("p", { class: "small soft" }, t.invitation.waiting, " ", elapsed(header.startedAt ?? invitation.openedAt))),
    invitation.expiresAt && ring(invitation.offeredAt, invitation.expiresAt), buttons, problem);
}
