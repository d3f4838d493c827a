// The only place where text may become markup, and the first script of every page. Why: housing/decisions/0006-script.md.
// Passed: the body of an answer that our own server marked as a fragment, once, in the form in which htmx parses it.
"use strict";

(() => {
  let expected = null;
  const asParsed = (fragment) => `<body><template class="internal-htmx-wrapper">${fragment}</template></body>`;

  const marked = (answer) =>
    answer instanceof XMLHttpRequest &&
    answer.status === 200 &&
    new URL(answer.responseURL).origin === location.origin &&
    answer.getResponseHeader("HX-Loge") === "fragment";

  // Heard before anybody else hears it; what a later listener puts in its place is not what was expected.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    expected = marked(detail.xhr) ? asParsed(detail.xhr.responseText) : null;
  }, true);
  document.addEventListener("htmx:afterRequest", () => { expected = null; }, true);

  // Text for scripts and addresses of scripts have no maker here: the browser refuses them all.
  window.trustedTypes?.createPolicy("default", {
    createHTML(text) {
      const passed = expected !== null && text === expected;
      expected = null;
      return passed ? text : null;
    },
  });

  // A page left behind in the browser would be a look that nobody recorded: scripts find no drawer to put one in.
  for (const drawer of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
    Object.defineProperty(window, drawer, {
      get() { throw new DOMException("Loge keeps nothing in the browser.", "SecurityError"); },
    });
  }
})();
