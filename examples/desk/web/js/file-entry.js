// A file in a chat: its picture or an icon, what it is, and how it is.
import { bytes } from "./files.js";
import { h, icon, setText } from "./dom.js";
import { ticketed } from "./session.js";
import { t } from "./text.js";
import { explain } from "./tip.js";

// fileCard shows a file of the transcript: { id, name, type, size, icon, verdict,
// code, reason }.
export function fileCard(chat, file) {
  const picture = /^image\//.test(file.type ?? "") && /^(available|pending-scan)$/.test(file.verdict);
  // The box of a picture is as large before the picture is there, and if it never
  // comes: nothing jumps.
  const element = h("div", { class: picture ? "file picture" : "file", "data-file": file.id });
  element.judge = (verdict) => show(element, chat, Object.assign(file, verdict));
  element.judge({});
  return element;
}

// judge shows a new verdict { id, verdict, code, reason } where the file stands.
export function judge(lines, verdict) {
  lines.querySelector(`[data-file="${CSS.escape(verdict.id)}"]`)?.judge({ code: undefined, reason: undefined, ...without(verdict, "name", "type", "size", "icon") });
}

const without = (fields, ...names) => Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

function show(element, chat, file) {
  const open = file.verdict === "available";
  element.dataset.verdict = file.verdict;
  const facts = h("span", { class: "file-facts" }, h("b", { class: "file-name cut", dir: "auto", title: file.name }, file.name),
    h("span", { class: "small soft", role: "status" }, open ? bytes(file.size ?? 0) : t.files.verdict[file.verdict] ?? file.verdict));
  const content = [thumbnail(chat, file, 28), facts];
  if (open) {
    element.replaceChildren(h("a", { href: ticketed(fileOf(chat, file)), download: file.name, "aria-label": t.files.save(file.name, bytes(file.size ?? 0)) },
      content, h("span", { class: "file-save" }, icon("save"))));
  } else {
    element.replaceChildren(h("div", {}, content));
    const why = reason(file);
    if (why) facts.append(h("span", { class: "small" }, why));
    explain(element, [t.files.what[file.verdict], why].filter(Boolean).join(" "));
  }
  if (open) explain(element, "");
}

// thumbnail is the small picture of a file that has one, else the icon of its
// kind or of what is wrong with it.
export function thumbnail(chat, file, size) {
  const bad = { broken: "file-broken", blocked: "file-blocked", deleted: "file-deleted" }[file.verdict];
  const drawing = icon(bad ?? `file-${file.icon ?? "other"}`, size);
  const box = h("span", { class: "file-box" }, drawing);
  if (file.verdict === "available" && /^image\//.test(file.type ?? "") && file.thumbnail !== false) {
    const picture = h("img", { src: ticketed(fileOf(chat, file) + "?form=thumbnail"), alt: t.files.picture(file.name), hidden: true });
    picture.addEventListener("load", () => {
      picture.hidden = false;
      drawing.remove();
    });
    picture.addEventListener("error", () => picture.remove());
    box.append(picture);
  }
  return box;
}

const fileOf = (chat, file) => `${chat.path}/files/${encodeURIComponent(file.id)}`;

// reason says why a file is not to be had: in the page's language where it has
// words for it.
export function reason({ code, reason }) { return (code && t.files.reasons[code]) ?? reason ?? ""; }

// state is one line on a file that is ready.
export function setState(element, file) {
  setText(element, file.verdict === "available" ? bytes(file.size) : [t.files.verdict[file.verdict], reason(file)].filter(Boolean).join(". "));
}
