// Texts being written: the length ring, sending by key, copying.
import { toast } from "./toast.js";
import { text } from "./strings.js";

function drawRing(ring, used, limit) {
  const share = limit ? Math.min(used / limit, 1) : 0;
  ring.querySelector(".ring-arc").setAttribute("stroke-dasharray", `${Math.round(share * 100)} 100`);
  ring.querySelector(".ring-text").textContent = limit - used;
  ring.classList.toggle("near", used > limit * 0.9 && used <= limit);
  ring.classList.toggle("over", used > limit);
  ring.setAttribute("aria-label", used > limit ? text("over_by", { over: used - limit }) : text("used_of", { used, limit }));
}

document.addEventListener("input", (event) => {
  const id = event.target.dataset?.ring;
  const ring = id && document.getElementById(id);
  // Code points, not UTF-16 units: an emoji is one. A network that counts otherwise is counted by its page.
  if (ring && !ring.dataset.ownCount) drawRing(ring, [...event.target.value].length, Number(event.target.dataset.limit ?? ring.dataset.limit));
});

document.addEventListener("length", (event) => {
  if (event.target.matches?.(".ring")) drawRing(event.target, event.detail.used, event.detail.limit);
});

document.addEventListener("keydown", (event) => {
  const way = event.target.dataset?.submitWith;
  if (!way || event.key !== "Enter" || event.isComposing) return;
  const withControl = event.ctrlKey || event.metaKey;
  if (!withControl && (way !== "enter" || event.shiftKey)) return;
  event.preventDefault();
  const andClose = withControl && event.shiftKey ? event.target.form.querySelector("[data-and-close]") : null;
  event.target.form.requestSubmit(andClose ?? event.target.form.querySelector("[type=submit]:not([data-and-close])"));
});

document.addEventListener("click", async (event) => {
  const copier = event.target.closest?.("[data-copy]");
  if (!copier) return;
  await navigator.clipboard.writeText(copier.dataset.copy);
  toast(text("copied"), { seconds: 5 });
});
