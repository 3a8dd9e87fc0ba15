/* Keys of the inbox: j and k or the arrows go through the list, Enter opens, u leads back to it.
   They rest in fields, with Ctrl, Alt or Cmd, and where a person switched them off. */
(() => {
  "use strict";
  const KEPT = "inbox-keys-off";
  const TYPING = "input, textarea, select, summary, [contenteditable], [role=textbox]";
  const list = document.querySelector("[data-keys-list]");
  const page = document.querySelector("[data-keys-back]");
  const hint = document.querySelector("[data-keys-hint]");
  const button = document.querySelector("[data-keys-switch]");
  let areOff = kept();

  function kept() {
    try { return localStorage.getItem(KEPT) === "1"; } catch { return false; }
  }

  function keep(off) {
    areOff = off;
    try { localStorage.setItem(KEPT, off ? "1" : "0"); } catch { /* for this page only */ }
    say();
  }

  function say() {
    if (button) button.textContent = areOff ? "Switch the keys on" : "Switch the keys off";
  }

  function move(step) {
    const links = [...list.querySelectorAll("th a")];
    const row = document.activeElement.closest("[data-keys-list] tr");
    const here = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = links[Math.min(Math.max(here + step, 0), links.length - 1)];
    if (next) next.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (areOff || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest && event.target.closest(TYPING)) return;
    const inList = list && list.contains(document.activeElement);
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const step = { j: 1, k: -1 }[event.key] || (inList ? arrow : 0);
    if (list && step) {
      event.preventDefault();
      move(step);
    } else if (page && event.key === "u") {
      location.assign(page.dataset.keysBack);
    }
  });

  if (hint) hint.hidden = false;
  if (button) button.addEventListener("click", () => keep(!areOff));
  say();
})();
