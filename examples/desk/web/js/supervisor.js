// The supervisor's page: all chats that go on, and one of them to look into.
import { Chat } from "./chat.js";
import { chatPane } from "./chat-pane.js";
import { elapsed, setElapsed } from "./clock.js";
import { place } from "./connection.js";
import { h, setText, sync } from "./dom.js";
import { light, setLight } from "./light.js";
import { login, me } from "./session.js";
import { listen } from "./stream.js";
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
  listen("/demo/chats", {
    event: (name, data) => {
      running = data;
      draw();
    },
    refused: () => location.reload(),
  });
});

function draw() {
  $("no-chats").hidden = running.length > 0;
  sync($("chats"), running, (c) => c.id, row, (element, c) => {
    const button = element.firstChild;
    setText(button.querySelector(".who"), c.contact);
    setElapsed(button.querySelector(":scope > .elapsed"), c.startedAt, c.endedAt);
    setText(button.querySelector(".subject"), c.subject);
    setText(button.querySelector(".role"), t.supervisor.phase[c.phase]);
    setLight(button.querySelector(".light"), c.pending);
    button.querySelector(".light").hidden = !c.pending;
    setText(button.querySelector(".reason"), c.owner ? t.chat.owns(c.owner) : "");
    button.setAttribute("aria-current", String(open?.chat.id === c.id));
  });
}

function row(c) {
  return h("li", {}, h("button", { type: "button", class: "chat", onclick: () => look(c.id) },
    h("span", { class: "who cut", dir: "auto" }), elapsed(), h("span", { class: "subject cut soft", dir: "auto" }), h("span", { class: "tag role" }),
    h("span", { class: "state" }, light(), h("span", { class: "reason cut soft" }))));
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
  $("no-chat").hidden = true;
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
  $("no-chat").hidden = false;
  draw();
}
