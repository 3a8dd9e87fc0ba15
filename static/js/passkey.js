/* Asks the browser for a passkey when somebody presses the button, and sends its answer with the
   form. A form with `data-options` stays hidden until here it is known that the browser can:
   without this script people sign in with their codes. Nothing is asked of the site before.

   `data-for` says what the answer is for; "new" makes a passkey. `.passkey-can` appears, and
   `.passkey-cannot` goes, where the browser can. */
"use strict";

{
  const WORDS = {
    NotAllowedError: "No passkey came. Press the button again, or use the other way below.",
    InvalidStateError: "This device has a passkey for you here already.",
    SecurityError: "A passkey works only at the address it was made for. Look at the address bar.",
    NotSupportedError: "This device cannot make a passkey. Use an authenticator app.",
    ConstraintError: "Set a PIN, a finger or a face for this device first. Then try again.",
  };
  const NO_ANSWER = "The site did not answer. Press the button again.";

  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (one) => ({ ...one, id: toBytes(one.id) });

  function prepared({ publicKey }) {
    const asked = { ...publicKey, challenge: toBytes(publicKey.challenge) };
    if (asked.user) asked.user = withBytes(asked.user);
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (asked[list]) asked[list] = asked[list].map(withBytes);
    }
    return { publicKey: asked };
  }

  function asJson({ rawId, type, response }) {
    const answer = {};
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    for (const part of parts) if (response[part]) answer[part] = toText(response[part]);
    return JSON.stringify({ id: toText(rawId), rawId: toText(rawId), type, response: answer });
  }

  async function question(form) {
    const token = form.elements.csrfmiddlewaretoken.value;
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      body: new URLSearchParams({ csrfmiddlewaretoken: token, for: form.dataset.for }),
      headers: { Accept: "application/json" },
      cache: "no-store",
      redirect: "manual",
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.problem || NO_ANSWER);
    return prepared(said);
  }

  async function go(form) {
    const asked = await question(form);
    const made = form.dataset.for === "new"
      ? await navigator.credentials.create(asked)
      : await navigator.credentials.get(asked);
    form.elements.credential.value = asJson(made);
    form.submit();
  }

  function words(error) {
    if (error instanceof DOMException) return WORDS[error.name] || WORDS.NotAllowedError;
    return error instanceof TypeError ? NO_ANSWER : error.message;
  }

  function offer(form) {
    const button = form.querySelector("button[type=submit]");
    const place = form.querySelector(".passkey-problem");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      place.textContent = "";
      go(form).catch((error) => {
        place.textContent = words(error);
        button.removeAttribute("aria-disabled");
      });
    });
    form.hidden = false;
  }

  if (window.PublicKeyCredential && navigator.credentials) {
    document.querySelectorAll("form[data-options]").forEach(offer);
    for (const element of document.querySelectorAll(".passkey-can")) element.hidden = false;
    for (const element of document.querySelectorAll(".passkey-cannot")) element.hidden = true;
  }
  // A page that comes back from the browser's memory stands as it was left: pressed.
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form[data-options] [aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  });
}
