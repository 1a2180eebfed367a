// The outbox renews itself, as the inbox does, and is worked through by keys.
import { register } from "../web/js/keys.js";
import { say } from "../web/js/say.js";

const AFTER = 300;
const words = JSON.parse(document.getElementById("outbox-words").textContent);
const body = () => document.getElementById("outbox");
const rows = () => [...document.querySelectorAll(".outbox-row")];
const current = () => document.activeElement?.closest?.(".outbox-row");
let timer = 0;

// What is being typed or chosen stays: then the list is drawn anew when the field is left.
const isBusy = () => body().querySelector("input:not([type=hidden]):focus, select:focus") !== null;

function renew() {
  timer ||= setTimeout(draw, AFTER);
}

async function draw() {
  timer = 0;
  if (isBusy()) return;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { "HX-Request": "true" }, cache: "no-store" });
  } catch {
    return; // the page says at its edge that there is no network
  }
  if (!answer.ok || answer.redirected || isBusy()) return;
  const focused = current()?.id ?? document.activeElement?.id ?? "";
  const count = rows().length;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const fresh = holder.content.getElementById("outbox");
  if (!fresh) return;
  body().replaceWith(fresh);
  window.htmx?.process(fresh);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (rows().length > count) say(fresh.querySelector("[aria-current]")?.textContent.trim() ?? "");
}

addEventListener("live", ({ detail }) => detail.topic === "outbox" && renew());
addEventListener("live-resync", renew);
document.addEventListener("focusout", (event) => event.target.closest?.("#outbox input, #outbox select") && renew());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const act = (name) => current()?.querySelector(`[data-act=${name}]`)?.click();
const has = (name) => () => Boolean(current()?.querySelector(`[data-act=${name}]`));
register({ name: "outbox-next", key: "j", label: words.next, run: () => step(1) });
register({ name: "outbox-previous", key: "k", label: words.previous, run: () => step(-1) });
register({ name: "outbox-send", key: "s", label: words.send, run: () => act("send"), when: has("send") });
register({ name: "outbox-drop", key: "d", label: words.drop, run: () => act("drop"), when: has("drop") });
register({ name: "outbox-stands", key: "y", label: words.stands, run: () => act("stands"), when: has("stands") });
register({ name: "outbox-link", key: "o", label: words.link, run: () => act("link"), when: has("link") });
