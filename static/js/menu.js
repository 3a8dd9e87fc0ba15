/* The menu of a small screen closes by Escape and by Back. Without this it opens and closes by its
   button alone. */
"use strict";

{
  const menu = document.getElementById("menu");
  const button = menu?.querySelector("summary");
  const isOurs = () => history.state?.menu === true;

  /* An entry of its own, so that Back leads to the page below the menu and not to the one before. */
  menu?.addEventListener("toggle", () => {
    if (menu.open && !isOurs()) history.pushState({ menu: true }, "");
    if (!menu.open && isOurs()) history.back();
  });
  window.addEventListener("popstate", () => {
    if (menu) menu.open = isOurs();
  });

  /* A page that is chosen takes the place of that entry: one Back leads back here. */
  menu?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || event.button || !isOurs()) return;
    event.preventDefault();
    location.replace(link.href);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    button.focus();
  });
  document.addEventListener("click", (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
  });

  /* A page from the browser's memory stands as it was left: with its menu shut. */
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && menu && !isOurs()) menu.open = false;
  });
}
