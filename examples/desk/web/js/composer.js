// The line to write in. What is typed survives a reload and a lost connection.
import { h, icon, setText, sync } from "./dom.js";
import { emojiButton } from "./emoji.js";
import { pending } from "./pending.js";
import { shortcuts } from "./responses.js";
import { keep, kept } from "./session.js";
import { spelling } from "./spelling.js";
import { t } from "./text.js";

const every = 2500; // how often it is told that somebody types, in milliseconds
const often = 400; // and what they type
const idle = 5000; // without one for so long, typing is over

// composer writes to the chat, or to one of its consultations. Options:
// consultation, outbox, uploads, label, placeholder; preview: keystrokes carry the
// text, where the policy wants it; audiences: () => [[value, label], …] to whom
// one may write, the first by default; closed: () => why one cannot write, empty
// if one can.
export function composer(chat, { consultation = "", outbox, uploads, label, placeholder, preview = false, audiences = () => [], closed }) {
  const place = `draft ${chat.id} ${consultation}`;
  const box = h("textarea", { rows: "1", "aria-label": label, placeholder, enterkeyhint: "send", dir: "auto" });
  const to = h("select", { "aria-label": t.composer.to, hidden: true });
  const button = h("button", { type: "submit", class: "primary", "aria-label": t.composer.send }, icon("send"));
  const hint = h("p", { class: "hint" });
  const said = h("p", { class: "hint problem", role: "alert", hidden: true }); // what went wrong just now
  box.value = kept(place) ?? "";

  const complain = (text) => {
    setText(said, text);
    said.hidden = !text;
  };
  const writer = {
    uploads,
    may: () => box.isConnected && !box.readOnly,
    // insert writes in the place of what is selected, or of a part of the text.
    insert(text, start = box.selectionStart, end = box.selectionEnd) {
      if (box.readOnly) return;
      box.setRangeText(text, start, end, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
    },
    // insertWords keeps a space before them.
    insertWords(text) { this.insert((/\S$/.test(box.value.slice(0, box.selectionStart)) ? " " : "") + text); },
  };
  // What is chosen elsewhere goes where one has written last, else into the chat.
  if (!consultation) chat.mainWriter = writer;
  box.addEventListener("focus", () => { chat.writer = writer; });

  const files = pending(uploads, { closed: () => closed(), focus: () => box.focus() });
  const emoji = emojiButton((text) => writer.insert(text));
  const spell = spelling(box, { anyway: (confirmed) => submit(confirmed) });
  if (chat.staff) shortcuts(chat, box, writer, complain);
  box.addEventListener("paste", files.paste);
  const form = h("form", { class: "composer" + (consultation ? " aside" : "") }, spell.element, files.element,
    h("div", { class: "row" }, to, spell.writing, h("span", { class: "tools" }, emoji, files.button, files.input), button), said, hint);

  let told = 0; // when the last keystroke was told, 0 while nobody knows of any
  let later, quiet;
  const keystroke = () => {
    clearTimeout(quiet);
    if (!box.value.trim()) return stop();
    quiet = setTimeout(stop, idle);
    // With a preview the latest words are told, without it only that there are some.
    const drafts = preview && chat.header?.typingPreview;
    clearTimeout(later);
    later = setTimeout(() => {
      told = Date.now();
      chat.keystroke({ draft: drafts ? box.value : "", consultation });
    }, Math.max(0, told + (drafts ? often : every) - Date.now()));
  };
  const stop = () => {
    clearTimeout(quiet);
    clearTimeout(later);
    if (told) chat.keystroke({ consultation, stopped: true });
    told = 0;
  };

  box.addEventListener("input", () => {
    keep(place, box.value || undefined);
    complain("");
    // Words that the contact must not see are not even announced.
    if (!to.value || to.value === "everyone") keystroke();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  // submit sends the words and the files that are ready. confirmed is what says
  // that words may go although they are misspelled.
  const submit = (confirmed) => {
    const text = box.value;
    if (!text.trim() && !uploads.ready.length && !uploads.uploading || closed()) return;
    if (adrift()) return to.focus();
    if (uploads.uploading) return complain(t.files.wait);
    box.value = "";
    keep(place, undefined);
    complain("");
    spell.release();
    clearTimeout(quiet);
    clearTimeout(later);
    const fields = text.trim() ? { text } : {};
    if (consultation) fields.consultation = consultation;
    else if (to.value && to.value !== "everyone") fields.to = to.value;
    if (confirmed?.confirm) fields.confirm = confirmed.confirm;
    // A keystroke that is still on its way may come in after the message.
    outbox.add(fields, { files: uploads.ready.length > 0, anyway: confirmed?.words }).then(() => { if (!box.value) stop(); });
    box.focus();
  };
  // A message that is held back stands in the line again, before what was begun
  // since.
  outbox.held = ({ fields }, problem) => {
    box.value = fields.text + (box.value ? "\n" + box.value : "");
    keep(place, box.value);
    if (fields.to) to.value = fields.to;
    update();
    spell.hold(problem);
    box.setSelectionRange(fields.text.length, fields.text.length);
  };

  const adrift = () => to.options.length > 0 && to.selectedIndex < 0;
  const update = () => {
    const why = closed();
    box.readOnly = !!why;
    box.setAttribute("aria-disabled", String(!!why));
    button.setAttribute("aria-disabled", String(!!why));
    form.classList.toggle("closed", !!why);
    emoji.hidden = !chat.header?.emoji;
    emoji.setAttribute("aria-disabled", String(!!why));
    files.update();
    const choices = audiences();
    const chosen = to.value;
    sync(to, choices, ([value]) => value, ([value]) => h("option", { value }), (option, [, text]) => setText(option, text));
    // Words that were begun for some must never go to others: when those have
    // left, one chooses anew.
    if (chosen && box.value.trim() && !choices.some(([value]) => value === chosen)) to.selectedIndex = -1;
    to.hidden = !!why || !adrift() && choices.every(([value]) => value === "everyone");
    setText(hint, why || (adrift() ? t.composer.adrift : preview && chat.header?.typingPreview ? t.composer.preview : ""));
    hint.hidden = !hint.textContent;
  };
  chat.on("header", update);
  to.addEventListener("change", update);
  uploads.addEventListener("change", () => { if (!uploads.uploading && said.textContent === t.files.wait) complain(""); });
  update();
  return { element: form, focus: () => box.focus(), update, drops: files.drops };
}
