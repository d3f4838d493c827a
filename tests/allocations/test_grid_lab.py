"""Trials of a draft points grid count how many applications would move up or down in the order of all applications.

The counts must be correct and disclose nothing about one applicant. They must not depend on which sealed ground
(sensitive priority) of an applicant is recognised.
"""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.grid_trials import ask_grid_trial, run_grid_trial
from allocations.actions.scores import compute_scores
from allocations.models import Application, Grid, GridLine, GridRubric, GridTrial, GridTrialCount
from allocations.rules.trials import Moves, Standing, count_moves, protect_counts, standing_of
from allocations.rules.trials import Population as P
from tests.allocations.builders import acting_as, declare_income, make_application, make_grid, make_ground, make_member
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role
from tests.noninterference.harness import plain

POOL = 120
PAGE = "/attribution/grille/essai/"
SEALED = ("couple_violence", "trafficking")


def standing(before: int, after: int, number: int = 0, **values: Any) -> Standing:
    """Return an application with its points under two grids, filed `number` days after 1 January 2026."""
    known = {"persons": 1, "children": 0, "lone_parent": False} | values
    return standing_of(date(2026, 1, 1) + timedelta(number), 3, known, before, after)


# --- The counts ---


def test_application_moves_if_its_tenth_of_the_order_changes():
    # The last four of twenty applications move to the top. Each of the others therefore falls by two tenths.
    pool = [standing(100 - place, 500 if place >= 16 else 100 - place) for place in range(20)]
    assert count_moves(pool)[P.ALL] == Moves(up=4, unchanged=0, down=16)
    # The first two applications exchange their places, but both stay within the first tenth.
    pool = [standing(100 - place, 101 if place == 1 else 100 - place) for place in range(20)]
    assert count_moves(pool)[P.ALL] == Moves(0, 20, 0)


def test_equal_points_are_ordered_by_filing_date_and_equal_applications_stay_together():
    pool = [standing(0, 0, number) for number in range(20)]
    assert count_moves(pool)[P.ALL] == count_moves(pool[::-1])[P.ALL] == Moves(0, 20, 0)
    # Six equal applications lose all their points, so all six move down to the end together.
    pool = [standing(9, 9)] * 4 + [standing(8, 0)] * 6 + [standing(1, 1)] * 10
    assert count_moves(pool)[P.ALL] == Moves(up=10, unchanged=4, down=6)


def test_quartiles_are_of_income_a_person_in_the_pool_itself():
    pool = [standing(0, 0, income_euros=1000 * number, persons=2) for number in range(1, 9)]
    pool += [standing(0, 0, income_euros=500 * number) for number in range(1, 9)] + [standing(0, 0)] * 3
    counts = count_moves(pool)
    assert {population: sum(counts[population]) for population in counts if "quart" in population} == dict.fromkeys(
        (P.QUARTILE_1, P.QUARTILE_2, P.QUARTILE_3, P.QUARTILE_4), 4
    )
    assert sum(counts[P.WITHOUT_INCOME]) == 3


@pytest.mark.parametrize(
    "persons, children, lone, population",
    [
        (1, 0, False, P.ONE_PERSON),
        (2, 0, False, P.TWO_PERSONS),
        (3, 0, False, P.MORE_PERSONS),
        (2, 1, True, P.LONE_PARENT),
        (3, 1, False, P.FAMILY),
    ],
)
def test_household_type_follows_from_persons_and_children(persons, children, lone, population):
    row = standing_of(date(2026, 1, 1), 0, {"persons": persons, "children": children, "lone_parent": lone}, 0, 0)
    assert row.household == population


