// The line to write in. What is typed survives a reload and a lost connection.
import { h, icon, setText, sync } from "./dom.js";
import { keep, kept } from "./session.js";
import { t } from "./text.js";

const every = 2500; // how often it is told that somebody types, in milliseconds
const often = 400; // and what they type
const idle = 5000; // without one for so long, typing is over

// composer writes to the chat, or to one of its consultations. Options:
// consultation, outbox, label, placeholder; preview: keystrokes carry the text,
// where the policy wants it; audiences: () => [[value, label], …] to whom one
// may write, the first by default; closed: () => why one cannot write, empty if
// one can.
export function composer(chat, { consultation = "", outbox, label, placeholder, preview = false, audiences = () => [], closed }) {
  const place = `draft ${chat.id} ${consultation}`;
  const box = h("textarea", { rows: "1", "aria-label": label, placeholder, enterkeyhint: "send", dir: "auto" });
  const to = h("select", { "aria-label": t.composer.to, hidden: true });
  const button = h("button", { type: "submit", class: "primary", "aria-label": t.composer.send }, icon("send"));
  const hint = h("p", { class: "hint" });
  const form = h("form", { class: "composer" + (consultation ? " aside" : "") }, h("div", { class: "row" }, to, box, button), hint);
  box.value = kept(place) ?? "";

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
    const text = box.value;
    if (!text.trim() || closed()) return;
    if (adrift()) return to.focus();
    box.value = "";
    keep(place, undefined);
    clearTimeout(quiet);
    clearTimeout(later);
    const fields = { text };
    if (consultation) fields.consultation = consultation;
    else if (to.value && to.value !== "everyone") fields.to = to.value;
    // A keystroke that is still on its way may come in after the message.
    outbox.add(fields).then(() => { if (!box.value) stop(); });
    box.focus();
  });

  const adrift = () => to.options.length > 0 && to.selectedIndex < 0;
  const update = () => {
    const why = closed();
    box.readOnly = !!why;
    box.setAttribute("aria-disabled", String(!!why));
    button.setAttribute("aria-disabled", String(!!why));
    form.classList.toggle("closed", !!why);
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
  update();
  return { element: form, focus: () => box.focus(), update };
}
