// The supervisor's page: the queues, the people, all chats that wait and go on, and
// one of them to look into.
import { Chat } from "./chat.js";
import { chatPane } from "./chat-pane.js";
import { elapsed, setElapsed } from "./clock.js";
import { place } from "./connection.js";
import { h, setText, sync } from "./dom.js";
import { light, setLight } from "./light.js";
import { login, me } from "./session.js";
import { listen } from "./stream.js";
import { nameOf } from "./team.js";
import { fill, t } from "./text.js";
import { toolbar, watching } from "./toolbar.js";

fill(document);
const $ = (id) => document.getElementById(id);
place($("connection"));
document.title = t.supervisor.title;

let open; // { chat, pane }
let running = [];

login({ id: "supervisor:sam" }).then(() => {
  setText($("name"), me().name);
  listen("/demo/overview", {
    event: (name, data) => {
      running = data.chats;
      board(data);
      draw();
    },
    refused: () => location.reload(),
  });
});

// board shows the queues and the people. Beside an open chat there is room for
// half of it, so that each cell also says what it is.
function board({ queues, agents }) {
  const words = t.supervisor;
  const line = (...names) => () => h("tr", {}, h("th", { scope: "row" }), names.map((name) => h("td", { class: name })));
  const cell = (element, name) => element.querySelector(`.${name}`);
  const tagged = (element, text, look) => {
    const tag = element.firstChild ?? element.appendChild(h("span"));
    setText(tag, text);
    tag.className = look === undefined ? "soft" : `tag ${look}`;
  };
  const timed = (element, since) => setElapsed(element.firstChild ?? element.appendChild(elapsed()), since);

  sync($("queues"), queues, (q) => q.target, line("waits", "since", "load", "about"), (row, q) => {
    setText(row.firstChild, nameOf(q.target));
    tagged(cell(row, "waits"), words.waiting(q.waiting), q.waiting ? "warn" : undefined);
    timed(cell(row, "since"), q.oldest);
    setText(cell(row, "load"), q.ready ? words.free(q.free, q.ready) : words.nobody);
    setText(cell(row, "about"), !q.waiting ? "" : q.wait ? words.wait(q.wait) : words.unknown);
  });
  sync($("agents"), agents, (a) => a.id, line("waits", "since", "load", "about"), (row, a) => {
    setText(row.firstChild, a.name);
    const why = a.state === "not-ready" && a.reason ? `: ${t.team.reasons[a.reason] ?? a.reason}` : "";
    tagged(cell(row, "waits"), t.team.state[a.state] + why, a.state === "offline" ? undefined : { ready: "good", busy: "warn" }[a.state] ?? "");
    timed(cell(row, "since"), a.state === "offline" ? undefined : a.since);
    setText(cell(row, "load"), words.load(a.chats, a.most));
    setText(cell(row, "about"), a.skills.map((s) => t.team.skills[s] ?? s).join(", "));
  });
}

function draw() {
  const waits = running.filter((c) => c.phase === "waiting");
  const others = running.filter((c) => c.phase !== "waiting");
  $("no-waiting").hidden = waits.length > 0;
  $("no-chats").hidden = others.length > 0;
  sync($("waiting"), waits, (c) => c.id, row, update);
  sync($("chats"), others, (c) => c.id, row, update);
}

function row(c) {
  return h("li", {}, h("button", { type: "button", class: "chat", onclick: () => look(c.id) },
    h("span", { class: "who cut", dir: "auto" }), elapsed(), h("span", { class: "subject cut soft", dir: "auto" }), h("span", { class: "tag role" }),
    h("span", { class: "state" }, light(), h("span", { class: "reason cut soft" }))));
}

function update(element, c) {
  const button = element.firstChild;
  setText(button.querySelector(".who"), c.contact);
  setElapsed(button.querySelector(":scope > .elapsed"), c.startedAt, c.endedAt);
  setText(button.querySelector(".subject"), c.subject);
  setText(button.querySelector(".role"), c.phase === "waiting" ? nameOf(c.queue) : t.supervisor.phase[c.phase]);
  setLight(button.querySelector(".light"), c.pending);
  button.querySelector(".light").hidden = !c.pending || c.phase === "waiting";
  setText(button.querySelector(".reason"), [
    c.owner && t.chat.owns(c.owner), c.asked && t.supervisor.asks(c.asked), c.place && t.supervisor.place(c.place),
  ].filter(Boolean).join(" · "));
  button.setAttribute("aria-current", String(open?.chat.id === c.id));
}

// look begins to monitor a chat, unseen by the contact, unless one is in it
// already.
async function look(id) {
  if (open?.chat.id === id) return;
  leave();
  const chat = new Chat(id, { staff: true });
  const pane = chatPane(chat, {
    tools: (refused) => {
      const tools = h("div", { class: "supervising" }, watching(chat, refused));
      const full = toolbar(chat, { wrapUp() {}, refused });
      chat.on("header", () => { full.hidden = !["owner", "agent"].includes(chat.header?.you?.standing); });
      full.hidden = true;
      tools.append(full);
      return tools;
    },
  });
  open = { chat, pane };
  $("middle").append(pane.element);
  $("middle").hidden = false;
  draw();
  // Who stopped watching has nothing more to see.
  chat.on("header", () => { if (chat.header.you.standing === "former" && open?.chat === chat) leave(); });
  const there = running.find((c) => c.id === id)?.watching;
  if (!there) await chat.command("supervise", { mode: "monitor" }).catch(() => {});
  chat.open();
}

function leave() {
  open?.chat.close();
  open?.pane.element.remove();
  open = undefined;
  $("middle").hidden = true;
  draw();
}
