// Small comforts for the referral form. Everything works without them.
"use strict";
{
  const form = document.getElementById("form");
  const files = form.elements.letter;
  const flags = [...form.querySelectorAll("[name=red_flags]")];

  // The server compares this with what arrived.
  const count = () => { form.elements.file_count.value = files.files.length; };
  files.addEventListener("change", count);

  // What to do now stands beside the signs at once; "None of these" and the others take turns.
  const toDo = form.querySelector("[data-flag-now]");
  const emergency = toDo.dataset.emergency.split(" ");
  const tellNow = () => {
    const ticked = flags.filter((flag) => flag.checked && flag.value !== "none");
    const isEmergency = ticked.some((flag) => emergency.includes(flag.value));
    const need = ticked.length ? (isEmergency ? "emergency" : "urgent") : "";
    if (need === toDo.dataset.flagNow) return;
    toDo.dataset.flagNow = need;
    const words = need && form.querySelector(`template[data-now=${need}]`).content.cloneNode(true);
    toDo.replaceChildren(words);
  };
  form.addEventListener("input", tellNow);
  tellNow();
  for (const flag of flags) {
    flag.addEventListener("change", () => {
      if (!flag.checked) return;
      for (const other of flags) {
        if ((other.value === "none") !== (flag.value === "none")) other.checked = false;
      }
      tellNow();
    });
  }

  // A link to the other form takes along what was typed.
  for (const link of document.querySelectorAll("[data-press]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.querySelector(`button[name=${link.dataset.press}]`).click();
    });
  }

  // One click is enough for a while; the server makes one referral of two clicks anyway.
  let sending = false;
  form.addEventListener("submit", (event) => {
    count();
    if (sending) event.preventDefault();
    sending = true;
    setTimeout(() => { sending = false; }, 5000);
  });
  window.addEventListener("pageshow", () => { sending = false; });
}
