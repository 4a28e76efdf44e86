// What stands beside a chat: who the contact is, the case, the chats before, what
// is prepared to be said, and the wrap-up.
import { elapsed, fullTime, hourOf, now } from "./clock.js";
import { Problem } from "./command.js";
import { h, icon, setText, sync } from "./dom.js";
import { historyTab } from "./history.js";
import { responsesTab } from "./responses.js";
import { t } from "./text.js";
import { name } from "./transcript.js";
import { explain } from "./tip.js";

// side shows the tabs for one chat; open chooses one of "contact", "case",
// "history", "responses", "wrapUp".
export function side(chat) {
  const tabs = { contact: contactTab(chat), case: caseTab(chat), history: historyTab(chat), responses: responsesTab(chat), wrapUp: wrapUpTab(chat) };
  const buttons = {};
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": t.side.label });
  const open = (wanted, focus = false) => {
    for (const [key, button] of Object.entries(buttons)) {
      const is = key === wanted;
      button.setAttribute("aria-selected", String(is));
      button.tabIndex = is ? 0 : -1;
      tabs[key].element.hidden = !is;
      if (is) tabs[key].shown?.();
      if (is && focus) button.focus();
    }
  };
  for (const [key, tab] of Object.entries(tabs)) {
    const id = `tab-${key}-${chat.id}`;
    buttons[key] = h("button", { type: "button", role: "tab", class: "tab", id, "aria-controls": `${id}-panel`, onclick: () => open(key) }, t.side[key]);
    Object.assign(tab.element, { id: `${id}-panel`, tabIndex: 0 });
    tab.element.setAttribute("role", "tabpanel");
    tab.element.setAttribute("aria-labelledby", id);
    list.append(buttons[key]);
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const keys = Object.keys(buttons);
    const at = keys.findIndex((key) => buttons[key].getAttribute("aria-selected") === "true");
    open(keys[(at + step + keys.length) % keys.length], true);
  });
  open("contact");
  const update = () => { if (chat.header) for (const tab of Object.values(tabs)) tab.update(); };
  chat.on("header", update);
  update();
  return { element: h("div", { class: "side-of-chat" }, list, Object.values(tabs).map((tab) => tab.element)), open };
}

function contactTab(chat) {
  const facts = h("dl", { class: "facts-list" });
  const parties = h("ul", { class: "parties" });
  const problem = h("p", { class: "problem small", role: "alert" });
  const element = h("div", { class: "panel" }, facts, h("h3", {}, t.side.parties), parties, problem);
  const fact = (label, ...value) => [h("dt", {}, label), h("dd", {}, ...value)];
  const update = () => {
    const { header, contact } = chat;
    facts.replaceChildren(
      ...fact(t.side.name, contact?.name ?? ""),
      ...fact(t.side.subject, header.subject ?? ""),
      ...fact(t.side.language, header.language ? new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(header.language) : ""),
      ...fact(t.side.channel, header.channel ?? ""),
      ...fact(t.side.started, h("time", { datetime: header.startedAt, title: fullTime(header.startedAt) }, hourOf(header.startedAt))),
      ...fact(t.side.lasts, elapsed(header.startedAt, header.endedAt)));
    sync(parties, header.parties ?? [], (p) => p.role + p.colour, () => h("li", {}), (li, p) => {
      const key = JSON.stringify([p, chat.why("remove")]);
      if (li.dataset.shows === key) return;
      li.dataset.shows = key;
      const removable = chat.header.you.standing === "owner" && p.role === "agent" && !p.you && p.presence === "in-chat";
      li.replaceChildren(name(p), h("span", { class: "small soft" }, [
        p.you ? t.side.you : p.owner ? t.side.owner : t.side.role[p.role],
        t.side.presence[p.presence],
        p.presence !== "away" && !p.connected && t.connectionOf.lost].filter(Boolean).join(" · ")));
      if (removable) {
        li.append(h("button", {
          type: "button", class: "plain icon", "aria-label": t.side.remove(p.name), "data-tip": t.side.remove(p.name),
          onclick: () => say(problem, chat.command("remove", { party: p.id })),
        }, icon("close")));
      }
    });
  };
  return { element, update };
}

