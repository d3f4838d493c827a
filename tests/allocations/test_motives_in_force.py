"""The database computes whether each motive of a refusal holds, whoever proposes the refusal."""

import pytest

from allocations.models import Candidacy
from allocations.rules.motives import MOTIVES
from tests.allocations.commission import Commission, make_commission
from tests.allocations.refusals import refused
from tests.allocations.test_commission_rules import insert_decision, recognise
from tests.builders import run

pytestmark = pytest.mark.usefixtures("unkept")

SHEET = "UPDATE allocations_sheet SET {} WHERE candidacy_id = %(candidacy)s"
PROVED = "proof = 'tax_notice', assessed_on = loge_today(), assessed_by_id = (SELECT id FROM access_person LIMIT 1)"
INCOME = f"UPDATE allocations_income SET rfr_cents = {{}}, {PROVED} WHERE application_id = %(application)s"
DECLARED = INCOME.replace(PROVED, "proof = '', assessed_on = NULL, assessed_by_id = NULL")
DOCUMENT = (
    "INSERT INTO allocations_supportingdocument (id, application_id, kind, asked_on, due_on, seen_on, valid_until,"
    " asked_by_id, seen_by_id) SELECT gen_random_uuid(), %(application)s, '{0}', loge_today() - 40, loge_today() + {1},"
    " {2}, {3}, id, CASE WHEN {2} IS NOT NULL THEN id END FROM access_person WHERE name = 'Aline Perrin'"
)
SEEN = (
    "UPDATE allocations_supportingdocument SET seen_on = loge_today() - 20, valid_until = loge_today() - 1,"
    " seen_by_id = asked_by_id"
)
ASKED_AGAIN = "UPDATE allocations_supportingdocument SET seen_on = NULL, valid_until = NULL, seen_by_id = NULL"
NEEDS = "UPDATE allocations_application SET equipment = '{}' WHERE id = %(application)s"
TERMS = "UPDATE buildings_unitterms SET equipment = '{}'"
CEILINGS = SHEET.format("ceiling_euros = 20000, highest_ceiling_euros = 26000")
EFFORT = SHEET.format("resources_cents = 100000, aid_cents = 0, effort_permille = {}, residual_cents = {}")
CLOSED = (
    "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
    " WHERE id = %(application)s"
)
LAST_YEAR = SHEET.format("prepared_on = date_trunc('year', loge_today()::timestamp) - interval '1 day'")
NAMED = (
    "INSERT INTO allocations_fragileresidence (id, building_id, source_number, source_date, first_day, last_day,"
    " entered_on) SELECT gen_random_uuid(), id, '2025-12', loge_today() - 90, loge_today() - 30, {1},"
    " loge_today() - 30 FROM access_place WHERE name = '{0}'"
)
DECIDED_OTHER = "adopt another"
FIGURES = {"effort_rate_limit_permille": 330, "residual_income_limit_cents_per_person": 40_000}

# A case has a motive of refusal and two lists of SQL statements. The motive is valid only after the second list.
# The last item of a case has the figures that must then be stored with the decision.
CASES: list[tuple[str, list[str], list[str], list[int]]] = [
    ("over_every_ceiling", [CEILINGS, INCOME.format(2600000)], [INCOME.format(2600001)], [10, 2600000]),
    ("over_every_ceiling", [INCOME.format(9900000), SHEET.format("highest_ceiling_euros = NULL")],
     [SHEET.format("highest_ceiling_euros = 26000")], [38, 2600000]),
    ("over_every_ceiling", [CEILINGS, DECLARED.format(9900000)], [INCOME.format(9900000)], [38, 2600000]),
    ("over_this_ceiling", [CEILINGS, INCOME.format(2000000)], [INCOME.format(2000001)], [10, 2000000]),
    ("over_this_ceiling", [CEILINGS, INCOME.format(9900000), LAST_YEAR],
     [SHEET.format("prepared_on = loge_today()")], [49, 2000000]),
    ("no_right_of_residence", [DOCUMENT.format("identity", -9, "NULL", "NULL")], [SEEN, ASKED_AGAIN], []),
    ("no_right_of_residence", [DOCUMENT.format("identity", -9, "loge_today() - 20", "loge_today() - 1")],
     [ASKED_AGAIN], []),
    ("no_right_of_residence", [DOCUMENT.format("work", -9, "NULL", "NULL"), SEEN, ASKED_AGAIN],
     [DOCUMENT.format("identity", -9, "loge_today() - 20", "loge_today() - 1"), ASKED_AGAIN], []),
    ("no_right_of_residence", [DOCUMENT.format("identity", 0, "loge_today() - 20", "loge_today() - 1"), ASKED_AGAIN],
     ["UPDATE allocations_supportingdocument SET due_on = loge_today() - 1"], []),
    ("paper_missing", [DOCUMENT.format("work", 0, "NULL", "NULL")],
     [DOCUMENT.format("household", -1, "NULL", "NULL")], [1, 0]),
    ("paper_missing", [DOCUMENT.format("work", -9, "loge_today()", "NULL")],
     ["UPDATE allocations_supportingdocument SET seen_on = NULL, seen_by_id = NULL"], [1, 0]),
    ("too_small", [SHEET.format("persons = 3")], [SHEET.format("persons = 4")], [4, 3]),
    ("too_large", [SHEET.format("persons = 1")], [SHEET.format("persons = 0")], [0, 1]),
    ("not_accessible", [NEEDS.format("{lift}"), TERMS.format("{lift,shower}")], [TERMS.format("{shower}")], []),
    ("effort_rate", [EFFORT.format(331, 40000)], [EFFORT.format(331, 39999)], [331, 330, 39999, 40000]),
    ("effort_rate", [EFFORT.format(330, 39999)], [EFFORT.format(331, 0)], [331, 330, 0, 40000]),
    ("owner_suited", [SHEET.format("owner_suited = false")], [SHEET.format("owner_suited = true")], []),
    ("owner_suited", [SHEET.format("owner_suited = true, priority = true")], [SHEET.format("priority = false")], []),
    ("fragile_residence", [NAMED.format("Glycines A", "NULL")], [NAMED.format("Glycines B", "NULL")], []),
    ("fragile_residence", [NAMED.format("Glycines B", "loge_today() - 1")],
     [NAMED.format("Glycines B", "loge_today()")], []),
    ("other_ranked_before", [], [DECIDED_OTHER], [1, 0]),
    ("not_applicable_now", [], [CLOSED], []),
    ("not_applicable_now", [], ["DELETE FROM allocations_application WHERE id = %(application)s"], []),
]  # fmt: skip


