// A tooltip for elements with data-tip, on hover and on focus: unlike a title
// it comes at once and for the keyboard too.

const tip = document.createElement("div");
tip.className = "tip";
tip.setAttribute("role", "tooltip");
tip.popover = "manual";

function show(element) {
  if (!element?.dataset.tip) return hide();
  tip.textContent = element.dataset.tip;
  if (!tip.isConnected) document.body.append(tip);
  if (!tip.matches(":popover-open")) tip.showPopover();
  const at = element.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const below = at.bottom + 6 + own.height < innerHeight;
  tip.style.top = `${below ? at.bottom + 6 : at.top - own.height - 6}px`;
  tip.style.left = `${Math.max(8, Math.min(innerWidth - own.width - 8, at.left + at.width / 2 - own.width / 2))}px`;
}

function hide() { if (tip.isConnected && tip.matches(":popover-open")) tip.hidePopover(); }

// explain gives an element its tooltip; empty takes it away.
export function explain(element, text) {
  if (element.dataset.tip === text) return;
  if (text) {
    element.dataset.tip = text;
    element.setAttribute("aria-description", text);
    if (element.matches(":hover, :focus-visible")) show(element);
  } else {
    delete element.dataset.tip;
    element.removeAttribute("aria-description");
  }
}

for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => show(event.target.closest?.("[data-tip]")));
}
for (const type of ["pointerdown", "keydown", "scroll", "focusout"]) document.addEventListener(type, hide, true);
