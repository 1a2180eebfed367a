// The open conversation: new turns come in, the composer stays; drafts are kept on the server; who is there is told.
import { open as openDialog } from "../web/js/dialog.js";
import { measure } from "./measure.js";

// What files beside a draft need is loaded with the first conversation that takes them.
const enclosing = () => import("./enclose.js");
const listFiles = () => document.getElementById("composer-add") && enclosing().then((files) => files.listFiles());
const expectFiles = () => document.getElementById("composer-add") && enclosing();
expectFiles();
document.addEventListener("htmx:load", expectFiles);

// The toolbox and what completes come with the first word that is written, or the first post that is opened.
for (const sort of ["focusin", "click"]) document.addEventListener(sort, (event) => event.target.closest?.("#composer, [data-post]") && composing(event.target), { capture: true });
let composes = false;
async function composing(target) {
  if (composes) return;
  composes = true;
  (await import("./compose.js")).begin(target);
}

const SAVE_AFTER = 2000;
const PING = 8000;
const READ_AFTER = 1500;
let work = null;
let saveTimer = 0;
let pingTimer = 0;
let readTimer = 0;
let mergeTimer = 0;
let saved = "";

const csrf = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";
const composer = () => document.getElementById("composer");
const area = () => document.getElementById("composer-text");
const kind = () => composer()?.elements.kind?.value ?? "note";

function post(address, values) {
  return fetch(address, { method: "POST", headers: { "X-CSRFToken": csrf(), "HX-Request": "true" }, body: new URLSearchParams(values), keepalive: true });
}

export function opened(element) {
  work = element;
  saved = area()?.value ?? "";
  bottom();
  length();
  mode();
  clearInterval(pingTimer);
  ping();
  pingTimer = setInterval(ping, PING);
  clearTimeout(readTimer);
  readTimer = setTimeout(() => document.visibilityState === "visible" && window.htmx.ajax("POST", work.dataset.read, { swap: "none", target: document.body }), READ_AFTER);
}

export function leave() {
  clearTimeout(readTimer);
  clearInterval(pingTimer);
  if (!work?.dataset.presence) return;
  save();
  post(work.dataset.presence, { doing: "gone" }).catch(() => {});
}
addEventListener("pagehide", leave);

function bottom() {
  const turns = document.getElementById("turns");
  if (turns) turns.scrollTop = turns.scrollHeight;
}

// Who is there --------------------------------------------------------------------------------------------------

async function ping() {
  if (!work?.dataset.presence) return;
  const isWriting = document.activeElement === area() && area().value.trim() !== "";
  const doing = document.visibilityState === "hidden" ? "away" : isWriting ? "writing" : "viewing";
  try {
    const answer = await post(work.dataset.presence, { doing });
    if (answer.ok && !answer.redirected) replace("presence", await answer.text());
  } catch {
    // The next ping tells; a page without network says so at its edge.
  }
}
document.addEventListener("visibilitychange", ping);

// What is new ---------------------------------------------------------------------------------------------------

export function merge() {
  if (work?.dataset.news) mergeTimer ||= setTimeout(mergeNow, 60);
}

async function mergeNow() {
  mergeTimer = 0;
  const asked = work;
  const answer = await fetch(asked.dataset.news, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || answer.redirected || work !== asked) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  for (const id of ["work-head", "visibility", "referred", "same", "around", "card", "presence"]) swap(id, holder.content);
  turns(holder.content.getElementById("turns"));
}

function swap(id, from) {
  const fresh = from.getElementById(id);
  const old = document.getElementById(id);
  if (!fresh || !old || old.contains(document.activeElement) || old.querySelector("details[open]")) return;
  old.replaceWith(fresh);
  window.htmx.process(fresh);
}

function replace(id, html) {
  const old = document.getElementById(id);
  if (old) old.outerHTML = html;
}

function replaceAll(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const part of [...holder.content.children]) document.getElementById(part.id)?.replaceWith(part);
}

// Keyed: a turn that looks as before stays, so that scroll, focus and selection do.
function turns(fresh) {
  const here = document.getElementById("turns");
  if (!fresh || !here) return;
  const atEnd = here.scrollHeight - here.scrollTop - here.clientHeight < 80;
  let last = null;
  let isNew = false;
  for (const turn of [...fresh.children]) {
    const old = document.getElementById(turn.id);
    if (old && here.contains(old)) {
      if (old.dataset.v !== turn.dataset.v) {
        old.replaceWith(turn);
        window.htmx.process(turn);
        last = turn;
      } else last = old;
      continue;
    }
    if (last) last.after(turn);
    else here.prepend(turn);
    window.htmx.process(turn);
    last = turn;
    isNew = true;
  }
  if (isNew && atEnd) bottom();
  const form = composer();
  // What is on the screen has been seen; a reply refused for a newer turn goes at the second press.
  if (form && fresh.dataset.newest && document.visibilityState === "visible") form.dataset.newest = fresh.dataset.newest;
}

