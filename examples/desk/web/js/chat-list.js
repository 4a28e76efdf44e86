// The chats that this person has to do with, and which of them wants attention.
import { contactOf } from "./chat.js";
import { elapsed, setElapsed } from "./clock.js";
import { h, setText, sync } from "./dom.js";
import { light, setLight } from "./light.js";
import { t } from "./text.js";
import { explain } from "./tip.js";

// chatList shows chats as [{ id, role, header, chat }]; select is called with
// the id of the one that was chosen.
export function chatList(element, select) {
  return (items, selected) => sync(element, items, (item) => item.id, (item) => row(item.id, select), (el, item) => update(el, item, item.id === selected));
}

function row(id, select) {
  return h("li", {}, h("button", { type: "button", class: "chat", onclick: () => select(id) },
    h("span", { class: "who cut", dir: "auto" }), elapsed(),
    h("span", { class: "subject cut soft", dir: "auto" }), h("span", { class: "tag role" }),
    h("span", { class: "state" }, light(), h("span", { class: "reason cut" }))));
}

function update(element, { role, header, chat }, selected) {
  const button = element.firstChild;
  const part = (name) => button.querySelector("." + name);
  const contact = contactOf(header);
  setText(part("who"), contact?.name || t.transcript.nobody);
  setText(part("subject"), header?.subject ?? "");
  setElapsed(button.querySelector(":scope > .elapsed"), header?.startedAt, header?.endedAt);
  setText(part("role"), t.roleOf[role] ?? role);
  setLight(part("light"), header?.pending);
  part("light").hidden = !header?.pending;
  button.setAttribute("aria-current", String(selected));

  const attention = chat?.attention;
  const reason = attention?.reasons?.at(-1);
  element.classList.toggle("flashing", !!attention?.flashing);
  element.classList.toggle("raised", !!reason);
  element.dataset.stage = header?.pending?.stage ?? "";
  setText(part("reason"), reason ? t.attention[reason.kind] ?? reason.kind : "");
  explain(button, attention?.preview ? t.chatList.preview(contact?.name ?? "", attention.preview) : "");
  if (chat && !button.dataset.looks) {
    button.dataset.looks = "yes";
    // Looking at it is enough to stop the flashing; opening it clears it (TIME-5).
    for (const type of ["pointerenter", "focus"]) button.addEventListener(type, () => { if (chat.attention?.flashing) chat.look("hover"); });
  }
}
