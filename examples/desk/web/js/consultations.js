// Conversations with colleagues about a chat. They stand below it, in another
// colour, and always say who cannot see them.
import { elapsed } from "./clock.js";
import { composer } from "./composer.js";
import { h, icon, setText, sync } from "./dom.js";
import { uploadsOf } from "./files.js";
import { Outbox } from "./outbox.js";
import { t } from "./text.js";
import { transcript } from "./transcript.js";

// consultations shows all that this person is a side of.
export function consultations(chat, refused) {
  const element = h("div", { class: "consultations" });
  const update = () => {
    const mine = (chat.header?.consultations ?? []).filter((c) => c.side);
    // A closed one stays readable, folded up, as long as the chat is open.
    sync(element, mine, (c) => c.id, (c) => panel(chat, c, refused), (el, c) => el.update(c));
    element.hidden = mine.length === 0;
  };
  chat.on("header reset", update);
  update();
  return element;
}

function panel(chat, first, refused) {
  const id = first.id;
  let now = first;
  const other = () => now.other?.name || t.consultation.somebody;
  const act = (kind, fields) => async () => {
    try { await chat.command(kind, fields); } catch (problem) { refused(problem); }
  };

  const uploads = uploadsOf(chat, id);
  const outbox = new Outbox(chat, id, { changed: () => view.outboxChanged(), uploads });
  const view = transcript(chat, { consultation: id, outbox, own: false, label: t.consultation.label });
  const line = composer(chat, {
    consultation: id, outbox, uploads, label: t.consultation.label, placeholder: t.consultation.placeholder,
    closed: () => (now.stage === "active" ? "" : t.consultation.closed[now.stage] ?? ""),
  });
  outbox.send();

  const title = h("span", { class: "cut" });
  const stage = h("span", { class: "tag" });
  const hidden = h("span", { class: "hidden-from" }, icon("lock", 14), h("span"));
  const buttons = {
    transfer: h("button", { type: "button", onclick: act("transfer", { consultation: id }) }, icon("transfer"), h("span")),
    conference: h("button", { type: "button", onclick: act("conference", { consultation: id }) }, icon("conference"), t.consultation.conference),
    end: h("button", { type: "button", onclick: act("end-consultation", { consultation: id }) }, icon("end"), t.consultation.end),
    cancel: h("button", { type: "button", onclick: act("cancel", { invitation: id }) }, icon("close"), t.consultation.cancel),
    mark: h("button", { type: "button", class: "primary", onclick: act("mark-consultation-done", { consultation: id }) }, icon("done"), t.consultation.mark),
  };
  const fold = h("button", { type: "button", class: "plain icon", "aria-expanded": "true", "aria-label": t.consultation.fold }, icon("fold"));
  const element = h("section", { class: "consultation", "aria-label": t.consultation.label },
    h("header", {}, icon("consult"), title, stage, elapsed(), hidden, h("div", { class: "buttons" }, Object.values(buttons)), fold),
    view.element, line.element);
  line.drops(element);
  const folded = (is) => {
    element.classList.toggle("folded", is);
    fold.setAttribute("aria-expanded", String(!is));
  };
  fold.addEventListener("click", () => folded(!element.classList.contains("folded")));

  element.update = (c) => {
    if (c.stage !== now.stage && (c.stage === "closed" || c.marked)) folded(true);
    if (c.stage === "closed" && !element.dataset.seen) folded(true);
    element.dataset.seen = "yes";
    now = c;
    element.dataset.stage = c.stage;
    setText(title, t.consultation.title(other()));
    setText(stage, c.marked && c.stage === "ended" ? t.consultation.marked : t.consultation.stage[c.stage]);
    setText(hidden.lastChild, t.consultation.cannotSee(chat.contact?.name || t.transcript.nobody));
    setText(buttons.transfer.lastChild, t.consultation.transfer(other()));
    const initiator = c.side === "initiator";
    buttons.transfer.hidden = !(initiator && c.stage === "active" && chat.may("transfer"));
    buttons.conference.hidden = !(initiator && c.stage === "active" && chat.may("conference"));
    buttons.end.hidden = c.stage !== "active";
    buttons.cancel.hidden = !(initiator && c.stage === "asked");
    buttons.mark.hidden = !(c.stage === "ended" && !c.marked);
    line.update();
    line.element.hidden = c.stage !== "active" && c.stage !== "asked";
  };
  element.update(first);
  return element;
}
