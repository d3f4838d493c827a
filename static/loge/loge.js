// What the pages do besides what they do without it. Everything here has a visible control that works with scripts off.
"use strict";

(() => {
  const FIELDS = "input, select, textarea, [contenteditable]";

  // --- Keys -----------------------------------------------------------------------------------------------------
  // An element with data-key is reached by that key: a field is given the hand, a fold is opened, the rest is pressed.

  const taken = (event) =>
    event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.target.closest(FIELDS) !== null;

  const reach = (element) => {
    if (element.matches(FIELDS)) {
      element.focus();
      element.select?.();
    } else {
      element.focus();
      element.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.keys !== "on" || taken(event)) return;
    const element = [...document.querySelectorAll("[data-key]")]
      .find((one) => one.dataset.key === event.key && one.checkVisibility());
    if (!element) return;
    event.preventDefault();
    reach(element);
  });

  // --- Fragments ------------------------------------------------------------------------------------------------
  // Only an answer marked as a fragment is put in its place. Any other one is a page: it is shown as a page.

  const asPage = (element, address) => {
    const form = element.closest("form");
    if (form && form.method === "post") HTMLFormElement.prototype.submit.call(form);
    else location.assign(address);
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, elt, pathInfo } = event.detail;
    if (xhr.getResponseHeader("HX-Loge") === "fragment") return;
    event.preventDefault();
    if (xhr.status === 200) location.assign(xhr.responseURL);
    else asPage(elt, pathInfo.requestPath);
  });

  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, ({ detail }) => asPage(detail.elt, detail.pathInfo.requestPath));
  }
})();
