// A template as the customer will see it, while its values are written.
const HOLE = /\{\{\s*(\w+)\s*\}\}/g;

export function preview(form) {
  const place = form.querySelector("[data-body]");
  const values = new Map([...form.querySelectorAll("[data-hole]")].map((field) => [field.dataset.hole, field.value.trim()]));
  place.textContent = place.dataset.body.replace(HOLE, (hole, name) => values.get(name) || hole);
}

export function begin(sheet) {
  sheet.querySelectorAll("form").forEach(preview);
  sheet.addEventListener("input", ({ target }) => target.dataset.hole && preview(target.form));
  sheet.addEventListener("htmx:afterSwap", () => sheet.querySelectorAll("form").forEach(preview));
}
