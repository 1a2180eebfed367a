// Dialogs by attributes: data-opens="id", data-closes. The browser keeps the focus inside and gives it back.
export function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  return dialog;
}

export function isOpen() {
  return document.querySelector("dialog[open]") !== null;
}

export function make(id, css, label) {
  const dialog = document.createElement("dialog");
  dialog.id = id;
  dialog.className = `dialog ${css}`;
  dialog.setAttribute("aria-label", label);
  document.body.append(dialog);
  return dialog;
}

function isOutside(event, box) {
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) return open(opener.dataset.opens);
  if (event.target.closest?.("[data-closes]")) return event.target.closest("dialog")?.close();
  // A click made by a key has no place on the screen.
  if (event.target.matches?.("dialog[open]") && event.detail > 0 && isOutside(event, event.target.getBoundingClientRect())) event.target.close();
});
