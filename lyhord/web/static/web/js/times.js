// Relative times and clocks, renewed in the browser so that a page left open stays true.
import { text } from "./strings.js";

const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

export function ago(at, now = Date.now()) {
  const seconds = (at - now) / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? UNITS.at(-1);
  return relative.format(Math.trunc(seconds / size), unit);
}

// 12 min, 3 h 40 min, 2 d 5 h, with a sign when it is over: as the server writes it.
export function left(at, now = Date.now()) {
  const minutes = Math.round((at - now) / 60_000);
  const whole = Math.abs(minutes);
  const [day, hour, minute] = text("units").split(" ");
  const parts = whole >= 1440 ? [[Math.floor(whole / 1440), day], [Math.floor(whole / 60) % 24, hour]] : [[Math.floor(whole / 60), hour], [whole % 60, minute]];
  const words = parts.filter(([count]) => count).map(([count, sign]) => `${count}\u202f${sign}`).join(" ") || `0\u202f${minute}`;
  return minutes < 0 ? `−${words}` : words;
}

export function renew(root = document) {
  for (const time of root.querySelectorAll("time[data-ago]")) time.textContent = ago(Date.parse(time.dateTime));
  for (const time of root.querySelectorAll("time[data-left]")) {
    const at = Date.parse(time.dateTime);
    time.textContent = left(at);
    const clock = time.closest(".clock");
    if (clock && at < Date.now()) {
      clock.classList.remove("ok", "warn");
      clock.classList.add("bad");
    }
  }
}

// The exact time as a hint, when somebody looks: written by the server it would be half of a list's work.
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
document.addEventListener("pointerover", (event) => {
  const time = event.target.closest?.("time[datetime]");
  if (time && !time.title) time.title = full.format(Date.parse(time.dateTime));
});

setInterval(renew, 30_000, document);
renew();
