// What was said, as one viewer sees it. It is a log that only grows: lines that
// stand are never touched but for their read circle, and whoever reads above is
// left where they are.
import { h, icon, setText, sync } from "./dom.js";
import { dateOf, dayOf, fullTime, hourOf } from "./clock.js";
import { fileCard, judge } from "./file-entry.js";
import { hostOf, opens, warning, warnings, words } from "./links.js";
import { olderChats } from "./older.js";
import { t } from "./text.js";

const together = 2 * 60 * 1000; // messages of one person within this time stand as one group
const bubbles = new Set(["message", "automatic", "link", "file"]);

// transcript shows the entries of a chat that belong here: those of one
// consultation, or with none those of the chat itself.
export function transcript(chat, { consultation = "", outbox, own = true, label }) {
  const lines = h("div", { class: "lines", role: "log", "aria-label": label, "aria-live": "off", "aria-relevant": "additions" });
  const sending = h("div", { class: "sending" });
  const typing = h("div", { class: "typing" });
  const older = consultation ? null : olderChats(chat, drawPast);
  const scroll = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, h("div", { class: "content" }, older ?? [], lines, sending, typing));
  const newer = h("button", { type: "button", class: "newer", hidden: true, onclick: () => toEnd() });
  const element = h("div", { class: "transcript" }, scroll, newer);
  const here = (e) => (e.consultation ?? "") === consultation;

  // Where the reader is: at the end, and then everything new is in view, or
  // above, and then nothing moves and a button counts what is new.
  let atEnd = true;
  let top = 0;
  let unseen = 0;
  const toEnd = () => {
    atEnd = true;
    unseen = 0;
    newer.hidden = true;
    scroll.scrollTop = scroll.scrollHeight;
  };
  scroll.addEventListener("scroll", () => {
    if (!scroll.clientHeight) return; // hidden
    // Only a reader who went up has left the end: that the lines grew, and this
    // is told of it late, is no such thing.
    const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 24;
    if (near || scroll.scrollTop < top) atEnd = near;
    top = scroll.scrollTop;
    if (atEnd && unseen) toEnd();
  });
  // A chat that comes into view again is where its reader left it: browsers
  // forget it while it is hidden.
  const shown = () => {
    if (atEnd) toEnd();
    else scroll.scrollTop = top;
  };
  const sized = new ResizeObserver(() => { if (atEnd) scroll.scrollTop = scroll.scrollHeight; });
  sized.observe(scroll);
  sized.observe(scroll.firstChild);

  let last; // the entry above
  const add = (entry) => {
    if (!last ? !consultation : new Date(last.at).toDateString() !== new Date(entry.at).toDateString()) {
      lines.append(h("div", { class: "day" }, h("span", { class: "on-screen" }, dayOf(entry.at)), h("span", { class: "on-paper" }, dateOf(entry.at))));
      last = undefined;
    }
    lines.append(bubbles.has(entry.kind) ? bubble(chat, entry, last, { own, contactRead: chat.header?.contactRead }) : line(entry));
    last = entry;
  };

  const take = (entries) => {
    // A late verdict on a file shows where the file stands.
    for (const { data } of entries) if (data.event === "file-judged") judge(lines, data.file);
    const mine = entries.filter(here).filter(worthALine);
    for (const entry of mine) add(entry);
    if (!mine.length) return;
    if (atEnd || mine.some((e) => e.own && /message|file/.test(e.kind))) toEnd();
    else {
      unseen += mine.length;
      newer.replaceChildren(icon("down"), t.transcript.newer(unseen));
      newer.hidden = false;
    }
    outboxChanged();
  };

  // A message that is on its way stands below the others. When its entry comes
  // before the answer to the command, it is in view already.
  let waiting = 0;
  const outboxChanged = () => {
    if (!outbox) return;
    if (outbox.messages.length > waiting) toEnd();
    waiting = outbox.messages.length;
    const tail = chat.entries.slice(-20).filter((e) => e.own && here(e));
    sync(sending, outbox.messages, (m) => m.key + (m.fields.text ?? "") + (m.refusal ?? ""), (m) => unsent(m, outbox),
      (el, m) => {
        el.hidden = !m.refusal && (!m.fields.text || tail.some((e) => e.text === m.fields.text && Date.parse(e.at) > Date.parse(m.at) - 5000));
      });
  };

  const readChanged = () => {
    const read = chat.header?.contactRead ?? 0;
    for (const circle of lines.querySelectorAll(".read:not(.yes)")) {
      if (Number(circle.dataset.public) <= read) mark(circle, true);
    }
  };

  chat.on("entries", (e) => take(e.detail));
  chat.on("reset", () => {
    lines.replaceChildren();
    lines.setAttribute("aria-live", "off");
    last = undefined;
    unseen = 0;
    newer.hidden = true;
  });
  chat.on("current", () => {
    // Only what comes from now on is read out.
    setTimeout(() => lines.setAttribute("aria-live", "polite"), 100);
    toEnd();
  });
  chat.on("header", readChanged);
  chat.on("typing", () => {
    const now = [...chat.typing.values()].filter(here);
    sync(typing, now, (s) => s.from.colour + s.from.name, () => h("div", { class: "bubble unsent" }), (el, s) => draw(el, s));
  });
  if (chat.entries.length) take(chat.entries);
  if (chat.current) lines.setAttribute("aria-live", "polite");
  return { element, toEnd, shown, outboxChanged, reading: () => atEnd };
}

