// The page of settings asks the browser for its leave when "In the browser" is chosen, and tells where it was refused.
const refused = document.getElementById("browser-refused");

function show() {
  const isAsked = document.querySelector("input[name$='-browser']:checked") !== null;
  refused.hidden = !(isAsked && "Notification" in window && Notification.permission === "denied");
}

document.addEventListener("change", async (event) => {
  if (!event.target.matches("input[name$='-browser']")) return;
  if (event.target.checked && "Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  show();
});
show();
