// Messages that were sent and are not known to have arrived. They are kept over
// a reload and go out again with the same key, so that each arrives once.
import { Problem } from "./command.js";
import { keep, kept, newKey } from "./session.js";

export class Outbox {
  constructor(chat, consultation, changed) {
    this.chat = chat;
    this.name = `outbox ${chat.id} ${consultation ?? ""}`;
    this.changed = changed;
    this.messages = kept(this.name) ?? []; // { key, fields, at, refusal }
    this.sending = false;
  }

  add(fields) {
    this.messages.push({ key: newKey(), fields, at: new Date().toISOString() });
    this.save();
    return this.send();
  }

  // send sends what is there, one after the other, so that the order stays.
  async send() {
    if (this.sending) return;
    this.sending = true;
    for (let message; (message = this.messages.find((m) => !m.refusal)); ) {
      try {
        await this.chat.command("say", message.fields, message.key);
        this.messages = this.messages.filter((m) => m !== message);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        message.refusal = problem.message;
      }
      this.save();
    }
    this.sending = false;
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
