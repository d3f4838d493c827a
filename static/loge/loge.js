// Enhancements of the pages. Everything here also has a visible control that works without scripts.
"use strict";

(() => {
  const FIELDS = "input, select, textarea, [contenteditable]";

  // --- First field --------------------------------------------------------------------------------------------
  // An element with data-focus has the focus when the page opens. On a telephone the page then stays at its top.

  const first = document.querySelector("[data-focus]");
  if (first && document.activeElement === document.body) {
    first.focus({ preventScroll: matchMedia("(width < 48rem)").matches });
  }

  // --- Keys -----------------------------------------------------------------------------------------------------
  // An element with data-key reacts to that key: a field is focused, a <details> is opened, anything else is clicked.

  const taken = (event) =>
    event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.target.closest(FIELDS) !== null;

  const reach = (element) => {
    if (element.matches(FIELDS)) {
      element.focus();
      element.select?.();
    } else if (element.dataset.reach === "focus") {
      element.focus();
    } else {
      element.focus();
      element.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.keys !== "on" || taken(event)) return;
    const element = [...document.querySelectorAll("[data-key]")]
      .find((one) => one.dataset.key.toLowerCase() === event.key.toLowerCase() && one.checkVisibility());
    if (!element) return;
    event.preventDefault();
    reach(element);
  });

  // While an amount is typed, a letter selects the option that shows it: amounts contain no letters.
  document.addEventListener("keydown", (event) => {
    const { form, dataset } = event.target;
    if (!form || !("letters" in dataset) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.documentElement.dataset.keys !== "on" || !/^\p{L}$/u.test(event.key)) return;
    const option = form.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!option) return;
    event.preventDefault();
    option.checked = true;
  });

  // In a list with data-walk, the arrow keys move from link to link; from a field with data-into they move into the list.

  const STEPS = { ArrowDown: 1, ArrowUp: -1 };

  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || document.documentElement.dataset.keys !== "on") return;
    const { into } = event.target.dataset ?? {};
    const list = into && step > 0 ? document.querySelector(into) : event.target.closest("a")?.closest("[data-walk]");
    if (!list) return;
    const links = [...list.querySelectorAll("a")].filter((link) => link.checkVisibility());
    const next = links[links.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  // --- Choice by typing -------------------------------------------------------------------------------------------
  // A field with data-sift shows only the rows of a list that contain all typed words, whatever their accents and capitals.
  // Enter opens the only row left, or goes to the first of several.

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  for (const field of document.querySelectorAll("[data-sift]")) {
    const list = document.querySelector(field.dataset.sift);
    const status = field.parentElement.querySelector("[role=status]");
    const parts = [...list.querySelectorAll("section")].map((part) => {
      const title = part.querySelector("h2").textContent;
      return [part, [...part.querySelectorAll("li")].map((row) => [row, plain(`${title} ${row.textContent}`)])];
    });
    const sift = () => {
      const words = plain(field.value).match(/[\p{L}\d]+/gu) ?? [];
      let number = 0;
      for (const [part, rows] of parts) {
        for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
        const left = rows.filter(([row]) => !row.hidden).length;
        part.hidden = left === 0 || (words.length > 0 && "unsifted" in part.dataset);
        if (!part.hidden) number += left;
      }
      const { label, none } = status.dataset;
      status.textContent = words.length === 0 ? "" : number ? `${label} ${number}` : none;
    };
    field.closest(".field").hidden = false;
    field.addEventListener("input", sift);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const left = [...list.querySelectorAll("a")].filter((link) => link.checkVisibility());
      if (left.length === 1) left[0].click();
      else left[0]?.focus();
    });
    sift();
  }

  // --- Characters left ----------------------------------------------------------------------------------------------
  // The line below a text area counts as the server does: a line break is two characters. The count is announced only when
  // few characters are left and nothing was typed for a second.

  const FEW = 20;

  for (const line of document.querySelectorAll("[data-left]")) {
    const field = line.previousElementSibling;
    let announcing;
    const count = () => {
      const left = field.maxLength - [...field.value.replace(/\r?\n/g, "\r\n")].length;
      line.textContent = left < 0 ? `${line.dataset.over} ${-left}` : `${line.dataset.left} ${left}`;
      line.classList.toggle("late", left < 0);
      return left;
    };
    line.hidden = false;
    count();
    field.addEventListener("input", () => {
      const left = count();
      clearTimeout(announcing);
      announcing = setTimeout(() => {
        line.nextElementSibling.textContent = left <= FEW ? line.textContent : "";
      }, 1000);
    });
  }

  // --- Paper ----------------------------------------------------------------------------------------------------
  // Print buttons are shown only when scripts run; without scripts, the browser's own menu prints.

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // --- Inactivity -------------------------------------------------------------------------------------------------
  // The content of the page is removed; the server decides whether the session is locked. Text that was typed and not sent
  // is sent to the server, which returns it encrypted: access/signin/drafts.py.

  const guard = document.querySelector("[data-quiet]");
  if (guard) {
    let leaving, typed = null;
    document.addEventListener("input", ({ target: { form } }) => { if (form?.method === "post") typed = form; });
    const leave = () => {
      if (!typed?.isConnected) return location.replace(guard.dataset.locked);
      for (const field of typed.querySelectorAll("[type=file], [type=password]")) field.disabled = true;
      const target = document.createElement("input");
      const address = new URL(typed.getAttribute("action") || location.href, location.href);
      Object.assign(target, { type: "hidden", name: "draft_target", value: address.pathname + address.search });
      typed.append(target);
      for (const [name, value] of [["action", guard.dataset.draft], ["enctype", "application/x-www-form-urlencoded"]]) {
        typed.setAttribute(name, value);
      }
      HTMLFormElement.prototype.submit.call(typed);
    };
    const here = () => {
      clearTimeout(leaving);
      leaving = setTimeout(leave, guard.dataset.quiet * 1000 + 5000);
    };
    for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, here, { passive: true });
    here();
  }

  // --- Fragments ------------------------------------------------------------------------------------------------
  // Only a response marked as a fragment is swapped in. Any other response is a whole page and is navigated to.

  const asPage = (element, address) => {
    const form = element.closest("form");
    if (form && form.method === "post") HTMLFormElement.prototype.submit.call(form);
    else location.assign(address);
  };

  // A request that is sent automatically while somebody types never navigates away when it fails.
  const quiet = (element) => element.closest("[data-quiet]") !== null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo, requestConfig: { elt } } = event.detail; // detail.elt is the element to replace
    if (xhr.getResponseHeader("HX-Loge") === "fragment") return;
    event.preventDefault();
    if (quiet(elt)) return;
    if (xhr.status === 200) location.assign(xhr.responseURL);
    else asPage(elt, pathInfo.finalRequestPath);
  });

  // --- Live search ----------------------------------------------------------------------------------------------
  // A field with data-live sends its words when somebody stops typing. Each search is recorded, so nothing is sent for a
  // single letter, and Enter does not send words again whose results are on the page: it goes to the first result.

  const settled = new WeakMap(); // field -> the words whose results are on the page

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    if ("live" in elt.dataset && !/\p{L}{2}|\d/u.test(elt.value.normalize("NFC"))) event.preventDefault();
  });

  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, requestConfig } }) => {
    if ("live" in elt.dataset && successful) settled.set(elt, requestConfig.parameters[elt.name]);
  });

  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector("[data-live]");
    if (!field || settled.get(field) !== field.value) return;
    event.preventDefault();
    const results = document.querySelectorAll(`${field.getAttribute("hx-target")} .stretch`);
    if (results.length === 1) results[0].click();
    else results[0]?.focus();
  });

  // --- Waiting ----------------------------------------------------------------------------------------------------
  // The element to replace is marked as waiting (the style sheet shows it after a third of a second). A slow or failed
  // request is announced in the page's status region, with a button to retry: the page and the typed text stay.

  const LONG = 4000; // milliseconds
  const region = document.querySelector("#messages");
  const waiting = new Map(); // request -> [the element it replaces, the timer that announces a slow request]

  const unsay = () => region.querySelectorAll("[data-said]").forEach((line) => line.remove());

  const say = (name, element) => {
    unsay();
    const line = document.querySelector(`template[data-says="${name}"]`).content.firstElementChild.cloneNode(true);
    line.dataset.said = name;
    const again = line.querySelector("button");
    const form = element.closest("form");
    if (quiet(element) || !form) again?.remove();
    again?.addEventListener("click", () => {
      unsay();
      htmx.trigger(element, "htmx:abort");
      form.requestSubmit();
      form.querySelector("button:not([formaction])")?.focus();
    });
    region.append(line);
    line.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("htmx:beforeSend", ({ detail: { xhr, elt, target } }) => {
    target.setAttribute("aria-busy", "true");
    waiting.set(xhr, { target, late: setTimeout(() => quiet(elt) || say("slow", elt), LONG) });
  });

  document.addEventListener("htmx:afterRequest", ({ detail: { xhr, successful } }) => {
    const { target, late } = waiting.get(xhr) ?? {};
    clearTimeout(late);
    waiting.delete(xhr);
    if ([...waiting.values()].every((other) => other.target !== target)) target?.removeAttribute("aria-busy");
    if (successful) unsay();
  });

  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, ({ detail: { elt } }) => say(quiet(elt) ? "unread" : "silent", elt));
  }

  // A form submitted twice in a row is sent once. A form that downloads a file stays on the page, so it may be sent again later.
  const AGAIN = 6000; // milliseconds
  const sent = new WeakSet();

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => {
      sent.delete(form);
      submitter?.removeAttribute("aria-busy");
    }, AGAIN);
  });
})();
