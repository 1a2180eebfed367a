// Names for the "@" of a note, and notes that answer notes. Loaded when one of the two is first wanted.
const area = () => document.getElementById("composer-text");
const form = () => document.getElementById("composer");
const work = () => document.getElementById("work");
let people = [];
let at = 0; // which of them is marked
let start = -1; // where the "@" stands
let timer = 0;
let told = {};

const list = () => document.getElementById("mention-list");
const isNote = () => form()?.elements.kind?.value === "note";

function asked() {
  const field = area();
  if (!field || !isNote() || field.selectionStart !== field.selectionEnd) return null;
  const before = field.value.slice(0, field.selectionStart);
  const found = before.match(/(?:^|[^\p{L}\p{N}._%+-])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u);
  return found ? { words: found[1], start: before.length - found[1].length } : null;
}

export async function look() {
  const now = asked();
  if (!now) return close();
  start = now.start;
  const answer = await fetch(`/conversation/${work().dataset.id}/colleagues/?q=${encodeURIComponent(now.words)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = await answer.json();
  const then = asked();
  if (then?.start !== now.start || then.words !== now.words) return;
  told = fresh;
  people = told.people;
  at = 0;
  draw();
}

// While the answer is on its way: what stands there must fit what is written, for Enter takes the first.
function narrow() {
  const now = asked();
  if (!now || !people.length) return;
  const begins = (name) => [name, ...name.split(" ")].some((part) => part.toLowerCase().startsWith(now.words.trim().toLowerCase()));
  people = people.filter((one) => begins(one.name));
  at = 0;
  draw();
}

function draw() {
  if (!people.length) return close();
  let box = list();
  if (!box) {
    box = document.createElement("ul");
    box.id = "mention-list";
    box.className = "mention-list";
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", told.label);
    area().after(box);
  }
  box.replaceChildren(...people.map(item));
  area().setAttribute("aria-controls", "mention-list");
  area().setAttribute("aria-activedescendant", `mention-${at}`);
}

function item(one, index) {
  const row = document.createElement("li");
  row.id = `mention-${index}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", String(index === at));
  row.textContent = one.name;
  if (!one.sees) {
    const hint = document.createElement("span");
    hint.className = "small muted";
    hint.textContent = ` · ${told.guest}`;
    row.append(hint);
  }
  row.addEventListener("mousedown", (event) => {
    event.preventDefault();
    at = index;
    choose();
  });
  return row;
}

function choose() {
  const one = people[at];
  const field = area();
  field.setRangeText(`${one.name} `, start, field.selectionStart, "end");
  if (!one.sees) {
    const kept = hidden("guests");
    kept.value = [...new Set([...kept.value.split(",").filter(Boolean), String(one.id)])].join(",");
  }
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function hidden(name) {
  let field = form().elements[name];
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form().append(field);
  }
  return field;
}

function close() {
  list()?.remove();
  area()?.removeAttribute("aria-activedescendant");
  people = [];
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "composer-text" || !isNote()) return;
  narrow();
  clearTimeout(timer);
  timer = setTimeout(look, 120);
});
// Before the keys of the page: Enter chooses a name and sends nothing.
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "composer-text" || !list()) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) at = (at + step + people.length) % people.length;
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") choose();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (step) draw();
}, true);

// A note that answers a note.
export function answer(button) {
  const choice = form()?.querySelector("input[name=kind][value=note]");
  if (!choice) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  hidden("answers").value = button.dataset.answers;
  let mark = document.getElementById("answers-mark");
  if (!mark) {
    mark = document.createElement("p");
    mark.id = "answers-mark";
    mark.className = "check";
    area().before(mark);
  }
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button quiet small";
  drop.textContent = button.dataset.stop;
  drop.addEventListener("click", forget);
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = button.getAttribute("aria-label");
  mark.replaceChildren(words, drop);
  area().focus();
}

function forget() {
  document.getElementById("answers-mark")?.remove();
  for (const name of ["answers", "guests"]) form()?.elements[name]?.remove();
}
document.body.addEventListener("desk:sent", forget);
