// What helps while somebody writes: the toolbox, completion after / : and @, macros, sending later, help with words.
// Loaded with the first word that is written or the first post that is opened, never with the list.
import { commands } from "../web/js/keys.js";
import { open as openDialog } from "../web/js/dialog.js";
import { toast } from "../web/js/toast.js";
import { text } from "../web/js/strings.js";

const csrf = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";
const work = () => document.getElementById("work");
const form = () => document.getElementById("composer");
const area = () => document.getElementById("composer-text");
const dialog = () => document.getElementById("tools-dialog");
const place = () => dialog()?.querySelector("[role=status]");
const kind = () => form()?.elements.kind?.value ?? "note";
const base = () => `/conversation/${work()?.dataset.id}/`;

// The style sheet comes with the fragments and stays when they are replaced.
function dress(html) {
  const address = html.match(/href="([^"]*desk\/compose[^"]*)"/)?.[1];
  if (!address || document.head.querySelector("#compose-style")) return;
  const link = document.createElement("link");
  Object.assign(link, { id: "compose-style", rel: "stylesheet", href: address });
  document.head.append(link);
}

async function ask(address, values) {
  const told = { headers: { "HX-Request": "true", "X-CSRFToken": csrf() }, cache: "no-store" };
  if (values) Object.assign(told, { method: "POST", body: new URLSearchParams(values) });
  let answer;
  try {
    answer = await fetch(address, told);
  } catch {
    toast(text("unreachable"), { kind: "bad" });
    return null;
  }
  if (answer.redirected) return null;
  const words = await answer.text();
  dress(words);
  if (answer.ok || answer.status === 422) return { words, ok: answer.ok };
  toast(new DOMParser().parseFromString(words, "text/html").querySelector(".check")?.textContent?.trim() || text("failed", { status: answer.status }), { kind: "bad" });
  return null;
}

// htmx puts in what the server says, as after any verb.
const act = (address, values = {}) => window.htmx.ajax("POST", address, { values, swap: "none", target: document.body });

function put(words, from, to) {
  const field = area();
  if (!field) return;
  field.setRangeText(words, from ?? field.selectionStart, to ?? field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function replaceAll(words) {
  const field = area();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  field.setSelectionRange(words.length, words.length);
}

// Completion ----------------------------------------------------------------------------------------------------

const START = { reply: /(?:^|\n)\/([^\n]{0,40})$/, emoji: /(?:^|[\s(])(:[\p{L}]{2,20})$/u, handle: /(?:^|[\s(])@([\p{L}\d_.-]{0,30})$/u };
let list = null;
let at = 0;
let span = null; // what a choice takes the place of
let turn = 0;

function begun() {
  const field = area();
  if (!field || field.selectionStart !== field.selectionEnd) return null;
  const before = field.value.slice(0, field.selectionStart);
  for (const [what, pattern] of Object.entries(START)) {
    const found = before.match(pattern);
    if (!found || (what !== "emoji" && kind() === "note")) continue;
    const words = found[1];
    return { what, words: what === "emoji" ? words.slice(1) : words, from: before.length - words.length - (what === "emoji" ? 0 : 1), to: before.length };
  }
  return null;
}

async function look() {
  const found = begun();
  if (!found) return shut();
  const mine = ++turn;
  const html = found.what === "emoji" ? await emojiChoices(found.words) : (await ask(`${base()}complete/?${new URLSearchParams({ what: found.what, q: found.words })}`))?.words;
  if (mine !== turn || !area()) return;
  span = found;
  show(html ?? "");
}

function show(html) {
  shut(false);
  const holder = document.createElement("div");
  holder.innerHTML = html;
  if (!holder.querySelector("[role=option]")) return;
  list = holder;
  list.className = "completions";
  list.id = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector("[data-tools]")?.getAttribute("aria-label") ?? "");
  options().forEach((one, index) => { one.id = `completion-${index}`; });
  form().append(list);
  area().setAttribute("aria-controls", "completions");
  at = 0;
  mark();
}

const options = () => [...(list?.querySelectorAll("[role=option]") ?? [])];

function mark() {
  options().forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
  options()[at]?.scrollIntoView({ block: "nearest" });
  area()?.setAttribute("aria-activedescendant", `completion-${at}`);
}

function shut(forget = true) {
  list?.remove();
  list = null;
  if (forget) turn += 1;
  area()?.removeAttribute("aria-activedescendant");
  area()?.removeAttribute("aria-controls");
}

function choose(option) {
  const { from, to } = begun() ?? span; // who types on while the list is on its way means those letters too
  shut();
  if (option.dataset.words) return put(option.dataset.words, from, to);
  put("", from, to);
  if (option.dataset.use) return act(option.dataset.use);
  openDialog("tools-dialog");
  return showMacro(option.dataset.macro);
}

let typing = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "composer-text") return;
  clearTimeout(typing);
  typing = setTimeout(look, list ? 60 : 120);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "composer-text" || event.isComposing) return;
  if (event.key === "Enter" && event.altKey && !event.ctrlKey) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return send("next");
  }
  if (!list) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) at = (at + step + options().length) % options().length;
  else if (event.key === "Escape") shut();
  else if (event.key === "Enter" || event.key === "Tab") choose(options()[at]);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (list) mark();
}, true);
document.addEventListener("focusout", (event) => event.target.id === "composer-text" && setTimeout(() => document.activeElement !== area() && shut(), 150));
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("#completions [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option);
});

