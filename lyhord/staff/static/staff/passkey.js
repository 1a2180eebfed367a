// Passkeys: the browser's ceremony around a form. The form says which: data-passkey="create" or "get", its options lie in
// the JSON element that data-options names, or are fetched from the form's own address.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

async function options(form) {
  const place = document.getElementById(form.dataset.options ?? "");
  if (place) return JSON.parse(place.textContent).publicKey;
  const answer = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options.publicKey;
}

async function create(form) {
  const given = await options(form);
  const alone = form.elements.namedItem("passwordless")?.checked;
  given.authenticatorSelection = {
    ...given.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: Boolean(alone),
    ...(alone ? { userVerification: "required" } : {}),
  };
  const publicKey = {
    ...given,
    challenge: bytes(given.challenge),
    user: { ...given.user, id: bytes(given.user.id) },
    excludeCredentials: named(given.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return told(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function get(form) {
  const given = await options(form);
  const publicKey = { ...given, challenge: bytes(given.challenge), allowCredentials: named(given.allowCredentials) };
  const found = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return told(found, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

const told = (credential, response) => ({
  type: credential.type,
  id: credential.id,
  rawId: text(credential.rawId),
  authenticatorAttachment: credential.authenticatorAttachment,
  response,
  clientExtensionResults: credential.getClientExtensionResults(),
});

function say(form, words) {
  const place = form.querySelector("[data-passkey-problem]");
  place.textContent = words;
  place.hidden = !words;
}

async function submitted(event) {
  const form = event.currentTarget;
  event.preventDefault();
  const button = form.querySelector("button");
  say(form, "");
  button.disabled = true;
  try {
    const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
    form.elements.namedItem("credential").value = JSON.stringify(credential);
    form.submit();
  } catch (problem) {
    // Browsers do not tell whether somebody cancelled, waited too long or has no passkey for this place.
    say(form, problem.name === "InvalidStateError" ? form.dataset.known : form.dataset.refused);
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", submitted);
  // Also hidden on pages of an IP address or without TLS: there browsers know no passkeys.
  if (window.PublicKeyCredential) form.closest("[data-passkey-only]")?.removeAttribute("hidden");
  else say(form, form.dataset.unsupported ?? "");
}
