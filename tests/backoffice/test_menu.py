"""The menu of each role, and of whoever holds several: a long one stands in named parts, each entry in one of them."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from access.roles import ROLES
from backoffice.menu import MENU, NEAR, PARTS, SHORT, menu_of, parted
from tests.stories.walk import NO_PAGE
from tests.visits import visits

SPRITE = Path(__file__).resolve().parent.parent.parent / "templates/parts/sprite.html"
# Pages of whoever is signed in, reached from the foot of every page and from one another.
IN_THE_FOOT = ("look_rules", "mine", "own_looks", "own_question", "reference", "rules")
EVERYBODY = [*combinations(ROLES, 1), *combinations(ROLES, 2), tuple(ROLES)]


def test_each_entry_has_one_part():
    placed = [name for _part, names in PARTS for name in names]
    assert sorted(placed) == sorted(entry.url_name for entry in MENU) and len(placed) > 30


def test_each_page_stands_under_an_entry():
    """Or whoever is on it is not told where they are. Files, and what leads on, are no pages."""
    doors = {one.name for one in visits() if not one.door.api and "GET" in one.door.methods}
    pages = {name for name in doors if not name.endswith(("_export", "_file"))} - NO_PAGE.keys()
    assert len(pages) > 130
    assert pages - {name for entry in MENU for name in entry.under} == set(IN_THE_FOOT) | {"home"}


@pytest.mark.parametrize("roles", EVERYBODY, ids=" ".join)
def test_a_long_menu_is_parted_whole_and_a_short_one_is_not(roles):
    menu = menu_of(frozenset(roles), "")
    parts = parted(menu)
    if len(menu) <= SHORT:
        assert parts == []
        return
    said = [entry for _part, entries in parts for entry in entries]
    assert len(said) == len(menu) and {one.url for one in said} == {one.url for one in menu}
    assert 2 <= len(parts) <= len(PARTS) and all(entries for _part, entries in parts)
    assert [one.near for one in menu] == [True] * NEAR + [False] * (len(menu) - NEAR)


@pytest.mark.parametrize("role", ROLES)
def test_a_thumb_tells_the_entries_of_its_bar_apart_and_each_has_a_drawing(role):
    """In a stairwell the drawing is read before the word under it."""
    menu = menu_of(frozenset({role}), "")
    drawn = set(re.findall(r'id="i-(\w+)"', SPRITE.read_text(encoding="utf-8")))
    bar = [one.icon for one in menu if one.near]
    assert len(set(bar)) == len(bar) and {one.icon for one in menu} <= drawn


def test_a_manager_has_three_parts():
    parts = [
        (str(part), [entry.name for entry in entries])
        for part, entries in parted(menu_of(frozenset({"sector_manager"}), ""))
    ]
    assert [part for part, _names in parts] == ["Terrain", "À traiter", "Équipes"]
    assert max(len(names) for _part, names in parts) == 5
