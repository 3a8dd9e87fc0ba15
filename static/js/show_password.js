// A button beside each password that shows what was typed. Without this script nothing is missing.
"use strict";
for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "show-password";
  const say = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", button.textContent + " what you typed");
  };
  say(false);
  button.addEventListener("click", () => say(field.type === "password"));
  field.form?.addEventListener("submit", () => say(false));
  field.after(button);
}
