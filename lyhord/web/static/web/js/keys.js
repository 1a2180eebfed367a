// The one registry of commands. Buttons and links declare theirs by data-key; a page's script may register more.
// Keys are matched by event.key, never by place: on Nordic keyboards / is Shift+7 and @ is AltGr+2.
import { isOpen } from "./dialog.js";

const NAMES = { Esc: "Escape", Up: "ArrowUp", Down: "ArrowDown", Left: "ArrowLeft", Right: "ArrowRight" };
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=''], [contenteditable=true]";
const SEQUENCE = 1500;
const registered = new Map();
let begun = "";
let begunAt = 0;

export const settings = { on: true, map: {}, ...JSON.parse(document.getElementById("keys")?.textContent || "{}") };

export function register(command) {
  registered.set(command.name, { when: () => true, ...command });
}

// What a key event is called: "e", "U", "?", "Ctrl+k", "Shift+Enter"; "" for what can never be a command.
export function pressed(event) {
  const isAltGr = event.getModifierState?.("AltGraph") || (event.ctrlKey && event.altKey);
  if (!event.key || isAltGr || ["Shift", "Control", "Alt", "Meta", "Dead", "Process", "Unidentified"].includes(event.key)) return "";
  const isNamed = event.key.length > 1;
  const isLetter = !isNamed && event.key.toLowerCase() !== event.key.toUpperCase();
  const withControl = event.ctrlKey || event.metaKey;
  let key = event.key;
  if (isLetter) key = event.shiftKey && !withControl ? key.toUpperCase() : key.toLowerCase();
  const shift = event.shiftKey && (isNamed || (isLetter && withControl));
  return (withControl ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + (shift ? "Shift+" : "") + key;
}

// "Shift+U" is U, "Ctrl+K" is Ctrl+k, "Esc" is Escape; "g i" stays two keys.
export function normal(declared) {
  return declared.split(" ").map((one) => {
    const parts = one.length > 1 ? one.split("+").filter(Boolean) : [one];
    let key = NAMES[parts.at(-1)] ?? parts.at(-1);
    const before = parts.slice(0, -1);
    if (before.length === 1 && before[0] === "Shift" && key.length === 1) return key.toUpperCase();
    if (before.length && key.length === 1) key = key.toLowerCase();
    return [...before, key].join("+");
  }).join(" ");
}

function labelOf(element) {
  const words = element.dataset.label || element.getAttribute("aria-label") || element.querySelector("span")?.textContent || element.textContent;
  return words.trim();
}

function isUsable(element) {
  return !element.disabled && !element.closest("[hidden]:not(#palette-links)") && !element.closest("dialog");
}

function declared() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-key], #palette-links a")) {
    if (!isUsable(element)) continue;
    const name = element.dataset.command || element.dataset.key || element.href;
    // Of two buttons for one command the visible one is meant.
    if (found.has(name) && !element.checkVisibility()) continue;
    found.set(name, { name, key: element.dataset.key, label: labelOf(element), run: () => (element.matches(TYPING) ? element.focus() : element.click()) });
  }
  return found;
}

// Every command that can be run now, each with the key that this person has for it.
export function commands() {
  const all = declared();
  for (const command of registered.values()) if (command.when()) all.set(command.name, command);
  return [...all.values()].map((command) => ({ ...command, key: settings.map[command.name] ?? command.key ?? "" }));
}

function isAllowed(key) {
  if (!/^(Ctrl|Alt)\+/.test(key) && key.length === 1 && !settings.on) return false;
  return !isOpen();
}

function find(key) {
  const now = performance.now();
  const sequence = begun && now - begunAt < SEQUENCE ? `${begun} ${key}` : "";
  begun = "";
  const all = commands().filter((command) => command.key).map((command) => ({ ...command, keys: normal(command.key) }));
  const hit = all.find((command) => sequence && command.keys === sequence) ?? all.find((command) => command.keys === key);
  if (!hit && all.some((command) => command.keys.startsWith(`${key} `))) [begun, begunAt] = [key, now];
  return hit;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const key = pressed(event);
  if (!key || !isAllowed(key)) return;
  if (event.target.closest?.(TYPING) && !key.startsWith("Ctrl+")) return;
  // Enter on a button or link is the browser's own.
  if (key === "Enter" && event.target.closest?.("a, button, summary")) return;
  const command = find(key);
  if (!command) return;
  event.preventDefault();
  command.run(event);
});
