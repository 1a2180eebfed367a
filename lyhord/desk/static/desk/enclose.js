// Files beside the draft: chosen, dropped or pasted; kept on the server at once, described, removed.
import { text } from "../web/js/strings.js";
import { toast } from "../web/js/toast.js";

const csrf = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";
const input = () => document.getElementById("composer-add");
const holder = () => document.getElementById("composer-files");
const headers = () => ({ "X-CSRFToken": csrf(), "HX-Request": "true" });
const isNote = () => document.getElementById("composer")?.dataset.mode === "note";

async function draw(asked) {
  const here = input()?.dataset.list;
  let answer;
  try {
    answer = await asked;
  } catch {
    toast(text("unreachable"), { kind: "bad" });
    return;
  }
  if (answer.redirected || input()?.dataset.list !== here) return;
  const words = await answer.text();
  if (answer.ok || answer.status === 422) put(words);
  else if (answer.status === 403) document.getElementById("refusal").textContent = new DOMParser().parseFromString(words, "text/html").querySelector(".check")?.textContent ?? "";
  else toast(text("failed", { status: answer.status }), { kind: "bad" });
}

// What is being typed about a picture stays, although the list around it is drawn anew.
function put(html) {
  const old = holder();
  if (!old) return;
  const typed = Object.fromEntries([...old.querySelectorAll(".enclosed-alt")].map((field) => [field.id, field.value]));
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.outerHTML = html;
  for (const field of holder().querySelectorAll(".enclosed-alt")) if (field.id in typed) field.value = typed[field.id];
  if (focused) document.getElementById(focused)?.focus();
  holder().hidden = isNote();
}

export function listFiles() {
  if (input()) draw(fetch(input().dataset.list, { headers: headers(), cache: "no-store" }));
}

async function add(files) {
  if (!input() || !files.length || isNote()) return;
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name || "picture.png");
  holder().setAttribute("aria-busy", "true");
  await draw(fetch(input().dataset.address, { method: "POST", headers: headers(), body: form }));
  holder()?.removeAttribute("aria-busy");
}

document.addEventListener("change", (event) => {
  if (event.target.id === "composer-add") {
    add([...event.target.files]);
    event.target.value = "";
  }
  if (event.target.classList.contains("enclosed-alt")) describe(event.target);
});

function describe(field) {
  const values = new URLSearchParams({ [field.name]: field.value });
  fetch(holder().dataset.altAddress, { method: "POST", headers: headers(), body: values, keepalive: true }).catch(() => {});
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take-out]");
  if (!button) return;
  event.preventDefault();
  draw(fetch(button.dataset.takeOut, { method: "POST", headers: headers() })).then(() => document.getElementById("composer-text")?.focus());
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !event.target.closest?.("#composer")) return;
  event.preventDefault();
  add(files);
});

const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  const form = event.target.closest?.(".thread")?.querySelector("#composer");
  if (!carries(event) || !form || !input()) return;
  event.preventDefault();
  form.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget?.closest?.(".thread")) document.getElementById("composer")?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  document.getElementById("composer")?.classList.remove("is-over");
  if (!carries(event) || !event.target.closest?.(".thread") || !input()) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
});
