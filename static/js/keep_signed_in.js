/* Typing is using the site: while somebody writes into a page, tell the site so, at most once a
   minute, so that a long answer does not outlast its session. Nobody who only looks is told of.

   Needs `data-typing-url` and `data-person` on its own script element, and a token against forged
   requests on the page. Without it nothing is lost: what is sent too late is kept by the site. */
"use strict";

{
  const EVERY = 60000; // milliseconds
  const { typingUrl, person } = document.currentScript.dataset;
  const tokens = () => [...document.querySelectorAll("input[name=csrfmiddlewaretoken]")];
  const ask = (options) => fetch(typingUrl, {
    ...options,
    headers: { Accept: "application/json", ...options.headers },
    cache: "no-store",
    redirect: "manual",
  });
  const post = (token) => ask({ method: "POST", headers: { "X-CSRFToken": token } });
  let toldAt = -EVERY;

  async function tell() {
    const token = tokens()[0]?.value;
    if (!token || (await post(token)).status !== 403) return;
    // She signed in again in another tab, which made this page's token an old one.
    const session = await (await ask({ method: "GET" })).json();
    if (session.person !== person || !session.csrf) return; // somebody else at this desk
    for (const input of tokens()) input.value = session.csrf;
    await post(session.csrf);
  }

  document.addEventListener("input", () => {
    if (performance.now() - toldAt < EVERY) return;
    toldAt = performance.now();
    tell().catch(() => {}); // the next letter after a minute tries again
  });
}
