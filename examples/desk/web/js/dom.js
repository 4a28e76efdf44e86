// Elements without a framework.

// h makes an element: h("button", { class: "primary", onclick: send }, "Send").
// Texts become text nodes, so that nothing a person wrote is ever read as HTML.
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

// sync makes the children of parent equal to values: one child for each key, in
// order. Children that stay are kept, and with them focus and hover.
export function sync(parent, values, keyOf, create, update = () => {}) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  values.forEach((value, i) => {
    const key = String(keyOf(value));
    let child = old.get(key);
    old.delete(key);
    if (!child) {
      child = create(value);
      child.dataset.key = key;
    }
    update(child, value);
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
  for (const child of old.values()) child.remove();
}

// setText writes a text only where it differs, so that selections and screen
// readers are left in peace.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const icons = {
  accept: '<path d="m3 8.5 3.2 3.2L13 4.8"/>',
  decline: '<path d="m4 4 8 8M12 4l-8 8"/>',
  end: '<path d="M8 2v6"/><path d="M4.6 4.2a5 5 0 1 0 6.8 0"/>',
  transfer: '<path d="M2 8h11M9.5 4.5 13 8l-3.5 3.5"/>',
  conference: '<circle cx="5.5" cy="5" r="2.2"/><path d="M1.5 13c0-2.6 1.7-4.3 4-4.3s4 1.7 4 4.3M12 4.5v5M9.5 7h5"/>',
  consult: '<path d="M2 3h8v6H5.5L3 11V9H2zM12 6h2v6h-1v2l-2.5-2H7v-1"/>',
  push: '<path d="M6.5 9.5 13 3M9 3h4v4M11 9.5V13H3V5h3.5"/>',
  done: '<circle cx="8" cy="8" r="6"/><path d="m5.4 8.2 1.8 1.8 3.4-3.7"/>',
  send: '<path d="M2.5 8 13.5 3l-3 10.5-3-4.5zM7.5 9l6-6"/>',
  lock: '<rect x="3.5" y="7" width="9" height="6.5" rx="1"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
  eye: '<path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.8"/>',
  coach: '<path d="M3 9V7a5 5 0 0 1 10 0v2M3 9.5v2.2a1 1 0 0 0 1 1h1V8.5H4a1 1 0 0 0-1 1zM13 9.5v2.2a1 1 0 0 1-1 1h-1V8.5h1a1 1 0 0 1 1 1z"/>',
  barge: '<path d="M13.5 2.5h-5v11h5M2 8h7M6.5 5.2 9.2 8l-2.7 2.8"/>',
  person: '<circle cx="8" cy="5" r="2.6"/><path d="M3 13.5c0-3 2.1-4.8 5-4.8s5 1.8 5 4.8"/>',
  close: '<path d="m4 4 8 8M12 4l-8 8"/>',
  panel: '<rect x="2" y="3" width="12" height="10" rx="1"/><path d="M10 3v10"/>',
  open: '<path d="M6.5 9.5 13 3M9 3h4v4M11 9.5V13H3V5h3.5"/>',
  fold: '<path d="m4 6 4 4 4-4"/>',
  down: '<path d="M8 3v10M4 9l4 4 4-4"/>',
  mail: '<rect x="2" y="3.5" width="12" height="9" rx="1"/><path d="m2.5 4.5 5.5 4.5 5.5-4.5"/>',
  phone: '<path d="M3.5 2.5h2.4l1.2 3-1.6 1.2a8 8 0 0 0 3.8 3.8l1.2-1.6 3 1.2v2.4a1 1 0 0 1-1 1A10.5 10.5 0 0 1 2.5 3.5a1 1 0 0 1 1-1z"/>',
  warning: '<path d="M8 2.5 14.5 13.5h-13z"/><path d="M8 6.5v3.2M8 11.6v.2"/>',
  globe: '<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c-4.5 4-4.5 8 0 12M8 2c4.5 4 4.5 8 0 12"/>',
  clock: '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
  star: '<path d="m8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z"/>',
  queue: '<path d="M2 4h12M2 8h12M2 12h7"/>',
  chat: '<path d="M2 3h12v8H7l-3 2.6V11H2z"/>',
  clip: '<path d="m13 7-5.2 5.2a3.2 3.2 0 0 1-4.5-4.5L8.6 2.4a2.1 2.1 0 0 1 3 3L6.4 10.6a1 1 0 0 1-1.5-1.4l4.7-4.7"/>',
  smile: '<circle cx="8" cy="8" r="6"/><path d="M5.4 9.4a3 3 0 0 0 5.2 0M6 6.2v.3M10 6.2v.3"/>',
  save: '<path d="M8 2v7.5M4.8 6.5 8 9.7l3.2-3.2M2.5 11v2.5h11V11"/>',
  saveAll: '<path d="M2 3.5h4l1.5 2H14v8H2zM8 7v4M6.2 9.4 8 11.2l1.8-1.8"/>',
  print: '<path d="M4.5 6V2.5h7V6M4.5 11h-2V6h11v5h-2M4.5 9h7v4.5h-7z"/>',
  search: '<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>',
  "file-other": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13"/>',
  "file-text": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 7h5M6 9.2h5M6 11.4h3"/>',
  "file-pdf": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 12c1.6-1.4 2.6-3.4 2.6-5M6 12c-.6-1 3-2.4 5-1.8M8.6 7c0 2.2 1.2 3.8 2.4 4"/>',
  "file-document": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 7h5M6 9.2h5M6 11.4h5"/>',
  "file-sheet": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 7.2h5v4.6H6zM6 9.5h5M8.5 7.2v4.6"/>',
  "file-slides": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 7.2h5v3.4H6zM8.5 10.6v1.6"/>',
  "file-archive": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M7 1.5v1M7 4v1M7 6.5v1M6 9h2v3H6z"/>',
  "file-image": '<rect x="2" y="3" width="12" height="10" rx="1"/><circle cx="5.6" cy="6.4" r="1.1"/><path d="m2.5 12 3.6-3.4 2.3 2 2.6-3 2.7 2.9"/>',
  "file-audio": '<path d="M6 12V3.5l7-1.2v8.4"/><circle cx="4.4" cy="12" r="1.7"/><circle cx="11.4" cy="10.8" r="1.7"/>',
  "file-video": '<rect x="1.5" y="4" width="9" height="8" rx="1"/><path d="m10.5 7 4-2v6l-4-2z"/>',
  "file-code": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M7 7.5 5.6 9.2 7 11M10 7.5l1.4 1.7L10 11"/>',
  "file-broken": '<path d="M4 9V1.5h5.5L13 5v2.4M9.5 1.5V5H13M4 11v3.5h9V10M2.5 10.2l2.6-1.4 2 2 2.4-2 2 1.8 2.4-1.6"/>',
  "file-blocked": '<circle cx="8" cy="8" r="6"/><path d="m3.8 3.8 8.4 8.4"/>',
  "file-deleted": '<path d="M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4"/>',
};

// icon is a drawing that belongs to a text beside it; screen readers skip it.
export function icon(name, size = 16) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 16 16", width: size, height: size, fill: "none", stroke: "currentColor",
    "stroke-width": 1.5, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) svg.setAttribute(key, value);
  svg.innerHTML = icons[name];
  return svg;
}
