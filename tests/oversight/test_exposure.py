"""Exposure figures: for each role, the residents whose data it may open, and those whose data nobody has opened.

The figures are never computed for a single employee.
"""

from collections import Counter
from random import Random

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from access.compartments import Compartment as C
from access.models import Level
from oversight.models import ExposureDay
from tests.builders import (
    OWNER,
    assign,
    events,
    leave_line,
    let,
    make_building,
    make_person,
    make_place,
    make_tenant,
    make_unit,
    paris_day,
    run,
)
from tests.database.test_policies import as_role

# Lists every pair of an employee and a resident whose data the employee may open, to check the command's figures.
PAIRS = """
    WITH reaching AS (
        SELECT a.person_id AS person, a.role, b.id AS building FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'card'
        JOIN access_place q ON q.id = a.place_id JOIN access_place b ON starts_with(b.path, q.path)
        WHERE loge_today() BETWEEN a.first_day AND a.last_day AND (a.ended_on IS NULL OR a.ended_on > loge_today())
    )
    SELECT DISTINCT r.role, r.person, h.tenant_id, EXISTS (
        SELECT FROM audit_event e WHERE e.actor = r.person AND e.at > loge_now() - interval '1 year'
        AND e.outcome IN ('shown', 'changed') AND (h.tenant_id = ANY (e.shown) OR h.tenant_id = e.about))
    FROM reaching r JOIN tenants_residence h ON h.building_id = r.building AND h.moved_in <= loge_today()
        AND (h.moved_out IS NULL OR h.moved_out >= loge_today())"""


def figures_of_pairs() -> dict[str, tuple[int, int]]:
    """Return (pairs, unused pairs) by role. A pair is an employee and a resident whose data the employee may open.

    A pair is unused if the employee has not opened the data in a year. Roles of fewer than five people are counted
    together, under the key "".
    """
    pairs = run(PAIRS)
    people = Counter(role for role, _person in {pair[:2] for pair in pairs})
    groups: dict[str, list[tuple]] = {}
    for role, person, _tenant, used in pairs:
        groups.setdefault(role if people[role] >= 5 else "", []).append((person, used))
    return {
        role: (len(listed), sum(not used for _person, used in listed))
        for role, listed in groups.items()
        if len({person for person, _used in listed}) >= 5
    }


def measure() -> dict[str, tuple[int, int]]:
    call_command("measure_exposure")
    today = ExposureDay.objects.using(OWNER).filter(day=paris_day())
    return {row.role: (row.possible, row.unused) for row in today}


@pytest.fixture
def team(landlord):
    """Add five caretakers to the test landlord's three, because a role of fewer than five is not measured alone."""
    return [
        assign(
            make_person(f"Gardien {number}", landlord.place("Secteur Glycines")),
            "caretaker",
            landlord.place("Glycines A"),
        )
        for number in range(5)
    ]


def test_roles_of_fewer_than_five_people_are_not_measured_alone(landlord):
    """A role with fewer than five people must not be measured alone, because the figures could identify a person.

    The test landlord has three caretakers, a manager and three officers, so only all roles together are measured.
    """
    assert [*measure()] == [""]
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE role = 'officer'")
    assert measure() == {}


def test_residents_already_opened_count_as_used(landlord, team, sign_in):
    before = measure()["caretaker"]
    assert before[0] == before[1] == 8 * 3  # Eight caretakers may open three residents each, and have opened none.
    sign_in("awa").get(f"/immeubles/{landlord.building('Glycines A').pk}/")
    assert measure()["caretaker"] == (24, 21)
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE id = %s", team[0].pk)
    assert measure()["caretaker"] == (21, 18)
    run("UPDATE access_person SET is_active = false WHERE id = %s", team[1].person_id)
    assert measure()["caretaker"] == (18, 15)


def test_second_measure_replaces_the_first_and_old_rows_are_deleted(landlord, team):
    first = measure()
    run("UPDATE oversight_exposureday SET day = loge_today() - 1097")
    assert measure() == first and ExposureDay.objects.using(OWNER).count() == len(first)
    assert events(kind="exposure_measured")[-1]["facts"] == {"rows": len(first)}


def test_only_the_dpo_reads_exposure_as_weekly_figures(landlord, team, sign_in):
    assert "Aucune mesure n’est encore disponible" in sign_in("ines").get("/trace/exposition/").content.decode()
    measure()
    page = sign_in("ines").get("/trace/exposition/").content.decode()
    assert "24 sur 24, soit 100" in page and "Gardien 1" not in page and page.count('class="weeks') >= 1
    assert "Exposition" in sign_in("ines").get("/trace/").content.decode() or "exposition" in page
    for name in ("awa", "georges", "jules", "elise"):
        assert sign_in(name).get("/trace/exposition/").status_code == 403
    count = "SELECT count(*) > 0 FROM oversight_exposureday"
    assert as_role(C.ALL_TRACE, landlord.person("ines").pk, count) == [(True,)]
    assert as_role(C.ALL_TRACE, landlord.person("jules").pk, count) == [(False,)]
    for wrong in ("SELECT oversight_measure_exposure()", "UPDATE oversight_exposureday SET unused = 0"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(C.ALL_TRACE, landlord.person("ines").pk, wrong)


def test_figures_equal_a_list_of_all_pairs(landlord, team, sign_in):
    sign_in("awa").get(f"/immeubles/{landlord.building('Glycines A').pk}/")
    assert measure() == figures_of_pairs() != {}


def invent_landlord(rng: Random) -> None:
    """Create employees with overlapping assignments, residents in several buildings, and views of residents."""
    top = make_place(Level.ORGANISATION, "Organisme")
    sectors = [make_place(Level.SECTOR, f"Secteur {number}", top) for number in range(3)]
    houses = [make_building(f"Immeuble {number}", rng.choice(sectors)) for number in range(8)]
    people = [make_person(f"Personne {number}", top, is_active=rng.random() < 0.9) for number in range(16)]
    # Four officers and four managers are counted together, because no row may have fewer than five people.
    for number, person in enumerate(people):
        for role in {"caretaker", ("officer", "sector_manager", "front_desk", "caretaker")[number // 4]}:
            for place in rng.sample([top, *sectors, *(house.place for house in houses)], rng.randint(1, 3)):
                assign(person, role, place, rng.choice((-30, -30, -30, 5)), rng.choice((200, 200, 20)))
    tenants = [make_tenant(f"Nom{number}") for number in range(24)]
    for number in range(20):
        unit = make_unit(rng.choice(houses), str(number))
        let(unit, *rng.sample(tenants, rng.randint(1, 3)), start=-400, end=rng.choice((None, None, None, -10, 0)))
    for _ in range(30):
        viewed, about = rng.sample(tenants, rng.randint(0, 4)), rng.choice([None, *tenants])
        leave_line(
            "residents_listed", rng.choice(people), about, day=rng.choice((0, -100, -364, -367)),
            shown=[tenant.pk for tenant in viewed], outcome=rng.choice(("shown", "changed", "refused")),
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_figures_of_an_invented_landlord_equal_a_list_of_all_pairs(bare, seed):
    invent_landlord(Random(seed))
    figures = measure()
    assert figures == figures_of_pairs() and figures.keys() == {"caretaker", ""}
    assert any(unused < possible for possible, unused in figures.values())
    several = "SELECT tenant_id FROM tenants_residence WHERE moved_out IS NULL GROUP BY 1"
    assert run(f"{several} HAVING count(DISTINCT building_id) > 1")
