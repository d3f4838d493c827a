"""The pages of the legal quotas. The database counts as the calculation rules do.

No number and no difference of numbers discloses anything about one household.
"""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.urls import reverse

from access.permissions import Permission
from allocations.rules.quotas import FIRST_QUARTILE, OTHER_QUARTILES, PRIORITY, Allocation, measure_quotas
from allocations.rules.rows import Rows
from allocations.steering.quotas import own_quotas, quotas_of_year
from tests.allocations.builders import acting_as, enter_figures, make_contingent
from tests.allocations.past_years import PastYear, lease
from tests.builders import paris_day, run
from tests.tenants.test_clocks import freeze_clock

pytestmark = pytest.mark.usefixtures("unkept")
TOP = "Office des Trois-Rives"
QUARTILE = dict.fromkeys(
    (
        "quartile_threshold_idf_cents",
        "consumption_unit_first_permille",
        "consumption_unit_other_permille",
        "consumption_unit_child_permille",
        "consumption_unit_child_below_age",
        "consumption_unit_lone_parent_permille",
    ),
    10,
)


@pytest.fixture
def last_year(landlord) -> PastYear:
    enter_figures(claim_retention_years=5)
    return PastYear(landlord, paris_day().year - 1)


def bounds(year: int, quota: str = PRIORITY) -> tuple[int, int, int] | None:
    """Return (number of leases, lower bound, upper bound) of a quota, by the SQL function that all readers use."""
    rows = run("SELECT signed, at_least, at_most FROM allocations_measured_quotas(%s) WHERE quota = %s", year, quota)
    return rows[0] if rows else None


def leases(year: PastYear, month: int, yes: int, no: int) -> list:
    day = date(year.year, month, 9)
    return [lease(day, priority=True) for _ in range(yes)] + [lease(day) for _ in range(no)]


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ")


# --- The same numbers as the rules ---


def test_quotas_of_a_year_are_those_of_the_rules(landlord, last_year):
    day = date(last_year.year, 5, 4)
    city = make_contingent(landlord.place(TOP))
    cases = [
        *(lease(day, quartile=1) for _ in range(6)),
        *(lease(day, quartile=4, priority=True) for _ in range(7)),
        *(lease(day, quartile=3, in_qpv=True, dalo=True) for _ in range(8)),
        *(lease(day, quartile=1, in_qpv=True) for _ in range(5)),
    ]
    moved = [lease(day, quartile=None) for _ in range(5)]
    last_year.let(cases, city)
    last_year.let(moved, outside_flow="rehousing")
    facts = [("city", False, case) for case in cases] + [("", True, case) for case in moved]
    expected = measure_quotas(
        [
            Allocation(n, day, case.in_qpv, case.quartile, None, of or "outside", case.dalo, case.priority, rehoused)
            for n, (of, rehoused, case) in enumerate(facts, 1)
        ],
        Rows(),
    )
    rules = {(quota.code, quota.contingent): (quota.total, quota.count) for quota in expected}
    with acting_as(landlord.person("rosa"), Permission.QUOTAS_READ) as access:
        measured = quotas_of_year(access, last_year.year)
    for quota, key in (
        (measured.first_quartile, (FIRST_QUARTILE, "")),
        (measured.other_quartiles, (OTHER_QUARTILES, "")),
        (measured.contingents[0], (PRIORITY, "city")),
    ):
        assert quota.exact
        assert (quota.low.total, quota.low.count) == rules[key], key
    assert rules[FIRST_QUARTILE, ""] == (18, 11)
    assert rules[PRIORITY, "city"] == (26, 15)


def test_leases_outside_the_flow_count_in_no_share(last_year):
    last_year.let(leases(last_year, 3, 10, 10))
    assert bounds(last_year.year) is None
    assert bounds(last_year.year, FIRST_QUARTILE) is not None


def test_unknown_quartile_widens_the_bounds(last_year):
    day = date(last_year.year, 5, 4)
    known = [lease(day, quartile=1) for _ in range(6)] + [lease(day) for _ in range(7)]
    last_year.let([*known, lease(day, quartile=None)])
    assert bounds(last_year.year, FIRST_QUARTILE) == (14, 6, 7)


# --- Small counts ---


@pytest.mark.parametrize(
    ("yes", "no", "expected"),
    [
        (0, 4, None),
        (4, 0, None),
        (5, 5, (10, 5, 5)),
        (4, 16, (20, 0, 4)),
        (0, 20, (20, 0, 4)),
        (16, 4, (20, 16, 20)),
        (20, 0, (20, 16, 20)),
        (4, 5, (9, 0, 9)),
        (4, 4, (8, 0, 8)),
        (5, 0, (5, 0, 5)),
    ],
)
def test_a_side_below_five_is_told_to_be_below_five(landlord, last_year, yes, no, expected):
    last_year.let(leases(last_year, 3, yes, no), make_contingent(landlord.place(TOP)))
    assert bounds(last_year.year) == expected


def test_bounds_are_the_same_whatever_a_hidden_side_is(landlord, last_year):
    for number in range(5):
        holder = make_contingent(landlord.place(TOP), f"Commune {number}")
        last_year.let(leases(last_year, 3, number, 30 - number), holder)
    rows = run("SELECT signed, at_least, at_most, told_until FROM allocations_measured_quotas(%s)", last_year.year)
    shares = [row for row in rows if row[0] == 30]
    assert shares == [(30, 0, 4, date(last_year.year, 12, 31))] * 5


