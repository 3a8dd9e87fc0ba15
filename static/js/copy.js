// A button beside each address for secure messaging. Without it the words are marked and copied.
"use strict";
if (navigator.clipboard) {
  for (const words of document.querySelectorAll("[data-copy]")) {
    const button = Object.assign(document.createElement("button"),
      { type: "button", className: "copy", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy ${words.textContent}`);
    const said = Object.assign(document.createElement("span"), { className: "copied" });
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(words.dataset.copy);
        said.textContent = " Copied";
      } catch {
        getSelection().selectAllChildren(words);
        said.textContent = " Marked: copy it now";
      }
    });
    words.after(" ", button, said);
  }
}
