"""Points and bands of stored applications are computed from the grid in force, without disclosing a sealed ground."""

import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from allocations.actions.scores import compute_scores
from allocations.models import Grid, GridLine, GridRubric, Income, Priority, SupportingDocument
from tests.allocations.builders import GRID_SOURCE, make_application, make_grid, make_member, open_occasion
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role

SCORES = "SELECT lines, points, total, provisional_total FROM allocations_score"
GROUND = (
    "INSERT INTO allocations_ground (id, application_id, code, proof, attested_on, ends_on, decided_on, decided_by_id)"
    " VALUES (gen_random_uuid(), %s, %s, 'court_decision', loge_today(), loge_today() + 90, loge_today(), %s)"
)


@pytest.fixture
def grid(landlord):
    return make_grid()


def months_ago(months: int):
    return run("SELECT (loge_today() - make_interval(months => %s))::date", months)[0][0]


@pytest.fixture
def application(landlord, grid):
    return make_application(landlord.place("Agence Belleville"), filed_on=months_ago(4))


def test_declared_household_gives_provisional_points_until_its_document_is_seen(landlord, application):
    make_member(application), make_member(application)
    compute_scores(by="test")
    assert run(SCORES) == [(["months_waited"], [4], 4, 16)]
    SupportingDocument.objects.using(OWNER).create(
        application=application, kind="household", seen_on=paris_day(), seen_by=landlord.person("aline")
    )
    compute_scores(by="test")
    assert run(SCORES) == [(["large_family", "lone_parent", "months_waited"], [7, 5, 4], 16, 16)]
    assert [event["facts"] for event in events(kind="scores_computed")] == [{"grid": 1, "applications": 1}] * 2


def test_waiting_beyond_three_years_adds_the_bonus(landlord, grid):
    make_application(landlord.place("Agence Belleville"), filed_on=months_ago(36))
    make_application(landlord.place("Agence Belleville"), filed_on=months_ago(37))
    compute_scores(by="test")
    assert run("SELECT total FROM allocations_score ORDER BY 1") == [(36,), (57,)]


def test_best_priority_of_its_rubric_counts_once(landlord, application):
    aline = landlord.person("aline")
    Priority.objects.using(OWNER).create(
        application=application,
        code="dalo",
        proof="decision",
        attested_on=paris_day(-9),
        ends_on=paris_day(9),
        recorded_on=paris_day(),
        recorded_by=aline,
    )
    run(GROUND, application.pk, "trafficking", aline.pk)
    compute_scores(by="test")
    assert run(SCORES) == [(["dalo", "months_waited"], [50, 4], 54, 54)]


@pytest.mark.parametrize("months", range(0, 24, 3))
def test_band_is_the_same_whichever_ground_is_recognised(landlord, grid, months):
    aline, place = landlord.person("aline"), landlord.place("Agence Belleville")
    for code in ("trafficking", "couple_violence"):
        run(GROUND, make_application(place, filed_on=months_ago(months)).pk, code, aline.pk)
    compute_scores(by="test")
    assert len(run("SELECT DISTINCT total FROM allocations_score")) == 2
    assert len(run("SELECT DISTINCT verified, declared FROM allocations_scoreband")) == 1


def test_band_does_not_tell_whether_an_open_priority_hides_a_ground(landlord, grid):
    aline, place = landlord.person("aline"), landlord.place("Agence Belleville")
    for also in (False, True):
        application = make_application(place, filed_on=months_ago(5))
        Priority.objects.using(OWNER).create(
            application=application,
            code="dalo",
            proof="decision",
            attested_on=paris_day(-9),
            ends_on=paris_day(9),
            recorded_on=paris_day(),
            recorded_by=aline,
        )
        if also:
            run(GROUND, application.pk, "trafficking", aline.pk)
    compute_scores(by="test")
    assert len(run("SELECT DISTINCT verified, declared FROM allocations_scoreband")) == 1


def test_officer_reads_the_band_and_no_points(landlord, application):
    aline = landlord.person("aline")
    open_occasion(application, aline)
    compute_scores(by="test")
    assert as_role(Compartment.APPLICANTS, aline.pk, "SELECT verified FROM allocations_scoreband") == [(0,)]
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.APPLICANTS, aline.pk, "SELECT total FROM allocations_score")


def test_income_of_this_year_counts_as_proved(landlord, grid, application):
    year = paris_day().year
    line = {"grid": grid, "code": "modest", "points": 9, "kind": "number", "feature": "income_euros", "at_most": 20_000}
    run("UPDATE allocations_grid SET ended_on = loge_today()")
    second = Grid.objects.using(OWNER).create(version=2, band_width=20, drafted_on=paris_day(), **GRID_SOURCE)
    rubric = GridRubric.objects.using(OWNER).create(grid=second, code="resources", mode="sum")
    GridLine.objects.using(OWNER).create(**line | {"grid": second, "rubric": rubric})
    Grid.objects.using(OWNER).filter(pk=second.pk).update(adopted_on=paris_day())
    Income.objects.using(OWNER).create(
        application=application, signing_year=year, basis="n2", year=year - 2, rfr_cents=1_999_900
    )
    compute_scores(by="test")
    assert run("SELECT total, provisional_total FROM allocations_score") == [(0, 9)]
    run("UPDATE allocations_income SET proof = 'tax_notice', assessed_on = loge_today(), assessed_by_id = %s",
        landlord.person("aline").pk)  # fmt: skip
    compute_scores(by="test")
    assert run("SELECT total, provisional_total FROM allocations_score") == [(9, 9)]


def test_closed_application_loses_its_score(landlord, application):
    compute_scores(by="test")
    run("UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'")
    compute_scores(by="test")
    assert run(SCORES) == [] and run("SELECT * FROM allocations_scoreband") == []


def test_total_must_be_the_sum_of_its_lines(landlord, application):
    compute_scores(by="test")
    for change in ("total = total + 1", "points = points || 0", "provisional_total = 1000"):
        with pytest.raises(IntegrityError, match="score_is_sum_of_lines"):
            run(f"UPDATE allocations_score SET {change}")


def test_command_says_that_no_grid_is_in_force(landlord):
    out = io.StringIO()
    call_command("compute_scores", stdout=out)
    assert "aucune grille" in out.getvalue() and not events(kind="scores_computed")