@pytest.mark.parametrize(
    "months, population",
    [(11, P.UNDER_1_YEAR), (12, P.FROM_1_TO_3_YEARS), (35, P.FROM_1_TO_3_YEARS), (36, P.FROM_3_TO_6_YEARS),
     (71, P.FROM_3_TO_6_YEARS), (72, P.OVER_6_YEARS)],
)  # fmt: skip
def test_age_of_the_application_is_in_full_years(months, population):
    values = {"persons": 1, "children": 0, "lone_parent": False}
    assert standing_of(date(2026, 1, 1), months, values, 0, 0).waiting == population


# --- What is hidden ---

SHOWN = Moves(20, 20, 20)


def test_counts_are_rounded_down_to_five():
    assert protect_counts({P.ALL: Moves(5, 9, 104)}) == {P.ALL: Moves(5, 5, 100)}


def test_single_hidden_row_hides_the_smallest_of_the_others():
    counts = {P.ONE_PERSON: Moves(4, 90, 90), P.TWO_PERSONS: Moves(30, 30, 30), P.FAMILY: SHOWN, P.LONE_PARENT: SHOWN}
    protected = protect_counts(counts | {P.LONE_PARENT: Moves(6, 6, 6)})
    assert [population for population, moves in protected.items() if moves is None] == [P.ONE_PERSON, P.LONE_PARENT]


def test_hidden_rows_whose_sum_is_small_hide_another():
    counts = {P.ONE_PERSON: Moves(1, 90, 90), P.TWO_PERSONS: Moves(2, 90, 90), P.FAMILY: SHOWN, P.LONE_PARENT: SHOWN}
    assert list(protect_counts(counts).values()).count(None) == 3
    enough = counts | {P.TWO_PERSONS: Moves(4, 90, 90)}
    assert list(protect_counts(enough).values()).count(None) == 2


def test_count_of_zero_is_hidden_like_any_small_count():
    assert protect_counts({P.ALL: Moves(0, 90, 90)}) == {P.ALL: None}


def test_no_hidden_count_below_five_follows_from_the_others():
    """A reader must be unable to compute a hidden count below five from the total and the published counts.

    If some rows are hidden and others are published, at least two rows are hidden, with counts of at least five in
    total.
    """
    for seed in range(3_000):
        table = {
            population: Moves(*(seed * prime % size for prime in (7 + place, 11 + place, 13 + place)))
            for place, (population, size) in enumerate(
                ((P.ONE_PERSON, 8), (P.TWO_PERSONS, 31), (P.MORE_PERSONS, 12), (P.FAMILY, 40), (P.LONE_PARENT, 9))
            )
        }
        protected = protect_counts(table)
        hidden = [table[population] for population, moves in protected.items() if moves is None]
        numbers = [moves for moves in protected.values() if moves is not None]
        assert all(count >= 5 and count % 5 == 0 for moves in numbers for count in moves)
        assert not hidden or not numbers or (len(hidden) > 1 and min(map(sum, zip(*hidden, strict=True))) >= 5), table


def test_database_refuses_a_small_or_exact_count(landlord):
    trial = GridTrial(draft=make_application(landlord.place("Agence Belleville")).pk, version=2, asked_on=paris_day())
    trial.save(using=OWNER)
    for up, unchanged in ((4, 5), (6, 5), (5, None)):
        row = GridTrialCount(trial=trial, population="all", moved_up=up, unchanged=unchanged, moved_down=5)
        with pytest.raises(DatabaseError, match="grid_trial_count_hides_few"):
            row.save(using=OWNER)


# --- A trial on stored applications ---


@dataclass
class Lab:
    landlord: Any
    applications: list[Application]
    draft: Grid

    def try_draft(self, days_ago: int = 0) -> dict[str, tuple[int | None, ...]]:
        """Request a trial of the draft some days ago and compute it. Returns its counts."""
        GridTrial(draft=self.draft.pk, version=2, asked_on=paris_day(-days_ago)).save(using=OWNER)
        trial = run_grid_trial(by="test")
        assert trial is not None
        rows = GridTrialCount.objects.using(OWNER).filter(trial=trial)
        return {row.population: (row.moved_up, row.unchanged, row.moved_down) for row in rows}

    def set_points(self, code: str, points: int) -> None:
        GridLine.objects.using(OWNER).filter(grid=self.draft, code=code).update(points=points)

    def recognise(self, code: str, every: int = 3) -> None:
        """Remove all sealed grounds (sensitive priorities), then give this one to every third application."""
        run("DELETE FROM allocations_ground")
        for application in self.applications[::every]:
            make_ground(application, self.landlord.person("sacha"), code)


