// Ctrl+K and ?: what opens the palette and the list of keys. Both are loaded at the first use; what is typed meanwhile lands in them.
import { register } from "./keys.js";
import { text } from "./strings.js";

let commands = null;
let held = [];

function hold(event) {
  if (event.ctrlKey || event.metaKey || (event.key.length > 1 && event.key !== "Enter")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held.push(event.key);
}

function typed() {
  const input = document.querySelector("#palette[open] input");
  if (!input) return;
  for (const key of held) {
    if (key === "Enter") input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    else input.value += key;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

async function open(what) {
  if (!commands) {
    held = [];
    document.addEventListener("keydown", hold, true);
    commands = await import("./commands.js").finally(() => document.removeEventListener("keydown", hold, true));
    commands[what]();
    typed();
  } else commands[what]();
}

register({ name: "palette", key: "Ctrl+k", label: text("commands"), run: () => open("openPalette") });
register({ name: "help", key: "?", label: text("keys"), run: () => open("openHelp") });

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-palette]")) open("openPalette");
  if (event.target.closest?.("[data-help]")) open("openHelp");
});
