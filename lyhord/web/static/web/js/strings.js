// Words of the person's language, which the page brings as JSON.
let words;

export function text(key, values = {}) {
  words ??= JSON.parse(document.getElementById("strings")?.textContent || "{}");
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
