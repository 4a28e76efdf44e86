// Whom to ask: the people of the team, how they are now, and a word on why.
import { ask } from "./dialog.js";
import { h, setText, sync } from "./dom.js";
import { me, proof } from "./session.js";
import { t } from "./text.js";

// chooseColleague asks for a person for a transfer, a conference or a
// consultation of the chat.
export function chooseColleague(chat, kind) {
  const list = h("div", { class: "people", role: "radiogroup", "aria-label": t.team.people });
  const note = h("input", { type: "text", name: "note", maxlength: "200", autocomplete: "off", placeholder: t.team.notePlaceholder });
  const dialog = ask({
    title: t.team.title[kind](chat.contact?.name ?? ""), say: t.team.say[kind], wide: true,
    act: (form) => {
      const id = form.get("person");
      const fields = { to: id, agentName: people.find((p) => p.id === id)?.name, note: form.get("note").trim() };
      if (kind === "consult") fields.medium = "chat";
      return chat.command(kind, fields);
    },
  }, list, h("label", { class: "field" }, h("span", {}, t.team.note), note));

  let people = [];
  const show = () => {
    sync(list, people.filter((p) => p.id !== me().id), (p) => p.id, row, (el, p) => update(el, p, chat));
    dialog.querySelector("[type=submit]").disabled = !list.querySelector(":checked:not(:disabled)");
  };
  list.addEventListener("change", show);
  const read = async () => {
    try {
      people = await (await fetch("/demo/team", { headers: proof() })).json();
      show();
    } catch { /* read again soon */ }
  };
  show();
  read();
  const again = setInterval(() => (dialog.isConnected ? read() : clearInterval(again)), 1500);
}

function row(person) {
  return h("label", { class: "person" }, h("input", { type: "radio", name: "person", value: person.id, required: true }),
    h("span", { class: "initial", "aria-hidden": "true" }, person.name[0]),
    h("span", { class: "about" }, h("b", {}, person.name), h("span", { class: "small soft about-text" })), h("span", { class: "tag" }));
}

function update(element, person, chat) {
  const party = chat.header?.parties?.find((p) => p.id === person.id);
  const inChat = party?.presence === "in-chat";
  const consulted = party?.presence === "consulted";
  element.querySelector("input").disabled = inChat || person.state === "away";
  element.classList.toggle("off", inChat || person.state === "away");
  setText(element.querySelector(".about-text"), [...person.skills.map((s) => t.team.skills[s] ?? s), t.team.chats(person.chats)].join(" · "));
  const tag = element.querySelector(".tag");
  setText(tag, inChat ? t.team.inChat : consulted ? t.team.consulted : t.team.state[person.state]);
  tag.className = `tag ${inChat || consulted ? "aside" : person.state === "ready" ? "good" : ""}`;
}
