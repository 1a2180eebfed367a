// What every page of the workplace brings. Pages declare by attributes; this listens.
import "./dialog.js";
import "./keys.js";
import "./menus.js";
import "./palette.js";
import "./live.js";
import "./text.js";
import { text } from "./strings.js";
import { renew } from "./times.js";
import { toast } from "./toast.js";

const csrf = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

// What names a topic of the news loads itself anew when it comes.
addEventListener("live", ({ detail }) => document.querySelectorAll(`[data-live="${detail.topic}"]`).forEach((one) => htmx.trigger(one, "renew")));

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrf();
});

// A session that ended answers with the log-in page: that must not land inside a pane.
document.addEventListener("htmx:beforeSwap", (event) => {
  const address = event.detail.xhr.responseURL;
  if (address && new URL(address).pathname.startsWith("/login")) {
    event.detail.shouldSwap = false;
    toast(text("logged_out"), { kind: "bad" });
  }
  // Who lacks a mandate is told in our own words, out of band; the page stays.
  if (event.detail.xhr.status === 403 && event.detail.xhr.getResponseHeader("HX-Reswap") === "none") {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => toast(text("failed", { status: event.detail.xhr.status }), { kind: "bad" }));
document.addEventListener("htmx:sendError", () => toast(text("unreachable"), { kind: "bad" }));
document.addEventListener("htmx:afterSwap", (event) => renew(event.target.parentElement ?? document));

document.addEventListener("click", (event) => {
  const shower = event.target.closest?.("[data-shows]");
  if (shower) shower.closest(".inbox")?.setAttribute("data-showing", shower.dataset.shows);
  const card = event.target.closest?.("[data-toggles-card]");
  const work = card && document.getElementById("work");
  if (work) work.dataset.card = work.dataset.card === "open" ? "" : "open";
  const theme = event.target.closest?.("[data-theme-choice]")?.dataset.themeChoice;
  if (theme) document.documentElement.dataset.theme = theme;
});
