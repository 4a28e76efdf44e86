// What can be done with a chat. Whether a button works, and if not why, is what
// the library's own rules say (header.allowed), never a guess of the page.
import { ask } from "./dialog.js";
import { h, icon, setText } from "./dom.js";
import { pushURL } from "./push-url.js";
import { t } from "./text.js";
import { chooseTarget } from "./team.js";
import { explain } from "./tip.js";

const tools = {
  end: (chat) => {
    const others = chat.header.parties.some((p) => p.presence === "in-chat" && !p.you && (p.role === "agent" || p.role === "supervisor"));
    const who = chat.contact?.name ?? "";
    ask({ title: t.end.title(who), say: t.end.say, act: () => chat.command("end") }, h("p", {}, others ? t.end.others : t.end.alone(who)));
  },
  transfer: (chat) => chooseTarget(chat, "transfer"),
  conference: (chat) => chooseTarget(chat, "conference"),
  consult: (chat) => chooseTarget(chat, "consult"),
  "push-url": pushURL,
  "mark-done": (chat, { wrapUp }) => chat.command("mark-done").catch((problem) => {
    wrapUp();
    throw problem;
  }),
};

const icons = { end: "end", transfer: "transfer", conference: "conference", consult: "consult", "push-url": "push", "mark-done": "done" };

// toolbar makes the buttons; refused is called with what the server says against
// one that was pressed.
export function toolbar(chat, { wrapUp, refused }) {
  const element = h("div", { class: "toolbar", role: "toolbar", "aria-label": t.tools.label });
  for (const [kind, act] of Object.entries(tools)) {
    element.append(h("button", {
      type: "button", class: "plain", "data-kind": kind,
      onclick: async () => {
        if (!chat.may(kind)) {
          // The reason that the tooltip shows, also for those who press it.
          if (kind === "mark-done") wrapUp();
          return;
        }
        try { await act(chat, { wrapUp }); } catch (problem) { refused(problem); }
      },
    }, icon(icons[kind]), h("span", {}, t.tools[kind])));
  }
  const update = () => {
    for (const button of element.children) {
      const why = chat.why(button.dataset.kind);
      button.setAttribute("aria-disabled", String(!chat.may(button.dataset.kind)));
      const last = button.dataset.kind === "mark-done" && chat.may("mark-done");
      button.classList.toggle("primary", last);
      button.classList.toggle("plain", !last);
      explain(button, why);
    }
  };
  chat.on("header", update);
  update();
  return element;
}

// watching are a supervisor's ways to take part.
export function watching(chat, refused) {
  const modes = { monitor: "eye", coach: "coach", "barge-in": "barge", stop: "close" };
  const element = h("div", { class: "watching", role: "group", "aria-label": t.supervise.label });
  for (const [mode, picture] of Object.entries(modes)) {
    element.append(h("button", {
      type: "button", "data-mode": mode, "aria-pressed": "false",
      onclick: async () => {
        try { await chat.command("supervise", { mode }); } catch (problem) { refused(problem); }
      },
    }, icon(picture), h("span", {}, t.supervise[mode])));
  }
  const update = () => {
    const presence = chat.header?.parties?.find((p) => p.you)?.presence ?? "";
    const now = { monitoring: "monitor", coaching: "coach", "in-chat": "barge-in" }[presence];
    for (const button of element.children) {
      const mine = button.dataset.mode === now;
      button.setAttribute("aria-pressed", String(mine));
      button.disabled = mine || button.dataset.mode === "stop" && !now || !!chat.header && !chat.may("supervise");
      explain(button, t.supervise.what[button.dataset.mode]);
    }
  };
  chat.on("header", update);
  update();
  return element;
}