@pytest.fixture
def lab(landlord) -> Lab:
    """Provide a draft of a points grid, and 120 applications in the order of their filing dates.

    The draft moves applicants who live in a hotel to the top: the first 24 and the last 24 applicants. Four single
    people alternate with four lone parents. Among each four, the incomes per person run from 10,000 to 40,000 euros.
    """
    make_grid()
    draft = make_grid(2, adopted=False)
    rubric = GridRubric.objects.using(OWNER).create(grid=draft, code="housing", mode="once")
    line = {"code": "hotel", "kind": "code", "feature": "housing", "values": ["hotel"], "points": 1000}
    GridLine.objects.using(OWNER).create(grid=draft, rubric=rubric, **line)
    place, applications = landlord.place("Agence Belleville"), []
    for number in range(POOL):
        housing = "hotel" if number < 24 or number >= 96 else "hosted"
        application = make_application(place, filed_on=paris_day(number - 230), housing=housing)
        persons = 1 + number // 4 % 2
        if persons == 2:
            make_member(application)
        declare_income(application, 10_000_00 * persons * (1 + number % 4))
        applications.append(application)
    # Neither grid gives points to lone parents, so applications are ordered by their filing dates.
    run("UPDATE allocations_gridline SET points = 0 WHERE grid_id = %s AND code = 'lone_parent'", draft.pk)
    run("ALTER TABLE allocations_gridline DISABLE TRIGGER USER")
    run("UPDATE allocations_gridline SET points = 0 WHERE code = 'lone_parent'")
    run("ALTER TABLE allocations_gridline ENABLE TRIGGER USER")
    return Lab(landlord, applications, draft)


@pytest.fixture
def rosa(landlord):
    return landlord.person("rosa")


def ask(person) -> GridTrial:
    with acting_as(person, Permission.GRID_DRAFT) as access:
        grid = access.rows(Grid).get(adopted_on__isnull=True)
        return ask_grid_trial(by=person, grid=grid, context=access.context)


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_counts_of_a_stored_pool_are_those_computed_by_hand(lab):
    # Of 120 applications, 24 move up, 24 stay and 72 move down. The counts are rounded down to multiples of five.
    assert lab.try_draft() == {
        "all": (20, 20, 70),
        **dict.fromkeys(("quartile_1", "quartile_2", "quartile_3", "quartile_4"), (5, 5, 15)),
        **dict.fromkeys(("one_person", "lone_parent"), (10, 10, 35)),
        "under_1_year": (20, 20, 70),
    }
    assert [event["facts"] for event in events(kind="grid_lab_run")] == [{"grid": 2, "applications": POOL}]


def test_household_below_five_is_hidden_with_the_smallest_other(lab):
    for application in lab.applications[-4:]:
        make_member(application, tie="other")
    counts = lab.try_draft()
    # Four families are too few to publish. The smallest other group (56 lone parents) must be hidden as well.
    assert counts["family"] == counts["lone_parent"] == (None, None, None) and counts["one_person"] == (10, 10, 35)


def test_tables_are_equal_whichever_ground_is_recognised(lab, sign_in):
    # Compared with the grid in force, the draft gives far more points to one sealed ground, and none to the other.
    lab.set_points("couple_violence", 900), lab.set_points("trafficking", 0)
    pages, counts, rosa = [], [], sign_in("rosa")
    for days_ago, code in enumerate(SEALED):
        lab.recognise(code)
        counts.append(lab.try_draft(days_ago))
        pages.append(plain(rosa.get(PAGE)))
    assert counts[0] == counts[1] and pages[0] == pages[1]
    run("DELETE FROM allocations_ground")
    assert lab.try_draft(2) != counts[0], "the trial must depend on whether a priority is recognised"


