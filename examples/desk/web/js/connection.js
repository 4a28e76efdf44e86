// Whether the server can be reached: one banner for all streams and commands of
// a page. It heals by itself; the button only makes it hurry.
import { h, setText } from "./dom.js";
import { t } from "./text.js";

const lost = new Set(); // what has no connection now
const waiting = new Set(); // how to try at once
let banner, text, timer;

// trouble says that something lost its connection, or has it again.
export function trouble(what, is) {
  if (is) lost.add(what);
  else lost.delete(what);
  clearTimeout(timer);
  // A short break is nobody's business.
  timer = setTimeout(show, lost.size ? 700 : 0);
}

// pause waits before the next try: shorter if the browser is online again or
// the person asks for it.
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      waiting.delete(end);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    waiting.add(end);
    signal?.addEventListener("abort", end);
  });
}

// place says where in the page the banner stands.
export function place(element) {
  banner = element;
  text = h("span");
  banner.className = "banner";
  banner.setAttribute("role", "status");
  banner.hidden = true;
  banner.append(text, h("button", { type: "button", onclick: hurry }, t.connection.now));
}

function hurry() { for (const end of [...waiting]) end(); }

function show() {
  if (!banner) return;
  banner.hidden = lost.size === 0;
  setText(text, lost.size ? t.connection.lost : "");
}

addEventListener("online", hurry);
