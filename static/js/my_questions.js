/* Remembers ticked questions and own ones, in this browser only. The page works without it. */
"use strict";

{
  const KEY = "my-questions";
  const sheet = document.getElementById("my-questions");
  const own = document.getElementById("own");
  const ticks = [...sheet.querySelectorAll("input[type=checkbox]")];

  /** What was kept, or nothing where the browser keeps nothing. */
  const remembered = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {};
    }
  };

  const remember = () => {
    const ticked = ticks.filter((tick) => tick.checked).map((tick) => tick.dataset.question);
    try {
      localStorage.setItem(KEY, JSON.stringify({ ticked, own: own.value }));
    } catch {
      /* a browser that keeps nothing still prints */
    }
  };

  const clear = () => {
    ticks.forEach((tick) => (tick.checked = false));
    own.value = "";
    try {
      localStorage.removeItem(KEY);
    } catch {
      /* nothing was kept */
    }
    own.focus();
  };

  const groups = [...sheet.querySelectorAll("details")];
  let closed = [];

  /* A style sheet opens them on paper, but not in each browser. */
  const openToPrint = () => {
    closed = groups.filter((group) => !group.open);
    closed.forEach((group) => (group.open = true));
  };

  const closeAgain = () => closed.forEach((group) => (group.open = false));

  const { ticked = [], own: words = "" } = remembered();
  ticks.forEach((tick) => (tick.checked = ticked.includes(tick.dataset.question)));
  own.value = words;
  groups.forEach((group) => (group.open ||= group.querySelector(":checked") !== null));
  window.addEventListener("beforeprint", openToPrint);
  window.addEventListener("afterprint", closeAgain);
  sheet.addEventListener("input", remember);
  document.getElementById("print").addEventListener("click", () => window.print());
  document.getElementById("clear").addEventListener("click", clear);
  document.getElementById("my-questions-buttons").hidden = false;
}
