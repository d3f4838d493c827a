"""The menu of each role, and of whoever holds several: a long one stands in named parts, each entry in one of them."""

from itertools import combinations

import pytest

from access.roles import ROLES
from desk.menu import MENU, NEAR, PARTS, SHORT, menu_of, parted

EVERYBODY = [*combinations(ROLES, 1), *combinations(ROLES, 2), tuple(ROLES)]


def test_each_entry_has_one_part():
    placed = [name for _part, names in PARTS for name in names]
    assert sorted(placed) == sorted(entry.url_name for entry in MENU) and len(placed) > 30


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


def test_a_manager_has_three_parts():
    parts = [
        (str(part), [entry.name for entry in entries])
        for part, entries in parted(menu_of(frozenset({"sector_manager"}), ""))
    ]
    assert [part for part, _names in parts] == ["Terrain", "À traiter", "Équipes"]
    assert max(len(names) for _part, names in parts) == 5
