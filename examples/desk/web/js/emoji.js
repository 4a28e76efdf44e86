// A list of emoji to choose from. It comes from the server when it is first
// opened; which were used last, and the skin tone, the browser remembers.
import { get, api } from "./command.js";
import { h, icon } from "./dom.js";
import { t } from "./text.js";

const across = 8; // in a row
const remembered = 24;
const pause = 200;

let groups; // the same for all of a page

const store = {
  read() {
    try { return { recent: [], tone: 0, ...JSON.parse(localStorage.getItem("desk emoji")) }; } catch { return { recent: [], tone: 0 }; }
  },
  write(value) {
    try { localStorage.setItem("desk emoji", JSON.stringify(value)); } catch { /* it is only convenient */ }
  },
};

// emojiButton is a button that opens the list; insert gets what was chosen.
export function emojiButton(insert) {
  const button = h("button", { type: "button", class: "plain icon", "aria-label": t.emoji.choose, "data-tip": t.emoji.choose, "aria-haspopup": "dialog", "aria-expanded": "false" }, icon("smile", 18));
  let picker;
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    picker ??= makePicker(button, insert);
    picker.toggle();
  });
  return button;
}

function makePicker(button, insert) {
  const search = h("input", { type: "search", placeholder: t.emoji.search, "aria-label": t.emoji.search });
  const tabs = h("div", { class: "emoji-tabs", role: "tablist", "aria-label": t.emoji.groups });
  const grid = h("div", { class: "emoji-grid", role: "tabpanel" });
  const name = h("span", { class: "emoji-name small soft cut" });
  const tones = h("div", { class: "emoji-tones", role: "radiogroup", "aria-label": t.emoji.tone });
  const element = h("div", { class: "emoji-picker", popover: "auto", role: "dialog", "aria-label": t.emoji.choose }, search, tabs, grid,
    h("div", { class: "emoji-foot" }, name, tones));
  document.body.append(element);

  let state = store.read();
  let shown = ""; // the key of the group, "recent" for what was used last
  let sought = [];

  const toned = (e) => (state.tone && e.tones?.[state.tone - 1]) || e.text;
  const choose = (e) => {
    const text = toned(e);
    state.recent = [{ text, name: e.name }, ...state.recent.filter((r) => r.text !== text)].slice(0, remembered);
    store.write(state);
    element.hidePopover();
    insert(text);
  };
  const draw = () => {
    const all = search.value.trim() ? sought : shown === "recent" ? state.recent : groups?.find((g) => g.key === shown)?.emoji ?? [];
    grid.setAttribute("aria-label", groups?.find((g) => g.key === shown)?.name ?? t.emoji.recent);
    grid.replaceChildren(...all.map((e, i) => h("button", {
      type: "button", class: "plain", tabindex: i ? "-1" : "0", "aria-label": e.name, title: e.name, onclick: () => choose(e),
    }, toned(e))));
    if (!all.length) grid.replaceChildren(h("p", { class: "small soft" }, search.value.trim() ? t.emoji.none : t.emoji.noRecent));
    grid.scrollTop = 0;
    name.textContent = "";
    for (const tab of tabs.children) {
      const is = !search.value.trim() && tab.dataset.key === shown;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is || search.value.trim() && tab === tabs.firstChild ? 0 : -1;
    }
  };
  const open = (key) => {
    shown = key;
    search.value = "";
    draw();
  };

  const fill = () => {
    tabs.replaceChildren(...[{ key: "recent", name: t.emoji.recent }, ...groups].map((g) => h("button", {
      type: "button", role: "tab", class: "plain", "data-key": g.key, "aria-label": g.name, title: g.name, onclick: () => open(g.key),
    }, g.emoji ? g.emoji[0].text : icon("clock", 16))));
    const hand = groups.flatMap((g) => g.emoji).find((e) => e.short === "raised_hand" || e.text === "✋");
    tones.replaceChildren(...[hand?.text ?? "✋", ...(hand?.tones ?? [])].map((text, i) => h("button", {
      type: "button", class: "plain", role: "radio", "aria-label": t.emoji.tones[i], title: t.emoji.tones[i], "aria-checked": String(i === state.tone),
      tabindex: i === state.tone ? "0" : "-1", onclick: () => tone(i),
    }, text)));
  };
  const tone = (i, focus = false) => {
    state.tone = i;
    store.write(state);
    [...tones.children].forEach((b, n) => {
      b.setAttribute("aria-checked", String(n === i));
      b.tabIndex = n === i ? 0 : -1;
    });
    if (focus) tones.children[i].focus();
    draw();
  };

  let timer, asked;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    const mine = (asked = {});
    timer = setTimeout(async () => {
      const q = search.value.trim();
      const found = q ? await get(`${api}/emoji?${new URLSearchParams({ q })}`).catch(() => undefined) : undefined;
      if (mine !== asked) return;
      sought = found?.groups[0]?.emoji ?? [];
      draw();
    }, pause);
  });

  // The arrow keys go through the list, the tabs and the tones; the tab key goes
  // from one to the next.
  const step = (keys, children, at) => {
    const to = at + keys;
    children[Math.max(0, Math.min(children.length - 1, to))]?.focus();
  };
  grid.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
    const children = [...grid.children];
    const at = children.indexOf(document.activeElement);
    if (!by || at < 0) return;
    event.preventDefault();
    if (at + by < 0) search.focus();
    else step(by, children, at);
  });
  tabs.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const all = [...tabs.children];
    const to = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
    open(to.dataset.key);
    to.focus();
  });
  tones.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) tone((state.tone + by + tones.children.length) % tones.children.length, true);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") grid.querySelector("button")?.focus();
    if (event.key === "Enter") {
      event.preventDefault();
      grid.querySelector("button")?.click();
    }
  });
  for (const type of ["focusin", "pointerover"]) {
    grid.addEventListener(type, (event) => { name.textContent = event.target.closest("button")?.getAttribute("aria-label") ?? ""; });
  }

  // It stands above its button, as long as there is room.
  const place = () => {
    if (!element.matches(":popover-open")) return;
    const at = button.getBoundingClientRect();
    const { width } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, at.right - width))}px`;
    element.style.bottom = `${Math.max(8, Math.min(innerHeight - at.top + 8, innerHeight - 360))}px`;
  };
  addEventListener("resize", place);
  element.addEventListener("toggle", (event) => button.setAttribute("aria-expanded", String(event.newState === "open")));
  const toggle = async () => {
    if (element.matches(":popover-open")) return element.hidePopover();
    element.showPopover();
    place();
    state = store.read();
    search.focus();
    groups ??= (await get(`${api}/emoji`).catch(() => ({}))).groups;
    if (!groups) return;
    if (!tabs.children.length) fill();
    open(state.recent.length ? "recent" : groups[0].key);
  };
  return { toggle };
}
