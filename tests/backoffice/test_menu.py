"""Each menu entry must belong to one named part of the menu, and each page must belong to one entry.

Only a long menu is divided into parts.
"""

import re
from itertools import combinations
from pathlib import Path

import pytest

from access.roles import ROLES
from backoffice.menu import NEAR, PARTS, SHORT, menu_of, parted
from backoffice.menu_entries import MENU
from tests.e2e.walk import NO_PAGE
from tests.visits import visits

SPRITE = Path(__file__).resolve().parent.parent.parent / "static/loge/sprite.svg"
# Pages to which every page links at its foot, so they have no menu entry. Everybody who is signed in may open them.
IN_THE_FOOT = ("first_steps", "look_rules", "mine", "own_looks", "own_question", "reference", "rules")
EVERYBODY = [*combinations(ROLES, 1), *combinations(ROLES, 2), tuple(ROLES)]


def test_each_entry_is_in_one_part():
    placed = [name for _part, names in PARTS for name in names]
    assert sorted(placed) == sorted(entry.url_name for entry in MENU) and len(placed) > 30


def test_each_page_belongs_to_an_entry():
    """Every page must mark one menu entry as the current one. Downloads and redirects are not pages."""
    doors = {item.name for item in visits() if not item.door.api and "GET" in item.door.methods}
    pages = {name for name in doors if not name.endswith(("_export", "_file"))} - NO_PAGE.keys()
    assert len(pages) > 130
    assert pages - {name for entry in MENU for name in entry.under} == set(IN_THE_FOOT) | {"home"}


@pytest.mark.parametrize("roles", EVERYBODY, ids=" ".join)
def test_only_a_long_menu_is_divided_into_parts(roles):
    menu = menu_of(frozenset(roles), "")
    parts = parted(menu)
    if len(menu) <= SHORT:
        assert parts == ()
        return
    text = [entry for _part, entries in parts for entry in entries]
    assert len(text) == len(menu) and {item.url for item in text} == {item.url for item in menu}
    assert 2 <= len(parts) <= len(PARTS) and all(entries for _part, entries in parts)
    assert [item.near for item in menu] == [True] * NEAR + [False] * (len(menu) - NEAR)


@pytest.mark.parametrize("role", ROLES)
def test_icons_of_the_bar_are_distinct_and_exist(role):
    """The icons in a telephone's menu bar must differ, because people recognise them before they read the labels."""
    menu = menu_of(frozenset({role}), "")
    drawn = set(re.findall(r'id="i-(\w+)"', SPRITE.read_text(encoding="utf-8")))
    bar = [item.icon for item in menu if item.near]
    assert len(set(bar)) == len(bar) and {item.icon for item in menu} <= drawn


def test_sector_manager_menu_has_three_parts():
    parts = [
        (str(part), [entry.name for entry in entries])
        for part, entries in parted(menu_of(frozenset({"sector_manager"}), ""))
    ]
    assert [part for part, _names in parts] == ["Terrain", "À traiter", "Équipes"]
    assert max(len(names) for _part, names in parts) == 6 and "coverage" in parts[-1][1]
