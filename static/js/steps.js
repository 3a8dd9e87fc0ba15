/* A step that is opened on the page of an enquiry is shown whole: its button to send would else lie
   below the window, and the one that opened it would pass for it. */
"use strict";
{
  const decide = document.querySelector(".enquiry-decide");
  decide?.addEventListener("toggle", (event) => {
    if (event.target.open) decide.scrollIntoView({ block: "nearest" });
  }, true); // a toggle does not bubble
}
