"""Applies the rules of allocation to a stored application, to find the household category, the income ceilings, and the
quartile of the income."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from access.guard.context import AccessContext
from allocations.models import (
    Applicant,
    Application,
    Basis,
    Candidacy,
    Ceiling,
    Custody,
    HouseholdMember,
    Income,
    LegalFigure,
    MemberTie,
)
from allocations.rules.ceilings import FINANCINGS
from allocations.rules.eligibility import Eligibility, EligibilityCase, eligibility
from allocations.rules.households import MAJORITY, Person, completed_years
from allocations.rules.incomes import Income as CountableIncome
from allocations.rules.open_points import PART_TIME_CHILD, UNBORN_CHILD_IN_UNITS
from allocations.rules.quotas import consumption_units, is_below_threshold
from allocations.rules.results import Attempts, LawIsOpen, MissingFacts
from allocations.rules.rows import Row, Rows
from buildings.models import UnitTerms
from buildings.models.terms import Zone

PROOFS = {
    "tax_notice": "tax_notice",
    "payslips": "payslips",
    "benefits": "benefit_statement",
    "accounts": "accountant_certificate",
    "": "",
}


@dataclass(frozen=True)
class Verdict:
    """Whether a household is eligible for one kind of financing: an answer, or the missing data, or the unsettled
    points of law.

    `provisional` is true if the income of the year N-2 is declared but not yet proved by a document.
    """

    financing: str
    answer: Eligibility | None = None
    missing: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()
    provisional: bool = False


def landlord_rows(ceilings: Iterable[Ceiling], figures: Iterable[LegalFigure]) -> Rows:
    """Return the income ceilings and legal figures that the rules use: those that ship with Loge and those that the
    landlord entered."""
    entered = [
        Row(
            ("ceiling", row.financing, str(row.year), row.zone, row.category),
            (row.euros,),
            f"{row.get_source_kind_display()} {row.source_number}",
        )
        for row in ceilings
    ]
    entered += [
        Row(
            ("parameter", row.code),
            (row.value,),
            f"{row.get_source_kind_display()} {row.source_number}",
            row.first_day,
            row.last_day or date.max,
        )
        for row in figures
    ]
    return Rows(entered)


def household_of(applicants: Iterable[Applicant], members: Iterable[HouseholdMember], day: date) -> tuple[Person, ...]:
    """Convert stored people to the rules' type Person. An adult child on a tax notice of the household is a
    dependant."""
    persons = [Person(person.tie, person.birth_date, on_tax_notice=True, cmi=person.cmi) for person in applicants]
    for member in members:
        if member.tie == MemberTie.EXPECTED_CHILD:
            persons.append(Person(member.tie, member.birth_date))
            continue
        grown_up = member.tie == MemberTie.CHILD and completed_years(member.birth_date, day) >= MAJORITY
        persons.append(
            Person(
                member.tie,
                member.birth_date,
                custody=member.custody,
                dependant=member.on_tax_notice if grown_up else None,
                on_tax_notice=member.on_tax_notice,
                cmi=member.cmi,
            )
        )
    return tuple(persons)


def verdicts(access: AccessContext, application: Application, zone: str) -> list[Verdict]:
    """Return the eligibility for each kind of financing in a zone, for a lease signed today."""
    day, rows = access.day, landlord_rows(access.rows(Ceiling), access.rows(LegalFigure))
    applicants = access.rows(Applicant).filter(application=application).order_by("tie", "id")
    members = access.rows(HouseholdMember).filter(application=application).order_by("birth_date", "id")
    persons = household_of(applicants, members, day)
    incomes = list(access.rows(Income).filter(application=application, signing_year=day.year))
    counted = tuple(CountableIncome(row.year, row.basis, row.rfr_cents, _proof(row)) for row in incomes)
    provisional = not any(row.basis == Basis.N2 and row.proof for row in incomes)
    return [_verdict(EligibilityCase(day, name, (zone,), persons, counted), rows, provisional) for name in FINANCINGS]


def _proof(income: Income) -> str:
    """Return the code that the rules use for the proof of an income. A declared income of the year N-2 is treated as
    proved; the verdict is then marked provisional."""
    return "tax_notice" if income.basis == Basis.N2 and not income.proof else PROOFS[income.proof]


def _verdict(case: EligibilityCase, rows: Rows, provisional: bool) -> Verdict:
    try:
        return Verdict(case.financing, eligibility(case, rows), provisional=provisional)
    except MissingFacts as error:
        return Verdict(case.financing, missing=error.names)
    except LawIsOpen as error:
        return Verdict(case.financing, open_points=error.points)


THRESHOLD, INCLUSIVE = "quartile_threshold_idf_cents", "quartile_threshold_idf_inclusive"
UNITS = tuple(
    f"consumption_unit_{name}"
    for name in ("first_permille", "other_permille", "child_permille", "child_below_age", "lone_parent_permille")
)
# Legal figures without which the quartile of an income cannot be computed.
QUARTILE_FIGURES = (THRESHOLD, *UNITS)
# A hand-over stores quartile 2 for every income above the first quartile, because the law sets no other threshold.
OTHER_QUARTILE = 2


@dataclass(frozen=True)
class QuartileVerdict:
    """The quartile of an income: 1, or `OTHER_QUARTILE` for the three others, or None if data are missing or the law is
    unclear."""

    quartile: int | None = None
    missing: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()


def declared_quartile(access: AccessContext, candidacy: Candidacy) -> QuartileVerdict:
    """Return the income quartile of a candidate today, from the monthly resources on the candidate's sheet. The current
    person must have the application open."""
    try:
        return QuartileVerdict(1 if _in_first_quartile(access, candidacy) else OTHER_QUARTILE)
    except MissingFacts as error:
        return QuartileVerdict(missing=error.names)
    except LawIsOpen as error:
        return QuartileVerdict(open_points=error.points)


def _in_first_quartile(access: AccessContext, candidacy: Candidacy) -> bool:
    """Whether the income is in the first quartile.

    Raises MissingFacts if data are missing. Raises LawIsOpen if the result depends on whether a child counts as a
    consumption unit, which the law does not settle.
    """
    day, rows, attempts = access.day, landlord_rows((), access.rows(LegalFigure)), Attempts()
    figures = {code: attempts.run(rows.parameter, code, day) for code in QUARTILE_FIGURES}
    monthly_cents = candidacy.sheet.resources_cents
    if monthly_cents is None:
        attempts.add(names=["monthly_income_cents of the sheet"])
    if UnitTerms._default_manager.get(unit=candidacy.vacancy.unit_id).zone == Zone.REGIONS:
        attempts.add(names=[f"quartile_threshold of the EPCI {day}"])
    attempts.raise_collected()
    values = {code: row.values[0] for code, row in figures.items() if row}
    inclusive = rows.find("parameter", INCLUSIVE, on=day)
    threshold = (values[THRESHOLD], inclusive.values[0] if inclusive else -1)
    law = Rows([Row(("quartile_threshold", "idf"), threshold, "")])
    weights = Row(("consumption_units",), tuple(values[code] for code in UNITS), "")
    always, doubtful = _ages(access, candidacy, day)
    answers = {
        is_below_threshold(monthly_cents or 0, consumption_units(ages, weights), "idf", day, law)
        for ages in (always, always + [age for age, _point in doubtful])
    }
    if len(answers) > 1:
        raise LawIsOpen(*sorted({point for _age, point in doubtful}))
    return answers.pop()


def _ages(access: AccessContext, candidacy: Candidacy, day: date) -> tuple[list[int], list[tuple[int, str]]]:
    """Return two lists: the ages of the persons who certainly count as consumption units; and for each person who may
    count, the age and the code of the unsettled point of law."""
    always = [
        completed_years(row.birth_date, day)
        for row in access.rows(Applicant).filter(application=candidacy.application_id)
    ]
    doubtful = []
    for row in access.rows(HouseholdMember).filter(application=candidacy.application_id):
        if row.tie == MemberTie.EXPECTED_CHILD:
            doubtful.append((0, UNBORN_CHILD_IN_UNITS))
        elif row.custody in (Custody.ALTERNATE, Custody.VISIT):
            doubtful.append((completed_years(row.birth_date, day), PART_TIME_CHILD))
        else:
            always.append(completed_years(row.birth_date, day))
    return always, doubtful
