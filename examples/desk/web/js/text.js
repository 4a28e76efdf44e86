// The texts of the pages, one file for each language.
import en from "../text/en.js";
import de from "../text/de.js";

const languages = { en, de };
const wanted = [new URLSearchParams(location.search).get("lang"), ...navigator.languages];

// language is the first one wanted that is there; t are its texts.
export const language = wanted.map((tag) => tag?.slice(0, 2)).find((tag) => tag in languages) ?? "en";
export const t = languages[language];

// fill puts texts where the HTML asks for them: data-text="a.b" for what stands
// in an element, data-label and data-placeholder for those attributes.
export function fill(root) {
  const find = (path) => path.split(".").reduce((texts, name) => texts[name], t);
  document.documentElement.lang = language;
  for (const e of root.querySelectorAll("[data-text]")) e.textContent = find(e.dataset.text);
  for (const e of root.querySelectorAll("[data-label]")) e.setAttribute("aria-label", find(e.dataset.label));
  for (const e of root.querySelectorAll("[data-placeholder]")) e.setAttribute("placeholder", find(e.dataset.placeholder));
}
