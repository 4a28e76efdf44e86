// The log of one interaction, raw, beside what each viewer sees of it. No host
// would show this to anybody; it is here to show how the library works.
import { place } from "./connection.js";
import { h, setText, sync } from "./dom.js";
import { listen } from "./stream.js";
import { fill, t } from "./text.js";

fill(document);
document.title = t.log.title;
const $ = (id) => document.getElementById(id);
place($("connection"));

const id = decodeURIComponent(location.pathname.replace(/^\/log\/?/, ""));
if (id) {
  listen(`/demo/log/${encodeURIComponent(id)}`, { event: (name, log) => show(log), refused: () => { $("none").hidden = false; } });
} else {
  // Without an id: the chats to choose from.
  listen("/demo/chats", {
    event: (name, chats) => {
      $("none").hidden = chats.length > 0;
      sync($("chats"), chats, (c) => c.id, (c) => h("li", {}, h("a", { href: `/log/${encodeURIComponent(c.id)}` }, `${c.contact}: ${c.subject}`)));
    },
  });
}

function show({ viewers, rows }) {
  sync($("head"), [...t.log.columns.map((name) => ({ name })), ...viewers], (c) => c.id ?? c.name,
    (c) => h("th", { scope: "col", class: c.id ? "viewer" : "" }, c.name, c.id && h("span", {}, c.id.startsWith("contact:") ? t.side.role.contact : c.id)));
  // Who came since is a column more, and then all rows are drawn anew.
  const columns = viewers.map((v) => v.id).join();
  const scroll = document.querySelector(".log-scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
  sync($("rows"), rows, (r) => `${r.seq} ${columns}`, (r) => row(r, viewers));
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

function row(r, viewers) {
  const audience = h("span", { class: "tag " + ({ everyone: "good", internal: "" }[r.audience] ?? "aside") }, t.log.audience[r.audience] ?? r.audience);
  return h("tr", { class: "new" }, h("td", { class: "seq" }, String(r.seq)), h("td", { class: "time" }, clock.format(new Date(r.at))),
    h("td", {}, r.by), h("td", {}, audience), h("td", { class: "kind" }, r.kind), fact(r.facts), viewers.map((v) => seen(r.seen[v.id])));
}

// seen is one viewer's cell: its own number for the record and its own words,
// or nothing at all.
function seen(view) {
  if (!view) return h("td", { class: "viewer hidden-cell" }, h("span", { class: "visually-hidden" }, t.log.hidden));
  return h("td", { class: "viewer" + (view.text ? "" : " silent") }, h("i", {}, String(view.position)), view.text ?? t.log.silent);
}

const fact = (facts) => h("td", { class: "fact" }, facts.map(([name, value]) => [h("span", { class: "field" }, `${name}: `), `${value} `]).flat());
