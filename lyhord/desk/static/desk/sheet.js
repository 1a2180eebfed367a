// A dialog that comes with its words when it is asked for, and goes when it is done. Digits choose: two keys close a case.
export async function show(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const sheet = holder.content.querySelector("dialog");
  if (!sheet) return;
  document.getElementById("sheet")?.remove();
  document.body.append(sheet);
  window.htmx.process(sheet);
  sheet.addEventListener("close", () => sheet.remove());
  sheet.addEventListener("keydown", choose);
  sheet.addEventListener("htmx:afterRequest", (event) => done(event, sheet));
  sheet.showModal();
  if (sheet.dataset.templates !== undefined) (await import("./templates.js")).begin(sheet);
}

function choose(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
  const button = event.currentTarget.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

// A refusal is told where the eyes are: what lies behind an open dialog is read by nobody.
function done({ detail, target }, sheet) {
  if (!target.closest("form")) return;
  if (!detail.successful) {
    const told = document.createElement("template");
    told.innerHTML = detail.xhr.responseText;
    const words = told.content.querySelector(".check")?.textContent.trim();
    const place = sheet.querySelector(".sheet-told");
    if (place && words) {
      place.hidden = false;
      place.textContent = words;
    }
    return;
  }
  const after = sheet.dataset.after;
  sheet.close();
  if (after === "send") document.querySelector("#composer [data-and-close]")?.click();
}
