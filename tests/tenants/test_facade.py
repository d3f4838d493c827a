"""What a door shows, from rows alone."""

from datetime import date
from uuid import uuid4

from buildings.models import Unit
from tenants import facade
from tenants.facade import State
from tenants.models import Lease, Residence, Tenant

DAY = date(2026, 11, 24)


def flat(door="11", floor=1, staircase="A", **fields):
    return Unit(id=uuid4(), door=door, floor=floor, staircase=staircase, **fields)


def lives(unit, name="Okonkwo", moved_in=date(2019, 3, 1), moved_out=None, lease=None):
    tenant = Tenant(id=uuid4(), last_name=name)
    return Residence(
        id=uuid4(),
        tenant=tenant,
        name_key=name.lower(),
        unit=unit,
        lease=Lease(id=lease or uuid4()),
        moved_in=moved_in,
        moved_out=moved_out,
    )


def shown(unit, people=(), lease=None):
    [door] = facade.dwellings([unit], people, {unit.pk: lease} if lease else {}, DAY)
    return door


def test_a_door_with_somebody_is_lived_in_and_leads_to_the_card():
    unit, lease = flat(), uuid4()
    person = lives(unit, lease=lease)
    door = shown(unit, [person], lease)
    assert (door.state, door.name, door.label, door.let) == (State.LIVED_IN, "Okonkwo", "11", True)
    assert str(person.pk) in door.url


def test_a_let_dwelling_with_nobody_to_show_is_discreet_and_leads_nowhere():
    door = shown(flat(), [], uuid4())
    assert (door.state, door.name, door.url, door.note) == (State.DISCREET, "", "", "")


def test_without_a_lease_it_is_vacant():
    assert shown(flat()).state is State.VACANT


def test_who_arrives_and_who_leaves_say_which_day():
    unit, lease = flat(), uuid4()
    arrives = shown(unit, [lives(unit, moved_in=date(2026, 11, 26), lease=lease)], lease)
    leaves = shown(unit, [lives(unit, moved_out=date(2026, 12, 1), lease=lease)], lease)
    left = shown(unit, [lives(unit, moved_out=date(2026, 11, 20), lease=lease)])
    assert (arrives.state, arrives.note) == (State.ARRIVES, "arrive le 26")
    assert (leaves.state, leaves.note) == (State.LEAVES, "part le 1er")
    assert (left.state, left.note, left.let) == (State.LEAVES, "parti le 20", False)


def test_who_leaves_far_ahead_still_lives_there():
    unit, lease = flat(), uuid4()
    assert shown(unit, [lives(unit, moved_out=date(2027, 3, 1), lease=lease)], lease).state is State.LIVED_IN


def test_when_one_of_two_leaves_the_other_still_lives_there():
    unit, lease = flat(), uuid4()
    couple = [lives(unit, lease=lease), lives(unit, moved_out=date(2026, 11, 28), lease=lease)]
    assert shown(unit, couple, lease).state is State.LIVED_IN


def test_a_discreet_household_between_others_stays_discreet():
    """Neither who left before it nor who comes after it may suggest that the dwelling is empty."""
    unit, hidden = flat(), uuid4()
    others = [lives(unit, moved_out=date(2026, 11, 20)), lives(unit, moved_in=date(2026, 12, 5))]
    assert shown(unit, others[:1], hidden).state is State.DISCREET
    assert shown(unit, others[1:], hidden).state is State.DISCREET


def test_names_stand_once_and_in_order():
    unit, lease = flat(), uuid4()
    door = shown(
        unit, [lives(unit, "Petit", lease=lease), lives(unit, "Ba", lease=lease), lives(unit, "Ba", lease=lease)], lease
    )
    assert door.name == "Ba, Petit"


def test_doors_stand_as_one_walks_from_the_top_and_two_before_ten():
    units = [flat("10", 1), flat("2", 1), flat("31", 3), flat("5", 2, "B"), flat("01", 0)]
    stairs = facade.stairs(facade.dwellings(units, [], {}, DAY))
    walk = [(s.name, f.number, [d.label for d in f.doors]) for s in stairs for f in s.floors]
    assert walk == [("A", 3, ["31"]), ("A", 1, ["2", "10"]), ("A", 0, ["01"]), ("B", 2, ["5"])]


def test_dwellings_nobody_described_have_a_number_that_stays():
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


def test_past_four_doors_or_twelve_floors_the_list_comes_first():
    def built(floors, doors):
        units = [flat(str(n * 10 + d), n) for n in range(floors) for d in range(doors)]
        return facade.stairs(facade.dwellings(units, [], {}, DAY))

    assert facade.is_easy(built(12, 4))
    assert not facade.is_easy(built(13, 4)) and not facade.is_easy(built(12, 5))
    assert facade.is_drawable(built(29, 5)) and not facade.is_drawable(built(3, 9))


def test_the_small_drawing_lights_one_window_and_empties_the_vacant_ones():
    units = [flat("01", 0), flat("02", 0), flat("11", 1), flat("12", 1)]
    drawn = facade.drawing(units, vacant=[units[1].pk], lit=units[2].pk)
    assert (drawn.floors, drawn.columns, drawn.vacant, drawn.lit) == (2, 2, [(0, 1)], (1, 0))


def test_a_cellar_moves_the_ground_up_and_a_tower_is_drawn_to_scale():
    cellar = [flat("S1", -1), flat("01", 0)]
    assert facade.drawing(cellar, lit=cellar[1].pk).lit == (1, 0)
    tower = [flat(str(n), n) for n in range(40)]
    drawn = facade.drawing(tower, lit=tower[39].pk)
    assert (drawn.floors, drawn.lit) == (20, (19, 0))


def test_a_page_holds_whole_staircases_or_some_floors_of_one():
    """However the building is made, each dwelling stands in one part, in walking order, and no part is too long."""
    shapes = ([("A", 40), ("B", 40), ("C", 60), ("D", 10)], [("A", 250)], [("A", 119), ("B", 2)], [("", 1)], [])
    cut = []
    for shape in shapes:
        units = [flat(f"{n:03}", n // 4, stair) for stair, size in shape for n in range(size)]
        parts = facade.parts(facade.stairs(facade.dwellings(units, [], {}, DAY)))
        here = [
            door.unit.pk for part in parts for stair in part.stairs for floor in stair.floors for door in floor.doors
        ]
        assert here == [unit.pk for unit in sorted(units, key=facade.in_place)]
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
