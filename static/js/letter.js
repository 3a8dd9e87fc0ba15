/* The letter answers the form: it is sent ahead when it is chosen, and fills in what is empty.
   Where that fails it goes along with the form, as without this script. */
"use strict";
{
  const form = document.getElementById("form");
  const input = form.elements.letter;
  const list = form.querySelector("[data-letter-files]");
  const said = form.querySelector("[data-letter-said]");
  const allRight = form.querySelector("[data-all-right]");
  let running = null;
  let pressed = null; // the button that waits for the letter

  const say = (words) => { said.textContent = words; };
  const markOf = (name) => form.querySelector(`[data-from-letter="${name}"]`);
  /* So that this tab keeps it. */
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

  const right = () => [...form.querySelectorAll("[data-right]")];
  const count = () => { allRight.hidden = !right()[1]; };

  const unmark = (name) => {
    const field = form.elements[name];
    const own = `${field.id}_from_letter`;
    const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id !== own);
    field.setAttribute("aria-describedby", others.join(" "));
    markOf(name).remove();
    count();
  };

  /* Right: the mark goes, and the next one has the focus. */
  const arm = (mark) => {
    const button = mark.querySelector("[data-right]");
    button.hidden = false;
    count();
    button.addEventListener("click", () => {
      const left = right();
      const next = left[left.indexOf(button) + 1] || form.elements[mark.dataset.fromLetter];
      unmark(mark.dataset.fromLetter);
      next.focus();
      changed();
    });
  };

  const putIn = ({ dataset: { field: name, value }, children: [mark, whole] }) => {
    if (!form.elements[name]) {
      form.elements.patient_address.closest(".form-more-fields, fieldset").append(whole);
    } else {
      const field = form.elements[name];
      const stands = field.value.replaceAll("\r\n", "\n").trim();
      if (markOf(name) || (stands && stands !== value)) return;
      field.value = value;
      field.closest(".field").append(mark);
      const described = `${field.getAttribute("aria-describedby") || ""} ${field.id}_from_letter`;
      field.setAttribute("aria-describedby", described.trim());
    }
    arm(markOf(name));
    const folded = form.elements[name].closest("details");
    if (folded) folded.open = true;
  };

  const takeIn = (answer) => {
    const moved = (id) => answer.getElementById(id).childNodes;
    list.replaceChildren(...moved("files"));
    form.querySelector("[data-letter-urgency]").replaceChildren(...moved("urgency"));
    for (const { dataset: { emptied: name } } of answer.querySelectorAll("[data-emptied]")) {
      form.elements[name].value = "";
      if (markOf(name)) unmark(name);
    }
    answer.querySelectorAll("[data-field]").forEach(putIn);
    if (!answer.querySelector("[data-problem]")) input.value = "";
    say(answer.getElementById("said").textContent);
    changed();
  };

  const goOn = (mayGo) => {
    const button = pressed;
    pressed = null;
    if (button && mayGo) form.requestSubmit(button);
  };

  const send = (extra = "") => {
    running?.abort();
    const data = new FormData(form);
    if (extra) {
      data.delete("letter");
      data.set(extra === "recheck" ? extra : "removing", "1");
    }
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", "How much of the letter is sent");
    const request = running = new XMLHttpRequest();
    request.open("POST", `${form.getAttribute("action")}letter/`);
    request.responseType = "document";
    if (!extra) {
      said.before(bar);
      say("Sending the letter. You can go on meanwhile.");
      request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = loaded / total; });
      request.upload.addEventListener("load", () => say("The letter is here. Reading it."));
    }
    request.addEventListener("loadend", () => {
      bar.remove();
      if (request !== running) return;
      running = null;
      const answer = request.status === 200 && request.response;
      const fills = answer && answer.querySelector("[data-field]");
      if (answer) takeIn(answer);
      else if (!extra) say("We could not take the letter ahead. It goes along when you send the form.");
      if (extra === "removing") input.focus();
      goOn(!fills);
    });
    request.send(data);
  };

  form.querySelectorAll("[data-from-letter]").forEach(arm);
  allRight.addEventListener("click", () => {
    for (const { parentElement: mark } of right()) unmark(mark.dataset.fromLetter);
    say("You said that all of it is right. Next: the warning signs.");
    for (const part of form.querySelectorAll("details")) part.open = false;
    form.elements.red_flags[0].focus();
    changed();
  });
  form.addEventListener("input", ({ target }) => {
    if (target.name && markOf(target.name)) unmark(target.name);
  });
  if (input?.type === "file") {
    input.addEventListener("change", () => input.files.length && send());
    list.addEventListener("change", ({ target }) => target.name === "remove" && send("removing"));
    if (!form.hasAttribute("data-answered") && list.querySelector("li")) send("recheck");
    /* A press meanwhile waits for it. */
    document.addEventListener("submit", (event) => {
      if (!running || event.submitter?.name) return;
      event.preventDefault();
      event.stopPropagation();
      pressed = event.submitter;
      say("The letter is still on its way. We send the form as soon as it is here.");
    }, true);
  }
}