@pytest.fixture
def builder():
    return make_opened


def make_opened(landlord) -> Commission:
    """Create an open session with the sheets of three candidates."""
    commission = make_commission(landlord, **FIGURES)
    commission.present()
    commission.open()
    return commission


def change(commission: Commission, candidacies: list[Candidacy], statements: list[str]) -> None:
    candidacy = candidacies[0]
    given = {"candidacy": str(candidacy.pk), "application": str(candidacy.application_id)}
    for statement in statements:
        if statement == DECIDED_OTHER:
            commission.decide(candidacies[1], "b", rank=1)
        elif statement.startswith("DELETE"):
            run("UPDATE allocations_candidacy SET application_id = NULL WHERE id = %s", candidacy.pk)
        else:
            for name, value in given.items():
                statement = statement.replace(f"%({name})s", f"'{value}'")
            run(statement)


def test_cases_name_every_motive_of_the_list():
    assert {motive for motive, *_rest in CASES} == set(MOTIVES.terms) and len(MOTIVES.terms) == 12


@pytest.mark.parametrize(("motive", "before", "then", "figures"), CASES)
def test_motive_holds_exactly_if_its_condition_does(commission, candidacies, motive, before, then, figures):
    kind = MOTIVES.terms[motive].row["decision"]
    change(commission, candidacies, before)
    with refused("motive_holds"):
        commission.propose(candidacies[0], kind, motive=motive)
    with refused("motive_holds"):
        insert_decision(candidacies[0], commission, kind=kind, rank=None, motive=motive)
    change(commission, candidacies, then)
    decision = commission.propose(candidacies[0], kind, motive=motive)
    assert run("SELECT figures FROM allocations_decision WHERE id = %s", decision) == [(figures,)]


@pytest.mark.parametrize("code", ["dalo", "eviction"])
def test_effort_rate_refuses_nobody_with_a_priority(commission, candidacies, code):
    change(commission, candidacies, [EFFORT.format(900, 0)])
    recognise(candidacies[0], code, commission)
    with refused("motive_holds"):
        commission.propose(candidacies[0], "d", motive="effort_rate")
    days = "ends_on = loge_today() - 1, attested_on = loge_today() - 2, recorded_on = loge_today() - 2"
    run(f"UPDATE allocations_priority SET {days}")
    commission.propose(candidacies[0], "d", motive="effort_rate")


@pytest.mark.parametrize("code", [*FIGURES, "persons_most_in_2_rooms", "persons_least_in_2_rooms"])
def test_motive_without_the_landlords_figure_never_holds(commission, candidacies, code):
    run("DELETE FROM allocations_legalfigure WHERE code = %s", code)
    persons, motive = {"persons_most_in_2_rooms": (20, "too_small"), "persons_least_in_2_rooms": (0, "too_large")}.get(
        code, (1, "effort_rate")
    )
    change(commission, candidacies, [EFFORT.format(900, 0), SHEET.format(f"persons = {persons}")])
    with refused("motive_holds"):
        commission.propose(candidacies[0], "d", motive=motive)


def test_motive_is_computed_again_when_the_votes_are_counted(commission, candidacies):
    change(commission, candidacies, [SHEET.format("owner_suited = true")])
    decision = commission.propose(candidacies[0], "d", motive="owner_suited")
    for name in ("camille", "mehdi"):
        commission.vote(decision, name)
    change(commission, candidacies, [SHEET.format("priority = true")])
    with refused("motive_holds"):
        commission.count(decision)


def test_ranks_that_are_only_proposed_refuse_nobody(commission, candidacies):
    """Only an adopted rank is a reason to refuse other candidates.

    Otherwise the chair could propose a rank, refuse the others because of it, and then let the proposal be
    rejected.
    """
    ranked = commission.propose(candidacies[1], "b", rank=1)
    decision = commission.propose(candidacies[0], "d", motive="other_ranked_before")
    for name in ("camille", "mehdi"):
        commission.vote(decision, name)
        commission.vote(ranked, name)
    with refused("motive_holds"):
        commission.count(decision)
    commission.count(ranked)
    assert commission.count(decision).outcome == "adopted"
