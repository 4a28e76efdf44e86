// The window in which an agent pushes a page. Every address is judged by the
// server while it is typed; it can be sent once it is valid and has been seen as
// it really is, and it can be asked before whether it answers.
import { ask } from "./dialog.js";
import { h, icon, setText } from "./dom.js";
import { actual, sentences } from "./links.js";
import { proof } from "./session.js";
import { t } from "./text.js";

const pause = 150; // without a keystroke before an address is judged, in milliseconds

export function pushURL(chat) {
  const input = h("input", {
    type: "text", inputmode: "url", name: "url", placeholder: "https://", autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "ltr",
    role: "combobox", "aria-expanded": "false", "aria-controls": "push-recent", "aria-autocomplete": "list", "aria-describedby": "push-verdict",
  });
  const check = h("button", { type: "button", disabled: true }, icon("globe"), t.push.check);
  const verdict = h("div", { id: "push-verdict", class: "verdict", role: "status" });
  const answer = h("div", { class: "verdict", role: "status" });
  const list = h("ul", { id: "push-recent", role: "listbox", "aria-label": t.push.recent });
  const none = h("p", { class: "small soft none", hidden: true }, t.push.noneFits);
  const recent = h("div", { class: "recent", hidden: true }, h("h3", { class: "small soft" }, t.push.recent), none, list);

  const dialog = ask({
    title: t.push.title(chat.contact?.name ?? ""), say: t.push.say, wide: true,
    act: async () => {
      try {
        await chat.command("push-url", { url: judged.link.href });
      } catch (problem) {
        // The gate has the last word, and says why.
        setTimeout(() => show({ ...judged, link: undefined, findings: problem.findings ?? [] }));
        throw problem;
      }
    },
  }, h("div", { class: "push" }, h("label", { class: "field" }, h("span", {}, t.push.address), input), check), verdict, answer, recent);
  const send = dialog.querySelector("[type=submit]");

  let judged = {}; // what the server says of what stands in the field
  let chosen = -1; // the suggestion that the arrow keys are at

  const show = (now) => {
    judged = now;
    send.disabled = check.disabled = !now.link;
    input.setAttribute("aria-invalid", String(!!now.findings));
    verdict.className = "verdict " + (unfinished(now) ? "" : now.findings ? "bad" : now.link?.findings ? "warn" : now.link ? "good" : "");
    verdict.replaceChildren(...opinion(now));
    if (now.recent) suggest(now.recent);
  };

  const suggest = (addresses) => {
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...addresses.map((address, i) => h("li", {
      id: `push-recent-${i}`, role: "option", "aria-selected": "false", title: address, onclick: () => take(address),
    }, icon("clock", 14), h("span", { class: "cut", dir: "ltr" }, ...marked(address, input.value.trim())))));
    // Once there, it stays as it is: nothing jumps while one types.
    if (addresses.length && recent.hidden) {
      recent.hidden = false;
      list.style.height = `${list.scrollHeight}px`;
    }
    none.hidden = addresses.length > 0;
    input.setAttribute("aria-expanded", String(addresses.length > 0));
  };

  const move = (to) => {
    const options = [...list.children];
    chosen = Math.max(-1, Math.min(options.length - 1, to));
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const take = (address) => {
    input.value = address;
    input.focus();
    judge();
  };

  // judge asks the server what would become of what stands in the field. Only
  // the answer to the latest question counts.
  let asked = 0;
  const judge = async () => {
    clearTimeout(timer);
    const mine = ++asked;
    show({});
    answer.replaceChildren();
    answer.className = "verdict";
    const now = await post("typed", input.value);
    if (mine !== asked || !dialog.isConnected) return;
    if (now) show({ recent: [], ...now });
    else timer = setTimeout(judge, 2000); // the line is bad
  };
  let timer;
  input.addEventListener("input", () => {
    send.disabled = check.disabled = true;
    asked++;
    clearTimeout(timer);
    timer = setTimeout(judge, pause);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen].title);
    }
  });

  check.addEventListener("click", async () => {
    const mine = asked;
    check.disabled = true;
    answer.className = "verdict";
    setText(answer, t.push.checking);
    const got = await post("check", judged.link.href);
    if (mine !== asked) return;
    check.disabled = false;
    if (got?.findings) return show({ ...judged, link: undefined, findings: got.findings });
    answer.className = "verdict " + (got ? tone[got.reason] ?? "bad" : "bad");
    answer.replaceChildren(...(got ? said(got, judged.link.href) : [h("p", {}, t.push.notChecked)]));
  });
  judge();
}

// opinion is what is said of an address: as what it will be seen, or why it will
// not be.
function opinion({ link, findings, meant }) {
  if (unfinished({ findings })) return [h("div", { class: "soft" }, sentences(findings))];
  if (findings) {
    return [icon("decline"), h("div", {}, h("b", {}, t.push.refused), sentences(findings), meant && h("p", {}, t.links.leads, " ", actual(meant)))];
  }
  if (!link) return [h("p", { class: "small soft" }, t.push.hint)];
  return [icon(link.findings ? "warning" : "done"), h("div", {}, h("p", {}, t.push.seen, " ", actual(link.href)), link.findings && sentences(link.findings))];
}

// unfinished is what is no address yet: not wrong, while somebody types.
const unfinished = ({ findings }) => findings?.length > 0 && findings.every((f) => f.code === "malformed");

const tone = { answered: "good", denied: "warn", redirects: "warn", insecure: "bad" };

// said is what came of a check.
function said(got, href) {
  const text = (t.push.answer[got.reason] ?? t.push.answer.unreachable)(got.status);
  return [icon(got.reason === "answered" ? "done" : "warning"), h("div", {}, h("p", {}, text), got.final !== href && h("p", {}, t.push.leadsOn, " ", actual(got.final)))];
}

// marked shows which part of an address was typed.
function marked(address, typed) {
  const at = typed ? address.toLowerCase().indexOf(typed.toLowerCase()) : -1;
  return at < 0 ? [address] : [address.slice(0, at), h("mark", {}, address.slice(at, at + typed.length)), address.slice(at + typed.length)];
}

async function post(path, address) {
  try {
    const response = await fetch(`/demo/push/${path}`, {
      method: "POST", headers: { "Content-Type": "application/json", ...proof() }, body: JSON.stringify({ address }),
    });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
