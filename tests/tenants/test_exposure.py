"""Standing exposure: possible looks at residents that nobody ever made use of, by role, and never by person."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from access.compartments import Compartment as C
from tenants.models import ExposureDay
from tests.builders import OWNER, assign, events, make_person, paris_day, run
from tests.database.test_locks import as_role


def measured() -> dict[str, tuple[int, int]]:
    call_command("measure_exposure")
    today = ExposureDay.objects.using(OWNER).filter(day=paris_day())
    return {row.role: (row.possible, row.unused) for row in today}


@pytest.fixture
def team(house):
    """Five caretakers of one building, beside the two of the sector and the one of the quay."""
    return [
        assign(
            make_person(f"Gardien {number}", house.place("Secteur Glycines")), "caretaker", house.place("Glycines A")
        )
        for number in range(5)
    ]


def test_under_five_people_nothing_is_said_of_a_role(house):
    """Three caretakers, a manager and three officers, one of them twice: six people together, no role by itself."""
    assert [*measured()] == [""]
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE role = 'officer'")
    assert measured() == {}


def test_what_somebody_was_shown_is_no_exposure_of_theirs(house, team, sign_in):
    before = measured()["caretaker"]
    assert before[0] == before[1] == 8 * 3  # eight caretakers, each of a building where three people live
    sign_in("awa").get(f"/immeubles/{house.building('Glycines A').pk}/")
    assert measured()["caretaker"] == (24, 21)
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE id = %s", team[0].pk)
    assert measured()["caretaker"] == (21, 18)
    run("UPDATE access_person SET is_active = false WHERE id = %s", team[1].person_id)
    assert measured()["caretaker"] == (18, 15)


def test_measured_again_it_is_one_row_and_old_ones_go(house, team):
    first = measured()
    run("UPDATE tenants_exposureday SET day = loge_today() - 1097")
    assert measured() == first and ExposureDay.objects.using(OWNER).count() == len(first)
    assert events(kind="exposure_measured")[-1]["facts"] == {"rows": len(first)}


def test_the_officer_reads_it_as_weeks_and_nobody_else_does(house, team, sign_in):
    assert "Rien n’est mesuré encore" in sign_in("ines").get("/trace/exposition/").content.decode()
    measured()
    page = sign_in("ines").get("/trace/exposition/").content.decode()
    assert "24 sur 24, soit 100" in page and "Gardien 1" not in page and page.count('class="weeks') >= 1
    assert "Exposition" in sign_in("ines").get("/trace/").content.decode() or "exposition" in page
    for name in ("awa", "georges", "jules", "elise"):
        assert sign_in(name).get("/trace/exposition/").status_code == 403
    count = "SELECT count(*) > 0 FROM tenants_exposureday"
    assert as_role(C.ALL_TRACE, house.person("ines").pk, count) == [(True,)]
    assert as_role(C.ALL_TRACE, house.person("jules").pk, count) == [(False,)]
    for wrong in ("SELECT tenants_measure_exposure()", "UPDATE tenants_exposureday SET unused = 0"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(C.ALL_TRACE, house.person("ines").pk, wrong)
