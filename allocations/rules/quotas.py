"""Measures the legal quotas on allocations for which a lease was signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from allocations.rules.households import MAJORITY
from allocations.rules.results import Attempts, CaseError, MissingFacts
from allocations.rules.rows import Row, Rows
from allocations.rules.zones import IDF_DEPARTMENTS, check_commune

FIRST_QUARTILE, OTHER_QUARTILES, PRIORITY = (
    "first_quartile_outside_qpv",
    "other_quartiles_in_qpv",
    "priority_in_contingent",
)


@dataclass(frozen=True)
class DeclaredIncome:
    """The data from which a household's quartile is computed: declared monthly income, and consumption units or ages.
    `epci` is the nine-digit code of the intermunicipal body; Île-de-France has one regional threshold instead."""

    monthly_cents: int
    commune: str = ""
    epci: str = ""
    units_permille: int | None = None
    ages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Allocation:
    """An allocation of the case; unknown facts are None. `number` is its position in the case, from 1. A household
    rehoused because of urban renewal or decay (`rehoused`) counts as first quartile outside priority neighbourhoods
    (QPV)."""

    number: int
    lease_signed_on: date | None = None
    in_qpv: bool | None = None
    quartile: int | None = None
    income: DeclaredIncome | None = None
    contingent: str = ""
    dalo: bool | None = None
    priority: bool | None = None
    rehoused: bool = False


@dataclass(frozen=True)
class Quota:
    """A measured quota: `count` of `total` allocations qualify, and the law requires at least `required`
    thousandths."""

    code: str
    count: int
    total: int
    required: int
    source: str
    contingent: str = ""

    @property
    def rate(self) -> Fraction | None:
        """Return the rate, or None if there is no allocation and the quota is neither met nor missed."""
        return Fraction(self.count, self.total) if self.total else None

    @property
    def required_percent(self) -> Fraction:
        return Fraction(self.required, 10)

    @property
    def met(self) -> bool | None:
        return 1000 * self.count >= self.required * self.total if self.total else None

    @property
    def more_needed(self) -> int:
        """Return how many of the allocations that do not qualify would have had to qualify for the quota to be met."""
        return max(0, -(-self.required * self.total // 1000) - self.count)

    @property
    def next_needed(self) -> int:
        """Return how many further allocations would meet the quota if all of them qualify."""
        return max(0, -(-(self.required * self.total - 1000 * self.count) // (1000 - self.required)))


def is_first_quartile(allocation: Allocation, rows: Rows) -> bool:
    """Whether the household is in the first income quartile. Raises MissingFacts if facts are missing, and if the
    income equals the threshold and it is unknown whether the threshold is included."""
    of = f"of allocation {allocation.number}"
    if allocation.quartile is not None:
        return allocation.quartile == 1
    income, on = allocation.income, allocation.lease_signed_on
    if income is None or on is None:
        raise MissingFacts(f"quartile or monthly_income_cents {of}")
    attempts = Attempts()
    scope = attempts.run(_scope, income, of)
    units = attempts.run(_units, income, of, on, rows)
    if scope is not None:
        attempts.run(_threshold, scope, on, rows)
    attempts.raise_collected()
    return is_below_threshold(income.monthly_cents, units or 0, scope or "", on, rows)


def _scope(income: DeclaredIncome, of: str) -> str:
    """Return the territory of the quartile threshold: "idf" in Île-de-France, and the intermunicipal body (EPCI)
    elsewhere."""
    if not income.commune:
        raise MissingFacts(f"commune {of}")
    check_commune(income.commune)
    scope = "idf" if income.commune[:2] in IDF_DEPARTMENTS else income.epci
    if not scope:
        raise MissingFacts(f"epci {of}")
    return scope


def _threshold(scope: str, on: date, rows: Rows) -> Row:
    row = rows.find("quartile_threshold", scope, on=on)
    if row is None:
        raise MissingFacts(f"quartile_threshold {scope} {on}")
    return row


def is_below_threshold(monthly_cents: int, units_permille: int, scope: str, on: date, rows: Rows) -> bool:
    """Whether twelve months' income for each consumption unit is in the first quartile. Raises MissingFacts."""
    threshold, inclusive = _threshold(scope, on, rows).values
    yearly = Fraction(monthly_cents * 12 * 1000, units_permille)
    if yearly == threshold and inclusive not in (0, 1):
        raise MissingFacts(f"whether quartile_threshold {scope} {on} is inclusive")
    return yearly < threshold or (yearly == threshold and inclusive == 1)


def _units(income: DeclaredIncome, of: str, on: date, rows: Rows) -> int:
    """Return the consumption units in thousandths, as given by the file or computed from the ages with the landlord's
    weights."""
    if income.units_permille is not None:
        return income.units_permille
    if not income.ages:
        raise MissingFacts(f"consumption_units_permille or ages {of}")
    row = rows.find("consumption_units", on=on)
    if row is None:
        raise MissingFacts(f"consumption_units {on}")
    return consumption_units(income.ages, row)


def consumption_units(ages: Iterable[int], row: Row) -> int:
    """Return the consumption units of a household in thousandths. The oldest person counts as the first."""
    first, other, child, child_below, lone_parent = row.values
    others = sorted(ages, reverse=True)[1:]
    is_lone_parent = bool(others) and max(others) < MAJORITY
    return first + sum(child if age < child_below else other for age in others) + (lone_parent if is_lone_parent else 0)


def measure_quotas(allocations: Iterable[Allocation], rows: Rows) -> list[Quota]:
    """Measure the quotas over the allocations with a signed lease. Raises MissingFacts with all missing facts."""
    signed = [allocation for allocation in allocations if allocation.lease_signed_on is not None]
    attempts = Attempts()
    for allocation in signed:
        facts = {
            "in_qpv": allocation.in_qpv,
            "contingent": allocation.contingent or None,
            "dalo": allocation.priority or allocation.dalo,
            "priority": allocation.dalo or allocation.priority,
        }
        missing = [name for name, fact in facts.items() if fact is None]
        attempts.add(names=[f"{name} of allocation {allocation.number}" for name in missing])
    first = {
        allocation.number: attempts.run(is_first_quartile, allocation, rows)
        for allocation in signed
        if not (allocation.rehoused and allocation.in_qpv is False)
    }
    attempts.raise_collected()
    outside = [allocation for allocation in signed if not allocation.in_qpv]
    inside = [allocation for allocation in signed if allocation.in_qpv]
    first_outside = [of.rehoused or bool(first[of.number]) for of in outside]
    others_inside = [not first[of.number] for of in inside]
    quotas = [
        quota_of(FIRST_QUARTILE, sum(first_outside), len(outside), rows),
        quota_of(OTHER_QUARTILES, sum(others_inside), len(inside), rows),
    ]
    for contingent in sorted({allocation.contingent for allocation in signed}):
        share = [bool(of.dalo or of.priority) for of in signed if of.contingent == contingent]
        quotas.append(quota_of(PRIORITY, sum(share), len(share), rows, contingent))
    return quotas


def quota_of(code: str, count: int, total: int, rows: Rows, contingent: str = "") -> Quota:
    row = rows.find("quota_rate", code, on=date.max)
    if row is None:
        raise CaseError(f"quota_rates.csv has no rate {code}.")
    return Quota(code, count, total, row.values[0], row.source, contingent)
