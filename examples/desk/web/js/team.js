// The team communicator: whom to ask. People, groups, skills and queues, found
// while one types, with how they are and what can be done with them now.
import { post } from "./command.js";
import { ask } from "./dialog.js";
import { h, icon, setText, sync } from "./dom.js";
import { proof } from "./session.js";
import { t } from "./text.js";
import { explain } from "./tip.js";

const looks = 1500; // how often the states are read again, in milliseconds
const words = t.team;
const seen = new Map(); // names by target

// nameOf is a target's name to show.
export function nameOf(target) {
  const id = target.replace(/^.*?:/, "");
  return words.names[target] ?? seen.get(target) ?? id.charAt(0).toUpperCase() + id.slice(1);
}

// chooseTarget asks for a target for a transfer, a conference or a consultation
// of the chat. Which of them it shall be can still be changed.
export function chooseTarget(chat, kind) {
  let hits = [];
  let chosen; // a target; one that cannot be asked is explained and not asked
  const search = h("input", {
    type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "finder-list", "aria-autocomplete": "list",
    "aria-label": words.search, placeholder: words.search, autocomplete: "off", spellcheck: "false", maxlength: "100",
  });
  const only = h("select", { "aria-label": words.only.label },
    ["all", "agent", "group", "skill", "queue", "favourites", "recents"].map((name) => h("option", { value: name }, words.only[name])));
  const list = h("ul", { id: "finder-list", class: "people", role: "listbox", "aria-label": words.people });
  const none = h("p", { class: "empty soft", hidden: true });
  const how = h("span", { role: "status" });
  const star = h("button", { type: "button", class: "plain", hidden: true });
  const note = h("input", { type: "text", name: "note", maxlength: "200", autocomplete: "off", placeholder: words.notePlaceholder });
  const kinds = choice("kind", words.way, { transfer: "transfer", conference: "conference", consult: "consult" });
  // A host that has them lets consult by IM and by voice too; the demo has chats.
  const media = choice("medium", words.medium, { chat: "chat", im: "mail", voice: "phone" });
  for (const medium of ["im", "voice"]) media.allow(medium, words.noMedium[medium]);
  const dialog = ask({
    title: words.title[kind](chat.contact?.name ?? ""), say: words.say[kind], wide: true,
    act: (form) => {
      const fields = { to: chosen, note: form.get("note").trim() };
      if (kind === "consult") fields.medium = form.get("medium");
      return chat.command(kind, fields);
    },
  }, h("div", { class: "ways" }, kinds.element, media.element), h("div", { class: "finder" }, search, only), list, none,
  h("div", { class: "chosen" }, how, star), h("label", { class: "field" }, h("span", {}, words.note), note));
  const send = dialog.querySelector("[type=submit]");

  const why = (hit) => hit?.refused?.[kind];
  const show = () => {
    const hit = hits.find((one) => one.target === chosen);
    chosen = hit?.target;
    sync(list, hits, (one) => one.target, (one) => row(one, choose, mark), (element, one) => update(element, one, kind, one === hit));
    setText(none, { favourites: words.noFavourites, recents: words.noRecents }[only.value] ?? words.none);
    none.hidden = hits.length > 0;
    send.disabled = !hit || !!why(hit);
    setText(how, !hit ? words.hint : why(hit) ? reason(hit, kind) : (hit.state === "nobody" ? words.waits : words.can[kind])(nameOf(hit.target)));
    how.parentElement.classList.toggle("soft", !hit || !!why(hit));
    star.hidden = !hit;
    if (hit) setText(star, hit.favourite ? words.unmark : words.mark);
    if (chosen) search.setAttribute("aria-activedescendant", idOf(chosen));
    else search.removeAttribute("aria-activedescendant");
  };
  const choose = (hit) => {
    chosen = hit.target;
    show();
    document.getElementById(idOf(chosen))?.scrollIntoView({ block: "nearest" });
  };
  const mark = async (hit) => {
    await post("/demo/favourite", { target: hit.target, is: !hit.favourite }).catch(() => {});
    read();
  };
  const turn = () => {
    kind = kinds.value();
    media.element.hidden = kind !== "consult";
    for (const k of ["transfer", "conference", "consult"]) kinds.allow(k, chat.why(k));
    const title = words.title[kind](chat.contact?.name ?? "");
    setText(dialog.querySelector("h2"), title);
    dialog.setAttribute("aria-label", title);
    setText(send, words.say[kind]);
    show();
  };

  let asked = 0; // the latest question wins
  const read = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ text: search.value, only: only.value, chat: chat.id });
    try {
      const response = await fetch(`/demo/find?${query}`, { headers: proof() });
      const found = response.ok ? await response.json() : undefined;
      if (mine !== asked || !found) return;
      hits = found;
      for (const hit of hits) seen.set(hit.target, hit.name);
      show();
    } catch { /* read again soon */ }
  };
  search.addEventListener("input", read);
  only.addEventListener("change", read);
  kinds.element.addEventListener("change", turn);
  star.addEventListener("click", () => mark(hits.find((hit) => hit.target === chosen)));
  search.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = hits.findIndex((hit) => hit.target === chosen);
    if (step) choose(hits[at < 0 ? (step > 0 ? 0 : hits.length - 1) : (at + step + hits.length) % hits.length] ?? {});
    else if (event.key === "Enter" && at < 0 && hits.length) choose(hits.find((hit) => !why(hit)) ?? hits[0]); // the next one sends
    else if (event.key === "Escape") dialog.close(); // browsers would only empty the field
    else return;
    event.preventDefault();
  });
  kinds.choose(kind);
  media.choose("chat");
  turn();
  read();
  search.focus();
  const again = setInterval(() => (dialog.isConnected ? read() : clearInterval(again)), looks);
}

