// Small questions in a window of their own, which the browser keeps the focus in.
import { Problem } from "./command.js";
import { h } from "./dom.js";
import { t } from "./text.js";

// ask shows a form and calls act when it is sent. The window closes when act
// has succeeded; what the server refuses is said inside.
export function ask({ title, say, danger = false, act, wide = false }, ...content) {
  const problem = h("p", { class: "problem", role: "alert" });
  const send = h("button", { type: "submit", class: danger ? "primary danger" : "primary" }, say);
  const form = h("form", { method: "dialog" }, h("h2", {}, title), content, problem,
    h("menu", {}, h("button", { type: "button", onclick: () => dialog.close() }, t.dialog.cancel), send));
  const dialog = h("dialog", { "aria-label": title, class: wide ? "wide" : "" }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    problem.textContent = "";
    try {
      await act(new FormData(form));
      dialog.close();
    } catch (refusal) {
      if (!(refusal instanceof Problem)) throw refusal;
      problem.textContent = refusal.message;
    } finally {
      send.disabled = false;
    }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
