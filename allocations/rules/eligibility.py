"""Decides whether a household's income is within the ceiling of a kind of financing."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from allocations.rules.ceilings import Ceiling, ceiling_of
from allocations.rules.households import Category, Member, Person, household_category, members_of, possible_categories
from allocations.rules.incomes import CountedIncome, Income, counted_income, ehpad_deduction
from allocations.rules.results import Attempts
from allocations.rules.rows import Rows

# 30 % of a PLUS programme is for incomes of at most 60 % of the ceiling (arrêté of 29 July 1987; CCH D331-12).
# 10 % of a PLUS programme may be for incomes up to 120 % of the ceiling (arrêté of 29 July 1987; CCH D331-12).
LOWER_SHARE, UPPER_SHARE = 60, 120


@dataclass(frozen=True)
class EligibilityCase:
    """The facts from which eligibility is decided. `zones` has the zone of the dwelling, or two if the law is unclear.
    `assessed_for` is the year of signature for which the income was assessed, if known."""

    signing_date: date
    financing: str
    zones: tuple[str, ...]
    persons: tuple[Person, ...]
    incomes: tuple[Income, ...]
    assessed_for: int | None = None
    ehpad_spouse_cost_cents: int = 0


@dataclass(frozen=True)
class Eligibility:
    category: Category
    members: list[Member]
    ceiling: Ceiling
    income: CountedIncome
    reasons: list[str]

    @property
    def eligible(self) -> bool:
        return self.within(100)

    def within(self, percent: int) -> bool:
        """Whether the income is at most this percentage of the ceiling."""
        return 100 * self.income.exact <= percent * self.ceiling.euros * 100


def eligibility(case: EligibilityCase, rows: Rows) -> Eligibility:
    """Decide whether a household is eligible. Raises LawIsOpen with all unsettled points of law, or MissingFacts with
    all missing data."""
    attempts, on = Attempts(), case.signing_date
    reasons = [f"N is {on.year}, the year of the signature."]
    members = attempts.run(members_of, case.persons, on, reasons)
    category = attempts.run(household_category, case.persons, members, reasons) if members is not None else None
    # Compute the ceiling of each possible household category, because each can reveal other unsettled points of law.
    possible = [] if members is None else possible_categories(case.persons, members)[0]
    ceilings = [attempts.run(ceiling_of, rows, case.financing, case.zones, each, on) for each in possible]
    if case.assessed_for not in (None, on.year):
        attempts.add(names=[f"new assessment {on.year}"])
    income = attempts.run(counted_income, case.incomes, members or [], on, rows, reasons)
    deduction = attempts.run(ehpad_deduction, case.ehpad_spouse_cost_cents, on, rows, reasons)
    attempts.raise_collected()
    ceiling = ceilings[0] if ceilings else None
    if category is None or ceiling is None or income is None or members is None or deduction is None:
        raise AssertionError("raise_collected raises if a part has no result")
    if deduction:
        income = CountedIncome(max(income.exact - deduction, Fraction(0)), income.basis, income.year)
    reasons.append(f"Ceiling {case.financing} {on.year}: {ceiling.euros} euros ({ceiling.source}).")
    result = Eligibility(category, members, ceiling, income, reasons)
    relation = "at most" if result.eligible else "above"
    reasons.append(f"{income.cents} cents is {relation} the ceiling of {ceiling.euros * 100} cents.")
    return result
