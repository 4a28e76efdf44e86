// The agent's desktop: what I am asked, what I have open, and the chat I am in.
import { Chat } from "./chat.js";
import { chatList } from "./chat-list.js";
import { chatPane } from "./chat-pane.js";
import { api, post } from "./command.js";
import { place } from "./connection.js";
import { h, icon, setText } from "./dom.js";
import { invitations } from "./invitations.js";
import { keep, kept, login, logout, me } from "./session.js";
import { side } from "./side.js";
import { listen } from "./stream.js";
import { fill, t } from "./text.js";
import { watching } from "./toolbar.js";

fill(document);
const $ = (id) => document.getElementById(id);
place($("connection"));

const as = new URLSearchParams(location.search).get("as"); // the stage logs its people in by itself
if (me()) desk();
else if (as) login({ id: as }).then(desk);
else welcome();

// welcome asks who one is. The demo's people have no passwords.
async function welcome() {
  const { people } = await (await fetch("/login")).json();
  $("welcome").hidden = false;
  $("welcome-people").append(...people.map((person) => h("li", {}, h("button", {
    type: "button", onclick: async () => {
      await login({ id: person.id });
      $("welcome").hidden = true;
      desk();
    },
  }, h("span", { class: "initial", "aria-hidden": "true" }, person.name[0]), h("span", {}, h("b", {}, person.name),
    h("span", { class: "small soft" }, person.skills.map((s) => t.team.skills[s] ?? s).join(", ")))))));
}

function desk() {
  $("desk").hidden = false;
  setText($("name"), me().name);
  document.title = t.agent.title(me().name);
  $("logout").addEventListener("click", () => {
    logout();
    location.assign(location.pathname);
  });

  let work = []; // what the server says that I have to do with
  const chats = new Map(); // the open ones by id: { chat, pane, side }
  let selected = kept("selected"); // the chat that was chosen last
  let shown; // the one in the middle now
  let eager = false; // the one that comes into the middle next gets the cursor

  const showInvitations = invitations($("invitations"), (id) => select(id));
  const showList = chatList($("chats"), (id) => select(id));

  const open = (id) => {
    const chat = new Chat(id, { staff: true });
    const beside = side(chat);
    const toSide = h("button", { type: "button", class: "icon to-side", "aria-label": t.side.label, "data-tip": t.side.label, onclick: () => showSide(true) }, icon("panel"));
    const wrapUp = () => {
      beside.open("wrapUp");
      showSide(true);
    };
    const tools = (refused) => (/^(monitor|coach)$/.test(work.find((i) => i.id === id)?.role) ? watching(chat, refused) : undefined);
    const one = { chat, pane: chatPane(chat, { wrapUp, side: toSide, tools }), side: beside };
    one.pane.element.hidden = one.side.element.hidden = true;
    $("middle").append(one.pane.element);
    $("side").append(one.side.element);
    chat.on("header attention", draw);
    chat.on("inserted", () => showSide(false));
    chat.on("current", () => { if (id === selected && document.hasFocus()) chat.look("focus"); });
    chat.on("refused", () => {
      drop(id);
      select(mine()[0]?.id, false);
    });
    chat.open();
    chats.set(id, one);
    return one;
  };

  const drop = (id) => {
    const one = chats.get(id);
    if (!one) return;
    one.chat.close();
    one.pane.element.remove();
    one.side.element.remove();
    chats.delete(id);
  };

  const mine = () => work.filter((item) => item.role !== "invited");

  const draw = () => {
    showInvitations(work);
    const items = mine().map((item) => {
      const chat = chats.get(item.id)?.chat;
      return { ...item, chat, header: chat?.header ?? item.header };
    });
    showList(items, selected);
    $("no-chats").hidden = work.length > 0;
    $("no-chat").hidden = chats.has(selected);
    const waiting = work.length - mine().length + items.filter((i) => i.chat?.attention?.flashing).length;
    document.title = (waiting ? `(${waiting}) ` : "") + t.agent.title(me().name);
  };

  // The chat in the middle has this desktop's focus as long as the window has.
  const select = (id, focus = true) => {
    if (selected !== id) chats.get(selected)?.chat.look("blur");
    selected = id;
    shown = chats.has(id) ? id : undefined; // one that was just accepted is still to come
    eager ||= focus;
    keep("selected", id);
    for (const [key, one] of chats) one.pane.element.hidden = one.side.element.hidden = key !== id;
    const one = chats.get(id);
    if (one) {
      one.pane.shown();
      if (eager) one.pane.focus();
      eager = false;
      if (document.hasFocus()) one.chat.look("focus");
    }
    showSide(false);
    draw();
  };
  addEventListener("focus", () => chats.get(selected)?.chat.look("focus"));
  addEventListener("blur", () => chats.get(selected)?.chat.look("blur"));

  listen(`${api}/work`, {
    event: (name, data) => {
      if (name !== "work") return;
      work = data.items;
      const ids = new Set(mine().map((item) => item.id));
      for (const id of ids) if (!chats.has(id)) open(id);
      for (const id of chats.keys()) if (!ids.has(id)) drop(id);
      if (!chats.has(selected)) select(mine()[0]?.id, false);
      else if (shown !== selected) select(selected, false);
      else draw();
    },
    refused: () => { // the server was started anew and knows nobody
      logout();
      location.reload();
    },
  });
  ready();
  for (const close of ["side-close", "shade"]) $(close).addEventListener("click", () => showSide(false));
  addEventListener("keydown", (event) => { if (event.key === "Escape") showSide(false); });
}

// On a narrow page the side lies over the chat.
function showSide(is) {
  $("desk").classList.toggle("with-side", is);
}

// ready says whether new chats may be offered to me, if not why, and how many I
// have. The server may take it back: who does not answer is not ready any more.
function ready() {
  const box = $("ready");
  const why = $("why");
  why.append(...Object.entries(t.agent.reasons).map(([value, text]) => h("option", { value }, text)));
  const show = (is) => {
    box.checked = is;
    setText($("ready-word"), is ? t.agent.ready : t.agent.notReady);
    why.hidden = is;
  };
  const tell = () => post("/demo/ready", { ready: box.checked, reason: box.checked ? "" : why.value }).catch(() => {});
  box.addEventListener("change", () => {
    show(box.checked);
    tell();
  });
  why.addEventListener("change", tell);
  listen("/demo/me", {
    event: (name, data) => {
      show(data.ready);
      for (const option of why.options) option.hidden = option.value === "no answer" && data.reason !== option.value; // nobody chooses it
      if (data.reason in t.agent.reasons) why.value = data.reason;
      $("unanswered").hidden = data.ready || data.reason !== "no answer";
      setText($("load"), t.agent.load(data.chats, data.capacity));
    },
  });
  $("ready-again").addEventListener("click", () => {
    show(true);
    tell();
  });
}
