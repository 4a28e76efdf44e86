// Commands to the library. Each has a key, and is sent with the same one until
// it is known what became of it: so it happens once, however bad the line is.
import { learn } from "./clock.js";
import { pause, trouble } from "./connection.js";
import { newKey, proof } from "./session.js";
import { t } from "./text.js";

export const api = "/chat";

// A Problem is a refusal: what the server says, with a stable code.
export class Problem extends Error {
  constructor(problem) {
    super(t.problems[problem.code] ?? problem.detail ?? problem.title ?? t.problems.unknown);
    Object.assign(this, problem);
  }
}

// command gives an interaction a command, and returns its result or throws a
// Problem.
export function command(id, kind, fields = {}, key = newKey()) {
  return insist(`${api}/interactions/${encodeURIComponent(id)}/commands/${kind}`, fields, key);
}

// start begins an interaction and returns { id, position, at }. What the host
// wants to know besides goes into the query.
export function start(fields, key, query = {}) {
  return insist(`${api}/interactions?${new URLSearchParams(query)}`, fields, key);
}

// insist posts until there is an answer that will not change.
export async function insist(path, fields, key) {
  const me = {};
  try {
    for (let failures = 0; ; failures++) {
      let retryAt;
      try {
        return await post(path, fields, { "Idempotency-Key": key });
      } catch (problem) {
        if (problem instanceof Problem) {
          const passing = problem.status >= 500 || problem.code === "rate" || problem.status === 429;
          if (!passing) throw problem;
          retryAt = problem.retryAt;
        }
      }
      if (!retryAt && failures > 0) trouble(me, true);
      await pause(retryAt ? Math.max(100, Date.parse(retryAt) - Date.now()) : Math.min(8000, 300 * 2 ** failures));
    }
  } finally {
    trouble(me, false);
  }
}

// post sends once. What it throws is a Problem if the server answered.
export function post(path, fields, headers = {}) {
  return once(path, { method: "POST", headers: { "Content-Type": "application/json", ...proof(), ...headers }, body: JSON.stringify(fields) });
}

// get asks once, likewise.
export function get(path) { return once(path, { headers: proof() }); }

async function once(path, request) {
  const response = await fetch(path, request);
  learn(response.headers.get("Date"));
  if (response.ok) return response.status === 204 ? undefined : response.json();
  throw new Problem({ status: response.status, ...(await response.json().catch(() => ({}))) });
}
