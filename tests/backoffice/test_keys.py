"""The keys of the pages can be switched off, and every one that is told of is somewhere on a page."""

import re
from pathlib import Path

from backoffice.views.keys import COOKIE, KEYS

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
ARROWS = {"→": "arrowright", "←": "arrowleft"}


def test_they_are_switched_off_and_on_again_and_the_page_says_which(house, sign_in):
    elise = sign_in("elise")
    assert 'data-keys="on"' in elise.get("/comptes/").content.decode()
    answer = elise.post("/touches/", {"off": "1"}, follow=True)
    assert "Les raccourcis sont désactivés" in answer.content.decode() and elise.cookies[COOKIE]["httponly"]
    assert 'data-keys="off"' in elise.get("/comptes/").content.decode()
    elise.post("/touches/", {"on": "1"})
    assert 'data-keys="on"' in elise.get("/comptes/").content.decode()


def test_only_desks_have_the_box_and_the_keys(house, sign_in):
    for name, action in (("elise", "/comptes/recherche/"), ("helene", "/ecritures/"), ("awa", ""), ("georges", "")):
        body = sign_in(name).get("/ma-trace/").content.decode()
        assert re.findall(r'class="search desk[^>]*action="([^"]+)"', body) == [action] * bool(action)
        assert ("/touches/" in body) == bool(action)
        assert body.count('type="search"') == bool(action)


def test_a_desk_has_one_search_box_on_the_pages_of_buildings_too(house, sign_in):
    """Two boxes one above the other are a question at each of sixty accounts; the key leads to the one there is."""
    elise, awa = sign_in("elise"), sign_in("awa")
    for page in (f"/immeubles/{house.building('Glycines A').pk}/", "/immeubles/chercher/"):
        body = elise.get(page).content.decode()
        assert body.count('type="search"') == body.count('data-key="/"') == 1, page
        assert awa.get(page).content.decode().count('type="search"') == 1, page


def test_every_key_told_of_reaches_something_and_every_other_is_told_of():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    pages += (TEMPLATES.parent / "tenants/forms/entries.py").read_text(encoding="utf-8")
    reached = {key.lower() for key in re.findall(r'data-key"?[=:] ?"([^"{]+)"', pages)}
    told = {ARROWS.get(key, key.lower()) for key, _what in KEYS} - {"↓"}
    assert told == reached
