// The only place where text may become markup (Trusted Types policy). It is the first script of every page. Why: docs/decisions/0006-script.md.
// It allows the body of a response that our own server marked as a fragment, once, in the form in which htmx parses it.
"use strict";

(() => {
  let expected = null;
  const asParsed = (fragment) => `<body><template class="internal-htmx-wrapper">${fragment}</template></body>`;

  const marked = (answer) =>
    answer instanceof XMLHttpRequest &&
    answer.status === 200 &&
    new URL(answer.responseURL).origin === location.origin &&
    answer.getResponseHeader("HX-Loge") === "fragment";

  // Registered before all other listeners, so that a body replaced by a later listener is not the expected one.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    expected = marked(detail.xhr) ? asParsed(detail.xhr.responseText) : null;
  }, true);
  document.addEventListener("htmx:afterRequest", () => { expected = null; }, true);

  // There is no policy for script text and script URLs, so the browser refuses them.
  window.trustedTypes?.createPolicy("default", {
    createHTML(text) {
      const passed = expected !== null && text === expected;
      expected = null;
      return passed ? text : null;
    },
  });

  // Reading a page stored in the browser would be a view without an audit event, so the storage interfaces are removed.
  for (const drawer of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
    Object.defineProperty(window, drawer, {
      get() { throw new DOMException("Loge keeps nothing in the browser.", "SecurityError"); },
    });
  }
})();
