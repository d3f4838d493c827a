"""The picture of a building's façade must show the right state of each dwelling, such as occupied, vacant or discreet.

The tests use unsaved models without a database.
"""

import re
from datetime import date
from uuid import uuid4

from django.template.loader import render_to_string

from buildings.models import Unit
from tenants import facade
from tenants.facade import State
from tenants.models import Lease, Residence, Tenant

DAY = date(2026, 11, 24)


def flat(door="11", floor=1, staircase="A", **fields):
    return Unit(id=uuid4(), door=door, floor=floor, staircase=staircase, **fields)


def resident(unit, name="Okonkwo", moved_in=date(2019, 3, 1), moved_out=None, lease=None, title="mr"):
    tenant = Tenant(id=uuid4(), last_name=name, title=title)
    return Residence(
        id=uuid4(),
        tenant=tenant,
        name_key=name.lower(),
        unit=unit,
        lease=Lease(id=lease or uuid4()),
        moved_in=moved_in,
        moved_out=moved_out,
    )


def door_of(unit, people=(), lease=None):
    [door] = facade.dwellings([unit], people, {unit.pk: lease} if lease else {}, DAY)
    return door


def test_door_with_a_resident_is_lived_in_and_links_to_the_card():
    unit, lease = flat(), uuid4()
    person = resident(unit, lease=lease)
    door = door_of(unit, [person], lease)
    assert (door.state, door.name, door.label, door.let) == (State.LIVED_IN, "Okonkwo", "11", True)
    assert str(person.pk) in door.url


def test_let_dwelling_without_a_visible_resident_is_discreet_without_link():
    door = door_of(flat(), [], uuid4())
    assert (door.state, door.name, door.url, door.note) == (State.DISCREET, "", "", "")


def test_dwelling_without_a_lease_is_vacant():
    assert door_of(flat()).state is State.VACANT


def test_arriving_and_leaving_residents_show_their_day():
    unit, lease = flat(), uuid4()
    arrives = door_of(unit, [resident(unit, moved_in=date(2026, 11, 26), lease=lease)], lease)
    leaves = door_of(unit, [resident(unit, moved_out=date(2026, 12, 1), lease=lease)], lease)
    left = door_of(unit, [resident(unit, moved_out=date(2026, 11, 20), lease=lease)])
    assert (arrives.state, arrives.note) == (State.ARRIVES, "arrive le 26")
    assert (leaves.state, leaves.note) == (State.LEAVES, "part le 1er")
    assert (left.state, left.note, left.let) == (State.LEAVES, "parti le 20", False)


def test_each_household_of_a_dwelling_has_a_link_of_its_own():
    unit = flat()
    left = resident(unit, "Herbin", moved_out=date(2026, 11, 20), title="mrs")
    comes = resident(unit, "Camara", moved_in=date(2026, 11, 29))
    door = door_of(unit, [left, comes], comes.lease_id)
    assert [(home.name, home.note) for home in door.households] == [
        ("Herbin", "partie le 20"),
        ("Camara", "arrive le 29"),
    ]
    assert str(left.pk) in door.households[0].url and str(comes.pk) in door.households[1].url
    cell = render_to_string("parts/facade.html", {"stair": facade.stairs([door])[0]})
    assert re.findall('href="([^"]*)"', cell.split("</svg>", 1)[1]).count(door.households[1].url) == 1
    assert cell.count("<a ") == 2 and "partie le 20" in cell


def test_couple_that_left_has_one_link_and_a_note_without_gender():
    unit, lease = flat(), uuid4()
    couple = [resident(unit, moved_out=date(2026, 11, 20), lease=lease, title=title) for title in ("mrs", "mr")]
    door = door_of(unit, couple)
    assert (door.households, door.note) == ((), "départ le 20")


def test_resident_who_leaves_in_months_is_lived_in():
    unit, lease = flat(), uuid4()
    assert door_of(unit, [resident(unit, moved_out=date(2027, 3, 1), lease=lease)], lease).state is State.LIVED_IN


def test_dwelling_is_lived_in_while_one_of_two_stays():
    unit, lease = flat(), uuid4()
    couple = [resident(unit, lease=lease), resident(unit, moved_out=date(2026, 11, 28), lease=lease)]
    assert door_of(unit, couple, lease).state is State.LIVED_IN


