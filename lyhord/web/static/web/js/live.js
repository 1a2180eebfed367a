// Live news. One stream a browser: the tab that holds the lock reads it, the others hear of it. Where streams are held
// back, the same news are asked for each five seconds.
import { text } from "./strings.js";
import { say } from "./say.js";

const POLL = 5000;
const LONGEST = 30000;
const meta = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("live") : null;
let last = Number(meta("live-since")) || 0;
let token = meta("push-token");
let state = "starting";
let failures = 0;
let source = null;
let pollTimer = 0;
let renewTimer = 0;
let isLeader = false;

function tell(news, isOurs = true) {
  if (isOurs) channel?.postMessage(news);
  if (news.number) last = Math.max(last, news.number);
  if (news.kind === "change") dispatchEvent(new CustomEvent("live", { detail: { topic: news.topic, id: news.id, version: news.version } }));
  if (news.kind === "resync") dispatchEvent(new CustomEvent("live-resync"));
  if (news.kind === "state") show(news.state);
}

function show(now) {
  if (now === state) return;
  state = now;
  dispatchEvent(new CustomEvent("live-state", { detail: state }));
  const mark = document.getElementById("live-mark");
  if (mark) {
    mark.dataset.state = state;
    mark.title = text(state);
    mark.querySelector(".live-text").textContent = text(state === "polling" ? "live" : state);
  }
  const bar = document.getElementById("offline");
  if (bar) {
    bar.hidden = state !== "offline";
    bar.textContent = state === "offline" ? text("offline_long") : "";
  }
  if (state !== "starting") say(text(state), "live-state");
}

function read(event) {
  let data;
  try {
    data = JSON.parse(event.data);
  } catch {
    return;
  }
  tell({ kind: "change", topic: data.topic, id: data.id, version: data.v, number: Number(event.lastEventId) || 0 });
}

async function ask(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

async function renew() {
  const given = await ask("/live/token/");
  token = given.token;
  clearTimeout(renewTimer);
  renewTimer = setTimeout(() => connect(true), Math.max(30, (given.expires_in ?? 600) - 60) * 1000);
}

async function connect(isFresh = false) {
  try {
    if (isFresh || !token) await renew();
    else if (!renewTimer) renewTimer = setTimeout(() => connect(true), 540_000);
  } catch {
    return lost();
  }
  const address = new URL(`${meta("push-url")}/live/`, location.href);
  address.searchParams.set("token", token);
  if (last) address.searchParams.set("since", last);
  const before = source;
  source = new EventSource(address);
  before?.close();
  source.addEventListener("change", read);
  source.addEventListener("resync", (event) => tell({ kind: "resync", number: Number(event.lastEventId) || 0 }));
  source.addEventListener("renew", () => connect(true));
  source.addEventListener("open", () => {
    failures = 0;
    stopPolling();
    tell({ kind: "state", state: "live" });
  });
  source.addEventListener("error", (event) => {
    if (event.target !== source) return;
    source.close();
    source = null;
    lost();
  });
}

// The browser's own reconnecting would come back with an old token, so ours takes its place.
function lost() {
  failures += 1;
  if (failures === 2) startPolling();
  const pause = Math.min(LONGEST, 1000 * 2 ** failures) * (0.5 + Math.random());
  setTimeout(() => connect(true), pause);
}

async function poll() {
  try {
    const news = await ask(`/live/since/?id=${last}`);
    tell({ kind: "state", state: "polling" });
    if (news.resync) tell({ kind: "resync" });
    for (const change of news.changes) tell({ kind: "change", topic: change.topic, id: change.id, version: change.v });
    if (news.last) tell({ kind: "seen", number: news.last });
  } catch {
    tell({ kind: "state", state: "offline" });
  }
}

function startPolling() {
  if (pollTimer) return;
  pollTimer = setInterval(poll, POLL);
  poll();
}

function stopPolling() {
  clearInterval(pollTimer);
  pollTimer = 0;
}

function lead() {
  isLeader = true;
  connect();
  return new Promise(() => {}); // kept until the tab closes; then the lock goes to another
}

if (channel) {
  channel.onmessage = ({ data }) => {
    if (data.kind === "hello") {
      if (isLeader) channel.postMessage({ kind: "state", state, number: last });
    } else tell(data, false);
  };
  channel.postMessage({ kind: "hello" });
}

if (meta("push-url")) {
  if (navigator.locks) navigator.locks.request("live-leader", lead);
  else lead();
}
addEventListener("online", () => isLeader && !source && connect(true));