// Emoji ---------------------------------------------------------------------------------------------------------

let emojis = null;
async function allEmoji() {
  emojis ??= (await import("./emoji.js")).named(document.documentElement.lang);
  return emojis;
}

function fitting(all, words) {
  const plain = (one) => one.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  return all.filter(({ names }) => names.some((name) => plain(name).includes(plain(words))));
}

async function emojiChoices(words) {
  if (!document.head.querySelector("#compose-style")) await ask(`${base()}complete/?what=handle&q=${encodeURIComponent(words)}`);
  const holder = document.createElement("div");
  for (const { sign, names } of fitting(await allEmoji(), words).slice(0, 8)) {
    const option = document.createElement("div");
    option.className = "palette-item";
    option.setAttribute("role", "option");
    option.dataset.words = sign;
    option.textContent = `${sign} ${names[0]}`;
    holder.append(option);
  }
  return holder.innerHTML;
}


async function drawEmoji(holder) {
  if (holder.firstElementChild) return;
  const all = await allEmoji();
  const search = document.createElement("input");
  search.className = "input";
  search.type = "search";
  search.setAttribute("aria-label", holder.closest("details").querySelector("summary").textContent);
  const grid = document.createElement("div");
  grid.className = "emoji-grid";
  const draw = () => grid.replaceChildren(...fitting(all, search.value).map(({ sign, names }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = names[0];
    button.setAttribute("aria-label", names[0]);
    button.dataset.words = sign;
    return button;
  }));
  search.addEventListener("input", draw);
  grid.addEventListener("keydown", (event) => {
    const all = [...grid.children];
    const wide = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[event.key];
    if (!step) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + step))]?.focus();
  });
  draw();
  holder.append(search, grid);
}
document.addEventListener("toggle", (event) => {
  const holder = event.target.open && event.target.querySelector?.("[data-emoji]");
  if (holder) drawEmoji(holder);
}, true);

// The toolbox ---------------------------------------------------------------------------------------------------

function startSearch(left = 60) {
  const field = document.getElementById("tools-words");
  if (field) {
    dress(place().innerHTML);
    field.focus();
  } else if (left && dialog()?.open) setTimeout(startSearch, 50, left - 1);
}
document.addEventListener("click", (event) => event.target.closest?.("[data-tools]") && startSearch());

let searching = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "tools-words") return;
  const field = event.target;
  clearTimeout(searching);
  searching = setTimeout(async () => {
    const found = await ask(`${field.dataset.search}?${new URLSearchParams({ q: field.value })}`);
    const shown = document.getElementById("tools-found"); // gone where a macro was chosen meanwhile
    if (found && shown) shown.innerHTML = found.words;
  }, 120);
});
document.addEventListener("keydown", (event) => {
  const items = [...(document.querySelectorAll("#tools-found .menu-item") ?? [])];
  const here = items.indexOf(document.activeElement);
  if (event.target.id === "tools-words" && event.key === "Enter") {
    event.preventDefault();
    return items[0]?.click();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || (event.target.id !== "tools-words" && here < 0)) return;
  event.preventDefault();
  const next = here + step;
  (next < 0 ? document.getElementById("tools-words") : items[Math.min(next, items.length - 1)])?.focus();
});

async function showMacro(address) {
  const found = await ask(address);
  if (!found) return;
  place().innerHTML = found.words;
  place().querySelector("button.main")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#tools-dialog button");
  if (!button) return;
  const { use, macro, words, send: how, what, take, links } = button.dataset;
  if (use) {
    dialog().close();
    act(use);
  } else if (macro) showMacro(macro);
  else if (words) {
    dialog().close();
    put(words);
  } else if (how) {
    dialog().close();
    send(how);
  } else if (what) help(button, what);
  else if (take !== undefined) takeSuggestion(take);
  else if (links !== undefined) lookAtLinks(button);
});
document.addEventListener("submit", (event) => {
  const runs = event.target.closest?.("form[data-run-macro]");
  const later = event.target.closest?.("form[data-schedule]");
  if (!runs && !later) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(event.target));
  dialog().close();
  if (runs) act(runs.dataset.runMacro, { ...values });
  else sendLater(later.dataset.schedule, values);
});

