/* Text pasted from a word processor comes in as it was meant.

   The site turns the clipboard's markup into its own (`conditions.pasting`), so that the rule is the
   same with and without this file. When it does not answer, the words come in plain: nothing is lost.
   Needs `data-pasted-url` on an element of the page. */
"use strict";

{
  const PATIENCE = 10000; // milliseconds
  const PICTURES = /src="data:[^"]*"/g; // they are left out, and may be large
  const TABLE = "The table came in as one line for each row. Please check it.";
  const PLAIN = "Only the words came in. Please make headings, lists and bold words again.";
  const ours = new WeakSet();

  async function asMeant(url, html, token) {
    const answer = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ html, csrfmiddlewaretoken: token }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  function say(area, words) {
    const row = area.closest(".flex-container"); // below it: beside the text it is squeezed
    const editor = row ?? area.closest(".prose-editor") ?? area;
    let notice = editor.nextElementSibling;
    if (!notice?.matches(".paste-notice")) {
      notice = document.createElement("p");
      notice.className = "help paste-notice";
      notice.setAttribute("role", "status");
      editor.after(notice);
    }
    notice.textContent = words;
  }

  function insert(area, types) {
    const data = new DataTransfer();
    for (const [type, text] of Object.entries(types)) data.setData(type, text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    ours.add(event);
    area.dispatchEvent(event);
  }

  async function onPaste(event) {
    const area = event.target.closest?.(".ProseMirror");
    const url = document.querySelector("[data-pasted-url]")?.dataset.pastedUrl;
    const html = event.clipboardData?.getData("text/html");
    if (!area || !url || !html || ours.has(event) || html.includes("data-pm-slice")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const plain = event.clipboardData.getData("text/plain");
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    try {
      const found = await asMeant(url, html.replace(PICTURES, ""), token);
      insert(area, { "text/html": found.html });
      say(area, found.had_table ? TABLE : "");
    } catch {
      insert(area, { "text/plain": plain || new DOMParser().parseFromString(html, "text/html").body.innerText });
      say(area, PLAIN);
    }
  }

  document.addEventListener("paste", onPaste, true);
}
