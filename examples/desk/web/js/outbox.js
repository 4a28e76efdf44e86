// Messages that were sent and are not known to have arrived. They are kept over
// a reload and go out again with the same key, so that each arrives once.
import { Problem } from "./command.js";
import { keep, kept, newKey } from "./session.js";

// An Outbox is for one place in a chat. held is called with a message that is
// held back for its spelling, and the problem: it is the author's again then.
export class Outbox {
  held = undefined;

  constructor(chat, consultation, { changed, uploads }) {
    this.chat = chat;
    this.name = `outbox ${chat.id} ${consultation ?? ""}`;
    this.changed = changed;
    this.uploads = uploads;
    this.messages = kept(this.name) ?? []; // { key, fields, files, anyway, at, refusal }
    this.sending = false;
  }

  // add sends a message; with files, those that are ready go along. anyway are
  // words whose spelling the author stands by.
  add(fields, { files = false, anyway } = {}) {
    this.messages.push({ key: newKey(), fields, files, anyway, at: new Date().toISOString() });
    this.save();
    return this.send();
  }

  // send sends what is there, one after the other, so that the order stays.
  async send() {
    if (this.sending) return;
    this.sending = true;
    for (let message; (message = this.messages.find((m) => !m.refusal)); ) {
      try {
        await this.deliver(message);
        this.messages = this.messages.filter((m) => m !== message);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        this.refused(message, problem);
      }
      this.save();
    }
    this.sending = false;
  }

  // deliver gives the words and then the files.
  async deliver(message) {
    const { fields } = message;
    if (fields.text) await this.chat.command("say", fields, message.key);
    if (!message.files) return;
    message.fields = { to: fields.to, consultation: fields.consultation };
    this.save();
    await this.uploads.send(message.fields);
  }

  refused(message, problem) {
    if (problem.code !== "misspelled" || !this.held) {
      message.refusal = problem.message;
    } else if (problem.words.every((w) => message.anyway?.includes(w.word))) {
      // Its author has seen all of these words already.
      message.fields.confirm = problem.confirm;
      message.key = newKey();
    } else {
      this.messages = this.messages.filter((m) => m !== message);
      this.held(message, problem);
    }
  }

  // again tries a refused message once more: refusals are not remembered, so
  // the key may stay.
  again(message) {
    delete message.refusal;
    this.save();
    return this.send();
  }

  drop(message) {
    this.messages = this.messages.filter((m) => m !== message);
    this.save();
  }

  save() {
    keep(this.name, this.messages.length ? this.messages : undefined);
    this.changed();
  }
}
