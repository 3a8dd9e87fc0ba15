/* A session that ends must not eat an unsaved page.

   Before a page is saved, ask the site whether its writer is still signed in, and nobody else. Needs
   `data-session-url`, `data-login-url` and `data-person`, on the form or an element inside it. */
"use strict";

{
  const SIGNED_OUT = "signed out";
  const UNREACHABLE = "unreachable";
  const PATIENCE = 15000; // milliseconds

  /** A fresh token against forged requests, or why there is none. */
  async function askForToken(url, person) {
    let answer;
    try {
      answer = await fetch(url, {
        headers: { Accept: "application/json" },
        cache: "no-store",
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return { problem: UNREACHABLE };
    }
    const session = answer.ok ? await answer.json().catch(() => ({})) : {};
    const goesOn = session.signed_in && session.csrf && session.person === person;
    return goesOn ? { token: session.csrf } : { problem: SIGNED_OUT };
  }

  function makeNotice(problem, loginUrl) {
    const notice = document.createElement("div");
    notice.className = "keep-page-notice";
    notice.setAttribute("role", "alert");
    notice.tabIndex = -1;
    if (problem === UNREACHABLE) {
      notice.textContent =
        "The site does not answer. Nothing is lost: this page still holds your words. " +
        "Save again in a moment.";
      return notice;
    }
    const link = document.createElement("a");
    link.href = loginUrl;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in in a new tab";
    notice.append(
      "You have been signed out. Nothing is lost: this page still holds your words. ",
      link,
      ", then save again.",
    );
    return notice;
  }

  function keep(form, { sessionUrl, loginUrl, person }) {
    // A page that comes back with mistakes in it was not saved.
    let changed = form.querySelector(".errornote") !== null;
    let asking = false;
    let signedIn = false;
    let notice;

    async function onSubmit(event) {
      if (signedIn || event.defaultPrevented) return;
      event.preventDefault();
      if (asking) return;
      asking = true;
      const { token, problem } = await askForToken(sessionUrl, person);
      asking = false;
      notice?.remove();
      if (problem) warn(problem, event.submitter);
      else save(token, event.submitter);
    }

    function warn(problem, submitter) {
      notice = makeNotice(problem, loginUrl);
      const buttons = submitter?.closest(".submit-row") ?? form.querySelector(".submit-row");
      if (buttons) buttons.before(notice);
      else form.append(notice);
      notice.focus();
    }

    function save(token, submitter) {
      form.querySelector("input[name=csrfmiddlewaretoken]").value = token;
      changed = false;
      signedIn = true;
      form.requestSubmit(submitter);
      signedIn = false;
    }

    const noteChange = () => { changed = true; };
    const noteField = (event) => { if (event.target.name) changed = true; }; // only what is saved
    form.addEventListener("submit", onSubmit);
    form.addEventListener("input", noteField);
    form.addEventListener("drop", noteChange);
    document.addEventListener("formset:added", noteChange);
    document.addEventListener("formset:removed", noteChange);
    // The admin's own widgets tell of changes through jQuery alone, and do so while they load, too.
    window.addEventListener("load", () => {
      django.jQuery(() => django.jQuery(form).on("change", noteField));
    });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const told = document.querySelector("[data-session-url]");
    const form = told?.closest("form");
    if (form) keep(form, told.dataset);
  });
}
