// One chat as an agent works in it: who it is, what can be done, what was said,
// and below it the consultations.
import { elapsed, setElapsed } from "./clock.js";
import { composer } from "./composer.js";
import { consultations } from "./consultations.js";
import { h, icon, setText, sync } from "./dom.js";
import { uploadsOf } from "./files.js";
import { light, setLight } from "./light.js";
import { Outbox } from "./outbox.js";
import { ticketed } from "./session.js";
import { nameOf } from "./team.js";
import { t } from "./text.js";
import { toolbar } from "./toolbar.js";
import { transcript } from "./transcript.js";

// chatPane shows a chat. tools are what stands in the toolbar's place, the
// agent's toolbar by default; side is a button that opens what stands beside.
export function chatPane(chat, { tools, wrapUp = () => {}, side }) {
  const problem = h("div", { class: "banner refused", role: "alert", hidden: true });
  const refused = (refusal) => {
    problem.replaceChildren(h("span", {}, refusal.message), h("button", { type: "button", onclick: () => { problem.hidden = true; } }, t.dialog.close));
    problem.hidden = false;
  };

  const who = h("h2", { class: "cut", dir: "auto" });
  const connection = h("span", { class: "tag" });
  const owner = h("span", { class: "soft small cut" });
  const answer = light();
  const head = h("header", { class: "chat-head" }, h("div", { class: "title" }, who, connection, answer),
    h("div", { class: "facts small soft" }, h("span", { class: "subject cut", dir: "auto" }), elapsed(), owner, h("span", { class: "others" })), keeping(chat), side);

  const uploads = uploadsOf(chat);
  const outbox = new Outbox(chat, "", { changed: () => view.outboxChanged(), uploads });
  const view = transcript(chat, { outbox, label: t.chat.label });
  const line = composer(chat, {
    outbox, uploads, label: t.chat.write, placeholder: t.chat.placeholder,
    audiences: () => audiences(chat),
    // A consulted agent may speak too, but not here.
    closed: () => (!chat.header || chat.may("say") && chat.header.you.standing !== "consultant" ? "" : t.chat.closed(chat)),
  });
  outbox.send();
  const asked = h("div", { class: "asked" });

  const talk = h("div", { class: "talk" }, view.element, line.element);
  line.drops(talk);
  const element = h("article", { class: "pane" }, head, tools?.(refused) ?? toolbar(chat, { wrapUp, refused }), problem, asked, talk, consultations(chat, refused));

  const update = () => {
    const header = chat.header;
    if (!header) return;
    const contact = chat.contact;
    setText(who, contact?.name || t.transcript.nobody);
    const state = header.endedAt ? "ended" : contact?.connected ? "connected" : "lost";
    setText(connection, t.connectionOf[state]);
    connection.className = `tag ${{ connected: "good", lost: "warn", ended: "" }[state]}`;
    setLight(answer, header.pending);
    answer.hidden = !header.pending;
    setText(head.querySelector(".subject"), header.subject ?? "");
    setElapsed(head.querySelector(".facts .elapsed"), header.startedAt, header.endedAt);
    const mine = header.you?.standing === "owner";
    setText(owner, mine ? t.chat.youOwn : header.owner?.name ? t.chat.owns(header.owner.name) : t.chat.nobodyOwns);
    setText(head.querySelector(".others"), header.others ? t.chat.others(header.others) : "");
    // What this person asked of others, and can still take back.
    const open = (header.invitations ?? []).filter((i) => i.sent && i.purpose !== "consultation");
    sync(asked, open, (i) => i.id, (i) => h("div", { class: "banner quiet" }, icon(i.purpose === "transfer" ? "transfer" : "conference"),
      h("span", {}, t.chat.asked[i.purpose](asks(i)), " ", elapsed(i.openedAt)),
      chat.may("cancel") && h("button", {
        type: "button", onclick: async () => { try { await chat.command("cancel", { invitation: i.id }); } catch (p) { refused(p); } },
      }, t.dialog.takeBack)));
    asked.hidden = !open.length;
  };
  chat.on("header", update);
  chat.on("entries", (e) => {
    // What this person asked and nobody does is said where it cannot be missed.
    for (const entry of chat.current ? e.detail : []) {
      const why = failure(chat, entry);
      if (why) refused({ message: why });
    }
  });
  update();
  return { element, focus: line.focus, shown: view.shown };
}

// keeping is how a chat is kept outside of the desktop: all its files in one
// archive, and the transcript on paper.
function keeping(chat) {
  const save = h("a", { class: "button plain icon", href: ticketed(chat.path + "/files.zip"), download: "", "aria-label": t.chat.saveAll, "data-tip": t.chat.saveAll, hidden: true }, icon("saveAll"));
  const print = h("button", { type: "button", class: "plain icon", "aria-label": t.chat.print, "data-tip": t.chat.print, onclick: () => window.print() }, icon("print"));
  chat.on("entries reset", () => {
    save.hidden = !chat.entries.some((e) => e.data.file?.verdict === "available");
  });
  return h("div", { class: "keeping" }, save, print);
}

// asks is whom an open request asks: a group, and the one of it whose turn it is.
const asks = (i) => (/^(agent|supervisor):/.test(i.target) ? i.agent : t.chat.turn(nameOf(i.target), i.agent));

// failure is a sentence on why a request of this person came to nothing, empty
// for every other entry.
function failure(chat, { data }) {
  if (data.event !== "invitation-closed" || !/^(declined|unanswered|exhausted)$/.test(data.why)) return "";
  const request = chat.entries.find((e) => e.own && e.data.event === "invited" && e.data.invitation === data.invitation);
  return request ? t.chat.failed(nameOf(request.data.target), data) : "";
}

// audiences are to whom an agent may write: everyone, and where there are
// others the team alone, or the owner and its coach.
function audiences(chat) {
  const parties = chat.header?.parties ?? [];
  const you = parties.find((p) => p.you);
  if (you?.presence === "coaching") return [["supervisors", t.audience.coachedOwner(chat.header.owner?.name ?? "")]];
  const choices = [["everyone", t.audience.to(chat.contact?.name || t.transcript.nobody)]];
  if (parties.some((p) => !p.you && p.role !== "contact" && p.presence !== "away")) choices.push(["internal", t.audience.internal]);
  const coach = parties.find((p) => p.presence === "coaching");
  if (coach && chat.header.you?.standing === "owner") choices.push(["supervisors", t.audience.coach(coach.name)]);
  return choices;
}
