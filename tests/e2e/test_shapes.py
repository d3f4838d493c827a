"""The accessibility checker axe checks similar pages only once, but must report a fault added to a checked page."""

import pytest

from tests.e2e.shapes import Seen
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser
# Script: add a style sheet by JavaScript, because the content security policy forbids inline styles.
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
# Faults in a page. Name of the axe rule that must report the fault -> script that adds it, and the script's argument.
# A key of FAULTS may add a colon and a description to the rule's name, because one axe rule can report several faults.
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
    """Open the sign-in page and check it twice, so that its structure is known when a test adds a fault."""
    monkeypatch.setattr("tests.e2e.visit.SEEN", Seen())
    somebody = Visit(browser.new_page(reduced_motion="reduce"), served)
    somebody.page.goto(f"{served}/entrer/")
    somebody.looks_over()
    somebody.looks_over()
    assert somebody.problems() == []
    return somebody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_faults_are_reported_again_on_a_known_page(somebody, scheme):
    somebody.page.emulate_media(color_scheme=scheme)
    missed = []
    for fault, (planted, given) in FAULTS.items():
        rule = fault.partition(":")[0]
        somebody.page.reload()
        somebody.page.evaluate(planted, given)
        for again in range(2):
            somebody.asks_axe()
            if not any(problem.startswith(f"axe: {rule} ") for problem in somebody.problems()):
                missed.append((fault, again))
            somebody._faults.clear()
    assert missed == []


def test_similar_page_is_not_sent_to_axe_again(somebody, monkeypatch):
    expressions = []
    plain = somebody._beside
    monkeypatch.setattr(somebody, "_beside", lambda words: expressions.append(words) or plain(words))
    somebody.looks_over()
    somebody.page.reload()
    somebody.page.evaluate(_MORE)
    somebody.looks_over()
    assert [words[:40] for words in expressions if "loge.check(" in words] == []
    assert len(expressions) == 2 and all("loge.measure()" in words for words in expressions)
