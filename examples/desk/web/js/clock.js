// Everything that shows time: one tick a second for all of it.
import { h, setText } from "./dom.js";
import { t, language } from "./text.js";

// elapsed is a text that counts from a moment on: 0:07, 12:40, 1:02:03.
export function elapsed(since, until = "") {
  const element = h("time", { class: "elapsed" });
  setElapsed(element, since, until);
  return element;
}

export function setElapsed(element, since, until = "") {
  element.dataset.since = since ?? "";
  element.dataset.until = until ?? "";
  show(element);
}

function show(element) {
  const { since, until } = element.dataset;
  setText(element, since ? span((until ? Date.parse(until) : now()) - Date.parse(since)) : "");
}

// span writes milliseconds as minutes and seconds.
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

// A ring runs down from one moment to another, with the seconds that are left
// inside it.
export function ring(from, until) {
  const element = h("span", { class: "ring", role: "timer", "data-from": from, "data-until": until });
  element.innerHTML = `<svg viewBox="0 0 36 36" width="36" height="36" aria-hidden="true">
    <circle class="rest" cx="18" cy="18" r="15.5"/><circle class="left" cx="18" cy="18" r="15.5" pathLength="100"/></svg><b></b>`;
  runDown(element);
  return element;
}

function runDown(element) {
  const [from, until] = [Date.parse(element.dataset.from), Date.parse(element.dataset.until)];
  const left = Math.max(0, until - now());
  const part = Math.min(1, left / Math.max(1, until - from));
  element.querySelector(".left").style.strokeDashoffset = String(100 - 100 * part);
  element.classList.toggle("short", part < 0.34);
  setText(element.querySelector("b"), String(Math.ceil(left / 1000)));
}

// The server's clock: what it is ahead of ours. Its answers carry the time in
// whole seconds, so a small difference says nothing.
let ahead = 0;
export function now() { return Date.now() + ahead; }
export function learn(date) {
  const difference = Date.parse(date) - Date.now();
  if (Number.isFinite(difference)) ahead = Math.abs(difference) > 2000 ? difference : 0;
}

const tick = () => {
  document.querySelectorAll(".elapsed").forEach(show);
  document.querySelectorAll(".ring").forEach(runDown);
};
setInterval(tick, 1000);

const hour = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { month: "long", day: "numeric" });
const dayOfYear = new Intl.DateTimeFormat(language, { year: "numeric", month: "long", day: "numeric" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

export const hourOf = (at) => hour.format(new Date(at));
export const dateOf = (at) => dayOfYear.format(new Date(at));
export const fullTime = (at) => full.format(new Date(at));

// dayOf names a day as a person would.
export function dayOf(at) {
  const date = new Date(at);
  const today = new Date(now());
  const yesterday = new Date(now() - 24 * 3600 * 1000);
  if (date.toDateString() === today.toDateString()) return t.days.today;
  if (date.toDateString() === yesterday.toDateString()) return t.days.yesterday;
  return (date.getFullYear() === today.getFullYear() ? day : dayOfYear).format(date);
}
