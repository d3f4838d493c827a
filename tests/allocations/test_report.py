"""The yearly report has the right numbers, merges small numbers, and is the same on the page and in the file."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from access.compartments import Compartment
from tests.allocations.builders import enter_figures, make_contingent
from tests.allocations.past_years import Case, PastYear, lease
from tests.builders import paris_day
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")
TOP = "Office des Trois-Rives"


@pytest.fixture
def last_year(landlord) -> PastYear:
    enter_figures(claim_retention_years=5)
    return PastYear(landlord, paris_day().year - 1)


def numbers(landlord, year: int, part: str) -> list[tuple[list[str], int]]:
    rosa = landlord.person("rosa").pk
    query = "SELECT groups, times FROM allocations_report(%s) WHERE part = %s"
    return sorted(as_role(Compartment.STEERING, rosa, query, year, part))


def decided(number: int, decision: str) -> list[Case]:
    return [Case(decision=decision) for _ in range(number)]


def test_leases_are_counted_by_holder_and_financing(landlord, last_year):
    day = date(last_year.year, 5, 4)
    last_year.let([lease(day) for _ in range(7)])
    last_year.let([lease(day) for _ in range(6)], make_contingent(landlord.place(TOP)))
    assert numbers(landlord, last_year.year, "holder") == [(["commune Ville de Paris"], 6), (["outside"], 7)]
    assert numbers(landlord, last_year.year, "financing") == [(["PLUS"], 13)]


def test_decisions_and_motives_are_one_list(landlord, last_year):
    last_year.let([*decided(9, "b"), *decided(7, "d other_ranked_before"), *decided(3, "d too_small")])
    assert numbers(landlord, last_year.year, "decision") == [
        (["b"], 9),
        (["d other_ranked_before", "d too_small"], 10),
    ]


def test_no_number_below_five_follows_from_the_others(landlord, last_year):
    """The report must not disclose that three applications are inadmissible, because three is fewer than five.

    A separate total of refusals would disclose this number as well.
    """
    last_year.let([*decided(9, "b"), *decided(30, "d too_small"), *decided(3, "e over_every_ceiling")])
    assert numbers(landlord, last_year.year, "decision") == [
        (["b", "e over_every_ceiling"], 12),
        (["d too_small"], 30),
    ]


def test_fewer_than_five_of_all_are_not_told(landlord, last_year):
    last_year.let([Case(offered=True, answer="refused") for _ in range(4)])
    assert numbers(landlord, last_year.year, "answer") == []


def test_answers_to_offers_are_counted(landlord, last_year):
    for answer, number in (("accepted", 8), ("refused", 6), ("silent", 2)):
        last_year.let([Case(offered=True, answer=answer) for _ in range(number)])
    assert numbers(landlord, last_year.year, "answer") == [(["accepted"], 8), (["refused", "silent"], 8)]


@pytest.mark.parametrize(("years", "median"), [([1] * 4 + [2, 3] + [4] * 3, None), ([1] * 4 + [2, 3] + [4] * 4, 24)])
def test_median_wait_needs_ten_leases(landlord, last_year, years, median):
    last_year.let([lease(date(last_year.year, 5, 4), years=number) for number in years])
    rosa = landlord.person("rosa").pk
    query = "SELECT allocations_median_wait(%s)"
    assert as_role(Compartment.STEERING, rosa, query, last_year.year) == [(median,)]


def test_report_of_a_year_that_is_not_over_does_not_exist(landlord, last_year, sign_in):
    this_year = PastYear(landlord, last_year.year + 1)
    this_year.let([lease(date(this_year.year, 1, 4)) for _ in range(20)])
    rosa = sign_in("rosa")
    for year in (this_year.year, this_year.year + 1, 0, 99999, 10**12):
        for page in ("allocation_report", "allocation_report_file"):
            assert rosa.get(reverse(page, kwargs={"year": year})).status_code == 404, year
    assert numbers(landlord, this_year.year, "holder") == []


def test_file_has_the_numbers_of_the_page(landlord, last_year, sign_in):
    day = date(last_year.year, 5, 4)
    city = make_contingent(landlord.place(TOP), "=Ville")
    last_year.let([lease(day, priority=True, decision="a") for _ in range(12)], city)
    last_year.let([*(lease(day, quartile=1) for _ in range(8)), *decided(6, "d too_large")])
    rosa = sign_in("rosa")
    page = rosa.get(reverse("allocation_report", kwargs={"year": last_year.year})).content.decode()
    for text in ("Bilan des attributions de", "hors du flux", "Logement trop grand".lower(), "non-attribution"):
        assert text in page.lower() or text in page, text
    body = (
        rosa.get(reverse("allocation_report_file", kwargs={"year": last_year.year}))
        .content.decode("utf-8-sig")
        .replace("\xa0", " ")
    )
    rows = list(csv.reader(io.StringIO(body), delimiter=";"))
    assert rows[0] == ["Tableau", "Ligne", "Nombre"]
    by_line = {(title, line): number for title, line, number in rows[1:]}
    assert by_line["Baux signés par réservataire", "hors du flux"] == "8"
    assert by_line["Décisions de la commission, avec leur motif", "attribution"] == "12"
    assert by_line["Attente médiane, en mois", ""] == "24"
    quota = "Hors quartier prioritaire : demandeurs du premier quartile, ou relogés"
    assert [by_line[quota, line] for line in ("baux signés", "au moins", "au plus")] == ["20", "8", "8"]
    # A holder's name that a spreadsheet program would run as a formula must be written as text.
    assert not any(cell.startswith("=") for row in rows for cell in row)