// choice is one of a few, as buttons in a row; one that is not allowed says why.
function choice(name, texts, pictures) {
  const element = h("div", { class: "choice", role: "radiogroup", "aria-label": texts.label },
    Object.entries(pictures).map(([value, picture]) => h("label", {}, h("input", { type: "radio", name, value }), icon(picture), h("span", {}, texts[value]))));
  const radio = (value) => element.querySelector(`[value=${value}]`);
  return {
    element,
    value: () => element.querySelector(":checked").value,
    choose: (value) => { radio(value).checked = true; },
    allow: (value, why) => {
      radio(value).disabled = !!why;
      explain(radio(value).parentElement, why);
    },
  };
}

const idOf = (target) => `finder-${target}`;
const pictures = { group: "conference", skill: "star", queue: "queue" };

// reason says why a hit cannot be asked now.
function reason(hit, kind) {
  const why = hit.refused[kind];
  const name = nameOf(hit.target);
  if (why === "unavailable" && hit.kind === "agent") return words.away(name, words.state[hit.state], words.reasons[hit.reason] ?? hit.reason);
  // Who asks, and is ready itself, is one of the group.
  return (words.refused[why === "unavailable" && hit.ready > 0 ? "others" : why] ?? words.refused.rules)(name);
}

function row(hit, choose, mark) {
  // For the mouse; keys have the button below the list.
  const star = h("span", { class: "star", "aria-hidden": "true" });
  const element = h("li", { id: idOf(hit.target), role: "option", class: "person", "data-target": hit.target },
    h("span", { class: "initial", "aria-hidden": "true" }, hit.kind === "agent" ? hit.name[0] : icon(pictures[hit.kind])),
    h("span", { class: "about" }, h("b", { class: "cut" }), h("span", { class: "small soft cut about-text" })), h("span", { class: "tag" }), star);
  // What a press means is what the line says now.
  element.addEventListener("click", (event) => (star.contains(event.target) ? mark(element.hit) : choose(element.hit)));
  return element;
}

function update(element, hit, kind, chosen) {
  element.hit = hit;
  const why = hit.refused?.[kind];
  element.setAttribute("aria-selected", String(chosen));
  element.setAttribute("aria-disabled", String(!!why));
  element.classList.toggle("off", !!why);
  explain(element, why ? reason(hit, kind) : "");
  const person = hit.kind === "agent";
  setText(element.querySelector("b"), person ? hit.name : nameOf(hit.target));
  setText(element.querySelector(".about-text"), [
    person ? hit.skills?.map((s) => words.skills[s] ?? s).join(", ") : words.kind[hit.kind],
    !person && words.ready(hit.ready, hit.members), hit.waiting > 0 && words.waiting(hit.waiting),
    person && hit.state === "ready" && words.free(hit.free),
  ].filter(Boolean).join(" · "));
  const tag = element.querySelector(".tag");
  const aside = { "in-chat": words.inChat, consulting: words.consulted, offered: words.offered, self: words.self }[why];
  const state = !person && { unavailable: "nobody", full: "busy" }[why] || hit.state;
  const about = hit.state === "not-ready" && hit.reason ? `: ${words.reasons[hit.reason] ?? hit.reason}` : "";
  setText(tag, aside ?? words.state[state] + about);
  tag.className = `tag ${aside ? "aside" : { ready: "good", open: "good", busy: "warn" }[state] ?? ""}`;
  const star = element.querySelector(".star");
  setText(star, hit.favourite ? "★" : "☆");
  star.classList.toggle("marked", !!hit.favourite);
  star.title = hit.favourite ? words.unmark : words.mark;
}
