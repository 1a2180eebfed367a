// The palette: every command and page, each with its key, so that people grow out of it. And the list of keys. Loaded when asked for.
import { make } from "./dialog.js";
import { commands, settings } from "./keys.js";
import { text } from "./strings.js";

let palette;
let shown = [];
let at = 0;

function element(tag, css, words = "") {
  const made = document.createElement(tag);
  made.className = css;
  made.textContent = words;
  return made;
}

// "g i" is two signs, "Ctrl+k" is one: Ctrl K.
function keySigns(key) {
  return key.split(" ").flatMap((one) => [element("kbd", "", one.length > 1 ? one.replace(/\+(.)$/, (whole, last) => ` ${last.toUpperCase()}`).replaceAll("+", " ") : one), " "]);
}

function keyHint(key) {
  const hint = element("span", "nowrap");
  hint.setAttribute("aria-hidden", "true");
  hint.append(...keySigns(key));
  return hint;
}

function pages() {
  return [...document.querySelectorAll(".rail a:not([data-key])")].map((link) => ({ name: link.href, label: link.textContent.trim().replace(/\s+/g, " "), key: "", run: () => link.click() }));
}

function plain(words) {
  return words.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

// The search of this page if it has one, else the page of all searches.
function searches(query) {
  const label = `${text("search")}: ${query}`;
  const form = document.querySelector("form[role=search]");
  const link = document.querySelector("#palette-links a[data-command=search]");
  const run = () => {
    if (form) {
      form.elements.q.value = query;
      return form.requestSubmit();
    }
    const address = new URL(link.href);
    address.searchParams.set("q", query);
    location.assign(address);
  };
  return form || link ? [{ name: "search-for", label, key: "", run }] : [];
}

function fitting(query) {
  const parts = plain(query).split(/\s+/).filter(Boolean);
  const all = [...commands(), ...pages()].filter((item) => item.label && parts.every((part) => plain(item.label).includes(part)));
  if (query.trim()) all.push(...searches(query.trim()));
  return all;
}

function mark() {
  const items = [...palette.querySelectorAll("[role=option]")];
  items.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
  items[at]?.scrollIntoView({ block: "nearest" });
  palette.querySelector("input").setAttribute("aria-activedescendant", items[at]?.id ?? "");
}

function draw() {
  const query = palette.querySelector("input").value;
  const list = palette.querySelector("[role=listbox]");
  shown = fitting(query);
  at = 0;
  list.replaceChildren(...shown.map((item, index) => {
    const line = element("div", "palette-item");
    line.id = `palette-${index}`;
    line.setAttribute("role", "option");
    line.append(element("span", "grow", item.label));
    if (item.key) line.append(keyHint(item.key));
    line.addEventListener("click", () => run(index));
    return line;
  }));
  const none = palette.querySelector(".palette-none");
  none.hidden = shown.length > 0;
  none.textContent = shown.length ? "" : text("nothing_found", { what: query });
  mark();
}

function run(index) {
  palette.close();
  shown[index]?.run();
}

function onKey(event) {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length) {
    event.preventDefault();
    at = (at + step + shown.length) % shown.length;
    mark();
  } else if (event.key === "Enter") {
    event.preventDefault();
    run(at);
  } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    palette.close();
  }
}

function build() {
  palette = make("palette", "palette", text("commands"));
  const input = element("input", "palette-input");
  const told = { type: "text", role: "combobox", placeholder: text("command_placeholder"), autocomplete: "off", spellcheck: "false",
    "aria-label": text("command_placeholder"), "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(told)) input.setAttribute(name, value);
  const list = element("div", "palette-list");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text("commands"));
  const none = element("p", "palette-none");
  none.setAttribute("role", "status");
  palette.append(input, list, none);
  input.addEventListener("input", draw);
  palette.addEventListener("keydown", onKey);
}

export function openPalette() {
  if (!palette) build();
  palette.querySelector("input").value = "";
  palette.showModal();
  draw();
}

export function openHelp() {
  document.getElementById("key-help")?.remove();
  const dialog = make("key-help", "wide", text("keys"));
  const head = element("header", "dialog-head");
  const close = element("button", "button quiet", text("close"));
  close.type = "button";
  close.dataset.closes = "";
  head.append(element("h2", "", text("keys")), close);
  const body = element("div", "dialog-body stack");
  if (!settings.on) body.append(element("p", "notice warn", text("keys_off")));
  const list = element("dl", "key-list");
  for (const command of commands().filter((one) => one.key && one.label)) {
    const pair = element("div", "");
    const keys = element("dd", "");
    keys.append(...keySigns(command.key));
    pair.append(element("dt", "", command.label), keys);
    list.append(pair);
  }
  body.append(list);
  const practice = document.querySelector("#palette-links a[data-command=practice]");
  if (practice) {
    const link = element("a", "button", practice.textContent.trim());
    link.href = practice.href;
    body.append(link);
  }
  dialog.append(head, body);
  dialog.showModal();
}
