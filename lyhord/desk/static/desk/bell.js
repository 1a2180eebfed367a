// The browser says that something is for you: only where you asked for it, and never with a customer's words.
let told = sessionStorage.getItem("told") ?? "";

function look() {
  const bell = document.getElementById("bell");
  const newest = bell?.dataset.newest ?? "";
  if (!newest || newest === told) return;
  told = newest;
  sessionStorage.setItem("told", newest);
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification("lyhord", { body: bell.dataset.says, tag: "lyhord" });
  shown.onclick = () => {
    focus();
    location.assign(bell.dataset.leads);
  };
}

document.addEventListener("htmx:load", look);
look();
