// One interaction as this page's person sees it: what came over the feed, and
// how to send. The rules are the server's; nothing is decided here.
import { api, command, post } from "./command.js";
import { learn } from "./clock.js";
import { desktop } from "./session.js";
import { listen } from "./stream.js";

// A Chat tells its listeners: "header" (what it is like now), "entries" (detail:
// those that came), "reset" (all are to be forgotten), "typing", "attention",
// "current" (what comes now is live), "refused" (detail: why it cannot be read).
export class Chat extends EventTarget {
  entries = [];
  header = undefined;
  attention = undefined;
  typing = new Map(); // by person and place: { from, draft, consultation }
  current = false;

  constructor(id, { staff = false } = {}) {
    super();
    this.id = id;
    this.path = `${api}/interactions/${encodeURIComponent(id)}`;
    this.staff = staff;
  }

  open() {
    this.stream ??= listen(this.path + "/feed" + (this.staff ? `?desktop=${desktop}` : ""), {
      event: (name, data) => this.take(name, data),
      refused: (problem) => this.tell("refused", problem),
    });
  }

  close() {
    this.stream?.close();
    this.stream = undefined;
  }

  take(name, data) {
    switch (name) {
      case "entry":
        this.entries.push(data);
        if (data.from) this.silence(data.from, data.consultation);
        this.tell("entries", [data]);
        break;
      case "header":
        this.header = data;
        this.tell("header");
        break;
      case "reset":
        this.entries = [];
        this.typing.clear();
        this.current = false;
        this.tell("reset");
        break;
      case "signal": {
        const key = place(data.from, data.consultation);
        this.typing.delete(key);
        if (data.typing) {
          this.typing.set(key, data);
          // Should the end of it be lost on the way, it ends all the same.
          setTimeout(() => { if (this.typing.get(key) === data) this.silence(data.from, data.consultation); }, 15_000);
        }
        this.tell("typing");
        break;
      }
      case "current":
        learn(data.now);
        this.current = true;
        this.tell("current");
        break;
      case "attention":
        this.attention = data;
        this.tell("attention");
    }
  }

  // silence ends the typing of somebody whose message has come.
  silence(from, consultation) {
    if (this.typing.delete(place(from, consultation))) this.tell("typing");
  }

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  // on calls f for each of the types.
  on(types, f) { for (const type of types.split(" ")) this.addEventListener(type, f); }

  command(kind, fields, key) { return command(this.id, kind, fields, key); }

  // Keystrokes and looks are worth one try each.
  keystroke(fields) { return post(this.path + "/typing", fields).catch(() => {}); }

  async look(action) {
    const attention = await post(this.path + "/attention", { desktop, action }).catch(() => undefined);
    if (attention) {
      this.attention = attention;
      this.tell("attention");
    }
  }

  // why says why a command is not possible now, empty if it is.
  why(kind) { return this.header?.allowed?.[kind] ?? ""; }
  may(kind) { return this.header?.allowed?.[kind] === ""; }

  // contact is the customer, as this page's person sees them.
  get contact() { return contactOf(this.header); }
}

export function contactOf(header) {
  return header?.parties?.find((p) => p.role === "contact") ?? header?.contact;
}

const place = (from, consultation) => [from?.colour, from?.name, consultation ?? ""].join("\n");
