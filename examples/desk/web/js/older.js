// The chats that the contact had before, above the current one: loaded a few at
// a time as somebody scrolls up, each day with its line.
import { get } from "./command.js";
import { h, icon } from "./dom.js";
import { t } from "./text.js";

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// olderChats is what stands above the transcript of a chat. draw makes an element
// of an entry, or nothing of one that is not worth a line.
export function olderChats(chat, draw) {
  const hint = h("button", { type: "button", class: "plain small soft", onclick: () => load() }, icon("clock", 12), h("span", {}, t.history.older));
  const notice = h("p", { class: "small soft notice", hidden: true });
  const list = h("div", { class: "lines" });
  const element = h("div", { class: "older-chats", hidden: true }, notice, hint, list);
  let next = "";
  let busy = false;
  const load = async () => {
    if (busy || hint.hidden) return;
    busy = true;
    try {
      const page = await get(`${chat.path}/older?${new URLSearchParams({ zone, cursor: next })}`);
      // Whoever reads stays where they read.
      const scroll = element.closest(".scroll");
      const below = scroll.scrollHeight - scroll.scrollTop;
      list.prepend(...page.lines.map((line) => drawLine(line, draw)).filter(Boolean));
      next = page.next ?? "";
      hint.hidden = !next;
      notice.textContent = page.notice ?? "";
      notice.hidden = !page.notice;
      scroll.scrollTop = scroll.scrollHeight - below;
    } catch {
      hint.hidden = true; // one who may not read them has none
    } finally {
      busy = false;
    }
  };
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting) load(); }).observe(hint);
  chat.on("current", () => { element.hidden = false; });
  return element;
}

// drawLine is one line among older chats.
export function drawLine(line, draw) {
  if (line.kind === "entry") return draw(line.entry);
  return h("div", { class: line.kind === "begin" ? "day begins" : "day" }, h("span", {}, line.text));
}