def test_drafts_that_differ_in_one_sealed_line_give_equal_tables(lab):
    for number, application in enumerate(lab.applications[::3]):
        make_ground(application, lab.landlord.person("sacha"), SEALED[number % 2])
    counts = []
    for days_ago, points in enumerate((900, 0, 450)):
        lab.set_points("couple_violence", 900), lab.set_points("trafficking", points)
        counts.append(lab.try_draft(days_ago))
    assert counts[0] == counts[1] == counts[2]
    lab.set_points("couple_violence", 450), lab.set_points("trafficking", 900)
    assert lab.try_draft(3) == counts[0]


def test_trial_changes_no_score(lab):
    compute_scores(by="test")
    stored = (
        "SELECT s.xmin, b.xmin, s.*, b.* FROM allocations_score s JOIN allocations_scoreband b USING (application_id)"
    )
    before = run(stored)
    lab.try_draft()
    assert run(stored) == before and len(before) == POOL


# --- Asking, and reading ---


def test_manager_asks_and_reads_the_result_the_next_day(lab, sign_in):
    rosa = sign_in("rosa")
    assert "Aucun essai" in text_of(rosa.get(PAGE))
    assert rosa.post(PAGE, {"draft": str(lab.draft.pk)}).status_code == 302
    assert "Essai demandé le" in text_of(rosa.get(PAGE))
    out = io.StringIO()
    call_command("run_grid_lab", stdout=out)
    assert "version 2" in out.getvalue()
    text = text_of(rosa.get(PAGE))
    assert "Parent seul" in text and ">35<" in text and "périmé" not in text
    assert [event["facts"] for event in events(kind="grid_lab_asked")] == [{"grid": 2}]
    assert "Essayer ce projet" in text_of(rosa.get("/attribution/grille/projet/"))


def test_hidden_row_says_so_on_the_page(lab, sign_in):
    make_member(lab.applications[0], tie="other")
    lab.try_draft()
    assert text_of(sign_in("rosa").get(PAGE)).count("masqué<") == 2


@pytest.mark.parametrize("name", ["aline", "sacha", "awa", "nadia"])
def test_officer_examiner_caretaker_and_nominator_get_403(lab, sign_in, name):
    client = sign_in(name)
    assert client.get(PAGE).status_code == client.post(PAGE, {}).status_code == 403


def test_database_roles_read_and_write_no_more_than_their_part(lab, rosa):
    lab.try_draft()
    aline = lab.landlord.person("aline").pk
    refused = {
        "SELECT moved_up FROM allocations_gridtrialcount": (Compartment.APPLICANTS, aline),
        "SELECT version FROM allocations_gridtrial": (Compartment.GROUNDS, aline),
        "DELETE FROM allocations_gridtrial": (Compartment.STEERING, rosa.pk),
        "UPDATE allocations_gridtrial SET computed_on = NULL": (Compartment.STEERING, rosa.pk),
        "INSERT INTO allocations_gridtrialcount SELECT * FROM allocations_gridtrialcount": (
            Compartment.STEERING, rosa.pk),
    }  # fmt: skip
    for statement, (compartment, person) in refused.items():
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(compartment, person, statement)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(
            Compartment.STEERING,
            rosa.pk,
            "INSERT INTO allocations_gridtrial (id, draft, version, asked_on, digest)"
            " SELECT gen_random_uuid(), draft, 2, asked_on - 1, '' FROM allocations_gridtrial",
        )


