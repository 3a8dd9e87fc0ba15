/* Remembers ticks and own words, in this browser only. The page works without it. */
"use strict";

{
  const KEY = "my-questions";
  const sheet = document.getElementById("my-questions");
  const own = document.getElementById("own");
  const ticks = sheet.querySelectorAll("input[type=checkbox]");

  /* A browser that keeps nothing still prints. */
  const tried = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };

  const remember = () => {
    const ticked = [...sheet.querySelectorAll(":checked")].map((tick) => tick.value);
    tried(() => localStorage.setItem(KEY, JSON.stringify({ ticked, own: own.value })));
  };

  const clear = () => {
    if (!confirm("Clear all your questions?")) return;
    ticks.forEach((tick) => (tick.checked = false));
    own.value = "";
    tried(() => localStorage.removeItem(KEY));
    own.focus();
  };

  const groups = sheet.querySelectorAll("details");
  let closed = [];

  /* A style sheet opens them on paper, but not in each browser. */
  const openToPrint = () => {
    closed = sheet.querySelectorAll("details:not([open])");
    closed.forEach((group) => (group.open = true));
  };

  const closeAgain = () => closed.forEach((group) => (group.open = false));

  const { ticked = [], own: words = "" } = tried(() => JSON.parse(localStorage.getItem(KEY))) || {};
  ticks.forEach((tick) => (tick.checked = ticked.includes(tick.value)));
  own.value = words;
  own.style.fieldSizing = "content"; // paper does not scroll
  groups.forEach((group) => (group.open ||= !!group.querySelector(":checked")));
  addEventListener("beforeprint", openToPrint);
  addEventListener("afterprint", closeAgain);
  sheet.addEventListener("input", remember);
  document.getElementById("print").addEventListener("click", () => print());
  document.getElementById("clear").addEventListener("click", clear);
  document.getElementById("my-questions-buttons").hidden = false;
}
