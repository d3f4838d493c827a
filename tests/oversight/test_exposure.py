"""Exposure figures: for each role, the residents whose data it may open, and those whose data nobody has opened.

The figures are never computed for a single employee.
"""

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from access.compartments import Compartment as C
from oversight.models import ExposureDay
from tests.builders import OWNER, assign, events, make_person, paris_day, run
from tests.database.test_policies import as_role


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
    assert before[0] == before[1] == 8 * 3  # Eight caretakers have access to three residents each, all unopened.
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
