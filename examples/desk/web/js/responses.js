// Standard responses: a tab to look for them in, and shortcuts that become their
// text while somebody types.
import { get, post } from "./command.js";
import { h, icon, sync } from "./dom.js";
import { t } from "./text.js";

const pause = 200; // without a keystroke before it is searched, in milliseconds

// insert puts a response where the cursor is, and its attachments beside it.
function insert(writer, response) {
  writer.insertWords(response.text);
  for (const attachment of response.attachments ?? []) writer.uploads.attach(attachment);
}

// responsesTab finds responses for a chat.
export function responsesTab(chat) {
  const search = h("input", { type: "search", placeholder: t.responses.search, "aria-label": t.responses.search });
  const tree = h("ul", { class: "categories", "aria-label": t.responses.categories });
  const list = h("ul", { class: "responses", "aria-label": t.responses.found });
  const none = h("p", { class: "small soft", role: "status" }, t.responses.none);
  const element = h("div", { class: "panel responses-panel" }, search, tree, list, none);
  let folder; // the category that is looked at; none is all
  let asked;
  let timer;

  const look = async () => {
    clearTimeout(timer);
    const mine = (asked = {});
    // A category holds what is in those below it, too.
    const queries = search.value.trim() ? [{ q: search.value }] : folder ? flat([folder]).map((c) => ({ category: c.path })) : [{}];
    const found = await Promise.all(queries.map((query) => get(`${chat.path}/responses?${new URLSearchParams(query)}`))).catch(() => undefined);
    if (mine !== asked || !found) return;
    const { categories } = found[0];
    const total = categories.reduce((sum, c) => sum + c.count, 0);
    sync(tree, [{ name: t.responses.all, path: "", count: total, depth: 0 }, ...flat(categories)], (c) => c.path, (c) => category(c), (li, c) => {
      li.firstChild.setAttribute("aria-current", String(!search.value.trim() && c.path === (folder?.path ?? "")));
      li.querySelector(".count").textContent = c.count;
    });
    const all = found.flatMap((f) => f.responses);
    list.replaceChildren(...all.map((r) => one(r)));
    none.hidden = all.length > 0;
  };
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, pause);
  });

  const category = (c) => h("li", { "data-depth": c.depth }, h("button", {
    type: "button", class: "plain", onclick: () => {
      folder = c.path ? c : undefined;
      search.value = "";
      look();
    },
  }, h("span", { class: "cut" }, c.name), h("span", { class: "count soft small" })));

  const one = (r) => {
    const why = r.problem && missing(r.problem);
    return h("li", {}, h("button", {
      type: "button", class: "response", "aria-disabled": String(!!why), onclick: () => {
        const writer = [chat.writer, chat.mainWriter].find((w) => w?.may());
        if (why || !writer) return;
        insert(writer, r);
        chat.tell("inserted");
      },
    }, h("span", { class: "response-head" }, h("b", { class: "cut" }, r.title || r.text), (r.shortcuts ?? []).map((s) => h("kbd", {}, s))),
    h("span", { class: "response-text soft", dir: "auto" }, r.text),
    (r.attachments ?? []).map((name) => h("span", { class: "small" }, icon("clip", 12), " ", name)),
    why && h("span", { class: "small why" }, icon("warning", 12), why)));
  };

  let before;
  const update = () => {
    // What is filled in has changed.
    const now = JSON.stringify([chat.header?.caseData, chat.contact?.name, chat.header?.language]);
    if (now !== before && !element.hidden) look();
    before = now;
  };
  return { element, update, shown: look };
}

// flat is a tree as a list.
function flat(categories, depth = 0) {
  return categories.flatMap((c) => [{ ...c, depth }, ...flat(c.sub ?? [], depth + 1)]);
}

// missing says which field has no value.
function missing(problem) {
  const field = /"([^"]+)"/.exec(problem)?.[1];
  return field ? t.responses.missing(field) : problem;
}

// shortcuts expands them in a textarea, after a space or with the tab key. Only a
// word that can be one is asked for.
export function shortcuts(chat, box, writer, refused) {
  let known; // all shortcuts, asked for once a chat
  box.addEventListener("focus", () => {
    known ??= new Set();
    if (!known.size) get(`${chat.path}/responses`).then((found) => { known = new Set(found.responses.flatMap((r) => r.shortcuts ?? []).map(plain)); }, () => {});
  });

  const wordBefore = (cursor) => /\S+$/.exec(box.value.slice(0, cursor))?.[0] ?? "";
  const can = (word) => word.length > 1 && (word.startsWith("/") || !!known?.has(plain(word)));

  const expand = async (cursor) => {
    const text = box.value;
    const found = await post(`${chat.path}/responses/expand`, { text, cursor }).catch(() => undefined);
    // Meanwhile more may have been typed behind it.
    if (!found || box.value.slice(0, cursor) !== text.slice(0, cursor)) return;
    if (found.problem) return refused(missing(found.problem));
    const [at, length] = [box.selectionStart, box.value.length];
    writer.insert(found.text, found.start, found.end);
    const end = at + box.value.length - length;
    box.setSelectionRange(end, end);
    for (const attachment of found.attachments ?? []) writer.uploads.attach(attachment);
  };
  box.addEventListener("input", (event) => {
    if (event.inputType === "insertText" && /^\s$/.test(event.data ?? "") && can(wordBefore(box.selectionStart - 1))) expand(box.selectionStart - 1);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.altKey || event.ctrlKey || box.selectionStart !== box.selectionEnd) return;
    if (!can(wordBefore(box.selectionStart))) return; // the key goes on to the next control
    event.preventDefault();
    expand(box.selectionStart);
  });
}

// plain is a word without case and accents, as shortcuts are compared.
const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
