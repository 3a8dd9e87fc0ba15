/* Typing is using the site: while somebody writes into a page, tell the site so, at most once a
   minute, so that a long answer does not outlast its session. Nobody who only looks is told of.

   Needs `data-session-url` on its own script element and a token against forged requests on the
   page. Without it nothing is lost either: what is sent too late is kept by the site. */
"use strict";

{
  const EVERY = 60000; // milliseconds
  const url = document.currentScript.dataset.sessionUrl;
  let toldAt = -EVERY;

  async function tell() {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    if (!token) return;
    await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      redirect: "manual",
    });
  }

  document.addEventListener("input", () => {
    if (performance.now() - toldAt < EVERY) return;
    toldAt = performance.now();
    tell().catch(() => {}); // the next letter after a minute tries again
  });
}
