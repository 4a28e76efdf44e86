// What people send besides text. A file is uploaded at once and then stands in a
// list on the server, until the message that it belongs to is sent: so it
// survives a reload of the page, and a lost connection.
import { Problem, get, insist, post } from "./command.js";
import { newKey, proof } from "./session.js";
import { t } from "./text.js";

const look = 700; // how often files that are being checked are looked at, in milliseconds

// Uploads are the files of one person for one place in a chat: the chat itself or
// a consultation. "change" tells its listeners that something is different.
export class Uploads extends EventTarget {
  allowance = undefined; // what may be sent, as the server says
  ready = []; // on the server, and not sent
  items = []; // on their way there, or refused: { key, file, name, size, part, why, early, again }

  constructor(chat, consultation = "") {
    super();
    this.chat = chat;
    this.query = consultation ? `?${new URLSearchParams({ internal: true, consultation })}` : "";
    this.path = chat.path + "/uploads";
    let before;
    const update = () => {
      const { phase, you, parties } = chat.header;
      const now = JSON.stringify([phase, you?.standing, parties.map((p) => [p.role, p.presence])]);
      if (now !== before) this.refresh(); // others are here, so other rules hold
      before = now;
    };
    chat.on("header", update);
    if (chat.header) update();
  }

  // uploading says that something is on its way.
  get uploading() { return this.items.some((item) => !item.why); }

  changed() { this.dispatchEvent(new Event("change")); }

  // refresh asks the server what there is.
  async refresh() {
    clearTimeout(this.timer);
    const mine = (this.asked = {});
    let again = 0;
    try {
      const { allowance, pending } = await get(`${this.chat.path}/files${this.query}`);
      if (mine !== this.asked) return;
      this.allowance = allowance;
      this.ready = pending;
      // What was refused here may be sent now, as when somebody has come.
      for (const item of this.items) if (item.early) item.again = !this.against(item);
      if (pending.some((f) => f.verdict === "pending-scan")) again = look;
      this.changed();
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status === 429 || problem.status >= 500) again = 3000; // the line is bad
    }
    if (again && mine === this.asked && this.chat.stream) this.timer = setTimeout(() => this.refresh(), again);
  }

  // add uploads files, one after the other, but for those that would be refused.
  add(files) {
    for (const file of files) {
      const item = { key: newKey(), file, name: file.name || t.files.pasted, size: file.size, part: 0 };
      item.why = this.against(item);
      item.early = !!item.why;
      this.items.push(item);
    }
    this.changed();
    this.work();
  }

  // against says why a file would be refused, in the words in which the server's
  // refusal is shown too; empty if it would not.
  against({ name, size }) {
    const a = this.allowance;
    if (!a) return ""; // the server will say it
    if (!a.allowed) return refusal(a.code, a.maxFiles) ?? a.reason;
    const others = this.items.filter((item) => !item.why);
    const extension = /\.([^.]+)$/.exec(name)?.[1].toLowerCase();
    if (!a.types.includes("*") && !a.types.includes(extension)) return refusal("type");
    if (a.maxSize && size > a.maxSize) return refusal("size", a.maxSize);
    if (a.maxFiles && a.usedFiles + others.length >= a.maxFiles) return refusal("count", a.maxFiles);
    if (a.maxTotal && others.reduce((sum, item) => sum + item.size, a.usedTotal + size) > a.maxTotal) return refusal("total", a.maxTotal);
    return "";
  }

  async work() {
    if (this.busy) return;
    this.busy = true;
    for (let item; (item = this.items.find((i) => !i.why)); ) {
      try {
        await upload(this.path + this.query, item, () => this.changed());
        this.drop(item);
        await this.refresh();
      } catch (problem) {
        if (!problem) { // it was cancelled, perhaps too late
          await this.refresh();
          continue;
        }
        item.why = whyNot(problem);
        item.again = !problem.status;
        this.changed();
      }
    }
    this.busy = false;
  }

  // again tries once more what a bad line has broken off, or what was refused.
  again(item) {
    item.why = this.against(item);
    item.again = false;
    item.part = 0;
    this.changed();
    this.work();
  }

  // drop takes away what is on its way, or was refused.
  drop(item) {
    this.items = this.items.filter((i) => i !== item);
    item.cancel?.();
    this.changed();
  }

  // discard takes back what is on the server; without ids all of it, and all that
  // is on its way.
  async discard(...ids) {
    if (!ids.length) for (const item of this.items) this.drop(item);
    this.ready = ids.length ? this.ready.filter((f) => !ids.includes(f.id)) : [];
    this.changed();
    await post(`${this.path}/discard${this.query}`, ids.length ? { files: ids } : {}).catch(() => {});
    await this.refresh();
  }

  // attach puts what belongs to a standard response beside the other files.
  async attach(attachment) {
    try {
      await post(`${this.path}/attach${this.query}`, { attachment });
    } catch (problem) {
      this.items.push({ key: newKey(), name: attachment, size: 0, part: 0, why: whyNot(problem) });
    }
    await this.refresh();
  }

  // send makes what is ready part of the chat.
  async send({ to, consultation }) {
    try {
      await insist(`${this.path}/send${this.query}`, { to, consultation }, newKey());
    } finally {
      await this.refresh();
    }
  }
}

const all = new WeakMap();

// uploadsOf are the uploads for one place of a chat: the same for all who ask.
export function uploadsOf(chat, consultation = "") {
  if (!all.has(chat)) all.set(chat, new Map());
  const places = all.get(chat);
  if (!places.has(consultation)) places.set(consultation, new Uploads(chat, consultation));
  return places.get(consultation);
}

// upload sends the bytes. It is XMLHttpRequest because fetch does not say how far
// it is. It throws a Problem, or undefined when it was cancelled.
function upload(path, item, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = () => reject(new Problem({ detail: t.files.broken }));
    request.open("POST", `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ name: item.name })}`);
    for (const [name, value] of Object.entries(proof())) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", item.file.type || "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) item.part = event.loaded / event.total;
      progress();
    });
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response);
      else reject(new Problem({ status: request.status, ...request.response }));
    });
    request.addEventListener("error", lost);
    request.addEventListener("timeout", lost);
    request.addEventListener("abort", () => reject(undefined));
    item.cancel = () => request.abort();
    request.send(item.file);
  });
}

// refusal is the sentence for a code, undefined if there is none.
function refusal(code, limit) {
  return t.files.refused[code]?.(/^(size|total)$/.test(code) ? bytes(limit) : limit);
}

// whyNot is a Problem with a file as a sentence.
function whyNot(problem) {
  if (!(problem instanceof Problem)) return t.files.broken;
  const code = problem.code?.replace(/^file-/, "");
  return refusal(code, problem.limit) ?? t.files.reasons[code] ?? problem.message;
}

// bytes writes a size for people.
export function bytes(n) {
  const units = ["B", "KB", "MB", "GB"];
  let i = 0;
  while (n >= 1024 && i < units.length - 1) {
    n /= 1024;
    i++;
  }
  return `${n.toLocaleString(document.documentElement.lang, { maximumFractionDigits: i && n < 10 ? 1 : 0 })} ${units[i]}`;
}
