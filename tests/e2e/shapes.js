// What axe reports for a page depends on the page's shape and on how its text is painted. Both are computed here;
// tests/e2e/shapes.py explains their use.
"use strict";

(() => {
  const LEAST = 24; // CSS pixels: WCAG 2.2, 2.5.8
  // Attributes with texts, addresses or figures: only their presence matters, not their value.
  const WORDS = new Set(`id value href src srcset action formaction name title alt placeholder label datetime download min
    max step maxlength minlength pattern aria-label aria-description aria-valuetext aria-valuenow aria-valuemin
    aria-valuemax d points x y x1 y1 x2 y2 cx cy r rx ry dx dy width height transform viewBox`.split(/\s+/));
  const LEADS = new Set(`for form list headers popovertarget aria-labelledby aria-describedby aria-details aria-controls
    aria-owns aria-errormessage aria-activedescendant`.split(/\s+/));
  const LIKE = new Set(["TBODY", "UL", "OL", "SELECT", "DATALIST", "svg", "g"]); // children are counted once per kind
  const PRESSED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role][tabindex]";
  const MARKS = "nav, aside, section, header, footer, main, form, search, [role]";
  const FIELDS = "input:not([type=radio], [type=checkbox]), select, textarea, button";
  const CLEAR = "rgba(0, 0, 0, 0)";

  const counted = () => {
    const counts = new Map();
    const more = (key) => counts.set(key, (counts.get(key) ?? 0) + 1);
    document.querySelectorAll("[id]").forEach((one) => more(`#${one.id}`));
    document.querySelectorAll(MARKS).forEach((one) => more(mark(one)));
    return counts;
  };
  const named = (one) => one.ariaLabel ?? (one.getAttribute("aria-labelledby") ?? "").split(" ")
    .map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const mark = (one) => `${one.tagName} ${one.role} ${named(one).trim()}`;
  const says = (one) => (one ? ((one.textContent || one.value || one.ariaLabel || "").trim() ? "t" : "-") : "?");

  // Whether any target overlaps another, or is smaller than LEAST with another target near its centre: axe reports
  // target-size only in these cases. Fixed elements are compared among themselves, since they lie over the page.
  const crowded = () => {
    const pressed = [...document.querySelectorAll(PRESSED)].filter((one) => one.checkVisibility())
      .map((one) => [one.getBoundingClientRect(), stays(one)]);
    const small = (box) => box.width < LEAST || box.height < LEAST;
    return pressed.some(([box, stay]) => {
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      return pressed.some(([at, other]) => at !== box && other === stay && ((at.left < box.right && box.left < at.right &&
        at.top < box.bottom && box.top < at.bottom) || (small(box) && Math.hypot(Math.max(at.left - x, 0, x - at.right),
        Math.max(at.top - y, 0, y - at.bottom)) < LEAST)));
    });
  };
  const stays = (one) => one !== null && (getComputedStyle(one).position === "fixed" || stays(one.parentElement));

  // Whether a link has text beside it, so that it must look different from it.
  const amongWords = (one) => !/^(block|list-item|flex|grid)$/.test(getComputedStyle(one.parentElement).display) ||
    [...one.parentElement.childNodes].some((node) => node !== one && node.textContent.trim());

  // False for text that is off the page or at most one pixel large: it is for screen readers, or shown on focus.
  const visible = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom + scrollY > 0;
  };

  const measure = () => {
    const counts = counted();
    const paints = new Map();

    const attribute = ({ name, value }) => {
      if (name === "id") return counts.get(`#${value}`) > 1 ? "id=twice" : "id";
      if (LEADS.has(name)) return `${name}=${value.split(/\s+/).map((id) => says(document.getElementById(id))).join("")}`;
      if (name === "href" && value.startsWith("#")) return `href=#${says(document.getElementById(value.slice(1)))}`;
      if (WORDS.has(name) || /^(data|hx)-/.test(name)) return value.trim() ? name : `${name}=`;
      return `${name}=${value}`;
    };

    let main = "";
    const written = (one, under) => {
      const look = one.checkVisibility() ? getComputedStyle(one) : null;
      const lies = look && [look.backgroundColor, look.backgroundImage, look.opacity, look.position].join(" ");
      const plain = look && look.backgroundColor === CLEAR && look.backgroundImage === "none" && look.opacity === "1";
      const below = !look || (plain && /static|relative/.test(look.position)) ? under : `${under}/${lies}`;
      const children = [...one.childNodes].map((node) => {
        if (node.nodeType === Node.ELEMENT_NODE) return written(node, below);
        const words = node.nodeType === Node.TEXT_NODE ? node.data.trim() : "";
        return words.length > 1 ? "t" : words && "i";
      }).filter(Boolean);
      if (look && (children.includes("t") || children.includes("i") || one.matches(FIELDS)) && visible(one))
        paints.set(one, [look.color, look.fontSize, look.fontWeight, look.textShadow, below].join(" "));
      const scrolls = look && /auto|scroll/.test(look.overflow) &&
        (one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight);
      const marks = [
        look ? "" : " hidden",
        one.labels?.length ? ` labels=${one.labels.length}` : "",
        one.matches(MARKS) && counts.get(mark(one)) > 1 ? " twin" : "",
        scrolls ? " scrolls" : "",
        look && one.tagName === "A" && look.textDecorationLine === "none" && amongWords(one)
          ? ` ${look.color} ${look.fontWeight}` : "",
      ];
      const like = LIKE.has(one.tagName) ? [...new Set(children)].sort() : children;
      const whole = `${one.tagName}[${[...one.attributes].map(attribute).join(" ")}${marks.join("")}](${like.join()})`;
      if (one.tagName !== "MAIN") return whole;
      main = whole;
      return "MAIN";
    };
    return { shapes: [written(document.documentElement, ""), main], paints };
  };

  // ::before and ::after do not count as the background of a text. axe cannot judge text on a background image.
  const COLOURS = { runOnly: ["color-contrast"], checks: { "color-contrast": { options: { ignorePseudo: true } } } };

  globalThis.loge = {
    measure: () => {
      const { shapes, paints } = measure();
      return { shapes, paints: [...new Set(paints.values())], crowded: crowded() };
    },
    // Run the axe rules `rules`, if given, without contrast; and check the contrast of texts whose paint is in `fresh`.
    check: async (rules, fresh) => {
      const wrong = rules ? targets((await brought().run({ ...rules, resultTypes: ["violations"] })).violations) : [];
      if (!fresh.length) return { wrong, pale: [], passed: [] };
      const { paints } = measure();
      const include = [...paints].filter(([, paint]) => fresh.includes(paint)).map(([one]) => one);
      const report = await brought().run({ include }, { ...COLOURS, elementRef: true });
      const passed = report.passes.flatMap((rule) => rule.nodes).map((node) => paints.get(node.element));
      return { wrong, pale: targets(report.violations), passed: [...new Set(passed)].filter(Boolean) };
    },
  };
  const brought = () => {
    if (!globalThis.axe) bringAxe();
    return axe;
  };
  const targets = (violations) => violations.map((one) => [one.id, one.nodes[0].target]);
})();
