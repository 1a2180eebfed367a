// Menus are <details>: they work without us. We close them from outside and walk them by arrow keys.
const closeAll = (but = null) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(but)) menu.open = false;
};

document.addEventListener("click", (event) => {
  closeAll(event.target);
  if (event.target.closest?.(".menu-item")) closeAll();
});
document.addEventListener("focusin", (event) => closeAll(event.target));

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll(".menu-list :is(a, button, input):not([disabled])")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
});
