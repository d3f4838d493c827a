"""The first row of a list is three keystrokes away: a skip link of each list page leads to the list."""

import re

from tests.architecture.source import ROOT

TEMPLATES = {path.relative_to(ROOT / "templates").as_posix(): path for path in (ROOT / "templates").rglob("*.html")}
LINK = re.compile(r'{% block skip_list %}.*?href="#([^"{]+)".*?{% endblock %}')


def with_parts(name: str) -> str:
    """Return the text of a template and of the templates that it includes."""
    text = TEMPLATES[name].read_text(encoding="utf-8")
    parts = set(re.findall(r'{% include "([^"]+)"', text)) - {name}
    return text + "".join(TEMPLATES[part].read_text(encoding="utf-8") for part in parts if part in TEMPLATES)


def test_every_skip_link_leads_to_an_element():
    targets = {name: found[1] for name, path in TEMPLATES.items() if (found := LINK.search(path.read_text("utf-8")))}
    assert len(targets) > 30
    assert [name for name, target in targets.items() if f'id="{target}"' not in with_parts(name)] == []


def test_every_list_that_sorts_or_has_pages_has_a_skip_link():
    """Every page with a sortable table needs a link that skips to it, unless its table is always short."""
    lists = {
        name for name in TEMPLATES if "{% extends" in with_parts(name) and ("parts/headings.html" in with_parts(name))
    }
    missing = {name for name in lists if "{% block skip_list %}" not in TEMPLATES[name].read_text(encoding="utf-8")}
    # These pages need no skip link, because their tables have only a few rows about one person, place or search.
    assert missing == {
        "access/assignments_change.html",
        "access/mine.html",
        "access/person.html",
        "access/place.html",
        "access/request_batch.html",
        "access/requests_decide.html",
        "access/review.html",
        "ledger/accounts_search.html",
    }