// worthALine leaves out what other parts of the page show: whom the chat was
// offered to before anybody took it, and that its contact is in it.
const worthALine = (e) => bubbles.has(e.kind)
  || !!e.text && e.kind !== "silent" && !/^(offered|file-judged)$/.test(e.data.event) && !(e.data.event === "invited" && e.data.purpose === "inbound")
  && !(e.kind === "join" && e.about?.role === "contact");

// drawPast draws an entry of a chat that is over, or nothing.
export function drawPast(entry) {
  if (!worthALine(entry)) return null;
  return bubbles.has(entry.kind) ? bubble(undefined, entry, undefined, { own: false }) : line(entry);
}

function bubble(chat, entry, above, { own, contactRead }) {
  const follows = /message|link|file/.test(above?.kind) && /message|link|file/.test(entry.kind) && above.own === entry.own && !aside(above) === !aside(entry)
    && above.from?.colour === entry.from?.colour && Date.parse(entry.at) - Date.parse(above.at) < together;
  const classes = ["bubble", entry.own && "own", follows && "follows", aside(entry) && "aside", entry.kind === "automatic" && "automatic"];
  const when = h("span", { class: "when" }, h("time", { datetime: entry.at, title: fullTime(entry.at) }, hourOf(entry.at)));
  if (own && entry.own && entry.public && !aside(entry)) {
    const circle = h("span", { class: "read", role: "img", "data-public": entry.public });
    mark(circle, entry.public <= (contactRead ?? 0));
    when.append(circle);
  }
  return h("div", { class: classes.filter(Boolean).join(" "), "data-position": entry.position },
    h("div", { class: "name" }, nameOf(entry), audience(entry)),
    h("div", { class: "body" }, chat && entry.kind === "file" ? fileCard(chat, { ...entry.data.file }) : said(entry), when));
}

function mark(circle, yes) {
  circle.classList.toggle("yes", yes);
  circle.setAttribute("aria-label", yes ? t.transcript.read : t.transcript.unread);
  circle.title = yes ? t.transcript.read : t.transcript.unread;
}

// nameOf is who says it, in the colour that this viewer sees them in.
function nameOf(entry) {
  if (entry.kind === "automatic") return h("span", { class: "soft" }, t.transcript.automatic);
  return name(entry.from);
}

export function name(handle) {
  const colour = handle?.colour >= 0 ? `n${handle.colour % 8}` : "soft";
  return h("span", { class: colour, dir: "auto" }, handle?.name || t.transcript.nobody);
}

const aside = (e) => !!e.consultation || !!e.audience && e.audience !== "everyone";

function audience(entry) {
  if (entry.consultation || !aside(entry)) return null;
  return h("span", { class: "tag aside" }, icon("lock", 12), t.audience[entry.audience] ?? entry.audience);
}

// said is what a bubble says: the words with their links, a pushed page as a card,
// and what is to be known of addresses that are not what they seem.
function said(entry) {
  const segments = entry.segments ?? [{ source: entry.text }];
  const isPage = ({ link }) => entry.kind === "link" && !!link?.href && link.href === entry.data?.url;
  const page = segments.find(isPage)?.link;
  const rest = segments.filter((s) => !isPage(s));
  const text = rest.length ? h("span", { class: "text", dir: "auto" }, words(rest)) : null;
  return [text, page && card(page), page?.findings && warning(page, { leads: false }), warnings(rest)].flat();
}

// card is a page that was pushed: always with its actual address.
function card(link) {
  return h("a", { class: "card", ...opens(link) },
    icon("open", 20), h("span", {}, h("b", { dir: "auto" }, hostOf(link)), h("span", { class: "small soft address" }, link.tooltip)));
}

function line(entry) {
  const classes = ["line", aside(entry) && "aside"];
  return h("div", { class: classes.filter(Boolean).join(" "), "data-position": entry.position },
    entry.text, h("time", { datetime: entry.at, title: fullTime(entry.at) }, hourOf(entry.at)));
}

function unsent(message, outbox) {
  const element = h("div", { class: "bubble own unsent" },
    h("div", { class: "body" }, h("span", { class: "text", dir: "auto" }, message.fields.text ?? t.transcript.files),
      h("span", { class: "when" }, message.refusal ? "" : h("span", { class: "read", title: t.transcript.sending }))));
  element.classList.add(message.refusal ? "refused" : "pending");
  if (message.refusal) {
    element.append(h("div", { class: "refusal", role: "alert" }, h("span", {}, message.refusal),
      h("button", { type: "button", onclick: () => outbox.again(message) }, t.transcript.again),
      h("button", { type: "button", onclick: () => outbox.drop(message) }, t.transcript.drop)));
  }
  return element;
}

// draw shows that somebody types, or what they have typed so far.
function draw(element, signal) {
  const key = signal.draft ? "draft" : "dots";
  if (element.dataset.shows !== key) {
    element.dataset.shows = key;
    element.replaceChildren(
      h("div", { class: "name" }, name(signal.from), h("span", { class: "soft" }, signal.draft ? t.transcript.notSent : "")),
      h("div", { class: "body" }, signal.draft
        ? h("span", { class: "text soft", dir: "auto" })
        : h("span", { class: "dots", role: "img", "aria-label": t.transcript.typing(signal.from.name) }, h("i"), h("i"), h("i"))));
  }
  if (signal.draft) setText(element.querySelector(".text"), signal.draft);
}
