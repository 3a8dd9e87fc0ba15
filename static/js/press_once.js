// What takes long is asked for once: the button says that it is being made, and rests for a minute.
// A file that arrives says nothing to the page, so it is time that lets the button go again.
"use strict";
{
  const REST = 60_000;
  const free = (button) => {
    if (button.dataset.words) button.textContent = button.dataset.words;
    button.removeAttribute("aria-disabled");
  };
  for (const form of document.querySelectorAll("form[data-once]")) {
    const button = form.querySelector("button[type=submit]");
    form.addEventListener("submit", (event) => {
      if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
      button.setAttribute("aria-disabled", "true");
      button.dataset.words = button.textContent;
      button.textContent = form.dataset.once;
      setTimeout(free, REST, button);
    });
    window.addEventListener("pageshow", () => free(button));
  }
}
