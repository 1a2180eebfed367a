// The training inbox: Escape leaves a field, so that the keys are commands again. All else is the registry of keys and plain forms.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !event.target.matches(".practice textarea")) return;
  event.preventDefault();
  document.getElementById("main").focus();
});
