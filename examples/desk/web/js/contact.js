// The contact's side: a chat in the corner of a shop.
import { Chat } from "./chat.js";
import { now } from "./clock.js";
import { Problem, start } from "./command.js";
import { composer } from "./composer.js";
import { place } from "./connection.js";
import { ask } from "./dialog.js";
import { setText } from "./dom.js";
import { uploadsOf } from "./files.js";
import { Outbox } from "./outbox.js";
import { keep, kept, login, me, newKey } from "./session.js";
import { fill, language, t } from "./text.js";
import { transcript } from "./transcript.js";

fill(document);
const $ = (id) => document.getElementById(id);
place($("connection"));
document.title = t.shop.title;
$("contact-name").value = kept("name") ?? t.contact.nameExample;
$("subject").value = t.contact.subjectExample;

let chat, view, line;

// The widget remembers whether it was open.
const unfold = (is, focus = true) => {
  keep("open", is);
  $("widget").hidden = !is;
  $("launch").hidden = is;
  $("launch").setAttribute("aria-expanded", String(is));
  if (!is) return focus && $("launch").focus();
  view?.toEnd();
  if (focus) (line && !$("talk").hidden ? line : $("subject")).focus();
  markRead();
};
$("launch").addEventListener("click", () => unfold(true));
$("fold").addEventListener("click", () => unfold(false));
$("widget").addEventListener("keydown", (event) => { if (event.key === "Escape" && !document.querySelector("dialog, .emoji-picker:popover-open")) unfold(false); });

// One start, however often the button is pressed and the line breaks: its key
// is kept until the chat is there.
$("start").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("start").querySelector("[type=submit]");
  button.disabled = true;
  setText($("start-problem"), "");
  try {
    if (!me()) await login({ contact: true });
    const key = kept("starting") ?? newKey();
    keep("starting", key);
    keep("name", $("contact-name").value);
    const { id } = await start({ subject: $("subject").value, contactName: $("contact-name").value, language }, key, { about: $("about").value });
    keep("starting", undefined);
    keep("interaction", id);
    talk(id);
    line.focus();
  } catch (problem) {
    setText($("start-problem"), problem instanceof Problem ? problem.message : t.problems.unknown);
  } finally {
    button.disabled = false;
  }
});

// talk shows a chat: a new one, or after a reload the one that goes on.
function talk(id) {
  show("talk");
  chat = new Chat(id);
  const uploads = uploadsOf(chat);
  const outbox = new Outbox(chat, "", { changed: () => view.outboxChanged(), uploads });
  view = transcript(chat, { outbox, own: false, label: t.contact.label });
  line = composer(chat, {
    outbox, uploads, label: t.contact.write, placeholder: t.contact.write, preview: true,
    closed: () => (!chat.header || chat.may("say") ? "" : t.contact.over),
  });
  $("talk").replaceChildren(view.element, line.element);
  line.drops($("talk"));
  outbox.send();
  chat.on("header", () => {
    const { phase, parties } = chat.header;
    const agents = parties.filter((p) => !p.you && p.presence === "in-chat").map((p) => p.name);
    setText($("state"), phase === "ended" ? t.contact.state.ended : agents.length ? t.contact.state.with(agents) : t.contact.state.waiting);
    $("leave").hidden = !chat.may("leave");
    $("over").hidden = phase !== "ended";
  });
  chat.on("entries current", markRead);
  chat.on("entries", (event) => openPushed(event.detail));
  chat.on("refused", () => { // the server does not know it any more
    forget();
    setText($("start-problem"), t.contact.gone);
  });
  chat.open();
  // The stage, if this page stands on it, wants to know which log to watch.
  if (parent !== window) parent.postMessage({ interaction: id }, "*");
}

// openPushed opens a page that an agent has just pushed, once. Browsers may
// refuse that, so that its card stays in the chat; and a page that was pushed
// before this one was loaded is left alone.
const lately = 30_000; // milliseconds
function openPushed(entries) {
  for (const { kind, at, data, segments } of chat.current ? entries : []) {
    const page = kind === "link" && segments?.find(({ link }) => link?.href === data.url)?.link;
    if (page && now() - Date.parse(at) < lately) window.open(page.href, "_blank", "noopener,noreferrer");
  }
}

// What stands in view has been read. It is told once for all that comes at the
// same time.
let told = 0;
let soon;
function markRead() {
  clearTimeout(soon);
  soon = setTimeout(tellRead, 150);
}
function tellRead() {
  const last = chat?.entries.at(-1);
  if (!last || !chat.current || document.hidden || $("widget").hidden || !view.reading()) return;
  const through = chat.entries.filter((e) => !e.own && e.kind !== "silent").at(-1)?.position ?? 0;
  if (through <= told || chat.header?.phase === "ended") return;
  told = through;
  chat.command("mark-read", { through }).catch(() => {});
}
document.addEventListener("visibilitychange", markRead);
$("talk").addEventListener("scroll", markRead, true);

$("leave").addEventListener("click", () => ask({
  title: t.contact.leaveTitle, say: t.contact.leave, act: () => chat.command("leave"),
}));
$("again").addEventListener("click", () => {
  forget();
  $("subject").focus();
});

function forget() {
  chat?.close();
  chat = view = line = undefined;
  told = 0;
  keep("interaction", undefined);
  keep("me", undefined);
  show("start");
}

function show(what) {
  for (const id of ["start", "talk"]) $(id).hidden = id !== what;
  if (what === "start") {
    $("leave").hidden = $("over").hidden = true;
    setText($("state"), t.contact.state.none);
  }
}

if (kept("interaction") && me()) talk(kept("interaction"));
else show("start");
unfold(kept("open") ?? new URLSearchParams(location.search).has("open"), false);
