// The list, the selection, and what is new. Selection is kept by id, never by element: a live update replaces the row.
import { register } from "../web/js/keys.js";
import { say } from "../web/js/say.js";

const inbox = document.getElementById("inbox");
const rows = document.getElementById("rows");
const arrivals = document.getElementById("arrivals");
const pager = document.getElementById("pager");
const MOST_IN_DOM = 200;
const KEPT = 60; // prefetched conversations
const FRESH = 15_000; // milliseconds that a prefetched one is good for
const cache = new Map();
let current = Number(document.getElementById("work")?.dataset.id) || 0;
let wanted = 0; // the newest asked for; older answers are dropped
let waiting = new Set(); // ids of new rows behind the bar
let told = new Set(); // ids to look at in the next tick
let tick = 0;
let lastBox = null;

const item = (id) => document.getElementById(`row-${id}`);
const link = (id) => item(id)?.querySelector("a.row");
const ids = () => [...rows.children].map((row) => Number(row.dataset.id));

function paint(id) {
  for (const one of rows.querySelectorAll("a.row[aria-current]")) one.removeAttribute("aria-current");
  link(id)?.setAttribute("aria-current", "true");
}

async function fetched(id) {
  const kept = cache.get(id);
  if (kept && performance.now() - kept.at < FRESH) return kept.html;
  const answer = await fetch(`/conversation/${id}/`, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const html = await answer.text();
  cache.set(id, { html, at: performance.now() });
  if (cache.size > KEPT) cache.delete(cache.keys().next().value);
  return html;
}

// A page that was opened on the list alone brings the script and the dialogs with the first conversation.
let desk = null;
async function works() {
  desk ??= await import("./work.js");
}
async function dialogs() {
  const place = document.getElementById("dialogs");
  if (!place) return;
  const answer = await fetch(place.dataset.from, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const html = await answer.text();
  if (!place.isConnected) return; // two were opened in one breath
  place.outerHTML = html;
}

// Paint the selection first, then fetch, then swap: the eye is answered before the server is.
export async function open(id, { push = true, focus = false } = {}) {
  wanted = id;
  current = id;
  for (const gone of rows.querySelectorAll("li[data-left]")) if (Number(gone.dataset.id) !== id) gone.remove();
  paint(id);
  link(id)?.scrollIntoView({ block: "nearest" });
  let html;
  try {
    [html] = await Promise.all([fetched(id), dialogs(), works()]);
  } catch {
    location.assign(`/inbox/${id}/?${inbox.dataset.query}`);
    return;
  }
  if (wanted !== id) return;
  desk.leave();
  document.getElementById("work").outerHTML = html;
  const work = document.getElementById("work");
  window.htmx.process(work);
  inbox.dataset.showing = "work";
  if (push) history.pushState({ id }, "", `/inbox/${id}/?${inbox.dataset.query}`);
  document.title = `${work.dataset.title} · lyhord`;
  desk.opened(work);
  if (focus) document.getElementById("turns")?.focus();
  prefetch();
}

function prefetch() {
  const all = ids();
  const place = all.indexOf(current);
  const near = [all[place + 1], all[place - 1]].filter(Boolean);
  (window.requestIdleCallback ?? setTimeout)(() => near.forEach((id) => fetched(id).catch(() => {})));
}

function step(by) {
  const all = ids();
  if (!all.length) return;
  const place = all.indexOf(current);
  const next = all[Math.min(all.length - 1, Math.max(0, place < 0 ? 0 : place + by))];
  if (next !== current || !document.getElementById("work")?.dataset.id) open(next);
}

rows.addEventListener("click", (event) => {
  const row = event.target.closest("a.row");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(Number(row.closest("li").dataset.id));
});
addEventListener("popstate", () => {
  const id = Number(location.pathname.match(/\/inbox\/(\d+)\//)?.[1]) || 0;
  if (id) open(id, { push: false });
  else inbox.dataset.showing = "list";
});

// Live ----------------------------------------------------------------------------------------------------------

addEventListener("live", ({ detail }) => {
  if (detail.topic === "conversation") {
    cache.delete(detail.id);
    if (detail.id === current) desk?.merge();
    told.add(detail.id);
  }
  if (detail.topic === "presence" && detail.id === current) desk?.merge();
  if (detail.topic === "counts" || detail.topic === "conversation") tick ||= setTimeout(look, 120);
});
addEventListener("live-resync", () => {
  cache.clear();
  desk?.merge();
  for (const id of ids()) told.add(id);
  look();
});

async function look() {
  tick = 0;
  const asked = [...told].slice(0, 100);
  told = new Set([...told].slice(100));
  if (asked.length) await renew(asked);
  await counts();
  if (told.size) tick = setTimeout(look, 120);
}

async function renew(asked) {
  const query = new URLSearchParams(inbox.dataset.query);
  query.set("ids", asked.join(","));
  query.set("query", inbox.dataset.query);
  const answer = await fetch(`${inbox.dataset.rows}?${query}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const given = new Map([...holder.content.querySelectorAll("li")].map((row) => [Number(row.dataset.id), row]));
  for (const id of asked) place(id, given.get(id));
  bar();
  emptiness();
}

// A row already shown is renewed in place; one that left the view goes; a new one waits behind the bar, unless the
// list stands at its top and nobody points at it: nothing moves under the pointer.
function place(id, fresh) {
  const old = item(id);
  if (!fresh) {
    quiet.delete(id);
    // What has left the view is not selected any more: what a colleague did is not done again.
    const box = old?.querySelector(".row-check:checked");
    if (box) box.checked = false;
    if (matched?.delete(id) || box) selected();
    // The one that is open stays until another is opened, so that nothing jumps; it no longer waits.
    if (old && id === current) old.querySelector("a.row")?.classList.remove("waits");
    else old?.remove();
    if (old && id === current) old.dataset.left = "1";
    waiting.delete(id);
    return;
  }
  if (old) {
    fresh.querySelector(".row-check").checked = old.querySelector(".row-check").checked;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (id === current) paint(id);
    if (hadFocus) link(id)?.focus();
    return;
  }
  if (quiet.delete(id) || isBeyond(fresh)) return;
  tickAll([fresh]);
  if (isCalm() && !isElsewhere()) put(fresh);
  else waiting.add(id);
}

// Further down than what is loaded: it is no news, and comes when the list is scrolled. Where the oldest stands first, what has
// begun to wait comes last.
function isBeyond(row) {
  if (!pager.dataset.next || !rows.lastElementChild) return false;
  return inbox.dataset.oldest ? !isElsewhere() : Number(row.dataset.at) < Number(rows.lastElementChild.dataset.at);
}

// By their clocks a new one may stand anywhere, which only the server knows: it waits behind the bar.
function isElsewhere() {
  return inbox.dataset.view === "due" || inbox.dataset.view === "too_late";
}

function isCalm() {
  return rows.scrollTop < 8 && !rows.matches(":hover") && !rows.contains(document.activeElement);
}

function put(row) {
  const at = Number(row.dataset.at);
  const before = inbox.dataset.oldest ? null : [...rows.children].find((other) => Number(other.dataset.at) <= at);
  rows.insertBefore(row, before ?? null);
  while (rows.children.length > MOST_IN_DOM) rows.lastElementChild.remove();
  if (Number(row.dataset.id) === current) paint(current);
}

function bar() {
  arrivals.hidden = waiting.size === 0;
  if (!waiting.size) return;
  const words = waiting.size === 1 ? inbox.dataset.newOne : inbox.dataset.newMany.replace("{n}", waiting.size);
  arrivals.textContent = words;
  say(words, "arrivals");
}

async function showArrivals() {
  const asked = [...waiting];
  waiting = new Set();
  rows.scrollTop = 0;
  document.activeElement?.blur?.();
  for (const id of asked) told.add(id);
  for (const id of ids()) item(id) && told.add(id);
  const query = new URLSearchParams(inbox.dataset.query);
  const answer = await fetch(`${pager.dataset.more.split("?")[0]}?${query}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const kept = matched ?? new Set(values(boxes()));
  rows.innerHTML = await answer.text();
  tickAll(rows.querySelectorAll("li"), kept);
  selected();
  pager.dataset.next = rows.querySelector("template")?.dataset.next ?? "";
  rows.querySelector("template")?.remove();
  told.clear();
  paint(current);
  bar();
  emptiness();
  rows.querySelector("a.row")?.focus({ preventScroll: true });
}
arrivals.addEventListener("click", showArrivals);

async function counts() {
  const answer = await fetch(`${inbox.dataset.counts}?view=${inbox.dataset.view}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (answer.ok && !answer.redirected) document.getElementById("views").outerHTML = await answer.text();
}

function emptiness() {
  document.getElementById("list-empty").hidden = rows.children.length > 0;
}

// More rows, when the end of the list comes in sight.
new IntersectionObserver(async (seen) => {
  if (!seen[0].isIntersecting || !pager.dataset.next || pager.dataset.busy) return;
  pager.dataset.busy = "1";
  try {
    const answer = await fetch(`${pager.dataset.more}&after=${encodeURIComponent(pager.dataset.next)}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    pager.dataset.next = holder.content.querySelector("template")?.dataset.next ?? "";
    const fresh = [...holder.content.querySelectorAll("li")].filter((row) => !item(row.dataset.id));
    tickAll(fresh);
    if (rows.children.length + fresh.length <= MOST_IN_DOM + 100) rows.append(...fresh);
    else pager.dataset.next = "";
  } finally {
    delete pager.dataset.busy;
  }
}, { root: rows.parentElement, rootMargin: "300px" }).observe(pager);

// Selecting many ------------------------------------------------------------------------------------------------

const bulk = document.getElementById("bulk");
const boxes = () => [...rows.querySelectorAll(".row-check:checked")];
const values = (list) => list.map((box) => Number(box.value));
let matched = null; // ids taken by "select all that match", of rows that are not loaded too
const quiet = new Set(); // ids of rows that are not loaded, which we changed ourselves: no news
let rest = null; // of the bar, which comes with the first selection

function tickAll(some, ids = matched) {
  for (const row of some) if (ids?.has(Number(row.dataset.id))) row.querySelector(".row-check").checked = true;
}
// All of these and no others.
function take(ids) {
  matched = new Set(ids);
  for (const box of rows.querySelectorAll(".row-check")) box.checked = matched.has(Number(box.value));
  selected();
}
const theRest = () => (rest ??= import("./bulk.js").then((module) => module.begin({ inbox, bulk, take })).catch(() => (rest = null)));

function selected() {
  if (matched) for (const box of rows.querySelectorAll(".row-check")) matched[box.checked ? "add" : "delete"](Number(box.value));
  const chosen = matched ? [...matched] : values(boxes());
  const n = chosen.length;
  if (!n) matched = null;
  else theRest();
  bulk.hidden = n === 0;
  rows.classList.toggle("is-selecting", n > 0);
  document.getElementById("bulk-count").textContent = n === 1 ? bulk.dataset.one : bulk.dataset.many.replace("{n}", n);
  bulk.elements.ids.value = chosen.join(",");
  document.getElementById("bulk-told")?.replaceChildren();
}
function none() {
  matched = null;
  for (const box of boxes()) box.checked = false;
  selected();
}
function toggle(id, range) {
  const box = item(id)?.querySelector(".row-check");
  if (!box) return;
  box.checked = !box.checked;
  if (range && lastBox) {
    const all = ids();
    const [from, to] = [all.indexOf(lastBox), all.indexOf(id)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) item(one).querySelector(".row-check").checked = box.checked;
  }
  lastBox = id;
  selected();
}
rows.addEventListener("click", (event) => {
  if (!event.target.matches(".row-check")) return;
  const id = Number(event.target.value);
  if (event.shiftKey && lastBox) {
    event.target.checked = !event.target.checked;
    toggle(id, true);
  } else {
    lastBox = id;
    selected();
  }
});
document.getElementById("bulk-none").addEventListener("click", none);
bulk.addEventListener("submit", (event) => event.preventDefault());
bulk.addEventListener("click", (event) => {
  const address = event.target.closest("[data-bulk]")?.dataset.bulk;
  if (address) window.htmx.ajax("POST", address, { values: { ids: bulk.elements.ids.value }, swap: "none", target: document.body });
});

document.body.addEventListener("desk:bulk", () => {
  for (const id of values(boxes())) told.add(id);
  for (const id of matched ?? []) if (!item(id)) quiet.add(id);
  none();
  look();
});
document.body.addEventListener("desk:changed", ({ detail }) => {
  cache.delete(detail.id);
  told.add(detail.id);
  tick ||= setTimeout(look, 50);
  desk?.merge();
});
document.body.addEventListener("desk:undone", ({ detail }) => {
  for (const id of detail.ids) told.add(id);
  if (detail.text && detail.id === current) desk?.adopt(detail.text);
  else if (detail.text) open(detail.id).then(() => desk?.adopt(detail.text));
  tick ||= setTimeout(look, 50);
});
document.body.addEventListener("desk:read", ({ detail }) => link(detail.id)?.classList.toggle("is-new", !detail.read));
// What was closed leaves the list; the next one takes its place under the same key.
document.body.addEventListener("desk:sent", ({ detail }) => detail.closed && step(1));

const words = JSON.parse(document.getElementById("desk-words").textContent);
register({ name: "next", key: "j", label: words.next, run: () => step(1) });
register({ name: "previous", key: "k", label: words.previous, run: () => step(-1) });
register({ name: "into", key: "o", label: words.into, run: () => document.getElementById("turns")?.focus() });
register({ name: "select", key: "x", label: words.select, run: () => current && toggle(current, false) });
register({ name: "select-range", key: "X", label: words.range, run: () => current && toggle(current, true) });
register({ name: "select-matching", key: "A", label: words.matching, run: async () => (await theRest())?.all() });
register({ name: "next-waiting", key: "n", label: words.waiting, run: nextWaiting });
register({ name: "undo", key: "z", label: words.undo, run: () => window.htmx.ajax("POST", inbox.dataset.undo, { swap: "none", target: document.body }) });
rows.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const all = ids();
    const at = all.indexOf(Number(event.target.closest("li")?.dataset.id));
    link(all[at + (event.key === "ArrowDown" ? 1 : -1)])?.focus();
  }
});

async function nextWaiting() {
  const all = ids();
  const after = all.slice(all.indexOf(current) + 1).find((id) => link(id)?.classList.contains("waits"));
  if (after) open(after);
  else location.assign(`/inbox/next/?after=${current}`);
}

// Focus: one conversation and no lists, until it is ended in the same way; J, K and N go on from one to the next.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-focuses]")) return;
  sessionStorage.setItem("focus", document.body.toggleAttribute("data-focus") ? "1" : "");
});
if (current) document.body.toggleAttribute("data-focus", sessionStorage.getItem("focus") === "1");
if (document.querySelector("#views [data-saved]")) (window.requestIdleCallback ?? setTimeout)(() => counts());
if (current) {
  paint(current);
  works().then(() => desk.opened(document.getElementById("work")));
}
prefetch();
