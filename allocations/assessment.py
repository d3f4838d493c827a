"""What the rules say about a stored application: its household category, and which ceilings its income respects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from access.guard.context import AccessContext
from allocations.models import Applicant, Application, Basis, Ceiling, HouseholdMember, Income, LegalFigure, MemberTie
from allocations.rules.ceilings import FINANCINGS
from allocations.rules.eligibility import Eligibility, EligibilityCase, eligibility
from allocations.rules.households import MAJORITY, Person, completed_years
from allocations.rules.incomes import Income as CountableIncome
from allocations.rules.results import LawIsOpen, MissingFacts
from allocations.rules.rows import Row, Rows

PROOFS = {
    "tax_notice": "tax_notice",
    "payslips": "payslips",
    "benefits": "benefit_statement",
    "accounts": "accountant_certificate",
    "": "",
}


@dataclass(frozen=True)
class Verdict:
    """Result for one kind of financing: an answer, or what is missing, or the points of law that are open.

    `provisional`: the income of N-2 is declared, and no document has proved it yet.
    """

    financing: str
    answer: Eligibility | None = None
    missing: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()
    provisional: bool = False


def landlord_rows(ceilings: Iterable[Ceiling], figures: Iterable[LegalFigure]) -> Rows:
    """Return the rows that ship with Loge, and those that the landlord entered."""
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
    """Return the persons as the rules know them. A grown-up child on a tax notice of the household is a dependant."""
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
    """Return the result for each kind of financing in a zone, for a signature today."""
    day, rows = access.day, landlord_rows(access.rows(Ceiling), access.rows(LegalFigure))
    applicants = access.rows(Applicant).filter(application=application).order_by("tie", "id")
    members = access.rows(HouseholdMember).filter(application=application).order_by("birth_date", "id")
    persons = household_of(applicants, members, day)
    incomes = list(access.rows(Income).filter(application=application, signing_year=day.year))
    counted = tuple(CountableIncome(row.year, row.basis, row.rfr_cents, _proof(row)) for row in incomes)
    provisional = not any(row.basis == Basis.N2 and row.proof for row in incomes)
    return [_verdict(EligibilityCase(day, name, (zone,), persons, counted), rows, provisional) for name in FINANCINGS]


def _proof(income: Income) -> str:
    """Return the proof as the rules name it. A declared income of N-2 counts: the verdict is provisional."""
    return "tax_notice" if income.basis == Basis.N2 and not income.proof else PROOFS[income.proof]


def _verdict(case: EligibilityCase, rows: Rows, provisional: bool) -> Verdict:
    try:
        return Verdict(case.financing, eligibility(case, rows), provisional=provisional)
    except MissingFacts as error:
        return Verdict(case.financing, missing=error.names)
    except LawIsOpen as error:
        return Verdict(case.financing, open_points=error.points)