def test_leases_of_a_month_appear_once_it_is_over_and_twenty_are_signed(landlord):
    this_year = PastYear(landlord, paris_day().year)
    city = make_contingent(landlord.place(TOP))
    for month, yes, no in ((1, 5, 5), (2, 6, 5), (3, 9, 1), (4, 5, 5)):
        this_year.let(leases(this_year, month, yes, no), city)
    expected = {1: None, 2: (10, 0, 10), 3: (21, 11, 11), 4: (31, 11, 21), 5: (41, 25, 25)}
    for month, numbers in expected.items():
        freeze_clock(datetime(this_year.year, month, 28, 12, tzinfo=UTC))
        assert bounds(this_year.year) == numbers, month


def test_numbers_of_two_days_differ_by_five_on_either_side(landlord):
    """Numbers published on two days must be equal or differ by at least five leases.

    The test has months with one lease and months with many, each with and without priority.
    """
    this_year = PastYear(landlord, paris_day().year)
    city = make_contingent(landlord.place(TOP))
    for month, (yes, no) in enumerate([(1, 0), (0, 1), (4, 8), (1, 0), (9, 9), (0, 1), (3, 20), (6, 14), (1, 0)], 1):
        this_year.let(leases(this_year, month, yes, no), city)
    exact = []
    for month in range(1, 12):
        freeze_clock(datetime(this_year.year, month, 28, 12, tzinfo=UTC))
        rows = run(
            "SELECT told_until, signed, at_least, at_most FROM allocations_measured_quotas(%s) WHERE quota = %s",
            this_year.year,
            PRIORITY,
        )
        if rows and rows[0][2] and rows[0][2:] not in [row[2:] for row in exact]:
            exact.append(rows[0])
    assert len(exact) >= 2
    for before, after in pairwise([(None, 0, 0, 0), *exact]):
        assert after[2] - before[2] == 0 or after[2] - before[2] >= 5


# --- Who reads what ---


def test_year_whose_candidacies_are_being_deleted_is_not_counted(landlord):
    enter_figures(claim_retention_years=3)
    years = {back: PastYear(landlord, paris_day().year - back) for back in (2, 3)}
    city = make_contingent(landlord.place(TOP))
    for year in years.values():
        year.let(leases(year, 3, 10, 10), city)
    assert bounds(years[2].year) == (20, 10, 10)
    assert bounds(years[3].year) is None
    enter_later = "INSERT INTO allocations_legalfigure SELECT gen_random_uuid(), code, 9, source_kind, source_number,"
    enter_later += " source_date, loge_today(), NULL, entered_on, entered_by_id FROM allocations_legalfigure"
    run(enter_later + " WHERE code = 'claim_retention_years'")
    assert bounds(years[3].year) is None


def test_nominator_reads_the_share_of_the_own_contingent_only(landlord, last_year):
    nadia = landlord.person("nadia")
    own, other = (
        make_contingent(landlord.place(TOP), "Ville de Paris", "commune", nadia),
        make_contingent(landlord.place(TOP), "Région", "region"),
    )
    for contingent in (own, other):
        last_year.let(leases(last_year, 3, 10, 10), contingent)
    with acting_as(nadia, Permission.CONTINGENT_VIEW) as access:
        (quota,) = own_quotas(access, last_year.year)
    assert (quota.contingent.pk, quota.low.count, quota.low.total) == (own.pk, 10, 20)


def test_page_names_the_figures_that_quartiles_need(landlord, last_year, sign_in):
    last_year.let([lease(date(last_year.year, 5, 4), quartile=None) for _ in range(12)])
    rosa = sign_in("rosa")
    content = text_of(rosa.get(reverse("quotas"), {"annee": last_year.year}))
    assert "Seuil du premier quartile des demandeurs" in content
    assert "12 baux signés ; pas encore de nombre à publier" in content
    enter_other_figures(QUARTILE)
    assert "Seuil du premier quartile" not in text_of(rosa.get(reverse("quotas")))


def enter_other_figures(values: dict[str, int]) -> None:
    run("DELETE FROM allocations_legalfigure")
    enter_figures(**values)


def test_page_says_how_many_more_are_needed(landlord, last_year, sign_in):
    city = make_contingent(landlord.place(TOP))
    last_year.let(leases(last_year, 3, 5, 25), city)
    content = text_of(sign_in("rosa").get(reverse("quotas"), {"annee": last_year.year}))
    assert "5 sur 30" in content
    assert "16,6" in content
    assert "non atteint" in content
    # Four more leases reach the quota of 25 %: (5 + 4) of (30 + 4) are 26.5 %, but (5 + 3) of (30 + 3) are 24.2 %.
    assert ">4</b>" in content


def test_page_gives_no_number_where_the_law_is_open(landlord, last_year, sign_in):
    last_year.let(leases(last_year, 3, 15, 15))
    content = text_of(sign_in("rosa").get(reverse("quotas"), {"annee": last_year.year}))
    assert "hors du flux" in content
    assert "15 sur 30" not in content


@pytest.mark.parametrize("name", ["awa", "aline", "ines", "nadia", "sacha"])
def test_others_cannot_open_the_quotas(sign_in, name):
    assert sign_in(name).get(reverse("quotas")).status_code in (403, 404)
