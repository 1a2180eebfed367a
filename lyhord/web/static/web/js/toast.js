// Short messages at the bottom start, away from the composer. One with an undo counts down, and waits while looked at.
import { register } from "./keys.js";
import { alarm, say } from "./say.js";
import { text } from "./strings.js";

const region = document.getElementById("toasts");
const KINDS = { ok: "circle-check", warn: "triangle-alert", bad: "circle-alert" };

export function toast(words, { kind = "ok", undo = null, seconds = kind === "ok" ? 8 : 0 } = {}) {
  if (!region) return;
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.dataset.toast = seconds;
  const line = document.createElement("p");
  line.textContent = words;
  box.append(line);
  if (undo) box.append(button(text("undo"), "button quiet small", undo, "undo"));
  box.append(button(text("close"), "button quiet small", null, "dismiss"));
  region.append(box);
}

function button(label, css, run, role) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = css;
  made.textContent = label;
  made.dataset[role] = "";
  if (run) made.addEventListener("click", run);
  return made;
}

function begin(box) {
  const words = box.querySelector("p")?.textContent ?? "";
  if (box.classList.contains("bad")) alarm(words);
  else say(words);
  let left = Number(box.dataset.toast);
  if (!left) return;
  const count = document.createElement("span");
  count.className = "toast-left muted small";
  count.setAttribute("aria-hidden", "true");
  const undo = box.querySelector("[data-undo]");
  if (undo) undo.before(count);
  const tick = () => {
    if (!box.isConnected) return clearInterval(timer);
    if (box.matches(":hover, :focus-within")) return;
    count.textContent = left;
    if (left-- <= 0) box.remove();
  };
  const timer = setInterval(tick, 1000);
  tick();
}

function newestUndo() {
  return [...document.querySelectorAll("#toasts .toast:not([hidden]) [data-undo]")].at(-1);
}

region?.addEventListener("click", (event) => {
  const box = event.target.closest(".toast");
  if (event.target.closest("[data-dismiss]")) box.remove();
  // Hidden at once, but it stays in the page until its request has been answered: htmx looks from it for what to swap.
  const undo = event.target.closest("[data-undo]");
  if (undo && undo.hasAttribute("hx-post")) {
    box.hidden = true;
    box.addEventListener("htmx:afterSettle", () => box.remove());
    box.addEventListener("htmx:afterRequest", () => setTimeout(() => box.remove(), 1000));
  } else if (undo) box.remove();
});

register({ name: "undo", key: "z", label: text("undo"), when: () => Boolean(newestUndo()), run: () => newestUndo().click() });

if (region) {
  region.querySelectorAll(".toast").forEach(begin);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.(".toast")) begin(node);
  }).observe(region, { childList: true });
}