// Writing -------------------------------------------------------------------------------------------------------

function mode() {
  const form = composer();
  if (!form) return;
  form.dataset.mode = kind() === "note" ? "note" : "reply";
  const hint = document.getElementById("signature-hint");
  if (hint) hint.hidden = kind() === "note";
  for (const id of ["composer-files", "add-files", "files-hint", "allowed"]) {
    const part = document.getElementById(id);
    if (part) part.hidden = kind() === "note";
  }
  length();
}

function length() {
  const ring = document.getElementById("composer-ring");
  const form = composer();
  if (!ring || !form) return;
  const words = area().value.trim();
  const signed = kind() === "note" || !words || words.includes(form.dataset.signature) ? words : `${words} ${form.dataset.signature}`;
  const used = measure(signed, form.dataset.unit, Number(form.dataset.urlWeight) || 0);
  ring.hidden = kind() === "note";
  ring.dispatchEvent(new CustomEvent("length", { bubbles: true, detail: { used, limit: Number(ring.dataset.limit) } }));
}

async function save() {
  clearTimeout(saveTimer);
  saveTimer = 0;
  if (!work?.dataset.draft || !area() || area().value === saved) return;
  saved = area().value;
  try {
    const answer = await post(work.dataset.draft, { kind: kind(), text: saved, strand: composer().elements.strand.value });
    if (answer.ok && !answer.redirected) replaceAll(await answer.text());
  } catch {
    saved = "";
  }
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "composer-text") return;
  length();
  if (event.data === "@" && kind() === "note") import("./mention.js").then((names) => names.look());
  saveTimer ||= setTimeout(save, SAVE_AFTER);
  if (event.target.dataset.told !== "1") {
    event.target.dataset.told = "1";
    ping();
  }
});
document.addEventListener("focusout", (event) => event.target.id === "composer-text" && save());
document.addEventListener("change", (event) => {
  if (event.target.name !== "kind" || !event.target.closest("#composer")) return;
  mode();
  saved = null; // what the network says may differ between public and private
  save();
});
// The key I chooses the note by a click of no hand; arrow keys among the choices leave the focus with them.
document.addEventListener("click", (event) => !event.isTrusted && event.target.matches("#composer input[name=kind]") && area().focus());
// How long an answer may still be sent: near its end it is marked, and after it the server says what else there is.
const NEARLY = 2 * 60 * 60 * 1000;
setInterval(() => {
  const part = document.querySelector("#allowed [data-window]");
  const left = part ? Date.parse(part.dataset.window) - Date.now() : NaN;
  if (Number.isNaN(left)) return;
  part.classList.toggle("warn", left < NEARLY);
  if (left > 0) return;
  saved = null;
  save();
}, 30_000);
document.addEventListener("click", ({ target }) => {
  const wanted = target.closest("[data-kind]")?.dataset.kind;
  const choice = wanted && composer()?.querySelector(`input[name=kind][value=${wanted}]`);
  if (!choice) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  area().focus();
});
// The key R presses the field, and a pressed field is one to write in.
document.addEventListener("click", (event) => event.target.id === "composer-text" && area().focus());

// Taken back: the words return to where they were written.
export function adopt(words) {
  const field = area();
  if (!field) return;
  field.value = words;
  field.focus();
  length();
  listFiles();
}

document.body.addEventListener("desk:sent", ({ detail }) => {
  const form = composer();
  if (!form || Number(work.dataset.id) !== detail.id) return;
  clearTimeout(saveTimer);
  saveTimer = 0;
  area().value = "";
  delete area().dataset.told;
  saved = "";
  form.elements.form_key.value = detail.formKey;
  document.getElementById("allowed")?.replaceChildren();
  listFiles();
  length();
  merge();
});
document.body.addEventListener("desk:newer", async () => {
  await mergeNow();
  const form = composer();
  if (form?.dataset.newest) form.elements.seen.value = form.dataset.newest;
});
// Before a reply leaves: what the writer had on her screen.
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest?.("#composer");
  if (!form || !form.dataset.newest) return;
  form.elements.seen.value ||= form.dataset.newest;
});
document.body.addEventListener("desk:insert", ({ detail }) => {
  const field = area();
  if (!field || Number(work?.dataset.id) !== detail.id) return;
  const [start, end] = [field.selectionStart, field.selectionEnd];
  const before = field.value.slice(0, start);
  field.setRangeText((before && !/\s$/.test(before) ? " " : "") + detail.text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
document.body.addEventListener("desk:draft", ({ detail }) => {
  if (detail.id && Number(work?.dataset.id) !== detail.id) return;
  const choice = composer()?.querySelector(`input[name=kind][value=${detail.kind}]`);
  if (choice) choice.checked = true;
  mode();
  adopt(detail.text);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-answers]");
  if (button) import("./mention.js").then((names) => names.answer(button));
});

// Dialogs act on the conversation that is open.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-verb]");
  if (!form) return;
  event.preventDefault();
  if (!work?.dataset.id) return;
  const values = Object.fromEntries(new FormData(form));
  if (form.dataset.verb === "assign") values.to = colleague(values.who);
  form.closest("dialog")?.close();
  window.htmx.ajax("POST", `/conversation/${work.dataset.id}/${form.dataset.verb}/`, { values, swap: "none", target: document.body });
  form.reset();
});

