// The contact's other chats: to find, to read, and to save.
import { dateOf, dayOf, hourOf } from "./clock.js";
import { api, get, Problem } from "./command.js";
import { h, icon } from "./dom.js";
import { zone } from "./older.js";
import { ticketed } from "./session.js";
import { t } from "./text.js";
import { drawPast, name } from "./transcript.js";

const formats = ["html", "txt", "json", "xml", "connect.json"];

// historyTab lists the chats of whom this chat is with.
export function historyTab(chat) {
  const search = h("input", { type: "search", placeholder: t.history.search, "aria-label": t.history.search });
  const list = h("ul", { class: "past-chats" });
  const more = h("button", { type: "button", hidden: true, onclick: () => load(next) }, t.history.more);
  const state = h("p", { class: "small soft", role: "status" });
  const element = h("div", { class: "panel" }, search, list, more, state);
  let next = "";
  let asked = 0; // the latest question: answers to others come too late
  let shownFor;

  const load = async (cursor = "") => {
    const contact = chat.header?.contact?.id;
    if (!contact) return;
    const question = ++asked;
    const wanted = new URLSearchParams({ cursor });
    if (search.value.trim()) wanted.set("text", search.value.trim());
    try {
      const page = await get(`${api}/contacts/${encodeURIComponent(contact)}/history?${wanted}`);
      if (question !== asked) return;
      if (!cursor) list.replaceChildren();
      list.append(...page.chats.filter((c) => c.id !== chat.id).map(item));
      next = page.next ?? "";
      more.hidden = !next;
      state.textContent = list.children.length ? "" : search.value.trim() ? t.history.nothing : t.history.none;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (question === asked) state.textContent = problem.message;
    }
  };
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, 200);
  });
  const shown = () => {
    const contact = chat.header?.contact?.id;
    if (contact && contact !== shownFor) {
      shownFor = contact;
      load();
    }
  };
  return { element, update: () => {}, shown };
}

// item is one past chat in the list.
function item(chat) {
  const facts = [chat.owner?.name, chat.disposition?.label, chat.erased && t.history.erased].filter(Boolean).join(" · ");
  return h("li", {}, h("button", { type: "button", class: "past-chat", onclick: () => read(chat) },
    h("span", { class: "past-subject cut", dir: "auto" }, chat.subject || t.history.noSubject),
    h("time", { class: "small soft", datetime: chat.startedAt }, dateOf(chat.startedAt)),
    facts && h("span", { class: "small soft cut" }, facts),
    chat.hits?.[0] && h("span", { class: "small hit", dir: "auto" }, marked(chat.hits[0]))));
}

// marked is what was found, with the words that were looked for. Positions are in
// bytes.
function marked({ text, matches }) {
  const bytes = new TextEncoder().encode(text);
  const part = (from, to) => new TextDecoder().decode(bytes.slice(from, to));
  let at = 0;
  return matches.flatMap(({ start, end }) => {
    const parts = [part(at, start), h("mark", {}, part(start, end))];
    at = end;
    return parts;
  }).concat(part(at));
}

// read opens a past chat.
async function read(chat) {
  const path = `${api}/interactions/${encodeURIComponent(chat.id)}/transcript`;
  const title = chat.subject || t.history.noSubject;
  const lines = h("div", { class: "lines" });
  const dialog = h("dialog", { class: "wide past", "aria-label": title },
    h("header", {}, h("h2", { class: "cut", dir: "auto" }, title),
      h("button", { type: "button", class: "plain icon", "aria-label": t.dialog.close, onclick: () => dialog.close() }, icon("close"))),
    h("p", { class: "small soft" }, [`${dateOf(chat.startedAt)}, ${hourOf(chat.startedAt)}`, chat.owner?.name, chat.disposition?.label].filter(Boolean).join(" · ")),
    h("div", { class: "past-lines", tabindex: "0", role: "group", "aria-label": title }, lines),
    h("footer", { class: "small" }, icon("save"), h("span", { class: "soft" }, t.history.save),
      formats.map((f) => h("a", { href: `${ticketed(path)}/${f}?${new URLSearchParams({ zone })}`, download: "" }, t.history.formats[f]))));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  try {
    const past = await get(`${path}?${new URLSearchParams({ zone })}`);
    let day = "";
    for (const entry of past.entries) {
      const drawn = drawPast(entry);
      if (!drawn) continue;
      if (dayOf(entry.at) !== day) lines.append(h("div", { class: "day" }, h("span", {}, day = dayOf(entry.at))));
      lines.append(drawn);
    }
    for (const note of past.notes?.slice(-1) ?? []) lines.append(h("p", { class: "past-note" }, h("b", {}, t.side.note), " ", name(note.by), h("br"), note.text));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    lines.append(h("p", { class: "problem", role: "alert" }, problem.message));
  }
}