def test_discreet_household_between_two_others_stays_discreet():
    """A dwelling let to a household under a discreet mark must be shown as discreet, whatever else is known of it.

    If the page showed only the former and future residents, the dwelling would seem to be vacant in the meantime.
    """
    unit, hidden = flat(), uuid4()
    others = [resident(unit, moved_out=date(2026, 11, 20)), resident(unit, moved_in=date(2026, 12, 5))]
    assert door_of(unit, others[:1], hidden).state is State.DISCREET
    assert door_of(unit, others[1:], hidden).state is State.DISCREET


def test_names_appear_once_in_alphabetical_order():
    unit, lease = flat(), uuid4()
    door = door_of(
        unit,
        [resident(unit, "Petit", lease=lease), resident(unit, "Ba", lease=lease), resident(unit, "Ba", lease=lease)],
        lease,
    )
    assert door.name == "Ba, Petit"


def test_doors_are_ordered_by_walk_from_the_top_and_numerically():
    units = [flat("10", 1), flat("2", 1), flat("31", 3), flat("5", 2, "B"), flat("01", 0)]
    stairs = facade.stairs(facade.dwellings(units, [], {}, DAY))
    walk = [(s.name, f.number, [d.label for d in f.doors]) for s in stairs for f in s.floors]
    assert walk == [("A", 3, ["31"]), ("A", 1, ["2", "10"]), ("A", 0, ["01"]), ("B", 2, ["5"])]


def test_dwellings_without_door_have_stable_numbers():
    units = [flat("", None, "", source_key=f"75-1:{n}") for n in (10, 9, 1)]
    doors = facade.dwellings(units, [], {}, DAY)
    assert [(door.unit.source_key, door.label) for door in doors] == [
        ("75-1:1", "n°\u00a01"),
        ("75-1:9", "n°\u00a02"),
        ("75-1:10", "n°\u00a03"),
    ]
    stairs = facade.stairs(doors)
    assert not facade.is_known(stairs) and not facade.is_easy(stairs) and not facade.is_drawable(stairs)
    assert facade.drawing(units) == facade.Drawing()


def test_building_past_four_doors_or_twelve_floors_is_shown_as_a_list():
    def built(floors, doors):
        units = [flat(str(n * 10 + d), n) for n in range(floors) for d in range(doors)]
        return facade.stairs(facade.dwellings(units, [], {}, DAY))

    assert facade.is_easy(built(12, 4))
    assert not facade.is_easy(built(13, 4)) and not facade.is_easy(built(12, 5))
    assert facade.is_drawable(built(29, 5)) and not facade.is_drawable(built(3, 9))


def test_small_drawing_marks_one_lit_window_and_vacant_ones():
    units = [flat("01", 0), flat("02", 0), flat("11", 1), flat("12", 1)]
    drawn = facade.drawing(units, vacant=[units[1].pk], lit=units[2].pk)
    assert (drawn.floors, drawn.columns, drawn.vacant, drawn.lit) == (2, 2, [(0, 1)], (1, 0))


def test_drawing_accounts_for_a_cellar_and_scales_a_tower():
    cellar = [flat("S1", -1), flat("01", 0)]
    assert facade.drawing(cellar, lit=cellar[1].pk).lit == (1, 0)
    tower = [flat(str(n), n) for n in range(40)]
    drawn = facade.drawing(tower, lit=tower[39].pk)
    assert (drawn.floors, drawn.lit) == (20, (19, 0))


def test_part_contains_whole_staircases_or_floors_of_one():
    """If a large building is shown in parts, each dwelling must be in exactly one part, and no part may be too long."""
    shapes = ([("A", 40), ("B", 40), ("C", 60), ("D", 10)], [("A", 250)], [("A", 119), ("B", 2)], [("", 1)], [])
    cut = []
    for shape in shapes:
        units = [flat(f"{n:03}", n // 4, stair) for stair, size in shape for n in range(size)]
        parts = facade.parts(facade.stairs(facade.dwellings(units, [], {}, DAY)))
        listed = [
            door.unit.pk for part in parts for stair in part.stairs for floor in stair.floors for door in floor.doors
        ]
        assert listed == [unit.pk for unit in sorted(units, key=facade.in_place)]
        assert all(len(part.units) <= facade.MOST_AT_ONCE for part in parts)
        cut.append([(part.whole, [stair.name for stair in part.stairs]) for part in parts])
    assert cut == [
        [(True, ["A", "B"]), (True, ["C", "D"])],
        [(False, ["A"])] * 3,
        [(True, ["A"]), (True, ["B"])],
        [(True, [""])],
        [],
    ]
    nowhere = [flat(f"{n:03}", None) for n in range(130)]
    assert len(facade.parts(facade.stairs(facade.dwellings(nowhere, [], {}, DAY)))) == 2
