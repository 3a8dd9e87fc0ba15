/* The page editor without a mouse.

   django-content-editor adds blocks through "+" targets, moves them by dragging and hides them by
   a click on their heading. This file makes each of these a button, keeps the order of the Tab key
   the order on the screen, and names every control after the block it belongs to. It needs the
   editor's own scripts and `page_editor.css`. */
"use strict";

{
  const editor = () => window.ContentEditor;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const later = (task) => setTimeout(task); // once the editor has done its own part

  let machine; // the list of blocks
  let menu; // the kinds of block to add
  let status; // what a screen reader is told

  const place = (block) => Number(block.style.order);
  const everyBlock = () => all(":scope > .inline-related:not(.empty-form)", machine);

  /** The blocks of the region that is shown, as ordered on the screen. */
  function blocks() {
    const shown = everyBlock().filter((block) => block.dataset.region === editor().currentRegion);
    return shown.sort((a, b) => place(a) - place(b));
  }

  const prefixOf = (block) => block.id.replace(/-\d+$/, "");
  const kindOf = (block) => editor().pluginsByPrefix[prefixOf(block)].title;

  function nameOf(block, list = blocks()) {
    return `${kindOf(block)}, block ${list.indexOf(block) + 1} of ${list.length}`;
  }

  const announce = (text) => { status.textContent = text; };

  function makeButton(className, text) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = className;
    button.textContent = text;
    return button;
  }

  // --- Each block ---------------------------------------------------------------------------

  /** Give every block what it lacks, and name its controls. Runs after everything that happens. */
  function tidy() {
    sortForTheTabKey();
    const list = blocks();
    list.forEach((block, index) => {
      const name = nameOf(block, list);
      const label = (selector, text) =>
        all(selector, block).forEach((control) => control.setAttribute("aria-label", text));
      addControls(block);
      block.setAttribute("role", "group");
      block.setAttribute("aria-label", name);
      label(".order-machine-insert-target", `Add a block here, before ${name}`);
      label(".block-up", `Move up: ${name}`);
      label(".block-down", `Move down: ${name}`);
      label(".inline_move_to_region", `Region of ${name}`);
      label("h3 .delete input", `Delete ${name}`);
      label(".inline-deletelink", `Remove ${name}`);
      block.querySelector(".block-up").setAttribute("aria-disabled", index === 0);
      block.querySelector(".block-down").setAttribute("aria-disabled", index === list.length - 1);
      showWhetherOpen(block, name);
      nameTextAreas(block);
    });
    showWhetherMenuIsOpen();
    showCurrentTabs();
  }

  function addControls(block) {
    const heading = block.querySelector(":scope > h3");
    if (!block.querySelector(":scope > .block-controls")) {
      const controls = document.createElement("div");
      controls.className = "block-controls";
      controls.append(
        makeButton("block-up", "Move up"),
        makeButton("block-down", "Move down"),
        makeButton("block-toggle", "Hide"),
      );
      heading.after(controls);
      heading.before(makeButton("order-machine-insert-target", ""));
    }
    // The editor adds one more target whenever a block changes its region.
    all(":scope > span.order-machine-insert-target", block).forEach((span) => span.remove());
    all(".material-icons", heading).forEach((icon) => icon.setAttribute("aria-hidden", "true"));
  }

  function showWhetherOpen(block, name) {
    const button = block.querySelector(".block-toggle");
    const open = !block.classList.contains("collapsed");
    button.hidden = block.classList.contains("for-deletion");
    button.textContent = open ? "Hide" : "Show";
    button.setAttribute("aria-label", `${button.textContent} ${name}`);
    button.setAttribute("aria-expanded", open);
  }

  /** A rich text area is not a form field, so its <label> does not name it. */
  function nameTextAreas(block) {
    for (const area of all(".ProseMirror[role=textbox]", block)) {
      const label = area.closest(".form-row")?.querySelector("label");
      area.setAttribute("aria-label", label?.textContent.replace(/:\s*$/, "") ?? kindOf(block));
      area.setAttribute("aria-multiline", "true");
    }
  }

  // --- Order --------------------------------------------------------------------------------

  /** The editor orders blocks on the screen by style alone; Tab follows the document. */
  function sortForTheTabKey() {
    const found = everyBlock();
    const sorted = [...found].sort((a, b) => place(a) - place(b));
    if (sorted.every((block, index) => block === found[index])) return;
    const focused = machine.contains(document.activeElement) ? document.activeElement : null;
    machine.append(...sorted, machine.querySelector(".order-machine-insert-target.last"));
    focused?.focus({ preventScroll: true });
  }

  /** Django numbers a kind's blocks anew, by their place in the document, when one is removed, and
      takes the first ones for those it saved before. So for that moment they stand as numbered. */
  function sortForDjango(prefix) {
    const number = (block) => Number(block.id.slice(prefix.length + 1));
    const kin = everyBlock().filter((block) => prefixOf(block) === prefix);
    machine.append(...kin.sort((a, b) => number(a) - number(b)));
  }

  function move(button, step) {
    const block = button.closest(".inline-related");
    const list = blocks();
    const index = list.indexOf(block);
    const other = list[index + step];
    if (!other) {
      announce(`${nameOf(block)}, cannot move further.`);
      return;
    }
    [list[index], list[index + step]] = [other, block];
    list.forEach((each, i) => {
      each.style.order = 10 * (i + 1);
      each.querySelector(".order-machine-ordering").value = 10 * (i + 1);
    });
    block.querySelector(".order-machine-ordering").dispatchEvent(new Event("change", { bubbles: true }));
    tidy();
    button.focus();
    announce(`Moved. ${nameOf(block)}.`);
  }

  // --- Adding and removing ------------------------------------------------------------------

  function focusFirstField(block) {
    const fields = all(".form-row :is(input, select, textarea, [role=textbox])", block);
    fields.find((field) => field.type !== "hidden" && field.checkVisibility())?.focus();
  }

  function onAdded(event) {
    const block = event.target;
    if (block.parentElement !== machine) return;
    later(() => {
      tidy();
      focusFirstField(block);
      announce(`Added. ${nameOf(block)}.`);
    });
  }

  function beforeRemoval(event) {
    const block = event.target.closest?.(".inline-deletelink") && event.target.closest(".inline-related");
    if (!block) return;
    const index = blocks().indexOf(block);
    const kind = kindOf(block);
    sortForDjango(prefixOf(block));
    later(() => {
      tidy();
      const follower = blocks()[index] ?? machine;
      follower.querySelector(":scope > .order-machine-insert-target").focus();
      announce(`Removed: ${kind}.`);
    });
  }

  // --- The menu of kinds --------------------------------------------------------------------

  const opener = () => machine.querySelector(".order-machine-insert-target.selected");
  const kinds = () => all(".plugin-button:not(.content-editor-hide)", menu);

  function prepareMenu() {
    menu.id ||= "block-kinds";
    menu.setAttribute("role", "group");
    menu.setAttribute("aria-label", "Kinds of block");
    for (const kind of all(".plugin-button", menu)) kind.tabIndex = 0;
    for (const icon of all(".plugin-button-icon", menu)) icon.setAttribute("aria-hidden", "true");
  }

  function showWhetherMenuIsOpen() {
    for (const target of all(".order-machine-insert-target", machine)) {
      target.setAttribute("aria-controls", menu.id);
      target.setAttribute("aria-expanded", target.classList.contains("selected"));
    }
  }

  function closeMenu() {
    const target = opener();
    target.click(); // the editor closes the menu when its target is pressed again
    target.focus();
  }

  function onMenuKey(event) {
    const list = kinds();
    const index = list.indexOf(event.target.closest(".plugin-button"));
    const last = list.length - 1;
    const goTo = {
      ArrowDown: index === last ? 0 : index + 1,
      ArrowRight: index === last ? 0 : index + 1,
      ArrowUp: index <= 0 ? last : index - 1,
      ArrowLeft: index <= 0 ? last : index - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (goTo !== undefined) {
      event.preventDefault();
      list[goTo].focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      list[index]?.click();
    } else if (event.key === "Tab" && index === (event.shiftKey ? 0 : last)) {
      closeMenu(); // from here Tab goes on behind the target
      if (event.shiftKey) event.preventDefault();
    }
  }

  // --- Tabs, and all of the page ------------------------------------------------------------

  const tabs = () => all(".tabs > .tab");

  /** A tab's heading gets a button inside. The only region there is needs none. */
  function prepareTabs() {
    for (const tab of tabs()) {
      const alone = tab.matches(".regions > .tab:only-of-type");
      if (alone) continue;
      const button = makeButton("tab-button", tab.textContent);
      tab.replaceChildren(button);
    }
    for (const icon of all(".machine-collapse .material-icons")) {
      icon.setAttribute("aria-hidden", "true");
    }
  }

  function showCurrentTabs() {
    for (const tab of tabs()) {
      tab.querySelector("button")?.setAttribute("aria-pressed", tab.classList.contains("active"));
    }
  }

  function onClick(event) {
    const pressed = (selector) => event.target.closest?.(selector);
    if (pressed(".block-up")) move(pressed(".block-up"), -1);
    else if (pressed(".block-down")) move(pressed(".block-down"), 1);
    else if (pressed(".block-toggle")) pressed(".inline-related").querySelector("h3").click();
    else if (pressed(".order-machine-insert-target") && opener()) kinds()[0]?.focus();
    else if (pressed(".delete > input")) pressed(".delete > input").focus(); // the editor blurs it
    tidy();
  }

  function onKey(event) {
    if (event.key === "Escape" && opener()) closeMenu();
    else if (event.target.closest?.(".plugin-buttons")) onMenuKey(event);
    else if (event.key === " " && event.target.matches?.("a[role=button]")) {
      event.preventDefault(); // Django's "Remove" and "Add another" are links called buttons
      event.target.click();
    }
  }

  function start() {
    machine = document.querySelector(".order-machine");
    menu = document.querySelector(".plugin-buttons");
    if (!machine || !editor().allowChange) return;
    status = document.createElement("p");
    status.className = "block-status";
    status.setAttribute("role", "status");
    machine.closest("form").append(status);
    const end = makeButton("order-machine-insert-target last", "");
    end.setAttribute("aria-label", "Add a block here, at the end");
    machine.querySelector(":scope > .last").replaceWith(end);
    machine.append(end);
    prepareMenu();
    prepareTabs();
    tidy();
    document.addEventListener("click", onClick);
    document.addEventListener("click", beforeRemoval, true);
    document.addEventListener("keydown", onKey);
    document.addEventListener("formset:added", onAdded);
    for (const name of ["formset:removed", "drop", "change"]) {
      document.addEventListener(name, () => later(tidy));
    }
  }

  document.addEventListener("content-editor:ready", start);
}
