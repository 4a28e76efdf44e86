// The files that are to be sent, above the line to write in, and the ways to put
// some there: a button, dropping them onto the chat, and pasting a picture.
import { bytes } from "./files.js";
import { setState, thumbnail } from "./file-entry.js";
import { h, icon, setText, sync } from "./dom.js";
import { t } from "./text.js";
import { explain } from "./tip.js";

// pending shows uploads. closed says why nothing can be sent now, empty if it
// can. drops makes an element one that takes files.
export function pending(uploads, { closed, focus }) {
  const { chat } = uploads;
  const list = h("ul", { class: "pending-files", "aria-label": t.files.pending });
  const all = h("button", { type: "button", class: "plain small", onclick: () => { uploads.discard(); focus(); } }, t.files.removeAll);
  const said = h("span", { class: "visually-hidden", role: "status" });
  const element = h("div", { class: "pending-list", hidden: true }, list, all, said);
  const input = h("input", { type: "file", multiple: true, tabindex: "-1", class: "visually-hidden", "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "plain icon", "aria-label": t.files.choose, "data-tip": t.files.choose }, icon("clip", 18));

  const may = () => !closed() && uploads.allowance?.allowed !== false;
  const take = (files) => {
    if (closed() || !files.length) return false;
    uploads.add(files);
    focus();
    return true;
  };
  button.addEventListener("click", () => { if (may()) input.click(); });
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = ""; // so that the same one can be chosen again
  });

  let known = 0;
  const update = () => {
    const rows = [...uploads.ready, ...uploads.items];
    sync(list, rows, (f) => f.id ?? f.key, (f) => row(uploads, f, focus), (el, f) => el.update(f));
    all.hidden = rows.length < 2;
    element.hidden = !rows.length;
    if (known !== uploads.ready.length) setText(said, uploads.ready.length ? t.files.count(uploads.ready.length) : "");
    known = uploads.ready.length;
    button.setAttribute("aria-disabled", String(!may()));
    const a = uploads.allowance;
    const why = a && !a.allowed ? t.files.refused[a.code]?.(a.maxFiles) ?? a.reason : "";
    explain(button, why || t.files.choose);
    if (a) input.accept = a.types?.includes("*") ? "" : (a.types ?? []).map((type) => "." + type).join(",");
  };
  uploads.addEventListener("change", update);
  update();

  // drops shows where files may be let go. Moving over what is inside leaves and
  // enters again, so that both are counted.
  const drops = (zone) => {
    const cover = h("div", { class: "drop-here", "aria-hidden": "true" }, icon("clip", 24), t.files.drop);
    zone.classList.add("drop-zone");
    let inside = 0;
    const end = () => {
      inside = 0;
      cover.remove();
    };
    zone.addEventListener("dragenter", (event) => {
      if (carries(event) && !closed() && ++inside === 1) zone.append(cover);
    });
    zone.addEventListener("dragleave", (event) => { if (carries(event) && inside && --inside === 0) end(); });
    zone.addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
    zone.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      end();
      take(droppedBy(event.dataTransfer));
    });
  };
  const paste = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // A copied table comes as words and as a picture of it: the words are meant.
    if (files.length && !event.clipboardData.types.includes("text/plain") && take(files)) event.preventDefault();
  };
  return { element, button, input, drops, paste, update };
}

const carries = (event) => !!event.dataTransfer?.types.includes("Files");

// droppedBy are the files among what was dropped: folders are none.
function droppedBy(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  return items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()).filter(Boolean);
}

// A file that is let go beside a chat must not replace the page.
for (const type of ["dragover", "drop"]) {
  addEventListener(type, (event) => {
    if (!carries(event) || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}

function row(uploads, first, focus) {
  const { chat } = uploads;
  let now = first;
  const box = h("span", { class: "file-holder" });
  const state = h("span", { class: "small soft state" });
  const bar = h("progress", { max: "1", value: "0", "aria-label": t.files.progress(first.name) });
  const again = h("button", { type: "button", class: "plain small", onclick: () => uploads.again(now) }, t.files.again);
  const remove = h("button", {
    type: "button", class: "plain icon", onclick: () => {
      if (now.id) uploads.discard(now.id);
      else uploads.drop(now);
      focus();
    },
  }, icon("close", 14));
  const element = h("li", { class: "pending-file" }, box,
    h("span", { class: "file-facts" }, h("b", { class: "file-name cut", dir: "auto", title: first.name }, first.name), bar, state), again, remove);
  element.update = (f) => {
    now = f;
    const uploading = !f.id && !f.why;
    element.dataset.verdict = f.why ? "refused" : f.verdict ?? "uploading";
    bar.hidden = !uploading;
    bar.value = f.part ?? 1;
    again.hidden = !f.why || !f.again;
    if (f.why) {
      state.setAttribute("role", "alert");
      setText(state, f.why);
    } else if (uploading) setText(state, t.files.uploading(Math.round(100 * f.part), bytes(f.size)));
    else setState(state, f);
    const label = uploading ? t.files.cancel(f.name) : t.files.remove(f.name);
    remove.setAttribute("aria-label", label);
    const shows = `${f.id} ${f.verdict}`;
    if (box.dataset.shows !== shows) {
      box.dataset.shows = shows;
      box.replaceChildren(thumbnail(chat, f.id ? f : { icon: f.why ? "other" : kindOf(f.file?.type), verdict: f.why ? "blocked" : "" }, 20));
    }
  };
  element.update(first);
  return element;
}

// kindOf guesses an icon until the server has looked into the file.
const kindOf = (type = "") => (/^image\//.test(type) ? "image" : /pdf/.test(type) ? "pdf" : /^text\//.test(type) ? "text" : "other");
