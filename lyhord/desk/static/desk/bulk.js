// The rest of the bar over the list: more verbs, and all that match. It comes with the first selection.
import { register, settings } from "../web/js/keys.js";
import "./work.js"; // opens the dialogs that verbs ask with

const HEADERS = { headers: { "HX-Request": "true" }, cache: "no-store" };

// `take(ids)` selects these and no others. Gives `all()`: takes what matches now; what comes in later does not join.
export async function begin({ inbox, bulk, take }) {
  const place = document.getElementById("bulk-more");
  const all = async () => {
    const answer = await fetch(`${inbox.dataset.base}ids/?${inbox.dataset.query}`, HEADERS);
    if (!answer.ok || answer.redirected) return;
    const { ids, text } = await answer.json();
    take(ids);
    const told = document.getElementById("bulk-told");
    if (told) told.textContent = text;
  };
  const answer = await fetch(place.dataset.from, HEADERS);
  if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  document.getElementById("bulk-all")?.addEventListener("click", all);
  for (const button of bulk.querySelectorAll("[data-selected]")) keyed(button, bulk);
  return { all };
}

// While something is selected the keys of the verbs are for the selection, and not for the conversation that is open.
function keyed(button, bulk) {
  const name = button.dataset.selected;
  const key = button.dataset.selectedKey;
  const label = button.getAttribute("aria-label") || button.querySelector("span").textContent.trim();
  register({ name, key, label, when: () => !bulk.hidden, run: () => button.click() });
  if (!settings.on) return;
  const shown = document.createElement("kbd");
  shown.ariaHidden = "true";
  shown.textContent = settings.map[name] ?? key;
  button.append(shown);
}
