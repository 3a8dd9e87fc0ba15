/* The search boxes of the page editor say what they are for.

   Django's box is named after what is chosen in it alone, so an empty one has no name; the field to
   type in and the list of what was found have none at all. Here all of them are named after the
   label of their field, or the heading of their column. Needs select2, which draws the boxes. */
"use strict";

{
  const later = (task) => setTimeout(task); // once the boxes are drawn
  const HINTS = {
    source: "A code, an author or a word of the title",
    image: "A word of its title",
    passage: "A word of its name",
  };

  /** The element whose words name a field: its label, or the heading above its cell. */
  function namerOf(select) {
    const cell = select.closest("td");
    return cell?.closest("table").tHead.rows[0].cells[cell.cellIndex] ?? select.labels[0];
  }

  function name(select) {
    const box = select.nextElementSibling?.querySelector("[role=combobox]");
    const namer = namerOf(select);
    if (!box || !namer) return;
    const shown = box.querySelector(".select2-selection__rendered");
    shown.removeAttribute("role"); // it is no box to write in
    shown.removeAttribute("aria-readonly");
    namer.id ||= `${select.id}_name`;
    box.setAttribute("aria-labelledby", `${namer.id} ${shown.id}`);
    const help = select.getAttribute("aria-describedby");
    if (help) box.setAttribute("aria-describedby", help);
  }

  const nameAll = (root) => root.querySelectorAll("select.admin-autocomplete").forEach(name);

  function nameSearch(select) {
    const words = namerOf(select).textContent.replace(/:\s*$/, "").trim();
    const field = document.querySelector(".select2-container--open .select2-search__field");
    field?.setAttribute("aria-label", `Search: ${words}`);
    field?.setAttribute("placeholder", HINTS[select.dataset.fieldName] ?? "");
    document.querySelector(".select2-results__options")?.setAttribute("aria-label", words);
  }

  function start() {
    nameAll(document);
    window.django.jQuery(document).on("select2:open", ({ target }) => later(() => nameSearch(target)));
    document.addEventListener("formset:added", (event) => later(() => nameAll(event.target)));
  }

  document.addEventListener("content-editor:ready", () => later(start));
}
