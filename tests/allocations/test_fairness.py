"""The fairness audit: which share of each group of candidates reaches each step of the allocation.

The tests compute the expected shares by hand. Small groups are merged. Sealed grounds (sensitive priorities) must
change nothing.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from access.compartments import Compartment
from allocations.actions.scores import compute_scores
from allocations.models import Ground
from allocations.rules.intervals import wilson
from allocations.steering.fairness import GroupRate
from allocations.vocabulary import GROUNDS
from tests.allocations.builders import enter_figures, make_contingent, make_ground
from tests.allocations.commission import make_commission
from tests.allocations.past_years import Case, PastYear, lease
from tests.builders import OWNER, paris_day, run
from tests.database.test_policies import as_role
from tests.noninterference.harness import plain

pytestmark = pytest.mark.usefixtures("unkept")
TOP = "Office des Trois-Rives"


@pytest.fixture
def last_year(landlord) -> PastYear:
    enter_figures(claim_retention_years=5)
    return PastYear(landlord, paris_day().year - 1)


def numbers(
    landlord, year: int, rate: str = "offered", dimension: str = "priority"
) -> list[tuple[list[str], int, int]]:
    """Return (groups, all cases, successful cases) of a published rate, as Rosa (manager) reads them."""
    rows = as_role(
        Compartment.STEERING,
        landlord.person("rosa").pk,
        "SELECT groups, total, reached FROM allocations_fairness(%s) WHERE rate = %s AND dimension = %s",
        year,
        rate,
        dimension,
    )
    return sorted(rows)


def cases(offered: int, others: int, **group: Any) -> list[Case]:
    return [Case(offered=True, **group) for _ in range(offered)] + [Case(**group) for _ in range(others)]


# --- Intervals ---


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    # The limits of Wilson's interval (1927), computed by hand. The two limits differ even for 0 of 20 and 20 of 20.
    [(8, 10, 0.4902, 0.9433), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilson_interval_equals_hand_computed_limits(count, total, low, high):
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)


def test_group_is_marked_only_if_the_whole_rate_is_outside_its_interval():
    whole = GroupRate(("all",), 200, 100)
    assert GroupRate(("a",), 40, 5).differs_from(whole)
    assert not GroupRate(("b",), 20, 10).differs_from(whole)
    # The numbers are rounded: 5 of 40 may stand for anything from 3 of 42 to 7 of 38.
    assert GroupRate(("a",), 40, 5).interval == (2, 34)
    assert GroupRate(("c",), 10, 10).interval == (39, 100)


# --- Rates by hand ---


def test_offers_are_counted_by_household_priority_income_and_holder(landlord, last_year):
    last_year.let(cases(10, 20, priority=True, persons=3, children=2, bracket=7))
    last_year.let(cases(15, 25, persons=1, years=6), make_contingent(landlord.place(TOP)))
    year = last_year.year
    assert numbers(landlord, year) == [(["no"], 40, 15), (["yes"], 30, 10)]
    assert numbers(landlord, year, dimension="income") == [(["above"], 30, 10), (["below"], 40, 15)]
    assert numbers(landlord, year, dimension="holder") == [(["commune Ville de Paris"], 40, 15), (["outside"], 30, 10)]
    assert numbers(landlord, year, dimension="household") == [
        (["adults", "family", "lone_parent"], 30, 10),
        (["alone"], 40, 15),
    ]
    assert numbers(landlord, year, dimension="all") == [(["all"], 70, 25)]


def test_designation_counts_lines_and_better_ranks_passed_over(landlord, last_year):
    chosen, left = Case(priority=True), Case(designated=False)
    # In each of ten shortlists, two lines are designated, one line between them is passed over, and three lines follow.
    for _ in range(10):
        last_year.let([chosen, replace(left), chosen, left, left, left])
    year = last_year.year
    # All sixty shortlist lines are about fewer than five candidates, so no number may be published.
    assert numbers(landlord, year, "designated", "all") == []
    for _ in range(10):
        last_year.let([Case(), Case(designated=False), Case(), *(Case(designated=False) for _ in range(3))])
    assert numbers(landlord, year, "designated", "all") == [(["all"], 120, 40)]
    assert numbers(landlord, year, "passed_over", "all") == [(["all"], 40, 20)]
    # In all 20 shortlists, a line was passed over. This share is secret: fewer than five shortlists passed over none.
    assert numbers(landlord, year, "lists", "all") == []
    for _ in range(10):
        last_year.let([Case(), Case(), Case(designated=False)])
    assert numbers(landlord, year, "lists", "all") == [(["all"], 30, 20)]


def test_candidacy_of_an_earlier_shortlist_is_not_that_of_a_line(landlord, last_year):
    last_year.let([Case() for _ in range(20)] + [Case(designated=False) for _ in range(20)])
    assert numbers(landlord, last_year.year, "designated", "all") == [(["all"], 40, 20)]
    # The designations are now older than the shortlist, so they must not count for the lines of this shortlist.
    run("UPDATE allocations_shortlist SET run_on = %s", date(last_year.year, 4, 1))
    assert numbers(landlord, last_year.year, "designated", "all") == []


def test_presentation_is_counted_of_the_designated(landlord, last_year):
    last_year.let([Case() for _ in range(30)] + [Case(presented=False) for _ in range(10)])
    assert numbers(landlord, last_year.year, "presented", "all") == [(["all"], 40, 30)]


# --- Small numbers ---


@pytest.mark.parametrize(("offered", "others"), [(4, 60), (60, 4), (0, 30), (30, 0)])
def test_small_group_is_told_with_another(landlord, last_year, offered, others):
    last_year.let(cases(offered, others, priority=True) + cases(40, 40))
    assert numbers(landlord, last_year.year) == [(["no", "yes"], round_to_five(80 + offered + others), sum_of(offered))]


def round_to_five(number: int) -> int:
    return int(number / 5 + 0.5) * 5


def sum_of(offered: int) -> int:
    return round_to_five(40 + offered)


def test_merged_groups_have_five_on_either_side(landlord, last_year):
    sizes = [(3, 30), (20, 20), (6, 40), (10, 10)]
    for years, (offered, others) in zip((0, 2, 4, 6), sizes, strict=True):
        last_year.let(cases(offered, others, years=years))
    # The group with three offers is merged with the smallest other group (six offers), because three are too few.
    assert numbers(landlord, last_year.year, dimension="waited") == [
        (["0", "3"], 80, 10),
        (["1"], 40, 20),
        (["5"], 20, 10),
    ]


def test_group_of_nobody_is_not_told_to_be_empty(landlord, last_year):
    last_year.let(cases(20, 20))
    assert numbers(landlord, last_year.year) == [(["no", "yes"], 40, 20)]


@pytest.mark.parametrize("priority", range(5))
def test_answer_is_the_same_whoever_the_few_are(landlord, last_year, priority):
    """Up to four of the 40 offers went to people with a priority. The published numbers must not disclose how many."""
    group = cases(priority, 0, priority=True) + cases(40 - priority, 0) + cases(0, 40)
    last_year.let(group)
    assert numbers(landlord, last_year.year) == [(["no", "yes"], 80, 40)]


def test_person_with_many_candidacies_is_one_person(landlord, last_year):
    often = Case(priority=True, offered=True)
    for _ in range(8):
        last_year.let([often])
    last_year.let(cases(20, 20) + cases(0, 10, priority=True))
    assert numbers(landlord, last_year.year) == [(["no", "yes"], 60, 30)]


def test_years_are_told_apart_and_never_together(landlord, last_year):
    """No number may be published about two years, because readers could subtract the number of one year from it."""
    before = PastYear(landlord, last_year.year - 1)
    for year in (before, last_year):
        year.let(cases(20, 20))
    this_year = PastYear(landlord, last_year.year + 1)
    this_year.let(cases(50, 50))
    assert numbers(landlord, last_year.year, dimension="all") == numbers(landlord, before.year, dimension="all")
    assert numbers(landlord, this_year.year, dimension="all") == []
    rosa = landlord.person("rosa").pk
    years = as_role(Compartment.STEERING, rosa, "SELECT allocations_told_years()")
    assert [year for (year,) in years] == [last_year.year, before.year]


# --- Who reads it ---


def test_dpo_reads_the_same_rates_and_no_table_of_steering(landlord, last_year, sign_in):
    last_year.let(cases(20, 20, priority=True) + cases(10, 30))
    pages = [
        sign_in(name).get(reverse(page)).content.decode()
        for name, page in (("rosa", "fairness"), ("ines", "fairness_review"))
    ]
    (rosa, ines) = (page[page.index('<section class="sheet"') : page.index("</main>")] for page in pages)
    assert rosa == ines
    assert "Oui" in ines
    assert sign_in("ines").get(reverse("fairness")).status_code == 403
    for table in ("vacancy", "grid", "seat", "candidacy", "sheet"):
        with pytest.raises(Exception, match="permission denied"):
            as_role(Compartment.INSPECTION, landlord.person("ines").pk, f"SELECT FROM allocations_{table}")


def test_page_says_which_groups_are_absent_and_why(landlord, last_year, sign_in):
    last_year.let(cases(20, 20))
    content = sign_in("rosa").get(reverse("fairness")).content.decode()
    for sentence in ("Le sexe n’est pas enregistré", "quartiers prioritaires", "L’âge disparaît", "motifs réservés"):
        assert sentence in content
    assert "Sans détail, parce que des groupes sont trop petits" in content


# --- Sealed grounds ---


def test_worlds_that_differ_in_a_sealed_ground_are_byte_equal(landlord, sign_in):
    """The statistics pages must not change by a byte if a candidate has another sealed ground (sensitive priority).

    The test takes a candidate through an allocation, opens the pages, replaces the ground in the database, and opens
    the pages again.
    """
    commission = make_commission(landlord)
    ground = make_ground(commission.applications[0], landlord.person("sacha"), "trafficking")
    compute_scores(by="compute_scores")
    commission.orient()
    lines = commission.shortlist()
    assert [line.priority for line in lines] == [True, False, False, False]
    for candidacy in commission.designate(lines[:3]):
        commission.prepare(candidacy)
    past = PastYear(landlord, paris_day().year - 1)
    past.let(cases(20, 20, priority=True) + cases(20, 20))
    past.let([lease(date(past.year, 3, 3), priority=True) for _ in range(8)])
    rows = "SELECT * FROM allocations_fairness_facts(%s) ORDER BY 1, 2, 3, 4, 5"
    # The current vacancy is dated back to last year, so that its candidates are counted.
    run("ALTER TABLE allocations_vacancy DISABLE TRIGGER USER")
    run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = %s WHERE state <> 'let'", date(past.year, 7, 1))
    rosa, worlds = sign_in("rosa"), []
    urls = [reverse("quotas"), reverse("fairness"), reverse("allocation_report", kwargs={"year": past.year})]
    run("ALTER TABLE allocations_ground DISABLE TRIGGER USER")
    for code in ("trafficking", "couple_violence"):
        Ground.objects.using(OWNER).filter(pk=ground.pk).update(code=code, proof=GROUNDS.terms[code].row["proof"])
        worlds.append([run(rows, past.year), *(plain(rosa.get(url)) for url in urls)])
    assert worlds[0] == worlds[1]
    assert len(worlds[0][0]) > 500