function caseTab(chat) {
  const rows = h("div", { class: "case" });
  const problem = h("p", { class: "problem small", role: "alert" });
  const key = h("input", { type: "text", "aria-label": t.side.caseKey, placeholder: t.side.caseKey, maxlength: "60", required: true });
  const value = h("input", { type: "text", "aria-label": t.side.caseValue, placeholder: t.side.caseValue, maxlength: "200", required: true });
  const add = h("form", { class: "case-row add" }, key, value, h("button", { type: "submit" }, t.side.add));
  const set = (k, type, text) => say(problem, chat.command("set-case-data", { key: k, value: { type, text } }));
  add.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await set(key.value.trim(), "string", value.value)) add.reset();
  });
  const element = h("div", { class: "panel" }, h("p", { class: "small soft" }, icon("lock", 12), t.side.caseHint), rows, add, problem);
  const update = () => {
    const may = chat.may("set-case-data");
    sync(rows, chat.header.caseData ?? [], (f) => f.key, (f) => {
      const input = h("input", { type: "text", onchange: () => set(f.key, input.dataset.type, input.value) });
      return h("label", { class: "case-row" }, h("span", { class: "cut soft", title: f.key }, f.key), input);
    }, (row, f) => {
      const input = row.querySelector("input");
      input.dataset.type = f.value.type;
      input.readOnly = !may || !f.editable;
      explain(input, may ? "" : chat.why("set-case-data"));
      if (document.activeElement !== input) input.value = f.value.text;
    });
    add.hidden = !may;
  };
  return { element, update };
}

function wrapUpTab(chat) {
  const problem = h("p", { class: "problem small", role: "alert" });
  const codes = h("fieldset", { class: "codes" }, h("legend", {}, t.side.disposition));
  const note = h("textarea", { rows: "4", placeholder: t.side.notePlaceholder });
  const saved = h("span", { class: "small soft", role: "status" });
  const done = h("button", { type: "button", class: "primary", onclick: () => { if (chat.may("mark-done")) say(problem, chat.command("mark-done")); } }, icon("done"), t.tools["mark-done"]);
  const why = h("p", { class: "small soft" });
  const element = h("div", { class: "panel" }, codes, h("label", { class: "field" }, h("span", {}, t.side.note), note), saved, done, why, problem);

  // The note is saved when the writer pauses, and never under their hands.
  let timer;
  let mine = false;
  const save = async () => {
    clearTimeout(timer);
    if (!mine || note.value === (chat.header.note ?? "")) return;
    const text = note.value;
    if (await say(problem, chat.command("set-note", { text }))) {
      mine = note.value !== text;
      setText(saved, t.side.saved(hourOf(now())));
    }
  };
  note.addEventListener("input", () => {
    mine = true;
    setText(saved, "");
    clearTimeout(timer);
    timer = setTimeout(save, 1200);
  });
  note.addEventListener("blur", save);

  const list = (parent) => (chat.header.dispositions ?? []).filter((d) => (d.parent ?? "") === parent);
  const draw = (parent) => list(parent).map((d) => list(d.code).length
    ? h("div", { class: "branch", role: "group", "aria-label": d.label }, h("p", { class: "soft" }, d.label), draw(d.code))
    : h("label", { class: "code" }, h("input", {
      type: "radio", name: `code-${chat.id}`, value: d.code, onchange: () => say(problem, chat.command("set-disposition", { code: d.code })).then(update),
    }), d.label));
  const update = () => {
    const { header } = chat;
    if (!codes.dataset.drawn && header.dispositions?.length) {
      codes.dataset.drawn = "yes";
      codes.append(...draw(""));
    }
    for (const radio of codes.querySelectorAll("input")) {
      radio.checked = radio.value === header.disposition;
      radio.disabled = !chat.may("set-disposition");
    }
    if (!mine && document.activeElement !== note) note.value = header.note ?? "";
    note.readOnly = !chat.may("set-note");
    done.setAttribute("aria-disabled", String(!chat.may("mark-done")));
    setText(why, header.phase === "done" ? t.side.isDone : chat.why("mark-done"));
  };
  return { element, update };
}

// say waits for a command and writes what is refused; it gives whether it was
// carried out.
async function say(problem, result) {
  problem.textContent = "";
  try {
    await result;
    return true;
  } catch (refusal) {
    if (!(refusal instanceof Problem)) throw refusal;
    problem.textContent = refusal.message;
    return false;
  }
}
