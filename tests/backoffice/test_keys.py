"""Keyboard shortcuts can be turned off, and the documented shortcuts are those that the pages use."""

import re
from pathlib import Path

from backoffice.keys import KEYS
from backoffice.preferences import KEYS_COOKIE as COOKIE

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
ARROWS = {"→": "arrowright", "←": "arrowleft"}


def test_shortcuts_can_be_turned_off_and_on(landlord, sign_in):
    elise = sign_in("elise")
    assert 'data-keys="on"' in elise.get("/comptes/").content.decode()
    answer = elise.post("/touches/", {"off": "1"}, follow=True)
    assert "Les raccourcis sont désactivés" in answer.content.decode() and elise.cookies[COOKIE]["httponly"]
    assert 'data-keys="off"' in elise.get("/comptes/").content.decode()
    elise.post("/touches/", {"on": "1"})
    assert 'data-keys="on"' in elise.get("/comptes/").content.decode()


def test_only_account_roles_have_search_box_and_shortcuts(landlord, sign_in):
    for name, action in (("elise", "/comptes/recherche/"), ("helene", "/ecritures/"), ("awa", ""), ("georges", "")):
        body = sign_in(name).get("/ma-trace/").content.decode()
        assert re.findall(r'class="search desk[^>]*action="([^"]+)"', body) == [action] * bool(action)
        assert ("/touches/" in body) == bool(action)
        assert body.count('type="search"') == bool(action)


def test_building_pages_have_one_search_box(landlord, sign_in):
    """A page must have at most one search box, because the shortcut focuses the search box."""
    elise, awa = sign_in("elise"), sign_in("awa")
    for page in (f"/immeubles/{landlord.building('Glycines A').pk}/", "/immeubles/chercher/"):
        body = elise.get(page).content.decode()
        assert body.count('type="search"') == body.count('data-key="/"') == 1, page
        assert awa.get(page).content.decode().count('type="search"') == 1, page


def test_documented_shortcuts_are_those_of_the_pages():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    pages += (TEMPLATES.parent / "ledger/forms/entries.py").read_text(encoding="utf-8")
    reached = {key.lower() for key in re.findall(r'data-key"?[=:] ?"([^"{]+)"', pages)}
    page = {ARROWS.get(key, key.lower()) for key, _what in KEYS} - {"↓"}
    assert page == reached
