/* "On this page" stays in reach and marks the section that is read. Without this it is a list. */
"use strict";

{
  const list = document.querySelector(".contents");
  const details = list.querySelector("details");
  const summary = list.querySelector("summary");
  const links = [...list.querySelectorAll("a")];
  const sections = links.map((link) => document.getElementById(link.hash.slice(1)));
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
