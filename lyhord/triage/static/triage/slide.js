// A slider beside its number: either moves the other, and the number asks for its preview.
for (const slider of document.querySelectorAll("input[type=range][data-with]")) {
  const field = document.getElementById(slider.dataset.with);
  slider.addEventListener("input", () => {
    field.value = slider.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => { slider.value = field.value; });
}