// A dialog that comes with its words when it is asked for, by a click or by an answer of the server.
const sheet = (address) => import("./sheet.js").then((module) => module.show(address));
document.body.addEventListener("desk:sheet", ({ detail }) => sheet(detail.address));
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-sheet]");
  if (opener) sheet(opener.dataset.sheet);
});

// A verb of one click. The request belongs to the page and not to its button: live news may draw the button anew before
// the answer comes, and htmx looks from what asked for what to swap.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  event.preventDefault();
  window.htmx.ajax("POST", button.dataset.do, { values: JSON.parse(button.dataset.values ?? "{}"), swap: "none", target: document.body });
});

// What can be done with one post: one dialog for all of them.
let chosen = null;
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-post]");
  if (opener) showPost(opener);
  const button = event.target.closest("[data-moderate], [data-correct]");
  if (button && chosen) doToPost(button);
});

function showPost(opener) {
  chosen = opener;
  const can = new Set((work.dataset.verbs ?? "").split(" "));
  for (const button of document.querySelectorAll("[data-moderate]")) {
    const verb = button.dataset.moderate;
    button.hidden = !can.has(verb) || (verb === "hide" && opener.dataset.postHidden) || (verb === "unhide" && !opener.dataset.postHidden) || (verb === "block" && opener.dataset.postOurs);
  }
  const link = document.getElementById("post-link");
  link.hidden = !opener.dataset.postLink;
  if (opener.dataset.postLink) link.href = opener.dataset.postLink;
  document.getElementById("post-correct").hidden = Boolean(opener.dataset.postOurs);
  openDialog("post-dialog");
}

function doToPost(button) {
  const { moderate, correct } = button.dataset;
  const post = chosen.dataset.post;
  if (["delete", "block"].includes(moderate) && !confirm(document.getElementById("post-verbs").dataset.confirm)) return;
  button.closest("dialog").close();
  const base = `/conversation/${work.dataset.id}`;
  if (correct) window.htmx.ajax("POST", `${base}/post/${post}/correct/`, { values: { head: "kind", label: correct }, swap: "none", target: document.body });
  else window.htmx.ajax("POST", `${base}/moderate/`, { values: { verb: moderate, post, form_key: crypto.randomUUID() }, swap: "none", target: document.body });
}

function colleague(name) {
  const option = [...document.querySelectorAll("#colleagues option")].find((one) => one.value === name.trim());
  return option?.dataset.id ?? (name.trim() ? "0" : "");
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens=assign-dialog]")) {
    const told = document.getElementById("colleague-names");
    const list = document.getElementById("colleagues");
    if (told && list) list.innerHTML = told.innerHTML;
  }
});


// What depends on the conversation (where a customer can be sent on, which department is asked) comes when it is asked for.
document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-refer]");
  if (!opener) return;
  const place = document.querySelector(`#${opener.dataset.opens} [role=status]`);
  place.replaceChildren();
  const answer = await fetch(opener.dataset.refer, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  place.innerHTML = await answer.text();
  place.querySelector("select")?.focus();
});

// Two customers found to be one.
let asked = 0;
document.addEventListener("input", (event) => {
  if (event.target.name !== "merge-words") return;
  clearTimeout(asked);
  asked = setTimeout(async () => {
    const answer = await fetch(`/conversation/${work.dataset.id}/people/?q=${encodeURIComponent(event.target.value)}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.ok && !answer.redirected) document.getElementById("people-found").innerHTML = await answer.text();
  }, 200);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-merge]");
  if (!button) return;
  button.closest("dialog")?.close();
  document.getElementById("people-found").replaceChildren();
  window.htmx.ajax("POST", `/conversation/${work.dataset.id}/merge/`, { values: { other: button.dataset.merge }, swap: "none", target: document.body });
});
