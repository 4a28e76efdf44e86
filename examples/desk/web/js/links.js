// Links in what people write. The library has found and judged them (segments);
// here they are only drawn: the words as they were written, the actual address
// as the tooltip, and what was found about it in view, without a mouse.
import { h, icon } from "./dom.js";
import { t } from "./text.js";

const marks = { mail: "mail", phone: "phone" };

// words are the nodes of a text with its links.
export function words(segments) {
  return segments.map(({ source, link }) => (link ? one(source, link) : source));
}

// one is a link, or what has been kept from being one. Its words are always
// those that were written: there is no other text for a link (URL-1).
function one(source, link) {
  if (!link.href) return h("span", { class: "link blocked", title: link.tooltip }, source);
  const anchor = h("a", { class: `link ${link.level}`, ...opens(link) }, marks[link.kind] && icon(marks[link.kind], 12), source);
  return link.level === "ok" ? anchor : h("span", {}, anchor, icon("warning", 14));
}

// opens are the attributes of what a click opens. An e-mail or a call needs no
// tab of its own.
export function opens(link) {
  return { href: link.href, title: link.tooltip, rel: "noopener noreferrer nofollow", target: link.kind === "web" && "_blank" };
}

// warnings say, below a text, what was found about its links: each once.
export function warnings(segments) {
  const said = new Set();
  return segments.filter(({ link }) => link && link.level !== "ok" && !said.has(link.tooltip) && said.add(link.tooltip)).map(({ link }) => warning(link));
}

// warning is what is to be known of one link; without where it leads, where that
// stands beside it already.
export function warning(link, { leads = true } = {}) {
  const blocked = !link.href;
  return h("div", { class: `warning ${blocked ? "bad" : ""}`, role: "note" }, icon(blocked ? "decline" : "warning", 16),
    h("div", {}, h("b", {}, blocked ? t.links.blocked : t.links.careful), sentences(link.findings),
      !blocked && leads && h("p", {}, t.links.leads, " ", actual(link.tooltip))));
}

// sentences are findings in the words of the page's language.
export function sentences(findings) {
  return h("ul", {}, (findings ?? []).map((finding) => h("li", {}, t.links.finding(finding))));
}

// actual is an address as it is, never mixed up with what stands around it.
export function actual(address) { return h("bdi", { class: "address", dir: "ltr" }, address); }

// hostOf is the host of a link in the form that deceives nobody.
export function hostOf(link) { return link.text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[/?#].*$/s, ""); }
