// How urgently an answer is waited for: a colour, a shape and a word, so that no
// one of them is needed to tell (TIME-2).
import { setElapsed } from "./clock.js";
import { h, setText } from "./dom.js";
import { t } from "./text.js";

const shapes = {
  none: '<circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  green: '<circle cx="8" cy="8" r="6" fill="currentColor"/>',
  yellow: '<path d="M8 1.5 15 14H1z" fill="currentColor"/>',
  red: '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor"/><path d="M8 4.2v4.6M8 11v.6" stroke="var(--surface)" stroke-width="1.8" stroke-linecap="round"/>',
};

// light makes one; setLight shows a pending response { since, stage } in it, or
// none.
export function light() {
  return h("span", { class: "light" }, h("span", { class: "shape", "aria-hidden": "true" }), h("span", { class: "word" }), h("time", { class: "elapsed" }));
}

export function setLight(element, pending) {
  const stage = pending ? pending.stage in shapes ? pending.stage : "green" : "none";
  if (element.dataset.stage !== stage) {
    element.dataset.stage = stage;
    element.querySelector(".shape").innerHTML = `<svg viewBox="0 0 16 16" width="14" height="14">${shapes[stage]}</svg>`;
    setText(element.querySelector(".word"), t.light[stage]);
  }
  setElapsed(element.querySelector(".elapsed"), pending?.since);
}
