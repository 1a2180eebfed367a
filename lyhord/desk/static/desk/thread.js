// The reader of a thread: one key goes from unread to unread; who has come to the last one has read the page.
import { say } from "../web/js/say.js";

const fresh = [...document.querySelectorAll(".said.is-new")];
const button = document.getElementById("next-unread");
const form = document.getElementById("thread-read");
let told = false;

// The marks stay as they were drawn: what was new when she came is what she looks for.
function markRead() {
  if (told || !form) return;
  told = true;
  fetch(form.action, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(new FormData(form)), keepalive: true }).catch(() => { told = false; });
}

function next() {
  const here = fresh.indexOf(document.activeElement?.closest?.(".said.is-new"));
  const one = fresh[here + 1] ?? fresh[0];
  one?.focus({ preventScroll: true });
  one?.scrollIntoView({ block: "center" });
  if (one) say(`${fresh.indexOf(one) + 1} / ${fresh.length}`);
}

button?.addEventListener("click", next);
const last = fresh.at(-1);
if (last) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    setTimeout(markRead, 1500);
  });
  seen.observe(last);
}
