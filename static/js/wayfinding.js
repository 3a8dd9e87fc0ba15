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

/* "On this page" stays in reach and marks the section that is read. Without this it is a list. */
const list = document.querySelector(".contents");
if (list) {
  const details = list.querySelector("details");
  const summary = list.querySelector("summary");
  const links = [...list.querySelectorAll("a")];
  const sections = links.map((link) => document.getElementById(link.hash.slice(1))?.closest("h2, .layer"));
  const here = document.createElement("span");
  let marked = null;
  let isWaiting = false;

  const mark = (link) => {
    if (link === marked) return;
    marked?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "location");
    here.textContent = link?.textContent ?? "";
    marked = link;
  };

  /* The last heading above the upper third of the window; at the end of the page the last one. */
  const look = () => {
    isWaiting = false;
    const line = innerHeight / 3;
    const passed = sections.filter((section) => section?.getBoundingClientRect().top < line);
    mark(passed.length ? links[sections.indexOf(passed.at(-1))] : null);
  };

  const lookSoon = () => {
    if (!isWaiting) requestAnimationFrame(look);
    isWaiting = true;
  };

  here.className = "contents-here";
  summary.append(here);
  list.classList.add("in-reach");
  addEventListener("scroll", lookSoon, { passive: true });
  addEventListener("resize", lookSoon);
  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) details.open = false;
  });
  document.addEventListener("click", (event) => {
    if (!list.contains(event.target)) details.open = false;
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    summary.focus();
  });
  look();
}

/* A sheet of paper is printed at once. */
const printer = document.querySelector("[data-print]");
if (printer) printer.hidden = false;
printer?.addEventListener("click", () => print());
