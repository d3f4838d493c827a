"""Axe is asked once of what is alike; what is wrong is told wherever it stands, on a page looked at before as well."""

import pytest

from tests.stories.shapes import Seen
from tests.stories.visit import Visit

pytestmark = pytest.mark.browser
# Under the content security policy no style may stand in a page: a fault comes by a sheet, or by what is taken away.
_STYLE = """rule => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rule);
    document.adoptedStyleSheets = [sheet];
}"""
_PALE = "main :is(h1, p, label) { color: color-mix(in srgb, currentColor 20%, Canvas) }"
_BEFORE = "main { position: relative } main::before { content: ''; position: absolute; inset: 0; z-index: -1 }"
_COVERED = """() => document.querySelector('main').prepend(...['0 0 0 0', '0 0 0 -80px'].map(margin => {
    const wide = Object.assign(document.createElement('button'), { textContent: 'Ouvrir' });
    wide.style.cssText = `all: revert; min-height: 0; width: 90px; height: 40px; padding: 0; margin: ${margin}`;
    return wide;
}))"""
# By the rule that axe names, and after a colon what it names it for.
FAULTS = {
    "color-contrast": (_STYLE, _PALE),
    "color-contrast: over what a sheet puts before the page": (
        _STYLE,
        _PALE + _BEFORE + "main::before { background: Canvas }",
    ),
    "target-size: covered by another": (_COVERED, None),
    "label": ("() => document.querySelectorAll('label').forEach(label => label.remove())", None),
    "target-size": (
        """() => document.querySelector('main').prepend(...[1, 2].map(() => {
        const close = Object.assign(document.createElement('button'), { textContent: '×' });
        close.style.cssText = 'all: revert; min-height: 0; width: 12px; height: 12px; padding: 0; margin: 0';
        return close;
    }))""",
        None,
    ),
    "heading-order": ("() => document.querySelector('main').append(document.createElement('h6'))", None),
    "aria-roles": ("() => document.querySelector('main p').setAttribute('role', 'door')", None),
    "button-name": ("() => document.querySelectorAll('main button').forEach(one => one.replaceChildren())", None),
    "link-name": ("() => document.querySelectorAll('a').forEach(one => one.replaceChildren())", None),
    "html-has-lang": ("() => document.documentElement.removeAttribute('lang')", None),
    "document-title": ("() => { document.title = '' }", None),
    "landmark-unique": (
        "() => document.querySelector('main').append(...[1, 2].map(() => document.createElement('nav')))",
        None,
    ),
}
_MORE = """() => {
    document.querySelectorAll('main :is(h1, label)').forEach(one => { one.textContent = 'Tout autre chose' });
    const last = document.querySelector('.foot ul li:last-child');
    last.after(last.cloneNode(true), last.cloneNode(true));
}"""


@pytest.fixture
def somebody(browser, served, monkeypatch):
    """At the entrance, for the first time on this run and the second, and there is nothing to find."""
    monkeypatch.setattr("tests.stories.visit.SEEN", Seen())
    somebody = Visit(browser.new_page(reduced_motion="reduce"), served)
    somebody.page.goto(f"{served}/entrer/")
    somebody.looks_over()
    somebody.looks_over()
    assert somebody.problems() == []
    return somebody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_wrong_is_told_on_a_page_that_is_known_and_told_again(somebody, scheme):
    somebody.page.emulate_media(color_scheme=scheme)
    untold = []
    for fault, (planted, given) in FAULTS.items():
        rule = fault.partition(":")[0]
        somebody.page.reload()
        somebody.page.evaluate(planted, given)
        for again in range(2):
            somebody.asks_axe()
            if not any(one.startswith(f"axe: {rule} ") for one in somebody.problems()):
                untold.append((fault, again))
            somebody._faults.clear()
    assert untold == []


def test_what_is_alike_is_asked_of_once(somebody, monkeypatch):
    asked = []
    plain = somebody._beside
    monkeypatch.setattr(somebody, "_beside", lambda words: asked.append(words) or plain(words))
    somebody.looks_over()
    somebody.page.reload()
    somebody.page.evaluate(_MORE)
    somebody.looks_over()
    assert [words[:40] for words in asked if "loge.asked(" in words] == []
    assert len(asked) == 2 and all("loge.read()" in words for words in asked)
