"""Selects the income to compare with the ceiling: that of two years before the lease (N-2), or a later one that is
proved and sufficiently lower."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from allocations.rules.households import COUPLE, HOLDERS, MAJORITY, Member
from allocations.rules.results import CaseError, MissingFacts
from allocations.rules.rows import Rows, read_csv

N2, N1, TWELVE_MONTHS = "n2", "n1", "twelve_months"
BASES = (N2, N1, TWELVE_MONTHS)
# A later income must be at least 10 % lower: 10 * later <= 9 * income of N-2.
DROP, OF = 9, 10
PAPERS = (
    "tax_notice",
    "payslips",
    "employer_certificate",
    "benefit_statement",
    "pension_statement",
    "accountant_certificate",
)
SWORN_STATEMENT = "sworn_statement"
PROOFS = (*PAPERS, SWORN_STATEMENT)


@dataclass(frozen=True)
class Share:
    """The applicant's own share of a joint income, in cents. Only this share counts because of `event`, such as a
    divorce, which `proof` proves."""

    event: str
    proof: str
    share_cents: int


@dataclass(frozen=True)
class Income:
    """One reference tax income. `persons` are the positions of the persons it covers, or empty if unknown.

    If `net_taxable` is true, the income covers twelve months, and the deduction that converts it to a reference tax
    income is not yet subtracted.
    """

    year: int
    basis: str
    cents: int
    proof: str = ""
    persons: frozenset[int] = frozenset()
    share: Share | None = None
    net_taxable: bool = False


@dataclass(frozen=True)
class CountedIncome:
    """The income to compare with the ceiling. `exact` is in cents, and may be a fraction because the income of the last
    twelve months is reduced by a deduction in permille."""

    exact: Fraction
    basis: str
    year: int

    @property
    def cents(self) -> int:
        """Return the cents rounded up. Comparing them with a whole number gives the same result as comparing the exact
        value."""
        return -(-self.exact.numerator // self.exact.denominator)


@cache
def share_proofs() -> dict[str, frozenset[str]]:
    """Map each event, such as a divorce, to its accepted proofs. After the event, only the applicant's share of a joint
    income counts."""
    pairs = [(row["event"], row["proof"]) for row in read_csv("share_proofs.csv")]
    return {event: frozenset(proof for of, proof in pairs if of == event) for event, _ in pairs}


def counted_income(
    incomes: tuple[Income, ...], members: list[Member], on: date, rows: Rows, reasons: list[str]
) -> CountedIncome:
    """Return the lowest income that the law allows for a lease signed on a day of year N. Raises MissingFacts."""
    incomes = incomes_of(members, incomes, reasons)
    check_years(incomes, on.year)
    required = {member.number for member in members if has_own_income(member)}
    by_basis = {basis: [income for income in incomes if income.basis == basis] for basis in BASES}
    check_n2(by_basis[N2], required, on.year)
    alone = {member.person.tie for member in members}.isdisjoint(COUPLE)
    first = CountedIncome(total_of(by_basis[N2], alone, reasons), N2, on.year - 2)
    candidates = [first]
    for basis in (N1, TWELVE_MONTHS):
        if is_usable(by_basis[basis], by_basis[N2], required, basis, reasons):
            exact = total_of(by_basis[basis], alone, reasons)
            if any(income.net_taxable for income in by_basis[basis]):
                deduction = rows.parameter("twelve_months_deduction_permille", on)
                exact = exact * (1000 - deduction.values[0]) / 1000
                reasons.append(f"Twelve months: {deduction.values[0]} permille deducted ({deduction.source}).")
            if OF * exact <= DROP * first.exact:
                candidates.append(CountedIncome(exact, basis, by_basis[basis][0].year))
            else:
                reasons.append(f"The income of {basis} is not at least 10 % lower than that of N-2, so does not count.")
    lowest = min(candidates, key=lambda income: income.exact)
    if len(required) > 1:
        check_same_persons(by_basis[lowest.basis], by_basis[N2])
    reasons.append(f"The income of {lowest.basis} counts: {lowest.cents} cents, the lowest that the rules allow.")
    return lowest


def has_own_income(member: Member) -> bool:
    """Whether the person's own income must be known. The incomes of dependants and minor children are on the tax
    notices of other persons."""
    if member.person.tie in (*HOLDERS, *COUPLE):
        return True
    return not member.dependant and (member.person.tie == "other" or member.age >= MAJORITY)


def incomes_of(members: list[Member], incomes: tuple[Income, ...], reasons: list[str]) -> tuple[Income, ...]:
    """Return the incomes, except those that cover only persons outside the household."""
    numbers = {member.number for member in members}
    outside = [income for income in incomes if income.persons and numbers and not income.persons & numbers]
    for income in outside:
        who = ", ".join(str(number) for number in sorted(income.persons))
        reasons.append(f"The income of person {who} does not count: not in the household.")
    return tuple(income for income in incomes if income not in outside)


def check_years(incomes: tuple[Income, ...], year: int) -> None:
    """Raise MissingFacts if the income of two years before the lease (N-2) is missing, or if an income was assessed for
    a lease of another year.

    Raise CaseError if incomes of the last twelve months have different years, because the twelve months are one period.
    """
    if len({income.year for income in incomes if income.basis == TWELVE_MONTHS}) > 1:
        raise CaseError("the incomes of twelve_months have two years: the last twelve months are one period.")
    years = {N2: (year - 2,), N1: (year - 1,), TWELVE_MONTHS: (year, year - 1)}
    current = [income for income in incomes if income.year in years[income.basis]]
    missing = [] if any(income.basis == N2 for income in current) else [f"income n2 {year - 2}"]
    if len(current) < len(incomes):
        missing.append(f"new assessment {year}")
    if missing:
        raise MissingFacts(*missing)


def check_n2(incomes: list[Income], required: set[int], year: int) -> None:
    """Raise MissingFacts if an income of two years ago (N-2) has no documentary proof, or is missing for a person in
    `required`."""
    unproved = any(income.proof not in PAPERS for income in incomes)
    missing = [f"proof of income n2 {year - 2}"] if unproved else []
    missing += [f"income n2 {year - 2} of person {number}" for number in sorted(_not_covered(incomes, required))]
    if missing:
        raise MissingFacts(*missing)


def _not_covered(incomes: list[Income], required: set[int]) -> set[int]:
    """Return the persons whose income is required and whom none of these incomes covers."""
    if any(not income.persons for income in incomes):
        return set()
    return required.difference(*(income.persons for income in incomes))


def is_usable(later: list[Income], n2: list[Income], required: set[int], basis: str, reasons: list[str]) -> bool:
    """Whether incomes later than N-2 (two years before the lease) have documentary proof and cover every person whose
    income is required."""
    if not later:
        return False
    if any(income.proof not in PAPERS for income in later):
        sworn = any(income.proof == SWORN_STATEMENT for income in later)
        why = "is only a sworn statement, which is no proof" if sworn else "is not proved by papers"
        reasons.append(f"The income of {basis} {why}, so does not count.")
        return False
    by_person = any(income.persons for income in n2)
    if (by_person and any(not income.persons for income in later)) or _not_covered(later, required):
        reasons.append(f"The income of {basis} does not cover every person of the income of N-2, so does not count.")
        return False
    return True


def check_same_persons(later: list[Income], n2: list[Income]) -> None:
    """Raise MissingFacts if the incomes later than N-2 (two years before the lease) may lack a person: they are fewer
    than those of N-2, and one of them does not name its persons."""
    if len(later) < len(n2) and any(not income.persons for income in later):
        raise MissingFacts(f"persons of income {later[0].basis} {later[0].year}")


def total_of(incomes: list[Income], alone: bool, reasons: list[str]) -> Fraction:
    return Fraction(sum(counted_cents(income, alone, reasons) for income in incomes))


def counted_cents(income: Income, alone: bool, reasons: list[str]) -> int:
    """Return the income in cents, or only the applicant's share if an event such as a divorce is proved and allows
    this."""
    share = income.share
    if share is None:
        return income.cents
    if share.proof not in share_proofs()[share.event]:
        reasons.append(f"{share.proof or 'no proof'} does not prove {share.event}, so the whole income counts.")
        return income.cents
    if share.event == "protected_person_alone" and not alone:
        reasons.append("The spouse or partner is in the household, so the whole income counts.")
        return income.cents
    reasons.append(f"The applicant's share alone counts: {share.event}, proved by {share.proof}.")
    return share.share_cents


def ehpad_deduction(cost_cents: int, on: date, rows: Rows, reasons: list[str]) -> int:
    """Return the deduction for a spouse's care home (EHPAD): the cost of the care home, up to the landlord's limit."""
    if not cost_cents:
        return 0
    limit = rows.parameter("ehpad_deduction_limit_cents", on)
    deduction = min(cost_cents, limit.values[0])
    reasons.append(f"{deduction} cents deducted for the spouse's EHPAD, within the limit ({limit.source}).")
    return deduction
