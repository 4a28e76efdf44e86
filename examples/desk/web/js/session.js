// Who this page is. Each page, also each of several in one window, is somebody
// of its own: what it must keep over a reload is filed under its own address.
import { language } from "./text.js";

const page = "desk:" + location.pathname + location.search;
const memory = new Map(); // where the browser keeps nothing for us

// keep writes a value that a reload needs; undefined takes it away.
export function keep(name, value) {
  try {
    if (value === undefined) sessionStorage.removeItem(page + " " + name);
    else sessionStorage.setItem(page + " " + name, JSON.stringify(value));
  } catch {
    memory.set(name, value);
  }
}

// kept reads it again, undefined if there is none.
export function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(page + " " + name) ?? "null") ?? undefined;
  } catch {
    return memory.get(name);
  }
}

// me is who is logged in: { token, id, name }, or undefined.
export const me = () => kept("me");

// login asks the demo's server to be somebody. A real host has a login of its
// own; the library only asks its function who a request is from.
export async function login(who) {
  const response = await fetch("/login", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(who),
  });
  if (!response.ok) throw new Error(await response.text());
  const person = await response.json();
  keep("me", person);
  return person;
}

export function logout() { keep("me", undefined); }

// proof are the headers that say to the server who asks, and in which language
// it shall answer.
export function proof() {
  const token = me()?.token;
  return { "Accept-Language": language, ...(token && { Authorization: `Bearer ${token}` }) };
}

// ticketed is a path of the server for pictures and links, which cannot say in a
// header who asks. A host whose login is a cookie needs no such thing.
export function ticketed(path) { return `/as/${me()?.ticket}${path}`; }

// newKey makes a key that nobody else makes. (crypto.randomUUID is missing on
// pages that came over plain HTTP from another machine.)
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

// desktop names this page among the desktops of the same person.
export const desktop = kept("desktop") ?? newKey();
keep("desktop", desktop);
