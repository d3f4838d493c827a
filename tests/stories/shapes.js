// What axe would answer of the page in sight hangs on its shape and on what its words are painted with. Both are
// written down here; tests/stories/shapes.py says what for.
"use strict";

(() => {
  const LEAST = 24; // CSS pixels: WCAG 2.2, 2.5.8
  // Attributes that hold words, addresses or figures of a case: that they are there is enough.
  const WORDS = new Set(`id value href src srcset action formaction name title alt placeholder label datetime download min
    max step maxlength minlength pattern aria-label aria-description aria-valuetext aria-valuenow aria-valuemin
    aria-valuemax d points x y x1 y1 x2 y2 cx cy r rx ry dx dy width height transform viewBox`.split(/\s+/));
  const LEADS = new Set(`for form list headers popovertarget aria-labelledby aria-describedby aria-details aria-controls
    aria-owns aria-errormessage aria-activedescendant`.split(/\s+/));
  const LIKE = new Set(["TBODY", "UL", "OL", "SELECT", "DATALIST", "svg", "g"]); // what they hold is one after another
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

  // Is anything to press covered in part by another, or smaller than a fingertip with another near its middle? Of
  // nothing else does axe say that it is too small. What stays on the screen lies over what is scrolled away.
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

  // May a link be taken for a word beside it? Not where nothing stands beside it in a block of its own.
  const amongWords = (one) => !/^(block|list-item|flex|grid)$/.test(getComputedStyle(one.parentElement).display) ||
    [...one.parentElement.childNodes].some((node) => node !== one && node.textContent.trim());

  // Beside the page, or no larger than a point, is where words wait for whoever listens, or for the keyboard.
  const seen = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom + scrollY > 0;
  };

  const read = () => {
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
      if (look && (children.includes("t") || children.includes("i") || one.matches(FIELDS)) && seen(one))
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

  // What lies before or after words, as style sheets put it there, is not what they are painted on; as ever, what is
  // painted on a picture axe cannot tell.
  const COLOURS = { runOnly: ["color-contrast"], checks: { "color-contrast": { options: { ignorePseudo: true } } } };

  globalThis.loge = {
    read: () => {
      const { shapes, paints } = read();
      return { shapes, paints: [...new Set(paints.values())], crowded: crowded() };
    },
    // By `rules`, all but colours, if there are any; and of words painted as one of `fresh`, their colours.
    asked: async (rules, fresh) => {
      const wrong = rules ? said((await brought().run({ ...rules, resultTypes: ["violations"] })).violations) : [];
      if (!fresh.length) return { wrong, pale: [], passed: [] };
      const { paints } = read();
      const include = [...paints].filter(([, paint]) => fresh.includes(paint)).map(([one]) => one);
      const told = await brought().run({ include }, { ...COLOURS, elementRef: true });
      const passed = told.passes.flatMap((rule) => rule.nodes).map((node) => paints.get(node.element));
      return { wrong, pale: said(told.violations), passed: [...new Set(passed)].filter(Boolean) };
    },
  };
  const brought = () => {
    if (!globalThis.axe) bringAxe();
    return axe;
  };
  const said = (violations) => violations.map((one) => [one.id, one.nodes[0].target]);
})();