function sendLater(address, values) {
  const told = Object.fromEntries(new FormData(form()));
  if (form().dataset.newest) told.seen ||= form().dataset.newest;
  const file = document.querySelector("#composer-files [name=file]");
  if (file) return toast(document.querySelector("[data-tools]")?.dataset.noFiles ?? "", { kind: "bad" });
  return act(address, { ...told, ...values });
}

// Send, and then: the next that waits, or asleep until tomorrow.
let afterwards = "";
function send(how) {
  afterwards = how;
  form()?.requestSubmit();
}
document.body.addEventListener("desk:sent", ({ detail }) => {
  const how = afterwards;
  afterwards = "";
  document.querySelector(".closes-chip")?.remove();
  if (how === "snooze") act(`/conversation/${detail.id}/snooze/`, { until: "tomorrow" });
  if (how === "next") commands().find((one) => one.name === "next-waiting")?.run();
});
// Refused: what was to come after it does not come either.
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt?.id === "composer" && detail.xhr.status >= 400) afterwards = "";
});

// A macro with a reply that closes: the reply that leaves does it.
document.body.addEventListener("desk:draft", ({ detail }) => {
  if (!detail.closes || !form()) return;
  form().querySelector(".closes-chip")?.remove();
  const chip = document.createElement("label");
  chip.className = "closes-chip";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: "close", value: "1", checked: true });
  chip.append(box, ` ${document.querySelector("[data-and-close]")?.textContent.trim() ?? ""}`);
  document.querySelector(".composer-foot").prepend(chip);
});

// Help with words -----------------------------------------------------------------------------------------------

async function help(button, what) {
  const holder = button.closest("[data-assist]");
  const answer = holder.querySelector("#help-answer");
  answer.setAttribute("aria-busy", "true");
  for (const one of holder.querySelectorAll("button")) one.disabled = true;
  const found = await ask(holder.dataset.assist, { what, text: area()?.value ?? "", to: holder.querySelector("#help-to").value });
  for (const one of holder.querySelectorAll("button")) one.disabled = false;
  answer.removeAttribute("aria-busy");
  if (found) answer.innerHTML = found.words;
}

function takeSuggestion(how) {
  const words = document.getElementById("suggested-words").textContent;
  dialog().close();
  const before = area().value.trimEnd();
  replaceAll(how === "append" && before ? `${before}\n\n${words}` : words);
}

async function lookAtLinks(button) {
  const holder = button.closest("[data-preview]");
  const shown = document.getElementById("link-previews");
  const found = [...new Set((area()?.value ?? "").match(/https?:\/\/[^\s<>"']{3,}/gi) ?? [])].map((one) => one.replace(/[.,;:!?…)\]}]+$/, ""));
  shown.replaceChildren();
  for (const url of found.slice(0, 5)) {
    const one = await ask(holder.dataset.preview, { url });
    if (one) shown.insertAdjacentHTML("beforeend", one.words);
  }
}

// One post ------------------------------------------------------------------------------------------------------

let post = null;
async function postTools(opener) {
  post = opener.closest(".turn");
  const verbs = document.getElementById("post-verbs");
  if (!verbs) return;
  let holder = document.getElementById("post-tools");
  if (!holder) {
    holder = document.createElement("div");
    holder.id = "post-tools";
    verbs.append(holder);
  }
  holder.replaceChildren();
  const found = await ask(`${base()}post/${opener.dataset.post}/tools/`);
  if (found?.ok) holder.innerHTML = found.words;
}
document.addEventListener("click", async (event) => {
  const opener = event.target.closest?.("[data-post]");
  if (opener) return postTools(opener);
  const button = event.target.closest?.("[data-translate], [data-look]");
  if (!button) return;
  if (button.dataset.look) {
    const found = await ask(button.dataset.look, { url: button.dataset.url });
    if (found) document.querySelector("#post-tools .post-previews").innerHTML = found.words;
    return;
  }
  const under = post;
  button.disabled = true;
  const found = await ask(button.dataset.translate, {});
  button.disabled = false;
  if (!found) return;
  if (!found.ok) return toast(new DOMParser().parseFromString(found.words, "text/html").body.textContent.trim(), { kind: "bad" });
  document.getElementById("post-dialog")?.close();
  under.querySelector(".translation")?.remove();
  under.querySelector(".turn-text").insertAdjacentHTML("afterend", found.words);
});

// Called by work.js with what brought this file: the click, or the first letters, came before it could listen.
export function begin(target) {
  if (document.activeElement === area()) look();
  const opener = target?.closest?.("[data-post]");
  if (opener) postTools(opener);
  if (target?.closest?.("[data-tools]")) startSearch();
}
