// The stage: three ordinary pages in one window, and what to try next.
import { h, setText } from "./dom.js";
import { listen } from "./stream.js";
import { fill, t } from "./text.js";

fill(document);
document.title = t.stage.title;
const $ = (id) => document.getElementById(id);
const language = new URLSearchParams(location.search).get("lang");

const panes = [
  { name: "pat", path: "/contact?open" },
  { name: "maria", path: "/agent?as=agent:maria" },
  { name: "ben", path: "/agent?as=agent:ben" },
].map((pane) => ({ ...pane, path: pane.path + (language ? `&lang=${language}` : "") }));

// A browser opens six connections to one address, and each pane keeps some open
// for its feeds. So each gets an address of its own, as names below localhost
// are this machine too; where a browser does not know that, all share one. (A
// host that is reached over HTTP/2 has no such limit.)
async function addresses() {
  if (!/^(127\.0\.0\.1|localhost)$/.test(location.hostname)) return () => "";
  const at = (name) => `http://${name}.localhost:${location.port || 80}`;
  try {
    await Promise.all(panes.map((pane) => fetch(at(pane.name) + "/icon.svg", { mode: "no-cors", signal: AbortSignal.timeout(2000) })));
    return at;
  } catch {
    return () => "";
  }
}

const base = await addresses();
for (const [i, pane] of panes.entries()) {
  pane.frame = h("iframe", { src: base(pane.name) + pane.path, title: t.stage.pane[pane.name] });
  pane.element = h("section", { class: "stage-pane" + (i ? "" : " front"), id: `pane-${pane.name}` },
    h("header", {}, h("b", {}, t.stage.pane[pane.name]), h("a", { href: base(pane.name) + pane.path, target: "_blank" }, t.stage.alone)), pane.frame);
  pane.tab = h("button", { type: "button", role: "tab", "aria-selected": String(!i), "aria-controls": `pane-${pane.name}`, onclick: () => front(pane) }, t.stage.pane[pane.name]);
  $("panes").append(pane.element);
  $("tabs").append(pane.tab);
}

function front(wanted) {
  for (const pane of panes) {
    pane.element.classList.toggle("front", pane === wanted);
    pane.tab.setAttribute("aria-selected", String(pane === wanted));
  }
}

// A step is done when the log says so: done gets the rows of the log.
const staff = (party) => /^(agent|supervisor):/.test(party);
const fact = (row, name) => row.facts.find(([n]) => n === name)?.[1];
const steps = [
  { name: "hello", pane: "pat", done: (log) => log.some((r) => r.kind === "said" && r.by.startsWith("contact:")) },
  { name: "accept", pane: "maria", done: (log) => log.some((r) => r.kind === "joined" && staff(fact(r, "party"))) },
  { name: "answer", pane: "maria", done: (log) => log.some((r) => r.kind === "said" && staff(r.by) && r.audience === "everyone") },
  { name: "consult", pane: "ben", done: (log) => log.some((r) => r.kind === "consultation-joined") },
  { name: "transfer", pane: "maria", done: (log) => log.some((r) => r.kind === "left" && fact(r, "why") === "after transfer") },
  { name: "done", pane: "ben", done: (log) => log.some((r) => r.kind === "closed") },
];

for (const [i, step] of steps.entries()) {
  step.element = h("li", {}, h("i", {}, String(i + 1)), h("span", {}, t.stage.step[step.name]));
  $("steps").append(step.element);
}

function show(log) {
  let next;
  for (const [i, step] of steps.entries()) {
    const done = step.done(log);
    if (!done) next ??= step;
    step.element.classList.toggle("done", done);
    step.element.toggleAttribute("aria-current", false);
    setText(step.element.firstChild, done ? "✓" : String(i + 1));
  }
  next?.element.setAttribute("aria-current", "step");
  setText($("hint"), next ? t.stage.hint[next.name] : t.stage.finished);
}
show([]);

// The contact's page says which chat it is in.
let watched;
addEventListener("message", ({ source, data }) => {
  if (source !== panes[0].frame.contentWindow || typeof data?.interaction !== "string") return;
  watched?.close();
  const path = encodeURIComponent(data.interaction);
  $("log").href = `/log/${path}`;
  watched = listen(`/demo/log/${path}`, { event: (name, log) => show(log.rows), refused: () => show([]) });
});
