/* Keeps a half-filled form in this tab: through Back, reload and the other form. The tab forgets
   it with the receipt, when it is cleared, and when it is closed. Never on the disk. */
"use strict";
{
  const form = document.getElementById("form");
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "form_key", "extra_line", "warned", "tries",
    "file_count", "letter_for", "mode", "kept", "remove", "as", "from_letter", "earlier", "pass"]);
  const NEAR = 0.9;

  /* Forms go without this memory too. */
  const read = (name) => {
    try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; }
  };
  const write = (name, value) => {
    try {
      if (value === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, JSON.stringify(value));
    } catch { /* nothing was kept */ }
  };

  /* A copy of this tab forgets together with it. */
  const others = "BroadcastChannel" in window ? new BroadcastChannel("sent forms") : null;
  const forget = ({ draft, key }) => {
    if (read(draft)?.key === key) write(draft, null);
  };
  others?.addEventListener("message", ({ data }) => forget(data));

  /* On a receipt: keep where this form led, forget what was typed. */
  const arrive = () => {
    const sending = read("sending");
    if (!sending) return;
    write("receipts", { ...read("receipts"), [sending.key]: location.pathname });
    write("sending", null);
    forget(sending);
    others?.postMessage(sending);
  };

  const element = (name, words, attributes = {}) => {
    const made = Object.assign(document.createElement(name), attributes);
    if (words) made.append(words);
    return made;
  };

  const remembering = () => {
    const DRAFT = `form ${form.dataset.memory}`;
    const key = form.elements.form_key;
    const kind = performance.getEntriesByType("navigation")[0]?.type;
    const isOld = kind === "reload" || kind === "back_forward";
    const fields = () => [...form.elements].filter((field) =>
      field.name && !NOT_KEPT.has(field.name) && !["file", "submit", "button"].includes(field.type));
    const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
    const files = form.elements.letter;

    /* A page fetched anew has a new key; its place in the history knows the old one. */
    const sent = () => read("receipts")?.[history.state?.formKey || key.value];
    const leaveIfSent = () => {
      const receipt = sent();
      if (receipt) location.replace(receipt);
      return Boolean(receipt);
    };

    const draw = () => fields().map((field) => ({
      name: field.name,
      value: field.value,
      ...(isChoice(field) && { checked: field.checked }),
    }));
    const keptFiles = () => [...form.querySelectorAll(".kept-files li")].map((item) => ({
      pk: item.querySelector("[name=kept]").value,
      name: item.querySelector("strong").textContent,
    }));
    const keep = () => write(DRAFT, {
      key: key.value,
      mode: form.elements.mode?.value,
      fields: draw(),
      open: [...form.querySelectorAll("details")].map((details) => details.open),
      kept: keptFiles(),
      lostFiles: files?.files.length || 0,
    });

    /* True where something changed. */
    const putBack = ({ name, value, checked }) => {
      const field = fields().find((one) => one.name === name && (!isChoice(one) || one.value === value));
      if (!field) return false;
      const before = isChoice(field) ? field.checked : field.value;
      if (isChoice(field)) field.checked = checked;
      else field.value = value;
      return before !== (isChoice(field) ? checked : value);
    };

    const showKept = (kept) => {
      const list = element("ul", "", { className: "kept-files", ariaLabel: "Files we have" });
      for (const { pk, name } of kept) {
        const words = element("span");
        words.append(element("strong", name), ", kept");
        const label = element("label", "", { className: "choice" });
        const box = element("input", "", { type: "checkbox", name: "remove", value: pk });
        label.append(box, " ", element("span", `Remove ${name}`));
        const item = element("li");
        item.append(element("input", "", { type: "hidden", name: "kept", value: pk }), words, label);
        list.append(item);
      }
      document.querySelector("[data-letter-files]").replaceChildren(list);
    };

    const say = (words, ...buttons) => {
      const box = element("div", "", { className: "kept-words" });
      box.append(element("p", words), ...buttons);
      document.querySelector("[data-memory-words]").replaceChildren(box);
    };
    const button = (words, act) => {
      const made = element("button", words, { type: "button", className: "button button-outline" });
      made.addEventListener("click", act);
      return made;
    };

    const clear = () => {
      if (!confirm("Clear all that you typed in this form?")) return;
      write(DRAFT, null);
      const mode = form.elements.mode?.value;
      location.replace(form.getAttribute("action") + (mode === "full" ? "?mode=full" : ""));
    };

    const restore = (draft) => {
      const isAnotherForm = draft.mode && draft.mode !== form.elements.mode.value;
      if (isAnotherForm && !form.hasAttribute("data-answered")) {
        write("resume", draft.key);
        location.replace(`${form.getAttribute("action")}?mode=${draft.mode}`);
        return;
      }
      const changed = draft.fields.map(putBack).includes(true);
      form.querySelectorAll("details").forEach((details, place) => {
        details.open ||= Boolean(draft.open[place]);
      });
      key.value = draft.key;
      if (draft.kept.length && files && !form.querySelector(".kept-files")) showKept(draft.kept);
      const lost = document.querySelector("[data-file-lost]");
      if (lost) lost.hidden = !draft.lostFiles;
      if (changed) {
        say("This tab brought back what you typed.", button("Clear this form", clear));
      }
    };

    const start = () => {
      write("sending", null);
      const draft = read(DRAFT);
      const isHere = draft && (draft.key === (history.state?.formKey || key.value)
        || read("resume") === draft.key);
      write("resume", null);
      const isAnswer = form.hasAttribute("data-answered");
      if (form.hasAttribute("data-fresh")) keep();
      else if (isHere && (isOld || !isAnswer)) restore(draft);
      else if (isAnswer) keep();
      else if (draft) {
        say("You began this form before, in this tab.",
          button("Bring back what I typed", () => restore(draft)));
      }
      /* From now on Back and reload fetch this place, and do not post again. */
      history.replaceState({ ...history.state, formKey: key.value }, "");
    };

    for (const field of form.querySelectorAll("[data-autocomplete]")) {
      field.autocomplete = field.dataset.autocomplete;
    }
    document.querySelector("[data-clear]").hidden = false;
    document.querySelector("[data-clear] button").addEventListener("click", clear);
    if (!leaveIfSent()) start();
    form.addEventListener("input", keep);
    form.addEventListener("toggle", () => read(DRAFT)?.key === key.value && keep(), true);
    form.addEventListener("submit", () => {
      keep();
      write("sending", { draft: DRAFT, key: key.value });
      form.append(element("input", "", { type: "hidden", name: "receipts",
        value: Object.values(read("receipts") || {}) }));
    });
    window.addEventListener("pageshow", (event) => event.persisted && leaveIfSent());
  };

  /* Says how much is left near the limit, not sooner: it is slow. */
  const counting = (field) => {
    const longest = Number(field.dataset.longest);
    const words = element("p", "", { className: "count", hidden: true, id: `${field.id}_count` });
    words.setAttribute("role", "status");
    const count = () => {
      const left = longest - [...field.value.trim()].length;
      words.hidden = left > longest * (1 - NEAR);
      if (words.hidden) return;
      words.classList.toggle("count-over", left < 0);
      const number = Math.abs(left).toLocaleString("en-AU");
      const unit = `character${number === "1" ? "" : "s"}`;
      words.textContent = `${number} ${unit} ${left < 0 ? "too many" : "left"}`;
    };
    field.after(words);
    field.addEventListener("input", count);
    count();
  };

  if (form) {
    remembering();
    form.querySelectorAll("textarea[data-longest]").forEach(counting);
  } else arrive();
}
