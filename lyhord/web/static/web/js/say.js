// The one polite live region: a storm of news must not flood a screen reader, so it speaks at most each five seconds.
const PAUSE = 5000;
const pending = new Map();
let spokeAt = 0;
let timer = 0;

// A later text of the same subject takes the place of one not yet spoken ("3 new", "4 new").
export function say(words, subject = words) {
  pending.set(subject, words);
  if (!timer) timer = setTimeout(speak, Math.max(100, spokeAt + PAUSE - Date.now()));
}

export function alarm(words) {
  const region = document.getElementById("alarm");
  if (region) region.textContent = words;
}

function speak() {
  timer = 0;
  spokeAt = Date.now();
  const region = document.getElementById("say");
  if (region) region.textContent = [...pending.values()].join(" ");
  pending.clear();
}
