// A reader of server-sent events over fetch: unlike EventSource it can say in a
// header who asks, and start at a position.
import { learn } from "./clock.js";
import { pause, trouble } from "./connection.js";
import { proof } from "./session.js";

const silence = 40_000; // the server says something at least every 25 seconds

// listen reads events from a path until close is called, through any number of
// lost connections, each time going on after the last event it got. A refusal
// (a status of 400 to 499) ends it.
export function listen(path, { event, refused = () => {} }) {
  const end = new AbortController();
  const me = {};
  let last = "";
  let wait = 1000;
  let failures = 0;

  const once = async () => {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    end.signal.addEventListener("abort", stop);
    let watch = setTimeout(stop, silence);
    try {
      const headers = { Accept: "text/event-stream", ...proof() };
      if (last) headers["Last-Event-ID"] = last;
      const response = await fetch(path, { headers, cache: "no-store", signal: attempt.signal });
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        end.abort();
        refused(await response.json().catch(() => ({ status: response.status })));
        return;
      }
      if (!response.ok) throw new Error(`status ${response.status}`);
      learn(response.headers.get("Date"));
      trouble(me, false);
      failures = 0;
      const read = reader((name, data, id, retry) => {
        if (id !== undefined) last = id;
        if (retry) wait = retry;
        if (name === "problem") attempt.abort();
        else if (data) event(name, JSON.parse(data), id);
      });
      const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await text.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(stop, silence);
        read(value);
      }
    } finally {
      clearTimeout(watch);
      end.signal.removeEventListener("abort", stop);
      attempt.abort();
    }
  };

  (async () => {
    while (!end.signal.aborted) {
      try { await once(); } catch { /* tried again below */ }
      if (end.signal.aborted) break;
      if (++failures > 1) trouble(me, true);
      // Longer each time, and never all clients at the same moment.
      await pause(failures === 1 ? 100 : Math.min(10_000, wait * 2 ** (failures - 2)) * (0.7 + 0.6 * Math.random()), end.signal);
    }
    trouble(me, false);
  })();

  return { close: () => end.abort() };
}

// reader takes pieces of a stream of events, as they come, and calls event for
// each that is whole.
function reader(event) {
  let rest = "";
  let name = "message", data = [], id, retry;
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (data.length || id !== undefined || retry) event(name, data.join("\n"), id, retry);
        [name, data, id, retry] = ["message", [], undefined, undefined];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") name = value;
      else if (field === "data") data.push(value);
      else if (field === "id") id = value;
      else if (field === "retry") retry = Number(value) || undefined;
    }
  };
}