def test_nothing_is_computed_that_nobody_asked_for(lab, rosa):
    assert run_grid_trial(by="test") is None
    ask(rosa)
    assert run_grid_trial(by="test") and run_grid_trial(by="test") is None
    out = io.StringIO()
    call_command("run_grid_lab", stdout=out)
    assert "aucun essai" in out.getvalue() and len(events(kind="grid_lab_run")) == 1


def test_trial_of_a_discarded_draft_is_not_made_on_the_next_draft(lab, rosa, sign_in):
    ask(rosa)
    assert sign_in("rosa").post("/attribution/grille/projet/", {"act": "discard"}).status_code == 302
    make_grid(2, adopted=False)
    assert run_grid_trial(by="test") is None


def test_second_trial_of_a_day_is_refused(lab, rosa):
    ask(rosa)
    with pytest.raises(ValidationError, match="déjà demandé"):
        ask(rosa)
    run_grid_trial(by="test")
    with pytest.raises(ValidationError, match="aujourd’hui"):
        ask(rosa)


def test_post_without_data_is_refused_in_words(lab, rosa, sign_in):
    ask(rosa)
    assert "déjà demandé" in text_of(sign_in("rosa").post(PAGE))


def test_ninth_trial_waits_for_thirty_days(lab, rosa):
    for days in range(22, 29):
        GridTrial(draft=rosa.pk, version=2, asked_on=paris_day(-days)).save(using=OWNER)
    GridTrial(draft=rosa.pk, version=2, asked_on=paris_day(-30)).save(using=OWNER)
    ask(rosa)
    with pytest.raises(DatabaseError, match="eight trials"):
        GridTrial(draft=rosa.pk, version=2, asked_on=paris_day(1)).save(using=OWNER)


def test_eight_trials_in_thirty_days_are_the_most(lab, rosa):
    for days in range(22, 30):
        GridTrial(draft=rosa.pk, version=2, asked_on=paris_day(-days)).save(using=OWNER)
    with pytest.raises(ValidationError, match="trente jours"):
        ask(rosa)


def test_without_a_grid_in_force_or_a_criterion_there_is_nothing_to_try(landlord, rosa):
    draft = make_grid(adopted=False)
    with pytest.raises(ValidationError, match="comparer"):
        ask(rosa)
    run("DELETE FROM allocations_gridline WHERE grid_id = %s", draft.pk)
    with pytest.raises(ValidationError, match="critère"):
        ask(rosa)


@pytest.mark.parametrize(
    "change, words",
    [
        ("UPDATE allocations_gridline SET points = 1001 WHERE code = 'hotel'", "projet a changé"),
        ("UPDATE allocations_gridline SET values = '{hosted}' WHERE code = 'hotel'", "projet a changé"),
        ("UPDATE allocations_gridrubric SET mode = 'sum' WHERE code = 'housing'", "projet a changé"),
        ("DELETE FROM allocations_gridline WHERE code = 'hotel'", "projet a changé"),
        ("UPDATE allocations_grid SET adopted_on = loge_today() WHERE version = 2", "adopté depuis"),
        ("UPDATE allocations_grid SET ended_on = loge_today() WHERE version = 1", "en vigueur a changé"),
        ("UPDATE allocations_grid SET band_width = 60 WHERE version = 2", ""),
    ],
)
def test_trial_is_outdated_once_a_grid_changed_or_was_adopted(lab, sign_in, change, words):
    rosa = sign_in("rosa")
    lab.try_draft()
    assert "périmé" not in text_of(rosa.get(PAGE))
    if "adopted_on" in change:
        run("UPDATE allocations_grid SET ended_on = loge_today() WHERE version = 1")
    run(change)
    text = text_of(rosa.get(PAGE))
    assert ("périmé" in text) is bool(words) and words in text


def test_trial_of_a_discarded_draft_is_outdated(lab, sign_in):
    rosa = sign_in("rosa")
    lab.try_draft()
    rosa.post("/attribution/grille/projet/", {"act": "discard"})
    assert "abandonné depuis" in text_of(rosa.get(PAGE))
