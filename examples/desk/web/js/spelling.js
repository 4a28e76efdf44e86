// What is done with a message that was held back for its spelling: the words are
// underlined where they stand, each can be replaced, and the message can be sent
// all the same.
import { h, icon, setText, sync } from "./dom.js";
import { t } from "./text.js";

// spelling watches over a textarea. anyway is called when the text shall go out
// as it is, with the words that its author has seen.
export function spelling(box, { anyway }) {
  const marks = h("div", { class: "marks", "aria-hidden": "true" });
  const list = h("ul", {});
  const send = h("button", { type: "button", onclick: () => anyway({ confirm: held.text === box.value ? held.confirm : "", words: held.seen }) }, t.spelling.anyway);
  const element = h("section", { class: "spelling", "aria-label": t.spelling.label, hidden: true },
    h("div", { class: "spelling-head" }, icon("warning"), h("p", { role: "alert" }, t.spelling.title), send), list);
  const writing = h("div", { class: "writing" }, marks, box);

  // What was held back: its words with their places in the text as it is now, in
  // UTF-16 units, which are JavaScript's own.
  let held = { text: "", words: [], seen: [], confirm: "" };
  let before = "";

  const update = () => {
    element.hidden = !held.words.length;
    sync(list, held.words, (w) => `${w.id}`, (w) => word(w));
    marks.replaceChildren(...marked(box.value, held.words));
    follow();
  };
  const follow = () => {
    marks.style.paddingInlineEnd = `${box.offsetWidth - box.clientWidth + 8}px`;
    marks.scrollTop = box.scrollTop;
  };
  box.addEventListener("scroll", follow);

  const word = (w) => h("li", {},
    h("button", { type: "button", class: "plain wrong", title: t.spelling.show, onclick: () => choose(w) }, w.word),
    (w.suggestions ?? []).slice(0, 5).map((s) => h("button", { type: "button", "aria-label": t.spelling.replace(w.word, s), onclick: () => replace(w, s) }, s)),
    !w.suggestions?.length && h("span", { class: "small soft" }, t.spelling.none));

  const choose = (w) => {
    box.focus();
    box.setSelectionRange(w.start, w.end);
  };
  const replace = (w, by) => {
    box.setRangeText(by, w.start, w.end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const next = list.querySelector("button:not(.wrong)");
    (next ?? box).focus();
  };

  // Words behind a change move along, and one that was changed itself is no
  // longer wrong as far as anybody knows.
  box.addEventListener("input", () => {
    if (held.words.length) {
      const [now, end] = [box.value, Math.min(before.length, box.value.length)];
      let same = 0;
      while (same < end && before[same] === now[same]) same++;
      let tail = 0;
      while (tail < end - same && before.at(-1 - tail) === now.at(-1 - tail)) tail++;
      const moved = now.length - before.length;
      held.words = held.words.flatMap((w) => {
        if (w.end <= same) return [w];
        if (w.start >= before.length - tail) return [{ ...w, start: w.start + moved, end: w.end + moved }];
        return [];
      }).filter((w) => !letter(now[w.start - 1]) && !letter(now[w.end]));
      update();
    }
    before = box.value;
  });

  // hold shows what was held back: the words { start, end, word, suggestions }, and
  // what says that the same text may go.
  const hold = ({ words, confirm }) => {
    before = box.value;
    const placed = words.map((w, id) => ({ ...w, id, word: box.value.slice(w.start, w.end) }));
    held = { text: box.value, words: placed, seen: words.map((w) => w.word), confirm };
    list.replaceChildren();
    update();
    setText(send, t.spelling.anyway);
  };
  const release = () => {
    held = { text: "", words: [], seen: [], confirm: "" };
    update();
  };
  return { element, writing, hold, release };
}

const letter = (c) => /\p{L}/u.test(c ?? "");

// marked is a text with its wrong words underlined.
function marked(text, words) {
  const parts = [];
  let at = 0;
  for (const w of words) {
    parts.push(text.slice(at, w.start), h("mark", {}, text.slice(w.start, w.end)));
    at = w.end;
  }
  return words.length ? [...parts, text.slice(at) + "\n"] : [];
}
